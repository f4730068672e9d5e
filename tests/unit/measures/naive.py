"""The measures again, slowly: one contact at a time, straight from their definitions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from floorcast.model.records.layout import Cause, Outcome
from tests.unit.measures.centre import FakeRun


def percentile(values: list[float], share: float) -> float | None:
    """The smallest value that at least this share of values do not exceed."""
    for value in sorted(values):
        if sum(other <= value for other in values) >= share * len(values) - 1e-9:
            return value
    return None


def mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def naive_measures(run: FakeRun, belongs: Callable[[Any], bool]) -> dict[str, float | None]:
    """Measures of those contacts for which `belongs` holds; None where there is nothing."""
    world = run.world
    start = math.ceil(world.warm_up / world.interval) * world.interval
    born = [c for c in run.contacts if c["arrived"] < world.horizon and belongs(c)]
    seen = [c for c in born if start == 0 or c["arrived"] >= start]
    found: dict[str, float | None] = {}
    _counts(found, seen)
    _service(found, seen, run)
    _times(found, seen, run)
    _backlog(found, born, start, run)
    return found


def _counts(found: dict[str, float | None], seen: list[Any]) -> None:
    def number(*outcomes: Outcome) -> int:
        return sum(c["outcome"] in outcomes for c in seen)

    found["carried_in"] = sum(c["cause"] == Cause.BACKLOG for c in seen)
    found["offered"] = len(seen) - found["carried_in"]
    found["retrials"] = sum(c["cause"] == Cause.RETRY for c in seen)
    found["handled"] = number(Outcome.HANDLED)
    found["blocked"] = number(Outcome.BLOCKED, Outcome.TURNED_AWAY)
    for outcome in Outcome:
        if outcome not in (Outcome.HANDLED, Outcome.BLOCKED):
            found[outcome.name.lower()] = number(outcome)
    found["abandonment"] = number(Outcome.ABANDONED) / len(seen) if seen else None


def _stamp(contact: Any, clock: str) -> float:
    if clock == "resolved":
        return contact["ended"] if contact["outcome"] == Outcome.HANDLED else math.nan
    return contact[clock]


def _service(found: dict[str, float | None], seen: list[Any], run: FakeRun) -> None:
    scenario, names = run.world.scenario, run.world.type_names
    tally = dict.fromkeys(("ans", "ans_in", "ab", "ab_in", "ab_short", "late"), 0)
    for c in seen:
        name = names[c["contact_type"]]
        awt, stamp = scenario.answer_within(name), _stamp(c, scenario.clock_of(name))
        never = math.isnan(c["ended"]) or c["outcome"] == Outcome.LOST  # what is lost is owed to the end
        ended = run.world.horizon if never else c["ended"]
        life = min(ended, run.world.horizon) - c["arrived"]
        if not math.isnan(stamp):
            tally["ans"] += 1
            tally["ans_in"] += stamp - c["arrived"] <= awt
        elif c["outcome"] == Outcome.ABANDONED:
            tally["ab"] += 1
            tally["ab_in"] += life <= awt
            tally["ab_short"] += life <= 5
        elif c["outcome"] in (Outcome.OPEN, Outcome.LOST, Outcome.CLOSED_WITH_ANOTHER):
            tally["late"] += life > awt
    everyone = tally["ans"] + tally["ab"] + tally["late"]
    for name, above, below in (
        ("sl1", tally["ans_in"] + tally["ab_in"], everyone),
        ("sl2", tally["ans_in"], tally["ans"]),
        ("sl3", tally["ans_in"], everyone),
        ("sl4", tally["ans_in"], everyone - tally["ab_in"]),
        ("sl5", tally["ans_in"] + tally["ab_short"], everyone),
    ):
        found[name] = above / below if below else None
    found["service_level"] = found["sl4"]


def _times(found: dict[str, float | None], seen: list[Any], run: FakeRun) -> None:
    scenario, names = run.world.scenario, run.world.type_names
    waits, given_up, responses, resolutions = [], [], [], []
    unanswered: list[float] = []
    for c in seen:
        slot = scenario.clock_of(names[c["contact_type"]]) == "accepted"
        wait = c["accepted" if slot else "answered"] - c["arrived"]
        if not math.isnan(wait):
            waits.append(wait)
        elif c["outcome"] == Outcome.ABANDONED:
            given_up.append(c["ended"] - c["arrived"])
        if not math.isnan(c["first_response"]):
            responses.append(c["first_response"] - c["arrived"])
        elif c["outcome"] in (Outcome.OPEN, Outcome.LOST):
            unanswered.append(run.world.horizon - c["arrived"])
        if c["outcome"] == Outcome.HANDLED:
            resolutions.append(c["ended"] - c["arrived"])
    handled = [c for c in seen if c["outcome"] == Outcome.HANDLED]
    found["asa"], found["wait_mean"] = mean(waits), mean(waits + given_up)
    found["wait_abandoned"] = mean(given_up)
    found["wait_max"] = max(waits + given_up, default=None)
    found["delayed"] = mean([wait > 0 for wait in waits + given_up])
    found["first_response_mean"] = mean(responses)
    found["resolution_mean"] = mean(resolutions)
    found["talk_time"] = mean([c["worked"] for c in handled])
    found["after_contact_work"] = mean([c["wrapped"] for c in handled])
    found["aht"] = mean([c["worked"] + c["wrapped"] for c in handled])
    replies = sum(int(c["replies"]) for c in seen)
    found["next_reply_mean"] = sum(c["reply_wait"] for c in seen) / replies if replies else None
    for share in (50, 90, 95):
        found[f"wait_p{share}"] = percentile(waits + given_up, share / 100)
        found[f"first_response_p{share}"] = kaplan_meier(responses, unanswered, share / 100)
    for share in (50, 90):
        found[f"resolution_p{share}"] = percentile(resolutions, share / 100)


def kaplan_meier(times: list[float], ages: list[float], share: float) -> float | None:
    """The textbook's product over the distinct times, one by one."""
    if not times and not ages:
        return None
    longer = 1.0
    for time in sorted(set(times)):
        at_risk = sum(one >= time for one in times + ages)
        longer *= 1 - times.count(time) / at_risk
        if longer <= 1 - share + 1e-9:
            return time
    return math.inf


