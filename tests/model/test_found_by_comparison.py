"""What the independent simulator did otherwise and better, each as a case that a planner can read."""

from __future__ import annotations

from floorcast.measures import broken_event_laws
from floorcast.model.records.layout import Cause, Log, Outcome
from floorcast.model.records.social import Flag
from tests.centres import kept_for_calls
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


def test_a_reserve_that_opens_by_who_may_not_take_the_channel_prompts_who_may(tmp_path):
    """Three are kept idle. The third to come free is not back from the call before: the second takes the mail."""
    day = Day(
        tmp_path,
        kept_for_calls(reserve=3),
        call=[0],
        mail=[60],
    )
    assert day.answered("mail") == [5 * MINUTE]
    assert day.of("mail")["agent"].tolist() != day.of("call")["agent"].tolist()


def test_the_reserve_that_opens_goes_on_to_whoever_waits_next(tmp_path):
    """Two are kept idle, and one of the three goes on with mail after mail."""
    day = Day(
        tmp_path,
        kept_for_calls(reserve=2),
        call=[0, 1],
        mail=[60, 61, 62],
    )
    # From five minutes on two are idle: who is not back from its call, and the third, who takes mail after mail.
    assert day.answered("mail") == [300, 360, 420]


def test_a_colleague_who_is_asked_is_not_hung_up_on(tmp_path):
    """Patience, trying again and asking again are the customer's; who asks a colleague waits for the answer."""
    day = Day(
        tmp_path,
        """
        contact_types:
          call: {channel: phone, work: 1 min, consult: {probability: 1, with: expert}}
          expert: {channel: phone, work: 2 min, patience: 1 min, retry: {probability: 1, delay: 1 min}}
        groups:
          team: {channels: [phone], skills: {}, agents: 1}
          experts: {channels: [phone], shifts: [{agents: 1, start: "00:10", length: 1h}]}
        policy:
          rules: [{when: {contact_type: expert}, plan: up}]
          plans: {default: [{groups: team}], up: [{groups: experts}]}
        """,
        call=[0],
    )
    assert len(day.run.contacts) == 2
    assert day.of("expert")["outcome"].tolist() == [Outcome.HANDLED]
    assert day.of("call")["ended"].tolist() == [12 * MINUTE]


def test_noise_is_neither_passed_on_nor_asked_about(tmp_path):
    """A mention that does not concern the centre costs its triage and is put aside, whatever its type is like."""
    day = Day(
        tmp_path,
        """
        contact_types:
          post:
            channel: social
            work: 5 min
            consult: {probability: 1, with: expert}
            listening: {relevant: 0, false_positives: 1, triage: 20s, recall: 1}
          expert: {channel: email, work: 10 min}
        groups: {team: {channels: [social, email], agents: 2}}
        """,
        post=[0],
    )
    (post,) = day.run.contacts
    assert post["outcome"] == Outcome.DISCARDED
    assert post["ended"] == 20


def test_a_stage_that_never_began_adds_nothing(tmp_path):
    """The old calls never met the condition of the second stage: neither its points nor its class are theirs."""
    text = """
        contact_types: {plain: {channel: phone, work: 10 min}, calls: {channel: phone, work: 10 min}}
        groups: {team: {channels: [phone], agents: 1}}
        policy:
          priority: {contact_type: {plain: 5}}
          rules: [{when: {contact_type: calls}, plan: staged}]
          plans:
            default: [{groups: team}]
            staged:
              - {groups: team}
              - {when: {queue: {above: 50}}, groups: team, %s}
              - {after: 1 min, groups: team, add: 1}
        """
    for brings in ("add: 20", "class: 1"):
        day = Day(tmp_path, text % brings, plain=[0, 20], calls=[10])
        assert day.answered("plain") == [0, 600], brings
        assert day.answered("calls") == [1200]


def test_who_arrives_when_help_may_come_does_not_overtake_who_waits(tmp_path):
    """More than two wait, so the others may help: they take who has waited longest, as on Avaya."""
    day = Day(
        tmp_path,
        """
        contact_types: {calls: {channel: phone, work: 10 min}}
        groups: {team: {channels: [phone], agents: 1}, help: {channels: [phone], agents: 1}}
        policy:
          plans:
            default:
              - {groups: team}
              - {when: {queue: {at_least: 3}}, every: 1 min, groups: [team, help]}
        """,
        calls=[0, 10, 20, 30],
    )
    assert day.answered("calls") == [0, 30, 600, 1200]


