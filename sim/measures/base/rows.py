"""The rows of a summary: which measure of what, in a fixed order for one scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from floorcast.measures.base.records import Floats, Ints, WorldLike
from floorcast.measures.base.settings import funnel_classes, line_names
from floorcast.measures.base.targets import TargetRow, targets_of
from floorcast.scenario.catalogue.measures import (
    BAND_MEASURES,
    BANDS,
    CAMPAIGN_MEASURES,
    DIMENSIONS,
    LINE_MEASURES,
    MEASURES,
    TOGETHER,
    Dimension,
    Measure,
    funnel_measures_of,
)


class Row(NamedTuple):
    """A measure of everything (`by` and `of` all), a channel, a contact type or a group."""

    measure: str
    by: Dimension
    of: str
    unit: str
    target: int = -1  # place in the list of targets; -1 for a row of the catalogue


@dataclass(frozen=True)
class Rows:
    """Every row of a summary, and where a measure's vector over scopes [S] goes.

    Scopes are ordered: all, the channels, the contact types, the groups.
    """

    channels: tuple[str, ...]
    types: tuple[str, ...]
    groups: tuple[str, ...]
    targets: tuple[TargetRow, ...]
    social: bool = False  # with the measures of issues, incidents and listening
    campaigns: tuple[str, ...] = ()  # each has rows of its own, and all together
    funnel: tuple[tuple[Dimension, tuple[str, ...]], ...] = ()  # its dimensions with their classes
    lines: tuple[str, ...] = ()  # of the policy's supervision
    people: bool = False  # with the measures of customers, surveys and reputation

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that are kept."""
        return tuple(m for m in MEASURES.values() if (self.social or not m.social) and (self.people or not m.people))

    @cached_property
    def scopes(self) -> tuple[tuple[Dimension, str], ...]:
        """(by, of) of each scope, [S]."""
        named: list[tuple[Dimension, Sequence[str]]] = list(
            zip(DIMENSIONS, (("all",), self.channels, self.types, self.groups))
        )
        return tuple((by, of) for by, names in named for of in names)

    @cached_property
    def all(self) -> tuple[Row, ...]:
        """Catalogue rows, measure by measure, those of campaigns, bands and the funnel, a row per target."""
        rows = [
            Row(measure.name, by, of, measure.unit)
            for measure in self.measures
            for by, of in self.scopes
            if by in measure.by
        ]
        names = (*self.campaigns, TOGETHER) if self.campaigns else ()
        rows += [
            Row(measure, "campaign", name, unit) for name in names for measure, unit in CAMPAIGN_MEASURES
        ]
        bands = BANDS if self.social else ()
        rows += [Row(measure, "priority", band, unit) for band in bands for measure, unit in BAND_MEASURES]
        rows += [
            Row(measure, dimension, name, unit)
            for dimension, names in self.funnel
            for name in names
            for measure, unit in funnel_measures_of(dimension)
        ]
        rows += [Row(measure, "line", name, unit) for name in self.lines for measure, unit in LINE_MEASURES]
        rows += [
            Row(target.name, target.by, target.of, target.unit, place)
            for place, target in enumerate(self.targets)
        ]
        return tuple(rows)

    @cached_property
    def scope_places(self) -> dict[str, Ints]:
        """For each measure the scopes it has rows for, in order."""
        return {
            measure.name: np.array(
                [place for place, (by, _) in enumerate(self.scopes) if by in measure.by], np.int64
            )
            for measure in self.measures
        }

    @cached_property
    def place(self) -> dict[tuple[str, str, str], int]:
        """Index of a catalogue row by (measure, by, of)."""
        return {
            (row.measure, row.by, row.of): place
            for place, row in enumerate(self.all)
            if row.target < 0
        }

    @cached_property
    def _flat(self) -> Ints:
        """Where the catalogue rows stand when the scopes of all measures stand one behind another."""
        places = [number * len(self.scopes) + self.scope_places[m.name] for number, m in enumerate(self.measures)]
        return np.concatenate(places)

    def flatten(self, by_measure: Mapping[str, tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
        """Numerators and denominators over the catalogue rows from those over scopes [S] of each measure.

        Raises KeyError for a measure of the catalogue that nothing has computed.
        """
        lacking = [m.name for m in self.measures if m.name not in by_measure]
        if lacking:
            raise KeyError(f"{', '.join(lacking)}: in the catalogue, but computed nowhere in floorcast/measures")
        pairs = [by_measure[m.name] for m in self.measures]
        above, below = (np.concatenate([pair[side] for pair in pairs]).take(self._flat) for side in (0, 1))
        return above, below


@lru_cache(maxsize=64)
def _rows(
    channels: tuple[str, ...],
    types: tuple[str, ...],
    groups: tuple[str, ...],
    targets: tuple[TargetRow, ...],
    social: bool,
    campaigns: tuple[str, ...],
    funnel: tuple[tuple[Dimension, tuple[str, ...]], ...],
    lines: tuple[str, ...],
    people: bool,
) -> Rows:
    return Rows(channels, types, groups, targets, social, campaigns, funnel, lines, people)


_known: WeakKeyDictionary[WorldLike, Rows] = WeakKeyDictionary()


def rows_of(world: WorldLike) -> Rows:
    """The rows of every summary of this world, worked out once; equal worlds share one object."""
    known = _known.get(world)
    if known is not None:
        return known
    _known[world] = rows = _rows(
        tuple(world.channel_names),
        tuple(world.type_names),
        tuple(world.group_names),
        targets_of(world),
        bool(world.social),
        tuple(world.campaign_names),
        funnel_classes(world),
        line_names(world.policy),
        bool(world.scenario.remembers) and bool(world.social),
    )
    return rows
