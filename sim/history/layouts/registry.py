"""Every layout that `floorcast import` knows, by key."""

from __future__ import annotations

from floorcast.history.layouts import conversations, intervals, messages, phone, posts, systems, wfm
from floorcast.history.layouts.layout import Layout

LAYOUTS: dict[str, Layout] = {
    one.key: one
    for room in (phone, systems, conversations, messages, intervals, wfm, posts)
    for one in vars(room).values()
    if isinstance(one, Layout)
}
