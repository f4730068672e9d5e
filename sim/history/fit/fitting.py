"""A fit from beginning to end: what `floorcast fit` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import stats

from floorcast.history.calls.contacts import Contacts, Floats, full_days, load_contacts
from floorcast.history.fit.demand import redials, volumes
from floorcast.history.fit.laws import fit_laws
from floorcast.history.fit.writing import Fitted
from floorcast.history.folder import History

_MOST_DAYS = 40  # for the laws; arrivals use every day
_MOST_CONTACTS = 200_000
_HOURS_DIFFER = 0.001  # p value below which a profile of the day is written
_LEAST_PER_TYPE = 2000
_PRIOR = 50.0  # contacts of the type's mean that count beside an hour's own


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
    found = Fitted(
        contacts=contacts,
        laws=laws,
        volumes=volumes(contacts, days),
        redials=redials(history, contacts.channel),
        days=days,
        source=", ".join(Path(str(one["file"])).name for one in history.manifest["files"][:3]),
        work_by_hour=_by_hour(contacts),
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


def _by_hour(contacts: Contacts) -> dict[int, Floats]:
    """Mean handle time by hour [24] of the types whose hours differ beyond chance."""
    known = contacts.handled & np.isfinite(contacts.handle) & (np.nan_to_num(contacts.handle) > 0)
    found: dict[int, Floats] = {}
    for number in range(len(contacts.types)):
        mine = known & (contacts.type_of == number)
        if mine.sum() < _LEAST_PER_TYPE:
            continue
        seconds = contacts.handle[mine]
        hour = np.clip(contacts.at[mine] // 3600, 0, 23).astype(np.int64)
        groups = [np.log(seconds[hour == h]) for h in range(24) if (hour == h).sum() >= 20]
        if len(groups) < 2 or stats.f_oneway(*groups).pvalue > _HOURS_DIFFER:
            continue
        mean = float(seconds.mean())
        total = np.bincount(hour, seconds, minlength=24) + _PRIOR * mean
        found[number] = total / (np.bincount(hour, minlength=24) + _PRIOR)
    return found
