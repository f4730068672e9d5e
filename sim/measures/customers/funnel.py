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

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints, WorldLike
from floorcast.measures.base.rows import rows_of
from floorcast.measures.base.service import Service
from floorcast.measures.base.settings import business_hours, funnel_classes
from floorcast.measures.cells.order import Cells, cells_of_classes, in_order, sort_ranges
from floorcast.measures.cells.percentile import censored_percentiles, percentiles_by_span
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.scenario.catalogue.measures import ENDS, WITHIN, funnel_measures_of

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


def funnel_measures(table: SocialTable) -> tuple[Floats, Floats]:
    """Numerators and denominators of the measures of the funnel for every class of every dimension."""
    posts = np.flatnonzero(table.on_public & table.measured & ~table.between_agents)
    classes = [one for one in rows_of(table.run.world).funnel if one[0] != "topic"]
    codes = [_codes(table, dimension, names, posts) for dimension, names in classes]
    sizes = [len(names) for _, names in classes]
    # Hours of the day apart: with them there were almost as many combinations of classes as posts.
    cells, hours = cells_of_classes(codes[:-1], sizes[:-1]), cells_of_classes(codes[-1:], sizes[-1:])
    posts = posts.take(cells.order)  # all that follows stands cell by cell
    columns = _columns(table, posts)
    at = np.empty(posts.size, np.int64)  # where each stands in the order of the table
    at[cells.order] = np.arange(posts.size)
    parts = _parts_of("hour")
    wait = table.wait.take(posts)
    until = table.unanswered_until(posts) - table["arrived"].take(posts)
    replied, still = columns["wanted"] & ~np.isnan(wait), columns["wanted"] & np.isnan(wait)
    whole = [code.take(cells.order) for code in codes[:-1]]
    of_times = _by_class(wait, np.flatnonzero(replied), whole, sizes)
    of_ages = _by_class(until, np.flatnonzero(still), whole, sizes)
    percentiles = percentiles_by_span(*of_times, *of_ages, _SHARES)
    pairs = [
        _ratios(_sums(cells, columns, columns.keys(), None), percentiles, "funnel"),
        _ratios(_sums(hours, columns, parts, at.take(hours.order)), np.empty((0, 0)), "hour"),
    ]
    for carried in _by_topic(table):
        of = carried[posts]
        found = censored_percentiles(wait[replied & of], until[still & of], _SHARES)
        own = {name: values[at][of[at]].sum(keepdims=True).astype(np.float64) for name, values in columns.items()}
        pairs.append(_ratios(own, np.array(found)[:, None], "topic"))
    above, below = zip(*pairs, strict=True)
    return np.concatenate(above), np.concatenate(below)


def _parts_of(dimension: str) -> list[str]:
    """The columns that the measures of a dimension's classes are made of."""
    kept = [measure for measure, _ in funnel_measures_of(dimension) if measure not in _PERCENTILES]
    return list(dict.fromkeys(name for measure in kept for name in _RATIOS[measure] if name))


def _by_topic(table: SocialTable) -> list[NDArray[np.bool_]]:
    """The contacts that are about each topic, then those about none."""
    own = list(table.topics.values())
    return [*own, ~np.any(own, axis=0)] if own else []


def _sums(cells: Cells, columns: Columns, names: Iterable[str], order: Ints | None) -> dict[str, Floats]:
    """Sums of columns [n] over the classes of each dimension; in this order they stand cell by cell."""
    truths = [name for name in names if columns[name].dtype == np.bool_]
    masks = np.array([columns[name] for name in truths])
    found = dict(zip(truths, cells.count(masks if order is None else masks.take(order, axis=1)), strict=True))
    everybody = np.ones(masks.shape[1], np.bool_)
    for name in names:
        if name not in found:
            found[name] = cells.add(columns[name] if order is None else columns[name].take(order), everybody)
    return found


def _by_class(
    values: Floats, those: Ints, codes: Sequence[Ints], sizes: Sequence[int]
) -> tuple[Floats, Ints]:
    """The values of `those` contacts by class of each dimension, in ascending order, and where each class stands."""
    those_values, n = values.take(those), those.size
    found, spans = np.empty(n * len(codes)), []
    for number, (of_dimension, size) in enumerate(zip(codes, sizes)):
        part = found[number * n : number * n + n]
        if size == 1:
            part[:], starts = those_values, np.array([0, n])
        else:
            within, starts, _ = in_order(of_dimension.take(those), size)
            those_values.take(within, out=part, mode="clip")
        spans.append(np.stack((starts[:-1], starts[1:]), axis=1))
        sort_ranges(part, spans[-1])
        spans[-1] += number * n
    return found, np.concatenate(spans)


