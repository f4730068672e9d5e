"""What customers and the public do beyond waiting: listening, chasing, coming back, going public,
cascades and crises; and contacts that one agent does not settle alone: transfers, consultations.

Times are in seconds, shares 0 to 1.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from floorcast.scenario.read.problems import Wrong, found
from floorcast.scenario.read.units import parse_share
from floorcast.scenario.words.calendar_words import ALWAYS
from floorcast.scenario.words.distributions import Distribution, constant
from floorcast.scenario.words.schema_words import (
    SENTIMENTS,
    Amount,
    Duration,
    Instant,
    Mix,
    Name,
    Names,
    NumberDistribution,
    Opening,
    Patience,
    PositiveDuration,
    Share,
    TimeDistribution,
    Written,
    keyed,
    mix,
    number,
    sentiment_keys,
)

AtMost = Annotated[
    int,
    BeforeValidator(number("a whole number from 0 to 100", least=0, most=100, whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 100}),
]
Positive = Annotated[
    float,
    BeforeValidator(number("a number above 0, at most 1e12", above=0, most=1e12)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
]
_factors = keyed(
    number("a factor from 0 to 1000", least=0, most=1000), what="a mapping from sentiments to factors"
)
SentimentFactors = Annotated[
    dict[str, float],
    BeforeValidator(lambda value: _factors(sentiment_keys(value))),
    WithJsonSchema({"x-words": "sentiment_factors"}),
]


_from = keyed(number("a number of at least 0", least=0), what="a mapping from classes to where each begins")


def _class_bounds(value: object) -> dict[str, float]:
    bounds: dict[str, float] = _from(value)
    steps = list(bounds.values())
    if steps and (steps[0] != 0 or any(b <= a for a, b in zip(steps, steps[1:]))):
        raise found(value, "classes that begin at 0 and rise, such as {standard: 0, gold: 2}")
    return bounds


ClassBounds = Annotated[
    dict[str, float],
    BeforeValidator(_class_bounds),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}),
]


def _by_sentiment(value: object) -> dict[str, float]:
    """Shares by sentiment, 1 where none is written; one share holds for all."""
    if not isinstance(value, dict):
        return dict.fromkeys(SENTIMENTS, parse_share(value))
    shares: dict[str, float] = keyed(parse_share, what="a share, or shares by sentiment")(sentiment_keys(value))
    return dict.fromkeys(SENTIMENTS, 1.0) | shares


ShareBySentiment = Annotated[
    dict[str, float],
    BeforeValidator(_by_sentiment),
    WithJsonSchema({"anyOf": [{"x-words": "share"}, {"x-words": "mix"}]}),
]
WordShares = Annotated[
    dict[str, float],
    BeforeValidator(keyed(parse_share, what="a mapping from words to the share of the posts that carry them")),
    WithJsonSchema({"type": "object", "additionalProperties": {"x-words": "share"}}),
]
_STARS = "stars from 1 to 5 with shares that sum to 1, such as {4: 25 %, 5: 75 %}"


def _stars(value: object) -> dict[int, float]:
    if isinstance(value, int) and not isinstance(value, bool):
        value = {value: 1.0}
    if not isinstance(value, dict) or not value:
        raise found(value, _STARS)
    for key in value:
        if str(key) not in ("1", "2", "3", "4", "5"):
            raise found(key, _STARS)
    return {int(key): share for key, share in mix({str(key): part for key, part in value.items()}).items()}


StarMix = Annotated[
    dict[int, float],
    BeforeValidator(_stars),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 5}, {"x-words": "mix"}]}),
]


class Resolution(Written):
    """Whether an answer resolves the issue: `probability` with a fully skilled agent, times
    1 - `skill` x (1 - the agent's level)."""

    probability: Share
    skill: Share = 0.5

    @model_validator(mode="before")
    @classmethod
    def _share(cls, value: object) -> object:
        return value if isinstance(value, dict | Resolution) else {"probability": value}


class Repeat(Written):
    """The customer comes back after an answer that did not resolve the issue."""

    probability: Share
    delay: TimeDistribution
    to: Mix = {}
    at_most: AtMost = 3


class Chase(Written):
    """Once the type's `patience` is over without an answer, the customer asks again; the first
    contact stays queued. `at_most` per issue."""

    probability: Share = 1.0
    to: Mix = {}
    at_most: AtMost = 2


class Public(Written):
    """A bad experience is told in public, once per issue at the most: still unanswered after
    `after` times the expected wait (`long_wait`), after giving up, or after an unresolved answer."""

    to: Mix
    long_wait: Share = 0.0
    after: Positive = 3.0
    abandoned: Share = 0.0
    unresolved: Share = 0.0
    delay: TimeDistribution = constant(0.0)


class Private(Written):
    """A public answer may invite to a private channel: a linked contact with its own clocks."""

    probability: Share
    to: Mix
    delay: TimeDistribution = constant(0.0)


class ReachFactor(Written):
    """How reach multiplies the posts attracted: (reach / typical) ** power, at most `at_most`."""

    typical: Positive
    power: Annotated[
        float,
        BeforeValidator(number("a number above 0, at most 2", above=0, most=2)),
        WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 2}),
    ] = 0.5
    at_most: Annotated[float, BeforeValidator(number("a factor above 0", above=0)), WithJsonSchema(
        {"type": "number", "exclusiveMinimum": 0}
    )] = math.inf  # fmt: skip


