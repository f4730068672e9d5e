"""Policies in Python, for what policy files cannot say: a function for either decision, on the SimPy clock.

The policy file still says who *may* take what: rules, plans, stages, skills, room. The functions get
only such candidates, in the order in which the file's policy would take them, so ``candidates[0]`` is
the built-in decision, and among equals ``min`` and ``max`` keep the built-in ties.

    def choose_agent(floor, contact, agents): return agents[0]         # or None: it waits
    def choose_contact(floor, agent, contacts): return contacts[0]     # or None: the agent stays free

    world = decided_by(assemble(scenario, policy), choose_agent=choose_agent)
    run_simpy(world, seed=1, replication=0)

Nothing is loaded from scenario or policy files; who runs Python of their own does so from Python.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floorcast.clock import standards
from floorcast.clock.decisions import AgentOffer, ContactOffer, agents_for, contacts_for
from floorcast.model.core.asking import AS_USUAL, FOR_CONTACT

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor
    from floorcast.model.compile.assemble import World

_SENTIMENTS = {-1: "negative", 0: "neutral", 1: "positive"}


class PythonPolicyError(ValueError):
    """A policy in Python where it cannot run, or that chose nobody there is to choose."""


class _Seen:
    """A row of the floor under its name. Read it during the decision: it changes afterwards."""

    def __init__(self, floor: Floor, index: int) -> None:
        self.floor, self.index = floor, index

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.index == self.index

    def __hash__(self) -> int:
        return hash(self.index)


class AgentSeen(_Seen):
    """An agent. ``rank``: of its group in the contact's stage, from 1; ``skill``: its level for the contact."""

    def __init__(self, floor: Floor, index: int, rank: int = 0, skill: float = 1.0) -> None:
        super().__init__(floor, index)
        self.rank, self.skill = rank, skill

    @property
    def row(self) -> Any:
        """Fields of ``layout.AGENT``."""
        return self.floor.state.agents[self.index]

    @property
    def name(self) -> str:
        """Its group and its number there, from 1."""
        return self.floor.name_of(self.index)

    @property
    def group(self) -> str:
        """The name of its group."""
        return self.floor.world.group_names[int(self.row["group"])]

    @property
    def held(self) -> int:
        """Contacts in hand."""
        return int(self.row["held"])

    @property
    def available_for(self) -> float:
        """Seconds since it logged in or last had a slot freed."""
        return self.floor.now - float(self.row["since"])

    @property
    def rating(self) -> float:
        """Satisfaction rating of its group."""
        return float(self.floor.state.groups[int(self.row["group"])]["rating"])

    @property
    def handled(self) -> int:
        """Contacts handled so far."""
        return int(self.row["handled"])

    @property
    def occupancy(self) -> float:
        """Share of its time so far that it worked, as of its last change."""
        return standards.occupancy(self.floor.state, self.index)

    def __repr__(self) -> str:
        return f"<{self.name}>"


class ContactSeen(_Seen):
    """A contact. ``rank`` (from 1) and ``points`` where an agent chooses; ``own``: it waits for this agent."""

    def __init__(
        self, floor: Floor, index: int, rank: int = 0, points: float = 0.0, own: bool = False
    ) -> None:
        super().__init__(floor, index)
        self.rank, self.points, self.own = rank, points, own

    @property
    def row(self) -> Any:
        """Fields of ``layout.CONTACT``."""
        return self.floor.state.contacts[self.index]

    @property
    def contact_type(self) -> str:
        """Name of its contact type."""
        return self.floor.world.type_names[int(self.row["contact_type"])]

    @property
    def channel(self) -> str:
        """Name of its channel."""
        return self.floor.world.channel_names[int(self.row["channel"])]

    @property
    def waited(self) -> float:
        """Its age in the queue (s)."""
        return self.floor.now - float(self.row["queued"])

    @property
    def sentiment(self) -> str:
        """negative, neutral or positive."""
        return _SENTIMENTS[int(self.row["sentiment"])]

    @property
    def reach(self) -> float:
        """Followers of its author."""
        return float(self.row["reach"])

    @property
    def value(self) -> float:
        """Value of the customer."""
        return float(self.row["value"])

    @property
    def prior_contacts(self) -> int:
        """Earlier contacts on the issue."""
        return int(self.row["prior"])

    @property
    def customer(self) -> int:
        """Number of the customer, from 1; 0 where nobody is known."""
        return int(self.floor.state.issues[self.index]["customer"]) + 1 if self.floor.world.social else 0

    @property
    def mood(self) -> float:
        """Mood of the customer when the contact came, 1 to 5; NaN where nobody is known."""
        return float(self.floor.state.issues[self.index]["mood"]) if self.customer else math.nan

    @property
    def earlier_issues(self) -> int:
        """Issues of the customer before this one."""
        return int(self.floor.state.issues[self.index]["before"]) if self.customer else 0

    @property
    def trigger(self) -> bool:
        """Whether it carries a trigger word."""
        return bool(self.row["trigger"])

    @property
    def transfers(self) -> int:
        """How often it was passed on."""
        return int(self.row["transfers"])

    def __repr__(self) -> str:
        return f"<contact {self.index} ({self.contact_type})>"


