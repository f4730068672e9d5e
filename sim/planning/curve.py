"""Service against cost: how the targets fare with more or fewer people, on the same customers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from floorcast.clock import compiled
from floorcast.measures import Summary, TargetRow, measure, targets_of
from floorcast.model.compile.assemble import assemble
from floorcast.scenario import Scenario, change
from floorcast.study.estimate import ratios

FACTORS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)


@dataclass(frozen=True)
class Point:
    """So many times the people as planned: their cost, and each target's value with its 95 % half width."""

    factor: float
    cost: float
    values: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Walk:
    """A curve of points, in the order of their people; targets: what the values are of."""

    targets: tuple[TargetRow, ...]
    points: tuple[Point, ...]


def cost_against_service(
    scenario: Scenario, policy: Any, *, factors: Sequence[float] = FACTORS, replications: int = 10, jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Walk:  # fmt: skip
    """Simulate the scenario with all its groups so many times as large; shifts keep their proportions."""
    points: list[Point] = []
    targets: tuple[TargetRow, ...] = ()
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="walk") as threads:
        for number, factor in enumerate(factors):
            sized = change(scenario, {}, dict.fromkeys(scenario.group_names, float(factor)))
            world = assemble(sized, policy)
            targets = targets_of(world)
            runs = list(threads.map(partial(_one, world, scenario.seed), range(replications)))
            places = [next(i for i, row in enumerate(runs[0].rows) if row.target == k) for k in range(len(targets))]
            found = ratios(
                np.array([run.numerator[places] for run in runs]), np.array([run.denominator[places] for run in runs])
            )
            widths = found.half_width()
            cost = float(np.mean([run.value("cost") for run in runs]))
            values = tuple(zip(found.mean.tolist(), widths.tolist(), strict=True))
            points.append(Point(float(factor), cost, values))
            if progress is not None:
                progress(number + 1, len(factors))
    return Walk(targets, tuple(points))


def _one(world: Any, seed: int, number: int) -> Summary:
    return measure(compiled.run(world, seed, number))
