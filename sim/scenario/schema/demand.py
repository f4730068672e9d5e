"""What customers bring: contact types, what waits at the start, who tries again."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.schema.social import Consult, SocialBlocks, Transfer
from floorcast.scenario.schema.sources import Profile, Source
from floorcast.scenario.words.distributions import Distribution, constant
from floorcast.scenario.words.schema_words import (
    AsList,
    Count,
    Mix,
    Name,
    NeededSkills,
    NumberDistribution,
    Patience,
    PositiveCount,
    PositiveDuration,
    SentimentMix,
    Share,
    TimeDistribution,
    Written,
    number,
)  # fmt: skip

WaitClock = Literal["answered", "accepted", "first_response", "resolved"]
_MOST_TURNS = 65_000  # the model counts turns in 16 bits


class Backlog(Written):
    """Contacts that already wait at the start; `ages` is how long each has waited."""

    count: Count
    ages: TimeDistribution = constant(0.0)


class Retry(Written):
    """What a customer does after abandoning, or after being blocked.

    `to` is a mix of contact types (default: the same type again); `at_most` tries after the first
    (default 5).
    """

    probability: Share
    delay: TimeDistribution
    patience: Literal["fresh", "same"] = "fresh"
    to: Mix = {}
    at_most: Annotated[
        int,
        BeforeValidator(number("a whole number from 0 to 1000", least=0, most=1000, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 1000}),
    ] = 5


class Crowded(Written):
    """Patience of customers who arrive when at least so many already wait on the channel."""

    waiting: PositiveCount
    patience: Patience


class ContactType(SocialBlocks):
    """Contacts that planners forecast together. Times are in seconds.

    work_mean: seconds by time of week or by date; `work` is stretched so that its mean is that of
    the hour (where the profile has 0, it stays); patience_mean: the same of `patience`, and that of
    `crowded` is stretched as much. unavailable: after such a contact its agent gets
    nothing new for a time drawn from it, beside what the agent's group says. crowded: another
    patience of those who arrive when so many wait already (they hear it, or see it).
    between_agents: no customer brings it, but a policy's approval, holding replies or moderation do.
    """

    channel: Name
    subject: Name | None = None
    skills: NeededSkills = {}
    arrivals: Annotated[tuple[Source, ...], AsList] = ()
    backlog: Backlog | None = None
    turns: NumberDistribution = constant(1.0)
    work: TimeDistribution
    think: TimeDistribution = constant(0.0)
    work_mean: Profile | None = None
    unavailable: TimeDistribution = constant(0.0)
    after_contact_work: TimeDistribution = constant(0.0)
    patience: Patience = None
    patience_mean: Profile | None = None
    crowded: Annotated[tuple[Crowded, ...], AsList] = ()
    retry: Retry | None = None
    transfers: Annotated[tuple[Transfer, ...], AsList] = ()
    consult: Consult | None = None
    sentiment: SentimentMix = {"neutral": 1.0}
    reach: NumberDistribution = constant(0.0)
    value: NumberDistribution = constant(0.0)
    language: Mix = {}
    trigger: Share = 0.0
    answer_within: PositiveDuration | None = None
    clock: WaitClock | None = None
    between_agents: bool = False

    @model_validator(mode="after")
    def _customers_bring_it_or_not(self) -> Self:
        if self.between_agents and (self.arrivals or self.backlog):
            raise Wrong("found arrivals of what is between agents; allowed one of them").under("between_agents")
        return self

    @model_validator(mode="after")
    def _patience_to_stretch(self) -> Self:
        if self.patience_mean is not None and (self.patience is None or not 0 < self.patience.mean < math.inf):
            raise Wrong("found a mean by time and no patience with a mean to stretch; allowed beside patience").under(
                "patience_mean"
            )
        return self

    @field_validator("transfers")
    @classmethod
    def _at_most_always(cls, transfers: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
        total = math.fsum(transfer.probability for transfer in transfers)
        if total > 1 + 1e-9:
            raise Wrong(f"found probabilities that sum to {total:g}; allowed at most 1 together")
        return transfers

    @field_validator("turns")
    @classmethod
    def _countable(cls, turns: Distribution) -> Distribution:
        if turns.mean > _MOST_TURNS:
            raise Wrong(f"found {turns.mean:g} turns on average; allowed at most {_MOST_TURNS}")
        return turns

    @property
    def leading(self) -> tuple[Any, ...]:
        """The blocks by which such contacts bring others, each with its mix `to`."""
        told = self.community.repeat if self.community else None
        blocks = (self.retry, self.repeat, self.chase, self.public, self.private, self.cascade, told)
        return tuple(block for block in blocks if block is not None)

    def distribution(self, name: str) -> Distribution | None:
        """A distribution by its key: turns, work, think, after_contact_work, patience, reach or
        value."""
        return getattr(self, name)  # type: ignore[no-any-return]