class Cascade(Written):
    """What a public post of the type sets off.

    While it is unanswered it attracts a Poisson number of further posts: `branching` on average,
    times the factors of its reach and sentiment, each after a `delay` of its own, of the types in
    `to`. Posts due after its answer come with probability `residual`. A public answer closes each
    waiting post of the incident with probability `closes`. A poor answer (one that does not resolve
    the issue) attracts `backfire` further posts on average.
    """

    branching: Amount
    delay: TimeDistribution
    reach: ReachFactor | None = None
    sentiment: SentimentFactors = {}
    to: Mix = {}
    residual: Share = 0.2
    closes: Share = 0.0
    backfire: Amount = 0.0

    @field_validator("delay")
    @classmethod
    def _has_mass(cls, delay: Distribution) -> Distribution:
        if delay.is_zero:
            raise found(delay.words, "a kernel with mass above 0, such as exponential: 30 min")
        return delay


class FoundLate(Written):
    """Of the posts that the classifier missed, the `share` found by hand, and how much later."""

    share: Share
    after: TimeDistribution


class Listening(Written):
    """How mentions are heard.

    They are captured every `poll`; `relevant` of them concern us. A classifier passes `recall` of
    those that do and `false_positives` of those that do not: this noise costs `triage` of an
    agent's time. What it missed is lost, or `found_late`. It reads `sentiment_accuracy` of the
    sentiments and `subject_accuracy` of the subjects right: a post taken for another subject
    (`mistaken_for`, contact types of the same channel) goes to their agents first, who take a
    `look` and transfer it.
    """

    poll: Duration = 0.0
    relevant: Share = 1.0
    recall: Share = 1.0
    false_positives: Share = 0.0
    triage: TimeDistribution = constant(20.0)
    found_late: FoundLate | None = None
    sentiment_accuracy: Share = 1.0
    subject_accuracy: Share = 1.0
    mistaken_for: Mix = {}
    look: TimeDistribution = constant(20.0)

    @model_validator(mode="after")
    def _mistakes_go_somewhere(self) -> Self:
        if self.subject_accuracy < 1 and not self.mistaken_for:
            raise Wrong(
                "found no 'mistaken_for' with a subject accuracy below 1;"
                " allowed the contact types that posts are mistaken for"
            ).under("subject_accuracy")
        if self.recall == 0 and self.relevant > 0 and self.found_late is None:
            raise found(self.recall, "a recall above 0, or found_late: nothing would be heard").under(
                "recall"
            )
        return self


class Bot(Written):
    """A bot or voice menu in front of the agents: it settles the share `contains`; the others reach
    the queue after `takes`, when their wait begins."""

    contains: Share
    takes: TimeDistribution = constant(0.0)


class Callback(Written):
    """A callback is offered when the next in line has waited `above`; who accepts keeps the place
    in the queue and does not give up."""

    above: PositiveDuration
    accepted: Share = 0.5


class History(Written):
    """An agent who sees the earlier contacts of the issue needs `work` times the usual work, and resolves
    it with `resolution` times the usual probability (at most 1)."""

    work: Positive = 1.0
    resolution: Positive = 1.0


class Stars(Written):
    """The posts are reviews: their stars, 1 to 5, by the sentiment of who writes them. Of those whose answer
    resolved the matter `revised` change theirs to `to`, if it was less."""

    negative: StarMix
    neutral: StarMix
    positive: StarMix
    revised: Share = 0.0
    to: Annotated[
        int,
        BeforeValidator(number("stars from 1 to 5", least=1, most=5, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5}),
    ] = 4


