"""When the sources of a scenario bring contacts."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from floorcast.model.core.random import Stream
from floorcast.scenario.schema.resolved import ResolvedSource
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.social import Crisis
from floorcast.scenario.words.distributions import gamma
from tests.equivalence.independent.chance import Chance, value


class Arrival(NamedTuple):
    """One contact that a source brings; ``age``: how long it has waited already."""

    time: float
    kind: str
    key: int
    campaign: str | None = None
    age: float | None = None
    crisis: Crisis | None = None


def digest(name: str) -> int:
    """What is named keeps its random numbers wherever it stands."""
    return zlib.crc32(name.encode())


def sources(scenario: Scenario, chance: Chance) -> list[Iterator[Arrival]]:
    """All sources in the scenario's order, each giving its contacts in order of time."""
    found: list[Iterator[Arrival]] = []
    named: dict[str, int] = {}

    def key_of(name: str) -> int:
        named[name] = named.get(name, 0) + 1
        return digest(name if named[name] == 1 else f"{name} ({named[name]})")

    for kind, words in scenario.contact_types.items():
        if words.backlog is not None and words.backlog.count > 0:
            found.append(_backlog(scenario, kind, key_of(f"{kind}/backlog"), chance))
        for source in scenario.sources(kind):
            way = {"counts": _counts, "rate": _rate}[source.kind]
            found.append(way(source, kind, key_of(source.name), chance))
    for crisis in scenario.crises:
        found.append(_crisis(scenario, crisis, key_of(f"crisis {crisis.name}")))
    return found


def _uniforms(key: int, chance: Chance) -> Iterator[float]:
    """A uniform per contact of a source; a block serves two."""
    for n in range(1 << 32):
        yield from chance.two((key << 32) | n, Stream.GAP)


def _backlog(scenario: Scenario, kind: str, key: int, chance: Chance) -> Iterator[Arrival]:
    """Who waits at the start, the oldest first: the uniforms of their ages in falling order."""
    backlog = scenario.contact_types[kind].backlog
    assert backlog is not None
    u = 1.0
    for n in range(backlog.count):
        own = (key << 32) | n
        draw, _ = chance.two(own, Stream.AGE)
        u *= math.exp(math.log(draw) / (backlog.count - n))
        yield Arrival(0.0, kind, own, age=value(backlog.ages, u))


def _counts(source: ResolvedSource, kind: str, key: int, chance: Chance) -> Iterator[Arrival]:
    """Given numbers per interval, placed uniformly; parts of a contact come by chance."""
    uniforms = _uniforms(key, chance)
    n = 0
    for step, mean in enumerate(source.values):
        u, _ = chance.two(key << 32, Stream.COUNT, step)
        whole = math.floor(mean + 1e-9)
        at, end = float(source.edges[step]), float(source.edges[step + 1])
        for left in range(whole + (u < mean - whole), 0, -1):  # the earliest of those still to come
            at += (end - at) * -math.expm1(math.log1p(-next(uniforms)) / left)
            yield Arrival(at, kind, (key << 32) | n, source.campaign)
            n += 1


def _rate(source: ResolvedSource, kind: str, key: int, chance: Chance) -> Iterator[Arrival]:
    """A Poisson process: unit exponentials in the time that the cumulated rate keeps."""
    edges, rates = source.edges, source.values
    if source.bursts is not None:
        edges, rates = _spells(source, key << 32, chance)
    if source.day_factor is not None:
        shape, shared = source.day_factor
        days = np.arange(1, math.ceil(edges[-1] / 86400.0)) * 86400.0
        edges = np.union1d(source.edges, days[(days > edges[0]) & (days < edges[-1])])
        rates = rates[np.searchsorted(source.edges, edges[:-1], side="right") - 1]
        factor = gamma(1.0, shape)
        rates = np.array(
            [
                rate
                * value(factor, chance.two(digest(shared or source.name), Stream.DAY, int(t // 86400))[0])
                for rate, t in zip(rates, edges[:-1], strict=True)
            ]
        )
    cumulated = np.concatenate(([0.0], np.cumsum(rates * np.diff(edges))))
    at = 0.0
    for n, u in enumerate(_uniforms(key, chance)):
        at -= math.log(u)
        step = int(np.searchsorted(cumulated, at, side="right")) - 1
        if step >= len(rates):
            return
        time = float(edges[step]) + (at - float(cumulated[step])) / float(rates[step])
        yield Arrival(time, kind, (key << 32) | n, source.campaign)


def _spells(source: ResolvedSource, key: int, chance: Chance) -> tuple[np.ndarray, np.ndarray]:
    """Exponential spells that are calm and busy in turn; the first by the share of time of each."""
    assert source.bursts is not None
    rates, lengths = source.bursts[:2], source.bursts[2:]
    now = int(chance.two(key, Stream.BURST, 0)[0] < lengths[1] / sum(lengths))
    at, found, steps = 0.0, [], [0.0]
    while at < source.edges[-1]:
        at -= lengths[now] * math.log(chance.two(key, Stream.BURST, len(steps))[0])
        found.append(rates[now])
        steps.append(min(at, float(source.edges[-1])))
        now = 1 - now
    return np.array(steps), np.array(found)


def _crisis(scenario: Scenario, crisis: Crisis, key: int) -> Iterator[Arrival]:
    """The post that sets off an incident."""
    time = (crisis.at - scenario.start).total_seconds()
    yield Arrival(time, crisis.contact_type, key << 32, crisis.name, crisis=crisis)
