"""A policy as tables: a decision tree per contact type, and a queue for every stage of its plans."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.compile.decision_tree import RuleCompiler, Test
from floorcast.model.compile.gauges import Gauges
from floorcast.model.compile.handing import trigger_tables
from floorcast.model.compile.people import Meters
from floorcast.model.compile.playing import play_table
from floorcast.model.compile.stages import PoolKey, QueueName, Stages, UnreachableError, named
from floorcast.model.records import routes as layout_routes
from floorcast.model.records import rules as layout_rules
from floorcast.model.records.layout import AgentRule, Leave
from floorcast.model.records.rules import Among, Attribute, Choose
from floorcast.policy.schema.priority import class_points

if TYPE_CHECKING:
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.policy import Policy, Rulebook, Stage
    from floorcast.scenario.schema.scenario import Scenario

__all__ = ["QueueName", "Routes", "UnreachableError", "compile_routes"]


@dataclass(frozen=True, eq=False)
class Routes:
    """The compiled policy: arrays of the state, and names for explaining them.

    ``tables``: further arrays of the state by name. ``centre``: fields of the centre's row.
    """

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
    modes: tuple[str, ...] = ()
    gauge_names: tuple[str, ...] = ()
    meter_names: tuple[str, ...] = ()
    plans: dict[str, tuple[Stage, ...]] = field(default_factory=dict)
    tables: dict[str, Array] = field(default_factory=dict)
    centre: dict[str, float] = field(default_factory=dict)


class _Leaves:
    """Where the rules lead: a plan's first queue and the points that a rule adds."""

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.rows: list[tuple[int, bool, float]] = []
        self.rules: list[str] = []
        self._known: dict[tuple[int, str, float, str, int | None], int] = {}

    def leaf(
        self, k: int, plan: str, add: float, rule: str, class_: int | None, discard: bool = False
    ) -> int:
        """The leaf that sends contact type k to a plan, or discards what arrives."""
        key = (k, plan, add, rule, class_)
        if key not in self._known:
            queue = self.stages.first(k, plan, class_)
            self._known[key] = len(self.rows)
            self.rows.append((queue, discard, add))
            self.rules.append(rule)
        return self._known[key]


def compile_routes(
    scenario: Scenario, policy: Policy, types: Array, groups: Array, channels: Array, fits: Array, agents: int
) -> Routes:
    """Compile a policy; fills ``entry`` and ``points`` of types, and the ranges of groups.

    Raises UnreachableError when a plan leads a contact type to no group.
    """
    gauges = Gauges(scenario)
    modes = policy.modes
    meters = Meters(scenario)
    compiler = RuleCompiler(scenario, gauges, modes, meters)
    stages = Stages(scenario, policy, types, compiler, gauges)
    leaves = _Leaves(stages)
    for k, name in enumerate(scenario.type_names):
        own = _points(policy, name, scenario)
        types[k]["points"] = own
        entry: int | None = None
        for number, (book, rules) in reversed(list(enumerate(policy.books.items()))):
            more = _points(rules, name, scenario) - own
            target = _entry(scenario, rules, book, k, compiler, leaves, more)
            here = Test(Attribute.POLICY, number, number + 1.0)
            entry = target if entry is None else compiler.emit(here, target, entry)
        assert entry is not None  # a policy has a rule book
        types[k]["entry"] = compiler.tree(entry)
    rows_of_shares, choices = _choices(scenario, policy, groups, gauges)
    pools, n_nodes = _pools(stages, groups, types, fits, policy, scenario)
    links, serves, biases, shares = _links(stages, groups, rows_of_shares)
    queues, personal = _queues(stages, scenario, types, channels, agents)
    shared = personal if personal >= 0 else len(queues)
    masks, queue_words, pool_words = _masks(queues, links, groups, serves, pools, shared)
    triggers, actions = trigger_tables(scenario, policy, compiler)
    plays = play_table(scenario, policy, types, compiler)
    gauge_rows, gauge_of, ticks = gauges.arrays(types, groups)
    return Routes(
        queues=queues,
        links=links,
        serves=serves,
        pools=pools,
        n_nodes=n_nodes,
        tests=compiler.array(),
        leaves=np.array(leaves.rows, dtype=layout_routes.LEAF),
        weights=_weights(policy),
        campaigns=_campaigns(policy, scenario),
        personal=personal,
        queue_names=tuple(stages.names),
        leaf_rules=tuple(leaves.rules),
        modes=modes,
        gauge_names=gauges.names,
        meter_names=meters.names,
        plans=stages.plans,
        tables={
            "gauges": gauge_rows,
            "gauge_of": gauge_of,
            "ticks": ticks,
            "shares": shares,
            "choices": choices,
            "biases": biases,
            "scores": _scores(stages),
            "triggers": triggers,
            "actions": actions,
            "plays": plays,
            "subjects": compiler.subjects(),
            "masks": masks,
            "busy": np.zeros(queue_words + pool_words + 1, np.int64),
            **meters.arrays(types),
            "efforts": np.zeros(agents * len(types) if stages.efforts else 1),
        },
        centre={
            "campaigns": len(scenario.campaign_names),
            "shared_queues": shared,
            "queue_words": queue_words,
            "pool_words": pool_words,
            "gauging": len(gauges) > 0,
            "metering": len(meters) > 0,
            "evaluating": any(group.evaluation is not None for group in scenario.groups.values()),
            "due": gauges.windows,
            "tracking": stages.tracking,
            "efforts": stages.efforts,
            "lifting": policy.priority.order == "predicted_wait",
            "offering": bool(policy.offers or policy.pull),
            "returning": policy.returning is not None,
            "returning_within": policy.returning.within if policy.returning else 0.0,
            "returning_wait": policy.returning.wait if policy.returning else 0.0,
            "cases": bool(policy.offers) or policy.returning is not None,
            "statements": bool(policy.statements),
            "moderates": bool(policy.moderation),
            "rerouting": "stages" in policy.evaluate,
            "settled": "requeue" not in policy.evaluate,
            "week": scenario.start.weekday() * 86400.0
            + scenario.start.hour * 3600.0
            + scenario.start.minute * 60.0
            + scenario.start.second,
        },
    )


