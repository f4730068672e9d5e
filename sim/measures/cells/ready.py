"""Has the compiled passes ready before the first run is measured."""

from __future__ import annotations

import numpy as np

from floorcast.measures.cells import compiled


def compile_passes() -> None:
    """Compile every pass, or load it where that has been done, by going over nothing."""
    numbers, truths, places = np.zeros(0), np.zeros(0, np.uint8), np.zeros(0, np.int64)
    starts, scopes, sums = np.zeros(1, np.int64), np.zeros((0, 4), np.int64), np.zeros(1)
    compiled.count(truths, starts, scopes, sums)
    compiled.add(numbers, truths, starts, scopes, sums)
    compiled.count_codes(truths, starts, scopes, places, np.zeros((1, 0)))
    compiled.classify(numbers, truths, numbers, numbers, 0.0, np.zeros(0, np.int8))
    spans, bins = np.zeros((0, 2), np.int64), np.zeros((0, 1), np.int64)
    compiled.percentiles(numbers, spans, numbers, spans, numbers, 0.0, np.zeros((0, 0)))
    compiled.bin_counts(numbers, spans, numbers, bins)
    compiled.add_scores(numbers, places, numbers, bins)
    compiled.oldest(places, numbers, places, places, spans, np.zeros((0, 0)))
    compiled.put_in_order(places, starts, places, places)
    compiled.add_at(places, numbers, truths, sums)
    bounds, instants = np.zeros(3, np.int64), np.ones(4)
    per_type, pairs = np.zeros((1, 1), np.int64), np.zeros((3, 0), np.int64)
    stamps = numbers, numbers, numbers, numbers
    compiled.stay(places, *stamps, truths, truths, instants, bounds, sums, sums, per_type, pairs)
    compiled.ages_around(places, places, numbers, 0.0, 0.0, np.zeros(1, np.int64), numbers)
    compiled.arrivals(places, numbers, 1.0, 0.0, 0, places, truths)
    compiled.count_at(places, truths, truths, np.zeros((0, 0)))
    compiled.times(places, truths, *stamps, numbers, places, 0.0, np.zeros((0, 0)))
    compiled.follow(places, places, places, truths, truths, numbers, places, places, np.zeros((0, 0)))
    words = [np.zeros((0, 1), f"u{width}") for width in (8, 4, 2, 1)]
    compiled.spread(*words, np.zeros((0, 3), np.int64), places, *words)
