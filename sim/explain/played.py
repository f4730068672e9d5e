"""The story of one contact or one person on a floor that is played with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from floorcast.clock.floor import Floor, agent_name
from floorcast.clock.play.disturbing import apply, undo
from floorcast.clock.play.saved import Saved, resume
from floorcast.explain.trace import Tracer
from floorcast.model.records.layout import Attention, TimetableKind

if TYPE_CHECKING:
    from floorcast.clock.play.game import Game

MOST_LINES = 80


def contact_story(game: Game, contact: int, instant: float) -> list[str]:
    """What befell a contact up to an instant (s), and why every decision about it fell as it did.

    The floor is run again from a copy before the contact came, with all that was done to it; the game
    is left as it is. KeyError if there is no such contact.
    """
    if not 0 <= contact < len(game.floor.contacts):
        raise KeyError(f"there is no contact {contact}")
    arrived = float(game.floor.contacts["arrived"][contact])
    saved, _ = game.before(max(arrived, game.begin))
    tracer = Tracer(saved.world, saved.seed, saved.replication, True, saved)
    lines: list[str] = []
    for mark in _again(game, saved, tracer.floor, instant):
        lines += tracer.lines(contact, None, mark)
    return lines[:MOST_LINES] or ["It was there before this floor began."]


def floor_at(game: Game, instant: float) -> Floor:
    """The floor of a game as it was at an instant, to look at; the game is left as it is."""
    saved, _ = game.before(instant)
    floor = resume(saved)
    for mark in _again(game, saved, floor, instant):
        floor.run_until(mark)
    return floor


def _again(game: Game, saved: Saved, floor: Floor, instant: float) -> Iterator[float]:
    """Do to a floor what was done in the game from a copy to an instant; gives the instants up to which
    the caller lets it run in between."""
    done = {one.number: one for one in game.disturbances}
    _, later = game.before(math.nextafter(saved.time, math.inf))
    steps = [(one.at, 0, one) for one in later if one.at <= instant]
    steps += [
        (one.ended, 1, one)
        for one in game.disturbances
        if one.ended is not None and saved.time < one.ended <= instant
    ]
    for at, kind, one in sorted(steps, key=lambda step: (step[0], step[2].number, step[1])):
        yield at
        floor.run_until(at)
        if kind:
            undo(floor, done[one.number])
        else:
            done[one.number] = apply(floor, replace(one, ended=None, people=(), row=-1))
    yield instant


@dataclass(frozen=True)
class Person:
    """An agent at an instant. ``since`` s: when it got its last contact; ``goes`` s: when it leaves next, for
    ``home`` or for a break; None where it is not known."""

    name: str
    team: str
    there: bool
    leaving: bool
    working_on: int | None
    wrapping: bool
    ringing: bool
    holds: tuple[int, ...]
    handled: int
    since: float | None
    goes: float | None
    home: bool


def person(floor: Floor, agent: int) -> Person:
    """What an agent does now and when it leaves. KeyError if there is none of this number."""
    state = floor.state
    if not 0 <= agent < len(state.agents):
        raise KeyError(f"there is no agent {agent}")
    row = state.agents[agent]
    goes, home = next(_leaves(floor, agent), (math.nan, False))
    return Person(
        agent_name(floor.world, agent),
        floor.world.group_names[int(row["group"])],
        bool(row["logged_in"]),
        bool(row["leaving"]),
        int(row["working"]) if row["working"] >= 0 else None,
        bool(row["attention"] == int(Attention.WRAP_UP)),
        bool(row["attention"] == int(Attention.RINGING)),
        tuple(_held(floor, agent)),
        int(row["handled"]),
        float(row["assigned"]) if row["assigned"] >= 0 else None,
        None if math.isnan(goes) else goes,
        home,
    )


def _held(floor: Floor, agent: int) -> Iterator[int]:
    contacts = floor.contacts
    c = int(floor.state.agents[agent]["first_held"])
    while c >= 0:
        yield c
        c = int(contacts[c]["next"])


def _leaves(floor: Floor, agent: int) -> Iterator[tuple[float, bool]]:
    """When the timetable sends an agent away, and whether for good."""
    rows = floor.state.timetable[int(floor.state.centre[0]["timetable"]) :]
    mine = rows[(rows["kind"] == int(TimetableKind.OFF)) & (rows["who"] == agent) & np.isfinite(rows["time"])]
    for row in mine:
        yield float(row["time"]), bool(row["value"])
