"""What targets force: how large a share of which contacts has to be answered, and how much attention that takes.

Everything here errs on the side of less: the answer is what every plan and every policy has to do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import TargetRow
from floorcast.model.compile.tables import SKILL_SLOWDOWN
from floorcast.planning.programs.model import Promise
from floorcast.planning.requirement.crew import expected_arrivals
from floorcast.planning.requirement.start import is_text, types_of
from floorcast.scenario.catalogue.measures import FORMULAS
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
REPEATED = 1.5  # times the expected contacts that lines are taken to see, with those who call again
HARDLY = 1e-6
# What few contacts answered can keep as well as many, and what is about the agents or a sum.
FORCES_NOTHING = (
    "asa", "wait_mean", "first_response_mean", "resolution_mean", "handled", "abandoned", "blocked", "offered",
    "occupancy", "agents_present", "cost", "backlog_end",
)  # fmt: skip
MOST_REFUSED = 0.2  # by lines; where more might be, nothing is forced


@dataclass(frozen=True)
class Forced:
    """A target forces `share` of the contacts of some types [K] that come in first..end-1 to be answered, no later
    than `within` seconds after they came; those of whom that falls beyond the horizon are not asked for."""

    kinds: Bools
    share: float
    first: int
    end: int
    within: float


def forced_by(scenario: Scenario, promise: Promise) -> Forced | None:
    """What a promise forces; None where that is not told."""
    target = promise.target
    if promise.k is None or target.by == "group" or target.base is not None and target.period is None:
        return None
    kinds = types_of(target, scenario)
    text = is_text(scenario)
    mixed = bool((kinds & text).any() and (kinds & ~text).any())
    share = _share(scenario, promise)
    if share is None or share <= 0 or mixed:
        return None
    if not (kinds & text).any():
        return Forced(kinds, share, promise.first, promise.end, _on_the_line(scenario, target, kinds))
    steps = round(scenario.horizon / scenario.interval)
    if (promise.first, promise.end) != (0, steps):
        return None  # what falls due in a day has come the day before, in part
    within = _within(scenario, target, kinds)
    return None if within is None else Forced(kinds, share, 0, steps, within)


def _on_the_line(scenario: Scenario, target: TargetRow, kinds: Bools) -> float:
    """Seconds after which hardly a call or chat is answered that counts: its promise, or the longest patience."""
    names = [name for name, one in zip(scenario.type_names, kinds, strict=True) if one]
    if target.is_service_level:
        return max(target.within if target.within is not None else scenario.answer_within(name) for name in names)
    longest = 0.0
    for name in names:
        patience = scenario.contact_types[name].patience
        if patience is None:
            return scenario.horizon
        longest = max(longest, float(patience.quantile(np.array([1.0 - HARDLY]))[0]))
    return longest


def _within(scenario: Scenario, target: TargetRow, kinds: Bools) -> float | None:
    """Seconds in which text has to be answered [s]; the horizon where any time will do."""
    names = [name for name, one in zip(scenario.type_names, kinds, strict=True) if one]
    if target.percentile is not None:
        return target.at_most
    if target.promise is not None:
        return None
    if target.is_service_level or target.measure == "service_level_heard":
        own = [target.within if target.within is not None else scenario.answer_within(name) for name in names]
        return max(own, default=None)
    return scenario.horizon if target.measure == "response_rate" else None


def open_arrivals(scenario: Scenario) -> Floats:
    """Contacts expected from sources by type and interval while their channel takes them [K, T]."""
    found = expected_arrivals(scenario)
    n = found.shape[1]
    for k, name in enumerate(scenario.type_names):
        channel = scenario.channel_of(name)
        if scenario.channels[channel].closed != "turned_away":
            continue
        share = np.zeros(n)
        for begin, end in scenario.open_intervals(channel):
            edges = np.clip(np.arange(n + 1) * scenario.interval, begin, end)
            share += np.diff(edges) / scenario.interval
        # Where an interval is open in part, which part its contacts come in is not told: none are forced.
        found[k] *= share >= 1 - 1e-9
    return found


def least_work(scenario: Scenario) -> Floats:
    """Attention per contact answered, by type and group [K, G] [s]: of text its first answer only; endless where a
    group cannot serve the type."""
    found = np.full((len(scenario.type_names), len(scenario.group_names)), np.inf)
    text = is_text(scenario)
    for k, name in enumerate(scenario.type_names):
        entry = scenario.contact_types[name]
        if entry.transfers or entry.bot is not None or entry.consult is not None or entry.work_mean is not None:
            found[k] = 0.0  # who does how much of it is not told by its type
            continue
        seconds = entry.work.mean if text[k] else entry.turns.mean * entry.work.mean + entry.after_contact_work.mean
        for g, group in enumerate(scenario.group_names):
            if scenario.able(group, name):
                team = scenario.groups[group]
                levels = [team.skills.get(skill, 1.0) for skill in entry.skills]
                level = sum(levels) / len(levels) if levels else 1.0
                fastest = team.speed * max([1.0, *(person.speed for person in team.people)])
                found[k, g] = seconds * (1.0 + SKILL_SLOWDOWN * (1.0 - level)) / fastest
    return found


def _share(scenario: Scenario, promise: Promise) -> float | None:
    """The least share of the contacts that has to be answered; None where the promise forces none."""
    target = promise.target
    measure = target.measure
    kinds = [n for n, one in zip(scenario.type_names, types_of(target, scenario), strict=True) if one]
    refused = max((_refused(scenario, name, promise.first, promise.end) for name in kinds), default=0.0)
    if refused > MOST_REFUSED or any(scenario.contact_types[name].callback is not None for name in kinds) and (
        measure in ("abandonment", "delayed") or target.percentile is not None
    ):
        return None  # who is refused, or called back one day, is in no numerator
    left = 1.0 - refused
    if measure in ("abandonment", "delayed"):
        return None if target.at_most is None else left - target.at_most
    if measure in ("response_rate", "service_level_heard"):
        heard = min((_heard(scenario, name) for name in kinds), default=1.0)
        least = heard if measure == "service_level_heard" else 1.0
        return None if target.at_least is None else target.at_least * least
    if target.percentile is not None:
        kind, share = target.percentile
        if target.at_most is None or kind == "resolution":  # done in time is more than answered, by an unknown lot
            return None
        if kind not in ("wait", "first_response"):
            raise KeyError(f"{measure}: what it forces is not told in planning/programs/forced.py")
        return left * max(0.0, share - (_gone(scenario, kinds, target.at_most) if kind == "wait" else 0.0))
    if measure in FORCES_NOTHING:
        return None
    if measure != "service_level" and measure not in FORMULAS:
        raise KeyError(f"{measure}: what it forces is not told in planning/programs/forced.py")
    if not target.is_service_level or target.at_least is None or target.promise is not None or target.formula == "sl2":
        return None  # sl2 looks at the answered only, few or many
    within = [target.within if target.within is not None else scenario.answer_within(name) for name in kinds]
    gone = _gone(scenario, kinds, max(within, default=0.0))
    forgiven = {"sl3": 0.0, "sl4": 0.0, "sl1": gone, "sl5": _gone(scenario, kinds, 5.0)}
    share = max(0.0, target.at_least - forgiven[target.formula])
    return left * share * (1.0 - gone if target.formula == "sl4" else 1.0)


def _heard(scenario: Scenario, name: str) -> float:
    """The share of a type that is heard of within the horizon for certain."""
    listening = scenario.contact_types[name].listening
    return 1.0 if listening is None else float(listening.recall)


def _refused(scenario: Scenario, name: str, first: int, end: int) -> float:
    """The largest share of a type's contacts in first..end-1 that finds no line or no place in the queue.

    A call stays no longer than its patience and its work, so no more are there at once than with endless people and
    such times: Poisson, with calls made again.
    """
    from scipy.stats import poisson

    channel = scenario.channels[scenario.channel_of(name)]
    if channel.queue_limit is not None:
        return 1.0
    if channel.lines is None:
        return 0.0
    arrivals, work = expected_arrivals(scenario), least_work(scenario)
    there = np.zeros(arrivals.shape[1])
    for k, other in enumerate(scenario.type_names):
        entry = scenario.contact_types[other]
        if entry.channel != scenario.channel_of(name):
            continue
        if entry.patience is None:
            return 1.0
        stays = entry.patience.mean + float(work[k][np.isfinite(work[k])].max(initial=0.0))
        before = np.concatenate((arrivals[k][:1], arrivals[k][:-1]))
        there += np.maximum(arrivals[k], before) / scenario.interval * stays
    own = arrivals[scenario.type_names.index(name), first:end]
    full = poisson.sf(channel.lines - 1, REPEATED * there[first:end])
    return float(own @ full / own.sum()) if own.sum() > 0 else 0.0


def _gone(scenario: Scenario, kinds: list[str], seconds: float) -> float:
    """The largest share of any type whose patience is over after so many seconds."""
    found = 0.0
    for name in kinds:
        patience = scenario.contact_types[name].patience
        if patience is not None and not scenario.traits_of(scenario.channel_of(name)).synchronous:
            continue  # text is not withdrawn when patience ends
        if patience is not None:
            u = np.linspace(0.0, 1.0, 2001)[:-1]
            found = max(found, float(np.mean(patience.quantile(u) <= seconds)) + 1e-3)
    return min(found, 1.0)


def later(within: float, block: float) -> int:
    """Blocks after that of its arrival in which a contact may still be answered in time."""
    return math.ceil(within / block)
