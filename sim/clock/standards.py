"""What rules look at, worked out from its definition: free capacity of agents, agent rules, the state of the centre."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.records.layout import AgentRule, Attention, Status
from floorcast.model.records.rules import NOTHING_NEW, REFUSALS, TICKS, Attribute, Due
from floorcast.model.records.social import Mark
from floorcast.scenario.catalogue.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World
    from floorcast.model.records.state import State

_ROOM = 1e-9  # slot units


def has_room(s: State, a: int, channel: int) -> bool:
    """Whether agent a may be given a contact of this channel now."""
    agent, n = s.agents[a], int(s.centre[0]["channels"])
    if not agent["present"] or barred(s, a, channel):
        return False
    g = int(agent["group"])
    room, group = s.capacity[g * n + channel], s.groups[g]
    held = s.holding[a * n : (a + 1) * n]
    if held[channel] >= room["most"]:
        return False
    if any(held[other] and int(room["kept_out_by"]) >> other & 1 for other in range(n)):
        return False
    used, total = ("secondary", group["secondary"]) if room["secondary"] else ("units", group["units"])
    if float(agent[used]) + float(room["units"]) > float(total) + _ROOM:
        return False
    at_work = int(agent["working"])
    if s.channels[channel]["exclusive"] and at_work >= 0:
        other = s.contacts[at_work]
        if other["status"] != Status.WORKING:
            return False
        return bool(int(room["interrupts"]) >> int(other["channel"]) & 1)
    return True


def barred(s: State, a: int, channel: int) -> bool:
    """Whether the agent gets nothing new for now, or nothing of this channel."""
    agent = s.agents[a]
    return bool(agent["barred"] & NOTHING_NEW) or bool(int(agent["barred_channels"]) >> channel & 1)


def refused(s: State, c: int, a: int, q: int | None = None) -> bool:
    """Whether contact c was offered to agent a before and not taken, and somebody else may still take it.

    Once all present whom its stage (q, or the queue it waits in) names have declined, all may again.
    """
    if not _declined(s, c, a):
        return False
    queue = int(s.contacts[c]["queue"]) if q is None else q
    if 0 <= s.centre[0]["personal"] <= queue:
        return True
    row = s.queues[queue]
    channel = int(s.contacts[c]["channel"])
    able: list[int] = []
    for link in s.links[int(row["link_from"]) : int(row["link_to"])]:
        group = s.groups[int(link["group"])]
        if group["present"] > REFUSALS:
            return True
        members = range(int(group["first"]), int(group["first"] + group["n"]))
        able += [
            b for b in members if s.agents[b]["present"] and not int(s.agents[b]["barred_channels"]) >> channel & 1
        ]
    return not able or any(not _declined(s, c, b) for b in able)


def _declined(s: State, c: int, a: int) -> bool:
    if not s.centre[0]["cases"]:
        return False
    some = min(int(s.cases[c]["refused"]), REFUSALS)
    return a + 1 in s.refusals[c * REFUSALS : c * REFUSALS + some]


def agent_key(s: State, a: int, p: int, rule: int) -> float:
    """What an agent rule looks at in pool p; the least is chosen."""
    if rule not in _KEYS:
        raise KeyError(f"{AgentRule(rule).name} has no meaning in clock/standards.py")
    return float(_KEYS[AgentRule(rule)](s, a, p))


def busy_time(s: State, a: int) -> float:
    """Seconds that an agent has worked so far, what it is working on included."""
    agent = s.agents[a]
    at_it = agent["logged_in"] and agent["working"] >= 0 and agent["attention"] != int(Attention.RINGING)
    return float(agent["busy"]) + (float(s.centre[0]["now"] - agent["touched"]) if at_it else 0.0)


def occupancy(s: State, a: int) -> float:
    """Share of its time until now that an agent worked."""
    agent = s.agents[a]
    here = float(agent["staffed"])
    if agent["logged_in"]:
        here += float(s.centre[0]["now"] - agent["touched"])
    return busy_time(s, a) / here if here > 0 else 0.0


def handle_time(s: State, a: int) -> float:
    """Mean seconds that an agent spent on the contacts it has handled; 0 before the first."""
    agent = s.agents[a]
    return float(agent["handle"] / agent["handled"]) if agent["handled"] else 0.0


def adjusted_work(s: State, a: int, p: int) -> float:
    """The part of an agent's work spent on the pool's type, over the part it should be."""
    busy = busy_time(s, a)
    if busy <= 0.0:
        return 0.0
    k = int(s.pools[p]["contact_type"])
    return float(s.efforts[a * int(s.centre[0]["types"]) + k] / busy / s.pools[p]["target"])


def score(s: State, a: int, p: int) -> float:
    """An agent's weighted score; minutes idle count from the start of the run, the same for all."""
    agent, pool = s.agents[a], s.pools[p]
    group, weights = s.groups[int(agent["group"])], s.scores[int(pool["score"])]
    points = float(weights["skill"] * pool["level"])
    points += float(weights["rating"] * group["rating"])
    points += float(weights["active"] * agent["held"])
    points -= float(weights["idle"] * agent["since"])
    if weights["spare"]:
        points += float(weights["spare"] * (group["capacity"] - agent["units"]))
    if weights["occupancy"]:
        points += float(weights["occupancy"]) * occupancy(s, a)
    if weights["handle_time"]:
        points += float(weights["handle_time"]) * handle_time(s, a)
    return points + float(weights["handled"] * agent["handled"])


