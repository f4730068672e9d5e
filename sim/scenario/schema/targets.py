"""What is wanted of a centre: targets on measures, and the measures' names and units."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from floorcast.scenario.read.problems import Findings, Wrong, found, unknown
from floorcast.scenario.read.units import parse_duration, parse_number, parse_share
from floorcast.scenario.words.schema_words import Name, PositiveDuration, Written, number

# Every measure a target may name, with its unit. "s" seconds.
MEASURES: dict[str, str] = {
    **dict.fromkeys(("offered", "handled", "abandoned", "blocked", "retrials", "open"), "contacts"),
    **dict.fromkeys(("abandonment", "delayed"), "share"),
    **dict.fromkeys(("service_level", "sl1", "sl2", "sl3", "sl4", "sl5"), "share"),
    **dict.fromkeys(("asa", "wait_mean", "wait_p50", "wait_p90", "wait_p95"), "s"),
    **dict.fromkeys(
        ("first_response_mean", "first_response_p50", "first_response_p90", "first_response_p95"),
        "s",
    ),
    **dict.fromkeys(
        ("next_reply_mean", "resolution_mean", "resolution_p50", "resolution_p90"), "s"
    ),
    **dict.fromkeys(("aht", "talk_time", "after_contact_work"), "s"),
    **dict.fromkeys(("occupancy", "slot_utilisation"), "share"),
    "agents_present": "agents",
    **dict.fromkeys(("backlog_mean", "backlog_max", "backlog_end"), "contacts"),
    **dict.fromkeys(("backlog_age_max", "backlog_age_p90"), "s"),
    "cost": "money",
}
# Those that are kept only where a scenario says what customers and the public do.
SOCIAL_MEASURES: dict[str, str] = {
    **dict.fromkeys(("chasers", "repeats", "went_public", "attracted", "missed"), "contacts"),
    **dict.fromkeys(("found_late", "posts_avoided", "incident_size_max"), "contacts"),
    **dict.fromkeys(("contacts_per_issue", "channel_hops"), "contacts"),
    **dict.fromkeys(("noise_work", "response_rate", "containment", "deflection"), "share"),
    **dict.fromkeys(("first_contact_resolution", "issues_resolved", "promoter_score"), "share"),
    **dict.fromkeys(("first_response_negative", "collateral_first_response"), "s"),
    **dict.fromkeys(("issue_resolution_mean", "incident_duration_max"), "s"),
    "exposure": "reach hours",
    "satisfaction": "points",
}
MEASURES |= SOCIAL_MEASURES


class Target(Written):
    """What is wanted of a measure: `of` all, a channel, a contact type or a group; at_least and
    at_most in the measure's own unit (seconds, share, contacts); `within` and `formula` belong to
    service_level. weight: what missing it counts in the loss by which policies are tuned and ranked."""

    of: Name = "all"
    measure: Name
    within: PositiveDuration | None = None
    formula: Literal["sl1", "sl2", "sl3", "sl4", "sl5"] | None = None
    at_least: Annotated[float | None, WithJsonSchema({"x-words": "target_value"})] = None
    at_most: Annotated[float | None, WithJsonSchema({"x-words": "target_value"})] = None
    weight: Annotated[float, BeforeValidator(number("a weight from 0 to 1000", least=0, most=1000))] = 1.0

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: str) -> str:
        if measure not in MEASURES:
            raise unknown("measure", measure, MEASURES)
        return measure

    @field_validator("at_least", "at_most", mode="before")
    @classmethod
    def _in_the_unit_of_the_measure(cls, value: object, info: ValidationInfo) -> float | None:
        if value is None or "measure" not in info.data:
            return None  # an unknown measure is reported already, and without it no unit is known
        return _read_bound(value, MEASURES[info.data["measure"]])

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        findings = Findings()
        if self.at_least is None and self.at_most is None:
            findings.add(Wrong("found neither at_least nor at_most; allowed at least one of them"))
        elif (
            self.at_least is not None and self.at_most is not None and self.at_least > self.at_most
        ):
            findings.add(
                Wrong("found at_least above at_most; allowed a range that something can meet")
            )
        for key in ("within", "formula"):
            fits = self.measure == "service_level" or (key == "within" and self.measure[:2] == "sl")
            if getattr(self, key) is not None and not fits:
                findings.add(
                    Wrong(f"found {key!r} with {self.measure}; allowed with service_level"), key
                )
        findings.settle()
        return self

    @property
    def unit(self) -> str:
        """s, share, contacts, agents or money."""
        return MEASURES[self.measure]


def _read_bound(value: object, unit: str) -> float:
    if unit == "s":
        return parse_duration(value)
    if unit == "share":
        return parse_share(value)
    bound = parse_number(value, "a number of at least 0")
    if bound < 0:
        raise found(value, "a number of at least 0")
    return bound
