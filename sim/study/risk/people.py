"""A scenario's staffing at which it tips: another number of people in one group, on the same customers."""

from __future__ import annotations

from typing import Any

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.policy.what_if import changed_policy
from floorcast.scenario.what_if.grammar import parse_changes
from floorcast.scenario.what_if.variants import Variant, build
from floorcast.study.risk.splitting import largest_of
from floorcast.study.risk.tipping import Progress, Tipping, tips


def tipping_of(
    scenario: Any,
    policy: Any,
    group: str,
    beyond: int,
    bound: float,
    seed: int,
    most_runs: int,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Tipping:
    """Find the fewest people of `group` with whom an incident gets more than `beyond` posts in fewer than `bound`
    (0 to 1) of the runs. Raises ValueError for a bound that so many runs cannot decide, InputErrors for a group
    whose people cannot be changed."""
    worlds: dict[int, Any] = {}
    planned = scenario.groups[group].planned_agents or 1

    def world(people: int) -> Any:
        if people not in worlds:
            change = f"{group}.people = {people}"
            built = build(scenario, Variant(change, parse_changes(change), file="--tips"))
            own, _ = changed_policy(policy, built.policy_edits, built.twins, built.scenario)
            worlds[people] = assemble(built.scenario, own)
        return worlds[people]

    def happens(people: int, replication: int) -> bool:
        return largest_of(run(world(people), seed, replication)) > beyond

    return tips(happens, planned, bound, most_runs, jobs=jobs, progress=progress)
