"""A routing policy as a planner writes it: priority points, rules that choose a plan, and plans made of stages.

Attribute names are the file's keys (`not` is `not_`); durations are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema, model_validator

from sim.scenario.problems import Findings, Problem, Wrong, found, unknown
from sim.scenario.schema_words import (
    SENTIMENTS,
    Amount,
    AsList,
    Duration,
    Name,
    Names,
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

    per_minute and cap hold one number, or numbers by contact type or channel: read them with `slope` and `most_for_waiting`.
    """

    contact_type: PointsByName = {}
    channel: PointsByName = {}
    sentiment: Annotated[
        dict[str, float], BeforeValidator(_sentiments), WithJsonSchema({"x-words": "sentiment_points"})
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


def _one_side(low: Any, high: Any, names: str) -> None:
    if low is not None and high is not None:
        raise Wrong(f"found both of {names}; allowed one of them")


class Bounds(Written):
    """A range of a number: at_least and at_most include the bound, above and below do not. At least one of them."""

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
            raise Wrong(f"found bounds that nothing can meet, {low:g} to {high:g}; allowed a lower bound below the upper")
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
            findings.add(unknown("sentiment", str(item), SENTIMENTS), *([index] if isinstance(value, list) else []))
    findings.settle()
    return value


class When(Written):
    """A condition on a contact; several keys must all hold, and with no key it always holds.

    Names are lists of which one must match (empty: not tested). `not` is the attribute `not_`.
    """

    contact_type: Names = ()
    channel: Names = ()
    sentiment: Annotated[Names, BeforeValidator(_sentiment_names), WithJsonSchema({"x-words": "sentiment_names"})] = ()
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

    def parts(self, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], When]]:
        """This condition and those inside it, each with its key path."""
        yield path, self
        for key, inner in (("all", self.all), ("any", self.any)):
            for index, one in enumerate(inner):
                yield from one.parts((*path, key, index))
        if self.not_:
            yield from self.not_.parts((*path, "not"))


class Rule(Written):
    """Contacts for which `when` holds go to `plan` with `add` more points; the first rule that holds decides."""

    name: Name | None = None
    when: When = When()
    plan: Name = DEFAULT_PLAN
    add: Points = 0.0


def _ranks(value: object) -> tuple[tuple[str, ...], ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        return ((value,),)
    words = "any, a group, or a list of groups in the order of their rank, such as [phone_team, [mail_team, social_team], any]"
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
    return tuple(ranks)


def _skills(value: object) -> Any:
    if value in ("required", "none"):
        return value
    if isinstance(value, dict):
        return keyed(number("a skill level from 0 to 1", least=0, most=1))(value)
    raise found(value, "required, none, or a mapping from skills to least levels")


class Stage(Written):
    """From `after` of waiting on, until the next stage: who may take the contact and how the agent is chosen.

    groups: ranks in order, each a tuple of groups; `any` in a rank stands for every group not named elsewhere in the stage;
    read them with `ranks`. skills: what the contact type requires, nothing, or own least levels. add: points from this stage on.
    reserve: a group takes part only while at least this many of its agents are idle.
    """

    after: Duration = 0.0
    groups: Annotated[
        tuple[tuple[str, ...], ...], BeforeValidator(_ranks), WithJsonSchema({"x-words": "ranks"})
    ] = ((ANY,),)
    agent: AgentRule = "longest_idle"
    skills: Annotated[
        Literal["required", "none"] | dict[str, float], BeforeValidator(_skills), WithJsonSchema({"x-words": "stage_skills"})
    ] = "required"
    add: Points = 0.0
    reserve: Annotated[
        dict[str, int],
        BeforeValidator(
            keyed(number("a whole number of agents of at least 0", least=0, most=1e6, whole=True), what="a mapping from groups to numbers of agents")
        ),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}),
    ] = {}

    def ranks(self, group_names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """Ranks with `any` written out as the groups not named in this stage, in the scenario's order; empty ranks vanish."""
        named = {name for rank in self.groups for name in rank}
        rest = tuple(name for name in group_names if name not in named)
        full = (tuple(g for name in rank for g in (rest if name == ANY else (name,))) for rank in self.groups)
        return tuple(rank for rank in full if rank)


Stages = Annotated[tuple[Stage, ...], AsList]


@dataclass(frozen=True)
class PolicyOrigin:
    """Where a policy came from: the file as shown, its text, the path on disk (None: inline or built in)."""

    file: str = ""
    text: str = ""
    path: FilePath | None = None
    warnings: tuple[Problem, ...] = ()


class Policy(Written):
    """Everything routing decides, frozen. Load with `load_policy` or `policies_of`."""

    name: Name = "policy"
    description: Text = ""
    priority: Priority = Priority()
    rules: Annotated[tuple[Rule, ...], AsList] = ()
    plans: dict[str, Stages] = {}
    _origin: PolicyOrigin = PrivateAttr(default_factory=PolicyOrigin)

    @model_validator(mode="after")
    def _plans_make_sense(self) -> Self:
        findings = Findings()
        for name, stages in self.plans.items():
            if not stages:
                findings.add(Wrong("found no stages; allowed at least one"), "plans", name)
            for index in range(1, len(stages)):
                if stages[index].after <= stages[index - 1].after:
                    before = write_duration(stages[index - 1].after)
                    findings.add(
                        found(write_duration(stages[index].after), f"later than the stage before it, {before}"),
                        *("plans", name, index, "after"),
                    )
        for index, rule in enumerate(self.rules):
            if rule.plan not in self.plans and rule.plan != DEFAULT_PLAN:
                findings.add(unknown("plan", rule.plan, [*self.plans, DEFAULT_PLAN]), "rules", index, "plan")
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

    def plan(self, name: str) -> tuple[Stage, ...]:
        """The stages of a plan; `default` is built in (any skilled group, longest idle) unless written."""
        if name == DEFAULT_PLAN and name not in self.plans:
            return (Stage(),)
        return self.plans[name]

    @property
    def plan_names(self) -> tuple[str, ...]:
        """Plans in the file's order, with `default` always among them (last when it is built in)."""
        return tuple(dict.fromkeys([*self.plans, DEFAULT_PLAN]))
