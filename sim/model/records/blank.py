"""Contacts and issues as they come into being, before anything about them is drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from floorcast.model.records.layout import CONTACT
from floorcast.model.records.social import ISSUE

_NOBODY = ("queue", "agent", "group", "campaign", "language", "incident")
_NOT_YET = ("accepted", "answered", "first_response", "ended", "replied")


def _row(dtype: np.dtype[Any], **values: float) -> np.ndarray[Any, Any]:
    row = np.zeros(1, dtype)
    for name, value in values.items():
        row[name] = value
    return row


BLANK_CONTACT = _row(CONTACT, **dict.fromkeys(_NOBODY, -1), **dict.fromkeys(_NOT_YET, math.nan))
BLANK_ISSUE = _row(
    ISSUE,
    customer=-1,
    **dict.fromkeys(("heard", "eased", "drafted", "promised", "after", "score", "opinion"), math.nan),
)
