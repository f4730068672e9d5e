"""A calendar: holidays, closed dates, and shifts by date."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from floorcast.scenario import InputErrors, Scenario, load_scenario_text

DAY = 86400.0


def centre(calendar: object = None, shift: dict | None = None, start: str = "2026-03-30") -> Scenario:
    """Two weeks around Easter from a Monday: 10 calls an hour from 8 to 18, Mon-Fri, 2 on Sundays."""
    week = {"Mon-Fri": {"08:00": 10, "18:00": 0}, "Sun": {"10:00": 2, "12:00": 0}}
    hours = {"agents": 2, "start": "08:00", "length": "8h", **(shift or {"days": "Mon-Fri"})}
    data = {
        "name": "easter",
        "start": start,
        "days": 14,
        "channels": {"phone": {"open": {"Mon-Fri": "08:00-18:00", "Sun": "10:00-12:00"}}},
        "contact_types": {
            "calls": {
                "channel": "phone",
                "work": "3 min",
                "arrivals": {"rate": {"per": "1h", "week": week}},
            }
        },
        "groups": {"team": {"channels": ["phone"], "shifts": [hours]}},
    }  # fmt: skip
    if calendar is not None:
        data["calendar"] = calendar
    return load_scenario_text(yaml.safe_dump(data), Path("."), "easter.yaml")


def shift_days(scenario: Scenario) -> list[int]:
    return [int(one.start // DAY) for one in scenario.roster("team")[0]]


def test_without_a_calendar_good_friday_is_a_friday():
    assert centre().expected_contacts == 10 * 100 + 2 * 4
    assert 4 in shift_days(centre())


def test_on_holidays_the_centre_is_as_on_a_sunday():
    """Good Friday and Easter Monday: 4 calls each, two opening hours, nobody on the shift of Mon-Fri."""
    pytest.importorskip("holidays")
    scenario = centre({"holidays": "DE"})
    assert scenario.expected_contacts == 8 * 100 + 4 * 4
    assert shift_days(scenario) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert (4 * DAY + 10 * 3600, 4 * DAY + 12 * 3600) in scenario.open_intervals("phone")


def test_holidays_may_be_closed_or_like_another_day_and_differ_by_region():
    pytest.importorskip("holidays")
    assert centre({"holidays": "DE", "like": "closed"}).expected_contacts == 8 * 100 + 2 * 4
    assert centre({"holidays": "DE", "like": "Mon"}).expected_contacts == 10 * 100 + 2 * 4
    corpus = {"start": "2026-06-01"}  # Corpus Christi: the 4th, in Bavaria but not in Berlin
    bavaria, berlin = (centre({"holidays": place}, **corpus) for place in ("DE-BY", "DE-BE"))
    assert bavaria.expected_contacts < berlin.expected_contacts


def test_a_closed_date_has_no_calls_no_hours_and_no_shifts():
    scenario = centre({"closed": ["2026-04-01"]})
    assert scenario.expected_contacts == 9 * 100 + 2 * 4
    assert 2 not in shift_days(scenario)
    assert not any(low < 3 * DAY and high > 2 * DAY for low, high in scenario.open_intervals("phone"))


def test_one_date_may_be_like_another_weekday():
    assert centre({"days": {"2026-04-01": "Sun"}}).expected_contacts == 9 * 100 + 3 * 4


def test_shifts_by_date():
    assert shift_days(centre(shift={"days": "Mon-Fri", "first": "2026-04-02", "last": "2026-04-07"})) == [3, 4, 7, 8]
    assert shift_days(centre(shift={"dates": ["2026-03-31", "2026-04-05"]})) == [1, 6]
    assert shift_days(centre(shift={"days": "Mon-Fri", "leave": ["2026-03-31"]})) == [0, 2, 3, 4, 7, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        ({"holidays": "XX"}, "calendar.holidays: found 'XX'; allowed a country such as DE"),
        ({"closed": ["Easter"]}, "calendar.closed.*found 'Easter'; allowed a local date"),
        ({"like": "Mon-Fri"}, "calendar.like: found 'Mon-Fri'; allowed a weekday such as Sun, or closed"),
        ({"days": {"2026-04-01": "soon"}}, "found 'soon'; allowed a weekday such as Sun, or closed"),
    ],
)
def test_what_a_calendar_cannot_be(calendar, message):
    with pytest.raises(InputErrors, match=message):
        centre(calendar)
