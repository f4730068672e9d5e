"""Independent simulations of the public, of what posts say and where they are answered, and of customers who remember,
under few people, agree with the engine.

They share no draws: means over runs are compared, and their difference has to be within chance.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Mark
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.equivalence.independent.answers import Desk, Office
from tests.equivalence.independent.memory import Shop, Year
from tests.equivalence.independent.street import Street, Town
from tests.equivalence.independent.word import CALL, MAIL, POST, Gossip
from tests.equivalence.independent.word import Town as Place

RUNS, FEWER = 30, 10
PLACES = 2 * int(os.environ.get("FLOORCAST_GENERATE", "1"))  # drawn at random, each compared in fifteen figures
SIGMAS = 4.0  # of the difference of two means, for each of some ten figures: one false alarm in some 1,500 tests

STREET = """
days: 2
contact_types:
  posts:
    channel: social
    arrivals: {rate: 8 per hour}
    work: {exponential: 5 min}
    patience: {exponential: 1h}
    chase: {probability: 0.6, at_most: 2}
    listening: {poll: 10 min, recall: 0.8, found_late: {share: 0.5, after: {exponential: 2h}}}
    cascade: {branching: 0.3, delay: {exponential: 2h}, residual: 0.6, closes: 0.3}
crises: [{name: fire, at: "2024-01-01 06:00", contact_type: posts, attracts: 150}]
groups: {team: {channels: {social: 1}, agents: 2}}
policy:
  priority: {order: oldest}
  supervision:
    - name: speak
      when: {time: "07:00-24:00"}
      check: 1 min
      do: {statement: {of: fire, after: {exponential: 30 min}, closes: 0.5, spreading: 0.2}}
"""

SHOP = """
days: 10
contact_types:
  calls:
    channel: phone
    arrivals: {rate: 6 per hour}
    work: {exponential: 8 min}
    patience: {exponential: 5 min}
    expectation: 1 min
groups: {team: {channels: {phone: 1}, agents: 1}}
customers:
  size: 150
  mood: {usual: 4, weight: 0.4, half_life: 5 days, angrier: 50 %}
  again: {probability: 50 %, delay: {exponential: 1 day}}
  churn: {base: 0.2 %, let_down: 10 %}
