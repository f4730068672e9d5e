"""Has the compiled passes ready before the first run is measured."""

from __future__ import annotations

import numpy as np

from floorcast.measures.cells import compiled, ranked


def compile_passes() -> None:
    """Compile every pass, or load it where that has been done, by going over nothing."""
    numbers, truths, places = np.zeros(0), np.zeros(0, np.uint8), np.zeros(0, np.int64)
    kinds, classes, rows = np.zeros(0, np.int16), np.zeros(0, np.int8), np.zeros((0, 0))
    starts, scopes, sums = np.zeros(1, np.int64), np.zeros((0, 4), np.int64), np.zeros(1)
    compiled.count(np.zeros((0, 0), np.uint8), starts, scopes, rows)
    compiled.add(numbers, truths, starts, scopes, sums)
    compiled.count_codes(truths, starts, scopes, np.zeros((4, 0), np.int64), rows)
    compiled.classify(numbers, truths, numbers, numbers, 0.0, classes)
    spans, bins = np.zeros((0, 2), np.int64), np.zeros((0, 1), np.int64)
    ranked.percentiles(numbers, spans, starts, numbers, spans, numbers, 0.0, spans, rows)
    ranked.bin_counts(numbers, spans, numbers, bins)
    compiled.add_scores(numbers, places, np.zeros(2), bins)
    ranked.oldest(places, numbers, places, places, spans, rows)
    compiled.put_in_order(places, starts, places, places)
    words, one = [np.zeros((0, 1), f"u{width}") for width in (8, 4, 2, 1)], np.zeros(1, np.int64)
    halves, begins = np.zeros((0, 1), np.int16), np.zeros(3, np.int64)
    compiled.stand(np.zeros((0, 1)), halves, places, 0.0, 0.0, one, begins, places, places)
    compiled.add_at(places, numbers, rows)
    bounds, instants = np.zeros(3, np.int64), np.ones(4)
    per_type, pairs = np.zeros((1, 1), np.int64), np.zeros((3, 0), np.int64)
    stamps = numbers, numbers, numbers, numbers
    compiled.stay(places, *stamps, truths, truths, instants, bounds, sums, sums, per_type, pairs)
    ranked.ages(places, places, numbers, spans, 1.0, 0.0, 0.0, places, numbers, rows)
    compiled.arrivals(kinds, numbers, 1.0, 0.0, 0, one)
    compiled.count_at(places, truths, rows)
    compiled.times(kinds, truths, *stamps, numbers, places, numbers, 0.0, 0.0, rows, classes)
    ids = np.zeros(0, np.int32)
    compiled.follow(ids, ids, ids, kinds, truths, truths, numbers, numbers, rows)
    compiled.spread(*words, np.zeros((0, 4), np.int64), places, *words)
