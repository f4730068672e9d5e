"""The funnel: what became of every relevant public post, and where its time went.

Each relevant post has exactly one end: replied to, closed with another's answer, ignored by a rule,
contained by a bot, too late to answer, refused, never heard, or heard and still open. They add up to
the posts, in all and by network, tier, sentiment (the customer's own), reach, language and hours.

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
from floorcast.measures.base.settings import funnel_classes
from floorcast.measures.contacts.service import Service
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag
from floorcast.scenario.catalogue.causes import BETWEEN_AGENTS
from floorcast.scenario.catalogue.measures import ENDS, FUNNEL_MEASURES

Pairs = list[tuple[float, float]]
Columns = dict[str, Floats]


def funnel_measures(table: SocialTable) -> Pairs:
    """Numerators and denominators of FUNNEL_MEASURES for every class of every dimension."""
    posts = np.flatnonzero(_on_social(table) & table.measured & ~np.isin(table["cause"], BETWEEN_AGENTS))
    columns = _columns(table, posts)
    relevant = columns["posts"] > 0
    wait = (table["first_response"] - table["arrived"])[posts][relevant]
    until = (table.unanswered_until - table["arrived"])[posts][relevant]
    rows: Pairs = []
    for dimension, names in funnel_classes(table.run.world):
        codes = _codes(table, dimension, names)[posts]
        sums = {name: np.bincount(codes, values, len(names)) for name, values in columns.items()}
        for place in range(len(names)):
            mine = codes[relevant] == place
            rows += _of({name: float(values[place]) for name, values in sums.items()}, wait[mine], until[mine])
    return rows


def _on_social(table: SocialTable) -> NDArray[np.bool_]:
    """Posts of customers, and the noise beside them."""
    world = table.run.world
    kinds = np.asarray([world.scenario.traits_of(name).public for name in world.channel_names])
    return np.asarray(kinds[table["channel"]], dtype=np.bool_)


def _columns(table: SocialTable, posts: Ints) -> Columns:
    """What each post [n] adds to the sums; noise adds its cost only."""
    def of(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(values)[posts]

    outcome, relevant = of(table["outcome"]), ~of(table.has(Flag.NOISE))
    heard, answered, first = of(table.heard), of(table["answered"]), of(table["first_response"])
    replied = relevant & ~np.isnan(first)
    ends = _ends(outcome, replied, ~np.isnan(heard))
    issues = getattr(table.run, "issues", None)
    drafted = np.zeros(posts.size, bool) if issues is None else ~np.isnan(issues["drafted"][posts])
    approving = np.zeros(posts.size) if issues is None else issues["approving"][posts]
    own, since_heard = of(table.classes_since(table["arrived"])), of(table.classes_since(table.heard))
    columns: dict[str, NDArray[Any]] = {
        "posts": relevant,
        "heard": relevant & ~np.isnan(heard),
        "taken": relevant & ~np.isnan(answered),
        "drafts": relevant & drafted,
        **{name: relevant & (ends == code) for code, name in enumerate(ENDS)},
        "hearing": np.where(replied, heard - of(table["arrived"]), 0.0),
        "queue": np.where(replied, answered - heard, 0.0),
        "approval": np.where(replied, approving, 0.0),
        "response": np.where(replied, first - of(table["arrived"]), 0.0),
        "chasers": relevant & (of(table["cause"]) == Cause.CHASE),
        "exposure": np.where(relevant, of(table.exposure), 0.0),
        "cost": of(_cost(table)),
        "in_time": relevant & (own == Service.IN_TIME),
        "due": relevant & (own != Service.NOT_COUNTED),
        "heard_in_time": relevant & (since_heard == Service.IN_TIME),
        "heard_due": relevant & (since_heard != Service.NOT_COUNTED),
    }
    return {name: values.astype(np.float64) for name, values in columns.items()}


def _ends(outcome: NDArray[Any], replied: NDArray[np.bool_], heard: NDArray[np.bool_]) -> Ints:
    """Place in ENDS of each post's end."""
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
    ends[replied] = ENDS.index("replied")
    return ends


def _cost(table: SocialTable) -> Floats:
    """Attention that each contact cost, at its group's cost per hour; what agents asked each other for a
    contact is added to it."""
    rates = np.append(np.asarray(table.yardstick.cost_per_hour), 0.0)[table["group"]] / 3600.0
    cost: Floats = (table["worked"] + table.run.contacts["wrapped"]) * rates
    within = np.flatnonzero(np.isin(table["cause"], BETWEEN_AGENTS) & (table["parent"] >= 0))
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
    if dimension == "hours":
        spans = np.array(classes.hours.open_intervals(world.scenario.start, world.scenario.days)).reshape(-1, 2)
        inside = np.searchsorted(spans[:, 0], table["arrived"], side="right") - 1
        within = (inside >= 0) & (table["arrived"] < spans[np.maximum(inside, 0), 1])
        return np.where(within, 0, 1)
    bounds = classes.value if dimension == "tier" else classes.reach
    values = table["value"] if dimension == "tier" else table["reach"]
    return np.asarray(np.maximum(np.searchsorted(list(bounds.values()), values, side="right") - 1, 0))


def _of(sums: dict[str, float], wait: Floats, until: Floats) -> Pairs:
    """The measures of one class, in the order of FUNNEL_MEASURES."""
    replied, posts = sums["replied"], sums["posts"]
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
    }
    observed = ~np.isnan(wait)
    for share in (0.5, 0.9):
        found = censored_percentile(np.where(observed, wait, until), observed, share)
        pairs[f"first_response_p{share * 100:.0f}"] = (0.0, 0.0) if np.isnan(found) else (found, 1.0)
    return [pairs[name] for name, _ in FUNNEL_MEASURES]


def censored_percentile(times: Floats, observed: NDArray[np.bool_], share: float) -> float:
    """The time [s] by which the share has happened, by Kaplan and Meier's estimate; NaN where it has not.

    `times` [n] are those of the event where it was `observed`, else those until which nothing had happened.
    """
    if not times.size:
        return float("nan")
    order = np.lexsort((~observed, times))
    at_risk = np.arange(times.size, 0, -1)
    left = np.cumprod(1.0 - observed[order] / at_risk)
    reached = np.flatnonzero(left <= 1.0 - share + 1e-12)
    return float(times[order][reached[0]]) if reached.size else float("nan")
