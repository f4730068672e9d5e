"""What agents bear, how near an hour came to feeding itself, and targets of tiers, topics and campaigns."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures import measure
from floorcast.model.records.layout import Cause, Outcome
from floorcast.scenario import InputErrors, load_scenario_text
from tests.model.social_centre import played

STORM = """
start: 2024-01-01
days: 2
classes: {{value: {{standard: 0, gold: 2}}}}
contact_types:
  posts:
    channel: social
    arrivals: [{{rate: 6 per hour}}, {{campaign: {{name: spring, start: "2024-01-01 09:00", size: 80, decay: 4h}}}}]
    work: {{exponential: 9 min}}
    sentiment: {{negative: 0.6, neutral: 0.4}}
    value: {{empirical: {{values: [0, 2], weights: [0.7, 0.3]}}}}
    cascade: {{branching: 0.3, delay: {{exponential: 40 min}}}}
  calls: {{channel: phone, arrivals: {{rate: 8 per hour}}, work: 3 min, sentiment: {{negative: 0.3, neutral: 0.7}}}}
crises: [{{name: fire, at: "2024-01-01 12:00", contact_type: posts, attracts: 60}}]
groups:
  writers: {{channels: [social], agents: 1}}
  talkers: {{channels: [phone], shifts: [{{agents: 2, start: "08:00", length: 10h}}]}}
targets: {targets}
"""


def test_burden_is_what_agents_had_in_the_hours_they_were_there():
    run = played(STORM.format(targets="[]"))
    contacts, summary = run.contacts, measure(run)
    posts = (contacts["contact_type"] == 0) & (contacts["outcome"] == Outcome.HANDLED)
    assert summary.value("posts_per_hour", "group", "writers") == pytest.approx(posts.sum() / 48)
    assert summary.value("posts_per_hour", "group", "talkers") == 0
    angry = (contacts["sentiment"] < 0) & (contacts["group"] >= 0)
    by_group = [int((angry & (contacts["group"] == g)).sum()) for g in range(2)]
    hours = run.ledger["present"].sum(axis=1) / 3600  # one writer, then two talkers
    assert summary.value("angry_per_day", "group", "writers") == pytest.approx(by_group[0] / (hours[:1].sum() / 8))
    assert summary.value("angry_per_day", "group", "talkers") == pytest.approx(by_group[1] / (hours[1:].sum() / 8))
    assert summary.value("angry_per_day") == pytest.approx(sum(by_group) / (hours.sum() / 8))


def test_the_worst_hour_is_the_one_whose_posts_attracted_most_others():
    run = played(STORM.format(targets="[]"))
    contacts = run.contacts
    in_one = contacts["incident"] >= 0
    ratios = []
    for hour in range(48):
        mine = np.flatnonzero(in_one & (contacts["arrived"] // 3600 == hour))
        children = (contacts["cause"] == Cause.CASCADE) & np.isin(contacts["parent"], mine)
        if mine.size >= 10:
            ratios.append(children.sum() / mine.size)
    summary = measure(run)
    assert summary.value("branching_peak") == pytest.approx(max(ratios))
    assert max(ratios) > 1  # the hour of the root
    assert summary.value("supercritical") == 1


def test_a_target_of_a_topic_is_what_its_row_says():
    text = STORM.format(targets="[{of: topic bills, measure: response_rate, at_least: 90 %}]")
    words = "    words: {refund: 30 %}\n    arrivals: [{rate: 6"
    topics = "\ntopics: {bills: [refund], same: [refund]}\n"
    summary = measure(played(text.replace("    arrivals: [{rate: 6", words) + topics))
    row = next(row for row in summary.rows if row.target >= 0)
    place = summary.rows.index(row)
    assert (row.by, row.of) == ("topic", "bills")
    value = summary.numerator[place] / summary.denominator[place]
    assert value == summary.value("response_rate", "topic", "bills") == summary.value("response_rate", "topic", "same")
    assert value != summary.value("response_rate", "topic", "no topic")


def test_targets_of_tiers_and_campaigns_are_what_their_rows_say():
    targets = """
  - {of: gold, measure: response_rate, at_least: 90 %}
  - {of: gold, measure: service_level, at_least: 80 %}
  - {of: spring, measure: first_response_mean, at_most: 1h}
  - {of: fire, measure: attracted, at_most: 100}
"""
    summary = measure(played(STORM.format(targets=targets)))
    rows = [row for row in summary.rows if row.target >= 0]
    of = [("tier", "gold"), ("tier", "gold"), ("campaign", "spring"), ("campaign", "fire")]
    assert [(row.by, row.of) for row in rows] == of
    for row in rows:
        place = summary.rows.index(row)
        value = summary.numerator[place] / summary.denominator[place]
        assert value == summary.value(row.measure, row.by, row.of)
    assert summary.value("service_level", "tier", "gold") != summary.value("service_level", "tier", "standard")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("{of: gold, measure: occupancy, at_most: 80 %}", "occupancy of gold, a tier; allowed needless, contained"),
        ("{of: spring, measure: abandonment, at_most: 8 %}", "abandonment of spring, a campaign; allowed offered"),
        ("{of: gold, measure: service_level, within: 1h, at_least: 8 %}", "found 'within' with gold, a tier"),
        ("{of: silver, measure: response_rate, at_least: 8 %}", "found unknown name 'silver'"),
        ("{of: topic bills, measure: response_rate, at_least: 8 %}", "found unknown name 'topic bills'"),
    ],
)
def test_targets_that_no_tier_or_campaign_can_have_are_named(target, message):
    with pytest.raises(InputErrors) as caught:
        load_scenario_text(STORM.format(targets=f"[{target}]"), ".", "small.yaml")
    assert message in str(caught.value)
