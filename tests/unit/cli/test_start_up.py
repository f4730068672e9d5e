"""Help and errors come at once: nothing slow is imported before it is needed."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from floorcast import __version__
from floorcast.cli.app import app
from floorcast.cli.commands import COMMANDS, Command

ROOMS = Path(__file__).resolve().parents[3] / "sim" / "cli"

SLOW = ("numpy", "numba", "scipy", "pandas", "pyarrow", "duckdb", "streamlit", "plotly")


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"], ["nonsense"]])
def test_nothing_slow_is_imported_for_it(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from floorcast.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        f"    print('SLOW', [name for name in {SLOW!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "SLOW []"


def test_a_run_needs_neither_the_page_nor_its_charts() -> None:
    program = (
        "import sys, floorcast.store, floorcast.clock.compiled\n"
        "print([n for n in sys.argv[1:] if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "streamlit", "plotly", "duckdb", "simpy", "scipy.stats"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_whole_run_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """Neither the libraries of other commands, nor numba, which is there to compile."""
    from floorcast.cli.compiling import compile_first

    compile_first()
    never = (
        "pandas", "duckdb", "pyarrow.compute", "scipy.special", "scipy.linalg", "scipy.stats", "numba", "numpy.ma",
        "rich.progress", "floorcast.clock.saved",
    )  # fmt: skip
    program = (
        "import sys\n"
        "from floorcast.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        f"print('LOADED', [name for name in {never!r} if name in sys.modules])\n"
    )
    words = ["run", "1_phone_team", "--replications", "3", "--out", str(tmp_path / "study")]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert "offered" in done.stdout
    assert done.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_command_is_what_help_says(row: Command) -> None:
    module, function = row.place.split(":")
    called = getattr(import_module(f"floorcast.cli.{module}"), function)
    said = (inspect.getdoc(called) or "").split("\n\n")[0].replace("\n", " ")
    assert said == row.says, f"{row.place}: its docstring begins with another sentence than cli/commands.py says"
    assert CliRunner().invoke(app, [row.name, "--help"]).exit_code == 0


def test_every_command_has_its_row() -> None:
    """Functions of the command rooms that typer could call: each is a row of the table."""
    placed = {row.place for row in COMMANDS}
    written = set()
    for path in sorted(ROOMS.glob("*/*.py")):
        module = f"{path.parent.name}.{path.stem}"
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(
                "typer." in ast.unparse(argument.annotation) or "given." in ast.unparse(argument.annotation)
                for argument in node.args.args
                if argument.annotation and not node.name.startswith("_")
            ):
                written.add(f"{module}:{node.name}")
    assert written <= placed, f"commands without a row in cli/commands.py: {sorted(written - placed)}"


def test_help_needs_no_library_at_all() -> None:
    """Under a tenth of a second: a few modules of the standard library, neither typer nor rich."""
    program = (
        "import sys, time\nsys.argv = ['floorcast', '--help']\nfrom floorcast.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n"
        "    print([n for n in ('typer', 'rich') if n in sys.modules], time.process_time() < 0.1)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] True"
    assert CliRunner().invoke(app, ["--help"]).stdout.strip() in done.stdout


def test_version() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert done.exit_code == 0
    assert done.stdout == f"floorcast {__version__}\n"


def test_without_a_command_help_is_shown() -> None:
    done = CliRunner().invoke(app, [])
    assert "validate" in done.output and "compare" in done.output


def test_an_unknown_command_is_bad_input() -> None:
    done = CliRunner().invoke(app, ["comparee"])
    assert done.exit_code == 2
    assert "comparee" in done.stderr


@pytest.mark.parametrize("of", ["scenario", "policy"])
def test_schema_is_a_json_schema(of: str) -> None:
    import json

    from jsonschema import Draft202012Validator

    done = CliRunner().invoke(app, ["schema", of])
    assert done.exit_code == 0
    Draft202012Validator.check_schema(json.loads(done.stdout))


@pytest.mark.parametrize("name", ["listen", "delay"])
def test_commands_whose_tables_can_be_files_keep_their_own_options(name: str) -> None:
    command = typer.main.get_command(app).get_command(None, name)  # type: ignore[attr-defined]
    known = {option for param in command.params for option in param.opts}
    assert {"-n", "--policy", "--seed", "--json", "--csv"} <= known


def test_a_day_that_is_shown_again_is_read_without_a_data_base(tmp_path: Path) -> None:
    """One day has no growth from day to day to look for; what its length says is said all the same."""
    folder = str(tmp_path / "study")
    ran = CliRunner().invoke(app, ["run", "1_phone_team", "--replications", "2", "--out", folder])
    assert ran.exit_code == 0, ran.output
    program = (
        "import sys\nfrom floorcast.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n"
        "    print('LOADED', [n for n in ('duckdb', 'pandas', 'pyarrow.dataset', 'numba') if n in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, "show", folder], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"
    assert "2 replications say little" in done.stderr
