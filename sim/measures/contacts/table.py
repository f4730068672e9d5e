"""The measured contacts of a run as plain columns.

Measured are the contacts that arrived in the measured time, from the end of the warm-up to the
horizon. An initial backlog came before the start: without warm-up it is measured too (its waits
and service level count its age at the start, so it is handled, late or abandoned like any other),
only it was not `offered` here but `carried_in`; with a warm-up it is discarded like everything
that came before. So, always: offered + carried_in = handled + abandoned + blocked + discarded +
closed_with_another + lost + contained + open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.promises import Aim, Promise
from floorcast.measures.base.records import Floats, Ints, RunLike, WorldLike
from floorcast.measures.base.service import SHORT_ABANDONMENT, Service
from floorcast.measures.base.settings import MeasureSettings
from floorcast.measures.base.times import Times
from floorcast.measures.cells.classes import service_classes
from floorcast.measures.cells.columns import Columns
from floorcast.model.records.social import Mark
from floorcast.scenario.catalogue.measures import CLOCKS

_STAMPS = ("arrived", "accepted", "answered", "first_response", "ended")
_BLOCK = 16_000  # contacts; a column of float64 stays below 128 kB
CONTACT_FIELDS = (
    "contact_type",
    "group",
    "outcome",
    "cause",
    "arrived",
    "accepted",
    "answered",
    "first_response",
    "ended",
    "worked",
    "wrapped",
    "reply_wait",
    "replies",
)


@dataclass(frozen=True)
class ContactTable:
    """Columns [n] of contacts, and the times that follow from them."""

    world: Any
    settings: MeasureSettings
    columns: Columns

    @cached_property
    def contact_type(self) -> Ints:
        return self.columns["contact_type"].astype(np.int64)

    @cached_property
    def group(self) -> Ints:
        """Group that last served the contact, -1 none."""
        return self.columns["group"].astype(np.int64)

    @property
    def arrived(self) -> Floats:
        return self.columns["arrived"]

    @property
    def outcome(self) -> NDArray[Any]:
        return self.columns["outcome"]

    @cached_property
    def _timed(self) -> tuple[Floats, NDArray[np.int8]]:
        """Rows `Times` [times, n], and the class of each contact by its own promise."""
        found = np.empty((len(Times), self.arrived.size))
        return found, self._looked_at(found)

    def _looked_at(self, out: Floats) -> NDArray[np.int8]:
        """Writes the times to out [times, n], where it has room, and gives the classes."""
        from floorcast.measures.cells.compiled import times

        columns, own, classes = self.columns, self.settings, np.empty(self.arrived.size, np.int8)
        kinds, outcome = np.ascontiguousarray(columns["contact_type"], np.int16), columns["outcome"]
        stamps = [np.ascontiguousarray(columns[name], np.float64) for name in _STAMPS]
        times(
            kinds, np.ascontiguousarray(outcome, np.uint8), *stamps, own.clock, own.answer_within,
            float(self.world.horizon), SHORT_ABANDONMENT, out, classes,
        )  # fmt: skip
        return classes

    def time(self, which: Times) -> Floats:
        """A time [n] of each contact, NaN where there is none."""
        row: Floats = self._timed[0][which]
        return row

    @property
    def life(self) -> Floats:
        """Seconds from arrival to the end, of the contact or of the run; what is lost is owed to its end."""
        return self.time(Times.LIFE)

    @property
    def resolution(self) -> Floats:
        """Seconds from arrival to the end of the handled, NaN for all others."""
        return self.time(Times.RESOLUTION)

    @property
    def unanswered_age(self) -> Floats:
        """Age [s] at the end of the run of what still has no first response, or never will; else NaN."""
        return self.time(Times.UNANSWERED_AGE)

    @property
    def wait(self) -> Floats:
        """Seconds until an agent's attention began, NaN if it never did.

        For a type whose clock is `accepted`, until a slot was given.
        """
        return self.time(Times.WAIT)

    @property
    def wait_or_gone(self) -> Floats:
        """The wait; of those who abandoned without, how long they held out."""
        return self.time(Times.WAIT_OR_GONE)

    @property
    def wait_by_own_clock(self) -> Floats:
        """Seconds to the stamp of each contact's own clock, NaN if it never came."""
        return self.time(Times.TO_OWN_CLOCK)

    def wait_by(self, clock: str) -> Floats:
        """Seconds from arrival to the stamp of a clock, NaN if it never came."""
        if clock not in CLOCKS:
            raise ValueError(f"no clock {clock!r}; there are {', '.join(CLOCKS)}")
        if clock == "resolved":
            return self.resolution
        if clock == "first_response":
            return self.time(Times.FIRST_RESPONSE)
        wait: Floats = self.columns[clock] - self.arrived
        return wait

    def classes(
        self, within: float | None = None, clock: str | None = None, promise: Promise | None = None
    ) -> NDArray[np.int8]:
        """The `Service` class of each contact; by default with its type's threshold and clock.

        With a `promise` that counts business hours or ends with the day, each has its own threshold.
        """
        if within is None and clock is None and promise is None:
            return self._but_needless(self.own_classes)
        wait = self.wait_by_own_clock if clock is None else self.wait_by(clock)
        threshold: Floats | float
        if promise is not None:
            threshold = self.due((within, clock, promise)) - self.arrived
        elif within is None:
            threshold = self.settings.answer_within[self.contact_type]
        else:
            threshold = within
        return self._but_needless(service_classes(wait, self.outcome, self.life, threshold))

    @property
    def own_classes(self) -> NDArray[np.int8]:
        """The `Service` class of each contact by its own promise, whether it needs an answer or not."""
        return self._timed[1]

    def classes_since(self, since: Floats) -> NDArray[np.int8]:
        """The `Service` class of each contact by its own promise, made at these instants [n]; of NaN: none."""
        then = ContactTable(self.world, self.settings, self.columns | {"arrived": since})
        return self._but_needless(then._looked_at(np.empty((len(Times), 0))))

    def _but_needless(self, classes: NDArray[np.int8]) -> NDArray[np.int8]:
        needless = self.columns.get("needless")  # what needs no answer spoils no rate
        return classes if needless is None else np.where(needless, np.int8(Service.NOT_COUNTED), classes)

    def due(self, aim: Aim) -> Floats:
        """The instant [s] until which an answer is in time, of each contact."""
        within, _, promise = aim
        own = self.settings.answer_within[self.contact_type] if within is None else within
        return self.arrived + own if promise is None else promise.due(self.arrived, own)


