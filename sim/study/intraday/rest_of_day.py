"""The rest of a day forecast from a moment, hour by hour, with what eight of ten such days would show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures.series import RATIOS, Series
from floorcast.study.estimate import Floats

LOW, HIGH = 0.1, 0.9  # of ten days one is below, and one above
MEASURES = ("offered", "service_level", "abandonment", "backlog")
_DAY = 86400.0


@dataclass(frozen=True)
class Forecast:
    """A measure of a channel in blocks of the rest of a day: `start` in seconds since the scenario's start, the
    expected value, and the band, all [n]. NaN where there is nothing to measure."""

    channel: str
    measure: str
    unit: str
    start: Floats
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Total:
    """New contacts of a channel over the whole day: how many there were, and how many there will have been. `known`:
    whether the past is known; else they are those of the rest of the day."""

    channel: str
    so_far: int
    mean: float
    low: float
    high: float
    known: bool


def forecasts(found: Sequence[Series], now: float, block: float = 3600.0) -> list[Forecast]:
    """Every channel's `MEASURES` in blocks (s) from the one at hand until midnight; a backlog is that at its end.

    found: replications that begin at `now`, in seconds since the start. ValueError without any.
    """
    if not found:
        raise ValueError("no replication is finished")
    first = found[0]
    width = max(1, round(block / first.interval))
    size = next(iter(first.by_type.values())).shape[1]
    begin = int(now // first.interval) // width * width
    end = min(size, round((_DAY * (now // _DAY) + _DAY) / first.interval))
    edges = np.arange(begin, end, width)
    start = edges * first.interval
    rows: list[Forecast] = []
    for channel in _served(first):
        for measure in MEASURES:
            pairs = [one.ratio(measure, "channel", channel) for one in found]
            if measure == "backlog":
                last = np.minimum(edges + width, end) - 1
                above, below = np.array([one[last] for one, _ in pairs]), np.ones((len(found), len(edges)))
            else:
                above, below = (
                    np.array([np.add.reduceat(pair[side][begin:end], edges - begin) for pair in pairs])
                    for side in (0, 1)
                )
            if not RATIOS[measure].below:
                below = np.ones_like(above)
            rows.append(Forecast(channel, measure, RATIOS[measure].unit, start, *_band(above, below)))
    return rows


def totals(found: Sequence[Series], now: float, offered: Mapping[str, int]) -> list[Total]:
    """How many contacts each channel will have had at midnight; offered: those since midnight, by contact type."""
    first = found[0]
    begin, day = now / first.interval, slice(int(now // first.interval), None)
    rows = []
    for channel in _served(first):
        at = first.channel_names.index(channel)
        kinds = [name for name, own in zip(first.type_names, first.type_channel) if own == at]
        known = all(name in offered for name in kinds)
        end = round((_DAY * (now // _DAY) + _DAY) / first.interval)
        later = np.array([one.ratio("offered", "channel", channel)[0][day][: end - int(begin)].sum() for one in found])
        so_far = sum(offered.get(name, 0) for name in kinds) if known else 0
        low, high = np.quantile(later, (LOW, HIGH))
        rows.append(
            Total(channel, so_far, so_far + float(later.mean()), so_far + float(low), so_far + float(high), known)
        )
    return rows


def _served(first: Series) -> list[str]:
    used = {int(channel) for channel in first.type_channel if channel >= 0}
    return [name for place, name in enumerate(first.channel_names) if place in used]


def _band(above: Floats, below: Floats) -> tuple[Floats, Floats, Floats]:
    """Ratio of means, and the band of the replications' own ratios, of those that have something to measure."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = above.mean(axis=0) / below.mean(axis=0)
        own = above / below
    low, high = np.full(mean.shape, np.nan), np.full(mean.shape, np.nan)
    some = ~np.isnan(own).all(axis=0)
    low[some], high[some] = np.nanquantile(own[:, some], (LOW, HIGH), axis=0)
    return np.where(below.mean(axis=0) > 0, mean, np.nan), low, high


def document(rows: Sequence[Forecast], day: Sequence[Total], start: Any) -> dict[str, Any]:
    """The forecast in plain values; start: the scenario's, as a date and time."""
    from datetime import timedelta

    from floorcast.study.document import plain

    return {
        "band": [LOW, HIGH],
        "hours": [
            {
                "start": (start + timedelta(seconds=float(at))).isoformat(), "channel": row.channel,
                "measure": row.measure, "unit": row.unit, "mean": plain(float(mean)), "low": plain(float(low)),
                "high": plain(float(high)),
            }
            for row in rows
            for at, mean, low, high in zip(row.start, row.mean, row.low, row.high, strict=True)
        ],
        "day": [
            {
                "channel": one.channel, "so_far": one.so_far if one.known else None, "mean": one.mean, "low": one.low,
                "high": one.high,
            }
            for one in day
        ],
    }  # fmt: skip
