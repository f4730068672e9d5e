"""Scenarios and policies that readers upload: bounded in size, read beside the shipped data."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from floorcast.policy import Policy, load_policy_text, policies_of
from floorcast.scenario import InputErrors, Problem, Scenario, load_scenario_text
from floorcast.shipped import SCENARIOS

MOST_BYTES = 5_000_000
MOST_FILES = 20
_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Upload:
    """A file as it came from the browser."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.name.encode() + b"\0" + self.content).hexdigest()


class Laid:
    """A folder of its own, removed when nobody holds this any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="floorcast-")).resolve()
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True)
class Loaded:
    """A scenario with the policies it names."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    folder: Laid | None = None  # of an upload: the files on disk, for as long as somebody holds this


def load_uploads(files: Sequence[Upload]) -> Loaded:
    """The scenario among the files, with CSV and policy files that came along or are shipped.

    A file named `data/x.csv` in the scenario is found if `x.csv` was uploaded. Raises InputErrors.
    """
    check_sizes(files)
    scenarios = [file for file in files if file.name.lower().endswith(_YAML)]
    if not scenarios:
        names = ", ".join(file.name for file in files)
        raise InputErrors(
            [Problem(names, None, "", "found no YAML file; allowed one scenario with its files")]
        )
    chosen = next(
        (f for f in scenarios if re.search(rb"(?m)^contact_types\s*:", f.content)), scenarios[0]
    )
    made = Laid()
    folder = made.path
    _lay_out(folder, [file for file in files if file is not chosen])
    try:
        scenario = load_scenario_text(chosen.content, folder, chosen.name)
        policies = tuple(policies_of(scenario))
    except InputErrors as errors:
        raise InputErrors([_without(folder, problem) for problem in errors.problems]) from None
    return Loaded(scenario, policies, made)  # a lever reads the files again


def load_uploaded_policy(file: Upload, scenario: Scenario) -> Policy:
    """A policy from an uploaded file, checked against a scenario. Raises InputErrors."""
    check_sizes([file])
    return load_policy_text(file.content, file.name, scenario)


def check_sizes(files: Sequence[Upload]) -> None:
    """Raise InputErrors for files that are too many, too large or empty."""
    problems = [
        Problem(
            file.name,
            None,
            "",
            f"found {len(file.content):,} bytes; allowed at most {MOST_BYTES:,}",
        )
        for file in files
        if len(file.content) > MOST_BYTES
    ]
    if len(files) > MOST_FILES:
        text = f"found {len(files)} files; allowed at most {MOST_FILES}"
        problems.append(Problem("upload", None, "", text))
    if problems:
        raise InputErrors(problems)


def _lay_out(folder: Path, files: Sequence[Upload]) -> None:
    """The shipped data and policies, and over them what was uploaded, wherever a scenario may name it."""
    for name in ("data", "policies"):
        if (SCENARIOS / name).is_dir():
            shutil.copytree(SCENARIOS / name, folder / name)
        (folder / name).mkdir(exist_ok=True)
    for file in files:
        name = Path(file.name.replace("\\", "/")).name
        if not name or name.startswith("."):
            continue
        for place in (folder, folder / ("policies" if name.lower().endswith(_YAML) else "data")):
            if not (place / name).is_dir():
                (place / name).write_bytes(file.content)


def _without(folder: Path, problem: Problem) -> Problem:
    """A problem that names files as the reader knows them: the folder is ours, not theirs."""
    message = problem.message.replace(
        f", relative to this file and inside {folder.name}/", ": upload it together with the scenario"
    )
    return replace(problem, file=problem.file.removeprefix(f"{folder}/"), message=message)
