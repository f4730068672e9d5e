"""What the live floor says of disturbances and of people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from floorcast.charts.words import human, team_name
from floorcast.policy.words.handing import actions_in_words

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor
    from floorcast.clock.play.disturbing import Disturbance
    from floorcast.explain.played import Person
    from floorcast.policy.schema.supervision import Supervision


def disturbance_words(one: Disturbance) -> str:
    """`3 of Phone team sick`, `Surge of Phone ×2 for 30 min`."""
    given = {name: human(str(value)) for name, value in one.given.items()}
    match one.what:
        case "sick":
            return f"{given['people']} of {given['team']} sick"
        case "extra":
            return f"{given['people']} more of {given['team']}"
        case "surge":
            what = "everything" if one.given["channel"] == "all" else given["channel"]
            return f"Surge of {what} ×{float(one.given['factor']):g} for {float(one.given['minutes']):g} min"
        case "crisis":
            return f"Crisis post to {int(one.given['reach']):,} followers"
        case "slow":
            return f"Slow system: work takes {float(one.given['factor']) * 100:.0f} %"
        case "outage":
            return f"Outage of {given['channel']}"
        case "overtime":
            return f"Overtime of {given['team']}"
        case "move":
            return f"{given['people']} of {given['team']} on {given['channel']} only"
        case "policy":
            return f"Policy {given['name']}"
    raise ValueError(f"found the disturbance {one.what!r}")


def line_words(one: Supervision, number: int) -> dict[str, str]:
    """A line of a policy's supervision: what it is called, and what it does."""
    return {"name": human(one.name) if one.name else f"Supervision {number + 1}", "does": actions_in_words(one.do)}


def person_words(one: Person, start: datetime, floor: Floor) -> list[str]:
    """What an agent does, line by line."""

    def clock(seconds: float) -> str:
        return f"{start + timedelta(seconds=int(seconds)):%H:%M:%S}"

    contacts, names = floor.contacts, floor.world.type_names

    def contact(number: int) -> str:
        return f"contact {number} ({human(names[int(contacts[number]['contact_type'])])})"

    if not one.there:
        return [team_name(one.team), "Not on the floor"]
    lines = [team_name(one.team)]
    if one.working_on is not None:
        doing = "Wraps up" if one.wrapping else "Is offered" if one.ringing else "Works on"
        since = f", since {clock(one.since)}" if one.since is not None and len(one.holds) < 2 else ""
        lines.append(f"{doing} {contact(one.working_on)}{since}")
    elif one.holds:
        lines.append("Waits for customers to answer")
    else:
        lines.append("Free")
    rest = [number for number in one.holds if number != one.working_on]
    if rest:
        lines.append(f"Also holds {', '.join(contact(number) for number in rest)}")
    lines.append(f"Has finished {one.handled} contacts")
    if one.leaving:
        lines.append("Leaves when this is done")
    elif one.goes is not None:
        lines.append(f"{'Goes home' if one.home else 'Next break or meeting'} at {clock(one.goes)}")
    return lines
