"""A scenario's read-only tables: contact types, distributions, channels, groups and what they may hold."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.records import layout
from floorcast.model.records.layout import Leave

if TYPE_CHECKING:
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.policy import Policy
    from floorcast.scenario.schema.people import Evaluation
    from floorcast.scenario.schema.scenario import Scenario
    from floorcast.scenario.words.distributions import Distribution

SKILL_SLOWDOWN = 0.5  # at proficiency 0 work takes 1.5 times as long as at 1
_SENTIMENTS = ("negative", "neutral", "positive")
_NO_LIMIT = np.iinfo(np.int64).max // 2


def digest(name: str) -> int:
    """A name's 32-bit digest: what is named keeps its random numbers wherever it stands."""
    return zlib.crc32(name.encode())


class DrawTable:
    """Rows of distributions, each stored once."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, float, float, float, int, int]] = []
        self._knots: list[tuple[float, float]] = []
        self._known: dict[Distribution, int] = {}

    def row(self, distribution: Distribution | None, optional: bool = True) -> int:
        """Row of the distribution; -1 for one that is always zero, where that may be left out."""
        if distribution is None or (optional and distribution.is_zero):
            return -1
        if distribution not in self._known:
            kind, a, b, zero, knots = distribution.row()
            first = len(self._knots)
            if knots is not None:
                self._knots.extend((float(u), float(x)) for u, x in knots)
            if distribution.is_zero:
                kind, a, b, zero = type(kind)(0), 0.0, 0.0, 0.0
            self._known[distribution] = len(self._rows)
            self._rows.append((int(kind), a, b, zero, first, len(self._knots)))
        return self._known[distribution]

    def steps(self, steps: tuple[Array, Array] | None) -> tuple[int, int]:
        """First and last+1 row of a factor through time, in the table of knots; (0, 0) for none."""
        if steps is None:
            return 0, 0
        first = len(self._knots)
        self._knots.extend((float(at), float(factor)) for at, factor in zip(*steps, strict=True))
        return first, len(self._knots)

    def arrays(self) -> tuple[Array, Array]:
        """The draws and the knots."""
        return (
            np.array(self._rows or [(0, 0.0, 0.0, 0.0, 0, 0)], dtype=layout.DRAW),
            np.array(self._knots or [(0.0, 0.0)], dtype=layout.KNOT),
        )


class MixTable:
    """Rows of discrete choices with cumulated shares."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, int]] = []

    def rows(self, shares: dict[int, float]) -> tuple[int, int]:
        """First and last+1 row of a choice from values to shares."""
        first = len(self._rows)
        total = math.fsum(shares.values())
        up_to = 0.0
        for value, share in shares.items():
            up_to += share / total
            self._rows.append((up_to, value))
        return first, len(self._rows)

    def steps(self, steps: Sequence[tuple[float, int]]) -> tuple[int, int]:
        """First and last+1 row of a choice by a number: (from so many on, value), ascending."""
        first = len(self._rows)
        self._rows.extend((float(low), value) for low, value in steps)
        return first, len(self._rows)

    def array(self) -> Array:
        """All rows."""
        return np.array(self._rows or [(1.0, 0)], dtype=layout.MIX)


def channel_table(scenario: Scenario) -> Array:
    """One row per channel."""
    table = np.zeros(len(scenario.channel_names), dtype=layout.CHANNEL)
    for i, name in enumerate(scenario.channel_names):
        channel = scenario.channels[name]
        row = table[i]
        kind = scenario.traits_of(name)
        row["open"] = 1
        row["turns_away"] = channel.closed == "turned_away"
        row["holds_slot"] = channel.slot_kept_for > 0
        row["release_after"] = channel.slot_kept_for
        row["exclusive"] = kind.exclusive
        row["leave"] = Leave.FINISH if kind.synchronous else Leave.HAND_OVER
        if channel.on_leave is not None:
            row["leave"] = Leave[channel.on_leave.upper()]
        row["early"] = channel.release == "status"
        row["lines"] = channel.lines or _NO_LIMIT
        row["queue_limit"] = _NO_LIMIT if channel.queue_limit is None else channel.queue_limit
        row["sticky"] = channel.sticky
    return table


