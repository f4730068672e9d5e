"""What is planned, in the layouts that workforce-management tools read: one row in a table per layout.

Forecasts have a row per contact type and interval: contacts expected (first attempts) and the mean
handle time. Schedules have a row per person and stretch of work or break. Times are the scenario's,
which are local; layouts in UTC need the time zone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from floorcast.planning.requirement.crew import expected_arrivals
from floorcast.planning.requirement.start import handle_times
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS
from floorcast.scenario.horizon.planned import planned
from floorcast.scenario.read.problems import Wrong, found

Row = Sequence[Any]


@dataclass(frozen=True)
class Interval:
    """One contact type in one interval: from, to (naive, local), contacts, seconds, people planned.
    `whole` contacts add up to the day's, however few there are in an interval."""

    start: datetime
    end: datetime
    queue: str
    kind: str
    contacts: float
    whole: int
    handle_time: float
    agents: float


@dataclass(frozen=True)
class Stretch:
    """One person's work or break, from and to (naive, local); when the shift that it is of begins."""

    agent: str
    group: str
    activity: str
    start: datetime
    end: datetime
    shift: datetime


@dataclass(frozen=True)
class Layout:
    """How a tool reads a forecast or a schedule. `header` empty: none. `minutes`: the only length of
    interval that it takes."""

    name: str
    of: str  # forecast or schedule
    meaning: str
    header: tuple[str, ...]
    row: Callable[[Any, Zone], Row]
    delimiter: str = ","
    utc: bool = False
    minutes: int | None = None


class Zone:
    """Local times to UTC. Without a zone UTC is asked for in vain."""

    def __init__(self, name: str | None) -> None:
        self.name = name or ""
        try:
            self.zone = None if name is None else ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise found(name, "a time zone such as Europe/Berlin") from None

    def utc(self, local: datetime) -> datetime:
        """The instant in UTC; of an hour that clocks double, the first."""
        assert self.zone is not None
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def _media(i: Any) -> str:
    """The platforms' word for the kind of channel of an interval."""
    return CHANNEL_KINDS[i.kind].media


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "forecast", "forecast", "plain: local time, contacts, mean handle time, people planned",
            ("start", "end", "queue", "channel", "contacts", "aht_s", "agents"),
            lambda i, _: (i.start, i.end, i.queue, i.kind, round(i.contacts, 3), round(i.handle_time, 1),
                          round(i.agents, 2)),
        ),
        Layout(
            "genesys-forecast", "forecast", "Genesys Cloud historical import: 15 min, UTC, total handle seconds",
            ("Interval Start UTC Date", "Queue", "Media Type", "Skill Set", "Language", "Offered",
             "Interactions Handled", "Total Handle Time"),
            lambda i, z: (f"{z.utc(i.start):%Y-%m-%dT%H:%M:%SZ}", i.queue, _media(i).capitalize(), "", "",
                          i.whole, i.whole, round(i.whole * i.handle_time)),
            utc=True, minutes=15,
        ),
        Layout(
            "connect-forecast", "forecast", "Amazon Connect forecasting upload: 15 min, UTC",
            ("QueueName", "QueueId", "ChannelType", "TimeStamp", "IntervalDuration", "IncomingContactVolume",
             "AverageHandleTime", "ContactsHandled"),
            lambda i, z: (i.queue, i.queue, _media(i), f"{z.utc(i.start):%Y-%m-%dT%H:%M:%SZ}", "15mins",
                          i.whole, round(i.handle_time), i.whole),
            utc=True, minutes=15,
        ),
        Layout(
            "calabrio-forecast", "forecast", "Calabrio forecast import: no header, task and after-task seconds", (),
            lambda i, _: (i.queue, f"{i.start:%Y%m%d %H:%M}", f"{i.end:%Y%m%d %H:%M}", round(i.contacts, 2),
                          round(i.handle_time, 1), 0, round(i.agents, 1)),
        ),
        Layout(
            "verint-forecast", "forecast", "Verint daily volumes: queue, M-D-YYYY, volume, AHT", (),
            lambda i, _: (i.queue, f"{i.start.month}-{i.start.day}-{i.start.year}", i.whole,
                          round(i.handle_time)),
            minutes=24 * 60,
        ),
        Layout(
            "schedule", "schedule", "plain: agent, group, date, activity, start, end in local time",
            ("agent", "group", "date", "activity", "start", "end"),
            lambda s, _: (s.agent, s.group, f"{s.start:%Y-%m-%d}", s.activity, s.start, s.end),
        ),
        Layout(
            "cxone-schedule", "schedule", "NICE CXone agent states: seconds from a start",
            ("Agent_No", "Start_Date", "Agent_State_Code", "Duration"),
            lambda s, _: (s.agent, f"{s.start:%Y-%m-%d %H:%M:%S}", {"work": "Available", "break": "Break"}[s.activity],
                          round((s.end - s.start).total_seconds())),
        ),
        Layout(
            "iex-schedule", "schedule", "NICE IEX style: bars, mmddyyyy, 24 h",
            ("excDate", "schedDate", "TZ", "agentID", "excCode", "startTime", "stopTime"),
            lambda s, z: (f"{s.start:%m%d%Y}", f"{s.shift:%m%d%Y}", z.name, s.agent, s.activity, f"{s.start:%H:%M}",
                          f"{s.end:%H:%M}"),
            delimiter="|",
        ),
    )
}  # fmt: skip


