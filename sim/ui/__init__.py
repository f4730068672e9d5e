"""The web page: the other face of Floorcast. It shows widgets and pictures and holds no logic."""

from __future__ import annotations
