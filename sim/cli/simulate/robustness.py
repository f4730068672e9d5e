"""`--robust`: the verdicts of a study held against the range of every assumed number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.cli.faults import BadInput, say

if TYPE_CHECKING:
    from rich.console import Console

    from floorcast.store import StudyResult


def hold(
    file: Path,
    policy_files: Sequence[Path] | None,
    result: StudyResult,
    *,
    only_first: bool,
    jobs: int | None,
    cluster: str | None = None,
) -> None:
    """Run the study's policies at both ends of each assumed number, and keep what came of it with the study."""
    if result.interrupted:
        return
    if result.study.replications < 2:
        raise BadInput(f"--robust: found {result.study.replications} replication; allowed two or more, for a verdict")
    from floorcast.cli.progress import Bar
    from floorcast.policy import policies_of
    from floorcast.scenario import load_scenario
    from floorcast.store.running.robust import run_robust
    from floorcast.study.running.cluster import workers

    scenario = load_scenario(file)
    policies = policies_of(scenario, policy_files)
    with workers(cluster) as pool, Bar("holding it against what is assumed") as bar:
        found = run_robust(
            result, scenario, policies[:1] if only_first else policies, jobs=jobs, pool=pool, progress=bar.advance_to
        )
    if not found:
        say("interrupted before the verdicts were held against it; the same command goes on", style="yellow")


class Notes:
    """What stands beside verdicts in tables: where they turn is long, and so a note below them."""

    def __init__(self, robust: Mapping[str, Any] | None) -> None:
        from floorcast.study.alternatives.robust_words import Beside

        self._beside, self._texts = Beside(robust), list[str]()

    def beside(self, entry: Mapping[str, Any]) -> str:
        """The mark of one verdict of a document; nothing where it was not held against anything."""
        mark, why = entry.get("robust", ""), entry.get("robust_why", "")
        if mark != "turns":
            return f" {mark}".rstrip()
        if why not in self._texts:
            self._texts.append(why)
        return f" turns ({self._texts.index(why) + 1})"

    def print(self, console: Console) -> None:
        """The notes below the tables."""
        if not self._beside:
            return
        console.print()
        first, second, *refused = self._beside.summary()
        for text in (f"{first[:-1]} (--json lists them).", second):
            console.print(text, highlight=False, markup=False)
        for number, text in enumerate(self._texts, 1):
            console.print(f"({number}) {text}", highlight=False, markup=False)
        for text in refused:
            console.print(text, style="yellow", highlight=False, markup=False)
