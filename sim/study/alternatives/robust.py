"""Whether a verdict survives the range of each assumed number.

Every policy runs with each assumed number alone at both ends of its range, on the same customers. A verdict holds where
it is the same at every end; it turns where it is the opposite for sure; else it is no longer sure there. The
verdicts of each end are a table of their own, which holds together at 95 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from floorcast.study.alternatives.assumed import Assumed
from floorcast.study.alternatives.options import Option
from floorcast.study.alternatives.robust_words import OPPOSITE
from floorcast.study.results import Study
from floorcast.study.verdicts import difference_verdicts, target_verdicts

if TYPE_CHECKING:
    from floorcast.policy.schema.policy import Policy


@dataclass(frozen=True)
class End:
    """An assumed number at one end of its range."""

    assumed: Assumed
    value: str
    change: str


@dataclass(frozen=True)
class Held:
    """A verdict held against every end: `turns` and `unsure` are the ends at which it does not stand.

    key: (policy, of, by, target) of a target, (policy, against, of, by, measure) of a difference.
    """

    key: tuple[str, ...]
    verdict: str
    turns: tuple[End, ...]
    unsure: tuple[End, ...]

    @property
    def holds(self) -> bool:
        """Whether it is the same at every end."""
        return not self.turns and not self.unsure


def ends_of(assumed: Sequence[Assumed]) -> list[End]:
    """Both ends of every number, but for ends at the number as it is written."""
    return [End(one, value, change) for one in assumed for value, change in one.ends]


def possible(scenario: Any, ends: Sequence[End]) -> tuple[list[End], list[str]]:
    """The ends at which the scenario can be run, and in words those at which it cannot (posts would feed on
    themselves). Raises InputErrors for an end of the scenario's own ranges."""
    from floorcast.scenario import InputErrors
    from floorcast.scenario.what_if.grammar import parse_changes
    from floorcast.scenario.what_if.variants import Variant, build

    found, refused = [], []
    for end in ends:
        try:
            build(scenario, Variant(_said(end), parse_changes(end.change), file="--robust"))
            found.append(end)
        except InputErrors as errors:
            if not end.assumed.said:
                raise
            refused.append(f"{_said(end)}: {errors.problems[0].message}")
    return found, refused


def touched(policies: Sequence[Policy], ends: Sequence[End]) -> list[tuple[int, int]]:
    """(end, policy) of every policy at every end, but for policies that the number is not of."""
    return [
        (place, number)
        for place, end in enumerate(ends)
        for number, policy in enumerate(policies)
        if end.assumed.policy in ("", policy.name)
    ]


def options_at(scenario: Any, policies: Sequence[Policy], ends: Sequence[End]) -> list[Option]:
    """The options of `touched`, in its order. Raises InputErrors for a range whose end the file may not hold."""
    from floorcast.policy.what_if import changed_policy
    from floorcast.scenario.what_if.grammar import parse_changes
    from floorcast.scenario.what_if.variants import Variant, build

    built = [
        build(scenario, Variant(_said(end), parse_changes(end.change), file="--robust")) for end in ends
    ]
    found = []
    for place, number in touched(policies, ends):
        one, policy = built[place], policies[number]
        own, _ = changed_policy(policy, one.policy_edits, one.twins, one.scenario)
        found.append(Option(f"{policy.name} at {ends[place].change}", one.scenario, own, ends[place].change))
    return found


def held(base: Study, at_ends: Study, places: Sequence[tuple[int, int]], ends: Sequence[End]) -> list[Held]:
    """Every verdict of `base` that is one, against those at the ends: the options of `at_ends` are those of `places`,
    as `touched` gives them."""
    n = at_ends.replications
    tables = []
    for place in range(len(ends)):
        above, below = [one[:n] for one in base.above], [one[:n] for one in base.below]
        for option, (end, policy) in enumerate(places):
            if end == place:
                above[policy], below[policy] = at_ends.above[option], at_ends.below[option]
        one = replace(base, above=tuple(above), below=tuple(below), pairs=None, looks=1, controls=None)
        tables.append(_verdicts(one))
    found = []
    for key, verdict in _verdicts(base).items():
        if verdict not in OPPOSITE:
            continue
        there = [(end, table.get(key, "")) for end, table in zip(ends, tables, strict=True)]
        turns = tuple(end for end, other in there if other == OPPOSITE[verdict])
        unsure = tuple(end for end, other in there if other not in (verdict, OPPOSITE[verdict]))
        found.append(Held(key, verdict, turns, unsure))
    return found


def _verdicts(study: Study) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for one in target_verdicts(study):
        found[one.policy, one.target.of, one.target.by, one.target.text] = one.verdict
    for each in difference_verdicts(study):
        found[each.policy, each.against, each.row.of, each.row.by, each.row.measure] = each.verdict
    return found


def document(found: Sequence[Held], assumed: Sequence[Assumed]) -> dict[str, Any]:
    """What was held against what, in plain values."""
    return {
        "assumed": [
            {"number": one.name, "written": one.said, "low": one.low, "high": one.high, "why": one.why,
             **({"policy": one.policy} if one.policy else {})}
            for one in assumed
        ],
        "verdicts": [
            {"key": list(one.key), "verdict": one.verdict, "holds": one.holds,
             "turns": [_said(end) for end in one.turns], "unsure": [_said(end) for end in one.unsure]}
            for one in found
        ],
    }  # fmt: skip


def _said(end: End) -> str:
    return f"{end.assumed.name} {'' if end.value[:1] in '+-' else '= '}{end.value}"
