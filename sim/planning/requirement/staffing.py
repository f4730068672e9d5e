"""`floorcast staff`: people required and people there, interval by interval, as one document."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import targets_of
from floorcast.measures.periods import (
    Bound,
    bound_of,
    by_interval_only,
    text_by_interval,
    unit_by_interval,
)
from floorcast.model.compile.assemble import assemble
from floorcast.planning.requirement.crew import at_risk, by_interval
from floorcast.planning.requirement.relax import as_written
from floorcast.planning.requirement.settle import Requirement, Settling
from floorcast.planning.requirement.shrinkage import Presence, presence_of
from floorcast.planning.trials import FRESH, Question, Trial, Trials
from floorcast.scenario.schema.scenario import Scenario
from floorcast.study.estimate import ratios
from floorcast.study.running.workers import Pool
from floorcast.study.student import two_sided

Floats = NDArray[np.float64]
CONTACTS_A_TRY = 300_000  # simulated to judge one staffing
FEWEST, MOST = 10, 100  # replications of a try


class NothingToStaff(ValueError):
    """A scenario of which no number of people can be asked; its text is one sentence."""


@dataclass(frozen=True)
class Staffing:
    """What `staff` found; arrays by group [G, T] or target [targets, T]."""

    scenario: Scenario
    policy: Any
    question: Question
    requirement: Requirement
    presence: Presence
    today: Trial  # the scenario's own staffing
    written: NDArray[np.int64] | None  # people where only the targets as written must hold
    backlog: tuple[Floats, Floats]  # by channel and interval, mean and half width
    busy: Floats  # half widths of occupancy by group and interval
    replications: int
    seed: int
    risk: float | None
    runs: int


def question_of(scenario: Scenario, policy: Any) -> Question:
    """The scenario's targets, sorted into those read by interval and those over the horizon only."""
    targets = targets_of(assemble(scenario, policy))
    if not targets:
        raise NothingToStaff(
            f"{scenario.file}: found no targets; allowed at least one, such as"
            " {of: phone, measure: service_level, within: 20s, at_least: 80 %}"
        )
    if not scenario.expected_contacts and not scenario.crises:
        raise NothingToStaff(
            f"{scenario.file}: found no contacts within the days simulated; allowed a forecast that brings some"
        )
    read = tuple(dict.fromkeys(one for t in targets if by_interval_only(one := t.base or t)))
    whole = tuple(target for target in targets if target not in read)
    return Question(read, whole, tuple(target in targets for target in read))


def replications_of(scenario: Scenario) -> int:
    """Replications of one try: more of small scenarios, so that each interval is told apart."""
    return min(MOST, max(FEWEST, math.ceil(CONTACTS_A_TRY / max(scenario.expected_contacts, 1.0))))


def staff(
    scenario: Scenario,
    policy: Any,
    *,
    interval: float | None = None,
    seed: int | None = None,
    replications: int | None = None,
    jobs: int = 1,
    pool: Pool | None = None,
    risk: float | None = None,
    written: bool = True,
    progress: Callable[[int, int | None], None] | None = None,
) -> Staffing:
    """Find the people required by group and interval, and set those there beside them.

    interval: seconds, the scenario's own by default. pool: where replications run, `jobs` threads by default.
    risk: the requirement is for days whose volume chance exceeds with this probability only; None lets day
    factors vary. written: find also what is saved where only the targets as written hold. Raises
    NothingToStaff where nothing is asked of anybody.
    """
    scenario = by_interval(scenario, interval)
    question = question_of(scenario, policy)
    if not question.targets:
        raise NothingToStaff(
            f"{scenario.file}: found no target that an interval can keep or miss;"
            " allowed at least one on service, waiting, abandonment or occupancy"
        )
    n = replications or replications_of(scenario)
    seed = scenario.seed if seed is None else seed
    cost = interval_costs(scenario)
    trials = Trials(question, seed, jobs, (lambda runs: progress(runs, None)) if progress else None, pool)
    try:
        search = Settling(at_risk(scenario, risk), policy, trials, n, cost)
        requirement = search.find()
        if not requirement.asked.any() and not requirement.unreachable.any():
            raise NothingToStaff(f"{scenario.file}: found targets of which no contact or agent is; allowed others")
        heads = as_written(search, requirement)[0] if written else None
        world = assemble(scenario, policy)
        today = trials.run(world, 2 * n, FRESH, whole=True)
        runs = trials.series_of(world, n, FRESH)
        backlog, busy = _backlog(runs, scenario), _busy(runs, scenario)
    finally:
        trials.close()
    return Staffing(
        scenario, policy, question, requirement, presence_of(scenario), today, heads, backlog, busy, n,
        seed, risk, trials.runs,
    )  # fmt: skip


def interval_costs(scenario: Scenario) -> Floats:
    """What a person costs for an interval [G]; hours count where no group has a price."""
    prices = np.array([scenario.groups[name].cost_per_hour for name in scenario.group_names])
    if not prices.any():
        prices = np.ones_like(prices)
    prices = np.where(prices > 0, prices, prices[prices > 0].min())
    return np.asarray(prices * scenario.interval / 3600.0, dtype=np.float64)


