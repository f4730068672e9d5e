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
from floorcast.measures.base.times import Clock, Times
from floorcast.model.core.jit import entry, inlined
from floorcast.model.records.layout import Outcome

_BLOCK = 128  # contacts whose records stay in the nearest cache while all their fields are copied


@entry
def spread(
    eights: Any, fours: Any, twos: Any, ones: Any, fields: Any, place: Any,
    by_eight: Any, by_four: Any, by_two: Any, by_one: Any,
) -> None:  # fmt: skip
    """Copy fields of records [n] to columns [fields, n] by width, contact i to place[i].

    The records are given four times, as words of 8, 4, 2 and 1 bytes [n, words]; `fields` [m, 3] says the
    width, the word in the record and the row among the columns of its width.
    """
    for low in range(0, place.size, _BLOCK):
        high = min(low + _BLOCK, place.size)
        for field in range(fields.shape[0]):
            width, word, row = fields[field, 0], fields[field, 1], fields[field, 2]
            if width == 8:
                for c in range(low, high):
                    by_eight[row, place[c]] = eights[c, word]
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
    for code in range(1, starts.size):
        starts[code] += starts[code - 1]
    for c in range(codes.size):
        at = starts[codes[c]]
        starts[codes[c]] = at + 1
        order[at] = c
        place[c] = at
    for code in range(starts.size - 1, 0, -1):
        starts[code] = starts[code - 1]
    starts[0] = 0
    return True


@entry
def count(mask: Any, starts: Any, scopes: Any, out: Any) -> None:
    """Add to out [S] how many of `mask` [n] hold, over each scope."""
    for cell in range(starts.size - 1):
        number = 0
        for c in range(starts[cell], starts[cell + 1]):
            number += mask[c]
        if number > 0:
            for dimension in range(scopes.shape[1]):
                if scopes[cell, dimension] >= 0:
                    out[scopes[cell, dimension]] += number


@entry
def add(values: Any, mask: Any, starts: Any, scopes: Any, out: Any) -> None:
    """Add to out [S] the values [n] for which `mask` [n] holds, over each scope."""
    for cell in range(starts.size - 1):
        low, high = starts[cell], starts[cell + 1]
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
    """Add to out [S, n] how many contacts have each code 0..n-1; `room` [n] is for counting one cell."""
    for cell in range(starts.size - 1):
        if starts[cell] == starts[cell + 1]:
            continue
        room[:] = 0
        for c in range(starts[cell], starts[cell + 1]):
            room[codes[c]] += 1
        for dimension in range(scopes.shape[1]):
            if scopes[cell, dimension] >= 0:
                for code in range(room.size):
                    out[scopes[cell, dimension], code] += room[code]


@entry
def times(
    kinds: Any, outcome: Any, arrived: Any, accepted: Any, answered: Any, first_response: Any, ended: Any,
    clocks: Any, horizon: float, out: Any,
) -> None:  # fmt: skip
    """Write the times of contacts [n] to the rows `Times` of out [5, n]; `clocks` [K] is each type's own `Clock`."""
    for c in range(kinds.size):
        came, clock = arrived[c], clocks[kinds[c]]
        to_answer, to_slot = answered[c] - came, accepted[c] - came
        out[Times.WAIT, c] = to_slot if clock == Clock.ACCEPTED else to_answer
        resolution = ended[c] - came if outcome[c] == Outcome.HANDLED else math.nan
        out[Times.RESOLUTION, c] = resolution
        over = ended[c] <= horizon and outcome[c] != Outcome.LOST
        life = (ended[c] if over else horizon) - came
        out[Times.LIFE, c] = life
        owed = math.isnan(first_response[c]) and (outcome[c] == Outcome.OPEN or outcome[c] == Outcome.LOST)
        out[Times.UNANSWERED_AGE, c] = life if owed else math.nan
        if clock == Clock.ACCEPTED:
            out[Times.TO_OWN_CLOCK, c] = to_slot
        elif clock == Clock.ANSWERED:
            out[Times.TO_OWN_CLOCK, c] = to_answer
        elif clock == Clock.FIRST_RESPONSE:
            out[Times.TO_OWN_CLOCK, c] = first_response[c] - came
        elif clock == Clock.RESOLVED:
            out[Times.TO_OWN_CLOCK, c] = resolution
        else:
            out[Times.TO_OWN_CLOCK, c] = math.nan


