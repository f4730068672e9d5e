"""From hand to hand: offers, agents who pick, transfers, consultations, supervision, and going home."""

from __future__ import annotations

from floorcast.model.records.layout import Log, Outcome
from tests.centres import first_and_help
from tests.model.centre import HOUR, MINUTE, Day

CALLS = """
contact_types:
  calls: {channel: phone, work: 1 min, patience: none}
groups:
  team: {channels: [phone], agents: %s}
policy:
  offers: {phone: %s}
"""


def test_a_call_rings_until_the_agent_answers(tmp_path):
    day = Day(tmp_path, CALLS % (1, "{answer: 5s}"), calls=[10])
    assert day.answered("calls") == [15]
    assert day.of("calls")["worked"] == [60]


def test_a_call_that_times_out_goes_to_another_agent_with_its_age(tmp_path):
    # Every second agent or so is away from the desk: an answer comes after 4 s or after 1 min.
    ring = "{answer: {empirical: {values: [4s, 60s]}}, time_out: 20s, after_time_out: 5 min}"
    day = Day(tmp_path, CALLS % (12, ring), calls=[100.0 * i for i in range(1, 40)])
    waits = sorted({round(w) for w in day.answered("calls") - day.of("calls")["arrived"]})
    assert waits[:3] == [4, 24, 44]
    offered, refused = day.log(Log.OFFERED), day.log(Log.REFUSED)
    assert len(offered) == len(refused) + len(day.of("calls"))
    pairs = list(zip(offered["contact"], offered["agent"]))
    assert len(set(pairs)) == len(pairs)  # never twice to the same agent


def test_an_agent_who_lets_it_ring_gets_nothing_for_a_while(tmp_path):
    ring = "{answer: {empirical: {values: [4s, 60s]}}, time_out: 20s, again: true, after_time_out: 5 min}"
    day = Day(tmp_path, CALLS % (1, ring), calls=[1000.0 * i for i in range(12)])
    refused, offered = day.log(Log.REFUSED), day.log(Log.OFFERED)["time"]
    assert len(refused) > 2
    for time in refused["time"]:
        assert min(offered[offered > time]) == time + 5 * MINUTE


def test_declined_text_waits_with_its_age_or_as_if_new(tmp_path):
    text = """
contact_types:
  mails: {channel: email, work: 1 min}
groups: {team: {channels: [email], agents: 1}}
policy:
  offers: {email: {answer: 2s, declined: 50 %%, again: true, after_decline: 30s, age: %s}}
"""
    for age in ("kept", "reset"):
        day = Day(tmp_path, text % age, mails=[0, 0, 0, 0])
        assert (day.of("mails")["outcome"] == int(Outcome.HANDLED)).all()
        assert len(day.log(Log.REFUSED)) > 0


def test_a_caller_may_hang_up_while_it_rings(tmp_path):
    text = CALLS.replace("patience: none", "patience: 10s") % (1, "{answer: 15s}")
    day = Day(tmp_path, text, calls=[0, 100])
    assert (day.of("calls")["outcome"] == int(Outcome.ABANDONED)).all()
    assert list(day.of("calls")["ended"]) == [10, 110]


def test_agents_who_pick_look_at_the_list_first(tmp_path):
    text = """
contact_types:
  posts: {channel: social, work: 1 min, value: 0}
groups: {team: {channels: [social], agents: 1}}
policy: {pull: {team: 20s}}
"""
    day = Day(tmp_path, text, posts=[0, 5])
    assert day.answered("posts") == [20, 100]


TRANSFER = """
contact_types:
  calls:
    {channel: phone, skills: [a], work: 2 min, after_contact_work: 30s, transfers: {probability: 100 %%, to: hard, %s}}
  hard: {channel: phone, skills: [b], work: 5 min, after_contact_work: 30s}
groups:
  first: {skills: [a], channels: [phone], agents: 1}
  second: {skills: [b], channels: [phone], agents: 1}
"""


def test_a_wrong_subject_is_passed_on_after_a_short_while(tmp_path):
    day = Day(tmp_path, TRANSFER % "after: 20s", calls=[0])
    contact = day.of("hard")[0]
    assert contact["transfers"] == 1
    assert contact["answered"] == 0
    assert contact["worked"] == 20 + 5 * MINUTE
    assert contact["ended"] == 20 + 5 * MINUTE


