"""Campaigns and crises: what each brought and how its contacts fared, one by one and all together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Mark

Pairs = list[tuple[float, float]]


def campaign_measures(table: SocialTable) -> Pairs:
    """Numerators and denominators: per campaign, then together, one of each measure."""
    campaign = np.where(table.from_customers, table["campaign"], -1).astype(np.int64)
    names = table.run.world.campaign_names
    rows: Pairs = []
    for place in range(len(names)):
        rows += _of(table, table.measured & (campaign == place))
    return rows + (_of(table, table.measured & (campaign >= 0)) if names else [])


def _of(table: SocialTable, kept: NDArray[np.bool_]) -> Pairs:
    outcome, arrived = table["outcome"][kept], table["arrived"][kept]
    first = table["first_response"][kept]
    answered = ~np.isnan(first)
    with_another = outcome == Outcome.CLOSED_WITH_ANOTHER
    wanted = (outcome != Outcome.CONTAINED) & ~table.marked(Mark.NEEDLESS)[kept]
    avoided = float(table["avoided"][kept].sum())
    lasted = float(np.ptp(arrived)) if arrived.size else 0.0
    return [
        (float(kept.sum()), 1.0),
        (float((outcome == Outcome.HANDLED).sum()), 1.0),
        (float(with_another.sum()), 1.0),
        (float((table["cause"][kept] == Cause.CASCADE).sum()), 1.0),
        (avoided, 1.0),
        (float((answered & wanted).sum()), float(wanted.sum())),
        (float((first - arrived)[answered].sum()), float(answered.sum())),
        (float(table.exposure[kept].sum()), 1.0),
        (lasted, 1.0),
    ]
