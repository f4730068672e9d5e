"""`tune`: the setting of a policy that meets most targets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say, say_problems

if TYPE_CHECKING:
    from floorcast.store.running.tuning import Tuned


def tune(
    scenario: given.ScenarioFile,
    policy: given.OnePolicy = None,
    with_: given.With = None,
    regret: Annotated[
        bool,
        typer.Option(
            "--regret",
            help="For the least regret: not the scenario's own loss, but how much more is lost than at the setting that"
            " is best for the scenario, or for a variant of --with (default: its own variants), where that is most.",
        ),
    ] = False,
    trials: Annotated[
        int, typer.Option("--trials", metavar="N", min=2, max=100_000, help="How many settings to try.")
    ] = 60,
    replications: Annotated[
        int,
        typer.Option(
            "--replications", "-n", metavar="N", min=4, max=10_000,
            help="Replications of a setting that is not given up early.",
        ),
    ] = 16,
    fresh: Annotated[
        int,
        typer.Option("--fresh", metavar="N", min=5, max=100_000, help="Fresh replications for the verdict."),
    ] = 40,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="FILE.yaml", help="Write the tuned policy there. Default: in the study's folder.",
            show_default=False,
        ),
    ] = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    cluster: given.Cluster = None,
    out: given.Out = None,
    as_json: given.Json = False,
) -> None:  # fmt: skip
    """Tune a policy: find the numbers that come closest to all targets, and say what was gained.

    Numbers to tune are written {tune: 0..200, now: 30} in the policy, lists {choose: [...], now: ...}.
    """
    with plain_ending():
        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar
        from floorcast.policy import policies_of
        from floorcast.report.workbook import write_text
        from floorcast.scenario import load_scenario
        from floorcast.scenario.read.extras import optional
        from floorcast.scenario.what_if.variants import own_variants, variants_of
        from floorcast.store import default_folder
        from floorcast.store.running.opening import available_cores
        from floorcast.store.running.tuning import tune as search
        from floorcast.study.alternatives.options import options_of
        from floorcast.study.running.cluster import workers

        optional("optuna", "tuning", "Optuna", "plan")
        found = load_scenario(scenario)
        say_problems(found.warnings)
        under = policies_of(found, given.given_policies(policy))[0]
        say_problems(under.warnings)
        if with_ and not regret:
            raise BadInput("found --with without --regret; allowed together, to tune for the scenario and its variants")
        variants = (variants_of(with_, found) if with_ else own_variants(found)) if regret else []
        if regret and not variants:
            raise BadInput("found --regret without variants; allowed with --with or variants in the scenario")
        options = options_of(found, [under], variants) if variants else ()
        for option in options[1:]:
            say(f"{option.variant}: {'; '.join(option.changes) or 'nothing changes'}", style="dim")
        folder = out or default_folder(found, [under], seed, options=options, kind="tune")
        target = write or folder / f"{under.name.replace('/', '_').replace(' ', '_')}_tuned.yaml"
        if write is not None and not write.parent.is_dir():
            raise BadInput(f"--write: {write}: cannot be written: there is no folder {write.parent}")
        compile_first()
        asked = Interrupted()
        with asked, workers(cluster) as pool, Bar("tuning") as bar:
            tuned = search(
                found, under, variants=variants, trials=trials, replications=replications, fresh=fresh, seed=seed,
                jobs=jobs or available_cores(), pool=pool, out=folder, progress=bar.advance_to,
                should_stop=asked,
            )  # fmt: skip
        if as_json:
            typer.echo(json.dumps(tuned.document(), default=str))
        else:
            _print(found.name, tuned)
        write_text(target, tuned.text())
        say(f"written to {target}", style="dim")


class Interrupted:
    """Ctrl-C once: the search ends with the best so far, and its worth is still found out."""

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __call__(self) -> bool:
        return self._asked

    def __enter__(self) -> Interrupted:
        import signal
        import threading

        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        import signal

        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, *_: object) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        say("ends with the best so far; once more to stop at once", style="yellow")


def _print(scenario: str, tuned: Tuned) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console = given.page()
    gain = tuned.gain
    sure = "better for sure" if gain.sure else "which may be chance"
    console.print(Text(f"{scenario}: {tuned.policy.name}", style="bold"))
    console.print(
        f"{tuned.what.capitalize()} {tuned.losses[0]:.4g} -> {tuned.losses[1]:.4g}:"
        f" {gain.mean:+.4g} ± {gain.half_width:.2g}, {sure}"
        f" (95 %, {gain.replications} fresh replications);"
        f" cost {tuned.cost.mean:+,.0f} ± {tuned.cost.half_width:,.0f}.",
        highlight=False,
    )
    if tuned.regrets:
        console.print()
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for name in ("loss", "was", "is", "best for it alone", "behind that"):
            table.add_column(name, justify="left" if name == "loss" else "right", overflow="fold")
        for r in tuned.regrets:
            behind = f"{r.behind.mean:+.3g} ± {r.behind.half_width:.2g}"
            table.add_row(*map(Text, (r.variant, f"{r.before:.4g}", f"{r.after:.4g}", f"{r.best:.4g}", behind)))
        console.print(table)
    console.print()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("", "was", "is", "putting it back alone"):
        table.add_column(name, justify="right" if name else "left")
    for one in tuned.turned:
        back = f"{one.back.mean:+.3g} ± {one.back.half_width:.2g}"
        table.add_row(*map(Text, (one.path, str(one.before), str(one.after), back)))
    console.print(table)
    if tuned.explained:
        console.print()
        console.print("In words, what is new:", style="bold")
        for line in tuned.explained:
            console.print(f"  {line.strip()}", markup=False, highlight=False)
    console.print()
    console.print(
        f"{tuned.trials} settings tried, {tuned.refused} refused, {tuned.simulated:,} replications.", style="dim"
    )
