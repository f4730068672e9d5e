"""Every layout that `floorcast import` knows, by key."""

from __future__ import annotations

from floorcast.history.read.layouts import Layout
from floorcast.history.read.shipped_phone import BANK, GENERIC

LAYOUTS: dict[str, Layout] = {one.key: one for one in (GENERIC, BANK)}
