"""A policy in plain English, for a planner who wants to know what a file really says."""

from __future__ import annotations

from typing import Any

from floorcast.policy.schema.groups import GroupRules
from floorcast.policy.schema.policy import DEFAULT_PLAN, Policy, Rule, Rulebook
from floorcast.policy.schema.priority import Priority
from floorcast.policy.words.conditions import (
    condition_in_words,
    listed,
    number_in_words,
    points_in_words,
)
from floorcast.policy.words.handing import handing
from floorcast.policy.words.plans import stage_in_words, type_in_words
from floorcast.policy.words.playbook import answers
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.contact_orders import CONTACT_ORDERS
from floorcast.scenario.checks.customer_words import customers_in_words
from floorcast.scenario.read.units import write_duration

_SAID = {
    "name", "description", "priority", "evaluate", "mode", "groups", "interrupts", "rules", "plans", "offers", "pull",
    "returning", "supervision", "alternatives", "approval", "templates", "holding",
    "replies", "moderation",
}  # fmt: skip
_MOMENTS = {"stages": "whenever a stage begins", "requeue": "when it comes back to the queue"}


def explain(policy: Policy, scenario: Scenario | None = None) -> list[str]:
    """The policy as lines of plain English, nothing left out; sections begin at the margin, what
    belongs to them is indented by two spaces. With a scenario also who serves which contact type."""
    lines = [f"Policy {policy.name}." + (f" {policy.description}" if policy.description else "")]
    lines += _book(policy, policy.evaluate)
    for name, rules in policy.groups.items():
        lines += _section(f"Group {name}", _group(rules))
    lines += _section("Interruptions", _interrupts(policy))
    lines += _section("Answers", answers(policy))
    lines += _section("Offers, returning customers, supervision", handing(policy))
    for name, book in policy.alternatives.items():
        lines += _section(f"Alternative {name}", _book(book, policy.evaluate))
    if policy.mode != "normal":
        lines += _section("Mode", [f"The day begins in the mode {policy.mode}."])
    lines += _section("Further", _further(policy))
    if scenario is not None:
        types = [f"{type_in_words(policy, scenario, name)}." for name in scenario.type_names]
        lines += _section(f"In {scenario.name}", [*types, *_added(policy, scenario)])
        lines += _section("Customers", customers_in_words(scenario))
    return lines


def _added(policy: Policy, scenario: Scenario) -> list[str]:
    """What channels that supervision adds mean for the groups of this scenario."""
    adds = [one for row in policy.supervision for one in row.do.add if one.group in scenario.groups]
    single = dict.fromkeys(one.group for one in adds if scenario.groups[one.group].one_at_a_time)
    return [
        f"Agents of {name} hold one contact at a time, also with the channels that supervision adds." for name in single
    ]


def _book(book: Rulebook, evaluate: tuple[str, ...]) -> list[str]:
    """Priority, rules and plans."""
    lines = _section("Who is next", [_full_order(book), *_classes(book), *_who_is_next(book.priority)])
    lines += _section("Rules (the first that holds decides)", _rules(book, evaluate))
    for name, stages in book.plans.items():
        if name == DEFAULT_PLAN and not _default_is_used(book):
            continue
        title = f"Plan {name}" + (" (when no rule holds)" if name == DEFAULT_PLAN and book.rules else "")
        sentences = [f"{stage_in_words(stage)}." for stage in stages]
        lines += _section(title, [sentence[0].upper() + sentence[1:] for sentence in sentences])
    return lines


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"{title}:", *(f"  {line}" for line in lines)] if lines else []


def _default_is_used(policy: Rulebook) -> bool:
    """Whether some contact may come to the plan `default`: by a rule, a move, or because none holds."""
    led = {rule.plan for rule in policy.rules}
    led |= {stage.plan for stages in policy.plans.values() for stage in stages if stage.plan}
    return DEFAULT_PLAN in led or not any(rule.when.always for rule in policy.rules)


def _classes(policy: Rulebook) -> list[str]:
    written = [rule.class_ for rule in policy.rules]
    written += [stage.class_ for stages in policy.plans.values() for stage in stages]
    if not policy.priority.classes and all(number is None for number in written):
        return []
    lines = ["Of one rank, the class of the lowest number goes before all others, who is in none last; in a class:"]
    if policy.priority.classes:
        numbered = enumerate(policy.priority.classes, start=1)
        order = "; ".join(f"class {n}: {listed(names)}" for n, names in numbered)
        lines.insert(0, f"Contacts have classes: {order}.")
    return lines


def _full_order(book: Rulebook) -> str:
    """Every order that decides who is next, from the first on."""
    within = CONTACT_ORDERS[book.priority.order].by
    age = ", age" if within != "age" else ""
    return f"In this order: the group's rank (in a stage, or its own priority), class, {within}{age}."


def _who_is_next(priority: Priority) -> list[str]:
    words = CONTACT_ORDERS[priority.order].words
    if priority.order != "points":
        return [words]
    points = _points(priority)
    if not points:
        return ["Whoever has waited longest is served first, apart from points that rules and stages add."]
    return [words, *points]