def _group(s: State, a: int) -> Any:
    return s.groups[int(s.agents[a]["group"])]


# The meaning of every agent rule but `random`, a second time: the model has its own.
_KEYS: dict[AgentRule, Callable[[State, int, int], float]] = {
    AgentRule.LONGEST_IDLE: lambda s, a, p: 1.0 if s.agents[a]["held"] else 0.0,
    AgentRule.FEWEST_ACTIVE: lambda s, a, p: s.agents[a]["held"],
    AgentRule.MOST_SPARE: lambda s, a, p: s.agents[a]["units"] - _group(s, a)["capacity"],
    AgentRule.ROUND_ROBIN: lambda s, a, p: s.agents[a]["assigned"],
    AgentRule.MOST_SKILLED: lambda s, a, p: -s.pools[p]["level"],
    AgentRule.LEAST_SKILLED: lambda s, a, p: s.pools[p]["level"],
    AgentRule.HIGHEST_RATING: lambda s, a, p: -_group(s, a)["rating"],
    AgentRule.LINEAR: lambda s, a, p: a,
    AgentRule.FASTEST: lambda s, a, p: s.agents[a]["pace"],
    AgentRule.FEWEST_HANDLED: lambda s, a, p: s.agents[a]["handled"],
    AgentRule.MOST_HANDLED: lambda s, a, p: -float(s.agents[a]["handled"]),
    AgentRule.SHORTEST_HANDLE_TIME: lambda s, a, p: handle_time(s, a),
    AgentRule.LEAST_OCCUPIED: lambda s, a, p: occupancy(s, a),
    AgentRule.ADJUSTED_WORK: adjusted_work,
    AgentRule.SCORE: lambda s, a, p: -score(s, a, p),
}


def value_of(s: State, c: int, attribute: int, of: int) -> float:
    """The value of an attribute of contact c, or of gauge or group ``of``."""
    if attribute not in _VALUES:
        raise KeyError(f"{Attribute(attribute).name} has no meaning in clock/standards.py")
    return float(_VALUES[Attribute(attribute)](s, c, of))


def _clock(s: State) -> tuple[float, float]:
    """The number of the day since a Monday, and the seconds since its midnight."""
    return divmod(float(s.centre[0]["week"] + s.centre[0]["now"]), 86400.0)


def _expected_wait(s: State, c: int, of: int) -> float:
    gauge = s.gauges[of]
    if not gauge["waiting"]:
        return 0.0
    return float(gauge["waiting"] * max(gauge["gap"], s.centre[0]["now"] - gauge["since"]))


def _person(s: State, c: int, field: str, otherwise: float) -> float:
    """What is known of the customer of contact c."""
    return float(s.issues[c][field]) if len(s.issues) > c and s.issues[c]["customer"] >= 0 else otherwise


def _reputation(s: State) -> float:
    """The mean of what is said, the usual always counting."""
    population, centre = s.population[0], s.centre[0]
    fade = 0.5 ** float((centre["now"] - centre["said_at"]) / population["said_half_life"])
    weight = float(population["said_weight"])
    above = weight * population["said_usually"] + fade * centre["said"]
    return float(above / (weight + fade * centre["said_weight"]))


def _meter(s: State, c: int, of: int) -> float:
    """A meter's window, added up anew."""
    meter = s.meters[of]
    oldest = int(s.centre[0]["now"] / meter["step"]) - TICKS
    total = number = 0.0
    for n in range(oldest + 1, int(meter["tick"]) + 1):
        if n > meter["tick"] - TICKS and n >= 0:
            mark = s.marks[int(meter["ring"]) + n % TICKS]
            total, number = total + float(mark["sum"]), number + float(mark["number"])
    if meter["kind"] == Attribute.EXPOSURE:
        return total
    if number:
        return total / number
    usual = {Attribute.SATISFACTION: float(s.population[0]["best"]), Attribute.PROMOTERS: 1.0, Attribute.RATING: 5.0}
    return usual.get(Attribute(int(meter["kind"])), 0.0)


