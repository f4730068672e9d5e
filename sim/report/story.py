"""What a report says: the question, the answer, verdicts, the day, cost, how sure, assumptions, limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.charts.quantities import count, difference, estimate, known
from floorcast.charts.words import human, measure_name, spoken, team_name
from floorcast.report.sheets import intervals_sheet, study_sheets
from floorcast.report.workbook import Sheet
from floorcast.scenario.catalogue.measures import WITHIN
from floorcast.store import StudyError, StudyResult, load_study
from floorcast.store.cube.cut import start_of
from floorcast.store.curves import read_curve
from floorcast.store.folder import read_manifest
from floorcast.study import DifferenceVerdict, TargetVerdict, difference_verdicts, target_verdicts
from floorcast.study.alternatives.robust_words import Beside
from floorcast.study.doubts import doubts
from floorcast.study.through_time import Curve

# What the model leaves out, said to whoever reads a report.
NOT_MODELLED = (
    "Outside events other than those written in the scenario: outages, weather, news.",
    "People who change how they work because of a policy, tire, or leave for good during the run.",
    "Contacts' worth in money: sales won or customers lost are not counted.",
    "Errors of the forecast beyond the variation written in the scenario.",
)


MOST_PICTURES = 16


@dataclass(frozen=True)
class Table:
    """A table of a report: its title, heads, and cells as text; marks say how a row ends (good, bad, open)."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A curve per policy with its band: through time, or over the steps that `labels` names. steps: each value holds
    until the next."""

    title: str
    unit: str
    policies: tuple[str, ...]
    curves: tuple[Any, ...]
    steps: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """What every report says, whatever it is about and whatever it is written as."""

    name: str
    subtitle: str
    question: str
    answer: tuple[str, ...]
    tables: tuple[Table, ...]
    cost: str
    sure: tuple[str, ...]
    assumptions: tuple[str, ...]
    not_modelled: tuple[str, ...]


@dataclass(frozen=True)
class Story(Contents):
    """Everything that a report on a study says."""

    result: StudyResult
    manifest: dict[str, Any]

    @property
    def start(self) -> datetime:
        """When the scenario begins."""
        return start_of(self.manifest)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The figures behind it, for a workbook."""
        assert self.result.folder is not None
        return [*study_sheets(self.result.document()), intervals_sheet(self.result.folder)]

    @cached_property
    def pictures(self) -> list[Picture]:
        """The day by interval: service level and backlog of each channel, and the people."""
        layout, policies = self.manifest["layout"], list(self.result.study.policies)[:4]
        wanted = [("service_level", "channel", name) for name in layout["channels"]]
        wanted += [("backlog", "channel", name) for name in layout["channels"]]
        wanted += [("agents_present", "all", "all"), ("occupancy", "all", "all")]
        found = []
        folder = self.result.folder
        assert folder is not None
        for measure, by, of in wanted[:MOST_PICTURES]:
            curves = []
            for policy in policies:
                try:
                    curves.append(read_curve(folder, policy, measure, by, of))
                except ValueError:  # of a variant without this channel
                    break
            if len(curves) == len(policies):
                title = measure_name(measure, by) + ("" if by == "all" else f": {human(of)}")
                found.append(Picture(title, curves[0].unit, tuple(policies), tuple(curves)))
        soon = _how_soon(self.result, policies)
        return found if soon is None else [*found, soon]


def _how_soon(result: StudyResult, policies: Sequence[str]) -> Picture | None:
    """The share of all posts with a reply of their own within so long; None where nobody posts."""
    study, curves = result.study, []
    places = [study.place.get((name, "funnel", "all posts")) for name, _ in WITHIN]
    if any(place is None for place in places):
        return None
    for policy in policies:
        at = study.estimates(study.policies.index(policy), [place for place in places if place is not None])
        curves.append(Curve("within", "share", np.arange(len(WITHIN), dtype=np.float64), at.mean, at.half_width()))
    labels = tuple(name.removeprefix("within_").replace("_", " ") for name, _ in WITHIN)
    return Picture("How soon posts are answered: with a reply of their own within", "share", tuple(policies),
                   tuple(curves), labels=labels)  # fmt: skip


