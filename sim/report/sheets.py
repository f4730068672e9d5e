"""A study's figures as sheets for spreadsheets: numbers, units, verdicts, and intervals with their timestamps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from floorcast.charts.words import measure_help, measure_name
from floorcast.measures.series import RATIOS
from floorcast.report.workbook import Column, Sheet
from floorcast.store.cube.cut import Cube

_BY = Column("by", "", "what kind of thing the figure is of")
_OF = Column("of", "", "which of them")
_MEAN = Column("mean", "", "estimate over the replications, in the unit of its row; empty: nothing to measure", True)
_HALF = Column("half_width", "", "half width of the 95 % interval of the mean", True)
_UNIT = Column("unit", "", "share (0 to 1), s (seconds), contacts, agents, money and others")
_VERDICT = Column("verdict", "", "holds for all of the sheet together with 95 % confidence")
_ROBUST = (
    Column("assumptions", "", "whether the verdict survives the range of each assumed number: it holds, at how many"
                              " ends it does, or it turns"),
    Column("where", "", "the same as a sentence, with the ends at which it turns"),
)  # fmt: skip
_POLICY = Column("policy", "", "the policy, and the variant where there are several")
_MEASURE = Column("measure", "", "its name in files")
_INTERVAL_MEASURES = ("offered", "handled", "abandoned", "service_level", "asa", "backlog")


def study_sheets(document: Mapping[str, Any]) -> list[Sheet]:
    """Targets, differences and measures of a study's document, and what verdicts were held against, where they were."""
    owed = _ROBUST if "robust" in document else ()
    sheets = [
        Sheet(
            "Targets",
            [_POLICY, _BY, _OF, Column("target", "", "as written"), _MEAN, _HALF, _UNIT, _VERDICT, *owed],
            [
                [e["policy"], e["by"], e["of"], e["target"], *_figure(e), e.get("unit", ""), e["verdict"], *_owed(e)]
                for e in document["targets"]
            ],
        ),
        Sheet(
            "Differences",
            [_POLICY, Column("against", "", "the policy it is compared with"), _BY, _OF, _MEASURE, _MEAN, _HALF, _UNIT,
             _VERDICT, *owed],
            [
                [e["policy"], e["against"], e["by"], e["of"], e["measure"], *_figure(e), _unit(document, e),
                 e["verdict"], *_owed(e)]
                for e in document["differences"]
            ],
        ),
        Sheet(
            "Measures",
            [_POLICY, _BY, _OF, _MEASURE, Column("name", "", "the measure in plain words"),
             _MEAN, _HALF, _UNIT, Column("meaning", "", "what is measured")],
            [
                [e["policy"], e["by"], e["of"], e["measure"], measure_name(e["measure"], e["by"]), *_figure(e),
                 e["unit"], measure_help(e["measure"])]
                for e in document["measures"]
            ],
        ),
        Sheet(
            "Assumed",
            [Column("number", "", "where it stands in the scenario"), Column("written", "", "as the scenario has it"),
             Column("low", "", "lower end of its range"), Column("high", "", "upper end of its range"),
             Column("why", "", "where the range is from"), Column("policy", "", "of which it is; empty: the scenario")],
            [
                [e["number"], e["written"], e["low"], e["high"], e["why"], e.get("policy", "")]
                for e in document.get("robust", {}).get("assumed", ())
            ],
        ),
    ]  # fmt: skip
    return [sheet for sheet in sheets if sheet.rows]


def _owed(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (entry["robust"], entry["robust_why"]) if "robust" in entry else ()


def cube_sheet(cube: Cube, name: str = "Cube") -> Sheet:
    """A cube's cells; intervals and days are real dates."""
    columns = [Column(one, "", _meaning(one)) for one in cube.by]
    for ratio in cube.measures:
        columns.append(Column(ratio.name, ratio.unit, measure_help(ratio.name)))
        columns.append(Column(f"{ratio.name}_half_width", ratio.unit, "half width of its 95 % interval"))
    columns.append(Column("replications", "", "on how many replications the figures rest"))
    return Sheet(name, columns, list(_cells(cube)))


def intervals_sheet(folder: Any) -> Sheet:
    """A kept study's day by policy, channel and interval, with timestamps. Raises StudyError."""
    from floorcast.store.cube.cut import cut

    measures = [name for name in _INTERVAL_MEASURES if name in RATIOS]
    return cube_sheet(cut(folder, ("policy", "channel", "interval"), measures), "Intervals")


def _cells(cube: Cube) -> Iterator[Sequence[Any]]:
    for cell in cube.cells:
        figures = [one for pair in zip(cell.mean, cell.half_width, strict=True) for one in pair]
        yield [*(_real(name, one) for name, one in zip(cube.by, cell.place, strict=True)), *figures, cube.replications]


def _real(name: str, text: str) -> Any:
    if name == "interval":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if name in ("day", "week") else text


def _meaning(name: str) -> str:
    return {
        "interval": "when the interval begins, local time",
        "day": "date",
        "week": "its Monday",
        "hour": "hour of the day, over all days",
        "weekday": "day of the week, over all weeks",
        "policy": "the policy, and the variant where there are several",
        "variant": "the change of the scenario",
        "contact": "the number of the contact in its replication",
        "replication": "which of the possible courses",
    }.get(name, f"the {name.replace('_', ' ')} of the contacts")


def _figure(entry: Mapping[str, Any]) -> tuple[Any, Any]:
    return ("not reached" if entry.get("not_reached") else entry["mean"], entry["half_width"])


def _unit(document: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    key = (entry["measure"], entry["by"], entry["of"])
    return next((str(e["unit"]) for e in document["measures"] if (e["measure"], e["by"], e["of"]) == key), "")
