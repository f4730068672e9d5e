"""Who is on the floor when: shifts, breaks, training and headcounts over the horizon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.scenario.written import SMALL, changed, errors_of, loaded, only_error_of

H = 3600.0
D = 86400.0


def staffed(written: str, days: int = 7):
    """The small scenario with other staffing."""
    return loaded(SMALL.replace("agents: 5", written).replace("days: 7", f"days: {days}"))


def test_agents_are_always_present():
    roster = loaded().roster("team")
    assert len(roster) == 5
    assert [occurrence[:3] for occurrence in roster[0]] == [(0.0, 7 * D, ())]


def test_a_shift_with_breaks_on_some_days():
    scenario = staffed(
        'shifts: [{agents: 2, start: "08:00", length: 8h, days: "Mon, Wed",'
        ' breaks: [{after: 2h, length: 15 min}, {at: "12:00", length: 30 min}]}]'
    )
    roster = scenario.roster("team")
    assert len(roster) == 2
    first, second = roster[0]
    assert (first.start, first.end) == (8 * H, 16 * H)
    assert first.breaks == ((10 * H, 10.25 * H), (12 * H, 12.5 * H))
    assert (second.start, second.end) == (2 * D + 8 * H, 2 * D + 16 * H)


def test_a_night_shift_spills_in_from_the_evening_before_and_out_at_the_end():
    scenario = staffed(
        'shifts: {agents: 1, start: "22:00", length: 8h, breaks: {at: "02:00", length: 1h}}', days=1
    )
    night_before, night = scenario.roster("team")[0]
    assert night_before[:3] == (0.0, 6 * H, ((2 * H, 3 * H),))
    assert night[:3] == (22 * H, 24 * H, ())


def test_shifts_follow_each_other_in_the_order_of_the_file():
    scenario = staffed(
        'shifts: [{agents: 1, start: "08:00", length: 1h}, {agents: 2, start: "06:00", length: 1h}]'
    )
    assert [agent[0].start / H for agent in scenario.roster("team")] == [8, 6, 6]


def test_a_headcount_steps_and_lets_the_last_to_come_leave_first():
    scenario = staffed(
        'headcount: {per: 1h, daily: {"08:00": 2, "10:00": 3.4, "12:00": 1, "18:00": 0}}', days=1
    )
    steps = scenario.headcount("team")
    assert steps.edges.tolist() == [0, 8 * H, 10 * H, 12 * H, 18 * H, 24 * H]
    assert steps.heads.tolist() == [0, 2, 3, 1, 0]
    assert [(agent[0].start / H, agent[0].end / H) for agent in scenario.roster("team")] == [
        (8, 18),
        (8, 12),
        (10, 12),
    ]
    assert loaded().headcount("team") is None


def test_training_takes_the_first_agents_on_the_floor():
    scenario = staffed(
        'shifts: [{agents: 1, start: "06:00", length: 4h}, {agents: 3, start: "08:00", length: 8h}]\n'
        '    training: {start: "12:00", length: 1h, days: Tue, agents: 2}'
    )
    trained = [
        [bool(occurrence.breaks) for occurrence in agent] for agent in scenario.roster("team")
    ]
    assert trained[0] == [False] * 7
    assert trained[1] == trained[2] == [False, True] + [False] * 5
    assert trained[3] == [False] * 7
    assert scenario.roster("team")[1][1].breaks == ((D + 12 * H, D + 13 * H),)


def test_training_joins_a_break_it_touches():
    scenario = staffed(
        'shifts: {agents: 1, start: "08:00", length: 8h, breaks: {at: "12:00", length: 30 min}}\n'
        '    training: {start: "12:30", length: 1h}',
        days=1,
    )
    assert scenario.roster("team")[0][0].breaks == ((12 * H, 13.5 * H),)


def test_training_of_those_always_present():
    scenario = staffed('agents: 3\n    training: {start: "23:00", length: 2h, agents: 1}', days=1)
    assert scenario.roster("team")[0][0].breaks == ((0, H), (23 * H, 24 * H))
    assert scenario.roster("team")[1][0].breaks == ()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            'shifts: {agents: 1, start: "25:00", length: 8h}',
            "shifts.start: found '25:00'; allowed a time of day",
        ),
        (
            'shifts: {agents: 1, start: "08:00", length: 25h}',
            "shifts.length: found '25h'; allowed a shift of at most 24h",
        ),
        (
            'shifts: {agents: 1, start: "08:00", length: 0}',
            "shifts.length: found 0; allowed a duration above 0",
        ),
        (
            'shifts: {agents: 1.5, start: "08:00", length: 8h}',
            "shifts.agents: found 1.5; allowed a whole number",
        ),
        (
            'shifts: {agents: -1, start: "08:00", length: 8h}',
            "shifts.agents: found -1; allowed a whole number",
        ),
        (
            'shifts: {agents: 1, start: "08:00", length: 8h, breaks: {after: 8h, length: 15 min}}',
            "found a break from 8h",
        ),
        (
            'shifts: {agents: 1, start: "08:00", length: 8h, breaks: {at: "07:00", length: 15 min}}',
            "found a break from 23h",
        ),
        (
            'shifts: {agents: 1, start: "08:00", length: 8h, breaks: {length: 15 min}}',
            "found neither of after, at",
        ),
        (
            'shifts: {agents: 1, start: "08:00", length: 8h,'
            " breaks: [{after: 1h, length: 1h}, {after: 90 min, length: 1h}]}",
            "found breaks that overlap",
        ),
        (
            "agents: 5\n    headcount: {per: 1h, daily: 3}",
            "found agents and headcount of agents, shifts, headcount",
        ),
        ("cost_per_hour: 3", "found none of agents, shifts, headcount"),
        ("headcount: {per: 1h, daily: 200000}", "found 200000 heads; allowed at most 100000"),
        ("agents: 200000", "allowed a whole number of agents from 0 to 100000"),
        (
            "agents: 5\n    ramp: {agents: 6, factor: 1.5, over: 20 days}",
            "ramp.agents: found 6; allowed at most the group's 5",
        ),
        (
            "agents: 5\n    late: {probability: 2, by: 5 min}",
            "late.probability: found 2; allowed a share",
        ),
        ("agents: 5\n    absence: .nan", "absence: found nan; allowed a share"),
    ],
)
def test_wrong_staffing(written, message):
    assert message in only_error_of("agents: 5", written)


def test_a_shift_that_never_falls_within_the_days_simulated():
    text = SMALL.replace("days: 7", "days: 2").replace(
        "agents: 5", 'shifts: [{agents: 1, start: "08:00", length: 8h, days: Sat}]'
    )
    assert errors_of(text) == [
        "small.yaml:14: groups.team.shifts[0]: found a shift that never falls within the 2 days simulated;"
        " allowed shifts on those days"
    ]


def test_a_shift_that_leave_and_closed_days_take_away_says_so():
    shift = 'shifts: [{agents: 1, start: "08:00", length: 8h, leave: 2024-01-01}]'
    text = SMALL.replace("days: 7", "days: 2\ncalendar: {closed: 2024-01-02}").replace("agents: 5", shift)
    (error,) = errors_of(text)
    assert "the 2 days simulated, leave and closed days left out; allowed" in error


def test_more_agents_than_their_ledger_has_room_for():
    assert "agents times intervals" in only_error_of("agents: 5", "agents: 100000\ninterval: 1 min")


def test_all_groups_share_the_ledger():
    team = "  more: {skills: [billing], channels: [phone], agents: 60000}\n"
    text = SMALL.replace("agents: 5", "agents: 60000") + team
    lines = errors_of(text.replace("days: 7", "days: 8"))
    assert "60000 agents with the groups before it, 120000 in all" in lines[0]


def test_a_group_without_anybody_is_doubtful():
    assert any(
        "has nobody on the floor" in str(w) for w in changed("agents: 5", "agents: 0").warnings
    )


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 23), st.integers(1, 24), st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 23), st.integers(1, 12)), max_size=3),
)  # fmt: skip
def test_presence_is_in_order_and_inside_the_horizon(start, length, days, trainings):
    training = ", ".join(f'{{start: "{a:02}:00", length: {b}h}}' for a, b in trainings)
    scenario = staffed(
        f'shifts: {{agents: 2, start: "{start:02}:00", length: {length}h}}\n    training: [{training}]',
        days,
    )
    for agent in scenario.roster("team"):
        before = 0.0
        for occurrence in agent:
            assert before <= occurrence.start < occurrence.end <= days * D
            before = occurrence.start
            for begin, end in occurrence.breaks:
                assert before <= begin < end <= occurrence.end
                before = end
            before = occurrence.end


def test_people_who_work_early_in_one_half_of_the_week_and_late_in_the_other():
    scenario = staffed(
        "shifts: [{agents: 2, start: '08:00', length: 8h, days: Mon-Wed, breaks: [{after: 4h, length: 30 min}],"
        " also: [{start: '14:00', length: 8h, days: 'Thu, Fri', pay: 1.2}, {start: '10:00', length: 4h, days: Sat}]}]"
    )
    roster = scenario.roster("team")
    assert len(roster) == 2 and roster[0] == roster[1]
    hours = [(one.start % D / H, (one.end - one.start) / H) for one in roster[0]]
    assert hours == [(8, 8)] * 3 + [(14, 8)] * 2 + [(10, 4)]
    assert [one.pay for one in roster[0]] == [1, 1, 1, 1.2, 1.2, 1]
    assert [len(one.breaks) for one in roster[0]] == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "also, message",
    [
        ("{start: '15:00', length: 4h, days: Mon}", "overlap on 2024-01-01; allowed one after the other"),
        ("{start: '22:00', length: 11h, days: Mon}", "overlap on 2024-01-02; allowed one after the other"),
        ("{start: '22:00', length: 1h, dates: [2031-01-01]}", "hours that never fall within the 7 days simulated"),
        ("{start: '22:00', length: 30h}", "a shift of at most 24h"),
        ("{agents: 3, start: '22:00', length: 1h}", "agents"),
    ],
)
def test_other_hours_of_the_same_people_that_cannot_be(also, message):
    written = f"shifts: [{{agents: 1, start: '08:00', length: 8h, also: [{also}]}}]"
    assert message in str(only_error_of("agents: 5", written))


def test_the_luck_of_people_goes_through_all_their_hours():
    """Moved people keep their draws: those of other hours go on counting where the line's own stop."""
    line = "agents: 1, start: '08:00', length: 2h, days: Mon-Wed, also: [{start: '20:00', length: 2h, days: Mon-Wed}]"
    scenario = staffed(f"shifts: [{{{line}, drawn_as: {{group: team, line: 0, days: Mon-Wed}}}}]")
    assert [one.drawn for one in scenario.roster("team")[0]] == [0, 1, 2, 3, 4, 5]
