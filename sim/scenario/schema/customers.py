"""Customers who live longer than an issue: who they are, their mood, surveys, and what people say.

Times are in seconds, shares 0 to 1, scores 1 to 5.
"""

from __future__ import annotations

import math
from typing import Annotated, Self

from pydantic import BeforeValidator, WithJsonSchema, field_validator, model_validator

from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.read.units import parse_number, parse_share
from floorcast.scenario.schema.social import Repeat
from floorcast.scenario.words.distributions import constant
from floorcast.scenario.words.schema_words import (
    Amount,
    Duration,
    Mix,
    Name,
    Names,
    PositiveCount,
    PositiveDuration,
    Share,
    TimeDistribution,
    Written,
    number,
)

_SCORE = "a score from 1 to 5"
Score = Annotated[
    float, BeforeValidator(number(_SCORE, least=1, most=5)),
    WithJsonSchema({"type": "number", "minimum": 1, "maximum": 5}),
]  # fmt: skip


def _curve(value: object) -> tuple[tuple[float, float], ...]:
    """Shares by score, in the order of the scores; one share holds for all."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict):
        return ((1.0, parse_share(value)), (5.0, parse_share(value)))
    findings = Findings()
    points: list[tuple[float, float]] = []
    for key, item in value.items():
        try:
            score = parse_number(key if isinstance(key, int | float) else _as_number(str(key)), _SCORE)
            if not 1 <= score <= 5 or (points and score <= points[-1][0]):
                raise found(key, "scores from 1 to 5 that rise, such as {1: 40 %, 3: 10 %, 5: 25 %}")
            points.append((score, parse_share(item)))
        except Wrong as error:
            findings.add(error, str(key))
    findings.settle()
    if not points:
        raise found(value, "a share, or shares by score such as {1: 40 %, 3: 10 %, 5: 25 %}")
    return tuple(points)


def _as_number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


ShareByScore = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_curve),
    WithJsonSchema({"anyOf": [{"x-words": "share"}, {"x-words": "mix"}]}),
]


class Churn(Written):
    """The probability that a customer leaves for good after a contact: `base` of one who is as content as
    usual, `let_down` of one in the worst mood, in between in proportion to how far the mood is below usual."""

    base: Share = 0.0
    let_down: Share = 0.0

    @model_validator(mode="after")
    def _worse_is_more(self) -> Self:
        if self.let_down < self.base:
            raise found(self.let_down, f"at least the base, {self.base:g}").under("let_down")
        return self


class Tier(Written):
    """Customers of one tier: their `share` of all, the `value` that rules and points look at, the `worth` that
    is lost when one leaves (in the scenario's currency), and their own churn."""

    share: Share
    value: Amount = 0.0
    worth: Amount = 0.0
    churn: Churn | None = None


class Heavy(Written):
    """The `share` of the customers that needs help most, and the part of the contacts that comes from them."""

    share: Share
    of_contacts: Share

    @model_validator(mode="after")
    def _some_and_others(self) -> Self:
        for key in ("share", "of_contacts"):
            if not 0 < getattr(self, key) < 1:
                raise found(getattr(self, key), "a share above 0 and below 1").under(key)
        return self


class Mood(Written):
    """How content a customer is with us, 1 to 5, over all issues.

    It is `usual` to begin with. Each contact moves it by `weight` of the way to how content that contact left
    the customer (`satisfaction`), and half of what is not usual is forgotten in every `half_life`. `angrier`: of
    the customers who would not be angry, the share that is all the same when in the worst mood.
    """

    usual: Score = 4.0
    weight: Share = 0.3
    half_life: PositiveDuration = 30 * 86400.0
    angrier: Share = 0.0

    @field_validator("usual")
    @classmethod
    def _can_fall(cls, usual: float) -> float:
        if usual <= 1:
            raise found(usual, "a score above 1, at most 5")
        return usual


class ComesAgain(Written):
    """Who was let down needs us again sooner: with `probability` in the worst mood, in proportion to how far the
    mood is below usual, another issue of theirs comes after `delay`, as one of `to` (default: the same type)."""

    probability: Share
    delay: TimeDistribution
    to: Mix = {}

    @field_validator("probability")
    @classmethod
    def _ends(cls, probability: float) -> float:
        if probability >= 1:
            raise found(probability, "a probability below 1: each issue would bring another without end")
        return probability


class SurveyFatigue(Written):
    """Who is asked often answers less: with each survey that asked, the share that answers is lower by `each`, of
    what it would be, and half of that is forgotten in every `half_life`. Nobody is asked again within `rest`."""

    each: Share = 0.0
    half_life: PositiveDuration = 30 * 86400.0
    rest: Duration = 0.0


class Customers(Written):
    """The people behind the contacts: `size` customers, each with a history and a mood over several issues.

    Whoever begins an issue is drawn from them (posts that others attracted and noise are by nobody known). tiers:
    what they are worth. languages: theirs, in place of the contact types'. prefer: which channel they like best:
    a share `loyal` of the contacts on a channel comes from those who prefer it, the others from anybody, and with
    the same probability a customer who tries again, asks again or comes back takes the channel preferred.
    heavy: some need help much more often. Who has left comes no more. survey_fatigue: see `SurveyFatigue`.
    """

    size: Annotated[
        int,
        BeforeValidator(number("a whole number of customers from 1 to 10000000", least=1, most=1e7, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10_000_000}),
    ]
    tiers: dict[Name, Tier] = {}
    languages: Mix = {}
    prefer: Mix = {}
    loyal: Share = 0.8
    heavy: Heavy | None = None
    mood: Mood = Mood()
    again: ComesAgain | None = None
    churn: Churn = Churn()
    survey_fatigue: SurveyFatigue | None = None

    @field_validator("tiers")
    @classmethod
    def _are_all(cls, tiers: dict[str, Tier]) -> dict[str, Tier]:
        total = math.fsum(tier.share for tier in tiers.values())
        if tiers and abs(total - 1) > 1e-6:
            raise Wrong(f"found tiers with shares that sum to {total:.6g}; allowed shares that sum to 1")
        if len(tiers) > 100:
            raise Wrong(f"found {len(tiers)} tiers; allowed at most 100")
        return tiers


class FollowUp(Written):
    """Who answers a survey with a score below `below` is contacted, with this probability, as a contact of the
    type `to`, which agents work on like any other."""

    to: Name
    below: Score
    probability: Share = 1.0


class Survey(Written):
    """A question after a contact: how content are you with us, 1 to 5?

    of: contact types or channels (default: all). A `share` of the contacts that are over is asked `after` a
    while; `answered`: the share that answers, by the score that they would give, linear in between. The answer is
    how content the contact left them (`satisfaction`), plus `halo` for each point of their mood above the usual.
    """

    of: Names = ()
    share: Share = 1.0
    after: TimeDistribution = constant(0.0)
    answered: ShareByScore = ((1.0, 1.0), (5.0, 1.0))
    halo: Share = 0.0
    follow_up: FollowUp | None = None


class Reputation(Written):
    """What people say about the centre, 1 to 5, and what it does.

    The mean of how content contacts that are over left customers, those in public counting `public` times; each
    counts half after every `half_life`, and `weight` contacts of the `usual` score always count. For every
    point below usual `complaints` more contacts come and `demand` fewer (the other way round above), no more than
    `at_most` either way, and the mood to which customers return is `mood` points lower.
    """

    usual: Score = 4.0
    half_life: PositiveDuration = 14 * 86400.0
    weight: PositiveCount = 200
    public: Amount = 1.0
    complaints: Share = 0.0
    demand: Share = 0.0
    at_most: Share = 0.3
    mood: Share = 0.0


class Contradictions(Written):
    """Answers to one issue over several channels can contradict each other.

    An answer on another channel than one before it does with `probability`, with `shared_history` where its contact
    type has `history`. The customer, who does not know which of them holds, is less content by `dissatisfaction`;
    the issue is not resolved (any more), and the customer comes back as `repeat` says (default: that of the contact
    type, as after any answer that resolved nothing).
    """

    probability: Share
    shared_history: Share | None = None
    dissatisfaction: Amount = 0.5
    repeat: Repeat | None = None

    @model_validator(mode="after")
    def _less_with_history(self) -> Self:
        if self.shared_history is not None and self.shared_history > self.probability:
            raise found(self.shared_history, f"at most the probability, {self.probability:g}").under("shared_history")
        return self

    @property
    def known(self) -> float:
        """The probability of who sees the earlier contacts of the issue."""
        return self.probability if self.shared_history is None else self.shared_history
