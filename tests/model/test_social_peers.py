"""Communities where customers answer each other, and customers whom surveys tire: each against a figure worked out by
hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from floorcast.measures import measure
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Mark
from tests.model.social_centre import because, played

HOUR = 3600.0


def near(share, expected, number):
    """Within four standard errors of a share."""
    return share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / number))


PEERS = """
days: 12
contact_types:
  posts:
    channel: social
    arrivals: {rate: 30 per hour}
    work: 1s
    listening: {recall: 0, found_late: {share: 1, after: {exponential: 2h}}}
    community:
      {answered: 60 %, after: {exponential: 3h}, right: 75 %, repeat: {probability: 80 %, delay: 1h, to: {mails: 1}}}
  mails: {channel: email, work: 1s}
groups: {team: {channels: {social: 1, email: 1}, agents: 20}}
"""


def test_who_answers_first_is_a_race_of_two_exponentials():
    """The centre hears of a post after an exponential time with mean 2 h and answers at once; six in ten are answered
    by another customer after one with mean 3 h: that is first in 0.6 x (1/3) / (1/3 + 1/2) = 0.24 of the posts."""
    run = played(PEERS)
    contacts = run.contacts
    posts = (contacts["contact_type"] == 0) & (contacts["arrived"] < 10 * 86400)
    peers = (run.issues["marks"] & Mark.PEERS) > 0
    assert near(peers[posts].mean(), 0.24, posts.sum())
    assert (contacts["outcome"][peers] == Outcome.CLOSED_WITH_ANOTHER).all()
    assert (contacts["worked"][peers] == 0).all(), "that work is deflected"
    waits = (contacts["ended"] - contacts["arrived"])[peers & posts]
    assert waits.mean() == pytest.approx(1 / (1 / 2 + 1 / 3) * HOUR, rel=0.06)
    right = contacts["resolved"] != 0
    assert near(right[peers].mean(), 0.75, peers.sum())
    back = because(contacts, Cause.REPEAT)
    assert set(back["contact_type"]) == {1} and peers[back["parent"]].all()
    wrong = (peers & ~right & posts).sum()
    assert near(posts[back["parent"]].sum() / wrong, 0.8, wrong)
    summary = measure(run)
    assert summary.value("answered_by_customers") == summary.value("by_customers", "funnel", "all posts") == peers.sum()
    assert broken_laws(run) == []


TIRED = """
days: 40
contact_types: {mails: {channel: email, arrivals: {rate: 20 per day}, work: 1s}}
groups: {team: {channels: [email], agents: 2}}
customers: {size: 10, survey_fatigue: {each: 50 %, half_life: 2 days}}
surveys: {answered: 80 %}
"""


def test_who_is_asked_often_answers_less():
    """Asked at a rate r = 2 a day, a customer remembers at time t a shot noise W of the surveys before, each fading by
    half in h = 2 days; the mean share that answers is 0.8 E[0.5 ^ W(t)], and by Campbell's theorem E[a^W(t)] =
    exp(r integral over 0..t of (a^(2^(-u / h)) - 1) du)."""
    rate, half_life, days = 2.0, 2.0, 40.0

    def of(t):
        return 0.8 * math.exp(rate * quad(lambda u: 0.5 ** (2 ** (-u / half_life)) - 1, 0, t)[0])

    expected = quad(of, 0, days, limit=200)[0] / days
    shares = np.array([measure(played(TIRED, 1, n)).value("survey_response") for n in range(10)])
    assert expected < 0.2 < 0.8
    assert shares.mean() == pytest.approx(expected, abs=4 * shares.std(ddof=1) / math.sqrt(10))


def test_nobody_is_asked_again_within_the_rest():
    run = played(TIRED.replace("each: 50 %, half_life: 2 days", "rest: 3 days"))
    issues, contacts = run.issues, run.contacts
    for who in range(10):
        asked = contacts["ended"][(issues["customer"] == who) & (issues["asked"] > 0)]
        assert len(asked) > 8 and np.diff(np.sort(asked)).min() >= 3 * 86400
