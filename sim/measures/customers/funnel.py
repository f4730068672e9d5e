"""The funnel: what became of every relevant public post, and where its time went.

Each relevant post has exactly one end: replied to, closed with another's answer, answered by another customer,
in no need of an answer, hidden or deleted, ignored by a rule, contained by a bot, too late to answer, refused, never
heard, or heard and still open. They add up to the posts, in all and by network, tier, sentiment (the customer's own),
reach, language, hours and hour of the day. By topic a post counts in each of its own.

The time to a first response is made of hearing (until the post reached the centre), queue (until an
agent's attention), approval (drafts waiting for it) and work (the rest). Percentiles take those
without a reply as censored when they were closed or the run ended (Kaplan and Meier, "Nonparametric
estimation from incomplete observations", JASA 1958); NaN where the curve does not get there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.base.service import Service
from floorcast.measures.base.settings import business_hours, funnel_classes
from floorcast.measures.cells.order import Cells, cells_of_classes, in_order
from floorcast.measures.cells.percentile import censored_percentiles, percentiles_by_span
from floorcast.measures.contacts.waits import ascending
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.scenario.catalogue.measures import ENDS, WITHIN, funnel_measures_of

Pairs = list[tuple[float, float]]
Columns = dict[str, NDArray[Any]]  # truth values and numbers
_SHARES = (0.5, 0.9)
_PERCENTILES = ("first_response_p50", "first_response_p90")
# What each other measure is the ratio of, columns of `_columns`; of one column: its sum.
_RATIOS: dict[str, tuple[str, str]] = {
    **{name: (name, "") for name in ("posts", "heard", "taken", "drafts", *ENDS, "chasers", "exposure")},
    "response_rate": ("replied", "wanted"),
    "closed_rate": ("closed", "wanted"),
    "service_level": ("in_time", "due"),
    "service_level_heard": ("heard_in_time", "heard_due"),
    "first_response_mean": ("response", "replied"),
    **{f"{name}_mean": (name, "replied") for name in ("hearing", "queue", "approval")},
    "work_mean": ("response", "replied"),  # less hearing, queue and approval
    "cost_per_reply": ("cost", "replied"),
    **{name: (name, "wanted") for name, _ in WITHIN},
}


def funnel_measures(table: SocialTable) -> Pairs:
    """Numerators and denominators of the measures of the funnel for every class of every dimension."""
    posts = np.flatnonzero(_on_social(table) & table.measured & ~table.between_agents)
    classes = [one for one in funnel_classes(table.run.world) if one[0] != "topic"]
    codes = [_codes(table, dimension, names, posts) for dimension, names in classes]
    sizes = [len(names) for _, names in classes]
    # Hours of the day apart: with them there were almost as many combinations of classes as posts.
    cells, hours = cells_of_classes(codes[:-1], sizes[:-1]), cells_of_classes(codes[-1:], sizes[-1:])
    posts = posts[cells.order]  # all that follows stands cell by cell
    columns = _columns(table, posts)
    sums = {name: _sums(cells, values) for name, values in columns.items()}
    at = np.empty(posts.size, np.int64)  # where each stands in the order of the table
    at[cells.order] = np.arange(posts.size)
    by_hour = at[hours.order]
    of_hours = {name: _sums(hours, columns[name][by_hour]) for name in _parts_of("hour")}
    wait, until = table.wait[posts], (table.unanswered_until - table["arrived"])[posts]
    replied, still = columns["wanted"] & ~np.isnan(wait), columns["wanted"] & np.isnan(wait)
    whole = [code[cells.order] for code in codes[:-1]]
    of_times = _by_class(wait, np.flatnonzero(replied), whole, sizes)
    of_ages = _by_class(until, np.flatnonzero(still), whole, sizes)
    percentiles = percentiles_by_span(*of_times, *of_ages, _SHARES)
    rows = _pairs(sums, percentiles, "funnel") + _pairs(of_hours, np.empty((0, 0)), "hour")
    for carried in _by_topic(table):
        of = carried[posts]
        found = censored_percentiles(wait[replied & of], until[still & of], _SHARES)
        own = {name: values[at][of[at]].sum(keepdims=True).astype(np.float64) for name, values in columns.items()}
        rows += _pairs(own, np.array(found)[:, None], "topic")
    return rows


def _parts_of(dimension: str) -> list[str]:
    """The columns that the measures of a dimension's classes are made of."""
    kept = [measure for measure, _ in funnel_measures_of(dimension) if measure not in _PERCENTILES]
    return list(dict.fromkeys(name for measure in kept for name in _RATIOS[measure] if name))


def _by_topic(table: SocialTable) -> list[NDArray[np.bool_]]:
    """The contacts that are about each topic, then those about none."""
    own = list(table.topics.values())
    return [*own, ~np.any(own, axis=0)] if own else []


def _sums(cells: Cells, values: NDArray[Any]) -> Floats:
    """Sums of a column [n], which stands cell by cell, over the classes of each dimension."""
    return cells.count(values) if values.dtype == np.bool_ else cells.add(values, np.ones(values.size, np.bool_))


