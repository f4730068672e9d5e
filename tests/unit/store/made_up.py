"""A scenario with policies and a simulation that takes no engine, for studies on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from floorcast.store import StudyResult, run_study
from tests.unit.measures.centre import FakeScenario, FakeWorld, group, make_world, target
from tests.unit.study.made_up import MadeUpSimulation

TYPES = {"calls": "phone", "mail": "email", "tech": "phone"}


@dataclass(frozen=True)
class NamedPolicy:
    name: str
    text: str = "priority: {}\n"
    number: int = 0


@dataclass(frozen=True)
class StudyScenario(FakeScenario):
    seed: int = 3
    replications: int = 4
    file: str = "made_up.yaml"


def scenario(**changes: Any) -> StudyScenario:
    blank = StudyScenario(
        TYPES, {"team": group(20.0)}, (target("phone", "service_level", at_least=0.8),)
    )
    return replace(blank, **changes)


POLICIES = [NamedPolicy("first", number=0), NamedPolicy("second", number=1)]


def assemble(of: StudyScenario, policy: NamedPolicy) -> FakeWorld:
    world = make_world(of.types, of.groups)
    return replace(world, scenario=of, policy=policy.number)


def run(
    out: Path | None = None, simulation: MadeUpSimulation | None = None, **more: Any
) -> StudyResult:
    more = {"scenario": scenario(), "policies": POLICIES, "jobs": 2} | more
    return run_study(
        more.pop("scenario"),
        more.pop("policies"),
        out=out,
        simulate=simulation or MadeUpSimulation(),
        assemble=assemble,
        **more,
    )
