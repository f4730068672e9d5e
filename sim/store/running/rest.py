"""The forecast of the rest of a day that a study from a saved state keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from floorcast.store.folder import StudyError

REST = "rest_of_day.json"


def kept_rest(folder: Path) -> dict[str, Any]:
    """That forecast by option; empty for a study that began at no state. Raises StudyError where it is damaged."""
    path = folder / REST
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(option): dict(one) for option, one in found.items()}
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        raise StudyError(f"{path} is damaged: {fault}") from None