def _backlog(runs: list[Any], scenario: Scenario) -> tuple[Floats, Floats]:
    found = [
        ratios(
            np.array([one.ratio("backlog", "channel", name)[0] for one in runs]),
            np.ones((len(runs), runs[0].by_type["backlog"].shape[1])),
        )
        for name in _served_channels(scenario)
    ]
    return np.array([one.mean for one in found]), np.array([one.half_width() for one in found])


def _busy(runs: list[Any], scenario: Scenario) -> Floats:
    """Half widths of occupancy [G, T]; none where nobody is there."""
    found = []
    for name in scenario.group_names:
        pairs = [one.ratio("occupancy", "group", name) for one in runs]
        above, below = (np.array([pair[part] for pair in pairs]) for part in (0, 1))
        found.append(ratios(above, below).half_width())
    return np.array(found)


def _missed(found: Staffing) -> dict[str, str]:
    """By the start of intervals, the targets that chance cannot excuse there."""
    words: dict[str, str] = {}
    for row in _service(found):
        if row["verdict"] == "missed":
            more = f"{row['of']}, {row['target']}"
            words[row["start"]] = f"{words[row['start']]}; {more}" if row["start"] in words else more
    return words


def _served_channels(scenario: Scenario) -> list[str]:
    used = {entry.channel for entry in scenario.contact_types.values()}
    return [name for name in scenario.channel_names if name in used]


def document(found: Staffing) -> dict[str, Any]:
    """Everything in plain values: `intervals` by group, `demand` by channel, `service` by target."""
    scenario, needed = found.scenario, found.requirement
    hours = scenario.interval / 3600.0
    prices = np.array([scenario.groups[name].cost_per_hour for name in scenario.group_names])
    return {
        "scenario": scenario.name,
        "policy": getattr(found.policy, "name", ""),
        "interval_s": scenario.interval,
        "seed": found.seed,
        "replications": found.replications,
        "simulated": found.runs,
        "risk": found.risk,
        "currency": scenario.currency,
        "intervals": _intervals(found),
        "demand": _demand(found),
        "service": _service(found),
        "groups": [
            {
                "group": name,
                "required_h": float(needed.heads[g].sum() * hours),
                "as_written_h": None if found.written is None else float(found.written[g].sum() * hours),
                "scheduled_h": float(found.presence.scheduled[g].sum() * hours),
                "present_h": float(found.presence.present[g].sum() * hours),
                "under_h": float(np.maximum(needed.heads[g] - found.presence.present[g], 0).sum() * hours),
                "over_h": float(np.maximum(found.presence.present[g] - needed.heads[g], 0).sum() * hours),
                "required_cost": float(needed.heads[g].sum() * hours * prices[g]),
                "as_written_cost": None
                if found.written is None
                else float(found.written[g].sum() * hours * prices[g]),
                **_saved(found, g, hours, float(prices[g])),
            }
            for g, name in enumerate(scenario.group_names)
        ],
        "over_the_horizon": _whole(found),
        "out_of_reach": [
            {
                "of": target.of,
                "target": text_by_interval(target),
                "intervals": [_stamp(scenario, int(t)) for t in np.flatnonzero(needed.unreachable[k])],
            }
            for k, target in enumerate(found.question.targets)
            if needed.unreachable[k].any()
        ],
        "missed_on_fresh": [
            {"of": target.of, "target": text_by_interval(target), "start": _stamp(scenario, int(t))}
            for k, target in enumerate(found.question.targets)
            for t in np.flatnonzero(needed.missed[k])
        ],
    }


def _saved(found: Staffing, g: int, hours: float, price: float) -> dict[str, float | None]:
    """What is saved in a group if only the targets as written must hold."""
    if found.written is None:
        return {"saved_h": None, "saved_cost": None}
    fewer = float((found.requirement.heads[g] - found.written[g]).sum() * hours)
    return {"saved_h": fewer, "saved_cost": fewer * price}


def _start(row: dict[str, Any]) -> str:
    return str(row["start"])


def _stamp(scenario: Scenario, t: int) -> str:
    return (scenario.start + timedelta(seconds=t * scenario.interval)).isoformat(sep=" ", timespec="minutes")


