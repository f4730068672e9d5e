"""From a scenario and a policy to a world: read-only tables from which every replication starts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.compile.attendance import (
    Attendance,
    PaidCells,
    come_and_go,
    paid_cells,
    paid_seconds,
    plan_attendance,
)
from floorcast.model.compile.behaviour import behaviour_table
from floorcast.model.compile.demand import Demand, plan_demand, realise
from floorcast.model.compile.handing import (
    first_looks,
    keep_aside,
    offer_table,
    transfer_table,
)
from floorcast.model.compile.people import remember
from floorcast.model.compile.playing import force_table, slogan_table, statement_table
from floorcast.model.compile.routes import Routes, compile_routes
from floorcast.model.compile.tables import (
    DrawTable,
    MixTable,
    capacity_table,
    channel_table,
    fit_table,
    group_table,
    most_held,
    people_tables,
    type_table,
)
from floorcast.model.core.room import LEAST, PER_AGENT, SPARE_CONTACTS
from floorcast.model.core.vector_random import run_key
from floorcast.model.events.sources import open_sources
from floorcast.model.records import layout
from floorcast.model.records import people as layout_people
from floorcast.model.records import routes as layout_routes
from floorcast.model.records.blank import BLANK_CONTACT, BLANK_ISSUE
from floorcast.model.records.rules import CASE, REFUSALS
from floorcast.model.records.social import ISSUE
from floorcast.model.records.sources import SOURCE, SourceKind
from floorcast.model.records.state import FIELDS, Array, State, in_lines
from floorcast.scenario.checks.social_checks import branching_ratio

if TYPE_CHECKING:
    from floorcast.policy.schema.policy import Policy
    from floorcast.scenario.schema.scenario import Scenario


_WIDE = 2000  # agents: from here on they and their contacts outgrow the cache next to a core
_MANY = 20_000  # customers, likewise
_CALENDAR, _LOG = 2048, 16384  # rows to begin with; they grow
# Tables that no run changes, and those of routing that a run does.
_COMMON = (
    "population", "tiers", "likings", "surveys", "slogans", "offers", "transfers", "capacity", "types", "behaviours",
    "draws", "knots", "mixes", "weights", "campaigns", "fits",
)  # fmt: skip
_CHANGING = ("gauges", "ticks", "shares", "efforts", "triggers", "meters", "marks", "busy")


@dataclass(frozen=True, eq=False)
class World:
    """A scenario under a policy, ready to run. Frozen; safe to share between threads.

    ``social``: issues, incidents and listening are kept track of.
    ``type_channel`` (K,) channel index per contact type; ``agent_group`` (A,) group index per agent.
    """

    scenario: Scenario
    policy: Policy
    tables: dict[str, Array]
    demand: Demand
    attendance: Attendance
    routes: Routes
    type_channel: Array
    agent_group: Array
    type_names: tuple[str, ...]
    channel_names: tuple[str, ...]
    group_names: tuple[str, ...]
    campaign_names: tuple[str, ...]
    language_names: tuple[str, ...]
    horizon: float
    interval: float
    n_intervals: int
    warm_up: float
    limit: int
    always_paid: Array | None  # paid seconds when no chance decides who comes
    social: bool
    keeping: bool  # ... or the playbook needs a row beside every contact
    branching: float  # posts that a post attracts while it is unanswered
    python: Any = None  # decisions in Python, see clock/python_policy.py
    room: dict[str, int] = field(default_factory=dict)  # rows that arrays had to grow to so far

    def __getstate__(self) -> dict[str, Any]:
        """Without what was worked out of the fields: it holds addresses of this process."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def planned_pay(self, seed: int, replication: int) -> Array:
        """Paid seconds [n_intervals * agents] of one replication before any overtime."""
        return self._paid(come_and_go(self.attendance, *run_key(seed, replication))[1])

    def _paid(self, kept: Array | None) -> Array:
        return self._paid_cells.sums(kept) if self.always_paid is None else self.always_paid

    @cached_property
    def _paid_cells(self) -> PaidCells:
        return paid_cells(self.attendance.paid, len(self.agent_group), self.interval, self.n_intervals)

    def pay_above(self, seed: int, replication: int) -> Array | None:
        """What of `planned_pay` is above plain seconds (below 0: under them), for shifts whose hours have a price of
        their own; None where none have."""
        if self._cells_above is None:
            return None
        kept = None if self.always_paid is not None else come_and_go(self.attendance, *run_key(seed, replication))[1]
        return self._cells_above.sums(kept)

    @cached_property
    def _cells_above(self) -> PaidCells | None:
        above = self.attendance.paid.copy()
        above["weight"] -= np.sign(above["weight"])
        if not above["weight"].any():
            return None
        return paid_cells(above, len(self.agent_group), self.interval, self.n_intervals)

    @cached_property
    def paid_by_hours(self) -> Array:
        """The agents (a mask) who are paid while they stay: not those of a headcount."""
        found = np.zeros(len(self.agent_group), np.bool_)
        for own in self._ranges([name for name in self.group_names if self.scenario.headcount(name) is None]):
            found[own] = True
        return found

    @cached_property
    def overtime_unpaid(self) -> list[slice]:
        """Where the agents stand whose overtime is not paid."""
        groups = self.scenario.groups
        return self._ranges([name for name in self.group_names if not groups[name].paid.overtime])

    def _ranges(self, groups: list[str]) -> list[slice]:
        """Where the agents of some groups stand: each group's stand together."""
        numbers = [self.group_names.index(name) for name in groups]
        bounds = np.searchsorted(self.agent_group, [[number, number + 1] for number in numbers]).tolist()
        return [slice(low, high) for low, high in bounds if high > low]

    def _pay(self, paid: Array) -> Array:
        if self.always_paid is not None:
            return self.always_paid
        return paid_seconds(paid, len(self.agent_group), self.interval, self.n_intervals)

    def fresh(self, seed: int, replication: int, log: bool = False) -> State:
        """The state at time 0 of one replication."""
        seed0, seed1 = run_key(seed, replication)
        sources, steps = realise(self.demand, seed0, seed1)
        rows, kept = self._always or come_and_go(self.attendance, seed0, seed1)
        own = {name: kept_bytes.copy().view(FIELDS[name]) for name, kept_bytes in self._at_start.items()}
        row = own["centre"][0]
        row["sources"] = len(sources)
        row["logging"] = log
        row["seed0"], row["seed1"] = seed0, seed1
        n_agents, tables = len(self.agent_group), self.tables
        ledger = np.zeros(n_agents * self.n_intervals, dtype=layout.LEDGER)
        ledger["paid"] = self._paid(kept)
        expected = _expected(sources, steps, self.demand)
        contacts = int(expected * 1.02 + 8 * math.sqrt(expected + 1)) + SPARE_CONTACTS + 100
        if self.social:
            contacts += contacts // 4  # what customers and the public do beside
        rows_of_contacts = min(contacts, self.limit + SPARE_CONTACTS)
        has_cases = bool(self.routes.centre["cases"])
        # The four children of an entry, 4 i + 1 and on, stand in one line.
        entries = n_agents * 2 + len(self.policy.supervision) + _CALENDAR
        calendar = in_lines(max(entries, self.room.get("calendar", 0)), layout.ENTRY, first=1)
        calendar["time"], calendar["what"] = math.inf, 2**63 - 1
        row["calendar"] = first_looks(self.policy, calendar)
        agents = in_lines(n_agents, layout.AGENT)
        agents.view(np.uint8)[:] = self._agents
        state = self._unchanging.replaced(
            contacts=np.empty(rows_of_contacts, dtype=layout.CONTACT),  # each begins as a copy of the blank one
            issues=np.empty(rows_of_contacts, dtype=ISSUE) if self.keeping else np.zeros(1, dtype=ISSUE),
            customers=np.zeros(max(1, int(tables["population"][0]["size"])), dtype=layout_people.CUSTOMER),
            force=force_table(self.policy, self.n_intervals),
            roots=np.zeros(max(1, len(self.campaign_names)), dtype=np.int32),
            cases=np.zeros(rows_of_contacts if has_cases else 1, dtype=CASE),
            refusals=np.zeros(REFUSALS * rows_of_contacts if has_cases else 1, dtype=np.int32),
            agents=agents,
            holding=np.zeros(n_agents * len(self.channel_names), dtype=np.int32),
            nodes=np.zeros(max(1, self.routes.n_nodes), dtype=layout_routes.NODE),
            sources=sources if len(sources) else np.zeros(1, dtype=SOURCE),
            steps=steps,
            timetable=rows,
            calendar=calendar,
            ledger=ledger,
            log=np.zeros(_LOG if log else 1, dtype=layout.LOG),
            **own,
        )
        open_sources(state)
        return state

    @cached_property
    def _always(self) -> tuple[Array, None] | None:
        """The timetable of every replication, where no chance decides who comes."""
        return (come_and_go(self.attendance, 0, 0)[0], None) if self.attendance.certain else None

    @cached_property
    def _at_start(self) -> dict[str, Array]:
        """The small tables that a run changes, as every replication begins, in bytes: numpy copies records field by
        field, many times slower."""
        centre = np.zeros(1, dtype=layout.CENTRE)
        row = centre[0]
        row["horizon"], row["interval"], row["intervals"] = self.horizon, self.interval, self.n_intervals
        row["channels"], row["types"] = len(self.channel_names), len(self.type_names)
        row["personal"] = self.routes.personal
        for name, value in self.routes.centre.items():
            row[name] = value
        row["social"] = self.keeping
        row["wide"] = len(self.agent_group) > _WIDE
        row["remembers"] = self.scenario.remembers
        row["many"] = int(self.tables["population"][0]["size"]) >= _MANY
        row["hasty"] = self.tables["groups"]["hasty"].any()
        row["spare"] = LEAST + (PER_AGENT * len(self.agent_group) if row["hasty"] else 0)
        tables = {"centre": centre, "queues": self.routes.queues, "pools": self.routes.pools}
        tables |= {name: self.tables[name] for name in ("statements", "groups", "channels")}
        tables |= {name: self.routes.tables[name] for name in _CHANGING}
        return {name: np.ascontiguousarray(table).view(np.uint8) for name, table in tables.items()}

    @cached_property
    def _unchanging(self) -> State:
        """The tables that every replication has in common; nothing in the arrays of its own."""
        arrays = {name: np.zeros(1, dtype) for name, dtype in FIELDS.items()}
        of_routes = {name: getattr(self.routes, name) for name in ("links", "serves", "tests", "leaves")}
        own = {name: table for name, table in self.routes.tables.items() if name not in _CHANGING}
        tables = {name: self.tables[name] for name in _COMMON}
        blank = {"blank_contact": BLANK_CONTACT, "blank_issue": BLANK_ISSUE}
        return State(**(arrays | of_routes | own | tables | blank | {"trace": self.demand.trace}))

    @cached_property
    def _agents(self) -> Array:
        """The agents as every replication begins, in bytes."""
        agents = in_lines(len(self.agent_group), layout.AGENT)
        agents["group"] = self.agent_group
        agents["working"] = agents["last"] = agents["first_held"] = -1
        agents["factor"] = 1.0
        for name in ("pace", "rest", "haste", "rush"):
            agents[name] = self.tables[name]
        agents["key"] = self.attendance.keys
        agents["assigned"] = -1.0
        groups = self.tables["groups"]
        keep_aside(self.scenario, self.policy, groups, agents)
        for g, name in enumerate(self.group_names):
            ramp = self.scenario.groups[name].ramp
            if ramp is not None:
                first = int(groups[g]["first"])
                new = slice(first, first + min(ramp.agents, int(groups[g]["n"])))
                agents["factor"][new], agents["factor_days"][new] = ramp.factor, ramp.over
        return agents.view(np.uint8)


