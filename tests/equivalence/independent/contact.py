"""One contact: who the customer is, where the contact stands, and what its record will say."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from floorcast.model.core.random import Stream
from floorcast.model.records.layout import Cause, Outcome
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.words.distributions import Distribution
from tests.equivalence.independent.chance import Chance, choice, stretched, value

if TYPE_CHECKING:
    from floorcast.policy.schema.policy import Rule, Stage
    from floorcast.scenario.schema.social import Consult, Transfer
    from tests.equivalence.independent.agent import Agent

NEVER = math.inf


class State(Enum):
    """Where a contact is."""

    COMING = 0
    WAITING = 1
    READY = 2  # in an agent's hands, without its attention
    WORKING = 3
    THINKING = 4  # the customer thinks, the slot is kept
    AWAY = 5  # the customer thinks, the slot is not
    WRAPPING = 6
    CLOSED = 7
    RINGING = 8  # at an agent, who has not answered yet
    ASKING = 9  # its agent asks a colleague


@dataclass(eq=False)
class Contact:
    """A contact from birth to its end; times in seconds, NaN never."""

    number: int
    key: int
    kind: str
    channel: str
    cause: Cause
    arrived: float
    patience: float
    work_left: float
    turns: int
    parent: Contact | None = None
    issue: Contact = field(init=False)
    sentiment: int = 0
    trigger: bool = False
    language: str | None = None
    reach: float = 0.0
    worth: float = 0.0
    campaign: str | None = None
    attempt: int = 0
    prior: int = 0
    state: State = State.COMING
    outcome: Outcome = Outcome.OPEN
    queued: float = field(init=False)
    looked: float = 0.0  # when it last looked which stage it has reached
    path: list[int] = field(default_factory=list)  # stages of its plan that have begun, as it last looked
    base: list[int] = field(default_factory=list)  # ... at the last one without a condition
    ruled: str = ""  # its kind when the rules were last asked
    book: Any = None  # the rule book that was asked
    gives_up: float = NEVER  # patience is over then
    rule: Rule | None = None
    plan: tuple[Stage, ...] = ()
    points: float = 0.0
    agent: Agent | None = None  # who holds it, or held it last
    wants: Agent | None = None  # waits for this agent alone ...
    wants_until: float = NEVER
    turn: int = 0
    leads: Transfer | Consult | None = None  # how its first turn ends, if not as usual
    template: Any = None  # that it is answered from
    offers: int = 0  # how often it has rung
    rings_until: float = NEVER
    response: str = ""  # to the offer: taken, declined, late
    refused: list[Agent] = field(default_factory=list)  # who did not take it, the last six
    timed: str = ""  # its acceptable waiting time: runs, over
    started: bool = False
    began: float = math.nan
    finish: float = math.nan
    reply_at: float = math.nan
    accepted: float = math.nan
    answered: float = math.nan
    first_response: float = math.nan
    ended: float = math.nan
    worked: float = 0.0
    wrapped: float = 0.0
    replied: float = math.nan
    reply_wait: float = 0.0
    replies: int = 0
    transfers: int = 0
    meant: str = ""  # its kind, whatever the classifier takes it for
    true_sentiment: int = 0
    flags: int = 0
    resolved: int = 0  # 1 by an answer to its issue, 2 by another post's
    heard: float = math.nan
    eased: float = math.nan  # its customer saw another's answer that does for it
    # of an issue's first contact: the further ones, and what has come of it
    further: list[Contact] = field(default_factory=list)
    settled: bool = False
    went_public: bool = False
    known: Agent | None = None  # who had the issue last ...
    known_since: float = math.nan
    chases: int = 0
    repeats: int = 0
    # of a public post: the post that set off its incident
    root: Contact | None = None
    unseen: list[Contact] = field(default_factory=list)  # ... of the root: posts that saw no answer yet
    kernel: Distribution | None = None
    avoided: int = 0
    news: simpy.Event | None = None

    def __post_init__(self) -> None:
        self.issue = self
        self.queued = self.arrived
        self.meant = self.kind

    @property
    def unanswered(self) -> bool:
        """Whether its customer, who does not know what was heard, still waits for a first answer."""
        if not (math.isnan(self.first_response) and math.isnan(self.eased)):
            return False
        ignored = self.outcome in (Outcome.LOST, Outcome.DISCARDED, Outcome.TURNED_AWAY)
        return self.state is not State.CLOSED or ignored

    def tell(self) -> None:
        """Wake the contact's process: somebody else has changed its state."""
        if self.news is not None and not self.news.triggered:
            self.news.succeed()


def born(
    scenario: Scenario,
    chance: Chance,
    number: int,
    kind: str,
    key: int,
    cause: Cause,
    now: float,
    parent: Contact | None = None,
) -> Contact:
    """A new contact with all its draws; a further contact of an issue (``parent``) keeps the person."""
    words = scenario.contact_types[kind]
    u, v = chance.two(key, Stream.CREATION)
    w, x = chance.two(key, Stream.TURNS)
    c = Contact(
        number=number,
        key=key,
        kind=kind,
        channel=words.channel,
        cause=cause,
        arrived=now,
        patience=NEVER if cause >= Cause.APPROVAL else value(words.patience, u, NEVER)
        * stretched(scenario.patience_steps(kind), now),
        work_left=value(words.work, v) * stretched(scenario.work_steps(kind), now),
        turns=max(1, int(value(words.turns, w) + 0.5)),
        parent=parent,
    )
    if parent is not None:
        c.issue = parent.issue
        c.sentiment, c.trigger, c.language = parent.sentiment, parent.trigger, parent.language
        c.reach, c.worth, c.campaign = parent.reach, parent.worth, parent.campaign
        c.attempt, c.prior = parent.attempt, parent.prior + 1
        return c
    u, v = chance.two(key, Stream.PERSON)
    negative, neutral = (words.sentiment.get(name, 0.0) for name in ("negative", "neutral"))
    c.sentiment = -1 if u < negative else 0 if u < negative + neutral else 1
    c.trigger = v < words.trigger
    c.language = choice(words.language, x) if words.language else None
    u, v = chance.two(key, Stream.WORTH)
    c.reach = float(np.float32(value(words.reach, u)))  # kept in single precision
    c.worth = float(np.float32(value(words.value, v)))
    return c
