"""Plans as queues: one for every contact type, plan, stage and mark of age that changes anything.

All contacts of one queue have the same type, hence the same groups and the same slope of ageing.
Besides the stages there are *marks*: the age at which points for waiting reach their cap, and the
delays after which groups open to a contact; passing a mark is one more queue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from floorcast.model.records.rules import Among
from floorcast.policy.schema.agent_words import Score
from floorcast.policy.schema.priority import class_points
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES, AgentRule

if TYPE_CHECKING:
    from floorcast.model.compile.decision_tree import RuleCompiler
    from floorcast.model.compile.gauges import Gauges
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.policy import Policy, Priority, Rulebook, Stage
    from floorcast.scenario.schema.scenario import Scenario

_BY_TYPE = [row for row in AGENT_RULES.values() if row.by_type]
_THROUGH_TIME = [row.rule for row in AGENT_RULES.values() if row.drifts]
OVERRIDE = -1  # rank of queues that go before all others an agent serves


class UnreachableError(ValueError):
    """A plan that leads a contact type to no group."""


@dataclass(frozen=True, eq=False)
class QueueName:
    """What a queue stands for, for people. ``stage``: its place in the plan as written, from 0; -1 before
    the first stage has begun."""

    contact_type: str
    plan: str
    stage: int
    capped: bool


class PoolKey(NamedTuple):
    """Pools that are told apart: agents of a group, for a channel, in an order."""

    group: int
    channel: int
    rule: int
    then: int
    score: int
    contact_type: int


class Link(NamedTuple):
    """A group that a queue leads to."""

    group: int
    rank: int
    serve_rank: int
    reserve: int
    pool: PoolKey
    weight: float


class Path(NamedTuple):
    """What the stages that have begun so far brought: points, and the class; the same at the last stage without
    a condition, and where the last one was entered from."""

    add: float = 0.0
    moved: int | None = None
    base: tuple[float, int | None] = (0.0, None)
    origin: tuple[float, int | None] = (0.0, None)

    def through(self, stage: Stage) -> Path:
        """The path once a stage has begun."""
        now = self.add + stage.add, self.moved if stage.class_ is None else stage.class_
        if stage.when is None:
            return Path(*now, base=now)
        return Path(*now, base=self.base, origin=(self.add, self.moved))


@dataclass
class Queue:
    """One queue while it is being compiled."""

    channel: int
    contact_type: int
    plan: str
    slope: float = 0.0
    add: float = 0.0
    rule: int = 0
    after: float = math.inf
    onward: int = -1
    choose: int = 0
    trial: int = -1
    beside: int = -1
    peer: int = -1
    start: int = -1
    book: int = 0
    gauge: int = -1
    restart: bool = False
    guard: int = -1
    opens: float = 0.0
    every: float = 0.0
    back: int = -1
    stage: int = 0
    links: list[Link] = field(default_factory=list)


class Stages:
    """Compiles plans type by type; ``queues`` and ``names`` grow as plans are asked for."""

    def __init__(
        self, scenario: Scenario, policy: Policy, types: Array, compiler: RuleCompiler, gauges: Gauges
    ) -> None:
        self.scenario, self.policy, self.types = scenario, policy, types
        self.compiler, self.gauges = compiler, gauges
        self.queues: list[Queue] = []
        self.names: list[QueueName] = []
        self.scores: list[Score] = []
        self.pools: dict[PoolKey, int] = {}
        self.tracking = self.efforts = False
        self.books = policy.books
        self.plans = {
            named(book, plan): tuple(_renamed(stage, book) for stage in stages)
            for book, own in self.books.items()
            for plan, stages in own.plans.items()
        }
        self._home = {named(b, plan): (b, plan) for b, own in self.books.items() for plan in own.plans}
        self.reclassing = any(s.class_ is not None for stages in self.plans.values() for s in stages)
        self._known: dict[tuple[int, str, int, int, int | None, Path], int] = {}
        self._latest: dict[tuple[int, str], int] = {}

    def first(self, k: int, plan: str, class_: int | None = None) -> int:
        """The queue in which contacts of type k begin a plan.

        Raises UnreachableError when no stage of it leads to a group.
        """
        queue = self._first(k, plan, class_ if self.reclassing else None)
        if not self._reaches_somebody(queue):
            name = self.scenario.type_names[k]
            raise UnreachableError(
                f"policy {self.policy.name!r}: plan {plan!r} leads contact type {name!r} to no group"
                " that has its channel and skills; allowed plans with at least one such group"
            )
        return queue

    def _reaches_somebody(self, queue: int) -> bool:
        seen: set[int] = set()
        left = [queue]
        while left:
            q = left.pop()
            if q < 0 or q in seen:
                continue
            seen.add(q)
            if self.queues[q].links:
                return True
            left += [self.queues[q].onward, self.queues[q].trial, self.queues[q].beside]
        return False

    def _first(self, k: int, plan: str, class_: int | None) -> int:
        return self._queue(k, plan, 0, 0, class_, Path().through(self.stages_of(plan)[0]))

    def book(self, plan: str) -> Rulebook:
        """The rule book that a plan is of."""
        return self.books[self._home[plan][0]]

    def stages_of(self, plan: str) -> tuple[Stage, ...]:
        """The stages; one that nobody takes part in stands in front of a first stage that comes
        later or has a condition."""
        stages = self.plans[plan]
        if stages[0].after > 0 or stages[0].when is not None:
            nobody = {"groups": (), "after": 0.0, "add": 0.0, "when": None, "class_": None, "plan": None}
            return (stages[0].model_copy(update=nobody), *stages)
        return stages

    def _marks(self, k: int, plan: str) -> tuple[float, list[float]]:
        """The age at which waiting adds no more, and all ages that open or change a queue."""
        name = self.scenario.type_names[k]
        channel = self.scenario.channel_of(name)
        slope, cap = ageing(self.book(plan).priority, name, self.scenario)
        capped = cap / slope if slope > 0 and cap < math.inf else math.inf
        marks = {capped} if capped < math.inf else set()
        for rules in self.policy.groups.values():
            line = rules.entry(name, channel, self._home[plan][1])
            if line is not None and line.delay > 0:
                marks.add(line.delay)
        return capped, sorted(marks)

    def _queue(self, k: int, plan: str, stage: int, passed: int, class_: int | None, path: Path) -> int:
        """The queue of one stage once so many marks are passed, and through it all later ones."""
        key = (k, plan, stage, passed, class_, path)
        if key in self._known:
            return self._known[key]
        q = self._known[key] = len(self.queues)
        own = Queue(int(self.types[k]["channel"]), k, plan, stage=stage, peer=q)
        self.queues.append(own)
        if (k, plan) in self._latest:  # into the circle
            other = self.queues[self._latest[k, plan]]
            own.peer, other.peer = other.peer, q
        self._latest[k, plan] = q
        own.start = self._first(k, plan, class_)
        own.book = list(self.books).index(self._home[plan][0])
        name = self.scenario.type_names[k]
        stages = self.stages_of(plan)
        capped_at, marks = self._marks(k, plan)
        capped = capped_at in marks[:passed]
        written = stage - (len(stages) - len(self.plans[plan]))
        self.names.append(QueueName(name, plan, written, capped))
        slope, cap = ageing(self.book(plan).priority, name, self.scenario)
        own.slope = 0.0 if capped else slope
        own.add = path.add
        if path.moved is not None:  # in place of the class that the contact brought along
            own.add += class_points(path.moved) - class_points(class_)
        own.add += cap if capped else 0.0
        if self.book(plan).priority.order == "predicted_wait":
            own.gauge = self.gauges.row(name)
        now = stages[stage]
        if now.when is not None:
            held = self.compiler.specialise(now.when, name)
            own.guard = self.compiler.emit(held, ~1, ~0)
            own.opens, own.every = now.after, now.every
            if now.ends:
                before = max(i for i in range(stage) if stages[i].when is None)
                own.back = self._queue(k, plan, before, passed, class_, Path(*path.base, base=path.base))
        later = range(stage + 1, len(stages))
        sure = next((i for i in later if stages[i].when is None), None)
        doubtful = [i for i in later if stages[i].when is not None and (sure is None or i < sure)]
        trials = [self._queue(k, plan, i, passed, class_, path.through(stages[i])) for i in doubtful]
        if trials:
            own.trial = trials[0]
            for one, following in zip(trials, trials[1:], strict=False):
                self.queues[one].beside = following
        if now.plan is not None:  # nobody waits here: straight to the other plan
            own.after, own.restart = -math.inf, now.age == "reset"
            own.onward = self._first(k, now.plan, class_)
            return q
        self._agents(own, k, now, marks[:passed])
        mark = marks[passed] if passed < len(marks) else math.inf
        begins = math.inf if sure is None else stages[sure].after
        if sure is not None and begins <= mark:
            own.after, own.onward = begins, self._queue(k, plan, sure, passed, class_, path.through(stages[sure]))
        elif mark < math.inf:
            own.after, own.onward = mark, self._queue(k, plan, stage, passed + 1, class_, path)
        return q

    def _agents(self, own: Queue, k: int, stage: Stage, passed: list[float]) -> None:
        """How the agent is chosen in this stage, and from which groups."""
        rule, then, score = self._rules(stage)
        own.rule = int(rule)
        if stage.idle_weights:
            own.choose = int(Among.IDLE_WEIGHTS)
        elif stage.allocate:
            own.choose = int(Among.ALLOCATE)
        by_type = any(row.rule in (rule, then) for row in _BY_TYPE) or (score >= 0 and self.scores[score].skill)
        weights = stage.idle_weights or stage.allocate
        for g, rank, serve_rank in self._able(own, stage, passed):
            name = self.scenario.group_names[g]
            pool = PoolKey(g, own.channel, int(rule), int(then), score, k if by_type else -1)
            self.pools.setdefault(pool, 0)
            weight = weights.get(name, 1.0 if stage.idle_weights or not weights else 0.0)
            own.links.append(Link(g, rank, serve_rank, stage.reserve.get(name, 0), pool, weight))
        own.links.sort(key=lambda link: (link.rank, link.group))

    def _rules(self, stage: Stage) -> tuple[AgentRule, int, int]:
        given = stage.agent
        if isinstance(given, Score):
            if given not in self.scores:
                self.scores.append(given)
            if given.occupancy or given.handled or given.handle_time:
                self.tracking = True
            return AgentRule.SCORE, -1, self.scores.index(given)
        names = (given,) if isinstance(given, str) else given
        rules = [AGENT_RULES[name].rule for name in names]
        self.tracking |= any(AGENT_RULES[name].looks_back for name in names)
        self.efforts |= AgentRule.ADJUSTED_WORK in rules
        then = -1 if len(rules) < 2 or rules[1] == AgentRule.LONGEST_IDLE else int(rules[1])
        return rules[0], then, -1

    def in_no_order(self, key: PoolKey) -> bool:
        """Whether the agents of a pool stand in no lasting order: chance decides, or what counts changes
        while time goes by."""
        if key.score >= 0 and self.scores[key.score].occupancy:
            return True
        return key.rule == AgentRule.RANDOM or key.rule in _THROUGH_TIME or key.then in _THROUGH_TIME

    def _able(self, own: Queue, stage: Stage, passed: list[float]) -> list[tuple[int, int, int]]:
        """Groups that may take the contact now: (group, rank, rank among what the group serves)."""
        scenario, policy = self.scenario, self.policy
        type_name = scenario.type_names[own.contact_type]
        wanted = scenario.contact_types[type_name]
        skills = {} if stage.skills == "none" else stage.skills
        if skills == "required":
            skills = wanted.skills
        able = []
        for rank, tier in enumerate(stage.ranks(scenario.group_names)):
            for name in tier:
                group = scenario.groups[name]
                if wanted.channel not in group.channels:
                    continue
                if any(group.skills.get(s, -1.0) < level for s, level in skills.items()):
                    continue
                if stage.rating is not None and not stage.rating.holds(group.rating):
                    continue
                serve_rank = rank
                rules = policy.groups.get(name)
                if rules is not None and rules.queues:
                    line = rules.entry(type_name, wanted.channel, self._home[own.plan][1])
                    if line is None or (line.delay > 0 and line.delay not in passed):
                        continue
                    serve_rank = line.priority
                if stage.override:
                    serve_rank = OVERRIDE
                able.append((scenario.group_names.index(name), rank, serve_rank))
        return able


def named(book: str, plan: str) -> str:
    """A plan's name among those of all rule books."""
    return f"{book}: {plan}" if book else plan


def _renamed(stage: Stage, book: str) -> Stage:
    """A stage whose move leads to the plan of its own rule book."""
    return stage if stage.plan is None or not book else stage.model_copy(update={"plan": named(book, stage.plan)})


def ageing(priority: Priority, name: str, scenario: Scenario) -> tuple[float, float]:
    """Points per second waited, and the most that waiting may add."""
    channel = scenario.channel_of(name)
    if priority.order in ("time_to_target", "predicted_wait"):
        return 1.0, math.inf
    if priority.order == "relative_wait":
        return 1.0 / scenario.answer_within(name), math.inf
    if priority.order == "oldest":
        return 0.0, math.inf
    if priority.order != "points":
        raise KeyError(f"{priority.order}: no points in model/compile/stages.py")
    return priority.slope(name, channel) / 60.0, priority.most_for_waiting(name, channel)
