"""Roles: what a policy written for any centre calls things, in the names of one scenario.

For each word of such a policy, a scenario's `roles` gives its own name, several names, or none. A word is only
replaced if it is not a name of the scenario itself, so that a scenario's own policies stay as they are, and
only where a name of that kind may stand: `chat` can be a channel of the scenario and also, as a skill, a role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from floorcast.scenario import Scenario

# Which kinds of name stand under a key of a policy; of a mapping the keys are the names.
_KINDS: dict[str, tuple[str, ...]] = {
    "contact_type": ("contact type",),
    "channel": ("channel",),
    "channels": ("channel",),
    "interrupts": ("channel",),
    "group": ("group",),
    "groups": ("group",),
    "reserve": ("group",),
    "skills": ("skill",),
    **dict.fromkeys(("per_minute", "cap", "classes"), ("channel", "contact type")),
    **dict.fromkeys(("shares", "ratio", "weights", "work_shares"), ("channel", "contact type")),
    "of": ("channel", "contact type", "group"),
}  # fmt: skip
_SUMMED = ("shares", "work_shares")  # parts: of two words for one name the sum, elsewhere the first

Names = Callable[[str], list[str]]


def in_names_of(scenario: Scenario, data: dict[str, Any]) -> dict[str, Any]:
    """A policy's plain data with every role replaced by the scenario's names; itself without roles.

    A rule or stage for what the scenario has none of is left out, and so is a plan that only such rules used.
    """
    if not scenario.roles:
        return data
    known = {
        "channel": set(scenario.channel_names),
        "contact type": set(scenario.type_names),
        "group": set(scenario.group_names),
        "skill": {skill for group in scenario.groups.values() for skill in group.skills},
    }
    found: dict[str, Any] = _walk(data, known, scenario.roles)
    for book in (found, *(one for one in found.get("alternatives", {}).values() if isinstance(one, dict))):
        _without_the_empty(book)
    return found


def _walk(node: Any, known: Mapping[str, set[str]], roles: Mapping[str, tuple[str, ...]]) -> Any:
    if isinstance(node, list):
        return [_walk(one, known, roles) for one in node]
    if not isinstance(node, dict):
        return node
    walked: dict[str, Any] = {}
    for key, value in node.items():
        kinds = _KINDS.get(key)
        if kinds is None:
            walked[key] = _walk(value, known, roles)
        else:
            walked[key] = _replaced(value, _namer(kinds, known, roles), key in _SUMMED, known, roles)
    return walked


def _namer(
    kinds: tuple[str, ...], known: Mapping[str, set[str]], roles: Mapping[str, tuple[str, ...]]
) -> Names:
    own = set().union(*(known[kind] for kind in kinds))

    def names(word: str) -> list[str]:
        if word in own or word not in roles:
            return [word]
        fitting = [name for name in roles[word] if name in own]
        # A role of another kind says nothing here: the word is then a mistake, and is named as one.
        return fitting if fitting or not roles[word] else [word]

    return names


def _replaced(
    value: Any, names: Names, summed: bool, known: Mapping[str, set[str]], roles: Mapping[str, tuple[str, ...]]
) -> Any:
    if isinstance(value, str):
        found = names(value)
        return found[0] if len(found) == 1 else found
    if isinstance(value, list):
        return _list(value, names, set())
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for word, inner in value.items():
        inner = _list(inner, names, set()) if isinstance(inner, list) else _walk(inner, known, roles)
        for name in names(word):
            if name not in kept:
                kept[name] = inner
            elif summed:
                kept[name] += inner
            elif isinstance(inner, dict) and isinstance(kept[name], dict):
                kept[name] = _merged(kept[name], inner)
    return kept


def _list(items: list[Any], names: Names, seen: set[str]) -> list[Any]:
    """Names once each, in their first place; lists in lists are ranks or classes."""
    found: list[Any] = []
    for item in items:
        if isinstance(item, list):
            inner = _list(item, names, seen)
            if inner:
                found.append(inner)
        elif isinstance(item, str):
            found += [name for name in names(item) if name not in seen and not seen.add(name)]  # type: ignore[func-returns-value]
        else:
            found.append(item)
    return found


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The rules of two roles that one group has: its queues by the first that names them."""
    both = {**other, **one}
    if "queues" in one and "queues" in other:
        served = {name for line in one["queues"] for name in _names_in(line)}
        more = [{**line, "of": [n for n in _names_in(line) if n not in served]} for line in other["queues"]]
        both["queues"] = [*one["queues"], *(line for line in more if line["of"])]
    return both


def _names_in(line: dict[str, Any]) -> list[str]:
    of = line.get("of", [])
    return [of] if isinstance(of, str) else list(of)


def _without_the_empty(book: dict[str, Any]) -> None:
    """Take out rules and stages that nothing of the scenario can meet, and what hung on them alone."""
    plans, rules = book.get("plans"), book.get("rules")
    gone: set[str] = set()
    if isinstance(rules, list):
        kept = [rule for rule in rules if not _never(rule)]
        gone = {rule.get("plan") for rule in rules if _never(rule)} - {rule.get("plan") for rule in kept} - {None}
        book["rules"] = kept
    if isinstance(plans, dict):
        for name in gone & plans.keys() - {"default"}:
            del plans[name]
        for name, stages in plans.items():
            if isinstance(stages, list):
                kept = [_stage(one) for one in stages if not _never(one) and _somebody(one)]
                plans[name] = kept or [{"groups": "any"}]
    if isinstance(book.get("interrupts"), dict):
        book["interrupts"] = {channel: others for channel, others in book["interrupts"].items() if others != []}
    for rules_of in (book.get("groups") or {}).values():
        if isinstance(rules_of, dict) and isinstance(rules_of.get("queues"), list):
            lines = [{**line, "of": [n for n in _names_in(line) if n not in gone]} for line in rules_of["queues"]]
            rules_of["queues"] = [line for line in lines if line["of"]]


def _never(part: Any) -> bool:
    """Whether a rule or stage asks for a channel or contact type that there is none of."""
    when = part.get("when") if isinstance(part, dict) else None
    if not isinstance(when, dict):
        return False
    inner = [one for one in when.values() if isinstance(one, dict) and "of" in one]
    return any(when.get(key) == [] for key in ("channel", "contact_type")) or any(one["of"] == [] for one in inner)


def _somebody(stage: Any) -> bool:
    return not isinstance(stage, dict) or stage.get("groups", "any") != []


def _stage(stage: Any) -> Any:
    """A stage whose skills are all unknown here asks for those that the contact needs."""
    if isinstance(stage, dict) and stage.get("skills") == {}:
        return {**stage, "skills": "required"}
    return stage
