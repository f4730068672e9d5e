"""Handle times as factors: contact type, agent, hour of the day, hour of a type, priority.

The mean of a contact's handle time is the product of a factor per type and of others, each drawn to 1
(`prior` contacts of the usual length count beside its own cases; Bühlmann's credibility), found in turns
until they agree. Which of them are used, and how strongly they are drawn to 1, the data choose: each is
tried on days it was not fitted on, and stays only if it comes nearer to them (deviance of a gamma law). What
is left is the law of the type, and what days and single agents' days vary beyond chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats, Ints

PIECES = ("agent", "hour", "hour of type", "priority")
_PRIORS = (20.0, 60.0, 180.0)
_POINTS = 200  # of an empirical law of handle times
_LEAST = 20  # cases of a type of its own law
_TURNS = 8
_FOLDS = 4
_ENOUGH = 500  # cases from which pieces are looked for
_MOST = 60_000  # cases on which pieces are chosen


@dataclass(frozen=True)
class HandleTimes:
    """laws: by type, equally likely seconds as the usual agent at the usual hour takes them. hours
    [classes, 24]: mean seconds by hour of the day. speeds [agents]: 1 for the usual. used: the
    pieces chosen, in order, with the deviance that is left on days not fitted, by name. day_cv,
    agent_day_cv: how much days, and days of single agents, vary beyond chance. speed_error [agents]:
    standard error of the logarithm of each speed."""

    laws: list[list[float]]
    hours: Floats
    speeds: Floats
    used: dict[str, float]
    prior: float
    day_cv: float
    agent_day_cv: float
    speed_error: Floats

    def by_hour(self, kind: int) -> bool:
        """Whether the mean of a class differs by hour."""
        return bool(np.ptp(self.hours[kind]) > 1e-6 * self.hours[kind].max())


@dataclass(frozen=True)
class _Cases:
    """Handled contacts: seconds [n], and by piece the number of the group each belongs to."""

    seconds: Floats
    groups: dict[str, Ints]
    sizes: dict[str, int]
    day: Ints

    def of(self, chosen: Bools) -> _Cases:
        groups = {name: one[chosen] for name, one in self.groups.items()}
        return _Cases(self.seconds[chosen], groups, self.sizes, self.day[chosen])


def fit_handle_times(contacts: Contacts) -> HandleTimes:
    """Fit on all of the contacts given; a type with few cases takes the law of all."""
    cases, of_types = _cases(contacts)
    if not len(cases.seconds):
        return _unknown(contacts)
    used, prior = _choose(cases)
    pieces = ["type", *(name for name in PIECES if name in used)]
    mean, factors = _fit(cases, pieces, prior)
    expected = _expected(cases, mean, factors)
    by_agent = factors.get("agent")
    if by_agent is None:
        speeds = np.ones(max(len(contacts.agents), 1))
    else:
        usual = float(np.average(by_agent[cases.groups["agent"]]))
        speeds = usual / by_agent[:-1]
        mean *= usual
    hours = _hours(contacts, mean, factors, len(of_types))
    ratio = cases.seconds / expected
    laws = []
    for number in range(len(of_types)):
        mine = cases.groups["type"] == number
        own = cases.seconds[mine] if mine.sum() >= _LEAST else cases.seconds
        laws.append(_law(ratio, mine, float(own.mean())))
    day_cv, agent_day_cv = _persistence(ratio, cases)
    cases_of = np.bincount(cases.groups["agent"], minlength=cases.sizes["agent"])[:-1]
    by_day = agent_day_cv**2 / max(len(np.unique(cases.day)), 1)
    spread = np.sqrt(float(ratio.var()) / (cases_of + prior) + by_day)
    return HandleTimes(laws, hours, speeds, used, prior, day_cv, agent_day_cv, spread)


def _unknown(contacts: Contacts) -> HandleTimes:
    """No handle times at all: four minutes for everybody."""
    return HandleTimes(
        [[240.0]] * len(contacts.types), np.full((len(contacts.kinds), 24), 240.0),
        np.ones(max(len(contacts.agents), 1)), {}, _PRIORS[0], 0.0, 0.0, np.ones(max(len(contacts.agents), 1)),
    )  # fmt: skip


def _cases(contacts: Contacts) -> tuple[_Cases, tuple[str, ...]]:
    use = contacts.handled & np.isfinite(contacts.handle)
    one = contacts.of(use)
    types, agents, kinds = len(contacts.types), max(len(contacts.agents), 1), len(contacts.kinds)
    hour = (np.clip(one.answered, 0, None) // 3600).astype(np.int64) % 24
    groups = {
        "type": one.type_of,
        "agent": np.where(one.agent >= 0, one.agent, agents),
        "hour": hour,
        "hour of type": one.type_of * 24 + hour,
        "priority": np.where(one.guessed, kinds, one.kind),
    }
    sizes = {"type": types, "agent": agents + 1, "hour": 24, "hour of type": types * 24, "priority": kinds + 1}
    return _Cases(one.handle, groups, sizes, one.day), contacts.types


def _fit(cases: _Cases, pieces: list[str], prior: float) -> tuple[float, dict[str, Floats]]:
    """(mean, factors by piece), in turns: each piece's factor is observed over expected, drawn to 1."""
    mean = float(cases.seconds.mean())
    factors = {name: np.ones(cases.sizes[name]) for name in pieces}
    counts = {name: np.bincount(cases.groups[name], minlength=cases.sizes[name]) for name in pieces}
    for name in ("agent", "priority"):  # nobody's own, and of unknown priority: no factor
        if name in counts:
            counts[name][-1] = 0
    expected = np.full(len(cases.seconds), max(mean, 1e-9))
    for _ in range(_TURNS):
        for name in pieces:
            group = cases.groups[name]
            expected /= factors[name][group]
            seen = np.bincount(group, cases.seconds / expected, minlength=cases.sizes[name])
            factors[name] = np.where(counts[name] > 0, (seen + prior) / (counts[name] + prior), 1.0)
            expected *= factors[name][group]
    return mean, factors


