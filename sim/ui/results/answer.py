"""The answer on one screen: who is best, at what price and cost, and every target under every policy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from floorcast.charts.look import Look
from floorcast.charts.quantities import (
    count,
    difference,
    difference_interval,
    interval,
    known,
    quantity,
)
from floorcast.charts.words import (
    UNDECIDED_TARGET,
    VERDICTS,
    human,
    measure_help,
    measure_name,
    target_bounds,
    target_name,
)
from floorcast.scenario import Scenario
from floorcast.study import DifferenceVerdict, TargetVerdict
from floorcast.study.alternatives.robust_words import Beside
from floorcast.ui.base.look import safe
from floorcast.ui.results.verdicts import TONES, WHY_NOT_REACHED

MORE = ("satisfaction", "occupancy", "cost")  # below the targets
MOST_NAMED = 3
Values = Mapping[tuple[str, str, str, str], tuple[float | None, float | None, str]]
Key = tuple[str, str, str]  # measure, by, of


@dataclass(frozen=True)
class Against:
    """What the best policy is compared with: its name in words, and the differences by measure and thing."""

    name: str
    differences: Mapping[Key, DifferenceVerdict]


def ranking(
    verdicts: Sequence[TargetVerdict], policies: Sequence[str], differences: Sequence[DifferenceVerdict] = ()
) -> list[list[str]]:
    """Policies from best to worst, equal ones together: fewest targets surely missed, then most surely met,
    then whoever is surely cheaper."""
    number: Counter[tuple[str, str]] = Counter((one.policy, one.verdict) for one in verdicts)
    alike: dict[tuple[int, int], list[str]] = {}
    for policy in policies:
        alike.setdefault((number[policy, "missed"], -number[policy, "met"]), []).append(policy)
    costs = [one for one in differences if (one.row.measure, one.row.by) == ("cost", "all")]
    cheaper = {(one.policy, one.against) for one in costs if one.verdict == "better"}
    cheaper |= {(one.against, one.policy) for one in costs if one.verdict == "worse"}
    found = []
    for key in sorted(alike):
        left = alike[key]
        while left:
            first = [one for one in left if not any((other, one) in cheaper for other in left)] or left
            found.append(first)
            left = [one for one in left if one not in first]
    return found


def sentence(
    verdicts: Sequence[TargetVerdict], policies: Sequence[str], order: Sequence[Sequence[str]], against: Against | None
) -> str:
    """The outcome in a few sentences, as HTML: the winner, what it gains, its price and its cost.

    order: as `ranking` gives it.
    """
    total = len({_target_key(one) for one in verdicts})
    number: Counter[tuple[str, str]] = Counter((one.policy, one.verdict) for one in verdicts)
    if not total:
        return "This scenario sets no targets: add some under <code>targets</code> to get an answer."
    if not any(number[policy, word] for policy in policies for word in ("met", "missed")):
        return "Too few replications to tell: no target is decided yet."
    best, *rest = order
    names = _and([f"<b>{safe(human(name))}</b>" for name in best])
    if len(policies) == 1:
        return f"{names} {_tally(number, policies[0], total)}."
    if not rest:
        return f"{names} come out the same: each {_tally(number, best[0], total)}."
    others = [name for group in rest for name in group]
    by_missed = {number[name, "missed"] for name in others} != {number[best[0], "missed"]}
    what, verb = ("missed", "misses") if by_missed else ("met", "keeps")
    theirs = sorted({number[name, what] for name in others})
    word = "other" if len(others) == 1 else "others"
    place = "is the best" if len(best) == 1 else "share the first place"
    open_ = number[best[0], "undecided"]
    text = (
        f"{names} {place} of {len(policies)}: {'it' if len(best) == 1 else 'each'} {verb}"
        f" {number[best[0], what]} of {count(total, 'target')} for sure, the {word}"
        f" {f'{theirs[0]}' if len(theirs) == 1 else f'{theirs[0]} to {theirs[-1]}'}"
        f"{f'; {open_} cannot be told yet' if open_ else ''}."
    )
    if against is not None:
        text += _gains(against)
    return text


def _tally(number: Mapping[tuple[str, str], int], policy: str, total: int) -> str:
    met, missed, open_ = (number[policy, word] for word in ("met", "missed", "undecided"))
    text = f"keeps {met} of {count(total, 'target')} for sure and misses {missed}"
    return f"{text}; {open_} cannot be told yet" if open_ else text


def _gains(against: Against) -> str:
    """What the best gains and gives up, largest first, and what it costs."""
    told = [one for one in against.differences.values() if one.row.measure not in ("cost", "occupancy")]
    parts = []
    for verdict, words in (("better", "It gains"), ("worse", "Its price")):
        ones = sorted((one for one in told if one.verdict == verdict), key=lambda one: -_size(one))
        seen: dict[str, DifferenceVerdict] = {}
        for one in ones:
            seen.setdefault(one.row.of if one.row.by != "all" else one.row.measure, one)
        if seen:
            said = [_said(one) for one in list(seen.values())[:MOST_NAMED]]
            parts.append(f"{words}: {', '.join(said)}.")
    cost = against.differences.get(("cost", "all", "all"))
    if cost is not None and known(cost.mean):
        if cost.verdict == "the same":
            parts.append("At the same cost.")
        elif cost.verdict == "cannot tell yet":
            parts.append("A difference in cost cannot be told.")
        else:
            parts.append(f"Cost {difference(cost.mean, 'money')}.")
    text = " ".join(parts)
    return f" <span class='fc-against'>Against {safe(against.name)}:</span> {text}" if text else ""


def _said(one: DifferenceVerdict) -> str:
    base = one.row.measure.partition(" ")[0]
    name = "in time" if base == "service_level" else measure_name(base).lower().partition(", 1 to ")[0].replace(", 90 % are faster", " (90 %)")
    whole = "all contacts " if base == "service_level" else ""
    what = whole if one.row.by == "all" else f"{human(one.row.of)} "
    return f"{safe(what)}{safe(name)} {difference(one.mean, one.row.unit)}"


def _size(one: DifferenceVerdict) -> float:
    """How much a difference is, in its own half widths: units differ."""
    return abs(one.mean) / one.half_width if one.half_width > 0 else math.inf


def scoreboard(
    verdicts: Sequence[TargetVerdict],
    policies: Sequence[str],
    scenario: Scenario,
    values: Values,
    look: Look,
    best: str,
    against: Against | None,
    beside: Beside | None = None,
) -> str:
    """Rows targets, columns policies, one cell a sign and a number; the last column the difference.

    beside: what the study's verdicts owe to what is assumed, where they were held against it.
    """
    said = beside or Beside(None)
    by_target: dict[Key | tuple[object, ...], dict[str, TargetVerdict]] = {}
    for one in verdicts:
        by_target.setdefault(_target_key(one), {})[one.policy] = one
    number: Counter[tuple[str, str]] = Counter((one.policy, one.verdict) for one in verdicts)
    head = "".join(
        f'<th scope="col"{" class=fc-best" if policy == best and len(policies) > 1 else ""}>'
        f'<span class="fc-swatch" style="background:{look.policy(place)}"></span>{safe(human(policy))}'
        f'<span class="fc-sub">{_short(number, policy)}</span></th>'
        for place, policy in enumerate(policies)
    )
    if against is not None:
        head += f'<th scope="col">{safe(human(best))}<span class="fc-sub">against {safe(against.name)}</span></th>'
    rows = []
    for ones in by_target.values():
        target = next(iter(ones.values())).target
        what = "All" if target.by == "all" else human(target.of)
        cells = "".join(_cell(ones.get(policy), human(policy), said) for policy in policies)
        row = (target.measure, target.by, target.of)
        misses = any(one.verdict == "missed" for one in ones.values())
        cells += _gap(against, row, target.name, neutral=target.measure == "occupancy" and not misses,
                      beside=said)  # fmt: skip
        asked = f"{target_name(target, scenario)}, {target_bounds(target)}"
        rows.append(_row(target.measure, what, asked, cells))
    shown = {one.target.measure for one in verdicts if one.target.by == "all"}
    for measure in MORE:
        found = [values.get((policy, measure, "all", "all")) for policy in policies]
        if measure in shown or not any(one is not None and known(one[0]) and one[0] for one in found):
            continue
        cells = "".join(
            f'<td data-label="{safe(human(policy))}"><span class="fc-value">'
            f"{_plain(one, measure, scenario)}</span></td>"
            for policy, one in zip(policies, found)
        )
        cells += _gap(against, (measure, "all", "all"), measure, neutral=measure == "occupancy")
        rows.append(_row(measure, measure_name(measure), "", cells))
    return (
        '<table class="fc-score"><caption class="fc-hidden">Targets by policy: met, missed or not decided, with the'
        " mean</caption>"
        f'<thead><tr><th scope="col">Target</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _row(measure: str, what: str, asked: str, cells: str) -> str:
    kind = "" if asked else ' class="fc-plain"'
    return (
        f'<tr{kind}><th scope="row" title="{safe(measure_help(measure))}"><b>{safe(what)}</b>'
        f' <span class="fc-sub">{safe(asked)}</span></th>{cells}</tr>'
    )


def _target_key(one: TargetVerdict) -> tuple[object, ...]:
    target = one.target
    return target.measure, target.by, target.of, target.name, target.at_least, target.at_most


def _short(number: Mapping[tuple[str, str], int], policy: str) -> str:
    signs = (("met", "✓"), ("missed", "✗"), ("undecided", "?"))
    return " ".join(
        f'<span title="{word}">{sign}&#8239;{number[policy, word]}</span>'
        for word, sign in signs
        if number[policy, word]
    )


def _cell(one: TargetVerdict | None, policy: str, said: Beside) -> str:
    if one is None:
        return f'<td data-label="{safe(policy)}"></td>'
    if math.isnan(one.mean):
        return f'<td data-label="{safe(policy)}"><span class="fc-sub">nothing to measure</span></td>'
    sign, word = VERDICTS.get(one.verdict, UNDECIDED_TARGET)
    ends = interval(one.mean, one.half_width, one.target.unit) if known(one.half_width) else "no range"
    if math.isinf(one.mean):
        ends = WHY_NOT_REACHED
    tone = TONES.get(one.verdict, "unsure")
    periods = f" in {one.target.label}" if one.target.label else ""
    mark, why = said.target(one)
    beside = f' <span class="fc-sub">{safe(mark)}</span>' if mark else ""
    within = f"{ends}{safe(periods)}" + (f"<br>{safe(why)}" if why else "")
    return (
        f'<td class="fc-{tone}" data-label="{safe(policy)}" title="{word}: {ends}{safe(periods)}">'
        + _opens(
            f'<span aria-hidden="true">{sign}</span><span class="fc-hidden">{word}</span>'
            f' <span class="fc-value">{quantity(one.mean, one.target.unit)}</span>{beside}', within,
        )
        + "</td>"
    )


def _plain(one: tuple[float | None, float | None, str] | None, measure: str, scenario: Scenario) -> str:
    if one is None:
        return "–"
    text = quantity(one[0], one[2])
    currency = getattr(scenario, "currency", "")
    return f"{text}&#8239;{safe(currency)}" if measure == "cost" and currency else text


def _gap(
    against: Against | None, row: Key, name: str, *, neutral: bool, beside: Beside | None = None
) -> str:
    if against is None:
        return ""
    one = against.differences.get((name, *row[1:])) or against.differences.get(row)
    label = f"Against {against.name}"
    if one is None or not known(one.mean):
        return f'<td data-label="{safe(label)}">–</td>'
    if one.verdict == "the same":
        return f'<td data-label="{safe(label)}" class="fc-quiet">the same</td>'
    ends = difference_interval(one.mean, one.half_width, one.row.unit)
    if one.verdict == "cannot tell yet":
        sign, word, tone = "?", "cannot tell yet", "fc-quiet"
    elif neutral:
        sign, word, tone = ("↑", "higher", "fc-quiet") if one.mean > 0 else ("↓", "lower", "fc-quiet")
    else:
        sign, word = VERDICTS[one.verdict]
        tone = "fc-gain" if one.verdict == "better" else "fc-loss"
    mark, why = (beside or Beside(None)).difference(one)
    owed = f' <span class="fc-sub">{safe(mark)}</span>' if mark else ""
    return (
        f'<td class="{tone}" data-label="{safe(label)}" title="{safe(word)}: {ends}">'
        + _opens(
            f'<span aria-hidden="true">{sign}</span><span class="fc-hidden">{safe(word)}</span>'
            f" {difference(one.mean, one.row.unit)}{owed}", f"{ends}<br>{safe(why)}" if why else ends,
        )
        + "</td>"
    )  # fmt: skip


def _opens(shown: str, within: str) -> str:
    """A number that opens its range when it is pressed, tapped, or chosen by the keyboard."""
    return f'<details><summary>{shown}</summary><span class="fc-within">{within}</span></details>'


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
