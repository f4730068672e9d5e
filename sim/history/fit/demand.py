"""How many come when: by weekday and half hour, how days differ, and who calls again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from floorcast.history.calls.contacts import Contacts, Floats, Ints, date_of

if TYPE_CHECKING:
    from floorcast.history.folder import History

PER = 1800.0
PLACES = 48
_REDIAL = 3600.0  # seconds within which a further contact is a redial
_LEAST = 50  # abandoned contacts with a customer to tell redials


@dataclass(frozen=True)
class Volumes:
    """Mean contacts [types, 7, 48] by weekday (Monday 0) and half hour with 95 % intervals (of a
    Poisson mean, widened by the day factor); days of each weekday [7]; the coefficient of variation
    of days beyond Poisson [types] with its interval [types, 2]; correlation of types' days [types,
    types], and of mornings with afternoons [types]."""

    mean: Floats
    low: Floats
    high: Floats
    days: Ints
    cv: Floats
    cv_interval: Floats
    between_types: Floats
    within_day: Floats


@dataclass(frozen=True)
class Redials:
    """Of who gave up: the share that calls again within an hour with its 95 % interval, the delays
    (quantiles in seconds), how many cases; the share of all contacts that are such redials; of who
    was handled, the share that is back within a day."""

    share: float
    interval: tuple[float, float]
    delays: list[float]
    cases: int
    of_all: float
    repeats: float


def volumes(contacts: Contacts, days: list[int]) -> Volumes:
    """Volumes on these days (a day without contacts counts when it is listed)."""
    types = len(contacts.types)
    place = {day: n for n, day in enumerate(days)}
    use = np.isin(contacts.day, np.array(days))
    one = contacts.of(use)
    counts = np.zeros((types, len(days), PLACES))
    half_hour = np.clip(one.at // PER, 0, PLACES - 1).astype(np.int64)
    row = np.array([place[int(day)] for day in one.day], np.int64)
    np.add.at(counts, (one.type_of, row, half_hour), 1)
    weekday = np.array([date_of(day).weekday() for day in days])
    number = np.bincount(weekday, minlength=7)
    mean = np.zeros((types, 7, PLACES))
    for w in np.flatnonzero(number):
        mean[:, w] = counts[:, weekday == w].mean(axis=1)
    cv, interval, ratios = _day_factor(counts.sum(axis=2), mean.sum(axis=2), weekday)
    total = mean * number[None, :, None]
    spread = np.sqrt(1 + cv[:, None, None] ** 2 * mean)
    low = stats.gamma.ppf(0.025, np.maximum(total, 1e-9)) * (total > 0)
    high = stats.gamma.ppf(0.975, total + 1)
    each = np.maximum(number, 1)[None, :, None]
    halves = np.stack([counts[:, :, :26].sum(axis=2), counts[:, :, 26:].sum(axis=2)])
    return Volumes(
        mean,
        np.maximum(mean - (mean - low / each) * spread, 0),
        mean + (high / each - mean) * spread * (number > 0)[None, :, None],
        number,
        cv,
        interval,
        _correlation(ratios),
        np.array([_correlation(halves[:, n])[0, 1] for n in range(types)]),
    )


def _day_factor(totals: Floats, means: Floats, weekday: Ints) -> tuple[Floats, Floats, Floats]:
    """Variation of days around their weekday's mean beyond what Poisson counts vary by themselves."""
    expected = means[:, weekday]
    usable = (expected > 0).all(axis=0)
    ratios = np.where(expected > 0, totals / np.maximum(expected, 1e-9), 1.0)[:, usable]
    freedom = max(int(usable.sum()) - len(np.unique(weekday[usable])), 1)
    variance = ((ratios - 1) ** 2).sum(axis=1) / freedom
    poisson = (1 / np.maximum(expected[:, usable], 1e-9)).mean(axis=1) if usable.any() else np.zeros(len(totals))
    cv = np.sqrt(np.maximum(variance - poisson, 0))
    low, high = (variance * freedom / stats.chi2.ppf(q, freedom) for q in (0.975, 0.025))
    interval = np.sqrt(np.maximum(np.stack([low, high], axis=1) - poisson[:, None], 0))
    return cv, interval, ratios


def _correlation(rows: Floats) -> Floats:
    if rows.shape[1] < 3:
        return np.eye(len(rows))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.corrcoef(rows)
    return np.nan_to_num(np.atleast_2d(found))


def redials(history: History, channel: str) -> Redials | None:
    """From customers' numbers; None when too few who gave up have one.

    Where customers are known on some contacts only (the bank: on those who waited), this is the
    least it can be.
    """
    connection = history.connect()
    row = connection.execute(
        "SELECT count(*) FILTER (outcome = 'abandoned' AND customer IS NOT NULL) FROM contacts WHERE channel = ?",
        [channel],
    ).fetchone()
    cases = int(row[0]) if row else 0
    if cases < _LEAST:
        return None
    following = (
        "SELECT outcome, date_diff('second', ended, lead(arrived) OVER w) AS gap FROM contacts"
        " WHERE channel = ? AND customer IS NOT NULL WINDOW w AS (PARTITION BY customer ORDER BY arrived)"
    )
    seen = connection.execute(
        f"SELECT gap FROM ({following}) WHERE outcome = 'abandoned' AND gap BETWEEN 0 AND {_REDIAL} ORDER BY gap",
        [channel],
    ).fetchnumpy()["gap"]
    back = connection.execute(
        f"SELECT avg(CASE WHEN gap BETWEEN 0 AND 86400 THEN 1 ELSE 0 END) FROM ({following}) WHERE outcome = 'handled'",
        [channel],
    ).fetchone()
    gaps = np.ma.filled(np.ma.asarray(seen, np.float64), 0.0)
    low, high = share_limits(len(gaps), cases)
    share = len(gaps) / cases
    abandoned = connection.execute(
        "SELECT avg(CASE WHEN outcome = 'abandoned' THEN 1 ELSE 0 END) FROM contacts WHERE channel = ?", [channel]
    ).fetchone()
    delays = np.quantile(gaps, (np.arange(20) + 0.5) / 20) if len(gaps) else np.full(1, 600.0)
    return Redials(
        share,
        (low, high),
        [float(max(one, 1.0)) for one in delays],
        cases,
        share * float(abandoned[0] if abandoned else 0.0),
        float(back[0] or 0.0) if back else 0.0,
    )


def share_limits(number: int, cases: int) -> tuple[float, float]:
    """The 95 % limits of a share of which `number` of `cases` were seen, by Jeffreys' prior (beta(1/2, 1/2))."""
    low, high = (float(one) for one in stats.beta.ppf([0.025, 0.975], number + 0.5, cases - number + 0.5))
    return low, high
