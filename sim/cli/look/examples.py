"""`examples`: what comes with Floorcast, listed and copied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floorcast.cli.faults import BadInput, plain_ending, say


def examples(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...",
            help="The examples to copy; without any they are listed.", show_default=False),
    ] = None,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="The folder to copy them to.")
    ] = Path("."),
    everything: Annotated[bool, typer.Option("--all", help="Copy all of them.")] = False,
) -> None:
    """List the scenarios and policies that come with Floorcast, or copy some to change them."""
    with plain_ending():
        from floorcast.shipped import SCENARIOS
        from floorcast.shipped import examples as shipped_examples

        files = shipped_examples()
        if not names and not everything:
            for file in files:
                print(f"{str(file.relative_to(SCENARIOS).with_suffix('')):44} {_about(file)}".rstrip())
            return
        chosen = files if everything else [_named(name, files) for name in names or ()]
        for file in chosen:
            _copy(file, to / file.relative_to(SCENARIOS))
            for beside in _needs(file):
                _copy(beside, to / beside.relative_to(SCENARIOS))


def _named(name: str, files: list[Path]) -> Path:
    from floorcast.scenario.read.problems import unknown
    from floorcast.shipped import SCENARIOS

    known = {str(file.relative_to(SCENARIOS).with_suffix("")): file for file in files}
    ends = [file for key, file in known.items() if key == name or key.endswith(f"/{name}")]
    if not ends:
        raise BadInput(f"examples: {unknown('example', name, known)}")
    return ends[0]


def _about(file: Path) -> str:
    """The first line of a file's opening comment."""
    first = file.read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("#").strip()[:80] if first.startswith("#") else ""


def _needs(file: Path) -> list[Path]:
    """Policies and tables that a scenario names."""
    from floorcast.scenario import InputErrors
    from floorcast.scenario.read.yaml_lines import read_text, read_yaml

    try:
        data = read_yaml(read_text(file, file.name), file.name).data
    except InputErrors:
        return []
    words: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
        elif isinstance(node, str) and node.endswith((".yaml", ".csv")):
            words.append(node)

    walk(data)
    found = [(file.parent / word).resolve() for word in dict.fromkeys(words)]
    return [path for path in found if path.is_file()]


def _copy(file: Path, target: Path) -> None:
    if target.exists():
        say(f"{target}: there already; left as it is", style="yellow")
        return
    from floorcast.report.workbook import replace_file

    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, file.read_bytes())
    say(f"written to {target}", style="dim")
