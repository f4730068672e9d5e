"""The customer's view: issues instead of contacts; and incidents instead of posts.

An issue counts where its first contact stands, an incident where its root does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats
from floorcast.measures.base.times import Followed
from floorcast.measures.contacts.run_table import Ratio
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause

_BUSY_HOUR = 10  # posts of incidents: fewer say nothing of a ratio


def issue_measures(table: SocialTable) -> dict[str, Ratio]:
    """Issues, what they took, and whether and when they were resolved."""
    found = table.followed
    solved = found[Followed.SOLVED]
    first = table.real & (table["issue"] == np.arange(solved.size)) & table.measured
    done = first & ~np.isnan(solved)
    closed = first & ~done & (found[Followed.CLOSED] > 0)
    number, resolved, others = table.cells.count(np.array([first, done, closed]))
    return {
        "issues": (number, np.ones_like(number)),
        "contacts_per_issue": (table.total(found[Followed.CONTACTS], first), number),
        "channel_hops": (table.total(found[Followed.HOPS], first), number),
        "issues_resolved": (resolved, number),
        "issues_closed": (others, number),
        "issue_resolution_mean": (table.total(solved - table["arrived"], done), resolved),
    }


def incident_measures(table: SocialTable) -> dict[str, Ratio]:
    """Number, size and duration of incidents of two or more posts."""
    sizes, last = table.followed[Followed.POSTS], table.followed[Followed.LAST_POST]
    root = (sizes >= 2) & table.measured
    roots = np.flatnonzero(root)
    duration = np.zeros(sizes.size)
    duration[roots] = last[roots] - table["arrived"][roots]
    number = table.total(root)
    one = np.ones_like(number)
    largest = _largest(table, sizes, roots)
    peak = np.zeros_like(one)
    peak[0] = branching_peak(table, np.flatnonzero(table.real & (table["incident"] >= 0)))
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
        "incident_duration_max": (_largest(table, duration, roots), one),
    }


def branching_peak(table: SocialTable, posts: NDArray[np.int64]) -> float:
    """The greatest effective branching ratio of an hour: the posts that its posts went on to attract, per post,
    over the hours with at least ten posts of incidents; 0 where there is none."""
    if not posts.size:
        return 0.0
    hour = np.floor(table["arrived"][posts] / 3600.0).astype(np.int64)
    first, hours = hour.min(), int(hour.max() - hour.min()) + 1
    cascades = posts[table["cause"][posts] == Cause.CASCADE]
    parent = table["parent"][cascades]
    by = np.floor(table["arrived"][parent[parent >= 0]] / 3600.0).astype(np.int64) - first
    known = (by >= 0) & (by < hours)
    attracted = np.bincount(by[known], minlength=hours)
    there = np.bincount(hour - first, minlength=hours)
    busy = there >= _BUSY_HOUR
    return float((attracted[busy] / there[busy]).max()) if busy.any() else 0.0


def _largest(table: SocialTable, values: Floats, of: NDArray[np.int64]) -> Floats:
    """Greatest value over scopes [S], 0 where there is none; groups, which have none, are 0."""
    world = table.run.world
    by_type = np.zeros(len(world.type_names))
    np.maximum.at(by_type, table.kinds[of], values[of])
    by_channel = np.zeros(len(world.channel_names))
    channel = table.settings.channel
    np.maximum.at(by_channel, channel[channel >= 0], by_type[channel >= 0])
    everything = by_channel.max(initial=0.0)
    return np.concatenate(([everything], by_channel, by_type, np.zeros(len(world.group_names))))
