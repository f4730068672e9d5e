"""Files from a browser: bounded, read beside the shipped data, faulted like files on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.scenario import InputErrors
from floorcast.ui.base.shipped import (
    FLAGSHIP,
    SCENARIOS,
    scenario_label,
    shipped_policies,
    shipped_scenarios,
    verification_scenarios,
)
from floorcast.ui.base.uploads import MOST_BYTES, Upload, load_uploaded_policy, load_uploads
from tests.ui.made_up import MAIL_FIRST, SMALL, small

TRACE = "contact_types: {calls: {channel: phone, arrivals: {trace: {csv: data/t.csv, time: t}}, work: 1 min}}\n"


def scenario_file(text: str = SMALL, name: str = "mine.yaml") -> Upload:
    return Upload(name, text.encode())


def problems_of(*files: Upload) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        load_uploads(files)
    return [str(problem) for problem in caught.value.problems]


def test_a_scenario_alone() -> None:
    loaded = load_uploads([scenario_file()])
    assert loaded.scenario.name == "Small centre" and loaded.policies[0].name == "default"


def test_the_flagship_uploaded_finds_the_shipped_data_and_policies() -> None:
    loaded = load_uploads([Upload("week.yaml", (SCENARIOS / FLAGSHIP).read_bytes())])
    assert [policy.name for policy in loaded.policies] == [
        "separate_teams",
        "universal_queue",
        "priority",
    ]


def test_files_that_come_along_are_found_where_the_scenario_names_them() -> None:
    text = (
        TRACE
        + "groups: {team: {channels: [phone], agents: 1}}\npolicies: [policies/mail_first.yaml]\n"
    )
    text = text.replace(
        "work: 1 min}",
        "work: 1 min}, letters: {channel: email, arrivals: {rate: 1 per hour}, work: 60s}",
    )
    text = text.replace("channels: [phone]", "channels: [phone, email]")
    files = [
        Upload("mail_first.yaml", MAIL_FIRST.encode()),
        scenario_file(text),
        Upload("t.csv", b"t\n10\n20\n"),
    ]
    loaded = load_uploads(files)
    assert loaded.scenario.expected_contacts == pytest.approx(26)
    assert [policy.name for policy in loaded.policies] == ["mail_first"]


def test_problems_name_files_as_they_were_uploaded() -> None:
    text = SMALL.replace("4 min", "4 minuts")
    assert any(
        line.startswith("mine.yaml:12: ") and "4 minuts" in line
        for line in problems_of(scenario_file(text))
    )
    text = TRACE + "groups: {team: {channels: [phone], agents: 1}}\n"
    found = problems_of(scenario_file(text), Upload("t.csv", b"t\nnoon\n"))
    assert any(line.startswith("data/t.csv:2") for line in found), found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe binary",
        b"[" * 5000,
        b"a: &a [*a]",
        b"!!python/object/apply:os.system ['true']",
        b"just text",
        b"\xff\xfe\x00",
    ],
)
def test_hostile_files_end_in_problems(content: bytes) -> None:
    assert problems_of(Upload("hostile.yaml", content))


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    files = [
        scenario_file(),
        Upload("../../outside.csv", b"x"),
        Upload("..\\..\\a.csv", b"x"),
        Upload("..", b""),
    ]
    assert load_uploads(files).scenario.name == "Small centre"
    assert not (Path("/tmp") / "outside.csv").exists()


def test_too_much_is_refused() -> None:
    assert "allowed at most" in problems_of(Upload("big.yaml", b"#" * (MOST_BYTES + 1)))[0]
    assert "20" in problems_of(*[scenario_file() for _ in range(21)])[0]
    assert "no YAML file" in problems_of(Upload("only.csv", b"a\n1\n"))[0]


def test_a_policy_is_checked_against_the_scenario() -> None:
    assert (
        load_uploaded_policy(Upload("mail_first.yaml", MAIL_FIRST.encode()), small()).name
        == "mail_first"
    )
    with pytest.raises(InputErrors, match="fax"):
        load_uploaded_policy(Upload("p.yaml", b"priority: {channel: {fax: 1}}"), small())


def test_the_flagship_comes_first_and_every_shipped_file_has_a_label() -> None:
    files = shipped_scenarios()
    assert files[0].name == FLAGSHIP and scenario_label(files[0]) == "Airline week"
    assert any(path.parent.name == "tutorial" for path in files)
    assert verification_scenarios() and not set(files) & set(verification_scenarios())
    assert (SCENARIOS / "policies" / "priority.yaml") in shipped_policies(files[0])


def test_a_data_file_that_did_not_come_along_is_asked_for() -> None:
    (problem,) = problems_of(scenario_file(TRACE + "groups: {team: {channels: [phone], agents: 1}}\n"))
    assert "which does not exist" in problem and "upload it together with the scenario" in problem
    assert "floorcast-" not in problem