"""


@lru_cache
def _engine(text: str, said: Callable[..., Mapping[str, float]], runs: int = RUNS) -> dict[str, np.ndarray]:
    scenario = load_scenario_text(text, ".", "small.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    found = [said(run(world, 5, replication)) for replication in range(runs)]
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def _agree(engine: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray], sharp: bool = True) -> None:
    for name, values in engine.items():
        theirs = other[name]
        if not values.any() and not theirs.any():
            continue  # the mechanism is not there
        error = math.sqrt(values.var(ddof=1) / len(values) + theirs.var(ddof=1) / len(theirs))
        apart = abs(values.mean() - theirs.mean())
        assert apart < SIGMAS * error, f"{name}: {values.mean():.4g} and {theirs.mean():.4g}, ± {error:.2g}"
        assert not sharp or error < 0.1 * abs(values.mean()), f"{name}: {error:.2g} of {values.mean():.4g}: too wide"


def _of_street(one) -> dict[str, float]:
    came = one.contacts["arrived"] < one.world.horizon
    contacts, eased = one.contacts[came], one.issues["eased"][came]  # eased: also a post that nobody ever heard
    response, marks = (contacts["first_response"] - contacts["arrived"]) / 60.0, one.issues["marks"][came]
    return {
        "posts": len(contacts), "chasers": (contacts["cause"] == Cause.CHASE).sum(),
        "attracted": (contacts["cause"] == Cause.CASCADE).sum(), "answered": (~np.isnan(response)).sum(),
        "closed": (~np.isnan(eased)).sum(), "response": np.nanmean(response),
        "back": (contacts["cause"] == Cause.REPEAT).sum(), "taken down": ((marks & Mark.REMOVED) > 0).sum(),
        "needless": ((marks & Mark.NEEDLESS) > 0).sum(), "unseen": ((marks & Mark.UNSEEN) > 0).sum(),
    }  # fmt: skip


def _of_office(one) -> dict[str, float]:
    came = one.contacts["arrived"] < one.world.horizon
    contacts, issues = one.contacts[came], one.issues[came]
    return {
        "contacts": len(contacts), "mails": (contacts["contact_type"] == 1).sum(),
        "clashes": ((issues["marks"] & Mark.CONTRADICTED) > 0).sum(), "settled": (issues["settled"] > 0).sum(),
    }  # fmt: skip


def _of_shop(one) -> dict[str, float]:
    contacts, issues = one.contacts, one.issues
    after = issues["after"][~np.isnan(issues["score"])]
    return {
        "calls": len(contacts), "gave up": (contacts["outcome"] == Outcome.ABANDONED).sum(),
        "angry": (contacts["sentiment"] < 0).sum(), "again": (contacts["cause"] == Cause.AGAIN).sum(),
        "left": issues["left"].sum(), "mood": after.mean(),
    }  # fmt: skip


def _of_gossip(one) -> dict[str, float]:
    came = one.contacts["arrived"] < one.world.horizon
    kinds, issues = one.contacts["contact_type"][came], one.issues[came]
    answers, opinions = issues["opinion"][issues["asked"] == 2], issues["opinion"][~np.isnan(issues["opinion"])]
    after, could = issues["after"][~np.isnan(issues["score"])], ~np.isnan(issues["opinion"])
    return {
        "calls": (kinds == CALL).sum(), "posts": (kinds == POST).sum(), "mails": (kinds == MAIL).sum(),
        "gave up": (one.contacts["outcome"][came] == Outcome.ABANDONED).sum(), "left": issues["left"].sum(),
        "again": (one.contacts["cause"][came] == Cause.AGAIN).sum(), "asked": (issues["asked"] > 0).sum(),
        "answers": len(answers), "score": answers.mean(), "opinion": opinions.mean(), "mood": after.mean(),
        "bias": answers.mean() - opinions.mean(), "halo": (opinions - issues["score"][could]).mean(),
        "before": issues["mood"].mean(),
        "reputation": issues["said"].mean(),
    }  # fmt: skip


OFFICE = """
days: 2
contact_types:
  posts:
    channel: social
    arrivals: {rate: 8 per hour}
    work: {exponential: 5 min}
    resolution: {probability: 0.5, skill: 0}
    repeat: &back {probability: 80 %, delay: {exponential: 2h}, to: {posts: 0.5, mails: 0.5}}
  mails:
    channel: email
    work: {exponential: 5 min}
    resolution: {probability: 0.5, skill: 0}
    repeat: *back
