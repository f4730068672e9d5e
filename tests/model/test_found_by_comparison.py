"""What the independent simulator did otherwise and better, each as a case that a planner can read."""

from __future__ import annotations

from floorcast.model.records.layout import Cause, Log, Outcome
from floorcast.model.records.social import Flag
from tests.model.centre import HOUR, MINUTE, Day


def test_who_waits_for_its_own_agent_is_not_kept_back_by_another_channel(tmp_path):
    """A message waits for a slot for messages; behind it a post of the same agent can have its own."""
    day = Day(
        tmp_path,
        """
        contact_types:
          post: {channel: social, work: 10s, turns: 2, think: 300s}
          long_post: {channel: social, work: 400s}
          message: {channel: messaging, work: 10s, turns: 2, think: 250s}
          long_message: {channel: messaging, work: 1000s}
        groups: {team: {channels: {social: 1, messaging: 1}, agents: 1}}
        """,
        post=[0],
        message=[20],
        long_post=[35],
        long_message=[40],
    )
    taken = day.log(Log.ACCEPTED)
    assert taken["time"][taken["contact"] == 0].tolist() == [0, 435]
    assert taken["time"][taken["contact"] == 1].tolist() == [20, 1435]


def test_a_waiting_call_comes_in_by_the_mail_that_it_may_interrupt(tmp_path):
    """It may not interrupt the post, but the mail may, and the call the mail."""
    day = Day(
        tmp_path,
        """
        contact_types:
          post: {channel: social, work: 10 min}
          call: {channel: phone, work: 1 min}
          mail: {channel: email, work: 5 min}
        groups:
          team:
            channels: {social: 1, phone: 1, email: 1}
            agents: 1
            slots: {apart: []}
            interrupts: {phone: [email], email: [social]}
        """,
        post=[0],
        call=[60],
        mail=[120],
    )
    assert day.answered("mail") == [120]
    assert day.answered("call") == [120]
    assert day.of("mail")["ended"].tolist() == [120 + 6 * MINUTE]


def test_a_mail_that_lies_in_a_slot_is_chased_like_one_in_the_queue(tmp_path):
    """The customer does not know that an agent has it already."""
    day = Day(
        tmp_path,
        """
        contact_types:
          mail: {channel: email, work: 10 min, patience: 5 min, chase: {to: {again: 1}}}
          again: {channel: email, work: 1 min}
        groups: {team: {channels: {email: 3}, agents: 1}}
        """,
        mail=[0, 60],
    )
    chasers = day.run.contacts[day.run.contacts["cause"] == Cause.CHASE]
    assert chasers["arrived"].tolist() == [5 * MINUTE, 60 + 5 * MINUTE]
    assert chasers["parent"].tolist() == [0, 1]


def test_a_callback_is_offered_when_the_next_in_line_is_in_a_later_stage(tmp_path):
    day = Day(
        tmp_path,
        """
        contact_types:
          calls: {channel: phone, work: 10 min, callback: {above: 2 min, accepted: 1}}
        groups: {team: {channels: [phone], agents: 1}}
        policy: {plans: {default: [{groups: team}, {after: 1 min, groups: team, add: 1}]}}
        """,
        calls=[0, 10, 100, 200],
    )
    called_back = (day.of("calls")["flags"] & Flag.CALLBACK > 0).tolist()
    assert called_back == [False, False, False, True]


def test_what_the_bot_settles_closes_the_waiting_mail_of_the_issue(tmp_path):
    day = Day(
        tmp_path,
        """
        contact_types:
          mail: {channel: email, work: 1 min, patience: 1h, chase: {to: {call: 1}}}
          call: {channel: phone, work: 1 min, bot: {contains: 1, takes: 30s}}
        groups: {team: {channels: [email, phone], shifts: [{agents: 1, start: "20:00", length: 1h}]}}
        """,
        mail=[0],
    )
    (mail,) = day.of("mail")
    assert mail["outcome"] == Outcome.CLOSED_WITH_ANOTHER
    assert mail["ended"] == HOUR + 30


def test_who_leaves_turns_to_the_open_chat_when_the_mail_at_hand_is_broken_off(tmp_path):
    day = Day(
        tmp_path,
        """
        channels: {email: {kind: email, on_leave: requeue}, chat: {kind: chat}}
        contact_types:
          mail: {channel: email, work: 30 min}
          chat: {channel: chat, work: 5 min}
        groups: {team: {channels: {email: 1, chat: 1}, shifts: [{agents: 1, start: "08:00", length: 1h}]}}
        """,
        mail=[8 * HOUR + 50 * MINUTE],
        chat=[9 * HOUR - MINUTE],
    )
    assert day.answered("chat") == [9 * HOUR]
    assert day.of("chat")["ended"].tolist() == [9 * HOUR + 5 * MINUTE]
    assert day.of("mail")["worked"].tolist() == [10 * MINUTE]
