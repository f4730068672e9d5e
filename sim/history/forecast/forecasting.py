"""The coming weeks: days are forecast, holidays and campaigns added, the result spread over half hours."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from floorcast.history.forecast.models import Ahead, Chosen, Floats, choose, variation
from floorcast.history.forecast.series import PLACES, Series
from floorcast.scenario.read.problems import InputErrors, Problem, Wrong
from floorcast.scenario.words.special_days import public_holidays

_CLOSED = 4  # of a weekday in a row without a contact
_PRIOR = 2.0  # holidays like an ordinary day that count beside those seen


@dataclass(frozen=True)
class Wish:
    """What is known beyond the past: growth (a factor), campaigns (date to factor), the country and
    region whose holidays count."""

    days: int = 28
    growth: float = 1.0
    campaigns: Mapping[date, float] | None = None
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Forecast:
    """Per type what was chosen and the days ahead with everything put in; the naive forecast beside.
    holidays: of the days ahead; holiday_factor [types] with how many in the past told it."""

    series: Series
    start: date
    chosen: tuple[Chosen, ...]
    ahead: tuple[Ahead, ...]
    holidays: dict[date, str]
    holiday_factor: Floats
    holidays_seen: int
    cv: Floats

    @property
    def days(self) -> list[date]:
        """The days ahead."""
        return [self.start + timedelta(days=n) for n in range(len(self.ahead[0].mean))]


def holidays_of(country: str, region: str | None, years: range) -> dict[date, str]:
    """Public holidays by date. Raises InputErrors for a country or region that is not known."""
    try:
        return public_holidays(country if region is None else f"{country}-{region}", years)
    except Wrong as error:
        raise InputErrors([Problem("--holidays", None, "", str(error))]) from None


def forecast(series: Series, wish: Wish, progress: Callable[[int, int], None] | None = None) -> Forecast:
    """Forecast every type. Holidays of the past are taken out before and their effect put in after."""
    past_days = series.days
    start = past_days[-1] + timedelta(days=1)
    days = [start + timedelta(days=n) for n in range(wish.days)]
    holidays = (
        holidays_of(wish.country, wish.region, range(past_days[0].year, days[-1].year + 1)) if wish.country else {}
    )
    seen = np.array([day in holidays for day in past_days])
    chosen: list[Chosen] = []
    ahead: list[Ahead] = []
    factors = np.ones(len(series.types))
    for n, counts in enumerate(series.counts):
        plain = _without(counts, seen)
        expected = plain[seen].sum()
        if seen.any():
            usual = expected / max(int(seen.sum()), 1)
            factors[n] = (counts[seen].sum() + _PRIOR * usual) / (expected + _PRIOR * usual) if usual > 0 else 1.0
        one = choose(plain, wish.days)
        chosen.append(one)
        shut = _closed(counts, past_days)
        factor = np.array(
            [
                wish.growth
                * (wish.campaigns or {}).get(day, 1.0)
                * (factors[n] if day in holidays else 1.0)
                * (day.weekday() not in shut)
                for day in days
            ]
        )
        ahead.append(Ahead(one.ahead.mean * factor, one.ahead.low * factor, one.ahead.high * factor))
        if progress is not None:
            progress(n + 1, len(series.types))
    coming = {day: name for day, name in holidays.items() if start <= day <= days[-1]}
    cv = np.array([variation(one.ahead) for one in chosen])
    return Forecast(series, start, tuple(chosen), tuple(ahead), coming, factors, int(seen.sum()), cv)


def _closed(counts: Floats, days: list[date]) -> set[int]:
    """Weekdays on which nothing came on any of the last four: closed, so that neither forecast nor band is above 0."""
    weekday = np.array([day.weekday() for day in days])
    return {w for w in range(7) if not counts[weekday == w][-_CLOSED:].any() and (weekday == w).sum() >= _CLOSED}


def _without(counts: Floats, holiday: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Holidays replaced by the mean of the same weekday a week before and after."""
    plain = counts.astype(np.float64).copy()
    for day in np.flatnonzero(holiday):
        near = [plain[at] for at in (day - 7, day + 7) if 0 <= at < len(plain) and not holiday[at]]
        if near:
            plain[day] = float(np.mean(near))
    return plain


def write_forecast(result: Forecast, out: Path) -> Path:
    """forecast.csv by half hour, days.csv with bands and the naive forecast, and arrivals.yaml, the
    piece of a scenario that takes them."""
    out.mkdir(parents=True, exist_ok=True)
    types = result.series.types
    with (out / "forecast.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["date", "start", *types])
        for n, day in enumerate(result.days):
            for place in range(PLACES):
                values = [
                    one.mean[n] * result.series.shapes[k, day.weekday(), place] for k, one in enumerate(result.ahead)
                ]
                writer.writerow([day, f"{place // 2:02d}:{30 * (place % 2):02d}", *(f"{one:.4g}" for one in values)])
    with (out / "days.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["date", "type", "forecast", "low_80", "high_80", "naive", "way", "holiday"])
        for k, name in enumerate(types):
            one, chosen = result.ahead[k], result.chosen[k]
            for n, day in enumerate(result.days):
                numbers = (one.mean[n], one.low[n], one.high[n], chosen.naive.mean[n])
                writer.writerow(
                    [day, name, *(f"{each:.1f}" for each in numbers), chosen.way, result.holidays.get(day, "")]
                )
    lines = [
        "# Put these arrivals into the contact types of a scenario that starts on the first day.",
        f"start: {result.start} 00:00",
        f"days: {len(result.days)}",
        "contact_types:",
    ]
    for k, name in enumerate(types):
        chosen = result.chosen[k]
        key = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        errors = ", ".join(f"{way} {error:.1f}" for way, error in chosen.errors.items())
        rate = f"{{per: 30 min, csv: forecast.csv, date: date, start: start, value: {key}}}"
        lines += [
            f"  {key}:",
            f"    # {chosen.way}; mean absolute error per day by rolling origin, {chosen.windows} windows: {errors}",
            "    arrivals:",
            f"      - rate: {rate}",
        ]
        if result.cv[k] >= 1e-3:
            lines.append(f"        day_factor: {{cv: {result.cv[k]:.3g}}}  # what the bands stand for")
    (out / "arrivals.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out / "arrivals.yaml"
