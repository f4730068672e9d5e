"""Student quantiles against an independent implementation."""

from __future__ import annotations

import time

import pytest
from scipy import stats

from floorcast.study.student import two_sided


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 9, 19, 29, 99, 999, 99_999])
@pytest.mark.parametrize("error", [0.99, 0.5, 0.1, 0.05, 0.01, 0.05 / 57, 1e-6, 1e-10])
def test_quantiles_agree_with_scipy(error: float, freedom: int) -> None:
    assert two_sided(error, freedom) == pytest.approx(stats.t.isf(error / 2, freedom), rel=1e-9)


def test_quantiles_of_the_printed_tables() -> None:
    assert two_sided(0.05, 1) == pytest.approx(12.7062, abs=1e-4)
    assert two_sided(0.05, 19) == pytest.approx(2.0930, abs=1e-4)
    assert two_sided(0.01, 9) == pytest.approx(3.2498, abs=1e-4)


def test_a_quantile_is_quick() -> None:
    began = time.perf_counter()
    for freedom in range(20, 120):
        two_sided(0.0123, freedom)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(("error", "freedom"), [(0.0, 5), (1.0, 5), (0.05, 0)])
def test_there_is_no_quantile_of_nothing(error: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="allowed 0 to 1 with 1 or more"):
        two_sided(error, freedom)