def type_table(scenario: Scenario, draws: DrawTable, mixes: MixTable) -> Array:
    """One row per contact type; routing fills ``entry`` and ``points``."""
    names = scenario.type_names
    table = np.zeros(len(names), dtype=layout.CONTACT_TYPE)
    for i, name in enumerate(names):
        kind = scenario.contact_types[name]
        row = table[i]
        row["channel"] = scenario.channel_names.index(kind.channel)
        one_turn = kind.turns.words == "constant 1" or (kind.turns.kind == 0 and kind.turns.a == 1)
        row["turns"] = -1 if one_turn else draws.row(kind.turns)
        row["work"] = draws.row(kind.work, optional=False)
        row["think"] = draws.row(kind.think)
        row["wrap_up"] = draws.row(kind.after_contact_work)
        row["rest"] = draws.row(kind.unavailable)
        row["mean_from"], row["mean_to"] = draws.steps(scenario.work_steps(name))
        row["calm_from"], row["calm_to"] = draws.steps(scenario.patience_steps(name))
        row["patience"] = draws.row(kind.patience, optional=False)
        crowds = sorted((one.waiting, draws.row(one.patience, optional=False)) for one in kind.crowded)
        row["crowd_from"], row["crowd_to"] = mixes.steps(crowds)
        row["reach"] = draws.row(kind.reach)
        row["value"] = draws.row(kind.value)
        row["abandons"] = scenario.traits_of(kind.channel).synchronous
        shares = [kind.sentiment.get(s, 0.0) for s in _SENTIMENTS]
        row["negative"], row["neutral"] = shares[0], shares[1]
        row["trigger"] = kind.trigger
        row["attributes"] = shares[1] < 1.0 or kind.trigger > 0 or bool(kind.language)
        if kind.language:
            spoken = {scenario.language_names.index(k): v for k, v in kind.language.items()}
            row["language_from"], row["language_to"] = mixes.rows(spoken)
        row["aim"] = scenario.answer_within(name)
        row["retry_delay"] = -1
        if kind.retry is not None and kind.retry.probability > 0:
            retry = kind.retry
            row["retry"] = retry.probability
            row["retry_delay"] = draws.row(retry.delay, optional=False)
            row["retry_most"] = retry.at_most
            row["retry_same"] = retry.patience == "same"
            to = {names.index(k): v for k, v in (retry.to or {name: 1.0}).items()}
            row["mix_from"], row["mix_to"] = mixes.rows(to)
    return table


def group_table(scenario: Scenario, sizes: list[int]) -> Array:
    """One row per group; pools and serves are filled by routing."""
    table = np.zeros(len(scenario.group_names), dtype=layout.GROUP)
    first = 0
    for i, name in enumerate(scenario.group_names):
        group = scenario.groups[name]
        row = table[i]
        row["first"], row["n"] = first, sizes[i]
        row["units"] = math.inf if group.slots.total is None else group.slots.total
        row["switching"] = group.switching_cost
        row["rating"] = group.rating
        row["half_life"] = row["curve"] = math.inf
        if group.learning is not None:
            row["curve"], row["faster"] = group.learning.curve, group.learning.faster
            row["resolves"] = group.learning.resolves
            if group.learning.half_life is not None:
                row["half_life"] = group.learning.half_life
        row["evaluation"] = -1
        if group.evaluation is not None:
            _evaluated(row, group.evaluation, scenario)
        row["secondary"] = group.slots.secondary.total if group.slots.secondary else 0.0
        row["pull"] = -1
        first += sizes[i]
    return table


def _evaluated(row: Any, evaluation: Evaluation, scenario: Scenario) -> None:
    """What a group's row says of evaluations."""
    row["evaluation"] = scenario.type_names.index(evaluation.by)
    row["evaluation_most"], row["evaluation_period"] = evaluation.at_most, evaluation.period
    row["evaluation_share"], row["evaluation_longer"] = evaluation.share, evaluation.longer_than
    feels = {"negative": -1, "neutral": 0, "positive": 1}
    row["evaluation_sentiment"] = feels[evaluation.sentiment] if evaluation.sentiment else layout.ANY_SENTIMENT
    row["feedback"], row["teaches"] = evaluation.feedback, evaluation.teaches