@entry
def classify(wait: Any, outcome: Any, life: Any, limit: Any, short: float, out: Any) -> None:
    """Write the `Service` class of each contact to out [n]; see `floorcast.measures.base.service`."""
    for c in range(out.size):
        if wait[c] <= limit[c]:
            out[c] = Service.IN_TIME
        elif not math.isnan(wait[c]):
            out[c] = Service.LATE
        elif outcome[c] == Outcome.ABANDONED:
            if life[c] > limit[c]:
                out[c] = Service.ABANDONED_SHORT_LATE if life[c] <= short else Service.ABANDONED_LATE
            else:
                out[c] = Service.ABANDONED_SHORT if life[c] <= short else Service.ABANDONED_IN_TIME
        elif life[c] > limit[c] and (
            outcome[c] == Outcome.OPEN or outcome[c] == Outcome.LOST or outcome[c] == Outcome.CLOSED_WITH_ANOTHER
        ):
            out[c] = Service.UNANSWERED
        else:
            out[c] = Service.NOT_COUNTED


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
def ages_around(
    whole: Any, until: Any, rest: Any, share: float, slack: float, room: Any, there: Any
) -> tuple[int, int, int]:
    """Where the percentile of the ages rest + m intervals, whole <= m < until, of contacts [n] is: by how many whole
    intervals, its rank among those of so many, and how many these are; their rests are written to there [n].
    `room` [m] is for counting."""
    room[:] = 0
    for c in range(whole.size):
        room[whole[c]] += 1
        room[until[c]] -= 1
    number = 0
    for c in range(whole.size):
        number += until[c] - whole[c]
    rank = max(0, int(math.ceil(share * number - slack)) - 1)
    level, among = 0, room[0]
    while rank >= among and level + 1 < room.size:
        rank -= among
        level += 1
        room[level] += room[level - 1]
        among = room[level]
    found = 0
    for c in range(whole.size):
        if whole[c] <= level and until[c] > level:
            there[found] = rest[c]
            found += 1
    return level, rank, found


@entry
def arrivals(kinds: Any, arrived: Any, interval: float, horizon: float, n: int, cell: Any, came: Any) -> None:
    """Write the cell contact type x interval [K x n] in which each contact arrived, and whether it did."""
    for c in range(kinds.size):
        there = arrived[c] >= 0.0 and arrived[c] < horizon
        came[c] = there
        cell[c] = kinds[c] * n + (min(int(arrived[c] / interval), n - 1) if there else 0)


@entry
def count_at(cell: Any, codes: Any, mask: Any, out: Any) -> None:
    """Add to out [cells, codes] how many contacts [n] for which `mask` [n] holds have each code."""
    for c in range(cell.size):
        if mask[c]:
            out[cell[c], codes[c]] += 1


@entry
def add_at(cell: Any, values: Any, mask: Any, out: Any) -> None:
    """Add to out [cells] the values [n] for which `mask` [n] holds, each at its cell."""
    for c in range(cell.size):
        if mask[c]:
            out[cell[c]] += values[c]


@entry
def follow(
    issue: Any, parent: Any, channel: Any, real: Any, resolved: Any, ended: Any, contacts: Any, hops: Any, solved: Any
) -> None:
    """What became of issues, each written at the place of its first contact [n]: adds to contacts how many `real` ones
    it has, to hops how many of the further came by another channel than what they follow, and writes to solved
    [ways, n] when it was first resolved in each way of `resolved`."""
    for c in range(issue.size):
        i = issue[c]
        if i < 0:
            continue
        if resolved[c] > 0 and ended[c] == ended[c] and not solved[resolved[c], i] <= ended[c]:
            solved[resolved[c], i] = ended[c]
        if real[c]:
            contacts[i] += 1
            if i != c and parent[c] >= 0 and channel[c] != channel[parent[c]]:
                hops[i] += 1


