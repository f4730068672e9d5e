"""Customers do not know what was heard: they wait from the post, and so do the figures."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures import measure
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.records.layout import Cause, Outcome, Status
from floorcast.model.records.social import Flag, Resolved
from floorcast.store.records import records_table
from tests.model.social_centre import because, ended, of_type, played

HOUR, DAY = 3600.0, 86400.0

LATE = """
days: 3
contact_types:
  posts:
    channel: social
    arrivals: {{rate: 2 per hour}}
    work: 1 min
    patience: 1h
    {then}
    listening: {{poll: 1 min, recall: 0, found_late: {{share: 0.5, after: 5h}}}}
  calls: {{channel: phone, work: 1 min}}
groups: {{team: {{channels: [social], agents: 50}}, callers: {{channels: [phone], agents: 50}}}}
"""
CHASE = "chase: {probability: 1, to: {calls: 1}, at_most: 1}"
OUTCRY = "public: {to: {posts: 1}, long_wait: 1, after: 2}"


def test_who_is_found_late_or_never_asks_again_when_the_tolerance_is_over():
    run = played(LATE.format(then=CHASE))
    posts = of_type(run, "posts")
    posts = posts[posts["arrived"] < 3 * DAY - HOUR]
    again = because(run.contacts, Cause.CHASE)
    assert len(posts) > 100
    assert set(again["parent"]) == set(np.flatnonzero(run.contacts["arrived"] < 3 * DAY - HOUR)) & set(
        np.flatnonzero(run.contacts["cause"] == Cause.SOURCE)
    )
    assert again["arrived"] - run.contacts["arrived"][again["parent"]] == pytest.approx(HOUR)
    assert np.sum(run.contacts["outcome"][again["parent"]] == Outcome.LOST) > 30


def test_a_resolved_call_does_for_the_post_that_is_still_to_be_found():
    run = played(LATE.format(then=CHASE))
    found = run.contacts[because(run.contacts, Cause.CHASE)["parent"]]
    found = found[(found["outcome"] != Outcome.LOST) & (found["arrived"] < 2.9 * DAY)]
    assert (found["outcome"] == Outcome.CLOSED_WITH_ANOTHER).all()
    assert (found["ended"] - found["arrived"] < 1.1 * HOUR).all(), "not only when it would have been found"
    assert np.isnan(found["first_response"]).all()
    assert broken_laws(run) == []


def test_who_is_never_found_tells_everybody():
    run = played(LATE.format(then=OUTCRY))
    loud = because(run.contacts, Cause.PUBLIC)
    assert len(loud) > 50
    assert loud["arrived"] - run.contacts["arrived"][loud["parent"]] == pytest.approx(2 * HOUR)


def test_who_is_ignored_by_a_rule_asks_again():
    run = played("""
contact_types:
  posts: {channel: social, arrivals: {rate: 4 per hour}, work: 1 min, patience: 1h, chase: {to: {calls: 1}}}
  calls: {channel: phone, work: 1 min}
groups: {team: {channels: {social: 1, phone: 1}, agents: 5}}
policy: {rules: [{when: {contact_type: posts}, discard: true}]}
""")
    posts = of_type(run, "posts")
    assert (posts["outcome"] == Outcome.DISCARDED).all()
    early = np.sum(posts["arrived"] < DAY - HOUR)
    assert len(because(run.contacts, Cause.CHASE)) == early


UNHEARD = """
days: 2
contact_types:
  posts:
    channel: social
    work: 10 min
    listening: {poll: 6h, recall: 0.7}
    resolution: %s
    cascade: {branching: 0, delay: 1h, closes: 0.4, residual: 0}
crises:
  - {name: fire, at: "2024-01-01", contact_type: posts, attracts: 2000, delay: {uniform: {from: 0, to: 5h}}}
groups: {team: {channels: {social: 1}, agents: 1}}
"""


def test_a_public_answer_does_for_posts_that_nobody_has_heard():
    """The root is heard at once; its answer after ten minutes is the first that those before it see, and
    4 in 10 of them need no more, whether they will be heard at six o'clock or never."""
    run = played(UNHEARD % 1)
    before = (run.contacts["arrived"] < 600) & (run.contacts["cause"] == Cause.CASCADE)
    n = int(before.sum())
    assert n > 40
    eased = run.issues["eased"] == 600.0
    assert np.sum(eased & before) == pytest.approx(0.4 * n, abs=4 * np.sqrt(0.24 * n))
    assert not eased[~before].any()
    lost = run.contacts["outcome"] == Outcome.LOST
    assert (run.contacts["outcome"][eased & ~lost] == Outcome.CLOSED_WITH_ANOTHER).all()
    assert (eased & lost).any() and np.isnan(run.issues["heard"][eased]).all()
    assert (run.contacts["resolved"][eased & ~lost] == Resolved.ANOTHER).all()


