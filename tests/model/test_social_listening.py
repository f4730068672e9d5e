"""Listening: what is heard, when, what it is taken for; bots and voice menus."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.clock.compiled import run as simulated
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Flag
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.study.classifier import Quality, with_classifier, worth_of_classifiers
from tests.model.social_centre import ended, of_type, played

DAY, HOUR = 86400.0, 3600.0

LISTENING = """
days: 4
contact_types:
  posts:
    channel: social
    arrivals: {rate: 200 per hour}
    work: 1 min
    sentiment: {negative: 0.6, neutral: 0.3, positive: 0.1}
    listening:
      poll: 10 min
      relevant: 0.4
      recall: 0.8
      false_positives: 0.1
      found_late: {share: 0.25, after: 3h}
      triage: 15s
      sentiment_accuracy: 0.7
      subject_accuracy: 0.9
      mistaken_for: {praise: 1}
      look: 20s
  praise: {channel: social, work: 1 min, skills: [praise]}
groups:
  team: {channels: [social], agents: 20}
  praisers: {channels: [social], skills: [praise], agents: 20}
policy: {rules: [{when: {contact_type: posts}, plan: team}], plans: {team: [{groups: [team]}]}}
"""


@pytest.fixture(scope="module")
def run():
    return played(LISTENING)


def _with(contacts, flag):
    return contacts["flags"] & flag > 0


def test_relevant_mentions_are_captured_at_the_next_poll(run):
    heard = run.contacts[~_with(run.contacts, Flag.MISSED)]
    wait = heard["queued"] - heard["arrived"]
    assert np.allclose(heard["queued"] % 600, 0)
    assert wait.min() >= 0
    assert wait.max() <= 600
    assert wait.mean() == pytest.approx(300, rel=0.03)


def test_noise_costs_a_short_look_and_is_discarded(run):
    noise = run.contacts[_with(run.contacts, Flag.NOISE)]
    mentions = 200 * 24 * 4
    assert len(noise) == pytest.approx(mentions * 0.6 * 0.1, rel=0.1)
    done = noise[noise["status"] == 7]
    assert (done["outcome"] == Outcome.DISCARDED).all()
    assert done["worked"] == pytest.approx(15)
    assert np.isnan(done["first_response"]).all()


def test_what_the_classifier_misses_is_lost_or_found_late(run):
    relevant = run.contacts[~_with(run.contacts, Flag.NOISE)]
    missed = relevant[_with(relevant, Flag.MISSED)]
    assert len(relevant) == pytest.approx(200 * 96 * 0.4, rel=0.05)
    assert len(missed) / len(relevant) == pytest.approx(0.2, abs=0.015)
    lost = missed["outcome"] == Outcome.LOST
    assert lost.mean() == pytest.approx(0.75, abs=0.035)
    late = missed[~lost & (missed["arrived"] < 3.8 * DAY)]
    assert (late["queued"] - late["arrived"]).min() >= 3 * HOUR


def test_a_post_taken_for_another_subject_costs_a_look_and_a_transfer(run):
    posts = of_type(run, "posts")
    heard = posts[~_with(posts, Flag.NOISE) & (posts["outcome"] == Outcome.HANDLED)]
    wrong = heard[_with(heard, Flag.MISROUTED)]
    assert len(wrong) / len(heard) == pytest.approx(0.1, abs=0.015)
    assert (wrong["transfers"] == 1).all()
    assert wrong["worked"] == pytest.approx(80)
    assert (run.world.group_names[wrong["group"][0]]) == "team"
    assert np.isin(heard[heard["flags"] == 0]["worked"], [60]).all()


def test_sentiment_is_read_wrong_by_the_stated_share(run):
    posts = run.contacts[~_with(run.contacts, Flag.NOISE) & (run.contacts["outcome"] != Outcome.LOST)]
    assert _with(posts, Flag.MISREAD).mean() == pytest.approx(0.3, abs=0.02)
    # Negative are 0.7 of 0.6, and half of what is taken wrongly of the others.
    assert (posts["sentiment"] == -1).mean() == pytest.approx(0.42 + 0.06, abs=0.02)
    assert broken_laws(run) == []


def test_a_better_classifier_hears_the_same_posts_and_more(run):
    better = played(LISTENING.replace("recall: 0.8", "recall: 0.95"))
    heard = {int(c["key"]) for c in run.contacts if not c["flags"] & Flag.MISSED}
    heard_better = {int(c["key"]) for c in better.contacts if not c["flags"] & Flag.MISSED}
    assert heard < heard_better
    assert set(run.contacts["key"].tolist()) == set(better.contacts["key"].tolist())


def test_a_bot_contains_a_share_and_hands_the_rest_over():
    run = played("""
days: 3
contact_types:
  chats:
    channel: chat
    arrivals: {rate: 100 per hour}
    work: 1 min
    bot: {contains: 30 %, takes: {exponential: 90s}}
groups: {team: {channels: {chat: 2}, agents: 10}}
""")
    contained = ended(run.contacts, Outcome.CONTAINED)
    assert len(contained) / len(run.contacts) == pytest.approx(0.3, abs=0.03)
    assert (contained["ended"] - contained["arrived"]).mean() == pytest.approx(90, rel=0.1)
    assert (contained["worked"] == 0).all()
    assert (contained["resolved"] == 1).all()
    handled = ended(run.contacts, Outcome.HANDLED)
    assert (handled["answered"] - handled["arrived"]).mean() < 5


def test_a_sweep_over_classifiers_shows_what_a_better_one_is_worth():
    scenario = load_scenario_text(LISTENING.replace("days: 4", "days: 1"), ".", "small")

    def simulate(changed, replication):
        return simulated(assemble(changed, policies_of(changed)[0]), 1, replication)

    today = Quality("today")
    better = Quality("better", recall=0.95, false_positives=0.02, subject_accuracy=0.97)
    table = worth_of_classifiers(scenario, [today, better], simulate, replications=3)
    found = {name: {row.measure: row for row in rows} for name, rows in table.items()}
    assert found["better"]["missed"].mean < 0.35 * found["today"]["missed"].mean
    assert found["better"]["noise_work"].mean < 0.3 * found["today"]["noise_work"].mean
    assert found["better"]["misrouted"].mean < 0.4 * found["today"]["misrouted"].mean
    rise = found["better"]["satisfaction"]
    assert rise.difference > 0.2 and rise.difference - rise.difference_half_width > 0
    assert found["today"]["missed"].difference == 0
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        with_classifier(scenario, Quality("odd", recall=1.2))
