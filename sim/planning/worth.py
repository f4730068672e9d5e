"""What an hour is worth: one person more or one less in each group and part of the day, paired.

"One less" is one person of the group off the floor and paid, as in training or a meeting; "one more"
is one more person on a shift of just these hours. All of it meets the customers of the scenario as
it stands, so the differences are those of the person. All intervals hold together at 95 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from floorcast.clock.compiled import run
from floorcast.measures import TargetRow
from floorcast.model.compile.assemble import assemble
from floorcast.scenario import InputErrors, Problem, Scenario, change
from floorcast.scenario.loading import rebuilt
from floorcast.scenario.read.units import DAY, HOUR
from floorcast.scenario.what_if.variants import variants_of
from floorcast.study.alternatives.options import options_of
from floorcast.study.estimate import CONFIDENCE_ERROR, half_widths
from floorcast.study.replicates import Replicates
from floorcast.study.results import Study

Direction = Literal["one less", "one more"]
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_HEADS = 16
OF_THE_FLOOR = ("occupancy", "slot_utilisation")


@dataclass(frozen=True)
class Effect:
    """How far a target's measure moves; better: 1 towards its bound, -1 away from it."""

    target: TargetRow
    mean: float
    half_width: float

    @property
    def gain(self) -> float:
        """The move in the good direction."""
        return self.mean if self.target.at_least is not None else -self.mean

    @property
    def share(self) -> float:
        """The gain as a share of the bound; 0 where there was nothing to measure."""
        bound = self.target.at_least if self.target.at_least is not None else self.target.at_most
        return 0.0 if not bound or np.isnan(self.gain) else self.gain / abs(bound)

    @property
    def sure(self) -> bool:
        """Whether chance cannot explain it."""
        return abs(self.mean) > self.half_width


class Asked(NamedTuple):
    """One person of a group, more or less, from `start` to `end` (s of the day) on these weekdays;
    `there`: mean people planned in that time."""

    group: str
    start: float
    end: float
    direction: Direction
    days: tuple[int, ...]
    there: float


@dataclass(frozen=True)
class Cell:
    """What it does to every target, and what it costs over the horizon."""

    asked: Asked
    effects: tuple[Effect, ...]
    cost: float

    @property
    def weight(self) -> float:
        """All moves of what customers meet added up as shares of their bounds, for an hour: below 0 is harm."""
        return float(sum(effect.share for effect in self.felt)) * HOUR / (self.asked.end - self.asked.start)

    @property
    def felt(self) -> tuple[Effect, ...]:
        """The effects on what customers meet; that people are less busy is not one of them."""
        return tuple(e for e in self.effects if e.target.measure not in OF_THE_FLOOR)


@dataclass(frozen=True)
class Taught:
    """What a change of skills brings, and how many more people of `group` bring as much."""

    change: str
    effects: tuple[Effect, ...]
    target: TargetRow | None  # that it moves most, for its half width
    group: str
    heads: int | None  # None: more than were tried
    heads_gain: float


@dataclass(frozen=True)
class Worth:
    """Everything that was asked, on `replications` replications."""

    scenario: str
    policy: str
    replications: int
    base: tuple[tuple[TargetRow, float], ...]
    cells: tuple[Cell, ...]
    taught: Taught | None

    def cheapest(self, number: int = 3) -> list[Cell]:
        """The hours in which one person less harms the targets least, of those with somebody there."""
        less = [cell for cell in self.cells if cell.asked.direction == "one less"]
        return sorted(less, key=lambda cell: (-cell.weight, cell.asked))[:number]

    def dearest(self, number: int = 3) -> list[Cell]:
        """The hours in which one person more helps most."""
        more = [cell for cell in self.cells if cell.asked.direction == "one more"]
        return sorted(more, key=lambda cell: (-cell.weight, cell.asked))[:number]


