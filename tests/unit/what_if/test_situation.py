"""The rest of a day from what a planner knows of now: counts so far, who is there with what in hand, who waits."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from floorcast.cli.app import app
from floorcast.clock.compiled import run
from floorcast.clock.now.begun import Begun
from floorcast.clock.now.situation import Situation, There, situation_of
from floorcast.clock.now.written import read_situation, written_situation
from floorcast.clock.saved import Continued, run_and_save
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.scenario.what_if.variants import build, variants_of
from floorcast.shipped import SCENARIOS
from tests.unit.scenario.written import loaded

DAY = """
days: 1
start: 2024-01-01
channels:
  phone: {kind: phone, open: "08:00-20:00", answer_within: 20s}
  chat: {kind: chat, open: "08:00-20:00"}
contact_types:
  calls:
    channel: phone
    arrivals: [{rate: {per: 1h, daily: {"08:00": 60, "20:00": 0}}, day_factor: {cv: 0.2}}]
    work: {exponential: 4 min}
    patience: {exponential: 3 min}
  chats:
    channel: chat
    arrivals: {rate: {per: 1h, daily: {"08:00": 30, "20:00": 0}}}
    turns: {poisson: {mean: 4}}
    work: {exponential: 40s}
    think: {exponential: 40s}
    patience: {exponential: 4 min}
