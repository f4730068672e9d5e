"""The funnel: what became of every relevant public post, and where its time went.

Each relevant post has exactly one end: replied to, closed with another's answer, answered by another customer,
in no need of an answer, hidden or deleted, ignored by a rule, contained by a bot, too late to answer, refused, never
heard, or heard and still open. They add up to the posts, in all and by network, tier, sentiment (the customer's own),
reach, language and hours. By topic a post counts in each of its own.

The time to a first response is made of hearing (until the post reached the centre), queue (until an
agent's attention), approval (drafts waiting for it) and work (the rest). Percentiles take those
without a reply as censored when they were closed or the run ended (Kaplan and Meier, "Nonparametric
estimation from incomplete observations", JASA 1958); NaN where the curve does not get there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.percentile import censored_percentiles
from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.base.settings import business_hours, funnel_classes
from floorcast.measures.contacts.service import Service
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.scenario.catalogue.measures import ENDS, WITHIN, funnel_measures_of

Pairs = list[tuple[float, float]]
Columns = dict[str, NDArray[Any]]  # truth values and numbers


def funnel_measures(table: SocialTable) -> Pairs:
    """Numerators and denominators of the measures of the funnel for every class of every dimension."""
    posts = np.flatnonzero(_on_social(table) & table.measured & ~table.between_agents)
    columns = _columns(table, posts)
    relevant = columns["posts"]
    needed = ~table.marked(Mark.NEEDLESS)[posts]
    wait, until = table.wait[posts], (table.unanswered_until - table["arrived"])[posts]
    replied = relevant & ~np.isnan(wait) & needed
    still = relevant & np.isnan(wait) & needed
    times, ages = wait[replied], until[still]
    classes = [one for one in funnel_classes(table.run.world) if one[0] != "topic"]
    dimensions = [(_codes(table, dimension, names)[posts], len(names)) for dimension, names in classes]
    counted = _counted(columns, dimensions[:-1]) + _counted(columns, dimensions[-1:])  # hours of the day apart
    rows: Pairs = []
    for (dimension, _), (codes, n), counts in zip(classes, dimensions, counted, strict=True):
        sums = {
            name: counts[name] if values.dtype == np.bool_ else np.bincount(codes, values, n)
            for name, values in columns.items()
        }
        kept = [name for name, _ in funnel_measures_of(dimension)]
        of_times, of_ages = codes[replied], codes[still]
        for place in range(n):
            percentiles = [math.nan, math.nan]
            if "first_response_p50" in kept:
                percentiles = censored_percentiles(times[of_times == place], ages[of_ages == place], (0.5, 0.9))
            pairs = _of({name: float(values[place]) for name, values in sums.items()}, percentiles)
            rows += [pairs[name] for name in kept]
    for carried in _by_topic(table):
        of = carried[posts]
        percentiles = censored_percentiles(wait[replied & of], until[still & of], (0.5, 0.9))
        pairs = _of({name: float(values[of].sum()) for name, values in columns.items()}, percentiles)
        rows += [pairs[name] for name, _ in funnel_measures_of("topic")]
    return rows


def _by_topic(table: SocialTable) -> list[NDArray[np.bool_]]:
    """The contacts that are about each topic, then those about none."""
    own = list(table.topics.values())
    return [*own, ~np.any(own, axis=0)] if own else []


def _counted(columns: Columns, dimensions: Sequence[tuple[Ints, int]]) -> list[dict[str, Ints]]:
    """How many posts of each class of each dimension have what the columns of truth values say.

    Counted once in all combinations of classes together, of which the dimensions are margins; where these
    are more than posts, dimension by dimension.
    """
    shape = [n for _, n in dimensions]
    cells = math.prod(shape)
    if cells > len(columns["posts"]) and len(dimensions) > 1:
        return [_counted(columns, [one])[0] for one in dimensions]
    joint = np.zeros(len(columns["posts"]), np.int64)
    for codes, n in dimensions:
        joint = joint * n + codes
    found: list[dict[str, Ints]] = [{} for _ in dimensions]
    for name, values in columns.items():
        if values.dtype == np.bool_:
            cube = np.bincount(joint[values], minlength=cells).reshape(shape)
            for place in range(len(dimensions)):
                others = tuple(other for other in range(len(dimensions)) if other != place)
                found[place][name] = cube.sum(axis=others)
    return found


def end_of(table: SocialTable) -> tuple[NDArray[np.bool_], Ints]:
    """Which contacts [n] are relevant public posts, and the place of each one's end in ENDS."""
    posts = _on_social(table) & ~table.has(Flag.NOISE) & ~table.between_agents
    replied = posts & ~np.isnan(table["first_response"])
    everybody = np.arange(len(replied))
    return posts, _ends(table, everybody, replied, ~np.isnan(table.heard))


