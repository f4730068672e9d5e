"""The whole state of one run: a bundle of structured arrays, passed first to every handler.

To compiled code the bundle is one pointer to a table of (address, length) pairs, so that a call
hands over one word however many arrays there are. Measured on a prototype: a tuple of 28 arrays
took two minutes to compile; this takes a tenth, and runs as fast. ``s.contacts`` reads the same
compiled and plain.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from floorcast.model.records import layout
from floorcast.model.records import people as layout_people
from floorcast.model.records import routes as layout_routes
from floorcast.model.records import rules as layout_rules
from floorcast.model.records import social as layout_social
from floorcast.model.records import sources as layout_sources

Array = np.ndarray[Any, Any]

# Name and dtype of every array; those marked * are read only and shared by all runs of a world.
FIELDS: dict[str, np.dtype[Any]] = {
    "centre": layout.CENTRE,  # one row: now, counters, seed
    "contacts": layout.CONTACT,  # a row per contact, in order of arrival
    "issues": layout_social.ISSUE,  # a row beside every contact where there are issues and incidents
    "blank_contact": layout.CONTACT,  # * one row: a contact of which nothing is known yet
    "blank_issue": layout_social.ISSUE,  # * likewise
    "agents": layout.AGENT,
    "holding": np.dtype("i4"),  # agents * channels: contacts held
    "groups": layout.GROUP,
    "capacity": layout.CAPACITY,  # * groups * channels
    "channels": layout.CHANNEL,
    "queues": layout_routes.QUEUE,  # one per plan stage and contact type, then one per agent and channel (personal)
    "links": layout_routes.LINK,  # * queue -> groups, by rank
    "serves": layout_routes.SERVE,  # * group -> queues, by rank
    "pools": layout_routes.POOL,  # available agents of a group for a channel in the order of a rule
    "nodes": layout_routes.NODE,  # of the pools
    "busy": np.dtype("i8"),  # bits: first of queues in which contacts wait, then of pools in which agents stand
    "masks": np.dtype("i8"),  # * bits: which queues a group serves, which pools a queue leads to, by rank
    "types": layout.CONTACT_TYPE,  # *
    "behaviours": layout_social.BEHAVIOUR,  # * what customers and the public do, a row per contact type
    "draws": layout.DRAW,  # * distributions
    "knots": layout.KNOT,  # * their tables
    "mixes": layout.MIX,  # * discrete choices, cumulated
    "weights": layout_rules.WEIGHTS,  # * points at arrival
    "campaigns": np.dtype("f8"),  # * points per campaign
    "tests": layout_routes.TEST,  # * routing rules
    "leaves": layout_routes.LEAF,  # * where they lead
    "fits": layout.FIT,  # * groups * types: proficiency, work factor
    "sources": layout_sources.SOURCE,
    "steps": layout_sources.STEP,  # profiles of the sources
    "trace": layout_sources.TRACE,  # * given contacts
    "timetable": layout.TIMETABLE,  # shifts and opening hours
    "calendar": layout.ENTRY,  # what is to happen
    "ledger": layout.LEDGER,  # intervals * agents: time by state
    "log": layout.LOG,  # what happened, when asked for
    "gauges": layout_rules.GAUGE,  # queues, expected waits and service levels that rules look at
    "gauge_of": np.dtype("i4"),  # * gauges by contact type
    "ticks": layout_rules.TICK,  # moving windows of the gauges
    "shares": layout_rules.SHARE,  # what groups took of each part, or contacts of each group
    "choices": layout_rules.BIAS,  # * groups * types: share and weight of a type in a group
    "biases": layout_rules.BIAS,  # * one per link: share and weight of a group for a queue
    "scores": layout_rules.SCORE,  # * of agents
    "efforts": np.dtype("f8"),  # agents * types: seconds spent on each type
    "cases": layout_rules.CASE,  # a row beside every contact where something needs it
    "refusals": np.dtype("i4"),  # REFUSALS per case: 1 + the agent
    "offers": layout_rules.OFFER,  # * one per channel
    "transfers": layout_rules.TRANSFER,  # * by contact type
    "triggers": layout_rules.TRIGGER,  # supervision
    "force": layout_social.FORCE,  # ... when each line was in force
    "plays": layout_social.PLAY,  # * approval, templates, holding replies
    "statements": layout_social.STATEMENT,
    "roots": np.dtype("i4"),  # 1 + the post that a crisis began with, by campaign
    "actions": layout_rules.ACTION,  # * what it does
    "subjects": np.dtype("i8"),  # * bits of words: those of each topic that rules look at
    "slogans": np.dtype("i8"),  # * ... those that every post of a campaign carries
    "customers": layout_people.CUSTOMER,  # a row per customer of the population
    "population": layout_people.POPULATION,  # * one row: what holds for all of them
    "tiers": layout_people.TIER,  # *
    "likings": layout_people.LIKING,  # * by channel: who prefers it
    "surveys": layout_people.SURVEY,  # *
    "meters": layout_people.METER,  # moving windows that rules look at
    "marks": layout_people.MARK,  # ... their ticks
    "meter_of": np.dtype("i4"),  # * meters by contact type
}


def in_lines(rows: int, dtype: np.dtype[Any], first: int = 0) -> Array:
    """Zeros whose row `first` begins a line of the cache; rows that fill no more than a line then need only one."""
    size = rows * dtype.itemsize
    raw = np.zeros(size + 2 * layout.LINE, dtype=np.uint8)
    skipped = -(raw.ctypes.data + first * dtype.itemsize) % layout.LINE
    return raw[skipped : skipped + size].view(dtype)


_PLACE = {name: place for place, name in enumerate(FIELDS)}


class State:
    """One array per name of ``FIELDS``, each one-dimensional, contiguous and of that dtype."""

    __slots__ = (*FIELDS, "address", "table")

    centre: Array
    contacts: Array
    issues: Array
    blank_contact: Array
    blank_issue: Array
    agents: Array
    holding: Array
    groups: Array
    capacity: Array
    channels: Array
    queues: Array
    links: Array
    serves: Array
    pools: Array
    nodes: Array
    busy: Array
    masks: Array
    types: Array
    behaviours: Array
    draws: Array
    knots: Array
    mixes: Array
    weights: Array
    campaigns: Array
    tests: Array
    leaves: Array
    fits: Array
    sources: Array
    steps: Array
    trace: Array
    timetable: Array
    calendar: Array
    ledger: Array
    log: Array
    gauges: Array
    gauge_of: Array
    ticks: Array
    shares: Array
    choices: Array
    biases: Array
    scores: Array
    efforts: Array
    cases: Array
    refusals: Array
    offers: Array
    transfers: Array
    triggers: Array
    force: Array
    plays: Array
    statements: Array
    roots: Array
    actions: Array
    subjects: Array
    slogans: Array
    customers: Array
    population: Array
    tiers: Array
    likings: Array
    surveys: Array
    meters: Array
    marks: Array
    meter_of: Array
    address: int
    table: Array

    def __init__(self, **arrays: Array) -> None:
        table = np.zeros(2 * len(FIELDS), dtype=np.int64)
        for name in FIELDS:
            self._hold(name, arrays[name], table)
        self._lie_at(table)

    def replaced(self, **arrays: Array) -> State:
        """The same state with some arrays replaced by others."""
        state, table = State.__new__(State), self.table.copy()
        for name in FIELDS:
            array = arrays.get(name)
            if array is None:
                setattr(state, name, getattr(self, name))
            else:
                state._hold(name, array, table)
        state._lie_at(table)
        return state

    def _hold(self, name: str, array: Array, table: Array) -> None:
        dtype = FIELDS[name]
        # To be the same object is seen at once; fields are compared one by one.
        other = array.dtype is not dtype and array.dtype != dtype
        if other or array.ndim != 1 or not array.flags.c_contiguous:
            raise TypeError(f"state array {name}: found {array.dtype} of shape {array.shape}")
        setattr(self, name, array)
        at = 2 * _PLACE[name]
        table[at], table[at + 1] = array.ctypes.data, len(array)  # `__array_interface__` spells out every field first

    def _lie_at(self, table: Array) -> None:
        self.table = table
        self.address = int(table.ctypes.data)
