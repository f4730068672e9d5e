"""The compiled passes over times in ascending order, and over ages that rise step by step: they rank and count.

Like those beside them (`compiled`) they know nothing of any measure and allocate nothing.
"""

from __future__ import annotations

import math
from typing import Any

from floorcast.model.core.jit import entry, handler, inlined


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
def oldest(order: Any, arrived: Any, begins: Any, ends: Any, spans: Any, out: Any) -> None:
    """Write to out [spans, intervals], infinite so far, the first arrival among contacts that are open at the end of
    each interval, begins <= interval < ends; `order` [n] has those of each span by when they begin."""
    for place in range(spans.shape[0]):
        gone, since, last = 0, 0, -1
        for at in range(spans[place, 0], spans[place, 1]):
            c = order[at]
            if begins[c] != last:  # who began earlier came earlier: the oldest until all of these are gone
                since, last = gone, begins[c]
            for interval in range(max(begins[c], since), ends[c]):
                out[place, interval] = min(out[place, interval], arrived[c])
            gone = max(gone, ends[c])


@entry
def percentiles(
    times: Any, runs: Any, of: Any, ages: Any, age_spans: Any, shares: Any, slack: float, room: Any, out: Any
) -> None:
    """Write to out [shares, S] percentiles of the times of each scope, of which some are only known to exceed an age.

    The times of scope s stand in the ranges runs[of[s]] to runs[of[s + 1] - 1] of them, its ages in one range; times
    and ages ascend within their ranges, NaN, which does not count, last; shares ascend. `room` [6, runs] is to work in.
    NaN where there are neither times nor ages, infinite where there are ages only.
    """
    for scope in range(age_spans.shape[0]):
        first, n_runs, number = of[scope], of[scope + 1] - of[scope], 0
        for run in range(n_runs):
            room[0, run], room[1, run] = runs[first + run, 0], _end(times, runs[first + run, 0], runs[first + run, 1])
            number += room[1, run] - room[0, run]
        youngest = age_spans[scope, 0]
        oldest_end = _end(ages, youngest, age_spans[scope, 1])
        if number > 0 and oldest_end > youngest:
            _censored(times, n_runs, number, ages, youngest, oldest_end, shares, slack, room, out, scope)
            continue
        for share in range(shares.size):
            if number > 0:
                rank = int(math.ceil(shares[share] * number - slack)) - 1
                out[share, scope] = _ranked(times, n_runs, max(rank, 0), room)
            else:
                out[share, scope] = math.inf if oldest_end > youngest else math.nan