def test_an_escalation_costs_the_whole_first_turn_and_keeps_or_loses_its_place(tmp_path):
    for clock, first in (("kept", "calls"), ("reset", "hard")):
        day = Day(tmp_path, TRANSFER % f"clock: {clock}", calls=[0], hard=[1, 100])
        own = day.of("hard")
        served = {t: i for i, t in enumerate(sorted(own["ended"]))}
        passed_on = own[own["transfers"] == 1][0]
        assert served[passed_on["ended"]] == (1 if first == "calls" else 2)


def test_a_question_to_a_colleague_holds_both(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, skills: [a], work: 2 min, consult: {probability: 100 %, with: advice}}
  advice: {channel: phone, skills: [b], work: 1 min}
groups:
  first: {skills: [a], channels: [phone], agents: 1}
  experts: {skills: [b], channels: [phone], agents: 1}
"""
    day = Day(tmp_path, text, calls=[0, 10])
    assert list(day.of("calls")["ended"]) == [180, 360]
    assert list(day.of("calls")["worked"]) == [180, 180]
    assert list(day.of("advice")["arrived"]) == [120, 300]


SUPERVISED = first_and_help("""\
  plans: {default: [{groups: %s}]}
  rules: %s
  supervision: {when: {queue: {of: phone, at_least: 3}}, until: {queue: {of: phone, below: 1}}, do: %s}
""", help_=3)


def test_help_is_added_on_a_long_queue_and_stays_until_it_is_gone(tmp_path):
    text = SUPERVISED % ("any", "[]", "{add: {group: help, channels: phone}}")
    day = Day(tmp_path, text, calls=[0, 10, 20, 30, 100, 1300])
    # Three wait at the first look at 1 min: all of help joins, until nobody waits.
    assert day.answered("calls") == [0, 60, 60, 60, 600, 1300]
    assert day.groups("calls")[-1] == "first"


def test_help_of_single_agents(tmp_path):
    text = SUPERVISED % ("any", "[]", "{add: {group: help, channels: phone, agents: 2}}")
    day = Day(tmp_path, text, calls=[0, 10, 20, 30, 31, 32, 100])
    # Of help agents 1 and 2 take calls, once three wait, at the first look; agent 3 never does.
    assert day.answered("calls")[:5] == [0, 60, 60, 600, 660]
    assert [int(a) for a in day.of("calls")["agent"][:4]] == [0, 1, 2, 0]
    assert 3 not in day.of("calls")["agent"]


def test_what_two_lines_do_ends_with_the_last_of_them(tmp_path):
    text = """
contact_types: {calls: {channel: phone, work: 10s}}
groups: {team: {channels: [phone], agents: 2}}
policy:
  supervision:
    - {when: {time: "01:00-03:00"}, do: {mode: early, remove: {group: team, channels: phone, agents: 1}}}
    - {when: {time: "02:00-04:00"}, do: {mode: late, remove: {group: team, channels: phone, agents: 1}}}
  rules: [{when: {mode: early}, class: 1}, {when: {mode: late}, class: 2}, {class: 3}]
"""
    day = Day(tmp_path, text, calls=[h * HOUR + d for h in (0.5, 1.5, 2.5, 3.5, 4.5) for d in (0, 1)])
    assert [int(a) for a in day.of("calls")["agent"]] == [0, 1, 1, 1, 1, 1, 1, 1, 0, 1]
    classes = [101 - round(points / 1e8) for points in day.of("calls")["points"][::2]]
    assert classes == [3, 1, 2, 2, 3]


def test_a_mode_changes_the_rules(tmp_path):
    rules = "[{when: {mode: crisis}, plan: crisis}]\n  mode: calm"
    text = SUPERVISED % ("[first]", rules, "{mode: crisis}")
    text = text.replace("plans: {default", "plans: {crisis: [{groups: [help]}], default")
    day = Day(tmp_path, text, calls=[0, 10, 20, 30, 100])
    assert day.groups("calls") == ["first"] * 4 + ["help"]


def test_another_rule_book_takes_over_for_who_waits_as_well(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 10 min, value: 1}
  best: {channel: phone, work: 10 min, value: 9}
groups:
  first: {channels: [phone], agents: 1}
  help: {channels: [phone], agents: 1}
policy:
  plans: {default: [{groups: [first]}]}
  supervision: {when: {queue: {of: all, at_least: 3}}, until: {queue: {of: all, below: 1}}, do: {policy: crisis}}
  alternatives:
    crisis:
      priority: {value: 1, contact_type: {best: 5}}
      rules: [{name: late, when: {waited: {at_least: 58s}}, plan: wide, add: 2}]
      plans: {wide: [{groups: any}], default: [{groups: [first]}]}
"""
    day = Day(tmp_path, text, calls=[0, 1, 2, 30, 3000], best=[20, 31])
    # At 1 min five wait. Two have waited long enough for help, and one of them gets it at once; then the
    # points of the crisis decide at the first team: the best customers. Help goes on with the other.
    assert day.answered("calls") == [0, 60, 660, 1800, 3000]
    assert day.answered("best") == [600, 1200]
    assert day.groups("calls")[-1] == "first"
    assert list(day.of("best")["points"]) == [14, 14]
    assert list(day.of("calls")["points"]) == [0, 3, 3, 1, 0]


