"""Every shipped policy saved unchanged is the same file; points that are changed are changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.policy import Policy, load_policy, load_policy_text
from floorcast.scenario import InputErrors, Scenario, load_scenario
from floorcast.shipped import SCENARIOS
from floorcast.workshop.policy_draft import (
    Exception_,
    helpers_of,
    points_of,
    renamed,
    rules_of,
    with_exception,
    with_helpers,
    with_points,
    with_rules,
)  # fmt: skip

AIRLINE = load_scenario(SCENARIOS / "airline_week.yaml")
POLICIES = sorted((SCENARIOS / "policies").rglob("*.yaml"))


SCENES = [
    load_scenario(SCENARIOS / f"{name}.yaml")
    for name in ("airline_week", "storm", "product_launch", "social_start", "bank_quarter")
]


def home(path: Path) -> tuple[Scenario, Policy]:
    """A scenario that a shipped policy runs on."""
    for scenario in SCENES:
        try:
            return scenario, load_policy(path, scenario)
        except InputErrors:
            continue
    raise AssertionError(f"{path} runs on none")


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_shipped_policy_saved_unchanged_is_the_same_file(path: Path) -> None:
    text, (scenario, policy) = path.read_text(encoding="utf-8"), home(path)
    points, helpers, rules = points_of(text, scenario), helpers_of(text, scenario), rules_of(text)
    assert with_points(text, points, [dict(row) for row in points]) == text
    assert with_helpers(text, scenario, helpers, [dict(row) for row in helpers]) == text
    assert with_rules(text, rules, [dict(row) for row in rules]) == text
    # Changed and changed back, the file is written again and says the same.
    if helpers:
        other = with_helpers(text, scenario, helpers, [{**helpers[0], "after": "1s"}, *helpers[1:]])
        text = with_helpers(other, scenario, helpers_of(other, scenario), helpers)
    if rules:
        other = with_rules(text, rules, [{**rules[0], "add points": 7}, *rules[1:]])
        assert other != text
        text = with_rules(other, rules_of(other), rules)
    assert load_policy_text(text, "p.yaml", scenario).model_dump() == policy.model_dump()


def test_who_helps_and_when_can_be_changed() -> None:
    text = (SCENARIOS / "policies" / "priority.yaml").read_text(encoding="utf-8")
    before = helpers_of(text, AIRLINE)
    rows = [dict(row) for row in before]
    place = next(i for i, row in enumerate(rows) if (row["plan"], row["stage"]) == ("calls", 2))
    assert (rows[place]["after"], rows[place]["phone_team"], rows[place]["mail_team"]) == ("10s", 1, 2)
    rows[place] |= {"after": "30s", "mail_team": None, "social_team": 2, "chat_team": 2}
    del rows[next(i for i, row in enumerate(rows) if (row["plan"], row["stage"]) == ("letters", 3))]
    rows.append({"plan": "chats", "after": "1 min", "everybody": True, "stage": None})
    policy = load_policy_text(with_helpers(text, AIRLINE, before, rows), "p.yaml", AIRLINE)
    assert policy.plans["calls"][1].after == 30.0
    assert policy.plans["calls"][1].groups == (("phone_team",), ("chat_team", "social_team"))
    assert len(policy.plans["letters"]) == 2 and policy.plans["chats"][2].groups == "any"
    assert policy.plans["loud"] == load_policy_text(text, "p.yaml", AIRLINE).plans["loud"]


def test_exceptions_can_be_added_moved_and_taken_away() -> None:
    text = (SCENARIOS / "policies" / "priority.yaml").read_text(encoding="utf-8")
    one = Exception_("loud", channels=("twitter",), sentiment="negative", followers=500, add=35, name="half loud")
    more = with_exception(text, one)
    rows = rules_of(more)
    assert rows[0]["name"] == "half loud" and len(rows) == len(rules_of(text)) + 1
    moved = with_rules(more, rows, [{**rows[0], "place": 2.5}, *rows[1:-1]])
    rules = load_policy_text(moved, "p.yaml", AIRLINE).rules
    assert [rule.name for rule in rules[:3]] == ["calls", "half loud", "chats"] and len(rules) == len(rows) - 1
    assert rules[1].add == 35 and rules[1].when.reach is not None and rules[1].when.reach.at_least == 500
    with pytest.raises(InputErrors, match="rules"):
        with_rules(more, rows, [{**rows[0], "when": "{channel: ["}, *rows[1:]])


def test_points_can_be_given_changed_and_taken_away() -> None:
    text = (SCENARIOS / "policies" / "priority.yaml").read_text(encoding="utf-8")
    before = points_of(text, AIRLINE)
    rows = [dict(row) for row in before]
    place = next(i for i, row in enumerate(rows) if (row["of"], row["name"]) == ("channel", "email"))
    rows[place]["points"] = 77
    policy = load_policy_text(with_points(text, before, rows), "p.yaml", AIRLINE)
    assert policy.priority.channel["email"] == 77
    again = with_points(policy.text, points_of(policy.text, AIRLINE), before)
    assert points_of(again, AIRLINE) == before


def test_a_policy_gets_another_name_and_nothing_else() -> None:
    text = (SCENARIOS / "policies" / "priority.yaml").read_text(encoding="utf-8")
    one, other = (load_policy_text(t, "p.yaml", AIRLINE) for t in (text, renamed(text, 'Mine: "new"')))
    assert other.name == "Mine: 'new'"
    assert one.model_dump(exclude={"name"}) == other.model_dump(exclude={"name"})
    assert renamed("", "default").startswith("name:")
