"""The cheapest people by group and interval that meet every target in every interval, by simulation.

Starting from theory's guess, numbers move by the distance of each interval's service from its bound. Then people are
removed one at a time wherever no target is missed because of it, at times so far apart that the effect of each shows
in the service around it. All attempts face the same customers. The result is checked on fresh customers, and
raised where these show a miss that cannot be due to chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import TargetRow
from floorcast.model.compile.assemble import assemble
from floorcast.planning.requirement.crew import Heads, crewed
from floorcast.planning.requirement.start import (
    Demand,
    demand_of,
    first_guess,
    is_text,
    promised,
    types_of,
)
from floorcast.planning.trials import FRESH, Trial, Trials
from floorcast.scenario.schema.scenario import Scenario
from floorcast.study.student import two_sided

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NEWTON_ROUNDS = 6
SWEEPS = 2
REPAIRS = 3
WIDEST_GAP = 5  # intervals between those at which a person is taken away at the same time
LEAST_CONTACTS = 0.05  # expected in an interval: below, nothing can be asked of it
PER_CELL = 0.02  # a group matters to a target when it serves so much of it
EXCUSED = 1.0  # standard errors by which a value may miss its bound while people are still being settled


@dataclass(frozen=True)
class Requirement:
    """heads [G, T] required; asked and missed [targets, T]: where a target asks something, and where fresh
    replications miss it by more than chance allows; unreachable [targets, T]: where not even ample people
    meet it; check: the fresh trial; ample: everybody answered at once."""

    heads: Heads
    asked: Bools
    missed: Bools
    unreachable: Bools
    check: Trial
    ample: Trial
    demand: Demand


class Settling:
    """One search; `n` replications a try, `cost` [G] of a person for an interval."""

    def __init__(
        self, scenario: Scenario, policy: object, trials: Trials, n: int, cost: Floats,
        say: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        self.scenario, self.policy, self.trials, self.n, self.cost = scenario, policy, trials, n, cost
        self.targets: tuple[TargetRow, ...] = trials.question.targets
        self.bounds = trials.question.bounds
        self.say = say or (lambda line: None)
        self.steps = round(scenario.horizon / scenario.interval)
        self.served: Floats | None = None  # [types, G] the most contacts that each group ended in a trial
        text = is_text(scenario)
        self.early = np.array([self._promise(target, text) >= scenario.interval for target in self.targets])
        self.lag = np.array([self._lag(target, text) for target in self.targets], dtype=np.int64)

    def _promise(self, target: TargetRow, text: Bools) -> float:
        """Seconds that text may wait under a target; 0 for one of calls and chats."""
        if not (types_of(target, self.scenario) & text).any() or target.by == "group":
            return 0.0
        return promised(target, self.scenario) or 0.0

    def _lag(self, target: TargetRow, text: Bools) -> int:
        """Intervals before a contact falls due in which people may have answered it."""
        return math.ceil(self._promise(target, text) / self.scenario.interval)

    # -- trying ------------------------------------------------------------------------------------

    def try_out(self, heads: Heads, n: int | None = None, first: int = 0, whole: bool = False) -> Trial:
        """Simulate these people."""
        world = assemble(crewed(self.scenario, heads), self.policy)  # type: ignore[arg-type]
        trial = self.trials.run(world, n or self.n, first, whole)
        self.served = trial.served if self.served is None else np.maximum(self.served, trial.served)
        return trial

    def slack(self, values: Floats) -> Floats:
        """By how much each target is kept in each interval [targets, T]."""
        return np.array([bound.slack(row) for bound, row in zip(self.bounds, values, strict=True)]).reshape(
            values.shape
        )

    def excused(self, trial: Trial) -> Floats:
        """The slack [targets, T] with what is excused while people are being settled."""
        values, error = trial.values()
        return self.slack(values) + EXCUSED * error

    def ample_heads(self) -> Heads:
        """So many people that hardly anybody waits."""
        from floorcast.planning.requirement.crew import expected_arrivals
        from floorcast.planning.requirement.start import handle_times

        work = expected_arrivals(self.scenario) * handle_times(self.scenario)[:, None] * 1.6
        heads = np.zeros((len(self.scenario.group_names), self.steps), dtype=np.int64)
        for g, name in enumerate(self.scenario.group_names):
            able = [self.scenario.able(name, kind) for kind in self.scenario.type_names]
            load = work[able].sum(axis=0) / self.scenario.interval
            spread = np.maximum(load, np.roll(load, 1))
            heads[g] = np.ceil(spread + 5 * np.sqrt(spread) + 8 + load.mean()).astype(np.int64)
        return heads

    def prepare(self) -> tuple[Trial, Bools]:
        """See what ample people do: the demand of each group, which intervals are asked something, and
        which of them are out of reach; the trial and the latter are given back."""
        self.ample = self.ample_heads()
        ample = self.try_out(self.ample, 2 * self.n)
        self.demand = demand_of(self.scenario, self.targets, ample)
        self.reach = self.demand.reach(self.targets, self.scenario)
        best, error = ample.values()
        room = self.slack(best)
        self.asked = (ample.below.mean(axis=0) >= LEAST_CONTACTS) & ~np.isnan(room)
        with np.errstate(invalid="ignore"):
            unreachable = self.asked & (room < 0) & (-room > 3 * error)
        self.asked &= ~unreachable
        for k, target in enumerate(self.targets):
            if target.measure == "occupancy":  # only text left to work off may keep everybody busy
                on_line = ~is_text(self.scenario)
                coming = self.demand.share[on_line].T @ self.demand.arrivals[on_line]
                self.asked[k] &= (coming * (self.reach[k] > PER_CELL)[:, None]).sum(axis=0) >= LEAST_CONTACTS
        # Where these very customers are let down by ample people, more people are no remedy.
        self.within_reach = self.asked & ~(room < 0)
        self.fails = np.zeros(self.asked.shape, dtype=np.int64)
        return ample, unreachable

    def rough(self, rounds: int = 3) -> Heads:
        """People that theory asks for, moved towards the bounds by a few simulations."""
        return self._newton(first_guess(self.scenario, self.targets, self.demand), rounds)

    def find(self) -> Requirement:
        """The whole search."""
        ample, unreachable = self.prepare()
        heads = first_guess(self.scenario, self.targets, self.demand)
        heads = self._newton(heads)
        heads = self._sweep_down(heads)
        heads, check, missed = self._repair(heads)
        return Requirement(heads, self.asked, missed, unreachable, check, ample, self.demand)

    def _helper(self, k: int, t: int) -> tuple[int, int]:
        """The group, and the interval, in which one more is likeliest to help a target at an interval: most of
        its contacts for the money, or the next group where that did not help."""
        groups = np.flatnonzero(self.reach[k] > PER_CELL)
        order = groups[np.argsort(-self.reach[k, groups] / self.cost[groups], kind="stable")]
        group = int(order[(self.fails[k, t] // 2) % order.size])
        return group, max(0, t - 1) if self.early[k] else t

    # -- moves by distance ---------------------------------------------------------------------------

    def _newton(self, heads: Heads, rounds: int = NEWTON_ROUNDS) -> Heads:
        for turn in range(rounds):
            trial = self.try_out(heads)
            moved = self._moved(heads, trial, lower=turn < rounds - 2)
            self.say(f"people-intervals {int(heads.sum())} -> {int(moved.sum())}")
            if (moved == heads).all():
                break
            heads = moved
        return heads

    def _moved(self, heads: Heads, trial: Trial, lower: bool) -> Heads:
        """Heads after a step towards the bounds."""
        values, error = trial.values()
        room = self.slack(values)
        up = np.zeros(heads.shape)
        down = np.full(heads.shape, -np.inf)  # the most that any target still allows to take away
        for k in range(len(self.targets)):
            groups = np.flatnonzero(self.reach[k] > PER_CELL)
            if not groups.size:
                continue
            for t in np.flatnonzero(self.within_reach[k] & ~np.isnan(room[k])).tolist():
                if room[k, t] < -EXCUSED * error[k, t]:
                    best, at = self._helper(k, t)
                    self.fails[k, t] += 1
                    up[best, at] = max(up[best, at], self._people(k, t, values, heads[best, at], trial))
                for g in groups:
                    if self.lag[k] or room[k, t] < 0:
                        down[g, max(0, t - self.lag[k]) : t + 1] = np.maximum(
                            down[g, max(0, t - self.lag[k]) : t + 1], 0.0
                        )
                    else:
                        down[g, t] = max(down[g, t], -self._people(k, t, values, heads[g, t], trial))
        step = np.where(up > 0, np.ceil(up), 0.0)
        if lower:
            fewer = np.where(np.isneginf(down), -heads, np.trunc(np.minimum(down, 0.0) * 0.7))
            step = np.where(up > 0, step, fewer)
        return np.minimum(np.maximum(heads + step, 0), np.maximum(self.ample, heads)).astype(np.int64)

    def _people(self, k: int, t: int, values: Floats, now: int, trial: Trial) -> float:
        """Roughly by how many people the value is away from its bound."""
        target, value = self.targets[k], float(values[k, t])
        bound = self.bounds[k]
        load = float((self.demand.load * self.reach[k][:, None])[:, t].sum())
        if target.measure == "occupancy" and target.at_most:
            busy = float(trial.above[:, k, t].mean()) / self.scenario.interval
            return abs(busy / target.at_most - float(trial.below[:, k, t].mean()) / self.scenario.interval)
        if self.lag[k]:
            late = (max(bound.at_least or 0.0, value) - value) * float(trial.below[:, k, t].mean())
            kinds = types_of(target, self.scenario)
            return max(0.3, late * float(self.demand.handle[kinds].mean()) / self.scenario.interval)
        wanted = bound.at_least if bound.at_least is not None else bound.at_most
        assert wanted is not None
        if 0 < wanted < 1 and target.unit == "share" or bound.at_least is not None and wanted <= 1:
            gap = abs(_normal(wanted) - _normal(value))
        else:
            gap = abs(math.log((value + 1.0) / (wanted + 1.0)))
        return gap * 0.6 * math.sqrt(load + 1.0)

    # -- one person less -----------------------------------------------------------------------------

    def _sweep_down(self, heads: Heads) -> Heads:
        colours = self._colours()
        for sweep in range(SWEEPS):
            before = int(heads.sum())
            trial = self.try_out(heads)
            room = self.excused(trial)
            idle = heads - trial.work / self.scenario.interval
            chunk = np.maximum(1, np.floor(0.5 * (idle - np.sqrt(heads)))).astype(np.int64)
            for colour in colours:
                gap = min(2 + int(self._window(colour).max(initial=1)), WIDEST_GAP)
                for offset in range(gap):
                    heads, room = self._fewer(heads, room, colour, (offset + sweep) % gap, gap, chunk)
            self.say(f"people-intervals {before} -> {int(heads.sum())}")
            if int(heads.sum()) == before:
                break
        return heads

    def _window(self, groups: list[int]) -> NDArray[np.int64]:
        """For each target how many intervals after a change it may still show."""
        touched = (self.reach[:, groups] > PER_CELL).any(axis=1)
        return np.where(touched, self.lag + 1, 0)

    def _colours(self) -> list[list[int]]:
        """Groups that no target shares stand together; the dearest first. Occupancy of all is shared by all, but people
        of several groups taken away at once seldom make it too high: where they do, all are given back."""
        telling = np.array([target.measure != "occupancy" or target.by == "group" for target in self.targets])
        order = sorted(range(len(self.cost)), key=lambda g: (-self.cost[g], g))
        colours: list[list[int]] = []
        for g in order:
            mine = (self.reach[:, g] > PER_CELL) & telling
            for colour in colours:
                if not (mine[:, None] & (self.reach[:, colour] > PER_CELL)).any():
                    colour.append(g)
                    break
            else:
                colours.append([g])
        return colours

    def _fewer(
        self, heads: Heads, room: Floats, groups: list[int], offset: int, gap: int, chunk: Heads
    ) -> tuple[Heads, Floats]:
        """Take a person, or `chunk` where many are idle, away at every gap-th interval, and keep it where
        nothing is missed for it."""
        tried = np.zeros(heads.shape, dtype=np.bool_)
        for g in groups:
            places = np.arange(offset, self.steps, gap)
            places = places[heads[g, places] > 0]
            tried[g, [t for t in places if self._worth_trying(g, t, room)]] = True
        if not tried.any():
            return heads, room
        less = np.minimum(chunk, heads) * tried
        trial = self.try_out(heads - less)
        now = self.excused(trial)
        with np.errstate(invalid="ignore"):
            harmed = self.within_reach & (now < 0) & (now < room - 1e-12)
        back = np.zeros_like(tried)
        fresh = np.ones(now.shape, dtype=np.bool_)
        for g, t in np.argwhere(tried):
            for k in np.flatnonzero(self.reach[:, g] > PER_CELL):
                span = slice(t, min(t + self.lag[k] + 2, self.steps))
                if harmed[k, span].any():
                    back[g, t] = True
                    break
            if back[g, t]:
                for k in np.flatnonzero(self.reach[:, g] > PER_CELL):
                    fresh[k, t : min(t + self.lag[k] + 2, self.steps)] = False
        return heads - less * ~back, np.where(fresh, now, room)

    def _worth_trying(self, g: int, t: int, room: Floats) -> bool:
        """Whether a person less at this instant has any prospect."""
        for k in np.flatnonzero(self.reach[:, g] > PER_CELL):
            if not self.within_reach[k, t]:
                continue
            if room[k, t] < 0:
                return False
            bound = self.bounds[k].at_least
            if self.lag[k] == 0 and bound is not None and bound <= 1:
                z = _normal(bound + max(room[k, t], 0.0))
                loss = math.exp(-z * z / 2) / 2.507 / (0.6 * math.sqrt(self.demand.load[g, t] + 1.0))
                if room[k, t] < 0.2 * loss:
                    return False
        return True

    # -- the last word -------------------------------------------------------------------------------

    def _repair(self, heads: Heads) -> tuple[Heads, Trial, Bools]:
        """One more where more replications show a miss, then where fresh ones do beyond chance."""
        for _ in range(REPAIRS):
            trial = self.try_out(heads, 2 * self.n)
            values, error = trial.values()
            more = self._one_more(heads, values, self.slack(values) < -EXCUSED * error)
            if not more.any():
                break
            heads = heads + more
        for turn in range(REPAIRS):
            check = self.try_out(heads, 2 * self.n, FRESH + turn * 2 * self.n, whole=True)
            values, error = check.values()
            missed = self.beyond_chance(values, error, check.n)
            if not missed.any() or turn == REPAIRS - 1:
                break
            heads = heads + self._one_more(heads, values, missed)
        return heads, check, missed

    def beyond_chance(self, values: Floats, error: Floats, n: int) -> Bools:
        """Where a target is missed by more than chance allows, all intervals taken together at 95 %."""
        family = max(int(self.asked.sum()), 1)
        width = two_sided(0.1 / family, max(n - 1, 1)) * error
        with np.errstate(invalid="ignore"):
            return np.asarray(self.asked & (self.slack(values) < -width) & (width > 0), dtype=np.bool_)

    def _one_more(self, heads: Heads, values: Floats, missed: Bools) -> Heads:
        more = np.zeros_like(heads)
        for k, t in np.argwhere(missed & self.within_reach):
            if (self.reach[k] > PER_CELL).any():
                more[self._helper(k, t)] = 1
                self.fails[k, t] += 1
        return more


def _normal(share: float) -> float:
    """The normal quantile of a share, cut to a useful range."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(min(max(share, 0.004), 0.996))
