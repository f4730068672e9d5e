"""How posts, messages and emails fare by the priority that the policy gives them.

Under each policy, those of a run fall in three bands by their points: the third with most points,
the third with fewest, and those between. Equal points share a band, so that a policy without
points puts everybody in the lowest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import among
from floorcast.measures.cells.order import in_order
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Mark

Pairs = list[tuple[float, float]]


def band_measures(table: SocialTable) -> Pairs:
    """Numerators and denominators of BAND_MEASURES for the high, middle and low band."""
    kept, (low, high) = _thirds(table)
    those = np.flatnonzero(kept)
    points = table["points"].take(those)
    bands = np.where(points > high, 0, np.where(points <= low, 2, 1))
    within, starts, _ = in_order(bands, 3)
    those = those.take(within)  # band by band
    wait, aims = table.wait.take(those), table.settings.answer_within.take(table["contact_type"].take(those))
    reply_wait, replies = table["reply_wait"].take(those), table["replies"].take(those)
    answered, in_time = ~np.isnan(wait), wait <= aims
    pairs: Pairs = []
    for first, end in zip(starts.tolist(), starts[1:].tolist()):
        own, size = slice(first, end), float(end - first)
        taken = float(np.count_nonzero(answered[own]))
        pairs += [
            (size, 1.0),
            (taken, size),
            (float(np.count_nonzero(in_time[own])), size),
            (float(wait[own][answered[own]].sum()), taken),
            (float(reply_wait[own].sum()), float(replies[own].sum())),
        ]
    return pairs


def band_of(table: SocialTable) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which contacts [n] have a band, and the place of each in BANDS (high, middle, low)."""
    kept, thirds = _thirds(table)
    low, high = table["points"] <= thirds[0], table["points"] > thirds[1]
    return kept, np.where(high, 0, np.where(low, 2, 1)).astype(np.int64)


def _thirds(table: SocialTable) -> tuple[NDArray[np.bool_], tuple[float, float]]:
    """Which contacts [n] have a band, and the points up to which they are of the low and the middle one."""
    asynchronous = np.flatnonzero(~table.settings.synchronous).tolist()
    kept = table.measured & among(table["channel"], asynchronous) & table.from_customers
    kept &= (table["outcome"] != Outcome.CONTAINED) & ~table.marked(Mark.NEEDLESS)
    points = np.sort(table["points"][kept])
    if not points.size:
        return kept, (0.0, 0.0)
    # The greatest that no more than a third, or two thirds, of them are below: numpy's quantile of method "lower".
    low, high = (points[int(np.floor(points.size * share + (1.0 - share) - 1.0))] for share in (1 / 3, 2 / 3))
    return kept, (float(low), float(high))
