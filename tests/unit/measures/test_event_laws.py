"""Laws of the event log: silent on runs of the model, and a sentence for each that is doctored away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.clock.run import Run
from floorcast.measures import broken_event_laws, broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import LOG, Log
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text

SMALL = """
channels: {chat: {kind: chat}}
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 1h, values: [0, 0, 0, 0, 0, 0, 0, 0, 40, 40]}}
    work: {exponential: 4 min}
    after_contact_work: 30s
    patience: {exponential: 4 min}
  chats:
    channel: chat
    arrivals: {counts: {per: 1h, values: [0, 0, 0, 0, 0, 0, 0, 0, 10, 10]}}
    work: {exponential: 2 min}
    turns: 2
    think: 1 min
groups:
  team: {channels: {phone: 1, chat: 2}, shifts: {agents: 2, start: "07:00", length: 6h}}
"""


@pytest.fixture(scope="module")
def good() -> Run:
    """A morning of calls and chats for two agents."""
    scenario = load_scenario_text(SMALL, ".", "small.yaml")
    return run(assemble(scenario, policies_of(scenario)[0]), 1, 0, log=True)


def entries(one: Run, kind: Log) -> np.ndarray:
    """Rows of the log of one kind."""
    assert one.log is not None
    return np.flatnonzero(one.log["kind"] == int(kind))


def logged(one: Run, **changes: tuple[int, Any]) -> Run:
    """The run with one field of one row of its log changed; rows are given as field=(row, value)."""
    assert one.log is not None
    log = one.log.copy()
    for field, (row, value) in changes.items():
        log[field][row] = value
    return replace(one, log=log)


def without(one: Run, row: int) -> Run:
    """The run with one row of its log missing."""
    return replace(one, log=np.delete(one.log, row))


def test_a_run_of_the_model_breaks_no_law(good: Run) -> None:
    assert broken_event_laws(good) == []
    assert len(entries(good, Log.QUEUED)) > 20


def test_a_run_in_which_nothing_happens_breaks_no_law(good: Run) -> None:
    nothing = replace(
        good,
        contacts=good.contacts[:0],
        ledger=np.zeros_like(good.ledger),
        log=np.zeros(0, dtype=LOG),
    )
    assert broken_event_laws(nothing) == []


def test_a_run_without_a_log_cannot_be_judged(good: Run) -> None:
    with pytest.raises(ValueError, match="without a log; allowed one simulated with log=True"):
        broken_event_laws(replace(good, log=None))


def says(one: Run, text: str) -> bool:
    """Whether some law is broken in these words."""
    return any(text in law for law in broken_event_laws(one))


def test_time_runs_back(good: Run) -> None:
    assert says(logged(good, time=(100, 5.0)), "time runs back 1 times")
    assert says(logged(good, time=(len(good.log) - 1, 1e6)), "1 events are outside the run")


@pytest.mark.parametrize("field", ["accepted", "answered", "first_response", "ended"])
def test_records_tell_another_instant_than_the_log(good: Run, field: str) -> None:
    contacts = good.contacts.copy()
    contacts[field][np.flatnonzero(~np.isnan(contacts[field]))[3]] += 1.0
    assert says(replace(good, contacts=contacts), f"1 contacts are {field} at another instant")


def test_two_things_at_once(good: Run) -> None:
    done = entries(good, Log.TURN_DONE)[0]
    assert says(without(good, int(done)), "two things at once")


def test_more_than_the_slots_allow(good: Run) -> None:
    """Everything the first agent accepts goes to the second as well."""
    other = logged(good)
    other.log["agent"][other.log["agent"] >= 0] = 1
    assert says(other, "holds more than its slots allow")


def test_work_while_away(good: Run) -> None:
    off = entries(good, Log.ON)[0]
    away = without(good, int(off))
    assert says(away, "accepts a contact while away")
    assert says(away, "works while away")
    assert says(away, "the ledger of 1 agents differs from the log: agent 0 present")


def test_home_with_work_in_hand(good: Run) -> None:
    began = int(entries(good, Log.BEGAN)[0])
    log = good.log
    home = np.zeros(1, dtype=LOG)
    home["time"], home["kind"], home["agent"] = (
        log["time"][began],
        int(Log.GONE),
        log["agent"][began],
    )
    home["contact"] = home["other"] = -1
    doctored = replace(good, log=np.concatenate([log[: began + 1], home, log[began + 1 :]]))
    assert says(doctored, "goes home with work in hand")


def test_what_is_not_held_and_what_had_not_begun(good: Run) -> None:
    accepted = int(entries(good, Log.ACCEPTED)[0])
    assert says(without(good, accepted), "with a contact it does not hold")
    began = int(entries(good, Log.BEGAN)[0])
    assert says(without(good, began), "work ends that had not begun")
    closed = int(entries(good, Log.WRAPPING)[0])
    assert says(logged(good, kind=(closed, int(Log.BEGAN))), "go while it works on it")


def test_the_ledger_counts_other_seconds_than_the_log(good: Run) -> None:
    for field in ("present", "working", "wrapping", "held"):
        ledger = good.ledger.copy()
        ledger[field][1, 16] += 2.0
        assert says(replace(good, ledger=ledger), f"agent 1 {field}")


def test_an_older_equal_is_overtaken(good: Run) -> None:
    """Two callers who waited together change places in the log and in the records."""
    contacts, log = good.contacts.copy(), good.log.copy()
    waited = (contacts["accepted"] > contacts["arrived"] + 1) & (contacts["contact_type"] == 0)
    pairs = [
        (a, b)
        for a in np.flatnonzero(waited)
        for b in np.flatnonzero(waited)
        if contacts["arrived"][a] < contacts["arrived"][b] < contacts["accepted"][a]
        and contacts["accepted"][a] < contacts["accepted"][b]
    ]
    older, younger = pairs[0]
    served = ~np.isin(log["kind"], [int(Log.ARRIVED), int(Log.QUEUED)])
    mine, theirs = (served & (log["contact"] == c) for c in (older, younger))
    log["contact"][mine], log["contact"][theirs] = younger, older
    assert says(replace(good, contacts=contacts, log=log), "an older equal was overtaken")


def test_a_newcomer_overtakes_those_who_wait() -> None:
    """Somebody who was served at once is put into the queue of those who waited then."""
    text = SMALL.replace("turns: 2", "turns: 1")  # who writes again is left out
    scenario = load_scenario_text(text, ".", "small.yaml")
    good = run(assemble(scenario, policies_of(scenario)[0]), 1, 0, log=True)
    contacts = good.contacts.copy()
    queued = good.log[entries(good, Log.QUEUED)]
    calls = contacts["contact_type"] == 0
    line = int(queued["other"][calls[queued["contact"]]][0])
    chat = ~calls & (contacts["accepted"] == contacts["arrived"])
    for c in np.flatnonzero(chat):
        at = contacts["arrived"][c]
        if (
            calls
            & (contacts["arrived"] < at)
            & ~(contacts["accepted"] <= at)
            & ~(contacts["ended"] <= at)
        ).any():
            contacts["queue"][c] = line
            break
    assert says(replace(good, contacts=contacts), "an older equal was overtaken")


def test_littles_law(good: Run) -> None:
    contacts = good.contacts.copy()
    waited = np.flatnonzero(contacts["accepted"] > contacts["arrived"] + 1)[2]
    contacts["accepted"][waited] -= 0.5
    doctored = replace(good, contacts=contacts)
    assert says(doctored, "Little's law fails for contacts waiting (all) in 1 of ")
    assert says(doctored, "Little's law fails for contacts waiting (phone) in 1 of ")
    assert not says(doctored, "contacts present")


def test_what_is_not_written_up_at_the_end_breaks_no_law() -> None:
    """The call is over before midnight; its after-contact work is not."""
    text = """
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 24h, values: [1]}}
    work: 1s
    after_contact_work: 30h
groups: {team: {channels: [phone], agents: 1}}
"""
    scenario = load_scenario_text(text, ".", "small.yaml")
    one = run(assemble(scenario, policies_of(scenario)[0]), 1, 0, log=True)
    assert one.ledger["wrapping"].sum() > 0 == one.contacts["wrapped"][0]
    assert broken_laws(one) == broken_event_laws(one) == []
