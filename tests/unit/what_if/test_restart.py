"""A run saved and continued gives the records of one without a break; other futures begin there too."""

from __future__ import annotations

import json

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.clock.saved import Continued, SavedStateError, read_saved, run_and_save, write_saved
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS
from tests.unit.cli.small import floorcast
from tests.unit.scenario.written import loaded
from tests.unit.what_if.test_grammar import CENTRE

DAY = CENTRE.replace("days: 7", "days: 1")


def same(one, other):
    assert len(one.contacts) == len(other.contacts)
    for field in one.contacts.dtype.names:
        np.testing.assert_array_equal(one.contacts[field], other.contacts[field], err_msg=field)
    assert one.ledger.tobytes() == other.ledger.tobytes()
    assert one.events == other.events


@pytest.mark.parametrize("hour", [0.01, 9.3, 12.0, 23.9])
def test_a_small_centre_goes_on_as_if_it_had_never_stopped(hour, tmp_path):
    scenario = loaded(DAY)
    world = assemble(scenario, policies_of(scenario)[0])
    for replication in (0, 3):
        saved = run_and_save(world, 5, replication, hour * 3600, {})
        write_saved(saved, tmp_path / "s")
        read = read_saved(tmp_path / "s")
        assert (read.now, read.seed, read.replication) == (hour * 3600, 5, replication)
        same(run(world, 5, replication), Continued(read)(world, 5, 0))


@pytest.mark.parametrize("name", ["airline_week.yaml", "storm.yaml"])
@pytest.mark.parametrize("share", [0.2, 0.71])
def test_shipped_scenarios_go_on_as_if_they_had_never_stopped(name, share, tmp_path):
    scenario = load_scenario(SCENARIOS / name)
    for policy in policies_of(scenario)[-2:]:
        world = assemble(scenario, policy)
        write_saved(run_and_save(world, 1, 0, share * world.horizon, {}), tmp_path / "s")
        same(run(world, 1, 0), Continued(read_saved(tmp_path / "s"))(world, 1, 0))


def test_other_replications_share_the_past_and_have_futures_of_their_own():
    scenario = loaded(DAY)
    world = assemble(scenario, policies_of(scenario)[0])
    go_on = Continued(run_and_save(world, 5, 0, 11 * 3600, {}))
    first, second, third = (go_on(world, 5, replication).contacts for replication in (0, 1, 2))
    past = [rows[rows["arrived"] <= 11 * 3600] for rows in (first, second, third)]
    assert len(past[0]) == len(past[1]) == len(past[2]) > 50
    np.testing.assert_array_equal(past[0]["arrived"], past[1]["arrived"])
    answered = past[0]["answered"] <= 11 * 3600
    np.testing.assert_array_equal(past[0]["answered"][answered], past[2]["answered"][answered])
    assert len({len(rows) for rows in (first, second, third)}) > 1
    later = [rows["arrived"][rows["arrived"] > 12 * 3600][:20].tolist() for rows in (second, third)]
    assert later[0] != later[1]


def test_futures_are_as_many_as_a_poisson_process_brings():
    scenario = loaded(DAY)
    world = assemble(scenario, policies_of(scenario)[0])
    go_on = Continued(run_and_save(world, 5, 0, 11 * 3600, {}))
    kind = scenario.type_names.index("letters")
    count = []
    for replication in range(1, 121):
        rows = go_on(world, 5, replication).contacts
        count.append(int(((rows["contact_type"] == kind) & (rows["arrived"] > 12 * 3600)).sum()))
    mean, n = 10 * 12, len(count)  # 10 an hour for twelve hours
    assert abs(np.mean(count) - mean) < 4 * np.sqrt(mean / n)
    assert 0.6 * mean < np.var(count, ddof=1) < 1.5 * mean


def test_the_commands(tmp_path):
    (tmp_path / "day.yaml").write_text(DAY)
    whole = floorcast("run", "day.yaml", "-n", "1", "--records", "whole.parquet", "--save-state", "11:00=now.state",
                      folder=tmp_path)  # fmt: skip
    assert whole.returncode == 0, whole.stderr
    assert "saved in now.state" in whole.stderr
    done = floorcast("run", "day.yaml", "-n", "8", "--records", "on.parquet", "--state", "now.state", "--json",
                     folder=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "goes on from Mon 2024-01-01 11:00" in done.stderr
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "on.parquet").read_bytes()
    found = json.loads(done.stdout)
    offered = next(m for m in found["measures"] if (m["measure"], m["by"]) == ("offered", "all"))
    assert offered["half_width"] > 0, "the rest of the day is not known"
    recovery = floorcast(
        "compare", "day.yaml", "-n", "8", "--state", "now.state", "--with", "overtime: callers extend 3 by 2h",
        "--with", 'close: phone.open = "daily 08:00-17:00"', "--json", folder=tmp_path,
    )  # fmt: skip
    assert recovery.returncode == 0, recovery.stderr
    found = json.loads(recovery.stdout)
    measured = {(m["policy"], m["measure"]): m["mean"] for m in found["measures"] if m["by"] == "all"}
    assert measured["close", "turned_away"] > measured["base", "turned_away"]
    assert measured["overtime", "agents_present"] > measured["base", "agents_present"]


def test_what_a_state_cannot_go_on_from(tmp_path):
    (tmp_path / "day.yaml").write_text(DAY)
    (tmp_path / "other.yaml").write_text(DAY.replace("agents: 6", "agents: 7"))
    (tmp_path / "no.state").write_text("a text")
    (tmp_path / "empty.state").touch()
    (tmp_path / "broken.state").write_bytes(b"PK and no more")
    floorcast("run", "day.yaml", "-n", "1", "--save-state", "11:00=now.state", folder=tmp_path)
    for arguments, says in (
        (("run", "day.yaml", "--state", "no.state"), "no.state: found 'a text' in its first line; allowed what,of"),
        (("run", "day.yaml", "--state", "broken.state"), "is no saved state"),
        (("run", "day.yaml", "--state", "empty.state"), "or a state that run --save-state wrote"),
        (("run", "day.yaml", "--state", "none.state"), "cannot be read"),
        (("run", "other.yaml", "--state", "now.state"), "saved under another scenario"),
        (("run", "day.yaml", "--save-state", "11:00"), "allowed MOMENT=FILE"),
        (("run", "day.yaml", "--save-state", "25:00=x"), "a time of day"),
        (("run", "day.yaml", "--save-state", "2030-01-01 10:00=x"), "a moment outside the run"),
        (("run", "day.yaml", "--save-state", "11:00=nowhere/x"), "there is no folder nowhere"),
        (("run", "day.yaml", "--state", "now.state", "--adjust"), "--state beside --adjust"),
    ):
        done = floorcast(*arguments, folder=tmp_path, COLUMNS="200")
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert says in done.stderr, (arguments, done.stderr)


def test_before_the_start_nothing_can_be_saved():
    scenario = loaded(DAY)
    world = assemble(scenario, policies_of(scenario)[0])
    with pytest.raises(SavedStateError, match="outside the run"):
        run_and_save(world, 1, 0, 0.0, {})