def _entry(
    scenario: Scenario, rules: Rulebook, book: str, k: int, compiler: RuleCompiler, leaves: _Leaves, more: float
) -> int:
    """The first test of a rule book for contact type k; ``more``: points beside the policy's own."""
    name = scenario.type_names[k]
    own_class = rules.priority.class_of(name, scenario.channel_of(name))
    target = 0
    if not _always(rules, name, scenario):
        rule = named(book, "no rule")
        target = ~leaves.leaf(k, named(book, "default"), class_points(own_class) + more, rule, own_class)
    for one in reversed(rules.rules):
        held = compiler.specialise(one.when, name)
        if held is False:
            continue
        class_ = one.class_ or own_class
        add = one.add + class_points(class_) + more
        leaf = ~leaves.leaf(k, named(book, one.plan), add, named(book, str(one.name)), class_, one.discard)
        target = leaf if held is True else compiler.emit(held, leaf, target)
    return target


def _queues(
    stages: Stages, scenario: Scenario, types: Array, channels: Array, agents: int
) -> tuple[Array, int]:
    n = len(stages.queues)
    sticky = stages.policy.returning is not None or bool(stages.policy.approval)
    sticky = sticky or _any_sticky(types, channels)
    personal = n if sticky else -1
    queues = np.zeros(n + (agents * len(channels) if sticky else 0), dtype=layout_routes.QUEUE)
    for name in ("first", "last", "root", "channel", "onward", "trial", "beside", "gauge", "guard", "back"):
        queues[name] = -1
    queues["after"] = math.inf
    at = 0
    for row, own in zip(queues, stages.queues, strict=False):
        for name in (
            "channel", "contact_type", "slope", "add", "rule", "after", "onward", "choose", "trial", "beside", "peer",
            "stage", "book", "start", "gauge", "restart", "guard", "opens", "every", "back",
        ):  # fmt: skip
            row[name] = getattr(own, name)
        row["link_from"], at = at, at + len(own.links)
        row["link_to"] = at
    return queues, personal


_MANY = 4  # queues or pools; fewer are as quickly looked through one by one