groups:
  callers:
    channels: phone
    absence: 6 %
    shifts:
      - {agents: 6, start: "08:00", length: 8h, breaks: [{after: 4h, length: 30 min}]}
      - {agents: 5, start: "12:00", length: 8h}
  chatters: {channels: {chat: 2}, shifts: [{agents: 4, start: "08:00", length: 12h}]}
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}
"""
NOW = """what,of,count,time,group
now,2024-01-01 11:00,,,
offered,calls,180,,
present,callers,5,,
waiting,calls,3,40s,
waiting,calls,1,2 min,
in_hand,calls,5,3 min,callers
in_hand,chats,4,2 min,chatters
coming,chats,2,20 min,
"""
ELEVEN = 11 * 3600.0


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day.yaml").write_text(DAY)
    return tmp_path


def floorcast(*arguments):
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "250"})


def world_of(text=DAY, change=""):
    scenario = loaded(text)
    if change:
        scenario = build(scenario, variants_of([change], scenario)[0]).scenario
    return assemble(scenario, policies_of(scenario)[0])


def test_a_file_says_who_waits_since_when_and_who_has_what_in_hand(tmp_path):
    (tmp_path / "now.csv").write_text(NOW)
    world = world_of()
    situation = read_situation(tmp_path / "now.csv", world.scenario)
    assert (situation.now, situation.offered, situation.present) == (ELEVEN, {"calls": 180}, {"callers": 5})
    begun = Begun(situation, world)
    busy = []
    for replication in range(40):
        found = begun(world, 7, replication)
        there = found.contacts[found.contacts["arrived"] <= ELEVEN]
        assert len(there) == 13
        phone = there[there["contact_type"] == world.type_names.index("calls")]
        waited = np.sort(ELEVEN - phone["arrived"][np.isnan(phone["answered"]) | (phone["answered"] > ELEVEN - 0.01)])
        np.testing.assert_allclose(waited, [40, 40, 40, 120], atol=0.01)
        in_hand = phone[phone["answered"] < ELEVEN - 1]
        assert len(in_hand) == 5 and (in_hand["ended"] >= ELEVEN - 0.01).all(), "in hand now, and not over before"
        assert len(set(in_hand["agent"].tolist())) == 5, "each of the five is with one call"
        assert (there["ended"] >= ELEVEN - 0.01).all()
        first = found.ledger["present"][:, int(ELEVEN // world.interval)].reshape(-1)
        busy.append((first[:11] > 1700).sum())
    assert set(busy) == {5}, "five of the six of the early shift are there, until the break at noon"


def test_what_is_left_of_patience_and_work_is_that_of_such_customers():
    """Exponential patience and work forget: who has waited, or talked, for long is as at the beginning."""
    world = world_of()
    contacts = tuple(
        [There("calls", ELEVEN - 300)] * 3 + [There("calls", ELEVEN - 400, "callers", ELEVEN - 360)] * 6
    )
    begun = Begun(Situation(ELEVEN, contacts), world)
    waits, works = [], []
    for replication in range(150):
        rows = begun(world, 3, replication).contacts
        there = rows[rows["arrived"] < ELEVEN - 200]
        works += (there["ended"] - ELEVEN)[there["answered"] < ELEVEN - 300].tolist()
        waits += there["patience"][there["answered"] > ELEVEN - 100].tolist()
        waits += there["patience"][there["outcome"] == int(Outcome.ABANDONED)].tolist()
    assert len(works) == 900 and len(waits) == 450
    assert np.mean(works) == pytest.approx(240, abs=4 * 240 / np.sqrt(900))
    assert np.mean(waits) - 300 == pytest.approx(180, abs=4 * 180 / np.sqrt(450))
    assert np.median(works) == pytest.approx(240 * np.log(2), abs=35)


def test_it_goes_on_as_a_run_would_have():
    """Of 80 runs seen at eleven: what came after, and what became of who was there, is on average what was to be."""
    world = world_of()
    found = []
    for seed in range(1, 81):
        saved = run_and_save(world, seed, 0, ELEVEN, {})
        begun = Begun(situation_of(saved, world), world)(world, seed, 1)
        found.append([a - b for a, b in zip(after(begun), after(run(world, seed, 0)))])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(mean) < 3.5 * error + 1e-9).all(), (mean / error).round(1)


def after(one):
    rows = one.contacts
    there = rows[(rows["arrived"] <= ELEVEN) & ~(rows["ended"] <= ELEVEN)]
    later = rows[rows["arrived"] > ELEVEN]
    found = [float(np.minimum(there["ended"], 86400).sum() - ELEVEN * len(there))]
    for kind in range(2):
        mine = later[later["contact_type"] == kind]
        wait = np.where(np.isnan(mine["answered"]), mine["ended"], mine["answered"]) - mine["arrived"]
        found += [len(mine), wait.sum() / len(mine), (mine["outcome"] == int(Outcome.ABANDONED)).mean()]
    ledger = one.ledger[:, int(ELEVEN // one.world.interval) :]
    return [*found, ledger["present"].sum(), ledger["working"].sum()]


def test_counts_so_far_tell_of_the_rest_of_the_day():
    """A gamma factor of shape 25, 250 calls where 180 were expected: the mean is 275 / 205 from then on."""
    world = world_of()
    rest = 9 * 60
    for came, factor in ((250, (25 + 250) / (25 + 180)), (110, (25 + 110) / (25 + 180))):
        begun = Begun(Situation(ELEVEN, offered={"calls": came}), world)
        n = [int((one["contact_type"] == 0).sum()) for one in (begun(world, 5, r).contacts for r in range(80))]
        spread = np.sqrt((rest * factor + (rest * factor) ** 2 / (25 + came)) / len(n))
        assert np.mean(n) == pytest.approx(rest * factor, abs=4 * spread)
    # A variant of the volume meets the same customers, the same factor, and its own volume.
    busier = world_of(change="phone.volume x 1.2")
    more = [int((one["contact_type"] == 0).sum()) for one in (begun(busier, 5, r).contacts for r in range(80))]
    assert np.mean(more) / np.mean(n) == pytest.approx(1.2, abs=0.03)


def test_a_saved_run_can_be_written_as_such_a_file_and_read_again(tmp_path):
    world = world_of()
    saved = run_and_save(world, 4, 0, ELEVEN, {})
    situation = situation_of(saved, world)
    text = written_situation(situation, world.scenario.start)
    (tmp_path / "now.csv").write_text(text)
    again = read_situation(tmp_path / "now.csv", world.scenario)
    assert (again.offered, again.present, len(again.contacts)) == (
        situation.offered, situation.present, len(situation.contacts)
    )  # fmt: skip
    assert written_situation(again, world.scenario.start) == text
    state = saved.arrays["agents"]
    assert sum(situation.present.values()) == int((state["present"] != 0).sum())
    assert sum(bool(one.group) for one in situation.contacts) == int(state["held"].sum())


@pytest.mark.parametrize("name", ["airline_week.yaml", "storm.yaml"])
def test_shipped_scenarios_begin_anywhere(name):
    scenario = load_scenario(SCENARIOS / name)
    world = assemble(scenario, policies_of(scenario)[-1])
    at = 0.35 * world.horizon
    saved = run_and_save(world, 1, 0, at, {})
    situation = situation_of(saved, world)
    begun, went_on = Begun(situation, world, strict=False), Continued(saved)
    waiting = sum(not one.group for one in situation.contacts)
    offered = {}
    for how, go in (("begun", begun), ("went on", went_on)):
        rows = [go(world, 1, r).contacts for r in range(1, 6)]
        offered[how] = np.mean([(one["arrived"] > at).sum() for one in rows])
    assert offered["begun"] == pytest.approx(offered["went on"], rel=0.08), waiting


def test_the_command_and_the_recovery_of_a_day(here):
    (here / "now.csv").write_text(NOW.replace(",", ";"))
    (here / "oldest.yaml").write_text("name: oldest\npriority: {order: oldest}\n")
    done = floorcast(
        "compare", "day.yaml", "--state", "now.csv", "-n", "12", "--json",
        "--with", "overtime: callers extend 3 by 2h", "--with", 'close chat: chat.open = "08:00-14:00"',
        "--with", "five: chatters move 3 to callers from 14:00", "--with", "more: phone.volume +20 %",
        "--with", "policy: policy = oldest.yaml",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "begins with what is there on Mon 2024-01-01 11:00" in done.stderr
    found = json.loads(done.stdout)
    value = {(m["policy"], m["measure"], m["of"]): m["mean"] for m in found["measures"] if m["by"] in ("all", "group")}
    assert value["overtime", "agents_present", "callers"] > value["base", "agents_present", "callers"]
    assert value["close chat", "turned_away", "all"] > value["base", "turned_away", "all"] == 0
    assert value["five", "agents_present", "callers"] > value["base", "agents_present", "callers"]
    assert value["more", "offered", "all"] > value["base", "offered", "all"]
    rest = found["rest_of_day"]["base"]
    hours = [row for row in rest["hours"] if (row["channel"], row["measure"]) == ("phone", "offered")]
    assert [row["start"][11:16] for row in hours] == [f"{hour}:00" for hour in range(11, 24)]
    assert all(row["low"] <= row["mean"] <= row["high"] for row in hours if row["mean"])
    day = {row["channel"]: row for row in rest["day"]}
    assert day["phone"]["so_far"] == 180 and day["chat"]["so_far"] is None
    assert 180 + 9 * 40 < day["phone"]["low"] < day["phone"]["mean"] < day["phone"]["high"] < 180 + 9 * 90
    shown = floorcast("run", "day.yaml", "--state", "now.csv", "-n", "6")
    assert "180 so far" in shown.stdout and "eight of ten such days" in " ".join(shown.stdout.split())


def test_other_changes_from_a_saved_run_begin_with_what_it_shows(here):
    floorcast("run", "day.yaml", "-n", "1", "--save-state", "11:00=now.state")
    done = floorcast("compare", "day.yaml", "--state", "now.state", "-n", "6", "--with", "callers +2", "--json")
    assert done.exit_code == 0, done.stderr
    assert "begins with what is there" in done.stderr
    kept = floorcast("run", "day.yaml", "-n", "1", "--save-state", "11:00=now.csv")
    assert kept.exit_code == 0, kept.stderr
    assert (here / "now.csv").read_text().startswith("what,of,count,time,group\nnow,2024-01-01 11:00:00")
    assert floorcast("run", "day.yaml", "-n", "2", "--state", "now.csv").exit_code == 0


def test_what_a_file_of_now_may_not_say(here):
    line = lambda text: NOW.replace("waiting,calls,3,40s,", text)  # noqa: E731
    for text, says in (
        (line("waits,calls,3,40s,"), "now.csv:5: waits: found unknown row 'waits' (did you mean 'waiting'?)"),
        (line("waiting,cals,3,40s,"), "did you mean 'calls'?"),
        (line("waiting,calls,three,40s,"), "a whole number in `count`"),
        (line("waiting,calls,3,soon,"), "now.csv:5"),
        (line("waiting,calls,3,40s,callers"), "a group with in_hand, and with nothing else"),
        (line("in_hand,calls,3,40s,chatters"), "groups that serve phone"),
        (line("present,callers,4,,"), "one row for each group"),
        (line("now,12:00,,,"), "one row `now`"),
        (NOW.replace("2024-01-01 11:00", "2025-01-01 11:00"), "a moment after 2024-01-01 00:00"),
        (NOW.replace("now,2024-01-01 11:00,,,\n", ""), "found no row `now`"),
        (NOW.replace("present,callers,5", "present,callers,50"), "at most the 11 that it has"),
        (NOW.replace("in_hand,calls,5", "in_hand,calls,12"), "more contacts in the hands of callers"),
        (line("waiting,calls,3,9h,"), "waiting for 9h already, which happens to none of this scenario's customers"),
        ("a,b\n1,2\n", "allowed what,of,count,time,group"),
    ):
        (here / "now.csv").write_text(text)
        done = floorcast("run", "day.yaml", "--state", "now.csv", "-n", "2")
        assert done.exit_code == 2, (text, done.stdout, done.stderr)
        assert says in done.stderr, (says, done.stderr)
