"""Ratios adjusted by control variates, with honest intervals.

The influences of a ratio are regressed on the controls' distances from their means; the intercept corrects
the ratio, and what is left varies less (Lavenberg and Welch, "A perspective on the use of control
variables", Management Science 27 (1981)). The interval is that of the intercept of a least-squares line that
need not be the truth (MacKinnon and White's HC3, Journal of Econometrics 29 (1985)): it has as many degrees
fewer as there are controls, and pays for how far the controls' average happened to be from their means; the
means, found from many draws, add their own small error. Controls are the same for
every option, so a difference of adjusted ratios is the adjusted difference.
"""

from __future__ import annotations

import numpy as np

from floorcast.study.adjusting.controls import Controls
from floorcast.study.estimate import Floats, Ratios

PER_CONTROL = 15  # replications for each control, or it costs more than it brings
FAR = 3.0  # times the variance: controls whose average is so far from their means tell more of chance than of figures


def adjusted(ratios: Ratios, controls: Controls) -> Ratios:
    """Ratios of n replications adjusted by their controls; as they are where there are too few."""
    n = ratios.influence.shape[0]
    chosen = _independent(controls.first(n), n)
    if not chosen:
        return ratios
    off = controls.values[:n, chosen] - controls.mean[chosen]
    design = np.column_stack((np.ones(n), off))
    inverse = np.linalg.pinv(design.T @ design)
    known = np.isfinite(ratios.mean) & np.isfinite(ratios.influence).all(axis=0)
    figures = np.where(known, ratios.influence, 0.0)
    fit = inverse @ design.T @ figures
    left = figures - design @ fit
    freedom = n - len(chosen) - 1
    # Rows whose squares, over n (n - 1) as an influence's, add up to the variance of the intercept: each
    # replication's residual by its weight in the intercept, as if the line had been fitted without it (HC3).
    weights = inverse[0] @ design.T
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    scale = np.sqrt(n * (n - 1)) * weights / np.maximum(1 - leverage, 1e-6)
    root = np.linalg.cholesky(controls.covariance[np.ix_(chosen, chosen)] / controls.draws)
    means = np.sqrt(n * (n - 1)) * (root.T @ fit[1:])
    influence = np.vstack((scale[:, None] * left, means))
    influence[:, ~known] = np.nan
    return Ratios(ratios.mean + fit[0], influence, n, freedom)


def _independent(controls: Controls, n: int) -> list[int]:
    """Controls in their order, as many as n replications bear, none of which the others say already.

    What is chosen depends on the controls alone, never on the figures, so intervals hold as they are.
    """
    most = (n - 1) // PER_CONTROL
    chosen: list[int] = []
    spread = np.sqrt(np.diag(controls.covariance))
    scaled: Floats = (controls.values - controls.mean) / spread
    correlation = controls.covariance / np.outer(spread, spread)
    for place in range(len(spread)):
        trial = [*chosen, place]
        if len(trial) > most:
            break
        if np.linalg.eigvalsh(correlation[np.ix_(trial, trial)])[0] < 1e-6:
            continue
        design = np.column_stack((np.ones(n), scaled[:, trial]))
        if np.linalg.matrix_rank(design) <= len(trial):
            continue
        if n * np.linalg.inv(design.T @ design)[0, 0] <= FAR:
            chosen = trial
    return chosen