def _masks(
    queues: Array, links: Array, groups: Array, serves: Array, pools: Array, shared: int
) -> tuple[Array, int, int]:
    """Bits that say which queues each group serves and which pools each queue leads to, rank by rank, for
    those that have many; fills ``mask_from`` and ``mask_ranks``. Gives how many words queues and pools take too.

    Rows with a reserve, and choices by chance or by share, stay with the longer way.
    """
    words: list[int] = []

    def blocks(bits: Array, ranks: Array, n: int) -> tuple[int, int]:
        begin, different = len(words), sorted(set(ranks.tolist()))
        for rank in different:
            block = [0] * n
            for bit in bits[ranks == rank].tolist():
                block[bit >> layout_routes.BITS] |= 1 << (bit & layout_routes.LOW_BITS)
            words.extend(block)
        return begin, len(different)

    n_queues, n_pools = ((n >> layout_routes.BITS) + 1 for n in (shared, len(pools)))
    queues["mask_from"] = groups["mask_from"] = -1
    for row in groups:
        mine = serves[row["serve_from"] : row["serve_to"]]
        if len(mine) > _MANY and not mine["reserve"].any() and row["choose"] == 0:
            row["mask_from"], row["mask_ranks"] = blocks(mine["queue"], mine["rank"], n_queues)
    for row in queues[:shared]:
        mine = links[row["link_from"] : row["link_to"]]
        # Equals go to the group that stands first; a pool of a later group must come later too.
        order = (np.diff(mine["pool"]) > 0) | (np.diff(mine["rank"]) > 0)
        plain = row["choose"] == 0 and row["rule"] != AgentRule.RANDOM and not mine["reserve"].any()
        if len(mine) > _MANY and plain and bool(order.all()):
            row["mask_from"], row["mask_ranks"] = blocks(mine["pool"], mine["rank"], n_pools)
    if not words:
        return np.zeros(1, np.int64), 0, 0
    return np.array(words, np.int64), n_queues, n_pools


def _points(policy: Rulebook, name: str, scenario: Scenario) -> float:
    """Points of every contact of the type; seconds to the target count down from below zero."""
    priority = policy.priority
    if priority.order == "time_to_target":
        return -scenario.answer_within(name)
    if priority.order != "points":
        return 0.0
    channel = scenario.channel_of(name)
    return priority.contact_type.get(name, 0.0) + priority.channel.get(channel, 0.0)


def _always(policy: Rulebook, name: str, scenario: Scenario) -> bool:
    """True when some rule holds for every contact of the type, so that no default is needed."""
    compiler = RuleCompiler(scenario)
    return any(compiler.specialise(rule.when, name) is True for rule in policy.rules)


def _any_sticky(types: Array, channels: Array) -> bool:
    for k in range(len(types)):
        channel = channels[types[k]["channel"]]
        released = not channel["holds_slot"] or channel["release_after"] < math.inf
        released |= channel["leave"] != Leave.FINISH  # when its agent leaves
        if types[k]["turns"] >= 0 and released and channel["sticky"] > 0:
            return True
    return False


def _choices(
    scenario: Scenario, policy: Policy, groups: Array, gauges: Gauges
) -> tuple[list[tuple[float, float, int]], Array]:
    """How groups divide themselves between types: shares, and per group and type which one."""
    shares: list[tuple[float, float, int]] = []
    types = scenario.type_names
    chosen = [g for g in policy.groups.values() if g.choice != "points"]
    choices = np.zeros(len(groups) * len(types) if chosen else 1, dtype=layout_rules.BIAS)
    choices["share"], choices["weight"] = -1, 1.0
    for name, rules in policy.groups.items():
        if rules.choice == "points":
            continue
        g = scenario.group_names.index(name)
        groups[g]["choose"] = int(Choose[rules.choice.upper()])
        groups[g]["share_from"] = len(shares)
        parts = getattr(rules, rules.choice)
        rows = {}
        for part, weight in parts.items():
            rows[part] = len(shares)
            shares.append((0.0, weight, gauges.row(part) if rules.choice == "ratio" else -1))
        groups[g]["share_to"] = len(shares)
        for k, type_name in enumerate(types):
            for part in (type_name, scenario.channel_of(type_name)):
                if part in parts:
                    choices[g * len(types) + k] = (rows[part], parts[part])
                    break
    return shares, choices


def _pools(
    stages: Stages, groups: Array, types: Array, fits: Array, policy: Policy, scenario: Scenario
) -> tuple[Array, int]:
    keys = sorted(stages.pools)
    pools = np.zeros(max(1, len(keys)), dtype=layout_routes.POOL)
    pools["first"] = pools["last"] = pools["root"] = -1
    node = 0
    for p, key in enumerate(keys):
        stages.pools[key] = p
        row = pools[p]
        row["group"], row["channel"], row["rule"], row["offset"] = key.group, key.channel, key.rule, node
        row["then"], row["score"], row["contact_type"] = key.then, key.score, key.contact_type
        row["bag"] = stages.in_no_order(key)
        if key.contact_type >= 0:
            row["level"] = fits[key.group * len(types) + key.contact_type]["level"]
            row["target"] = _work_share(policy, scenario, key)
        node += int(groups[key.group]["n"])
    for g in range(len(groups)):
        mine = [p for p, key in enumerate(keys) if key.group == g]
        groups[g]["pool_from"] = mine[0] if mine else 0
        groups[g]["pool_to"] = mine[-1] + 1 if mine else 0
    return pools, node


