"""How contacts are handed to agents: offers that ring, agents who pick, customers who return."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.read.units import DAY, MINUTE
from floorcast.scenario.words.distributions import constant
from floorcast.scenario.words.schema_words import (
    Duration,
    PositiveDuration,
    Share,
    TimeDistribution,
    Written,
)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"found {value!r}; allowed true or false")
    return value


Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]


class Offer(Written):
    """A channel's contacts ring: the agent answers after `answer`, or has not by `time_out`, or
    declines (a share) at the instant it would have answered.

    age: whether a contact that was not taken keeps its age. again: whether it may be offered to the
    same agent again at once; else only when all who may take it have declined (the last six are
    remembered). after_time_out, after_decline: how long the agent then gets nothing new.
    """

    answer: TimeDistribution = constant(0.0)
    time_out: PositiveDuration = 20.0
    declined: Share = 0.0
    age: Literal["kept", "reset"] = "kept"
    again: Flag = False
    after_time_out: Duration = 0.0
    after_decline: Duration = 0.0

    @model_validator(mode="after")
    def _somebody_takes_it(self) -> Self:
        if self.declined >= 1:
            raise Wrong("found every offer declined; allowed a share below 100 %").under("declined")
        if float(self.answer.quantile(np.array([1e-9]))[0]) >= self.time_out:
            raise Wrong("found an answer that always comes after the time-out").under("answer")
        return self


class Returning(Written):
    """A customer who comes back on the same issue `within` this time goes to the agent who had the
    issue last, and waits so long (`wait`) for that agent alone."""

    within: PositiveDuration = DAY
    wait: Duration = 5 * MINUTE
