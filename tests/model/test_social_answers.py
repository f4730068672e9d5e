"""Answers on a channel of the policy's choice, contradictions, posts that need none, topics, stars, moderation: each
against a figure worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.clock.compiled import run as compiled
from floorcast.clock.simpy_clock import run_simpy
from floorcast.measures import broken_event_laws, measure
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Mark
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.model.social_centre import because, cluster_sizes, of_type, played

HOUR = 3600.0


def marked(run, mark):
    return (run.issues["marks"] & mark) > 0


def near(share, expected, number):
    """Within four standard errors of a share."""
    return share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / number))


def one_policy(text, **changes):
    scenario = load_scenario_text(text, ".", "small")
    return assemble(scenario, policies_of(scenario)[0])


# -- on which channel

ELSEWHERE = """
days: 6
contact_types:
  posts:
    channel: social
    arrivals: {{rate: 20 per hour}}
    work: 4 min
    sentiment: {{negative: 0.5, neutral: 0.5}}
    resolution: 0.6
    repeat: {{probability: 1, delay: 1h, at_most: 1}}
    private: {{probability: 1, to: {{mails: 1}}}}
    cascade: {{branching: {branching}, delay: {{exponential: 30 min}}, residual: 0, backfire: 0}}
  mails: {{channel: email, work: 3 min}}
  notes: {{channel: email, work: 3 min}}
groups: {{team: {{channels: {{social: 1, email: 1}}, agents: 30}}}}
policy: {{replies: [{{when: {{sentiment: negative}}, to: notes, work: 1.5, quality: 0.5, seen: {seen}}}]}}
"""


def test_a_rule_says_on_which_channel_a_post_is_answered():
    run = played(ELSEWHERE.format(branching=0, seen=0))
    posts = of_type(run, "posts")
    there = marked(run, Mark.ELSEWHERE)[: len(run.contacts)][posts["issue"]]
    angry = (posts["sentiment"] == -1) & ~np.isnan(posts["first_response"])
    assert angry.sum() > 1000
    assert (there[angry]).all() and not there[posts["sentiment"] == 0].any()
    assert posts["worked"][angry] == pytest.approx(1.5 * 240)
    assert posts["worked"][~angry & ~np.isnan(posts["first_response"])] == pytest.approx(240)
    assert near(posts["resolved"][angry].mean(), 0.3, angry.sum()), "half as often"
    # Nobody answered elsewhere is invited to write in private; who comes back does so where the answer came from.
    back = because(run.contacts, Cause.REPEAT)
    names = np.array(run.world.type_names)[back["contact_type"]]
    of_angry = run.contacts["sentiment"][back["parent"]] == -1
    assert (names[of_angry] == "notes").all() and of_angry.sum() > 500
    moved = because(run.contacts, Cause.MOVED)
    assert (run.contacts["sentiment"][moved["parent"]] == 0).all() and len(moved) > 500
    summary = measure(run)
    assert summary.value("answered_elsewhere") == angry.sum()
    assert broken_laws(run) == []


@pytest.mark.parametrize("seen", [0.0, 0.4, 1.0])
def test_what_the_public_does_not_see_goes_on_attracting_posts(seen):
    """Answered within minutes, with nothing attracted after an answer that is seen (`residual: 0`): a post answered
    elsewhere attracts m posts if nobody sees it, and m F(4 min x 1.5) else (F the kernel)."""
    text = ELSEWHERE.format(branching=0.4, seen=seen).replace("private:", "# private:")
    run = played(text)
    roots = run.contacts[(run.contacts["cause"] == Cause.SOURCE) & (run.contacts["arrived"] < 5 * 86400)]
    kernel = {0: 1 - math.exp(-240 / 1800), -1: 1 - math.exp(-360 / 1800)}
    children = np.bincount(because(run.contacts, Cause.CASCADE)["parent"], minlength=len(run.contacts))[roots["issue"]]
    for sentiment, unseen in ((0, 0.0), (-1, 1.0 - seen)):
        of = roots["sentiment"] == sentiment
        mean = 0.4 * (unseen + (1 - unseen) * kernel[sentiment])
        assert children[of].mean() == pytest.approx(mean, abs=4 * math.sqrt(mean / of.sum()))
    assert near(marked(run, Mark.UNSEEN)[marked(run, Mark.ELSEWHERE)].mean(), 1 - seen, 800) or seen in (0.0, 1.0)


def test_exposure_goes_on_where_nobody_sees_the_answer():
    text = ELSEWHERE.replace("sentiment:", "reach: 1000\n    sentiment:", 1)
    unseen, seen = (measure(played(text.format(branching=0, seen=share))) for share in (0, 1))
    # Half of the posts stay unanswered in public for good: 1000 followers x 1 h / ln 2 each, as attention fades.
    angry = unseen.value("answered_elsewhere")
    assert unseen.value("exposure") - seen.value("exposure") == pytest.approx(angry * 1000 / math.log(2), rel=0.12)


# -- contradictions

TWO_ANSWERS = """
days: 8
contact_types:
  posts:
    channel: social
    arrivals: {{rate: 30 per hour}}
    work: 1 min
    resolution: 0.4
    repeat: {{probability: 1, delay: 1h, at_most: 1, to: {{mails: 1}}}}
  mails: {{channel: email, work: 1 min, resolution: 1{history}}}