def exported(scenario: Scenario, layout: Layout, zone: str | None = None) -> str:
    """A forecast or schedule as text. Raises `Wrong` where the layout needs a zone, or another
    interval than the scenario can give."""
    if layout.utc and zone is None:
        raise Wrong(f"found no time zone; allowed one for {layout.name}, which is in UTC: --zone Europe/Berlin")
    where = Zone(zone)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=layout.delimiter, lineterminator="\n")
    if layout.header:
        writer.writerow(layout.header)
    items = _intervals(scenario, layout.minutes) if layout.of == "forecast" else _stretches(scenario)
    for item in items:
        writer.writerow([_plain(value) for value in layout.row(item, where)])
    return stream.getvalue()


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _intervals(scenario: Scenario, minutes: int | None) -> Iterator[Interval]:
    """Every contact type in every interval of `minutes` (default: the scenario's own)."""
    own = scenario.interval
    length = own if minutes is None else minutes * 60.0
    if max(length, own) % min(length, own):
        raise found(f"intervals of {own / 60:g} min", f"some that go evenly into {length / 60:g} min, or the other way")
    arrivals, each = expected_arrivals(scenario), handle_times(scenario)
    people = planned(scenario, length).people
    steps = int(round(scenario.horizon / length))
    so_far = dict.fromkeys(scenario.type_names, 0.0)
    for number in range(steps):
        start = scenario.start + timedelta(seconds=number * length)
        for place, name in enumerate(scenario.type_names):
            channel = scenario.channel_of(name)
            contacts = _volume(arrivals[place], own, number * length, length)
            before, so_far[name] = so_far[name], so_far[name] + contacts
            able = [g for g in scenario.group_names if channel in scenario.groups[g].channels]
            yield Interval(
                start, start + timedelta(seconds=length), name, str(scenario.kind_of(channel)),
                contacts, round(so_far[name]) - round(before), float(each[place]),
                float(sum(people[g][number] for g in able)),
            )  # fmt: skip


def _volume(arrivals: Any, own: float, start: float, length: float) -> float:
    """Contacts expected in [start, start + length), spread evenly within the scenario's intervals."""
    marks = np.arange(len(arrivals) + 1) * own
    total = np.concatenate(([0.0], np.cumsum(arrivals)))
    low, high = np.interp([start, start + length], marks, total)
    return float(high - low)


def _stretches(scenario: Scenario) -> Iterator[Stretch]:
    """Every person's work and breaks over the horizon, training among the breaks."""
    for group in scenario.group_names:
        if scenario.headcount(group) is not None:
            raise Wrong(
                f"found a headcount in {group}, in which there are no single people; allowed groups with shifts"
            )
        for number, person in enumerate(scenario.roster(group), 1):
            for shift in person:
                at = shift.start
                for begin, end in (*shift.breaks, (shift.end, shift.end)):
                    for activity, low, high in (("work", at, begin), ("break", begin, end)):
                        if high > low:
                            yield Stretch(
                                f"{group} {number}", group, activity,
                                scenario.start + timedelta(seconds=low), scenario.start + timedelta(seconds=high),
                                scenario.start + timedelta(seconds=shift.start),
                            )  # fmt: skip
                    at = end
