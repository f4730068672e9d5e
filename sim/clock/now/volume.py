"""What comes in the rest of a day: rates and counts from the moment on, and what today's volume says of its factor.

The number of customers since midnight updates the day factor. A gamma factor stays a gamma factor: if n customers came
where m were expected, n is added to its shape and m to its rate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from floorcast.clock.now.situation import DAY, Situation
from floorcast.model.compile.assemble import World
from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import uniforms
from floorcast.model.records.sources import STEP


def told(situation: Situation, base: World) -> dict[int, tuple[float, float]]:
    """What today's counts say of each day factor: how many came, and how many were expected."""
    low, high = situation.midnight, situation.now
    shares: dict[str, dict[int, float]] = {}
    for profile in base.demand.profiles:
        kind = base.type_names[int(base.demand.sources[profile.source]["contact_type"])]
        edges = np.clip(profile.edges, low, high)
        weight = profile.values if profile.counts else profile.values * np.diff(profile.edges)
        whole = np.diff(profile.edges)
        part = np.divide(np.diff(edges), whole, out=np.zeros_like(whole), where=whole > 0)
        own = shares.setdefault(kind, {})
        key = profile.factor_key if profile.factor is not None else -1
        own[key] = own.get(key, 0.0) + float((weight * part).sum())
    found: dict[int, tuple[float, float]] = {}
    for kind, own in shares.items():
        total = sum(own.values())
        if kind not in situation.offered or total <= 0:
            continue
        for key, expected in own.items():
            if key >= 0:
                came, before = found.get(key, (0.0, 0.0))
                found[key] = came + situation.offered[kind] * expected / total, before + expected
    return found


def drawn_anew(
    steps: Any, profile: Any, came: float, expected: float, midnight: float, keys: tuple[int, int]
) -> Any:
    """The steps of a rate with today's factor drawn from what is known of it by now, at the same place of chance."""
    from scipy.special import gammaincinv

    day = round(midnight / DAY)
    u, _ = uniforms(np.array([profile.factor_key]), np.array([int(Stream.DAY)]), np.array([day]), *keys)
    before = float(profile.factor.quantile(u)[0])
    after = float(gammaincinv(profile.shape + came, u[0])) / (profile.shape + expected)
    today = (steps["time"] >= midnight) & (steps["time"] < midnight + DAY)
    steps["value"][today] *= after / before
    return steps


def later_rate(steps: Any, now: float) -> Any:
    """The steps of a rate that is 0 until the moment."""
    edges = np.union1d(steps["time"], [now] if steps["time"][0] < now < steps["time"][-1] else [])
    new = np.zeros(len(edges), STEP)
    new["time"] = edges
    values = steps["value"][np.clip(np.searchsorted(steps["time"], edges[:-1], side="right") - 1, 0, None)]
    values = np.where(edges[:-1] >= now, values, 0.0)
    new["value"][:-1] = values
    new["cumulated"][1:] = np.cumsum(values * np.diff(edges))
    return new


def later_counts(steps: Any, now: float) -> Any:
    """The steps of counts of which those before the moment are over, and the one at hand by its share."""
    new = steps.copy()
    begins, ends = steps["time"][:-1], steps["time"][1:]
    left = np.clip((ends - now) / np.maximum(ends - begins, 1e-9), 0.0, 1.0)
    new["value"][:-1] = np.rint(steps["value"][:-1] * left)
    new["time"][:-1] = np.where((begins < now) & (ends > now), now, begins)
    return new
