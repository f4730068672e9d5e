"""A document becomes tables that carry its numbers and verdicts."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from floorcast.cli.tables import show_document
from floorcast.cli.wide import Page


def measure(policy: str, name: str, by: str, of: str, mean: float | None, unit: str) -> Any:
    return {
        "policy": policy,
        "measure": name,
        "by": by,
        "of": of,
        "mean": mean,
        "half_width": None if mean is None else mean / 100,
        "unit": unit,
    }


def document(*policies: str) -> dict[str, Any]:
    measures = []
    for policy in policies:
        measures += [
            measure(policy, "offered", "all", "all", 25_000.0, "contacts"),
            measure(policy, "blocked", "all", "all", 0.0, "contacts"),
            measure(policy, "service_level", "channel", "phone", 0.81, "share"),
            measure(policy, "asa", "channel", "phone", 32.0, "s"),
            measure(policy, "first_response_p90", "channel", "phone", 250.0, "s"),
            measure(policy, "abandonment", "channel", "phone", 0.04, "share"),
            measure(policy, "service_level", "channel", "email", 0.9, "share"),
            measure(policy, "asa", "channel", "email", 4_000.0, "s"),
            measure(policy, "first_response_p90", "channel", "email", 10_000.0, "s"),
            measure(policy, "abandonment", "channel", "email", 0.0, "share"),
            measure(policy, "service_level", "channel", "fax", None, "share"),
            measure(policy, "occupancy", "group", "[team]", 0.7, "share"),
        ]
    verdicts = ("met", "missed", "undecided")
    return {
        "scenario": "A [bold]week[/bold]",
        "policies": list(policies),
        "seed": 1,
        "replications": 20,
        "measures": measures,
        "targets": [
            {
                "policy": policy,
                "target": "service_level within 20 s at least 80 %",
                "by": "channel",
                "of": "phone",
                "mean": 0.81,
                "half_width": 0.01,
                "verdict": verdict,
            }
            for policy, verdict in zip(policies, verdicts, strict=False)
        ],
        "differences": [
            {
                "measure": "asa",
                "by": "channel",
                "of": "phone",
                "policy": policy,
                "against": policies[0],
                "mean": -5.0,
                "half_width": 1.0,
                "verdict": "better",
            }
            for policy in policies[1:]
        ],
        "speed": {"contacts": 500_000, "events": 2_000_000, "seconds_simulating": 5.3},
    }


def shown(given: dict[str, Any], width: int = 120, colour: bool = False) -> str:
    page = StringIO()
    console = Page(
        file=page, width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    show_document(given, console)
    return page.getvalue()


def test_one_policy_has_a_row_per_thing() -> None:
    text = shown(document("priority"))
    (row,) = [line for line in text.splitlines() if line.startswith("phone") and "32.0" in line]
    assert "81.0 ± 0.8 %" in row
    assert "32.0 ± 0.3 s" in row


def test_several_policies_have_a_column_each() -> None:
    text = shown(document("separate", "priority", "universal"))
    (row,) = [line for line in text.splitlines() if "asa" in line and "32.0" in line]
    assert row.count("32.0 ± 0.3 s") == 3
    assert "-5.0 ± 1.0 s ✓" in text


def test_waits_are_those_that_matter_on_the_channel() -> None:
    text = shown(document("separate", "priority"))
    phone, email = text.index("phone"), text.index("email")
    assert "asa" in text[phone:email] and "first response" not in text[phone:email]
    channels = text[email : text.index("Groups")]
    assert "first response p90" in channels and "asa" not in channels
    assert "abandonment" not in channels


def test_names_are_shown_as_written() -> None:
    text = shown(document("priority"))
    assert "A [bold]week[/bold]" in text
    assert "[team]" in text


def test_what_never_happens_is_left_out() -> None:
    assert "blocked" not in shown(document("priority"))


def test_a_measure_without_a_value_is_a_dash() -> None:
    (row,) = [line for line in shown(document("a", "b")).splitlines() if line.startswith("fax")]
    assert "–" in row and "nan" not in row.lower()


@pytest.mark.parametrize(("place", "mark", "code"), [(0, "✓", 32), (1, "✗", 31), (2, "?", 33)])
def test_targets_are_coloured_by_their_verdict(place: int, mark: str, code: int) -> None:
    given = document("a", "b", "c")
    given["targets"] = [given["targets"][place]]
    text = shown(given, colour=True)
    assert f"\x1b[{code}m81.0 ± 1.0 % {mark}\x1b[0m" in text


def test_a_narrow_page_loses_no_number() -> None:
    text = shown(document("separate", "priority"), width=60)
    assert text.count("25,000 ± 250") == 2
