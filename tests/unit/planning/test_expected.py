"""The exact figures of expected.yaml, worked out again; and the file's own rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.planning.theory.erlang import ErlangC
from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.planning.theory.priority import priority_waits
from floorcast.planning.theory.self_exciting import (
    SelfExciting,
    cluster_size_mean,
    cluster_size_probability,
    cluster_size_variance,
)
from floorcast.planning.theory.shared_attention import SharedAttention
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.verification.expected import Case, load_cases
from tests.unit.planning.transient import Started

CASES = {case.name: case for case in load_cases()}


def exact(case: Case) -> dict[tuple[str, str, float | None], float]:
    """Exact figures of a case by (measure, of, within)."""
    return {
        (e.figure.measure, e.figure.of, e.figure.within): e.value
        for e in case.expectations
        if e.exact
    }


def of_queue(queue: ErlangA | ErlangC) -> dict[str, float]:
    found = {
        "offered": 86400.0 * queue.arrival_rate,
        "delayed": queue.probability_of_wait,
        "queue_mean": queue.mean_queue,
        "occupancy": queue.occupancy,
        "wait_mean": queue.mean_wait,
    }
    if isinstance(queue, ErlangC):
        return found | {"asa": queue.mean_wait}
    levels = {f"sl{k}": queue.service_level(20.0, f"sl{k}", 5.0) for k in range(1, 6)}  # type: ignore[arg-type]
    return (
        found
        | levels
        | {
            "asa": queue.mean_wait_of_answered,
            "abandonment": queue.abandonment,
            "wait_abandoned": queue.mean_wait_of_abandoned,
        }
    )


QUEUES: dict[str, ErlangA | ErlangC] = {
    "erlang_a": ErlangA(10 / 60, 300.0, 52, 180.0),
    "garnett": ErlangA(48 / 60, 60.0, 50, 120.0),
    "garnett_patient": ErlangC(48 / 60, 60.0, 50),
    "whitt_m_m": ErlangA(102 / 60, 60.0, 100, 60.0),
    "whitt_m_m4": ErlangA(102 / 60, 60.0, 100, 240.0),
}


@pytest.mark.parametrize("name", QUEUES)
def test_queues(name: str) -> None:
    queue = QUEUES[name]
    found = of_queue(queue)
    for (measure, _, within), value in exact(CASES[name]).items():
        ours = found[measure] if within is None else queue.service_level(within, "sl2")  # type: ignore[call-arg]
        assert value == pytest.approx(ours, rel=1e-7), measure


@pytest.mark.parametrize(
    ("name", "rates", "handle_time", "agents"),
    [
        ("priority_1", (0.2, 0.6, 1.2), 20.0, 1),
        ("priority_2", (0.2, 0.6, 1.2), 20.0, 2),
        ("priority_10", (3.0, 3.0, 3.0), 60.0, 10),
    ],
)
def test_priorities(name: str, rates: tuple[float, ...], handle_time: float, agents: int) -> None:
    per_second = [rate / 60.0 for rate in rates]
    waits = dict(
        zip(("urgent", "normal", "patient"), priority_waits(per_second, handle_time, agents))
    )
    together = ErlangC(sum(per_second), handle_time, agents)
    for (measure, of, _), value in exact(CASES[name]).items():
        ours = waits[of] if measure == "asa" else of_queue(together)[measure]
        assert value == pytest.approx(ours, rel=1e-7)


@pytest.mark.parametrize(
    ("name", "leave_rate", "places"),
    [("mm12_patient", 0.0, None), ("mm12_impatient", 1.0, None), ("mm12_limited", 0.0, 5)],
)
def test_eight_hours_from_empty(name: str, leave_rate: float, places: int | None) -> None:
    found = Started(4.2, 0.5, 12, 480.0, 1 / 3, leave_rate, places).figures()
    found["asa"] *= 60.0
    for (measure, _, _), value in exact(CASES[name]).items():
        assert value == pytest.approx(found[measure], rel=1e-7)
    for expectation in CASES[name].expectations:
        ours = found[expectation.figure.measure]
        assert abs(ours - expectation.value) <= max(1.6 * expectation.half_width, 1e-6 * ours)


def test_attention() -> None:
    chats = {
        name: SharedAttention(k, 40.0, 80.0)
        for k, names in enumerate(
            (("one_chat", "alone"), ("two_chats", "pair"), ("three_chats", "three"), ("four_chats", "four")),
            start=1,
        )
        for name in names
    }  # fmt: skip
    for (measure, of, _), value in exact(CASES["shared_attention"]).items():
        theory = chats[of]
        ours = theory.utilisation if measure == "occupancy" else theory.turn_response
        assert value == pytest.approx(ours, rel=1e-7)


@pytest.mark.parametrize(
    ("name", "per_hour", "branching"),
    [("self_exciting_half", 10.0, 0.5), ("self_exciting_strong", 4.0, 0.8)],
)
def test_self_exciting(name: str, per_hour: float, branching: float) -> None:
    theory = SelfExciting(per_hour, branching, decay=2.0)
    for expectation in CASES[name].expectations:
        figure, hours = expectation.figure, (expectation.figure.window or 3600.0) / 3600.0
        ours, about = {
            "offered": (theory.mean_count(1.0), None),
            "count_variance": (theory.variance_count(hours), theory.mean_count(hours)),
            "incident_size": (cluster_size_mean(branching), None),
            "incident_size_share": (cluster_size_probability(branching, figure.size or 0), None),
            "incident_size_variance": (cluster_size_variance(branching), cluster_size_mean(branching)),
        }[figure.measure]
        assert expectation.exact
        assert expectation.value == pytest.approx(ours, rel=1e-7)
        assert figure.about == pytest.approx(about) if about else figure.about is None


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_every_case_loads_and_names_what_exists(case: Case) -> None:
    scenario = load_scenario(case.scenario)
    policies_of(scenario)
    assert not scenario.warnings
    known = {"all": ("all",), "contact_type": scenario.type_names, "group": scenario.group_names}
    for expectation in case.expectations:
        assert expectation.figure.of in known[expectation.figure.by]
        assert expectation.source
        assert expectation.weight > 0.0


def test_every_exact_figure_is_worked_out_above_or_an_identity() -> None:
    checked = {*QUEUES, "priority_1", "priority_2", "priority_10", "shared_attention", "little"}
    checked |= {"mm12_patient", "mm12_impatient", "mm12_limited"}
    checked |= {"self_exciting_half", "self_exciting_strong"}
    others = {name for name, case in CASES.items() if exact(case)} - checked
    assert others == {"ssj_call_centre"}
    rates = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
    assert exact(CASES["ssj_call_centre"]) == {("offered", "all", None): float(sum(rates))}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{measure: asa, expected: 1, exact: true, hurry: 2}", "found 'hurry'"),
        ("{measure: speed, expected: 1, exact: true}", "no figure 'speed'"),
        ("{measure: asa, expected: 1}", "asa has none of exact"),
        ("{measure: asa, expected: 1, half_width: 1, exact: true}", "allowed exactly one"),
        ("{measure: asa, expected: 1, half_width: 1, confidence: 80 %}", "confidence 0.8"),
    ],
)
def test_bad_entries_are_named(tmp_path: Path, row: str, words: str) -> None:
    text = f"one:\n  title: One\n  scenario: one.yaml\n  source: s\n  figures:\n    - {row}\n"
    (tmp_path / "expected.yaml").write_text(text)
    with pytest.raises(ValueError, match=words):
        load_cases(tmp_path)


def test_half_widths_become_standard_errors(tmp_path: Path) -> None:
    rows = (
        "{measure: asa, expected: 1, half_width: 1.96}",
        "{measure: asa, expected: 1, half_width: 1.645, confidence: 90 %}",
        "{measure: asa, expected: 1, standard_error: 1}",
    )
    text = "one:\n  title: One\n  scenario: one.yaml\n  source: s\n  figures:\n"
    (tmp_path / "expected.yaml").write_text(text + "".join(f"    - {row}\n" for row in rows))
    (case,) = load_cases(tmp_path)
    for expectation in case.expectations:
        assert expectation.standard_error == pytest.approx(1.0, rel=1e-3)
        assert not expectation.exact
