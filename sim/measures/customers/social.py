"""What the public sees and what customers do: listening, answers, exposure, posts attracted.

Exposure adds up, over public posts, their reach times the hours until they are answered (closed
with another's answer counts; what is lost or open counts to the end of the run).
"""

from __future__ import annotations

import numpy as np

from floorcast.measures.customers.issues import incident_measures, issue_measures
from floorcast.measures.customers.satisfaction import satisfaction_measures
from floorcast.measures.customers.social_table import Ratio, SocialTable, run_kind
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag

LARGE_INCIDENT = 10  # posts; what is outside such incidents is collateral


def social_measures(table: SocialTable) -> dict[str, Ratio]:
    """Every measure of issues, incidents, listening and satisfaction over scopes [S]."""
    return (
        _causes(table)
        | _listening(table)
        | _answers(table)
        | issue_measures(table)
        | incident_measures(table)
        | satisfaction_measures(table)
    )


def _causes(table: SocialTable) -> dict[str, Ratio]:
    causes = {
        "chasers": Cause.CHASE,
        "repeats": Cause.REPEAT,
        "went_public": Cause.PUBLIC,
        "attracted": Cause.CASCADE,
        "moved": Cause.MOVED,
    }
    ratios = {name: table.count(table["cause"] == cause) for name, cause in causes.items()}
    ratios["callbacks"] = table.count(table.has(Flag.CALLBACK))
    return ratios


def _listening(table: SocialTable) -> dict[str, Ratio]:
    missed, noise = table.has(Flag.MISSED), table.has(Flag.NOISE)
    return {
        "missed": table.count(missed),
        "found_late": table.count(missed & (table["outcome"] != Outcome.LOST)),
        "noise": table.count(noise),
        "misrouted": table.count(table.has(Flag.MISROUTED)),
        "misread": table.count(table.has(Flag.MISREAD)),
        "noise_work": (
            table.total(np.where(noise, table["worked"], 0.0)),
            table.total(table["worked"]),
        ),
    }


def _answers(table: SocialTable) -> dict[str, Ratio]:
    outcome = table["outcome"]
    contained = outcome == Outcome.CONTAINED
    everybody = np.ones(len(outcome), dtype=np.bool_)
    wanted = ~table.has(Flag.NOISE) & ~contained
    answered = ~np.isnan(table["first_response"])
    with_another = outcome == Outcome.CLOSED_WITH_ANOTHER
    first = (table["issue"] == np.arange(len(outcome))) & (outcome == Outcome.HANDLED)
    wait = table["first_response"] - table["arrived"]
    incident = table["incident"].astype(np.int64)
    sizes = np.bincount(incident[incident >= 0], minlength=len(outcome))
    aside = (incident < 0) | (sizes[incident] < LARGE_INCIDENT)
    kinds = [run_kind(table.run.world, name) for name in table.run.world.channel_names]
    public = np.asarray([kind == "social" for kind in kinds])[table["channel"]]
    public &= ~table.has(Flag.NOISE)
    hours = (table.unanswered_until - table["arrived"]) / 3600.0
    exposure = table.total(np.where(public, table["reach"] * hours, 0.0))
    avoided = table.total(table["avoided"].astype(np.float64))
    return {
        "response_rate": table.share(answered | with_another, wanted),
        "containment": table.share(contained, everybody),
        "deflection": table.share(table.has(Flag.MOVED), answered),
        "first_contact_resolution": table.share(table["resolved"] == 1, first),
        "first_response_negative": table.mean(wait, table["sentiment"] < 0),
        "collateral_first_response": table.mean(wait, aside),
        "exposure": (exposure, np.ones_like(exposure)),
        "posts_avoided": (avoided, np.ones_like(avoided)),
    }
