"""How a turn ends: as usual, with a transfer, or with a question to a colleague."""

from __future__ import annotations

import math

from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.matching.creation import pick
from floorcast.model.matching.ledger import note
from floorcast.model.matching.rules import holds
from floorcast.model.records.layout import Cause, Event, Log, Outcome, Status
from floorcast.model.records.social import Flag, PlayKind

MOST_TRANSFERS = 3
TO_APPROVAL = -2  # value of `turn_outcome`


@handler
def plan_turn_outcome(s, c):
    """Draw how a contact's first turn will end, once per transfer."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    contact["turn_outcome"] = 0
    if contact["turn"] > 0 or contact["flags"] & Flag.TRIAGE:
        return
    u, v = two_uniforms_called(s, contact["key"], Stream.TURN_OUTCOME, 2 * contact["transfers"])
    if contact["transfers"] < MOST_TRANSFERS:
        low = 0.0
        for i in range(s.types[k]["transfer_from"], s.types[k]["transfer_to"]):
            low += s.transfers[i]["probability"]
            if u < low:
                contact["turn_outcome"] = 1 + i - s.types[k]["transfer_from"]
                if s.transfers[i]["after"] >= 0:
                    w, _ = two_uniforms_called(s, contact["key"], Stream.TURN_OUTCOME, 2 * contact["transfers"] + 1)
                    contact["work_left"] = quantile_or_zero(s, s.transfers[i]["after"], w)
                return
    if v < s.types[k]["consult"]:
        contact["turn_outcome"] = -1


@handler
def first_play(s, c, kind):
    """The policy's first play of a kind whose condition holds for contact c; -1 none."""
    k = s.contacts[c]["contact_type"]
    for i in range(s.types[k]["play_from"], s.types[k]["play_to"]):
        if s.plays[i]["kind"] == kind and holds(s, c, s.plays[i]["entry"]):
            return i
    return -1


@handler
def needs_approval(s, c):
    """Let the turn of contact c end with an approval, if the policy has its first answer approved."""
    if s.contacts[c]["turn_outcome"] == 0 and math.isnan(s.contacts[c]["first_response"]):
        i = first_play(s, c, PlayKind.APPROVAL)
        if i >= 0:
            s.issues[c]["play"] = i
            s.contacts[c]["turn_outcome"] = TO_APPROVAL


@handler
def _choose_channel(s, c):
    """On which channel contact c is answered is decided as work on its first answer begins; work on it there."""
    record = s.issues[c]
    if math.isnan(s.contacts[c]["first_response"]):
        record["reply"] = 1 + first_play(s, c, PlayKind.REPLY)
    if record["reply"] > 0:
        s.contacts[c]["work_left"] *= s.plays[record["reply"] - 1]["work"]


@handler
def reply_type(s, c):
    """The contact type as which contact c is answered on another channel; -1 where it came."""
    i = s.issues[c]["reply"] - 1
    if i < 0 or s.plays[i]["to"] < 0:
        return -1
    to = s.plays[i]["to"]
    return -1 if s.types[to]["channel"] == s.contacts[c]["channel"] else to


@handler
def prepare(s, c):
    """Work on a turn of contact c begins: a template may do, and a first answer may have to be approved."""
    if s.contacts[c]["flags"] & Flag.TRIAGE:
        return
    needs_approval(s, c)
    _choose_channel(s, c)
    i = first_play(s, c, PlayKind.TEMPLATE)
    if i >= 0:
        s.contacts[c]["work_left"] *= s.plays[i]["work"]
        s.contacts[c]["flags"] |= Flag.TEMPLATE
        if s.centre[0]["social"]:
            s.issues[c]["quality"] = s.plays[i]["quality"]
    elif s.centre[0]["social"]:
        s.issues[c]["quality"] = 0.0


@handler
def transfer_type(s, c, i):
    """The contact type to which transfer i passes contact c."""
    _, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.TURN_OUTCOME, 2 * s.contacts[c]["transfers"] + 1)
    return pick(s, s.transfers[i]["mix_from"], s.transfers[i]["mix_to"], v)


@handler
def _approved(s, c, asking):
    """1 if the draft of contact ``asking`` is approved by contact c, its approval; 0 if it is rejected.

    One that nobody could take comes back as well; after so many rejections it is published as it is.
    """
    i = s.issues[asking]["play"]
    if s.issues[asking]["drafts"] >= s.plays[i]["most"]:
        return 1
    if s.contacts[c]["outcome"] != Outcome.HANDLED:
        return 0
    u, _ = two_uniforms_called(s, s.contacts[asking]["key"], Stream.APPROVE, s.issues[asking]["drafts"])
    return 0 if u < s.plays[i]["rejected"] else 1


@handler
def give_promise(s, c, row):
    """Tell the customer of contact c when to expect an answer."""
    if not math.isnan(s.contacts[c]["first_response"]) or s.contacts[c]["status"] == Status.CLOSED:
        return
    k = s.contacts[c]["contact_type"]
    i = s.types[k]["play_from"] + row
    if i >= s.types[k]["play_to"] or s.plays[i]["kind"] != PlayKind.HOLDING:
        return  # it has been passed on as another type
    s.issues[c]["promised"] = s.centre[0]["now"] + s.plays[i]["promise"]
    note(s, Log.HELD, c, -1, -1)


@handler
def colleague_done(s, c):
    """Contact c stood for a question to a colleague, an approval, a holding reply or an evaluation: what asked for it
    goes on."""
    asking = s.contacts[c]["parent"]
    if s.contacts[c]["cause"] == Cause.APPROVAL:
        if s.contacts[asking]["status"] == Status.DRAFTED:
            schedule_called(s, s.centre[0]["now"], pack(Event.DECIDED, asking, _approved(s, c, asking)))
        return
    if s.contacts[c]["cause"] == Cause.HOLDING:
        if s.contacts[c]["outcome"] == Outcome.HANDLED:
            give_promise(s, asking, s.contacts[c]["attempt"])
        return
    if s.contacts[c]["cause"] == Cause.EVALUATION:
        if s.contacts[c]["outcome"] == Outcome.HANDLED:
            schedule_called(s, s.centre[0]["now"], pack(Event.TALKED_OVER, asking, 0))
        return
    if s.contacts[c]["cause"] == Cause.MODERATION:
        if s.contacts[c]["outcome"] == Outcome.HANDLED:
            schedule_called(s, s.centre[0]["now"], pack(Event.TAKE_DOWN, asking, s.contacts[c]["attempt"]))
        return
    if s.contacts[asking]["status"] == Status.CONSULTING:
        schedule_called(s, s.centre[0]["now"], pack(Event.WORK_DONE, asking, s.contacts[asking]["stamp"]))


@handler
def remember_agent(s, c):
    """Remember, for the issue, the agent who settled contact c."""
    issue = s.contacts[c]["issue"]
    s.cases[issue]["last_agent"] = s.contacts[c]["agent"] + 1
    s.cases[issue]["last_handled_at"] = s.centre[0]["now"]