def test_a_question_does_not_go_back_to_the_agent_whom_the_customer_knows(tmp_path):
    """Who asks is that agent itself: it would wait for its own answer. Questions find their agent by the rules."""
    day = Day(
        tmp_path,
        """
        contact_types:
          mail: {channel: email, work: 1 min, resolution: 0, repeat: {probability: 1, delay: 1h, to: {again: 1}}}
          again: {channel: email, work: 1 min, consult: {probability: 1, with: question}}
          question: {channel: chat, work: 1 min}
        groups:
          team: {channels: {email: 1, chat: 1}, agents: 1}
          experts: {channels: {chat: 1}, agents: 1}
        policy:
          returning: {within: 10h, wait: 1h}
          rules: [{when: {contact_type: question}, plan: up}]
          plans: {up: [{groups: experts}]}
        """,
        mail=[0],
    )
    assert day.groups("question") == ["experts"]
    assert day.of("again")["ended"].tolist() == [HOUR + 3 * MINUTE]


def test_a_plan_begins_again_when_the_age_does(tmp_path):
    """Rules are not asked when the customer writes back, but help still comes after five minutes of waiting only."""
    day = Day(
        tmp_path,
        """
        channels: {email: {kind: email, sticky: 0}}
        contact_types:
          mail: {channel: email, work: 1 min, turns: 2, think: 1h}
          other: {channel: email, work: 10h}
        groups: {team: {channels: [email], agents: 1}, help: {channels: [email], agents: 1}}
        policy:
          evaluate: [arrival]
          rules: [{when: {contact_type: other}, plan: own}]
          plans: {default: [{groups: team}, {after: 5 min, groups: [team, help]}], own: [{groups: team}]}
        """,
        other=[0],
        mail=[60],
    )
    assert day.of("mail")["agent"].tolist() == [1]
    # Taken after five minutes, written back an hour after the answer, and again taken after five.
    assert day.of("mail")["ended"].tolist() == [60 + 6 * MINUTE + HOUR + 6 * MINUTE]


def test_who_comes_back_comes_under_the_rule_book_in_force(tmp_path):
    """Rules are asked on arrival only, but the book they stood in has been replaced: calls no longer go first."""
    day = Day(
        tmp_path,
        """
        channels: {chat: {kind: chat, release_after: 1s, sticky: 0}, email: {kind: email}}
        contact_types:
          chat: {channel: chat, work: 1 min, turns: 2, think: 10 min}
          mail: {channel: email, work: 10 min}
        groups: {team: {channels: [chat, email], agents: 1}}
        policy:
          evaluate: [arrival]
          priority: {contact_type: {chat: 50}}
          alternatives: {letters: {priority: {contact_type: {mail: 10}}}}
          supervision: [{when: {time: "00:05-23:00"}, check: 10s, do: {policy: letters}}]
        """,
        chat=[0],
        mail=[60, 120, 600],
    )
    # The chat writes back at 660, as the first mail is worked on; the mails that wait now go first.
    assert day.answered("mail") == [61, 661, 1261]
    assert day.of("chat")["ended"].tolist() == [1921]


def test_who_waits_for_the_known_agent_rises_with_the_issue_too(tmp_path):
    """The customer asks again: both mails now have the points of a third contact, and the older goes first."""
    day = Day(
        tmp_path,
        """
        contact_types:
          mail: {channel: email, work: 1 min, resolution: 0, repeat: {probability: 1, delay: 10 min, to: {again: 1}}}
          again: {channel: email, work: 1 min, patience: 2 min, chase: {to: {again: 1}, at_most: 1}}
          long: {channel: email, work: 30 min}
        groups: {team: {channels: [email], agents: 1}}
        policy:
          returning: {within: 10h, wait: 2h}
          rules: [{when: {prior_contacts: {at_least: 2}}, add: 50}]
        """,
        mail=[0],
        long=[60],
    )
    first, second = day.of("again")
    assert first["answered"] == 60 + 30 * MINUTE
    assert second["outcome"] == Outcome.CLOSED_WITH_ANOTHER


