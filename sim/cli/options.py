"""Arguments and options that several commands share, declared once."""

from __future__ import annotations

import inspect
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from floorcast.cli.faults import BadInput, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console
    from rich.table import Table

    from floorcast.report.workbook import Sheet

WIDTH = 132  # of tables where standard output is no terminal


class Clock(StrEnum):
    """What drives the model."""

    compiled = "compiled"
    simpy = "simpy"


def scenario_by_name(path: Path | None) -> Path | None:
    """A file, or a scenario that comes with Floorcast by its name."""
    from floorcast.shipped import shipped

    return None if path is None else shipped(path)


def policy_by_name(path: Path | None) -> Path | None:
    """A file, or a policy that comes with Floorcast by its name."""
    from floorcast.shipped import shipped

    return None if path is None else shipped(path, "policies")


def people_by_name(path: Path) -> Path:
    """A file, or a file of people that comes with Floorcast by its name."""
    from floorcast.shipped import shipped

    return shipped(path, "people")


def scenarios_by_name(paths: list[Path] | None) -> list[Path] | None:
    """Files, or scenarios that come with Floorcast by their names."""
    from floorcast.shipped import shipped

    return None if paths is None else [shipped(path) for path in paths]


def policies_by_name(paths: list[Path] | None) -> list[Path] | None:
    """Files, or policies that come with Floorcast by their names."""
    from floorcast.shipped import shipped

    return None if paths is None else [shipped(path, "policies") for path in paths]


ScenarioFile = Annotated[
    Path,
    typer.Argument(
        metavar="SCENARIO",
        help="A scenario file (YAML), or the name of one that comes with Floorcast.",
        callback=scenario_by_name,
        show_default=False,
    ),
]
# A list, so that a second policy is refused rather than put in the place of the first; see `one_policy`.
OnePolicy = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="The policy file to run under. Default: the scenario's first.",
        callback=policies_by_name,
        show_default=False,
    ),
]
SomePolicies = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="A policy file; repeat it for more. Default: the scenario's.",
        callback=policies_by_name,
        show_default=False,
    ),
]
PolicyList = Annotated[
    str | None,
    typer.Option("--policies", metavar="FILE,FILE",
        help="Several policy files in one option, separated by commas.", show_default=False),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="CHANGE",
        help="A variant to compare with the base: 'phone.volume +15 %', 'name: CHANGE; CHANGE', the name of one of"
        " the scenario's variants, or a file; repeat it for more.",
        show_default=False,
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FILE",
        help="Simulate the rest of the day from this state: a file of run --save-state, or a CSV of your own.",
        show_default=False,
    ),
]
SaveState = Annotated[
    str | None,
    typer.Option(
        "--save-state",
        metavar="MOMENT=FILE",
        help="Save replication 0 as it is at that moment: 11:00=now.state, or '2024-01-03 11:00=now.state'.",
        show_default=False,
    ),
]
Adjust = Annotated[
    bool,
    typer.Option(
        "--adjust",
        help="Narrower intervals: adjust for the day factors and absences that chance brought.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Run on a Dask scheduler, such as tcp://10.0.0.1:8786, or local:N for N processes here.",
        show_default=False,
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH=LOW..HIGH",
        help="Sweep an input: phone.volume=0.8..1.2:9 (9 points), team.agents=18..26, or a list; give"
        " it twice for a map.",
        show_default=False,
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", help="Write the sweep of --vary as pictures, in one HTML file.", show_default=False
    ),
]
Cross = Annotated[
    bool, typer.Option("--cross", help="Run every variant under every policy, not only under the first.")
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        min=1,
        max=100_000,
        help="How many replications. Default: the scenario's.",
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        min=0,
        max=9_999_999_999_999,
        help="Seed of all random draws. Default: the scenario's.",
        show_default=False,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=1,
        max=1024,
        help="Threads. Default: one per core.",
        show_default=False,
    ),
]
WhichClock = Annotated[Clock, typer.Option("--clock",
    help="What drives the model: the compiled loop, or SimPy (slower, same results).")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Where to keep the study. Default: results/<study>.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
UntilDecided = Annotated[
    bool,
    typer.Option("--until-decided", help="Add replications until every verdict is settled."),
]
Most = Annotated[
    int | None,
    typer.Option(
        "--max",
        metavar="N",
        min=2,
        max=1_000_000,
        help="The most replications that --until-decided may use.",
        show_default=False,
    ),
]
Robust = Annotated[
    bool,
    typer.Option(
        "--robust",
        help="Say beside each verdict whether it survives the range of every assumed number (what the public does, what"
        " an answer stops); see `uncertain` in a scenario.",
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Test every run against the laws that any run must obey.")
]
StudyFolder = Annotated[
    Path,
    typer.Argument(
        metavar="STUDY", help="A study's folder, or its name in results/.", show_default=False
    ),
]


Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Also write the table as CSV.", show_default=False),
]
Xlsx = Annotated[
    Path | None,
    typer.Option(
        "--xlsx", metavar="FILE", help="Also write a workbook with units and a data dictionary.", show_default=False
    ),
]


def inner_share(option: str, written: str) -> float:
    """A share such as `10 %` or 0.1 that is neither none nor all. Raises BadInput."""
    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.read.units import parse_share

    try:
        share = parse_share(written)
    except Wrong:
        share = -1.0
    if not 0.001 <= share <= 0.999:
        raise BadInput(f"{option}: found {written!r}; allowed a share from 0.1 % to 99.9 %, such as '10 %' or 0.1")
    return share


def check_files(csv: Path | None, xlsx: Path | None) -> None:
    """Raise BadInput for a file that could not be written, MissingExtra without what writes workbooks, before
    anything is simulated."""
    for option, file, ending in (("--csv", csv, ".csv"), ("--xlsx", xlsx, ".xlsx")):
        if file is not None and file.suffix.lower() != ending:
            raise BadInput(f"{option}: found {file}; allowed a file that ends in {ending}")
        if file is not None and not file.parent.is_dir():
            raise BadInput(f"{option}: {file}: cannot be written: there is no folder {file.parent}")
    if xlsx is not None:
        from floorcast.scenario.read.extras import optional

        optional("xlsxwriter", "--xlsx", "XlsxWriter", "report")


def check_html(html: Path | None) -> None:
    """Raise BadInput for a page that could not be written, before anything is simulated."""
    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"--html: found {html}; allowed a file that ends in .html")
    if html is not None and not html.parent.is_dir():
        raise BadInput(f"--html: {html}: cannot be written: there is no folder {html.parent}")


