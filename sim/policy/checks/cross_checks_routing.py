"""Whether what a policy says of the centre, of groups and of stages fits the scenario and itself."""

from __future__ import annotations

from collections.abc import Iterator

from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.policy import Policy
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS
from floorcast.scenario.checks.name_checks import NameChecks
from floorcast.scenario.checks.social_checks import is_social
from floorcast.scenario.read.problems import Path, Wrong


def conditions(policy: Policy) -> Iterator[tuple[Path, When]]:
    """Every condition of a policy on contacts, inner ones too, with its key path."""
    for index, rule in enumerate(policy.rules):
        yield from rule.when.parts(("rules", index, "when"))
    for name, stages in policy.plans.items():
        for index, stage in enumerate(stages):
            if stage.when is not None:
                yield from stage.when.parts(("plans", name, index, "when"))
    for place, when in policy.plays:
        yield from when.parts((*place, "when"))


def check_names(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    """Names in conditions, in classes, in the groups' own lists and in stages."""
    types, channels, groups = scenario.type_names, scenario.channel_names, scenario.group_names
    named = [*channels, *types]
    for path, when in conditions(policy):
        check_condition(checks, when, path, policy, scenario)
    for index, names in enumerate(policy.priority.classes):
        checks.known("channel or contact type", names, named, ("priority", "classes", index))
    for name, rules in policy.groups.items():
        place: Path = ("groups", name)
        checks.known("group", [name], groups, ("groups",))
        for index, line in enumerate(rules.queues):
            known = [*types, *channels, *policy.plans]
            checks.known(
                "contact type, channel or plan", line.of, known, (*place, "queues", index, "of")
            )
        for key in ("shares", "ratio", "weights", "work_shares"):
            checks.known("channel or contact type", getattr(rules, key), named, (*place, key))
    for name, stages in policy.plans.items():
        for index, stage in enumerate(stages):
            for key in ("idle_weights", "allocate"):
                checks.known("group", getattr(stage, key), groups, ("plans", name, index, key))


def check_condition(
    checks: NameChecks, when: When, path: Path, policy: Policy, scenario: Scenario
) -> None:
    """Names of one condition on the centre."""
    scopes = ["all", *scenario.channel_names, *scenario.type_names]
    for row, given in when.said(centre=True):
        if row.of == "group":
            checks.known("group", [given.of], scenario.group_names, (*path, row.key, "of"))
        elif row.of == "queue" and given.of is not None:
            checks.known("channel or contact type", [given.of], scopes, (*path, row.key, "of"))
    checks.known("mode", when.mode, policy.modes, (*path, "mode"))
    for key, needed, there in _needs(scenario):
        given = getattr(when, key)
        if given is not None and not there:
            checks.error(
                (*path, key), Wrong(f"found {key}, but the scenario has no {needed}; allowed with {needed}")
            )
        elif getattr(given, "of", None) is not None:
            checks.known("channel or contact type", [given.of], scopes, (*path, key, "of"))


def _needs(scenario: Scenario) -> list[tuple[str, str, bool]]:
    """Conditions on what only some scenarios keep track of: key, what it needs, whether that is there."""
    people = scenario.customers is not None
    scored = "customers, surveys or reputation"
    social = is_social(scenario)
    return [
        ("mood", "customers", people),
        ("earlier_issues", "customers", people),
        ("satisfaction", scored, scenario.remembers),
        ("promoter_score", scored, scenario.remembers),
        ("reputation", "reputation", scenario.reputation is not None),
        ("negative", f"{scored}, or contact types with cascade, listening, resolution and the like", social),
        ("exposure", f"{scored}, or contact types with cascade, listening, resolution and the like", social),
    ]


def check_itself(checks: NameChecks, policy: Policy) -> None:
    """What needs no scenario: rules and stages that can never matter, moves that go round."""
    for index, rule in enumerate(policy.rules):
        for other in range(index):
            if policy.rules[other].when == rule.when and not rule.when.always:
                checks.warn(
                    ("rules", index),
                    f"is never reached, because rule {other + 1} has the same condition",
                )
                break
    for name, stages in policy.plans.items():
        for index in range(1, len(stages)):
            one, two = stages[index - 1], stages[index]
            unchanged = one.model_copy(update={"after": two.after, "add": 0.0})
            if two.model_copy(update={"add": 0.0}) == unchanged and two.add == 0.0:
                checks.warn(("plans", name, index), "changes nothing from the stage before it")
    for name in policy.plans:
        circle = _circle(policy, name)
        if circle:
            checks.error(
                ("plans", name),
                Wrong(
                    f"found moves that go round, {' -> '.join(circle)}, at the same age; allowed moves that end,"
                    " or age: reset with an after on one of them"
                ),
            )
            break


def _circle(policy: Policy, first: str) -> list[str]:
    """Plans that lead back to the first by moves that keep the age or take no time; empty when there
    are none."""
    path: list[str] = []

    def follow(name: str) -> bool:
        if name in path:
            path.append(name)
            return name == first
        path.append(name)
        for stage in policy.plans[name]:
            at_once = stage.age == "kept" or stage.after == 0
            if stage.plan is not None and at_once and follow(stage.plan):
                return True
        path.pop()
        return False

    return path if follow(first) else []


def not_of_the_centre(when: When) -> list[str]:
    """Keys that look at a contact, in a condition that is tested when there is none."""
    return [row.key for _, part in when.parts() for row, _ in part.said(centre=False)]


def check_playbook(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    """Names in what is done about answers, in statements and pauses; approval by what nobody can wait for."""
    named = [(("approval", n), one.by) for n, one in enumerate(policy.approval)]
    named += [(("holding", n), one.by or "") for n, one in enumerate(policy.holding)]
    named += [(("moderation", n), one.by or "") for n, one in enumerate(policy.moderation)]
    for number, reply in enumerate(policy.replies):
        if reply.to and checks.known("contact type", [reply.to], scenario.type_names, ("replies", number, "to")):
            if reply.to in policy.within:
                why = Wrong(f"found {reply.to}, which agents bring for each other; allowed a contact type of customers")
                checks.error(("replies", number, "to"), why)
    for number, rule in enumerate(policy.moderation):
        if rule.found_out * rule.backfire >= 1:
            text = (
                f"each such post attracts {rule.found_out * rule.backfire:g} others on average; where the condition"
                " holds for those too, this runs away"
            )
            checks.warn(("moderation", number, "backfire"), text)
        if rule.backfire and not rule.found_out:
            checks.warn(("moderation", number, "backfire"), "never happens: nobody notices")
    public = [name for name in scenario.channel_names if scenario.traits_of(name).public]
    if policy.moderation and not public:
        checks.error(("moderation", 0), Wrong("found moderation and no public posts; allowed with a social channel"))
    for place, by in named:
        if by and checks.known("contact type", [by], scenario.type_names, (*place, "by")):
            _check_by(checks, by, (*place, "by"), scenario)
    for number, approval in enumerate(policy.approval):
        kinds = approval.when.contact_type
        if kinds and set(kinds) <= policy.within:
            found = f"found {', '.join(kinds)}, which agents bring for each other; allowed contact types of customers"
            checks.error(("approval", number, "when", "contact_type"), Wrong(found))
    crises = [crisis.name for crisis in scenario.crises]
    brought = [name for name in scenario.campaign_names if name not in crises]
    for index, line in enumerate(policy.supervision):
        for number, statement in enumerate(line.do.statement):
            at = ("supervision", index, "do", "statement", number)
            checks.known("crisis", [statement.of], crises, (*at, "of"))
            if statement.closes == 0 and statement.spreading == 1 and statement.poor == 0:
                checks.warn(at, "changes nothing: it closes no post, and posts spread as before")
        checks.known("campaign", line.do.pause, brought, ("supervision", index, "do", "pause"))


def _check_by(checks: NameChecks, by: str, place: Path, scenario: Scenario) -> None:
    """What agents do for each other waits until somebody has time, and no customer brings it."""
    kind = scenario.kind_of(scenario.channel_of(by))
    if kind in SYNCHRONOUS:
        checks.error(place, Wrong(f"found {by}, which is {kind}; allowed a contact type that waits, such as email"))
    elif by not in scenario.types_within({by}):
        checks.error(
            place, Wrong(f"found {by}, which customers bring as well; allowed a contact type without arrivals")
        )
    able = [name for name in scenario.group_names if scenario.able(name, by)]
    if able and not any(any(scenario.roster(name)) for name in able):
        why = f"found {by}, which nobody does: no one of {', '.join(able)} is there on the days simulated"
        checks.error(place, Wrong(f"{why}; allowed contact types that somebody there can take"))


def check_hands(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    """Names in offers, picking and supervision; supervision that cannot do what it says."""
    channels, groups = scenario.channel_names, scenario.group_names
    checks.known("channel", policy.offers, channels, ("offers",))
    checks.known("group", policy.pull, groups, ("pull",))
    for index, rule in enumerate(policy.supervision):
        place: Path = ("supervision", index)
        for key in ("when", "until"):
            given = getattr(rule, key)
            if given is None:
                continue
            for path, when in given.parts((*place, key)):
                check_condition(checks, when, path, policy, scenario)
            for name in not_of_the_centre(given):
                message = (
                    f"found {name}, which looks at a contact; allowed conditions on the centre"
                )
                checks.error((*place, key), Wrong(message))
        if rule.until is not None and rule.until == rule.when:
            checks.error((*place, "until"), Wrong("found the condition of when; allowed another"))
        for key in ("add", "remove"):
            for number, one in enumerate(getattr(rule.do, key)):
                path = (*place, "do", key, number)
                if checks.known("group", [one.group], groups, (*path, "group")):
                    own = scenario.groups[one.group].channels
                    checks.known("channel of the group", one.channels, own, (*path, "channels"))
        for number, extra in enumerate(rule.do.overtime):
            checks.known(
                "group", [extra.group], groups, (*place, "do", "overtime", number, "group")
            )
        checks.known("channel", rule.do.close, channels, (*place, "do", "close"))