def test_a_channel_is_closed_to_new_contacts(tmp_path):
    text = SUPERVISED % ("[first]", "[]", "{close: phone}")
    day = Day(tmp_path, text, calls=[0, 10, 20, 30, 100, 4000])
    assert list(day.of("calls")["outcome"][[4, 5]]) == [int(Outcome.TURNED_AWAY), int(Outcome.HANDLED)]


def test_overtime_keeps_people_and_calls_others_in(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 10 min}
groups:
  team:
    channels: [phone]
    shifts: [{agents: 1, start: "08:00", length: 1h}, {agents: 1, start: "15:00", length: 1h}]
policy:
  supervision:
    when: {queue: {of: phone, at_least: 2}}
    until: {queue: {of: phone, below: 1}}
    do: {overtime: {group: team, call_in: 1}}
"""
    eight = 8 * HOUR
    day = Day(tmp_path, text, calls=[eight + t for t in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)])
    # Thirteen calls for one agent in an hour; another is called in after a minute, and both stay until nobody waits.
    assert day.answered("calls")[1] == eight + 60
    assert max(day.answered("calls")) == eight + HOUR
    # Paid: their shifts, and overtime until the calls are done that they have in hand at 9:00, when the
    # supervisor sees that nobody waits: at 9:10, and at 9:01 for who was called in at 8:01.
    assert list(day.run.ledger["paid"].sum(axis=1)) == [HOUR + 10 * MINUTE, 2 * HOUR]


LEAVING = """
channels: {letters: {kind: email, on_leave: %s}}
contact_types: {mail: {channel: letters, work: 40 min}}
groups:
  early: {channels: {letters: 2}, shifts: {agents: 1, start: "08:00", length: 30 min}}
  late: {channels: {letters: 2}, shifts: {agents: 1, start: "09:00", length: 8h}}
"""


def test_what_becomes_of_open_work_at_the_end_of_a_shift(tmp_path):
    eight = 8 * HOUR
    finished = Day(tmp_path, LEAVING % "finish", mail=[eight, eight])
    assert finished.groups("mail") == ["early", "early"]
    handed = Day(tmp_path, LEAVING % "hand_over", mail=[eight, eight])
    assert handed.groups("mail") == ["early", "late"]
    broken_off = Day(tmp_path, LEAVING % "requeue", mail=[eight, eight])
    assert broken_off.groups("mail") == ["late", "late"]
    assert broken_off.of("mail")["ended"][0] == 9 * HOUR + 10 * MINUTE  # 30 of 40 min were done


def test_a_slot_given_back_on_status_takes_the_next_contact_during_after_contact_work(tmp_path):
    text = """
channels: {letters: {kind: email, release: %s}}
contact_types: {mail: {channel: letters, work: 5 min, after_contact_work: 5 min}}
groups: {team: {channels: {letters: 1}, agents: 1}}
"""
    assert list(Day(tmp_path, text % "close", mail=[0, 0]).of("mail")["accepted"]) == [0, 600]
    assert list(Day(tmp_path, text % "status", mail=[0, 0]).of("mail")["accepted"]) == [0, 300]


def test_secondary_capacity_leaves_the_primary_free(tmp_path):
    text = """
