"""The contacts of a run with what the social measures look at, and sums of them by scope."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.base.settings import Yardstick
from floorcast.measures.contacts.table import Window
from floorcast.measures.contacts.waits import by_scope
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Flag

Ratio = tuple[Floats, Floats]

_FIELDS = (
    "contact_type", "group", "outcome", "cause", "channel", "arrived", "accepted", "answered",
    "first_response", "ended", "worked", "sentiment", "reach", "issue", "parent", "incident", "avoided",
    "flags", "resolved", "points", "replies", "reply_wait",
)  # fmt: skip


@dataclass(frozen=True)
class SocialTable:
    """Columns [n] of all contacts that came before the horizon, and which of them are measured."""

    run: Any
    window: Window
    yardstick: Yardstick

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """All contacts; an id is a place in them."""
        return {name: np.ascontiguousarray(self.run.contacts[name]) for name in _FIELDS}

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    @cached_property
    def measured(self) -> NDArray[np.bool_]:
        """Contacts that arrived in the window; what is due after the end is no contact yet."""
        arrived, world = self["arrived"], self.run.world
        kept: NDArray[np.bool_] = arrived < min(self.window.stop, world.horizon)
        if self.window.first > 0:
            kept = kept & (arrived >= self.window.start)
        return kept

    @cached_property
    def kinds(self) -> Ints:
        """Contact type of each contact."""
        return self["contact_type"].astype(np.int64)

    def has(self, flag: Flag) -> NDArray[np.bool_]:
        """Contacts that carry a flag."""
        return (self["flags"] & int(flag)) > 0

    def total(self, values: NDArray[Any], of: NDArray[np.bool_] | None = None) -> Floats:
        """Sums over scopes [S] of values [n] of the measured contacts, or of those given."""
        kept = self.measured if of is None else of
        world = self.run.world
        n_groups = len(world.group_names)
        cell = self.kinds[kept] * (n_groups + 1) + self["group"][kept].astype(np.int64) + 1
        size = len(world.type_names) * (n_groups + 1)
        grid = np.bincount(cell, weights=values[kept], minlength=size)
        channels = np.asarray(world.type_channel, dtype=np.int64)
        return by_scope(
            grid.reshape(-1, n_groups + 1), channels, len(world.channel_names)
        )

    def count(self, of: NDArray[np.bool_]) -> Ratio:
        """Number of measured contacts for which `of` holds."""
        found = self.total(of)
        return found, np.ones_like(found)

    def share(self, above: NDArray[np.bool_], below: NDArray[np.bool_]) -> Ratio:
        """Share of `below` for which `above` holds too."""
        return self.total(above & below), self.total(below)

    def mean(self, values: Floats, of: NDArray[np.bool_]) -> Ratio:
        """Mean of values over those of `of` that have one."""
        there = of & ~np.isnan(values)
        return self.total(np.where(there, values, 0.0)), self.total(there)

    @cached_property
    def unanswered_until(self) -> Floats:
        """When each contact was answered, alone or with another; else the end of the run."""
        until = self["first_response"].copy()
        closed = np.isnan(until) & (self["outcome"] == Outcome.CLOSED_WITH_ANOTHER)
        until[closed] = self["ended"][closed]
        return np.where(np.isnan(until), self.run.world.horizon, until)


def run_kind(world: Any, channel: str) -> str:
    """Kind of a channel."""
    return str(world.scenario.kind_of(channel))
