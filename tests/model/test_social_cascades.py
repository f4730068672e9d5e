"""Cascades: exact counts and cluster sizes, damping by the answer, one answer for many, crises."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.clock.run import RunawayError
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Resolved
from floorcast.planning.theory.self_exciting import SelfExciting, cluster_size_probability
from tests.model.social_centre import NOBODY, because, cluster_sizes, ended, of_type, played

DAY, HOUR = 86400.0, 3600.0


def _unanswered(rate: float, branching: float, days: int, delay: str = "exponential: 30 min") -> str:
    return f"""
days: {days}
contact_types:
  posts:
    channel: social
    arrivals: {{rate: {rate} per hour}}
    work: 5000 days
    cascade: {{branching: {branching}, delay: {{{delay}}}}}
{NOBODY}
"""


@pytest.mark.parametrize("branching", [0.5, 0.8])
def test_cascade_sizes_follow_borel(branching):
    run = played(_unanswered(20, branching, 60))
    sizes = cluster_sizes(run.contacts, before=57 * DAY)
    n = len(sizes)
    assert n > 25_000
    for size in (1, 2, 3, 4):
        p = cluster_size_probability(branching, size)
        assert np.mean(sizes == size) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n))
    variance = branching / (1 - branching) ** 3
    assert sizes.mean() == pytest.approx(1 / (1 - branching), abs=4 * np.sqrt(variance / n))


@pytest.mark.parametrize("rate, branching", [(10, 0.5), (4, 0.8)])
def test_counts_of_self_exciting_posts_have_their_exact_mean_and_variance(rate, branching):
    theory = SelfExciting(rate=rate, branching=branching, decay=2.0)
    variances, means = [], []
    for replication in range(6):
        run = played(_unanswered(rate, branching, 120), replication=replication)
        hours = (run.contacts["arrived"][run.contacts["arrived"] >= 3 * DAY] / HOUR).astype(int)
        counts = np.bincount(hours - 72, minlength=117 * 24)
        variances.append(counts.var())
        means.append(counts.mean())
    spread = np.std(variances, ddof=1) / np.sqrt(6)
    assert np.mean(means) == pytest.approx(theory.mean_count(1.0), rel=0.03)
    assert abs(np.mean(variances) - theory.variance_count(1.0)) < 5 * max(spread, 0.01 * theory.variance_count(1.0))


def test_kernel_may_be_a_power_law():
    run = played(_unanswered(20, 0.5, 40, "pareto: {minimum: 5 min, shape: 1.5}"))
    posts = run.contacts
    born = posts[posts["cause"] == Cause.CASCADE]
    delays = born["arrived"] - posts["arrived"][born["parent"]]
    early = posts["arrived"][born["parent"]] < 20 * DAY
    assert delays.min() >= 300
    for minutes in (10, 30, 120):
        expected = 1 - (5 / minutes) ** 1.5
        assert np.mean(delays[early] <= minutes * 60) == pytest.approx(expected, abs=0.02)


def test_reach_and_sentiment_multiply_what_a_post_attracts():
    run = played("""
days: 2
contact_types:
  posts:
    channel: social
    arrivals: {rate: 500 per hour}
    work: 5000 days
    reach: {empirical: {values: [100, 400]}}
    sentiment: {negative: 0.5, positive: 0.5}
    cascade:
      branching: 0.2
      reach: {typical: 100, power: 0.5}
      sentiment: {negative: 2, positive: 1}
      to: {echoes: 1}
      delay: 10 min
  echoes: {channel: social, work: 1 min}
groups: {team: {channels: {social: 1}, agents: 1}}
""")
    posts = of_type(run, "posts")
    attracted = np.bincount(of_type(run, "echoes")["parent"], minlength=len(run.contacts))
    is_root = run.contacts["incident"] == np.arange(len(run.contacts))
    roots = np.flatnonzero(is_root & (run.contacts["arrived"] < 1.9 * DAY))
    assert len(posts) > 20_000
    for reach, by_reach in ((100, 1.0), (400, 2.0)):
        for sentiment, by_sentiment in ((-1, 2.0), (1, 1.0)):
            person = run.contacts[roots]
            own = roots[(person["reach"] == reach) & (person["sentiment"] == sentiment)]
            assert attracted[own].mean() == pytest.approx(0.2 * by_reach * by_sentiment, rel=0.06)


STORM = """
days: 1
contact_types:
  complaints:
    channel: social
    work: {work}
    cascade: {{branching: 0, delay: {{exponential: 30 min}}, residual: 0.1, to: {{echoes: 1}}}}
  echoes: {{channel: social, work: 30s}}
crises: [{{name: broken guitar, at: "2024-01-01 08:00", contact_type: complaints, attracts: 2000}}]
groups: {{team: {{channels: {{social: 1}}, agents: 60}}}}
"""


def test_answering_the_root_within_a_minute_leaves_the_cascade_at_its_residual_size():
    answered, ignored = played(STORM.format(work="60s")), played(STORM.format(work="20h"))
    early, late = of_type(answered, "echoes"), of_type(ignored, "echoes")
    assert len(late) == pytest.approx(2000, abs=4 * np.sqrt(2000))
    first_minute = 2000 * (1 - np.exp(-60 / 1800))
    expected = first_minute + 0.1 * (2000 - first_minute)
    assert len(early) == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_posts_that_remain_after_an_early_answer_are_the_same_posts():
    answered, ignored = played(STORM.format(work="60s")), played(STORM.format(work="20h"))
    early, late = of_type(answered, "echoes"), of_type(ignored, "echoes")
    when = dict(zip(late["key"].tolist(), late["arrived"].tolist(), strict=True))
    for post in early:
        assert when[int(post["key"])] == post["arrived"]
    avoided = int(of_type(answered, "complaints")["avoided"].sum())
    assert avoided + len(early) == len(late)


def test_posts_of_a_crisis_carry_its_name():
    run = played(STORM.format(work="20h"))
    assert run.world.campaign_names == ("broken guitar",)
    assert (run.contacts["campaign"] == 0).all()
    assert (run.contacts["incident"] == 0).all()


MANY = """
days: 1
contact_types:
  posts:
    channel: social
    arrivals: {{counts: {{per: 1h, values: [0, 3000]}}}}
    work: 10 min
    cascade: {{branching: 0, delay: 1h, closes: {closes}, to: {{posts: 1}}}}
