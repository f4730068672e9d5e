"""What a plan cannot be made of is said in a sentence."""

from __future__ import annotations

import pytest

from floorcast.planning.requirement.staffing import NothingToStaff
from tests.unit.planning.test_schedule import PHONE, planned, read


def test_an_empty_forecast_is_told() -> None:
    with pytest.raises(NothingToStaff, match="found no contacts within the days simulated; allowed a forecast"):
        planned(read(PHONE[: PHONE.index("    arrivals:")] + PHONE[PHONE.index("    work:") :]), 10)


def test_shifts_that_nobody_may_work_who_serves_what_is_asked_are_named() -> None:
    text = PHONE.replace("groups:", "groups:\n  clerks: {channels: [phone], skills: [], agents: 1}", 1)
    for type_ in ("length: 4h", "length: 8h"):
        text = text.replace(type_, f"groups: [clerks], {type_}")
    able = [str(one) for one in read(text).warnings]
    assert not any("a plan has nobody for it" in one for one in able)
    skilled = text.replace("calls:", "calls:\n    skills: [phone]", 1).replace("team: {", "team: {skills: [phone], ", 1)
    said = "no shift type is for a group that serves calls (team): a plan has nobody for it"
    assert any(said in str(one) for one in read(skilled).warnings)
