"""What a run returns: one record per contact, one ledger row per agent and interval, and the event log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from floorcast.model.compile.assemble import World
from floorcast.model.core.room import SPARE_CONTACTS
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import ENTRY, AgentRule, Cause, Event, Halt, TimetableKind
from floorcast.model.records.rules import REFUSALS, ActionKind, Attribute, Choose
from floorcast.model.records.sources import SourceKind
from floorcast.model.records.state import State, in_lines

Array = np.ndarray[Any, Any]


class RunawayError(RuntimeError):
    """A run that would hold more contacts than the scenario's limit."""


class StandstillError(RuntimeError):
    """A run whose time does not move on."""


class ModelError(RuntimeError):
    """The model has done what it never should."""


@dataclass(frozen=True, eq=False)
class Run:
    """One replication. ``contacts`` (n,), ``ledger`` (agents, intervals), ``log`` (m,) or None.

    ``events`` counts steps, ``seconds`` is the wall time of simulating, draws and records included.
    """

    world: World
    seed: int
    replication: int
    contacts: Array
    ledger: Array
    log: Array | None
    events: int
    seconds: float
    statements: Array | None = None  # a row per statement of the policy
    force: Array | None = None  # when supervision was in force, (lines, intervals)
    issues: Array | None = None  # a row beside every contact, where issues and incidents are kept track of


def grow(world: World, state: State, code: int) -> State:
    """The same state with more room in the array that is full.

    Raises RunawayError when that would pass the scenario's limit of contacts, ModelError when something
    was added for which there was no room.
    """
    if state.centre[0]["branch"]:
        raise ModelError(_without_branch(world, state))
    if state.centre[0]["spilled"]:
        raise ModelError(
            f"{world.scenario.file}: one step at {float(state.centre[0]['now']):.0f} s added more than the model"
            " makes room for; please report it with the scenario"
        )
    if code == Halt.CONTACTS_FULL:
        if len(state.contacts) >= world.limit + SPARE_CONTACTS:
            now = float(state.centre[0]["now"])
            cause = ""
            if world.branching > 0.0:
                contacts = state.contacts[: int(state.centre[0]["contacts"])]
                posts = int((contacts["cause"] == Cause.CASCADE).sum())
                cause = (
                    f", {posts:,} of them posts that others attracted (a branching ratio of"
                    f" {world.branching:.3g} while they are unanswered)"
                )
            raise RunawayError(
                f"{world.scenario.file}: the run reached {world.limit:,} contacts after"
                f" {now / 3600:.1f} of {world.horizon / 3600:.0f} hours{cause}; allowed at most limits.contacts ="
                f" {world.limit:,}: lower the volumes, or raise limits.contacts"
            )
        room = min(2 * len(state.contacts), world.limit + SPARE_CONTACTS)
        grown = {"contacts": _longer(state.contacts, room)}
        if state.centre[0]["social"]:
            grown["issues"] = _longer(state.issues, room)
        if state.centre[0]["cases"]:
            grown["cases"] = _longer(state.cases, room)
            grown["refusals"] = _longer(state.refusals, REFUSALS * room)
        return state.replaced(**grown)
    if code == Halt.CALENDAR_FULL:
        world.room["calendar"] = max(world.room.get("calendar", 0), 2 * len(state.calendar))
        before = len(state.calendar)
        longer = in_lines(2 * before, ENTRY, first=1)
        longer.view(np.uint8)[: state.calendar.nbytes] = state.calendar.view(np.uint8)
        longer["time"][before:], longer["what"][before:] = np.inf, 2**63 - 1
        return state.replaced(calendar=longer)
    return state.replaced(log=_longer(state.log, 2 * len(state.log)))


# The members that handlers go one way for each of, and where.
_BRANCHES: dict[Branch, tuple[str, type[IntEnum]]] = {
    Branch.EVENT: ("model/step.py", Event),
    Branch.TIMETABLE: ("model/events/presence.py", TimetableKind),
    Branch.ACTION: ("model/events/supervision.py", ActionKind),
    Branch.CAUSE: ("model/events/social.py", Cause),
    Branch.SOURCE: ("model/events/sources.py", SourceKind),
    Branch.ATTRIBUTE: ("model/matching/rules.py", Attribute),
    Branch.AGENT_RULE: ("model/agents/agent_rules.py", AgentRule),
    Branch.CHOICE: ("model/matching/choice.py", Choose),
}


def _without_branch(world: World, state: State) -> str:
    """Which member a handler has no branch for."""
    where, members = _BRANCHES[Branch(int(state.centre[0]["branch"]))]
    number = int(state.centre[0]["member"])
    name = members(number).name if number in set(members) else str(number)
    return (
        f"{world.scenario.file}: {members.__name__} {name} has no branch in {where} (at"
        f" {float(state.centre[0]['now']):.0f} s); please report it with the scenario"
    )


def _longer(array: Array, room: int) -> Array:
    # By bytes: numpy copies structured rows field by field, many times slower.
    longer = np.zeros(room, dtype=array.dtype)
    longer.view(np.uint8)[: array.nbytes] = array.view(np.uint8)
    return longer


def _settle_pay(world: World, seed: int, replication: int, state: State) -> None:
    """Who stays to finish something after a shift is paid for it; nobody is paid twice for the same time, or
    for overtime where a group's is not paid. A headcount is paid as it is written. `pay` of a shift is a factor on its
    own hours; overtime has the plain price."""
    ledger = state.ledger.reshape(world.n_intervals, -1)
    paid = ledger["paid"].copy()  # numbers that stand side by side
    above = world.pay_above(seed, replication)
    if above is not None:  # seconds by the clock are settled, and then what their own price adds
        above = above.reshape(paid.shape)
        paid -= above
    np.maximum(paid, ledger["present"], out=paid, where=world.paid_by_hours)
    np.minimum(paid, world.interval, out=paid)  # overtime of one whose absence or break is paid anyway
    if world.overtime_unpaid:
        planned = world.planned_pay(seed, replication).reshape(paid.shape) - (0.0 if above is None else above)
        for free in world.overtime_unpaid:
            np.minimum(paid[:, free], planned[:, free], out=paid[:, free])
    if above is not None:
        paid += above
    ledger["paid"] = paid


def outcome(world: World, seed: int, replication: int, state: State, seconds: float) -> Run:
    """The records of a finished state."""
    centre = state.centre[0]
    _settle_pay(world, seed, replication, state)
    return Run(
        world=world,
        seed=seed,
        replication=replication,
        contacts=state.contacts[: int(centre["contacts"])],
        ledger=state.ledger.reshape(world.n_intervals, -1).T,
        log=state.log[: int(centre["log"])] if centre["logging"] else None,
        events=int(centre["events"]),
        seconds=seconds,
        statements=state.statements[: len(world.policy.statements)],
        force=state.force.reshape(-1, world.n_intervals)[: len(world.policy.supervision)],
        issues=state.issues[: int(centre["contacts"])] if centre["social"] else None,
    )
