"""Sources of contacts as the model reads them; what chance adds per replication is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.compile.tables import DrawTable, digest
from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import uniforms
from floorcast.model.records.sources import SOURCE, STEP, TRACE, SourceKind

if TYPE_CHECKING:
    from floorcast.model.records.state import Array
    from floorcast.scenario.schema.resolved import ResolvedSource
    from floorcast.scenario.schema.scenario import Scenario
    from floorcast.scenario.schema.social import Crisis
    from floorcast.scenario.words.distributions import Distribution

SENTIMENTS = ("negative", "neutral", "positive")
_DAY = 86400.0


@dataclass(frozen=True, eq=False)
class _Profile:
    """A rate or counts source over the horizon, before chance."""

    source: int
    counts: bool
    edges: Array
    values: Array
    factor: Distribution | None
    factor_key: int
    bursts: tuple[float, float, float, float] | None = None
    shape: float = 0.0  # of the gamma factor

    @cached_property
    def days(self) -> Array:
        """The day of each step."""
        return (self.edges[:-1] // _DAY).astype(np.int64)

    @cached_property
    def lengths(self) -> Array:
        """Seconds of each step."""
        return np.diff(self.edges)


@dataclass(frozen=True, eq=False)
class Demand:
    """All sources: rows, given contacts, and the profiles that chance still works on."""

    sources: Array
    trace: Array
    profiles: list[_Profile]
    expected: float

    @cached_property
    def draws(self) -> _Draws:
        """What is drawn for every replication."""
        keys: list[Array] = []
        streams: list[int] = []
        sizes: list[int] = []
        of_factor: dict[int, tuple[Distribution, list[Array]]] = {}
        alike: dict[float, Distribution] = {}  # factors of equal shape are one distribution
        for profile in self.profiles:
            if profile.factor is not None:
                n, at = int(profile.days[-1]) + 1, sum(sizes)
                factor = alike.setdefault(profile.shape, profile.factor)
                of_factor.setdefault(id(factor), (factor, []))[1].append(np.arange(at, at + n))
                keys.append(np.full(n, profile.factor_key, dtype=np.uint64))
                streams.append(Stream.DAY)
                sizes.append(n)
            if profile.counts:
                own = int(self.sources[profile.source]["key"]) << 32
                keys.append(np.full(len(profile.values), own, dtype=np.uint64))
                streams.append(Stream.COUNT)
                sizes.append(len(profile.values))
        if not keys:
            return _Draws(np.empty(0), np.empty(0), np.empty(0), [], [])
        ordinals = np.concatenate([np.arange(size) for size in sizes])
        factors = [(factor, np.concatenate(those)) for factor, those in of_factor.values()]
        return _Draws(
            np.concatenate(keys), np.repeat([int(one) for one in streams], sizes), ordinals, sizes, factors
        )


@dataclass(frozen=True, eq=False)
class _Draws:
    """The counters of all uniforms of a replication [n], how many each profile has of them in turn, and the
    distributions of those that are factors of days."""

    keys: Array
    streams: Array
    ordinals: Array
    sizes: list[int]
    factors: list[tuple[Distribution, Array]]


def plan_demand(scenario: Scenario, draws: DrawTable) -> Demand:
    """Collect the sources of every contact type, the contacts waiting at the start among them."""
    rows: list[tuple[int, int, int, int, int, int, int]] = []
    traces: list[Array] = []
    profiles: list[_Profile] = []
    taken: dict[int, str] = {}
    n_trace = 0
    for k, name in enumerate(scenario.type_names):
        backlog = scenario.contact_types[name].backlog
        if backlog is not None and backlog.count > 0:
            key = _own_key(taken, f"{name}/backlog")
            ages = draws.row(backlog.ages, optional=False)
            rows.append((int(SourceKind.BACKLOG), k, -1, key, ages, 0, backlog.count))
        for source in scenario.sources(name):
            key = _own_key(taken, source.name)
            campaign = scenario.campaign_names.index(source.campaign) if source.campaign else -1
            if source.kind == "trace":
                given = _given(source)
                rows.append(
                    (int(SourceKind.TRACE), k, campaign, key, n_trace, n_trace + len(given), 0)
                )
                traces.append(given)
                n_trace += len(given)
                continue
            profiles.append(_profile(len(rows), source))
            kind = SourceKind[source.kind.upper()]
            rows.append((int(kind), k, campaign, key, 0, 0, 0))
    for at in scenario.crises:
        given = _root(scenario, at, draws)
        key = _own_key(taken, f"crisis {at.name}")
        k, campaign = scenario.type_names.index(at.contact_type), scenario.campaign_names.index(at.name)
        rows.append((int(SourceKind.TRACE), k, campaign, key, n_trace, n_trace + 1, 0))
        traces.append(given)
        n_trace += 1
    sources = np.zeros(max(1, len(rows)), dtype=SOURCE)
    for i, (kind_, k, campaign, key, step, step_to, left) in enumerate(rows):
        row = sources[i]
        row["kind"], row["contact_type"], row["campaign"], row["key"] = kind_, k, campaign, key
        row["step"], row["step_to"], row["left"] = step, step_to, left
    trace = np.concatenate(traces) if traces else np.zeros(1, dtype=TRACE)
    return Demand(sources[: len(rows)], trace, profiles, scenario.expected_contacts)


def _own_key(taken: dict[int, str], name: str) -> int:
    """A source's digest; a second source of the same name, or digest, gets one of its own."""
    key = digest(name)
    n = 1
    while key in taken:
        n += 1
        key = digest(f"{name} ({n})")
    taken[key] = name
    return key


