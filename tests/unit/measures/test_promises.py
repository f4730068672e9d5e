"""Targets as they are promised: business hours, the same day, every period, a share of periods."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from floorcast.clock import compiled
from floorcast.measures import measure, targets_of
from floorcast.measures.base.promises import Promise
from floorcast.measures.base.targets import target_from
from floorcast.measures.periods import kept_by_interval
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, Scenario, change, load_scenario_text
from floorcast.scenario.schema.targets import MEASURES, PERIODIC_MEASURES
from floorcast.study import Replicates, target_verdicts

HOUR, DAY = 3600.0, 86400.0
# Two days of business from eight to six.
HOURS = ((8 * HOUR, 18 * HOUR), (DAY + 8 * HOUR, DAY + 18 * HOUR))

CENTRE = """
start: 2024-01-01
days: 14
seed: 4
business_hours: "Mon-Fri 08:00-18:00"
channels: {{phone: {{kind: phone, open: "08:00-16:00"}}, mail: {{kind: email}}}}
contact_types:
  calls:
    channel: phone
    arrivals: [{{rate: {{per: 1h, daily: {{"08:00": 60, "16:00": 0}}}}, day_factor: {{cv: 0.2}}}}]
    work: {{exponential: 4 min}}
    patience: {{exponential: 3 min}}
  letters: {{channel: mail, arrivals: [{{rate: 2 per hour}}], work: 10 min}}
groups:
  team: {{channels: [phone, mail], shifts: [{{agents: 6, start: "08:00", length: 9h}}]}}
