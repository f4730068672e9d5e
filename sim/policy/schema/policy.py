"""A routing policy as a planner writes it: priority points, rules that choose a plan, and plans
made of stages.

Attribute names are the file's keys (`not` is `not_`, `class` is `class_`); durations are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.groups import GroupRules
from floorcast.policy.schema.offers import Offer, Returning
from floorcast.policy.schema.playbook import (
    Approval,
    Holding,
    Moderation,
    Reply,
    Statement,
    Template,
)
from floorcast.policy.schema.priority import Order, Priority
from floorcast.policy.schema.stages import ANY, DEFAULT_PLAN, Ranks, Rule, Stage
from floorcast.policy.schema.supervision import Supervision
from floorcast.scenario.read.problems import Findings, Problem, Wrong, found, unknown
from floorcast.scenario.read.units import write_duration
from floorcast.scenario.schema.staff import Interrupts
from floorcast.scenario.words.schema_words import AsList, Name, Text, TimeDistribution, Written

__all__ = [
    "ANY", "DEFAULT_PLAN", "Order", "Policy", "PolicyOrigin", "Priority", "Ranks", "Rule", "Rulebook", "Stage", "Stages"
]  # fmt: skip

PLAYS = ("approval", "templates", "holding", "replies", "moderation")  # what is done about answers

Moment = Literal["arrival", "stages", "requeue"]

Stages = Annotated[tuple[Stage, ...], AsList]


def _in_order(findings: Findings, name: str, stages: tuple[Stage, ...]) -> None:
    """Each stage later than the last one that surely begins; one with a condition may begin with it."""
    reached = stages[0].after if stages and stages[0].when is None else -1.0
    for index, stage in enumerate(stages[1:], start=1):
        place = ("plans", name, index, "after")
        last = stages[index - 1].after
        if stage.after < last or (stage.when is None and stage.after <= reached):
            before = write_duration(max(reached, last))
            findings.add(
                found(write_duration(stage.after), f"later than the stage before it, {before}"),
                *place,
            )
        if stage.when is None:
            reached = max(reached, stage.after)
        previous = stages[index - 1]
        if previous.plan is not None and previous.when is None:
            findings.add(
                Wrong("found a stage after one that moves to another plan; allowed nothing after it"),
                "plans", name, index,
            )  # fmt: skip
    if stages and stages[-1].plan is not None and len(stages) == 1:
        findings.add(
            Wrong("found a plan of nothing but a move; allowed a stage with groups before it"),
            "plans",
            name,
            0,
        )


@dataclass(frozen=True)
class PolicyOrigin:
    """Where a policy came from: the file as shown, its text, the path on disk (None: inline or
    built in)."""

    file: str = ""
    text: str = ""
    path: FilePath | None = None
    warnings: tuple[Problem, ...] = ()


class Rulebook(Written):
    """What decides who is next and who may take it: priority, rules and plans.

    rules: unnamed ones are called `rule 1`, `rule 2` ... by their place. plans: always with `default`,
    which is built in (any skilled group, longest idle agent) unless written.
    """

    priority: Priority = Priority()
    rules: Annotated[tuple[Rule, ...], AsList] = ()
    plans: dict[Name, Stages] = Field(default={}, validate_default=True)

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
        for name, stages in self.plans.items():
            if not stages:
                findings.add(Wrong("found no stages; allowed at least one"), "plans", name)
            _in_order(findings, name, stages)
            for index, stage in enumerate(stages):
                if stage.plan is not None and stage.plan not in self.plans:
                    findings.add(
                        unknown("plan", stage.plan, self.plans), "plans", name, index, "plan"
                    )
        for index, rule in enumerate(self.rules):
            if rule.plan not in self.plans:
                findings.add(unknown("plan", rule.plan, self.plans), "rules", index, "plan")
        findings.settle()
        return self


class Policy(Rulebook):
    """Everything routing decides, frozen. Load with `load_policy` or `policies_of`.

    interrupts: which channels may take attention from which; where written, in place of what the
    groups say.
    evaluate: when the rules are asked: always on arrival; stages: also whenever a stage of the plan
    begins; requeue: when a contact comes back to the queue.
    mode: the mode at the start; supervision changes it and rules test it.
    groups: the agents' side, see `GroupRules`. offers: by channel, see `Offer`. pull: by group, the
    time that its agents take to look at the list and pick a contact themselves. returning: see
    `Returning`. supervision: see `Supervision`.
    approval, templates, holding, replies, moderation: see `Approval`, `Template`, `Holding`, `Reply`, `Moderation`.
    alternatives: rule books that supervision may put in place of the policy's own.
    """

    name: Name = "policy"
    description: Text = ""
    evaluate: Annotated[
        tuple[Moment, ...],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        WithJsonSchema({"x-words": "names"}),
    ] = ("arrival", "requeue")
    mode: Name = "normal"
    groups: dict[Name, GroupRules] = {}
    offers: dict[Name, Offer] = {}
    pull: dict[Name, TimeDistribution] = {}
    returning: Returning | None = None
    supervision: Annotated[tuple[Supervision, ...], AsList] = ()
    interrupts: Interrupts | None = None
    approval: Annotated[tuple[Approval, ...], AsList] = ()
    templates: Annotated[tuple[Template, ...], AsList] = ()
    holding: Annotated[tuple[Holding, ...], AsList] = ()
    replies: Annotated[tuple[Reply, ...], AsList] = ()
    moderation: Annotated[tuple[Moderation, ...], AsList] = ()
    alternatives: dict[Name, Rulebook] = {}
    _origin: PolicyOrigin = PrivateAttr(default_factory=PolicyOrigin)

    @model_validator(mode="after")
    def _interrupts_make_sense(self) -> Self:
        findings = Findings()
        for channel, others in (self.interrupts or {}).items():
            if channel in others:
                findings.add(
                    Wrong(f"found {channel} interrupting itself; allowed other channels"),
                    "interrupts",
                    channel,
                )
        for index, row in enumerate(self.supervision):
            if row.do.policy is not None and row.do.policy not in self.alternatives:
                problem = unknown("alternative", row.do.policy, self.alternatives)
                findings.add(problem, "supervision", index, "do", "policy")
        findings.settle()
        return self

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that supervision may publish, in the order written."""
        return tuple(one for row in self.supervision for one in row.do.statement)

    def __repr__(self) -> str:
        rules, plans = len(self.rules), len(self.plans)
        return f"<Policy {self.name}: {rules} rule{'' if rules == 1 else 's'}, {plans} plan{'' if plans == 1 else 's'}>"

    @property
    def plays(self) -> list[tuple[tuple[str | int, ...], When]]:
        """The conditions of what is done about answers, each with its key path."""
        return [((key, n), one.when) for key in PLAYS for n, one in enumerate(getattr(self, key))]

    @property
    def within(self) -> set[str]:
        """Contact types of approvals, holding replies and moderation: what only agents bring."""
        by_agents = [one.by for rules in (self.approval, self.holding, self.moderation) for one in rules]
        return {by for by in by_agents if by is not None}

    @property
    def books(self) -> dict[str, Rulebook]:
        """The rule books there can be, the policy's own first, without a name."""
        return {"": self, **self.alternatives}

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes there can be, the one at the start first."""
        further = (row.do.mode for row in self.supervision if row.do.mode is not None)
        return tuple(dict.fromkeys((self.mode, *further)))

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
