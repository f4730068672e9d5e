"""Numbers that a scenario has to assume because nobody can measure them at home: what the public does, what an
answer stops, what a classifier misses; and the range in which each may lie.

The scenario's own ranges come first (`uncertain: {storm_tweets.cascade.closes: 0..0.6}`). Of what it does not
say, ranges are the published ones where there are some, else from half to twice as much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from floorcast.study.alternatives.sensitivity import inputs_of

Law = Callable[[float], tuple[float, float, str]]  # of a number as written: its low and high end, and why so far
UNPUBLISHED = "nobody has published it: half to twice as much"
_STORM = 0.3  # posts attracted per post, from which a type's posts are those of a storm


@dataclass(frozen=True)
class Assumed:
    """An assumed number, written `said` as it stands: the value at each end (as text; the same as `said` where
    the range ends there), the change of the scenario that takes it there, why so far, and the policy it is of."""

    name: str
    said: str
    low: str
    high: str
    why: str
    low_change: str
    high_change: str
    policy: str = ""

    @property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """(value, change) of each end that is another number than the written one."""
        both = ((self.low, self.low_change), (self.high, self.high_change))
        return tuple((value, change) for value, change in both if value != self.said)


def _half_to_twice(value: float, share: bool) -> tuple[float, float, str]:
    return value / 2, min(2 * value, 1.0) if share else 2 * value, UNPUBLISHED


def _share(value: float) -> tuple[float, float, str]:
    return _half_to_twice(value, True)


def _amount(value: float) -> tuple[float, float, str]:
    return _half_to_twice(value, False)


def _closes(value: float) -> tuple[float, float, str]:
    return 0.0, min(2 * value, 1.0), "nobody has published it: none to twice as much"


def _branching(value: float) -> tuple[float, float, str]:
    if value < _STORM:
        return _amount(value)
    return min(value, 0.5), max(value, 0.8), "0.5 to 0.8 in storms, derived from Sysomos 2010 and evently"


def _recall(value: float) -> tuple[float, float, str]:
    why = "68 % macro recall (SemEval 2017), 77 to 84 % on tweets at airlines"
    return min(value, 0.68), max(value, 0.84), why


def _again(value: float) -> tuple[float, float, str]:
    return min(value, 0.4), max(value, 0.8), "60 % post again (croud), one survey: 40 to 80 %"


# Blocks of a contact type on a social channel, their numbers, and the range of each.
_OF_TYPES: Mapping[tuple[str, ...], Law] = {
    ("cascade", "branching"): _branching,
    ("cascade", "closes"): _closes,
    ("cascade", "residual"): _share,
    ("cascade", "backfire"): _amount,
    ("listening", "recall"): _recall,
    ("listening", "found_late", "share"): _share,
    ("chase", "probability"): _again,
}
# ... of customers who remember, and of what is said of the centre ...
_OF_CUSTOMERS: Mapping[tuple[str, ...], Law] = {
    ("customers", "churn", "let_down"): _share,
    ("customers", "again", "probability"): _share,
    ("customers", "mood", "weight"): _share,
    ("reputation", "complaints"): _share,
}
# ... and of a statement in a policy.
_OF_STATEMENTS: Mapping[str, Law] = {
    "closes": _closes, "spreading": _share, "poor": _share, "backfire": _amount,
}  # fmt: skip


def assumed_in(scenario: Any, policies: Sequence[Any] = ()) -> list[Assumed]:
    """Every assumed number of a scenario and of its policies' statements; one where several contact types of a
    social channel are given the same number of the same kind. Raises InputErrors for `uncertain` that is no range."""
    own = [one for one in inputs_of(scenario) if one.path in scenario.uncertain]
    found = [
        Assumed(one.path, "", _value(one.low, one.path), _value(one.high, one.path),
                one.why if ".." not in one.why else "the scenario's own range", one.low, one.high)
        for one in own
    ]  # fmt: skip
    named = {_plain(one.path) for one in own}
    for path, law in _OF_TYPES.items():
        by_value: dict[float, list[str]] = {}
        for name, entry in scenario.contact_types.items():
            value = _at(entry, path)
            mine = ".".join((name, *path))
            if scenario.traits_of(entry.channel).public and value and mine not in named:
                by_value.setdefault(value, []).append(mine)
        found += [_of(paths, value, law) for value, paths in by_value.items()]
    for path, law in _OF_CUSTOMERS.items():
        value, mine = _at(scenario, path), ".".join(path)
        if value and mine not in named:
            found.append(_of([mine], value, law))
    return found + [one for policy in policies for one in _stated(policy)]


def _of(paths: Sequence[str], value: float, law: Law, policy: str = "") -> Assumed:
    low, high, why = law(value)
    name = paths[0] if len(paths) == 1 else f"{paths[0]} (and of {len(paths) - 1} more)"
    said, least, most = (f"{one:.4g}" for one in (value, low, high))
    low_change, high_change = ("; ".join(f"{path} = {end}" for path in paths) for end in (least, most))
    return Assumed(name, said, least, most, why, low_change, high_change, policy)


def _stated(policy: Any) -> list[Assumed]:
    found = []
    for place, line in enumerate(policy.supervision):
        for number, statement in enumerate(line.do.statement):
            key = line.name if line.name else place
            for name, law in _OF_STATEMENTS.items():
                value = float(getattr(statement, name))
                if value and not (name == "spreading" and value == 1.0):
                    path = f"policy.supervision[{key}].do.statement"
                    path += f"[{number}].{name}" if len(line.do.statement) > 1 else f".{name}"
                    found.append(_of([path], value, law, policy.name))
    return found


def _at(entry: Any, path: Sequence[str]) -> float:
    for step in path:
        entry = getattr(entry, step, None)
    return float(entry) if isinstance(entry, int | float) else 0.0


def _plain(path: str) -> str:
    return path.removeprefix("contact_types.")


def _value(change: str, path: str) -> str:
    """What a change of `path` says after it: `0.5` of `path = 0.5`, `-8 %` of `path -8 %`."""
    return change[len(path) :].strip().removeprefix("=").strip()
