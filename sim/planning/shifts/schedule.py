"""`floorcast schedule`: the cheapest plan of shifts that meets every target for sure."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.programs.bound import lower_bound
from floorcast.planning.programs.cross_training import with_cross_training
from floorcast.planning.programs.model import Model
from floorcast.planning.programs.program import LARGE, Counts, Program, program_of
from floorcast.planning.programs.promises import promises_of, words
from floorcast.planning.programs.response import explored, fit, theory
from floorcast.planning.programs.tours import (
    NoPlan,
    Tours,
    own_counts,
    price,
    staffed_by,
    take,
    tours_of,
)
from floorcast.planning.requirement.settle import Settling
from floorcast.planning.requirement.staffing import interval_costs, question_of, replications_of
from floorcast.planning.requirement.start import types_of
from floorcast.planning.shifts.check import (
    Verdict,
    all_met,
    checked,
    cover,
    forewarned,
    impossible,
    made_to_hold,
    with_all_breaks,
)
from floorcast.planning.shifts.longer import longer
from floorcast.planning.shifts.search import Search, Tried
from floorcast.planning.trials import Question, Trial, Trials
from floorcast.scenario.schema.scenario import Scenario
from floorcast.study.running.workers import Pool

Floats = NDArray[np.float64]
PLANS_OF_LARGE, PLANS_OF_SMALL = 55, 70  # times the replications of one plan that a search runs, about
SELDOM = 0.002  # of the contacts: a group that ends fewer does not make up for another
SHORT = 3.0  # prices of a person for an interval, that one short of theory's need costs in the first program


@dataclass(frozen=True)
class Plan:
    """What `schedule` found."""

    scenario: Scenario
    planned: Scenario  # with the plan's shifts
    policy: Any
    tours: Tours
    counts: Counts
    cost: float
    hours: float
    bound: float
    verdicts: tuple[Verdict, ...]
    sure: bool
    handled: float  # contacts brought to their end, on average
    replications: int  # of the fresh check
    looked: int  # plans simulated
    runs: int
    binding: tuple[str, ...]
    interrupted: bool
    impossible: tuple[str, ...]  # promises that no allowed plan keeps
    today: float | None  # cost of the scenario's own shifts


def schedule(
    scenario: Scenario,
    policy: Any,
    *,
    seed: int | None = None,
    replications: int | None = None,
    jobs: int = 1,
    pool: Pool | None = None,
    keep: int | None = None,
    seconds: float | None = None,
    store: Any = None,
    on_news: Callable[[str, float | None], None] | None = None,
    on_bound: Callable[[float], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """Find the cheapest plan of the scenario's shift types that meets every target for sure.

    pool: where replications run, threads by default.
    keep: start from today's shifts and move at most so many people (or their breaks). seconds: go on looking for
    cheaper plans until so long after the beginning, before the fresh replications. store: remembers what was
    simulated (`get`, `put`), so that an interrupted search goes on. Ctrl-C, or `stop` once it
    says so, ends the search with the best plan so far; before any plan was simulated it raises KeyboardInterrupt.
    Raises NoPlan where there is nothing to choose from.
    """
    began = time.monotonic()
    say = on_news or (lambda text, cost: None)
    scenario, policy = with_cross_training(scenario, policy)
    tours = tours_of(scenario, today=keep is not None)
    today = own_counts(scenario, tours) if keep is not None else None
    program = program_of(scenario, tours, None if keep is None or today is None else (today, keep))
    program.stop = stop
    question = question_of(scenario, policy)
    n = replications or 2 * replications_of(scenario)
    told = _reporting(progress, n, tours.cost.size > LARGE)
    trials = Trials(question, scenario.seed if seed is None else seed, jobs, told, pool, stop)
    interrupted = False
    try:
        say("what the work asks for", None)
        search = _prepared(scenario, policy, tours, program, question, trials, n, store, say)
        out_of_reach = impossible(search)
        asked = tuple(p for p, m in zip(search.promises, search.asked, strict=True) if m)
        bound = lower_bound(scenario, program, tours, asked, policy.interrupts)
        if on_bound is not None:
            on_bound(bound)
        if search.best is not None:  # no target can be kept: there is nothing to make cheaper
            return _plan(search, *checked(search, False), bound, out_of_reach)
        try:
            start = today if today is not None else _first_plan(search, program)
            say("programs with cuts", None)
            search.learn(search.look(start))
            if tours.cost.size <= LARGE:
                made_to_hold(search)
                say("single people", None)
                search.improve()
                search.all_near()
                search = with_all_breaks(search)
                search.improve()
            else:
                forewarned(search)
                search.again()
                say("breaks", None)
                search = with_all_breaks(search)
                search.again()
                made_to_hold(search)
            if seconds is not None and search.best is not None:
                say("kicks and single people", search.best.cost)
                longer(search, trials.seed, lambda: time.monotonic() - began > seconds)
        except KeyboardInterrupt:
            interrupted = True
            trials.stop = lambda: False  # asked once; the plan found is still checked
        say("fresh replications", None)
        return _plan(search, *checked(search, interrupted), bound, out_of_reach)
    finally:
        trials.close()


def _reporting(
    progress: Callable[[int, int | None], None] | None, n: int, large: bool
) -> Callable[[int], None] | None:
    """Tells how many replications are done of how many that a search usually takes, so that time left can be told."""
    usual = n * (PLANS_OF_LARGE if large else PLANS_OF_SMALL)
    return None if progress is None else lambda runs: progress(runs, max(usual, runs))


def _prepared(
    scenario: Scenario, policy: Any, tours: Tours, program: Program, question: Question, trials: Trials, n: int,
    store: Any, say: Callable[[str, float | None], None],
) -> Search:  # fmt: skip
    """The search, knowing the demand and how much each group's people matter to each target."""
    settling = Settling(scenario, policy, trials, max(8, n // 2), interval_costs(scenario))
    steps = round(scenario.horizon / scenario.interval)
    promises = promises_of(question, steps)
    settling.prepare()
    heads = settling.rough()
    load = np.array([settling.demand.load.T @ row for row in settling.reach]).reshape(len(question.targets), steps)
    prior = theory(settling, settling.lag)
    seen = explored(settling, heads, trials.seed)
    model = Model(promises, prior, load, _needed(scenario, settling), settling.lag)
    model.weights = fit(model, prior, [(seen[0], one) for one in seen[1:]])
    search = Search(scenario, policy, tours, program, model, promises, trials, n, store, say)
    search.seen, search.prior = seen, prior
    search.heads, search.ample, search.price = heads, settling.ample, float(settling.cost.max())
    return search


def _needed(scenario: Scenario, settling: Settling) -> NDArray[np.bool_]:
    """Groups [K, G] of which some served, under the policy, what a target wants to be answered in time."""
    found = np.zeros((len(settling.targets), len(scenario.group_names)), dtype=np.bool_)
    for k, target in enumerate(settling.targets):
        in_time = target.is_service_level or target.measure == "service_level_heard" or target.percentile is not None
        if settling.served is None or target.by == "group" or not in_time:
            continue
        served = settling.served[types_of(target, scenario)].sum(axis=0)
        found[k] = served > SELDOM * served.sum()
    return found


def _first_plan(search: Search, program: Program) -> Counts:
    """The cheapest cover of what theory asks for, short where that is dearer than it is worth."""
    soft = (cover(search), SHORT * search.price)
    if search.tours.cost.size > LARGE:  # a start need not be the best cover
        solved = program.solve([], soft=soft, relaxed=True)
        if solved is not None:
            rounded: Counts = _rounded(search, np.floor(solved[0] + 1e-6).astype(np.int64))
            if search.allowed(rounded):
                return rounded
    solved = program.solve([], soft=soft, gap=0.01)
    if solved is None:
        raise NoPlan("found no plan within the bounds on people; allowed wider ones")
    counts: Counts = solved[0]
    return counts


def _plan(
    search: Search, tried: Tried, trial: Trial, verdicts: tuple[Verdict, ...], interrupted: bool, bound: float,
    out_of_reach: tuple[str, ...],
) -> Plan:  # fmt: skip
    scenario, tours = search.scenario, search.tours
    used = np.flatnonzero(tried.counts > 0)
    small = take(tours, used)
    priced = own_counts(scenario, price_today := _today(scenario)) if _has_shifts(scenario) else None
    return Plan(
        scenario=scenario,
        planned=staffed_by(scenario, tours, tried.counts),
        policy=search.policy,
        tours=small,
        counts=tried.counts[used],
        cost=tried.cost,
        hours=float(tours.hours @ tried.counts),
        bound=bound,
        verdicts=verdicts,
        sure=all_met(search, verdicts) and bool(search.asked.any()),
        handled=float(trial.served.sum()),
        replications=trial.n,
        looked=search.looked,
        runs=search.trials.runs,
        binding=_binding(search, tried),
        interrupted=interrupted,
        impossible=out_of_reach,
        today=None if priced is None else float(price_today.cost @ priced),
    )


def _rounded(search: Search, counts: Counts) -> Counts:
    """Whole people in place of fractions: one after the other where they cover most of what is lacking."""
    tours = search.tours
    heads = search.heads.astype(np.float64)
    for _ in range(int(heads.sum())):
        lacking = np.maximum(heads - tours.present(counts, len(heads)), 0.0)
        covered = np.minimum(tours.presence, lacking[tours.group]).sum(axis=1)
        worth = SHORT * search.price * covered / np.maximum(tours.cost, 1e-9)
        for j in np.argsort(-worth)[:20].tolist():
            more = counts.copy()
            more[j] += 1
            if worth[j] > 1.0 and search.allowed(more):
                counts = more
                break
        else:
            return counts
    return counts


def _has_shifts(scenario: Scenario) -> bool:
    return any(group.shifts for group in scenario.groups.values())


def _today(scenario: Scenario) -> Tours:
    from floorcast.planning.programs.tours import own_tours

    return price(scenario, own_tours(scenario))


def _binding(search: Search, tried: Tried) -> tuple[str, ...]:
    """The promises with the least room, and the intervals that cost them most."""
    from datetime import timedelta

    room = (tried.anchor.room - search.margin) / np.maximum(tried.anchor.error, 0.004)
    found = []
    for p in np.argsort(room)[:3]:
        promise = search.promises[int(p)]
        if promise.k is None or not math.isfinite(room[p]):
            found.append(words(promise.target))
            continue
        slack = promise.bound.slack(tried.anchor.values[promise.k])
        loss = np.nan_to_num(slack * tried.anchor.weights[promise.k], nan=0.0)
        loss[: promise.first] = loss[promise.end :] = 0.0
        worst = np.argsort(loss)[:3]
        when = [
            f"{search.scenario.start + timedelta(seconds=float(t) * search.scenario.interval):%a %H:%M}"
            for t in sorted(worst.tolist())
            if loss[t] < 0
        ]
        found.append(words(promise.target) + (f" at {', '.join(when)}" if when else ""))
    return tuple(found)
