"""Customers over several issues, what surveys say of them, and reputation.

The answers to a survey are a self-selected sample: `survey_score` is what a manager sees, its half width what the
textbook adds (1.96 standard deviations / root n), and `survey_bias` how far it is from what all contacts that were
over would have said. Who was asked, and what they would say, are the records of the run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats
from floorcast.measures.cells.columns import Columns
from floorcast.measures.contacts.run_table import Ratio
from floorcast.measures.customers.social_table import SocialTable

_Z = 1.959964  # standard normal quantile at 97.5 %


def people_measures(table: SocialTable) -> dict[str, Ratio]:
    """Every measure of customers, surveys and reputation over scopes [S]."""
    issues = table.people
    return _customers(table, issues) | _surveys(table, issues)


def _customers(table: SocialTable, issues: Columns) -> dict[str, Ratio]:
    people = table.run.world.scenario.customers
    tiers = list(people.tiers.values()) if people is not None else []
    worth = np.array([tier.worth for tier in tiers] or [0.0])[issues["tier"]]
    left = issues["left"] > 0
    known = _distinct(table, issues["customer"])
    lost = table.total(left)
    money = table.total(np.where(left, worth, 0.0))
    moved = ~np.isnan(issues["after"])
    said = issues["said"] > 0
    return {
        "customers": (known, np.ones_like(known)),
        "churned": (lost, np.ones_like(lost)),
        "churn_rate": (lost, known),
        "worth_lost": (money, np.ones_like(money)),
        "mood": (table.total(np.where(moved, issues["after"], 0.0).astype(np.float64)), table.total(moved)),
        "reputation": (table.total(np.where(said, issues["said"], 0.0).astype(np.float64)), table.total(said)),
    }


def _distinct(table: SocialTable, customer: NDArray[np.int32]) -> Floats:
    """How many different customers came, over scopes [S]."""
    world, kept = table.run.world, table.measured & (customer >= 0)
    who, kinds = customer[kept].astype(np.int64), table.kinds[kept]
    channels, types = len(world.channel_names), len(world.type_names)

    def by(codes: NDArray[np.int64], number: int) -> Floats:
        pairs = np.unique(who * number + codes)
        return np.bincount(pairs % number, minlength=number).astype(np.float64)

    everybody = by(np.zeros(who.size, np.int64), 1)
    of_channel = np.asarray(world.type_channel, np.int64)[kinds]
    groups = np.zeros(len(world.group_names))
    return np.concatenate((everybody, by(of_channel, channels), by(kinds, types), groups))


def _surveys(table: SocialTable, issues: Columns) -> dict[str, Ratio]:
    formula = table.run.world.scenario.satisfaction
    opinion = issues["opinion"].astype(np.float64)
    could = ~np.isnan(opinion)
    opinion = np.where(could, opinion, 0.0)
    asked, answered = issues["asked"] >= 1, issues["asked"] == 2
    number, everybody = table.total(answered), table.total(could)
    total, squares = table.total(np.where(answered, opinion, 0.0)), table.total(np.where(answered, opinion**2, 0.0))
    promoters = (opinion >= formula.promoter).astype(np.float64) - (opinion <= formula.detractor)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / number
        variance = np.maximum(squares / number - mean**2, 0.0) * number / (number - 1)
        half = _Z * np.sqrt(variance / number)
        bias = mean - table.total(opinion) / everybody
    enough = (number >= 2).astype(np.float64)
    return {
        "survey_answers": (number, np.ones_like(number)),
        "survey_response": (number, table.total(asked)),
        "survey_score": (total, number),
        "survey_half_width": (np.where(enough > 0, half, 0.0), enough),
        "survey_bias": (np.where(enough > 0, bias, 0.0), enough),
        "survey_holds": (np.where(enough > 0, np.abs(bias) <= half, 0.0).astype(np.float64), enough),
        "survey_promoters": (table.total(np.where(answered, promoters, 0.0)), number),
    }
