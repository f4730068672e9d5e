"""Thousands of agents or contacts at one instant: no bound but those that the scenario sets itself.

Compiled once more with every index checked, in a process of its own: an index past the end of an array
is an error there, and destroys memory without a word elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from floorcast.clock.compiled import run
from floorcast.clock.floor import Floor
from floorcast.clock.run import ModelError
from floorcast.measures import broken_event_laws, broken_laws
from floorcast.model.records.layout import Log
from tests.strategies import world_of

ROOT = Path(__file__).resolve().parents[2]


def mail(**more: Any) -> dict[str, Any]:
    """Mails to a team of nobody, where each waits for a later stage."""
    policy = more.pop("policy", {"plans": {"default": [{}, {"after": "20h"}]}})
    waiting = more.pop("waiting", 3500)
    return {
        "days": 1,
        "contact_types": {
            "mail": {
                "channel": "email",
                "arrivals": {"counts": {"per": "24h", "daily": {"00:00": 10}}},
                "work": {"exponential": "4 min"},
                "backlog": {"count": waiting, "ages": {"uniform": {"from": 0, "to": "1h"}}},
            }
        },
        "groups": {"team": {"channels": ["email"], **more}},
        "policy": policy,
    }


def by_headcount(agents: int, back: int = 0) -> dict[str, Any]:
    """So many come at two and all but `back` leave at four."""
    return mail(headcount={"per": "2h", "daily": {"00:00": 0, "02:00": agents, "04:00": back}})


def by_supervision(agents: int) -> dict[str, Any]:
    """The whole group joins a channel on a long queue."""
    when = {"time": "02:00-04:00"}
    rules = [{"when": when, "do": {"add": {"group": "team", "channels": "email"}}}]
    return mail(agents=agents, policy={"supervision": rules, "plans": {"default": [{}, {"after": "20h"}]}})


def by_overtime(agents: int) -> dict[str, Any]:
    """Everybody is called in at once, and goes home at once."""
    rules = [{"when": {"time": "02:00-04:00"}, "do": {"overtime": {"group": "team", "call_in": agents}}}]
    shifts = [{"agents": agents, "start": "12:00", "length": "8h"}]
    return mail(shifts=shifts, policy={"supervision": rules})


def by_one_answer(posts: int) -> dict[str, Any]:
    """One answer closes all posts of an incident that wait."""
    return {
        "days": 1,
        "contact_types": {
            "posts": {
                "channel": "social",
                "work": "1 min",
                "reach": 1,
                "cascade": {
                    "branching": 0.0, "closes": 1.0, "delay": {"uniform": {"from": 0, "to": "1h"}}, "residual": 0
                },
            }
        },
        "crises": [{"name": "storm", "at": "2024-01-01 00:00", "contact_type": "posts", "reach": 1, "attracts": posts}],
        "start": "2024-01-01 00:00",
        "groups": {"team": {"channels": ["social"], "headcount": {"per": "2h", "daily": {"00:00": 0, "04:00": 1}}}},
        "limits": {"contacts": 1000000},
    }


def by_closing(agents: int, waiting: int) -> dict[str, Any]:
    """A line of thousands when the channel closes, calls that come after, and everybody at once the next hour."""
    made = by_headcount(agents)
    made["contact_types"]["mail"]["backlog"]["count"] = waiting
    made["contact_types"]["mail"]["arrivals"]["counts"] = {"per": "1h", "daily": [200] * 24}
    made["channels"] = {"email": {"open": "00:00-01:30", "closed": "turned_away"}}
    made["policy"]["supervision"] = [{"when": {"time": "00:30-01:00"}, "check": "60s", "do": {"close": "email"}}]
    return made


def by_rule_book(agents: int, waiting: int) -> dict[str, Any]:
    """Thousands wait when another rule book takes the place of the first, and all of them are looked at again."""
    made = by_headcount(agents)
    made["contact_types"]["mail"]["backlog"]["count"] = waiting
    made["policy"] |= {
        "alternatives": {"other": {"plans": {"default": [{}, {"when": {"queue": {"above": 5}}, "add": 3}]}}},
        "supervision": [{"when": {"time": "01:00-03:00"}, "check": "60s", "do": {"policy": "other"}}],
    }
    return made


LARGE = {
    "1,300 come and go": by_headcount(1300),
    "3,000 come and go": by_headcount(3000),
    "20,000 come and go": by_headcount(20_000),
    "supervision adds 3,000": by_supervision(3000),
    "supervision adds 20,000": by_supervision(20_000),
    "overtime calls in 3,000": by_overtime(3000),
    "20,000 wait when the channel closes": by_closing(3000, 20_000),
    "20,000 wait when the rule book changes": by_rule_book(3000, 20_000),
    "100,000 posts are answered at once": by_one_answer(100_000),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_jump_is_simulated(name: str) -> None:
    world = world_of(LARGE[name])
    one = run(world, 1, 0, log=True)
    assert broken_laws(one) == []
    assert broken_event_laws(one) == []
    if "come and go" in name:
        assert np.count_nonzero(one.log["kind"] == int(Log.ON)) == len(world.agent_group)
    if "posts" in name:
        ended = one.contacts["ended"]
        _, many = np.unique(ended[~np.isnan(ended)], return_counts=True)
        assert many.max() > 95_000


def test_with_and_without_a_log_and_step_by_step_the_records_are_the_same() -> None:
    world = world_of(by_headcount(3000, back=40))
    fast, logged = run(world, 1, 0), run(world, 1, 0, log=True)
    floor = Floor(world, 1, 0)
    while floor.step():
        pass
    slow = floor.record()
    for other in (logged, slow):
        assert other.events == fast.events
        for name in ("accepted", "answered", "ended", "agent", "status"):
            assert np.array_equal(fast.contacts[name], other.contacts[name], equal_nan=True)


def test_what_there_is_no_room_for_is_never_written_past_the_end() -> None:
    """Where the model misjudges what a step may add, the run ends with a sentence."""
    floor = Floor(world_of(by_headcount(3000)), 1, 0)
    floor.run_until(7000.0)
    floor.state.centre[0]["spare"] = -100_000
    written = int(floor.state.centre[0]["calendar"])
    floor.state = floor.state.replaced(calendar=floor.state.calendar[: written + 1].copy())
    with pytest.raises(ModelError, match="one step at 7200 s added more than the model makes room for"):
        floor.run_until(20_000.0)


@st.composite
def jumps(draw: st.DrawFn) -> dict[str, Any]:
    """Centres in which thousands come, leave, join a channel, or are done for, at one instant."""
    many = st.integers(1_500, 12_000)
    kind = draw(st.sampled_from(["headcount", "supervision", "overtime", "answer", "closing", "rule book"]))
    if kind == "answer":
        return by_one_answer(draw(st.integers(2_000, 100_000)))
    if kind == "headcount":
        made = by_headcount(draw(many), back=draw(st.integers(0, 3000)))
    elif kind == "closing":
        made = by_closing(draw(many), 0)
    elif kind == "rule book":
        made = by_rule_book(draw(many), 0)
    else:
        made = by_supervision(draw(many)) if kind == "supervision" else by_overtime(draw(many))
    team = made["groups"]["team"]
    team["channels"] = {"email": draw(st.integers(1, 4))}
    if draw(st.booleans()):
        team["unavailable"] = {"nobody_waiting": "10 min", "somebody_waiting": "1 min"}
    if draw(st.booleans()):
        made["policy"]["offers"] = {"email": {"answer": {"exponential": "10s"}, "time_out": "20s", "declined": 0.2}}
    if draw(st.booleans()):
        leaving = draw(st.sampled_from(["finish", "hand_over", "requeue"]))
        made.setdefault("channels", {}).setdefault("email", {})["on_leave"] = leaving
    made["contact_types"]["mail"]["backlog"]["count"] = draw(st.integers(0, 20_000))
    return made


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(jumps())
def test_generated_jumps(scenario: dict[str, Any]) -> None:
    world = world_of(scenario)
    one = run(world, 1, 0, log=True)
    assert broken_laws(one) == []
    assert np.array_equal(run(world, 1, 0).contacts["ended"], one.contacts["ended"], equal_nan=True)


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="compiles once more; in `make verify`")
def test_no_index_is_out_of_range_in_large_jumps() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "jump", str(Path(__file__))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "FLOORCAST_GENERATE"} | {"NUMBA_BOUNDSCHECK": "1"},
    )
    assert done.returncode == 0, done.stdout[-3000:]