def check_folder(option: str, folder: Path | None) -> None:
    """Raise BadInput for a folder to write that is a file, before anything is worked out."""
    if folder is not None and folder.exists() and not folder.is_dir():
        raise BadInput(f"{option}: found the file {folder}; allowed a folder to make or fill")


def write_sheets(sheets: Sequence[Sheet], csv: Path | None, xlsx: Path | None) -> None:
    """Write the first sheet as CSV and all of them as a workbook, where asked for."""
    from floorcast.report.workbook import write_csv, write_workbook

    if csv is not None:
        write_csv(csv, sheets[0])
        say(f"written to {csv}", style="dim")
    if xlsx is not None:
        write_workbook(xlsx, sheets)
        say(f"written to {xlsx}", style="dim")


def one_policy(policies: list[Path] | None) -> Path | None:
    """The policy that a command for one was given. Raises BadInput for several."""
    if policies and len(policies) > 1:
        raise BadInput(
            f"--policy: found {len(policies)} policies; allowed one (`floorcast compare` takes several)"
        )
    return policies[0] if policies else None


def given_policies(policies: list[Path] | None) -> list[Path] | None:
    """The same for what reads policies: a list of that one, None for the scenario's own."""
    one = one_policy(policies)
    return None if one is None else [one]


def folder_of(study: Path) -> Path:
    """The folder that a STUDY names: itself, or the one of that name in results/."""
    kept = Path("results") / study
    return kept if not study.exists() and kept.exists() else study


_printed: list[Table] | None = None  # tables of the command that runs, where they are asked for as files


def _note(objects: Sequence[Any]) -> None:
    from rich.table import Table

    if _printed is not None:
        _printed.extend(one for one in objects if isinstance(one, Table))


def with_files(command: Callable[..., None]) -> Callable[..., None]:
    """A command that prints tables, with --csv and --xlsx: the tables that it printed, as files."""

    def called(*given: Any, csv: Path | None = None, xlsx: Path | None = None, **named: Any) -> None:
        global _printed
        from floorcast.cli.faults import plain_ending

        with plain_ending():
            check_files(csv, xlsx)
        _printed = [] if csv or xlsx else None
        try:
            command(*given, **named)
        finally:
            tables, _printed = _printed or [], None
            if tables:
                from floorcast.report.printed import sheets_of

                with plain_ending():
                    sheets = sheets_of(tables)
                    write_sheets(sheets, csv, xlsx)
                    for number, sheet in enumerate(sheets[1:] if csv else [], 2):
                        write_sheets([sheet], csv.with_stem(f"{csv.stem}-{number}") if csv else None, None)
        if (csv or xlsx) and not tables:
            with plain_ending():
                raise BadInput(f"{'--csv' if csv else '--xlsx'}: no table was printed; allowed without --json")

    own = inspect.signature(command, eval_str=True)
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in (("csv", Csv), ("xlsx", Xlsx))
    ]
    # Resolved where the command stands: read as text in this module, some would be found and others not.
    kinds = get_type_hints(command, include_extras=True)
    mine = [one.replace(annotation=kinds.get(one.name, one.annotation)) for one in own.parameters.values()]
    called.__signature__ = own.replace(parameters=[*mine, *extra])  # type: ignore[attr-defined]
    called.__annotations__ = {**kinds, "csv": Csv, "xlsx": Xlsx}
    called.__doc__, called.__name__, called.__module__ = command.__doc__, command.__name__, command.__module__
    return called


def page() -> Console:
    """Standard output for tables: as wide as the terminal, else as COLUMNS says, else 132 columns."""
    import os

    from floorcast.cli.wide import Page

    console = Page(_note)
    if console.is_terminal or os.environ.get("COLUMNS", "").isdigit():
        return console
    return Page(_note, width=WIDTH)