crises:
  - {{name: fire, at: "2024-01-01", contact_type: posts, attracts: 3000, delay: {{uniform: {{from: 0, to: 1h}}}}}}
groups: {{team: {{channels: {{social: 1}}, shifts: [{{agents: 1, start: "06:00", length: 10h}}]}}}}
"""


@pytest.mark.parametrize("closes", [0.1, 0.6])
def test_one_answer_closes_each_waiting_post_of_its_incident_with_a_probability(closes):
    run = played(MANY.format(closes=closes))
    fire = run.contacts[run.contacts["incident"] == 0]
    waiting = len(fire)
    first = 6 * HOUR + 600
    with_it = ended(fire, Outcome.CLOSED_WITH_ANOTHER)
    assert np.unique(with_it["ended"]) == pytest.approx(first), "no later answer closes whom the first left"
    share = len(with_it) / waiting
    assert share == pytest.approx(closes, abs=4 * np.sqrt(closes * (1 - closes) / waiting))
    assert broken_laws(run) == []


def test_an_answer_leaves_other_incidents_alone():
    run = played(MANY.format(closes=1))
    fire = run.contacts[run.contacts["incident"] == 0]
    others = run.contacts[run.contacts["incident"] != 0]
    assert len(ended(fire, Outcome.HANDLED)) == 1
    assert len(ended(fire, Outcome.CLOSED_WITH_ANOTHER)) == len(fire) - 1
    assert len(ended(others, Outcome.CLOSED_WITH_ANOTHER)) == 0
    assert (ended(fire, Outcome.CLOSED_WITH_ANOTHER)["resolved"] == Resolved.ANOTHER).all()


def test_a_poor_answer_attracts_posts():
    run = played("""
days: 20
contact_types:
  posts:
    channel: social
    arrivals: {rate: 30 per hour}
    work: 1 min
    resolution: 0.4
    cascade: {branching: 0.1, delay: {exponential: 20 min}, residual: 0, backfire: 0.5, to: {echoes: 1}}
  echoes: {channel: social, work: 1 min}
groups: {team: {channels: {social: 1}, agents: 20}}
""")
    posts, echoes = of_type(run, "posts"), of_type(run, "echoes")
    attracted = np.bincount(echoes["parent"], minlength=len(run.contacts))
    own = np.flatnonzero((run.contacts["contact_type"] == 0) & (run.contacts["ended"] < 19 * DAY))
    poor = run.contacts["resolved"][own] == 0
    assert len(posts) > 13_000
    assert poor.mean() == pytest.approx(0.6, abs=0.02)
    assert attracted[own[poor]].mean() == pytest.approx(0.5, abs=0.03)
    assert attracted[own[~poor]].mean() < 0.02


def test_a_storm_past_the_limit_ends_in_an_error_that_names_the_branching_ratio():
    with pytest.raises(RunawayError, match=r"branching ratio of 0\.95"):
        played("""
limits: {contacts: 20000}
contact_types:
  posts:
    channel: social
    arrivals: {rate: 10 per hour}
    work: 1 min
    cascade: {branching: 0.95, delay: {exponential: 5 min}}
crises: [{name: fire, at: "2024-01-01 08:00", contact_type: posts, attracts: 5000}]
groups: {team: {channels: {social: 1}, agents: 1}}
""")


def test_answering_sooner_avoids_posts():
    text = """
contact_types:
  posts:
    channel: social
    arrivals: {{rate: 60 per hour}}
    work: 2 min
    cascade: {{branching: 0.6, delay: {{exponential: 30 min}}, residual: 0.2}}
groups: {{team: {{channels: {{social: 1}}, agents: {agents}}}}}
"""
    many, few = played(text.format(agents=8)), played(text.format(agents=2))
    assert len(because(many.contacts, Cause.SOURCE)) == len(because(few.contacts, Cause.SOURCE))
    assert len(many.contacts) < 0.8 * len(few.contacts)
    assert set(many.contacts["key"].tolist()) <= set(few.contacts["key"].tolist())


def test_an_incident_lead_takes_root_posts_however_many_others_wait():
    run = played("""
days: 1
contact_types:
  posts:
    channel: social
    arrivals: {rate: 8 per hour}
    work: 4 min
    cascade: {branching: 0.5, delay: {exponential: 10 min}, residual: 1}
groups: {team: {channels: [social], agents: 1}}
policy:
  rules: [{name: lead, when: {root: true}, add: 1000}]
""")
    posts = run.contacts
    roots = posts["incident"] == np.arange(len(posts))
    waits = posts["answered"] - posts["arrived"]
    assert roots.sum() > 100 and (~roots).sum() > 100
    assert np.nanmean(waits[roots]) < np.nanmean(waits[~roots]) / 2
    # Whoever is taken while a root waits is a root itself.
    for answered in posts["answered"][~roots & ~np.isnan(posts["answered"])]:
        waiting = (posts["arrived"] < answered) & ~(posts["answered"] < answered)
        assert not (waiting & roots).any()
