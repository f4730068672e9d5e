"""All laws of a centre fitted on some of its days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats
from floorcast.history.calls.waiting import with_agents
from floorcast.history.fit.handle_times import HandleTimes, fit_handle_times
from floorcast.history.fit.order import advances
from floorcast.history.fit.patience import Patience, fit_patience
from floorcast.history.fit.people import takes, takes_for_sure
from floorcast.history.fit.presence import idle_by_hour
from floorcast.history.fit.unavailable import Unavailable, fit_unavailable, rests


@dataclass(frozen=True)
class Laws:
    """takes, sure: by agent, types [types]; idle [24]; ahead [classes] seconds; chances [classes]
    within each type. days: those it was fitted on."""

    handle: HandleTimes
    patience: Patience | None
    unavailable: Unavailable | None
    takes: dict[int, Bools]
    takes_usual: Bools
    sure: dict[int, Bools]
    sure_usual: Bools
    idle: Floats
    ahead: Floats
    chances: Floats
    days: frozenset[int]
    contacts: int
    given_agents: int

    @property
    def work(self) -> list[list[float]]:
        """By type, handle times as equally likely seconds."""
        return self.handle.laws

    @property
    def speeds(self) -> Floats:
        """Speed of each agent [agents], 1 for the usual."""
        return self.handle.speeds


def fit_laws(contacts: Contacts) -> Laws:
    """Fit on all of the contacts given."""
    named, given = with_agents(contacts)
    able, usual = takes(named)
    sure, sure_usual = takes_for_sure(named)
    return Laws(
        handle=fit_handle_times(named),
        patience=fit_patience(named),
        unavailable=fit_unavailable(rests(named, sure, sure_usual)),
        takes=able,
        takes_usual=usual,
        sure=sure,
        sure_usual=sure_usual,
        idle=idle_by_hour(named),
        ahead=advances(named, able, usual),
        chances=_chances(named),
        days=frozenset(named.days),
        contacts=len(named),
        given_agents=given,
    )


def _chances(contacts: Contacts) -> Floats:
    """Share of each class among those of its type whose class is known."""
    known = np.bincount(contacts.kind[~contacts.guessed], minlength=len(contacts.kinds)) + 1e-9
    place = {name: n for n, name in enumerate(contacts.types)}
    of = np.array([place[kind[0]] for kind in contacts.kinds])
    return np.asarray(known / np.bincount(of, known)[of])
