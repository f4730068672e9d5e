"""Shifts, breaks, training and headcounts worked out over the horizon: who is on the floor when."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from floorcast.scenario.horizon.arrivals import Calendar
from floorcast.scenario.read.problems import Findings, Wrong
from floorcast.scenario.read.units import DAY
from floorcast.scenario.schema.people import Hours
from floorcast.scenario.schema.resolved import AgentRoster, Headcount, ShiftOccurrence
from floorcast.scenario.schema.staff import DrawnAs, Group, Shift
from floorcast.scenario.words.calendar_words import CLOSED

Span = tuple[float, float]
MOST_HEADS = 100_000
MOST_MOVES = 3_000_000
_LONGEST_BREAK = 5 * 3600.0


def roster(group: Group, calendar: Calendar, steps: Headcount | None) -> tuple[AgentRoster, ...]:
    """Every agent's occurrences, in the order of the file: shift by shift, agent by agent; of a
    roster in order of appearance.

    Agents of `agents: n` have one occurrence, the whole horizon. Of a headcount, agent i (from 0)
    is present while more than i heads are; the model may instead use the steps and let whoever is
    idle leave. Training takes the first agents on the floor at its start, in that order. Raises
    `Wrong` relative to the group for shifts that never fall in the horizon.
    """
    if group.agents is not None:
        agents: list[AgentRoster] = [(ShiftOccurrence(0.0, calendar.horizon, ()),)] * group.agents
    elif steps is not None:
        agents = _of_steps(steps)
    elif group.roster is not None:
        spans = group.roster.spans(calendar.start, calendar.horizon)
        agents = [_days_of(spans[name]) for name in group.roster.names]
    else:
        agents = _of_shifts(group, calendar)
    for number, person in enumerate(group.people_in_order(len(agents))):
        if person is not None and person.leave:
            days = set(person.leave)
            agents[number] = tuple(one for one in agents[number] if calendar.date(one.start) not in days)
    _train(group, calendar, agents)
    return tuple(agents)


def headcount_steps(group: Group, calendar: Calendar) -> Headcount | None:
    """Steps of a `headcount`, rounded half up; None when the group is staffed otherwise."""
    if group.headcount is None:
        return None
    edges, values = calendar.laid_out(calendar.profile_steps(group.headcount), shares=False)
    heads = np.floor(values + 0.5)
    if heads.max(initial=0) > MOST_HEADS:
        raise Wrong(
            f"found {heads.max():.0f} heads; allowed at most {MOST_HEADS} agents in a group"
        ).under("headcount")
    keep = np.concatenate(([True], heads[1:] != heads[:-1]))
    return Headcount(np.concatenate((edges[:-1][keep], edges[-1:])), heads[keep].astype(np.int64))


def _of_steps(steps: Headcount) -> list[AgentRoster]:
    if np.abs(np.diff(steps.heads)).sum() > MOST_MOVES:
        raise Wrong(
            f"found more than {MOST_MOVES} comings and goings; allowed fewer, as a steadier headcount"
        ).under("headcount")
    begun: list[float] = []
    agents: list[list[ShiftOccurrence]] = [[] for _ in range(int(steps.heads.max(initial=0)))]
    for n, heads in enumerate(steps.heads):
        at = float(steps.edges[n])
        while len(begun) > heads:
            agents[len(begun) - 1].append(ShiftOccurrence(begun.pop(), at, ()))
        begun.extend([at] * (int(heads) - len(begun)))
    while begun:
        agents[len(begun) - 1].append(ShiftOccurrence(begun.pop(), float(steps.edges[-1]), ()))
    return [tuple(one) for one in agents]


def _days_of(spans: list[Span]) -> AgentRoster:
    """Spans of one person as occurrences: those with at most five hours between them are one shift,
    with breaks."""
    shifts: list[list[Span]] = []
    for span in spans:
        if shifts and span[0] - shifts[-1][-1][1] <= _LONGEST_BREAK:
            shifts[-1].append(span)
        else:
            shifts.append([span])
    return tuple(
        ShiftOccurrence(
            one[0][0],
            one[-1][1],
            tuple((a[1], b[0]) for a, b in zip(one, one[1:], strict=False)),
        )
        for one in shifts
    )


def _of_shifts(group: Group, calendar: Calendar) -> list[AgentRoster]:
    agents: list[AgentRoster] = []
    findings = Findings()
    for index, shift in enumerate(group.shifts):
        try:
            occurrences = occurrences_of(shift, calendar)
        except Wrong as fault:
            findings.add(fault, "shifts", index)
            continue
        if not occurrences:
            days = "1 day" if calendar.horizon == DAY else f"{calendar.horizon / DAY:g} days"
            off = ["leave"] if any(hours.leave for hours in shift.hours) else []
            off += ["closed days"] if any(weekday == CLOSED for _, weekday in calendar.midnights) else []
            without = f", {' and '.join(off)} left out" if off else ""
            message = f"found a shift that never falls within the {days} simulated{without}"
            findings.add(Wrong(f"{message}; allowed shifts on those days"), "shifts", index)
        # shared: a training gives those it takes a roster of their own
        agents += [tuple(occurrences)] * shift.agents
        if shift.part < 1 and shift.agents:
            agents[-1] = tuple(_part(one, shift.part) for one in occurrences)
    findings.settle()
    return agents


def occurrences_of(shift: Shift, calendar: Calendar) -> list[ShiftOccurrence]:
    """Occurrences of a line of shifts, with the other hours of the same people, in order of time. Raises
    `Wrong`, relative to the shift, where two of them overlap."""
    own = _occurrences(shift, shift.drawn_as, calendar)
    if not shift.also:
        return own
    others = [[one._replace(drawn=None) for one in _occurrences(hours, None, calendar)] for hours in shift.also]
    for place, its in enumerate(others):
        if not its:
            message = f"found hours that never fall within the {calendar.horizon / DAY:g} days simulated"
            raise Wrong(f"{message}; allowed hours on those days").under("also", place)
    found = sorted((one for part in (own, *others) for one in part), key=lambda one: one.start)
    for one, following in zip(found, found[1:], strict=False):
        if following.start < one.end:
            at = f"{calendar.date(following.start)}"
            message = f"found hours of the same people that overlap on {at}; allowed one after the other"
            raise Wrong(message).under("also")
    if shift.drawn_as is None:
        return found
    as_drawn = _occurrences(shift.model_copy(update={"days": shift.drawn_as.days}), None, calendar)
    before = sorted(one.start for part in (as_drawn, *others) for one in part)
    return [one._replace(drawn=bisect_left(before, one.start)) for one in found]


def _part(one: ShiftOccurrence, share: float) -> ShiftOccurrence:
    """The first share of a presence, with the breaks that fall into it."""
    end = one.start + share * (one.end - one.start)
    return one._replace(end=end, breaks=_inside(one.breaks, one.start, end), unpaid=_inside(one.unpaid, one.start, end))


def _occurrences(shift: Hours, luck: DrawnAs | None, calendar: Calendar) -> list[ShiftOccurrence]:
    """All days' occurrences clipped to the horizon, with the one of the evening before that spills
    in."""
    chosen: list[ShiftOccurrence] = []
    as_drawn = shift if luck is None else shift.model_copy(update={"days": luck.days})
    before = 0  # shifts of the line whose luck these people have
    for midnight, weekday in calendar.midnights:
        begin = midnight + shift.start
        low, high = max(0.0, begin), min(calendar.horizon, begin + shift.length)
        there = as_drawn.falls_on(calendar.date(midnight), weekday) and high > low
        drawn = before if there and luck is not None else None
        before += there
        if shift.falls_on(calendar.date(midnight), weekday) and high > low:
            breaks, unpaid = (
                _inside(((begin + a, begin + b) for a, b in spans), low, high)
                for spans in (shift.break_spans(), shift.break_spans(unpaid=True))
            )
            chosen.append(ShiftOccurrence(low, high, breaks, unpaid=unpaid, pay=shift.pay, drawn=drawn))
    return chosen


def _inside(spans: object, low: float, high: float) -> tuple[Span, ...]:
    """Spans clipped to low..high, joined where they touch or overlap, in order."""
    joined: list[Span] = []
    for begin, end in sorted(spans):  # type: ignore[call-overload]
        begin, end = max(begin, low), min(end, high)
        if end <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _train(group: Group, calendar: Calendar, agents: list[AgentRoster]) -> None:
    for training in group.training:
        for midnight, weekday in calendar.midnights:
            if weekday not in training.days:
                continue
            begin, end = midnight + training.start, midnight + training.start + training.length
            left = len(agents) if training.agents is None else training.agents
            for number, one in enumerate(agents):
                if left == 0:
                    break
                places = [n for n, o in enumerate(one) if o.start < end and begin < o.end]
                # Only those who are there when it begins count as trained; the rest of a longer
                # training may reach other shifts.
                if not any(one[n].start <= max(begin, 0.0) < one[n].end for n in places):
                    continue
                left -= 1
                own = list(one)
                for n in places:
                    spans = _inside((*own[n].breaks, (begin, end)), own[n].start, own[n].end)
                    lesson = max(begin, own[n].start), min(end, own[n].end)
                    own[n] = own[n]._replace(breaks=spans, lessons=(*own[n].lessons, lesson))
                agents[number] = tuple(own)
