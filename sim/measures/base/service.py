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

from floorcast.measures.base.records import Floats, Ints
from floorcast.scenario.catalogue.measures import FORMULAS

SHORT_ABANDONMENT = 5.0  # seconds; what sl5 forgives: dialled by mistake


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