contact_types:
  chats: {channel: chat, work: 5 min, patience: none}
  mails: {channel: email, work: 5 min}
groups: {team: {channels: {chat: 2, email: 2}, slots: {total: 2%s}, agents: 1}}
"""
    shared = Day(tmp_path, text % "", mails=[0, 0], chats=[1])
    assert shared.of("chats")["accepted"][0] == 5 * MINUTE
    apart = Day(tmp_path, text % ", secondary: {total: 2, channels: [email]}", mails=[0, 0], chats=[1])
    assert apart.of("chats")["accepted"][0] == 1


KNOWN = """
contact_types:
  calls:
    channel: phone
    work: 1 min
    resolution: 0
    repeat: {probability: 100 %%, delay: 10 min, at_most: 1}
groups:
  team: {channels: [phone], agents: 3}
policy:
  returning: {within: %s, wait: 5 min}
"""


def test_a_returning_customer_goes_to_the_agent_it_knows(tmp_path):
    # Agents 2 and 3 have been idle longer when the customer of agent 1 comes back after ten minutes.
    text = KNOWN.replace("  returning: {within: %s, wait: 5 min}", "  mode: %s")
    unknown = Day(tmp_path, text % "normal", calls=[0])
    assert list(unknown.of("calls")["agent"]) == [0, 1]
    known = Day(tmp_path, KNOWN % "1h", calls=[0])
    assert list(known.of("calls")["agent"]) == [0, 0]
    late = Day(tmp_path, KNOWN % "5 min", calls=[0])
    assert list(late.of("calls")["agent"]) == [0, 1]


def test_a_returning_customer_waits_for_the_agent_it_knows_but_not_for_ever(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 1 min, resolution: 0, repeat: {probability: 100 %%, delay: 10 min, at_most: 1}}
  long: {channel: phone, skills: [own], work: %s}
groups:
  first: {skills: [own], channels: [phone], agents: 1}
  second: {channels: [phone], agents: 1}
policy:
  returning: {within: 1h, wait: 5 min}
  plans: {default: [{groups: [first, second]}]}
"""
    # The customer is back at 11 min; the agent it knows is at a long call from 5 min on.
    short = Day(tmp_path, text % "8 min", calls=[0], long=[300])
    assert short.groups("calls") == ["first", "first"]
    assert short.answered("calls") == [0, 13 * MINUTE]
    # After five minutes of waiting anybody may take it.
    endless = Day(tmp_path, text % "1h", calls=[0], long=[300])
    assert endless.groups("calls") == ["first", "second"]
    assert endless.answered("calls") == [0, 16 * MINUTE]


def test_a_transferred_contact_may_come_back_to_the_same_agent_but_not_before_its_turn(tmp_path):
    text = """
contact_types:
  mails: {channel: email, work: 1 min, transfers: {probability: 100 %, to: others, after: 10s, clock: reset}}
  others: {channel: email, work: 1 min}
groups: {team: {channels: {email: 1}, agents: 1}}
"""
    day = Day(tmp_path, text, mails=[0], others=[5])
    begun = {int(e["contact"]): e["time"] for e in day.log(Log.BEGAN)}
    assert begun == {0: 70, 1: 10}  # passed on at 10 s, it stands behind the one that came at 5 s


def test_rules_that_are_not_asked_again_leave_a_contact_in_its_plan(tmp_path):
    text = """
channels: {letters: {kind: email, on_leave: requeue}}
contact_types: {mail: {channel: letters, work: 40 min}}
groups:
  early: {channels: {letters: 1}, shifts: {agents: 1, start: "08:00", length: 30 min}}
  late: {channels: {letters: 1}, shifts: {agents: 1, start: "09:00", length: 8h}}
  night: {channels: {letters: 1}, shifts: {agents: 1, start: "19:00", length: 4h}}
policy:
  evaluate: %s
  rules: [{when: {time: "08:15-24:00"}, plan: night}]
  plans: {night: [{groups: night}], default: [{groups: any}]}
"""
    # Handed back at 8:30, when the rule would send it to the night shift.
    eight = 8 * HOUR
    assert Day(tmp_path, text % "[arrival, requeue]", mail=[eight]).groups("mail") == ["night"]
    assert Day(tmp_path, text % "[arrival]", mail=[eight]).groups("mail") == ["late"]
