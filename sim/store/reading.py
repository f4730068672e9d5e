"""A study with what is kept of it, just run or read from its folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from floorcast.measures.contacts.distribution import Distribution, nothing
from floorcast.measures.series import Series
from floorcast.store.folder import REPAIR, StudyError, check_table, kept_robust, read_manifest
from floorcast.store.manifest import layout_of, pairs_in_manifest, targets_in
from floorcast.store.tables import REPLICATIONS, RUNS, kept_controls, read_finished
from floorcast.store.through_time import KEPT, Observed, paths_of
from floorcast.study import Speed, Study, document
from floorcast.study.alternatives.robust_words import Beside, with_robustness
from floorcast.study.through_time import Curve, curve


@dataclass(frozen=True)
class StudyResult:
    """A study that ran or was read, and where it is kept (`folder` None: nowhere)."""

    study: Study
    folder: Path | None
    interrupted: bool
    resumed: int = 0  # replications, over all policies, that were there before
    repaired: int = 0  # replications, over all policies, that were damaged on disk and simulated again
    _observed: dict[str, dict[int, Observed]] = field(default_factory=dict, repr=False)

    def document(self) -> dict[str, Any]:
        """The study in plain values, see `floorcast.study.document`, and what its verdicts owe to what is assumed where
        they were held against it. Raises StudyError if that is damaged."""
        return with_robustness(document(self.study), kept_robust(self.folder))

    @property
    def currency(self) -> str:
        """The currency of the scenario's money; empty where it names none, or nothing is kept."""
        if self.folder is None:
            return ""
        try:
            written = yaml.safe_load(read_manifest(self.folder)["scenario"]["text"])
        except (yaml.YAMLError, KeyError, TypeError):
            return ""
        found = written.get("currency") if isinstance(written, dict) else None
        return found if isinstance(found, str) else ""

    def beside(self) -> Beside:
        """What stands beside its verdicts. Raises StudyError if it is damaged."""
        return Beside(kept_robust(self.folder))

    def series(self, policy: str) -> list[Series]:
        """Series of the first replications under one policy; at most 30 are kept."""
        from floorcast.store.cubes import read_series

        seen = self._observed.get(policy, {})
        if self.folder is None:
            return [seen[number][0] for number in sorted(seen)]
        if len(seen) < min(self.study.replications, KEPT):  # some stand in the folder only
            return read_series(self.folder, policy)
        return [seen[number][0].as_kept() for number in sorted(seen)]

    def horizon(self, policy: str) -> tuple[float, float]:
        """Seconds simulated under one policy, and those of them that are measured. Raises StudyError."""
        if self.folder is None:
            if not (found := self.series(policy)):
                return 0.0, 0.0
            one = found[0]
            return one.measured_seconds + one.first_measured * one.interval, one.measured_seconds
        layout = layout_of(read_manifest(self.folder), policy)
        n, first, interval = layout["n_intervals"], layout["first_measured"], layout["interval"]
        return n * interval, (n - first) * interval

    def curve(
        self, policy: str, measure: str, by: str = "all", of: str = "all", *, days: bool = False
    ) -> Curve:
        """A measure through time under one policy; see `floorcast.study.through_time.curve`."""
        return curve(self.series(policy), measure, by, of, days=days)

    def distribution(self, policy: str) -> Distribution:
        """Distributions of times added up over the first replications under one policy."""
        from floorcast.store.cubes import read_distribution

        if self.folder is not None:
            return read_distribution(self.folder, policy)
        seen = self._observed.get(policy, {})
        n_types = max((len(series.type_names) for series, _ in seen.values()), default=0)
        counts = nothing(n_types)
        for _, found in seen.values():
            for name in counts:
                counts[name] += found.counts[name]
        return Distribution(counts)


def load_study(folder: Path) -> StudyResult:
    """A study from its folder, also one that is interrupted or still running.

    Raises StudyError if there is none, or it is damaged.
    """
    manifest = read_manifest(folder)
    try:
        names = [policy["name"] for policy in manifest["policies"]]
        targets = targets_in(manifest)
        scenario, seed, at = manifest["scenario"]["name"], manifest["seed"], manifest["looks"]
        shown = manifest["result"]["replications"] if manifest["result"] else None
        interrupted = manifest["status"] != "complete"
    except (KeyError, TypeError) as fault:
        raise StudyError(f"{folder} is damaged: its manifest lacks {fault}") from None
    if not all(isinstance(name, str) and name.isprintable() for name in (*names, scenario)):
        raise StudyError(f"{folder} is damaged: its manifest holds names that cannot be printed")
    for name in (REPLICATIONS, RUNS):
        check_table(folder, manifest, name)
    found, rows = read_finished(paths_of(folder, REPLICATIONS), paths_of(folder, RUNS), names)
    policies, n = range(len(names)), 0
    while n != shown and all((policy, n) in found for policy in policies):
        n += 1
    if shown is not None and n < shown:
        raise StudyError(
            f"{folder} is damaged: found {n} of {shown} replications; {REPAIR}"
        )
    empty = np.empty((0, len(rows)))
    everything = list(found.values())
    study = Study(
        scenario,
        tuple(names),
        seed,
        rows,
        targets if rows else (),
        tuple(np.array([found[p, r].above for r in range(n)]) if n else empty for p in policies),
        tuple(np.array([found[p, r].below for r in range(n)]) if n else empty for p in policies),
        Speed(
            sum(one.contacts for one in everything),
            sum(one.events for one in everything),
            float((manifest["result"] or {}).get("seconds_simulating", 0.0))
            or sum(one.seconds for one in everything),
        ),
        at,
        pairs_in_manifest(manifest),
        manifest.get("indifference", {}),
        manifest.get("kinds", {}),
        controls=kept_controls(folder, n),
    )
    return StudyResult(study, folder, interrupted, len(found))
