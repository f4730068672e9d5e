"""How posts, messages and emails fare by the priority that the policy gives them.

Under each policy, those of a run fall in three bands by their points: the third with most points,
the third with fewest, and those between. Equal points share a band, so that a policy without
points puts everybody in the lowest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Mark

Pairs = list[tuple[float, float]]


def band_measures(table: SocialTable) -> Pairs:
    """Numerators and denominators of BAND_MEASURES for the high, middle and low band."""
    kept, bands = band_of(table)
    those = np.flatnonzero(kept)
    bands, wait = bands[those], table.wait[those]
    aims = table.settings.answer_within[table.kinds[those]]
    reply_wait, replies = table["reply_wait"][those], table["replies"][those]
    pairs: Pairs = []
    for number in range(3):
        own = bands == number
        waited, size = wait[own], float(np.count_nonzero(own))
        answered = ~np.isnan(waited)
        taken = float(np.count_nonzero(answered))
        pairs += [
            (size, 1.0),
            (taken, size),
            (float(np.count_nonzero(waited <= aims[own])), size),
            (float(waited[answered].sum()), taken),
            (float(reply_wait[own].sum()), float(replies[own].sum())),
        ]
    return pairs


def band_of(table: SocialTable) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which contacts [n] have a band, and the place of each in BANDS (high, middle, low)."""
    world = table.run.world
    asynchronous = np.asarray(
        [not world.scenario.traits_of(name).synchronous for name in world.channel_names]
    )
    kept = table.measured & asynchronous[table["channel"]] & table.from_customers
    kept &= (table["outcome"] != Outcome.CONTAINED) & ~table.marked(Mark.NEEDLESS)
    points = table["points"]
    thirds = np.quantile(points[kept], (1 / 3, 2 / 3), method="lower") if kept.any() else (0, 0)
    low, high = points <= thirds[0], points > thirds[1]
    return kept, np.where(high, 0, np.where(low, 2, 1)).astype(np.int64)