def story_of(folder: Path) -> Story:
    """The report on a kept study. Raises StudyError if it is damaged or nothing of it is finished."""
    result, manifest = load_study(folder), read_manifest(folder)
    study = result.study
    if not study.replications:
        raise StudyError(f"{folder}: no replication is finished, so there is nothing to report")
    targets, differences = target_verdicts(study), difference_verdicts(study)
    layout = manifest["layout"]
    days = layout["n_intervals"] * layout["interval"] / 86400.0
    names = ", ".join(human(name) for name in study.policies)
    subtitle = (
        f"{count(round(days), 'day')} simulated {study.replications} times"
        + (f" from {layout['start'][:16].replace('T', ' ')}" if layout.get("start") else "")
        + f"; seed {study.seed}; Floorcast {manifest['versions']['floorcast']}"
    )
    several = len(study.policies) > 1
    question = f"Does {names} meet the targets of {study.scenario}?"
    if several:
        question = f"Which of {names} serves {study.scenario} best?"
    beside = result.beside()
    tables = _target_table(targets, beside), _difference_table(differences, beside), _assumed_table(beside)
    horizon = count(round(days), "day")
    return Story(
        study.scenario,
        subtitle,
        question,
        _answer(study.policies, targets, differences),
        tuple(table for table in tables if table.rows),
        _cost(result),
        (
            f"Every figure comes from {study.replications} possible courses of the same {horizon}: arrivals,"
            " handle times, patience and absences were drawn anew each time, for all policies alike.",
            "± is half the width of a 95 % interval. Verdicts of one table hold together with 95 % confidence;"
            " where chance cannot be ruled out the report says so.",
            *beside.summary(),
            *(doubt.text for doubt in doubts(study, {name: result.series(name) for name in study.policies})),
        ),
        _assumptions(manifest),
        _not_modelled(manifest),
        result,
        manifest,
    )  # fmt: skip


def _answer(
    policies: Sequence[str], targets: Sequence[TargetVerdict], differences: Sequence[DifferenceVerdict]
) -> tuple[str, ...]:
    """Three sentences: who keeps most targets, what is missed, and what the best gains or costs."""
    met = Counter(one.policy for one in targets if one.verdict == "met")
    total = len({(one.target.by, one.target.of, one.target.text) for one in targets})
    order = sorted(policies, key=lambda name: -met[name])
    best = order[0]
    said = []
    if not targets:
        said.append("The scenario sets no targets, so no policy can keep or miss them.")
    elif len(policies) > 1 and met[best] == met[order[1]]:
        equal = [human(name) for name in policies if met[name] == met[best]]
        said.append(f"{', '.join(equal)} keep equally many targets for sure: {met[best]} of {total}.")
    else:
        said.append(f"{human(best)} keeps {met[best]} of {count(total, 'target')} for sure.")
    missed = [one for one in targets if one.policy == best and one.verdict == "missed"]
    open_ones = [one for one in targets if one.policy == best and one.verdict == "undecided"]
    unsure = f"; {count(len(open_ones), 'target')} cannot be told yet" if open_ones else ""
    if missed:
        names = "; ".join(f"{human(one.target.of)}: {spoken(one.target.text)}" for one in missed[:4])
        more = f" and {len(missed) - 4} more" if len(missed) > 4 else ""
        said.append(f"It misses {names}{more}{unsure}.")
    elif targets:
        said.append(f"It misses none for sure{unsure}.")
    mine = [one for one in differences if best in (one.policy, one.against)]
    turned = {"better": "worse", "worse": "better"}
    words = Counter(one.verdict if one.policy == best else turned.get(one.verdict, one.verdict) for one in mine)
    if mine:
        said.append(
            f"Against the others {human(best)} is better on {words['better']}, worse on {words['worse']} and the"
            f" same on {words['the same']} of {len(mine)} comparisons; {words['cannot tell yet']} cannot be told yet."
        )
    else:
        said.append("Nothing was compared, for there is one policy.")
    return tuple(said)


def _target_table(targets: Sequence[TargetVerdict], beside: Beside) -> Table:
    words = {"met": "✓ met", "missed": "✗ missed", "undecided": "? undecided"}
    tones = {"met": "good", "missed": "bad", "undecided": "open"}
    rows = [
        (human(one.target.of), spoken(one.target.text), human(one.policy),
         estimate(one.mean, one.half_width, one.target.unit), _with(words[one.verdict], beside.target(one)))
        for one in targets
    ]  # fmt: skip
    marks = tuple(tones[one.verdict] for one in targets)
    return Table("Targets", ("Of", "Target", "Policy", "Estimate", "Verdict"), tuple(rows), marks)


