"""Made-up runs: a world without an engine, and contacts whose every time is chosen by the test."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from floorcast.model.records.layout import CONTACT, LEDGER, Cause, Outcome
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, ChannelKind
from floorcast.scenario.catalogue.channel_kinds import KINDS as KINDS

NEVER = float("nan")


@dataclass(frozen=True)
class FakeScenario:
    """Answers what the measures ask of a scenario."""

    types: dict[str, str]  # contact type -> channel, which is its kind
    groups: dict[str, Any]
    targets: tuple[Any, ...] = ()
    awt: dict[str, float] = field(default_factory=dict)
    clocks: dict[str, str] = field(default_factory=dict)
    name: str = "made up"
    text: str = "name: made up\n"
    runaway: float = math.inf
    remembers: bool = False
    classes: Any = None

    def traits_of(self, channel: str) -> ChannelKind:
        return CHANNEL_KINDS[channel]

    def answer_within(self, type_name: str) -> float:
        return self.awt.get(type_name, CHANNEL_KINDS[self.types[type_name]].answer_within)

    def clock_of(self, type_name: str) -> str:
        kind = self.types[type_name]
        default = "answered" if CHANNEL_KINDS[kind].synchronous else "first_response"
        return self.clocks.get(type_name, default)


@dataclass(frozen=True, eq=False)
class FakeWorld:
    scenario: FakeScenario
    type_names: tuple[str, ...]
    channel_names: tuple[str, ...]
    group_names: tuple[str, ...]
    type_channel: np.ndarray
    agent_group: np.ndarray
    horizon: float
    interval: float
    n_intervals: int
    warm_up: float
    campaign_names: tuple[str, ...] = ()
    policy: Any = None
    social: bool = False


@dataclass(frozen=True, eq=False)
class FakeRun:
    world: FakeWorld
    contacts: np.ndarray
    ledger: np.ndarray
    seed: int = 1
    replication: int = 0
    log: Any = None
    issues: Any = None
    force: Any = None
    statements: Any = None
    events: int = 0
    seconds: float = 0.0


def target(of: str, measure: str, **bounds: Any) -> SimpleNamespace:
    blank = {"within": None, "at_least": None, "at_most": None, "formula": None}
    return SimpleNamespace(of=of, measure=measure, **(blank | bounds))


@dataclass
class FakeGroup:
    """What the measures ask of a group; equal ones are equal in every process."""

    cost_per_hour: float
    slots: SimpleNamespace
    channels: dict[str, int]
    rating: float = 0.0

    def kept_out(self, calls: Any, interrupts: Any) -> dict[str, set[str]]:
        names = set(self.channels)
        return {name: names - {name} if name in calls else calls - {name} for name in self.channels}


def group(cost: float = 0.0, slots: float | None = None, channels: Any = None) -> FakeGroup:
    room = SimpleNamespace(total=slots, units={}, apart=(), model_fields_set=set())
    return FakeGroup(cost, room, channels or {"phone": 1, "email": 2})


def make_world(
    types: dict[str, str] | None = None,
    groups: dict[str, Any] | None = None,
    agents: dict[str, int] | None = None,
    *,
    days: float = 1,
    interval: float = 1800.0,
    warm_up: float = 0.0,
    **scenario: Any,
) -> FakeWorld:
    types = types or {"calls": "phone"}
    groups = groups or {"team": group()}
    agents = agents or dict.fromkeys(groups, 1)
    channels = tuple(dict.fromkeys(types.values()))
    horizon = days * 86400.0
    return FakeWorld(
        FakeScenario(types, groups, **scenario),
        tuple(types),
        channels,
        tuple(groups),
        np.array([channels.index(channel) for channel in types.values()], np.int64),
        np.repeat(np.arange(len(groups)), [agents[name] for name in groups]),
        horizon,
        interval,
        round(horizon / interval),
        warm_up,
    )


def blank_contacts(n: int) -> np.ndarray:
    """Contacts that arrived at 0, of type 0, that nothing has happened to."""
    contacts = np.zeros(n, dtype=CONTACT)
    for name in ("accepted", "answered", "first_response", "ended"):
        contacts[name] = NEVER
    for name in ("agent", "group", "parent", "incident", "campaign", "language"):
        contacts[name] = -1
    contacts["issue"] = np.arange(n)
    contacts["turns"] = 1
    return contacts


def make_run(world: FakeWorld, contacts: list[dict[str, Any]] | np.ndarray, **run: Any) -> FakeRun:
    """A run of these contacts; a dict names the fields that differ from a blank contact."""
    if not isinstance(contacts, np.ndarray):
        rows = blank_contacts(len(contacts))
        for row, fields in zip(rows, contacts):
            for name, value in fields.items():
                row[name] = value
        contacts = rows
    ledger = run.pop("ledger", None)
    if ledger is None:
        ledger = np.zeros((world.agent_group.size, world.n_intervals), dtype=LEDGER)
    return FakeRun(world, contacts, ledger, **run)


def answered(arrived: float, wait: float, talk: float = 60.0, **more: Any) -> dict[str, Any]:
    begins = arrived + wait
    return {
        "arrived": arrived,
        "accepted": begins,
        "answered": begins,
        "first_response": begins + talk,
        "ended": begins + talk,
        "worked": talk,
        "turn": 1,
        "outcome": Outcome.HANDLED,
        "agent": 0,
        "group": 0,
    } | more


def abandoned(arrived: float, after: float, **more: Any) -> dict[str, Any]:
    return {"arrived": arrived, "ended": arrived + after, "outcome": Outcome.ABANDONED} | more


def waiting(arrived: float, **more: Any) -> dict[str, Any]:
    return {"arrived": arrived, "outcome": Outcome.OPEN} | more


def carried_in(age: float, contact: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return (contact or {}) | {"arrived": -age, "cause": Cause.BACKLOG} | more


def random_run(world: FakeWorld, n: int, seed: int = 0) -> FakeRun:
    """Contacts with all kinds of fates, for laws and for speed."""
    draw = np.random.default_rng(seed)
    contacts = blank_contacts(n)
    n_types, n_groups = len(world.type_names), len(world.group_names)
    contacts["contact_type"] = draw.integers(0, n_types, n)
    contacts["arrived"] = np.sort(draw.uniform(0, world.horizon, n))
    contacts["arrived"][: n // 50] = -draw.exponential(3600.0, n // 50)
    contacts["cause"][: n // 50] = Cause.BACKLOG
    contacts["cause"][n // 2 : n // 2 + n // 20] = Cause.RETRY
    contacts["outcome"] = draw.choice(len(Outcome), n, p=[0, 0.8, 0.1, *[0.1 / 6] * 6])
    wait = draw.exponential(300.0, n) * (draw.random(n) < 0.7)
    talk = draw.exponential(240.0, n)
    served = contacts["outcome"] == Outcome.HANDLED
    answered_at = contacts["arrived"] + wait
    contacts["ended"] = np.where(served, answered_at + talk, answered_at)
    for name, times in (
        ("accepted", answered_at),
        ("answered", answered_at),
        ("first_response", answered_at + talk / 2),
    ):
        contacts[name] = np.where(served, times, NEVER)
    contacts["worked"] = np.where(served, talk, 0.0)
    contacts["wrapped"] = np.where(served, 10.0, 0.0)
    contacts["replies"] = np.where(served, draw.integers(0, 3, n), 0)
    contacts["reply_wait"] = contacts["replies"] * 30.0
    contacts["group"] = np.where(served, draw.integers(0, n_groups, n), -1)
    late = contacts["ended"] > world.horizon
    for name in ("accepted", "answered", "first_response", "ended"):
        contacts[name][contacts[name] > world.horizon] = NEVER
    contacts["outcome"][late] = Outcome.OPEN
    ledger = np.zeros((world.agent_group.size, world.n_intervals), dtype=LEDGER)
    ledger["present"] = ledger["paid"] = world.interval
    ledger["working"] = draw.uniform(0, 0.8 * world.interval, ledger.shape)
    ledger["wrapping"] = ledger["working"] / 8
    ledger["held"] = ledger["working"]
    return FakeRun(world, contacts, ledger, events=5 * n, seconds=0.01)
