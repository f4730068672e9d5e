"""A study as one JSON document."""

from __future__ import annotations

import math
from typing import Any

from floorcast.study.results import Study
from floorcast.study.risk.spread import RUNS_AWAY, spreads
from floorcast.study.verdicts import difference_verdicts, target_verdicts

FEWEST_RUNS = 5  # fewer say nothing of a tenth of them


def document(study: Study) -> dict[str, Any]:
    """The study in plain Python values; what is not known is None.

    Half widths of `measures` are of 95 % each for itself, those of `targets` and `differences` of
    95 % for all of the list together. `measures` end with the targets' own, where they are not in
    the list already (`service_level within 30 s`).
    """
    return {
        "scenario": study.scenario,
        "policies": list(study.policies),
        "seed": study.seed,
        "replications": study.replications,
        "channels": dict(study.kinds),
        "measures": _measures(study),
        "targets": [
            {
                "policy": verdict.policy,
                "target": verdict.target.text,
                "by": verdict.target.by,
                "of": verdict.target.of,
                "mean": plain(verdict.mean),
                "half_width": plain(verdict.half_width),
                **not_reached(verdict.mean),
                "verdict": verdict.verdict,
                "unit": verdict.target.unit,
                **({"worst": verdict.target.label, "periods": verdict.periods} if verdict.periods else {}),
            }
            for verdict in target_verdicts(study)
        ],
        "differences": [
            {
                "measure": verdict.row.measure,
                "by": verdict.row.by,
                "of": verdict.row.of,
                "policy": verdict.policy,
                "against": verdict.against,
                "mean": plain(verdict.mean),
                "half_width": plain(verdict.half_width),
                "verdict": verdict.verdict,
            }
            for verdict in difference_verdicts(study)
        ],
        "spread": _spread(study),
        "speed": study.speed._asdict(),
    }


def _spread(study: Study) -> list[dict[str, Any]]:
    """Of what runs away in some runs, where incidents are: what a tenth, half and nine tenths of the runs are below."""
    if study.replications < FEWEST_RUNS:
        return []
    return [
        {
            "policy": row.policy, "measure": row.measure, "unit": row.unit,
            "p10": plain(row.p10), "p50": plain(row.p50), "p90": plain(row.p90),
        }
        for row in spreads(study, RUNS_AWAY)
    ]  # fmt: skip


def _measures(study: Study) -> list[dict[str, Any]]:
    shown: dict[tuple[str, str, str], int] = {}
    for place, row in enumerate(study.rows):
        shown.setdefault((row.measure, row.by, row.of), place)
    found = []
    for policy, name in enumerate(study.policies):
        estimates = study.estimates(policy)
        means, half_widths = estimates.mean.tolist(), estimates.half_width().tolist()
        for place in shown.values():
            row = study.rows[place]
            found.append(
                {
                    "policy": name,
                    "measure": row.measure,
                    "by": row.by,
                    "of": row.of,
                    "mean": plain(means[place]),
                    "half_width": plain(half_widths[place]),
                    **not_reached(means[place]),
                    "unit": row.unit,
                }
            )
    return found


def not_reached(mean: float) -> dict[str, bool]:
    """Marks a percentile that was not reached: so many still waited when a run ended."""
    return {"not_reached": True} if math.isinf(mean) else {}


def plain(value: float) -> float | None:
    """A float that JSON can hold."""
    return float(value) if math.isfinite(value) else None
