"""How satisfied a contact leaves its customer, and what follows: mood, churn, surveys, reputation.

The score of a contact is that of measures/customers/satisfaction, known when the contact is over. Nothing
here looks ahead: moods, reputation and meters move at that instant.
"""

from __future__ import annotations

import math

import numpy as np

from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import (
    Stream,
    quantile_or_zero,
    table_quantile,
    two_uniforms_called,
)
from floorcast.model.matching.creation import pick
from floorcast.model.matching.ledger import note
from floorcast.model.records.layout import Cause, Event, Log, Outcome
from floorcast.model.records.rules import TICKS, Attribute, Due
from floorcast.model.records.social import Flag, Mark

_MEMBERS = np.uint64(0xC0570ED5) << np.uint64(32)  # keys of customers, apart from those of contacts
_LEAVES = 2  # ordinals of stream CUSTOMER
_AGAIN = 3
ANOTHER = 100


@handler
def whose(s, key, channel):
    """The customer who begins the issue with this key on a channel, -1 where there is no population."""
    p = s.population[0]
    size = p["size"]
    if size == 0:
        return -1
    u, v = two_uniforms_called(s, key, Stream.CUSTOMER, 0)
    first = 0
    if s.likings[channel]["n"] > 0:
        w, _ = two_uniforms_called(s, key, Stream.CUSTOMER, 1)
        if w < p["loyal"]:
            first = s.likings[channel]["first"]
            size = s.likings[channel]["n"]
    heavy = int(size * p["heavy_share"])
    if heavy > 0:
        if v < p["heavy_contacts"]:
            return first + min(heavy - 1, int(u * heavy))
        return first + heavy + min(size - heavy - 1, int(u * (size - heavy)))
    return first + min(size - 1, int(u * size))


@handler
def _meet(s, i):
    """Draw who customer i is, on its first contact."""
    row = s.customers[i]
    row["met"] = 1
    row["since"] = s.centre[0]["now"]
    row["mood"] = resting(s)
    row["language"] = -1
    row["prefers"] = -1
    p = s.population[0]
    if p["tier_to"] > p["tier_from"] or p["language_to"] > p["language_from"]:
        u, v = two_uniforms_called(s, _MEMBERS | np.uint64(i), Stream.MEMBER, 0)
        if p["tier_to"] > p["tier_from"]:
            row["tier"] = pick(s, p["tier_from"], p["tier_to"], u)
        if p["language_to"] > p["language_from"]:
            row["language"] = pick(s, p["language_from"], p["language_to"], v)
    for channel in range(len(s.likings)):
        liking = s.likings[channel]
        if liking["first"] <= i < liking["first"] + liking["n"]:
            row["prefers"] = channel


@handler
def reputation(s):
    """What people say, 1 to 5, by the contacts that are over."""
    p = s.population[0]
    fade = 0.5 ** ((s.centre[0]["now"] - s.centre[0]["said_at"]) / p["said_half_life"])
    usual = p["said_weight"] * p["said_usually"]
    return (usual + fade * s.centre[0]["said"]) / (p["said_weight"] + fade * s.centre[0]["said_weight"])


@handler
def resting(s):
    """The mood to which customers return."""
    p = s.population[0]
    if not p["reputed"] or p["said_mood"] == 0.0:
        return p["usual"]
    return min(5.0, max(1.0, p["usual"] + p["said_mood"] * (reputation(s) - p["said_usually"])))


@handler
def mood_now(s, i):
    """The mood of customer i, who is known: deviations from the usual fade."""
    rest = resting(s)
    unusual = s.customers[i]["mood"] - rest
    if unusual == 0.0:
        return rest
    age = s.centre[0]["now"] - s.customers[i]["since"]
    return rest + unusual * 0.5 ** (age / s.population[0]["half_life"])


@handler
def let_down(s, mood):
    """How far a mood is below the usual: 0 not at all, 1 as far as possible."""
    usual = s.population[0]["usual"]
    return min(1.0, max(0.0, (usual - mood) / (usual - 1.0)))


@handler
def belongs_to(s, c, i):
    """Contact c begins an issue of customer i (-1: of nobody known), who may be angrier than usual."""
    record = s.issues[c]
    if s.population[0]["reputed"]:
        record["said"] = reputation(s)
    if i < 0:
        return
    row = s.customers[i]
    if not row["met"]:
        _meet(s, i)
    contact = s.contacts[c]
    p = s.population[0]
    record["customer"] = i
    record["before"] = row["issues"]
    if row["issues"] < 65535:
        row["issues"] += 1
    record["tier"] = row["tier"]
    mood = mood_now(s, i)
    record["mood"] = mood
    if p["valued"]:
        contact["value"] = s.tiers[row["tier"]]["value"]
    if row["language"] >= 0:
        contact["language"] = row["language"]
    if p["angrier"] > 0.0 and contact["sentiment"] >= 0:
        _, x = two_uniforms_called(s, contact["key"], Stream.CUSTOMER, 1)
        if x < p["angrier"] * let_down(s, mood):
            contact["sentiment"] = -1


