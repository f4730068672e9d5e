"""Some people of a group: moved to another, taught a skill, in training, staying longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from floorcast.scenario.read.problems import Wrong, found, unknown
from floorcast.scenario.read.units import DAY, parse_duration, parse_share, write_duration
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.variants import apportioned
from floorcast.scenario.what_if.edits import Data, Draft, people, shift_lines, unshared
from floorcast.scenario.what_if.grammar import Extend, Move, Teach, Train
from floorcast.scenario.words.calendar_words import parse_clock, parse_days

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Twin:
    """A group made of some people of another, whom a policy treats alike, and who take contacts of
    `types` after all others."""

    group: str
    twin: str
    types: tuple[str, ...]
    second: bool = False  # asked after the group it comes from, not with it


def may_be_taught(data: Data, scenario: Scenario) -> list[Twin]:
    """Add to a file's data the groups that a plan's cross-training may build up, with nobody in them yet; gives what a
    policy has to know of them."""
    twins = []
    data["groups"] = dict(data["groups"])
    for one in scenario.plan.cross_training:
        if one.name in data["groups"]:
            continue  # a plan that was written with them
        entry = unshared(data["groups"][one.group])
        price = scenario.groups[one.group].cost_per_hour
        for key in ("shifts", "headcount", "roster", "people", "training", "ramp", "learning", "evaluation"):
            entry.pop(key, None)
        types = _learn(entry, one.learns, scenario)
        data["groups"][one.name] = {**entry, "agents": 0, "cost_per_hour": price * one.pay}
        twins.append(Twin(one.group, one.name, types, second=True))
    return twins


def _learn(entry: Data, learns: Mapping[str, float], scenario: Scenario) -> tuple[str, ...]:
    """Give a group's entry further skills, and the channels that they are for; the contact types that need them."""
    needed = {name: kind for name, kind in scenario.contact_types.items() if set(learns) & set(kind.skills)}
    skills = entry.get("skills") or {}
    if not isinstance(skills, dict):
        skills = dict.fromkeys(skills if isinstance(skills, list) else [skills], 1.0)
    entry["skills"] = {**skills, **learns}
    _serve(entry, list(dict.fromkeys(kind.channel for kind in needed.values())))
    return tuple(needed)


def train(draft: Draft, change: Train, scenario: Scenario) -> None:
    """One more line of training."""
    entry = _group(draft, change.group, change.n, scenario)
    row: Data = {"start": change.at, "length": change.length, "agents": change.n}
    if change.days:
        row["days"] = change.days
    days = _days(change.days, scenario)
    if "shifts" in entry:
        there = sum(_at_work(entry, days, parse_clock(change.at), begun=False))
        if there < change.n:
            raise Wrong(f"found {change.text!r}, when {there} people are at work; allowed as many at most")
    before = entry.get("training") or []
    entry["training"] = [*(before if isinstance(before, list) else [before]), row]
    on = f" on {change.days}" if change.days else " every day"
    draft.said.append(
        f"groups.{change.group}: {change.n} people in training for {change.length} at {change.at}{on}"
    )


def extend(draft: Draft, change: Extend, scenario: Scenario) -> None:
    """Shifts of n people longer; on some days only, theirs is a line of its own for those days."""
    entry = _group(draft, change.group, change.n, scenario)
    days = _days(change.days, scenario)
    for line in _set_apart(entry, change.group, change.n, days, None, change.text):
        length = parse_duration(line["length"]) + change.by
        if not 0 < length <= DAY:
            raise found(change.text, "shifts that last from some minutes to 24h")
        line["length"] = f"{length:g}s"
        line["breaks"] = _within(line, 0.0, length)
    word = "longer" if change.by >= 0 else "shorter"
    on = f" on {change.days}" if change.days else ""
    draft.said.append(
        f"groups.{change.group}: shifts of {change.n} people {write_duration(abs(change.by))} {word}{on}"
    )


