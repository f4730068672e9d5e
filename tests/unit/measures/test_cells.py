"""The compiled passes over contacts beside the plain formulas that they stand for, on made-up contacts."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures.base.records import Floats
from floorcast.measures.base.service import SHORT_ABANDONMENT, Service
from floorcast.measures.cells.classes import service_classes
from floorcast.measures.cells.columns import spread_columns
from floorcast.measures.cells.order import TypesAndGroups, cells_of, cells_of_classes
from floorcast.measures.cells.percentile import censored_percentiles
from floorcast.model.records.layout import CONTACT, Outcome
from tests.unit.measures.centre import blank_contacts

CHANNELS, GROUPS = 3, 4
TYPE_CHANNEL = np.array([2, 0, -1, 0, 1, 2])  # the third is what agents ask each other
N = 700


def cells(seed: int) -> tuple[TypesAndGroups, np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    types, groups = draw.integers(0, 6, N).astype(np.int16), draw.integers(-1, GROUPS, N).astype(np.int16)
    measured = draw.random(N) < 0.9
    return cells_of(types, groups, measured, TYPE_CHANNEL, (CHANNELS, GROUPS)), types, groups, measured


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
