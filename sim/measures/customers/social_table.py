"""The contacts of a run with what the social measures look at, and sums of them by scope."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints, among
from floorcast.measures.base.settings import Yardstick
from floorcast.measures.contacts.table import ContactTable, Window, leaves_some_out
from floorcast.measures.contacts.waits import by_scope
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.scenario.catalogue.causes import BETWEEN_AGENTS

Ratio = tuple[Floats, Floats]

_FIELDS = (
    "contact_type", "group", "outcome", "cause", "channel", "arrived", "accepted", "answered",
    "first_response", "ended", "worked", "sentiment", "reach", "issue", "parent", "incident", "avoided",
    "flags", "resolved", "points", "replies", "reply_wait", "value", "language",
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
        return {
            **{name: np.ascontiguousarray(self.run.contacts[name]) for name in _FIELDS},
            **({"needless": self.marked(Mark.NEEDLESS)} if leaves_some_out(self.run.world) else {}),
        }

    def marked(self, mark: Mark) -> NDArray[np.bool_]:
        """Contacts that this befell."""
        return (self._marks & int(mark)) > 0

    @cached_property
    def _marks(self) -> NDArray[np.uint8]:
        issues = self.run.issues
        if issues is None:
            return np.zeros(self.run.contacts.size, np.uint8)
        return np.ascontiguousarray(issues["marks"])

    @cached_property
    def topics(self) -> dict[str, NDArray[np.bool_]]:
        """The contacts that carry a word of each topic: of several, or of none."""
        scenario, issues = self.run.world.scenario, self.run.issues
        bits = {word: 1 << place for place, word in enumerate(scenario.words)}
        said = np.zeros(self.run.contacts.size, np.int64) if issues is None else issues["words"].astype(np.int64)
        return {name: (said & sum(bits[word] for word in words)) > 0 for name, words in scenario.topics.items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    @cached_property
    def truth(self) -> NDArray[Any]:
        """Sentiment that each customer has, whatever the classifier took it for."""
        issues = self.run.issues
        if issues is None:
            return self["sentiment"]
        return np.where(self.has(Flag.MISREAD), issues["true_sentiment"], self["sentiment"])

    @cached_property
    def heard(self) -> Floats:
        """When each contact reached the centre, NaN never."""
        issues = self.run.issues
        if issues is None:
            return np.asarray(np.where(self["outcome"] == Outcome.LOST, np.nan, self["arrived"]))
        # A backlog was heard before the start, a bot's contact arrives when the bot is done with it.
        heard: Floats = np.minimum(issues["heard"], np.where(self["arrived"] < 0, self["arrived"], np.inf))
        return heard

    def classes_since(self, since: Floats) -> NDArray[np.int8]:
        """The `Service` class of each contact by its own promise, made at these instants [n]; NaN: none."""
        return ContactTable(self.run.world, self.yardstick, self.columns | {"arrived": since}).classes()

    @cached_property
    def classes_since_heard(self) -> NDArray[np.int8]:
        """The `Service` class of each contact by the promise made when it was heard."""
        return self.classes_since(self.heard)

    @cached_property
    def from_customers(self) -> NDArray[np.bool_]:
        """Contacts that a customer wants something with: neither noise nor what agents ask each other."""
        return ~self.has(Flag.NOISE) & ~self.between_agents

    @cached_property
    def between_agents(self) -> NDArray[np.bool_]:
        """Contacts that are work between agents, of no customer."""
        return among(self["cause"], BETWEEN_AGENTS)

    @cached_property
    def public(self) -> NDArray[np.bool_]:
        """Customers' contacts that everybody can read."""
        world = self.run.world
        kinds = np.asarray([world.scenario.traits_of(name).public for name in world.channel_names])
        public: NDArray[np.bool_] = kinds[self["channel"]] & self.from_customers
        return public

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

    @cached_property
    def wait(self) -> Floats:
        """Seconds from arrival to the first response, NaN if there was none."""
        wait: Floats = self["first_response"] - self["arrived"]
        return wait

    def has(self, flag: Flag) -> NDArray[np.bool_]:
        """Contacts that carry a flag."""
        return (self["flags"] & int(flag)) > 0

    def total(self, values: NDArray[Any], of: NDArray[np.bool_] | None = None) -> Floats:
        """Sums over scopes [S] of values [n] of the measured contacts, or of those given."""
        kept = self.measured if of is None else of
        world = self.run.world
        n_groups = len(world.group_names)
        size = len(world.type_names) * (n_groups + 1)
        grid: NDArray[Any]
        if values.dtype == np.bool_:
            grid = np.bincount(self._cell[np.flatnonzero(values & kept)], minlength=size).astype(np.float64)
        else:  # all are counted, those that are not meant with 0: quicker than to pick out those that are
            grid = np.bincount(self._cell, weights=np.where(kept, values, 0.0), minlength=size)
        return by_scope(grid.reshape(-1, n_groups + 1), self.yardstick.channel, len(world.channel_names))

    def by_code(self, codes: NDArray[Any], n_codes: int) -> Floats:
        """Number of measured contacts over scopes by code in 0..n_codes-1, [S, n_codes]."""
        world, kept = self.run.world, self.measured
        shape = len(world.type_names), len(world.group_names) + 1, n_codes
        joint = np.bincount((self._cell * n_codes + codes)[kept], minlength=math.prod(shape)).reshape(shape)
        grids = [joint[..., code] for code in range(n_codes)]
        channels = self.yardstick.channel, len(world.channel_names)
        return np.stack([by_scope(grid, *channels) for grid in grids], axis=-1)

    @cached_property
    def _cell(self) -> Ints:
        """Type x (group + 1) of each contact."""
        cell: Ints = self.kinds * (len(self.run.world.group_names) + 1) + self["group"] + 1
        return cell

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
    def answered_at(self) -> Floats:
        """When each contact was answered, alone or with another; else the end of the run."""
        until = self["first_response"].copy()
        issues = self.run.issues
        if issues is not None:
            until = np.fmin(until, issues["eased"])
        closed = np.isnan(until) & (self["outcome"] == Outcome.CLOSED_WITH_ANOTHER)
        until[closed] = self["ended"][closed]
        return np.where(np.isnan(until), self.run.world.horizon, until)

    @cached_property
    def unanswered_until(self) -> Floats:
        """Until when the public saw each contact without an answer: what was answered elsewhere stays so, what
        was hidden or deleted nobody sees."""
        unseen, removed = self.marked(Mark.UNSEEN), self.marked(Mark.REMOVED)
        if not unseen.any() and not removed.any():
            return self.answered_at
        until = np.where(unseen, np.fmin(self.run.issues["eased"], self.run.world.horizon), self.answered_at)
        until = np.where(np.isnan(until), self.run.world.horizon, until)
        return np.where(removed, np.fmin(until, self["ended"]), until)

    @cached_property
    def exposure(self) -> Floats:
        """Reach hours of each contact: its reach times the hours that it stays unanswered, each weighed by
        the attention that is left, which halves in every half-life: reach x H / ln 2 x (1 - 2^(-T / H))."""
        half_life = self.yardstick.half_life[self.kinds]
        lives = (self.unanswered_until - self["arrived"]) / half_life
        hours: Floats = half_life / 3600.0 / np.log(2.0) * -np.expm1(-np.log(2.0) * np.maximum(lives, 0.0))
        return self["reach"] * hours
