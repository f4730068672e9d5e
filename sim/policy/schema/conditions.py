"""Conditions of rules: ranges of numbers, names that must match, and their combinations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from floorcast.policy.schema.bounds import (
    AngryBounds,
    Bounds,
    ExpectedWaitBounds,
    IdleBounds,
    MeterBounds,
    PromoterBounds,
    QueueBounds,
    ReachBounds,
    ServiceBounds,
    TimeSpans,
    WaitBounds,
)
from floorcast.scenario.catalogue.attributes import CONDITIONS, Row
from floorcast.scenario.read.problems import Findings, Wrong, found, unknown
from floorcast.scenario.words.schema_words import SENTIMENTS, AsList, Days, Names, Written

BEST = 5.0
_SCORES = ("mood", "satisfaction", "reputation", "rating", "stars")  # from 1 to 5; stars 0 of what has none


def _sentiment_names(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    findings = Findings()
    for index, item in enumerate(items):
        if item not in SENTIMENTS:
            findings.add(
                unknown("sentiment", str(item), SENTIMENTS),
                *([index] if isinstance(value, list) else []),
            )
    findings.settle()
    return value


class When(Written):
    """A condition on a contact and on the centre; several keys must all hold, and with no key it
    always holds.

    Names are lists of which one must match (empty: not tested). `root`: no other post attracted it, so
    that an incident may begin with it. tier, mood and earlier_issues are the customer's, where the scenario has
    `customers`. topic: it carries a word of one of them; stars: of a review, 0 of none. `not` is the attribute `not_`.
    On the centre: queue, expected_wait, idle, service_level, time (of day), day (of the week), mode; satisfaction and
    promoter_score (of the answers to surveys known by then, where there are surveys, else of all contacts that are
    over), negative, exposure, rating (mean stars of the reviews that came), reputation.
    """

    contact_type: Names = ()
    channel: Names = ()
    sentiment: Annotated[
        Names, BeforeValidator(_sentiment_names), WithJsonSchema({"x-words": "sentiment_names"})
    ] = ()
    language: Names = ()
    campaign: Names = ()
    reach: Bounds | None = None
    value: Bounds | None = None
    prior_contacts: Bounds | None = None
    waited: WaitBounds | None = None
    trigger: bool | None = None
    root: bool | None = None
    tier: Names = ()
    mood: Bounds | None = None
    earlier_issues: Bounds | None = None
    satisfaction: MeterBounds | None = None
    promoter_score: PromoterBounds | None = None
    negative: AngryBounds | None = None
    exposure: ReachBounds | None = None
    reputation: Bounds | None = None
    topic: Names = ()
    needs_answer: bool | None = None
    stars: Bounds | None = None
    rating: MeterBounds | None = None
    queue: QueueBounds | None = None
    expected_wait: ExpectedWaitBounds | None = None
    idle: IdleBounds | None = None
    service_level: ServiceBounds | None = None
    time: TimeSpans = ()
    day: Days = ()
    mode: Names = ()
    all: Annotated[tuple[When, ...], AsList] = ()
    any: Annotated[tuple[When, ...], AsList] = ()
    not_: When | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _something_to_test(self) -> Self:
        for key in ("all", "any"):
            if key in self.model_fields_set and not getattr(self, key):
                raise Wrong("found an empty list; allowed at least one condition").under(key)
        for key, row in CONDITIONS.items():
            if row.form in ("names", "labels", "hours") and key in self.model_fields_set and not getattr(self, key):
                raise Wrong("found an empty list; allowed at least one name").under(key)
        for key in _SCORES:
            bounds = getattr(self, key)
            for side in ("at_least", "at_most", "above", "below") if bounds is not None else ():
                value = getattr(bounds, side)
                if value is not None and value > BEST:
                    raise found(value, "a score from 1 to 5").under(key, side)
        return self

    def said(self, centre: bool | None = None) -> Iterator[tuple[Row, Any]]:
        """What it says of attributes, of the centre or of the contact alone if asked: rows of the catalogue and
        what each is compared with, in their order."""
        for key, row in CONDITIONS.items():
            given = getattr(self, key)
            if given not in ((), None) and centre in (None, row.centre):
                yield row, given

    @property
    def simple(self) -> bool:
        """Whether it is made of no further conditions."""
        return not self.all and not self.any and self.not_ is None

    @property
    def always(self) -> bool:
        """No key written."""
        return not self.model_fields_set

    def settled_by(self, type_name: str, channel: str) -> bool | None:
        """What the type and channel of a contact alone decide; None when more must be known."""
        parts: list[bool | None] = []
        if self.contact_type:
            parts.append(type_name in self.contact_type)
        if self.channel:
            parts.append(channel in self.channel)
        if any(row.attribute is not None for row, _ in self.said()):
            parts.append(None)
        parts += [one.settled_by(type_name, channel) for one in self.all]
        if self.any:
            inner = [one.settled_by(type_name, channel) for one in self.any]
            parts.append(True if True in inner else None if None in inner else False)
        if self.not_:
            opposite = self.not_.settled_by(type_name, channel)
            parts.append(None if opposite is None else not opposite)
        return False if False in parts else None if None in parts else True

    def parts(
        self, path: tuple[str | int, ...] = ()
    ) -> Iterator[tuple[tuple[str | int, ...], When]]:
        """This condition and those inside it, each with its key path."""
        yield path, self
        for key, inner in (("all", self.all), ("any", self.any)):
            for index, one in enumerate(inner):
                yield from one.parts((*path, key, index))
        if self.not_:
            yield from self.not_.parts((*path, "not"))
