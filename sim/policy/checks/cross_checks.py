"""Names a policy uses that the scenario must define, and plans that nobody can serve."""

from __future__ import annotations

from floorcast.policy.checks import cross_checks_routing as routing
from floorcast.policy.checks.never import check_never
from floorcast.policy.checks.reach import reaches
from floorcast.policy.schema.policy import ANY, DEFAULT_PLAN, PLAYS, Policy
from floorcast.scenario import Problem, Scenario
from floorcast.scenario.checks.cross_checks import no_room
from floorcast.scenario.checks.name_checks import NameChecks
from floorcast.scenario.read.problems import Path, Wrong
from floorcast.scenario.read.yaml_lines import Document


def check_policy(
    policy: Policy, scenario: Scenario | None, document: Document, prefix: Path
) -> list[Problem]:
    """Errors and warnings of a policy; without a scenario only what the policy itself tells."""
    checks = NameChecks(document, prefix)
    _check_book(checks, policy, scenario)
    said = {"priority", "interrupts", "rules", "plans", "groups", "supervision", "offers", "pull", "returning", *PLAYS}
    if not policy.model_fields_set & said:
        checks.warn(
            (),
            "says nothing about priority, interrupts, rules or plans, so it is the same as the built-in default",
        )
    if scenario is not None:
        routing.check_hands(checks, policy, scenario)
        routing.check_playbook(checks, policy, scenario)
    problems = checks.problems
    for name, book in policy.alternatives.items():
        inner = NameChecks(document, (*prefix, "alternatives", name))
        same = {"priority": book.priority, "rules": book.rules, "plans": book.plans}
        view = policy.model_copy(update={**same, "interrupts": None, "groups": {}, "alternatives": {}})
        _check_book(inner, view, scenario)
        if "predicted_wait" in (book.priority.order, policy.priority.order) and (
            book.priority.order != policy.priority.order
        ):
            message = f"found the order {book.priority.order}; allowed predicted_wait in all alternatives or in none"
            inner.error(("priority", "order"), Wrong(message))
        problems += inner.problems
    return problems


def _check_book(checks: NameChecks, policy: Policy, scenario: Scenario | None) -> None:
    """Priority, rules and plans: of the policy, or of an alternative in its place."""
    for index, rule in enumerate(policy.rules[:-1]):
        if rule.when.always:
            checks.warn(
                ("rules", index + 1),
                f"is never reached, because rule {index + 1} holds for every contact",
            )
            break
    used = {rule.plan for rule in policy.rules} | {DEFAULT_PLAN}
    used |= {stage.plan for stages in policy.plans.values() for stage in stages if stage.plan}
    for name in policy.plans:
        if name not in used and not policy.rules:
            checks.warn(
                ("plans", name), "is never used, because there are no rules that lead to it"
            )
        elif name not in used:
            checks.warn(("plans", name), "is the plan of no rule")
    routing.check_itself(checks, policy)
    if scenario is not None:
        routing.check_names(checks, policy, scenario)
        _check_names(checks, policy, scenario)
        if not checks.failed:
            _check_reach(checks, policy, scenario)
    if not checks.failed:
        check_never(checks, policy, scenario)



def _check_names(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    types, channels, groups = scenario.type_names, scenario.channel_names, scenario.group_names
    priority = policy.priority
    checks.known("contact type", priority.contact_type, types, ("priority", "contact_type"))
    checks.known("channel", priority.channel, channels, ("priority", "channel"))
    checks.known("campaign", priority.campaign, scenario.campaign_names, ("priority", "campaign"))
    for key in ("per_minute", "cap"):
        by_name = getattr(priority, key)
        if isinstance(by_name, dict):
            checks.known("channel or contact type", by_name, [*channels, *types], ("priority", key))
    for channel, others in (policy.interrupts or {}).items():
        checks.known("channel", [channel], channels, ("interrupts",))
        checks.known("channel", others, channels, ("interrupts", channel))
    for own in scenario.groups.values() if policy.interrupts else ():
        for one, other in own.never_interrupts(policy.interrupts or {}):
            checks.warn(("interrupts", one), no_room(own, one, other))
    for path, when in routing.conditions(policy):
        checks.known("contact type", when.contact_type, types, (*path, "contact_type"))
        checks.known("channel", when.channel, channels, (*path, "channel"))
        checks.known("campaign", when.campaign, scenario.campaign_names, (*path, "campaign"))
        checks.known("language", when.language, scenario.language_names, (*path, "language"))
        checks.known("topic", when.topic, scenario.topics, (*path, "topic"))
        checks.known("tier", when.tier, scenario.customers.tiers if scenario.customers else (), (*path, "tier"))
    for key in ("mood", "earlier_issues"):
        if getattr(priority, key) and scenario.customers is None:
            lacking = Wrong(f"found points for {key}, but the scenario has no customers; allowed with customers")
            checks.error(("priority", key), lacking)
    owned = list(
        dict.fromkeys(skill for group in scenario.groups.values() for skill in group.skills)
    )
    for name, stages in policy.plans.items():
        for index, stage in enumerate(stages):
            path = ("plans", name, index)
            for rank, names in enumerate(() if stage.groups == ANY else stage.groups):
                checks.known("group", names, [*groups, ANY], (*path, "groups", rank))
            checks.known("group", stage.reserve, groups, (*path, "reserve"))
            if isinstance(stage.skills, dict):
                checks.known("skill", stage.skills, owned, (*path, "skills"))


def _check_reach(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    """Every plan must reach somebody for every contact type that a rule may send there."""
    for type_name in scenario.type_names:
        channel = scenario.channel_of(type_name)
        verdicts = [rule.when.settled_by(type_name, channel) for rule in policy.rules]
        sent = {
            rule.plan: rule.name for rule, held in zip(policy.rules, verdicts) if held is not False
        }
        if True not in verdicts:
            sent.setdefault(DEFAULT_PLAN, "no rule")
        for plan, rule in sent.items():
            if not _plan_reaches(plan, type_name, policy, scenario, set()):
                why = f"{rule} sends {type_name} there, and no group in it has their channel and skills"
                message = (
                    f"found a plan that can reach no agent: {why}; allowed plans with such a group"
                )
                checks.error(("plans", plan), Wrong(message))


def _plan_reaches(
    plan: str, type_name: str, policy: Policy, scenario: Scenario, seen: set[str]
) -> bool:
    """Whether some stage of the plan, or of a plan that it moves to, has a group for the type."""
    if plan in seen:
        return False
    seen.add(plan)
    return any(
        _plan_reaches(stage.plan, type_name, policy, scenario, seen)
        if stage.plan is not None
        else reaches(stage, type_name, plan, policy, scenario)
        for stage in policy.plans[plan]
    )
