"""The best of many, on the command line and on disk."""

from __future__ import annotations

import json

import pytest

from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.policy import policies_of
from floorcast.scenario.what_if.variants import variants_of
from floorcast.store import StudyError
from floorcast.store.running.opening import Plan
from floorcast.store.running.ranking import rank
from floorcast.study.alternatives.options import options_of
from tests.unit.cli.small import floorcast, write_small
from tests.unit.scenario.written import loaded
from tests.unit.what_if.test_sweeps import ERLANG


def plan_of(*changes, text=ERLANG):
    scenario = loaded(text)
    policies = policies_of(scenario)
    options = options_of(scenario, policies, variants_of(changes, scenario))
    return Plan(scenario, tuple(options), len(policies), 5, (10,))


def test_more_people_lose_less_and_replications_go_where_they_decide():
    sizes = [f"n{n}: team.agents = {n}" for n in (4, 6, 12, 13)]
    found = rank(plan_of(*sizes), "abandonment", indifference=0.0002, first=10, jobs=1)
    assert found.best == "n13"
    assert found.out[-1].option == "n4" and found.out[0].option == "n12"
    counts = found.replications.values()
    assert min(counts) < max(counts), "not all were run as long as the longest"
    twelve, thirteen = (ErlangA(2 / 60, 180.0, n, 240.0).abandonment for n in (12, 13))
    assert found.value["n12"] - found.value["n13"] == pytest.approx(twelve - thirteen, abs=0.0008)


def test_what_surely_misses_more_targets_is_out_whatever_it_costs():
    text = ERLANG.replace("agents: 7", "agents: 7, cost_per_hour: 20")
    changes = ("few: team.agents = 4", "enough: team.agents = 10", "plenty: team.agents = 13")
    found = rank(plan_of(*changes, text=text), "missed,cost", first=12, jobs=1)
    assert found.best == "enough", "it meets its target with fewer people"
    few = next(one for one in found.out if one.option == "few")
    assert (few.criterion, few.behind) == ("missed", 1)
    plenty = next(one for one in found.out if one.option == "plenty")
    assert plenty.criterion == "cost" and plenty.to == "enough"
    assert plenty.behind == pytest.approx(3 * 20 * 46), "two hours warm the centre up"


def test_unequal_draws_choose_the_same(tmp_path):
    plan = plan_of("n6: team.agents = 6", "n10: team.agents = 10")
    how = {"objective": "abandonment", "indifference": 0.02, "first": 10, "jobs": 1, "out": tmp_path / "r"}
    found = rank(plan, method="rinott", **how)
    assert found.best == "n10"
    assert rank(plan, method="rinott", **how).document() == found.document()
    with pytest.raises(StudyError, match="whether options share their customers"):
        rank(plan, **how)


def test_a_race_that_is_stopped_goes_on_where_it_was(tmp_path):
    sizes = [f"n{n}: team.agents = {n}" for n in (12, 13, 14)]
    asked = iter([False] * 25 + [True] * 1000)
    cut = rank(
        plan_of(*sizes), "abandonment", indifference=0.0002, first=10, jobs=1, out=tmp_path / "r",
        should_stop=lambda: next(asked),
    )  # fmt: skip
    assert cut.best is None and sum(cut.replications.values()) <= 26
    calls = []
    from floorcast.clock.compiled import run

    def counted(world, seed, replication):
        calls.append(replication)
        return run(world, seed, replication)

    whole = rank(plan_of(*sizes), "abandonment", indifference=0.0002, first=10, jobs=1)
    taken_up = rank(
        plan_of(*sizes), "abandonment", indifference=0.0002, first=10, jobs=1, out=tmp_path / "r", simulate=counted
    )
    assert taken_up.document() == whole.document()
    assert len(calls) < sum(whole.replications.values())


def test_the_command(tmp_path):
    write_small(tmp_path)
    done = floorcast(
        "rank", "small.yaml", "--policies", "oldest.yaml,calls.yaml", "--with", "team +1", "--objective", "loss",
        "--first", "10", "--indifference", "0.05", folder=tmp_path, COLUMNS="200",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Best: " in done.stdout and "With probability 95 %" not in done.stdout.split("Best")[0]
    (kept,) = (tmp_path / "results").iterdir()
    document = json.loads((kept / "ranking.json").read_text())
    assert document["objective"] == ["loss"] and document["best"].startswith("team +1")
    assert len(document["out"]) == 3
    for arguments, says in (
        (("--objective", "costs", "--with", "team +1"), "did you mean 'cost'"),
        (("--confidence", "2", "--with", "team +1"), "--confidence: found 2"),
        (("--indifference", "0", "--with", "team +1"), "allowed above 0"),
        (("--objective", "cost"), "found one option"),
    ):
        done = floorcast("rank", "small.yaml", *arguments, folder=tmp_path, COLUMNS="200")
        assert done.returncode == 2 and says in done.stderr, done.stderr
