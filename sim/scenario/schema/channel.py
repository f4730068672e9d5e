"""A channel as a planner writes it: its kind, when it is open, its lines, and how agents hold its contacts."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS, Kind
from floorcast.scenario.read.units import MINUTE
from floorcast.scenario.schema.demand import WaitClock
from floorcast.scenario.words.calendar_words import ALWAYS
from floorcast.scenario.words.schema_words import (
    Duration,
    Opening,
    PositiveCount,
    PositiveDuration,
    Written,
    number,
)

DEFAULT_STICKY = 30 * MINUTE


class Channel(Written):
    """A channel with everything that depends on its kind filled in.

    closed: what happens to arrivals outside `open`: turned_away (phone, chat by default) or waits
    (the others).
    holds_slot: keeps its slot while the customer thinks (phone, chat by default). Otherwise, or
    when `release_after` is written, the slot is released after `release_after` of thinking (default
    at once); see `slot_kept_for`.
    on_leave: what becomes of open contacts at breaks and shift ends: finish (phone, chat by
    default), hand_over (the turn at hand is finished, the rest goes to others; the others by
    default), requeue (work at hand is broken off as well and waits with its age).
    release: the slot is given back on close, after the after-contact work, or on status, before it.
    half_life: of a social channel, the time in which half of the attention that a post gets is gone
    (default 1 h); exposure fades with it.
    sticky: how long the next turn waits for the same agent before anybody may take it (default 30
    min where the slot is released, irrelevant elsewhere).
    """

    kind: Kind
    open: Opening = ALWAYS
    closed: Literal["turned_away", "waits"] = "waits"
    lines: PositiveCount | None = None
    queue_limit: Annotated[
        int | None,
        BeforeValidator(number("a whole number of at least 0", least=0, most=1e9, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 0}),
    ] = None
    holds_slot: bool = False
    release_after: Duration | None = None
    sticky: Duration = DEFAULT_STICKY
    answer_within: PositiveDuration | None = None
    clock: WaitClock | None = None
    on_leave: Literal["finish", "hand_over", "requeue"] | None = None
    release: Literal["close", "status"] = "close"
    half_life: PositiveDuration | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_kind(cls, value: object) -> object:
        if isinstance(value, str):
            value = {"kind": value}
        if not isinstance(value, dict) or value.get("kind") not in SYNCHRONOUS:
            return value
        return {"closed": "turned_away", "holds_slot": True, **value}

    @property
    def slot_kept_for(self) -> float:
        """Seconds of customer thinking after which the slot is released; infinite when it is kept
        to the end."""
        if self.release_after is not None:
            return self.release_after
        return math.inf if self.holds_slot else 0.0
