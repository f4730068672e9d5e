"""The year ahead of a scenario: its hiring plan, what may come, and weeks of it simulated.

The scenario as it stands is a week of the first month, with as many people as that month needs. A
week of a later month has the volumes that many times larger, and as many people as are there and
effective then, overtime included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.planning.hiring.plan import (
    HiringPlan,
    NoPlan,
    Range,
    need_at_risk,
    plan_hiring,
    possible_years,
)
from floorcast.policy import policies_of
from floorcast.scenario import Scenario, change
from floorcast.study.replicates import Replicates
from floorcast.study.results import Study
from floorcast.study.verdicts import target_verdicts


@dataclass(frozen=True)
class Week:
    """A simulated week of a month: what its targets came to, in words."""

    month: int
    volume: float  # times the scenario's
    people: float  # times the scenario's
    targets: tuple[tuple[str, str, float, float], ...]  # target, verdict, mean, half width


@dataclass(frozen=True)
class Year:
    """A plan by month, its ranges, and its simulated weeks."""

    scenario: Scenario
    plan: HiringPlan
    range: Range
    weeks: tuple[Week, ...]
    risk: float

    @property
    def title(self) -> str:
        """What the table shows."""
        group = self.scenario.hiring.group if self.scenario.hiring else None
        return f"{self.scenario.name}: {group or 'all groups'}, {len(self.plan.need)} months"

    def month(self, number: int) -> date:
        """First day of a month, numbered from 0."""
        start = self.scenario.start
        months = start.year * 12 + start.month - 1 + number
        return date(months // 12, months % 12 + 1, 1)

    def rows(self) -> list[dict[str, Any]]:
        """A row per month."""
        plan, spread = self.plan, self.range
        return [
            {
                "month": self.month(m),
                "needed": float(plan.need[m]),
                "needed_low": float(spread.need[0, m]),
                "needed_high": float(spread.need[2, m]),
                "there": float(plan.there[m]),
                "there_low": float(spread.there[0, m]),
                "there_high": float(spread.there[2, m]),
                "effective": float(plan.effective[m]),
                "overtime": float(plan.overtime[m]),
                "hired": float(plan.hired[m]),
                "short": float(spread.short[m]),
            }
            for m in range(len(plan.need))
        ]

    def sentences(self) -> list[str]:
        """What the table does not say."""
        plan, short = self.plan, self.range.short
        hired = [f"{n:g} in {self.month(m):%b %Y}" for m, n in enumerate(plan.hired) if n]
        worst = int(np.argmax(short))
        money = f" {self.scenario.currency}" if self.scenario.currency else ""
        lines = [
            f"cost {plan.cost:,.2f}{money}; hire {', '.join(hired) if hired else 'nobody'}",
            f"too few people, even with overtime, in {100 * short[worst]:.0f} % of the possible years in"
            f" {self.month(worst):%b %Y}, the worst month",
        ]
        for week in self.weeks:
            said = ", ".join(f"{name} {verdict}" for name, verdict, _, _ in week.targets)
            lines.append(
                f"a week of {self.month(week.month):%b %Y} simulated ({week.volume:.2f} x the volumes,"
                f" {week.people:.2f} x the people): {said or 'no targets'}"
            )
        return lines

    def document(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "scenario": self.scenario.name,
            "risk": self.risk,
            "currency": self.scenario.currency,
            "cost": self.plan.cost,
            "months": [{**row, "month": str(row["month"])} for row in self.rows()],
            "weeks": [
                {
                    "month": str(self.month(week.month)),
                    "volume": week.volume,
                    "people": week.people,
                    "targets": [
                        {"target": t, "verdict": v, "mean": mean, "half_width": half}
                        for t, v, mean, half in week.targets
                    ],
                }
                for week in self.weeks
            ],
        }


def year_ahead(
    scenario: Scenario,
    risk: float = 0.5,
    weeks: int = 3,
    progress: Callable[[int, int], None] | None = None,
    replications: int | None = None,
) -> Year:
    """Plan the year that a scenario's block `hiring` describes. Raises `NoPlan`."""
    outlook = scenario.hiring
    assert outlook is not None
    groups = [outlook.group] if outlook.group is not None else list(scenario.group_names)
    today = float(sum(scenario.groups[name].planned_agents or 0 for name in groups))
    people = today if outlook.people is None else outlook.people
    if people == 0 and outlook.need is None:
        raise NoPlan(
            f"found no planned agents in {', '.join(groups)}; allowed groups with shifts or agents, or people and need"
        )
    need = need_at_risk(outlook, people, today, risk)
    plan = plan_hiring(outlook, people, need)
    spread = possible_years(outlook, plan, people, today)
    chosen = _telling(plan, spread, weeks)
    done = []
    for number, month in enumerate(chosen):
        if progress is not None:
            progress(number, len(chosen))
        done.append(_simulated(scenario, groups, plan, month, replications))
    return Year(scenario, plan, spread, tuple(done), risk)


def _telling(plan: HiringPlan, spread: Range, weeks: int) -> list[int]:
    """The months most worth a look: the tightest, the most demanding, the last, then in order."""
    slack = plan.effective + plan.overtime - plan.need
    order = [int(np.argmax(spread.short)), int(np.argmax(plan.need)), len(plan.need) - 1]
    order += [int(month) for month in np.argsort(slack, kind="stable")]
    return sorted(list(dict.fromkeys(order))[:weeks])


def _simulated(
    scenario: Scenario, groups: list[str], plan: HiringPlan, month: int, replications: int | None
) -> Week:
    volume = float(plan.need[month] / plan.need[0]) if plan.need[0] else 1.0
    people = float((plan.effective[month] + plan.overtime[month]) / plan.need[0]) if plan.need[0] else 1.0
    then = change(scenario, {"all": scenario.multipliers.get("all", 1.0) * volume}, dict.fromkeys(groups, people))
    study = _study(then, replications or min(scenario.replications, 20))
    targets = tuple(
        (f"{one.target.of} {one.target.text.replace('_', ' ')}", one.verdict, one.mean, one.half_width)
        for one in target_verdicts(study)
    )
    return Week(month, volume, people, targets)


def _study(scenario: Scenario, replications: int) -> Study:
    policy = policies_of(scenario)[0]
    work = Replicates([assemble(scenario, policy)], run, scenario.seed, names=[policy.name], jobs=2)
    work.run(replications)
    return work.study(scenario.name)
