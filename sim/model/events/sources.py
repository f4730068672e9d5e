"""When the next contact of each source arrives; a winner tree tells which source is first."""

from __future__ import annotations

import math

import numpy as np

from floorcast.model.core.jit import entry, handler, inlined
from floorcast.model.core.random import Stream, log, quantile, two_uniforms
from floorcast.model.core.room import unknown
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Cause
from floorcast.model.records.sources import SourceKind

_32 = np.uint64(32)


@inlined
def source_key(s, i, index):
    """Key of the index-th contact of source i: its name's digest and its ordinal, in a trace a
    digest of its instant."""
    if s.sources[i]["kind"] == SourceKind.TRACE:
        index = s.trace[s.sources[i]["step"] + index]["key"]
    return (np.uint64(s.sources[i]["key"]) << _32) | np.uint64(index)


@inlined
def _uniform(s, i):
    """One uniform per contact of the source; a block of two serves two contacts."""
    index = s.sources[i]["index"]
    if index & 1:
        return s.sources[i]["spare"]
    u, spare = two_uniforms(s, source_key(s, i, index >> 1), Stream.GAP, 0)
    s.sources[i]["spare"] = spare
    return u


@handler
def _next_count(s, i):
    """The earliest of the contacts still to come in this step, all uniform over the rest of it."""
    step = s.sources[i]["step"]
    last = s.sources[i]["step_to"] - 1
    while s.sources[i]["left"] == 0:
        step += 1
        if step >= last:
            s.sources[i]["step"] = last
            s.sources[i]["next"] = math.inf
            return
        s.sources[i]["left"] = int(s.steps[step]["value"])
        s.sources[i]["at"] = s.steps[step]["time"]
    s.sources[i]["step"] = step
    left = s.sources[i]["left"]
    at = s.sources[i]["at"]
    end = s.steps[step + 1]["time"]
    at += (end - at) * -math.expm1(math.log1p(-_uniform(s, i)) / left)
    s.sources[i]["left"] = left - 1
    s.sources[i]["at"] = at
    s.sources[i]["next"] = at


@handler
def _next_given(s, i):
    """The next row of a trace; the contacts waiting at the start all come at 0."""
    if s.sources[i]["kind"] == SourceKind.TRACE:
        row = s.sources[i]["step"] + s.sources[i]["index"]
        s.sources[i]["next"] = s.trace[row]["time"] if row < s.sources[i]["step_to"] else math.inf
    elif s.sources[i]["kind"] == SourceKind.BACKLOG:
        s.sources[i]["next"] = 0.0 if s.sources[i]["index"] < s.sources[i]["left"] else math.inf
    else:
        s.sources[i]["next"] = math.inf
        unknown(s, Branch.SOURCE, s.sources[i]["kind"])


@inlined
def draw_next(s, i):
    """Set the instant of the next contact of source i (inf: none).

    ``rate``: a Poisson process by inverting its cumulated rate at a sum of unit exponentials.
    """
    kind = s.sources[i]["kind"]
    if kind == SourceKind.RATE:
        at = s.sources[i]["at"] - log(_uniform(s, i))
        s.sources[i]["at"] = at
        step = s.sources[i]["step"]
        last = s.sources[i]["step_to"] - 1
        while step < last and s.steps[step + 1]["cumulated"] <= at:
            step += 1
        s.sources[i]["step"] = step
        if step >= last:
            s.sources[i]["next"] = math.inf
        else:
            s.sources[i]["next"] = (
                s.steps[step]["time"] + (at - s.steps[step]["cumulated"]) / s.steps[step]["value"]
            )
    elif kind == SourceKind.COUNTS:
        _next_count(s, i)
    else:
        _next_given(s, i)


@inlined
def settle(s, i):
    """Replay source i's path up the winner tree after its next instant has changed, without a branch that
    no one could predict.

    Source i is leaf n + i; in `slot` of row j stands who is first below node j, in that of row 0 who is first of all.
    """
    n = s.centre[0]["sources"]
    first = i
    time = s.sources[i]["next"]
    node = n + i
    while node > 1:
        beside = node ^ 1
        other = beside - n if beside >= n else s.sources[beside]["slot"]
        t = s.sources[other]["next"]
        wins = int((t < time) | ((t == time) & (other < first)))
        first += (other - first) * wins
        time = min(time, t)
        node >>= 1
        s.sources[node]["slot"] = first
    s.sources[0]["slot"] = first


@handler
def _order(s):
    n = s.centre[0]["sources"]
    for node in range(n - 1, 0, -1):
        left = 2 * node
        right = left + 1
        a = left - n if left >= n else s.sources[left]["slot"]
        b = right - n if right >= n else s.sources[right]["slot"]
        t = s.sources[a]["next"]
        u = s.sources[b]["next"]
        s.sources[node]["slot"] = b if u < t or (u == t and b < a) else a
    s.sources[0]["slot"] = s.sources[1]["slot"] if n > 1 else 0


@entry
def order_sources(s):
    """Find out which source is first, after their next instants were set from outside."""
    _order(s)


@entry
def open_sources(s):
    """Draw the first contact of every source, and find out which is first."""
    for i in range(s.centre[0]["sources"]):
        draw_next(s, i)
    _order(s)


@handler
def next_age(s, i, index):
    """Draw how old the index-th of the contacts is that wait at the start, known to the centre or not.

    The oldest first, so that they stand in line without sorting: each age's uniform is the largest of
    those still to come, all below the one before.
    """
    u, _ = two_uniforms(s, source_key(s, i, index), Stream.AGE, 0)
    left = s.sources[i]["left"] - index
    above = 1.0 if index == 0 else s.sources[i]["at"]
    s.sources[i]["at"] = above * math.exp(math.log(u) / left)


@handler
def given(s, c, i, index):
    """Set the attributes that a trace gives, and the age of a contact waiting at the start."""
    if s.sources[i]["kind"] == SourceKind.TRACE:
        row = s.trace[s.sources[i]["step"] + index]
        if row["sentiment"] != 127:
            s.contacts[c]["sentiment"] = row["sentiment"]
        if not math.isnan(row["reach"]):
            s.contacts[c]["reach"] = row["reach"]
        if not math.isnan(row["value"]):
            s.contacts[c]["value"] = row["value"]
        if row["language"] >= 0:
            s.contacts[c]["language"] = row["language"]
        if not math.isnan(row["work"]):
            s.contacts[c]["work_left"] = row["work"]
            s.contacts[c]["fixed"] = 1
    elif s.sources[i]["kind"] == SourceKind.BACKLOG:
        age = quantile(s, s.sources[i]["step"], s.sources[i]["at"])
        s.contacts[c]["arrived"] = -age
        s.contacts[c]["queued"] = -age
        s.contacts[c]["cause"] = Cause.BACKLOG


@handler
def let_pass(s, i):
    """Skip the next contact of source i, whose campaign supervision holds back."""
    s.sources[i]["index"] += 1
    draw_next(s, i)
    settle(s, i)
