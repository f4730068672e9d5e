"""Lesson files: what they may say, checked before anybody opens them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from floorcast.lessons.theory import THEORY
from floorcast.policy import Policy, default_policy, load_policy_text
from floorcast.scenario import InputErrors, Problem, Scenario, load_scenario_text
from floorcast.scenario.catalogue.measures import MEASURES
from floorcast.scenario.read.problems import choices
from floorcast.scenario.read.units import parse_duration
from floorcast.scenario.read.yaml_lines import read_text, read_yaml
from floorcast.shipped import SCENARIOS

UNITS = {"%": 0.01, "times": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0, "posts": 1.0, "contacts": 1.0}
SHOWS = ("value", "missing", "times")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Guess(_Part):
    """What is guessed: in ``unit`` (one of UNITS), from ``low`` to ``high``."""

    unit: str
    low: float = Field(alias="from")
    high: float = Field(alias="to")


class Play(_Part):
    """The floor to play with: a setting or policy, when it begins, a policy for the twin floor."""

    setting: str = ""
    policy: str = ""
    twin: str = ""
    begin: str = "9h"


class Check(_Part):
    """What is simulated: a measure of a channel, contact type, team or all, in a setting, under a policy.

    show: the value, what is missing to 1, or how many times the value of the setting ``against``.
    """

    measure: str
    of: str = "all"
    setting: str = ""
    against: str = ""
    policy: str = ""
    show: str = "value"
    replications: int = Field(default=20, ge=2, le=500)


class Written(_Part):
    """A lesson as its file says."""

    number: int = Field(ge=1)
    title: str
    text: str
    question: str
    guess: Guess
    scenario: dict[str, Any]
    settings: dict[str, dict[str, Any]] = {}
    policies: list[dict[str, Any]] = []
    play: Play = Play()
    check: Check
    theory: dict[str, Any] = {}
    remember: str


@dataclass(frozen=True)
class Lesson:
    """A lesson, ready: its scenarios by setting and its policies by name."""

    written: Written
    file: str
    scenarios: Mapping[str, Scenario]  # the plain one under ""
    policies: Mapping[str, Policy]

    @property
    def number(self) -> int:
        return self.written.number

    @property
    def title(self) -> str:
        return self.written.title

    @property
    def scale(self) -> float:
        """How much one of the guess's unit is in the measure's own."""
        return UNITS[self.written.guess.unit]

    def policy(self, name: str = "") -> Policy:
        """A policy by name; without one the first."""
        return self.policies[name] if name else next(iter(self.policies.values()))

    @property
    def begin(self) -> float:
        """When the floor to play with begins (s)."""
        return parse_duration(self.written.play.begin)

    def theory(self) -> tuple[str, float] | None:
        """Whose formula it is, and what it says in the measure's own unit; None without one."""
        given = dict(self.written.theory)
        if not given:
            return None
        called, _, value = THEORY[given.pop("formula")]
        return called, value(given)


def load_lesson(path: Path) -> Lesson:
    """Read a lesson file. Raises InputErrors with every problem found, by line and key."""
    return load_lesson_text(read_text(path, str(path)), path.parent, str(path))


def is_lesson_file(path: Path) -> bool:
    """Whether a file is a lesson: it asks something and wants a guess."""
    try:
        data = read_yaml(read_text(path, str(path)), str(path)).data
    except InputErrors:
        return False
    return isinstance(data, dict) and {"question", "guess"} <= set(data)


