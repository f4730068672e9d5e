"""All laws of a centre fitted on some of its days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats
from floorcast.history.calls.waiting import with_agents
from floorcast.history.fit.order import advances
from floorcast.history.fit.patience import Patience, fit_patience
from floorcast.history.fit.people import speeds, takes, takes_for_sure
from floorcast.history.fit.presence import idle_by_hour
from floorcast.history.fit.unavailable import Unavailable, fit_unavailable, rests

_POINTS = 200  # of an empirical law of handle times


@dataclass(frozen=True)
class Laws:
    """work: by type, handle times as equally likely seconds. takes, sure: by agent, types [types];
    speeds [agents]; idle [24]; ahead [classes] seconds; chances [classes] within each type. days:
    those it was fitted on."""

    work: list[list[float]]
    patience: Patience | None
    unavailable: Unavailable | None
    takes: dict[int, Bools]
    takes_usual: Bools
    sure: dict[int, Bools]
    sure_usual: Bools
    speeds: Floats
    idle: Floats
    ahead: Floats
    chances: Floats
    days: frozenset[int]
    contacts: int
    given_agents: int


def fit_laws(contacts: Contacts) -> Laws:
    """Fit on all of the contacts given."""
    named, given = with_agents(contacts)
    able, usual = takes(named)
    sure, sure_usual = takes_for_sure(named)
    return Laws(
        work=_work(named),
        patience=fit_patience(named),
        unavailable=fit_unavailable(rests(named, sure, sure_usual)),
        takes=able,
        takes_usual=usual,
        sure=sure,
        sure_usual=sure_usual,
        speeds=speeds(named),
        idle=idle_by_hour(named),
        ahead=advances(named, able, usual),
        chances=_chances(named),
        days=frozenset(named.days),
        contacts=len(named),
        given_agents=given,
    )


def _work(contacts: Contacts) -> list[list[float]]:
    known = contacts.handled & np.isfinite(contacts.handle)
    levels = (np.arange(_POINTS) + 0.5) / _POINTS
    everything = contacts.handle[known]
    found: list[list[float]] = []
    for kind in range(len(contacts.types)):
        own = contacts.handle[known & (contacts.type_of == kind)]
        law = own if len(own) >= 20 else everything
        values = np.quantile(law, levels) if len(law) else np.full(1, 240.0)
        found.append([float(max(one, 0.1)) for one in values])
    return found


def _chances(contacts: Contacts) -> Floats:
    """Share of each class among those of its type whose class is known."""
    known = np.bincount(contacts.kind[~contacts.guessed], minlength=len(contacts.kinds)) + 1e-9
    place = {name: n for n, name in enumerate(contacts.types)}
    of = np.array([place[kind[0]] for kind in contacts.kinds])
    return np.asarray(known / np.bincount(of, known)[of])
