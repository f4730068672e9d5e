"""Service level: the share of contacts answered in time, by each of the formulas in use.

Each contact falls into one class. What was answered is in time or late; what the customer abandoned
is in time, late, or short; and a contact that passed its threshold without an answer is late
whatever became of it (still open at the end, lost, closed with another). One that left by another way
before its threshold (blocked, contained, discarded, closed, still fresh at the end) is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints
from floorcast.model.records.layout import Outcome
from floorcast.scenario.catalogue.measures import FORMULAS

SHORT_ABANDONMENT = 5.0  # seconds; what sl5 forgives: dialled by mistake


# Outcomes that leave a customer without an answer; once past the threshold that is late.
_OWED = np.zeros(len(Outcome), dtype=np.bool_)
_OWED[[Outcome.OPEN, Outcome.LOST, Outcome.CLOSED_WITH_ANOTHER]] = True


class Service(IntEnum):
    """The class of one contact for one threshold."""

    NOT_COUNTED = 0
    IN_TIME = 1
    LATE = 2
    ABANDONED_SHORT = 3  # within both the threshold and SHORT_ABANDONMENT
    ABANDONED_IN_TIME = 4  # within the threshold only
    ABANDONED_SHORT_LATE = 5  # within SHORT_ABANDONMENT only, the threshold being smaller
    ABANDONED_LATE = 6
    UNANSWERED = 7  # past the threshold and never answered


@dataclass(frozen=True)
class ServiceCounts:
    """Counts that every formula is made of; numbers or arrays of one shape."""

    answered: Any
    answered_in_time: Any
    abandoned: Any
    abandoned_in_time: Any = 0
    abandoned_short: Any = 0
    unanswered: Any = 0

    @classmethod
    def of_classes(cls, counts: Ints | Floats) -> ServiceCounts:
        """From counts per `Service` class along the last axis, shape [..., 8]."""
        at = {kind: counts[..., kind] for kind in Service}
        short, in_time = at[Service.ABANDONED_SHORT], at[Service.ABANDONED_IN_TIME]
        short_late = at[Service.ABANDONED_SHORT_LATE]
        return cls(
            answered=at[Service.IN_TIME] + at[Service.LATE],
            answered_in_time=at[Service.IN_TIME],
            abandoned=short + in_time + short_late + at[Service.ABANDONED_LATE],
            abandoned_in_time=short + in_time,
            abandoned_short=short + short_late,
            unanswered=at[Service.UNANSWERED],
        )


def share_in_time(formula: str, counts: ServiceCounts) -> tuple[Any, Any]:
    """Numerator and denominator of a service level.

    `unanswered` contacts count as late in every formula but sl2, which looks at the answered only.
    Raises ValueError for a formula that is none of sl1 to sl5.
    """
    everyone = counts.answered + counts.abandoned + counts.unanswered
    if formula == "sl1":
        return counts.answered_in_time + counts.abandoned_in_time, everyone
    if formula == "sl2":
        return counts.answered_in_time, counts.answered
    if formula == "sl3":
        return counts.answered_in_time, everyone
    if formula == "sl4":
        return counts.answered_in_time, everyone - counts.abandoned_in_time
    if formula == "sl5":
        return counts.answered_in_time + counts.abandoned_short, everyone
    raise ValueError(f"no service-level formula {formula!r}; there are {', '.join(FORMULAS)}")


def service_classes(
    wait: Floats,
    outcome: NDArray[Any],
    life: Floats,
    threshold: Floats | float,
    short: float = SHORT_ABANDONMENT,
) -> NDArray[np.int8]:
    """The `Service` class of each contact, [n].

    `wait` [n] is the seconds from arrival to the stamp of the clock, NaN if it never came; `life`
    [n] the seconds from arrival to the end of the contact, or of the run if it is open.
    """
    classes = np.where(wait <= threshold, np.int8(Service.IN_TIME), np.int8(Service.LATE))
    unstamped = np.flatnonzero(np.isnan(wait))
    if not unstamped.size:
        return classes
    fate, lived = outcome[unstamped], life[unstamped]
    limit = threshold[unstamped] if isinstance(threshold, np.ndarray) else threshold
    past, quick = lived > limit, lived <= short
    gone = np.where(
        past,
        np.where(quick, Service.ABANDONED_SHORT_LATE, Service.ABANDONED_LATE),
        np.where(quick, Service.ABANDONED_SHORT, Service.ABANDONED_IN_TIME),
    )
    other = np.where(_OWED[fate] & past, Service.UNANSWERED, Service.NOT_COUNTED)
    classes[unstamped] = np.where(fate == Outcome.ABANDONED, gone, other)
    return classes
