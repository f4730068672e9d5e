"""Contact types of which only interval totals are known: volumes, handle times and staff by half hour.

Of the handle times of n contacts only the sum h is known. Its mean r is all of h over all of n; what the sums vary
around n r beyond chance is n times the variance of one handle time, if contacts do not depend on each other: that
gives the variance (Σ (h - n r)² / Σ n) without a single handle time, and the interval of r (Σ (h - n r)² / (Σ n)²).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from floorcast.history.calls.contacts import Floats, Ints
from floorcast.history.folder import History

_PER, _PLACES = 1800.0, 48
_LEAST = 20  # intervals with handle times that tell anything
_DIFFER = 0.01  # of hours: the share of chance below which they are taken to differ


@dataclass(frozen=True)
class Totals:
    """One type. mean, low, high [7, 48]: contacts by weekday (Monday 0) and half hour with 95 % intervals of a Poisson
    mean, widened by what days vary beyond it (cv, with its interval); days [7] seen of each weekday; handle: (mean,
    low, high) seconds, None unknown; scv of one handle time; hours [24]: mean by hour where they differ, else None;
    agents [7, 48] on average, None unknown; intervals: rows; contacts."""

    channel: str
    name: str
    mean: Floats
    low: Floats
    high: Floats
    days: Ints
    cv: float
    cv_interval: tuple[float, float]
    handle: tuple[float, float, float] | None
    scv: float
    hours: Floats | None
    agents: Floats | None
    intervals: int
    contacts: float


def totals_of(history: History) -> list[Totals]:
    """Every type of the history's intervals, those offered anything."""
    if not history.has("intervals"):
        return []
    connection = history.connect()
    kinds = connection.execute(
        "SELECT coalesce(channel, 'phone'), coalesce(type, channel, 'contacts') FROM intervals GROUP BY 1, 2"
        " HAVING sum(offered) > 0 ORDER BY 1, 2"
    ).fetchall()
    found = []
    for channel, name in kinds:
        columns = connection.execute(
            "SELECT date_diff('day', DATE '1970-01-01', CAST(start AS DATE)) AS day,"
            " date_part('epoch', start - date_trunc('day', start)) AS second, coalesce(length, 1800) AS length,"
            " coalesce(offered, 0) AS offered, coalesce(handled, offered) AS handled, handle_total, agents"
            " FROM intervals"
            " WHERE coalesce(channel, 'phone') = ? AND coalesce(type, channel, 'contacts') = ? ORDER BY start",
            [channel, name],
        ).fetchnumpy()
        given = {key: np.ma.filled(np.ma.asarray(one, np.float64), np.nan) for key, one in columns.items()}
        found.append(_one(str(channel), str(name), given))
    return found


def _one(channel: str, name: str, rows: dict[str, Floats]) -> Totals:
    days, day = np.unique(rows["day"].astype(np.int64), return_inverse=True)
    counts = _spread(rows, day, len(days), rows["offered"])
    weekday = (days + 3) % 7  # 1 January 1970 was a Thursday
    number = np.bincount(weekday, minlength=7)
    mean = np.zeros((7, _PLACES))
    np.add.at(mean, weekday, counts)
    mean /= np.maximum(number, 1)[:, None]
    cv, interval = _days_differ(counts.sum(axis=1), mean.sum(axis=1)[weekday], weekday)
    low, high = poisson_limits(mean, number, cv)
    handle, scv, hours = _handle(rows)
    return Totals(
        channel, name, mean, low, high, number, cv, interval, handle, scv, hours,
        _agents(rows, day, len(days), weekday, number), len(rows["day"]), float(counts.sum()),
    )  # fmt: skip