def _work_share(policy: Policy, scenario: Scenario, key: PoolKey) -> float:
    """The part of an agent's work that a type should be; 1 where none is written."""
    rules = policy.groups.get(scenario.group_names[key.group])
    name = scenario.type_names[key.contact_type]
    if rules is None:
        return 1.0
    return rules.work_shares.get(name, rules.work_shares.get(scenario.channel_of(name), 1.0))


def _links(
    stages: Stages, groups: Array, shares: list[tuple[float, float, int]]
) -> tuple[Array, Array, Array, Array]:
    flat: list[tuple[int, int, int, int]] = []
    biases: list[tuple[int, float]] = []
    serving: list[list[tuple[int, int, int]]] = [[] for _ in range(len(groups))]
    known: dict[tuple[str, int, int], int] = {}
    for q, own in enumerate(stages.queues):
        for link in own.links:
            flat.append((link.group, link.rank, stages.pools[link.pool], link.reserve))
            serving[link.group].append((link.serve_rank, q, link.reserve))
            share = -1
            if own.choose == Among.ALLOCATE and link.weight > 0:
                key = (own.plan, own.stage, link.group)
                if key not in known:
                    known[key] = len(shares)
                    shares.append((0.0, link.weight, -1))
                share = known[key]
            biases.append((share, link.weight))
    serves: list[tuple[int, int, int]] = []
    for g, mine in enumerate(serving):
        groups[g]["serve_from"] = len(serves)
        serves.extend((q, rank, reserve) for rank, q, reserve in sorted(mine))
        groups[g]["serve_to"] = len(serves)
        groups[g]["reserves"] = any(reserve > 0 for _, _, reserve in mine)
    return (
        np.array(flat or [(0, 0, 0, 0)], dtype=layout_routes.LINK),
        np.array(serves or [(0, 0, 0)], dtype=layout_routes.SERVE),
        np.array(biases or [(-1, 1.0)], dtype=layout_rules.BIAS),
        np.array(shares or [(0.0, 1.0, -1)], dtype=layout_rules.SHARE),
    )


def _scores(stages: Stages) -> Array:
    rows = np.zeros(max(1, len(stages.scores)), dtype=layout_rules.SCORE)
    for row, score in zip(rows, stages.scores, strict=False):
        for name in rows.dtype.names or ():
            value = getattr(score, name)
            row[name] = value / 60.0 if name in ("idle", "handle_time") else value
    return rows


def _weights(policy: Policy) -> Array:
    """Points at arrival, a row for each rule book."""
    weights = np.zeros(len(policy.books), dtype=layout_rules.WEIGHTS)
    for row, book in zip(weights, policy.books.values(), strict=True):
        priority = book.priority
        row["purchase_within"] = 1.0
        row["prior_within"] = priority.prior_within or math.inf
        if priority.order != "points":
            continue
        if priority.recent_purchase is not None:
            row["purchase"] = priority.recent_purchase.points
            row["purchase_within"] = priority.recent_purchase.within
        row["activity"] = priority.activity
        row["history"] = row["purchase"] != 0.0 or row["activity"] != 0.0
        for sentiment in ("negative", "neutral", "positive"):
            row[sentiment] = priority.sentiment.get(sentiment, 0.0)
        row["reach"], row["value"] = priority.reach, priority.value
        row["mood"], row["earlier"] = priority.mood, priority.earlier_issues
        row["prior"], row["trigger"] = priority.prior_contacts, priority.trigger
        counted = [n for n in weights.dtype.names or () if "within" not in n and n != "any"]
        row["any"] = any(float(row[n]) != 0.0 for n in counted) or bool(priority.campaign)
    return weights


def _campaigns(policy: Policy, scenario: Scenario) -> Array:
    """Points per campaign, for one rule book after the other."""
    names = scenario.campaign_names
    points = np.zeros((len(policy.books), len(names)))
    for row, book in zip(points, policy.books.values(), strict=True):
        if book.priority.order == "points":
            row[:] = [book.priority.campaign.get(name, 0.0) for name in names]
    return points.ravel() if points.size else np.zeros(1)