ChooseAgent = Callable[["Floor", ContactSeen, list[AgentSeen]], AgentSeen | None]
ChooseContact = Callable[["Floor", AgentSeen, list[ContactSeen]], ContactSeen | None]


@dataclass(frozen=True)
class PythonPolicy:
    """One function for either decision; None: as the policy file says."""

    choose_agent: ChooseAgent | None = None
    choose_contact: ChooseContact | None = None

    def answer(self, floor: Floor, kind: int, who: int, queue: int) -> int:
        """The agent or contact chosen, -1 nobody, or ``AS_USUAL``."""
        if kind == FOR_CONTACT:
            return AS_USUAL if self.choose_agent is None else self._agent(floor, who, queue)
        return AS_USUAL if self.choose_contact is None else self._contact(floor, who)

    def _agent(self, floor: Floor, c: int, q: int) -> int:
        offers, _ = agents_for(floor.state, c, q)
        if not offers:
            return -1
        assert self.choose_agent is not None
        agents = [_agent_seen(floor, c, offer) for offer in offers]
        return _one_of(agents, self.choose_agent(floor, ContactSeen(floor, c), list(agents)), "agent")

    def _contact(self, floor: Floor, a: int) -> int:
        offers = contacts_for(floor.state, a)
        if not offers:
            return -1
        assert self.choose_contact is not None
        contacts = [_contact_seen(floor, offer) for offer in offers]
        return _one_of(contacts, self.choose_contact(floor, AgentSeen(floor, a), list(contacts)), "contact")


def _agent_seen(floor: Floor, c: int, offer: AgentOffer) -> AgentSeen:
    state = floor.state
    fit = int(state.agents[offer.agent]["group"]) * int(state.centre[0]["types"])
    level = state.fits[fit + int(state.contacts[c]["contact_type"])]["level"]
    return AgentSeen(floor, offer.agent, offer.rank + 1, float(level))


def _contact_seen(floor: Floor, offer: ContactOffer) -> ContactSeen:
    return ContactSeen(floor, offer.contact, offer.rank + 1, offer.points, offer.own)


def _one_of(candidates: list[Any], chosen: Any, what: str) -> int:
    if chosen is None:
        return -1
    if chosen not in candidates:
        some = ", ".join(map(repr, candidates[:5]))
        raise PythonPolicyError(
            f"found {chosen!r} chosen by choose_{what}; allowed one of its candidates ({some}) or None"
        )
    return int(chosen.index)


def decided_by(
    world: World, choose_agent: ChooseAgent | None = None, choose_contact: ChooseContact | None = None
) -> World:
    """The same world, its decisions taken by these functions; it runs on the SimPy clock only.

    choose_agent(floor, contact, agents): a contact looks for an agent (arrival, new stage, requeue).
    choose_contact(floor, agent, contacts): an agent looks for a contact (a slot or attention freed,
    shift start). Never called without candidates; called again for whatever room is left.
    """
    return dataclasses.replace(world, python=PythonPolicy(choose_agent, choose_contact))


def refuse_compiled(world: World) -> None:
    """Raise PythonPolicyError for a world that decides in Python."""
    if world.python is not None:
        raise PythonPolicyError(
            f"policy {world.policy.name!r} decides in Python, found it on the compiled clock; allowed on the"
            " SimPy clock: floorcast.clock.simpy_clock.run_simpy, or floorcast.clock.floor.Floor"
        )
