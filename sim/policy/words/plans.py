"""The stages of plans and the choice of an agent, in plain English."""

from __future__ import annotations

from floorcast.policy.schema.agent_words import Score
from floorcast.policy.schema.policy import Policy
from floorcast.policy.schema.stages import ANY, Stage
from floorcast.policy.words.conditions import (
    bounds_in_words,
    condition_in_words,
    listed,
    number_in_words,
    points_in_words,
)
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.read.units import write_duration

_SCORED = {
    "skill": "skill",
    "rating": "rating",
    "idle": "minutes available",
    "active": "contacts in hand",
    "spare": "free capacity",
    "occupancy": "occupancy",
    "handled": "contacts handled",
    "handle_time": "minutes of mean handle time",
}


def agent_in_words(choice: str | tuple[str, ...] | Score) -> str:
    """Who takes a contact among those that may."""
    if isinstance(choice, Score):
        parts = [
            f"{number_in_words(getattr(choice, key))} x {_SCORED[key]}"
            for key in type(choice).model_fields
            if getattr(choice, key)
        ]
        return f"the agent with the highest score ({' + '.join(parts)})".replace("+ -", "- ")
    names = (choice,) if isinstance(choice, str) else choice
    first = AGENT_RULES[names[0]].words
    if len(names) == 1:
        return first
    if names[0] == "longest_idle":  # how long decides only where no second rule does
        first = "an agent with nothing in hand before the others"
    return f"{first}, among equals {AGENT_RULES[names[1]].words}, then the lowest number"


def groups_in_words(stage: Stage) -> str:
    """Who may take a contact in this stage, best rank first."""
    if stage.groups == ANY:
        return "any group"
    ranks = []
    for rank in stage.groups:
        if rank == (ANY,):
            ranks.append("every other group" if len(stage.groups) > 1 else "any group")
        else:
            ranks.append(listed(("the others" if name == ANY else name for name in rank), "or"))
    return ranks[0] if len(ranks) == 1 else f"{ranks[0]}; if nobody there, {'; then '.join(ranks[1:])}"


def stage_in_words(stage: Stage) -> str:
    """One stage as a sentence without its full stop."""
    begins = _begins(stage)
    if stage.plan is not None:
        return f"{begins}: moves to plan {stage.plan}, its age {'kept' if stage.age == 'kept' else 'starting again'}"
    parts = [f"{begins}: {groups_in_words(stage)}"]
    if stage.skills == "none":
        parts.append("no skill required")
    elif isinstance(stage.skills, dict):
        levels = listed(f"{skill} of at least {level:g}" for skill, level in stage.skills.items())
        parts.append(f"with {levels}")
    if stage.rating is not None:
        parts.append(f"only groups rated {bounds_in_words(stage.rating)}")
    if stage.idle_weights:
        parts.append("goes to the longest idle time times the weight of the agent's group")
        parts[-1] += f" ({_pairs(stage.idle_weights)})"
    elif stage.allocate:
        parts.append(f"divided between groups in the parts {_pairs(stage.allocate)}")
        parts.append(f"within a group to {agent_in_words(stage.agent)}")
    else:
        parts.append(f"goes to {agent_in_words(stage.agent)}")
    for group, least in stage.reserve.items():
        parts.append(f"{group} only while at least {least} of its agents are idle")
    if stage.add:
        parts.append(f"{points_in_words(stage.add)} more")
    if stage.class_ is not None:
        parts.append(f"moves into class {stage.class_}")
    if stage.override:
        parts.append("taken before everything else these groups serve")
    return "; ".join(parts)


def _begins(stage: Stage) -> str:
    if stage.when is None:
        return "at once" if stage.after == 0 else f"after {write_duration(stage.after)}"
    condition = condition_in_words(stage.when)
    itself = "itself counted, " if any(part.queue or part.expected_wait for _, part in stage.when.parts()) else ""
    lasts = "as long as" if stage.ends else "as soon as"
    looked = f"{lasts} {condition} ({itself}looked at every {write_duration(stage.every)}, who waits before it first)"
    if stage.ends:
        looked += ", then back to the last stage without a condition"
    if stage.after > 0:
        return f"from {write_duration(stage.after)} on, {looked}"
    return looked


def _pairs(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {number_in_words(weight)}" for name, weight in parts.items())


def type_in_words(policy: Policy, scenario: Scenario, type_name: str) -> str:
    """Where a contact type may go in this scenario: the rules open to it, and who can serve it."""
    channel = scenario.channel_of(type_name)
    plans: dict[str, list[str]] = {}
    settled = False
    for rule in policy.rules:
        held = rule.when.settled_by(type_name, channel)
        if held is False:
            continue
        plan = "" if getattr(rule, "discard", False) else rule.plan
        plans.setdefault(plan, []).append(str(rule.name))
        if held:
            settled = True
            break
    if not settled:
        plans.setdefault("default", []).append("no rule")
    ways = []
    for plan, rules in plans.items():
        if not plan:
            ways.append(f"put aside (by {listed(rules, 'or')})")
            continue
        who = _able(policy, scenario, type_name, plan, set())
        ways.append(f"plan {plan} (by {listed(rules, 'or')}): {listed(who, 'or') or 'nobody'}")
    return f"{type_name} ({channel}): {'; '.join(ways)}"


def _able(policy: Policy, scenario: Scenario, type_name: str, plan: str, seen: set[str]) -> list[str]:
    """Groups that some stage lets take the type, in the order in which they come in."""
    if plan in seen:
        return []
    seen.add(plan)
    wanted = scenario.contact_types[type_name]
    able: dict[str, None] = {}
    for stage in policy.plans[plan]:
        if stage.plan is not None:
            able.update(dict.fromkeys(_able(policy, scenario, type_name, stage.plan, seen)))
            continue
        skills = wanted.skills if stage.skills == "required" else stage.skills
        for name in (name for rank in stage.ranks(scenario.group_names) for name in rank):
            group, rules = scenario.groups[name], policy.groups.get(name)
            if wanted.channel not in group.channels:
                continue
            if isinstance(skills, dict) and any(
                group.skills.get(skill, -1.0) < level for skill, level in skills.items()
            ):
                continue
            if stage.rating is not None and not stage.rating.holds(group.rating):
                continue
            if rules and rules.queues and not rules.entry(type_name, wanted.channel, plan):
                continue
            able[name] = None
    return list(able)
