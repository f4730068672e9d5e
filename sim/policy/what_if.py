"""What-if changes in policies: values changed by path, and people set apart from their group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from floorcast.policy.loading import load_policy, plain_policy, policy_from
from floorcast.policy.schema.policy import ANY, DEFAULT_PLAN, Policy
from floorcast.scenario import InputErrors, Problem, Scenario
from floorcast.scenario.read.problems import Path, Wrong, choices, nearest, written_path
from floorcast.scenario.what_if.edits import Draft, unshared
from floorcast.scenario.what_if.grammar import Edit, Part, written
from floorcast.scenario.what_if.paths import Place, exists, walk
from floorcast.scenario.what_if.people import Twin
from floorcast.shipped import shipped

_BY_GROUP = ("reserve", "idle_weights", "allocate", "groups", "pull")  # mappings keyed by group


def changed_policy(
    policy: Policy, edits: Sequence[Edit], twins: Sequence[Twin], scenario: Scenario
) -> tuple[Policy, tuple[str, ...]]:
    """A policy with `policy.PATH` edits carried out and new groups beside those they came from, and the
    changes in words. Raises `InputErrors`."""
    said: list[str] = []
    for edit in edits:
        if len(edit.path) == 1 and edit.operation == "set" and isinstance(edit.value, str):
            policy = load_policy(shipped(FilePath(edit.value), "policies"), scenario)
            said.append(f"policy: {policy.name} ({edit.value})")
    draft = Draft(plain_policy(policy), lambda path: None)
    wrong: list[Problem] = []
    for edit in edits:
        if len(edit.path) == 1:
            if edit.operation != "set" or not isinstance(edit.value, str):
                message = "found no file; allowed policy = FILE.yaml, or policy.PATH and a change"
                wrong.append(Problem(policy.file, None, edit.text, message))
            continue
        try:
            for path in walk(draft.data, _checked(edit, draft.data)):
                draft.edit(edit, Place("value", path))
        except Wrong as error:
            wrong += [Problem(policy.file, None, edit.text, f.message) for f in error.findings]
    if wrong:
        raise InputErrors(wrong)
    for twin in twins:
        stand_beside(draft.data, twin, scenario)
    if not draft.said and not twins:
        return policy, tuple(said)
    return policy_from(draft.data, policy, scenario), (*said, *(f"policy.{s}" for s in draft.said))


def _checked(edit: Edit, data: Any) -> tuple[Part, ...]:
    """The path inside the policy, whose first step has to be one of a policy's keys."""
    path = edit.path[1:]
    known = [alias for name, f in Policy.model_fields.items() for alias in (f.alias or name,)]
    if path[0] not in known:
        everything = [written_path(p) for p in _paths(data)]
        close = nearest(written(path), [*everything, *known])
        hint = f" (did you mean 'policy.{close}'?)" if close else ""
        allowed = choices(known, 12)
        raise Wrong(f"found policy.{written(path)}, which names nothing in a policy{hint}; allowed {allowed}")
    return path


def _paths(data: Any, at: Path = ()) -> list[Path]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, item in items for found in ((*at, key), *_paths(item, (*at, key)))]


def stand_beside(data: dict[str, Any], twin: Twin, scenario: Scenario) -> None:
    """Name a new group wherever the group stands that it came from, in the same rank, and after all
    others in the first stage of the plans that the contact types of its new skill may follow."""
    for book in (data, *_mappings(data.get("alternatives"))):
        _copy(book, twin)
        for plan in _plans_of(book, twin, scenario):
            stages = book.get("plans", {}).get(plan)
            first = stages[0] if isinstance(stages, list) and stages else stages
            if not isinstance(first, dict) or not exists(first, ("groups",)):
                continue
            ranks = first["groups"]
            ranks = ranks if isinstance(ranks, list) else [ranks]
            if ANY not in _flat(ranks) and twin.twin not in _flat(ranks):
                first["groups"] = [*ranks, twin.twin]


def _copy(node: Any, twin: Twin) -> None:
    if isinstance(node, list):
        for item in node:
            _copy(item, twin)
        return
    if not isinstance(node, dict):
        return
    for key, item in list(node.items()):
        if key == "groups" and isinstance(item, str | list):
            node[key] = _beside(item, twin)
        elif key in _BY_GROUP and isinstance(item, dict) and twin.group in item:
            item[twin.twin] = unshared(item[twin.group])
        if key != "alternatives":
            _copy(node[key], twin)


def _beside(ranks: str | list[Any], twin: Twin) -> Any:
    """Ranks with the new group in the rank of the one it came from, or in the next."""
    if isinstance(ranks, str):
        return _beside([ranks], twin) if ranks == twin.group else ranks
    new: list[Any] = []
    for rank in ranks:
        if twin.second and twin.group in (rank if isinstance(rank, list) else [rank]):
            new += [rank, twin.twin]
        elif rank == twin.group:
            new.append([rank, twin.twin])
        elif isinstance(rank, list) and twin.group in rank:
            new.append([*rank, twin.twin])
        else:
            new.append(rank)
    return new


def _plans_of(book: dict[str, Any], twin: Twin, scenario: Scenario) -> list[str]:
    """Plans that contacts of the twin's types may follow, by what rules say of type and channel."""
    channels = {scenario.channel_of(kind) for kind in twin.types}
    rules = book.get("rules") or []
    found = [DEFAULT_PLAN]
    for rule in rules if isinstance(rules, list) else [rules]:
        when = rule.get("when") if isinstance(rule, dict) else None
        when = when if isinstance(when, dict) else {}
        kinds, through = _flat([when.get("contact_type")]), _flat([when.get("channel")])
        if (not kinds or set(kinds) & set(twin.types)) and (not through or set(through) & channels):
            found.append(rule.get("plan", DEFAULT_PLAN))
    return list(dict.fromkeys(found))


def _flat(ranks: list[Any]) -> list[str]:
    return [
        name for rank in ranks if rank is not None for name in (rank if isinstance(rank, list) else [rank])
    ]


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [v for v in value.values() if isinstance(v, dict)] if isinstance(value, dict) else []
