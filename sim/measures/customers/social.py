"""What the public sees and what customers do: listening, answers, exposure, posts attracted.

Exposure adds up, over public posts, their reach times the hours until they are answered (closed
with another's answer counts; what is lost or open counts to the end of the run).
"""

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
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag

Ratio = tuple[Floats, Floats]

LARGE_INCIDENT = 10  # posts; what is outside such incidents is collateral
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


def social_measures(table: SocialTable) -> dict[str, Ratio]:
    """Every measure of issues, incidents, listening and satisfaction over scopes [S]."""
    from floorcast.measures.customers.issues import incident_measures, issue_measures
    from floorcast.measures.customers.satisfaction import satisfaction_measures

    return (
        _causes(table)
        | _listening(table)
        | _answers(table)
        | issue_measures(table)
        | incident_measures(table)
        | satisfaction_measures(table)
    )


def _causes(table: SocialTable) -> dict[str, Ratio]:
    causes = {
        "chasers": Cause.CHASE,
        "repeats": Cause.REPEAT,
        "went_public": Cause.PUBLIC,
        "attracted": Cause.CASCADE,
        "moved": Cause.MOVED,
    }
    ratios = {name: table.count(table["cause"] == cause) for name, cause in causes.items()}
    ratios["callbacks"] = table.count(table.has(Flag.CALLBACK))
    return ratios


def _listening(table: SocialTable) -> dict[str, Ratio]:
    missed, noise = table.has(Flag.MISSED), table.has(Flag.NOISE)
    return {
        "missed": table.count(missed),
        "found_late": table.count(missed & (table["outcome"] != Outcome.LOST)),
        "noise": table.count(noise),
        "misrouted": table.count(table.has(Flag.MISROUTED)),
        "misread": table.count(table.has(Flag.MISREAD)),
        "noise_work": (
            table.total(np.where(noise, table["worked"], 0.0)),
            table.total(table["worked"]),
        ),
    }


def _answers(table: SocialTable) -> dict[str, Ratio]:
    outcome = table["outcome"]
    contained = outcome == Outcome.CONTAINED
    everybody = np.ones(len(outcome), dtype=np.bool_)
    wanted = ~table.has(Flag.NOISE) & ~contained
    answered = ~np.isnan(table["first_response"])
    with_another = outcome == Outcome.CLOSED_WITH_ANOTHER
    first = (table["issue"] == np.arange(len(outcome))) & (outcome == Outcome.HANDLED)
    wait = table["first_response"] - table["arrived"]
    incident = table["incident"].astype(np.int64)
    sizes = np.bincount(incident[incident >= 0], minlength=len(outcome))
    aside = (incident < 0) | (sizes[incident] < LARGE_INCIDENT)
    kinds = [run_kind(table.run.world, name) for name in table.run.world.channel_names]
    public = np.asarray([kind == "social" for kind in kinds])[table["channel"]]
    public &= ~table.has(Flag.NOISE)
    hours = (table.unanswered_until - table["arrived"]) / 3600.0
    exposure = table.total(np.where(public, table["reach"] * hours, 0.0))
    avoided = table.total(table["avoided"].astype(np.float64))
    return {
        "response_rate": table.share(answered | with_another, wanted),
        "containment": table.share(contained, everybody),
        "deflection": table.share(table.has(Flag.MOVED), answered),
        "first_contact_resolution": table.share(table["resolved"] == 1, first),
        "first_response_negative": table.mean(wait, table["sentiment"] < 0),
        "collateral_first_response": table.mean(wait, aside),
        "exposure": (exposure, np.ones_like(exposure)),
        "posts_avoided": (avoided, np.ones_like(avoided)),
    }


def run_kind(world: Any, channel: str) -> str:
    """Kind of a channel."""
    return str(world.scenario.kind_of(channel))
