"""Rules and the stages of plans, as a planner writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from floorcast.policy.schema.agent_words import AgentChoice
from floorcast.policy.schema.bounds import Bounds
from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.groups import Parts
from floorcast.policy.schema.offers import Flag
from floorcast.policy.schema.priority import MOST_CLASSES
from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.words.schema_words import (
    Duration,
    Name,
    Points,
    PositiveDuration,
    Written,
    keyed,
    number,
)

ANY = "any"
DEFAULT_PLAN = "default"

Class = Annotated[
    int,
    BeforeValidator(
        number(f"a class from 1 to {MOST_CLASSES}", least=1, most=MOST_CLASSES, whole=True)
    ),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_CLASSES}),
]


class Rule(Written):
    """Contacts for which `when` holds go to `plan` with `add` more points, and into `class` (1 is
    served first); the first rule that holds decides. discard: they are put aside on arrival and
    never answered."""

    name: Name | None = None
    when: When = When()
    plan: Name = DEFAULT_PLAN
    add: Points = 0.0
    class_: Class | None = Field(default=None, alias="class")
    discard: Flag = False


Ranks = tuple[tuple[str, ...], ...]


def _ranks(value: object) -> Any:
    if value == ANY or isinstance(value, tuple):
        return value
    if isinstance(value, str):
        return ((value,),)
    words = "any, a group, or groups in the order of their rank, such as [phone_team, [mail_team, chat_team], any]"
    if not isinstance(value, list) or not value:
        raise found(value, words)
    findings = Findings()
    ranks: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for index, item in enumerate(value):
        rank = item if isinstance(item, list) else [item]
        if not rank or any(not isinstance(name, str) for name in rank):
            findings.add(found(item, words), index)
            continue
        for name in rank:
            if name in seen:
                findings.add(Wrong(f"found the group {name!r} a second time; allowed once"), index)
            seen.add(name)
        ranks.append(tuple(rank))
    findings.settle()
    return ANY if ranks == [(ANY,)] else tuple(ranks)


def _skills(value: object) -> Any:
    if value in ("required", "none"):
        return value
    if isinstance(value, dict):
        return keyed(number("a skill level from 0 to 1", least=0, most=1))(value)
    raise found(value, "required, none, or a mapping from skills to least levels")


class Stage(Written):
    """From `after` of waiting on, until the next stage: who may take the contact and how the agent
    is chosen. With `when`, only once that holds as well, which is looked at every `every`; stages
    after it do not wait for it. Whoever finds that it holds lets those of its type look first who wait before
    it. A stage that has begun stays; with `ends`, only as long as `when` holds, looked at as often: the contact
    then goes back to the last stage without a condition, and looks from there which conditions hold.

    groups: "any" (every group, one rank), or ranks in order, each a tuple of groups. `any` within a
    list stands for every group not named elsewhere in the stage, so read them with `ranks`. skills:
    what the contact type requires, nothing, or own least levels. add: points that come on
    top when this stage begins, and go when it ends. reserve: a group takes part only while at least this many
    of its agents are idle.
    rating: only groups with such a satisfaction rating. class: the contact moves into this class (1
    is served first). override: agents of these groups take such contacts before all others that
    they serve, whatever the rank. idle_weights: across groups of one rank, the longest idle time
    times weight. allocate: across groups of one rank, these parts of the contacts. plan: the
    contact moves to that plan, with its age kept or reset; nothing else is then written.
    """

    after: Duration = 0.0
    groups: Annotated[
        Literal["any"] | Ranks, BeforeValidator(_ranks), WithJsonSchema({"x-words": "ranks"})
    ] = "any"
    agent: AgentChoice = "longest_idle"
    skills: Annotated[
        Literal["required", "none"] | dict[str, float],
        BeforeValidator(_skills),
        WithJsonSchema({"x-words": "stage_skills"}),
    ] = "required"
    add: Points = 0.0
    reserve: Annotated[
        dict[str, int],
        BeforeValidator(
            keyed(
                number("a whole number of agents of at least 0", least=0, most=1e6, whole=True),
                what="a mapping from groups to numbers of agents",
            )
        ),
        WithJsonSchema(
            {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
        ),
    ] = {}

    when: When | None = None
    every: PositiveDuration = 10.0
    ends: Flag = False
    rating: Bounds | None = None
    class_: Class | None = Field(default=None, alias="class")
    override: bool = False
    idle_weights: Parts = {}
    allocate: Parts = {}
    plan: Name | None = None
    age: Literal["kept", "reset"] = "kept"

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        written = self.model_fields_set
        if self.plan is not None:
            further = sorted(written - {"after", "when", "every", "plan", "age"})
            if further:
                raise Wrong(
                    f"found {further[0].rstrip('_')} beside plan; allowed after, when, every, age"
                )
        elif "age" in written:
            raise Wrong(
                "found age without plan; allowed where a stage moves to another plan"
            ).under("age")
        if "every" in written and self.when is None:
            raise Wrong("found every without when; allowed beside a condition").under("every")
        if self.ends and (self.when is None or self.plan is not None):
            raise Wrong("found ends without when; allowed beside a condition, in a stage of its own").under("ends")
        if self.idle_weights and self.allocate:
            raise Wrong("found both of idle_weights, allocate; allowed one of them")
        if self.idle_weights and self.agent != "longest_idle":
            raise Wrong("found another agent rule; allowed longest_idle with idle_weights").under(
                "agent"
            )
        return self

    def ranks(self, group_names: tuple[str, ...]) -> Ranks:
        """Ranks with `any` written out as the groups not named in this stage, in the scenario's
        order; empty ranks vanish."""
        if self.groups == ANY:
            return (tuple(group_names),)
        named = {name for rank in self.groups for name in rank}
        rest = tuple(name for name in group_names if name not in named)
        full = (
            tuple(g for name in rank for g in (rest if name == ANY else (name,)))
            for rank in self.groups
        )
        return tuple(rank for rank in full if rank)