def _intervals(found: Staffing) -> list[dict[str, Any]]:
    scenario, needed, there = found.scenario, found.requirement, found.presence
    demand, missed = needed.demand, _missed(found)
    rows: list[dict[str, Any]] = []
    for g, name in enumerate(scenario.group_names):
        contacts = (demand.arrivals * demand.share[:, [g]]).sum(axis=0)
        work = (demand.arrivals * demand.share[:, [g]] * demand.handle[:, None]).sum(axis=0)
        for t in range(contacts.size):
            busy = found.today.work[g, t] / scenario.interval
            present = float(there.present[g, t])
            rows.append(
                {
                    "start": _stamp(scenario, t),
                    "group": name,
                    "forecast": round(float(contacts[t]), 3),
                    "handle_time_s": round(float(work[t] / contacts[t]), 1) if contacts[t] > 0 else None,
                    "workload_erlangs": round(float(demand.load[g, t]), 3),
                    "required": int(needed.heads[g, t]),
                    "as_written": None if found.written is None else int(found.written[g, t]),
                    "scheduled": round(float(there.scheduled[g, t]), 3),
                    "breaks": round(float(there.breaks[g, t]), 3),
                    "training": round(float(there.training[g, t]), 3),
                    "absence": round(float(there.absence[g, t]), 3),
                    "late": round(float(there.late[g, t]), 3),
                    "present": round(present, 3),
                    "over": round(max(0.0, present - float(needed.heads[g, t])), 3),
                    "under": round(max(0.0, float(needed.heads[g, t]) - present), 3),
                    "occupancy": round(busy / present, 4) if present > 0.01 else None,
                    "occupancy_half_width": _plain(float(found.busy[g, t])) if present > 0.01 else None,
                    "missed": missed.get(_stamp(scenario, t), ""),
                }
            )
    rows.sort(key=_start)
    return rows


def _demand(found: Staffing) -> list[dict[str, Any]]:
    scenario, demand = found.scenario, found.requirement.demand
    channels = np.array([scenario.channel_of(name) for name in scenario.type_names])
    rows: list[dict[str, Any]] = []
    for place, channel in enumerate(_served_channels(scenario)):
        chosen = channels == channel
        contacts = demand.arrivals[chosen].sum(axis=0)
        work = (demand.arrivals * demand.handle[:, None])[chosen].sum(axis=0)
        for t in range(contacts.size):
            rows.append(
                {
                    "start": _stamp(scenario, t),
                    "channel": channel,
                    "forecast": round(float(contacts[t]), 3),
                    "handle_time_s": round(float(work[t] / contacts[t]), 1) if contacts[t] > 0 else None,
                    "workload_erlangs": round(float(work[t] / scenario.interval), 3),
                    "backlog": _plain(found.backlog[0][place, t]),
                    "backlog_half_width": _plain(found.backlog[1][place, t]),
                }
            )
    rows.sort(key=_start)
    return rows


def _service(found: Staffing) -> list[dict[str, Any]]:
    """Every target by interval with today's people; missed is said only where chance cannot excuse it."""
    rows: list[dict[str, Any]] = []
    values, errors = found.today.values()
    asked = found.requirement.asked | found.requirement.unreachable
    family = max(int(asked.sum()), 1)
    alone = two_sided(0.05, max(found.today.n - 1, 1))
    together = two_sided(0.05 / family, max(found.today.n - 1, 1))
    for k, target in enumerate(found.question.targets):
        bound = bound_of(target)
        for t in np.flatnonzero(asked[k]):
            value, error = float(values[k, t]), float(errors[k, t])
            room = float(bound.slack(value))
            verdict = "undecided"
            if not math.isnan(room) and abs(room) > together * error:
                verdict = "met" if room >= 0 else "missed"
            rows.append(
                {
                    "start": _stamp(found.scenario, int(t)),
                    "of": target.of,
                    "target": text_by_interval(target),
                    "value": _plain(value),
                    "half_width": _plain(alone * error),
                    "unit": unit_by_interval(target),
                    "verdict": verdict,
                }
            )
    rows.sort(key=_start)
    return rows


def _whole(found: Staffing) -> list[dict[str, Any]]:
    """Targets over the whole horizon: with today's people and with those required."""
    rows: list[dict[str, Any]] = []
    today, today_error = found.today.whole_values()
    then, then_error = found.requirement.check.whole_values()
    width = two_sided(0.05, max(found.today.n - 1, 1))
    targets = (*found.question.targets, *found.question.whole)

    def said(k: int, value: float, error: float) -> str | None:
        """What chance cannot excuse, all targets taken together; None where the file asks it of intervals only."""
        if k < len(found.question.written) and not found.question.written[k]:
            return None
        bound = bound_of(targets[k]) if targets[k].base is None else Bound(targets[k].at_least, targets[k].at_most)
        room = float(bound.slack(value))
        sure = abs(room) > two_sided(0.05 / len(targets), max(found.today.n - 1, 1)) * error
        return "undecided" if math.isnan(room) or not sure else "met" if room >= 0 else "missed"

    for k, target in enumerate(targets):
        rows.append(
            {
                "of": target.of,
                "target": text_by_interval(target),
                "unit": unit_by_interval(target),
                "by_interval": k < len(found.question.targets),
                "today": _plain(float(today[k])),
                "today_half_width": _plain(float(width * today_error[k])),
                "today_verdict": said(k, float(today[k]), float(today_error[k])),
                "with_required": _plain(float(then[k])),
                "with_required_half_width": _plain(float(width * then_error[k])),
                "with_required_verdict": said(k, float(then[k]), float(then_error[k])),
            }
        )
    return rows


def _plain(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None
