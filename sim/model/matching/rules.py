"""Routing rules: a decision tree per contact type, compiled from the policy, ends in a leaf."""

from __future__ import annotations

from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.matching.centre_state import centre_value
from floorcast.model.matching.experience import meter_value, reputation
from floorcast.model.records.rules import Attribute
from floorcast.model.records.social import Mark

__all__ = ["Attribute", "holds", "route"]


@handler
def _of_customers(s, c, attribute, of):
    """What is known of the customer of contact c, of what it says, or of what customers say."""
    known = attribute <= Attribute.EARLIER and s.centre[0]["remembers"] != 0 and s.issues[c]["customer"] >= 0
    if attribute == Attribute.MOOD:
        return float(s.issues[c]["mood"]) if known else s.population[0]["usual"]
    if attribute == Attribute.TIER:
        return float(s.issues[c]["tier"]) if known else -1.0
    if attribute == Attribute.EARLIER:
        return float(s.issues[c]["before"]) if known else 0.0
    if attribute == Attribute.REPUTATION:
        return reputation(s)
    if attribute == Attribute.TOPIC:
        return 1.0 if s.centre[0]["social"] and s.issues[c]["words"] & s.subjects[of] else 0.0
    if attribute == Attribute.NEEDED:
        return 0.0 if s.centre[0]["social"] and s.issues[c]["marks"] & Mark.NEEDLESS else 1.0
    if attribute == Attribute.STARS:
        return float(s.issues[c]["stars"]) if s.centre[0]["social"] else 0.0
    return meter_value(s, of)


@inlined
def _value(s, c, i):
    contact = s.contacts[c]
    attribute = s.tests[i]["attribute"]
    if attribute == Attribute.SENTIMENT:
        return float(contact["sentiment"])
    if attribute == Attribute.REACH:
        return float(contact["reach"])
    if attribute == Attribute.VALUE:
        return float(contact["value"])
    if attribute == Attribute.LANGUAGE:
        return float(contact["language"])
    if attribute == Attribute.PRIOR:
        return float(contact["prior"])
    if attribute == Attribute.TRIGGER:
        return float(contact["trigger"])
    if attribute == Attribute.CAMPAIGN:
        return float(contact["campaign"])
    if attribute == Attribute.WAITED:
        return s.centre[0]["now"] - contact["queued"]
    if attribute == Attribute.ROOT:
        return 1.0 if contact["incident"] == c else 0.0
    if Attribute.MOOD <= attribute <= Attribute.RATING:
        return _of_customers(s, c, attribute, s.tests[i]["of"])
    return centre_value(s, attribute, s.tests[i]["of"])


@inlined
def _end(s, c, i):
    while i >= 0:
        value = _value(s, c, i)
        if s.tests[i]["low"] <= value < s.tests[i]["high"]:
            i = s.tests[i]["yes"]
        else:
            i = s.tests[i]["no"]
    return ~i


@inlined
def route(s, c):
    """The leaf of the first rule whose ``when`` holds."""
    return _end(s, c, s.types[s.contacts[c]["contact_type"]]["entry"])


route_called = called(route)


@handler
def holds(s, c, entry):
    """Whether the condition whose first test is ``entry`` holds; its two ends are 0 and 1.

    Without a contact (c = 0) only for conditions on the centre.
    """
    return _end(s, c, entry) == 1
