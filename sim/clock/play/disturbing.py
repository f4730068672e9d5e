"""What a trainer can do to a running floor, and how it is undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.clock.play import demand, orders

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor

KINDS = ("sick", "extra", "surge", "crisis", "slow", "outage", "overtime", "move", "policy")


_BOUNDS = {
    "people": (0, 100_000), "factor": (0.1, 10), "minutes": (1, 7 * 1440), "reach": (0, 1e9), "attracts": (0, 1000),
}  # fmt: skip


@dataclass(frozen=True)
class Disturbance:
    """What was done to a floor: at ``at`` s, until ``until`` s (None: until it is taken back).

    ``what`` of ``KINDS``; ``given`` its arguments. ``people`` the agents it was done to, ``row`` the
    supervisor's order it became.
    """

    number: int
    what: str
    given: dict[str, Any]
    at: float
    until: float | None = None
    people: tuple[int, ...] = ()
    row: int = -1
    ended: float | None = None

    @property
    def active(self) -> bool:
        return self.ended is None


def apply(floor: Floor, one: Disturbance) -> Disturbance:
    """Do it now; gives it with whom it was done to. Raises ValueError for what cannot be done here."""
    given = one.given
    _check(floor, given)
    people: tuple[int, ...] = ()
    row = -1
    match one.what:
        case "sick":
            people = _people(floor, given["team"], int(given["people"]), away=True)
        case "extra":
            people = _people(floor, given["team"], int(given["people"]), away=False)
        case "surge":
            demand.surge(floor, given["channel"], float(given["factor"]), 60.0 * float(given["minutes"]))
        case "crisis":
            demand.crisis(floor, given["contact_type"], float(given["reach"]), float(given["attracts"]))
        case "slow":
            demand.slower(floor, float(given["factor"]))
        case "outage":
            row = orders.outage(floor, given["channel"])
        case "overtime":
            row = orders.overtime(floor, given["team"], int(given["people"]))
        case "move":
            row, moved = orders.only_on(floor, given["team"], given["channel"], int(given["people"]))
            given = {**given, "people": moved}
        case "policy":
            row = orders.other_policy(floor, given["name"])
    if people:
        given = {**given, "people": len(people)}
    return replace(one, given=given, people=people, row=row)


def _check(floor: Floor, given: dict[str, Any]) -> None:
    """Raise ValueError for a name that is unknown or a number out of bounds."""
    world = floor.world
    names = {
        "team": world.group_names,
        "channel": ("all", *world.channel_names),
        "contact_type": world.type_names,
    }
    for key, allowed in names.items():
        if key in given and given[key] not in allowed:
            raise ValueError(f"found the {key.replace('_', ' ')} {given[key]!r}; allowed {', '.join(allowed)}")
    for key, (low, high) in _BOUNDS.items():
        if key not in given:
            continue
        value = given[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"found {value!r} {key}; allowed {low:g} to {high:g}")


def undo(floor: Floor, one: Disturbance) -> Disturbance:
    """Take it back from now on."""
    match one.what:
        case "sick":
            for agent in one.people:
                floor.call_back(agent)
        case "extra":
            for agent in one.people:
                floor.send_away(agent)
        case "surge":
            assert one.until is not None
            if one.until > floor.now:
                demand.surge(floor, one.given["channel"], 1.0 / float(one.given["factor"]), one.until - floor.now)
        case "slow":
            demand.slower(floor, 1.0 / float(one.given["factor"]))
        case "outage" | "overtime" | "move" | "policy":
            orders.take_back(floor, one.row)
        case "crisis":
            pass  # a post cannot be taken back: it is answered
    return replace(one, ended=floor.now)


def _people(floor: Floor, team: str, number: int, away: bool) -> tuple[int, ...]:
    """Send so many away, idle ones first, or call in: who is about to leave stays, then who is away."""
    first, last = floor.members(team)
    rows = floor.state.agents[first:last]
    if away:
        able = np.flatnonzero(rows["present"])
        order = np.lexsort((able, rows["working"][able] >= 0, rows["held"][able] > 0))
    else:
        able = np.flatnonzero(rows["present"] == 0)
        order = np.lexsort((able, rows["logged_in"][able] == 0))
    chosen = tuple(int(a) + first for a in able[order][:number])
    if not chosen:
        raise ValueError(f"nobody of {team} is {'there' if away else 'away'}")
    for agent in chosen:
        (floor.send_away if away else floor.call_back)(agent)
    return chosen
