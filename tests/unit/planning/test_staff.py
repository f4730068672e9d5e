"""People required by interval: against Erlang's formulas, and columns that add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from floorcast.clock import compiled
from floorcast.measures import measure, targets_of
from floorcast.measures.periods import interval_sums, kept_by_interval
from floorcast.measures.series import series
from floorcast.model.compile.assemble import assemble
from floorcast.planning.requirement.shrinkage import presence_of
from floorcast.planning.requirement.staffing import NothingToStaff, Staffing, document, staff
from floorcast.planning.theory.erlang import ErlangC
from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.planning.theory.requirement import agents_for_service_level
from floorcast.policy import policies_of
from floorcast.scenario import Scenario, change, load_scenario, load_scenario_text

SHIPPED = Path(__file__).resolve().parents[3] / "scenarios"

CALLS = """
days: 1
seed: 4
channels: {{phone: {{kind: phone, open: "08:00-16:00"}}}}
contact_types:
  calls:
    channel: phone
    arrivals: [{{rate: {{per: 1h, daily: {{"08:00": {rate}, "16:00": 0}}}}}}]
    work: {{exponential: {work}}}
    patience: {patience}
groups:
  team: {{channels: [phone], shifts: [{{agents: 20, start: "08:00", length: 8h}}]}}
targets: [{target}]
"""


def calls(**words: object) -> Scenario:
    usual = {
        "rate": 150,
        "work": "4 min",
        "patience": "{exponential: 3 min}",
        "target": "{of: phone, measure: service_level, within: 20s, at_least: 80 %, formula: sl3}",
    }
    return load_scenario_text(CALLS.format(**{**usual, **words}), ".")


def found(scenario: Scenario, **settings: object) -> Staffing:
    return staff(scenario, policies_of(scenario, None)[0], jobs=2, written=False, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("patience", [180.0, None])
def test_at_constant_load_the_requirement_is_erlangs(patience: float | None) -> None:
    rate, work, needed = 150 / 3600, 240.0, 12

    def level(agents: int) -> float:
        if patience is None:
            return ErlangC(rate, work, agents).service_level(20.0)
        return ErlangA(rate, work, agents, patience).service_level(20.0, "sl3")

    bound = (level(needed - 1) + level(needed)) / 2  # halfway, so that the case does not hang on chance
    assert agents_for_service_level(rate, work, 20.0, bound, patience, "sl3") == needed
    target = f"{{of: phone, measure: service_level, within: 20s, at_least: {bound}, formula: sl3}}"
    words = "{exponential: 3 min}" if patience else "none"
    heads = found(calls(patience=words, target=target), replications=150).requirement.heads[0]
    settled = heads[
        16 + 4 : 32
    ]  # the centre starts empty: Erlang's long run comes after an hour or two
    assert np.median(settled) == needed
    assert (np.abs(settled - needed) <= 1).all()
    assert (heads[:16] == 0).all() and (heads[32:] == 0).all()


def test_the_first_interval_needs_fewer_because_the_centre_starts_empty() -> None:
    heads = found(calls()).requirement.heads[0]
    assert heads[16] < np.median(heads[20:32]) + 0.5 and heads[16] <= heads[20:32].min()


def test_delayed_is_a_target_and_more_of_it_may_wait_with_fewer_people() -> None:
    target = "{{of: phone, measure: delayed, at_most: {} %}}"
    strict = found(calls(target=target.format(10))).requirement.heads.sum()
    easy = found(calls(target=target.format(50))).requirement.heads.sum()
    assert strict > easy


def test_planning_for_a_busy_day_needs_more_people() -> None:
    text = CALLS.format(
        rate=150, work="4 min", patience="{exponential: 3 min}",
        target="{of: phone, measure: abandonment, at_most: 5 %}",
    ).replace('"16:00": 0}}', '"16:00": 0}}, day_factor: {cv: 0.2}')  # fmt: skip
    scenario = load_scenario_text(text, ".")
    assert (
        found(scenario, risk=0.1).requirement.heads.sum()
        > 1.1 * found(scenario).requirement.heads.sum()
    )


def test_a_promise_shorter_than_the_work_is_out_of_reach() -> None:
    text = """
channels: {mail: {kind: email}}
contact_types:
  letters: {channel: mail, arrivals: [{rate: 20 per hour}], work: 30 min}