groups: {{team: {{channels: {{social: 2, email: 2}}, agents: 10}}}}
contradictions:
  {{probability: 30 %, shared_history: 10 %, dissatisfaction: 1, repeat: {{probability: 80 %, delay: 2h}}}}
satisfaction: {{waiting: 0}}
"""


@pytest.mark.parametrize(("history", "likely"), [("", 0.3), (", history: {work: 0.5}", 0.1)])
def test_a_second_channel_contradicts_the_first_less_so_with_shared_history(history, likely):
    """Of the posts 0.6 come back by mail, where one in three (ten) contradicts the post's answer; of those 0.8 mail
    again, and that answer contradicts the post's just as well, until three mails were written."""
    run = played(TWO_ANSWERS.format(history=history))
    mails = of_type(run, "mails")
    done = ~np.isnan(mails["first_response"])
    clash = marked(run, Mark.CONTRADICTED)[run.contacts["contact_type"] == 1]
    assert near(clash[done].mean(), likely, done.sum())
    assert not marked(run, Mark.CONTRADICTED)[run.contacts["contact_type"] == 0].any(), "the first contradicts nothing"
    assert (mails["resolved"][clash] == 0).all() and (mails["resolved"][done & ~clash] == 1).all()
    first = mails[np.unique(mails["issue"], return_index=True)[1]]
    early = first["arrived"] < 7.5 * 86400
    came_twice = np.bincount(mails["issue"], minlength=len(run.contacts))[first["issue"]] > 1
    assert near(came_twice[early].mean(), likely * 0.8, early.sum())
    assert broken_laws(run) == []
    summary = measure(run)
    assert summary.value("contradicted") == clash.sum()
    # 4.6, less 1.5 where it is unresolved, less 1 where it contradicts: by mail 4.6 - 2.5 x the share.
    expected = 4.6 - 2.5 * clash[done].mean()
    assert summary.value("satisfaction", "contact_type", "mails") == pytest.approx(expected, abs=1e-6)


# -- no answer needed

PRAISE = """
days: 4
contact_types:
  posts:
    channel: social
    arrivals: {rate: 20 per hour}
    work: 2 min
    patience: 1h
    chase: {at_most: 1}
    sentiment: {negative: 0.4, positive: 0.6}
    needs_answer: {positive: 20 %}
    answer_within: 30 min
    expectation: 30 min
groups: {team: {channels: {social: 1}, shifts: [{agents: 3, start: "08:00", length: 12h}]}}
policy: {rules: [{when: {needs_answer: false}, discard: true}]}
"""


