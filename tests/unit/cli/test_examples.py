"""`examples`: what is shipped, listed and copied with all that it needs."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.small import floorcast


def test_all_is_listed_with_a_line_about_it(tmp_path: Path) -> None:
    listed = floorcast("examples", folder=tmp_path).stdout
    assert "airline_week" in listed
    assert "tutorial/1_phone_team" in listed
    assert "verification" not in listed


def test_a_copy_runs_elsewhere(tmp_path: Path) -> None:
    assert floorcast("examples", "airline_week", "1_phone_team", folder=tmp_path).returncode == 0
    assert (tmp_path / "policies" / "priority.yaml").is_file()
    done = floorcast("validate", "airline_week.yaml", "tutorial/1_phone_team.yaml", folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_nothing_of_ones_own_is_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "tutorial" / "1_phone_team.yaml"
    mine.parent.mkdir()
    mine.write_text("mine")
    done = floorcast("examples", "1_phone_team", folder=tmp_path)
    assert "there already" in done.stderr
    assert mine.read_text() == "mine"


def test_an_unknown_example_names_the_nearest(tmp_path: Path) -> None:
    done = floorcast("examples", "airline_weak", folder=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'airline_week'?" in done.stderr


def test_misspelt_names_of_what_is_shipped_get_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "my_centre.yaml").write_text("days: 1\n")
    for arguments, says in (
        (("run", "airline_weak"), "did you mean 'airline_week'?"),
        (("run", "airline_week.yml"), "airline_week comes with Floorcast"),
        (("run", "my_center.yaml"), "did you mean 'my_centre.yaml'?"),
        (("run", "airline_week", "--policy", "prioritty"), "did you mean 'priority'?"),
        (("compare", "airline_week", "--with", "policy = prioritty"), "did you mean 'priority'?"),
        (("compare", "1_phone_team", "--with", "airline_week"), "found another calendar"),
    ):
        done = floorcast(*arguments, folder=tmp_path, COLUMNS="200")
        assert done.returncode == 2 and says in done.stderr, (arguments, done.stderr)
