"""When the next contact of each source comes; a small heap tells which source is first."""

from __future__ import annotations

import math

import numpy as np

from floorcast.model.core.jit import entry, handler, inlined
from floorcast.model.core.random import Stream, log, two_uniforms
from floorcast.model.core.room import unknown
from floorcast.model.records.centre import Branch
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
def settle(s, place):
    """Sift the source at this place of the heap down to where its next instant belongs."""
    n = s.centre[0]["sources"]
    source = s.sources[place]["slot"]
    time = s.sources[source]["next"]
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        chosen = s.sources[child]["slot"]
        if child + 1 < n:
            other = s.sources[child + 1]["slot"]
            a = s.sources[other]["next"]
            b = s.sources[chosen]["next"]
            if a < b or (a == b and other < chosen):
                child += 1
                chosen = other
        t = s.sources[chosen]["next"]
        if time < t or (time == t and source < chosen):
            break
        s.sources[place]["slot"] = chosen
        place = child
    s.sources[place]["slot"] = source


@entry
def open_sources(s):
    """Draw the first contact of every source and order the sources."""
    n = s.centre[0]["sources"]
    for i in range(n):
        s.sources[i]["slot"] = i
        draw_next(s, i)
    for place in range(n - 1, -1, -1):
        settle(s, place)
