"""The parts of reasons: agent rules and what they look at, points, the rule that holds and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from floorcast.clock import standards
from floorcast.clock.decisions import AgentOffer
from floorcast.model.records.layout import AgentRule
from floorcast.model.records.rules import Among, Attribute, Choose
from floorcast.policy.schema.priority import CLASS_STEP, MOST_CLASSES
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.catalogue.attributes import ATTRIBUTES, Form, Row
from floorcast.scenario.catalogue.contact_orders import CONTACT_ORDERS
from floorcast.scenario.read.units import write_duration
from floorcast.scenario.words.calendar_words import DAY_NAMES

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World
    from floorcast.model.records.state import State



def how_agents(s: State, q: int) -> str:
    """By what a contact in this queue chooses among agents."""
    row = s.queues[q]
    rule = AgentRule(int(row["rule"]))
    if row["choose"] == Among.IDLE_WEIGHTS:
        return "longest idle time times the weight of the group first"
    words = rule.name.lower().replace("_", " ")
    words = "highest score first" if rule == AgentRule.SCORE else f"{words} first"
    then = -1
    if row["link_to"] > row["link_from"]:
        then = int(s.pools[int(s.links[int(row["link_from"])]["pool"])]["then"])
    if then >= 0:
        words += f", then {AgentRule(then).name.lower().replace('_', ' ')}"
    if rule == AgentRule.RANDOM:
        words = "any of the best rank, by chance"
    if row["choose"] == Among.ALLOCATE:
        words = f"the group furthest below its part, there {words}"
    return words


def agent_state(s: State, q: int, offer: AgentOffer) -> str:
    """What there is to say of a candidate under the rule of this queue."""
    agent, now = s.agents[offer.agent], float(s.centre[0]["now"])
    held = int(agent["held"])
    free = write_duration(round(now - float(agent["since"])))
    said = [f"idle for {free}" if not held else f"holds {held}, had a slot free {free} ago"]
    pool, rule = _pool(s, q, int(agent["group"])), int(s.queues[q]["rule"])
    for one in (rule, int(s.pools[pool]["then"])):
        words = "" if one < 0 else _by_rule(s, offer.agent, pool, one)
        said += [words] if words else []
    if offer.weight is not None and offer.weight != float("inf"):
        idle = s.queues[q]["choose"] == Among.IDLE_WEIGHTS
        said.append(f"{-offer.weight / 60:.3g} weighted min" if idle else f"its group at {offer.weight:.3g}")
    return ", ".join(said)


def _pool(s: State, q: int, group: int) -> int:
    row = s.queues[q]
    links = s.links[int(row["link_from"]) : int(row["link_to"])]
    return next(int(link["pool"]) for link in links if link["group"] == group)


def _by_rule(s: State, a: int, p: int, rule: int) -> str:
    now = float(s.centre[0]["now"])
    if rule == AgentRule.SCORE:
        since_start = float(s.scores[int(s.pools[p]["score"])]["idle"]) * now
        return f"score {standards.score(s, a, p) + since_start:.4g}"
    row = AGENT_RULES[AgentRule(rule).name.lower()]
    return row.said(standards.agent_key(s, a, p, rule), now) if row.ordered else ""


def how_contacts(world: World, s: State, a: int) -> str:
    """By what an agent chooses among contacts."""
    choose = int(s.groups[int(s.agents[a]["group"])]["choose"])
    by = {
        Choose.SHARES: "the type furthest below its share",
        Choose.RATIO: "the longest queue by its proportion",
        Choose.WEIGHTS: "the longest wait times weight",
    }
    if choose != Choose.POINTS:
        return f"best rank, then {by[Choose(choose)]}, then oldest"
    return f"best rank, then {CONTACT_ORDERS[world.policy.priority.order].first}, then oldest"


def points_words(world: World, points: float) -> str:
    """'class 2, 35 points', '40s overdue', as the policy orders contacts."""
    said = []
    if abs(points) >= CLASS_STEP / 2:
        number = round(points / CLASS_STEP)
        points -= number * CLASS_STEP
        said.append(f"class {MOST_CLASSES + 1 - number}")
    said.append(CONTACT_ORDERS[world.policy.priority.order].said(points))
    return ", ".join(said)


def rule_words(world: World, s: State, c: int) -> str:
    """The rule that holds for a contact now, and what of the centre it looked at."""
    rule, seen = standards.path_of(world, s, c)
    why = [_of_the_centre(world, *one) for one in seen]
    return f"rule: {rule}" + (f" (with {', '.join(why)})" if why else "")


def _of_the_centre(world: World, attribute: int, of: int, value: float) -> str:
    """What the trace says of an attribute of the centre, in the words of its row."""
    row = ATTRIBUTES[Attribute(attribute)]
    whose = ""
    if row.of:
        routes = world.routes
        whose = {"group": world.group_names, "queue": routes.gauge_names, "meter": routes.meter_names}[row.of][of]
    return row.seen.format(value=_SEEN[row.form](world, row, value), of=whose)


def _name_of(world: World, row: Row, value: float) -> str:
    if row.attribute == Attribute.MODE:
        return world.routes.modes[int(value)]
    if row.attribute == Attribute.POLICY:
        name = list(world.policy.books)[int(value)]
        return f"alternative {name}" if name else "the policy's own rules"
    raise KeyError(f"{row.key}: no names in explain/reason_words.py")


_SEEN: dict[Form, Callable[[World, Row, float], str]] = {
    "names": _name_of,
    "number": lambda world, row, value: f"{value:g}",
    "duration": lambda world, row, value: write_duration(round(value)),
    "share": lambda world, row, value: f"{100 * value:.3g} %",
    "flag": lambda world, row, value: "yes" if value else "no",
    "hours": lambda world, row, value: f"{int(value // 3600):02d}:{int(value // 60) % 60:02d}",
    "days": lambda world, row, value: DAY_NAMES[int(value)],
}


def person_words(row: Any) -> list[str]:
    """What priority looks at in a contact."""
    said = [word for value, word in ((-1, "negative"), (1, "positive")) if row["sentiment"] == value]
    said += [f"{name} {row[name]:g}" for name in ("reach", "value") if row[name]]
    prior = int(row["prior"])
    said += [f"{prior} earlier contact{'s' if prior > 1 else ''}"] * bool(prior)
    return said + ["trigger words"] * bool(row["trigger"])