targets: [{target}]
"""
SERVICE = "of: phone, measure: service_level, within: 20s, at_least: 80 %"


def centre(target: str) -> Scenario:
    return load_scenario_text(CENTRE.format(target="{" + target + "}"), ".")


@pytest.mark.parametrize(
    ("arrived", "within", "until"),
    [
        (9 * HOUR, HOUR, 10 * HOUR),  # within a morning
        (17.5 * HOUR, HOUR, DAY + 8.5 * HOUR),  # over night
        (17 * HOUR, HOUR, 18 * HOUR),  # until closing, not until next morning
        (20 * HOUR, HOUR, DAY + 9 * HOUR),  # the clock starts in the morning
        (0.0, HOUR, 9 * HOUR),
        (-5 * HOUR, HOUR, 9 * HOUR),  # what waits at the start
        (DAY + 17.5 * HOUR, HOUR, np.inf),  # beyond the horizon's last business hour
    ],
)
def test_business_hours(arrived: float, within: float, until: float) -> None:
    assert Promise(HOURS).due(np.array([arrived]), within)[0] == until


@pytest.mark.parametrize(
    ("hours", "arrived", "until"),
    [
        (None, 9 * HOUR, DAY),
        (None, DAY - 1, DAY),
        (None, DAY, 2 * DAY),
        (HOURS, 9 * HOUR, 18 * HOUR),
        (HOURS, 19 * HOUR, DAY + 18 * HOUR),  # too late for today
    ],
)
def test_same_day(hours: tuple[tuple[float, float], ...] | None, arrived: float, until: float) -> None:
    assert Promise(hours, same_day=True).due(np.array([arrived]), None)[0] == until


def test_same_day_goes_by_the_calendar_when_the_scenario_starts_at_noon() -> None:
    assert Promise(same_day=True, midnight=-DAY / 2).due(np.array([0.0, DAY / 2]), None).tolist() == [
        DAY / 2,
        1.5 * DAY,
    ]


def values(scenario: Scenario, replication: int = 0) -> list[tuple[float, float]]:
    """Numerator and denominator of each row of the targets in one run."""
    run = compiled.run(assemble(scenario, policies_of(scenario, None)[0]), 1, replication)
    summary = measure(run)
    return [
        (float(summary.numerator[place]), float(summary.denominator[place]))
        for place, row in enumerate(summary.rows)
        if row.target >= 0
    ]


def test_every_day_is_each_day_counted_by_hand() -> None:
    scenario = centre(f"{SERVICE}, every: day")
    run = compiled.run(assemble(scenario, policies_of(scenario, None)[0]), 1, 0)
    calls = run.contacts[run.contacts["contact_type"] == 0]
    found = values(scenario)
    assert len(found) == 14
    for day, (above, below) in enumerate(found):
        own = calls[(calls["arrived"] // DAY).astype(int) == day]
        wait = own["answered"] - own["arrived"]
        gone_early = np.isnan(wait) & (own["outcome"] == 2) & (own["ended"] - own["arrived"] <= 20)
        refused = own["outcome"] >= 3
        assert above == np.count_nonzero(wait <= 20)
        assert below == np.count_nonzero(~gone_early & ~refused)


@pytest.mark.parametrize(("words", "periods"), [("days", 14), ("weeks", 2), ("runs", 1)])
def test_a_share_of_periods_counts_those_that_keep_the_bound(words: str, periods: int) -> None:
    ((kept, of),) = values(centre(f"{SERVICE}, in: 90 % of {words}"))
    assert of == periods
    if words == "days":
        each = values(centre(f"{SERVICE}, every: day"))
        assert kept == sum(above / below >= 0.8 for above, below in each)


def test_percentiles_of_a_day_are_the_share_within_their_bound() -> None:
    days = values(centre("of: phone, measure: wait_p90, at_most: 60s, every: day"))
    scenario = centre("of: phone, measure: wait_p90, at_most: 60s, in: 50 % of days")
    ((kept, _),) = values(scenario)
    assert kept == sum(above / below >= 0.9 for above, below in days)


def test_every_week_needs_all_weeks_and_shows_the_worst() -> None:
    scenario = centre(f"{SERVICE}, every: day")
    world = assemble(scenario, policies_of(scenario, None)[0])
    study = Replicates([world], compiled.run, 1, names=["default"])
    study.run(30)
    (verdict,) = target_verdicts(study.study("centre"))
    assert verdict.periods is not None and sum(verdict.periods.values()) == 14
    rows = [study.study("centre").estimates(0).mean[place] for place in study.study("centre").target_places]
    assert verdict.mean == pytest.approx(min(rows))
    assert verdict.target.text.endswith("at least 80 % every day")


def test_letters_of_the_evening_are_in_time_next_morning_by_business_hours() -> None:
    ((strict, of),) = values(centre("of: mail, measure: service_level, within: 4h, at_least: 80 %"))
    ((business, too),) = values(
        centre("of: mail, measure: service_level, within: 4h, hours: business, at_least: 80 %")
    )
    assert business / too > strict / of + 0.2


def test_targets_of_periods_survive_json_and_changes() -> None:
    for words in ("every: week", "in: 90 % of intervals", "hours: business", "hours: 'Mon 08:00-12:00'"):
        scenario = centre(f"{SERVICE}, {words}")
        for row in targets_of(assemble(scenario, policies_of(scenario, None)[0])):
            assert target_from(json.loads(json.dumps(asdict(row)))) == row
        again = change(
            scenario,
            targets=json.loads(json.dumps([t.model_dump(exclude_none=True) for t in scenario.targets])),
        )
        assert again.targets == scenario.targets


def test_the_measures_that_periods_may_ask_of_are_those_kept_by_interval() -> None:
    assert sorted(PERIODIC_MEASURES) == sorted(name for name in MEASURES if kept_by_interval(name))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (f"{SERVICE}, every: month", "targets[0].every"),
        (
            f"{SERVICE}, in: 90 %",
            "found '90 %'; allowed a share of intervals, days, weeks or runs, such as 90 % of days",
        ),
        (f"{SERVICE}, in: 120 % of days", "such as 90 % of days"),
        (f"{SERVICE}, every: day, in: 90 % of weeks", "found weeks beside every: day"),
        ("of: all, measure: backlog_age_max, at_most: 4h, every: day", "found 'every' with backlog_age_max"),
        (
            "of: mail, measure: asa, at_most: 4h, hours: business",
            "found 'hours' with asa; allowed with service_level",
        ),
        ("of: mail, measure: service_level, within: next day, at_least: 80 %", "or same day"),
    ],
)
def test_bad_targets_are_named(target: str, words: str) -> None:
    with pytest.raises(InputErrors) as errors:
        centre(target)
    assert words in str(errors.value)


def test_business_hours_have_to_be_known() -> None:
    text = CENTRE.format(
        target="{of: mail, measure: service_level, within: 4h, hours: business, at_least: 80 %}"
    )
    with pytest.raises(
        InputErrors, match="found hours: business, but neither business_hours nor opening hours of mail"
    ):
        load_scenario_text(text.replace('business_hours: "Mon-Fri 08:00-18:00"\n', ""), ".")


def test_a_file_with_such_targets_is_kept_and_read_again(tmp_path: Path) -> None:
    from floorcast.store import load_study, run_study

    scenario = centre(f"{SERVICE}, every: day")
    run_study(scenario, policies_of(scenario, None), replications=3, out=tmp_path / "study")
    (target,) = load_study(tmp_path / "study").document()["targets"]
    assert sum(target["periods"].values()) == 14 and target["worst"]
