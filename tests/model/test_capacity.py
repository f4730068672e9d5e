"""What agents hold at once: numbers for several, a list for one at a time, and who makes room for what."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, load_scenario_text
from tests.model.centre import Day

LETTERS = """
contact_types:
  mails: {channel: email, work: 10 min}
  posts: {channel: social, work: 10 min}
  calls: {channel: phone, work: 1 min}
groups: {team: {channels: %s, agents: 1%s}}
"""


def test_channels_without_numbers_mean_one_contact_at_a_time_in_all(tmp_path: Path) -> None:
    day = Day(tmp_path, LETTERS % ("[email, social, phone]", ""), mails=[0], posts=[1], calls=[80000])
    assert list(day.of("posts")["accepted"]) == [600]
    day = Day(tmp_path, LETTERS % ("{email: 1, social: 1, phone: 1}", ""), mails=[0], posts=[1], calls=[80000])
    assert list(day.of("posts")["accepted"]) == [1]


def test_a_call_that_interrupts_letters_comes_though_one_is_held(tmp_path: Path) -> None:
    interrupts = ", interrupts: {phone: [email, social]}"
    day = Day(tmp_path, LETTERS % ("[email, social, phone]", interrupts), mails=[0], posts=[2], calls=[60, 61])
    assert day.answered("calls") == [60, 120]
    assert float(day.of("mails")["ended"][0]) == 720
    assert list(day.of("posts")["accepted"]) == [720]


def test_a_total_is_a_number_too(tmp_path: Path) -> None:
    day = Day(tmp_path, LETTERS % ("[email, social, phone]", ", slots: {total: 2}"), mails=[0], posts=[1], calls=[9e4])
    assert list(day.of("posts")["accepted"]) == [1]


def test_what_supervision_adds_is_held_one_at_a_time_as_well(tmp_path: Path) -> None:
    text = LETTERS % ("[email, social, phone]", "") + """
policy: {supervision: {when: {time: "00:00-23:00"}, check: 10s, do: {add: {group: team, channels: social}}}}
"""
    day = Day(tmp_path, text, mails=[0], posts=[1], calls=[80000])
    assert list(day.of("posts")["accepted"]) == [600]


def warnings(text: str) -> list[str]:
    return [problem.message for problem in load_scenario_text(text, ".", "s.yaml").warnings]


def test_the_changed_meaning_is_named_with_how_to_keep_the_old_one() -> None:
    found = warnings("days: 1\n" + LETTERS % ("[email, social, phone]", ""))
    assert any("one contact at a time in all of them" in w and "{email: 1, social: 1, phone: 1}" in w for w in found)
    assert not any("at a time" in w for w in warnings("days: 1\n" + LETTERS % ("{email: 1, social: 1, phone: 1}", "")))


@pytest.mark.parametrize("number", [63, 64, 70])
def test_so_many_channels_are_told_apart(number: int) -> None:
    kinds = "".join(f"  c{i}: {{kind: email}}\n" for i in range(number - 1))
    text = f"days: 1\nchannels:\n{kinds}  line: {{kind: phone}}\n"
    text += "contact_types:\n  calls: {channel: line, work: 1 min}\n"
    text += "groups: {team: {channels: [line], agents: 1}}\n"
    if number == 63:
        load_scenario_text(text, ".", "s.yaml")
        return
    with pytest.raises(InputErrors, match=f"found {number} channels; allowed at most 63"):
        load_scenario_text(text, ".", "s.yaml")


def test_validate_says_what_can_never_interrupt() -> None:
    """A total of one slot is a number: a call finds no room beside the mail that it might interrupt."""
    text = "days: 1\n" + LETTERS % ("[email, social, phone]", ", slots: {total: %s}, interrupts: {phone: [email]}")
    assert any(
        w.startswith("phone never interrupts email: slots.total of 1 has no room for both") for w in warnings(text % 1)
    )
    assert not any("never interrupts" in w for w in warnings(text % 2))


def test_validate_says_so_of_a_policy_as_well() -> None:
    group = ("{email: 1, social: 1, phone: 1}", ", slots: {total: 1}")
    text = "days: 1\n" + LETTERS % group + "policy: {interrupts: {phone: [social]}}\n"
    (policy,) = policies_of(load_scenario_text(text, ".", "s.yaml"))
    assert any("phone never interrupts social" in problem.message for problem in policy.warnings)