contradictions: {probability: 40 %}
groups: {team: {channels: [social, email], agents: 2}}
policy: {priority: {order: oldest}}
"""
# Further mechanisms of a post, and of the policy, each beside all others: what the engine and the street are told.
MORE = {
    "posts that need no answer": ("    needs_answer: 50 %\n", "", Street(needs=0.5)),
    "customers who answer each other": (
        "    community: {answered: 50 %, after: {exponential: 1h}, right: 60 %,"
        " repeat: {probability: 1, delay: {exponential: 2h}}}\n",
        "", Street(peers=0.5, right=0.6),
    ),
    "moderation": (
        "    words: {insult: 50 %}\n", "  moderation: [{when: {topic: abuse}, do: delete, after: 5 min,"
        " noticed: 60 %, backfire: 0.8}]\n", Street(abuse=0.5, taken_down=5.0, people=1),
    ),
    "answers that the public does not see": (
        "    words: {insult: 50 %}\n", "  replies: [{when: {topic: abuse}, to: messages, work: 1.5, seen: 30 %}]\n",
        Street(abuse=0.5, elsewhere=True, people=3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("changed", ["as it is", "no statement", "one agent"])
def test_chasing_listening_a_cascade_and_a_statement_under_a_finite_team(changed: str) -> None:
    street, text = Street(), STREET
    if changed == "no statement":
        street, text = Street(state_closes=0.0, spreading=1.0), text.split("  supervision:")[0]
    if changed == "one agent":
        street, text = Street(people=1, work=3.0), text.replace("agents: 2", "agents: 1").replace("5 min}", "3 min}")
    theirs = [Town(street, seed).said for seed in range(RUNS)]
    _agree(_engine(text, _of_street), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})


@pytest.mark.parametrize("more", MORE)
def test_what_posts_say_and_where_they_are_answered(more: str) -> None:
    of_posts, of_policy, street = MORE[more]
    text = STREET.replace("    patience:", of_posts + "    patience:").replace("  priority:", of_policy + "  priority:")
    text = text.replace("agents: 2", f"agents: {street.people}")
    if street.abuse:
        text = text.replace("crises:", "topics: {abuse: [insult]}\ncrises:")
    if street.elsewhere:
        private = "contact_types:\n  messages: {channel: messaging, work: 5 min}\n"
        text = text.replace("contact_types:\n", private).replace("{social: 1}", "{social: 1, messaging: 1}")
    theirs = [Town(street, seed).said for seed in range(RUNS)]
    _agree(_engine(text, _of_street), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})


def test_answers_that_contradict_each_other() -> None:
    theirs = [Office(Desk(), seed).said for seed in range(RUNS)]
    _agree(_engine(OFFICE, _of_office), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})


def test_customers_who_remember() -> None:
    theirs = [Year(Shop(), seed).said for seed in range(RUNS)]
    _agree(_engine(SHOP, _of_shop), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})


def _gossip(place: Place, runs: int = RUNS) -> dict[str, np.ndarray]:
    found = [Gossip(place, seed).figures for seed in range(runs)]
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def test_surveys_that_some_answer_and_reputation_that_feeds_back_under_a_finite_team() -> None:
    """Who answers later, by what they have to say; what is said brings contacts, moods follow it, and so do scores."""
    _agree(_engine(Place().text, _of_gossip), _gossip(Place()))


def test_the_same_in_places_drawn_at_random() -> None:
    luck = np.random.default_rng(2)
    for _ in range(PLACES):
        place = Place.drawn(luck)
        _agree(_engine(place.text, _of_gossip, FEWER), _gossip(place, FEWER), sharp=False)


def test_complaints_come_also_where_most_customers_have_left() -> None:
    """One agent, twice the work that one can do: within days most of the town has left, and what is said is poor. Of
    those who are still there a third more come, not a third of the share who are left more."""
    poor = {"said_weight": 5, "at_most": 0.33, "complaints": 0.3, "said_mood": 0.2}
    place = replace(Place(), people=1, size=150, let_down=0.5, **poor)
    engine = _engine(place.text, _of_gossip)
    assert engine["left"].mean() > 0.6 * place.size
    _agree(engine, _gossip(place), sharp=False)


def test_the_comparison_sees_what_surveys_and_reputation_lack() -> None:
    """Complaints, moods that follow what is said, halo, the bias of who answers, the delay: each left out is seen."""
    flat = {"answered": (0.3, 0.3, 0.3)}
    for lacks in ({"complaints": 0.0}, {"said_mood": 0.0}, {"halo": 0.0}, flat, {"after": 60.0}):
        with pytest.raises(AssertionError, match="and"):
            _agree(_engine(Place().text, _of_gossip), _gossip(replace(Place(), **lacks), FEWER), sharp=False)


def test_the_comparison_sees_a_mechanism_that_is_left_out() -> None:
    """Without the statement, with customers who forget, or with answers that contradict each other half as often, the
    independent simulations do not agree; fewer runs of them tell."""
    theirs = [Town(Street(spreading=1.0, state_closes=0.0), seed).said for seed in range(FEWER)]
    with pytest.raises(AssertionError, match="and"):
        _agree(_engine(STREET, _of_street), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})
    others = [Year(Shop(half_life=0.01), seed).said for seed in range(FEWER)]
    with pytest.raises(AssertionError, match="and"):
        _agree(_engine(SHOP, _of_shop), {name: np.array([one[name] for one in others]) for name in others[0]})
    offices = [Office(Desk(clash=0.2), seed).said for seed in range(RUNS)]
    with pytest.raises(AssertionError, match="clashes: .* and"):
        _agree(_engine(OFFICE, _of_office), {name: np.array([one[name] for one in offices]) for name in offices[0]})
