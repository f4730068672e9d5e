"""A cost that no plan can go below: the work that the targets force to be done has to fit into the hours paid for.

Expected contacts are known from the scenario. A service level of s forces at least s of them to be answered in
time (those whose patience ends before the promise may leave, as far as the formula forgives it), each with
its work, at the speed of the best group; an abandonment of at most a forces 1 - a to be answered. Work answered in
an interval is done from then on, by people who are there, or after their shift by who finishes what is begun: a
group's leaving people finish on average at most E[S^2] / E[S] (Lorden 1970, the excess over a boundary). Whole people
work tours; the integer program's own bound is taken. What the targets do not force (repeats, chasing, text
without a promise) is left out, so the bound holds whatever the policy.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import TargetRow
from floorcast.model.compile.tables import SKILL_SLOWDOWN
from floorcast.planning.requirement.crew import expected_arrivals
from floorcast.planning.requirement.start import types_of
from floorcast.planning.shifts.model import Promise
from floorcast.planning.shifts.program import Program, Row
from floorcast.planning.shifts.tours import Tours
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.words.distributions import Distribution

Floats = NDArray[np.float64]


def lower_bound(scenario: Scenario, program: Program, tours: Tours, promises: tuple[Promise, ...]) -> float:
    """The least cost over the horizon that keeps what the targets force."""
    arrivals = open_arrivals(scenario)
    work = least_work(scenario)
    rows: list[Row] = []
    for promise in promises:
        rows += _forced(scenario, promise, arrivals, work, tours)
    solved = program.solve(rows, gap=1e-6)
    if solved is None:
        return math.inf
    return max(0.0, solved[1])


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
    """Attention per contact by type and group [K, G] [s]; endless where a group cannot serve the type."""
    found = np.full((len(scenario.type_names), len(scenario.group_names)), np.inf)
    for k, name in enumerate(scenario.type_names):
        entry = scenario.contact_types[name]
        if entry.transfers or entry.bot is not None or entry.consult is not None or entry.work_mean is not None:
            found[k] = 0.0  # who does how much of it is not told by its type
            continue
        seconds = entry.turns.mean * entry.work.mean + entry.after_contact_work.mean
        for g, group in enumerate(scenario.group_names):
            if scenario.able(group, name):
                team = scenario.groups[group]
                levels = [team.skills.get(skill, 1.0) for skill in entry.skills]
                level = sum(levels) / len(levels) if levels else 1.0
                fastest = team.speed * max([1.0, *(person.speed for person in team.people)])
                found[k, g] = seconds * (1.0 + SKILL_SLOWDOWN * (1.0 - level)) / fastest
    return found


def _forced(scenario: Scenario, promise: Promise, arrivals: Floats, work: Floats, tours: Tours) -> list[Row]:
    """What a promise forces: enough people's time in the groups that can do the work."""
    share = _forced_share(scenario, promise.target)
    if share is None or promise.k is None or promise.target.base is not None and promise.target.period is None:
        return []
    n = arrivals.shape[1]
    chosen = types_of(promise.target, scenario)
    text = np.array([scenario.kind_of(scenario.channel_of(name)) not in SYNCHRONOUS for name in scenario.type_names])
    if (chosen & text).any() or promise.target.by == "group":
        return []  # of text, the promise of what comes late is over after the horizon
    least = work[chosen].min(axis=1)
    if not np.isfinite(least).all() or least.size == 0:
        return []
    coming = arrivals[chosen, promise.first : promise.end]
    # The easiest contacts may be the ones answered: count the forced share with the least work first.
    order = np.argsort(least)
    volume, wanted, seconds = coming.sum(axis=1)[order], share * float(coming.sum()), 0.0
    for amount, each in zip(volume, least[order], strict=True):
        taken = min(wanted, float(amount))
        seconds += taken * float(each)
        wanted -= taken
    groups = np.flatnonzero(np.isfinite(work[chosen]).any(axis=0))
    finish = max(_excess(scenario, name) for name, one in zip(scenario.type_names, chosen, strict=True) if one)
    last = min(n, promise.end + math.ceil(4 * 3600.0 / scenario.interval)) if promise.end < n else n
    hours = tours.presence[:, promise.first : last].sum(axis=1) * scenario.interval
    mine = np.isin(tours.group, groups)
    value = np.where(mine, hours + tours.ends * finish, 0.0)
    places = np.flatnonzero(value > 0)
    return [Row(places, value[places], seconds, np.inf)] if places.size and seconds > 0 else []


def _forced_share(scenario: Scenario, target: TargetRow) -> float | None:
    """The least share of the contacts that has to be answered; None where the target forces none."""
    measure = target.measure
    kinds = [n for n, one in zip(scenario.type_names, types_of(target, scenario), strict=True) if one]
    if any(scenario.channels[scenario.channel_of(name)].lines is not None
           or scenario.channels[scenario.channel_of(name)].queue_limit is not None
           or scenario.contact_types[name].callback is not None for name in kinds):  # fmt: skip
        return None  # who is refused is in no denominator
    if measure == "abandonment" and target.at_most is not None:
        return 1.0 - target.at_most
    if measure == "delayed" and target.at_most is not None:
        return 1.0 - target.at_most
    if target.percentile is not None and target.percentile[0] == "wait" and target.at_most is not None:
        return max(0.0, target.percentile[1] - _gone(scenario, kinds, target.at_most))
    if not target.is_service_level or target.at_least is None or target.promise is not None:
        return None
    within = [target.within if target.within is not None else scenario.answer_within(name) for name in kinds]
    gone = _gone(scenario, kinds, max(within, default=0.0))
    if target.formula == "sl3":
        return target.at_least
    if target.formula == "sl4":
        return target.at_least * (1.0 - gone)
    if target.formula == "sl1":
        return max(0.0, target.at_least - gone)
    if target.formula == "sl5":
        return max(0.0, target.at_least - _gone(scenario, kinds, 5.0))
    return None


def _gone(scenario: Scenario, kinds: list[str], seconds: float) -> float:
    """The largest share of any type whose patience is over after so many seconds."""
    found = 0.0
    for name in kinds:
        patience = scenario.contact_types[name].patience
        if patience is not None:
            u = np.linspace(0.0, 1.0, 2001)[:-1]
            found = max(found, float(np.mean(patience.quantile(u) <= seconds)) + 1e-3)
    return min(found, 1.0)


def _excess(scenario: Scenario, name: str) -> float:
    """What a person who leaves may still finish of a type, on average at most [s]."""
    entry = scenario.contact_types[name]
    slots = max((g.channels.get(entry.channel, 1) for g in scenario.groups.values()), default=1)
    place = scenario.type_names.index(name)
    work = least_work(scenario)[place]
    able = work[np.isfinite(work)]
    slowest = float(able.max() / able.min()) if able.size and able.min() > 0 else 1.0 + SKILL_SLOWDOWN
    if entry.turns.mean > 1.0:  # conversations are finished whole, several at once
        return 3.0 * slots * slowest * (entry.turns.mean * entry.work.mean + entry.after_contact_work.mean)
    mean = entry.work.mean
    excess = _second_moment(entry.work) / mean if mean > 0 else 0.0
    return slowest * (excess + entry.after_contact_work.mean)


def _second_moment(distribution: Distribution) -> float:
    u = (np.arange(200_000) + 0.5) / 200_000
    return 1.05 * float(np.mean(distribution.quantile(u) ** 2))
