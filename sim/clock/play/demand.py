"""Disturbances of who comes and how long work takes: a surge, a crisis post, a slow system."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.events.sources import order_sources
from floorcast.model.records.social import Trait
from floorcast.model.records.sources import SOURCE, STEP, TRACE, SourceKind

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor
    from floorcast.model.records.state import Array

_PROFILES = (int(SourceKind.RATE), int(SourceKind.COUNTS))


def surge(floor: Floor, channel: str, factor: float, seconds: float) -> None:
    """The contacts that come on a channel (or ``all``) from now on for so long are ``factor`` times as many.

    The same chance is used: a rate is stretched, so that the same contacts come sooner and more
    follow. What customers do of themselves (try again, chase) follows from the run.
    Raises ValueError where contacts are given one by one and cannot be multiplied.
    """
    state = floor.state
    rows = np.arange(int(state.centre[0]["sources"]))
    if channel != "all":
        on = floor.world.channel_names.index(channel)
        rows = rows[state.types["channel"][state.sources["contact_type"][rows]] == on]
    rows = rows[np.isin(state.sources["kind"][rows], _PROFILES)]
    if not rows.size:
        none = "are given one by one, or there are none: they cannot be multiplied"
        raise ValueError(f"the contacts of {channel} {none}")
    sources = state.sources.copy()
    profiles: list[Array] = []
    begin = at = 0  # profiles stand one behind the other, as they are written and as they are read
    for i in _one_behind_the_other(sources, int(state.centre[0]["sources"])):
        row = sources[i]
        end = int(row["step_to"])
        profile = state.steps[begin:end]
        row["step"] -= begin
        if i in rows:
            change = _faster if row["kind"] == SourceKind.RATE else _more
            profile = change(row, profile, floor.now, floor.now + seconds, factor)
        row["step"] += at
        row["step_to"] = at + len(profile)
        profiles.append(profile)
        begin, at = end, at + len(profile)
    floor.state = state.replaced(sources=sources, steps=np.concatenate(profiles))
    _in_order(floor)


def crisis(floor: Floor, contact_type: str, reach: float, attracts: float) -> None:
    """An angry post of so many followers, which attracts so many others on average while it is unanswered.

    Raises ValueError where posts of the type attract none.
    """
    state, world = floor.state, floor.world
    k = world.type_names.index(contact_type)
    if not state.types[k]["traits"] & Trait.CASCADE:
        raise ValueError(f"posts of {contact_type} attract no others in this scenario")
    post = np.zeros(1, TRACE)
    post["time"], post["sentiment"], post["reach"] = floor.now, -1, reach
    post["value"], post["language"], post["crisis"] = math.nan, -1, 1
    post["work"] = math.nan  # drawn, as of any post
    post["attracts"], post["kernel"] = attracts, -1
    n = int(state.centre[0]["sources"])
    row = np.zeros(1, SOURCE)
    row["kind"], row["contact_type"], row["campaign"] = int(SourceKind.TRACE), k, -1
    row["key"] = zlib.crc32(f"crisis at {floor.now!r} of {contact_type}".encode())
    post["key"] = row["key"]
    row["step"], row["step_to"], row["next"] = len(state.trace), len(state.trace) + 1, floor.now
    floor.state = state.replaced(
        sources=np.concatenate([state.sources[:n], row]), trace=np.concatenate([state.trace, post])
    )
    floor.state.centre[0]["sources"] = n + 1
    _in_order(floor)
    floor.run_until(floor.now)


def slower(floor: Floor, factor: float) -> None:
    """All work that begins from now on takes ``factor`` times as long."""
    fits = floor.state.fits.copy()
    fits["factor"] *= factor
    floor.state = floor.state.replaced(fits=fits)


def can_spread(floor: Floor) -> list[str]:
    """Contact types whose posts attract others."""
    traits = floor.state.types["traits"]
    return [name for k, name in enumerate(floor.world.type_names) if traits[k] & Trait.CASCADE]


def _one_behind_the_other(sources: Array, n: int) -> list[int]:
    """Sources with a profile in the order in which their profiles stand."""
    return sorted(
        (i for i in range(n) if sources[i]["kind"] in _PROFILES), key=lambda i: int(sources[i]["step_to"])
    )


def _faster(source: Array, old: Array, now: float, end: float, factor: float) -> Array:
    """A rate's profile from now on, and when its next contact comes; its operational time stays."""
    here = max(int(np.searchsorted(old["time"], now, side="right")) - 1, 0)
    now = max(now, float(old["time"][here]))
    inside = old["time"][here + 1 :]
    cut = [end] if now < end < old["time"][-1] else []
    times = np.unique(np.concatenate([[now], inside, cut]))
    rate = old["value"][np.clip(np.searchsorted(old["time"], times, side="right") - 1, 0, None)].copy()
    rate[times < end] *= factor
    new = np.zeros(len(times), STEP)
    new["time"], new["value"] = times, rate
    done = float(old["cumulated"][here]) + (now - float(old["time"][here])) * float(old["value"][here])
    new["cumulated"] = done + np.concatenate([[0.0], np.cumsum(np.diff(times) * rate[:-1])])
    at = float(source["at"])
    step = int(np.searchsorted(new["cumulated"], at, side="right")) - 1
    last = len(new) - 1
    source["step"] = min(max(step, 0), last)
    if step >= last:
        source["next"] = math.inf
    else:
        left = (at - float(new["cumulated"][step])) / float(new["value"][step])
        source["next"] = float(new["time"][step]) + left
    return new


def _more(source: Array, old: Array, now: float, end: float, factor: float) -> Array:
    """A profile of counts from the step at hand on; what is still to come in the window is multiplied."""
    new = old[int(source["step"]) :].copy()
    begins, ends = new["time"][:-1], new["time"][1:]
    rest = np.maximum(begins, now)
    part = np.clip(np.minimum(ends, end) - rest, 0.0, None) / np.maximum(ends - rest, 1e-9)
    new["value"][:-1] = np.rint(new["value"][:-1] * (1.0 + (factor - 1.0) * part))
    source["step"] = 0
    if len(part):
        source["left"] = int(np.rint(source["left"] * (1.0 + (factor - 1.0) * part[0])))
    return new


def _in_order(floor: Floor) -> None:
    """Which source is first, anew."""
    order_sources(floor.state)
    floor.disturbed()
