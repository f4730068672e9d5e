"""What a year ahead is made of: growth, season, attrition, classes, ramp, leave, overtime and prices.

Months are numbered from 0. A person who starts in month t is in training for `training` months, then
there, at first with the productivity of the `ramp`.
"""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Wrong, found
from floorcast.scenario.read.units import parse_share
from floorcast.scenario.words.schema_words import Amount, Count, Name, Share, Written, number

MOST_MONTHS = 60
Floats = NDArray[np.float64]


def _signed_share(value: object) -> float:
    if isinstance(value, str) and value.strip().startswith("-"):
        return -parse_share(value.strip()[1:])
    if isinstance(value, int | float) and not isinstance(value, bool) and -1 < value < 0:
        return float(value)
    return parse_share(value)


def _shares(value: object) -> tuple[float, ...]:
    return tuple(parse_share(v) for v in (value if isinstance(value, list | tuple) else [value]))


def _amounts(value: object) -> tuple[float, ...]:
    read = number("a number of at least 0", least=0, most=1e9)
    return tuple(read(v) for v in (value if isinstance(value, list | tuple) else [value]))


SignedShare = Annotated[
    float, BeforeValidator(_signed_share), WithJsonSchema({"type": ["number", "string"]})
]
ByMonth = Annotated[
    tuple[float, ...],
    BeforeValidator(_amounts),
    WithJsonSchema({"type": ["array", "number"], "items": {"type": "number"}}),
]
SharesByMonth = Annotated[
    tuple[float, ...],
    BeforeValidator(_shares),
    WithJsonSchema({"type": ["array", "number", "string"], "items": {"type": ["number", "string"]}}),
]


class Uncertain(Written):
    """A monthly share with what is not known of it: `likely`, and one standard deviation `give` or take."""

    likely: SignedShare
    give: Share = 0.0

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return value if isinstance(value, dict | Uncertain) else {"likely": value}


class HiringClasses(Written):
    """When and how people can be hired: `at_most` a month, in classes of at least `size`, only in
    `months` (numbers from 1). whole: only whole people."""

    at_most: Count | None = None
    size: Count = 1
    months: tuple[int, ...] | None = None
    whole: bool = True


class Prices(Written):
    """Per person: a `month` of work, a month of `training`, a `hire`, a month's work done in `overtime`."""

    month: Amount = 1.0
    training: Amount = 1.0
    hire: Amount = 0.0
    overtime: Amount = 1.5


class Outlook(Written):
    """The block `hiring`, for `floorcast hire`. Without `need`, the people needed are those of the scenario's group
    today, grown by `growth` and shaped by `season` (factors by month, repeated)."""

    group: Name | None = None
    months: Count = 12
    need: ByMonth | None = None
    growth: Uncertain = Uncertain(likely=0.0)
    season: ByMonth = (1.0,)
    people: Amount | None = None
    attrition: Uncertain = Uncertain(likely=0.0)
    training: Count = 1
    ramp: SharesByMonth = ()
    leave: SharesByMonth = (0.0,)
    overtime: Share = 0.0
    classes: HiringClasses = HiringClasses()
    prices: Prices = Prices()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not 1 <= self.months <= MOST_MONTHS:
            raise found(self.months, f"1 to {MOST_MONTHS} months").under("months")
        if self.need is not None and len(self.need) not in (1, self.months):
            raise Wrong(f"found {len(self.need)} months; allowed one number or {self.months}").under("need")
        if self.attrition.likely < 0 or self.attrition.likely >= 1:
            raise found(self.attrition.likely, "a share from 0 to below 1").under("attrition")
        if not self.season or not any(self.season):
            raise found(list(self.season), "at least one factor above 0").under("season")
        for month in self.classes.months or ():
            if not 1 <= month <= self.months:
                raise found(month, f"months from 1 to {self.months}").under("classes", "months")
        if self.classes.at_most is not None and 0 < self.classes.at_most < self.classes.size:
            raise found(self.classes.at_most, f"at least the size of a class ({self.classes.size})").under(
                "classes", "at_most"
            )
        if any(share >= 1 for share in self.leave):
            raise found(list(self.leave), "shares below 1").under("leave")
        return self

    def likely_need(self, today: float) -> Floats:
        """People needed by month [months], if growth is as likely."""
        if self.need is not None:
            return np.resize(np.array(self.need), self.months)
        grown = (1 + self.growth.likely) ** np.arange(self.months)
        return np.asarray(today * grown * np.resize(np.array(self.season), self.months))

    def leave_by_month(self) -> Floats:
        """Share of the people on leave, [months]."""
        return np.resize(np.array(self.leave), self.months)
