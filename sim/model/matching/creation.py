"""Create a contact: draw its random attributes and award its points."""

from __future__ import annotations

import math

from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.machine import copy_row
from floorcast.model.core.random import Stream, quantile, two_uniforms
from floorcast.model.core.room import spill
from floorcast.model.records.layout import Cause


@inlined
def pick(s, low, high, u):
    """The value of the discrete choice in rows low..high-1 of ``s.mixes`` at the uniform u."""
    i = low
    while i < high - 1 and u >= s.mixes[i]["up_to"]:
        i += 1
    return s.mixes[i]["value"]


@handler
def _draw_person(s, c, k):
    """Sentiment, trigger words, language, reach and value of a new customer."""
    key = s.contacts[c]["key"]
    if s.types[k]["attributes"]:
        u, v = two_uniforms(s, key, Stream.PERSON, 0)
        negative = s.types[k]["negative"]
        if u < negative:
            s.contacts[c]["sentiment"] = -1
        elif u >= negative + s.types[k]["neutral"]:
            s.contacts[c]["sentiment"] = 1
        s.contacts[c]["trigger"] = 1 if v < s.types[k]["trigger"] else 0
        if s.types[k]["language_to"] > s.types[k]["language_from"]:
            _, w = two_uniforms(s, key, Stream.TURNS, 0)
            s.contacts[c]["language"] = pick(
                s, s.types[k]["language_from"], s.types[k]["language_to"], w
            )
    if s.types[k]["reach"] >= 0 or s.types[k]["value"] >= 0:
        u, v = two_uniforms(s, key, Stream.WORTH, 0)
        if s.types[k]["reach"] >= 0:
            s.contacts[c]["reach"] = quantile(s, s.types[k]["reach"], u)
        if s.types[k]["value"] >= 0:
            s.contacts[c]["value"] = quantile(s, s.types[k]["value"], v)


@handler
def _through_time(s, low, high, seconds):
    """Seconds drawn, scaled by the factor in force: the last of the steps low..high to have begun."""
    now = s.centre[0]["now"]
    while high - low > 1:
        middle = (low + high) // 2
        if s.knots[middle]["u"] <= now:
            low = middle
        else:
            high = middle
    return seconds * s.knots[low]["x"]


@handler
def _patience_row(s, k):
    """The distribution of patience of a contact arriving now: the last row whose number already waits."""
    waiting = s.channels[s.types[k]["channel"]]["waiting"]
    row = s.types[k]["patience"]
    for i in range(s.types[k]["crowd_from"], s.types[k]["crowd_to"]):
        if waiting >= s.mixes[i]["up_to"]:
            row = s.mixes[i]["value"]
    return row


@inlined
def timely(s, k, work):
    """Draw the work of a turn of type k, scaled to this hour of the day."""
    if s.types[k]["mean_to"] > s.types[k]["mean_from"]:
        return _through_time(s, s.types[k]["mean_from"], s.types[k]["mean_to"], work)
    return work


