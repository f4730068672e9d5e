"""Names that one part of a scenario uses and another must define, and staffing that must be able to
serve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from floorcast.scenario.catalogue import measures as catalogue
from floorcast.scenario.catalogue.measures import CAMPAIGN_MEASURES, FUNNEL_MEASURES
from floorcast.scenario.checks.customer_checks import check_customers
from floorcast.scenario.checks.plan_checks import check_plan, warn_of_plans
from floorcast.scenario.checks.scenario_checks import ScenarioChecks
from floorcast.scenario.checks.social_checks import check_social, leads_to
from floorcast.scenario.checks.transfer_checks import (
    check_circles,
    check_evaluation,
    check_transfers,
)
from floorcast.scenario.read.problems import Path, Problem, Wrong, choices, nearest, show
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.staff import Group
from floorcast.scenario.schema.targets import BUSINESS, MEASURES, Target

_MOST_CHANNELS = 63
_RESERVED = {"contact_types": ("all",), "channels": ("all",), "groups": ("all", "any")}


def _check_roles(checks: ScenarioChecks) -> None:
    """A role is for groups, channels, contact types or skills that are there."""
    scenario = checks.scenario
    known = [*checks.groups, *checks.channels, *checks.types, *sorted(set(checks.skills))]
    for role, names in scenario.roles.items():
        checks.known("group, channel, contact type or skill", names, known, ("roles", role))


def check_names(scenario: Scenario, entries: dict[str, Any] | None = None) -> list[Problem]:
    """Every unknown name, every type nobody can serve, and warnings about parts that are never
    needed.

    `entries` are those of the whole file when `scenario` is only its sound part: then only names
    are checked.
    """
    checks = ScenarioChecks(scenario, entries)
    for section, reserved in _RESERVED.items():
        names = getattr(scenario, section)
        if not names and section != "channels" and checks.whole:
            checks.error(
                (section,), Wrong(f"found no {section.replace('_', ' ')}; allowed at least one")
            )
        for name in names:
            if name in reserved:
                checks.error(
                    (section, name),
                    Wrong(
                        f"found the name {name}, which has a meaning of its own; allowed other names"
                    ),
                )
    if scenario.policies and scenario.policy is not None:
        checks.error(("policy",), Wrong("found both policy and policies; allowed one of them"))
    for name in scenario.contact_types:
        _check_type(checks, name)
    for name in scenario.groups:
        _check_group(checks, name)
    _check_roles(checks)
    _check_settings(checks)
    check_social(checks)
    check_customers(checks)
    if checks.whole and not checks.failed:
        check_circles(checks, scenario)
        _check_service(checks)
        _warn_of_idle_parts(checks)
        warn_of_plans(checks)
    return checks.problems


def _check_type(checks: ScenarioChecks, name: str) -> None:
    entry = checks.scenario.contact_types[name]
    path: Path = ("contact_types", name)
    checks.known("channel", [entry.channel], checks.channels, (*path, "channel"))
    for index, skill in enumerate(entry.skills):
        if skill not in checks.skills:
            close = nearest(skill, checks.skills)
            hint = f" (did you mean {close!r}?)" if close else ""
            checks.error(
                checks.place((*path, "skills"), skill, index),
                Wrong(
                    f"found the skill {show(skill)}, which no group has{hint}; allowed {choices(checks.skills)}"
                ),
            )
    check_transfers(checks, checks.scenario, checks.types, name)
    if entry.retry:
        checks.known("contact type", entry.retry.to, checks.types, (*path, "retry", "to"))


def _check_group(checks: ScenarioChecks, name: str) -> None:
    group = checks.scenario.groups[name]
    path: Path = ("groups", name)
    checks.known("channel", group.channels, checks.channels, (*path, "channels"))
    _of_the_group(checks, group, group.slots.units, (*path, "slots", "units"))
    if group.slots.secondary is not None:
        names = group.slots.secondary.channels
        _of_the_group(checks, group, names, (*path, "slots", "secondary", "channels"))
    for index, together in enumerate(group.slots.apart):
        _of_the_group(checks, group, together, (*path, "slots", "apart", index))
    _of_the_group(checks, group, group.interrupts, (*path, "interrupts"))
    for channel, others in group.interrupts.items():
        _of_the_group(checks, group, others, (*path, "interrupts", channel))
        if channel in others:
            checks.error(
                (*path, "interrupts", channel),
                Wrong(f"found {channel} interrupting itself; allowed other channels"),
            )
    total = group.slots.total
    for channel in group.channels:
        unit = group.slots.units.get(channel, 1.0)
        if total is not None and unit > total:
            checks.error(
                (*path, "slots"),
                Wrong(
                    f"found {channel} needing {unit:g} of a total of {total:g}; allowed units within the total"
                ),
            )
    check_evaluation(checks, checks.scenario, name)
    agents = group.planned_agents
    if group.ramp and agents is not None and group.ramp.agents > agents:
        checks.error(
            (*path, "ramp", "agents"),
            Wrong(f"found {group.ramp.agents}; allowed at most the group's {agents} agents"),
        )
    if agents is not None and agents > 100_000:
        checks.error(
            (*path, "shifts"), Wrong(f"found {agents} agents; allowed at most 100000 in a group")
        )


def _of_the_group(checks: ScenarioChecks, group: Group, names: Iterable[str], path: Path) -> None:
    """Channels of the scenario; those the group does not have are doubtful but harmless."""
    if checks.known("channel", names, checks.channels, path):
        for index, name in enumerate(names):
            if name not in group.channels:
                checks.warn(checks.place(path, name, index), f"{name} is no channel of this group")


def _check_settings(checks: ScenarioChecks) -> None:
    scenario = checks.scenario
    named = [*checks.channels, *checks.types]
    checks.known("channel or contact type", scenario.multipliers, ["all", *named], ("multipliers",))
    for index, target in enumerate(scenario.targets):
        path: Path = ("targets", index, "of")
        if (
            checks.known(
                "name", [target.of], [
                    "all", *named, *checks.groups, *scenario.classes.value, *scenario.bursts, *scenario.topics_wanted,
                ], path
            )
            and checks.whole
        ):
            meaning = scenario.meaning_of(target.of)
            _check_narrow(checks, index, target, meaning)
            if meaning != "group" and target.of in scenario.groups:
                checks.warn(
                    path,
                    f"{target.of} is a {meaning.replace('_', ' ')} and a group; the first is meant",
                )
            _check_kept(checks, index)
        if target.hours == BUSINESS and scenario.business_hours_of(target.of) is None:
            checks.error(
                ("targets", index, "hours"),
                Wrong(
                    f"found hours: business, but neither business_hours nor opening hours of {target.of};"
                    " allowed with business_hours: 'Mon-Fri 08:00-18:00' in the scenario"
                ),
            )
    if len(checks.channels) > _MOST_CHANNELS:
        checks.error(("channels",), Wrong(f"found {len(checks.channels)} channels; allowed at most {_MOST_CHANNELS}"))
    check_plan(checks)
    shared: dict[str, float | None] = {}
    for name, entry in scenario.contact_types.items():
        for index, source in enumerate(entry.arrivals):
            factor = source.day_factor
            if factor and factor.shared:
                first = shared.setdefault(factor.shared, factor.gamma_shape)
                if first != factor.gamma_shape:
                    checks.error(
                        ("contact_types", name, "arrivals", index, "day_factor"),
                        Wrong(
                            f"found another shape for the shared factor {factor.shared!r}; allowed the same everywhere"
                        ),
                    )
    seen: dict[str, str] = {}
    for name, entry in scenario.contact_types.items():
        for index, source in enumerate(entry.arrivals):
            if source.name and seen.setdefault(source.name, f"{name}/{index}") != f"{name}/{index}":
                place: Path = ("contact_types", name, "arrivals", index, "name")
                checks.error(place, Wrong(f"found {source.name!r} a second time; allowed once"))


def _check_narrow(checks: ScenarioChecks, index: int, target: Target, meaning: str) -> None:
    """A target of a tier, a topic or a campaign is on what is kept by them, over the whole time."""
    kept = {"tier": FUNNEL_MEASURES, "topic": FUNNEL_MEASURES, "campaign": CAMPAIGN_MEASURES}.get(meaning)
    if kept is None:
        return
    scenario = checks.scenario
    public = any(scenario.traits_of(entry.channel).public for entry in scenario.contact_types.values())
    if meaning != "campaign" and not public:
        message = f"found {target.of}, a {meaning}, and no public posts; allowed with contact types of a social channel"
        checks.error(("targets", index, "of"), Wrong(message))
    names = [name for name, unit in kept if MEASURES.get(name) == unit]
    if target.measure not in names:
        message = f"found {target.measure} of {target.of}, a {meaning}; allowed {', '.join(names)}"
        checks.error(("targets", index, "measure"), Wrong(message))
    for key in ("within", "hours", "every", "in_", "formula"):
        if getattr(target, key) is not None:
            message = f"found {key.rstrip('_')!r} with {target.of}, a {meaning}; allowed targets over the whole time"
            checks.error(("targets", index, key.rstrip("_")), Wrong(message))


def _check_service(checks: ScenarioChecks) -> None:
    scenario = checks.scenario
    for name, entry in scenario.contact_types.items():
        if any(scenario.able(group, name) for group in scenario.groups):
            continue
        on_channel = [
            group for group in scenario.groups if entry.channel in scenario.groups[group].channels
        ]
        if not on_channel:
            why = f"no group has the channel {entry.channel}"
        else:
            needs = ", ".join(f"{s} (at least {v:g})" if v else s for s, v in entry.skills.items())
            why = f"{', '.join(on_channel)} have the channel {entry.channel} but not all of {needs}"
        checks.error(
            ("contact_types", name),
            Wrong(
                f"found a contact type nobody can serve: {why}; allowed types with a group that has channel and skills"
            ),
        )


def _check_kept(checks: ScenarioChecks, index: int) -> None:
    """A target names what its measure is kept by: no occupancy of a channel, nobody delayed by a group."""
    scenario = checks.scenario
    target = scenario.targets[index]
    named = {"all": target.of == "all", "channel": target.of in scenario.channels,
             "contact_type": target.of in scenario.contact_types, "group": target.of in scenario.groups}  # fmt: skip
    row = catalogue.MEASURES.get(target.measure)
    if row is not None and any(named.values()) and not any(named[by] for by in row.by if by in named):
        kept = ", ".join(by.replace("_", " ") for by in row.by if by in named)
        words = f"found {target.measure} of {target.of}; allowed of {kept}: that is what {target.measure} is kept by"
        checks.error(("targets", index, "of"), Wrong(words))


def no_room(group: Group, one: str, other: str) -> str:
    """That one channel never interrupts another, and why."""
    return (
        f"{one} never interrupts {other}: slots.total of {group.slots.total:g} has no room for both; allowed a larger"
        " total, or none, where one contact at a time is meant"
    )


def come_by_scenario(scenario: Scenario) -> set[str]:
    """Contact types of which contacts come whatever the policy: by arrivals, a backlog, or what others lead to."""
    types = scenario.contact_types
    found = {to for entry in types.values() for to in leads_to(entry)}
    found |= {to for entry in types.values() for t in entry.transfers for to in t.to}
    found |= {e.consult.with_ for e in types.values() if e.consult}
    found |= {crisis.contact_type for crisis in scenario.crises}
    found |= {survey.follow_up.to for survey in scenario.surveys if survey.follow_up}
    if scenario.contradictions and scenario.contradictions.repeat:
        found |= set(scenario.contradictions.repeat.to)
    if scenario.customers and scenario.customers.again:
        found |= set(scenario.customers.again.to)
    return found | {name for name, e in types.items() if e.arrivals or (e.backlog and e.backlog.count)}


def _warn_of_idle_parts(checks: ScenarioChecks) -> None:
    scenario = checks.scenario
    for group in scenario.groups:
        if not any(scenario.able(group, name) for name in scenario.contact_types):
            checks.warn(
                ("groups", group), "is never needed: it has channel and skills of no contact type"
            )
    used = {entry.channel for entry in scenario.contact_types.values()}
    for name in scenario.channels:
        if name not in used:
            checks.warn(("channels", name), "is the channel of no contact type")
    for group, own in scenario.groups.items():
        for one, other in own.never_interrupts(own.interrupts):
            checks.warn(("groups", group, "interrupts", one), no_room(own, one, other))
        if own.one_at_a_time and len(own.channels) > 1:
            pairs = ", ".join(f"{name}: 1" for name in own.channels)
            checks.warn(
                ("groups", group, "channels"),
                f"a list without numbers: agents hold one contact at a time in all of them; one of each"
                f" at once, which it meant before, is now written {{{pairs}}}",
            )