def _spread(rows: dict[str, Floats], day: Ints, days: int, what: Floats) -> Floats:
    """What rows count by half hour, [days, 48]; a longer row is spread evenly over its half hours."""
    found = np.zeros((days, _PLACES))
    places = np.maximum(np.round(rows["length"] / _PER), 1).astype(np.int64)
    for part in range(int(places.max())):
        mine = places > part
        place = np.clip((rows["second"][mine] + part * _PER) // _PER, 0, _PLACES - 1).astype(np.int64)
        np.add.at(found, (day[mine], place), what[mine] / places[mine])
    return found


def poisson_limits(mean: Floats, days: Ints, cv: float = 0.0) -> tuple[Floats, Floats]:
    """95 % limits of means [7, 48] over so many days [7] of Poisson counts, widened by a day factor of this cv."""
    total = mean * days[:, None]
    each = np.maximum(days, 1)[:, None]
    spread = np.sqrt(1 + cv**2 * mean)
    low = stats.gamma.ppf(0.025, np.maximum(total, 1e-9)) * (total > 0) / each
    high = stats.gamma.ppf(0.975, total + 1) / each
    seen = (days > 0)[:, None]
    return np.maximum(mean - (mean - low) * spread, 0), (mean + (high - mean) * spread) * seen


def _days_differ(totals: Floats, expected: Floats, weekday: Ints) -> tuple[float, tuple[float, float]]:
    """Coefficient of variation of days around their weekday's mean, beyond Poisson, with its 95 % interval."""
    usable = expected > 0
    freedom = int(usable.sum()) - len(np.unique(weekday[usable]))
    if freedom < 1:
        return 0.0, (0.0, 0.0)
    ratio = totals[usable] / expected[usable]
    variance, poisson = float(((ratio - 1) ** 2).sum()) / freedom, float((1 / expected[usable]).mean())
    bounds = [variance * freedom / float(stats.chi2.ppf(q, freedom)) for q in (0.975, 0.5, 0.025)]
    low, _, high = (float(np.sqrt(max(one - poisson, 0.0))) for one in bounds)
    return float(np.sqrt(max(variance - poisson, 0.0))), (low, high)


def _handle(rows: dict[str, Floats]) -> tuple[tuple[float, float, float] | None, float, Floats | None]:
    known = np.isfinite(rows["handle_total"]) & (rows["handled"] > 0) & (rows["handle_total"] >= 0)
    n, h = rows["handled"][known], rows["handle_total"][known]
    if not len(n) or not h.sum():
        return None, 0.0, None
    mean = float(h.sum() / n.sum())
    if len(n) < _LEAST:
        return (mean, mean, mean), 1.0, None
    gap = h - mean * n
    half = 1.96 * float(np.sqrt((gap**2).sum()) / n.sum())
    hour = (rows["second"][known] // 3600).astype(np.int64)
    hours = _hours(hour, n, h, mean)
    if hours is not None:
        gap = h - hours[hour] * n
    return (mean, mean - half, mean + half), float((gap**2).sum() / n.sum()) / mean**2, hours


def _hours(hour: Ints, n: Floats, h: Floats, mean: float) -> Floats | None:
    """Means by hour [24], where they differ by more than chance (analysis of variance of weighted means)."""
    cases = np.bincount(hour, n, minlength=24)
    own = np.where(cases > 0, np.bincount(hour, h, minlength=24) / np.maximum(cases, 1), mean)
    groups = int((cases > 0).sum())
    freedom = len(n) - groups
    if groups < 2 or freedom < 2:
        return None
    between = float((cases * (own - mean) ** 2).sum()) / (groups - 1)
    within = float(((h - own[hour] * n) ** 2 / n).sum()) / freedom
    return own if within > 0 and float(stats.f.sf(between / within, groups - 1, freedom)) < _DIFFER else None


def _agents(rows: dict[str, Floats], day: Ints, days: int, weekday: Ints, number: Ints) -> Floats | None:
    known = np.isfinite(rows["agents"])
    if not known.any():
        return None
    weight = np.where(known, np.minimum(rows["length"], _PER), 0.0)
    short = rows | {"length": np.minimum(rows["length"], _PER)}
    sums = _spread(short, day, days, np.nan_to_num(rows["agents"]) * weight)
    found = np.zeros((7, _PLACES))
    np.add.at(found, weekday, sums / _PER)
    return found / np.maximum(number, 1)[:, None]
