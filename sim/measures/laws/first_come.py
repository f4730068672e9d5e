"""First come, first served: of contacts in one queue with the same points the oldest goes first."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import RunLike
from floorcast.model.records.layout import Log

_QUEUED, _STAGE, _REQUEUED = int(Log.QUEUED), int(Log.STAGE), int(Log.REQUEUED)
_ACCEPTED, _CLOSED = int(Log.ACCEPTED), int(Log.CLOSED)
_KINDS = (_QUEUED, _STAGE, Log.OFFERED, _ACCEPTED, _CLOSED)


def first_come_first_served(run: RunLike, log: NDArray[Any]) -> list[str]:
    """A sentence when a contact was accepted while an older equal of its queue went on waiting.

    Equals are those of one queue (same type, plan and stage) with the same points. Contacts that
    came back to a queue are left out: the records keep their last points only.
    """
    contacts = run.contacts
    steady = _steady(run, log).tolist()
    points, arrived = contacts["points"].tolist(), contacts["arrived"].tolist()
    final = contacts["queue"].tolist()
    lines: dict[tuple[int, float], list[tuple[float, int]]] = {}
    queue: dict[int, int] = {}  # of contacts that wait
    overtaken: list[str] = []
    rings: set[int] = set()
    for time, kind, contact, _, other in log[np.isin(log["kind"], _KINDS)].tolist():
        if kind == _QUEUED:
            queue[contact] = other
            if steady[contact]:
                line = lines.setdefault((other, points[contact]), [])
                heapq.heappush(line, (arrived[contact], contact))
            continue
        if kind == _ACCEPTED and contact in rings:
            continue  # its turn came when it began to ring
        if kind == Log.OFFERED:
            rings.add(contact)
            kind = _ACCEPTED
        # A contact that found somebody at once was in the queue that its record names.
        mine = queue.pop(contact, final[contact])
        if kind == _STAGE:
            queue[contact] = other
        elif kind == _ACCEPTED and steady[contact]:
            line = lines.get((mine, points[contact]), [])
            while line and queue.get(line[0][1]) != mine:
                heapq.heappop(line)
            if line and line[0][0] < arrived[contact]:
                overtaken.append(f"contact {contact} before {line[0][1]} at {time:g} s")
    if not overtaken:
        return []
    return [f"an older equal was overtaken: {len(overtaken)} times, first {overtaken[0]}"]


def _steady(run: RunLike, log: NDArray[Any]) -> NDArray[np.bool_]:
    """Contacts whose points and age were those of the records for as long as they waited."""
    n, kind, who = len(run.contacts), log["kind"], log["contact"]
    steady = np.ones(n, dtype=bool)
    if n == 0:
        return steady
    accepted = np.flatnonzero(kind == _ACCEPTED)
    steady[np.bincount(who[accepted], minlength=n) > 1] = False
    steady[who[kind == _REQUEUED]] = False
    for kind_ in (Log.PASSED_ON, Log.RISES, Log.REFUSED, Log.TRANSFERRED):
        steady[who[kind == int(kind_)]] = False
    came = log[kind == int(Log.ARRIVED)]
    late = came["time"] > np.maximum(run.contacts["arrived"][came["contact"]], 0.0)
    steady[came["contact"][late]] = False  # heard of later than it was written
    # Who wrote again was given points anew, perhaps by another rule book: the record has the last ones only.
    waited, wrote = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    waited[who[kind == _QUEUED]], wrote[who[kind == int(Log.REPLIED)]] = True, True
    steady[wrote] = False
    taken = np.full(n, len(log))
    taken[who[accepted]] = accepted
    moved = np.flatnonzero((kind == _QUEUED) | (kind == _STAGE))
    steady[who[moved[moved > taken[who[moved]]]]] = False
    if run.world.routes.centre.get("returning"):
        steady[(run.contacts["parent"] >= 0) & ~waited] = False  # it went to the agent it knows
    if (run.world.tables["groups"]["pull"] >= 0).any():
        steady[:] = False  # who waits to be picked may be overtaken by who is given to somebody
    routes = run.world.routes
    if routes.centre.get("rerouting") or routes.queues["restart"].any():
        steady[who[kind == _STAGE]] = False
    return steady
