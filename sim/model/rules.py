"""Routing rules: a ladder of tests, compiled from the policy per contact type, ends in a leaf."""

from __future__ import annotations

from enum import IntEnum

from sim.model.jit import inlined


class Attribute(IntEnum):
    """What a test looks at. Type and channel are settled when the policy is compiled."""

    SENTIMENT = 0
    REACH = 1
    VALUE = 2
    LANGUAGE = 3
    PRIOR = 4
    TRIGGER = 5
    CAMPAIGN = 6
    WAITED = 7


@inlined
def _value(s, c, attribute):
    contact = s.contacts[c]
    if attribute == 0:
        return float(contact["sentiment"])
    if attribute == 1:
        return float(contact["reach"])
    if attribute == 2:
        return float(contact["value"])
    if attribute == 3:
        return float(contact["language"])
    if attribute == 4:
        return float(contact["prior"])
    if attribute == 5:
        return float(contact["trigger"])
    if attribute == 6:
        return float(contact["campaign"])
    return s.centre[0]["now"] - contact["queued"]


@inlined
def route(s, c):
    """The leaf that the first rule whose ``when`` holds leads to."""
    i = s.types[s.contacts[c]["contact_type"]]["entry"]
    while i >= 0:
        value = _value(s, c, s.tests[i]["attribute"])
        if s.tests[i]["low"] <= value < s.tests[i]["high"]:
            i = s.tests[i]["yes"]
        else:
            i = s.tests[i]["no"]
    return ~i
