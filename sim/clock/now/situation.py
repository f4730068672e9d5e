"""A situation: what a planner knows of a centre at a moment of its day, and what a saved run knows of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from floorcast.clock.saved import Saved
from floorcast.model.compile.assemble import World
from floorcast.model.core.calendar import kind_of, subject_of
from floorcast.model.records.layout import Cause, Event, Status

DAY = 86400.0
JUST = 1e-3  # seconds before the moment
IN_HAND = (
    Status.READY, Status.WORKING, Status.THINKING, Status.WRAPPING, Status.OFFERED, Status.CONSULTING
)  # fmt: skip


@dataclass(frozen=True)
class There:
    """A contact that waits, or that somebody of a `group` has in hand. Instants in seconds since the start: when it
    came, and when it was taken in hand."""

    contact_type: str
    arrived: float
    group: str = ""
    taken: float = np.nan


@dataclass(frozen=True)
class Situation:
    """A centre at the instant `now`, in seconds since the scenario's start.

    offered: of contact types, how many new customers came since midnight, where known; present: of groups, how many
    people are there, where it is not as planned; contacts: those who wait and those in hand; coming: contacts that
    are known to come, such as replies, with their instants.
    """

    now: float
    contacts: tuple[There, ...] = ()
    offered: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    coming: tuple[tuple[str, float], ...] = ()

    @property
    def midnight(self) -> float:
        """The beginning of its day, in seconds since the start (which need not be midnight itself)."""
        return DAY * (self.now // DAY)


def situation_of(saved: Saved, world: World) -> Situation:
    """What there is to see of a saved run: its contacts, who is there, and what came today.

    A contact in the middle of several turns is there as one that has begun; replies that are due are contacts to come.
    """
    centre = saved.arrays["centre"][0]
    rows = saved.arrays["contacts"][: int(centre["contacts"])]
    names, found = world.type_names, []
    for row in rows[rows["status"] == int(Status.WAITING)]:
        found.append(There(names[int(row["contact_type"])], float(row["arrived"])))
    held = rows[np.isin(rows["status"], [int(status) for status in IN_HAND]) & (rows["agent"] >= 0)]
    for row in held:
        group = world.group_names[int(saved.arrays["agents"]["group"][int(row["agent"])])]
        taken = row["answered"] if np.isfinite(row["answered"]) else row["accepted"]
        taken = float(taken) if np.isfinite(taken) else saved.now
        found.append(There(names[int(row["contact_type"])], float(row["arrived"]), group, taken))
    midnight = DAY * (saved.now // DAY)
    new = rows[(rows["cause"] == int(Cause.SOURCE)) & (rows["arrived"] >= midnight)]
    came = Counter(names[k] for k in new["contact_type"].tolist())
    present = saved.arrays["agents"]["present"] != 0
    groups = saved.arrays["agents"]["group"][present]
    there = np.bincount(groups, minlength=len(world.group_names))
    return Situation(
        now=saved.now,
        contacts=tuple(found),
        offered={name: came[name] for name in names},
        present={name: int(n) for name, n in zip(world.group_names, there, strict=True)},
        coming=_coming(saved, names, rows),
    )


def _coming(saved: Saved, names: tuple[str, ...], rows: Any) -> tuple[tuple[str, float], ...]:
    """Replies and further tries that are written down in the calendar."""
    entries = saved.arrays["calendar"][: int(saved.arrays["centre"][0]["calendar"])]
    found = []
    for time, what in zip(entries["time"].tolist(), entries["what"].tolist(), strict=True):
        kind, subject = kind_of(what), subject_of(what)
        reply = kind == Event.REPLY and rows["status"][subject] == int(Status.AWAY)
        if (reply or kind == Event.RETRY) and np.isfinite(time):
            found.append((names[int(rows["contact_type"][subject])], float(time)))
    return tuple(sorted(found, key=lambda one: (one[1], one[0])))