def test_what_a_poor_answer_closes_is_not_resolved():
    run = played(UNHEARD % 0)
    closed = ended(run.contacts, Outcome.CLOSED_WITH_ANOTHER)
    assert len(closed) > 10
    assert (closed["resolved"] == Resolved.NOT).all()
    assert measure(run).value("issues_closed") == 0


def test_the_service_level_runs_from_the_post_and_another_from_when_it_was_heard():
    """A deaf centre answers all that it hears in time; of all that was posted it answers 6 in 10."""
    run = played("""
days: 20
contact_types:
  posts: {channel: social, arrivals: {rate: 10 per hour}, work: 1 min, listening: {recall: 0.6}}
groups: {team: {channels: {social: 1}, agents: 20}}
""")
    summary = measure(run)
    assert summary.value("service_level_heard", "channel", "social") == 1
    assert summary.value("service_level", "channel", "social") == pytest.approx(0.6, abs=0.03)
    assert summary.value("missed") == summary.value("lost")


def test_the_truth_decides_who_was_negative():
    """Half of the posts are negative and answered last, because the classifier takes them for positive."""
    run = played("""
days: 5
contact_types:
  posts:
    channel: social
    arrivals: {rate: 28 per hour}
    work: {exponential: 2 min}
    sentiment: {negative: 0.5, positive: 0.5}
    listening: {sentiment_accuracy: 0.3}
groups: {team: {channels: {social: 1}, agents: 1}}
policy: {priority: {sentiment: {negative: 1000}}}
""")
    posts = run.contacts
    misread = (posts["flags"] & Flag.MISREAD) > 0
    truth = np.where(misread, run.issues["true_sentiment"], posts["sentiment"])
    wait = posts["first_response"] - posts["arrived"]
    assert np.mean(truth == -1) == pytest.approx(0.5, abs=0.03)
    assert measure(run).value("first_response_negative") == pytest.approx(np.nanmean(wait[truth == -1]))
    assert np.nanmean(wait[truth == -1]) > 1.5 * np.nanmean(wait[posts["sentiment"] == -1])


ASKING = """
days: 5
contact_types:
  posts: {channel: social, arrivals: {rate: 5 per hour}, work: 3 min, consult: {probability: 0.3, with: advice}}
  advice: {channel: social, work: 1 min}
  mails: {channel: email, arrivals: {rate: 1 per hour}, work: 1 min, resolution: 0.9}
groups: {team: {channels: {social: 1, email: 1}, agents: 4}}
"""


def test_what_agents_ask_each_other_is_no_post_of_the_channel():
    run = played(ASKING)
    summary, posts, advice = measure(run), of_type(run, "posts"), of_type(run, "advice")
    assert len(advice) == pytest.approx(0.3 * len(posts), rel=0.25)
    assert summary.value("offered", "channel", "social") == len(posts)
    assert summary.value("offered", "contact_type", "advice") == len(advice)
    assert summary.value("offered") == len(posts) + len(of_type(run, "mails"))
    response = posts["first_response"] - posts["arrived"]
    assert summary.value("first_response_mean", "channel", "social") == pytest.approx(np.nanmean(response))
    assert summary.value("first_response_p90", "channel", "social") == pytest.approx(
        np.sort(response)[int(np.ceil(0.9 * len(response))) - 1]
    )
    assert broken_laws(run) == []


def test_records_name_every_cause_and_tell_what_was_heard():
    table = records_table(played(ASKING))
    causes = table.column("cause").to_pylist()
    assert set(causes) == {"source", "consult"}
    heard = played(LATE.format(then=CHASE))
    told = records_table(heard)
    assert told.column("heard").null_count == np.isnan(heard.issues["heard"]).sum() > 0
    assert (np.array(heard.contacts["status"]) == Status.CLOSED).any()
    assert set(told.column("true_sentiment").to_pylist()) == {0}
