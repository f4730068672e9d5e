"""What the public sees and what customers do: listening, answers, exposure, posts attracted.

Exposure adds up, over public posts, their reach times the hours until they are answered (another's
answer counts; what is lost or open counts to the end of the run), weighed by the attention that is
left: it halves in every half-life of the channel, so that a post counts its reach times the half-life
/ ln 2 at the most, however long the run.
"""

from __future__ import annotations

import numpy as np

from floorcast.measures.base.service import Service, ServiceCounts, share_in_time
from floorcast.measures.contacts.run_table import Ratio
from floorcast.measures.customers.issues import incident_measures, issue_measures
from floorcast.measures.customers.satisfaction import satisfaction_measures
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.scenario.catalogue.causes import COUNTED
from floorcast.scenario.catalogue.measures import DEFAULT_FORMULA, MEASURES

_DAY_OF_WORK = 8.0  # hours
_MARKED = {
    "needless": Mark.NEEDLESS,
    "answered_elsewhere": Mark.ELSEWHERE,
    "contradicted": Mark.CONTRADICTED,
    "answered_by_customers": Mark.PEERS,
    "taken_down": Mark.REMOVED,
}
LARGE_INCIDENT = 10  # posts; what is outside such incidents is collateral


def social_measures(table: SocialTable) -> dict[str, Ratio]:
    """Every measure of issues, incidents, listening and satisfaction over scopes [S]."""
    return (
        _causes(table)
        | _burden(table)
        | _listening(table)
        | _answers(table)
        | issue_measures(table)
        | incident_measures(table)
        | satisfaction_measures(table)
    )


def _causes(table: SocialTable) -> dict[str, Ratio]:
    counted = {name: cause for name, cause in COUNTED.items() if MEASURES[name].social}
    one = np.ones(table.cells.n_scopes)
    ratios = {name: (table.by_cause[:, cause], one) for name, cause in counted.items()}
    promised, kept, due = table.promises
    ratios["promised"] = table.count(promised)
    ratios["promises_kept"] = table.share(kept, due)
    ratios["callbacks"] = table.flagged(Flag.CALLBACK), one
    ratios |= table.counts({name: table.marked(mark) for name, mark in _MARKED.items()})
    stars = table.said["stars"].astype(np.float64)
    ratios["stars"] = table.total(stars), table.total(stars > 0)
    return ratios


def _burden(table: SocialTable) -> dict[str, Ratio]:
    """What agents bear: public posts per hour present, and the angry (by their own sentiment) in a day."""
    handled = table["outcome"] == Outcome.HANDLED
    worked = table.from_customers & (table["group"] >= 0)
    world, window = table.run.world, table.window
    seconds = table.run.ledger["present"][:, window.first : window.end].sum(axis=1)
    present = np.bincount(np.asarray(world.agent_group), seconds, len(world.group_names)) / 3600.0
    hours = np.zeros_like(table.total(handled))
    hours[0], hours[len(hours) - present.size :] = present.sum(), present
    return {
        "posts_per_hour": (table.total(table.public & handled & worked), hours),
        "angry_per_day": (table.total(worked & (table.truth < 0)), hours / _DAY_OF_WORK),
    }


def _listening(table: SocialTable) -> dict[str, Ratio]:
    missed, noise = table.has(Flag.MISSED), table.has(Flag.NOISE)
    one = np.ones(table.cells.n_scopes)
    return {
        "missed": (table.flagged(Flag.MISSED), one),
        "found_late": table.count(missed & (table["outcome"] != Outcome.LOST)),
        "noise": (table.flagged(Flag.NOISE), one),
        "misrouted": (table.flagged(Flag.MISROUTED), one),
        "misread": (table.flagged(Flag.MISREAD), one),
        "noise_work": (
            table.total(table["worked"], noise),
            table.total(table["worked"]),
        ),
    }


def _level_heard(table: SocialTable) -> Ratio:
    """The service level that runs from when a contact was heard: what was never heard is not in it."""
    classes = table.classes_since_heard
    counts = ServiceCounts.of_classes(table.by_code(classes, len(Service)))
    return share_in_time(DEFAULT_FORMULA, counts)


def _answers(table: SocialTable) -> dict[str, Ratio]:
    outcome = table["outcome"]
    contained = outcome == Outcome.CONTAINED
    wanted = table.from_customers & ~contained & ~table.marked(Mark.NEEDLESS)
    answered = ~np.isnan(table["first_response"])
    with_another = outcome == Outcome.CLOSED_WITH_ANOTHER
    first = (table["issue"] == np.arange(len(outcome))) & (outcome == Outcome.HANDLED)
    wait = table.wait
    incident = table["incident"]
    sizes = np.bincount(incident[incident >= 0], minlength=len(outcome))
    large = np.flatnonzero(sizes >= LARGE_INCIDENT)
    aside = np.isin(incident, large, invert=True) if large.size else table.everybody
    in_incident = (incident >= 0) & table.from_customers
    further = in_incident & (incident != np.arange(len(outcome)))
    exposure = table.total(table.exposure, table.public)
    avoided = table.total(table["avoided"].astype(np.float64))
    return {
        "response_rate": table.share(answered, wanted),
        "closed_rate": table.share(with_another & ~answered, wanted),
        "service_level_heard": _level_heard(table),
        "branching_ratio": table.share(further, in_incident),
        "containment": table.share(contained, table.everybody),
        "deflection": table.share(table.has(Flag.MOVED) | table.marked(Mark.ELSEWHERE), answered),
        "first_contact_resolution": table.share(table["resolved"] == 1, first),
        "negative_share": table.share(table.truth < 0, table.from_customers),
        "first_response_negative": table.mean(wait, table.from_customers & (table.truth < 0)),
        "collateral_first_response": table.mean(wait, aside & table.from_customers),
        "exposure": (exposure, np.ones_like(exposure)),
        "posts_avoided": (avoided, np.ones_like(avoided)),
    }
