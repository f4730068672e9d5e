"""Customers across channels: chasing, coming back, going public, one answer for all of an issue."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures.laws.laws import broken_laws
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag
from tests.model.social_centre import because, ended, of_type, played

DAY, HOUR = 86400.0, 3600.0

MAILS = """
days: 2
contact_types:
  mails:
    channel: email
    arrivals: {{counts: {{per: 1h, values: [200]}}}}
    work: 1 min
    patience: 4h
    chase: {{to: {{calls: 0.25, mails: 0.75}}, probability: {probability}, at_most: {at_most}}}
  calls: {{channel: phone, work: 2 min}}
groups:
  day: {{channels: [email], shifts: [{{agents: 1, start: "{start}", length: 10h}}]}}
  night: {{channels: [phone], agents: 30}}
"""


def test_who_waits_longer_than_tolerated_asks_again_and_the_first_mail_stays_queued():
    run = played(MAILS.format(probability=1, at_most=1, start="09:00"))
    first = because(of_type(run, "mails"), Cause.SOURCE)
    again = because(run.contacts, Cause.CHASE)
    assert len(again) == len(first) == 200
    assert (again["arrived"] - run.contacts["arrived"][again["parent"]] == pytest.approx(4 * HOUR)) is True
    assert (again["issue"] == again["parent"]).all()
    assert (again["prior"] == 1).all()
    assert len(of_type(run, "calls")) == pytest.approx(50, abs=25)


def test_a_resolved_call_closes_the_waiting_mail_of_the_same_issue():
    run = played(MAILS.format(probability=1, at_most=1, start="09:00"))
    calls = of_type(run, "calls")
    mails = run.contacts[calls["parent"]]
    assert (mails["outcome"] == Outcome.CLOSED_WITH_ANOTHER).all()
    assert (mails["ended"] == calls["ended"]).all()
    assert np.isnan(mails["first_response"]).all()
    chasing_mails = because(of_type(run, "mails"), Cause.CHASE)
    one_of_two = ended(of_type(run, "mails"), Outcome.HANDLED)
    assert len(one_of_two) == len(chasing_mails)
    assert broken_laws(run) == []


def test_nobody_chases_who_is_answered_in_time():
    run = played(MAILS.format(probability=1, at_most=3, start="00:00"))
    assert len(because(run.contacts, Cause.CHASE)) == 0


def test_chasers_stop_at_most():
    run = played(MAILS.format(probability=1, at_most=2, start="13:00").replace("calls: 0.25, mails: 0.75", "mails: 1"))
    per_issue = np.bincount(because(run.contacts, Cause.CHASE)["issue"])
    assert per_issue.max() == 2
    assert (per_issue[:200] == 2).all()


def test_a_mail_rises_when_its_sender_phones():
    """Two hundred mails in order; those whose senders asked again are answered first."""
    text = MAILS.format(probability=0.3, at_most=1, start="09:00").replace("calls: 0.25, mails: 0.75", "mails: 1")
    run = played(text + "policy: {priority: {prior_contacts: 1000, per_minute: 1}}\n")
    first = because(of_type(run, "mails"), Cause.SOURCE)
    served = ended(run.contacts, Outcome.HANDLED)
    risen = served[served["prior"] > 0]
    others = served[served["prior"] == 0]
    assert len(first) == 200
    assert len(risen) > 40
    assert risen["answered"].max() < others["answered"].min()


@pytest.mark.parametrize("level, expected", [(1.0, 0.8), (0.5, 0.6)])
def test_first_contact_resolution_depends_on_skill_and_the_rest_come_back(level, expected):
    run = played(f"""
days: 10
contact_types:
  calls:
    channel: phone
    skills: [billing]
    arrivals: {{rate: 100 per hour}}
    work: 1 min
    resolution: {{probability: 0.8, skill: 0.5}}
    repeat: {{probability: 0.5, delay: 1h}}
groups: {{team: {{channels: [phone], skills: {{billing: {level}}}, agents: 20}}}}
""")
    done = ended(run.contacts, Outcome.HANDLED)
    done = done[done["ended"] < 9.9 * DAY]
    resolved = done["resolved"].mean()
    repeats = because(run.contacts, Cause.REPEAT)
    assert resolved == pytest.approx(expected, abs=0.012)
    unresolved = np.sum(done["resolved"] == 0)
    assert len(repeats) / unresolved == pytest.approx(0.5, abs=0.03)
    assert (repeats["prior"] >= 1).all()


def test_customers_who_give_up_may_post_in_public_once_per_issue():
    run = played("""