def _backlog(found: dict[str, float | None], born: list[Any], start: float, run: FakeRun) -> None:
    horizon, interval = run.world.horizon, run.world.interval
    sizes, ages, spent, waited = [], [], 0.0, 0.0
    for place in range(run.world.n_intervals):  # of calls, who waits
        instant = (place + 1) * interval
        if instant <= start:
            continue
        last = place == run.world.n_intervals - 1
        there = [
            c
            for c in born
            if c["arrived"] < instant
            and (math.isnan(gone(c, run)) or gone(c, run) > instant or gone(c, run) == instant < horizon)
        ]
        assert not last or instant == horizon
        sizes.append(len(there))
        ages += [instant - c["arrived"] for c in there]
    for c in born:
        ended = horizon if math.isnan(c["ended"]) else min(c["ended"], horizon)
        left = horizon if math.isnan(gone(c, run)) else min(gone(c, run), horizon)
        slot = run.world.scenario.clock_of(run.world.type_names[c["contact_type"]]) == "accepted"
        stamp = c["accepted" if slot else "answered"]
        answered = ended if math.isnan(stamp) else min(stamp, ended)
        spent += max(0.0, left - max(c["arrived"], start))
        waited += max(0.0, answered - max(c["arrived"], start))
    found["backlog_max"], found["backlog_end"] = max(sizes), sizes[-1]
    found["backlog_mean"] = spent / (horizon - start)
    found["queue_mean"] = waited / (horizon - start)
    found["backlog_age_max"] = max(ages, default=0.0)
    found["backlog_age_p90"] = percentile(ages, 0.9) or 0.0


def gone(contact: Any, run: FakeRun) -> float:
    """When a contact is no backlog any more: a call when it is answered, all else when it ends."""
    kind = run.world.scenario.types[run.world.type_names[contact["contact_type"]]]
    ended, answered = float(contact["ended"]), float(contact["answered"])
    if kind != "phone" or math.isnan(answered):
        return ended
    return answered if math.isnan(ended) else min(answered, ended)
