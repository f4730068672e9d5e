"""Mechanisms that once did something else than their words say, each in a small centre."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.clock.floor import Floor
from floorcast.clock.run import StandstillError
from floorcast.clock.snapshot import moment
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.model.centre import Day

HOUR = 3600.0


def world(text: str) -> World:
    scenario = load_scenario_text(text, ".", "test.yaml")
    return assemble(scenario, policies_of(scenario)[0])


HEARD = """
days: 1
contact_types:
  posts:
    channel: social
    work: 1 min
    backlog: {count: 40, ages: %s}
    listening: {relevant: %s, poll: 1 min, false_positives: %s}
groups: {team: {channels: [social], agents: 3}}
"""


@pytest.mark.parametrize("relevant", [1.0, 0.8, 0.5, 0.2])
def test_the_age_of_a_backlog_does_not_hang_on_what_is_relevant(relevant: float) -> None:
    """Ages of an hour on average, however many of the mentions concern us."""
    made = world(HEARD % ("{exponential: 1h}", relevant, 0.0))
    means = []
    for number in range(150):
        contacts = run(made, 1, number).contacts
        means.append(-contacts["arrived"].mean() if len(contacts) else np.nan)
    means = np.array(means)[~np.isnan(means)]
    assert abs(means.mean() - HOUR) < 4 * means.std(ddof=1) / np.sqrt(len(means))


def test_no_age_is_nan() -> None:
    made = world(HEARD % ("{lognormal: {mean: 1h, scv: 1}}", 0.8, 0.3))
    for number in range(60):
        assert broken_laws(run(made, 1, number)) == []


def test_records_whose_instants_are_no_numbers_break_a_law() -> None:
    one = run(world(HEARD % ("{exponential: 1h}", 1.0, 0.0)), 1, 0)
    one.contacts["arrived"][3] = np.nan
    assert any("no instant of arrival" in law for law in broken_laws(one))


STILL = """
days: 1
contact_types:
  calls: {channel: phone, work: 10 min, arrivals: {rate: {per: 1h, daily: {"00:00": 60}}}}
groups: {team: {channels: [phone], agents: 1}, help: {channels: [phone], agents: 1}}
policy:
  plans:
    default:
      - {groups: [team]}
      - {when: {queue: {above: 1000000}}, every: 0.0000000000001s, groups: [help]}
"""


@pytest.mark.parametrize("clock", ["compiled", "floor"])
def test_time_that_does_not_move_on_is_an_error_that_names_the_contact_type(clock: str) -> None:
    made = world(STILL)
    with pytest.raises(StandstillError, match=r"time does not move on .* of contact type 'calls' \(the next stage"):
        if clock == "compiled":
            run(made, 1, 0)
        else:
            Floor(made, 1).run_until(86400.0)


@pytest.mark.parametrize("clock", ["compiled", "simpy"])
def test_ctrl_c_is_obeyed_within_half_a_second(tmp_path: Path, clock: str) -> None:
    """A year of a large centre on one thread; the clock is read where the run is under way for sure."""
    text = STILL.replace("every: 0.0000000000001s", "every: 1s").replace("days: 1", "days: 60")
    (tmp_path / "long.yaml").write_text(text.replace('"00:00": 60', '"00:00": 300'))
    code = f"""
import signal, sys, time
from floorcast.scenario import load_scenario
from floorcast.policy import policies_of
from floorcast.model.compile.assemble import assemble
from floorcast.clock.compiled import run
from floorcast.clock.simpy_clock import run_simpy
s = load_scenario({str(tmp_path / "long.yaml")!r})
w = assemble(s, policies_of(s)[0])
print("ready", flush=True)
try:
    while True:
        ({"run" if clock == "compiled" else "run_simpy"})(w, 1, 0)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    time.sleep(1.0)
    began = time.perf_counter()
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline() == "stopped\n"
    took = time.perf_counter() - began
    child.wait(30)
    assert took < 0.5


