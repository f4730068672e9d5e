"""Sums over the measured contacts of a run by scope, and its times for percentiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from floorcast.measures.base.promises import Aim
from floorcast.measures.base.records import Floats
from floorcast.measures.base.service import Service, ServiceCounts
from floorcast.measures.contacts.run_table import RunTable
from floorcast.model.records.layout import Outcome
from floorcast.scenario.catalogue.causes import COUNTED

OWN: Aim = (None, None, None)


@dataclass(frozen=True)
class ContactSums:
    """Sums over scopes [S], and times [n] in seconds, NaN for contacts without one."""

    table: RunTable
    sums: dict[str, Floats]  # [S]
    by_outcome: Floats  # [S, outcomes]
    by_class: dict[Aim, Floats]  # [S, Service]
    times: dict[str, Floats]  # wait, first_response, its age where there is none yet, resolution: [n]

    def service_counts(self, aim: Aim = OWN) -> ServiceCounts:
        """Counts by scope of what every service-level formula is made of."""
        return ServiceCounts.of_classes(self.by_class[aim])


def service_classes_of(table: RunTable, aims: Iterable[Aim]) -> dict[Aim, Floats]:
    """Number of measured contacts over scopes by `Service` class, [S, 8] for each aim."""
    return {
        aim: table.by_code(table.own_classes if aim == OWN else table.contacts.classes(*aim), len(Service))
        for aim in aims
    }


def contact_sums(table: RunTable, aims: Iterable[Aim] = (OWN,)) -> ContactSums:
    """The sums that measures of contacts are made of; `aims` are the service levels that are asked for."""
    contacts, cells = table.contacts, table.cells
    columns, wait, either = contacts.columns, contacts.wait, contacts.wait_or_gone
    outcome, everybody = contacts.outcome, table.everybody
    handled = outcome == Outcome.HANDLED
    times = {
        "wait": either,
        "first_response": contacts.wait_by("first_response"),
        "first_response_age": contacts.unanswered_age,
        "resolution": contacts.resolution,
    }
    means = {
        "wait": wait,
        "first_response": times["first_response"],
        "resolution": times["resolution"],
        "wait_abandoned": contacts.life,
    }
    there = {name: ~np.isnan(values) for name, values in means.items()}
    there["wait_abandoned"] = ~there["wait"] & (outcome == Outcome.ABANDONED)
    counted = cells.count(np.array([either > 0, *there.values()]))
    sums = {name: table.by_cause[:, COUNTED[name]] for name in ("carried_in", "retrials")}
    sums |= dict(zip(("delayed", *(f"{name}_number" for name in there)), counted, strict=True))
    for name, of in (("worked", handled), ("wrapped", handled), ("replies", everybody), ("reply_wait", everybody)):
        sums[name] = cells.add(columns[name], of)
    for name, of in there.items():
        sums[name] = cells.add(means[name], of)
    return ContactSums(
        table, sums, table.by_code(outcome, len(Outcome)), service_classes_of(table, aims), times
    )
