"""Every decision of the engine, worked out again by other means: the same choice each time."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from floorcast.clock.decisions import agents_for as agents_now
from floorcast.clock.decisions import contacts_for as contacts_now
from floorcast.clock.floor import Floor
from floorcast.model.compile.assemble import assemble
from floorcast.model.core.asking import FOR_CONTACT
from floorcast.model.records.layout import AgentRule, Log, Status
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from tests.conftest import examples
from tests.equivalence.account import Follower, agents_for, contacts_for
from tests.routing_strategies import routed
from tests.strategies import scenarios, world_of

_SUMS = (AgentRule.LEAST_OCCUPIED, AgentRule.ADJUSTED_WORK, AgentRule.SHORTEST_HANDLE_TIME)


def _check(floor: Floor, follower: Follower, time: float, contact: int, agent: int) -> None:
    if contact in follower.queue_of:
        best = contacts_for(follower, agent, time)[0]
        assert best.contact == contact, f"{time}: agent {agent} took {contact}, not {best}"
        return
    row = floor.state.contacts[contact]
    sticky = follower.world.tables["channels"][int(row["channel"])]["sticky"] > 0
    if follower.server.get(contact) == agent and contact in follower.replied and sticky:
        return  # back to who served it before
    offers, _ = agents_for(follower, int(row["queue"]), time)
    rule = int(follower.world.routes.queues[int(row["queue"])]["rule"])
    if rule == AgentRule.RANDOM:
        assert agent in {o.agent for o in offers if o.rank == offers[0].rank}
        return
    mine = next(offer for offer in offers if offer.agent == agent)
    # Seconds are added up in another order here: keys that differ by rounding only are equal.
    same = (mine.rank == offers[0].rank) and math.isclose(mine.key, offers[0].key, rel_tol=1e-9, abs_tol=1e-12)
    assert offers[0].agent == agent or (rule in _SUMS and same), f"{time}: {contact} went to {agent}, not {offers[0]}"


@settings(max_examples=examples(60))
@given(scenarios())
def test_the_engine_takes_the_first_candidate(scenario):
    """Agents for contacts, contacts for agents; who waits has no candidate: by an account from the log."""
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
                assert not agents_for(follower, other, time)[0], f"{time}: {contact} waits for nothing"
            follower.take(*entry)


class Witness:
    """Looks on at every decision of a run, and holds what the log then says against it."""

    def __init__(self, scenario):
        self.world = world_of(scenario)
        self.pull = self.world.tables["groups"]["pull"][self.world.agent_group] >= 0
        self.floor = Floor(self.world, 1, 0, log=True, observe=self.see)
        self.expected: list[tuple[str, int, set[int]]] = []  # who looks, and whom it may choose
        self.waiting: set[int] = set()

    def see(self, kind: int, who: int, queue: int) -> None:
        state = self.floor.state
        if kind == FOR_CONTACT:
            offers, _ = agents_now(state, who, queue)
            best = {offer.agent for offer in offers[:1]}
            if offers and state.queues[queue]["rule"] == AgentRule.RANDOM:
                first = offers[0]
                best = {o.agent for o in offers if (o.rank, o.weight) == (first.rank, first.weight)}
            self.expected.append(("contact", who, best))
        else:
            some = contacts_now(state, who, most=2)
            self.expected.append(("agent", who, {offer.contact for offer in some[:1]}))

    def run(self) -> None:
        rings: set[int] = set()
        while self.floor.step():
            state = self.floor.state
            n = int(state.centre[0]["log"])
            state.centre[0]["log"] = 0
            for time, kind, contact, agent, _ in state.log[:n].tolist():
                if kind == Log.QUEUED:
                    self.waiting.add(contact)
                if kind == Log.OFFERED:
                    rings.add(contact)
                elif kind == Log.ACCEPTED and contact in rings:
                    rings.discard(contact)
                    continue
                if kind in (Log.OFFERED, Log.ACCEPTED):
                    self.taken(time, contact, agent)
                    self.waiting.discard(contact)
                if kind in (Log.STAGE, Log.RISES, Log.CLOSED):
                    self.waiting.discard(contact)
            for who, subject, best in self.expected:  # what was seen and did not come about
                if who == "contact":
                    waits = state.contacts[subject]["status"] == Status.WAITING
                    left = {a for a in best if not self.pull[a]}
                    assert not (left and waits), f"{subject} waits beside {best}"
                elif best:
                    assert self.pull[subject], f"agent {subject} does not take {best}"
            self.expected.clear()

    def taken(self, time: float, contact: int, agent: int) -> None:
        looks, chosen = (("agent", agent), contact) if contact in self.waiting else (("contact", contact), agent)
        for place, (who, subject, best) in enumerate(self.expected):
            if (who, subject) == looks:
                assert chosen in best, f"{time}: {who} {subject} takes {chosen}, not {best}"
                del self.expected[place]
                return
        # Nobody decides where a customer goes back to the agent it knows.
        assert contact not in self.waiting, f"{time}: {contact} went to {agent}, which nobody decided"


@settings(max_examples=examples(60))
@given(routed())
def test_the_engine_takes_the_first_candidate_whatever_a_policy_says(scenario):
    """The same by the meaning of every rule, from the state of the floor at that very moment."""
    Witness(scenario).run()


TEAM = """
contact_types:
  chats: {channel: chat, skills: [tech], arrivals: {rate: 40 per hour}, work: {exponential: 3 min}, turns: 2,
    think: 1 min}
  calls: {channel: phone, arrivals: {rate: 25 per hour}, work: {exponential: 3 min}, after_contact_work: 20s}
groups:
  slow: {channels: {phone: 1, chat: 2}, skills: {tech: 0.5}, speed: 0.7, rating: 4.5, agents: 3}
  quick: {channels: {phone: 1, chat: 3}, skills: {tech: 0.9}, speed: 2, rating: 3.5, agents: 3}
policy:
  groups: {slow: {work_shares: {chats: 2}}}
  plans: {default: [{agent: %s}]}
"""


@pytest.mark.parametrize("name", AGENT_RULES)
def test_the_account_works_out_every_agent_rule_by_itself(name):
    """Occupancy, handle time, cases: from the log alone; each rule of the catalogue, and each tells agents apart."""
    scenario = load_scenario_text("days: 1\n" + TEAM % name, ".", "team.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    floor = Floor(world, 1, 0, log=True)
    follower = Follower(world, floor.state.contacts)
    apart = 0
    while floor.now < 4 * 3600.0 and floor.step():
        state = floor.state
        n = int(state.centre[0]["log"])
        state.centre[0]["log"] = 0
        follower.see(state.contacts)
        for entry in state.log[:n].tolist():
            time, kind, contact, agent, _ = entry
            if kind == Log.ACCEPTED and contact not in follower.queue_of:
                try:
                    offers, _ = agents_for(follower, int(state.contacts[contact]["queue"]), time)
                except KeyError:
                    pytest.fail(f"agent rule {name} is not worked out in tests/equivalence/account.py: rule_key")
                apart += len({offer.key for offer in offers}) > 1
                _check(floor, follower, time, contact, agent)
            follower.take(*entry)
    assert apart > 10 or AGENT_RULES[name].rule == AgentRule.RANDOM