def _expected(sources: Array, steps: Array, demand: Demand) -> float:
    """Contacts that this replication's sources will bring on average, its day factors known."""
    total = float(sum(sources["left"]))
    for profile in demand.profiles:
        row = sources[profile.source]
        first, last = int(row["step"]), int(row["step_to"]) - 1
        total += float(steps["value"][first + 1 : last].sum()) if profile.counts else float(
            steps["cumulated"][last]
        )
    given = sources["kind"] == int(SourceKind.TRACE)
    return total + float((sources["step_to"] - sources["step"])[given].sum())


def assemble(scenario: Scenario, policy: Policy) -> World:
    """Compile a scenario under a policy into a world.

    Raises ValueError when a contact type can reach no group under this policy.
    """
    draws, mixes = DrawTable(), MixTable()
    types = type_table(scenario, draws, mixes)
    behaviours = behaviour_table(scenario, types, draws, mixes)
    remembered = remember(scenario, types, behaviours, draws, mixes)
    demand = plan_demand(scenario, draws)
    attendance = plan_attendance(scenario)
    sizes = attendance.sizes
    groups = group_table(scenario, sizes)
    channels = channel_table(scenario)
    fits = fit_table(scenario)
    transfers = transfer_table(scenario, types, draws, mixes)
    offers = offer_table(scenario, policy, groups, draws)
    routes = compile_routes(scenario, policy, types, groups, channels, fits, sum(sizes))
    statements = statement_table(scenario, policy, draws)
    capacity = capacity_table(scenario, policy)
    groups["capacity"] = most_held(scenario, capacity)
    n_intervals = round(scenario.horizon / scenario.interval)
    people = people_tables(scenario, groups, draws)
    draw_rows, knots = draws.arrays()
    tables = {
        "groups": groups,
        **people,
        "capacity": capacity,
        "transfers": transfers,
        "offers": offers,
        "channels": channels,
        "types": types,
        "behaviours": behaviours,
        "draws": draw_rows,
        "knots": knots,
        "mixes": mixes.array(),
        "weights": routes.weights,
        "campaigns": routes.campaigns,
        "fits": fits,
        "statements": statements,
        "slogans": slogan_table(scenario),
        **remembered,
    }
    return World(
        scenario=scenario,
        policy=policy,
        tables=tables,
        demand=demand,
        attendance=attendance,
        routes=routes,
        type_channel=types["channel"].astype(np.int64),
        agent_group=np.repeat(np.arange(len(sizes)), sizes),
        type_names=scenario.type_names,
        channel_names=scenario.channel_names,
        group_names=scenario.group_names,
        campaign_names=scenario.campaign_names,
        language_names=scenario.language_names,
        horizon=scenario.horizon,
        interval=scenario.interval,
        n_intervals=n_intervals,
        warm_up=scenario.warm_up,
        limit=scenario.limits.contacts,
        always_paid=(
            paid_seconds(attendance.paid, sum(sizes), scenario.interval, n_intervals)
            if attendance.certain
            else None
        ),
        social=bool(types["traits"].any()),
        keeping=bool(types["traits"].any()) or bool(policy.plays),
        branching=branching_ratio(scenario),
    )