def _ratios(sums: dict[str, Floats], percentiles: Floats, dimension: str) -> tuple[Floats, Floats]:
    """Numerators and denominators, class by class, from the sums of columns over classes [S] and percentiles [2, S]."""
    measures = funnel_measures_of(dimension)
    found = np.ones((2, next(iter(sums.values())).size, len(measures)))
    for place, (name, _) in enumerate(measures):
        if name in _PERCENTILES:
            value = percentiles[_PERCENTILES.index(name)]
            there = np.isfinite(value)
            found[0, :, place], found[1, :, place] = np.where(there, value, 0.0), there
            continue
        above, below = _RATIOS[name]
        found[0, :, place] = sums[above]
        if name == "work_mean":
            found[0, :, place] -= sums["hearing"]
            found[0, :, place] -= sums["queue"]
            found[0, :, place] -= sums["approval"]
        if below:
            found[1, :, place] = sums[below]
    return found[0].ravel(), found[1].ravel()


def end_of(table: SocialTable) -> tuple[NDArray[np.bool_], Ints]:
    """Which contacts [n] are relevant public posts, and the place of each one's end in ENDS."""
    posts = table.on_public & table.from_customers
    replied = posts & ~np.isnan(table["first_response"])
    ends = _ends(table, np.arange(len(replied)), replied, ~np.isnan(table.heard))
    return posts, ends.astype(np.int64)


def class_of(table: SocialTable, dimension: str) -> tuple[tuple[str, ...], Ints]:
    """Names of a funnel's dimension, and the place of each contact's [n] class in them; no names where the
    scenario has none of it."""
    names = dict(funnel_classes(table.run.world)).get(dimension, ())  # type: ignore[call-overload]
    everybody = np.arange(len(table["arrived"]))
    return names, _codes(table, dimension, names, everybody) if names else np.zeros(everybody.size, np.int64)


def _columns(table: SocialTable, posts: Ints) -> Columns:
    """What each post [n] adds to the sums; noise adds its cost only."""
    relevant, needless = ~(table.has(Flag.NOISE).take(posts)), table.marked(Mark.NEEDLESS).take(posts)
    arrived, heard = table["arrived"].take(posts), table.heard.take(posts)
    answered, first = table["answered"].take(posts), table["first_response"].take(posts)
    wanted, was_heard, response = relevant & ~needless, ~np.isnan(heard), first - arrived
    replied = wanted & ~np.isnan(first)
    ends = _ends(table, posts, replied, was_heard)
    issues = table.issues
    drafted = np.zeros(posts.size, bool) if issues is None else ~np.isnan(issues["drafted"].take(posts))
    approving = np.zeros(posts.size) if issues is None else issues["approving"].take(posts)
    own, since_heard = table.own_classes.take(posts), table.classes_since_heard.take(posts)
    others = ~replied
    numbers = {
        "hearing": heard - arrived,
        "queue": answered - heard,
        "approval": approving,
        "response": response.copy(),
    }
    for values in numbers.values():
        values[others] = 0.0
    exposure = table.exposure.take(posts)
    exposure[~relevant] = 0.0
    return {
        "posts": relevant,
        "wanted": wanted,
        "heard": relevant & was_heard,
        "taken": relevant & ~np.isnan(answered),
        "drafts": relevant & drafted,
        **{name: relevant & (ends == code) for code, name in enumerate(ENDS)},
        **numbers,
        **{name: replied & (response <= within) for name, within in WITHIN},
        "chasers": relevant & (table["cause"].take(posts) == Cause.CHASE),
        "exposure": exposure,
        "cost": _cost(table, posts),
        "in_time": relevant & (own == Service.IN_TIME),
        "due": relevant & (own != Service.NOT_COUNTED),
        "heard_in_time": relevant & (since_heard == Service.IN_TIME),
        "heard_due": relevant & (since_heard != Service.NOT_COUNTED),
    }


