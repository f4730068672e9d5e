"""What a fit found, number by number: value, 95 % interval, cases and where it comes from."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from floorcast.history.calls.contacts import Floats, Ints
from floorcast.history.fit.unavailable import CROWD
from floorcast.history.others.conversations import Talk
from floorcast.history.others.totals import Totals, poisson_limits
from floorcast.history.others.types import Other
from floorcast.history.written.fitted import Fitted

WITHIN = {"patience": 60.0, "somebody": 10.0, "several": 10.0}  # seconds at which laws are told
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Number:
    """One fitted number: what (kind), of what, its value with a 95 % interval, how many cases, the unit, the source."""

    kind: str
    of: str
    value: float
    low: float
    high: float
    cases: int
    unit: str
    source: str


def numbers_of(fit: Fitted) -> list[Number]:
    """Every number of a fit that has an interval."""
    return [*_arrivals(fit), *_days(fit), *_handle_times(fit), *_speeds(fit), *_patience(fit), *_unavailable(fit), *_redials(fit), *_people(fit), *talk_numbers(fit.talks)]


def write_numbers(fit: Fitted, path: Path) -> Path:
    """`numbers.csv`: a row per number."""
    return write_rows(numbers_of(fit), path)


def write_rows(numbers: Sequence[Number], path: Path) -> Path:
    """The same of numbers that are there."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["what", "of", "value", "low", "high", "cases", "unit", "source"])
        for one in numbers:
            writer.writerow([one.kind, one.of, *(f"{x:.6g}" for x in (one.value, one.low, one.high)), one.cases, one.unit, one.source])
    return path


def _arrivals(fit: Fitted) -> list[Number]:
    volumes, found = fit.volumes, []
    for n, name in enumerate(fit.contacts.types):
        for weekday in np.flatnonzero(volumes.days):
            for place in np.flatnonzero(volumes.mean[n, weekday]):
                of = f"{name} {_DAYS[weekday]} {place // 2:02d}:{30 * (place % 2):02d}"
                value, low, high = (float(one[n, weekday, place]) for one in (volumes.mean, volumes.low, volumes.high))
                days = int(volumes.days[weekday])
                found.append(Number("arrivals", of, value, low, high, days, "contacts per half hour", "mean over the weekday's days"))
    return found


def _days(fit: Fitted) -> list[Number]:
    volumes = fit.volumes
    return [
        Number("day factor", name, float(volumes.cv[n]), float(volumes.cv_interval[n, 0]), float(volumes.cv_interval[n, 1]), len(fit.days), "cv",
               "variation of days around their weekday beyond Poisson")
        for n, name in enumerate(fit.contacts.types)
    ]  # fmt: skip


def _handle_times(fit: Fitted) -> list[Number]:
    contacts, found = fit.contacts, []
    known = contacts.handled & np.isfinite(contacts.handle)
    for n, name in enumerate(contacts.types):
        seconds = contacts.handle[known & (contacts.type_of == n)]
        if len(seconds) > 1:
            mean, half = float(seconds.mean()), 1.96 * float(seconds.std(ddof=1)) / np.sqrt(len(seconds))
            found.append(Number("handle time", name, mean, mean - half, mean + half, len(seconds), "s", "mean of contacts handled"))
    return found


def _speeds(fit: Fitted) -> list[Number]:
    contacts, handle = fit.contacts, fit.laws.handle
    cases = np.bincount(contacts.agent[contacts.handled & (contacts.agent >= 0)], minlength=len(contacts.agents))
    return [
        Number("speed", name, float(handle.speeds[n]), float(handle.speeds[n] * np.exp(-1.96 * handle.speed_error[n])),
               float(handle.speeds[n] * np.exp(1.96 * handle.speed_error[n])), int(cases[n]), "", f"expected over own handle time, drawn to 1 by {handle.prior:.0f} contacts")
        for n, name in enumerate(contacts.agents)
        if cases[n] and "agent" in handle.used
    ]  # fmt: skip


def _patience(fit: Fitted) -> list[Number]:
    patience = fit.laws.patience
    if patience is None:
        return []
    within = patience.gone_within(WITHIN["patience"])
    return [Number("patience", f"gone within {WITHIN['patience']:.0f} s", *within, patience.waits, "share", "censored waits (Nelson-Aalen)")]


