"""Whether what plans promise holds on customers that nobody has seen.

    python -m tests.plans --plans 100

Each drawn centre (tests/planned_centres.py) is planned as `floorcast schedule` does it; of each third the people whom
`floorcast staff` requires are worked out too. What is written of them is simulated on another seed until chance hardly
plays a part, and each verdict beside it is right or wrong. A plan holds if all that is said of it does. The exit status
is 1 where fewer than 95 of 100 hold, of plans said to meet everything for sure, or of all of which anything is said.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.model.compile.assemble import assemble
from floorcast.planning.programs.model import Promise
from floorcast.planning.programs.promises import kept, promises_of, words
from floorcast.planning.requirement.crew import crewed
from floorcast.planning.requirement.staffing import document as staffing_document
from floorcast.planning.requirement.staffing import question_of, staff
from floorcast.planning.shifts.schedule import schedule
from floorcast.planning.shifts.written import scenario_text
from floorcast.planning.trials import Question, Trials
from floorcast.policy import policies_of
from floorcast.scenario import Scenario, load_scenario_text
from tests.planned_centres import planned_centre

SEED = 800_000  # added to the scenario's: customers whom no search and no check has met
SEARCHED = 40  # replications of a try: fewer than `schedule` takes of such centres, so that plans are luckier
FIRST, MOST = 2_000, 8_000  # replications that tell the truth
CLEAR = 3.0  # standard errors: with so much room more replications would change nothing
SHARE = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """One verdict and how it is: room is what the truth keeps of the bound, error what chance leaves open."""

    of: str  # plan, staff
    words: str
    verdict: str
    room: float
    error: float

    @property
    def true(self) -> bool:
        """Whether the truth is on the side that was said."""
        return self.room >= 0 if self.verdict == "met" else self.room < 0

    @property
    def narrow(self) -> bool:
        """Whether even the truth is too close to the bound to tell."""
        return abs(self.room) < 2 * self.error


@dataclass(frozen=True)
class Outcome:
    """What became of one centre."""

    number: int
    sure: bool
    impossible: bool
    said: tuple[Said, ...]
    replications: int
    seconds: float

    def holds(self, of: str) -> bool:
        """Whether all that was said is true."""
        return all(one.true for one in self.said if one.of == of)

    def spoke(self, of: str) -> bool:
        """Whether anything was said."""
        return any(one.of == of for one in self.said)


def truth(
    scenario: Scenario, policy: Any, promises: Sequence[Promise], question: Question
) -> tuple[Floats, Floats]:
    """Room and standard error of every promise, on customers of another seed."""
    world = assemble(scenario, policy)
    trials = Trials(question, scenario.seed + SEED)
    try:
        trial = trials.run(world, FIRST, 0, whole=True)
        while True:
            _, room, error = kept(promises, trial, question, world)
            if trial.n >= MOST or (np.abs(room) > CLEAR * error).all():
                return room, error
            trial = trial.joined(trials.run(world, FIRST, trial.n, whole=True))
    finally:
        trials.close()


def planned(number: int) -> Outcome:
    """Plan a centre, and see."""
    began = time.process_time()
    scenario = planned_centre(number)
    policy = policies_of(scenario, None)[0]
    question = question_of(scenario, policy)
    promises = promises_of(question, round(scenario.horizon / scenario.interval))
    plan = schedule(scenario, policy, replications=SEARCHED)
    written = load_scenario_text(
        scenario_text(plan), ".", f"plan of centre {number}"
    )  # as `schedule` writes it
    room, error = truth(written, policies_of(written, None)[0], promises, question)
    said = [
        Said("plan", one.words, one.verdict, float(r), float(e))
        for one, r, e in zip(plan.verdicts, room, error, strict=True)
        if one.verdict != "undecided"
    ]
    if number % 3 == 0:
        said += required(scenario, policy)
    spent = time.process_time() - began
    return Outcome(number, plan.sure, bool(plan.impossible), tuple(said), plan.replications, spent)


def required(scenario: Scenario, policy: Any) -> Iterator[Said]:
    """The verdicts that stand beside the people required."""
    if not question_of(scenario, policy).targets:
        return
    found = staff(scenario, policy, replications=SEARCHED, written=False)
    rows = [
        row
        for row in staffing_document(found)["over_the_horizon"]
        if row["with_required_verdict"] is not None
    ]
    steps = round(found.scenario.horizon / found.scenario.interval)
    promises = promises_of(found.question, steps)
    room, error = truth(
        crewed(found.scenario, found.requirement.heads), policy, promises, found.question
    )
    for promise, r, e in zip(promises, room, error, strict=True):
        for row in rows:
            if (row["of"], row["target"]) == (
                promise.target.of,
                words(promise.target).split(", ", 1)[1],
            ):
                if row["with_required_verdict"] != "undecided":
                    yield Said(
                        "staff",
                        words(promise.target),
                        row["with_required_verdict"],
                        float(r),
                        float(e),
                    )
                break


def report(found: list[Outcome]) -> int:
    """Say how many hold; 1 if too few."""
    sure = [one for one in found if one.sure]
    groups = {
        "plans that meet everything for sure": (sure, "plan"),
        "plans of which anything is said for sure": (
            [one for one in found if one.spoke("plan")],
            "plan",
        ),
        "answers of staff of which anything is said for sure": (
            [one for one in found if one.spoke("staff")],
            "staff",
        ),
    }
    bad = 0
    for name, (ones, of) in groups.items():
        held = sum(one.holds(of) for one in ones)
        bad += held < SHARE * len(ones)
        print(f"{held} of {len(ones)} {name} hold on new seeds")
    tally = Counter((one.of, one.verdict, one.true) for centre in found for one in centre.said)
    for of, verdict in sorted({(of, verdict) for of, verdict, _ in tally}):
        true = tally[of, verdict, True]
        print(f"{of}: {true} of {true + tally[of, verdict, False]} verdicts '{verdict}' are true")
    for centre in found:
        for one in centre.said:
            if not one.true:
                room = f"{one.room:+.5f} ± {2 * one.error:.5f} from its bound"
                near = ", too close to tell" if one.narrow else ""
                print(f"  centre {centre.number}, {one.of}, {one.words}: said {one.verdict}, in truth {room}{near}")
    return int(bad > 0)


def tried(numbers: Sequence[int], jobs: int) -> list[Outcome]:
    """Plan these centres on so many processes; progress is printed."""
    began = time.perf_counter()
    found: list[Outcome] = []
    with ProcessPoolExecutor(jobs) as pool:
        coming = [pool.submit(planned, number) for number in numbers]
        for one in as_completed(coming):
            if one.exception() is not None:  # the others need not be planned
                pool.shutdown(wait=False, cancel_futures=True)
            centre = one.result()
            found.append(centre)
            wrong = sum(not said.true for said in centre.said)
            spent = time.perf_counter() - began
            left = spent / len(found) * (len(numbers) - len(found))
            print(
                f"{spent:6.0f} s, centre {centre.number}: {'sure' if centre.sure else 'not sure'},"
                f" {len(centre.said)} verdicts, {wrong} wrong, {centre.seconds:.0f} s of a processor;"
                f" {len(found)} of {len(numbers)}, about {left / 60:.0f} min left",
                flush=True,
            )
    return sorted(found, key=lambda one: one.number)


def main() -> int:
    """Plan so many centres, on as many processes as asked."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--plans", type=int, default=100)
    asked.add_argument("--start", type=int, default=0, help="number of the first centre")
    asked.add_argument("--jobs", type=int, default=2)
    given = asked.parse_args()
    return report(tried(range(given.start, given.start + given.plans), given.jobs))


if __name__ == "__main__":
    sys.exit(main())
