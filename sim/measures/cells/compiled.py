"""The compiled passes over contacts: they copy, count, add and classify, and know nothing of any measure.

Contacts stand in the order of cells (contact type x group), so that a cell is a range of places and a
sum over it needs no look at whose the contact is. What a measure is about comes as a column or a mask.
Nothing is allocated here: results are written into arrays of the caller.
"""

from __future__ import annotations

import math
from typing import Any

from floorcast.measures.base.service import Service
from floorcast.model.core.jit import entry
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
    kinds: Any, arrived: Any, ended: Any, gone: Any, stamp: Any, times: Any, bounds: Any,
    opened: Any, waiting: Any, change: Any, spanning: Any,
) -> int:  # fmt: skip
    """How long contacts [n] are open and wait, and which interval ends they span; gives the number of the latter.

    `gone` says when each is open no more, `stamp` when it waits no more (NaN never). `times`: interval, start and
    stop of the window, horizon [s]; `bounds`: its first interval, the one after its last, the number of intervals.
    Adds to opened and waiting [K] the seconds in the window, to change [K, intervals + 1] those that open and
    close between interval ends; writes contact, first end and the one after the last to spanning [3, n].
    """
    interval, start, stop, horizon = times[0], times[1], times[2], times[3]
    first, end, n_intervals = bounds[0], bounds[1], bounds[2]
    found = 0
    for c in range(arrived.size):
        came = arrived[c]
        if not came < horizon:  # a retry due after the end is no contact yet
            continue
        still = not gone[c] <= horizon
        left = horizon if still else gone[c]
        until = horizon if not ended[c] <= horizon else ended[c]
        if stamp[c] < until:
            until = stamp[c]
        since = max(came, start)
        kind = kinds[c]
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
def add_at(cell: Any, values: Any, mask: Any, out: Any) -> None:
    """Add to out [cells] the values [n] for which `mask` [n] holds, each at its cell."""
    for c in range(cell.size):
        if mask[c]:
            out[cell[c]] += values[c]


@entry
def censored(times: Any, ages: Any, shares: Any, slack: float, out: Any) -> None:
    """Kaplan-Meier percentiles of times [n], of which some are only known to exceed an age [m]; both ascending,
    as are the shares.

    Between two ages the estimate falls as a plain share does: by the times of the stretch / at risk.
    """
    n, m = times.size, ages.size
    out[:] = math.inf
    longer, first, place = 1.0, 0, 0  # the estimate, the first time of the stretch, the share that is looked for
    for age in range(m + 1):
        low, high = first, n
        while age < m and low < high:  # how many times are up to this age
            middle = (low + high) // 2
            if times[middle] <= ages[age]:
                low = middle + 1
            else:
                high = middle
        if high > first:
            at_risk = n + m - first - age
            after = longer * (at_risk - (high - first)) / at_risk
            while place < shares.size and after <= 1.0 - shares[place] + slack:
                rank = int(math.ceil(at_risk * (1.0 - (1.0 - shares[place] + slack) / longer)))
                out[place] = times[first + min(max(rank, 1), high - first) - 1]
                place += 1
            if place == shares.size:
                return
            longer, first = after, high