@handler
def stays_with(s, c, parent):
    """Contact c continues the issue of ``parent``: the same customer, in its present mood."""
    record = s.issues[c]
    i = s.issues[parent]["customer"]
    record["said"] = reputation(s) if s.population[0]["reputed"] else 0.0
    if i >= 0:
        record["customer"] = i
        record["before"] = s.issues[parent]["before"]
        record["tier"] = s.issues[parent]["tier"]
        record["mood"] = mood_now(s, i)


@handler
def has_left(s, i):
    """Whether customer i (-1: nobody known) has left for good."""
    return i >= 0 and s.customers[i]["left"] != 0


@handler
def _score(s, c):
    """How satisfied contact c, which is over, leaves its customer; NaN if that is undefined."""
    contact = s.contacts[c]
    outcome = contact["outcome"]
    p = s.population[0]
    marks = s.issues[c]["marks"]
    if marks & Mark.NEEDLESS or outcome == Outcome.OPEN or (outcome == Outcome.DISCARDED and not marks & Mark.NOTICED):
        return math.nan
    answered = outcome == Outcome.HANDLED or outcome == Outcome.CLOSED_WITH_ANOTHER or outcome == Outcome.CONTAINED
    if not answered:
        return p["unanswered"]
    if contact["flags"] & Flag.MOVED:
        return math.nan
    k = contact["contact_type"]
    clock = s.types[k]["clock"]
    stamp = contact["ended"]
    if clock == Due.ANSWERED:
        stamp = contact["answered"]
    elif clock == Due.ACCEPTED:
        stamp = contact["accepted"]
    elif clock == Due.FIRST_RESPONSE:
        stamp = contact["first_response"]
    if math.isnan(stamp):
        stamp = contact["ended"]
    wait = 0.0 if outcome == Outcome.CONTAINED else max(0.0, stamp - contact["arrived"])
    score = p["best"] - p["waiting"] * math.log2(max(1.0, wait / s.behaviours[k]["expects"]))
    if contact["resolved"] == 0:
        score -= p["unresolved"]
    promised = s.issues[c]["promised"]
    if not math.isnan(promised):
        until = contact["first_response"]
        if math.isnan(until):
            until = contact["ended"]
        if until > promised:
            score -= p["broken"]
    if marks & Mark.CONTRADICTED:
        score -= p["clash_costs"]
    if contact["group"] >= 0 and s.groups[contact["group"]]["rating"] > 0.0:
        score += p["rating"] * (s.groups[contact["group"]]["rating"] - 4.0)
    return min(5.0, max(1.0, score))


@handler
def _word_spreads(s, c, score):
    """Word of it reaches other customers."""
    p = s.population[0]
    centre = s.centre[0]
    fade = 0.5 ** ((centre["now"] - centre["said_at"]) / p["said_half_life"])
    weight = p["said_public"] if s.behaviours[s.contacts[c]["contact_type"]]["open"] else 1.0
    centre["said"] = centre["said"] * fade + weight * score
    centre["said_weight"] = centre["said_weight"] * fade + weight
    centre["said_at"] = centre["now"]


@handler
def _taken_to_heart(s, c, score):
    """The customer of contact c remembers it, may leave, or may need us again sooner."""
    i = s.issues[c]["customer"]
    p = s.population[0]
    row = s.customers[i]
    mood = mood_now(s, i)
    mood += p["weight"] * (score - mood)
    row["mood"] = mood
    row["since"] = s.centre[0]["now"]
    s.issues[c]["after"] = mood
    if row["left"]:
        return
    down = let_down(s, mood)
    tier = s.tiers[row["tier"]]
    u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.CUSTOMER, _LEAVES)
    if u < tier["base"] + (tier["let_down"] - tier["base"]) * down:
        row["left"] = 1
        s.issues[c]["left"] = 1
        note(s, Log.LEAVES, c, -1, -1)
        return
    if p["again"] > 0.0:
        u, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.CUSTOMER, _AGAIN)
        if u < p["again"] * down:
            delay = quantile_or_zero(s, p["again_delay"], v)
            schedule_called(s, s.centre[0]["now"] + delay, pack(Event.ANOTHER, c, 0))


@handler
def _weariness(s, i):
    """How many surveys customer i remembers."""
    age = s.centre[0]["now"] - s.customers[i]["asked_at"]
    return s.customers[i]["weary"] * 0.5 ** (max(0.0, age) / s.population[0]["weary_half_life"])


