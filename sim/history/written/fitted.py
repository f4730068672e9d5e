"""Everything that a fit found."""

from __future__ import annotations

from dataclasses import dataclass

from floorcast.history.calls.contacts import Contacts
from floorcast.history.fit.attendance import Attendance, Share
from floorcast.history.fit.demand import Redials, Volumes
from floorcast.history.fit.laws import Laws
from floorcast.history.others.conversations import Talk
from floorcast.history.others.types import Other


@dataclass(frozen=True)
class Fitted:
    """Everything that a fit found."""

    contacts: Contacts
    laws: Laws
    volumes: Volumes
    redials: Redials | None
    days: list[int]
    source: str
    attendance: Attendance | None = None
    others: tuple[Other, ...] = ()
    talks: tuple[Talk, ...] = ()  # conversations as their messages tell them
    repeats: Share | None = None
    experience: tuple[float, float, float, int] | None = None  # of new agents: factor, low, high, agents
