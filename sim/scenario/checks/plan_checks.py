"""Shift types and limits of a plan: known groups, minima that the maxima leave room for, shifts that nobody may work,
and what no number of people can bring."""

from __future__ import annotations

from datetime import timedelta

from floorcast.scenario.checks.scenario_checks import ScenarioChecks
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.read.units import write_duration
from floorcast.scenario.schema.targets import Target
from floorcast.scenario.words.calendar_words import DAY_NAMES, parse_clock


def check_plan(checks: ScenarioChecks) -> None:
    """Names of groups in shift types and limits, and minima that no maximum leaves room for."""
    scenario = checks.scenario
    for name, kind in scenario.shift_types.items():
        checks.known("group", kind.groups or (), checks.groups, ("shift_types", name, "groups"))
    checks.known("group", scenario.plan.groups, checks.groups, ("plan", "groups"))
    most = scenario.plan.people.at_most
    for words, least, path in (
        ("groups", sum(b.at_least for b in scenario.plan.groups.values()), ("plan", "groups")),
        ("shift types", sum(k.at_least for k in scenario.shift_types.values()), ("shift_types",)),
    ):
        if most is not None and least > most:
            checks.error(
                path,
                Wrong(f"found {words} that need {least} people; allowed at most the {most} of plan.people"),
            )
    for group, bounds in scenario.plan.groups.items():
        own = [k for k in scenario.shift_types.values() if k.groups is not None and tuple(k.groups) == (group,)]
        least = sum(kind.at_least for kind in own)
        if bounds.at_most is not None and least > bounds.at_most:
            checks.error(
                ("plan", "groups", group),
                Wrong(
                    f"found at most {bounds.at_most} people, of whom its shift types need {least};"
                    f" allowed at least {least}"
                ),
            )
    _check_people(checks)
    _check_cross_training(checks)


def _check_cross_training(checks: ScenarioChecks) -> None:
    """Who may be taught what: known groups with shifts to work, skills that are needed and new to them."""
    scenario = checks.scenario
    needed = list(dict.fromkeys(skill for kind in scenario.contact_types.values() for skill in kind.skills))
    seen: set[str] = set()
    for index, one in enumerate(scenario.plan.cross_training):
        path = ("plan", "cross_training", index)
        if not checks.known("group", [one.group], checks.groups, (*path, "from")):
            continue
        if checks.known("skill that a contact type needs", one.learns, needed, (*path, "learns")):
            own = scenario.groups[one.group].skills
            if all(own.get(skill, 0.0) >= level for skill, level in one.learns.items()):
                message = f"found what {one.group} can do already; allowed a skill that is new to it"
                checks.error((*path, "learns"), Wrong(message))
        if one.name in seen:
            message = f"found {one.group} taught the same a second time; allowed every choice once"
            checks.error(path, Wrong(message))
        seen.add(one.name)
        kinds = scenario.shift_types.values()
        if kinds and not any(kind.groups is None or one.group in kind.groups for kind in kinds):
            message = f"found {one.group}, which no shift type is for; allowed a group that works one"
            checks.error((*path, "from"), Wrong(message))


def _check_people(checks: ScenarioChecks) -> None:
    """People who have to be there need shifts that they may work, and as many as these take."""
    scenario = checks.scenario
    kinds = scenario.shift_types.values()
    if not kinds:
        return
    for group, bounds in scenario.plan.groups.items():
        own = [kind for kind in kinds if kind.groups is None or group in kind.groups]
        most = None if any(kind.at_most is None for kind in own) else sum(kind.at_most or 0 for kind in own)
        if most is not None and bounds.at_least > most:
            checks.error(
                ("plan", "groups", group),
                Wrong(
                    f"found at least {bounds.at_least} people, of whom its shift types take {most};"
                    f" allowed at most {most}, or more people on a shift type of {group}"
                ),
            )
    least, limits = scenario.plan.people.at_least, [scenario.plan.groups.get(name) for name in scenario.groups]
    most = None if any(one is None or one.at_most is None for one in limits) else sum(
        one.at_most or 0 for one in limits if one is not None
    )
    if most is not None and least > most:
        checks.error(
            ("plan", "people"), Wrong(f"found at least {least} people, of whom the groups take {most}; allowed {most}")
        )


