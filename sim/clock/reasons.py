"""Why a decision fell as it did, in words: candidates, ranks and scores, and what would have come next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock.decisions import AgentOffer, ContactOffer, agents_for, contacts_for, rule_of
from sim.clock.floor import agent_name
from sim.model.layout import AgentRule, Log
from sim.scenario.units import write_duration

if TYPE_CHECKING:
    from sim.clock.follow import Follower

_SHOWN = 4


def of(floor: Follower, entry: tuple[float, int, int, int, int]) -> list[str]:
    """Lines that explain a log entry, from the floor as it was just before it; none if there was no choice."""
    time, kind, contact, agent, _ = entry
    if kind == Log.ARRIVED:
        return [_points(floor, contact, time)]
    if kind != Log.ACCEPTED:
        return []
    if contact in floor.queue_of:
        return _agent_looked(floor, contact, agent, time)
    if floor.server.get(contact) == agent:
        return [f"chosen: {agent_name(floor.world, agent)} has served it before"]
    return _contact_looked(floor, contact, agent, time)


def _points(floor: Follower, contact: int, time: float) -> str:
    row = floor.contacts[contact]
    said = [f"rule: {rule_of(floor.world, row, time)}", f"{floor.points(contact):g} points"]
    said += [
        word for value, word in ((-1, "negative"), (1, "positive")) if row["sentiment"] == value
    ]
    said += [f"{name} {row[name]:g}" for name in ("reach", "value") if row[name]]
    said += ["trigger words"] * bool(row["trigger"])
    return ", ".join(said)


def _contact_looked(floor: Follower, contact: int, agent: int, time: float) -> list[str]:
    queue = int(floor.contacts[contact]["queue"])
    offers, refusals = agents_for(floor, queue)
    rule = AgentRule(int(floor.world.routes.queues[queue]["rule"]))
    said = [f"it chooses in {_place(floor, queue)}: {rule.name.lower().replace('_', ' ')} first"]
    ranks = sorted({offer.rank for offer in offers})
    for rank in ranks:
        named = [_agent(floor, o, rule, time) for o in offers if o.rank == rank]
        said.append(f"rank {rank + 1}: {_some(named)}")
    if refusals:
        said.append(
            "not: " + "; ".join(_refused(floor, r.group, r.present, r.reserve) for r in refusals)
        )
    rest = [offer.agent for offer in offers if offer.agent != agent]
    following = (
        f"next would have been {agent_name(floor.world, rest[0])}"
        if rest
        else "there was nobody else"
    )
    return [*said, f"chosen: {agent_name(floor.world, agent)}; {following}"]


def _agent_looked(floor: Follower, contact: int, agent: int, time: float) -> list[str]:
    offers = contacts_for(floor, agent, time)
    said = [f"{agent_name(floor.world, agent)} chooses: best rank, then most points, then oldest"]
    said.append("waiting: " + _some([_offer(floor, o, time) for o in offers]))
    rest = [offer.contact for offer in offers if offer.contact != contact]
    following = (
        f"next would have been contact {rest[0]}" if rest else "nothing else waits for this agent"
    )
    return [*said, f"chosen: contact {contact}; {following}"]


def _agent(floor: Follower, offer: AgentOffer, rule: AgentRule, time: float) -> str:
    name = agent_name(floor.world, offer.agent)
    held = len(floor.held[offer.agent])
    free = write_duration(round(time - offer.since))
    state = f"idle for {free}" if not held else f"holds {held}, had a slot free {free} ago"
    if rule in (AgentRule.MOST_SKILLED, AgentRule.LEAST_SKILLED):
        state += f", level {abs(offer.key):g}"
    elif rule == AgentRule.HIGHEST_RATING:
        state += f", rating {-offer.key:g}"
    elif rule == AgentRule.MOST_SPARE:
        state += f", {-offer.key:g} units spare"
    elif rule == AgentRule.ROUND_ROBIN:
        state += (
            ", never chosen"
            if offer.key < 0
            else f", last chosen {write_duration(round(time - offer.key))} ago"
        )
    return f"{name} ({state})"


def _offer(floor: Follower, offer: ContactOffer, time: float) -> str:
    waited = write_duration(round(time - offer.queued))
    if offer.rank < 0:
        return f"contact {offer.contact} (waits for this agent, {waited})"
    return f"contact {offer.contact} (rank {offer.rank + 1}, {offer.points:.4g} points, waited {waited})"


def _some(named: list[str]) -> str:
    more = len(named) - _SHOWN
    return ", ".join(named[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _refused(floor: Follower, group: int, present: int, reserve: int) -> str:
    name = floor.world.group_names[group]
    if not present:
        return f"{name} (nobody logged in)"
    if reserve:
        return f"{name} (keeps {reserve} idle, has {floor.idle[group]})"
    return f"{name} ({'its agent is' if present == 1 else f'all {present} are'} taken)"


def why_it_waits(floor: Follower, queue: int, time: float) -> str:
    """Why a contact that enters this queue finds no agent."""
    personal = floor.world.routes.personal
    if personal >= 0 and queue >= personal:
        agent = (queue - personal) // len(floor.world.channel_names)
        return f"{agent_name(floor.world, agent)}, who served it before, has no room"
    _, refusals = agents_for(floor, queue)
    if not refusals:
        return "no group may take it yet"
    names = [floor.world.group_names[r.group] for r in refusals]
    text = f"no agent free in {', '.join(names[:_SHOWN])}"
    if len(names) > _SHOWN:
        text += f" and {len(names) - _SHOWN} more groups"
    kept = [
        f"{floor.world.group_names[r.group]} keeps {r.reserve} idle" for r in refusals if r.reserve
    ]
    return text + (f" ({', '.join(kept)})" if kept else "")


def stage_words(floor: Follower, queue: int) -> str:
    """Where a contact stands from now on."""
    row = floor.world.routes.queues[queue]
    links = floor.world.routes.links[int(row["link_from"]) : int(row["link_to"])]
    groups = [floor.world.group_names[int(link["group"])] for link in links]
    name = floor.world.routes.queue_names[queue]
    capped = ", waiting adds no more points" if name.capped else ""
    return f"{_place(floor, queue)} ({_some(groups) or 'nobody yet'}{capped})"


def _place(floor: Follower, queue: int) -> str:
    name = floor.world.routes.queue_names[queue]
    return f"stage {name.stage + 1} of plan {name.plan}"
