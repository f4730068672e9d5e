"""Policies read from files, from a scenario's inline block, or the built-in default, checked
against a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import yaml
from pydantic import ValidationError

from floorcast.policy.checks.cross_checks import check_policy
from floorcast.policy.roles import in_names_of
from floorcast.policy.schema.policy import Policy, PolicyOrigin
from floorcast.policy.tunable import Knob, untuned
from floorcast.scenario import InputErrors, Problem, Scenario
from floorcast.scenario.read.errors import from_wrong, in_order, problems_of
from floorcast.scenario.read.problems import Path, Wrong, show
from floorcast.scenario.read.yaml_lines import Document, decode, read_text, read_yaml
from floorcast.scenario.words.csv_tables import Folder, shown_path

_WORDS = "a mapping with name, description, priority, interrupts, rules, plans"


def load_policy(path: str | FilePath, scenario: Scenario | None = None) -> Policy:
    """Read a policy file; with a scenario, its names are checked too. Raises `InputErrors` with
    every problem found."""
    file_path = FilePath(path)
    shown = shown_path(file_path)
    document = read_yaml(read_text(file_path, shown), shown)
    return _build(document, (), file_path.stem, scenario, file_path)


def load_policy_text(
    text: str | bytes, name: str = "policy", scenario: Scenario | None = None
) -> Policy:
    """The same from text; `name` stands for the file, and its stem for the policy's name when none
    is written."""
    if isinstance(text, bytes):
        text = decode(text, name)
    return _build(read_yaml(text, name), (), FilePath(name).stem or "policy", scenario, None)


def check_fit(policy: Policy, scenario: Scenario) -> None:
    """Check a policy that is already loaded against a scenario. Raises InputErrors."""
    file = policy.file or policy.name
    document = read_yaml(policy.text, file) if policy.text else Document(file, {}, {})
    problems = check_policy(policy, scenario, document, ())
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputErrors(in_order(errors))


def policies_of(scenario: Scenario, paths: Iterable[str | FilePath] | None = None) -> list[Policy]:
    """The policies to run: `paths` if given (relative to the working folder), else the scenario's
    `policies` (relative to its file), its inline `policy`, or the built-in default. Raises
    `InputErrors` with the problems of all of them.
    """
    given = list(paths or ())
    if given:
        return _all_of([FilePath(path) for path in given], scenario)
    if scenario.policies:
        folder: Folder = scenario._origin.folder
        found_paths: list[FilePath] = []
        problems: list[Problem] = []
        for index, written in enumerate(scenario.policies):
            try:
                found_paths.append(folder.find(written, "a policy file"))
            except Wrong as error:
                problems += from_wrong(error, scenario._origin.document, ("policies", index))
        return _all_of(found_paths, scenario, problems)
    if scenario.policy is not None:
        return [_build(scenario._origin.document, ("policy",), "inline", scenario, None)]
    return [default_policy()]


def default_policy() -> Policy:
    """Any group with the channel and the skills, longest idle agent, oldest contact."""
    policy = Policy(
        name="default", description="Any skilled group, longest idle agent, oldest contact first."
    )
    policy._origin = PolicyOrigin("built-in default")
    return policy


def plain_policy(policy: Policy) -> dict[str, Any]:
    """A policy's file as plain data, places to tune as they are now."""
    return tunable_policy(policy)[0]


def tunable_policy(policy: Policy) -> tuple[dict[str, Any], list[Knob]]:
    """A policy's file as plain data, places to tune as they are now, and these places."""
    data = read_yaml(policy.text, policy.file).data if policy.text.strip() else {}
    return untuned(data if isinstance(data, dict) else {})


def policy_from(
    data: dict[str, Any], like: Policy, scenario: Scenario | None
) -> Policy:
    """A policy from changed data of the file of `like`, with its name unless the data has one.

    Raises `InputErrors` for data that no policy may hold.
    """
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    start: dict[Path, int] = {(): 1}
    lines = read_yaml(like.text, like.file).lines if like.text.strip() else start
    document = Document(like.file, data, lines, text)
    return _build(document, (), like.name, scenario, like.path)


def _all_of(
    paths: Sequence[FilePath], scenario: Scenario, problems: list[Problem] | None = None
) -> list[Policy]:
    problems = list(problems or ())
    policies: list[Policy] = []
    for path in paths:
        try:
            policies.append(load_policy(path, scenario))
        except InputErrors as error:
            problems += error.problems
    first: dict[str, str] = {}
    for policy in policies:
        other = first.setdefault(policy.name, policy.file)
        if policies.index(policy) != [p.name for p in policies].index(policy.name):
            message = f"found {show(policy.name)} a second time (first in {other}); allowed one policy of each name"
            problems.append(Problem(policy.file, None, "name", message))
    if problems:
        raise InputErrors(in_order(problems))
    return policies


def _build(
    document: Document, prefix: Path, stem: str, scenario: Scenario | None, path: FilePath | None
) -> Policy:
    data = document.data
    for step in prefix:
        data = data[step]
    if not isinstance(data, dict):
        raise InputErrors([document.problem(prefix, f"found {show(data)}; allowed {_WORDS}")])
    if {"contact_types", "groups"} <= set(data):
        raise InputErrors([document.problem(prefix, f"this is a scenario; allowed a policy: {_WORDS}")])
    try:
        data, _ = untuned(data)
    except Wrong as error:
        raise InputErrors(from_wrong(error, document, prefix)) from None
    if scenario is not None:
        data = in_names_of(scenario, data)
    try:
        policy = Policy.model_validate({"name": stem, **data})
    except ValidationError as error:
        raise InputErrors(problems_of(error, Policy, document, prefix)) from None
    problems = check_policy(policy, scenario, document, prefix)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputErrors(in_order(errors))
    text = (
        document.text if not prefix else yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    )
    policy._origin = replace(
        PolicyOrigin(document.file, text, path), warnings=tuple(in_order(problems))
    )
    return policy
