"""Where the scenarios that come with Floorcast lie: beside sim/ in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSIDE = _PACKAGE / "scenarios"

SCENARIOS = _INSIDE if _INSIDE.is_dir() else _PACKAGE.parent / "scenarios"