def _unavailable(fit: Fitted) -> list[Number]:
    """While somebody waits, returns are seen to the second. While nobody does they are seen only by the next contact, which
    comes the sooner the sooner the agent is back: an interval would promise more than is known, so there is none."""
    law = fit.laws.unavailable
    if law is None:
        return []
    return [
        Number("unavailable", f"back within {WITHIN[name]:.0f} s while {name} waits", *law.back_within(WITHIN[name], n), law.rests,
               "share", "times between contacts, interval-censored")
        for n, name in enumerate(CROWD)
        if name != "nobody"
    ]  # fmt: skip


def _redials(fit: Fitted) -> list[Number]:
    again = fit.redials
    if again is None:
        return []
    return [Number("redial", "of who gave up", again.share, *again.interval, again.cases, "share", "customers' numbers, within an hour")]


def _people(fit: Fitted) -> list[Number]:
    found = []
    if fit.repeats is not None:
        one = fit.repeats
        found.append(Number("repeat", "of who was handled", one.value, one.low, one.high, one.cases, "share", "customers' numbers, within a day"))
    if fit.attendance is not None:
        for name, share in (("absence", fit.attendance.absence), ("lateness", fit.attendance.late)):
            found.append(Number(name, "planned shifts", share.value, share.low, share.high, share.cases, "share", "schedules and logs"))
        mean, half = fit.attendance.breaks
        found.append(Number("breaks", "per planned shift", mean, mean - half, mean + half, fit.attendance.absence.cases, "s", "schedules"))
    if fit.experience is not None:
        value, low, high, agents = fit.experience
        found.append(Number("experience", "first four weeks of new agents", value, low, high, agents, "times as long", "handle times of agents seen to begin"))
    return found


def talk_numbers(talks: Sequence[Talk]) -> list[Number]:
    """Turns, work on a turn, thinking, first answers and the share without one, of conversations with messages."""
    found: list[Number] = []
    for one in talks:
        of = one.channel if one.name is None else f"{one.channel} {one.name}"
        found += _mean("turns", of, one.turns, "", "answers per conversation that is over")
        found += _mean("work on a turn", of, one.work, "s", "from question, or the agent's answer before, to the answer")
        found += _mean("thinking", of, one.think, "s", "from an answer to the end of the next question")
        found += _mean("first answer", of, one.reply, "s", "from the first message to the first answer")
        share = one.unanswered
        found.append(Number("unanswered", of, share.value, share.low, share.high, share.cases, "share", "conversations without an answer"))
        if one.held is not None:
            most, _, cases = one.held
            found.append(Number("held at once", of, most, most, most, cases, "", "what 95 % of beginnings do not exceed"))
    return found


def _mean(kind: str, of: str, values: Floats | None, unit: str, source: str) -> list[Number]:
    if values is None or len(values) < 2:
        return []
    mean, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / np.sqrt(len(values))
    return [Number(kind, of, mean, mean - half, mean + half, len(values), unit, source)]


def other_numbers(types: Sequence[Other]) -> list[Number]:
    """Arrivals, replies and handle times of contacts that do not wait on the line."""
    found: list[Number] = []
    for one in types:
        name = one.name if one.name.lower() == one.channel.lower() else f"{one.channel} {one.name}"
        low, high = poisson_limits(one.mean, one.weekdays)
        found += _by_half_hour(name, one.mean, low, high, one.weekdays)
        if one.turns is not None and one.think is None:
            found += _mean("replies", name, one.turns, "", "answers per contact")
        found += _mean("handle time", name, one.handle, "s", "mean of contacts handled")
    return found


def total_numbers(totals: Sequence[Totals]) -> list[Number]:
    """Arrivals, day factor and handle times of types that interval totals tell."""
    found: list[Number] = []
    for one in totals:
        found += _by_half_hour(one.name, one.mean, one.low, one.high, one.days)
        days = int(one.days.sum())
        found.append(Number("day factor", one.name, one.cv, *one.cv_interval, days, "cv", "variation of days around their weekday beyond Poisson"))
        if one.handle is not None:
            found.append(Number("handle time", one.name, *one.handle, round(one.contacts), "s", "all handle time over all contacts"))
    return found


def _by_half_hour(name: str, mean: Floats, low: Floats, high: Floats, days: Ints) -> list[Number]:
    return [
        Number("arrivals", f"{name} {_DAYS[weekday]} {place // 2:02d}:{30 * (place % 2):02d}", float(mean[weekday, place]),
               float(low[weekday, place]), float(high[weekday, place]), int(days[weekday]), "contacts per half hour", "mean over the weekday's days")
        for weekday in np.flatnonzero(days)
        for place in np.flatnonzero(mean[weekday])
    ]  # fmt: skip
