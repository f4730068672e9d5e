"""Figures of self-exciting arrivals: how counts scatter, and how large incidents grow.

A variance is the mean square of the distance from `about`, the mean known from theory: that has no
bias, however few windows or incidents a run has and however much they depend on each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.verification.tally import Figure, Tally


def count_variance(tally: Tally, figure: Figure) -> tuple[float, float]:
    """Variance of the contacts that come in a window of `window` seconds; windows side by side."""
    if figure.window is None or figure.about is None:
        raise ValueError(f"{figure.measure} needs a window and the mean count in it (about)")
    number = int((tally.finish - tally.begin) // figure.window)
    came = tally.came[tally.chosen(figure)]
    place = ((came - tally.begin) // figure.window).astype(np.int64)
    counts = np.bincount(place[place < number], minlength=number)
    return float(((counts - figure.about) ** 2).sum()), float(number)


def incident_size(tally: Tally, figure: Figure) -> tuple[float, float]:
    """Posts per incident, its first included."""
    sizes = _sizes(tally, figure)
    return float(sizes.sum()), float(sizes.size)


def incident_size_share(tally: Tally, figure: Figure) -> tuple[float, float]:
    """Share of the incidents that have `size` posts."""
    if figure.size is None:
        raise ValueError(f"{figure.measure} needs a size")
    sizes = _sizes(tally, figure)
    return float((sizes == figure.size).sum()), float(sizes.size)


def incident_size_variance(tally: Tally, figure: Figure) -> tuple[float, float]:
    """Variance of the posts per incident."""
    if figure.about is None:
        raise ValueError(f"{figure.measure} needs the mean size (about)")
    sizes = _sizes(tally, figure)
    return float(((sizes - figure.about) ** 2).sum()), float(sizes.size)


def _sizes(tally: Tally, figure: Figure) -> NDArray[np.int64]:
    """Posts of each incident that began in the measured time and had the length of the warm-up to
    come to its end before the run did."""
    incident = tally.run.contacts["incident"]
    sizes = np.bincount(incident[incident >= 0], minlength=len(incident))
    mine = (sizes > 0) & tally.chosen(figure) & (tally.came < tally.finish - tally.begin)
    return np.asarray(sizes[mine], dtype=np.int64)
