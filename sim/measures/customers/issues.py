"""The customer's view: issues instead of contacts; and incidents instead of posts.

An issue counts where its first contact stands, an incident where its root does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats
from floorcast.measures.contacts.run_table import Ratio
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Cause
from floorcast.model.records.social import Resolved

_BUSY_HOUR = 10  # posts of incidents: fewer say nothing of a ratio


def issue_measures(table: SocialTable) -> dict[str, Ratio]:
    """Issues, what they took, and whether and when they were resolved."""
    from floorcast.measures.cells.compiled import follow

    n = len(table["issue"])
    issue, parent, channel = (np.ascontiguousarray(table[name], np.int64) for name in ("issue", "parent", "channel"))
    real = table.from_customers & (table["arrived"] < table.run.world.horizon)
    contacts, hops, solved = np.zeros(n), np.zeros(n), np.full((len(Resolved), n), np.nan)
    follow(issue, parent, channel, real.view(np.uint8), table["resolved"], table["ended"], contacts, hops, solved)
    first = real & (issue == np.arange(n)) & table.measured
    done = first & ~np.isnan(solved[Resolved.OWN])
    closed = first & ~done & ~np.isnan(solved[Resolved.ANOTHER])
    took = solved[Resolved.OWN] - table["arrived"]
    number = table.total(first)
    return {
        "issues": (number, np.ones_like(number)),
        "contacts_per_issue": (table.total(contacts, first), number),
        "channel_hops": (table.total(hops, first), number),
        "issues_resolved": (table.total(done), number),
        "issues_closed": (table.total(closed), number),
        "issue_resolution_mean": (table.total(took, done), table.total(done)),
    }


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
    channel = table.settings.channel
    np.maximum.at(by_channel, channel[channel >= 0], by_type[channel >= 0])
    everything = by_channel.max(initial=0.0)
    return np.concatenate(([everything], by_channel, by_type, np.zeros(len(world.group_names))))