def test_what_needs_no_answer_is_counted_apart_and_spoils_no_rate():
    run = played(PRAISE)
    needless = marked(run, Mark.NEEDLESS)
    positive = (run.contacts["sentiment"] == 1) & (run.contacts["cause"] == Cause.SOURCE)
    assert near(needless[positive].mean(), 0.8, positive.sum())
    assert not needless[~positive].any()
    assert (run.contacts["outcome"][needless] == Outcome.DISCARDED).all()
    chased = because(run.contacts, Cause.CHASE)["parent"]
    assert len(chased) > 50 and not needless[chased].any(), "they wait for nobody"
    summary = measure(run)
    assert summary.value("needless") == summary.value("needless", "funnel", "all posts") == needless.sum()
    others = ~needless
    answered = ~np.isnan(run.contacts["first_response"])
    assert summary.value("response_rate") == pytest.approx(answered[others].mean())
    assert summary.value("response_rate", "funnel", "all posts") == pytest.approx(answered[others].mean())
    # Answered out of courtesy, or not at all: the same rates.
    courteous = measure(played(PRAISE.replace("discard: true", "add: -1000")))
    assert courteous.value("handled") > summary.value("handled") + 500
    assert courteous.value("needless") == summary.value("needless")
    for name in ("response_rate", "service_level"):
        assert courteous.value(name) == pytest.approx(summary.value(name), abs=0.03)
    wait, lived = (run.contacts[end] - run.contacts["arrived"] for end in ("first_response", "ended"))
    in_time = others & (wait <= 1800)
    owed = others & ~in_time & (answered | (np.fmin(lived, 4 * 86400 - run.contacts["arrived"]) > 1800))
    assert summary.value("service_level") == pytest.approx(in_time.sum() / (in_time.sum() + owed.sum()))


# -- topics

TALK = """
days: 4
contact_types:
  posts:
    channel: social
    arrivals: {rate: 30 per hour}
    work: 1 min
    words: {refund: 20 %, late: 30 %, broken: 10 %}
    cascade: {branching: 0.3, delay: {exponential: 1h}}
topics: {delivery: [late, refund], billing: [refund], outage: [down]}
crises: [{name: blackout, at: 2024-01-02 10:00, contact_type: posts, attracts: 200, words: down}]
groups:
  team: {channels: {social: 1}, agents: 3}
  nobody: {channels: {social: 1}, agents: 1}
policy:
  plans: {billing: [{groups: nobody}], default: [{groups: team}]}
  rules: [{when: {topic: billing}, plan: billing}, {when: {topic: outage}, discard: true}]
"""


def test_topics_are_made_of_words_and_overlap():
    run = played(TALK)
    source = (run.contacts["cause"] == Cause.SOURCE) & (run.contacts["campaign"] < 0)
    words = {name: (run.issues["words"] >> bit & 1) > 0 for bit, name in enumerate(run.world.scenario.words)}
    for name, share in (("refund", 0.2), ("late", 0.3), ("broken", 0.1), ("down", 0.0)):
        assert near(words[name][source].mean(), share, source.sum()) or share == words[name][source].mean() == 0
    assert near((words["refund"] & words["late"])[source].mean(), 0.06, source.sum()), "independent of each other"
    # Posts speak of what the post that attracted them speaks of.
    drawn = run.contacts["cause"] == Cause.CASCADE
    parents = run.contacts["parent"][drawn]
    assert (run.issues["words"][drawn] == run.issues["words"][parents]).all()
    summary = measure(run)
    about = {"delivery": words["late"] | words["refund"], "billing": words["refund"], "outage": words["down"]}
    for name, of in about.items():
        assert summary.value("posts", "topic", name) == of.sum()
    assert summary.value("posts", "topic", "no topic") == (run.issues["words"] & 0b1011 == 0).sum()
    assert summary.value("posts", "topic", "outage") > 100
    # Rules look at them: billing has its own people, who speaks of the outage is put aside.
    assert (run.contacts["group"][about["billing"] & ~np.isnan(run.contacts["answered"])] == 1).all()
    assert (run.contacts["outcome"][about["outage"] & ~about["billing"]] == Outcome.DISCARDED).all()
    assert broken_laws(run) == []


# -- stars