def warn_of_plans(checks: ScenarioChecks) -> None:
    """Shift types that nobody works in the days simulated, and groups of whom nothing is asked."""
    scenario = checks.scenario
    for index, target in enumerate(scenario.targets):
        _warn_of_promise(checks, index, target)
        _warn_of_chance(checks, index, target)
    _warn_of_contradictions(checks)
    for name, group in scenario.groups.items():
        if group.absence >= 1.0:
            checks.warn(("groups", name, "absence"), f"{group.absence:.0%} are absent: nobody of {name} ever comes")
    if not scenario.shift_types:
        return
    there = {(scenario.start + timedelta(days=n)).weekday() for n in range(scenario.days)}
    for name, kind in scenario.shift_types.items():
        if not there & set(kind.days):
            days = ", ".join(DAY_NAMES[day] for day in kind.days)
            checks.warn(
                ("shift_types", name),
                f"shift type {name} is worked on {days} only, which is none of the days simulated: nobody can work it",
            )
        late = [start for start in kind.start if kind.latest_end is not None and start > kind.latest_end]
        if late and len(late) < len(kind.start):
            end, first = (_clock(one) for one in (kind.latest_end or 0.0, min(late)))
            checks.warn(
                ("shift_types", name, "latest_end"),
                f"shifts that begin at {first} or later have to be over by {end} of the next day",
            )
        window = _past_midnight(checks, name)
        if window is not None:
            checks.warn(
                ("shift_types", name, "start"),
                f"the window from {window[0]} to {window[1]} passes midnight:"
                f" shifts may begin until {window[1]} the next day",
            )
    if not scenario.targets:
        return
    if scenario.plan.people.at_most == 0:
        checks.warn(("plan", "people", "at_most"), "nobody may be planned, so that no target of service can be kept")
    asked = {kind for target in scenario.targets for kind in _types_of(checks, target)}
    own = {target.of for target in scenario.targets}
    for served in asked:
        able = [name for name in scenario.groups if scenario.able(name, served)]
        if able and not any(k.groups is None or set(k.groups) & set(able) for k in scenario.shift_types.values()):
            checks.warn(
                ("shift_types",),
                f"no shift type is for a group that serves {served} ({', '.join(able)}): a plan has nobody for it",
            )
    for name in scenario.groups:
        worked = [k for k in scenario.shift_types.values() if k.groups is None or name in k.groups]
        if worked and name not in own and not any(scenario.able(name, served) for served in asked):
            checks.warn(
                ("groups", name),
                f"nothing is asked of {name}: no target is of it, nor of what it serves, so a plan has nobody in it",
            )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"


def _past_midnight(checks: ScenarioChecks, name: str) -> tuple[str, str] | None:
    """Both ends of a start window whose end is earlier in the day than its beginning, as they are written."""
    window = checks.document.data["shift_types"][name].get("start")
    if not isinstance(window, dict):
        return None
    first, last = window["from"], window["to"]
    return (str(first), str(last)) if parse_clock(last) < parse_clock(first) else None


def _types_of(checks: ScenarioChecks, target: Target) -> list[str]:
    """Contact types that a target is about; none of a group's own."""
    scenario = checks.scenario
    if target.of == "all":
        return list(scenario.contact_types)
    if target.of in scenario.contact_types:
        return [target.of]
    return [name for name in scenario.contact_types if scenario.channel_of(name) == target.of]


def _warn_of_promise(checks: ScenarioChecks, index: int, target: Target) -> None:
    """An answer that is promised sooner than the work is done, however many people there are."""
    scenario = checks.scenario
    limit: float | None
    if target.measure.startswith(("first_response_p", "resolution_p")) and target.at_most is not None:
        wanted, limit = float(target.measure.rsplit("_p", 1)[1]) / 100, target.at_most
    elif target.measure == "service_level" and target.at_least is not None and not isinstance(target.within, str):
        wanted, limit = target.at_least, target.within
    else:
        return
    names = _types_of(checks, target)
    best = 0.0
    for name in names:
        entry = scenario.contact_types[name]
        answered = target.measure == "service_level" and scenario.clock_of(name) in ("answered", "accepted")
        if answered or entry.work_mean is not None or entry.bot is not None:
            return
        within = limit if limit is not None else scenario.answer_within(name)
        speeds = [
            group.speed * max([1.0, *(person.speed for person in group.people)])
            for g, group in scenario.groups.items()
            if scenario.able(g, name)
        ]
        best = max(best, entry.work.share_up_to(within * max(speeds, default=1.0)))
    if names and best < wanted - 0.01:
        promise = write_duration(limit) if limit is not None else "the time promised"
        checks.warn(
            ("targets", index),
            f"no number of people keeps this: the work itself is done within {promise} in {best:.0%} of cases at best,"
            f" and {wanted:.0%} are wanted",
        )


def _warn_of_chance(checks: ScenarioChecks, index: int, target: Target) -> None:
    """A share of all, or of none: chance always takes a few, so that nobody can be sure of it."""
    if target.unit != "share" or target.measure in ("occupancy", "slot_utilisation"):
        return
    for key, value, never in (("at_least", target.at_least, 1.0), ("at_most", target.at_most, 0.0)):
        if value == never:
            checks.warn(
                ("targets", index, key),
                f"{value:.0%} leaves nothing to chance: no number of people is sure to keep it",
            )


def _warn_of_contradictions(checks: ScenarioChecks) -> None:
    """Two targets on the same measure, of which one asks for more than the other allows."""
    targets = checks.scenario.targets

    def same(target: Target) -> tuple[object, ...]:
        return target.of, target.measure, target.within, target.hours, target.formula

    for index, target in enumerate(targets):
        for other in targets[:index] if target.every is None and target.in_ is None else ():
            if same(other) != same(target) or other.every is not None or other.in_ is not None:
                continue
            for low, high in ((target.at_least, other.at_most), (other.at_least, target.at_most)):
                if low is not None and high is not None and low > high:
                    words = f"its {target.measure.replace('_', ' ')} cannot be at least the one and at most the other"
                    checks.warn(("targets", index), f"contradicts another target of {target.of}: {words}")
