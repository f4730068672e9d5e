"""What agents differ in: the types they take."""

from __future__ import annotations

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts

_LEAST = 30  # contacts of an agent to tell what it takes
_TAKES = 0.1  # of a type's share in all contacts: what an agent must have of it to take it
_FOR_SURE = 0.5


def takes(contacts: Contacts, share: float = _TAKES) -> tuple[dict[int, Bools], Bools]:
    """By agent, which types it takes [types]; and what an agent of whom nothing is known takes.

    A type counts when its share in the agent's contacts is at least `share` of its share in all.
    """
    types = len(contacts.types)
    mine = contacts.handled & (contacts.agent >= 0)
    counts = np.zeros((max(len(contacts.agents), 1), types))
    np.add.at(counts, (contacts.agent[mine], contacts.type_of[mine]), 1)
    everything = counts.sum(axis=0)
    shares = everything / max(everything.sum(), 1)
    found: dict[int, Bools] = {}
    for agent, own in enumerate(counts):
        if own.sum() >= _LEAST:
            taken = (own >= 3) & (own / own.sum() >= share * shares)
            if not taken.any():
                taken = own == own.max()
            found[agent] = taken
    usual = np.zeros(types, bool)
    usual[int(everything.argmax())] = True
    if found:
        usual |= np.mean(list(found.values()), axis=0) >= 0.5
    return found, usual


def takes_for_sure(contacts: Contacts) -> tuple[dict[int, Bools], Bools]:
    """The same, only what an agent takes as much as others do: who waits for it surely waits for it."""
    return takes(contacts, _FOR_SURE)
