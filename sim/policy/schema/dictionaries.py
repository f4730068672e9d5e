"""Priority dictionaries to pick and edit, and the factors of a customer's history.

`priority: {like: loudest_first, reach: 8}` starts from a ready-made dictionary; what is written
beside it takes the place of the dictionary's own.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema, model_validator

from floorcast.scenario.read.problems import choices, found, unknown
from floorcast.scenario.read.units import DAY
from floorcast.scenario.words.schema_words import Points, PositiveDuration, Written

# Points; waiting adds in all of them, so that nobody waits for ever.
DICTIONARIES: dict[str, dict[str, Any]] = {
    "loudest_first": {
        "sentiment": {"negative": 15},
        "reach": 10,
        "trigger": 20,
        "per_minute": 0.5,
    },
    "angriest_first": {
        "sentiment": {"negative": 30, "positive": -5},
        "prior_contacts": 10,
        "trigger": 20,
        "per_minute": 0.5,
    },
    "best_customers_first": {
        "value": 1,
        "recent_purchase": {"points": 20, "within": 60 * DAY},
        "prior_contacts": 5,
        "per_minute": 0.5,
    },
    "let_down_first": {
        "prior_contacts": 25,
        "prior_within": 2 * DAY,
        "sentiment": {"negative": 5},
        "per_minute": 1,
    },
    "balanced": {
        "sentiment": {"negative": 10},
        "reach": 4,
        "value": 0.2,
        "activity": 2,
        "recent_purchase": {"points": 5, "within": 60 * DAY},
        "prior_contacts": 8,
        "prior_within": 2 * DAY,
        "trigger": 15,
        "per_minute": 1,
        "cap": 120,
    },
}


class RecentPurchase(Written):
    """Points for a purchase right now, falling evenly to none for one `within` ago."""

    points: Points
    within: PositiveDuration


class History(Written):
    """Factors of the customer's history.

    like: a ready-made dictionary to start from. recent_purchase: see `RecentPurchase`. activity:
    points per factor of ten of the customer's activity. prior_within: only contacts of the issue
    in this last time count as prior contacts (default: all).
    """

    like: Annotated[
        str | None, WithJsonSchema({"enum": list(DICTIONARIES)})
    ] = None
    recent_purchase: RecentPurchase | None = None
    activity: Points = 0.0
    prior_within: PositiveDuration | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_dictionary(cls, value: object) -> object:
        if not isinstance(value, dict) or value.get("like") is None:
            return value
        name = value["like"]
        if not isinstance(name, str):
            raise found(name, f"one of {choices(DICTIONARIES)}").under("like")
        if name not in DICTIONARIES:
            raise unknown("dictionary", name, DICTIONARIES).under("like")
        return {**_written(DICTIONARIES[name]), **value}


def _written(dictionary: dict[str, Any]) -> dict[str, Any]:
    """The dictionary as one would write it in a file: durations with their unit."""
    text = {**dictionary}
    if "prior_within" in text:
        text["prior_within"] = f"{text['prior_within']:g}s"
    if "recent_purchase" in text:
        purchase = text["recent_purchase"]
        text["recent_purchase"] = {**purchase, "within": f"{purchase['within']:g}s"}
    return text
