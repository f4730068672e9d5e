"""What a study's verdicts owe to the numbers that it assumes, run and kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from floorcast.store.folder import ROBUST, StudyError, write_json
from floorcast.store.reading import StudyResult
from floorcast.store.studies import run_study
from floorcast.study.alternatives.assumed import assumed_in
from floorcast.study.alternatives.robust import (
    End,
    document,
    ends_of,
    held,
    options_at,
    possible,
    touched,
)
from floorcast.study.results import Study
from floorcast.study.risk.spread import chances
from floorcast.study.running.workers import Pool

_FOLDER = "robust"  # inside the study's: the same policies at the ends of the ranges


def run_robust(
    result: StudyResult,
    scenario: Any,
    policies: Sequence[Any],
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    pool: Pool | None = None,
) -> dict[str, Any]:
    """Hold the verdicts of a study of these policies against both ends of each assumed number, and keep what was
    found with it. As many replications as the scenario names, or as the study has where these are fewer.

    Raises StudyError where nothing is assumed, or before two replications; InputErrors for a range that cannot be.
    """
    assumed = assumed_in(scenario, policies)
    ends, refused = possible(scenario, ends_of(assumed))
    if not ends:
        raise StudyError(
            f"{scenario.file}: found no assumed number; allowed with a social channel (cascade, listening, chase),"
            " customers, or ranges of your own: `uncertain: {calls.patience: 25 %}`"
        )
    runs = min(result.study.replications, max(2, scenario.replications))
    if runs < 2:
        raise StudyError("found fewer than two replications; allowed two or more, for a verdict")
    beside = run_study(
        scenario, policies, options=options_at(scenario, policies, ends), seed=result.study.seed, replications=runs,
        jobs=jobs, out=None if result.folder is None else result.folder / _FOLDER, progress=progress, pool=pool,
    )  # fmt: skip
    if beside.study.replications < 2:
        return {}
    places = touched(policies, ends)
    found = document(held(result.study, beside.study, places, ends), assumed)
    found |= {"replications": beside.study.replications, "ends": len(ends), "refused": refused}
    found["chances"] = _chances(beside.study, places, ends, policies)
    if result.folder is not None:
        write_json(result.folder / ROBUST, found)
    return found


def _chances(
    study: Study, places: Sequence[tuple[int, int]], ends: Sequence[End], policies: Sequence[Any]
) -> list[dict[str, Any]]:
    """How often an incident ran away at each end, under each policy that the number is of."""
    happened = [one for one in chances(study) if one.measure == "runaway"]
    return [
        {"number": ends[end].assumed.name, "value": ends[end].value, "policy": policies[policy].name,
         "happened": one.happened, "runs": one.runs}
        for one, (end, policy) in zip(happened, places)
    ]  # fmt: skip