def people_tables(scenario: Scenario, groups: Array, draws: DrawTable) -> dict[str, Array]:
    """Per agent: how many times as long its work takes (`pace`), and the rows of the time it is not
    available after a contact, when nobody waits (`rest`), somebody (`haste`) and several (`rush`). Fills
    which groups are hasty."""
    agents = int(groups["n"].sum())
    pace = np.ones(agents)
    rest, haste, rush = (np.full(agents, -1, dtype=np.int32) for _ in range(3))
    for row, group in zip(groups, scenario.groups.values(), strict=True):
        first, size = int(row["first"]), int(row["n"])
        for a, person in enumerate(group.people_in_order(size), first):
            pace[a] = 1.0 / group.speed / (person.speed if person else 1.0)
            law = person.unavailable if person and person.unavailable else group.unavailable
            if law is not None:
                rest[a], haste[a] = draws.row(law.nobody_waiting), draws.row(law.somebody_waiting)
                rush[a] = draws.row(law.several_waiting or law.somebody_waiting)
        row["hasty"] = ((rest != haste) | (haste != rush))[first : first + size].any()
    return {"pace": pace, "rest": rest, "haste": haste, "rush": rush}


def capacity_table(scenario: Scenario, policy: Policy) -> Array:
    """Row group * channels + channel: how many, their weight, what keeps them out, what they interrupt."""
    channels = scenario.channel_names
    bit = {name: 1 << i for i, name in enumerate(channels)}
    table = np.zeros(len(scenario.group_names) * len(channels), dtype=layout.CAPACITY)
    for g, group_name in enumerate(scenario.group_names):
        group = scenario.groups[group_name]
        interrupts = group.interrupts
        if policy.interrupts is not None:
            interrupts = policy.interrupts
        own = [c for c in channels if c in group.channels]
        apart = group.kept_out({c for c in own if scenario.traits_of(c).exclusive}, interrupts)
        for c in own:
            row = table[g * len(channels) + channels.index(c)]
            row["most"] = group.channels[c]
            row["units"] = group.slots.units.get(c, 1.0)
            row["kept_out_by"] = sum(bit[o] for o in apart[c] if o in bit)
            row["secondary"] = group.slots.secondary is not None and c in group.slots.secondary.channels
            row["interrupts"] = sum(bit[o] for o in interrupts.get(c, ()) if o in bit)
    return table


def most_held(scenario: Scenario, capacity: Array) -> list[float]:
    """The weight of contacts that an agent of each group can hold: the total, or where none is written
    what its channels allow (of those that count towards the total)."""
    n = len(scenario.channel_names)
    most = []
    for g, group in enumerate(scenario.groups.values()):
        own = capacity[g * n : (g + 1) * n]
        first = own["secondary"] == 0
        weights = (own["most"] * own["units"])[first]
        total = group.slots.total
        if total is None:
            total = weights.max(initial=0.0) if group.one_at_a_time else weights.sum()
        most.append(float(total))
    return most


def fit_table(scenario: Scenario) -> Array:
    """Row group * types + type: proficiency (mean level of the skills needed, 1 if none) and work factor."""
    types = scenario.type_names
    slowdown = SKILL_SLOWDOWN
    table = np.zeros(len(scenario.group_names) * len(types), dtype=layout.FIT)
    for g, group in enumerate(scenario.groups.values()):
        for k, kind in enumerate(scenario.contact_types.values()):
            levels = [group.skills.get(skill, 0.0) for skill in kind.skills]
            level = sum(levels) / len(levels) if levels else 1.0
            looked_at = group.evaluation is not None and group.evaluation.looks_at(types[k], kind.channel)
            table[g * len(types) + k] = (level, 1.0 + slowdown * (1.0 - level), looked_at)
    return table
