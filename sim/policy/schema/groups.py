"""What a policy says of a group: the queues it serves in its own order, and how it divides itself
between them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words.schema_words import AsList, Duration, Names, Written, keyed, number

_parts = keyed(
    number("a number above 0", above=0, most=1e9), what="a mapping from contact types or channels to parts"
)  # fmt: skip
Parts = Annotated[
    dict[str, float],
    BeforeValidator(_parts),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}}
    ),
]


class ServedQueue(Written):
    """One line of a group's list: contact types, channels or plans it serves at `priority` (1
    first), each contact only once it has waited `delay`."""

    of: Names
    priority: Annotated[
        int,
        BeforeValidator(number("a whole number from 1 to 100", least=1, most=100, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100}),
    ] = 1
    delay: Duration = 0.0


class GroupRules(Written):
    """The agents' side of routing.

    queues: the group serves only these, by priority before anything else (none: as the plans say).
    At most one of the rest says which queue of equal rank is next, in place of the points:
    shares (hold these parts of what the group takes), ratio (hold these proportions between the
    queues' lengths), weights (longest wait times weight). work_shares: the part of an agent's work
    that each type should be, for the agent rule adjusted_work.
    """

    queues: Annotated[tuple[ServedQueue, ...], AsList] = ()
    shares: Parts = {}
    ratio: Parts = {}
    weights: Parts = {}
    work_shares: Parts = {}

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        given = [key for key in ("shares", "ratio", "weights") if getattr(self, key)]
        if len(given) > 1:
            raise Wrong(f"found {' and '.join(given)}; allowed one of shares, ratio, weights")
        return self

    @property
    def choice(self) -> str:
        """points, shares, ratio or weights."""
        return next((key for key in ("shares", "ratio", "weights") if getattr(self, key)), "points")

    def entry(self, type_name: str, channel: str, plan: str) -> ServedQueue | None:
        """The line for a contact of this type under this plan: the first that names the type, else
        the plan, else the channel."""
        for name in (type_name, plan, channel):
            for line in self.queues:
                if name in line.of:
                    return line
        return None