@inlined
def _end(values: Any, low: int, high: int) -> int:
    """Where what is NaN begins in a range of ascending values."""
    while low < high:
        middle = (low + high) // 2
        if math.isnan(values[middle]):
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def _bound(values: Any, low: int, high: int, pivot: float, equal: bool) -> int:
    """Where what is more than the pivot, or `equal` to it, begins in a range of ascending values."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < pivot or (not equal and values[middle] == pivot):
            low = middle + 1
        else:
            high = middle
    return low


@handler
def _ranked(times: Any, n_runs: int, rank: int, room: Any) -> float:
    """The time that so many come before among the ranges room[0] to room[1] of ascending times."""
    if n_runs == 1:
        return times[room[0, 0] + rank]  # type: ignore[no-any-return]
    for run in range(n_runs):
        room[2, run], room[3, run] = room[0, run], room[1, run]  # where it is looked for
    while True:
        widest = 0
        for run in range(1, n_runs):
            if room[3, run] - room[2, run] > room[3, widest] - room[2, widest]:
                widest = run
        pivot = times[(room[2, widest] + room[3, widest]) // 2]
        up_to, below = 0, 0
        for run in range(n_runs):
            room[4, run] = _bound(times, room[2, run], room[3, run], pivot, False)
            up_to += room[4, run] - room[2, run]
        if rank >= up_to:
            rank -= up_to
            for run in range(n_runs):
                room[2, run] = room[4, run]
            continue
        for run in range(n_runs):
            room[3, run] = _bound(times, room[2, run], room[4, run], pivot, True)
            below += room[3, run] - room[2, run]
        if rank >= below:
            return pivot  # type: ignore[no-any-return]


@inlined
def _censored(
    times: Any, n_runs: int, number: int, ages: Any, youngest: int, oldest_end: int,
    shares: Any, slack: float, room: Any, out: Any, place: int,
) -> None:  # fmt: skip
    """Kaplan-Meier percentiles of the times in the ranges room[0] to room[1], of which some are only known to exceed
    one of the ages youngest..oldest_end-1.

    Between two ages the estimate falls as a plain share does: by the times of the stretch / at risk.
    """
    for share in range(shares.size):
        out[share, place] = math.inf
    for run in range(n_runs):
        room[5, run] = room[0, run]
    longer, wanted, first = 1.0, 0, 0  # the estimate, the share that is looked for, so many times are done with
    for age in range(youngest, oldest_end + 1):
        high = number
        if age < oldest_end:  # how many times are up to this age
            high = 0
            for run in range(n_runs):
                room[5, run] = _bound(times, room[5, run], room[1, run], ages[age], False)
                high += room[5, run] - room[0, run]
        if high > first:
            at_risk = (number - first) + (oldest_end - age)
            after = longer * (at_risk - (high - first)) / at_risk
            while wanted < shares.size and after <= 1.0 - shares[wanted] + slack:
                rank = int(math.ceil(at_risk * (1.0 - (1.0 - shares[wanted] + slack) / longer)))
                out[wanted, place] = _ranked(times, n_runs, first + min(max(rank, 1), high - first) - 1, room)
                wanted += 1
            if wanted == shares.size:
                return
            longer, first = after, high


@entry
def ages(
    begins: Any, ends: Any, arrived: Any, spans: Any, interval: float, share: float, slack: float,
    room: Any, rests: Any, out: Any,
) -> None:  # fmt: skip
    """Write to out [2, spans] the greatest age, and a percentile of age, of the contacts of each span at the ends of
    those intervals at which they are open, begins <= interval < ends; 0 where there are none.

    Ages are counted by whole intervals: a rest, and all numbers of intervals from the first to the last. `room` [m] is
    for counting them, `rests` [n] to work in.
    """
    for place in range(spans.shape[0]):
        low, high, number, most, greatest = spans[place, 0], spans[place, 1], 0, 0, 0.0
        room[:] = 0
        for c in range(low, high):
            first = int(math.floor(((begins[c] + 1) * interval - arrived[c]) / interval))
            room[first] += 1
            room[first + ends[c] - begins[c]] -= 1
            number += ends[c] - begins[c]
            most = max(most, first + ends[c] - begins[c])
            greatest = max(greatest, ends[c] * interval - arrived[c])
        out[0, place] = greatest
        if number == 0:
            continue
        rank = max(0, int(math.ceil(share * number - slack)) - 1)
        level, among = 0, room[0]
        while rank >= among and level < most:
            rank -= among
            level += 1
            room[level] += room[level - 1]
            among = room[level]
        found = 0
        for c in range(low, high):
            age = (begins[c] + 1) * interval - arrived[c]
            first = int(math.floor(age / interval))
            if first <= level < first + ends[c] - begins[c]:
                rests[found] = age - first * interval
                found += 1
        out[1, place] = level * interval + _selected(rests, found, rank)


@inlined
def _selected(values: Any, size: int, rank: int) -> float:
    """The value that so many of the first `size` values come before in ascending order; these are shuffled."""
    low, high = 0, size - 1
    while low < high:
        pivot, left, right = values[(low + high) // 2], low, high
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if rank <= right:
            high = right
        elif rank >= left:
            low = left
        else:
            break
    return values[rank]  # type: ignore[no-any-return]
