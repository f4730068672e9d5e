"""Ways to forecast days, each with bands, and the best of them by rolling origin.

The naive way says: as on the same weekday a week ago. Exponential smoothing (ETS) and the
decomposition by several seasons (MSTL: week, and year where there are two) are statsforecast's. A
way that does not beat the naive one on days it has not seen is not used.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.scenario.read.extras import optional

Floats = NDArray[np.float64]
NAIVE = "naive"
_LEVEL = 80
_Z80 = 1.2815515655446004
_MOST_WINDOWS = 6


@dataclass(frozen=True)
class Ahead:
    """A forecast [days] with its 80 % band."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Chosen:
    """The way that is used, and the mean absolute error of each by rolling origin, per day."""

    way: str
    errors: dict[str, float]
    windows: int
    ahead: Ahead
    naive: Ahead


def _ways(length: int) -> dict[str, Any]:
    models = optional("statsforecast.models", "a forecast", "statsforecast", "data")
    seasons = [7, 365] if length >= 2 * 365 + 28 else [7]
    return {
        NAIVE: models.SeasonalNaive(season_length=7),
        "ETS": models.AutoETS(season_length=7),
        "MSTL": models.MSTL(season_length=seasons, trend_forecaster=models.AutoETS(model="ZZN")),
    }


def predict(way: Any, past: Floats, days: int) -> Ahead:
    """One way's forecast of the next days, never below 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = way.forecast(y=past.astype(np.float64), h=days, level=[_LEVEL])
    mean = np.maximum(np.asarray(found["mean"], np.float64), 0)
    low, high = (np.maximum(np.asarray(found[f"{end}-{_LEVEL}"], np.float64), 0) for end in ("lo", "hi"))
    return Ahead(mean, low, high)


def choose(past: Floats, days: int) -> Chosen:
    """The best way on the last days of the past, each forecast from what was known before them."""
    ways = _ways(len(past))
    step = min(days, 14, max(len(past) // 3, 7))
    windows = int(min(max((len(past) - 21) // step, 1), _MOST_WINDOWS))
    errors = dict.fromkeys(ways, 0.0)
    for window in range(windows):
        origin = len(past) - step * (window + 1)
        if origin < 14:
            windows = window
            break
        for name, way in ways.items():
            ahead = _safe(way, ways[NAIVE], past[:origin], step)
            errors[name] += float(np.abs(ahead.mean - past[origin : origin + step]).mean())
    errors = {name: total / max(windows, 1) for name, total in errors.items()}
    best = min(errors, key=lambda name: errors[name]) if windows else NAIVE
    way = NAIVE if errors[best] >= errors[NAIVE] else best
    naive = predict(ways[NAIVE], past, days)
    return Chosen(way, errors, windows, naive if way == NAIVE else _safe(ways[way], ways[NAIVE], past, days), naive)


def _safe(way: Any, naive: Any, past: Floats, days: int) -> Ahead:
    """A way that cannot be computed on this past (too short, constant) forecasts what the naive does."""
    try:
        found = predict(way, past, days)
    except Exception:  # statsforecast fails in many ways on odd series
        return predict(naive, past, days)
    return found if np.isfinite(found.mean).all() else predict(naive, past, days)


def variation(ahead: Ahead) -> float:
    """The coefficient of variation of a day that the bands stand for, beyond Poisson."""
    total = float(ahead.mean.sum())
    if total <= 0:
        return 0.0
    # The upper half alone: the lower one is cut at 0 where days are few.
    sd = float((ahead.high - ahead.mean).sum()) / _Z80
    excess = (sd / total) ** 2 - len(ahead.mean) / total
    return float(min(np.sqrt(max(excess, 0.0)), 2.0))