def _difference_table(differences: Sequence[DifferenceVerdict], beside: Beside) -> Table:
    words = {"better": "▲ better", "worse": "▼ worse", "the same": "= the same", "cannot tell yet": "? cannot tell yet"}
    tones = {"better": "good", "worse": "bad"}
    rows = []
    for one in differences:
        width = f" ± {estimate(one.half_width, None, one.row.unit)}" if known(one.half_width) and one.half_width else ""
        of = "All" if one.row.by == "all" else human(one.row.of)
        rows.append(
            (of, measure_name(one.row.measure, one.row.by), f"{human(one.policy)} against {human(one.against)}",
             difference(one.mean, one.row.unit) + width.replace("%", "points"),
             _with(words[one.verdict], beside.difference(one)))
        )  # fmt: skip
    marks = tuple(tones.get(one.verdict, "open") for one in differences)
    heads = ("Of", "Measure", "Policies", "Difference", "Verdict")
    return Table("Differences on the same customers", heads, tuple(rows), marks)


def _with(verdict: str, owed: tuple[str, str]) -> str:
    """A verdict with what it owes to what is assumed, in as many words as that takes."""
    mark, why = owed
    return f"{verdict}; {mark if mark == 'holds' else why}" if mark else verdict


def _assumed_table(beside: Beside) -> Table:
    """The assumed numbers that verdicts were held against."""
    rows = [
        (one["number"] + (f" ({human(one['policy'])})" if one.get("policy") else ""), one["written"],
         f"{one['low']} to {one['high']}", one["why"])
        for one in beside.ranges()
    ]  # fmt: skip
    title = "Assumed numbers, and the ranges that verdicts were held against"
    return Table(title, ("Number", "Written", "Range", "From"), tuple(rows))


def _cost(result: StudyResult) -> str:
    study = result.study
    parts = []
    unit = f" {result.currency}".rstrip()
    for number, name in enumerate(study.policies):
        place = study.place.get(("cost", "all", "all"))
        if place is None:
            continue
        found = study.estimates(number, [place])
        if known(float(found.mean[0])) and float(found.mean[0]):
            mean = float(found.mean[0])
            said = f"{human(name)}: {estimate(mean, float(found.half_width()[0]), 'money')}{unit}"
            handled = float(study.estimates(number, [study.place["handled", "all", "all"]]).mean[0])
            parts.append(said + (f" ({mean / handled:,.2f}{unit} a contact handled)" if handled > 0 else ""))
    return "Paid hours cost " + "; ".join(parts) + "." if parts else "The scenario gives no cost per hour."


def _not_modelled(manifest: dict[str, Any]) -> tuple[str, ...]:
    """What is left out; where customers are known, what losing them costs is not."""
    if not _written(manifest).get("customers"):
        return NOT_MODELLED
    sales = "Contacts' worth in money: sales won are not counted."
    return tuple(sales if "worth" in one else one for one in NOT_MODELLED)


def _written(manifest: dict[str, Any]) -> dict[str, Any]:
    """The scenario's file as plain data; empty where it cannot be read."""
    import yaml

    try:
        data = yaml.safe_load(manifest["scenario"]["text"])
    except yaml.YAMLError:
        data = None
    return data if isinstance(data, dict) else {}


def _assumptions(manifest: dict[str, Any]) -> tuple[str, ...]:
    """What was assumed, as far as the scenario's text says it."""
    data = _written(manifest)
    said = []
    if isinstance(data.get("description"), str):
        said.append(" ".join(data["description"].split()))
    for name, group in (data.get("groups") or {}).items():
        if isinstance(group, dict):
            absent = f", absence {group['absence']}" if "absence" in group else ""
            said.append(f"{team_name(str(name))}: on {_listed(group.get('channels'))}{absent}.")
    for name, kind in (data.get("contact_types") or {}).items():
        if isinstance(kind, dict):
            patience = f"; patience {_short(kind['patience'])}" if "patience" in kind else ""
            said.append(f"{human(str(name))}: by {kind.get('channel')}; work {_short(kind.get('work'))}{patience}.")
    for key, value in manifest["scenario"].get("changes", {}).items():
        said.append(f"Changed from the file: {key} = {value}.")
    return tuple(said[:40])


def _listed(value: Any) -> str:
    names = list(value) if isinstance(value, dict | list) else [value]
    return ", ".join(str(one) for one in names)


def _short(value: Any) -> str:
    if isinstance(value, dict) and value:
        kind, inner = next(iter(value.items()))
        if kind == "empirical":
            return f"as measured ({inner['csv']})" if isinstance(inner, dict) and "csv" in inner else "as measured"
        if isinstance(inner, dict):
            inside = ", ".join(f"{key} {one}" for key, one in inner.items() if not isinstance(one, dict | list))
            return f"{kind} ({inside})" if inside else str(kind)
        return f"{kind} {inner}" if not isinstance(inner, list) else str(kind)
    return str(value)