REVIEWS = """
days: 10
contact_types:
  reviews:
    channel: social
    arrivals: {rate: 20 per hour}
    work: 1 min
    resolution: 50 %
    sentiment: {negative: 0.3, neutral: 0.2, positive: 0.5}
    stars: {negative: {1: 60 %, 2: 40 %}, neutral: 3, positive: {4: 20 %, 5: 80 %}, revised: 40 %, to: 4}
groups: {team: {channels: {social: 1}, agents: 5}}
policy: {rules: [{when: {stars: {at_most: 1}}, add: 100, plan: default}]}
"""


def test_stars_have_the_mean_of_the_law_of_total_expectation():
    """E[stars] = sum over sentiments of share x mean; once answered, half of the matters are settled and 40 % of those
    with fewer than 4 stars become 4."""
    run = played(REVIEWS)
    contacts, stars = run.contacts, run.issues["stars"].astype(float)
    expected = {1: 0.3 * 0.6, 2: 0.3 * 0.4, 3: 0.2, 4: 0.5 * 0.2, 5: 0.5 * 0.8}
    answered = contacts["outcome"] == Outcome.HANDLED
    now = {star: share * (0.8 if star < 4 else 1.0) for star, share in expected.items()}
    now[4] += 0.2 * sum(expected[star] for star in (1, 2, 3))
    mean = sum(star * share for star, share in now.items())
    spread = math.sqrt(sum(share * (star - mean) ** 2 for star, share in now.items()))
    assert stars[answered].mean() == pytest.approx(mean, abs=4 * spread / math.sqrt(answered.sum()))
    for star, share in now.items():
        assert near((stars[answered] == star).mean(), share, answered.sum())
    assert measure(run).value("stars") == pytest.approx(stars.mean())
    assert (contacts["points"] >= 100).sum() == pytest.approx(0.18 * len(contacts), rel=0.15), "rules look at stars"


def test_a_rule_watches_the_average_rating():
    text = REVIEWS.replace("{stars: {at_most: 1}}", "{rating: {of: reviews, over: 4h, below: 3}}")
    run = played(text.replace("revised: 40 %", "revised: 0").replace("rate: 20", "rate: 2"))
    arrived, stars = run.contacts["arrived"], run.issues["stars"].astype(float)
    alarmed, compared = run.contacts["points"] >= 100, 0
    for c in range(len(arrived)):
        # The window has thirty steps of eight minutes: between 3 h 52 and 4 h, this review included.
        ages = arrived[c] - arrived[: c + 1]
        short, long = (stars[: c + 1][ages < hours * HOUR].mean() for hours in (4 - 8 / 60, 4))
        if (short < 3) == (long < 3):
            compared += 1
            assert alarmed[c] == (short < 3)
    assert compared > 400 and 0.05 < alarmed.mean() < 0.95


# -- moderation

ATTRACTS = """
days: {days}
contact_types:
  posts:
    channel: social
    arrivals: {{rate: 6 per hour}}
    work: 1 min
    cascade: {{branching: 0.8, delay: {{exponential: 1h}}, residual: 1}}
    patience: 3h
    chase: {{to: {{mails: 1}}, at_most: 1}}
  mails: {{channel: email, work: 1 min}}
  looks: {{channel: messaging, work: {{exponential: 30 min}}, between_agents: true}}
groups:
  team: {{channels: {{social: 1}}, shifts: [{{agents: 1, start: "00:00", length: 1 min, days: Wed}}]}}
  lead: {{channels: {{email: 1, messaging: 1}}, agents: 60}}
policy: {{moderation: [{moderation}]}}
"""