RINGING = """
days: 1
contact_types:
  calls:
    channel: phone
    arrivals: {rate: {per: 1h, daily: {"00:00": 60}}}
    work: {exponential: 1 min}
    patience: {exponential: 20s}
    public: {abandoned: 100 %, delay: 1 min, to: {posts: 1.0}}
  posts: {channel: social, work: {exponential: 1 min}}
groups:
  team: {channels: [phone], agents: 50}
  web: {channels: [social], agents: 5}
policy: {offers: {phone: {answer: {exponential: 60s}, time_out: 2 min}}}
"""


def test_who_hangs_up_while_it_rings_goes_public_like_any_other() -> None:
    contacts = run(world(RINGING), 1, 0).contacts
    gone = int((contacts["outcome"] == Outcome.ABANDONED).sum())
    posts = int((contacts["cause"] == Cause.PUBLIC).sum())
    assert gone > 400 and gone - 5 <= posts <= gone


def test_a_ringing_agent_is_shown_as_such_with_what_rings() -> None:
    floor = Floor(world(RINGING), 1)
    seen = set()
    for minute in range(120):
        floor.run_until(60.0 * minute)
        for team in moment(floor).teams:
            for agent in team.agents:
                seen.add((agent.state, agent.holding))
    assert ("ringing", ("phone",)) in seen
    assert not any(state == "wrapping" for state, _ in seen)
    assert ("ringing", ()) not in seen


def test_contacts_that_all_have_declined_are_considered_again(tmp_path: Path) -> None:
    text = """
days: 2
contact_types: {calls: {channel: phone, work: 1 min}}
groups: {team: {channels: [phone], agents: 3}}
policy: {offers: {phone: {answer: 5s, time_out: 20s, declined: 50 %}}}
"""
    day = Day(tmp_path, text, calls=[300.0 * n for n in range(200)])
    assert np.isnan(day.of("calls")["answered"]).sum() == 0
    assert (day.of("calls")["answered"] - day.of("calls")["arrived"] > 20).sum() > 10  # more than three rings


def test_who_is_left_looks_at_what_it_had_declined(tmp_path: Path) -> None:
    """The other agent, busy since before, goes home without having been asked."""
    text = """
contact_types:
  calls: {channel: phone, work: 1 min}
  long: {channel: phone, work: 3h, skills: [long]}
groups:
  team: {channels: [phone], agents: 1}
  other: {skills: [long], channels: [phone], shifts: [{agents: 1, start: "00:00", length: 1h}]}
policy: {offers: {phone: {answer: 5s, time_out: 20s, declined: 90 %}}}
"""
    day = Day(tmp_path, text, calls=[600.0], long=[10.0])
    assert not np.isnan(day.of("calls")["answered"][0])


OVERDUE = """
channels: {social: {kind: social, answer_within: 10 min}}
contact_types: {posts: {channel: social, work: 1 min}}
groups:
  web: {channels: [social], shifts: [{agents: 1, start: "22:00", length: 1h}]}
  help: {channels: [social], agents: 1}
policy:
  plans: {default: [{groups: [web]}, {when: {mode: late}, every: 10s, groups: [web, help]}]}
  supervision: {when: {service_level: {of: posts, below: 80 %, over: 1h}}, check: 1 min, do: {mode: late}}
"""


def test_service_level_conditions_see_what_is_overdue_and_still_waits(tmp_path: Path) -> None:
    """Nobody answers: eleven minutes after the first post the level is nought, not a hundred per cent."""
    day = Day(tmp_path, OVERDUE, posts=[5.0, 6000.0])
    assert day.answered("posts")[0] == pytest.approx(660, abs=11)
    assert day.groups("posts")[0] == "help"


SUPERVISED = """
contact_types:
  mails: {channel: email, work: 10 min}
groups:
  office: {channels: [email], shifts: [{agents: 1, start: "20:00", length: 1h}]}
  phone: {channels: {phone: 1, email: 1}, agents: 6}
policy:
  supervision:
%s
"""
STEP = "    - {when: {%s}, check: 1 min, do: {add: {group: phone, channels: email%s}}}\n"


