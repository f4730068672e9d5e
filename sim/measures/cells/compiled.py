"""The compiled passes over contacts: they copy, count, add and classify, and know nothing of any measure.

Contacts stand in the order of cells (contact type x group), so that a cell is a range of places and a
sum over it needs no look at whose the contact is. What a measure is about comes as a column or a mask.
Nothing is allocated here: results are written into arrays of the caller.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from floorcast.measures.base.service import Service
from floorcast.measures.base.times import Clock, Followed, Times
from floorcast.model.core.jit import entry, inlined
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Resolved

_BLOCK = 512  # contacts whose records stay in a near cache while all their fields are copied


@entry
def spread(
    eights: Any, fours: Any, twos: Any, ones: Any, fields: Any, place: Any,
    by_eight: Any, by_four: Any, by_two: Any, by_one: Any,
) -> None:  # fmt: skip
    """Copy fields of records [n] to columns [fields, n] by width, contact i to place[i].

    The records are given four times, as words of 8, 4, 2 and 1 bytes [n, words]; `fields` [m, 4] says the
    width, the word in the record, the row among the columns of its width, and whether it is the id of a contact (of
    four bytes, -1 none), of which its place is written.
    """
    for low in range(0, place.size, _BLOCK):
        high = min(low + _BLOCK, place.size)
        for field in range(fields.shape[0]):
            width, word, row = fields[field, 0], fields[field, 1], fields[field, 2]
            if width == 8:
                for c in range(low, high):
                    by_eight[row, place[c]] = eights[c, word]
            elif width == 4 and fields[field, 3]:
                for c in range(low, high):
                    there = fours[c, word] < place.size
                    by_four[row, place[c]] = place[fours[c, word]] if there else fours[c, word]
            elif width == 4:
                for c in range(low, high):
                    by_four[row, place[c]] = fours[c, word]
            elif width == 2:
                for c in range(low, high):
                    by_two[row, place[c]] = twos[c, word]
            else:
                for c in range(low, high):
                    by_one[row, place[c]] = ones[c, word]


@entry
def put_in_order(codes: Any, starts: Any, order: Any, place: Any) -> bool:
    """Bring contacts [n] in the order of their codes 0..m-1, those of one code as they stand: writes where each
    code begins [m + 1], which contact stands at each place [n], and where each contact stands [n].

    False, and no order, where there is any other code.
    """
    starts[:] = 0
    for c in range(codes.size):
        if codes[c] < 0 or codes[c] >= starts.size - 1:
            return False
        starts[codes[c] + 1] += 1
        place[c] = codes[c]
    _to_places(starts, order, place)
    return True


@entry
def stand(
    eights: Any, twos: Any, words: Any, since: float, until: float, rank: Any, starts: Any, order: Any, place: Any
) -> None:
    """`put_in_order` of contacts by the rank [K] of their type and by their group, none (-1) first; those that did not
    arrive since <= time < until stand behind.

    The records are given as words of eight bytes (numbers) and of two [n, words]; `words` says which are the arrival,
    the type and the group.
    """
    width = (starts.size - 2) // rank.size
    starts[:] = 0
    for c in range(place.size):
        cell = starts.size - 2
        if since <= eights[c, words[0]] < until:
            cell = rank[twos[c, words[1]]] * width + twos[c, words[2]] + 1
        starts[cell + 1] += 1
        place[c] = cell
    _to_places(starts, order, place)


@inlined
def _to_places(starts: Any, order: Any, place: Any) -> None:
    """From how many have each code 0..m-1, at starts[code + 1], and the code of each contact, at place [n], to what
    `put_in_order` writes."""
    for code in range(1, starts.size):
        starts[code] += starts[code - 1]
    for c in range(place.size):
        at = starts[place[c]]
        starts[place[c]] = at + 1
        order[at] = c
        place[c] = at
    for code in range(starts.size - 1, 0, -1):
        starts[code] = starts[code - 1]
    starts[0] = 0


@entry
def count(masks: Any, starts: Any, scopes: Any, out: Any) -> None:
    """Add to out [m, S] how many of each of `masks` [m, n] hold, over each scope."""
    for row in range(masks.shape[0]):
        for cell in range(starts.size - 1):
            number = 0
            for c in range(starts[cell], starts[cell + 1]):
                number += masks[row, c]
            if number > 0:
                for dimension in range(scopes.shape[1]):
                    if scopes[cell, dimension] >= 0:
                        out[row, scopes[cell, dimension]] += number


@entry
def add(values: Any, mask: Any, starts: Any, scopes: Any, out: Any) -> None:
    """Add to out [S] the values [n] for which `mask` [n] holds, over each scope."""
    for cell in range(starts.size - 1):
        low, high, number = starts[cell], starts[cell + 1], 0
        for c in range(low, high):
            number += mask[c]
        if number == 0:  # there is nothing to read
            continue
        one = two = three = four = 0.0  # sums that do not wait for each other
        for c in range(low, high - 3, 4):
            one += values[c] if mask[c] else 0.0
            two += values[c + 1] if mask[c + 1] else 0.0
            three += values[c + 2] if mask[c + 2] else 0.0
            four += values[c + 3] if mask[c + 3] else 0.0
        for c in range(low + (high - low) // 4 * 4, high):
            one += values[c] if mask[c] else 0.0
        total = (one + two) + (three + four)
        for dimension in range(scopes.shape[1]):
            if scopes[cell, dimension] >= 0:
                out[scopes[cell, dimension]] += total


@entry
def count_codes(codes: Any, starts: Any, scopes: Any, room: Any, out: Any) -> None:
    """Add to out [S, n] how many contacts have each code 0..n-1; `room` [4, n] is for counting one cell."""
    for cell in range(starts.size - 1):
        low, high = starts[cell], starts[cell + 1]
        if low == high:
            continue
        room[:] = 0
        for c in range(low, high - 3, 4):  # equal codes that follow each other do not wait for each other
            room[0, codes[c]] += 1
            room[1, codes[c + 1]] += 1
            room[2, codes[c + 2]] += 1
            room[3, codes[c + 3]] += 1
        for c in range(low + (high - low) // 4 * 4, high):
            room[0, codes[c]] += 1
        for code in range(room.shape[1]):
            number = (room[0, code] + room[1, code]) + (room[2, code] + room[3, code])
            for dimension in range(scopes.shape[1] if number > 0 else 0):
                if scopes[cell, dimension] >= 0:
                    out[scopes[cell, dimension], code] += number


@entry
def times(
    kinds: Any, outcome: Any, arrived: Any, accepted: Any, answered: Any, first_response: Any, ended: Any,
    clocks: Any, limits: Any, horizon: float, short: float, out: Any, classes: Any,
) -> None:  # fmt: skip
    """Write the times of contacts [n] to the rows `Times` of out [7, n], where it has any room, and the `Service`
    class of each, made when it arrived, to classes [n]; each type [K] has its own `Clock` and limit."""
    for c in range(kinds.size):
        came, clock = arrived[c], clocks[kinds[c]]
        to_answer, to_slot = answered[c] - came, accepted[c] - came
        to_response = first_response[c] - came
        resolution = ended[c] - came if outcome[c] == Outcome.HANDLED else math.nan
        over = ended[c] <= horizon and outcome[c] != Outcome.LOST
        life = (ended[c] if over else horizon) - came
        if clock == Clock.ACCEPTED:
            own = to_slot
        elif clock == Clock.ANSWERED:
            own = to_answer
        elif clock == Clock.FIRST_RESPONSE:
            own = to_response
        elif clock == Clock.RESOLVED:
            own = resolution
        else:
            own = math.nan
        classes[c] = _class(own, outcome[c], life, limits[kinds[c]], short)
        if out.shape[1] > 0:
            wait = to_slot if clock == Clock.ACCEPTED else to_answer
            out[Times.WAIT, c] = wait
            gone = math.isnan(wait) and outcome[c] == Outcome.ABANDONED
            out[Times.WAIT_OR_GONE, c] = life if gone else wait
            out[Times.TO_OWN_CLOCK, c] = own
            out[Times.LIFE, c] = life
            out[Times.FIRST_RESPONSE, c] = to_response
            out[Times.RESOLUTION, c] = resolution
            owed = math.isnan(first_response[c]) and (outcome[c] == Outcome.OPEN or outcome[c] == Outcome.LOST)
            out[Times.UNANSWERED_AGE, c] = life if owed else math.nan


@inlined
def _class(wait: float, outcome: int, life: float, limit: float, short: float) -> int:
    """The `Service` class of one contact; see `floorcast.measures.base.service`."""
    found = Service.NOT_COUNTED
    if wait <= limit:
        found = Service.IN_TIME
    elif not math.isnan(wait):
        found = Service.LATE
    elif outcome == Outcome.ABANDONED:
        if life > limit:
            found = Service.ABANDONED_SHORT_LATE if life <= short else Service.ABANDONED_LATE
        else:
            found = Service.ABANDONED_SHORT if life <= short else Service.ABANDONED_IN_TIME
    elif life > limit and (
        outcome == Outcome.OPEN or outcome == Outcome.LOST or outcome == Outcome.CLOSED_WITH_ANOTHER
    ):
        found = Service.UNANSWERED
    return found


@entry
def classify(wait: Any, outcome: Any, life: Any, limit: Any, short: float, out: Any) -> None:
    """Write the `Service` class of each contact to out [n]."""
    for c in range(out.size):
        out[c] = _class(wait[c], outcome[c], life[c], limit[c], short)


@entry
def stay(
    kinds: Any, arrived: Any, accepted: Any, answered: Any, ended: Any, calls: Any, to_slot: Any,
    instants: Any, bounds: Any, opened: Any, waiting: Any, change: Any, spanning: Any,
) -> int:  # fmt: skip
    """How long contacts [n] are open and wait, and which interval ends they span; gives the number of the latter.

    A contact waits until it is answered, or accepted for types `to_slot` [K]; those of `calls` [K] are open no more
    when they are answered. `instants`: interval, start and stop of the window, horizon [s]; `bounds`: its first
    interval, the one after its last, the number of intervals.
    Adds to opened and waiting [K] the seconds in the window, to change [K, intervals + 1] those that open and
    close between interval ends; writes contact, first end and the one after the last to spanning [3, n].
    """
    interval, start, stop, horizon = instants[0], instants[1], instants[2], instants[3]
    first, end, n_intervals = bounds[0], bounds[1], bounds[2]
    found = 0
    for c in range(arrived.size):
        came = arrived[c]
        if not came < horizon:  # a retry due after the end is no contact yet
            continue
        kind = kinds[c]
        gone = ended[c]
        if calls[kind] and not gone <= answered[c] and not math.isnan(answered[c]):
            gone = answered[c]
        still = not gone <= horizon
        left = horizon if still else gone
        until = horizon if not ended[c] <= horizon else ended[c]
        stamp = accepted[c] if to_slot[kind] else answered[c]
        if stamp < until:
            until = stamp
        since = max(came, start)
        opened[kind] += max(min(left, stop) - since, 0.0)
        waiting[kind] += max(min(until, stop) - since, 0.0)
        # Just before an interval's end: what ends then is still open, except at the horizon.
        begins = int(max(math.floor(came / interval), 0.0))
        ends = int(min(left / interval, n_intervals - 1.0))
        if still:
            ends = min(ends + 2, n_intervals)
        if ends <= begins:
            continue
        change[kind, begins] += 1
        change[kind, ends] -= 1
        begins, ends = max(begins, first), min(ends, end)
        if ends > begins:
            spanning[0, found], spanning[1, found], spanning[2, found] = c, begins, ends
            found += 1
    return found


@entry
def arrivals(kinds: Any, arrived: Any, interval: float, horizon: float, n: int, cell: Any) -> None:
    """Write the cell contact type x interval, of K x n, in which each contact arrived; K n for one that did not."""
    nowhere = cell[cell.size - 1]
    for c in range(kinds.size):
        came = 0.0 <= arrived[c] < horizon
        cell[c] = kinds[c] * n + min(int(arrived[c] / interval), n - 1) if came else nowhere


@entry
def count_at(cell: Any, codes: Any, out: Any) -> None:
    """Add to out [codes, cells] how many contacts [n] have each code."""
    for c in range(codes.size):
        out[codes[c], cell[c]] += 1


@entry
def add_at(cell: Any, values: Any, out: Any) -> None:
    """Add to out [2, cells] the values [n] that there are, each at its cell, and their number."""
    for c in range(values.size):
        if not math.isnan(values[c]):
            out[0, cell[c]] += values[c]
            out[1, cell[c]] += 1.0


@entry
def follow(
    issue: Any, parent: Any, incident: Any, channel: Any, real: Any, resolved: Any, arrived: Any, ended: Any, out: Any
) -> None:
    """What became of issues and incidents, each written at the place of its first contact to the rows `Followed` of
    out [6, n]; only `real` contacts count, and resolve what they resolve even where they do not."""
    for c in range(issue.size):
        out[Followed.CONTACTS, c] = out[Followed.HOPS, c] = out[Followed.CLOSED, c] = out[Followed.POSTS, c] = 0.0
        out[Followed.SOLVED, c] = math.nan
        out[Followed.LAST_POST, c] = -math.inf
    for c in range(issue.size):
        i = issue[c]
        if i >= 0:
            if resolved[c] == Resolved.OWN and not math.isnan(ended[c]) and not out[Followed.SOLVED, i] <= ended[c]:
                out[Followed.SOLVED, i] = ended[c]
            if resolved[c] == Resolved.ANOTHER and not math.isnan(ended[c]):
                out[Followed.CLOSED, i] = 1.0
            if real[c]:
                out[Followed.CONTACTS, i] += 1.0
                if i != c and parent[c] >= 0 and channel[c] != channel[parent[c]]:
                    out[Followed.HOPS, i] += 1.0
        root = incident[c]
        if root >= 0 and real[c]:
            out[Followed.POSTS, root] += 1.0
            out[Followed.LAST_POST, root] = max(out[Followed.LAST_POST, root], arrived[c])


@entry
def add_scores(scores: Any, kinds: Any, edges: Any, out: Any) -> None:
    """Add to out [K, bins] the scores [n] by contact type; NaN is in no bin. A score, to nine digits, is in the bin of
    the first edge that it does not exceed; edges [bins - 1] are evenly spaced."""
    step = edges[1] - edges[0]
    for c in range(scores.size):
        if not math.isnan(scores[c]):
            score = np.rint(scores[c] * 1e9) / 1e9
            place = int(max(0.0, min(math.ceil((score - edges[0]) / step), float(edges.size))))
            out[kinds[c], place] += 1