class Community(Written):
    """Customers answer each other: the share `answered` of the posts gets such an answer, `after` the post, unless
    the centre was there first. `right` of them settle the matter; who was told wrong comes back as `repeat` says."""

    answered: Share
    after: TimeDistribution
    right: Share = 1.0
    repeat: Repeat | None = None

    @model_validator(mode="after")
    def _the_wrong_come_back(self) -> Self:
        if self.right < 1 and self.repeat is None:
            raise Wrong(
                "found answers that are wrong and no repeat; allowed with the repeat of who was told wrong, such as"
                " {probability: 1, delay: 4h}"
            ).under("right")
        return self


def _types(value: object) -> object:
    return {value: 1.0} if isinstance(value, str) else mix(value)


class Transfer(Written):
    """With `probability` an agent passes the contact on in its first turn, to a contact type of the
    same channel (or a mix of them), as which it is worked on from then.

    after: attention spent before it is passed on (wrong subject); without it the whole first turn
    (escalation). clock: its age in the queue is kept, or starts again. A contact is passed on at
    most three times.
    """

    probability: Share
    to: Annotated[Mix, BeforeValidator(_types), WithJsonSchema({"x-words": "mix"})]
    after: TimeDistribution | None = None
    clock: Literal["kept", "reset"] = "kept"
    reason: Name | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.to:
            raise Wrong("found no contact type; allowed at least one").under("to")
        return self


class Consult(Written):
    """With `probability` the agent asks a colleague after the first turn's work: a contact of type
    `with` finds its agent by the rules, and the asking agent's attention is held until it ends."""

    probability: Share
    with_: Name = Field(alias="with")


class SocialBlocks(Written):
    """The blocks of a contact type that say what its customers and the public do.

    needs_answer: the share of the issues that need one, or shares by sentiment; the others (praise, a joke) wait for
    nobody. words: the share of the posts that carry each, one independent of the other; topics are made of them.
    """

    needs_answer: ShareBySentiment | None = None
    words: WordShares = {}
    stars: Stars | None = None
    community: Community | None = None
    expectation: PositiveDuration | None = None
    last_purchase: Patience = None  # how long ago; none: unknown
    activity: NumberDistribution = constant(0.0)
    resolution: Resolution | None = None
    repeat: Repeat | None = None
    chase: Chase | None = None
    public: Public | None = None
    private: Private | None = None
    cascade: Cascade | None = None
    listening: Listening | None = None
    bot: Bot | None = None
    callback: Callback | None = None
    history: History | None = None
    window: PositiveDuration | None = None


class Crisis(Written):
    """A post that sets off an incident at an instant: `attracts` further posts on average while it
    is unanswered (default: what the type's cascade says for its reach and sentiment), after `delay`
    (default: the cascade's). Its posts carry the crisis' name as their campaign, and its words."""

    name: Name
    at: Instant
    contact_type: Name
    reach: Amount | None = None
    sentiment: Literal["negative", "neutral", "positive"] = "negative"
    attracts: Annotated[
        float | None,
        BeforeValidator(number("a number of posts from 0 to 10000000", least=0, most=1e7)),
        WithJsonSchema({"type": "number", "minimum": 0}),
    ] = None
    delay: TimeDistribution | None = None
    words: Names = ()


class Classes(Written):
    """The classes by which the funnel tells what became of posts, equal under every policy.

    value: tiers of customers, each with the value from which it counts. reach: classes of reach. hours:
    business hours.
    """

    value: ClassBounds = {}
    reach: ClassBounds = {"few": 0.0, "many": 1_000.0, "very many": 10_000.0}
    hours: Opening = ALWAYS


class Satisfaction(Written):
    """How content a customer is, 1 to 5: `best`, less `waiting` for every doubling of the wait
    beyond the expectation, less `broken_promise` if a holding reply promised an answer that came later,
    less `unresolved` if the issue was not resolved, plus `rating` for each point of the agent's rating
    above 4; who was never answered: `unanswered`. Promoters are at `promoter` or above, detractors at
    `detractor` or below."""

    best: Amount = 4.6
    waiting: Amount = 0.5
    unresolved: Amount = 1.5
    broken_promise: Amount = 0.5
    rating: Amount = 0.5
    unanswered: Amount = 1.0
    promoter: Amount = 4.5
    detractor: Amount = 3.0
