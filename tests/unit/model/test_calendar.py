"""The calendar against Python's heap: by instant, then by kind, then lower id."""

from __future__ import annotations

import heapq
import math

from hypothesis import given
from hypothesis import strategies as st

from floorcast.model.core import calendar as _calendar
from tests.unit.model.bare import Called, bare_state

calendar = Called(_calendar)

EVENTS = st.tuples(
    st.sampled_from([0.0, 0.5, 3.0, 3.0000000001, 1e7]) | st.floats(0.0, 1e6),
    st.integers(0, 2047),
    st.integers(0, 2**36 - 1),
    st.integers(0, 2**16 - 1),
)


@given(st.integers(0, 2047), st.integers(0, 2**36 - 1), st.integers(0, 2**16 - 1))
def test_what_is_packed_can_be_read(kind: int, subject: int, stamp: int) -> None:
    what = calendar.pack(kind, subject, stamp)
    assert 0 <= what < 2**63
    assert calendar.kind_of(what) == kind
    assert calendar.subject_of(what) == subject
    assert calendar.stamp_of(what) == stamp


@given(st.tuples(*[st.integers(0, 99)] * 3), st.tuples(*[st.integers(0, 99)] * 3))
def test_packed_events_stand_by_kind_then_subject(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert (calendar.pack(*one) < calendar.pack(*other)) == (one < other)


@given(st.lists(EVENTS | st.none(), max_size=200))
def test_the_earliest_comes_first(steps: list[tuple[float, int, int, int] | None]) -> None:
    """None: the earliest happens; anything else is written down."""
    s, plain = bare_state(calendar=204), []
    s.calendar["time"], s.calendar["what"] = math.inf, 2**63 - 1  # as a run begins
    for step in steps:
        if step is not None:
            time, *event = step
            calendar.schedule(s, time, calendar.pack(*event))
            heapq.heappush(plain, (time, calendar.pack(*event)))
        elif plain:
            calendar.drop_first(s)
            heapq.heappop(plain)
        assert s.centre[0]["calendar"] == len(plain)
        if plain:
            assert (s.calendar[0]["time"], s.calendar[0]["what"]) == plain[0]
    while plain:
        assert (s.calendar[0]["time"], s.calendar[0]["what"]) == heapq.heappop(plain)
        calendar.drop_first(s)
