"""Every order in which waiting contacts of one rank and class are served: its name and its words; one row each.

`explain` and the trace say these words. What an order makes of a contact's age is in `model/compile/stages.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from floorcast.scenario.read.units import write_duration


@dataclass(frozen=True)
class ContactOrder:
    """One order.

    words: who is served first, as `explain` says it. by: what is compared, within a rank and class. first: the same
    in the trace. said: what the trace says of a contact, from its points.
    """

    name: str
    words: str
    by: str
    first: str
    said: Callable[[float], str]


def _due(points: float) -> str:
    late = write_duration(round(abs(points)))
    return f"{late} overdue" if points > 0 else f"due in {late}"


def _number(points: float) -> str:
    return f"{points:.4g} points"


_ROWS = (
    ContactOrder("points", "Of one rank and class, the most points are served first; among equals the oldest.", "points", "most points", _number),
    ContactOrder("oldest", "Whoever has waited longest is served first.", "age", "most points", _number),
    ContactOrder("time_to_target", "Whoever's acceptable waiting time ends first (or ended longest ago) is served first.", "the time to the target", "earliest due", _due),
    ContactOrder("relative_wait", "Whoever has waited the most times the acceptable waiting time is served first.", "the relative wait", "the longest wait in parts of the acceptable one", lambda points: f"{points:.3g} of the acceptable wait"),
    ContactOrder("predicted_wait", "Whoever would have waited longest in the end (so far and expected further) is served first.", "the predicted wait", "the longest predicted wait", lambda points: f"predicted to wait {write_duration(round(max(0.0, points)))}"),
)
CONTACT_ORDERS: dict[str, ContactOrder] = {row.name: row for row in _ROWS}
