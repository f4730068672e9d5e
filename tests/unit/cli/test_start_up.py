"""Help and errors come at once: nothing slow is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from floorcast import __version__
from floorcast.cli.app import app

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
