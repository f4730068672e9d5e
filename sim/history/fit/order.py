"""In which order waiting contacts are taken: by how many seconds one class goes ahead of another.

Each time an agent takes one of several who wait, the one taken is the most likely the one with the
longest wait plus its class's advance: a logit of (wait + advance) / scale over those who wait, by
maximum likelihood.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from floorcast.history.calls.contacts import Bools, Contacts, Floats, Ints
from floorcast.history.calls.waiting import by_day

_MOST = 600.0
_PICKS = 6000
_LEAST = 200
_CANDIDATES = 12


def advances(contacts: Contacts, takes: dict[int, Bools], usual: Bools) -> Floats:
    """Seconds [classes] by which each class goes ahead, the commonest being 0; zeros where too few
    picks tell."""
    waits, kinds, there = _picks(contacts, takes, usual)
    size = len(contacts.kinds)
    base = int(np.bincount(contacts.kind, minlength=size).argmax())
    if len(waits) < _LEAST or size == 1:
        return np.zeros(size)

    def loss(x: Floats) -> tuple[float, Floats]:
        scale = np.exp(x[size])
        score = np.where(there, (waits + x[kinds]) / scale, -np.inf)
        most = score.max(axis=1, keepdims=True)
        share = np.exp(score - most)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        share[:, 0] -= 1.0
        slope = np.bincount(kinds.ravel(), share.ravel(), minlength=size) / scale
        by_scale = -(share * np.where(there, score, 0.0)).sum()
        value = float((np.log(total) + most).sum() - score[:, 0].sum())
        return value + 0.5 * float((x[:size] / 300.0) @ (x[:size] / 300.0)), np.append(
            slope + x[:size] / 9e4, by_scale
        )

    start = np.append(np.zeros(size), np.log(30.0))
    bounds = [(-_MOST, _MOST)] * size + [(0.0, 6.0)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 100})
    return np.asarray(np.round(found.x[:size] - found.x[base]))


def _picks(contacts: Contacts, takes: dict[int, Bools], usual: Bools) -> tuple[Floats, Ints, Bools]:
    """Waits and classes [picks, candidates] of who could have been taken, the one taken first."""
    rows: list[tuple[list[float], list[int]]] = []
    for _, day in by_day(contacts):
        kind_type = day.type_of
        waiting = np.flatnonzero((day.wait > 0) & ~day.guessed)
        for place in waiting[day.handled[waiting] & (day.wait[waiting] > 2)]:
            now = day.answered[place]
            others = waiting[(day.at[waiting] < now - 1) & (day.answered[waiting] > now + 1)]
            allowed = takes.get(int(day.agent[place]), usual)
            others = others[allowed[kind_type[others]]][: _CANDIDATES - 1]
            if len(others):
                chosen = [place, *others]
                rows.append(([float(now - day.at[one]) for one in chosen], [int(day.kind[one]) for one in chosen]))
        if len(rows) >= _PICKS:
            break
    waits = np.zeros((len(rows), _CANDIDATES))
    kinds = np.zeros((len(rows), _CANDIDATES), np.int64)
    there = np.zeros((len(rows), _CANDIDATES), bool)
    for n, (wait, kind) in enumerate(rows):
        waits[n, : len(wait)], kinds[n, : len(kind)], there[n, : len(wait)] = wait, kind, True
    return waits, kinds, there
