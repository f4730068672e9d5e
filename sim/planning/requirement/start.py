"""A first guess of the people needed, by theory: Erlang on the modified offered load of each group,
chats by slots and shared attention, and text that waits until its promise.

The load of a group is what it works when everybody is answered at once, seen in a simulation with ample
people: with it come routing, skills, repeats and slots as the policy has them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import TargetRow
from floorcast.planning.requirement.crew import Heads, expected_arrivals
from floorcast.planning.theory.erlang import erlang_c
from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.planning.theory.requirement import (
    agents_for_abandonment,
    agents_for_mean_wait,
    agents_for_occupancy,
    agents_for_service_level,
)
from floorcast.planning.theory.shared_attention import SharedAttention
from floorcast.planning.trials import Trial
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
FULL = 0.97  # share of their time that people work where only text that may wait is left
USUAL_SHIFT = 4 * 3600.0  # text without any promise is put off so long


@dataclass(frozen=True)
class Demand:
    """What comes, and who works on it when nobody waits.

    arrivals: contacts by type and interval [K, T]. handle: mean attention per contact [K], s. share: of
    each type's contacts that a group ends [K, G]. load: erlangs by group and interval [G, T].
    waits: seconds that text of a type may be put off [K], 0 for calls and chats.
    """

    arrivals: Floats
    handle: Floats
    share: Floats
    load: Floats
    waits: Floats

    def reach(self, targets: tuple[TargetRow, ...], scenario: Scenario) -> Floats:
        """Share of each target's contacts that a group ends [targets, G]; 1 for a group's own target."""
        volume = self.arrivals.sum(axis=1) + 1e-9
        found = np.zeros((len(targets), self.share.shape[1]))
        for k, target in enumerate(targets):
            if target.by == "group":
                found[k, scenario.group_names.index(target.of)] = 1.0
            else:
                chosen = types_of(target, scenario)
                found[k] = (self.share * volume[:, None])[chosen].sum(axis=0) / volume[chosen].sum()
        return found


def handle_times(scenario: Scenario) -> Floats:
    """Mean attention per contact of each type at full skill [K], s."""
    entries = scenario.contact_types.values()
    return np.array(
        [max(1e-9, e.turns.mean * e.work.mean + e.after_contact_work.mean) for e in entries], np.float64
    )


def types_of(target: TargetRow, scenario: Scenario) -> NDArray[np.bool_]:
    """Contact types [K] that a target is about."""
    names = scenario.type_names
    if target.by == "contact_type":
        return np.array([name == target.of for name in names])
    if target.by == "channel":
        return np.array([scenario.channel_of(name) == target.of for name in names])
    return np.ones(len(names), dtype=np.bool_)


def is_text(scenario: Scenario) -> NDArray[np.bool_]:
    """Contact types [K] whose customers do not stay on the line."""
    return np.array([not scenario.traits_of(scenario.channel_of(n)).synchronous for n in scenario.type_names])


def promised(target: TargetRow, scenario: Scenario) -> float | None:
    """Seconds in which a target promises an answer; None where it promises no time."""
    if target.percentile or target.measure in ("first_response_mean", "resolution_mean"):
        return target.at_most
    if target.is_service_level or target.measure == "service_level_heard":
        chosen = types_of(target, scenario)
        own = [scenario.answer_within(n) for n, c in zip(scenario.type_names, chosen, strict=True) if c]
        return target.within if target.within is not None else min(own, default=None)
    return None


def demand_of(scenario: Scenario, targets: tuple[TargetRow, ...], ample: Trial) -> Demand:
    """The demand that a trial with ample people showed."""
    ended = ample.served.sum(axis=1, keepdims=True)
    share = np.divide(ample.served, ended, out=np.zeros_like(ample.served), where=ended > 0)
    waits = np.zeros(len(scenario.type_names))
    text = is_text(scenario)
    for k in np.flatnonzero(text):
        within = [
            limit
            for target in targets
            if types_of(target, scenario)[k] and target.by != "group"
            and (limit := promised(target, scenario)) is not None
        ]  # fmt: skip
        waits[k] = min(within, default=USUAL_SHIFT)
    return Demand(
        expected_arrivals(scenario), handle_times(scenario), share, ample.work / scenario.interval, waits
    )


def first_guess(scenario: Scenario, targets: tuple[TargetRow, ...], demand: Demand) -> Heads:
    """People by group and interval [G, T] that theory asks for."""
    text = is_text(scenario)
    weight = demand.arrivals * demand.handle[:, None]
    groups, n = demand.load.shape
    heads = np.zeros((groups, n), dtype=np.int64)
    for g in range(groups):
        mine = weight * demand.share[:, [g]]
        total = mine.sum(axis=0)
        urgent = np.divide(mine[~text].sum(axis=0), total, out=np.zeros(n), where=total > 0)
        only_urgent = bool(total[:].sum() and mine[text].sum() <= 1e-9 * total.sum())
        on_line = demand.load[g] * (1.0 if only_urgent else urgent)
        later = _put_off(scenario, demand, mine, text, demand.load[g] - on_line)
        on_line_heads = _for_the_line(scenario, targets, demand, g, on_line, mine)
        heads[g] = _carried(on_line, later, on_line_heads)
    return heads


def _put_off(
    scenario: Scenario, demand: Demand, mine: Floats, text: NDArray[np.bool_], load: Floats
) -> Floats:
    """The load of text [T], each type's moved to six tenths of the time it may wait."""
    n = load.size
    parts = mine * text[:, None]
    total = parts.sum(axis=0)
    found = np.zeros(n)
    for k in np.flatnonzero(parts.sum(axis=1) > 0):
        own = np.divide(parts[k], total, out=np.zeros(n), where=total > 0) * load
        shift = int(0.6 * demand.waits[k] / scenario.interval)
        found[shift:] += own[: n - shift] if shift < n else 0.0
    return found


