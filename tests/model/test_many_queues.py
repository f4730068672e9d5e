"""Many contact types and groups: only queues and pools that are not empty are looked at, with the same decisions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import World, assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text


def _centre(types: int, groups: int, plan: str, extra: str = "") -> World:
    kinds = "".join(
        f"  t{i}: {{channel: {'phone' if i % 3 else 'email'}, skills: [s{i % 7}], work: {{exponential: 4 min}},"
        f" arrivals: {{rate: {2 + i % 4} per hour}}, patience: {{exponential: {1 + i % 3} min}}}}\n"
        for i in range(types)
    )
    teams = "".join(
        f"  g{i}: {{channels: {{phone: 1, email: {1 + i % 2}}}, agents: {1 + i % 2},"
        f" skills: [{', '.join(f's{(i + j) % 7}' for j in range(4))}]}}\n"
        for i in range(groups)
    )
    text = f"name: many\ndays: 2\nseed: 5\ncontact_types:\n{kinds}groups:\n{teams}policy:\n{plan}{extra}"
    scenario = load_scenario_text(text, ".", "many.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def _one_by_one(world: World) -> World:
    """The same centre, its lists looked through one by one."""
    groups, queues = world.tables["groups"].copy(), world.routes.queues.copy()
    groups["mask_from"] = queues["mask_from"] = -1
    return replace(world, tables=world.tables | {"groups": groups}, routes=replace(world.routes, queues=queues))


PLAN = "  plans:\n    p: [{groups: any}]\n  rules:\n    - {name: all, plan: p}\n"
STAGES = "  plans:\n    p: [{groups: [g0, g1, g2]}, {after: 30s, groups: any}]\n  rules:\n    - {name: all, plan: p}\n"


@pytest.mark.parametrize(("plan", "groups"), [(PLAN, 20), (STAGES, 20), (PLAN, 60)])
def test_the_short_way_decides_as_the_long_one(plan, groups):
    world = _centre(40, groups, plan)
    assert (world.routes.queues["mask_from"] >= 0).any()
    assert (world.tables["groups"]["mask_from"] >= 0).any()
    short, long = run(world, 1, 0), run(_one_by_one(world), 1, 0)
    assert len(short.contacts) > 3000
    for field in ("agent", "queue", "answered", "ended", "outcome"):
        np.testing.assert_array_equal(short.contacts[field], long.contacts[field])
    assert short.ledger.tobytes() == long.ledger.tobytes()