def class_of(table: SocialTable, dimension: str) -> tuple[tuple[str, ...], Ints]:
    """Names of a funnel's dimension, and the place of each contact's [n] class in them; no names where the
    scenario has none of it."""
    names = dict(funnel_classes(table.run.world)).get(dimension, ())  # type: ignore[call-overload]
    return names, _codes(table, dimension, names) if names else np.zeros(len(table["arrived"]), np.int64)


def _on_social(table: SocialTable) -> NDArray[np.bool_]:
    """Posts of customers, and the noise beside them."""
    world = table.run.world
    kinds = np.asarray([world.scenario.traits_of(name).public for name in world.channel_names])
    return np.asarray(kinds[table["channel"]], dtype=np.bool_)


def _columns(table: SocialTable, posts: Ints) -> Columns:
    """What each post [n] adds to the sums; noise adds its cost only."""
    def of(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(values)[posts]

    relevant = ~of(table.has(Flag.NOISE))
    heard, answered, first = of(table.heard), of(table["answered"]), of(table["first_response"])
    replied = relevant & ~np.isnan(first) & ~of(table.marked(Mark.NEEDLESS))
    ends = _ends(table, posts, replied, ~np.isnan(heard))
    needless = of(table.marked(Mark.NEEDLESS))
    issues = table.run.issues
    drafted = np.zeros(posts.size, bool) if issues is None else ~np.isnan(issues["drafted"][posts])
    approving = np.zeros(posts.size) if issues is None else issues["approving"][posts]
    own, since_heard = of(table.classes_since(table["arrived"])), of(table.classes_since_heard)
    return {
        "posts": relevant,
        "wanted": relevant & ~needless,
        "heard": relevant & ~np.isnan(heard),
        "taken": relevant & ~np.isnan(answered),
        "drafts": relevant & drafted,
        **{name: relevant & (ends == code) for code, name in enumerate(ENDS)},
        "hearing": np.where(replied, heard - of(table["arrived"]), 0.0),
        "queue": np.where(replied, answered - heard, 0.0),
        "approval": np.where(replied, approving, 0.0),
        "response": np.where(replied, first - of(table["arrived"]), 0.0),
        **{name: replied & (first - of(table["arrived"]) <= within) for name, within in WITHIN},
        "chasers": relevant & (of(table["cause"]) == Cause.CHASE),
        "exposure": np.where(relevant, of(table.exposure), 0.0),
        "cost": of(_cost(table)),
        "in_time": relevant & (own == Service.IN_TIME),
        "due": relevant & (own != Service.NOT_COUNTED),
        "heard_in_time": relevant & (since_heard == Service.IN_TIME),
        "heard_due": relevant & (since_heard != Service.NOT_COUNTED),
    }


def _ends(table: SocialTable, posts: Ints, replied: NDArray[np.bool_], heard: NDArray[np.bool_]) -> Ints:
    """Place in ENDS of the end of each of the posts."""
    outcome = table["outcome"][posts]
    by_outcome = {
        Outcome.CLOSED_WITH_ANOTHER: "closed",
        Outcome.DISCARDED: "ignored",
        Outcome.CONTAINED: "contained",
        Outcome.LOST: "too_late",
        Outcome.TURNED_AWAY: "refused",
        Outcome.BLOCKED: "refused",
        Outcome.ABANDONED: "refused",
    }
    ends = np.full(outcome.size, ENDS.index("still_open"))
    for code, name in by_outcome.items():
        ends[outcome == code] = ENDS.index(name)
    silent = (outcome == Outcome.LOST) | (outcome == Outcome.OPEN)
    ends[silent & ~heard] = ENDS.index("unheard")
    ends[table.marked(Mark.PEERS)[posts]] = ENDS.index("by_customers")
    ends[replied] = ENDS.index("replied")
    ends[table.marked(Mark.REMOVED)[posts]] = ENDS.index("hidden")
    ends[table.marked(Mark.NEEDLESS)[posts]] = ENDS.index("needless")
    return ends


def _cost(table: SocialTable) -> Floats:
    """Attention that each contact cost, at its group's cost per hour; what agents asked each other for a
    contact is added to it."""
    rates = np.append(np.asarray(table.yardstick.cost_per_hour), 0.0)[table["group"]] / 3600.0
    cost: Floats = (table["worked"] + table.run.contacts["wrapped"]) * rates
    within = np.flatnonzero(table.between_agents & (table["parent"] >= 0))
    np.add.at(cost, table["parent"][within], cost[within])
    return cost


def _codes(table: SocialTable, dimension: str, names: Sequence[str]) -> Ints:
    """Place of each contact's class among the names of a dimension."""
    world = table.run.world
    if dimension == "funnel":
        return np.zeros(len(table["arrived"]), np.int64)
    if dimension == "network":
        place = {name: number for number, name in enumerate(names)}
        of_channel: Ints = np.array([place.get(name, 0) for name in world.channel_names], np.int64)
        return np.asarray(of_channel[table["channel"]])
    if dimension == "sentiment":
        return table.truth.astype(np.int64) + 1
    if dimension == "language":
        return np.where(table["language"] < 0, len(names) - 1, table["language"]).astype(np.int64)
    classes = world.scenario.classes
    if dimension == "hour":
        start = world.scenario.start
        since_midnight = table["arrived"] + start.hour * 3600.0 + start.minute * 60.0 + start.second
        return np.asarray((since_midnight // 3600.0).astype(np.int64) % 24)
    if dimension == "hours":
        hours = business_hours(world.scenario)
        spans = np.array(hours.open_intervals(world.scenario.start, world.scenario.days)).reshape(-1, 2)
        inside = np.searchsorted(spans[:, 0], table["arrived"], side="right") - 1
        within = (inside >= 0) & (table["arrived"] < spans[np.maximum(inside, 0), 1])
        return np.where(within, 0, 1)
    bounds = classes.value if dimension == "tier" else classes.reach
    values = table["value"] if dimension == "tier" else table["reach"]
    return np.asarray(np.maximum(np.searchsorted(list(bounds.values()), values, side="right") - 1, 0))


def _of(sums: dict[str, float], percentiles: Sequence[float]) -> dict[str, tuple[float, float]]:
    """The measures of one class by name; percentiles of the first response: 50, 90."""
    replied, posts = sums["replied"], sums["wanted"]
    work = sums["response"] - sums["hearing"] - sums["queue"] - sums["approval"]
    pairs = {
        **{name: (sums[name], 1.0) for name in ("posts", "heard", "taken", "drafts", *ENDS, "chasers", "exposure")},
        "response_rate": (replied, posts),
        "closed_rate": (sums["closed"], posts),
        "service_level": (sums["in_time"], sums["due"]),
        "service_level_heard": (sums["heard_in_time"], sums["heard_due"]),
        "first_response_mean": (sums["response"], replied),
        **{f"{name}_mean": (sums[name], replied) for name in ("hearing", "queue", "approval")},
        "work_mean": (work, replied),
        "cost_per_reply": (sums["cost"], replied),
        **{name: (sums[name], posts) for name, _ in WITHIN},
    }
    for share, found in zip((50, 90), percentiles, strict=True):
        pairs[f"first_response_p{share}"] = (found, 1.0) if np.isfinite(found) else (0.0, 0.0)
    return pairs
