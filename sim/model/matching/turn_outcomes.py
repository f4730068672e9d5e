"""Where a turn's work leads: as usual, to another contact type, or to a colleague's advice."""

from __future__ import annotations

from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.matching.creation import pick
from floorcast.model.records.layout import Event, Status

MOST_TRANSFERS = 3


@handler
def plan_lead(s, c):
    """At the start of a contact's first turn: how it will end, drawn once per transfer."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    contact["leads"] = 0
    if contact["turn"] > 0:
        return
    u, v = two_uniforms_called(s, contact["key"], Stream.LEAD, 2 * contact["transfers"])
    if contact["transfers"] < MOST_TRANSFERS:
        low = 0.0
        for i in range(s.types[k]["lead_from"], s.types[k]["lead_to"]):
            low += s.transfers[i]["probability"]
            if u < low:
                contact["leads"] = 1 + i - s.types[k]["lead_from"]
                if s.transfers[i]["after"] >= 0:
                    w, _ = two_uniforms_called(s, contact["key"], Stream.LEAD, 2 * contact["transfers"] + 1)
                    contact["work_left"] = quantile_or_zero(s, s.transfers[i]["after"], w)
                return
    if v < s.types[k]["consult"]:
        contact["leads"] = -1


@handler
def lead_type(s, c, i):
    """The contact type that transfer i of contact c leads to."""
    _, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.LEAD, 2 * s.contacts[c]["transfers"] + 1)
    return pick(s, s.transfers[i]["mix_from"], s.transfers[i]["mix_to"], v)


@handler
def colleague_done(s, c):
    """Contact c stood for a question to a colleague: the asking agent goes on."""
    asking = s.contacts[c]["parent"]
    if s.contacts[asking]["status"] == Status.CONSULTING:
        schedule_called(s, s.centre[0]["now"], pack(Event.WORK_DONE, asking, s.contacts[asking]["stamp"]))


@handler
def remember_agent(s, c):
    """The agent who settled a contact is the one its issue knows."""
    issue = s.contacts[c]["issue"]
    s.cases[issue]["last_agent"] = s.contacts[c]["agent"] + 1
    s.cases[issue]["last_handled_at"] = s.centre[0]["now"]