days: 5
contact_types:
  calls:
    channel: phone
    arrivals: {rate: 60 per hour}
    work: 5 min
    patience: {exponential: 2 min}
    retry: {probability: 0.8, delay: 10 min}
    public: {to: {posts: 1}, abandoned: 0.3, delay: 15 min}
  posts: {channel: social, work: 1 min}
groups: {team: {channels: [phone, social], agents: 4}}
""")
    posts = of_type(run, "posts")
    gave_up = ended(run.contacts, Outcome.ABANDONED)
    assert (posts["cause"] == Cause.PUBLIC).all()
    assert (posts["sentiment"] == -1).all()
    assert np.bincount(posts["issue"]).max() == 1
    first_time = gave_up[gave_up["issue"] == gave_up["parent"].clip(-1)]
    assert len(first_time) >= 0
    issues = len(np.unique(gave_up["issue"]))
    assert 0.3 * issues < len(posts) < 0.6 * issues


def test_who_waits_three_times_as_long_as_expected_goes_public():
    run = played("""
contact_types:
  mails:
    channel: email
    arrivals: {counts: {per: 1h, values: [1000]}}
    work: 10s
    expectation: 2h
    public: {to: {posts: 1}, long_wait: 0.2, after: 3}
  posts: {channel: social, work: 1 min}
groups:
  late: {channels: [email], shifts: [{agents: 3, start: "10:00", length: 10h}]}
  team: {channels: [social], agents: 10}
""")
    posts = of_type(run, "posts")
    assert len(posts) == pytest.approx(200, abs=52)
    assert posts["arrived"] - run.contacts["arrived"][posts["parent"]] == pytest.approx(6 * HOUR)
    closed = ended(of_type(run, "mails"), Outcome.CLOSED_WITH_ANOTHER)
    assert len(closed) == len(posts)


def test_a_public_answer_may_move_the_customer_to_private():
    run = played("""
days: 4
contact_types:
  posts:
    channel: social
    arrivals: {rate: 60 per hour}
    work: 1 min
    turns: 3
    think: 5 min
    private: {probability: 0.3, to: {messages: 1}, delay: 2 min}
  messages: {channel: messaging, work: 4 min}
groups: {team: {channels: {social: 3, messaging: 3}, agents: 20}}
""")
    posts, messages = of_type(run, "posts"), of_type(run, "messages")
    moved = posts[posts["flags"] & Flag.MOVED > 0]
    assert len(moved) / len(posts) == pytest.approx(0.3, abs=0.02)
    assert (moved["turn"] == 1).all()
    assert (moved["resolved"] == 0).all()
    assert (messages["cause"] == Cause.MOVED).all()
    invited = run.contacts[messages["parent"]]
    assert messages["arrived"] - invited["first_response"] == pytest.approx(120)
    assert (messages["issue"] == messages["parent"]).all()


def test_no_free_answer_later_than_a_day_after_the_last_message():
    run = played("""
days: 3
contact_types:
  messages:
    channel: messaging
    arrivals: {counts: {per: 1h, values: [100]}}
    work: 30 min
    window: 24h
groups: {team: {channels: [messaging], agents: 1}}
""")
    lost = ended(run.contacts, Outcome.LOST)
    assert lost["ended"] - lost["arrived"] == pytest.approx(24 * HOUR)
    assert len(lost) == pytest.approx(51, abs=2)
    answered = ended(run.contacts, Outcome.HANDLED)
    assert (answered["answered"] - answered["arrived"]).max() <= 24 * HOUR
    assert broken_laws(run) == []


def test_a_callback_keeps_the_place_in_the_queue_and_never_gives_up():
    run = played("""
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 1h, values: [0, 60, 60]}}
    work: 5 min
    patience: 3 min
    callback: {above: 90s, accepted: 0.6}
groups: {team: {channels: [phone], agents: 5}}
""")
    back = run.contacts[run.contacts["flags"] & Flag.CALLBACK > 0]
    assert len(back) > 10
    assert (back["outcome"] == Outcome.HANDLED).all()
    assert np.isinf(back["patience"]).all()
    by_arrival = np.argsort(run.contacts["arrived"])
    answered = run.contacts["answered"][by_arrival]
    assert (np.diff(answered[~np.isnan(answered)]) >= 0).all()  # everybody keeps the place
    assert len(ended(run.contacts, Outcome.ABANDONED)) > 0
