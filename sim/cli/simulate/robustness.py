"""`--robust`: the verdicts of a study held against the range of every assumed number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.cli.faults import say

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
    if result.study.replications < 2:
        return
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
    """What stands beside verdicts: `holds`, at how many ends they do, or the note that says where they turn."""

    def __init__(self, robust: Mapping[str, Any] | None) -> None:
        self._robust = robust or {}
        self._entries = {tuple(entry["key"]): entry for entry in self._robust.get("verdicts", ())}
        self._texts: list[str] = []

    def beside(self, verdict: str, *key: str) -> str:
        """The mark of one verdict; nothing where it was not held against anything, or was another verdict then."""
        from floorcast.study.alternatives.robust import turning

        entry = self._entries.get(key)
        if entry is None or entry["verdict"] != verdict:
            return ""
        if entry["holds"]:
            return " holds"
        if not entry["turns"]:
            ends = self._robust["ends"]
            return f" at {ends - len(entry['unsure'])} of {ends}"
        text = turning(entry)
        if text not in self._texts:
            self._texts.append(text)
        return f" turns ({self._texts.index(text) + 1})"

    def print(self, console: Console) -> None:
        """The notes below the tables."""
        if not self._robust:
            return
        assumed, runs, ends = (self._robust[name] for name in ("assumed", "replications", "ends"))
        console.print()
        console.print(
            f"Held against {len(assumed)} assumed number{'' if len(assumed) == 1 else 's, each alone'} at both ends of"
            f" its range: {ends} ends, {runs} replications each, the same customers (--json lists them).",
            highlight=False, markup=False,
        )  # fmt: skip
        console.print(
            f"holds: the same verdict at every end; at {ends - 1} of {ends}: at the others it is no longer sure;"
            " turns: at one it is the opposite for sure.",
            highlight=False, markup=False,
        )  # fmt: skip
        for number, text in enumerate(self._texts, 1):
            console.print(f"({number}) {text}", highlight=False, markup=False)
        for text in self._robust["refused"]:
            console.print(f"not tried: {text}", style="yellow", highlight=False, markup=False)
