"""Every layout that `floorcast import` knows, by key."""

from __future__ import annotations

from floorcast.history.read import shipped_intervals as intervals
from floorcast.history.read import shipped_phone as phone
from floorcast.history.read import shipped_posts as posts
from floorcast.history.read import shipped_systems as systems
from floorcast.history.read.layouts import Layout

LAYOUTS: dict[str, Layout] = {
    one.key: one
    for room in (phone, systems, intervals, posts)
    for one in vars(room).values()
    if isinstance(one, Layout)
}
