"""Conditions of rules: ranges of numbers, names that must match, and their combinations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sim.scenario.problems import Findings, Wrong, unknown
from sim.scenario.schema_words import SENTIMENTS, Amount, AsList, Duration, Names, Written


def _one_side(low: Any, high: Any, names: str) -> None:
    if low is not None and high is not None:
        raise Wrong(f"found both of {names}; allowed one of them")


class Bounds(Written):
    """A range of a number: at_least and at_most include the bound, above and below do not. At least
    one of them."""

    at_least: Amount | None = None
    at_most: Amount | None = None
    above: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        low = self.at_least if self.at_least is not None else self.above
        high = self.at_most if self.at_most is not None else self.below
        if low is None and high is None:
            raise Wrong("found no bound; allowed at_least, at_most, above, below")
        _one_side(self.at_least, self.above, "at_least, above")
        _one_side(self.at_most, self.below, "at_most, below")
        strict = self.above is not None or self.below is not None
        if low is not None and high is not None and (low > high or (strict and low == high)):
            raise Wrong(
                f"found bounds that nothing can meet, {low:g} to {high:g}; allowed a lower bound below the upper"
            )
        return self

    def holds(self, value: float) -> bool:
        """Whether a value lies within."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


class WaitBounds(Bounds):
    """A range of a time waited, in seconds."""

    at_least: Duration | None = None
    at_most: Duration | None = None
    above: Duration | None = None
    below: Duration | None = None


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
    """A condition on a contact; several keys must all hold, and with no key it always holds.

    Names are lists of which one must match (empty: not tested). `not` is the attribute `not_`.
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
    all: Annotated[tuple[When, ...], AsList] = ()
    any: Annotated[tuple[When, ...], AsList] = ()
    not_: When | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _something_to_test(self) -> Self:
        for key in ("all", "any"):
            if key in self.model_fields_set and not getattr(self, key):
                raise Wrong("found an empty list; allowed at least one condition").under(key)
        for key in ("contact_type", "channel", "sentiment", "language", "campaign"):
            if key in self.model_fields_set and not getattr(self, key):
                raise Wrong("found an empty list; allowed at least one name").under(key)
        return self

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
        further = self.model_fields_set - {"contact_type", "channel", "all", "any", "not_"}
        if any(getattr(self, key) not in ((), None) for key in further):
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