@pytest.mark.parametrize(
    ("moderation", "ratio"),
    [
        ("{do: hide, after: 30 min}", 0.8 * (1 - math.exp(-0.5))),
        ("{do: hide, after: 0s}", 0.0),
        # A look that takes 30 minutes on average, exponential: F(T) = E[1 - exp(-T / 1 h)] = 1 - 1 / (1 + 1/2).
        ("{do: hide, by: looks}", 0.8 * (1 - 1 / 1.5)),
        ("{do: delete, after: 30 min, noticed: 40 %, backfire: 0.5}", 0.8 * (1 - math.exp(-0.5)) + 0.4 * 0.5),
    ],
)
def test_moderation_cuts_a_cascade(moderation, ratio):
    """Nobody answers. A post attracts m F(T) others before it is taken down at T, and b with probability v if that is
    noticed, so an incident has 1 / (1 - m F(T) - v b) posts on average (a Galton-Watson tree)."""
    run = played(ATTRACTS.format(days=16, moderation=moderation))
    assert marked(run, Mark.REMOVED).sum() > 500
    sizes = cluster_sizes(run.contacts, before=14 * 86400.0)
    expected = 1 / (1 - ratio)
    assert sizes.mean() == pytest.approx(expected, abs=max(1e-9, 4 * sizes.std() / math.sqrt(len(sizes))))
    summary = measure(run)
    taken_down = marked(run, Mark.REMOVED).sum()
    assert summary.value("hidden", "funnel", "all posts") == summary.value("taken_down") == taken_down
    assert broken_laws(run) == []


def test_who_notices_that_a_post_was_deleted_waits_no_longer_and_is_let_down():
    texts = [ATTRACTS.format(days=4, moderation=f"{{do: {do}, after: 10 min}}") for do in ("hide", "delete")]
    hidden, deleted = played(texts[0]), played(texts[1])
    assert len(because(hidden.contacts, Cause.CHASE)) > 300, "who does not know waits, and asks again"
    assert len(because(deleted.contacts, Cause.CHASE)) == 0
    assert measure(deleted).value("satisfaction", "contact_type", "posts") == 1.0
    assert math.isnan(measure(hidden).value("satisfaction", "contact_type", "posts"))


# -- all of it

ALL = """
days: 3
contact_types:
  posts:
    channel: social
    arrivals: {rate: 25 per hour}
    work: {exponential: 5 min}
    sentiment: {negative: 0.5, neutral: 0.2, positive: 0.3}
    needs_answer: {positive: 20 %, neutral: 60 %}
    words: {refund: 20 %, late: 30 %, down: 5 %}
    stars: {negative: {1: 60 %, 2: 40 %}, neutral: 3, positive: {4: 25 %, 5: 75 %}, revised: 30 %}
    community: {answered: 40 %, after: {exponential: 2h}, right: 80 %, repeat: {probability: 1, delay: 1h}}
    cascade: {branching: 0.3, delay: {exponential: 30 min}, closes: 0.2, backfire: 0.3}
    listening: {poll: 5 min, recall: 0.8, found_late: {share: 0.5, after: 2h}, relevant: 0.8, false_positives: 0.2}
    patience: 2h
    chase: {to: {mails: 1}}
    resolution: 0.7
    repeat: {probability: 0.5, delay: 1h}
  mails: {channel: email, work: 3 min, resolution: 0.8, history: {work: 0.8}}
  moderators: {channel: email, work: 20s, between_agents: true}
topics: {delivery: [late, refund], billing: [refund], outage: [down]}
contradictions: {probability: 50 %, shared_history: 20 %}
customers: {size: 500, survey_fatigue: {each: 40 %, half_life: 5 days, rest: 1 day}}
surveys: {answered: 50 %}
groups:
  team: {channels: {social: 1}, agents: 2}
  lead: {channels: {email: 1}, agents: 2}
policy:
  replies:
    - {when: {topic: billing}, to: mails, work: 1.3, seen: 20 %}
  moderation:
    - {when: {topic: outage}, do: hide}
    - when: {stars: {at_most: 1}, rating: {of: posts, below: 3.5}}
      do: delete
      after: 10 min
      by: moderators
      backfire: 0.5
  rules:
    - {when: {needs_answer: false}, add: -1000, plan: default}
    - {when: {topic: [delivery, billing]}, plan: default, add: 10}
"""


def test_both_clocks_and_the_laws_agree_on_all_of_it():
    world = one_policy(ALL)
    one, two = compiled(world, 3, 0, True), run_simpy(world, 3, 0, True)
    assert one.contacts.tobytes() == two.contacts.tobytes()
    assert one.issues.tobytes() == two.issues.tobytes()
    assert broken_laws(one) == [] and broken_event_laws(one) == []
    for mark in Mark:
        assert marked(one, mark).sum() > 3, f"{mark.name} never happens"