groups: {team: {channels: [mail], agents: 15}}
targets: [{of: mail, measure: service_level, within: 20 min, at_least: 80 %}]
"""
    said = document(found(load_scenario_text(text, ".")))
    assert said["out_of_reach"][0]["of"] == "mail"
    assert said["missed_on_fresh"] == []


def test_a_scenario_without_targets_says_what_to_add() -> None:
    with pytest.raises(NothingToStaff, match=r"found no targets; allowed at least one, such as"):
        found(calls(target="").model_copy(update={"targets": ()}))


def test_columns_of_shrinkage_add_up_to_those_present_as_simulated() -> None:
    scenario = load_scenario(SHIPPED / "airline_week.yaml")
    there = presence_of(scenario)
    rest = there.scheduled - there.breaks - there.training - there.absence - there.late
    np.testing.assert_allclose(rest, there.present, atol=1e-9)
    for column in (there.breaks, there.training, there.absence, there.late, there.present):
        assert (column >= -1e-9).all()
    assert there.training.sum() > 0 and there.late.sum() > 0
    # The model's own ledger agrees within chance where there is hardly a contact to finish after a shift.
    quiet = change(scenario, multipliers={"all": 0.001})
    world = assemble(quiet, policies_of(quiet, None)[0])
    runs = [series(compiled.run(world, 5, n)) for n in range(40)]
    simulated = np.array([one.by_group["present"] for one in runs]) / scenario.interval
    for g in range(len(scenario.group_names)):
        sums = simulated[:, g].sum(axis=1)
        error = 4 * sums.std(ddof=1) / np.sqrt(len(runs))
        planned = there.present[g].sum()
        assert planned - error <= sums.mean() <= planned + error + 1


@pytest.mark.parametrize("file", ["tutorial/1_phone_team.yaml", "tutorial/2_chat_and_email.yaml"])
def test_intervals_add_up_to_the_whole_day(file: str) -> None:
    scenario = load_scenario(SHIPPED / file)
    world = assemble(scenario, policies_of(scenario, None)[0])
    run = compiled.run(world, 1, 0)
    summary, targets = measure(run), targets_of(world)
    for place, target in enumerate(targets):
        if not kept_by_interval(target.measure) or target.of == "email":
            continue  # of letters, what falls due after the day counts nowhere
        above, below = interval_sums(run, [target])
        row = next(i for i, row in enumerate(summary.rows) if row.target == place)
        assert above.sum() / below.sum() == pytest.approx(
            summary.numerator[row] / summary.denominator[row]
        )


def test_a_level_from_when_posts_were_heard_adds_up_as_well() -> None:
    """Posts found hours late are due hours later; those never heard count nowhere."""
    text = """
days: 1
channels: {twitter: {kind: social, answer_within: 1h}}
contact_types:
  tweets:
    channel: twitter
    arrivals: [{rate: {per: 1h, daily: {"00:00": 20, "12:00": 0}}}]
    work: {exponential: 4 min}
    listening: {recall: 0.7, found_late: {share: 0.5, after: {exponential: 1h}}}
groups: {team: {channels: [twitter], agents: 2}}
targets: [{of: tweets, measure: service_level_heard, at_least: 80 %}]
"""
    scenario = load_scenario_text(text, ".")
    world = assemble(scenario, policies_of(scenario, None)[0])
    run = compiled.run(world, 1, 0)
    above, below = interval_sums(run, targets_of(world))
    (row,) = (i for i, row in enumerate(measure(run).rows) if row.target == 0)
    assert below.sum() == pytest.approx(measure(run).denominator[row])
    assert above.sum() == pytest.approx(measure(run).numerator[row])
    assert below[0, :2].sum() == 0 < below[0, 2:].sum()  # the first falls due an hour after it was heard


def test_occupancy_has_its_range_misses_their_names_and_savings_their_price() -> None:
    scenario = calls(rate=110, target="{of: phone, measure: service_level, within: 20s, at_least: 80 %}")
    few = change(scenario, headcounts={"team": 8})
    rows = document(staff(few, policies_of(few, None)[0], replications=12, jobs=2))
    busy = [row for row in rows["intervals"] if row["occupancy"] is not None]
    assert all(0 < row["occupancy_half_width"] < 0.2 for row in busy)
    missed = {row["start"] for row in rows["service"] if row["verdict"] == "missed"}
    named = {row["start"] for row in rows["intervals"] if row["missed"].startswith("phone, service")}
    assert missed and named == missed
    (group,) = rows["groups"]
    assert group["saved_h"] == pytest.approx(group["required_h"] - group["as_written_h"])
    assert group["saved_h"] >= 0 and group["saved_cost"] == 0  # nobody has a price


def test_letters_count_where_their_promise_falls_due() -> None:
    text = """
days: 1
channels: {mail: {kind: email}}
contact_types:
  letters: {channel: mail, arrivals: [{counts: {per: 30 min, daily: {"06:00": 4, "06:30": 0}}}], work: 1 min}
groups: {team: {channels: [mail], agents: 1}}
targets: [{of: mail, measure: service_level, within: 2h, at_least: 80 %}]
"""
    scenario = load_scenario_text(text, ".")
    world = assemble(scenario, policies_of(scenario, None)[0])
    above, below = interval_sums(compiled.run(world, 1, 0), targets_of(world))
    assert np.flatnonzero(below[0]).tolist() == [16]  # six o'clock and two hours
    assert above[0, 16] == below[0, 16] == 4


def test_that_people_be_busier_is_marked_missed_where_they_are_not() -> None:
    """20 people for a load of 10 are half idle; an occupancy that must not be below a share is no interval's own."""
    target = "{of: team, measure: occupancy, at_least: 90 %}, {of: phone, measure: abandonment, at_most: 30 %}"
    one = found(calls(target=target), replications=20)
    rows = {row["target"]: row for row in document(one)["over_the_horizon"]}
    busy = rows["occupancy at least 90 %"]
    assert busy["today"] < 0.6 and busy["today_verdict"] == "missed"
    assert rows["abandonment at most 30 %"]["today_verdict"] == "met"


def test_a_percentile_is_printed_as_the_share_within_its_bound_and_times_with_their_unit() -> None:
    """90 % of 20 people's callers within a minute is a share, and a mean wait is a time; never `0.9 s` or `15.0`."""
    from floorcast.cli.plan.pages import whole_table

    target = "{of: phone, measure: wait_p90, at_most: 1 min}, {of: phone, measure: asa, at_most: 1 min}"
    told = document(found(calls(target=target, rate=280), replications=4))
    assert {row["unit"] for row in told["service"] if row["target"].startswith("wait")} == {"share"}
    table = whole_table(told)
    words, today = ([str(cell) for cell in table.columns[n].cells] for n in (1, 2))
    assert words == ["wait p90 at most 1 min (at least 90 % within 1 min)", "asa at most 1 min"]
    assert "%" in today[0] and " s" in today[1]
