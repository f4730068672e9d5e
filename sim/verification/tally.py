"""The building blocks of verification figures: what is looked at, and the records of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.model.records.layout import Outcome

Pair = tuple[float, float]
DAY = 86400.0

UNITS = {
    **dict.fromkeys(("offered", "handled", "abandoned", "blocked", "queue_mean"), "contacts"),
    **dict.fromkeys(("answered_in_time", "over_in_time", "unaccounted"), "contacts"),
    **dict.fromkeys(("count_variance", "incident_size", "incident_size_variance"), "contacts"),
    "incident_size_share": "share",
    **dict.fromkeys(("abandonment", "delayed", "sl1", "sl2", "sl3", "sl4", "sl5"), "share"),
    **dict.fromkeys(("occupancy", "occupancy_to_last_event", "little_gap"), "share"),
    **dict.fromkeys(("asa", "wait_mean", "wait_abandoned", "waited", "next_reply_mean"), "s"),
}


@dataclass(frozen=True)
class Figure:
    """What is looked at: `measure` of all, a contact type or a group.

    Counts are per day. `within` [s] replaces the scenario's answer_within; `start` and `end` [s]
    narrow down to contacts that arrived, or floor time, between these times of every day; `per`
    divides the day's total instead of what the measure divides by. `window` [s], `about` and `size`
    belong to the figures of cascades.
    """

    measure: str
    by: str = "all"
    of: str = "all"
    within: float | None = None
    start: float | None = None
    end: float | None = None
    per: float | None = None
    window: float | None = None
    about: float | None = None
    size: int | None = None

    @property
    def unit(self) -> str:
        """s, share or contacts."""
        return UNITS[self.measure]


class Tally:
    """The records of one run as plain columns, and the figures made of them."""

    def __init__(self, run: Any) -> None:
        self.run = run
        self.world = run.world
        interval = float(self.world.interval)
        self.begin = float(np.ceil(self.world.warm_up / interval) * interval)
        self.finish = float(self.world.horizon)
        records = run.contacts
        self.came = column(records, "arrived")
        self.answered = column(records, "answered")
        self.ended = column(records, "ended")
        self.outcome = column(records, "outcome")
        self.kind = column(records, "contact_type")
        self._known: dict[Figure, Any] = {}

    def once(self, figure: Figure, compute: Callable[[Tally, Figure], Any]) -> Any:
        """What several figures share, computed for the first of them."""
        if figure not in self._known:
            self._known[figure] = compute(self, figure)
        return self._known[figure]

    def days(self, figure: Figure) -> float:
        """Days measured, of the part of the day that the figure looks at."""
        start, end = figure.start or 0.0, DAY if figure.end is None else figure.end
        midnights = np.arange(round(self.finish / DAY)) * DAY
        since = np.maximum(midnights + start, self.begin)
        return float(np.maximum(midnights + end - since, 0.0).sum()) / (end - start)

    @cached_property
    def until_answer(self) -> NDArray[np.float64]:
        """Seconds until answered, NaN if never."""
        seconds: NDArray[np.float64] = self.answered - self.came
        return seconds

    @cached_property
    def until_end(self) -> NDArray[np.float64]:
        """Seconds until the end of the contact, NaN if it is open."""
        seconds: NDArray[np.float64] = self.ended - self.came
        return seconds

    @cached_property
    def gave_up(self) -> NDArray[np.bool_]:
        """Whether the customer abandoned."""
        flags: NDArray[np.bool_] = self.outcome == Outcome.ABANDONED
        return flags

    @cached_property
    def waited(self) -> NDArray[np.float64]:
        """Seconds waited by the answered and the abandoned, NaN for all others."""
        return np.where(self.gave_up, self.until_end, self.until_answer)

    def chosen(self, figure: Figure) -> NDArray[np.bool_]:
        """Contacts that a figure is about."""
        mask: NDArray[np.bool_] = self.once(
            Figure("contacts", figure.by, figure.of, start=figure.start, end=figure.end), _chosen
        )
        return mask

    def limit(self, figure: Figure) -> float:
        """The waiting time a service level looks at."""
        if figure.within is not None:
            return figure.within
        scenario = self.world.scenario
        types = [figure.of] if figure.by == "contact_type" else self.world.type_names
        limits = {float(scenario.answer_within(name)) for name in types}
        if len(limits) > 1:
            raise ValueError(f"{figure.measure} is over types with different answer_within")
        return limits.pop()


def column(records: NDArray[Any], name: str) -> NDArray[Any]:
    """One field of the records, contiguous."""
    return np.ascontiguousarray(records[name])


def _chosen(tally: Tally, figure: Figure) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = (tally.came >= tally.begin) & (tally.came < tally.finish)
    if figure.start is not None:
        mask &= tally.came % DAY >= figure.start
    if figure.end is not None:
        mask &= tally.came % DAY < figure.end
    if figure.by == "contact_type":
        mask &= tally.kind == tally.world.type_names.index(figure.of)
    return mask