def _by_class(
    values: Floats, those: Ints, codes: Sequence[Ints], sizes: Sequence[int]
) -> tuple[Floats, Ints]:
    """The values of `those` contacts by class of each dimension, in ascending order, and where each class stands."""
    found, spans = [], []
    for number, (of_dimension, size) in enumerate(zip(codes, sizes)):
        within, starts, _ = in_order(of_dimension[those], size)
        found.append(values[those[within]])
        spans.append(number * those.size + np.stack((starts[:-1], starts[1:]), axis=1))
    return ascending(np.concatenate(found), np.concatenate(spans))


def _pairs(sums: dict[str, Floats], percentiles: Floats, dimension: str) -> Pairs:
    """Numerators and denominators, class by class, from the sums of columns over classes [S] and percentiles [2, S]."""
    pairs = []
    for name, _ in funnel_measures_of(dimension):
        if name in _PERCENTILES:
            found = percentiles[_PERCENTILES.index(name)]
            there = np.isfinite(found)
            pairs.append((np.where(there, found, 0.0), there.astype(np.float64)))
            continue
        above, below = _RATIOS[name]
        top = sums[above]
        if name == "work_mean":
            top = top - sums["hearing"] - sums["queue"] - sums["approval"]
        pairs.append((top, sums[below] if below else np.ones_like(top)))
    above_all, below_all = (np.array([pair[side] for pair in pairs]).T.ravel().tolist() for side in (0, 1))
    return list(zip(above_all, below_all))


def end_of(table: SocialTable) -> tuple[NDArray[np.bool_], Ints]:
    """Which contacts [n] are relevant public posts, and the place of each one's end in ENDS."""
    posts = _on_social(table) & ~table.has(Flag.NOISE) & ~table.between_agents
    replied = posts & ~np.isnan(table["first_response"])
    return posts, _ends(table, np.arange(len(replied)), replied, ~np.isnan(table.heard))


def class_of(table: SocialTable, dimension: str) -> tuple[tuple[str, ...], Ints]:
    """Names of a funnel's dimension, and the place of each contact's [n] class in them; no names where the
    scenario has none of it."""
    names = dict(funnel_classes(table.run.world)).get(dimension, ())  # type: ignore[call-overload]
    everybody = np.arange(len(table["arrived"]))
    return names, _codes(table, dimension, names, everybody) if names else np.zeros(everybody.size, np.int64)


def _on_social(table: SocialTable) -> NDArray[np.bool_]:
    """Posts of customers, and the noise beside them."""
    world = table.run.world
    kinds = np.asarray([world.scenario.traits_of(name).public for name in world.channel_names])
    return np.asarray(kinds[table["channel"]], dtype=np.bool_)


def _columns(table: SocialTable, posts: Ints) -> Columns:
    """What each post [n] adds to the sums; noise adds its cost only."""
    def of(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(values)[posts]

    relevant, needless = ~of(table.has(Flag.NOISE)), of(table.marked(Mark.NEEDLESS))
    heard, answered, first = of(table.heard), of(table["answered"]), of(table["first_response"])
    replied = relevant & ~np.isnan(first) & ~needless
    ends = _ends(table, posts, replied, ~np.isnan(heard))
    issues = table.issues
    drafted = np.zeros(posts.size, bool) if issues is None else ~np.isnan(issues["drafted"][posts])
    approving = np.zeros(posts.size) if issues is None else issues["approving"][posts]
    own, since_heard = of(table.own_classes), of(table.classes_since_heard)
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
    rates = np.append(np.asarray(table.settings.cost_per_hour), 0.0)[table["group"]] / 3600.0
    cost: Floats = (table["worked"] + table["wrapped"]) * rates
    within = np.flatnonzero(table.between_agents & (table["parent"] >= 0))
    np.add.at(cost, table["parent"][within], cost[within])
    return cost


def _codes(table: SocialTable, dimension: str, names: Sequence[str], of: Ints) -> Ints:
    """Place of the class of each contact `of` [n] among the names of a dimension."""
    world = table.run.world
    if dimension == "funnel":
        return np.zeros(of.size, np.int64)
    if dimension == "network":
        place = {name: number for number, name in enumerate(names)}
        of_channel: Ints = np.array([place.get(name, 0) for name in world.channel_names], np.int64)
        return np.asarray(of_channel[table["channel"][of]])
    if dimension == "sentiment":
        return table.truth[of].astype(np.int64) + 1
    if dimension == "language":
        return np.where(table["language"][of] < 0, len(names) - 1, table["language"][of]).astype(np.int64)
    classes = world.scenario.classes
    if dimension == "hour":
        start = world.scenario.start
        since_midnight = table["arrived"][of] + start.hour * 3600.0 + start.minute * 60.0 + start.second
        return np.asarray((since_midnight // 3600.0).astype(np.int64) % 24)
    if dimension == "hours":
        hours = business_hours(world.scenario)
        spans = np.array(hours.open_intervals(world.scenario.start, world.scenario.days)).reshape(-1, 2)
        arrived = table["arrived"][of]
        inside = np.searchsorted(spans[:, 0], arrived, side="right") - 1
        within = (inside >= 0) & (arrived < spans[np.maximum(inside, 0), 1])
        return np.where(within, 0, 1)
    bounds, column = {"tier": (classes.value, "value"), "reach": (classes.reach, "reach")}[dimension]
    values = table[column][of]
    return np.asarray(np.maximum(np.searchsorted(list(bounds.values()), values, side="right") - 1, 0))
