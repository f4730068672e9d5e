"""A long search: generated scenarios and policies on both clocks, held against every law.

    python -m tests.campaign --pairs 10000

Each pair runs once on the compiled and once on the SimPy clock, with the log: equal bits, no law broken, no
exception but the ones that a planner may meet. What fails is written to `build/campaign/` as a scenario with
its policy inside, and the search goes on; the exit status is 1 if anything failed.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings

from floorcast.clock.compiled import run
from floorcast.clock.run import RunawayError
from floorcast.clock.simpy_clock import run_simpy
from floorcast.measures import broken_event_laws, broken_laws, measure
from floorcast.model.compile.stages import UnreachableError
from floorcast.scenario import InputErrors
from tests.equivalence.test_two_clocks import assert_identical
from tests.handed_strategies import handed, taught
from tests.model.test_large_jumps import jumps
from tests.rarer_strategies import rarer
from tests.routing_strategies import routed, routed_social
from tests.social_strategies import social_scenarios
from tests.strategies import ARRIVALS, scenarios, world_of

ONE_CLOCK = 1_000_000  # steps: beyond, the SimPy clock would take many seconds
KINDS = {
    "plain": scenarios(arrivals=ARRIVALS),
    "social": social_scenarios(),
    "routed": routed(),
    "routed social": routed_social(),
    "handed": handed(),
    "taught": taught(),
    "rarer": rarer(),
    "large jumps": jumps(),
}
SHARES = {
    "plain": 10, "social": 15, "routed": 19, "routed social": 20, "handed": 5, "taught": 5, "rarer": 25,
    "large jumps": 1,
}  # fmt: skip
BATCH = 100


def examine(scenario: dict[str, Any]) -> tuple[str, str]:
    """What came of one pair: a word for the tally, and what is wrong with it, if anything is."""
    try:
        world = world_of(scenario)
    except (InputErrors, UnreachableError):
        return "refused", ""
    try:
        one = run(world, 1, 0, log=True)
    except RunawayError:
        return "runaway", ""
    broken = broken_laws(one) + broken_event_laws(one)
    if broken:
        return "breaks a law", "; ".join(broken)
    measure(one)  # every figure of it can be worked out
    if one.events > ONE_CLOCK:
        return "fine on one clock", ""
    assert_identical(one, run_simpy(world, 1, 0, log=True))
    return "fine", ""


def batch(kind: str, number: int, folder: Path) -> Counter[str]:
    """So many pairs of a kind; the same number gives the same pairs."""
    tally: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=BATCH,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(KINDS[kind])
    def pairs(scenario: dict[str, Any]) -> None:
        try:
            word, wrong = examine(scenario)
        except Exception:
            word, wrong = "fails", traceback.format_exc()
        tally[word] += 1
        if wrong:
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{kind.replace(' ', '_')}_{number}_{sum(tally.values())}"
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(scenario, sort_keys=False))
            (folder / f"{name}.txt").write_text(wrong)

    pairs()
    return tally


def main() -> int:
    """Search until so many pairs have run on at least one clock."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--pairs", type=int, default=10_000)
    words.add_argument("--start", type=int, default=0, help="number of the first batch")
    words.add_argument("--out", type=Path, default=Path("build/campaign"))
    given_ = words.parse_args()
    turns = [kind for kind, share in SHARES.items() for _ in range(share)]
    total: Counter[str] = Counter()
    began, number = time.perf_counter(), given_.start
    while total["fine"] + total["fine on one clock"] + total["breaks a law"] + total["fails"] < given_.pairs:
        total += batch(turns[number * 37 % len(turns)], number, given_.out)
        number += 1
        spent = time.perf_counter() - began
        print(f"{spent:7.0f} s, batch {number}: {dict(total)}", flush=True)
    return 1 if total["breaks a law"] or total["fails"] else 0


if __name__ == "__main__":
    sys.exit(main())