def test_a_step_that_adds_some_adds_nobody_else(tmp_path: Path) -> None:
    line = STEP % ('time: "11:00-14:00"', ", agents: 2")
    day = Day(tmp_path, SUPERVISED % line, mails=[600.0 * n for n in range(100)])
    phone = [(int(r["agent"]), float(r["answered"])) for r in day.of("mails") if r["group"] == 1]
    assert {agent for agent, _ in phone} == {1, 2}
    assert min(at for _, at in phone) >= 11 * HOUR


def test_two_steps_of_help_each_do_what_they_say(tmp_path: Path) -> None:
    lines = STEP % ("queue: {of: email, above: 5}", ", agents: 2") + STEP % ("queue: {of: email, above: 12}", "")
    few = Day(tmp_path, SUPERVISED % lines, mails=[10.0 * n for n in range(8)])
    assert {int(a) for a in few.of("mails")["agent"]} - {0} == {1, 2}
    many = Day(tmp_path, SUPERVISED % lines, mails=[n / 10 for n in range(30)])
    assert {int(a) for a in many.of("mails")["agent"]} - {0} == {1, 2, 3, 4, 5, 6}


HEADS = """
days: 1
contact_types:
  chats: {channel: chat, work: 10 min, turns: 1, arrivals: {rate: {per: 1h, daily: {"00:00": 240}}}}
groups:
  team: {channels: {chat: %d}, headcount: {per: 2h, daily: {"00:00": 8, "02:00": 3}}}
"""


@pytest.mark.parametrize("most", [1, 3])
def test_when_headcount_falls_the_next_to_finish_leave_whatever_they_may_hold(most: int) -> None:
    """Nobody is idle. Whoever is next to finish what it works on takes nothing new, so five have stopped
    within one contact's time; what they hold they finish."""
    floor = Floor(world(HEADS % most), 1)
    floor.run_until(2 * HOUR - 1)
    assert floor.present() == 8
    floor.run_until(2 * HOUR + 600)
    assert floor.present() == 3
    leaving = np.flatnonzero(floor.state.agents["leaving"])
    before = {int(a): int(floor.state.agents["held"][a]) for a in leaving}
    floor.run_until(2 * HOUR + 1200)
    assert all(int(floor.state.agents["held"][a]) <= held for a, held in before.items())
    floor.run_until(2 * HOUR + 600 * (most + 2))
    assert int(floor.state.agents["logged_in"].sum()) == 3


def test_a_returning_customer_who_goes_to_its_own_agent_overtakes_nobody() -> None:
    """`--check` once took it for a breach: an older equal in a stage may not be served by that agent."""
    text = """
days: 2
contact_types:
  mails:
    channel: email
    arrivals: {rate: {per: 1h, daily: {"00:00": 30}}}
    work: {exponential: 4 min}
    resolution: 0.5
    repeat: {probability: 1, to: {mails: 1}, delay: {exponential: 10 min}}
groups:
  best: {channels: [email], agents: 1, rating: 4.5}
  rest: {channels: [email], agents: 2, rating: 3}
policy:
  returning: {within: 1 day, wait: 5 min}
  plans: {default: [%s, {after: 5 min, groups: any}]}
"""
    for first in ("{groups: any, rating: {at_least: 4}}", "{groups: [best]}", "{groups: any, reserve: {rest: 2}}"):
        for number in range(3):
            assert broken_laws(run(world(text % first), 1, number)) == []


def test_a_dictionary_is_named_not_listed() -> None:
    from floorcast.policy import load_policy_text
    from floorcast.scenario import InputErrors

    for given in ("[loudest_first]", "{}"):
        with pytest.raises(InputErrors, match="like"):
            load_policy_text(f"priority: {{like: {given}}}\n", "p.yaml")

