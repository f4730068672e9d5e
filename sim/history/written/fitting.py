"""A fit from beginning to end: what `floorcast fit` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from floorcast.history.calls.contacts import Contacts, full_days, load_contacts
from floorcast.history.fit.attendance import attendance
from floorcast.history.fit.demand import redials, volumes
from floorcast.history.fit.laws import fit_laws
from floorcast.history.folder import History
from floorcast.history.others.conversations import talks_of
from floorcast.history.others.types import experience, other_types, repeats
from floorcast.history.written.fitted import Fitted

_MOST_DAYS = 40  # for the laws; arrivals use every day
_MOST_CONTACTS = 200_000


def fit_history(
    history: History, channel: str | None = None, progress: Callable[[int, int], None] | None = None
) -> Fitted:
    """Fit one synchronous channel of a history. Raises InputErrors when it has none."""
    step = progress or (lambda done, total: None)
    contacts = load_contacts(history, channel)
    step(1, 5)
    days = full_days(contacts, 0.1)
    laws = fit_laws(contacts.on(some_days(contacts, days)))
    step(3, 5)
    talks = talks_of(history)
    found = Fitted(
        contacts=contacts,
        laws=laws,
        volumes=volumes(contacts, days),
        redials=redials(history, contacts.channel),
        days=days,
        attendance=attendance(history),
        others=tuple(other_types(history, contacts.channel, talks)),
        talks=tuple(talks),
        repeats=repeats(history, contacts.channel),
        experience=experience(contacts),
        source=", ".join(Path(str(one["file"])).name for one in history.manifest["files"][:3]),
    )
    step(5, 5)
    return found


def some_days(contacts: Contacts, days: list[int]) -> list[int]:
    """Enough days for the laws, spread evenly over all: a year of calls tells no more than a month."""
    full = [one for one in days if one in set(full_days(contacts))]
    per_day = max(len(contacts) / max(len(contacts.days), 1), 1.0)
    most = int(max(min(_MOST_DAYS, _MOST_CONTACTS / per_day), 3))
    if len(full) <= most:
        return full
    return [full[int(n)] for n in np.linspace(0, len(full) - 1, most).round()]
