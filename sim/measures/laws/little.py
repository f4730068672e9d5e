"""Little's law: the mean number waiting is the rate of arrivals times the mean wait.

Over a window that begins and ends empty it is exact, for any arrivals and any order of service:
the integral of the number present, from the log, is the sum of the times spent, from the records.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import RunLike
from floorcast.model.records.layout import Log, Outcome

_ENDS = {
    "waiting": ((int(Log.ACCEPTED), int(Log.CLOSED)), ("accepted", "ended")),
    "present": ((int(Log.WRAPPING), int(Log.CLOSED)), ("ended",)),
}
_ROUNDING = 1e-6


def littles_law(run: RunLike, log: NDArray[Any]) -> list[str]:
    """A sentence for each channel, and for all, in which windows break the law.

    Held for contacts waiting for an agent, and for contacts present until they are resolved; without
    those that are heard of later than they were written, or passed on, or found to be noise by a
    short look: their records do not tell.
    """
    broken = []
    channel = run.world.type_channel[run.contacts["contact_type"]]
    came = log[log["kind"] == int(Log.ARRIVED)]
    told = np.zeros(len(channel), dtype=bool)
    told[came["contact"]] = came["time"] == np.maximum(
        run.contacts["arrived"][came["contact"]], 0.0
    )
    told[log["contact"][log["kind"] == int(Log.PASSED_ON)]] = False
    told &= run.contacts["outcome"] != Outcome.DISCARDED
    scopes = [("all", told)]
    if len(run.world.channel_names) > 1:
        scopes += [(name, told & (channel == i)) for i, name in enumerate(run.world.channel_names)]
    for what, (kinds, fields) in _ENDS.items():
        spent = _spent(run, fields)
        for name, chosen in scopes:
            number, wrong = _windows(log, kinds, chosen, spent)
            if wrong:
                broken.append(
                    f"Little's law fails for contacts {what} ({name}) in {wrong} of {number} windows"
                    " that begin and end empty"
                )
    return broken


def _spent(run: RunLike, fields: tuple[str, ...]) -> NDArray[Any]:
    """Seconds of each contact from its arrival (or the start) to the first of these; NaN: open."""
    ends = run.contacts[fields[0]]
    for field in fields[1:]:
        ends = np.fmin(ends, run.contacts[field])
    return np.asarray(ends - np.maximum(run.contacts["arrived"], 0.0))


def _windows(
    log: NDArray[Any], kinds: tuple[int, ...], chosen: NDArray[np.bool_], spent: NDArray[Any]
) -> tuple[int, int]:
    """Windows that begin and end empty, and those in which integral and sum differ."""
    came = np.flatnonzero(log["kind"] == int(Log.ARRIVED))
    came = came[chosen[log["contact"][came]]]
    went = np.flatnonzero(np.isin(log["kind"], kinds))
    went = went[chosen[log["contact"][went]]]
    _, first = np.unique(log["contact"][went], return_index=True)
    went = went[first]
    rows = np.concatenate([came, went])
    change = np.concatenate([np.ones(len(came)), -np.ones(len(went))])
    order = np.argsort(rows, kind="stable")
    rows, change = rows[order], change[order]
    time, level = log["time"][rows], np.cumsum(change)
    empty = level == 0
    whole = int(empty.sum())
    window = np.cumsum(empty) - empty
    area = level[:-1] * np.diff(time)
    integral = np.bincount(window[:-1], area, minlength=whole)[:whole] if len(rows) else area
    arrivals = change > 0
    sums = np.bincount(window[arrivals], spent[log["contact"][rows[arrivals]]], minlength=whole)[
        :whole
    ]
    close = np.abs(integral - sums) <= _ROUNDING * (1 + np.abs(integral))
    return whole, whole - int(close.sum())
