"""What tells one agent from another, and work that is longer at some hours or given beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.scenario import InputErrors
from tests.model.centre import HOUR, MINUTE, Day

CALLS = "contact_types: {calls: {channel: phone, work: 60s}}\n"


def test_a_fast_agent_takes_half_as_long(tmp_path):
    day = Day(tmp_path, CALLS + "groups: {team: {channels: [phone], agents: 1, speed: 2}}", calls=[0.0])
    assert day.of("calls")["worked"][0] == pytest.approx(30)


def test_speeds_of_people_multiply_that_of_their_group(tmp_path):
    group = "{channels: [phone], agents: 2, speed: 2, people: [{name: Ann}, {name: Bo, speed: 0.5}]}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[0.0, 0.0])
    assert sorted(day.of("calls")["worked"]) == pytest.approx([30, 60])


def test_nobody_gets_a_call_while_unavailable_after_one(tmp_path):
    """Three calls at once, one agent: 60 s each, and 15 s before the next may be given."""
    group = "{channels: [phone], agents: 1, unavailable: 15s}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[0.0, 0.0, 0.0])
    assert day.answered("calls") == pytest.approx([0, 75, 150])


def test_time_unavailable_is_neither_work_nor_after_contact_work(tmp_path):
    group = "{channels: [phone], agents: 1, unavailable: 15s}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[0.0, 0.0])
    assert day.run.ledger["working"].sum() == pytest.approx(120)
    assert day.run.ledger["wrapping"].sum() == 0


def test_a_queue_may_keep_its_agents_away_too(tmp_path):
    types = "contact_types: {calls: {channel: phone, work: 60s, unavailable: 20s}}\n"
    group = "{channels: [phone], agents: 1, unavailable: 15s}"
    day = Day(tmp_path, types + f"groups: {{team: {group}}}", calls=[0.0, 0.0])
    assert day.answered("calls") == pytest.approx([0, 95])


def test_one_agent_may_have_a_time_of_its_own(tmp_path):
    people = "[{name: Ann, unavailable: 40s}]"
    group = f"{{channels: [phone], agents: 1, unavailable: 15s, people: {people}}}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[0.0, 0.0])
    assert day.answered("calls") == pytest.approx([0, 100])


def test_unavailable_at_the_end_of_a_shift_and_back_on_the_next(tmp_path):
    shift = "[{agents: 1, start: '00:00', length: 1h}, {agents: 1, start: '01:10', length: 1h}]"
    group = f"{{channels: [phone], unavailable: 20 min, shifts: {shift}}}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[59 * MINUTE, 59.5 * MINUTE])
    assert day.answered("calls") == pytest.approx([59 * MINUTE, 70 * MINUTE])


def test_work_follows_the_mean_of_the_hour(tmp_path):
    types = (
        "contact_types: {calls: {channel: phone, work: 60s,"
        " work_mean: {per: 1h, daily: {'00:00': 60, '10:00': 90, '12:00': 0}}}}\n"
    )
    day = Day(
        tmp_path,
        types + "groups: {team: {channels: [phone], agents: 5}}",
        calls=[9 * HOUR, 10 * HOUR, 11.9 * HOUR, 12 * HOUR],
    )
    assert day.of("calls")["worked"] == pytest.approx([60, 90, 90, 60])


def test_given_work_is_kept_whoever_does_it(tmp_path):
    (tmp_path / "given.csv").write_text("at,seconds\n0,100\n600,\n")
    types = (
        "contact_types: {calls: {channel: phone, work: 60s,"
        " arrivals: [{trace: {csv: given.csv, time: at, work: seconds}}]}}\n"
    )
    day = Day(tmp_path, types + "groups: {team: {channels: [phone], agents: 1, speed: 2}}")
    assert day.of("calls")["worked"] == pytest.approx([100, 30])


ROSTER = """name,from,to,team
Ann,2024-01-01 08:00,2024-01-01 10:00,a
Bo,2024-01-01 09:00,2024-01-01 12:00,b
Ann,2024-01-01 10:30,2024-01-01 12:00,a
Ann,2024-01-02 08:00,2024-01-02 09:00,a
"""


def _rostered(tmp_path, people="[]", where="{team: a}"):
    (tmp_path / "roster.csv").write_text(ROSTER)
    roster = f"{{csv: roster.csv, agent: name, start: from, end: to, where: {where}}}"
    group = f"{{channels: [phone], roster: {roster}, people: {people}}}"
    return Day(tmp_path, f"days: 2\n{CALLS}groups: {{team: {group}}}", calls=[7.5 * HOUR])


def test_a_roster_says_who_is_there_by_date(tmp_path):
    day = _rostered(tmp_path)
    present = day.run.ledger["present"]
    assert present.shape[0] == 1
    assert present.sum() == pytest.approx(4.5 * HOUR)
    assert day.run.ledger["paid"].sum() == pytest.approx(5 * HOUR)  # the break is paid
    assert day.answered("calls") == pytest.approx([8 * HOUR])


def test_rows_of_other_teams_are_other_people(tmp_path):
    day = _rostered(tmp_path, where="{}")
    assert day.run.ledger.shape[0] == 2
    assert np.isclose(day.run.ledger["present"].sum(), 7.5 * HOUR)


def test_a_person_who_is_in_no_roster_is_named(tmp_path):
    with pytest.raises(InputErrors, match="test.yaml.*found unknown agent in the roster 'Cy'"):
        _rostered(tmp_path, people="[{name: Cy, speed: 2}]")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Ann,2024-01-01 10:00,2024-01-01 09:00,a\n", "roster.csv:6: .*found an end that is not after"),
        (",2024-01-01 10:00,2024-01-01 11:00,a\n", "roster.csv:6: .*found no name"),
        ("Ann,1 Jan,2024-01-01 11:00,a\n", "roster.csv:6: .*column 'from': found '1 Jan'"),
    ],
)
def test_bad_rows_of_a_roster_are_named_with_their_line(tmp_path, row, message, monkeypatch):
    monkeypatch.setattr("tests.model.test_single_people.ROSTER", ROSTER + row)
    with pytest.raises(InputErrors, match=message):
        _rostered(tmp_path)


def test_a_team_without_rows_is_an_error(tmp_path):
    with pytest.raises(InputErrors, match="roster.csv:1: .*found no rows with team c"):
        _rostered(tmp_path, where="{team: c}")


HASTY = "{nobody_waiting: 60s, somebody_waiting: 20s}"


def _hasty(tmp_path, law, calls):
    group = f"{{channels: [phone], agents: 1, unavailable: {law}}}"
    return Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=calls).answered("calls")


def test_an_agent_is_back_sooner_while_somebody_waits(tmp_path):
    """The first call ends at 60. Whoever waits by then is answered 20 s later; who comes when the
    agent has rested for 10 s waits 10 s more, and for 50 s, nobody is kept waiting at all."""
    assert _hasty(tmp_path, HASTY, [0.0, 30.0]) == pytest.approx([0, 80])
    assert _hasty(tmp_path, HASTY, [0.0, 70.0]) == pytest.approx([0, 80])
    assert _hasty(tmp_path, HASTY, [0.0, 110.0]) == pytest.approx([0, 110])
    assert _hasty(tmp_path, HASTY, [0.0, 130.0]) == pytest.approx([0, 130])


RUSHED = "{nobody_waiting: 60s, somebody_waiting: 40s, several_waiting: 10s}"


def test_an_agent_is_back_sooner_still_while_several_wait(tmp_path):
    """The first call ends at 60. Two wait then: back after 10 s; one: after 40 s. A second that comes at 85, when
    the agent has rested for 25 s, brings it back at once; one that comes at 65 after 10 s, and then only one waits."""
    assert _hasty(tmp_path, RUSHED, [0.0, 30.0, 40.0]) == pytest.approx([0, 70, 170])
    assert _hasty(tmp_path, RUSHED, [0.0, 30.0]) == pytest.approx([0, 100])
    assert _hasty(tmp_path, RUSHED, [0.0, 30.0, 85.0]) == pytest.approx([0, 85, 185])
    assert _hasty(tmp_path, RUSHED, [0.0, 30.0, 65.0]) == pytest.approx([0, 70, 170])


def test_without_memory_what_was_rested_does_not_matter(tmp_path):
    """Exponential rests: from whenever somebody waits, the agent is back after 20 s on average."""
    law = "{nobody_waiting: {exponential: 10 min}, somebody_waiting: {exponential: 20s}}"
    types = CALLS + "days: 200\n"
    group = f"{{channels: [phone], agents: 1, unavailable: {law}}}"
    calls = [day * 86400.0 + at for day in range(200) for at in (0.0, 120.0)]
    answered = np.array(
        Day(tmp_path, types + f"groups: {{team: {group}}}", calls=calls).answered("calls")
    )
    waits = (answered - np.array(calls))[1::2]
    kept = waits[waits > 0]
    assert 0.8 < (waits > 0).mean() <= 0.97  # exp(-60 s / 10 min) = .905 are not back by themselves
    assert abs(kept.mean() - 20) < 4 * 20 / np.sqrt(len(kept))


def test_patience_follows_the_mean_of_the_hour_in_a_crowd_too(tmp_path):
    types = (
        "contact_types: {calls: {channel: phone, work: 20h, patience: 10 min, crowded: [{waiting: 1, patience: 4 min}],"
        " patience_mean: {per: 1h, daily: {'00:00': 600, '10:00': 300}}}}\n"
    )
    calls = [0, 9 * HOUR, 9 * HOUR + 1, 10 * HOUR, 10 * HOUR + 1]
    day = Day(tmp_path, types + "groups: {team: {channels: [phone], agents: 1}}", calls=calls)
    waited = day.of("calls")["ended"] - day.of("calls")["arrived"]
    assert waited[1:] == pytest.approx([600, 240, 300, 120])


def test_a_mean_of_patience_needs_a_patience(tmp_path):
    types = "contact_types: {calls: {channel: phone, work: 60s, patience_mean: {per: 24h, daily: [300]}}}\n"
    with pytest.raises(InputErrors, match="patience_mean: found a mean by time and no patience with a mean to stretch"):
        Day(tmp_path, types + "groups: {team: {channels: [phone], agents: 1}}", calls=[0.0])


def test_who_meets_a_crowd_has_the_patience_of_a_crowd(tmp_path):
    """One agent busy for long; the second to wait meets one who waits already, the third two."""
    types = (
        "contact_types: {calls: {channel: phone, work: 1h, patience: 10 min, crowded:"
        " [{waiting: 2, patience: 30s}, {waiting: 1, patience: 5 min}]}}\n"
    )
    day = Day(
        tmp_path, types + "groups: {team: {channels: [phone], agents: 1}}", calls=[0, 1, 2, 3.0]
    )
    waited = day.of("calls")["ended"] - day.of("calls")["arrived"]
    assert waited[1:] == pytest.approx([600, 300, 30])


def test_full_time_equivalents_are_people_and_a_part_timer(tmp_path):
    """2.5 FTE of eight hours: two are there for eight, one for four, and only the breaks that fall into those."""
    shift = "{fte: 2.5, start: '08:00', length: 8h, breaks: [{at: '11:00', length: 1h}, {at: '14:00', length: 1h}]}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {{channels: [phone], shifts: [{shift}]}}}}", calls=[9 * HOUR])
    assert sorted(day.run.ledger["present"].sum(axis=1) / HOUR) == pytest.approx([3, 6, 6])
    assert day.run.ledger["paid"].sum() == pytest.approx(20 * HOUR)


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        ("{fte: many, start: '08:00', length: 8h}", "full-time equivalents from 0 to 100000"),
        ("{fte: 2.5, agents: 2, start: '08:00', length: 8h}", "found 2 agents and 2.5 fte; allowed one of them"),
    ],
)
def test_full_time_equivalents_that_are_none(shift, said, tmp_path):
    with pytest.raises(InputErrors, match=said):
        Day(tmp_path, CALLS + f"groups: {{team: {{channels: [phone], shifts: [{shift}]}}}}", calls=[0.0])


def test_leave_of_one_person_keeps_that_person_away(tmp_path):
    shift = "{agents: 2, start: '08:00', length: 8h}"
    people = "[{name: Ann}, {name: Bo, leave: 2024-01-02}]"
    text = f"days: 3\n{CALLS}groups: {{team: {{channels: [phone], shifts: [{shift}], people: {people}}}}}"
    day = Day(tmp_path, text, calls=[9 * HOUR])
    assert (day.run.ledger["present"].sum(axis=1) / HOUR).tolist() == pytest.approx([24, 16])
    day = _rostered(tmp_path, people="[{name: Ann, leave: [2024-01-02]}]")
    assert day.run.ledger["present"].sum() == pytest.approx(3.5 * HOUR)


def test_leave_of_people_who_are_always_there_is_refused(tmp_path):
    group = "{channels: [phone], agents: 2, people: [{name: Ann, leave: 2024-01-02}]}"
    with pytest.raises(InputErrors, match="found leave in a group with agents; allowed with shifts or a roster"):
        Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[0.0])


def test_other_hours_of_the_same_people_on_the_floor(tmp_path):
    """One agent in the morning and again in the evening: the fast one, both times, and nobody in between."""
    shift = "[{agents: 1, start: '08:00', length: 2h, also: [{start: '20:00', length: 2h}]}]"
    group = f"{{channels: [phone], shifts: {shift}, people: [{{name: Ann, speed: 2}}]}}"
    day = Day(tmp_path, CALLS + f"groups: {{team: {group}}}", calls=[8 * HOUR, 12 * HOUR, 21 * HOUR])
    assert day.answered("calls") == pytest.approx([8 * HOUR, 20 * HOUR, 21 * HOUR])
    assert day.of("calls")["worked"] == pytest.approx([30, 30, 30])
    assert set(day.of("calls")["agent"]) == {0}


def test_a_person_with_other_skills_in_the_afternoon(tmp_path):
    """Ann takes orders in the morning and returns after noon: one roster, a group for each of her shifts."""
    rows = ["orders,Ann,2024-01-01 08:00,2024-01-01 12:00", "returns,Ann,2024-01-01 12:00,2024-01-01 17:00"]
    (tmp_path / "roster.csv").write_text("\n".join(["team,agent,start,end", *rows]) + "\n")
    kind = "{{channel: phone, work: 60s, skills: [{0}]}}"
    types = f"contact_types: {{calls: {kind.format('orders')}, other: {kind.format('returns')}}}\n"
    roster = "{{csv: roster.csv, agent: agent, start: start, end: end, where: {{team: {0}}}}}"
    ann = "people: [{name: Ann, speed: 2}]"
    groups = "".join(
        f"  {name}: {{channels: [phone], skills: [{name}], roster: {roster.format(name)}, {ann}}}\n"
        for name in ("orders", "returns")
    )
    at = [9 * HOUR, 13 * HOUR]
    day = Day(tmp_path, types + "groups:\n" + groups, calls=at, other=at)
    assert day.answered("calls") == pytest.approx([9 * HOUR, -1])  # orders after noon: nobody is left who takes them
    assert day.answered("other") == pytest.approx([12 * HOUR, 13 * HOUR])
    assert day.of("other")["worked"] == pytest.approx([30, 30])
