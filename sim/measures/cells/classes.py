"""The class of each contact for a service level; what the classes are stands with the formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats
from floorcast.measures.base.service import SHORT_ABANDONMENT


def service_classes(
    wait: Floats, outcome: NDArray[Any], life: Floats, threshold: Floats | float, short: float = SHORT_ABANDONMENT
) -> NDArray[np.int8]:
    """The `Service` class of each contact, [n].

    `wait` [n] is the seconds from arrival to the stamp of the clock, NaN if it never came; `life`
    [n] the seconds from arrival to the end of the contact, or of the run if it is open.
    """
    from floorcast.measures.cells.compiled import classify

    classes = np.empty(wait.size, np.int8)
    limit = threshold if isinstance(threshold, np.ndarray) else np.full(wait.size, float(threshold))
    classify(wait, outcome, life, limit, short, classes)
    return classes
