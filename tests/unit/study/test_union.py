"""Options with other groups than the base: every figure stands in its own row."""

from __future__ import annotations

import numpy as np

from floorcast.study.alternatives.union import placed


def test_an_option_with_as_many_rows_in_another_order_keeps_each_in_its_place() -> None:
    values, places = np.array([10.0, 30.0, 20.0]), np.array([0, 2, 1])
    assert placed(values, places, 3).tolist() == [10.0, 20.0, 30.0]
    assert np.isnan(placed(values[:2], places[:2], 3)).tolist() == [False, True, False]
