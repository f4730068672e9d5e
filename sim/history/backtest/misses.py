"""Which of the laws a day did not keep, half hour by half hour, and how much of the misses that explains.

Three laws can be held against what happened without simulating: how long contacts took, how long agents were
not available after them, and how patient customers were. Each deviates by half hours; what the misses of the
waits (predicted less what was) have in common with these deviations is what the law explains of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Contacts, Floats
from floorcast.history.fit.laws import Laws
from floorcast.history.fit.unavailable import rests, sooner

CAUSES = {
    "handle": "handle times (longer or shorter than their law)",
    "unavailable": "time unavailable after contacts (agents back sooner or later)",
    "patience": "patience (more or fewer gave up than their waits explain)",
}
_HALF_HOUR, _PLACES = 1800, 48


def otherwise(day: Contacts, laws: Laws) -> Floats:
    """By how much each of `CAUSES` was otherwise than its law in each half hour, [causes, 48]: handle time over
    expected, less 1; agents back sooner, per contact; given up beyond expected, per contact."""
    count = np.maximum(np.bincount(_place(day.at), minlength=_PLACES), 1.0)
    known = day.handled & np.isfinite(day.handle)
    one = day.of(known)
    hour = np.clip(one.answered // 3600, 0, 23).astype(np.int64)
    expected = laws.handle.hours[one.kind, hour] / np.where(one.agent >= 0, laws.speeds[one.agent], 1.0)
    place = _place(one.answered)
    due = np.bincount(place, expected, minlength=_PLACES)
    took = np.where(due > 0, np.bincount(place, one.handle, minlength=_PLACES) / np.maximum(due, 1e-9) - 1, 0.0)
    back = np.zeros(_PLACES)
    if laws.unavailable is not None:
        data = rests(day, laws.sure, laws.sure_usual)
        began = _place(data.at.astype(np.float64))
        back = np.bincount(began, sooner(data, laws.unavailable), minlength=_PLACES) / count
    gone = np.zeros(_PLACES)
    if laws.patience is not None:
        left = ~day.handled - laws.patience.spent(day)
        gone = np.bincount(_place(day.at), left, minlength=_PLACES) / count
    return np.stack([took, back, gone])


def _place(at: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.clip(at // _HALF_HOUR, 0, _PLACES - 1).astype(np.int64)


@dataclass(frozen=True)
class Explained:
    """The share of the variance of the misses of waits that each cause explains alone and, by leaving it out of
    all, beyond the others; and that all explain together."""

    alone: dict[str, float]
    beyond: dict[str, float]
    together: float


def explain(gaps: Floats, weights: Floats, otherwise: Floats, causes: Sequence[str]) -> Explained:
    """gaps, weights [n]: misses of the mean wait and contacts of half hours; otherwise [causes, n]. Weighted least
    squares; shares are adjusted for what as many numbers by chance would explain."""
    rows = [list(CAUSES).index(name) for name in causes]
    whole = _explained(gaps, weights, otherwise[rows])
    alone = {name: _explained(gaps, weights, otherwise[[row]]) for name, row in zip(causes, rows, strict=True)}
    beyond = {
        name: max(whole - _explained(gaps, weights, otherwise[[one for one in rows if one != row]]), 0.0)
        for name, row in zip(causes, rows, strict=True)
    }
    return Explained(alone, beyond, whole)


def _explained(gaps: Floats, weights: Floats, columns: Floats) -> float:
    """Adjusted share of variance, 0 to 1."""
    if len(gaps) < len(columns) + 3 or not len(columns):
        return 0.0
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(gaps)), *columns]) * root[:, None]
    answer = gaps * root
    left = answer - design @ np.linalg.lstsq(design, answer, rcond=None)[0]
    plain = answer - root * (answer @ root) / (root @ root)
    total = float(plain @ plain)
    if total <= 0:
        return 0.0
    freedom = (len(gaps) - 1) / (len(gaps) - len(columns) - 1)
    return float(np.clip(1 - (left @ left) / total * freedom, 0.0, 1.0))
