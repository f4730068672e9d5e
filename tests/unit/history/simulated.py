"""A simulated centre whose truth is known, written as systems export it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import yaml

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text

START = datetime(2026, 3, 1)  # a Sunday
SPEEDS = {"Ann": 1.25, "Bo": 0.8, "Cy": 1.0, "Dee": 1.0, "Eve": 1.1, "Flo": 0.9, "Guy": 1.0, "Hal": 1.0}
WORK = {"PS": 180.0, "NW": 120.0}
AWAY = {"nobody": 60.0, "somebody": 20.0}
PATIENCE = 240.0


@dataclass(frozen=True)
class Call:
    """One contact as it was."""

    number: int
    customer: int
    kind: str
    arrived: datetime
    wait: float
    handle: float | None
    agent: str | None


def scenario_text(per_hour: dict[str, int]) -> str:
    """Eight people from 8 to 20 o'clock with a break, two types of calls."""
    people = [{"name": name, "speed": speed} for name, speed in SPEEDS.items()]
    law = {f"{when}_waiting": {"exponential": f"{mean:g}s"} for when, mean in AWAY.items()}
    types = {
        kind: {
            "channel": "phone",
            "arrivals": {"rate": {"per": "1h", "daily": {"08:00": rate, "20:00": 0}}},
            "work": {"lognormal": {"mean": f"{WORK[kind]:g}s", "scv": 1.2}},
            "patience": {"exponential": f"{PATIENCE:g}s"},
            "unavailable": "3s",
        }
        for kind, rate in per_hour.items()
    }
    shifts = [
        {"agents": 1, "start": "07:55", "length": "12h 15 min", "breaks": [{"at": f"{11 + n // 4}:{15 * (n % 4):02d}", "length": "45 min"}]}
        for n in range(len(SPEEDS))
    ]
    team = {"channels": ["phone"], "shifts": shifts, "people": people, "unavailable": law}
    return yaml.safe_dump(
        {"name": "truth", "start": "2026-03-01", "days": 1, "contact_types": types, "groups": {"team": team}}, sort_keys=False
    )


def simulate(days: int, per_hour: dict[str, int] | None = None, seed: int = 5) -> list[Call]:
    """Calls of so many days in a row, each drawn anew."""
    scenario = load_scenario_text(scenario_text(per_hour or {"PS": 60, "NW": 20}), Path("."), "truth.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    names = list(SPEEDS)
    calls: list[Call] = []
    random = np.random.default_rng(seed)
    for day in range(days):
        midnight = START + timedelta(days=day)
        contacts = run(world, seed, day).contacts
        for one in contacts[contacts["outcome"] != int(Outcome.OPEN)]:
            handled = one["outcome"] == int(Outcome.HANDLED)
            end = one["answered"] if handled else one["ended"]
            calls.append(
                Call(
                    len(calls) + 1,
                    int(random.integers(100_000, 999_999)),
                    world.type_names[one["contact_type"]],
                    midnight + timedelta(seconds=round(float(one["arrived"]))),
                    float(round(float(end)) - round(float(one["arrived"]))),
                    float(max(round(float(one["worked"])), 1)) if handled else None,
                    names[one["agent"]] if handled else None,
                )
            )
    return calls


def bank(calls: list[Call]) -> str:
    """The Anonymous Bank's layout."""
    lines = ["vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time outcome ser_start ser_exit ser_time server".replace(" ", "\t")]
    for one in calls:
        entry = one.arrived - timedelta(seconds=6)
        done = one.arrived + timedelta(seconds=one.wait)
        off = done + timedelta(seconds=one.handle or 0)
        waited = one.wait > 0
        clock = lambda at: f"{at.hour}:{at:%M:%S}"  # noqa: E731
        cells = [
            "AA0101", one.number, one.customer if waited else 0, 1 if waited else 0, one.kind, f"{one.arrived:%y%m%d}",
            clock(entry), clock(one.arrived), 6,
            *((clock(one.arrived), clock(done), f"{one.wait:.0f}") if waited else ("0:00:00", "0:00:00", 0)),
            "AGENT" if one.agent else "HANG",
            *((clock(done), clock(off), f"{one.handle:.0f}", one.agent) if one.agent else ("0:00:00", "0:00:00", 0, "NO_SERVER")),
        ]  # fmt: skip
        if one.agent or waited:
            lines.append("\t".join(map(str, cells)))
    return "\n".join(lines) + "\n"