def _expected(cases: _Cases, mean: float, factors: dict[str, Floats]) -> Floats:
    expected = np.full(len(cases.seconds), max(mean, 1e-9))
    for name, factor in factors.items():
        expected *= factor[cases.groups[name]]
    return expected


def _choose(cases: _Cases) -> tuple[dict[str, float], float]:
    """Pieces in the order in which they help most on days not fitted, and how strongly to draw them to 1."""
    days = np.unique(cases.day)
    if len(cases.seconds) < _ENOUGH or len(days) < _FOLDS:
        return ({"agent": np.nan} if len(cases.seconds) else {}), 60.0
    if len(cases.seconds) > _MOST:
        cases = cases.of(np.isin(cases.day, days[:: int(np.ceil(len(cases.seconds) / _MOST))]))
        days = np.unique(cases.day)
    fold = np.searchsorted(days, cases.day) % _FOLDS
    parts = [(cases.of(fold != one), cases.of(fold == one)) for one in range(_FOLDS)]
    best: tuple[float, dict[str, float], float] | None = None
    for prior in _PRIORS:
        used: dict[str, float] = {}
        left = [name for name in PIECES if name != "priority" or cases.sizes["priority"] > cases.sizes["type"] + 1]
        now = _left_over(parts, ["type"], prior)
        while left:
            tried = {name: _left_over(parts, ["type", *used, name], prior) for name in left}
            name = min(tried, key=lambda one: tried[one])
            if tried[name] >= now:
                break
            now = used[name] = tried[name]
            left.remove(name)
        if best is None or now < best[0]:
            best = (now, used, prior)
    assert best is not None
    return best[1], best[2]


def _left_over(parts: list[tuple[_Cases, _Cases]], pieces: list[str], prior: float) -> float:
    """Mean deviance of a gamma law on days that were not fitted."""
    total, number = 0.0, 0
    for fitted, other in parts:
        ratio = np.maximum(other.seconds, 1.0) / _expected(other, *_fit(fitted, pieces, prior))
        total += float((2 * (ratio - 1 - np.log(ratio))).sum())
        number += len(ratio)
    return total / max(number, 1)


def _hours(contacts: Contacts, mean: float, factors: dict[str, Floats], types: int) -> Floats:
    """Mean seconds [classes, 24] of the usual agent."""
    place = {name: n for n, name in enumerate(contacts.types)}
    of = np.array([place[kind[0]] for kind in contacts.kinds])
    hours = mean * factors["type"][of][:, None] * np.ones(24)
    if "hour" in factors:
        hours *= factors["hour"]
    if "hour of type" in factors:
        hours *= factors["hour of type"].reshape(types, 24)[of]
    if "priority" in factors:
        hours *= factors["priority"][:-1, None]
    return np.asarray(np.maximum(hours, 0.1))


def _law(ratio: Floats, mine: Bools, mean: float) -> list[float]:
    """Equally likely seconds with this mean: of the ratios sorted, the means of equal slices."""
    own = np.sort(ratio[mine] if mine.sum() >= _LEAST else ratio)
    edges = np.linspace(0, len(own), min(_POINTS, len(own)) + 1)
    below = np.interp(edges, np.arange(len(own) + 1), np.concatenate(([0.0], np.cumsum(own))))
    values = np.diff(below) / np.diff(edges)
    return [float(max(one, 0.1)) for one in values * (mean / max(float(values.mean()), 1e-9))]


def _persistence(ratio: Floats, cases: _Cases) -> tuple[float, float]:
    """Coefficients of variation of days, and of single agents' days beside, beyond chance: of sums over a
    group of n cases with variance v the square is n v, and n² w more where the group has a factor of variance w."""
    days, day = np.unique(cases.day, return_inverse=True)
    variance = float(ratio.var())

    def beyond(group: Ints, size: int) -> float:
        count = np.bincount(group, minlength=size)
        gap = np.bincount(group, ratio - 1, minlength=size)
        squares = float((count.astype(float) ** 2).sum())
        return (float((gap**2).sum()) - variance * float(count.sum())) / max(squares, 1.0)

    of_day = max(beyond(day, len(days)), 0.0) if len(days) >= _FOLDS else 0.0
    both = beyond(cases.groups["agent"] * len(days) + day, cases.sizes["agent"] * len(days))
    return float(np.sqrt(of_day)), float(np.sqrt(max(both - of_day, 0.0))) if len(days) >= _FOLDS else 0.0
