"""What verification expects: cases, their figures and where each figure comes from.

Read from scenarios/verification/expected.yaml, whose head explains its keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from floorcast.scenario.read.units import parse_duration, parse_share
from floorcast.shipped import SCENARIOS
from floorcast.verification.tally import UNITS, Figure

FOLDER = SCENARIOS / "verification"
NORMAL_95, NORMAL_90 = 1.959964, 1.644854
_KEYS = {
    *("measure", "by", "of", "within", "from", "to", "per", "window", "about", "size"),
    *("expected", "exact"),
    *("half_width", "confidence", "standard_error", "assumed", "weight", "source"),
}


@dataclass(frozen=True)
class Expectation:
    """One figure with its expected value.

    `standard_error` is that of the source, 0 for an exact value; `half_width` the source's at 95 %;
    `assumed` says that the source prints none and this one was chosen. `weight` is the figure's part
    of the error allowed to all figures: a hard one gets more, and so needs fewer replications.
    """

    figure: Figure
    value: float
    standard_error: float
    source: str
    assumed: bool = False
    weight: float = 1.0

    @property
    def exact(self) -> bool:
        """Whether the value has no error of its own."""
        return self.standard_error == 0.0

    @property
    def half_width(self) -> float:
        """Half-width of the source's value at 95 %."""
        return NORMAL_95 * self.standard_error


@dataclass(frozen=True)
class Case:
    """A scenario file and what is expected of it."""

    name: str
    title: str
    scenario: Path
    expectations: tuple[Expectation, ...]
    quick: bool


def load_cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """All cases of `folder`/expected.yaml, in its order.

    Raises FileNotFoundError without the file and ValueError for an entry that does not make sense.
    """
    with open(folder / "expected.yaml", encoding="utf-8") as file:
        entries: dict[str, dict[str, Any]] = yaml.safe_load(file)
    return tuple(_case(name, entry, folder) for name, entry in entries.items())


def _case(name: str, entry: dict[str, Any], folder: Path) -> Case:
    return Case(
        name=name,
        title=entry["title"],
        scenario=folder / entry["scenario"],
        expectations=tuple(_expectation(name, row, entry["source"]) for row in entry["figures"]),
        quick=bool(entry.get("quick", False)),
    )


def _expectation(case: str, row: dict[str, Any], source: str) -> Expectation:
    unknown = set(row) - _KEYS
    if unknown:
        raise ValueError(f"expected.yaml: {case}: found {sorted(unknown)[0]!r}; allowed {_KEYS}")
    if row["measure"] not in UNITS:
        raise ValueError(f"expected.yaml: {case}: no figure {row['measure']!r}; allowed {[*UNITS]}")
    figure = Figure(
        measure=row["measure"],
        by=row.get("by", "all"),
        of=row.get("of", "all"),
        within=_duration(row, "within"),
        start=_duration(row, "from"),
        end=_duration(row, "to"),
        per=float(row["per"]) if "per" in row else None,
        window=_duration(row, "window"),
        about=float(row["about"]) if "about" in row else None,
        size=int(row["size"]) if "size" in row else None,
    )
    error = _standard_error(case, row)
    return Expectation(
        figure=figure,
        value=float(row["expected"]),
        standard_error=error,
        source=row.get("source", source),
        assumed=bool(row.get("assumed", False)),
        weight=float(row.get("weight", 1.0)),
    )


def _duration(row: dict[str, Any], key: str) -> float | None:
    return parse_duration(row[key]) if key in row else None


def _standard_error(case: str, row: dict[str, Any]) -> float:
    given = [key for key in ("exact", "half_width", "standard_error") if row.get(key)]
    if len(given) != 1:
        raise ValueError(
            f"expected.yaml: {case}: {row['measure']} has {given or 'none'} of exact, half_width and"
            " standard_error; allowed exactly one"
        )
    if given == ["exact"]:
        return 0.0
    if given == ["standard_error"]:
        return float(row["standard_error"])
    quantiles = {0.95: NORMAL_95, 0.9: NORMAL_90}
    share = round(parse_share(row.get("confidence", "95 %")), 6)
    if share not in quantiles:
        raise ValueError(f"expected.yaml: {case}: confidence {share:g}; allowed 95 % or 90 %")
    return float(row["half_width"]) / quantiles[share]
