"""How many people to hire when: a linear or mixed-integer program over the months, solved by HiGHS.

People there: A[t] = (1 - attrition) A[t-1] + H[t - training]; those of the last months count by the
ramp, those on leave not at all. A and overtime together cover the need. The sum of wages, overtime,
hiring and training within the horizon is least. Then the plan is tried on thousands of possible
years, in which growth and attrition are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, milp

from floorcast.scenario.schema.hiring import Floats, Outlook


class NoPlan(Exception):
    """No hiring meets the need; the text says when, by how much, and what stands in the way."""


@dataclass(frozen=True)
class HiringPlan:
    """By month [months]: need, people there, hired, overtime, effective people; and the cost."""

    need: Floats
    hired: Floats
    there: Floats
    effective: Floats
    overtime: Floats
    cost: float


@dataclass(frozen=True)
class Range:
    """What may come, by month: 5th, 50th and 95th percentile, and the chance that people lack."""

    need: Floats  # [3, months]
    there: Floats  # [3, months]
    short: Floats  # [months]


def productivity(outlook: Outlook) -> Floats:
    """What a new person is worth in each month since hired, from the first: 0 in training."""
    return np.concatenate([np.zeros(outlook.training), np.array(outlook.ramp, dtype=np.float64)])


def plan_hiring(outlook: Outlook, people: float, need: Floats) -> HiringPlan:
    """The cheapest hiring with which the need is met in every month.

    people: those there before the first month. Raises `NoPlan` where nothing meets the need.
    """
    n = outlook.months
    stay = 1.0 - outlook.attrition.likely
    present = 1.0 - outlook.leave_by_month()
    trained, worth = _cohorts(outlook, stay)
    base: Floats = float(people) * stay ** np.arange(1, n + 1, dtype=np.float64)
    # Variables: hires [n], overtime [n], classes held [n] where classes have a size.
    sized = outlook.classes.size > 1
    months = np.ones(n) if outlook.classes.months is None else _chosen(outlook.classes.months, n)
    most = np.inf if outlook.classes.at_most is None else float(outlook.classes.at_most)
    prices = outlook.prices
    in_training = np.array([min(outlook.training, n - t) for t in range(n)])
    hire_cost = prices.month * trained.sum(axis=0) + prices.hire + prices.training * in_training
    cost = np.concatenate([hire_cost, np.full(n, prices.overtime), np.zeros(n)])
    eye, none = np.eye(n), np.zeros((n, n))
    effective = present[:, None] * worth
    covered = LinearConstraint(np.hstack([effective, eye, none]), need - present * base, np.inf)
    limits = LinearConstraint(
        np.hstack([-outlook.overtime * effective, eye, none]), -np.inf, outlook.overtime * present * base
    )
    constraints = [covered, limits]
    if sized:
        big = most if np.isfinite(most) else float(np.max(need)) * 2 + 1
        constraints += [
            LinearConstraint(np.hstack([eye, none, -outlook.classes.size * eye]), 0, np.inf),
            LinearConstraint(np.hstack([eye, none, -big * eye]), -np.inf, 0),
        ]
    upper = np.concatenate([most * months if np.isfinite(most) else np.where(months > 0, np.inf, 0.0),
                            np.full(n, np.inf), months])  # fmt: skip
    whole = np.concatenate([np.full(n, float(outlook.classes.whole)), np.zeros(n), np.full(n, float(sized))])
    found = milp(cost, constraints=constraints, bounds=(0, upper), integrality=whole, options={"mip_rel_gap": 1e-9})
    if found.x is None:
        raise NoPlan(_why_not(outlook, base, need, effective, present, np.asarray(upper[:n], np.float64)))
    hired, overtime = found.x[:n], found.x[n : 2 * n]
    if outlook.classes.whole:
        hired = np.round(hired)
    there = base + trained @ hired
    total = prices.month * there.sum() + prices.overtime * overtime.sum()
    total += prices.hire * hired.sum() + prices.training * float(in_training @ hired)
    return HiringPlan(need, hired, there, present * base + effective @ hired, overtime, float(total))


def _chosen(months: tuple[int, ...], n: int) -> Floats:
    chosen = np.zeros(n)
    chosen[[month - 1 for month in months]] = 1.0
    return chosen


def _cohorts(outlook: Outlook, stay: float) -> tuple[Floats, Floats]:
    """[months, hired in month]: people there, and what they are worth, per person hired."""
    n, trained_after = outlook.months, outlook.training
    there, worth = np.zeros((n, n)), np.zeros((n, n))
    value = productivity(outlook)
    for start in range(n):
        for month in range(start + trained_after, n):
            since = month - start
            left = stay ** (since - trained_after)
            there[month, start] = left
            worth[month, start] = left * (value[since] if since < len(value) else 1.0)
    return there, worth


def _why_not(
    outlook: Outlook, base: Floats, need: Floats, effective: Floats, present: Floats, most: Floats
) -> str:
    """The first month that cannot be covered, with all the hiring and overtime that is allowed."""
    everybody = np.where(np.isfinite(most), most, 1e6)
    reach = (present * base + effective @ everybody) * (1 + outlook.overtime)
    month = int(np.argmax(reach < need - 1e-9))
    lacking = float(need[month] - reach[month])
    lead = outlook.training
    cause = (
        f"whom one hires in month 1 is there in month {lead + 1} at the earliest"
        if month < lead
        else f"at most {outlook.classes.at_most} can be hired a month"
    )
    return (
        f"found no hiring that meets the need: month {month + 1} needs {need[month]:.1f} people and can have"
        f" {max(float(reach[month]), 0.0):.1f} with all overtime, {lacking:.1f} too few, since {cause}; allowed a lower"
        " need, more overtime, earlier hiring or larger classes"
    )


def need_at_risk(outlook: Outlook, people: float, today: float, risk: float, seed: int = 1) -> Floats:
    """The need that is not passed in a share `risk` of the possible years, month by month."""
    if outlook.need is not None or outlook.growth.give == 0:
        return outlook.likely_need(today)
    return np.asarray(np.quantile(_needs(outlook, today, 4000, seed), risk, axis=0))


def possible_years(
    outlook: Outlook, plan: HiringPlan, people: float, today: float, seed: int = 1, years: int = 4000
) -> Range:
    """The plan in `years` drawn years: growth and attrition as uncertain as the file says, and every
    person leaves by chance."""
    rng = np.random.Generator(np.random.PCG64([seed, 77]))
    needs = _needs(outlook, today, years, seed)
    n = outlook.months
    value = productivity(outlook)
    leaving = np.clip(
        rng.normal(outlook.attrition.likely, outlook.attrition.give, (years, 1)), 0.0, 0.99
    )
    present = 1.0 - outlook.leave_by_month()
    old = np.full(years, round(people))
    cohorts = np.zeros((years, n), dtype=np.int64)
    there, effective = np.zeros((years, n)), np.zeros((years, n))
    hired = np.round(plan.hired).astype(np.int64)
    for month in range(n):
        old = rng.binomial(old, 1 - leaving[:, 0])
        for start in range(month + 1):
            since = month - start
            if since == outlook.training:
                cohorts[:, start] = hired[start]
            elif since > outlook.training:
                cohorts[:, start] = rng.binomial(cohorts[:, start], 1 - leaving[:, 0])
            worth = value[since] if since < len(value) else 1.0
            there[:, month] += cohorts[:, start]
            effective[:, month] += worth * cohorts[:, start]
        there[:, month] += old
        effective[:, month] = present[month] * (effective[:, month] + old)
    short = (effective * (1 + outlook.overtime) < needs - 1e-9).mean(axis=0)
    levels = (0.05, 0.5, 0.95)
    return Range(np.quantile(needs, levels, axis=0), np.quantile(there, levels, axis=0), short)


def _needs(outlook: Outlook, today: float, years: int, seed: int) -> Floats:
    """[years, months]; the growth of a year is one draw, so errors add up over the months."""
    if outlook.need is not None:
        return np.tile(outlook.likely_need(today), (years, 1))
    rng = np.random.Generator(np.random.PCG64([seed, 76]))
    growth = rng.normal(outlook.growth.likely, outlook.growth.give, (years, 1))
    grown = np.maximum(1 + growth, 0.0) ** np.arange(outlook.months)
    return np.asarray(today * grown * np.resize(np.array(outlook.season), outlook.months))
