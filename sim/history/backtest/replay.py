"""A real day as a scenario: arrivals and people as they were, everything else by the laws."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from floorcast.history.calls.contacts import DAY, Contacts, Floats, date_of
from floorcast.history.calls.waiting import with_agents
from floorcast.history.fit.laws import Laws
from floorcast.history.fit.patience import CROWDS
from floorcast.history.fit.presence import Spans, presence
from floorcast.history.fit.unavailable import CROWD, values_of
from floorcast.scenario import load_scenario
from floorcast.scenario.schema.scenario import Scenario

# What may be left out of a replay to see what it brings, in the order of the table.
PARTS: dict[str, str] = {
    "handle": "handle times as they were (else drawn)",
    "moments": "handle times when they were (else of the same day, type and agent, in another order)",
    "hours": "mean handle time by hour and priority",
    "days": "handle times that vary from day to day",
    "presence": "a shift per agent (else a headcount per half hour)",
    "unavailable": "time unavailable after contacts",
    "speed": "agents' own speed",
    "skills": "who takes which type",
    "crowd": "patience by how many wait",
    "calm": "patience by hour",
    "order": "who goes ahead of whom",
}
ALL = frozenset(PARTS)
_HALF_HOUR = 1800


@dataclass(frozen=True)
class Replay:
    """A day's scenario, what happened on it (answered contacts without an agent given to somebody), and who
    was there."""

    day: int
    scenario: Scenario
    contacts: Contacts
    spans: Spans


def replay(day: Contacts, laws: Laws, folder: Path, parts: frozenset[str] = ALL) -> Replay:
    """Write a day's scenario into a folder and load it. Raises ValueError when the laws were fitted
    on this very day: what is tested must not be known."""
    number = day.days[0]
    if number in laws.days:
        raise ValueError(f"the laws were fitted on {date_of(number)}, so they cannot be tested on it")
    folder.mkdir(parents=True, exist_ok=True)
    named, _ = with_agents(day)
    classed = _guessed(named, laws)
    midnight = datetime.combine(date_of(number), datetime.min.time())
    spans = _today(presence(named, laws.sure, laws.sure_usual, laws.idle))
    document: dict[str, Any] = {
        "name": f"{day.channel} {date_of(number)}",
        "description": "A real day replayed: arrivals and people as they were, the rest by laws of other days.",
        "start": f"{midnight:%Y-%m-%d %H:%M}",
        "days": 1,
        "interval": "30 min",
        "channels": {day.channel: {"kind": "chat" if day.channel == "chat" else "phone"}},
        "contact_types": _types(classed, laws, folder, parts),
        "groups": _groups(named, laws, spans, midnight, folder, parts),
    }
    if "order" in parts and laws.ahead.any():
        document["policy"] = {
            "priority": {
                "per_minute": {day.channel: 60},
                "contact_type": {
                    day.kind_name(n): float(laws.ahead[n]) for n in np.unique(classed.kind) if laws.ahead[n]
                },
            }
        }
    path = folder / "day.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return Replay(number, load_scenario(path), named, spans)


def _guessed(day: Contacts, laws: Laws) -> Contacts:
    """Contacts whose class is not known get one by chance, the same in every replay of the day."""
    random = np.random.default_rng(day.days[0])
    kind = day.kind.copy()
    for type_number, name in enumerate(day.types):
        classes = [n for n, one in enumerate(day.kinds) if one[0] == name]
        unknown = day.guessed & (day.type_of == type_number)
        kind[unknown] = random.choice(classes, int(unknown.sum()), p=laws.chances[classes])
    return replace(day, kind=kind)


def law(values: list[float], weights: list[float] | None = None) -> dict[str, Any]:
    """An empirical law as a scenario writes it."""
    body: dict[str, Any] = {"values": [f"{one:.4g}s" for one in values]}
    if weights is not None:
        body["weights"] = [float(f"{one:.5g}") for one in weights]
    return {"empirical": body}


def _types(day: Contacts, laws: Laws, folder: Path, parts: frozenset[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "moments" not in parts:
        day = replace(day, handle=_in_another_order(day))
    for kind in np.unique(day.kind):
        mine = day.of(day.kind == kind)
        name = f"contacts_{kind}.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["at", "work"])
            given = np.isfinite(mine.handle) & mine.handled & ("handle" in parts)
            for at, handle, use in zip(mine.at, mine.handle, given, strict=True):
                writer.writerow([f"{at:.3f}", f"{handle:.3f}" if use else ""])
        type_number = int(day.type_of[day.kind == kind][0])
        entry: dict[str, Any] = {
            "channel": day.channel,
            "skills": [day.types[type_number]],
            "arrivals": [{"trace": {"csv": name, "time": "at", "work": "work"}}],
            "work": law(laws.work[type_number]),
            **_hours(laws, int(kind), parts),
            "answer_within": "20s",
        }
        patience = laws.patience
        if patience is None:
            entry["patience"] = {"exponential": "6 min"}
        else:
            entry["patience"] = law(patience.values(int(kind), 0 if "crowd" in parts else 2))
            if "calm" in parts and patience.by_hour:
                mean = patience.mean(int(kind), 0)
                hours = {f"{hour:02d}:00": float(f"{mean / one:.4g}") for hour, one in enumerate(patience.hours)}
                entry["patience_mean"] = {"per": "1h", "daily": hours}
            if "crowd" in parts:
                entry["crowded"] = [
                    {"waiting": crowd, "patience": law(patience.values(int(kind), n))}
                    for n, crowd in enumerate(CROWDS)
                    if crowd
                ]
        found[day.kind_name(int(kind))] = entry
    return found


def _in_another_order(day: Contacts) -> Floats:
    """Handle times exchanged between contacts of one type and agent: the same laws to the second, at other moments."""
    random = np.random.default_rng([7, day.days[0]])
    handle = day.handle.copy()
    known = day.handled & np.isfinite(handle)
    for kind in np.unique(day.type_of):
        for agent in np.unique(day.agent[known]):
            mine = np.flatnonzero(known & (day.type_of == kind) & (day.agent == agent))
            handle[mine] = handle[random.permutation(mine)]
    return handle


def _hours(laws: Laws, kind: int, parts: frozenset[str]) -> dict[str, Any]:
    """The mean handle time of each hour of the day."""
    if "hours" not in parts:
        return {}
    daily = {f"{hour:02d}:00": float(f"{mean:.4g}") for hour, mean in enumerate(laws.handle.hours[kind])}
    return {"work_mean": {"per": "1h", "daily": daily}}


def _groups(
    day: Contacts, laws: Laws, spans: Spans, midnight: datetime, folder: Path, parts: frozenset[str]
) -> dict[str, Any]:
    there = np.zeros(len(day.types), bool)
    there[np.unique(day.type_of)] = True
    if "presence" not in parts:
        return {"team": _headcount(day, spans, there, laws, parts)}
    teams: dict[tuple[bool, ...], list[int]] = {}
    for agent in spans:
        taken = laws.takes.get(agent, laws.takes_usual) & there if "skills" in parts else there
        teams.setdefault(tuple(taken if taken.any() else laws.takes_usual & there), []).append(agent)
    # A type that nobody takes any more is taken by everybody, or it could not be answered at all.
    orphans = there & ~np.any([np.array(team) for team in teams], axis=0)
    found: dict[str, Any] = {}
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["team", "agent", "start", "end"])
        for number, (skilled, agents) in enumerate(teams.items(), 1):
            team = f"team {number}"
            for agent in agents:
                for span in spans[agent]:
                    row = (midnight + timedelta(seconds=one) for one in span)
                    writer.writerow([team, day.agents[agent], *(f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in row)])
            skills = np.array(skilled) | orphans
            found[team] = {
                "channels": [day.channel],
                "skills": [name for name, has in zip(day.types, skills, strict=True) if has],
                "roster": {
                    "csv": "roster.csv",
                    "agent": "agent",
                    "start": "start",
                    "end": "end",
                    "where": {"team": team},
                },
                "people": [_person(day, agent, laws, parts) for agent in agents],
            }
    return found


def _today(spans: Spans) -> Spans:
    """Presence before midnight; who only finished yesterday's last calls after it is not there."""
    cut = {agent: [(a, min(b, DAY)) for a, b in own if a < DAY - 1] for agent, own in spans.items()}
    return {agent: own for agent, own in cut.items() if own}