@entry
def add_scores(scores: Any, kinds: Any, edges: Any, out: Any) -> None:
    """Add to out [K, bins] the scores [n] by contact type; NaN is in no bin. A score, to nine digits, is in the bin of
    the first edge that it does not exceed."""
    for c in range(scores.size):
        score = scores[c]
        if math.isnan(score):
            continue
        score = np.rint(score * 1e9) / 1e9
        low, high = 0, edges.size
        while low < high:
            middle = (low + high) // 2
            if edges[middle] < score:
                low = middle + 1
            else:
                high = middle
        out[kinds[c], low] += 1


@entry
def bin_counts(times: Any, spans: Any, edges: Any, out: Any) -> None:
    """Write to out [spans, edges + 1] how many times of each span are at most each edge and above the one before,
    last: above all. Times ascend within a span, NaN, which is in no bin, last."""
    for place in range(spans.shape[0]):
        edge = 0
        for c in range(spans[place, 0], spans[place, 1]):
            while edge < edges.size and times[c] > edges[edge]:
                edge += 1
            if math.isnan(times[c]):
                break
            out[place, edge] += 1


@entry
def oldest(
    order: Any, arrived: Any, begins: Any, ends: Any, spans: Any, out: Any
) -> None:
    """Write to out [spans, intervals] the first arrival among contacts that are open at the end of each interval,
    begins <= interval < ends; `order` [n] has those of each span by arrival."""
    for place in range(spans.shape[0]):
        gone = 0  # in order of arrival a contact is the oldest where all before it are gone
        for at in range(spans[place, 0], spans[place, 1]):
            c = order[at]
            for interval in range(max(begins[c], gone), ends[c]):
                out[place, interval] = arrived[c]
            gone = max(gone, ends[c])


@entry
def percentiles(
    times: Any, spans: Any, ages: Any, age_spans: Any, shares: Any, slack: float, out: Any
) -> None:
    """Write to out [shares, spans] percentiles of the times of each span, of which some are only known to exceed an
    age. Times and ages ascend within their spans, NaN, which does not count, last; shares ascend.

    NaN where there are neither times nor ages, infinite where there are ages only.
    """
    for place in range(spans.shape[0]):
        first, end = _without_nan(times, spans[place, 0], spans[place, 1])
        youngest, oldest_end = _without_nan(ages, age_spans[place, 0], age_spans[place, 1])
        if end > first and oldest_end > youngest:
            _censored(times, first, end, ages, youngest, oldest_end, shares, slack, out, place)
            continue
        for share in range(shares.size):
            if end > first:
                rank = int(math.ceil(shares[share] * (end - first) - slack)) - 1
                out[share, place] = times[first + max(rank, 0)]
            else:
                out[share, place] = math.inf if oldest_end > youngest else math.nan


@inlined
def _without_nan(values: Any, low: int, high: int) -> tuple[int, int]:
    """The part of a range of ascending values in front of what is NaN."""
    first = low
    while low < high:
        middle = (low + high) // 2
        if math.isnan(values[middle]):
            high = middle
        else:
            low = middle + 1
    return first, low


@inlined
def _censored(
    times: Any, first: int, end: int, ages: Any, youngest: int, oldest_end: int,
    shares: Any, slack: float, out: Any, place: int,
) -> None:  # fmt: skip
    """Kaplan-Meier percentiles of the times first..end-1, of which some are only known to exceed one of the ages
    youngest..oldest_end-1.

    Between two ages the estimate falls as a plain share does: by the times of the stretch / at risk.
    """
    for share in range(shares.size):
        out[share, place] = math.inf
    longer, wanted = 1.0, 0  # the estimate, the share that is looked for
    for age in range(youngest, oldest_end + 1):
        low, high = first, end
        while age < oldest_end and low < high:  # how many times are up to this age
            middle = (low + high) // 2
            if times[middle] <= ages[age]:
                low = middle + 1
            else:
                high = middle
        if high > first:
            at_risk = (end - first) + (oldest_end - age)
            after = longer * (at_risk - (high - first)) / at_risk
            while wanted < shares.size and after <= 1.0 - shares[wanted] + slack:
                rank = int(math.ceil(at_risk * (1.0 - (1.0 - shares[wanted] + slack) / longer)))
                out[wanted, place] = times[first + min(max(rank, 1), high - first) - 1]
                wanted += 1
            if wanted == shares.size:
                return
            longer, first = after, high