def _profile(row: int, source: ResolvedSource) -> _Profile:
    edges, values = source.edges, source.values
    if source.day_factor is None:
        return _Profile(row, source.kind == "counts", edges, values, None, 0, source.bursts)
    from floorcast.scenario.words.distributions import gamma

    shape, shared = source.day_factor
    days = np.arange(1, math.ceil(edges[-1] / _DAY)) * _DAY
    finer = np.union1d(edges, days[(days > edges[0]) & (days < edges[-1])])
    values = values[np.searchsorted(edges, finer[:-1], side="right") - 1]
    return _Profile(row, False, finer, values, gamma(1.0, shape), digest(shared or source.name), shape=shape)


def _given(source: ResolvedSource) -> Array:
    rows = np.zeros(len(source.edges), dtype=TRACE)
    rows["time"] = source.edges
    rows["sentiment"] = source.columns.get("sentiment", 127)
    rows["reach"] = source.columns.get("reach", math.nan)
    rows["value"] = source.columns.get("value", math.nan)
    rows["language"] = source.columns.get("language", -1)
    rows["work"] = source.columns.get("work", math.nan)
    rows["customer"] = source.columns.get("customer", -1)
    rows["attracts"] = math.nan
    rows["key"] = _trace_keys(source.edges)
    return rows


def _trace_keys(times: Array) -> Array:
    """A key for each row of a trace from its instant, so that another row changes no other's draws.

    Rows of one instant are told apart by their order, and so are the few whose digests are equal.
    """
    taken: set[int] = set()
    keys = np.zeros(len(times), dtype=np.uint32)
    for row, time in enumerate(times):
        key = digest(float(time).hex())
        while key in taken:
            key = (key + 1) & 0xFFFFFFFF
        taken.add(key)
        keys[row] = key
    return keys


def _root(scenario: Scenario, crisis: Crisis, draws: DrawTable) -> Array:
    """The post that sets off a crisis."""
    row = np.zeros(1, dtype=TRACE)
    row["time"] = (crisis.at - scenario.start).total_seconds()
    row["sentiment"] = SENTIMENTS.index(crisis.sentiment) - 1
    row["reach"] = math.nan if crisis.reach is None else crisis.reach
    row["value"], row["language"], row["crisis"] = math.nan, -1, 1
    row["work"], row["customer"] = math.nan, -1
    row["attracts"] = math.nan if crisis.attracts is None else crisis.attracts
    row["kernel"] = -1 if crisis.delay is None else draws.row(crisis.delay, optional=False)
    return row


def _spells(
    bursts: tuple[float, float, float, float], horizon: float, key: int, seeds: tuple[int, int]
) -> tuple[Array, Array]:
    """Calm and busy spells of one replication as (edges, rates): uniform 0 says which comes first, each
    further one how long a spell lasts."""
    calm, busy, calm_for, busy_for = bursts
    edges, rates, drawn = [0.0], [], 0
    first_is_busy = False
    while edges[-1] < horizon:
        n = 2 + math.ceil(2 * horizon / (calm_for + busy_for))
        keys = np.full(n, key, dtype=np.uint64)
        us, _ = uniforms(keys, np.full(n, int(Stream.BURST)), np.arange(drawn, drawn + n), *seeds)
        for u in us:
            if drawn == 0:
                first_is_busy = u < busy_for / (calm_for + busy_for)
            elif edges[-1] < horizon:
                is_busy = first_is_busy == bool(drawn % 2)
                edges.append(edges[-1] - (busy_for if is_busy else calm_for) * math.log(u))
                rates.append(busy if is_busy else calm)
            drawn += 1
    edges[-1] = horizon
    return np.array(edges), np.array(rates)


def realise(demand: Demand, seed0: int, seed1: int) -> tuple[Array, Array]:
    """Sources and steps of one replication: day factors and the rounding of counts are drawn."""
    sources = demand.sources.copy()
    drawn = iter(_drawn(demand, seed0, seed1))
    parts: list[Array] = []
    at = 0
    for profile in demand.profiles:
        edges, values = profile.edges, profile.values
        row = sources[profile.source]
        if profile.factor is not None:
            values = values * next(drawn)[profile.days]
        if profile.counts:
            whole = np.floor(values + 1e-9)
            values = whole + (next(drawn) < values - whole)
        if profile.bursts is not None:
            edges, values = _spells(profile.bursts, float(edges[-1]), int(row["key"]) << 32, (seed0, seed1))
        steps = np.zeros(len(edges), dtype=STEP)
        steps["time"] = edges
        steps["value"][:-1] = values
        if not profile.counts:
            lengths = profile.lengths if edges is profile.edges else np.diff(edges)
            steps["cumulated"][1:] = np.cumsum(values * lengths)
        row["step"] = at - 1 if profile.counts else at
        row["step_to"] = at + len(steps)
        parts.append(steps)
        at += len(steps)
    steps = np.concatenate(parts) if parts else np.zeros(1, dtype=STEP)
    return sources, steps


def _drawn(demand: Demand, seed0: int, seed1: int) -> list[Array]:
    """What is drawn for one replication, profile by profile: factors of its days, then uniforms of its counts. Drawn
    together, as a call costs as much as thousands of draws."""
    plan = demand.draws
    if not plan.sizes:
        return []
    u, _ = uniforms(plan.keys, plan.streams, plan.ordinals, seed0, seed1)
    for factor, those in plan.factors:
        u[those] = factor.quantile(u[those])
    return np.split(u, np.cumsum(plan.sizes)[:-1])