def worth(
    scenario: Scenario,
    policy: Any,
    *,
    block: float = 2 * HOUR,
    groups: Sequence[str] | None = None,
    teach: str | None = None,
    replications: int | None = None,
    jobs: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Worth:
    """Simulate every group and block of the day with one person less and one more.

    block: length of the hours looked at [s], a divisor of a day. teach: a change of skills such as
    `mail_team teach 10 phone`. Raises `InputErrors` for groups staffed by a headcount, which have no
    single people, and for what `teach` says wrong.
    """
    if DAY % block:
        raise ValueError(f"found blocks of {block:g} s; allowed divisors of a day")
    names = list(scenario.group_names) if groups is None else list(groups)
    n = scenario.replications if replications is None else replications
    asked = [ask for name in names for ask in _asked(scenario, name, block)]
    scenarios = [_changed(scenario, ask) for ask in asked]
    study = _study(policy, [scenario, *scenarios], n, jobs, progress)
    family = max(len(asked) * len(study.targets), 1)
    cells = tuple(
        Cell(ask, _effects(study, place, family), _cost(study, place))
        for place, ask in enumerate(asked, 1)
    )
    base = study.estimates(0, study.target_places).mean.tolist()
    taught = None if teach is None else _taught(scenario, policy, teach, n, jobs)
    return Worth(scenario.name, str(policy.name), n, tuple(zip(study.targets, base)), cells, taught)


def _asked(scenario: Scenario, group: str, block: float) -> list[Asked]:
    """Blocks in which somebody of the group is planned, cut to the time from the first who is there to
    the last, both ways where both can be said."""
    entry = scenario.groups[group]
    if entry.headcount is not None:
        message = "found a headcount, in which there are no single people; allowed groups with shifts or agents"
        raise InputErrors([Problem(scenario.file, None, f"groups.{group}", message)])
    spans = np.array([span for agent in scenario.roster(group) for s in agent for span in _spans(s)]).reshape(-1, 2)
    asked = []
    for number in range(int(DAY // block)):
        begins = number * block + DAY * np.arange(scenario.days)[:, None]
        first, last = np.maximum(spans[:, 0], begins) - begins, np.minimum(spans[:, 1], begins + block) - begins
        there = last > first  # [days, spans]
        worked = np.flatnonzero(there.any(axis=1))
        if not worked.size:
            continue
        days = tuple(sorted({(scenario.start.weekday() + int(d)) % 7 for d in worked}))
        start = 60.0 * float(first[there].min() // 60)
        end = 60.0 * float(-(-last[there].max() // 60))
        mean = float((last - first)[there].sum() / (end - start) / worked.size)
        directions: tuple[Direction, ...] = ("one less", "one more") if entry.shifts else ("one less",)
        asked += [
            Asked(group, number * block + start, number * block + end, one, days, mean)
            for one in directions
        ]
    return asked


def _spans(shift: Any) -> list[tuple[float, float]]:
    """The presence of a shift between its breaks."""
    spans, at = [], shift.start
    for begin, end in shift.breaks:
        spans.append((at, begin))
        at = end
    return [*spans, (at, shift.end)]


def _changed(scenario: Scenario, ask: Asked) -> Scenario:
    """The scenario with one person in training, or on a shift of their own, in these hours."""
    data = scenario._origin.document.data
    entry = dict(data["groups"][ask.group])
    key = "training" if ask.direction == "one less" else "shifts"
    rows = entry.get(key) or []
    written = {
        "start": f"{int(ask.start // HOUR):02d}:{int(ask.start % HOUR // 60):02d}",
        "length": f"{ask.end - ask.start:g}s",
        "days": [DAY_NAMES[day] for day in ask.days],
        "agents": 1,
    }
    entry[key] = [*(rows if isinstance(rows, list) else [rows]), written]
    groups = {**data["groups"], ask.group: entry}
    return rebuilt(scenario, {**data, "groups": groups}, {"worth": ask.direction})


def _study(
    policy: Any,
    scenarios: Sequence[Scenario],
    replications: int,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
    policies: Sequence[Any] | None = None,
) -> Study:
    chosen = policies or [policy] * len(scenarios)
    worlds = [assemble(one, its) for one, its in zip(scenarios, chosen)]
    names = [str(number) for number in range(len(worlds))]
    work = Replicates(worlds, run, scenarios[0].seed, names=names, jobs=jobs)
    if not work.run(replications, progress):
        raise KeyboardInterrupt
    return work.study(scenarios[0].name)


def _effects(study: Study, place: int, family: int) -> tuple[Effect, ...]:
    """Paired differences of an option to the first, for every target."""
    base, other = (study.estimates(which, study.target_places) for which in (0, place))
    size = np.abs(base.mean) + np.abs(other.mean)
    widths = half_widths(other.influence - base.influence, CONFIDENCE_ERROR / family, size)
    return tuple(
        Effect(target, float(mean), float(width))
        for target, mean, width in zip(study.targets, other.mean - base.mean, widths)
    )


def _cost(study: Study, place: int) -> float:
    """What an option costs more than the first, over the horizon."""
    row = [study.place["cost", "all", "all"]]
    return float((study.estimates(place, row).mean - study.estimates(0, row).mean)[0])


def _taught(scenario: Scenario, policy: Any, teach: str, replications: int, jobs: int) -> Taught:
    """The change of skills, and how many people more bring as much to the target it moves most."""
    try:
        options = options_of(scenario, [policy], variants_of([teach], scenario))
    except InputErrors as errors:
        named = [replace(p, file="--teach") if p.file == "--with" else p for p in errors.problems]
        raise InputErrors(named) from None
    study = _study(
        policy, [o.scenario for o in options], replications, jobs, policies=[o.policy for o in options]
    )
    effects = _effects(study, 1, len(study.targets))
    felt = [e for e in effects if e.target.measure not in OF_THE_FLOOR]
    surest = max(felt, key=lambda e: e.gain / e.half_width if e.half_width > 0 else 0.0, default=None)
    words = "; ".join(options[1].changes) or teach
    if surest is None or not surest.sure or surest.gain <= 0:
        return Taught(words, effects, None, "", None, 0.0)
    place = study.targets.index(surest.target)
    group = _who_serves(scenario, surest.target)
    gain = 0.0
    for heads in range(1, MOST_HEADS + 1):
        more = change(scenario, headcounts={group: (scenario.groups[group].planned_agents or 0) + heads})
        tried = _study(policy, [scenario, more], replications, jobs)
        gain = _effects(tried, 1, 1)[place].gain
        if gain >= surest.gain:
            return Taught(words, effects, surest.target, group, heads, gain)
    return Taught(words, effects, surest.target, group, None, gain)


def _who_serves(scenario: Scenario, target: TargetRow) -> str:
    """The group with people of its own that serves what a target is about with the fewest channels
    beside it; of several the largest."""
    kinds = [k for k in scenario.type_names if target.of in (k, scenario.channel_of(k))]
    channels = {scenario.channel_of(kind) for kind in kinds}
    planned = {name: scenario.groups[name].planned_agents or 0 for name in scenario.group_names}
    able = [name for name in planned if planned[name] and channels <= set(scenario.groups[name].channels)]
    return min(able or list(planned), key=lambda name: (len(scenario.groups[name].channels), -planned[name]))
