"""Constants of selection procedures, from their definitions.

KN: S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone selection in
simulation", ACM TOMACS 11 (2001) 251-273. Rinott: Y. Rinott, "On two-stage selection procedures and
related probability-inequalities", Comm. Statist. A7 (1978) 799-811.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np

_NODES = 160  # of the quadrature over each chi-square; twice as many change no printed digit


def kn_eta(k: int, n0: int, alpha: float) -> float:
    """KN's eta with c = 1 for k options, n0 first observations and error alpha."""
    _check(k, n0, 1 - alpha)
    return float(((2 * alpha / (k - 1)) ** (-2 / (n0 - 1)) - 1) / 2)


def kn_h2(k: int, n0: int, alpha: float) -> float:
    """KN's squared h = 2 c eta (n0 - 1)."""
    return 2 * kn_eta(k, n0, alpha) * (n0 - 1)


@lru_cache(maxsize=256)
def rinott_h(k: int, n0: int, probability: float) -> float:
    """Rinott's h: the best of k is chosen with `probability` where option i has (h S_i / delta)^2
    observations.

    The h at which E_y [E_x Phi(h / sqrt((n0 - 1) (1/x + 1/y)))]^(k - 1) is that probability, x and y
    chi-square with n0 - 1 degrees.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr
    from scipy.stats import chi2

    _check(k, n0, probability)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    u, weights = (nodes + 1) / 2, weights / 2
    x = chi2.ppf(u, n0 - 1)
    scale = np.sqrt((n0 - 1) * (1 / x[:, None] + 1 / x[None, :]))

    def short(h: float) -> float:
        inner = ndtr(h / scale) @ weights
        return float(weights @ inner ** (k - 1)) - probability

    return float(brentq(short, 1e-6, 60 * sqrt(k), xtol=1e-10))


def _check(k: int, n0: int, probability: float) -> None:
    if k < 2 or n0 < 2 or not 0 < probability < 1:
        raise ValueError(
            f"found {k} options, {n0} first observations and probability {probability:g};"
            " allowed 2 or more, 2 or more, and between 0 and 1"
        )
