"""The contacts of a run with what the social measures look at, and sums of them by scope."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints, RunLike, among
from floorcast.measures.base.settings import settings_of
from floorcast.measures.base.times import Followed
from floorcast.measures.cells.columns import Columns, spread_columns
from floorcast.measures.contacts.backlog import Backlog, backlog_of
from floorcast.measures.contacts.run_table import RunTable
from floorcast.measures.contacts.table import measured_window
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.scenario.catalogue.causes import BETWEEN_AGENTS

_OF_ISSUES = ("true_sentiment", "heard", "eased", "drafted", "approving", "promised")
_OF_POSTS = ("marks", "stars", "words")
_OF_PEOPLE = ("customer", "tier", "left", "after", "said", "opinion", "asked")


@dataclass(frozen=True, eq=False)
class SocialTable(RunTable):
    """Columns [n] of all contacts of a run, with those of what is kept beside a contact of issues and people."""

    @cached_property
    def issues(self) -> Columns | None:
        """What is kept beside each contact where issues and incidents are kept track of."""
        records = self.run.issues
        return None if records is None else spread_columns(records, _OF_ISSUES, self.cells.place)

    @cached_property
    def said(self) -> Columns:
        """What posts say and what befell them; nothing where nobody writes of it."""
        if not self._speaks:
            return dict.fromkeys(_OF_POSTS, np.zeros(self.run.contacts.size, np.uint8))
        return spread_columns(self.run.issues, _OF_POSTS, self.cells.place)

    @cached_property
    def _speaks(self) -> bool:
        return self.run.issues is not None and _speaks(self.run.world)

    @cached_property
    def _none(self) -> NDArray[np.bool_]:
        return np.zeros(self.run.contacts.size, np.bool_)

    def marked(self, mark: Mark) -> NDArray[np.bool_]:
        """Contacts that this befell."""
        return (self.said["marks"] & int(mark)) > 0 if self._speaks else self._none

    def marks_any(self, mark: Mark) -> bool:
        """Whether this befell any contact."""
        return self._speaks and bool(self.marked(mark).any())

    @cached_property
    def topics(self) -> dict[str, NDArray[np.bool_]]:
        """The contacts that carry a word of each topic: of several, or of none."""
        scenario = self.run.world.scenario
        bits = {word: 1 << place for place, word in enumerate(scenario.words)}
        words = self.said["words"].astype(np.int64)
        return {name: (words & sum(bits[word] for word in of)) > 0 for name, of in scenario.topics.items()}

    @cached_property
    def people(self) -> Columns:
        """What is kept beside each contact of its customer and of surveys."""
        return spread_columns(self.run.issues, _OF_PEOPLE, self.cells.place)

    @cached_property
    def truth(self) -> NDArray[Any]:
        """Sentiment that each customer has, whatever the classifier took it for."""
        issues = self.issues
        if issues is None:
            return self["sentiment"]
        misread = np.flatnonzero(self.has(Flag.MISREAD))
        truth = self["sentiment"].copy()
        truth[misread] = issues["true_sentiment"][misread]
        return truth

    @cached_property
    def heard(self) -> Floats:
        """When each contact reached the centre, NaN never."""
        issues = self.issues
        if issues is None:
            return np.asarray(np.where(self["outcome"] == Outcome.LOST, np.nan, self["arrived"]))
        # A backlog was heard before the start, a bot's contact arrives when the bot is done with it.
        heard: Floats = issues["heard"].copy()
        before = np.flatnonzero(self["arrived"] < 0)
        heard[before] = np.minimum(heard[before], self["arrived"][before])
        return heard

    @cached_property
    def backlog(self) -> Backlog:
        """The contacts open at the ends of intervals."""
        return backlog_of(self)

    @cached_property
    def classes_since_heard(self) -> NDArray[np.int8]:
        """The `Service` class of each contact by its own promise, made when it was heard; NaN: none."""
        return self.all_contacts.classes_since(self.heard)

    @cached_property
    def from_customers(self) -> NDArray[np.bool_]:
        """Contacts that a customer wants something with: neither noise nor what agents ask each other."""
        return ~self.has(Flag.NOISE) & ~self.between_agents

    @cached_property
    def real(self) -> NDArray[np.bool_]:
        """Contacts from customers that came before the end of the run."""
        before: NDArray[np.bool_] = self["arrived"] < self.run.world.horizon
        return self.from_customers & before

    @cached_property
    def followed(self) -> Floats:
        """Rows `Followed` [6, n]: what became of each issue and incident, where its first contact stands."""
        from floorcast.measures.cells.compiled import follow

        real, found = self.real.view(np.uint8), np.empty((len(Followed), self["issue"].size))
        ids = self["issue"], self["parent"], self["incident"]
        follow(*ids, self["channel"], real, self["resolved"], self["arrived"], self["ended"], found)
        return found

    @cached_property
    def between_agents(self) -> NDArray[np.bool_]:
        """Contacts that are work between agents, of no customer."""
        return among(self["cause"], BETWEEN_AGENTS)

    @cached_property
    def public(self) -> NDArray[np.bool_]:
        """Customers' contacts that everybody can read."""
        return self.on_public & self.from_customers

    @cached_property
    def on_public(self) -> NDArray[np.bool_]:
        """Contacts on channels that everybody can read, noise too."""
        return among(self["channel"], np.flatnonzero(self.settings.public).tolist())

    @cached_property
    def kinds(self) -> Ints:
        """Contact type of each contact."""
        return self["contact_type"].astype(np.int64)

    @cached_property
    def wait(self) -> Floats:
        """Seconds from arrival to the first response, NaN if there was none."""
        return self.all_contacts.wait_by("first_response")

    def has(self, flag: Flag) -> NDArray[np.bool_]:
        """Contacts that carry a flag."""
        return (self["flags"] & int(flag)) > 0

    @cached_property
    def _by_flag(self) -> Floats:
        return self.by_bit(self["flags"])

    def flagged(self, flag: Flag) -> Floats:
        """Number of measured contacts over scopes [S] that carry a flag."""
        number: Floats = self._by_flag[:, int(flag).bit_length() - 1]
        return number

    @cached_property
    def promises(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Of each contact [n], whether an answer was promised, whether it was kept, and whether it was due by the
        end of the run."""
        issues = self.issues
        if issues is None:
            nothing = np.zeros(len(self["arrived"]), dtype=np.bool_)
            return nothing, nothing, nothing
        until = issues["promised"]
        promised = ~np.isnan(until)
        if not promised.any():
            return promised, promised, promised
        those = np.flatnonzero(promised)
        kept = np.zeros(promised.size, np.bool_)
        kept[those] = self.answered_at(those) <= until.take(those)
        return promised, kept, kept | (promised & (until < self.run.world.horizon))

    def answered_at(self, those: Ints) -> Floats:
        """When each of those contacts was answered, alone or with another; else the end of the run."""
        until, issues = self["first_response"].take(those), self.issues
        if issues is not None:
            until = np.fmin(until, issues["eased"].take(those))
        never = np.flatnonzero(np.isnan(until))
        with_another = self["outcome"].take(those[never]) == Outcome.CLOSED_WITH_ANOTHER
        ended = np.where(with_another, self["ended"].take(those[never]), np.nan)
        until[never] = np.where(np.isnan(ended), self.run.world.horizon, ended)
        return until

    def unanswered_until(self, those: Ints) -> Floats:
        """Until when the public saw each of those contacts without an answer: what was answered elsewhere stays so,
        what was hidden or deleted nobody sees."""
        unseen, removed, issues = self.marked(Mark.UNSEEN), self.marked(Mark.REMOVED), self.issues
        until = self.answered_at(those)
        if issues is None or not (unseen.any() or removed.any()):
            return until
        eased = issues["eased"].take(those)
        until = np.where(unseen.take(those), np.where(np.isnan(eased), self.run.world.horizon, eased), until)
        return np.where(removed.take(those), np.fmin(until, self["ended"].take(those)), until)

    @cached_property
    def exposure(self) -> Floats:
        """Reach hours of each contact: its reach times the hours that it stays unanswered, each weighed by
        the attention that is left, which halves in every half-life: reach x H / ln 2 x (1 - 2^(-T / H))."""
        found = np.zeros(self["reach"].size)
        read = np.flatnonzero(self["reach"] != 0)  # what nobody reads is never exposed
        half_life = self.settings.half_life.take(self["contact_type"].take(read))
        lives = (self.unanswered_until(read) - self["arrived"].take(read)) / half_life
        hours = half_life / 3600.0 / np.log(2.0) * -np.expm1(-np.log(2.0) * np.maximum(lives, 0.0))
        found[read] = self["reach"].take(read) * hours
        return found


def _speaks(world: Any) -> bool:
    """Whether this world's posts say anything, or anything but an answer in place may befall them."""
    scenario, policy = world.scenario, getattr(world, "policy", None)
    if getattr(policy, "replies", ()) or getattr(policy, "moderation", ()) or getattr(scenario, "contradictions", None):
        return True
    if getattr(scenario, "topics", None):
        return True
    blocks = ("needs_answer", "words", "stars", "community")
    kinds = getattr(scenario, "contact_types", {}).values()
    return any(getattr(kind, block, None) for kind in kinds for block in blocks)


def table_of(run: RunLike) -> SocialTable:
    """The table of what is measured of a run: all of it but the warm-up."""
    return SocialTable(run, measured_window(run.world), settings_of(run.world))
