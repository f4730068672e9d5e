"""Every decision of the engine, worked out again from an account kept by the log: the same choice each time."""

from __future__ import annotations

from hypothesis import given, settings

from sim.clock.decisions import agents_for, contacts_for
from sim.clock.floor import Floor
from sim.clock.follow import Follower
from sim.model.layout import AgentRule, Log
from tests.conftest import examples
from tests.strategies import scenarios, world_of


def _check(floor: Floor, follower: Follower, time: float, contact: int, agent: int) -> None:
    if contact in follower.queue_of:
        best = contacts_for(follower, agent, time)[0]
        assert best.contact == contact, f"{time}: agent {agent} took {contact}, not {best}"
        return
    row = floor.state.contacts[contact]
    sticky = follower.world.tables["channels"][int(row["channel"])]["sticky"] > 0
    if follower.server.get(contact) == agent and contact in follower.replied and sticky:
        return  # back to who served it before
    offers, _ = agents_for(follower, int(row["queue"]))
    rule = int(follower.world.routes.queues[int(row["queue"])]["rule"])
    if rule == AgentRule.RANDOM:
        assert agent in {o.agent for o in offers if o.rank == offers[0].rank}
    else:
        assert offers[0].agent == agent, f"{time}: {contact} went to {agent}, not {offers[0]}"


@settings(max_examples=examples(60))
@given(scenarios())
def test_the_engine_takes_the_first_candidate(scenario):
    """Agents for contacts, contacts for agents; who waits has no candidate."""
    world = world_of(scenario)
    floor = Floor(world, 1, 0, log=True)
    follower = Follower(world, floor.state.contacts)
    while floor.step():
        state = floor.state
        n = int(state.centre[0]["log"])
        state.centre[0]["log"] = 0
        follower.see(state.contacts)
        for entry in state.log[:n].tolist():
            time, kind, contact, agent, other = entry
            if kind == Log.ACCEPTED:
                _check(floor, follower, time, contact, agent)
            personal = 0 <= world.routes.personal <= other
            if kind == Log.QUEUED and not personal:
                assert not agents_for(follower, other)[0], f"{time}: {contact} waits for nothing"
            follower.take(*entry)
