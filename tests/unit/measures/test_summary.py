"""The fast measures against the slow ones, and single figures a planner can check by hand."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.measures import conservation, measure, service_level
from floorcast.measures.summary import Summary
from floorcast.model.records.layout import LEDGER, Cause, Outcome
from floorcast.scenario.catalogue.measures import MEASURES
from tests.unit.measures.centre import (
    FakeRun,
    FakeWorld,
    abandoned,
    answered,
    carried_in,
    group,
    make_run,
    make_world,
    random_run,
    target,
    waiting,
)
from tests.unit.measures.naive import naive_measures

MANY = {"mail": "email", "calls": "phone", "chats": "chat", "tech": "phone", "posts": "social"}
HOUR = 3600.0


def many_sided(**more: Any) -> FakeWorld:
    teams = {"one": group(20.0, 2), "two": group(30.0)}
    return make_world(MANY, teams, {"one": 2, "two": 3}, **more)


def in_scope(world: FakeWorld, by: str, of: str, contact: Any) -> bool:
    kind = world.type_names[contact["contact_type"]]
    if by == "group":
        return bool(contact["group"] >= 0) and world.group_names[contact["group"]] == of
    return {"all": "all", "channel": MANY[kind], "contact_type": kind}[by] == of


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(0, 200),
    warm_up=st.sampled_from([0.0, HOUR, 4000.0]),
    interval=st.sampled_from([HOUR, 7200.0]),
)
def test_every_measure_of_every_scope_is_what_its_definition_says(
    seed: int, n: int, warm_up: float, interval: float
) -> None:
    world = many_sided(warm_up=warm_up, interval=interval, clocks={"posts": "accepted"})
    run = random_run(world, n, seed)
    summary = measure(run)
    for by, of in summary.layout.scopes:
        inside = partial(in_scope, world, by, of)
        for name, expected in naive_measures(run, inside).items():
            if by == "group" and (name, by, of) not in summary.layout.place:
                continue
            value = summary.value(name, by, of)
            if expected is None:
                assert math.isnan(value), (name, by, of)
            else:
                assert value == pytest.approx(expected, rel=1e-12, abs=1e-9), (name, by, of)
    assert conservation(run, summary) == []


def test_every_measure_of_contacts_has_a_plain_definition() -> None:
    plain = naive_measures(make_run(make_world(), []), lambda contact: True)
    of_contacts = {row.name for row in MEASURES.values() if "channel" in row.by and not row.social}
    assert of_contacts == set(plain), "the catalogue and naive.py differ"


def test_more_contacts_than_one_block_are_measured_the_same() -> None:
    world = many_sided(days=2)
    run = random_run(world, 40_000, seed=3)
    summary = measure(run)
    wait = run.contacts["answered"] - run.contacts["arrived"]
    assert summary.value("asa") == pytest.approx(np.nanmean(wait))
    assert summary.value("offered") == (run.contacts["cause"] != Cause.BACKLOG).sum()
    assert summary.value("open") == (run.contacts["outcome"] == Outcome.OPEN).sum()
    assert conservation(run, summary) == []


def test_a_run_without_contacts_has_counts_of_zero_and_no_shares() -> None:
    summary = measure(make_run(many_sided(), []))
    assert summary.value("offered") == 0
    assert summary.value("backlog_max") == 0
    for name in ("service_level", "asa", "wait_p90", "abandonment", "occupancy"):
        assert math.isnan(summary.value(name)), name


def test_asa_counts_those_answered_at_once_and_leaves_out_those_who_gave_up() -> None:
    run = make_run(make_world(), [answered(10, 0), answered(20, 30), abandoned(30, 90)])
    summary = measure(run)
    assert summary.value("asa") == 15
    assert summary.value("wait_mean") == 40
    assert summary.value("wait_abandoned") == 90
    assert summary.value("delayed") == pytest.approx(2 / 3)


def test_a_wait_still_going_on_at_the_end_is_in_no_mean_but_is_late() -> None:
    world = make_world()
    run = make_run(world, [answered(0, 10), waiting(world.horizon - 3 * HOUR)])
    summary = measure(run)
    assert summary.value("asa") == summary.value("wait_mean") == 10
    assert summary.value("service_level") == 0.5
    assert summary.value("sl2") == 1


def test_a_contact_still_fresh_at_the_end_is_neither_in_time_nor_late() -> None:
    world = make_world()
    run = make_run(world, [answered(0, 10), waiting(world.horizon - 5)])
    assert measure(run).value("service_level") == 1
    assert measure(run).value("open") == 1


def test_what_was_never_heard_is_late_from_the_post() -> None:
    lost = {"arrived": 0.0, "ended": 0.0, "outcome": Outcome.LOST}
    just_now = lost | {"arrived": 23.5 * HOUR}  # still within the time promised when the run ends
    run = make_run(make_world({"posts": "social"}), [answered(0, 60), lost, lost, just_now])
    assert measure(run).value("service_level") == pytest.approx(1 / 3)


def test_closing_without_an_answer_after_the_threshold_is_late() -> None:
    outcome = Outcome.CLOSED_WITH_ANOTHER
    run = make_run(
        make_world({"mail": "email"}),
        [
            answered(0, 60),
            {"arrived": 0.0, "ended": 5 * HOUR, "outcome": outcome},
            {"arrived": 0.0, "ended": 1 * HOUR, "outcome": outcome},  # before it: not counted
        ],
    )
    assert measure(run).value("service_level") == 0.5


def test_email_is_in_time_by_its_first_response_and_phone_by_its_answer() -> None:
    world = make_world({"mail": "email", "calls": "phone"})
    slow_reply = answered(0, 3 * HOUR, talk=2 * HOUR, contact_type=0)
    run = make_run(world, [slow_reply, answered(0, 10, talk=9 * HOUR, contact_type=1)])
    summary = measure(run)
    assert summary.value("service_level", "channel", "email") == 0
    assert summary.value("service_level", "channel", "phone") == 1
    assert service_level(run, "channel", "email", clock="answered") == (1, 1)
    assert service_level(run, "channel", "email", within=5 * HOUR) == (1, 1)


def test_a_type_measured_by_acceptance_waits_until_a_slot_is_given() -> None:
    world = make_world({"chats": "chat"}, clocks={"chats": "accepted"})
    run = make_run(world, [answered(0, 300, accepted=30)])
    assert measure(run).value("asa") == 30
    assert measure(run).value("service_level") == 1


def test_an_initial_backlog_is_handled_and_late_but_was_not_offered_here() -> None:
    world = make_world({"mail": "email"})
    old = carried_in(6 * HOUR, answered(0, 60), answered=60.0, first_response=120.0, ended=120.0)
    run = make_run(world, [old, answered(100, 60)])
    summary = measure(run)
    assert (summary.value("offered"), summary.value("carried_in")) == (1, 1)
    assert summary.value("handled") == 2
    assert summary.value("service_level") == 0.5
    assert summary.value("first_response_p95") == 6 * HOUR + 120
    assert conservation(run) == []


def test_warm_up_leaves_out_its_contacts_and_its_staffing_but_not_the_backlog_it_leaves() -> None:
    world = make_world(groups={"team": group(cost=36.0)}, warm_up=HOUR, days=0.125)
    ledger = np.zeros((1, world.n_intervals), dtype=LEDGER)
    ledger["present"] = ledger["paid"] = 1800.0
    ledger["working"][:, :2] = 1800.0
    ledger["working"][:, 2] = 900.0
    contacts = [carried_in(60), waiting(100), answered(HOUR - 1, 0), answered(HOUR, 5)]
    summary = measure(make_run(world, contacts, ledger=ledger))
    assert summary.value("offered") == summary.value("handled") == 1
    assert summary.value("carried_in") == 0
    assert summary.value("backlog_end") == 2
    assert summary.value("occupancy") == 900 / (4 * 1800)
    assert summary.value("cost") == 72.0
    assert summary.value("agents_present") == 1


def test_occupancy_slots_presence_and_cost_by_group() -> None:
    teams = {
        "calls": group(10.0, channels={"phone": 1}),
        "mail": group(20.0, channels={"email": 4}),
    }
    world = make_world(groups=teams, agents={"calls": 1, "mail": 2}, days=1)
    ledger = np.zeros((3, world.n_intervals), dtype=LEDGER)
    ledger["present"][:, :16] = 1800.0  # eight hours
    ledger["paid"][:, :18] = 1800.0  # nine with breaks
    ledger["working"][0, :16] = 1200.0
    ledger["wrapping"][0, :16] = 240.0
    ledger["held"][1:, :16] = 3600.0  # two of four slots
    summary = measure(make_run(world, [], ledger=ledger))
    assert summary.value("occupancy", "group", "calls") == pytest.approx(0.8)
    assert summary.value("occupancy") == pytest.approx(0.8 / 3)
    assert summary.value("slot_utilisation", "group", "mail") == 0.5
    assert summary.value("agents_present", "group", "mail") == pytest.approx(2 * 8 / 24)
    assert summary.value("cost", "group", "mail") == pytest.approx(2 * 9 * 20.0)
    assert summary.value("cost") == pytest.approx(9 * 10.0 + 2 * 9 * 20.0)


def test_agents_of_one_group_need_not_stand_together() -> None:
    world = make_world(groups={"a": group(), "b": group()}, agents={"a": 2, "b": 1})
    mixed = FakeWorld(**(vars(world) | {"agent_group": np.array([1, 0, 0])}))
    ledger = np.zeros((3, world.n_intervals), dtype=LEDGER)
    ledger["present"] = 1800.0
    ledger["working"][0] = 900.0
    run = FakeRun(mixed, make_run(world, []).contacts, ledger)
    assert measure(run).value("occupancy", "group", "b") == 0.5
    assert measure(run).value("occupancy", "group", "a") == 0


def test_a_target_has_its_own_threshold_formula_and_clock() -> None:
    targets = (
        target("calls", "service_level", within=40.0, at_least=0.8, formula="sl1"),
        target("phone", "service_level", within=20.0, at_least=0.9),
        target("all", "wait_p90", at_most=60.0),
        target("team", "occupancy", at_most=0.9),
    )
    world = make_world(targets=targets)
    summary = measure(make_run(world, [answered(0, 30), answered(0, 5), abandoned(0, 30)]))
    rows = [row for row in summary.rows if row.target >= 0]
    assert [(row.measure, row.by, row.of) for row in rows] == [
        ("service_level within 40 s (sl1)", "contact_type", "calls"),
        ("service_level", "channel", "phone"),
        ("wait_p90", "all", "all"),
        ("occupancy", "group", "team"),
    ]
    assert summary.layout.targets[1].text == "service_level within 20 s at least 90 %"
    assert _ratio(summary, -4) == 1
    assert _ratio(summary, -3) == pytest.approx(1 / 3)
    assert _ratio(summary, -2) == 30


def _ratio(summary: Summary, place: int) -> float:
    return float(summary.numerator[place] / summary.denominator[place])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (target("calls", "speed", at_most=1), "no measure 'speed'"),
        (target("fax", "asa", at_most=1), "no channel, contact type, group, tier, campaign or topic"),
        (target("calls", "occupancy", at_most=1), "kept by all, group, not by contact_type"),
        (target("calls", "asa"), "neither at_least nor at_most"),
    ],
)
def test_a_target_that_means_nothing_says_why(wrong: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        measure(make_run(make_world(targets=(wrong,)), []))
