"""The contacts of a run in the order in which they are measured, with sums over them by scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats
from floorcast.measures.base.settings import MeasureSettings
from floorcast.measures.base.times import Times
from floorcast.measures.cells.columns import Columns, spread_columns
from floorcast.measures.cells.order import TypesAndGroups, cells_of, sort_ranges
from floorcast.measures.contacts.table import CONTACT_FIELDS, ContactTable, Window, leaves_some_out
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Mark

_BITS = (np.arange(256)[:, None] >> np.arange(8) & 1).astype(np.float64)  # [256, 8] of every byte
_IDS = ("issue", "parent", "incident")  # of contacts; their places here
FURTHER_FIELDS = (
    "channel", "sentiment", "reach", "avoided", "flags", "resolved", "points", "value", "language", "campaign", *_IDS,
)  # fmt: skip

Ratio = tuple[Floats, Floats]  # numerators and denominators over scopes [S]


@dataclass(frozen=True, eq=False)
class RunTable:
    """Columns [n] of all contacts of a run; the measured ones stand in front, cell by cell.

    Ids of contacts are their places here. `in_order` brings a column back into the order of the records.
    """

    run: Any
    window: Window
    settings: MeasureSettings

    @cached_property
    def cells(self) -> TypesAndGroups:
        """Where the contacts stand."""
        world, window = self.run.world, self.window
        since = window.start if window.first > 0 else -np.inf  # an initial backlog belongs to what begins with the run
        until = min(window.stop, world.horizon)  # what is due after the end is no contact yet
        sizes = len(world.channel_names), len(world.group_names)
        return cells_of(self.run.contacts, since, until, self.settings.channel, sizes)

    @cached_property
    def columns(self) -> Columns:
        """What measures look at, copied at once: most of the time goes into reading the records."""
        found = self._copied((*CONTACT_FIELDS, *self._asked_for) if self.run.world.social else CONTACT_FIELDS)
        if leaves_some_out(self.run.world):
            marks = spread_columns(self.run.issues, ("marks",), self.cells.place)["marks"]
            found["needless"] = (marks & int(Mark.NEEDLESS)) > 0
        return found

    @property
    def _asked_for(self) -> list[str]:
        """The further fields that measures of this world look at."""
        world = self.run.world
        absent = {"campaign": not world.campaign_names, "language": not getattr(world, "language_names", ())}
        return [name for name in FURTHER_FIELDS if not absent.get(name)]

    @cached_property
    def _further(self) -> Columns:
        """What only measures of customers, issues and the public look at, where nobody was expected to."""
        return self._copied([name for name in FURTHER_FIELDS if name not in self.columns])

    def _copied(self, names: Sequence[str]) -> Columns:
        return spread_columns(self.run.contacts, names, self.cells.place, _IDS)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name] if name in self.columns else self._further[name]

    def in_order(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column [n] in the order of the run's records."""
        return column[self.cells.place]

    @cached_property
    def everybody(self) -> NDArray[np.bool_]:
        """All contacts [n]."""
        return np.ones(self.cells.order.size, dtype=np.bool_)

    @cached_property
    def measured(self) -> NDArray[np.bool_]:
        """Contacts that arrived in the window."""
        return np.arange(self.cells.order.size) < self.cells.measured

    @cached_property
    def contacts(self) -> ContactTable:
        """The measured contacts, in the same order."""
        if self.cells.measured == self.cells.order.size:
            return self.all_contacts
        columns = {name: column[: self.cells.measured] for name, column in self.columns.items()}
        return ContactTable(self.run.world, self.settings, columns)

    @cached_property
    def all_contacts(self) -> ContactTable:
        """Measured or not, in the same order; what is due after the end too."""
        return ContactTable(self.run.world, self.settings, self.columns)

    @cached_property
    def own_classes(self) -> NDArray[np.int8]:
        """The `Service` class of each contact by its own promise, made when it arrived."""
        return self.all_contacts.classes()

    @cached_property
    def _ascending(self) -> dict[Times, Floats]:
        return {}

    def ascending(self, which: Times) -> Floats:
        """A time of the measured contacts, in ascending order within each contact type; NaN last."""
        found = self._ascending.get(which)
        if found is None:
            spans, times = self.cells.spans[1 + len(self.run.world.channel_names) :], self.contacts.time(which)
            other = self._ascending.get(Times.WAIT_OR_GONE)
            if which == Times.WAIT and other is not None:  # the same, but where somebody left without an answer
                gone = np.isnan(times) & (self.contacts.outcome == Outcome.ABANDONED)
                found, spans = other.copy(), spans[[bool(gone[low:high].any()) for low, high in spans.tolist()]]
                for low, high in spans.tolist():
                    found[low:high] = times[low:high]
            else:
                found = times.copy()
            sort_ranges(found, spans)
            self._ascending[which] = found
        return found

    @cached_property
    def by_cause(self) -> Floats:
        """Number of measured contacts over scopes by their cause, [S, causes]."""
        return self.by_code(self["cause"], len(Cause))

    def total(self, values: NDArray[Any], of: NDArray[np.bool_] | None = None) -> Floats:
        """Sums over scopes [S] of values [n] of the measured contacts, or of those among them that `of` holds for;
        of truth values, how many are true."""
        if values.dtype == np.bool_:
            return self.cells.count(values if of is None else values & of)
        return self.cells.add(values, self.everybody if of is None else of)

    def count(self, of: NDArray[np.bool_]) -> Ratio:
        """Number of measured contacts for which `of` holds."""
        found = self.total(of)
        return found, np.ones_like(found)

    def counts(self, of: Mapping[str, NDArray[np.bool_]]) -> dict[str, Ratio]:
        """`count` of several by name, in one pass."""
        found = self.cells.count(np.array(list(of.values())))
        return dict(zip(of, zip(found, np.ones_like(found)), strict=True))

    def share(self, above: NDArray[np.bool_], below: NDArray[np.bool_]) -> Ratio:
        """Share of `below` for which `above` holds too."""
        return self.total(above & below), self.total(below)

    def mean(self, values: Floats, of: NDArray[np.bool_]) -> Ratio:
        """Mean of values over those of `of` that have one."""
        there = of & ~np.isnan(values)
        return self.total(values, there), self.total(there)

    def by_code(self, codes: NDArray[Any], n_codes: int) -> Floats:
        """Number of measured contacts over scopes by code in 0..n_codes-1, [S, n_codes]."""
        return self.cells.count_codes(codes, n_codes)

    def by_bit(self, codes: NDArray[np.uint8]) -> Floats:
        """Number of measured contacts over scopes that have each bit of a byte, [S, 8]."""
        found: Floats = self.by_code(codes, 256) @ _BITS
        return found