@handler
def _rests(s, i):
    """Whether customer i was surveyed too recently to be asked again."""
    row = s.customers[i]
    return row["weary"] > 0.0 and s.centre[0]["now"] - row["asked_at"] < s.population[0]["rest"]


@handler
def _may_be_asked(s, c, score):
    """Send a survey on contact c, perhaps; whether it is answered depends on the score."""
    n = s.behaviours[s.contacts[c]["contact_type"]]["survey"]
    if n < 0:
        return
    survey = s.surveys[n]
    opinion = score
    if s.issues[c]["customer"] >= 0:
        opinion += survey["halo"] * (float(s.issues[c]["after"]) - s.population[0]["usual"])
    opinion = min(5.0, max(1.0, opinion))
    s.issues[c]["opinion"] = opinion
    u, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.SURVEY, 0)
    i = s.issues[c]["customer"]
    tires = i >= 0 and s.population[0]["weary_half_life"] > 0.0
    if u >= survey["share"] or (tires and _rests(s, i)):
        return
    s.issues[c]["asked"] = 1
    likely = table_quantile(s.knots, survey["curve_from"], survey["curve_to"], opinion)
    if tires:
        remembered = _weariness(s, i)
        likely *= (1.0 - s.population[0]["wearies"]) ** remembered
        s.customers[i]["weary"] = remembered + 1.0
        s.customers[i]["asked_at"] = s.centre[0]["now"]
    if v < likely:
        w, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.SURVEY, 1)
        delay = quantile_or_zero(s, survey["after"], w)
        schedule_called(s, s.centre[0]["now"] + delay, pack(Event.SURVEYED, c, 0))


@handler
def experienced(s, c):
    """Contact c is over for its customer; counts once."""
    contact = s.contacts[c]
    if contact["cause"] >= Cause.APPROVAL or contact["flags"] & Flag.NOISE or not math.isnan(s.issues[c]["score"]):
        return
    score = _score(s, c)
    if math.isnan(score):
        return
    s.issues[c]["score"] = score
    if s.population[0]["reputed"]:
        _word_spreads(s, c, score)
    if s.issues[c]["customer"] >= 0:
        _taken_to_heart(s, c, score)
    if s.centre[0]["metering"]:
        metered(s, c, 0, score)
    _may_be_asked(s, c, score)


@handler
def _roll(s, m):
    """Bring the moving window of meter m up to now."""
    meter = s.meters[m]
    tick = int(s.centre[0]["now"] / meter["step"])
    passed = tick - meter["tick"]
    if passed <= 0:
        return
    if passed >= TICKS:  # exactly nothing, whatever rounding has left
        meter["sum"] = 0.0
        meter["number"] = 0.0
    for i in range(min(passed, TICKS)):
        row = s.marks[meter["ring"] + (tick - i) % TICKS]
        if passed < TICKS:
            meter["sum"] -= row["sum"]
            meter["number"] -= row["number"]
        row["sum"] = 0.0
        row["number"] = 0.0
    meter["tick"] = tick


@handler
def metered(s, c, surveyed, score):
    """A score is known (of a survey or not), or, where it is NaN, contact c has come."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    for j in range(s.types[k]["meter_from"], s.types[k]["meter_to"]):
        m = s.meter_of[j]
        kind = s.meters[m]["kind"]
        value = score
        if kind == Attribute.ANGRY or kind == Attribute.EXPOSURE or kind == Attribute.RATING:
            if not math.isnan(score) or (kind == Attribute.RATING and s.issues[c]["stars"] == 0):
                continue
            value = float(contact["reach"])
            if kind == Attribute.ANGRY:
                value = 1.0 if contact["sentiment"] < 0 else 0.0
            elif kind == Attribute.RATING:
                value = float(s.issues[c]["stars"])
        elif math.isnan(score) or s.meters[m]["surveyed"] != surveyed:
            continue
        elif kind == Attribute.PROMOTERS:
            p = s.population[0]
            value = 1.0 if score >= p["promoter"] else -1.0 if score <= p["detractor"] else 0.0
        _roll(s, m)
        row = s.marks[s.meters[m]["ring"] + s.meters[m]["tick"] % TICKS]
        row["sum"] += value
        row["number"] += 1.0
        s.meters[m]["sum"] += value
        s.meters[m]["number"] += 1.0


@handler
def meter_value(s, m):
    """What meter m shows: the mean over its window, the sum of reach; as usual while there was nothing."""
    _roll(s, m)
    meter = s.meters[m]
    if meter["kind"] == Attribute.EXPOSURE:
        return meter["sum"]
    if meter["number"] > 0.5:
        return meter["sum"] / meter["number"]
    if meter["kind"] == Attribute.SATISFACTION:
        return s.population[0]["best"]
    if meter["kind"] == Attribute.RATING:
        return 5.0
    return 1.0 if meter["kind"] == Attribute.PROMOTERS else 0.0