def _service_level(s: State, of: int) -> float:
    """Share in time of those whose clock ended within the window, and of those who are overdue and still
    wait; 1 while nobody is due."""
    gauge = s.gauges[of]
    tick = int(s.centre[0]["now"] / gauge["step"])
    good = all_ = 0
    for i in range(TICKS):
        number = tick - i
        if number < 0 or number > gauge["tick"] or number <= gauge["tick"] - TICKS:
            continue
        row = s.ticks[int(gauge["ring"]) + number % TICKS]
        good, all_ = good + int(row["good"]), all_ + int(row["all"])
    all_ += sum(1 for c in range(int(s.centre[0]["contacts"])) if _is_overdue(s, c, of))
    return good / all_ if all_ else 1.0


_INSTANTS = {
    Due.ANSWERED: "answered", Due.ACCEPTED: "accepted", Due.FIRST_RESPONSE: "first_response", Due.RESOLVED: "ended",
}  # fmt: skip


def _is_overdue(s: State, c: int, of: int) -> bool:
    """Whether contact c of gauge ``of`` has not reached, in time, the instant that its type promises."""
    contact = s.contacts[c]
    row = s.types[int(contact["contact_type"])]
    if contact["status"] in (Status.PENDING, Status.CLOSED):
        return False
    if of not in s.gauge_of[int(row["gauge_from"]) : int(row["gauge_to"])]:
        return False
    instant = _INSTANTS[Due(int(row["clock"]))]
    late = float(s.centre[0]["now"]) >= float(contact["arrived"] + row["aim"])
    return late and bool(np.isnan(contact[instant]))


# The meaning of every attribute, a second time: the model has its own.
_VALUES: dict[Attribute, Callable[[State, int, int], float]] = {
    **{
        Attribute[name.upper()]: lambda s, c, of, name=name: s.contacts[c][name]  # type: ignore[misc]
        for name in ("sentiment", "reach", "value", "language", "prior", "trigger", "campaign")
    },
    Attribute.ROOT: lambda s, c, of: s.contacts[c]["incident"] == c,
    Attribute.WAITED: lambda s, c, of: s.centre[0]["now"] - s.contacts[c]["queued"],
    Attribute.QUEUE: lambda s, c, of: s.gauges[of]["waiting"],
    Attribute.EXPECTED_WAIT: _expected_wait,
    Attribute.SERVICE_LEVEL: lambda s, c, of: _service_level(s, of),
    Attribute.IDLE: lambda s, c, of: s.groups[of]["idle"],
    Attribute.TIME: lambda s, c, of: _clock(s)[1],
    Attribute.DAY: lambda s, c, of: _clock(s)[0] % 7,
    Attribute.MODE: lambda s, c, of: s.centre[0]["mode"],
    Attribute.POLICY: lambda s, c, of: s.centre[0]["policy"],
    Attribute.MOOD: lambda s, c, of: _person(s, c, "mood", float(s.population[0]["usual"])),
    Attribute.TIER: lambda s, c, of: _person(s, c, "tier", -1.0),
    Attribute.EARLIER: lambda s, c, of: _person(s, c, "before", 0.0),
    Attribute.REPUTATION: lambda s, c, of: _reputation(s),
    **dict.fromkeys(
        (Attribute.SATISFACTION, Attribute.PROMOTERS, Attribute.ANGRY, Attribute.EXPOSURE, Attribute.RATING), _meter
    ),
    Attribute.TOPIC: lambda s, c, of: len(s.issues) > c and int(s.issues[c]["words"]) & int(s.subjects[of]) != 0,
    Attribute.NEEDED: lambda s, c, of: len(s.issues) <= c or not s.issues[c]["marks"] & Mark.NEEDLESS,
    Attribute.STARS: lambda s, c, of: s.issues[c]["stars"] if len(s.issues) > c else 0,
}


def path_of(world: World, s: State, c: int) -> tuple[str, list[tuple[int, int, float]]]:
    """The routing rule that holds for a contact now, and the values of the centre that were looked
    at on the way: (attribute, gauge or group, value)."""
    seen: list[tuple[int, int, float]] = []
    i = int(world.tables["types"][int(s.contacts[c]["contact_type"])]["entry"])
    while i >= 0:
        test = world.routes.tests[i]
        attribute, of = int(test["attribute"]), int(test["of"])
        value = value_of(s, c, attribute, of)
        if ATTRIBUTES[Attribute(attribute)].centre and (attribute, of, value) not in seen:
            seen.append((attribute, of, value))
        i = int(test["yes"] if test["low"] <= value < test["high"] else test["no"])
    return world.routes.leaf_rules[~i], seen
