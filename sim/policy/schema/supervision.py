"""What a supervisor does in the course of the day: actions while a condition on the centre holds."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.playbook import Statement
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.read.units import MINUTE
from floorcast.scenario.words.schema_words import (
    AsList,
    Duration,
    Heads,
    Name,
    Names,
    PositiveDuration,
    Written,
    number,
)


class OnChannels(Written):
    """A group and channels it has; with `agents` only so many of its agents, those of the lowest numbers."""

    group: Name
    channels: Names
    agents: Annotated[
        int | None,
        BeforeValidator(number("a whole number of agents of at least 1", least=1, most=1e6, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 1}),
    ] = None


class Overtime(Written):
    """Nobody of the group whose shift ends goes home, and `call_in` absent agents come."""

    group: Name
    call_in: Heads = 0


class Actions(Written):
    """What is done when it begins, and undone when it ends.

    mode: the rules' mode; of several, that which began last. policy: the alternative of this name takes
    the place of the policy's own priority, rules and plans, for who waits already as well. add: the
    group, or some of its agents, takes these channels, which nobody of the group takes unless some line that is on
    adds it; where agents hold one contact at a time they still do. remove: takes no new
    contacts on them, whatever is added. overtime: see `Overtime`. close: the channels turn new contacts
    away. statement: see `Statement`; it stays when the line ends. pause: no contacts of these campaigns
    come. What several lines do ends with the last of them.
    """

    mode: Name | None = None
    policy: Name | None = None
    add: Annotated[tuple[OnChannels, ...], AsList] = ()
    remove: Annotated[tuple[OnChannels, ...], AsList] = ()
    overtime: Annotated[tuple[Overtime, ...], AsList] = ()
    close: Names = ()
    statement: Annotated[tuple[Statement, ...], AsList] = ()
    pause: Names = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise Wrong("found no action; allowed mode, policy, add, remove, overtime, close, statement, pause")
        return self


class Supervision(Written):
    """Looked at every `check`: `do` begins once `when` holds, and ends once `until` holds (default:
    `when` no longer does), not before `for_at_least`. Two thresholds apart are the hysteresis."""

    name: Name | None = None
    when: When
    until: When | None = None
    check: PositiveDuration = MINUTE
    for_at_least: Duration = 0.0
    do: Annotated[Actions, BeforeValidator(lambda value: value)] = Field()

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if self.when.always:
            raise Wrong(
                "found no condition; allowed queue, expected_wait, service_level ..."
            ).under("when")
        return self
