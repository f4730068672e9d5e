"""The funnel: what became of every relevant post, and where its time went."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures import measure
from floorcast.measures.cells.percentile import censored_percentiles
from floorcast.measures.laws.laws import broken_laws, funnel_adds_up
from floorcast.scenario.catalogue.measures import ENDS, WITHIN
from tests.model.social_centre import played

EVERYTHING = """
start: 2024-01-01
days: 3
classes:
  value: {standard: 0, gold: 2}
  reach: {few: 0, many: 100, loud: 1000}
  hours: "Mon-Sun 08:00-18:00"
channels:
  x: {kind: social, answer_within: 30 min}
  forum: {kind: social}
contact_types:
  tweets:
    channel: x
    arrivals: {rate: 20 per hour}
    work: {exponential: 4 min}
    sentiment: {negative: 0.4, neutral: 0.4, positive: 0.2}
    reach: {lognormal: {median: 100, sigma: 2}}
    value: {empirical: {values: [0, 1, 2, 3], weights: [0.5, 0.2, 0.2, 0.1]}}
    language: {en: 0.7, pt: 0.3}
    patience: {exponential: 3h}
    chase: {probability: 0.5, at_most: 2}
    listening:
      {poll: 10 min, recall: 0.8, found_late: {share: 0.5, after: 2h}, relevant: 0.8, false_positives: 0.3,
       sentiment_accuracy: 0.7}
    cascade: {branching: 0.3, delay: {exponential: 1h}, closes: 0.3}
  threads: {channel: forum, arrivals: {rate: 2 per hour}, work: 5 min, bot: {contains: 0.2}}
  calls: {channel: phone, arrivals: {rate: 5 per hour}, work: 5 min, patience: 2 min}
groups: {team: {channels: {x: 1, forum: 1, phone: 1}, agents: 2, cost_per_hour: 30}}
policy: {rules: [{when: {contact_type: tweets, sentiment: positive, reach: {below: 100}}, discard: true}]}
"""


def test_every_relevant_post_has_one_end_by_every_class():
    run = played(EVERYTHING)
    summary = measure(run)
    assert broken_laws(run) == []
    dimensions = dict(summary.layout.funnel)
    assert list(dimensions) == ["funnel", "network", "tier", "sentiment", "reach", "language", "hours", "hour"]
    for end in ("replied", "closed", "ignored", "contained", "unheard", "still_open"):
        assert summary.value(end, "funnel", "all posts") > 0, f"nothing {end}"
    posts = summary.value("posts", "funnel", "all posts")
    assert sum(summary.value(end, "funnel", "all posts") for end in ENDS) == posts
    assert sum(summary.value("posts", "tier", name) for name in dimensions["tier"]) == posts
    assert summary.value("noise") > 0
    gold = summary.value("posts", "tier", "gold") / summary.value("posts", "network", "x")
    assert gold == pytest.approx(0.3, abs=0.05)
    # What customers are, not what the classifier made of them.
    assert summary.value("posts", "sentiment", "negative") > 1.4 * summary.value("posts", "sentiment", "positive")


def test_the_law_of_the_funnel_sees_a_post_without_an_end():
    summary = measure(played(EVERYTHING))
    assert funnel_adds_up(summary) == []
    place = summary.layout.place["replied", "reach", "loud"]
    summary.numerator[place] += 1
    assert any("reach loud" in sentence for sentence in funnel_adds_up(summary))


def test_the_time_to_the_reply_is_made_of_hearing_queue_and_work():
    """One post an hour at a quarter past, heard on the full hour, by a team that takes ten minutes."""
    run = played("""
days: 1
contact_types:
  posts:
    channel: social
    arrivals: {counts: {per: 15 min, values: [0, 0, 1, 0]}}
    work: 10 min
    listening: {poll: 1h}
groups:
  team: {channels: {social: 1}, agents: 1, cost_per_hour: 60}
""")
    summary = measure(run)
    one = "funnel", "all posts"
    assert summary.value("posts", *one) == summary.value("replied", *one) == 1
    hearing = 3600.0 - run.contacts["arrived"][0]
    assert summary.value("hearing_mean", *one) == pytest.approx(hearing)
    assert summary.value("queue_mean", *one) == pytest.approx(0, abs=1e-9)
    assert summary.value("work_mean", *one) == pytest.approx(600)
    assert summary.value("first_response_mean", *one) == pytest.approx(hearing + 600)
    assert summary.value("cost_per_reply", *one) == pytest.approx(10)


def test_percentiles_take_who_is_not_answered_as_censored():
    """Kaplan and Meier by hand: 10, 20+, 30, 40 give 0.75 after 10, 0.375 after 30, 0 after 40."""
    times, ages = np.array([40.0, 10.0, 30.0]), np.array([20.0])
    assert censored_percentiles(times, ages, (0.2, 0.5, 0.9)) == [10, 30, 40]
    assert np.isinf(censored_percentiles(times[1:], np.array([20.0, 40.0]), (0.9,))[0])
    assert censored_percentiles(np.arange(1.0, 11.0), np.empty(0), (0.9,)) == [9]


def test_a_scenario_without_posts_has_no_funnel():
    run = played("""
contact_types: {calls: {channel: phone, arrivals: {rate: 5 per hour}, work: 1 min, resolution: 0.9}}
groups: {team: {channels: [phone], agents: 2}}
""")
    assert measure(run).layout.funnel == ()


SOON = """
start: 2024-01-01 06:00
days: 1
contact_types:
  posts:
    channel: social
    arrivals: {counts: {per: 1h, values: [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]}}
    work: 10 min
    resolution: 1
groups: {team: {channels: {social: 1}, agents: 1}}
business_hours: "Mon-Sun 09:00-10:00"
"""


def test_how_soon_posts_are_answered_adds_up_to_those_answered():
    """Four posts from nine to ten and two from two to three, ten minutes each, one agent: shares of all in time."""
    run = played(SOON)
    summary = measure(run)
    waits = np.sort(run.contacts["first_response"] - run.contacts["arrived"])
    shares = [summary.value(name, "funnel", "all posts") for name, _ in WITHIN]
    assert shares == [pytest.approx((waits <= seconds).sum() / len(waits)) for _, seconds in WITHIN]
    assert shares[0] == 0 and shares[-1] == summary.value("response_rate", "funnel", "all posts") == 1
    assert shares == sorted(shares) and 0 < shares[2] < 1


def test_hours_of_the_day_are_those_on_the_clock_and_business_hours_the_scenarios():
    """It starts at six: the fourth hour is nine o'clock, the 21st two in the morning."""
    run = played(SOON)
    summary = measure(run)
    counts = {name: summary.value("posts", "hour", name) for name in dict(summary.layout.funnel)["hour"]}
    assert {name: number for name, number in counts.items() if number} == {"09:00": 4, "02:00": 2}
    assert summary.value("posts", "hours", "business hours") == 4 and summary.value("posts", "hours", "outside") == 2
    assert broken_laws(run) == []
