"""Levers beside the results: what they change, and that an address brings the same back."""

from __future__ import annotations

import pytest

from floorcast.scenario import InputErrors, load_scenario
from floorcast.shipped import SCENARIOS
from floorcast.workshop.levers import Levers, levers_from

AIRLINE = load_scenario(SCENARIOS / "airline_week.yaml")
MANY = Levers(
    volumes={"all": 110, "phone": 95}, people={"phone_team": 40}, targets={"0.at_least": 0.85},
    handle={"phone": 110}, patience={"chat": 50}, absence={"chat_team": 9}, opening={"phone": "Mon-Fri 09:00-17:00"},
    more="mail_team -2",
)  # fmt: skip


def test_every_lever_changes_what_it_says_and_nothing_else() -> None:
    changed = MANY.applied(AIRLINE)
    assert changed.multipliers["all"] == pytest.approx(1.1 * AIRLINE.multipliers.get("all", 1.0))
    assert changed.groups["phone_team"].planned_agents == 40
    assert changed.groups["mail_team"].planned_agents == AIRLINE.groups["mail_team"].planned_agents - 2  # type: ignore[operator]
    assert changed.groups["chat_team"].absence == pytest.approx(0.09)
    assert changed.targets[0].at_least == pytest.approx(0.85) and changed.targets[1:] == AIRLINE.targets[1:]
    for name in AIRLINE.type_names:
        by = 1.1 if AIRLINE.channel_of(name) == "phone" else 1.0
        assert changed.contact_types[name].work.mean == pytest.approx(by * AIRLINE.contact_types[name].work.mean)
    assert sum(end - begin for begin, end in changed.open_intervals("phone")) < sum(
        end - begin for begin, end in AIRLINE.open_intervals("phone")
    )
    assert Levers().applied(AIRLINE) is AIRLINE and not Levers()


def test_an_address_brings_the_same_levers_back() -> None:
    assert levers_from(MANY.address(), AIRLINE) == MANY
    assert levers_from({}, AIRLINE) == Levers()


def test_an_address_of_what_is_not_there_is_left_out() -> None:
    address = {"v.fax": "90", "p.phone_team": "many", "t.99.at_least": "1", "t.0.at_most": "1", "h.phone": "-5"}
    assert levers_from(address, AIRLINE) == Levers()


@pytest.mark.parametrize(
    ("levers", "words"),
    [
        (Levers(more="phone_team dances"), "phone_team dances"),
        (Levers(more="policy.priority = {}"), "policy"),
        (Levers(opening={"phone": "whenever"}), "whenever"),
        (Levers(more="other.yaml"), "other.yaml"),  # a lever opens no file
    ],
)
def test_what_cannot_be_is_said(levers: Levers, words: str) -> None:
    with pytest.raises(InputErrors, match=words):
        levers.applied(AIRLINE)
