"""The reasons for a decision, in words: candidates, ranks and scores, and what would have come next.

A decision is put into words while it is being taken, from the state of that moment, and waits for the
entry of the log that tells how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floorcast.clock.decisions import AgentOffer, ContactOffer, Refusal, agents_for, contacts_for
from floorcast.clock.floor import agent_name
from floorcast.explain.reason_words import (
    agent_state,
    how_agents,
    how_contacts,
    points_words,
    rule_words,
)
from floorcast.policy.words.conditions import condition_in_words
from floorcast.scenario.read.units import write_duration

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World
    from floorcast.model.records.state import State

_SHOWN = 4


@dataclass
class Decision:
    """One decision on the way. ``order``: agents (or contacts) as they would be taken one after the other."""

    by_contact: bool
    who: int
    rule: str
    waits: str
    said: list[str]
    order: list[int]
    names: dict[int, str] = field(default_factory=dict)

    def ended(self, chosen: int) -> list[str]:
        """The lines, once it is known who was chosen."""
        nobody = "there was nobody else" if self.by_contact else "nothing else waits for this agent"
        rest = [one for one in self.order if one != chosen]
        following = f"next would have been {self.names[rest[0]]}" if rest else nobody
        return [*self.said, f"chosen: {self.names.get(chosen, str(chosen))}; {following}"]


def of_contact(world: World, s: State, c: int, q: int) -> Decision:
    """Contact c looks for an agent in queue q."""
    offers, refusals = agents_for(s, c, q)
    said = [f"it chooses in {place(world, q)}: {how_agents(s, q)}"]
    for rank in sorted({offer.rank for offer in offers}):
        named = [
            f"{agent_name(world, o.agent)} ({agent_state(s, q, o)})"
            for o in offers
            if o.rank == rank
        ]
        said.append(f"rank {rank + 1}: {_some(named)}")
    if refusals:
        said.append("not: " + "; ".join(_refused(world, r) for r in refusals))
    return Decision(
        True,
        c,
        rule_words(world, s, c),
        _why_it_waits(world, s, c, offers, refusals),
        said,
        [o.agent for o in offers],
        {o.agent: agent_name(world, o.agent) for o in offers},
    )


def of_agent(world: World, s: State, a: int) -> Decision:
    """Agent a looks for a contact."""
    offers = contacts_for(s, a, most=3)
    said = [f"{agent_name(world, a)} chooses: {how_contacts(world, s, a)}"]
    said.append("waiting: " + _some([_offer(world, s, o) for o in offers]))
    names = {o.contact: f"contact {o.contact}" for o in offers}
    return Decision(False, a, "", "", said, [o.contact for o in offers], names)


def _offer(world: World, s: State, offer: ContactOffer) -> str:
    waited = write_duration(round(float(s.centre[0]["now"]) - offer.queued))
    if offer.own:
        return f"contact {offer.contact} (waits for this agent, {waited})"
    said = [f"rank {offer.rank + 1}" if offer.rank >= 0 else "before all others"]
    if offer.value is not None:
        said.append(_proportion(world, s, offer))
    said += [points_words(world, offer.points), f"waited {waited}"]
    return f"contact {offer.contact} ({', '.join(said)})"


def _proportion(world: World, s: State, offer: ContactOffer) -> str:
    name = world.type_names[int(s.queues[offer.queue]["contact_type"])]
    assert offer.value is not None
    if offer.value == float("inf"):
        return f"{name} has no part"
    return f"{name} at {abs(offer.value):.3g}"


def _some(named: list[str]) -> str:
    more = len(named) - _SHOWN
    return ", ".join(named[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _refused(world: World, one: Refusal) -> str:
    name = world.group_names[one.group]
    if not one.present:
        return f"{name} (nobody logged in)"
    if one.reserve:
        return f"{name} (keeps {one.reserve} idle, has {one.idle})"
    return f"{name} ({'its agent is' if one.present == 1 else f'all {one.present} are'} taken)"


def _why_it_waits(
    world: World, s: State, c: int, offers: list[AgentOffer], refusals: list[Refusal]
) -> str:
    """Why a contact that then enters the queue finds no agent."""
    if offers:
        first = offers[0].agent
        if s.groups[int(s.agents[first]["group"])]["pull"] >= 0:
            return f"{agent_name(world, first)} looks at the list"
        return "the policy in Python lets it wait"
    if not refusals:
        return "no group may take it yet"
    names = [world.group_names[r.group] for r in refusals]
    text = f"no agent free in {', '.join(names[:_SHOWN])}"
    if len(names) > _SHOWN:
        text += f" and {len(names) - _SHOWN} more groups"
    kept = [f"{world.group_names[r.group]} keeps {r.reserve} idle" for r in refusals if r.reserve]
    said = [", ".join(kept)] if kept else []
    if s.centre[0]["cases"] and s.cases[c]["refused"]:
        times = int(s.cases[c]["refused"])
        said.append(f"{times} {'agent has' if times == 1 else 'agents have'} not taken it")
    return text + (f" ({', '.join(said)})" if said else "")


def waits_for_its_own(world: World, queue: int) -> str:
    """Why a contact waits for one agent alone."""
    agent = (queue - world.routes.personal) // len(world.channel_names)
    return f"{agent_name(world, agent)}, who served it before, has no room"


def stage_words(world: World, queue: int) -> str:
    """Where a contact stands from now on."""
    row = world.routes.queues[queue]
    links = world.routes.links[int(row["link_from"]) : int(row["link_to"])]
    groups = [world.group_names[int(link["group"])] for link in links]
    name = world.routes.queue_names[queue]
    capped = ", waiting adds no more points" if name.capped else ""
    because = ""
    written = written_stage(world, queue)
    if written is not None and written.when is not None:
        because = f", as {condition_in_words(written.when)}"
    return f"{place(world, queue)} ({_some(groups) or 'nobody yet'}{capped}){because}"


def written_stage(world: World, queue: int) -> Any:
    """The stage as the policy says it; None before the first has begun."""
    name = world.routes.queue_names[queue]
    return world.routes.plans[name.plan][name.stage] if name.stage >= 0 else None


def place(world: World, queue: int) -> str:
    """The plan and stage that a queue stands for."""
    if 0 <= world.routes.personal <= queue:
        return "the line of its own agent"
    name = world.routes.queue_names[queue]
    if name.stage < 0:
        return f"plan {name.plan}, before its first stage"
    return f"stage {name.stage + 1} of plan {name.plan}"
