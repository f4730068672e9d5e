"""A command line that cannot be understood ends in one sentence of ours: what was found, and what is allowed."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from floorcast.cli.app import app
from floorcast.cli.commands import COMMANDS


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("run airline_week -n abc", "--replications: found 'abc'; allowed a whole number from 1 to 100000"),
        ("run airline_week -n 0", "--replications: found '0'; allowed a whole number from 1 to 100000"),
        ("run airline_week --seed 1.5", "--seed: found '1.5'; allowed a whole number from 0 to 9999999999999"),
        (
            "staff 1_phone_team --risk 0,5",
            "--risk: found '0,5'; allowed a share from 0.1 % to 99.9 %, such as '10 %' or 0.1",
        ),
        ("staff 1_phone_team --interval 7", "--interval: found 7; allowed 15, 30 or 60"),
        ("rank 1_phone_team --method foo", "--method: found 'foo'; allowed kn, rinott"),
        ("run", "found no SCENARIO; allowed floorcast run SCENARIO and options, see floorcast run --help"),
        ("staf 1_phone_team", "found no command 'staf'; did you mean staff? floorcast --help lists all"),
        ("run a b", "found 'b' more than floorcast run takes; see floorcast run --help"),
        ("compare a --polcy b", "found no option --polcy; did you mean --policy? see floorcast compare --help"),
        ("run airline_week --clock simpi", "--clock: found 'simpi'; allowed compiled, simpy; did you mean simpy?"),
        (
            "import x --dates dayfirst",
            "--dates: found 'dayfirst'; allowed day-first, month-first; did you mean day-first?",
        ),
        ("compare a --of b", "found no option --of; see floorcast compare --help"),
        ("schema letters", "KIND: found 'letters'; allowed scenario, policy, people"),
    ],
)
def test_it_is_one_sentence(line: str, sentence: str) -> None:
    done = CliRunner().invoke(app, line.split(), prog_name="floorcast")
    assert done.exit_code == 2
    assert done.output.splitlines() == [sentence]


@pytest.mark.parametrize("name", [row.name for row in COMMANDS])
def test_no_command_lets_the_library_speak(name: str) -> None:
    done = CliRunner().invoke(app, [name, "--no-such-option"], prog_name="floorcast")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert done.output.startswith("found no option --no-such-option")


def test_without_a_command_the_help_is_shown() -> None:
    done = CliRunner().invoke(app, [], prog_name="floorcast")
    assert done.exit_code == 2 and "Simulate" in done.output


def test_a_wrong_dimension_of_a_cube_gets_all_of_them() -> None:
    done = CliRunner().invoke(app, ["cube", "nothing", "--by", "chanel"], prog_name="floorcast")
    assert done.exit_code == 2
    assert done.output.startswith("found no dimension 'chanel' (did you mean 'channel'?); allowed policy, variant")
    assert "sentiment" in done.output and "incident" in done.output
