"""A policy as tables: per contact type a ladder of tests, and a queue for every stage of its plans.

All contacts of one queue have the same type, plan and stage, hence the same groups and the same
slope of ageing; where waiting adds at most so many points, reaching the cap is one more stage.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model import layout
from sim.model.ladder import Ladder
from sim.model.layout import AgentRule, Leave

if TYPE_CHECKING:
    from sim.model.state import Array
    from sim.policy.schema import Policy, Stage
    from sim.scenario.schema import Scenario

_ON_SKILL = (AgentRule.MOST_SKILLED, AgentRule.LEAST_SKILLED)


class UnreachableError(ValueError):
    """A plan that leads a contact type to no group."""


@dataclass(frozen=True, eq=False)
class QueueName:
    """What a queue stands for, for people."""

    contact_type: str
    plan: str
    stage: int
    capped: bool


@dataclass(frozen=True, eq=False)
class Routes:
    """The compiled policy: arrays of the state, and names for explaining them."""

    queues: Array
    links: Array
    serves: Array
    pools: Array
    n_nodes: int
    tests: Array
    leaves: Array
    weights: Array
    campaigns: Array
    personal: int
    queue_names: tuple[QueueName, ...]
    leaf_rules: tuple[str, ...]


class _Compiler:
    """Collects queues, links and pools while the rules are compiled type by type."""

    def __init__(self, scenario: Scenario, policy: Policy, types: Array, fits: Array) -> None:
        self.scenario, self.policy, self.types, self.fits = scenario, policy, types, fits
        self.queues: list[tuple[float, ...]] = []
        self.names: list[QueueName] = []
        self.known: dict[tuple[int, str, int, bool], int] = {}
        self.links: list[list[tuple[int, int, int, int]]] = []
        self.pools: dict[tuple[int, int, int, int], int] = {}
        self.leaves: list[tuple[int, float]] = []
        self.leaf_rules: list[str] = []
        self.leaf_known: dict[tuple[int, str, float, str], int] = {}

    def leaf(self, k: int, plan: str, add: float, rule: str) -> int:
        """The leaf that sends contact type k to a plan."""
        key = (k, plan, add, rule)
        if key not in self.leaf_known:
            queue = self.queue(k, plan, 0, False)
            if not self._reaches_somebody(queue):
                name = self.scenario.type_names[k]
                raise UnreachableError(
                    f"policy {self.policy.name!r}: plan {plan!r} leads contact type {name!r} to no group"
                    " that has its channel and skills; allowed plans with at least one such group"
                )
            self.leaf_known[key] = len(self.leaves)
            self.leaves.append((queue, add))
            self.leaf_rules.append(rule)
        return self.leaf_known[key]

    def _reaches_somebody(self, queue: int) -> bool:
        seen = -1
        while queue >= 0 and queue != seen:
            if self.links[queue]:
                return True
            seen, queue = queue, int(self.queues[queue][6])
        return False

    def queue(self, k: int, plan: str, stage: int, capped: bool) -> int:
        """The queue of one stage, and through it all later ones."""
        key = (k, plan, stage, capped)
        if key in self.known:
            return self.known[key]
        q = len(self.queues)
        self.known[key] = q
        self.queues.append(())
        self.links.append([])
        name = self.scenario.type_names[k]
        self.names.append(QueueName(name, plan, stage, capped))
        stages = self._stages(plan)
        slope, cap = _ageing(self.policy, name, self.scenario)
        add = sum(s.add for s in stages[: stage + 1])
        capped_after = cap / slope if slope > 0 and cap < math.inf and not capped else math.inf
        after = stages[stage + 1].after if stage + 1 < len(stages) else math.inf
        rule = AgentRule[stages[stage].agent.upper()]
        self.links[q] = self._links(k, stages[stage], rule)
        onward = -1
        if capped_after < after:
            onward, after = self.queue(k, plan, stage, True), capped_after
        elif after < math.inf:
            onward = self.queue(k, plan, stage + 1, capped)
        channel = int(self.types[k]["channel"])
        self.queues[q] = (
            channel, k, 0.0 if capped else slope, add + (cap if capped else 0.0), int(rule), after, onward,
        )  # fmt: skip
        return q

    def _stages(self, plan: str) -> tuple[Stage, ...]:
        """The stages; one that nobody takes part in stands in front of a first stage that comes later."""
        stages = self.policy.plans[plan]
        if stages[0].after > 0:
            return (stages[0].model_copy(update={"groups": (), "after": 0.0, "add": 0.0}), *stages)
        return stages

    def _links(self, k: int, stage: Stage, rule: AgentRule) -> list[tuple[int, int, int, int]]:
        scenario = self.scenario
        name = scenario.type_names[k]
        wanted = scenario.contact_types[name]
        skills = {} if stage.skills == "none" else stage.skills
        if skills == "required":
            skills = wanted.skills
        links = []
        for g, rank in self._ranked(stage):
            group_name = scenario.group_names[g]
            group = scenario.groups[group_name]
            if wanted.channel not in group.channels:
                continue
            if any(group.skills.get(s, -1.0) < level for s, level in skills.items()):
                continue
            channel = int(self.types[k]["channel"])
            by_type = k if rule in _ON_SKILL else -1
            self.pools.setdefault((g, channel, int(rule), by_type), 0)
            links.append((g, rank, by_type, stage.reserve.get(group_name, 0)))
        return sorted(links, key=lambda link: (link[1], link[0]))

    def _ranked(self, stage: Stage) -> list[tuple[int, int]]:
        names = self.scenario.group_names
        ranks = stage.ranks(names)
        return [(names.index(name), rank) for rank, tier in enumerate(ranks) for name in tier]


def compile_routes(
    scenario: Scenario, policy: Policy, types: Array, groups: Array, channels: Array, fits: Array, agents: int
) -> Routes:
    """Compile a policy; fills ``entry`` and ``points`` of types, and the ranges of groups.

    Raises UnreachableError when a plan leads a contact type to no group.
    """
    compiler = _Compiler(scenario, policy, types, fits)
    ladder = Ladder(scenario)
    for k, name in enumerate(scenario.type_names):
        target = ~compiler.leaf(k, "default", 0.0, "no rule") if not _always(policy, name, scenario) else 0
        for rule in reversed(policy.rules):
            held = ladder.specialise(rule.when, name)
            if held is False:
                continue
            leaf = ~compiler.leaf(k, rule.plan, rule.add, str(rule.name))
            target = leaf if held is True else ladder.emit(held, leaf, target)
        types[k]["entry"] = target
        types[k]["points"] = _points(policy, name, scenario)
    pools, first_node = _pools(compiler, groups, types, fits)
    links, serves = _links(compiler, groups, pools)
    n = len(compiler.queues)
    personal = n if _any_sticky(scenario, types, channels) else -1
    queues = np.zeros(n + (agents if personal >= 0 else 0), dtype=layout.QUEUE)
    queues["first"] = queues["last"] = queues["root"] = -1
    queues["channel"] = queues["onward"] = -1
    queues["after"] = math.inf
    at = 0
    for q, row in enumerate(compiler.queues):
        own = queues[q]
        own["channel"], own["contact_type"], own["slope"], own["add"] = row[:4]
        own["rule"], own["after"], own["onward"] = row[4:]
        own["link_from"], at = at, at + len(compiler.links[q])
        own["link_to"] = at
    return Routes(
        queues=queues,
        links=links,
        serves=serves,
        pools=pools,
        n_nodes=first_node,
        tests=ladder.array(),
        leaves=np.array(compiler.leaves, dtype=layout.LEAF),
        weights=_weights(policy),
        campaigns=_campaigns(policy, scenario),
        personal=personal,
        queue_names=tuple(compiler.names),
        leaf_rules=tuple(compiler.leaf_rules),
    )


def _ageing(policy: Policy, name: str, scenario: Scenario) -> tuple[float, float]:
    """Points per second waited, and the most that waiting may add."""
    priority = policy.priority
    channel = scenario.channel_of(name)
    if priority.order == "time_to_target":
        return 1.0, math.inf
    if priority.order == "relative_wait":
        return 1.0 / scenario.answer_within(name), math.inf
    if priority.order == "oldest":
        return 0.0, math.inf
    return priority.slope(name, channel) / 60.0, priority.most_for_waiting(name, channel)


def _points(policy: Policy, name: str, scenario: Scenario) -> float:
    """Points of every contact of the type; seconds to the target count down from below zero."""
    priority = policy.priority
    if priority.order == "time_to_target":
        return -scenario.answer_within(name)
    if priority.order != "points":
        return 0.0
    channel = scenario.channel_of(name)
    return priority.contact_type.get(name, 0.0) + priority.channel.get(channel, 0.0)


def _always(policy: Policy, name: str, scenario: Scenario) -> bool:
    """True when some rule holds for every contact of the type, so that no default is needed."""
    ladder = Ladder(scenario)
    return any(ladder.specialise(rule.when, name) is True for rule in policy.rules)


def _any_sticky(scenario: Scenario, types: Array, channels: Array) -> bool:
    for k in range(len(types)):
        channel = channels[types[k]["channel"]]
        released = not channel["holds_slot"] or channel["release_after"] < math.inf
        released |= channel["leave"] == Leave.REQUEUE  # when its agent leaves
        if types[k]["turns"] >= 0 and released and channel["sticky"] > 0:
            return True
    return False


def _pools(compiler: _Compiler, groups: Array, types: Array, fits: Array) -> tuple[Array, int]:
    keys = sorted(compiler.pools)
    pools = np.zeros(max(1, len(keys)), dtype=layout.POOL)
    pools["first"] = pools["last"] = pools["root"] = -1
    node = 0
    for p, (g, channel, rule, k) in enumerate(keys):
        compiler.pools[keys[p]] = p
        row = pools[p]
        row["group"], row["channel"], row["rule"], row["offset"] = g, channel, rule, node
        row["level"] = fits[g * len(types) + k]["level"] if k >= 0 else 0.0
        node += int(groups[g]["n"])
    for g in range(len(groups)):
        mine = [p for p, key in enumerate(keys) if key[0] == g]
        groups[g]["pool_from"] = mine[0] if mine else 0
        groups[g]["pool_to"] = mine[-1] + 1 if mine else 0
    return pools, node


def _links(compiler: _Compiler, groups: Array, pools: Array) -> tuple[Array, Array]:
    flat: list[tuple[int, int, int, int]] = []
    serving: list[list[tuple[int, int, int]]] = [[] for _ in range(len(groups))]
    for q, own in enumerate(compiler.links):
        channel, rule = int(compiler.queues[q][0]), int(compiler.queues[q][4])
        for g, rank, k, reserve in own:
            flat.append((g, rank, compiler.pools[(g, channel, rule, k)], reserve))
            serving[g].append((rank, q, reserve))
    serves: list[tuple[int, int, int]] = []
    for g, mine in enumerate(serving):
        groups[g]["serve_from"] = len(serves)
        serves.extend((q, rank, reserve) for rank, q, reserve in sorted(mine))
        groups[g]["serve_to"] = len(serves)
    return (
        np.array(flat or [(0, 0, 0, 0)], dtype=layout.LINK),
        np.array(serves or [(0, 0, 0)], dtype=layout.SERVE),
    )


def _weights(policy: Policy) -> Array:
    weights = np.zeros(1, dtype=layout.WEIGHTS)
    priority = policy.priority
    if priority.order != "points":
        return weights
    row = weights[0]
    for sentiment in ("negative", "neutral", "positive"):
        row[sentiment] = priority.sentiment.get(sentiment, 0.0)
    row["reach"], row["value"] = priority.reach, priority.value
    row["prior"], row["trigger"] = priority.prior_contacts, priority.trigger
    row["any"] = any(float(row[n]) != 0.0 for n in weights.dtype.names or () if n != "any") or bool(
        priority.campaign
    )
    return weights


def _campaigns(policy: Policy, scenario: Scenario) -> Array:
    names = scenario.campaign_names
    points = np.zeros(max(1, len(names)))
    if policy.priority.order == "points":
        for i, name in enumerate(names):
            points[i] = policy.priority.campaign.get(name, 0.0)
    return points