@inlined
def create(s, k, key, cause, parent):
    """Create a contact of type k at this instant; returns its id. A child keeps its parent's customer."""
    c = s.centre[0]["contacts"]
    if c >= len(s.contacts):
        spill(s)
        c -= 1
    s.centre[0]["contacts"] = c + 1
    now = s.centre[0]["now"]
    copy_row(s.contacts, c, s.blank_contact, 0)
    contact = s.contacts[c]
    contact["key"] = key
    contact["cause"] = cause
    contact["contact_type"] = k
    contact["channel"] = s.types[k]["channel"]
    contact["arrived"] = now
    contact["queued"] = now
    contact["parent"] = parent
    if s.centre[0]["social"]:
        copy_row(s.issues, c, s.blank_issue, 0)
    u, v = two_uniforms(s, key, Stream.CREATION, 0)
    row = s.types[k]["patience"]
    if s.types[k]["crowd_to"] > s.types[k]["crowd_from"]:
        row = _patience_row(s, k)
    # Patience is a customer's: who waits for a colleague waits.
    contact["patience"] = math.inf if row < 0 or cause >= Cause.APPROVAL else quantile(s, row, u)
    if s.types[k]["calm_to"] > s.types[k]["calm_from"]:
        contact["patience"] = _through_time(s, s.types[k]["calm_from"], s.types[k]["calm_to"], contact["patience"])
    contact["work_left"] = timely(s, k, quantile(s, s.types[k]["work"], v))
    row = s.types[k]["turns"]
    if row >= 0:
        u, v = two_uniforms(s, key, Stream.TURNS, 0)
        contact["turns"] = min(max(1, int(quantile(s, row, u) + 0.5)), 60000)
    else:
        contact["turns"] = 1
    if parent < 0:
        contact["issue"] = c
        if s.types[k]["attributes"] or s.types[k]["reach"] >= 0 or s.types[k]["value"] >= 0:
            _draw_person(s, c, k)
    else:
        parent_row = s.contacts[parent]
        contact["issue"] = parent_row["issue"]
        contact["incident"] = parent_row["incident"]
        contact["prior"] = parent_row["prior"] + 1
        contact["campaign"] = parent_row["campaign"]
        contact["sentiment"] = parent_row["sentiment"]
        contact["reach"] = parent_row["reach"]
        contact["value"] = parent_row["value"]
        contact["language"] = parent_row["language"]
        contact["trigger"] = parent_row["trigger"]
        contact["attempt"] = parent_row["attempt"]
    return c


create_called = called(create)


@handler
def _history_points(s, first):
    """Points for a recent purchase and for activity: the person's, hence by the issue's first contact."""
    k = s.contacts[first]["contact_type"]
    p = s.centre[0]["policy"]
    u, v = two_uniforms(s, s.contacts[first]["key"], Stream.HISTORY, 0)
    points = 0.0
    if s.behaviours[k]["purchase"] >= 0:
        ago = quantile(s, s.behaviours[k]["purchase"], u)
        points = s.weights[p]["purchase"] * max(0.0, 1.0 - ago / s.weights[p]["purchase_within"])
    if s.behaviours[k]["activity"] >= 0:
        points += s.weights[p]["activity"] * math.log10(1.0 + quantile(s, s.behaviours[k]["activity"], v))
    return points


@handler
def _customer_points(s, c):
    """Points for a mood below the usual and for earlier issues, where the customer is known."""
    if s.issues[c]["customer"] < 0:
        return 0.0
    p = s.centre[0]["policy"]
    below = max(0.0, s.population[0]["usual"] - float(s.issues[c]["mood"]))
    return s.weights[p]["mood"] * below + s.weights[p]["earlier"] * s.issues[c]["before"]


@inlined
def award_points(s, c):
    """Points at arrival from the policy's dictionary of factors."""
    contact = s.contacts[c]
    p = s.centre[0]["policy"]
    points = s.types[contact["contact_type"]]["points"]
    if s.weights[p]["any"]:
        if contact["sentiment"] < 0:
            points += s.weights[p]["negative"]
        elif contact["sentiment"] == 0:
            points += s.weights[p]["neutral"]
        else:
            points += s.weights[p]["positive"]
        if contact["reach"] > 0.0:
            points += s.weights[p]["reach"] * math.log10(1.0 + float(contact["reach"]))
        points += s.weights[p]["value"] * contact["value"]
        points += s.weights[p]["prior"] * contact["prior"]
        if contact["trigger"]:
            points += s.weights[p]["trigger"]
        if contact["campaign"] >= 0:
            points += s.campaigns[p * s.centre[0]["campaigns"] + contact["campaign"]]
        if s.weights[p]["history"]:
            points += _history_points(s, contact["issue"])
        if s.weights[p]["mood"] != 0.0 or s.weights[p]["earlier"] != 0.0:
            points += _customer_points(s, c)
    contact["points"] = points


award_points_called = called(award_points)