def leaves_some_out(world: Any) -> bool:
    """Whether some contacts of this world may need no answer."""
    kinds = getattr(getattr(world, "scenario", None), "contact_types", {})
    return any(getattr(kind, "needs_answer", None) is not None for kind in kinds.values())


def contact_blocks(run: RunLike) -> Iterator[Columns]:
    """All contacts that came before the horizon, in blocks; one empty block if there are none.

    A field alone would read the whole of every record, and arrays larger than a block cost more to
    get from the system than to fill: blocks stay in the cache and in memory already held.
    """
    contacts, horizon, some_out = run.contacts, run.world.horizon, leaves_some_out(run.world)
    for first in range(0, max(contacts.size, 1), _BLOCK):
        rows = contacts[first : first + _BLOCK]
        columns = {name: np.ascontiguousarray(rows[name]) for name in CONTACT_FIELDS}
        if some_out:
            columns["needless"] = (run.issues["marks"][first : first + _BLOCK] & int(Mark.NEEDLESS)) > 0
        born = columns["arrived"] < horizon  # a retry due after the end is no contact yet
        yield columns if born.all() else {name: field[born] for name, field in columns.items()}


@dataclass(frozen=True)
class Window:
    """A stretch of whole intervals, first <= interval < end, and the contacts that arrive in it."""

    world: Any
    first: int
    end: int

    @property
    def start(self) -> float:
        """Seconds."""
        return float(self.first * self.world.interval)

    @property
    def stop(self) -> float:
        """Seconds."""
        return float(self.end * self.world.interval)

    def table(self, settings: MeasureSettings, columns: Columns) -> ContactTable:
        """Those contacts of a block that arrived in the window.

        An initial backlog belongs to a window that begins with the run.
        """
        arrived = columns["arrived"]
        if self.first > 0 or self.end < self.world.n_intervals:
            kept = arrived < self.stop
            if self.first > 0:
                kept &= arrived >= self.start
            columns = {name: field[kept] for name, field in columns.items()}
        return ContactTable(self.world, settings, columns)


def measured_window(world: WorldLike) -> Window:
    """The measured time: from the interval in which the warm-up is over to the horizon."""
    return Window(world, int(-(-world.warm_up // world.interval)), int(world.n_intervals))