def move(draft: Draft, change: Move, scenario: Scenario) -> None:
    """n people of a group work the same hours for another, or from a time of day on."""
    entry = _group(draft, change.group, change.n, scenario)
    if change.to not in draft.data["groups"]:
        raise unknown("group", change.to, draft.data["groups"])
    if change.to == change.group:
        raise found(change.text, "another group to move to")
    other = draft.data["groups"][change.to]
    if "agents" in entry and "agents" in other and change.at is None and not change.days:
        entry["agents"] = int(entry["agents"]) - change.n
        other["agents"] = int(other["agents"]) + change.n
    elif "shifts" not in entry or "shifts" not in other:
        raise found(
            change.text, "groups that both have shifts, or both agents and then without a time or days"
        )
    else:
        days = _days(change.days, scenario)
        moved = _set_apart(entry, change.group, change.n, days, change.at, change.text)
        keep_luck(other, change.to)
        lines = shift_lines(other)
        for line in moved:
            lines.append(_from(line, change.at))
            if change.at is None:
                entry["shifts"] = [one for one in shift_lines(entry) if one is not line]
            else:
                _until(line, change.at)
        other["shifts"] = lines
    at = "" if change.at is None else f" from {_clock(change.at)}"
    on = f" on {change.days}" if change.days else ""
    draft.said.append(f"groups: {change.n} people of {change.group} work for {change.to}{at}{on}")


def teach(draft: Draft, change: Teach, scenario: Scenario) -> Twin:
    """n people of a group become a group of their own with one skill more; gives what a policy has to
    know of them."""
    entry = _group(draft, change.group, change.n, scenario)
    needed = {t: c for t, c in scenario.contact_types.items() if change.skill in c.skills}
    if not needed:
        known = dict.fromkeys(s for c in scenario.contact_types.values() for s in c.skills)
        if not known:
            raise found(change.text, "contact types that need skills; here none does")
        raise unknown("skill that a contact type needs", change.skill, known)
    if (level := _level(entry, change.skill)) >= change.level:
        raise found(change.text, f"a skill that {change.group} does not have at level {level:g} already")
    name, number = f"{change.group} + {change.skill}", 2
    while name in draft.data["groups"]:
        name, number = f"{change.group} + {change.skill} {number}", number + 1
    if "shifts" in entry:
        keep_luck(entry, change.group)
    twin = unshared(entry)
    now = people(entry)
    if "shifts" in entry:
        share = apportioned([int(line["agents"]) for line in shift_lines(entry)], change.n)
        for line, own, n in zip(shift_lines(entry), shift_lines(twin), share):
            line["agents"], own["agents"] = int(line["agents"]) - n, n
            own["drawn_as"]["first"] += line["agents"]  # the last ones of the line
        twin["shifts"] = [line for line in shift_lines(twin) if line["agents"]]
    else:
        entry["agents"], twin["agents"] = now - change.n, change.n
    for key in ("training", "ramp"):  # of some of the group; they stay with those who stay
        if key in twin and any("agents" in row for row in _rows(twin[key])):
            del twin[key]
    _learn(twin, {change.skill: change.level}, scenario)
    draft.data["groups"][name] = twin
    draft.said.append(
        f"groups: {change.n} of the {now} people of {change.group} have {change.skill} at level"
        f" {change.level:g} (a group {name!r}) and take {', '.join(needed)} after all others"
    )
    return Twin(change.group, name, tuple(needed))


def _level(entry: Data, skill: str) -> float:
    """At which level the people of a group have a skill; 0 for not at all."""
    skills = entry.get("skills") or {}
    if not isinstance(skills, dict):
        return 1.0 if skill in (skills if isinstance(skills, list) else [skills]) else 0.0
    level = skills.get(skill, 0.0)
    return parse_share(level)


def _serve(entry: Data, channels: list[str]) -> None:
    """Add channels to what a group serves, one contact at a time, filling its slots where it has units."""
    now = entry.get("channels")
    new = [name for name in channels if name not in (now if isinstance(now, list | dict) else [now])]
    if isinstance(now, dict):
        entry["channels"] = {**now, **dict.fromkeys(new, 1)}
    else:
        entry["channels"] = [*(now if isinstance(now, list) else [now]), *new]
    slots = entry.get("slots")
    if isinstance(slots, dict) and isinstance(slots.get("units"), dict) and slots["units"]:
        most = max(slots["units"].values())
        slots["units"] = {**dict.fromkeys(new, most), **slots["units"]}


