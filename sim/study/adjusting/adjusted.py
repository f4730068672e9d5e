"""Ratios adjusted by control variates, with honest intervals.

The influences of a ratio are regressed on the controls by ridge regression, which bears many controls with few
replications (Hoerl and Kennard, Technometrics 12 (1970)). Each replication is adjusted by the regression of all
others, so what is taken from it owes nothing to itself: the adjusted influences have the mean of the plain ones
exactly, however wrong the regression, and their spread is what a regression really saves on new replications
(cross-fitting: Chernozhukov and others, The Econometrics Journal 21 (2018); control variates: Lavenberg and Welch,
Management Science 27 (1981)). How much the regression is held back is chosen figure by figure among a few, not to
adjust at all among them: for one half of the replications by the spread of the other half. Where figures scatter more
the further the controls are out, the spread of the adjusted influences says too little; the variance of the
regression's level by its residuals left out (HC3: MacKinnon and White, Journal of Econometrics 29 (1985)) is taken
where it is larger. The controls' means, found from many draws, add their own small error.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from floorcast.study.adjusting.controls import Controls
from floorcast.study.estimate import Floats, Ratios

FEWEST = 12  # replications: with fewer a regression of the others is no good
HELD_BACK = (1.0, 3.0, 10.0, 30.0, 100.0)
WORTH_IT = 0.9  # of the plain variance must be left at most, or chance may have chosen


class _Tried(NamedTuple):
    """Figures adjusted in one way: `values` [n, m]; what each replication weighs in the level where all controls are
    as expected, times what the others' regression misses it by, [n, m]; and the slopes [q, m]."""

    values: Floats
    weighed: Floats
    slopes: Floats

    def spread(self, of: Any) -> Floats:
        """The variance of one replication by those `of` which, [m]: the larger of two that are right on average, one
        where figures scatter alike whatever the controls are, one where those far out scatter more."""
        spread: Floats = np.maximum(self.values[of].var(axis=0, ddof=1), (self.weighed[of] ** 2).mean(axis=0))
        return spread


def adjusted(ratios: Ratios, controls: Controls) -> Ratios:
    """Ratios of n replications adjusted by their controls; as they are where there are too few."""
    n = ratios.influence.shape[0]
    if n < FEWEST:
        return ratios
    z = controls.values[:n]
    known = np.isfinite(ratios.mean) & np.isfinite(ratios.influence).all(axis=0)
    figures = np.where(known, ratios.influence, 0.0)
    tried = [_Tried(figures, np.zeros_like(figures), np.zeros((z.shape[1], figures.shape[1])))]
    tried += [_by_the_others(figures, z, back) for back in HELD_BACK]
    best, slopes = figures.copy(), np.zeros_like(tried[0].slopes)
    beyond = np.zeros(figures.shape[1])  # variance of the mean that the scatter of the values does not show
    halves = np.arange(n) % 2
    for half in (0, 1):
        # What is best for the other half is taken here, so that no figure has chosen for itself.
        spread = np.array([one.spread(halves != half) for one in tried])
        spread[0] *= WORTH_IT
        chosen = spread.argmin(axis=0)
        share = (halves == half).mean()
        for place, one in enumerate(tried):
            columns = np.flatnonzero(chosen == place)
            best[np.ix_(halves == half, columns)] = one.values[np.ix_(halves == half, columns)]
            slopes[:, columns] += one.slopes[:, columns] * share
            seen = one.values[:, columns].var(axis=0, ddof=1)
            beyond[columns] += share * np.maximum((one.weighed[:, columns] ** 2).mean(axis=0) - seen, 0.0) / n
    shift = best.mean(axis=0)
    # One row more, whose square over n (n - 1) is that variance and the one that the means of the controls bring.
    more = beyond + np.einsum("qm,qp,pm->m", slopes, controls.covariance / controls.draws, slopes)
    influence = np.vstack((best - shift, np.sqrt(n * (n - 1) * np.maximum(more, 0.0))))
    influence[:, ~known] = np.nan
    return Ratios(ratios.mean + shift, influence, n, n - 1)


def _by_the_others(figures: Floats, z: Floats, back: float) -> _Tried:
    """Figures [n, m] less what the controls [n, q] tell of each by a ridge regression of all others.

    Leaving one out is done by the formula of the least-squares residual; and as there may be many controls, by
    matrices of n by n, in which a ridge regression has the same solution.
    """
    n = len(z)
    mean = z.mean(axis=0)
    x = z - mean
    alike = x @ x.T
    inverse = np.linalg.inv(alike + back * np.eye(n))
    inverse -= inverse.mean(axis=1, keepdims=True)  # of figures less their mean
    slopes = x.T @ (inverse @ figures)
    leverage = np.minimum(np.einsum("ij,ji->i", alike, inverse) + 1 / n, 1 - 1e-9)
    fit = alike @ (inverse @ figures) + figures.mean(axis=0)
    apart = (figures - fit) / (1 - leverage)[:, None]  # residuals of those left out
    reach = 1 / n - (x @ mean) @ inverse  # of each figure on the level where all controls are as expected
    level = figures.mean(axis=0) - mean @ slopes - reach[:, None] * apart  # the level of the regression without each
    return _Tried(apart + level, n * reach[:, None] * apart, slopes)