_END_OF = np.full(256, ENDS.index("still_open"), np.uint8)  # of each outcome, where nothing else is known
for _name, _codes_of in {
    "closed": (Outcome.CLOSED_WITH_ANOTHER,),
    "ignored": (Outcome.DISCARDED,),
    "contained": (Outcome.CONTAINED,),
    "too_late": (Outcome.LOST,),
    "refused": (Outcome.TURNED_AWAY, Outcome.BLOCKED, Outcome.ABANDONED),
}.items():
    _END_OF[list(_codes_of)] = ENDS.index(_name)


def _ends(table: SocialTable, posts: Ints, replied: NDArray[np.bool_], heard: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Place in ENDS of the end of each of the posts."""
    outcome = table["outcome"].take(posts)
    ends = _END_OF.take(outcome)
    silent = (outcome == Outcome.LOST) | (outcome == Outcome.OPEN)
    ends[silent & ~heard] = ENDS.index("unheard")
    if table.marks_any(Mark.PEERS):
        ends[table.marked(Mark.PEERS).take(posts)] = ENDS.index("by_customers")
    ends[replied] = ENDS.index("replied")
    for mark, name in ((Mark.REMOVED, "hidden"), (Mark.NEEDLESS, "needless")):
        if table.marks_any(mark):
            ends[table.marked(mark).take(posts)] = ENDS.index(name)
    return ends


def _cost(table: SocialTable, posts: Ints) -> Floats:
    """Attention that each of the posts cost, at its group's cost per hour; what agents asked each other for a
    contact is added to it."""
    rates = np.append(np.asarray(table.settings.cost_per_hour), 0.0) / 3600.0
    within = np.flatnonzero(table.between_agents)
    if within.size:
        cost: Floats = (table["worked"] + table["wrapped"]) * rates[table["group"]]
        within = within[table["parent"][within] >= 0]
        np.add.at(cost, table["parent"][within], cost[within])
        return cost.take(posts)
    attention = table["worked"].take(posts) + table["wrapped"].take(posts)
    return np.asarray(attention * rates[table["group"].take(posts)], dtype=np.float64)


_known: WeakKeyDictionary[WorldLike, Floats] = WeakKeyDictionary()


def _open_spans(world: WorldLike) -> Floats:
    """The business hours over the horizon as (from, to) [s], [m, 2]; worked out once per world."""
    known = _known.get(world)
    if known is None:
        hours, scenario = business_hours(world.scenario), world.scenario
        known = _known[world] = np.array(hours.open_intervals(scenario.start, scenario.days)).reshape(-1, 2)
    return known


def _codes(table: SocialTable, dimension: str, names: Sequence[str], of: Ints) -> Ints:
    """Place of the class of each contact `of` [n] among the names of a dimension."""
    world = table.run.world
    if dimension == "funnel":
        return np.zeros(of.size, np.int64)
    if dimension == "network":
        place = {name: number for number, name in enumerate(names)}
        of_channel: Ints = np.array([place.get(name, 0) for name in world.channel_names], np.int64)
        return of_channel.take(table["channel"].take(of))
    if dimension == "sentiment":
        return table.truth.take(of).astype(np.int64) + 1
    if dimension == "language":
        language = table["language"].take(of).astype(np.int64)
        return np.where(language < 0, len(names) - 1, language)
    classes = world.scenario.classes
    if dimension == "hour":
        start = world.scenario.start
        since_midnight = table["arrived"].take(of) + start.hour * 3600.0 + start.minute * 60.0 + start.second
        hour = np.floor(since_midnight / 3600.0)
        hour -= hour * 3600.0 > since_midnight  # where the division was rounded up to a whole hour
        return np.asarray(hour.astype(np.int64) % 24, dtype=np.int64)
    if dimension == "hours":
        spans = _open_spans(world)
        arrived = table["arrived"].take(of)
        inside = np.searchsorted(spans[:, 0], arrived, side="right") - 1
        within = (inside >= 0) & (arrived < spans[np.maximum(inside, 0), 1])
        return np.where(within, 0, 1)
    bounds, column = {"tier": (classes.value, "value"), "reach": (classes.reach, "reach")}[dimension]
    values, found = table[column].take(of), np.zeros(of.size, np.int64)
    for bound in sorted(bounds.values())[1:]:
        found += values >= np.float64(bound)
    return found
