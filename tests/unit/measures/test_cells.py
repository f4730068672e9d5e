"""The compiled passes over contacts beside the plain formulas that they stand for, on made-up contacts."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures.base.records import Floats
from floorcast.measures.base.service import SHORT_ABANDONMENT, Service
from floorcast.measures.base.times import Followed
from floorcast.measures.cells.classes import service_classes
from floorcast.measures.cells.columns import spread_columns
from floorcast.measures.cells.compiled import add_scores, follow
from floorcast.measures.cells.order import TypesAndGroups, cells_of, cells_of_classes, in_order
from floorcast.measures.cells.percentile import (
    SLACK,
    censored_percentiles,
    percentiles_by_span,
    percentiles_of_runs,
    rank_of,
)
from floorcast.measures.cells.ranked import ages, bin_counts, oldest
from floorcast.model.records.layout import CONTACT, Outcome
from tests.unit.measures.centre import blank_contacts

CHANNELS, GROUPS = 3, 4
TYPE_CHANNEL = np.array([2, 0, -1, 0, 1, 2])  # the third is what agents ask each other
N = 700


def cells(seed: int) -> tuple[TypesAndGroups, np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    types, groups = draw.integers(0, 6, N).astype(np.int16), draw.integers(-1, GROUPS, N).astype(np.int16)
    records = blank_contacts(N)
    records["contact_type"], records["group"] = types, groups
    records["arrived"] = draw.choice([-1.0, 0.0, 50.0, 100.0], N, p=[0.05, 0.5, 0.4, 0.05])
    measured = (records["arrived"] >= 0.0) & (records["arrived"] < 100.0)
    return cells_of(records, 0.0, 100.0, TYPE_CHANNEL, (CHANNELS, GROUPS)), types, groups, measured


def plain(values: np.ndarray, types: np.ndarray, groups: np.ndarray) -> list[float]:
    """Sums for all, each channel, each type and each group; what agents ask each other is of no customer."""
    channel = TYPE_CHANNEL[types]
    return [
        values[channel >= 0].sum(),
        *(values[channel == place].sum() for place in range(CHANNELS)),
        *(values[types == place].sum() for place in range(len(TYPE_CHANNEL))),
        *(values[groups == place].sum() for place in range(GROUPS)),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_sums_and_counts_over_scopes_are_those_of_the_measured_contacts(seed: int) -> None:
    where, types, groups, measured = cells(seed)
    draw = np.random.default_rng(seed + 100)
    mask, values, codes = draw.random(N) < 0.3, draw.exponential(300.0, N), draw.integers(0, 7, N)
    order = where.order
    assert where.count(mask[order]).tolist() == plain((mask & measured).astype(float), types, groups)
    expected = plain(np.where(mask & measured, values, 0.0), types, groups)
    np.testing.assert_allclose(where.add(values[order], mask[order]), expected, rtol=1e-12)
    both = where.count(np.array([mask[order], ~mask[order]]))
    assert both.tolist() == [where.count(mask[order]).tolist(), where.count(~mask[order]).tolist()]
    by_code = where.count_codes(codes[order], 7)
    for code in range(7):
        assert by_code[:, code].tolist() == plain((measured & (codes == code)).astype(float), types, groups)


def test_all_channels_and_types_stand_in_one_piece() -> None:
    where, types, _, measured = cells(7)
    channel = TYPE_CHANNEL[types]
    wanted = [channel >= 0, *(channel == c for c in range(CHANNELS)), *(types == k for k in range(len(TYPE_CHANNEL)))]
    for (low, high), chosen in zip(where.spans.tolist(), wanted, strict=True):
        assert sorted(where.order[low:high].tolist()) == np.flatnonzero(chosen & measured).tolist()
    assert sorted(where.order.tolist()) == list(range(N))


def test_the_contacts_of_each_group_stand_in_pieces() -> None:
    where, _, groups, measured = cells(8)
    pieces, spans = where.by_group
    joined = np.concatenate([where.order[piece] for piece in pieces])
    for group, (low, high) in enumerate(spans.tolist()):
        assert sorted(joined[low:high].tolist()) == np.flatnonzero((groups == group) & measured).tolist()


def test_a_value_that_is_no_number_counts_only_where_it_is_asked_for() -> None:
    where, *_ = cells(3)
    values = np.full(N, np.nan)
    values[:50] = 2.0
    assert where.add(values, np.arange(N) < 50)[0] == 2.0 * where.count(np.arange(N) < 50)[0]


def test_classes_of_several_dimensions_are_counted_together() -> None:
    draw = np.random.default_rng(5)
    codes = [draw.integers(0, size, 300) for size in (1, 5, 3)]
    where = cells_of_classes(codes, (1, 5, 3))
    mask = draw.random(300) < 0.4
    expected = [((code == place) & mask).sum() for code, size in zip(codes, (1, 5, 3)) for place in range(size)]
    assert where.count(mask[where.order]).tolist() == expected


def test_fields_of_every_width_come_as_columns_in_the_new_order() -> None:
    draw = np.random.default_rng(6)
    records = blank_contacts(1000)
    for name in CONTACT.names:
        records[name] = draw.integers(0, 100, 1000)
    place = draw.permutation(1000)
    for name, column in spread_columns(records, CONTACT.names, place).items():
        assert column.dtype == records.dtype[name]
        assert (column[place] == records[name]).all()
    records["parent"][:500] = -1
    parent = spread_columns(records, ("parent",), place, ids=("parent",))["parent"][place]
    assert parent.tolist() == [-1] * 500 + place[records["parent"][500:]].tolist()


def kaplan_meier(times: Floats, ages: Floats, share: float) -> float:
    """The estimate step by step: at each time a part 1 / at risk of those left goes."""
    longer = 1.0
    for time in np.sort(times):
        earlier = (times < time).sum() + (ages < time).sum()
        equal = (times == time).sum()
        longer *= (1.0 - 1.0 / (times.size + ages.size - earlier)) if equal == 1 else 1.0
        if longer <= 1.0 - share + 1e-9:
            return float(time)
    return np.inf


@pytest.mark.parametrize("seed", range(20))
def test_percentiles_of_who_still_waits_go_step_by_step(seed: int) -> None:
    draw = np.random.default_rng(seed)
    times, ages = draw.exponential(60.0, draw.integers(1, 60)), draw.exponential(90.0, draw.integers(1, 60))
    shares = (0.1, 0.5, 0.9)
    assert censored_percentiles(times, ages, shares) == [kaplan_meier(times, ages, share) for share in shares]


def plain_class(wait: float, outcome: int, life: float, limit: float) -> Service:
    if wait <= limit:
        return Service.IN_TIME
    if wait > limit:
        return Service.LATE
    short, past = life <= SHORT_ABANDONMENT, life > limit
    if outcome == Outcome.ABANDONED:
        late = Service.ABANDONED_SHORT_LATE if short else Service.ABANDONED_LATE
        return late if past else Service.ABANDONED_SHORT if short else Service.ABANDONED_IN_TIME
    owed = outcome in (Outcome.OPEN, Outcome.LOST, Outcome.CLOSED_WITH_ANOTHER)
    return Service.UNANSWERED if owed and past else Service.NOT_COUNTED


def test_every_fate_has_its_class() -> None:
    draw = np.random.default_rng(9)
    wait = np.where(draw.random(N) < 0.5, draw.exponential(20.0, N), np.nan)
    outcome, life = draw.integers(0, len(Outcome), N).astype(np.uint8), draw.exponential(15.0, N)
    limit = draw.choice([2.0, 10.0, 20.0], N)
    expected = [plain_class(*one) for one in zip(wait, outcome.tolist(), life, limit)]
    assert service_classes(wait, outcome, life, limit).tolist() == expected


def test_contacts_stand_by_their_codes_as_they_came() -> None:
    codes = np.array([2, 0, 2, 1, 0])
    order, starts, place = in_order(codes, 4)
    assert order.tolist() == [1, 4, 3, 0, 2]
    assert starts.tolist() == [0, 2, 3, 5, 5]
    assert (order[place] == np.arange(5)).all()
    for wrong in (-1, 4):
        with pytest.raises(ValueError, match=f"{wrong}.*allowed 0 to 3"):
            in_order(np.array([0, wrong, 1]), 4)


def test_each_span_has_its_own_percentiles_and_none_where_it_holds_nothing() -> None:
    times, ages = np.array([1.0, 2.0, 3.0, np.nan, 7.0]), np.array([5.0, np.nan])
    spans, age_spans = np.array([[0, 4], [4, 5], [3, 4], [3, 4]]), np.array([[0, 0], [0, 1], [1, 2], [0, 1]])
    found = percentiles_by_span(times, spans, ages, age_spans, (0.5, 0.9))
    assert found[:, 0].tolist() == [2.0, 3.0]
    assert found[:, 1].tolist() == [7.0, 7.0]  # the one of age 5 is censored before
    assert np.isnan(found[:, 2]).all()
    assert np.isinf(found[:, 3]).all()  # only who still waits


@pytest.mark.parametrize("seed", range(5))
def test_percentiles_of_times_in_several_pieces_are_those_of_all_of_them(seed: int) -> None:
    draw = np.random.default_rng(seed)
    sizes = draw.integers(0, 40, 6)
    parts = [np.sort(np.round(draw.exponential(60.0, size), -1)) for size in sizes]  # many are equal
    ends = np.cumsum(sizes)
    runs, of = np.stack((ends - sizes, ends), axis=1), np.array([0, 1, 4, 6])
    shares, times = (0.01, 0.5, 0.9, 1.0), np.concatenate(parts)
    waiting = np.sort(draw.exponential(90.0, 5))
    for ages_of_them, age_spans in ((np.empty(0), np.zeros((3, 2), np.int64)), (waiting, np.array([[0, 5]] * 3))):
        found = percentiles_of_runs(times, runs, of, ages_of_them, age_spans, shares)
        for scope in range(3):
            joined = np.concatenate(parts[of[scope] : of[scope + 1]])
            expected = censored_percentiles(joined, ages_of_them, shares)
            np.testing.assert_array_equal(found[:, scope], expected)


def test_times_and_scores_fall_into_bins_by_their_upper_edges() -> None:
    edges, counts = np.array([0.0, 10.0, 20.0]), np.zeros((2, 4), np.int64)
    bin_counts(np.array([0.0, 10.0, 10.5, 99.0, 20.0, np.nan]), np.array([[0, 4], [4, 6]]), edges, counts)
    assert counts.tolist() == [[1, 1, 1, 1], [0, 0, 1, 0]]
    scored = np.zeros((2, 4), np.int64)
    add_scores(np.array([10.0 + 1e-12, 30.0, np.nan, -1.0]), np.array([0, 1, 1, 1]), edges, scored)
    assert scored.tolist() == [[0, 1, 0, 0], [1, 0, 0, 1]]


def test_the_oldest_of_each_interval_is_the_first_that_is_still_there() -> None:
    arrived, begins, ends = np.array([5.0, 1.0, 3.0]), np.array([0, 0, 1]), np.array([4, 2, 3])
    found = np.full((1, 5), np.inf)
    oldest(np.argsort(arrived), arrived, begins, ends, np.array([[0, 3]]), found)
    expected = [
        min((at for at, low, high in zip(arrived, begins, ends) if low <= interval < high), default=np.inf)
        for interval in range(5)
    ]
    assert found[0].tolist() == expected == [1.0, 1.0, 3.0, 5.0, np.inf]


def test_ages_at_the_ends_of_intervals_need_not_be_written_down() -> None:
    draw = np.random.default_rng(12)
    begins = draw.integers(0, 6, 80)
    arrived, ends = 10.0 * (begins + draw.random(80)) - 25.0 * (draw.random(80) < 0.2), begins + draw.integers(1, 9, 80)
    spans = np.array([[0, 80], [0, 30], [30, 80], [80, 80]])
    for share in (0.01, 0.5, 0.9, 1.0):
        found = np.zeros((2, 4))
        ages(begins, ends, arrived, spans, 10.0, share, SLACK, np.empty(40, np.int64), np.empty(80), found)
        for place, (first, last) in enumerate(spans[:3].tolist()):
            written = np.sort(
                [10.0 * (m + 1) - arrived[c] for c in range(first, last) for m in range(begins[c], ends[c])]
            )
            assert found[1, place] == pytest.approx(written[rank_of(share, written.size)], rel=1e-12)
            assert found[0, place] == written[-1]
        assert found[:, 3].tolist() == [0.0, 0.0]


def test_an_issue_and_an_incident_are_followed_over_their_contacts() -> None:
    # Contact 0 begins an issue and is lost; 1 follows on another channel and is answered by itself, 2 with another.
    ids = np.array([[0, 0, 0, 3], [-1, 0, 1, -1], [0, -1, 0, 0]], np.int32)  # issue, parent, incident
    channel, arrived = np.array([1, 2, 2, 1], np.int16), np.array([1.0, 2.0, 4.0, 8.0])
    real, resolved = np.array([1, 1, 1, 0], np.uint8), np.array([0, 1, 2, 1], np.uint8)
    found = np.empty((len(Followed), 4))
    follow(*ids, channel, real, resolved, arrived, np.array([9.0, 20.0, 15.0, np.nan]), found)
    assert found[Followed.CONTACTS].tolist() == [3.0, 0.0, 0.0, 0.0]
    assert found[Followed.HOPS].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert found[Followed.SOLVED, 0] == 20.0
    assert np.isnan(found[Followed.SOLVED, 1:]).all()
    assert found[Followed.CLOSED].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert found[Followed.POSTS].tolist() == [2.0, 0.0, 0.0, 0.0]
    assert found[Followed.LAST_POST, 0] == 4.0
