"""Which family of distributions fits best, for those who want a formula: by likelihood, with censoring where needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from floorcast.history.calls.contacts import Bools, Floats

_FAMILIES = {
    "exponential": (stats.expon, {"floc": 0}),
    "lognormal": (stats.lognorm, {"floc": 0}),
    "gamma": (stats.gamma, {"floc": 0}),
    "weibull": (stats.weibull_min, {"floc": 0}),
}
_MOST = 5000


@dataclass(frozen=True)
class Family:
    """The best family, its mean, squared coefficient of variation, and the largest distance of its
    distribution from the data's."""

    name: str
    mean: float
    scv: float
    distance: float


def best_family(seconds: Floats, censored: Bools | None = None) -> Family | None:
    """Of exponential, lognormal, gamma and Weibull by Akaike's criterion; None for too few values."""
    seconds = np.maximum(np.asarray(seconds, np.float64), 0.5)
    hidden = np.zeros(len(seconds), bool) if censored is None else censored
    if len(seconds) > _MOST:
        chosen = np.random.default_rng(1).choice(len(seconds), _MOST, replace=False)
        seconds, hidden = seconds[chosen], hidden[chosen]
    if (~hidden).sum() < 30 or np.ptp(seconds[~hidden]) == 0:
        return None
    data = stats.CensoredData(uncensored=seconds[~hidden], right=seconds[hidden])
    steps = stats.ecdf(data)
    best: tuple[float, Family] | None = None
    for name, (family, fixed) in _FAMILIES.items():
        try:
            given = family.fit(data if hidden.any() else seconds, **fixed)
        except Exception:  # scipy gives up in several ways; the other families remain
            continue
        law = family(*given)
        like = law.logpdf(seconds[~hidden]).sum() + law.logsf(seconds[hidden]).sum()
        criterion = 2 * (len(given) - 1) - 2 * like
        distance = float(np.abs(steps.cdf.probabilities - law.cdf(steps.cdf.quantiles)).max())
        one = Family(name, float(law.mean()), float(law.var() / law.mean() ** 2), distance)
        if np.isfinite(criterion) and (best is None or criterion < best[0]):
            best = (criterion, one)
    return best[1] if best else None
