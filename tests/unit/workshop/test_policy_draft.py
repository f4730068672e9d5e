"""Every shipped policy saved unchanged is the same file; points that are changed are changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.policy import load_policy_text
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS
from floorcast.workshop.policy_draft import points_of, renamed, with_points

AIRLINE = load_scenario(SCENARIOS / "airline_week.yaml")
POLICIES = sorted((SCENARIOS / "policies").rglob("*.yaml"))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_shipped_policy_saved_unchanged_is_the_same_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = points_of(text, AIRLINE)
    assert with_points(text, before, [dict(row) for row in before]) == text


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