def load_lesson_text(text: str, folder: Path, shown: str) -> Lesson:
    """The same from text: files that its scenario names are looked up in ``folder``; ``shown`` stands for the file."""
    document = read_yaml(text, shown)
    problems: list[Problem] = []

    def wrong(where: tuple[Any, ...], message: str) -> None:
        problems.append(Problem(shown, document.line(where), ".".join(map(str, where)), message))

    try:
        written = Written.model_validate(document.data)
    except ValidationError as errors:
        for error in errors.errors():
            allowed = f"; allowed {', '.join(Written.model_fields)}" if error["type"] == "extra_forbidden" else ""
            wrong(tuple(error["loc"]), f"{error['msg'][:1].lower()}{error['msg'][1:]}{allowed}")
        raise InputErrors(problems) from None
    _look_at_names(written, wrong)
    scenarios: dict[str, Scenario] = {}
    for name, changes in {"": {}, **written.settings}.items():
        written_out = yaml.safe_dump(_merged(written.scenario, changes or {}), sort_keys=False, allow_unicode=True)
        try:
            scenarios[name] = load_scenario_text(f"name: {_quoted(written.title)}\n{written_out}", folder, shown)
        except InputErrors as errors:
            where = ("settings", name) if name else ("scenario",)
            for one in errors.problems:
                wrong(where, f"{one.key_path}: {one.message}" if one.key_path else one.message)
    _look_at_check(written.check, scenarios.get(""), wrong)
    policies: dict[str, Policy] = {}
    for place, data in enumerate(written.policies if scenarios.get("") is not None else ()):
        try:
            policy = load_policy_text(yaml.safe_dump(data, sort_keys=False), f"{shown} policies", scenarios[""])
            policies[policy.name] = policy
        except InputErrors as errors:
            for problem in errors.problems:
                wrong(("policies", place), f"{problem.key_path}: {problem.message}")
    policies = policies or {"default": default_policy()}
    for key, part in (("play", written.play), ("check", written.check)):
        if part.policy and part.policy not in policies:
            wrong((key, "policy"), f"found {part.policy!r}; allowed {', '.join(policies)}")
    if written.play.twin and written.play.twin not in policies:
        wrong(("play", "twin"), f"found {written.play.twin!r}; allowed {', '.join(policies)}")
    if problems:
        raise InputErrors(problems)
    return Lesson(written, shown, scenarios, policies)


def shipped_lessons(folder: Path = SCENARIOS / "lessons") -> list[Lesson]:
    """The lessons of a folder by number. Raises InputErrors."""
    return sorted((load_lesson(path) for path in folder.glob("*.yaml")), key=lambda one: one.number)


def _look_at_names(written: Written, wrong: Any) -> None:
    """Names that must be among others."""
    if written.guess.unit not in UNITS:
        wrong(("guess", "unit"), f"found {written.guess.unit!r}; allowed {', '.join(UNITS)}")
    if not written.guess.low < written.guess.high:
        wrong(("guess",), f"found from {written.guess.low:g} to {written.guess.high:g}; allowed a rising range")
    if written.check.show not in SHOWS:
        wrong(("check", "show"), f"found {written.check.show!r}; allowed {', '.join(SHOWS)}")
    if written.check.show == "times" and not written.check.against:
        wrong(("check", "against"), "found nothing; allowed a setting, for `show: times` is told against one")
    for where, name in (
        (("play", "setting"), written.play.setting),
        (("check", "setting"), written.check.setting),
        (("check", "against"), written.check.against),
    ):
        if name and name not in written.settings:
            wrong(where, f"found {name!r}; allowed {', '.join(written.settings) or 'none, there are no settings'}")
    if written.theory:
        formula = written.theory.get("formula")
        if formula not in THEORY:
            wrong(("theory", "formula"), f"found {formula!r}; allowed {', '.join(THEORY)}")
        else:
            needs = {"formula", *THEORY[formula][1]}
            if needs != set(written.theory):
                allowed = ", ".join(sorted(needs))
                wrong(("theory",), f"found {', '.join(written.theory)}; allowed {allowed}, all of them")


def _look_at_check(asked: Check, scenario: Scenario | None, wrong: Any) -> None:
    """That what is asked for is a measure of something that is there."""
    if asked.measure not in MEASURES:
        wrong(("check", "measure"), f"found {asked.measure!r}; allowed {choices(MEASURES)}")
    elif scenario is not None:
        names = {
            "all": ("all",), "channel": scenario.channel_names, "contact_type": scenario.type_names,
            "group": scenario.group_names,
        }  # fmt: skip
        known = [name for by in MEASURES[asked.measure].by for name in names.get(by, ())]
        if asked.of not in known:
            wrong(("check", "of"), f"found {asked.of!r}; allowed {choices(known)}")


def _merged(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return data | {
        key: _merged(data[key], value) if isinstance(value, dict) and _plain(data.get(key), value) else value
        for key, value in changes.items()
    }


def _plain(old: Any, new: dict[str, Any]) -> bool:
    """Whether a mapping is changed in parts; a distribution such as `{exponential: 4 min}` is replaced."""
    return isinstance(old, dict) and not (len(old) == 1 and not set(old) & set(new))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
