"""`run`, `compare` and `show`: studies simulated, kept, and printed."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.ask.advising import DAYS_TO_SEE_GROWTH, say_doubts
from floorcast.cli.faults import INTERRUPTED, BadInput, plain_ending, say, say_problems
from floorcast.cli.simulate.robustness import hold

if TYPE_CHECKING:
    from floorcast.store import StudyResult
    from floorcast.study.alternatives.options import Option

TRACE_LINES = 100_000


def run(
    scenario: given.ScenarioFile,
    policy: given.OnePolicy = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    clock: given.WhichClock = given.Clock.compiled,
    until_decided: given.UntilDecided = False,
    most: given.Most = None,
    out: given.Out = None,
    records: Annotated[
        Path | None,
        typer.Option(
            "--records",
            metavar="FILE",
            help="Write the contact records of replication 0 there: .parquet, .csv or .xlsx.",
            show_default=False,
        ),
    ] = None,
    check: given.Check = False,
    robust: given.Robust = False,
    adjust: given.Adjust = False,
    csv: given.Csv = None,
    xlsx: given.Xlsx = None,
    save_state: given.SaveState = None,
    state: given.State = None,
    as_json: given.Json = False,
) -> None:
    """Simulate a scenario under one policy."""
    with plain_ending():
        given.check_files(csv, xlsx)
        result = _study(
            scenario,
            given.given_policies(policy),
            only_first=True,
            replications=replications,
            seed=seed,
            jobs=jobs,
            clock=clock,
            until_decided=until_decided,
            most=most,
            out=out,
            records=records,
            check=check,
            adjust=adjust,
            save_state=save_state,
            state=state,
        )
        if clock is given.Clock.simpy and result.folder is not None:
            _write_trace(scenario, given.one_policy(policy), seed, result.folder)
        if robust:
            hold(scenario, given.given_policies(policy), result, only_first=True, jobs=jobs)
        _show(result, as_json, csv, xlsx)


def compare(
    scenario: given.ScenarioFile,
    policy: given.SomePolicies = None,
    policies: given.PolicyList = None,
    with_: given.With = None,
    vary: given.Vary = None,
    html: given.Html = None,
    cross: given.Cross = False,
    replications: given.Replications = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    cluster: given.Cluster = None,
    clock: given.WhichClock = given.Clock.compiled,
    until_decided: given.UntilDecided = False,
    most: given.Most = None,
    out: given.Out = None,
    check: given.Check = False,
    robust: given.Robust = False,
    adjust: given.Adjust = False,
    csv: given.Csv = None,
    xlsx: given.Xlsx = None,
    state: given.State = None,
    as_json: given.Json = False,
) -> None:
    """Simulate a scenario under several policies, or variants of it, on the same customers."""
    with plain_ending():
        given.check_files(csv, xlsx)
        given.check_html(html)
        if robust and (with_ or vary or cross or state is not None):
            raise BadInput("found --robust beside --with, --vary, --cross or --state; allowed with policies alone")
        if html is not None and not vary:
            raise BadInput("found --html without --vary; allowed with a sweep (floorcast report shows other studies)")
        named = [Path(name.strip()) for name in (policies or "").split(",") if name.strip()]
        result = _study(
            scenario,
            [*(policy or ()), *named] or None,
            only_first=False,
            replications=replications,
            seed=seed,
            jobs=jobs,
            clock=clock,
            until_decided=until_decided,
            most=most,
            out=out,
            records=None,
            check=check,
            variants=with_ or (),
            vary=vary or (),
            cross=cross,
            cluster=cluster,
            adjust=adjust,
            state=state,
        )
        if robust:
            hold(scenario, [*(policy or ()), *named] or None, result, only_first=False, jobs=jobs, cluster=cluster)
        _show(result, as_json, csv, xlsx)
        _picture(result, html)


def show(
    study: given.StudyFolder,
    html: given.Html = None,
    csv: given.Csv = None,
    xlsx: given.Xlsx = None,
    as_json: given.Json = False,
) -> None:
    """Print a study again."""
    with plain_ending():
        given.check_files(csv, xlsx)
        given.check_html(html)
        from floorcast.store import load_study

        folder = given.folder_of(study)
        result = load_study(folder)
        if result.interrupted:
            say(f"{folder}: not finished; the command that made it goes on with it", style="yellow")
        _print(result, as_json)
        _write(result, csv, xlsx)
        _picture(result, html)
        from floorcast.store.running.rest import kept_rest

        if not kept_rest(folder):
            say_doubts(result, through_time=True)


def _study(
    file: Path,
    policy_files: Sequence[Path] | None,
    *,
    only_first: bool,
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    clock: given.Clock,
    until_decided: bool,
    most: int | None,
    out: Path | None,
    records: Path | None,
    check: bool,
    variants: Sequence[str] = (),
    vary: Sequence[str] = (),
    cross: bool = False,
    cluster: str | None = None,
    adjust: bool = False,
    save_state: str | None = None,
    state: Path | None = None,
) -> StudyResult:
    """Read the files, run the study with a bar, and say what a reader should know about it."""
    from floorcast.policy import policies_of
    from floorcast.policy.checks.unused import doubts_about
    from floorcast.scenario import load_scenario
    from floorcast.scenario.what_if.variants import own_variants, variants_of
    from floorcast.study.alternatives.options import options_of
    from floorcast.study.alternatives.sweeps import crossed, grid, parse_axis

    if most is not None and not until_decided:
        raise BadInput("found --max without --until-decided; allowed together only")
    if records is not None and records.suffix not in (".parquet", ".csv", ".xlsx"):
        raise BadInput(f"--records: found {records}; allowed a file that ends in .parquet, .csv or .xlsx")
    if records is not None and not records.parent.is_dir():
        raise BadInput(
            f"--records: {records}: cannot be written: there is no folder {records.parent}"
        )
    scenario = load_scenario(file)
    policies = policies_of(scenario, policy_files)
    say_problems(doubts_about(scenario, policies))
    changes = variants_of(variants, scenario)
    axes = [parse_axis(text) for text in vary]
    if axes and cross:
        raise BadInput("found --vary beside --cross; allowed under one policy (floorcast rank takes all of them)")
    swept = [variant.name for variant in changes] if axes else []
    if axes:
        for option in options_of(scenario, policies[:1], changes)[1:] if changes else ():
            _say_change(option)
        points = grid(axes)
        changes = points + crossed(changes, points)
    if not changes and not only_first and (cross or not policy_files):
        changes = own_variants(scenario)
    if cross and not changes:
        raise BadInput("found --cross without variants; allowed with --with or variants in the scenario")
    if only_first or (changes and not cross):
        if changes and len(policies) > 1:
            how = "--policy for another" if axes else f"--cross for all {len(policies)}"
            say(f"under the policy {policies[0].name}; {how}", style="dim")
        policies = policies[:1]
    for policy in policies:
        say_problems(policy.warnings)
    options = options_of(scenario, policies, changes)
    for option in options[:: len(policies)]:
        if option.variant and (not axes or not option.changes or option is options[len(policies)]):
            _say_change(option)  # of a sweep its first value

    from floorcast.cli.compiling import compile_first
    from floorcast.cli.progress import Bar
    from floorcast.store import default_folder, run_study
    from floorcast.store.running.sweeps import keep_sweep
    from floorcast.study.running.cluster import workers

    compile_first()
    restart = None
    if state is not None:
        if adjust or check or clock is given.Clock.simpy:
            raise BadInput("found --state beside --adjust, --check or --clock simpy; allowed without")
        from floorcast.store.running.restart import Restart

        restart = Restart(state, options)
        seed = restart.seed if seed is None else seed
        moment = scenario.start + timedelta(seconds=restart.now)
        how = "goes on from" if restart.exact else "begins with what is there on"
        say(f"{how} {moment:%a %Y-%m-%d %H:%M}", style="dim")
    kind = "" if restart is None else f"state {restart.digest}"
    if save_state is not None:
        from floorcast.store.running.restart import save_state as save_state_of

        start = scenario.seed if seed is None else seed
        saved, moment = save_state_of(scenario, policies[0], start, save_state)
        say(f"replication 0 at {moment:%a %Y-%m-%d %H:%M} saved in {saved}", style="dim")
    with workers(cluster) as pool, Bar("simulating") as bar:
        result = run_study(
            scenario,
            policies,
            seed=seed,
            replications=replications,
            jobs=jobs,
            clock=clock.value,
            out=out or default_folder(scenario, policies, seed, options=options, kind=kind),
            options=options,
            restart=restart,
            pool=pool,
            adjust=adjust,
            until_decided=until_decided,
            most=most,
            records=records if records is None else records.with_suffix(".parquet"),
            check=check,
            command=shlex.join(["floorcast", *sys.argv[1:]]),
            progress=bar.advance_to,
        )
    if records is not None and records.suffix != ".parquet":
        from floorcast.report.records import converted

        converted(records.with_suffix(".parquet"), records, scenario.start)
    if result.study.replications and not axes and restart is None:  # a rest of a day has no trend of its own
        say_doubts(result, through_time=scenario.days >= DAYS_TO_SEE_GROWTH)
    if axes and result.folder is not None:
        keep_sweep(result.folder, axes, swept)
    if restart is not None:
        from floorcast.store.running.restart import keep_rest

        keep_rest(result, restart, scenario)
    return result


def _say_change(option: Option) -> None:
    """A variant as the change that it makes."""
    said = "; ".join(option.changes) or "nothing changes"
    say(f"{option.variant}: {said}", style="dim" if option.changes else "yellow")


def _write_trace(file: Path, policy: Path | None, seed: int | None, folder: Path) -> None:
    """The SimPy clock is chosen to see what happens: beside the study, replication 0 as a story."""
    from floorcast.cli.ask.tracing import story

    story_file = folder / "trace.txt"
    with story_file.open("w", encoding="utf-8") as page:
        for line in story(file, policy, seed, limit=TRACE_LINES):
            print(line, file=page)
    say(f"what happened in replication 0: {story_file}", style="dim")


def _show(result: StudyResult, as_json: bool, csv: Path | None, xlsx: Path | None) -> None:
    """Print a study that just ran, and end with 130 when it was cut short."""
    if result.interrupted and not result.study.replications:
        say("interrupted before a replication was finished", style="yellow")
        raise typer.Exit(INTERRUPTED)
    _print(result, as_json)
    _write(result, csv, xlsx)
    if result.resumed:
        say(_kept_before(result), style="dim")
    if result.repaired:
        say(f"{result.repaired} replications were damaged on disk and were simulated again", style="yellow")
    if result.interrupted:
        say("interrupted; the same command goes on where it stopped", style="yellow")
        raise typer.Exit(INTERRUPTED)


def _kept_before(result: StudyResult) -> str:
    """How many replications were there already, and what becomes of those beyond the number that was asked for."""
    study = result.study
    kept, options = divmod(result.resumed, len(study.policies))
    if kept <= study.replications or options:
        return f"{result.resumed if options else kept:,} replications were there already"
    return (
        f"these are the first {study.replications} of the {kept} replications kept there, as asked for by -n;"
        f" floorcast show {result.folder} tells of all"
    )


def _picture(result: StudyResult, html: Path | None) -> None:
    """A sweep as pictures, where asked for."""
    if html is None:
        return
    from floorcast.store.running.sweeps import kept_sweeps

    sweeps = kept_sweeps(result)
    if not sweeps:
        raise BadInput(f"--html: found no sweep in {result.folder}; allowed a study of compare --vary")
    from floorcast.cli.simulate.sweeping import write_pictures

    write_pictures(result, sweeps, html)
    say(f"written to {html}", style="dim")


def _write(result: StudyResult, csv: Path | None, xlsx: Path | None) -> None:
    """The study's tables as files: measures as CSV, targets and differences beside it; a workbook of all."""
    if csv is None and xlsx is None:
        return
    from floorcast.report.sheets import intervals_sheet, study_sheets

    sheets = study_sheets(result.document())
    if csv is not None:
        for sheet in sheets:
            name = csv if sheet.name == "Measures" else csv.with_stem(f"{csv.stem}_{sheet.name.lower()}")
            given.write_sheets([sheet], name, None)
    if xlsx is not None:
        days = [] if result.folder is None else [intervals_sheet(result.folder)]
        given.write_sheets([*sheets, *days], None, xlsx)


def _print(result: StudyResult, as_json: bool) -> None:
    from floorcast.store.running.rest import kept_rest
    from floorcast.store.running.sweeps import kept_sweeps
    from floorcast.study.alternatives.sweeps import document as sweep_document

    document = result.document()
    sweeps = kept_sweeps(result)
    rest = {} if result.folder is None else kept_rest(result.folder)
    if rest:
        document["rest_of_day"] = rest
    if sweeps:
        document["sweep"] = sweep_document(sweeps[0])
        if len(sweeps) > 1:
            document["sweeps_of_variants"] = [sweep_document(sweep) for sweep in sweeps[1:]]
    if as_json:
        _print_json(document)
        return
    if sweeps:
        from floorcast.cli.simulate.sweeping import show_sweeps

        show_sweeps(result, sweeps, given.page())
    else:
        from floorcast.cli.simulate.resting import show_rest
        from floorcast.cli.tables import show_document

        for option in list(rest)[:1]:
            show_rest(rest[option], option if len(rest) > 1 else "", given.page())
        show_document({**document, "currency": result.currency}, given.page())
    if result.folder is not None:
        say(f"kept in {result.folder}", style="dim")


def _print_json(document: dict[str, Any]) -> None:
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()
