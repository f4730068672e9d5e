"""Whether a verdict survives the range of each number that is assumed."""

from __future__ import annotations

import json

import pytest

from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, load_scenario, load_scenario_text
from floorcast.shipped import SCENARIOS
from floorcast.store import StudyError, run_study
from floorcast.store.folder import kept_robust
from floorcast.store.running.robust import run_robust
from floorcast.study.alternatives.assumed import assumed_in
from floorcast.study.alternatives.robust_words import Beside, turning

# Twenty posts an hour that nobody answers for hours; each attracts some others.
CENTRE = """
days: 1
seed: 3
replications: 6
contact_types:
  posts:
    channel: social
    arrivals: {rate: 20 per hour}
    work: 1 min
    cascade: {branching: 0.2, delay: {exponential: 5 min}, residual: 0.4}
groups: {team: {channels: {social: 1}, shifts: [{agents: 5, start: "18:00", length: 6h}]}}
uncertain: {posts.cascade.branching: 0.05..0.7}
targets:
  - {of: all, measure: attracted, at_most: 250}
  - {of: all, measure: attracted, at_least: 1}
"""


def _study(text: str, tmp_path):
    scenario = load_scenario_text(text, ".", "posts.yaml")
    policies = policies_of(scenario)
    return scenario, policies, run_study(scenario, policies, out=tmp_path / "study", jobs=1)


def test_a_verdict_turns_where_an_end_of_the_range_breaks_the_bound(tmp_path) -> None:
    """480 posts attract 120 others at .2, a thousand at .7 (480 x .7 / .3): the first target turns, not the second."""
    scenario, policies, result = _study(CENTRE, tmp_path)
    found = run_robust(result, scenario, policies, jobs=1)
    first, second = found["verdicts"]
    assert (first["verdict"], first["turns"]) == ("met", ["posts.cascade.branching = 0.7"])
    assert turning(first) == "turns at posts.cascade.branching = 0.7"
    beside = Beside(found)
    assert beside.said("met", *first["key"]) == ("turns", "turns at posts.cascade.branching = 0.7")
    assert beside.said("met", *second["key"]) == ("holds", "holds at all 4 ends of what is assumed")
    assert beside.said("missed", *second["key"]) == beside.said("met", "another") == ("", "")
    assert second["holds"] and not second["turns"] and not second["unsure"]
    assert found["ends"] == 4  # the scenario's own range, and the usual one of `residual`
    assert kept_robust(result.folder) == json.loads(json.dumps(found))


def test_the_ends_at_which_a_verdict_is_no_longer_sure_are_named() -> None:
    ends = [f"posts.closes = {n}" for n in range(6)]
    entry = {"key": ["a", "all", "all", "asa"], "verdict": "met", "holds": False, "turns": [], "unsure": ends}
    mark, why = Beside({"ends": 8, "verdicts": [entry]}).said("met", "a", "all", "all", "asa")
    assert mark == "at 2 of 8"
    assert why.endswith(f"no longer sure at {', '.join(ends[:4])} and 2 more")


def test_ranges_are_the_scenarios_own_else_published_else_half_to_twice() -> None:
    scenario = load_scenario_text(CENTRE, ".", "posts.yaml")
    branching, residual = assumed_in(scenario, policies_of(scenario))
    assert (branching.low, branching.high, branching.why) == ("0.05", "0.7", "the scenario's own range")
    assert (residual.low, residual.high) == ("0.2", "0.8") and "nobody has published" in residual.why


def test_the_storm_is_held_against_what_it_assumes_statements_included() -> None:
    scenario = load_scenario(SCENARIOS / "storm.yaml")
    names = {one.name: one for one in assumed_in(scenario, policies_of(scenario))}
    assert {"storm_tweets.cascade.closes", "storm_tweets.cascade.residual"} <= set(names)
    statement = names["policy.supervision[crisis].do.statement.closes"]
    assert statement.policy == "storm_statement"
    recall = next(one for name, one in names.items() if "recall" in name)
    assert [value for value, _ in recall.ends] == ["0.68"]  # the other end is the number as written


def test_an_end_at_which_posts_would_feed_on_themselves_is_named_and_left_out(tmp_path) -> None:
    text = CENTRE.replace("branching: 0.2", "branching: 0.6, sentiment: {negative: 1.5}")
    text = text.replace("uncertain: {posts.cascade.branching: 0.05..0.7}\n", "")
    text = text.replace("work: 1 min", "work: 1 min\n    sentiment: {negative: 1}")
    scenario, policies, result = _study(text, tmp_path)
    found = run_robust(result, scenario, policies, jobs=1)
    assert any("posts.cascade.branching = 0.8" in one for one in found["refused"])
    own = text + "uncertain: {posts.cascade.branching: 0.05..0.95}\n"
    scenario = load_scenario_text(own, ".", "posts.yaml")
    with pytest.raises(InputErrors, match="branching"):
        run_robust(result, scenario, policies_of(scenario), jobs=1)


def test_a_centre_that_assumes_nothing_says_so(tmp_path) -> None:
    calls = """
days: 1
contact_types: {calls: {channel: phone, arrivals: {rate: 10 per hour}, work: 1 min}}
groups: {team: {channels: {phone: 1}, agents: 2}}
"""
    scenario, policies, result = _study(calls, tmp_path)
    with pytest.raises(StudyError, match="found no assumed number"):
        run_robust(result, scenario, policies, jobs=1)