def _group(draft: Draft, group: str, n: int, scenario: Scenario) -> Data:
    """A group's entry, which must have n people at least. Raises `Wrong`."""
    if group not in draft.data["groups"]:
        raise unknown("group", group, draft.data["groups"])
    entry: Data = draft.data["groups"][group]
    if "shifts" not in entry and "agents" not in entry:
        raise Wrong(f"found {group}, which has neither; allowed groups with agents or shifts")
    if people(entry) < n:
        raise Wrong(f"found {n} people of {group}, which has {people(entry)}; allowed as many at most")
    return entry


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _days(text: str | None, scenario: Scenario) -> tuple[int, ...] | None:
    """Days of the week, of which the scenario has to have one. Raises `Wrong`."""
    if text is None:
        return None
    days = parse_days(text)
    there = [(scenario.start.weekday() + n) % 7 for n in range(min(scenario.days, 7))]
    if not set(days) & set(there):
        raise found(text, "days of the scenario: " + ", ".join(DAY_NAMES[day] for day in there))
    return days


def _at_work(entry: Data, days: tuple[int, ...] | None, at: float | None, begun: bool = True) -> list[int]:
    """By shift line, how many are at work on any of these days, at a time of day if one is given; `begun`: without
    those who begin then."""
    there = []
    for line in shift_lines(entry):
        own = parse_days(line["days"]) if line.get("days") is not None else tuple(range(7))
        shared = own if days is None else tuple(day for day in own if day in days)
        gone = 0.0 if at is None else (at - parse_clock(line["start"])) % DAY
        inside = at is None or (gone < parse_duration(line["length"]) and (gone > 0 or not begun))
        there.append(int(line["agents"]) if shared and inside else 0)
    return there


def keep_luck(entry: Data, group: str) -> None:
    """Write into a group's shift lines whose luck their people have, before lines are put beside them."""
    for place, line in enumerate(shift_lines(entry)):
        own = {"group": group, "line": place, "first": 0}
        if line.get("days") is not None:
            own["days"] = line["days"]
        line.setdefault("drawn_as", own)
        line["drawn_as"].setdefault("first", 0)


def _set_apart(
    entry: Data, group: str, n: int, days: tuple[int, ...] | None, at: float | None, text: str
) -> list[Data]:
    """New shift lines, each behind the one it came from, of n people on those days, for whose first line the
    others have as many fewer; those at work at a time of day, if one is given. Raises `Wrong`."""
    if "shifts" not in entry:
        raise found(text, "a group with shifts")
    lines = shift_lines(entry)
    there = _at_work(entry, days, at)
    if sum(there) < n:
        raise Wrong(f"found {text!r}, when {sum(there)} people are at work; allowed as many at most")
    keep_luck(entry, group)
    apart: list[Data] = []
    found_: list[Data] = []
    for line, taken in zip(lines, apportioned(there, n)):
        found_.append(line)  # beside those who were set apart, so that everybody keeps their place
        if not taken:
            continue
        own = parse_days(line["days"]) if line.get("days") is not None else tuple(range(7))
        line["agents"] = int(line["agents"]) - taken
        one = unshared(line) | {"agents": taken}
        one["drawn_as"]["first"] += line["agents"]  # the last ones of the line
        other = [day for day in own if days is not None and day not in days]
        if other:
            found_.append(unshared(one) | {"days": [DAY_NAMES[day] for day in other]})
            one["days"] = [DAY_NAMES[day] for day in own if days is not None and day in days]
        apart.append(one)
        found_.append(one)
    entry["shifts"] = [line for line in found_ if line["agents"]] or found_[:1]
    return apart


def _from(line: Data, at: float | None) -> Data:
    """The part of a shift after a time of day."""
    own: Data = unshared(line)
    if at is None:
        return own
    length = parse_duration(line["length"])
    gone = (at - parse_clock(line["start"])) % DAY
    return own | {
        "start": _clock(at), "length": f"{length - gone:g}s", "breaks": _within(line, gone, length),
    }  # fmt: skip


def _until(line: Data, at: float) -> None:
    gone = (at - parse_clock(line["start"])) % DAY
    line["breaks"] = _within(line, 0.0, gone)
    line["length"] = f"{gone:g}s"


def _within(line: Data, low: float, high: float) -> list[Data]:
    """The breaks of a shift inside low to high seconds after its start, counted from low."""
    kept = []
    for pause in _rows(line.get("breaks") or []):
        begin = (
            parse_duration(pause["after"])
            if pause.get("after") is not None
            else (parse_clock(pause["at"]) - parse_clock(line["start"])) % DAY
        )
        start, end = max(begin, low), min(begin + parse_duration(pause["length"]), high)
        if end > start:
            kept.append({"after": f"{start - low:g}s", "length": f"{end - start:g}s"})
    return kept


def _clock(seconds: float) -> str:
    whole = int(seconds)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}"
    return f"{text}:{whole % 60:02d}" if whole % 60 else text
