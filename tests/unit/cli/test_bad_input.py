"""Bad input ends in one clear line per error, exit status 2, no traceback and nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from floorcast.cli.app import app
from tests.centres import one_team

GOOD = one_team(
    "name: Small\ndays: 1\nreplications: 2\n",
    rate=30,
    people="""shifts:
      - {agents: 3, start: "08:00", length: 8h}
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}""",
)

# (what is wrong, the good text, what stands there instead, the line it is on, words the message has)
CASES = [
    ("unknown key", "days: 1", "dayz: 1", 2, "'days'"),
    ("wrong unit", "30 per hour", "30 per fortnight", 8, "30 per fortnight"),
    ("negative rate", "30 per hour", "-30 per hour", 8, "-30 per hour"),
    ("duration without unit", "3 min}", "3}", 9, "3"),
    ("negative days", "days: 1", "days: -1", 2, "-1"),
    ("days far too many", "days: 1", "days: 100000", 2, "366"),
    ("not a number", "days: 1", "days: soon", 2, "soon"),
    ("missing key", "    channel: phone\n    skills", "    skills", 5, "channel"),
    ("unknown channel kind", "channel: phone\n", "channel: fax\n", 6, "fax"),
    (
        "nobody has the skill",
        "skills: [billing]\n    channels",
        "skills: [tech]\n    channels",
        7,
        "billing",
    ),
    ("nobody has the channel", "channels: [phone]", "channels: [email]", 5, "phone"),
    ("shift of more than a day", "length: 8h", "length: 300h", 16, "300h"),
    ("malformed time of day", '"08:00"', '"25:99"', 16, "25:99"),
    ("unknown measure", "measure: service_level", "measure: service_lvl", 18, "service_level"),
    ("target of nothing", "of: phone", "of: fone", 18, "phone"),
    ("share over 100 %", "80 %", "180 %", 18, "180 %"),
    ("policy file missing", "days: 1", "policies: [none.yaml]", 2, "none.yaml"),
    ("shift outside the horizon", "length: 8h}", "length: 8h, days: Sat}", 16, "shift"),
    ("agents beyond memory", "agents: 3", "agents: 30000000", 16, "30000000"),
    ("contacts beyond memory", "30 per hour", "30000 per second", None, "limits"),
    (
        "csv missing",
        "rate: 30 per hour",
        "counts: {per: 1h, csv: no.csv, date: date, hour: hour, value: n}",
        8,
        "no.csv",
    ),
    ("same key twice", "days: 1", "days: 1\ndays: 2", 3, "days"),
    ("broken YAML", "groups:", "groups: [", None, "YAML"),
    ("a tab", "  team:", "\tteam:", 12, "tab"),
    ("python object", "name: Small", "name: !!python/object/apply:os.system [true]", 1, "python"),
    ("alias bomb", "name: Small", "name: &a [x, x]\ndescription: [*a, *a]", None, ""),
]


def check_one_line_each(text: str) -> None:
    assert text.strip(), "an error says nothing"
    assert "Traceback" not in text
    assert "Error:" not in text and "pydantic" not in text
    for line in text.strip().splitlines():
        assert len(line) < 600


@pytest.mark.parametrize(
    ("good", "bad", "line", "word"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
@pytest.mark.parametrize("command", ["validate", "run"])
def test_an_error_names_file_line_and_reason(
    command: str, good: str, bad: str, line: int | None, word: str, tmp_path: Path
) -> None:
    assert good in GOOD
    file = tmp_path / "small.yaml"
    file.write_text(GOOD.replace(good, bad, 1))
    extra = ["--out", str(tmp_path / "out")] if command == "run" else []
    result = CliRunner().invoke(app, [command, str(file), *extra])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    check_one_line_each(result.stderr)
    assert "small.yaml" in result.stderr
    assert word in result.stderr
    if line is not None:
        assert f"small.yaml:{line}:" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.yaml"]


@pytest.mark.parametrize(
    ("rows", "line", "word"),
    [
        ("date,hour,m\n2024-01-01,0,3\n", 1, "'n'"),
        ("date,hour,n\n2024-01-01,0,3\n2024-01-01,x,3\n", 3, "'x'"),
        ("date,hour,n\n2024-01-01,0,-3\n", 2, "'-3'"),
        ("date,hour,n\nyesterday,0,3\n", 2, "yesterday"),
        ("", 1, ""),
    ],
    ids=["missing column", "no hour", "negative count", "no date", "empty"],
)
def test_a_bad_csv_is_named_with_its_line(rows: str, line: int, word: str, tmp_path: Path) -> None:
    source = "counts: {per: 1h, csv: counts.csv, date: date, hour: hour, value: n}"
    (tmp_path / "counts.csv").write_text(rows)
    file = tmp_path / "small.yaml"
    file.write_text(GOOD.replace("rate: 30 per hour", source))
    result = CliRunner().invoke(app, ["validate", str(file)])
    assert result.exit_code == 2, result.output
    check_one_line_each(result.stderr)
    assert word in result.stderr
    assert f"counts.csv:{line}:" in result.stderr


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    text = GOOD.replace("days: 1", "days: -1").replace("3 min}", "3}").replace("80 %", "180 %")
    file.write_text(text)
    result = CliRunner().invoke(app, ["validate", str(file)])
    assert result.exit_code == 2
    for line in (2, 9, 18):
        assert f"small.yaml:{line}:" in result.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "nothing"),
        (b"\xff\xfe\x00\x81", ""),
        (b"just a sentence", "mapping"),
        (b"- a\n- list\n", "mapping"),
        (b"a: " + b"[" * 100_000, ""),
        (b"\x00\x01\x02", ""),
    ],
    ids=["empty", "no text", "scalar", "list", "nested far too deep", "control characters"],
)
def test_files_that_are_no_scenario(content: bytes, word: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["validate", str(file)])
    assert result.exit_code == 2, result.output
    check_one_line_each(result.stderr)
    assert word in result.stderr


def test_a_file_that_is_not_there_and_one_that_is_a_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", str(tmp_path / "gone.yaml"), str(tmp_path)])
    assert result.exit_code == 2
    check_one_line_each(result.stderr)
    assert "gone.yaml" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 2


def test_several_files_are_all_checked(tmp_path: Path) -> None:
    for name, text in (("a", GOOD), ("b", GOOD.replace("days: 1", "days: 0")), ("c", GOOD)):
        (tmp_path / f"{name}.yaml").write_text(text)
    result = CliRunner().invoke(app, ["validate", *(str(tmp_path / f"{n}.yaml") for n in "abc")])
    assert result.exit_code == 2
    assert result.stdout.count("fine") == 2
    assert "b.yaml:2:" in result.stderr


def test_a_policy_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(GOOD)
    policy = tmp_path / "odd.yaml"
    policy.write_text("plans:\n  default:\n    - {groups: [teem]}\n")
    result = CliRunner().invoke(app, ["validate", str(file), "--policy", str(policy)])
    assert result.exit_code == 2
    check_one_line_each(result.stderr)
    assert "odd.yaml:3:" in result.stderr
    assert "team" in result.stderr


def test_a_policy_by_itself(tmp_path: Path) -> None:
    policy = tmp_path / "own.yaml"
    policy.write_text("plans:\n  default:\n    - {groups: [team]}\n")
    fine = CliRunner().invoke(app, ["validate", "--policy", str(policy)])
    assert fine.exit_code == 0, fine.output
    assert "fine" in fine.stdout
    policy.write_text("plans:\n  default:\n    - {groops: [team]}\n")
    odd = CliRunner().invoke(app, ["validate", "--policy", str(policy)])
    assert odd.exit_code == 2
    assert "own.yaml:3:" in odd.stderr and "groups" in odd.stderr
    assert CliRunner().invoke(app, ["validate"]).exit_code == 2


def test_an_export_into_no_folder_is_said_in_a_sentence(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(GOOD)
    for out, said in ((tmp_path / "none" / "f.csv", "there is no folder"), (tmp_path, "allowed a file")):
        done = CliRunner().invoke(app, ["export", str(file), "--as", "forecast", "--out", str(out)])
        assert done.exit_code == 2 and said in done.stderr and ".aside" not in done.stderr


def test_an_export_never_overwrites_the_scenario_it_is_of(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(GOOD)
    done = CliRunner().invoke(app, ["export", str(file), "--as", "forecast", "--out", str(file)])
    assert done.exit_code == 2 and "the scenario itself" in done.stderr
    assert file.read_text() == GOOD


def test_a_faulty_group_is_still_known_where_a_role_names_it(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(GOOD.replace("agents: 3", "agents: -3") + "roles: {voice: team, asked: calls}\n")
    done = CliRunner().invoke(app, ["validate", str(file)])
    assert done.exit_code == 2 and "agents" in done.stderr
    assert "roles" not in done.stderr


def test_wrong_words_that_no_command_caught_are_still_bad_input():
    from floorcast.cli.faults import plain_ending
    from floorcast.scenario.read.problems import Wrong

    with pytest.raises(typer.Exit) as ended, plain_ending():
        raise Wrong("found '30'; allowed a duration with its unit")
    assert ended.value.exit_code == 2
