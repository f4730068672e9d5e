"""Room in the arrays: what one step may add at the most, and whether there is room for it.

A step touches each waiting contact and each contact that one agent holds at the most once, and each
adds at the most four entries to the calendar and eight lines to the log; agents who rest less while
somebody waits may each be written down anew. What concerns all agents of a group is a `Job`, which
goes on in the next step, before all else, when room runs out after any of its agents. What is
added all the same where there is no room is dropped and noted, never written past the end.
"""

from __future__ import annotations

import math

from floorcast.model.core.jit import handler, inlined
from floorcast.model.records.layout import Halt

PER_CONTACT = 4
PER_AGENT = 4
LEAST = 64
LINES_PER_CONTACT = 8
LINES = 256
SPARE_CONTACTS = 8  # created in one step
_NEVER = 2**60

ENOUGH = -1


@inlined
def short_of(s):
    """The Halt code of an array without room for another step, -1 when there is room in all."""
    centre = s.centre[0]
    if centre["contacts"] + SPARE_CONTACTS > len(s.contacts):
        return Halt.CONTACTS_FULL
    need = centre["calendar"] + centre["spare"] + PER_CONTACT * centre["waiting"]
    if centre["remembers"]:  # one answer may do for every contact: another issue, an answer to a survey
        need += 2 * centre["contacts"]
    if need > len(s.calendar):
        return Halt.CALENDAR_FULL
    if centre["logging"]:
        lines = LINES + LINES_PER_CONTACT * (centre["waiting"] + centre["most_held"])
        # One answer may close every contact, heard or not: a line each.
        if centre["log"] + centre["contacts"] + lines > len(s.log):
            return Halt.LOG_FULL
    return ENOUGH


@handler
def has_room_for_more(s):
    """Whether a job may go on with its next agent in this step."""
    return short_of(s) == ENOUGH


@handler
def spill(s):
    """There is no room for what is to be added: it is lost, and the run ends before its next step."""
    s.centre[0]["spilled"] = 1
    s.centre[0]["spare"] = _NEVER


@handler
def unknown(s, branch, member):
    """A handler has no branch for a member: the run ends before its next step, with its name. No number."""
    if s.centre[0]["branch"] == 0:
        s.centre[0]["branch"] = branch
        s.centre[0]["member"] = member
    spill(s)
    return math.nan


@handler
def holds_more(s, held):
    """An agent holds more contacts than any did before."""
    s.centre[0]["spare"] += PER_CONTACT * (held - s.centre[0]["most_held"])
    s.centre[0]["most_held"] = held
