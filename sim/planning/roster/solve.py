"""Rosters by constraint programming: OR-Tools' CP-SAT chooses a shift, or none, per person and day.

Rules are never broken. Too few or too many people, wishes not granted and unfairness cost what the
file says, and the sum is minimised. If no roster can keep the rules, a smallest set of rules that
contradict each other is found.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from floorcast.planning.roster.people import People, Rules
from floorcast.planning.roster.rules import cost_parts
from floorcast.scenario.read.extras import optional
from floorcast.scenario.read.units import write_duration

Given = dict[str, tuple[str | None, ...]]  # person: a shift or None for every day
Watch = Callable[[float, float], None]  # best cost so far, lower bound


class Infeasible(Exception):
    """No roster keeps all rules; `.conflict` are rules that cannot hold together, in words."""

    def __init__(self, conflict: list[str]) -> None:
        self.conflict = conflict
        super().__init__("; ".join(conflict))


@dataclass(frozen=True)
class Roster:
    """A roster, what it costs (by part), a lower bound, and whether it is proved the best."""

    people: People
    given: Given
    cost: int
    bound: float
    proved: bool
    parts: dict[str, int]
    seconds: float


def solve(people: People, limit: float = 60.0, seed: int = 1, watch: Watch | None = None) -> Roster:
    """The cheapest roster found in `limit` seconds. Raises `Infeasible`; after Ctrl-C the best so far
    is given, and KeyboardInterrupt raised only if there is none."""
    cp_model = _engine()
    began = time.monotonic()
    build = _Build(cp_model, people, assume=False)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 8
    solver.parameters.interleave_search = True  # the same answer however many cores there are

    class Seen(cp_model.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
        def on_solution_callback(self) -> None:
            if watch is not None:
                watch(self.objective_value, self.best_objective_bound)

    outcome: list[Any] = []
    seen = Seen()
    thread = threading.Thread(target=lambda: outcome.append(solver.solve(build.model, seen)), daemon=True)
    thread.start()
    stopped = False
    while thread.is_alive():
        try:
            thread.join(0.1)
        except KeyboardInterrupt:  # the best so far is kept
            stopped = True
            solver.stop_search()
    status = outcome[0]
    if status == cp_model.INFEASIBLE:
        raise Infeasible(_conflict(cp_model, people))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        if stopped:
            raise KeyboardInterrupt
        raise TimeoutError(f"found no roster within {write_duration(limit)}; allow more time")
    given: Given = {
        name: tuple(
            next((s for s in people.shifts if (v := build.x.get((name, d, s))) is not None and solver.value(v)), None)
            for d in range(people.days)
        )
        for name in people.people
    }
    parts = cost_parts(people, given)
    proved = status == cp_model.OPTIMAL
    bound = float(solver.best_objective_bound)
    return Roster(people, given, sum(parts.values()), bound, proved, parts, time.monotonic() - began)


def _engine() -> Any:
    return optional("ortools.sat.python.cp_model", "a roster", "OR-Tools", "plan")


class _Build:
    """The model of a file of people; with `assume`, every rule can be switched off by a literal."""

    def __init__(self, cp_model: Any, people: People, assume: bool) -> None:
        self.cp, self.people, self.assume = cp_model, people, assume
        self.model = cp_model.CpModel()
        self.rules: dict[int, str] = {}  # index of a literal: the rule in words
        self.literals: list[Any] = []
        self.x: dict[tuple[str, int, str], Any] = {}
        self.works: dict[tuple[str, int], Any] = {}
        self.weekend: dict[str, list[Any]] = {}
        self.terms: list[Any] = []
        for name in people.people:
            self._person(name)
        self._cover()
        self._wishes()
        self._fairness()
        if not assume:
            self.model.minimize(sum(self.terms))

    def _rule(self, words: str, *constraints: Any) -> None:
        if not self.assume or not constraints:
            return
        literal = self.model.new_bool_var("")
        self.rules[literal.index] = words
        self.literals.append(literal)
        for constraint in constraints:
            constraint.only_enforce_if(literal)

    def _person(self, name: str) -> None:
        people, model = self.people, self.model
        for day in range(people.days):
            possible = []
            for shift in people.shifts:
                if people.may_work(name, shift):
                    variable = model.new_bool_var(f"{name} {day} {shift}")
                    self.x[name, day, shift] = variable
                    possible.append(variable)
            works = model.new_bool_var(f"{name} {day}")
            model.add(sum(possible) == works)
            self.works[name, day] = works
        off = sorted(people.off(name))
        days = ", ".join(str(people.date(day)) for day in off)
        self._rule(f"{name} is off on {days}", *(model.add(self.works[name, day] == 0) for day in off))
        self._weekends(name)
        self._contract(name, people.rules_of(name))

    def _weekends(self, name: str) -> None:
        worked = []
        for days in self.people.weekends():
            one = self.model.new_bool_var("")
            self.model.add_max_equality(one, [self.works[name, day] for day in days])
            worked.append(one)
        self.weekend[name] = worked

    def _contract(self, name: str, rules: Rules) -> None:
        people, model = self.people, self.model
        mine = {key: v for key, v in self.x.items() if key[0] == name}
        total = sum(self.works[name, day] for day in range(people.days))
        if rules.hours is not None:
            paid = sum(round(people.shifts[key[2]].paid) * v for key, v in mine.items())
            self._between(f"{name} works", paid, rules.hours.at_least, rules.hours.at_most, write_duration)
        if rules.shifts is not None:
            self._between(f"{name} works", total, rules.shifts.at_least, rules.shifts.at_most, _shifts)
        if rules.weekends is not None:
            weekends = sum(self.weekend[name])
            self._between(
                f"{name} works", weekends, rules.weekends.at_least, rules.weekends.at_most, _weekends
            )
        for bounds, value, words in (
            (rules.days_in_a_row, 1, "days in a row"),
            (rules.days_off_in_a_row, 0, "days off in a row"),
        ):
            if bounds is not None:
                if bounds.at_most is not None:
                    made = self._runs_at_most(name, bounds.at_most, value)
                    self._rule(f"{name} has at most {bounds.at_most} {words}", *made)
                made = self._runs_at_least(name, bounds.at_least, value)
                self._rule(f"{name} has at least {bounds.at_least} {words}", *made)
        barred = []
        for day in range(people.days - 1):
            for one in people.shifts:
                for two in people.shifts:
                    a, b = mine.get((name, day, one)), mine.get((name, day + 1, two))
                    if a is not None and b is not None and not people.follows(name, one, two):
                        barred.append(model.add_bool_or([a.negated(), b.negated()]))
        self._rule(f"{name} has the rest between shifts that the rules ask for", *barred)

    def _between(
        self, who: str, total: Any, least: float, most: float | None, words: Callable[[float], str]
    ) -> None:
        if least > 0:
            self._rule(f"{who} at least {words(least)}", self.model.add(total >= round(least)))
        if most is not None:
            self._rule(f"{who} at most {words(most)}", self.model.add(total <= round(most)))

    def _is(self, name: str, day: int, value: int) -> Any:
        works = self.works[name, day]
        return works if value else works.negated()

    def _runs_at_most(self, name: str, most: int, value: int) -> list[Any]:
        return [
            self.model.add_bool_or([self._is(name, d, 1 - value) for d in range(first, first + most + 1)])
            for first in range(self.people.days - most)
        ]

    def _runs_at_least(self, name: str, least: int, value: int) -> list[Any]:
        """No run shorter than `least` between two days of the other kind."""
        made = []
        for length in range(1, least):
            for first in range(1, self.people.days - length):
                inside = [self._is(name, d, 1 - value) for d in range(first, first + length)]
                edges = [self._is(name, first - 1, value), self._is(name, first + length, value)]
                made.append(self.model.add_bool_or([*edges, *inside]))
        return made

    def _cover(self) -> None:
        people, model = self.people, self.model
        for shift in people.cover:
            hard = []
            for day in range(people.days):
                need = people.need(shift, day)
                there = [v for n in people.people if (v := self.x.get((n, day, shift))) is not None]
                over = model.new_int_var(0, max(len(there), 1), "")
                if people.costs.under is None:
                    hard.append(model.add(sum(there) >= need))
                    model.add(over >= sum(there) - need)
                else:
                    under = model.new_int_var(0, max(need, 1), "")
                    model.add(sum(there) + under - over == need)
                    self.terms.append(people.costs.under * under)
                self.terms.append(people.costs.over * over)
            self._rule(f"{shift} has the people its cover asks for", *hard)

    def _wishes(self) -> None:
        for name, day, shift, on, weight in self.people.wishes:
            got = self.works[name, day] if shift is None else self.x.get((name, day, shift))
            if got is None:
                self.terms.append(weight if on else 0)
            else:
                self.terms.append(weight * (1 - got if on else got))

    def _fairness(self) -> None:
        people, model = self.people, self.model
        burdens: list[tuple[int, list[Any], int]] = []
        if people.fair.weekends:
            sums = [sum(self.weekend[name]) for name in people.people]
            burdens.append((people.fair.weekends, sums, len(people.weekends())))
        for shift, weight in people.fair.shifts.items():
            able = [name for name in people.people if people.may_work(name, shift)]
            sums = [sum(self.x[name, d, shift] for d in range(people.days)) for name in able]
            burdens.append((weight, sums, people.days))
        for weight, sums, most in burdens:
            if weight and len(sums) > 1:
                high, low = model.new_int_var(0, most, ""), model.new_int_var(0, most, "")
                for one in sums:
                    model.add(one <= high)
                    model.add(one >= low)
                self.terms.append(weight * (high - low))


def _shifts(number: float) -> str:
    return f"{number:.0f} shift{'' if number == 1 else 's'}"


def _weekends(number: float) -> str:
    return f"{number:.0f} weekend{'' if number == 1 else 's'}"


def _conflict(cp_model: Any, people: People) -> list[str]:
    """A smallest set of rules that cannot hold together: each is needed for the contradiction."""
    build = _Build(cp_model, people, assume=True)

    def contradict(literals: list[Any]) -> list[Any] | None:
        """Of these rules, some that contradict each other; None if all can be kept."""
        build.model.clear_assumptions()
        build.model.add_assumptions(literals)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = 20.0
        if solver.solve(build.model) != cp_model.INFEASIBLE:
            return None
        core = set(solver.sufficient_assumptions_for_infeasibility())
        return [literal for literal in literals if literal.index in core] or literals

    core = contradict(build.literals) or build.literals
    for literal in list(core):
        if literal in core and len(core) > 1:
            fewer = contradict([one for one in core if one is not literal])
            core = core if fewer is None else fewer
    return [build.rules[literal.index] for literal in core]
