"""What follows from how satisfied customers are: further issues, survey answers, follow-ups."""

from __future__ import annotations

import math

from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, child_key, two_uniforms_called
from floorcast.model.core.room import unknown
from floorcast.model.events.customers import join_issue
from floorcast.model.events.social import enter_created
from floorcast.model.matching.creation import create_called, pick
from floorcast.model.matching.experience import (
    ANOTHER,
    belongs_to,
    experienced,
    has_left,
    metered,
    stays_with,
    whose,
)
from floorcast.model.matching.ledger import note
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Cause, Event, Log


@handler
def _another(s, c, somebody_else):
    """Another issue arrives, from the disappointed customer of contact c or from somebody who heard of it."""
    p = s.population[0]
    key = child_key(s, s.contacts[c]["key"], Stream.CUSTOMER, ANOTHER + somebody_else)
    k = s.issues[c]["true_type"]
    if somebody_else:
        i = whose(s, key, s.types[k]["channel"])
    else:
        i = s.issues[c]["customer"]
        if p["again_to"] > p["again_from"]:
            u, _ = two_uniforms_called(s, key, Stream.CUSTOMER, 0)
            k = pick(s, p["again_from"], p["again_to"], u)
    if has_left(s, i):
        return
    n = create_called(s, k, key, Cause.SOURCE if somebody_else else Cause.AGAIN, -1)
    belongs_to(s, n, i)
    if not somebody_else:
        note(s, Log.COMES_AGAIN, c, -1, n)
    enter_created(s, n)


@handler
def _surveyed(s, c):
    """A survey is answered; a dissatisfied customer may be followed up."""
    s.issues[c]["asked"] = 2
    opinion = float(s.issues[c]["opinion"])
    note(s, Log.SURVEYED, c, -1, int(100.0 * opinion + 0.5))
    if s.centre[0]["metering"]:
        metered(s, c, 1, opinion)
    survey = s.surveys[s.behaviours[s.contacts[c]["contact_type"]]["survey"]]
    if survey["to"] < 0 or opinion >= survey["below"] or has_left(s, s.issues[c]["customer"]):
        return
    _, u = two_uniforms_called(s, s.contacts[c]["key"], Stream.SURVEY, 1)
    if u < survey["follow_up"]:
        key = child_key(s, s.contacts[c]["key"], Stream.SURVEY, 2)
        n = create_called(s, survey["to"], key, Cause.FOLLOW_UP, c)
        s.contacts[n]["incident"] = -1
        stays_with(s, n, c)
        s.issues[n]["words"] = s.issues[c]["words"]
        join_issue(s, n)
        note(s, Log.FOLLOWS, c, -1, n)
        enter_created(s, n)


@handler
def loyalty_event(s, kind, c, stamp):
    """Dispatch the events of customers who remember."""
    if kind == Event.ANOTHER:
        _another(s, c, stamp)
    elif kind == Event.SURVEYED:
        _surveyed(s, c)
    elif kind == Event.FELT:
        if math.isnan(s.issues[c]["eased"]):
            experienced(s, c)
    else:
        unknown(s, Branch.EVENT, kind)
