"""Contacts that one agent does not settle alone: transfers to others, and consultations."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words.schema_words import Mix, Name, Share, TimeDistribution, Written, mix


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