def _for_the_line(
    scenario: Scenario, targets: tuple[TargetRow, ...], demand: Demand, g: int, load: Floats, mine: Floats
) -> Heads:
    """People [T] that calls and chats ask for: the most that any target does."""
    group = scenario.groups[scenario.group_names[g]]
    need = np.zeros(load.size, dtype=np.int64)
    for target in targets:
        if target.by == "group" and target.of != scenario.group_names[g]:
            continue
        chosen = types_of(target, scenario) & ~is_text(scenario) & (mine.sum(axis=1) > 0)
        if not chosen.any():
            continue
        k = int(np.argmax(mine.sum(axis=1) * chosen))
        entry = scenario.contact_types[scenario.type_names[k]]
        slots = group.channels.get(entry.channel, 1) if not scenario.traits_of(entry.channel).exclusive else 1
        patience = entry.patience.mean if entry.patience is not None else None
        handle = demand.handle[k]
        for t in np.flatnonzero(load > 1e-4):
            people = _people(target, load[t], handle, patience)
            if slots > 1:
                chat = SharedAttention(slots, max(entry.work.mean, 1e-6), entry.think.mean)
                length = chat.session_length(max(1.0, entry.turns.mean))
                sessions = _people(target, load[t] / handle * length, length, patience)
                people = max(math.ceil(sessions / slots), math.ceil(load[t] * 1.1))
            need[t] = max(need[t], people)
    return need


def _people(target: TargetRow, load: float, handle: float, patience: float | None) -> int:
    """People for one target at a constant load of erlangs."""
    rate, measure = load / handle, target.measure
    percentile = target.percentile
    formula = target.formula if target.is_service_level else "sl4"
    if percentile is not None and target.at_most is not None:
        return agents_for_service_level(rate, handle, target.at_most, percentile[1], patience)
    if target.at_least is not None and 0 < target.at_least < 1 and target.is_service_level:
        within = 20.0 if target.within is None else target.within
        return agents_for_service_level(rate, handle, within, target.at_least, patience, formula)  # type: ignore[arg-type]
    most = target.at_most
    if most is None or most <= 0:
        return math.ceil(load + math.sqrt(load))
    if measure == "abandonment" and patience is not None and most < 1:
        return agents_for_abandonment(rate, handle, patience, most)
    if measure in ("asa", "wait_mean"):
        return agents_for_mean_wait(rate, handle, most, patience)
    if measure == "occupancy" and most < 1:
        return agents_for_occupancy(rate, handle, most, patience)
    if measure == "delayed" and most < 1:
        people = max(1, math.ceil(load))
        while _delay(rate, handle, people, patience) > most:
            people += 1
        return people
    return math.ceil(load + math.sqrt(load))


def _delay(rate: float, handle: float, people: int, patience: float | None) -> float:
    if patience is None:
        return erlang_c(rate * handle, people) if people > rate * handle else 1.0
    return ErlangA(rate, handle, people, patience).probability_of_wait


def _carried(on_line: Floats, later: Floats, floor: Heads) -> Heads:
    """Whole people [T] who do what is on the line at once and the rest as soon as it makes up a person."""
    found = floor.copy()
    rest = 0.0
    for t in range(later.size):
        rest += later[t]
        spare = max(0.0, FULL * found[t] - on_line[t])
        more = max(0, round((rest - spare) / FULL))
        found[t] += more
        rest = max(0.0, rest - spare - more * FULL)
    return found
