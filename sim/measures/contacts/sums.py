"""Sums over the measured contacts of a run, and its times for percentiles, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.promises import Aim
from floorcast.measures.base.records import Floats, WorldLike
from floorcast.measures.contacts.service import Service, ServiceCounts
from floorcast.measures.contacts.table import ContactTable
from floorcast.model.records.layout import Outcome
from floorcast.scenario.catalogue.causes import COUNTED

OWN: Aim = (None, None, None)


@dataclass(frozen=True)
class ContactSums:
    """Grids [K, G + 1] of sums by contact type and group (the first column: no group).

    Times are in seconds, NaN for contacts without one, in one order with `contact_type` and `group`.
    """

    world: Any
    grids: dict[str, NDArray[Any]]
    by_outcome: NDArray[Any]  # [K, G + 1, outcomes]
    by_class: dict[Aim, NDArray[Any]]  # [K, G + 1, Service]
    contact_type: NDArray[Any]  # [n]
    group: NDArray[Any]  # [n]
    times: dict[str, Floats]  # wait, first_response, its age where there is none yet, resolution: [n]

    def service_counts(self, aim: Aim = OWN) -> ServiceCounts:
        """Counts by cell of what every service-level formula is made of."""
        return ServiceCounts.of_classes(self.by_class[aim])


class SumOfContacts:
    """Adds up blocks of contacts; `finish` gives the sums."""

    def __init__(self, world: WorldLike, aims: Sequence[Aim] = (OWN,)) -> None:
        self._world, self._aims = world, aims
        self._grids: dict[Any, NDArray[Any]] = {}
        self._columns: dict[str, list[NDArray[Any]]] = {}

    def add(self, table: ContactTable) -> None:
        """Count in the contacts of one block."""
        either = self._add_sums(table)
        for aim in self._aims:
            self._grow(aim, table.count_by_code(table.classes(*aim), len(Service)))
        for name, column in (
            ("contact_type", table.columns["contact_type"]),
            ("group", table.columns["group"]),
            ("wait", either),
            ("first_response", table.wait_by("first_response")),
            ("first_response_age", table.unanswered_age),
            ("resolution", table.resolution),
        ):
            self._columns.setdefault(name, []).append(column)

    def finish(self) -> ContactSums:
        """The sums of all blocks."""
        columns = {name: np.concatenate(parts) for name, parts in self._columns.items()}
        contact_type, group = columns.pop("contact_type"), columns.pop("group")
        by_class = {aim: self._grids.pop(aim) for aim in self._aims}
        by_outcome = self._grids.pop("outcome")
        return ContactSums(
            self._world, self._grids, by_outcome, by_class, contact_type, group, columns
        )

    def _add_sums(self, table: ContactTable) -> Floats:
        """Count in all but the service levels; gives the waits of the answered and the abandoned."""
        columns, wait = table.columns, table.wait
        gone = np.isnan(wait) & (table.outcome == Outcome.ABANDONED)
        either = np.where(gone, table.life, wait)
        handled = table.outcome == Outcome.HANDLED
        self._grow("outcome", table.count_by_code(table.outcome, len(Outcome)))
        for name, values in (
            *((name, columns["cause"] == COUNTED[name]) for name in ("carried_in", "retrials")),
            ("delayed", either > 0),
            ("worked", np.where(handled, columns["worked"], 0.0)),
            ("wrapped", np.where(handled, columns["wrapped"], 0.0)),
            ("replies", columns["replies"]),
            ("reply_wait", columns["reply_wait"]),
        ):
            self._grow(name, table.total(values))
        for name, values in (
            ("wait", wait),
            ("wait_abandoned", np.where(gone, table.life, np.nan)),
            ("first_response", table.wait_by("first_response")),
            ("first_response_age", table.unanswered_age),
            ("resolution", table.resolution),
        ):
            there = ~np.isnan(values)
            self._grow(f"{name}_number", table.total(there))
            self._grow(name, table.total(np.where(there, values, 0.0)))
        return either

    def _grow(self, name: Any, grid: NDArray[Any]) -> None:
        if name in self._grids:
            self._grids[name] += grid
        else:
            self._grids[name] = grid
