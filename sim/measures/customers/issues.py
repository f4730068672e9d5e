"""The customer's view: issues instead of contacts; and incidents instead of posts.

An issue counts where its first contact stands, an incident where its root does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats
from floorcast.measures.customers.social_table import Ratio, SocialTable
from floorcast.model.records.layout import Cause
from floorcast.model.records.social import Resolved

_BUSY_HOUR = 10  # posts of incidents: fewer say nothing of a ratio


def issue_measures(table: SocialTable) -> dict[str, Ratio]:
    """Issues, what they took, and whether and when they were resolved."""
    n = len(table["issue"])
    issue, parent = table["issue"].astype(np.int64), table["parent"].astype(np.int64)
    real = table.from_customers & (table["arrived"] < table.run.world.horizon)
    first = real & (issue == np.arange(n)) & table.measured
    contacts = np.bincount(issue[real], minlength=n).astype(np.float64)
    further = real & (issue != np.arange(n)) & (parent >= 0)
    hop = further & (table["channel"] != table["channel"][parent])
    hops = np.bincount(issue[hop], minlength=n).astype(np.float64)
    solved = _solved(table, issue, n, Resolved.OWN)
    closed = first & np.isnan(solved) & ~np.isnan(_solved(table, issue, n, Resolved.ANOTHER))
    number = table.total(first, first)
    took = np.where(np.isnan(solved), 0.0, solved - table["arrived"])
    done = first & ~np.isnan(solved)
    return {
        "issues": (number, np.ones_like(number)),
        "contacts_per_issue": (table.total(contacts, first), number),
        "channel_hops": (table.total(hops, first), number),
        "issues_resolved": (table.total(done, first), number),
        "issues_closed": (table.total(closed, first), number),
        "issue_resolution_mean": (table.total(took, done), table.total(done, done)),
    }


def _solved(table: SocialTable, issue: np.ndarray, n: int, how: Resolved) -> Floats:
    """When each issue was first resolved in this way, NaN never; [n] by its first contact."""
    solved = np.full(n, np.nan)
    by = np.flatnonzero((table["resolved"] == how) & ~np.isnan(table["ended"]))
    np.fmin.at(solved, issue[by], table["ended"][by])
    return solved


def incident_measures(table: SocialTable) -> dict[str, Ratio]:
    """Number, size and duration of incidents of two or more posts."""
    n = len(table["incident"])
    incident = table["incident"].astype(np.int64)
    posts = np.flatnonzero((incident >= 0) & table.from_customers & (table["arrived"] < table.run.world.horizon))
    sizes = np.bincount(incident[posts], minlength=n).astype(np.float64)
    root = (sizes >= 2) & table.measured
    last = np.full(n, -np.inf)
    np.maximum.at(last, incident[posts], table["arrived"][posts])
    duration = np.where(root, last - table["arrived"], 0.0)
    number = table.total(root, root)
    one = np.ones_like(number)
    largest = _largest(table, sizes, root)
    peak = np.zeros_like(one)
    peak[0] = branching_peak(table, posts)
    there = np.zeros_like(one)
    there[0] = 1.0
    return {
        "runaway": ((largest > table.run.world.scenario.runaway).astype(np.float64), one),
        "branching_peak": (peak, there),
        "supercritical": ((peak > 1.0).astype(np.float64), there),
        "incidents": (number, one),
        "incident_size_mean": (table.total(sizes, root), number),
        "incident_size_max": (largest, one),
        "incident_duration_mean": (table.total(duration, root), number),
        "incident_duration_max": (_largest(table, duration, root), one),
    }


def branching_peak(table: SocialTable, posts: NDArray[np.int64]) -> float:
    """The greatest effective branching ratio of an hour: the posts that its posts went on to attract, per post,
    over the hours with at least ten posts of incidents; 0 where there is none."""
    hour = np.floor(table["arrived"][posts] / 3600.0).astype(np.int64)
    if not posts.size:
        return 0.0
    first, hours = hour.min(), int(hour.max() - hour.min()) + 1
    parent = table["parent"][posts].astype(np.int64)
    drawn = (table["cause"][posts] == Cause.CASCADE) & (parent >= 0)
    by = np.floor(table["arrived"][parent[drawn]] / 3600.0).astype(np.int64) - first
    known = (by >= 0) & (by < hours)
    attracted = np.bincount(by[known], minlength=hours)
    there = np.bincount(hour - first, minlength=hours)
    busy = there >= _BUSY_HOUR
    return float((attracted[busy] / there[busy]).max()) if busy.any() else 0.0


def _largest(table: SocialTable, values: Floats, of: np.ndarray) -> Floats:
    """Greatest value over scopes [S], 0 where there is none; groups, which have none, are 0."""
    world = table.run.world
    by_type = np.zeros(len(world.type_names))
    np.maximum.at(by_type, table.kinds[of], values[of])
    by_channel = np.zeros(len(world.channel_names))
    channel = table.yardstick.channel
    np.maximum.at(by_channel, channel[channel >= 0], by_type[channel >= 0])
    everything = by_channel.max(initial=0.0)
    return np.concatenate(([everything], by_channel, by_type, np.zeros(len(world.group_names))))