def test_a_reserve_that_opens_serves_who_stands_behind_one_that_all_have_declined(tmp_path):
    """Two are kept idle. At five minutes one of the two is not back from its call, and the other has not taken
    the first mail: it is offered the second."""
    day = Day(
        tmp_path,
        """
        contact_types:
          call: {channel: phone, work: 5 min, unavailable: 20 min}
          mail: {channel: email, work: 1 min}
        groups: {team: {channels: [phone, email], agents: 3}}
        policy:
          offers: {email: {answer: 10s, declined: 0.999999}}
          rules: [{when: {channel: email}, plan: mail}]
          plans: {mail: [{groups: team, reserve: {team: 2}}]}
        """,
        call=[0, 90],
        mail=[60, 100],
    )
    offered = day.log(Log.OFFERED)
    first, second = (offered[offered["contact"] == c] for c in (1, 3))
    assert first["time"][:2].tolist() == [60, 70]
    assert second["time"][0] == 5 * MINUTE
    assert second["agent"][0] == first["agent"][1]


def test_who_writes_back_to_an_agent_with_room_is_in_the_stage_that_has_begun(tmp_path):
    """Messages go before letters by the class of their stage, when they come back to their agent too."""
    day = Day(
        tmp_path,
        """
        contact_types:
          message: {channel: messaging, work: 1 min, turns: 2, think: 5 min}
          mail: {channel: email, work: 10 min}
        groups: {team: {channels: {messaging: 1, email: 2}, agents: 1}}
        policy:
          rules: [{when: {channel: messaging}, plan: messages}]
          plans: {messages: [{when: {queue: {at_least: 1}}, groups: team, class: 1}]}
        """,
        message=[0],
        mail=[100, 110],
    )
    # Both letters are in hand when the customer writes back at 360; the first is done at 700.
    assert day.of("message")["ended"].tolist() == [760]
    assert day.answered("mail") == [100, 760]

def test_a_call_picked_as_a_short_look_ends_has_the_agent_to_itself(tmp_path):
    """The look, at noise or at what belongs to others, is over at 20 s, as the agent turns to the call it has picked:
    the post is put aside or passed on after the call, and nothing else is begun before."""
    text = """
        contact_types:
          call: {channel: phone, work: 5 min}
          post: {channel: social, work: 1 min, listening: {%s}}
          praise: {channel: social, work: 2 min}
        groups:
          team: {channels: {phone: 1, social: 2}, agents: 1, interrupts: {phone: [social]}}
        policy: {pull: {team: 10s}}
        """
    noise = "relevant: 0, false_positives: 1, triage: 10s"
    misrouted = "subject_accuracy: 0, mistaken_for: {praise: 1}, look: 10s"
    for listening, kind, what in ((noise, Log.CLOSED, "noise"), (misrouted, Log.PASSED_ON, "another queue's")):
        day = Day(tmp_path, text % listening, post=[0], call=[10], praise=[11])
        assert broken_event_laws(day.run) == [], what
        done = day.log(kind)
        assert done["time"][done["contact"] == 0][0] == 20 + 5 * MINUTE, what
        assert day.of("call")["ended"].tolist() == [20 + 5 * MINUTE]
        assert min(day.answered("praise")) >= 20 + 5 * MINUTE, what


def test_what_a_short_look_passes_on_does_not_overtake_who_has_waited_longer(tmp_path):
    """The post lay in the agent's second slot. When it turns out to be another queue's, the older call is next."""
    day = Day(
        tmp_path,
        """
        contact_types:
          praise: {channel: social, work: 2 min}
          call: {channel: phone, work: 5 min}
          post: {channel: social, work: 1 min, listening: {subject_accuracy: 0, mistaken_for: {praise: 1}, look: 10s}}
        groups: {team: {channels: {phone: 1, social: 2}, agents: 1}}
        """,
        praise=[0],
        call=[10],
        post=[20],
    )
    assert day.answered("call") == [130]
    assert day.answered("post") == [130 + 5 * MINUTE]
