"""What people open first: every shipped scenario and policy loads cleanly, runs, and keeps its promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.measures import conservation, measure, targets_of
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause
from floorcast.policy import load_policy, policies_of
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS, files_of

FLAGSHIP = SCENARIOS / "airline_week.yaml"
TWEETS = {"negative_tweets": 6803, "neutral_tweets": 2451, "positive_tweets": 1905}


def _files(policies: bool) -> list[Path]:
    return files_of("policies" if policies else "scenarios")


def _name(path: Path) -> str:
    return str(path.relative_to(SCENARIOS))


@pytest.mark.parametrize("path", _files(policies=False), ids=_name)
def test_scenario_and_its_policies_load_without_warning(path):
    scenario = load_scenario(path)
    assert scenario.warnings == ()
    for policy in policies_of(scenario):
        assert policy.warnings == ()


@pytest.mark.parametrize("path", _files(policies=True), ids=_name)
def test_policy_loads_and_says_what_it_does(path):
    policy = load_policy(path)
    assert policy.name == path.stem
    assert policy.description
    assert policy.warnings == ()
    assert path.read_text().startswith("# ")


@pytest.mark.parametrize("path", _files(policies=False), ids=_name)
def test_scenario_opens_with_words_for_the_reader(path):
    assert path.read_text().startswith("# ")


@pytest.mark.parametrize("path", sorted((SCENARIOS / "tutorial").glob("*.yaml")), ids=_name)
def test_tutorial_teaches_something_and_is_over_at_once(path):
    text = path.read_text()
    assert "# It teaches:" in text
    assert "# Try:" in text
    scenario = load_scenario(path)
    assert scenario.targets
    for policy in policies_of(scenario):
        world = assemble(scenario, policy)
        run(world, 1, 0)
        assert min(run(world, 1, r).seconds for r in range(3)) < 0.1


def test_every_data_file_has_its_attribution():
    told = (SCENARIOS / "data" / "README.md").read_text()
    files = list((SCENARIOS / "data").glob("*.csv"))
    assert len(files) == 3
    for csv in files:
        assert f"## {csv.name}" in told


@pytest.fixture(scope="module")
def week():
    """Four replications of the flagship under each of its policies, by policy."""
    scenario = load_scenario(FLAGSHIP)
    worlds = [assemble(scenario, policy) for policy in policies_of(scenario)]
    return {w.policy.name: [run(w, scenario.seed, r) for r in range(4)] for w in worlds}


def test_flagship_compares_three_policies(week):
    assert list(week) == ["separate_teams", "universal_queue", "priority"]


def test_flagship_starts_on_the_tuesday_of_the_tweets():
    scenario = load_scenario(FLAGSHIP)
    assert scenario.start.strftime("%A %Y-%m-%d") == "Tuesday 2015-02-17"
    assert scenario.days == 7


def test_flagship_replays_the_real_tweets(week):
    for runs in week.values():
        for one in runs:
            kinds = one.world.type_names
            written = one.contacts[one.contacts["cause"] == Cause.SOURCE]
            counts = np.bincount(written["contact_type"], minlength=len(kinds))
            assert {name: counts[kinds.index(name)] for name in TWEETS} == TWEETS


def test_flagship_is_a_centre_of_some_eighty_agents(week):
    assert 75 <= len(week["priority"][0].world.agent_group) <= 90


def test_flagship_meets_the_same_customers_under_every_policy(week):
    def births(one):
        born = one.contacts[one.contacts["cause"] <= Cause.BACKLOG]
        order = np.lexsort((born["contact_type"], born["arrived"]))
        fields = ["contact_type", "arrived", "sentiment", "reach", "value", "key"]
        return born[order][fields].tolist()

    for here, there, elsewhere in zip(*week.values(), strict=True):
        assert births(here) == births(there) == births(elsewhere)


def test_flagship_accounts_for_every_contact(week):
    for runs in week.values():
        for one in runs:
            assert conservation(one) == []


def test_flagship_works_people_as_hard_as_a_real_centre(week):
    for runs in week.values():
        assert 0.7 < np.mean([measure(one).value("occupancy") for one in runs]) < 0.9


def test_flagship_has_no_winner_in_everything(week):
    """Every policy is the best of the three on some target, meets some and misses some."""
    targets = targets_of(week["priority"][0].world)
    got = {
        name: np.mean(
            [[s.value(t.name, t.by, t.of) for t in targets] for s in map(measure, runs)], axis=0
        )
        for name, runs in week.items()
    }
    best = {
        max(got, key=lambda name: t.good * got[name][i])  # noqa: B023
        for i, t in enumerate(targets)
        if t.of != "all"
    }
    assert best == set(got)
    for name, values in got.items():
        met = [
            (t.at_least is None or v >= t.at_least) and (t.at_most is None or v <= t.at_most)
            for t, v in zip(targets, values, strict=True)
        ]
        assert any(met), name
        assert not all(met), name
