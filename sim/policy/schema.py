"""A routing policy as a planner writes it: priority points, rules that choose a plan, and plans
made of stages.

Attribute names are the file's keys (`not` is `not_`); durations are seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sim.policy.conditions import When
from sim.scenario.problems import Findings, Problem, Wrong, found, unknown
from sim.scenario.schema_staff import Interrupts
from sim.scenario.schema_words import (
    SENTIMENTS,
    AsList,
    Duration,
    Name,
    Points,
    Text,
    Written,
    keyed,
    number,
)
from sim.scenario.units import write_duration

AgentRule = Literal[
    "longest_idle",
    "fewest_active",
    "most_spare",
    "round_robin",
    "most_skilled",
    "least_skilled",
    "highest_rating",
    "random",
]
Order = Literal["points", "oldest", "time_to_target", "relative_wait"]
ANY = "any"
DEFAULT_PLAN = "default"

_points = number("a number of points", least=-1e9, most=1e9)
_slope = number("points of at least 0", least=0, most=1e9)


def _by_name(read: Any, what: str) -> BeforeValidator:
    """One number for all, or numbers by channel or contact type."""
    named = keyed(read, what=what)

    def parse(value: object) -> Any:
        return named(value) if isinstance(value, dict) else read(value)

    return BeforeValidator(parse)


def _sentiments(value: object) -> dict[str, float]:
    findings = Findings()
    for key in value if isinstance(value, dict) else ():
        if key not in SENTIMENTS:
            findings.add(unknown("sentiment", str(key), SENTIMENTS), str(key))
    findings.settle()
    points: dict[str, float] = keyed(_points, what="a mapping from sentiments to points")(value)
    return points


_MAPPING = {"type": "object", "additionalProperties": {"type": "number"}}
PointsByName = Annotated[
    dict[str, float],
    BeforeValidator(keyed(_points, what="a mapping from names to points")),
    WithJsonSchema(_MAPPING),
]


class Priority(Written):
    """Points that order waiting contacts; all add up. Nothing written: oldest first.

    per_minute and cap hold one number, or numbers by contact type or channel: read them with
    `slope` and `most_for_waiting`.
    """

    contact_type: PointsByName = {}
    channel: PointsByName = {}
    sentiment: Annotated[
        dict[str, float],
        BeforeValidator(_sentiments),
        WithJsonSchema({"x-words": "sentiment_points"}),
    ] = {}
    reach: Points = 0.0
    value: Points = 0.0
    prior_contacts: Points = 0.0
    trigger: Points = 0.0
    campaign: PointsByName = {}
    per_minute: Annotated[
        float | dict[str, float],
        _by_name(_slope, "points per minute, or a mapping from channels or contact types to them"),
        WithJsonSchema({"x-words": "number_by_name"}),
    ] = 0.0
    cap: Annotated[
        float | dict[str, float] | None,
        _by_name(_slope, "points, or a mapping from channels or contact types to them"),
        WithJsonSchema({"x-words": "number_by_name"}),
    ] = None
    order: Order = "points"

    def slope(self, type_name: str, channel: str) -> float:
        """Points per minute waited: the type's, else the channel's, else 0."""
        if isinstance(self.per_minute, dict):
            return self.per_minute.get(type_name, self.per_minute.get(channel, 0.0))
        return self.per_minute

    def most_for_waiting(self, type_name: str, channel: str) -> float:
        """Most points that waiting can add; infinite without a cap."""
        if isinstance(self.cap, dict):
            return self.cap.get(type_name, self.cap.get(channel, math.inf))
        return math.inf if self.cap is None else self.cap


class Rule(Written):
    """Contacts for which `when` holds go to `plan` with `add` more points; the first rule that
    holds decides."""

    name: Name | None = None
    when: When = When()
    plan: Name = DEFAULT_PLAN
    add: Points = 0.0


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
    is chosen.

    groups: "any" (every group, one rank), or ranks in order, each a tuple of groups. `any` within a
    list stands for every group not named elsewhere in the stage, so read them with `ranks`. skills:
    what the contact type requires, nothing, or own least levels. add: points that come on
    top when this stage begins. reserve: a group takes part only while at least this many of its agents are idle.
    """

    after: Duration = 0.0
    groups: Annotated[
        Literal["any"] | Ranks, BeforeValidator(_ranks), WithJsonSchema({"x-words": "ranks"})
    ] = "any"
    agent: AgentRule = "longest_idle"
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


Stages = Annotated[tuple[Stage, ...], AsList]


@dataclass(frozen=True)
class PolicyOrigin:
    """Where a policy came from: the file as shown, its text, the path on disk (None: inline or
    built in)."""

    file: str = ""
    text: str = ""
    path: FilePath | None = None
    warnings: tuple[Problem, ...] = ()


class Policy(Written):
    """Everything routing decides, frozen. Load with `load_policy` or `policies_of`.

    interrupts: which channels may take attention from which; where written, in place of what the
    groups say.
    rules: unnamed ones are called `rule 1`, `rule 2` ... by their place.
    plans: always with `default`, which is built in (any skilled group, longest idle agent) unless
    written.
    """

    name: Name = "policy"
    description: Text = ""
    priority: Priority = Priority()
    interrupts: Interrupts | None = None
    rules: Annotated[tuple[Rule, ...], AsList] = ()
    plans: dict[Name, Stages] = Field(default={}, validate_default=True)
    _origin: PolicyOrigin = PrivateAttr(default_factory=PolicyOrigin)

    @field_validator("rules")
    @classmethod
    def _named(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(
            rule if rule.name else rule.model_copy(update={"name": f"rule {index}"})
            for index, rule in enumerate(rules, start=1)
        )

    @field_validator("plans")
    @classmethod
    def _with_default(cls, plans: dict[str, tuple[Stage, ...]]) -> dict[str, tuple[Stage, ...]]:
        return plans if DEFAULT_PLAN in plans else {**plans, DEFAULT_PLAN: (Stage(),)}

    @model_validator(mode="after")
    def _plans_make_sense(self) -> Self:
        findings = Findings()
        for channel, others in (self.interrupts or {}).items():
            if channel in others:
                findings.add(
                    Wrong(f"found {channel} interrupting itself; allowed other channels"),
                    "interrupts",
                    channel,
                )
        for name, stages in self.plans.items():
            if not stages:
                findings.add(Wrong("found no stages; allowed at least one"), "plans", name)
            for index in range(1, len(stages)):
                if stages[index].after <= stages[index - 1].after:
                    before = write_duration(stages[index - 1].after)
                    findings.add(
                        found(
                            write_duration(stages[index].after),
                            f"later than the stage before it, {before}",
                        ),
                        *("plans", name, index, "after"),
                    )
        for index, rule in enumerate(self.rules):
            if rule.plan not in self.plans:
                findings.add(unknown("plan", rule.plan, self.plans), "rules", index, "plan")
        findings.settle()
        return self

    @property
    def file(self) -> str:
        """The file as shown in messages."""
        return self._origin.file

    @property
    def text(self) -> str:
        """The policy's text; of an inline one as YAML; empty for the built-in default."""
        return self._origin.text

    @property
    def path(self) -> FilePath | None:
        """The file on disk; None when inline or built in."""
        return self._origin.path

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Doubts about a policy that still makes sense."""
        return self._origin.warnings