def _points(priority: Priority) -> list[str]:
    like = getattr(priority, "like", None)
    lines = [] if like is None else [f"It starts from the ready-made dictionary {like}."]
    for key, what in (
        ("contact_type", "contact type"),
        ("channel", "channel"),
        ("sentiment", "sentiment"),
        ("campaign", "campaign"),
    ):
        given: dict[str, float] = getattr(priority, key)
        if given:
            each = ", ".join(f"{name} {number_in_words(value)}" for name, value in given.items())
            lines.append(f"Points for the {what}: {each}.")
    if priority.reach:
        lines.append(f"{points_in_words(priority.reach)} for every factor of ten in followers.")
    if priority.value:
        lines.append(f"{points_in_words(priority.value)} for every unit of the customer's value.")
    if priority.prior_contacts:
        within = getattr(priority, "prior_within", None)
        last = f" in the last {write_duration(within)}" if within else ""
        lines.append(f"{points_in_words(priority.prior_contacts)} for every earlier contact on the issue{last}.")
    if priority.mood:
        lines.append(f"{points_in_words(priority.mood)} for every point of the customer's mood below the usual.")
    if priority.earlier_issues:
        lines.append(f"{points_in_words(priority.earlier_issues)} for every earlier issue of the customer.")
    activity = getattr(priority, "activity", 0.0)
    if activity:
        lines.append(f"{points_in_words(activity)} for every factor of ten in the customer's activity.")
    purchase = getattr(priority, "recent_purchase", None)
    if purchase is not None:
        fading = f"falling evenly to none for one {write_duration(purchase.within)} ago"
        lines.append(f"{points_in_words(purchase.points)} for a purchase just now, {fading}.")
    if priority.trigger:
        lines.append(f"{points_in_words(priority.trigger)} for a trigger word.")
    lines += _waiting(priority)
    return lines


def _waiting(priority: Priority) -> list[str]:
    lines = []
    if isinstance(priority.per_minute, dict):
        each = ", ".join(f"{name} {number_in_words(v)}" for name, v in priority.per_minute.items())
        lines.append(f"Points for every minute waited: {each}; nothing for the others.")
    elif priority.per_minute:
        lines.append(f"{points_in_words(priority.per_minute)} for every minute waited.")
    if isinstance(priority.cap, dict):
        each = ", ".join(f"{name} {number_in_words(v)}" for name, v in priority.cap.items())
        lines.append(f"Waiting adds at most: {each}.")
    elif priority.cap is not None:
        lines.append(f"Waiting adds at most {points_in_words(priority.cap)}.")
    return lines


def _rules(policy: Rulebook, evaluate: tuple[str, ...]) -> list[str]:
    lines = [f"{n}. {_rule(rule)}." for n, rule in enumerate(policy.rules, start=1)]
    if not lines:
        return []
    settled = any(rule.when.always for rule in policy.rules)
    if not settled:
        lines.append(f"When none holds: plan {DEFAULT_PLAN}.")
    further = [_MOMENTS[moment] for moment in evaluate if moment in _MOMENTS]
    lines.append(f"Asked when a contact arrives{''.join(f', {words}' for words in further)}.")
    return lines


def _rule(rule: Rule) -> str:
    condition = "every contact" if rule.when.always else f"when {condition_in_words(rule.when)}"
    if getattr(rule, "discard", False):
        return f"{rule.name}: {condition}, put aside on arrival and never answered"
    parts = [f"{rule.name}: {condition}, plan {rule.plan}"]
    if rule.class_ is not None:
        parts.append(f"class {rule.class_}")
    if rule.add:
        parts.append(f"{points_in_words(rule.add)} more")
    return ", ".join(parts)


def _group(rules: GroupRules) -> list[str]:
    lines = []
    if rules.queues:
        lines.append("Serves only these, the lower priority number before anything else:")
        for line in rules.queues:
            delay = f", once it has waited {write_duration(line.delay)}" if line.delay else ""
            lines.append(f"  priority {line.priority}: {listed(line.of)}{delay}.")
    for key, what in (
        ("shares", "Of contacts of equal rank it takes these parts"),
        ("ratio", "Between queues of equal rank it holds the lengths in the proportions"),
        ("weights", "Among contacts of equal rank the longest wait times weight is next; weights"),
        ("work_shares", "Parts that each agent's work should have"),
    ):
        given: dict[str, float] = getattr(rules, key)
        if given:
            each = ", ".join(f"{name} {number_in_words(value)}" for name, value in given.items())
            lines.append(f"{what}: {each}.")
    return lines


def _interrupts(policy: Policy) -> list[str]:
    if policy.interrupts is None:
        return []
    lines = [
        f"{channel} takes an agent's attention from {listed(others)} in every group."
        for channel, others in policy.interrupts.items()
        if others
    ]
    return lines or ["Nothing interrupts anything, whatever the groups say."]


def _further(policy: Policy) -> list[str]:
    """What this version of the words has no sentence for: said as written rather than left out."""
    written: dict[str, Any] = policy.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return [f"{key}: {written[key]}." for key in written if key not in _SAID]