def _person(day: Contacts, agent: int, laws: Laws, parts: frozenset[str]) -> dict[str, Any]:
    person: dict[str, Any] = {"name": day.agents[agent]}
    if "speed" in parts:
        person["speed"] = float(np.clip(laws.speeds[agent], 0.1, 10))
    if "unavailable" in parts and laws.unavailable is not None:
        person["unavailable"] = unavailable_words(laws.unavailable.of(agent))
    return person


def unavailable_words(hazards: Any) -> dict[str, Any]:
    """The laws of an agent as a scenario writes them."""
    return {f"{who}_waiting": law(*values_of(hazards[:, n])) for n, who in enumerate(CROWD)}


def _headcount(day: Contacts, spans: Spans, there: Any, laws: Laws, parts: frozenset[str]) -> dict[str, Any]:
    """As many agents as were seen in each half hour, all alike."""
    seen = np.zeros(48)
    for own in spans.values():
        marks = np.zeros(48, bool)
        for start, end in own:
            marks[int(start // _HALF_HOUR) : int(min(end, 86399) // _HALF_HOUR) + 1] = True
        seen += marks
    group: dict[str, Any] = {
        "channels": [day.channel],
        "skills": [name for name, has in zip(day.types, there, strict=True) if has],
        "headcount": {"per": "30 min", "daily": [float(one) for one in seen]},
    }
    if "unavailable" in parts and laws.unavailable is not None:
        group["unavailable"] = unavailable_words(laws.unavailable.usual)
    return group
