"""The playbook: what a policy does about answers and incidents beside routing them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.policy.schema.conditions import When
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words.distributions import constant
from floorcast.scenario.words.schema_words import (
    Amount,
    Duration,
    Name,
    PositiveDuration,
    Share,
    TimeDistribution,
    Written,
    number,
)

Factor = Annotated[
    float,
    BeforeValidator(number("a factor above 0, at most 10", above=0, most=10)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 10}),
]
Tries = Annotated[
    int,
    BeforeValidator(number("a whole number from 0 to 20", least=0, most=20, whole=True)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 20}),
]


class Approval(Written):
    """First answers to contacts for which `when` holds are drafts: nothing is public before a contact of
    type `by`, which finds its agents by the rules, is done. The drafter takes other work. With probability
    `rejected` a draft comes back to be written anew, which takes `rework` times the usual work, `at_most`
    times. Of several the first whose `when` holds."""

    when: When = When()
    by: Name
    rejected: Share = 0.0
    rework: Factor = 0.5
    at_most: Tries = 3


class Template(Written):
    """Contacts for which `when` holds as work on them begins are answered from a template: `work` times the
    usual work, and `quality` times the usual probability to resolve the issue."""

    when: When = When()
    work: Factor
    quality: Factor = 1.0


class Holding(Written):
    """Who has had no answer `after` being heard gets a holding reply that promises one within `promise`: the
    customer neither asks again nor goes public before, and is disappointed if it is not kept. With `by` the
    reply is work for an agent, a contact of that type; without it goes out by itself."""

    when: When = When()
    after: Duration
    promise: PositiveDuration
    by: Name | None = None


class Reply(Written):
    """On which channel contacts for which `when` holds as work on them begins are answered: that of the contact type
    `to`, or without it where they came. Of several the first whose `when` holds.

    It takes `work` times the usual work and resolves `quality` times as often. The public sees of a share `seen` that
    there was an answer; otherwise the post goes on attracting others, closes nobody else's wait and cannot backfire.
    Who comes back after it comes as `to`.
    """

    when: When = When()
    to: Name | None = None
    work: Factor = 1.0
    quality: Factor = 1.0
    seen: Share = 0.0


class Moderation(Written):
    """Public posts for which `when` holds, still unanswered `after` being heard, are hidden or deleted: they end
    without an answer and attract nothing more. With `by` an agent does it, a contact of that type.

    noticed: the share that is found out (default: none that is hidden, all that are deleted); it leaves an angry author
    who waits no longer, and attracts `backfire` posts. Who does not notice goes on waiting.
    """

    when: When = When()
    do: Literal["hide", "delete"]
    after: Duration = 0.0
    by: Name | None = None
    noticed: Share | None = None
    backfire: Amount = 0.0

    @model_validator(mode="after")
    def _somebody_notices(self) -> Self:
        if self.backfire and self.noticed is None and self.found_out == 0:
            raise Wrong("found backfire of what nobody notices; allowed with the share `noticed`").under("backfire")
        return self

    @property
    def found_out(self) -> float:
        """The share that is noticed."""
        if self.noticed is not None:
            return self.noticed
        return 1.0 if self.do == "delete" else 0.0


class Statement(Written):
    """One public answer to the whole incident that a crisis set off (`of`), once: `after` it was decided on,
    which is when the line is in force and the incident has begun.

    Each post of the incident that came before and has seen no answer closes if its draw is below `closes`.
    From then on posts of the incident attract `spreading` times as many others. With probability `poor` the
    statement makes things worse: what it closes is not resolved, and it attracts `backfire` posts.
    """

    name: Name | None = None
    of: Name
    after: TimeDistribution = constant(0.0)
    closes: Share = 0.0
    spreading: Share = 1.0
    poor: Share = 0.0
    backfire: Amount = 0.0

    @model_validator(mode="after")
    def _may_be_poor(self) -> Self:
        if self.backfire and "poor" not in self.model_fields_set:  # a written 0 is one end of a range
            raise Wrong(
                "found backfire, which only a poor statement has, and no 'poor'; allowed with the probability `poor`"
            ).under("backfire")
        return self
