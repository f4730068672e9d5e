"""Distributions as people write them, turned into `Distribution`.

A bare quantity is a constant (`185s`), everything else a mapping with one key, `{lognormal: {mean:
185s, scv: 1.5}}`, or the
same as text, `exponential: 5 min`. Quantities of time need units, plain quantities (reach, value,
turns) are numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.scenario.read.problems import Findings, Wrong, decimal_point, found, unknown
from floorcast.scenario.read.units import parse_duration, parse_number, parse_share
from floorcast.scenario.words import distributions as make
from floorcast.scenario.words.csv_tables import Folder, read_table
from floorcast.scenario.words.distributions import Distribution

Quantity = Callable[[object], float]
FORMS = (
    "constant", "exponential", "lognormal", "gamma", "erlang", "uniform", "weibull", "pareto", "geometric", "poisson",
    "empirical", "mixture",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How to read one distribution: `quantity` parses its size, `timed` says it is a time, `folder`
    holds its CSV."""

    timed: bool
    folder: Folder | None = None

    def quantity(self, value: object) -> float:
        """A duration in seconds, or a plain number of at least 0."""
        return parse_duration(value) if self.timed else _at_least_zero(value)

    @property
    def example(self) -> str:
        """A hint for messages."""
        return "5 min or {exponential: 5 min}" if self.timed else "3 or {exponential: 3}"


def parse_distribution(value: object, timed: bool, folder: Folder | None = None) -> Distribution:
    """A distribution of times (seconds) or of plain numbers. Raises `Wrong` with every finding."""
    if isinstance(value, Distribution):
        return value
    reading = Reading(timed, folder)
    if isinstance(value, str) and ":" in value and value.split(":", 1)[0].strip() in FORMS:
        form, _, size = value.partition(":")
        text: object = size.strip()
        if not timed or form.strip() in ("geometric", "poisson"):
            try:
                text = float(size)
            except ValueError:
                pass
        value = {form.strip(): text}
    if not isinstance(value, dict):
        return make.constant(_quantity_or_form(value, reading))
    if len(value) != 1:
        raise found(value, f"one distribution, such as {reading.example}")
    form, body = next(iter(value.items()))
    if form not in FORMS:
        raise unknown("distribution", str(form), FORMS)
    try:
        return _READERS[form](body, reading)
    except Wrong as error:
        raise error.under(form) from None
    except OverflowError:
        raise found(body, "sizes that give a finite distribution").under(form) from None


def _quantity_or_form(value: object, reading: Reading) -> float:
    try:
        return reading.quantity(value)
    except Wrong as error:
        said, comma = error.findings[0].message, decimal_point(value)
        form = f", or a distribution such as {reading.example.split(' or ')[1]}"
        raise Wrong(said.removesuffix(comma) + form + comma) from None


def _at_least_zero(value: object) -> float:
    number = parse_number(value, "a number of at least 0")
    if number < 0:
        raise found(value, "a number of at least 0")
    return number


def _above_zero(value: object) -> float:
    number = parse_number(value, "a number above 0")
    if not 1e-3 <= number <= 1e6:
        raise found(value, "a number from 0.001 to 1000000")
    return number


def _fields(
    body: object, readers: dict[str, Quantity], needed: tuple[str, ...]
) -> dict[str, float]:
    """Read the keys of a distribution's body, all findings together."""
    if not isinstance(body, dict):
        raise found(body, "a mapping with " + ", ".join(readers))
    findings = Findings()
    values: dict[str, float] = {}
    for key, raw in body.items():
        try:
            if key not in readers:
                raise unknown("key", str(key), readers)
            values[key] = readers[key](raw)
        except Wrong as error:
            findings.add(error, str(key))
    for key in needed:
        if key not in body:
            findings.add(
                Wrong(
                    f"found no {key!r}; allowed keys {', '.join(readers)}, of which {key!r} is needed"
                )
            )
    findings.settle()
    return values


def _one_of(values: dict[str, float], *names: str) -> str:
    given = [name for name in names if name in values]
    if len(given) != 1:
        raise Wrong(
            f"found {' and '.join(given) or 'none'} of {', '.join(names)}; allowed exactly one of them"
        )
    return given[0]


def _constant(body: object, reading: Reading) -> Distribution:
    return make.constant(reading.quantity(body))


def _exponential(body: object, reading: Reading) -> Distribution:
    mean = (
        _fields(body, {"mean": reading.quantity}, ("mean",))["mean"]
        if isinstance(body, dict)
        else reading.quantity(body)
    )
    if mean <= 0:
        raise found(body if not isinstance(body, dict) else body["mean"], "a mean above 0").under(
            *(("mean",) if isinstance(body, dict) else ())
        )
    return make.exponential(mean)


def _lognormal(body: object, reading: Reading) -> Distribution:
    q = reading.quantity
    readers: dict[str, Quantity] = {
        "mean": q,
        "median": q,
        "scv": _at_least_zero,
        "sd": q,
        "sigma": _at_least_zero,
    }
    values = _fields(body, readers, ())
    centre = _one_of(values, "mean", "median")
    spread = _one_of(
        values, *(("scv", "sd", "sigma") if centre == "mean" else ("sd", "sigma", "scv"))
    )
    size, wide = values[centre], values[spread]
    if size <= 0:
        raise found(size, "a size above 0").under(centre)
    if spread == "sigma":
        sigma = wide
    elif spread == "scv":
        sigma = math.sqrt(math.log1p(wide))
    elif centre == "mean":
        sigma = math.sqrt(math.log1p((wide / size) ** 2))
    else:  # variance of a lognormal by its median m: m^2 w (w - 1) with w = exp(sigma^2)
        sigma = math.sqrt(math.log((1 + math.sqrt(1 + 4 * (wide / size) ** 2)) / 2))
    if sigma > 6:
        raise found(wide, "a spread whose sigma of the log is at most 6").under(spread)
    return make.lognormal(math.log(size) - (sigma * sigma / 2 if centre == "mean" else 0.0), sigma)


def _gamma(body: object, reading: Reading) -> Distribution:
    readers: dict[str, Quantity] = {
        "mean": reading.quantity, "scv": _at_least_zero, "sd": reading.quantity, "shape": _above_zero,
    }  # fmt: skip
    values = _fields(body, readers, ("mean",))
    spread, mean = _one_of(values, "scv", "sd", "shape"), values["mean"]
    if spread == "shape":
        return make.gamma(mean, values["shape"])
    scv = values["scv"] if spread == "scv" else (values["sd"] / mean) ** 2 if mean > 0 else 0.0
    if scv == 0:
        return make.constant(mean)
    if not 1e-6 <= scv <= 1e3:
        raise found(values[spread], "a spread whose SCV is 0, or from 0.000001 to 1000").under(
            spread
        )
    return make.gamma(mean, 1 / scv)


def _erlang(body: object, reading: Reading) -> Distribution:
    values = _fields(body, {"mean": reading.quantity, "k": _stages}, ("mean", "k"))
    return (
        make.exponential(values["mean"])
        if values["k"] == 1
        else make.gamma(values["mean"], values["k"])
    )


def _stages(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
        raise found(value, "a whole number from 1 to 10000")
    return float(value)


def _uniform(body: object, reading: Reading) -> Distribution:
    values = _fields(body, {"from": reading.quantity, "to": reading.quantity}, ("from", "to"))
    if values["to"] < values["from"]:
        raise found(body["to"], "at least 'from'").under("to")  # type: ignore[index]
    return make.uniform(values["from"], values["to"])


def _weibull(body: object, reading: Reading) -> Distribution:
    values = _fields(body, {"mean": reading.quantity, "shape": _shape}, ("mean", "shape"))
    return make.weibull(values["mean"], values["shape"])


def _pareto(body: object, reading: Reading) -> Distribution:
    values = _fields(body, {"minimum": reading.quantity, "shape": _shape}, ("minimum", "shape"))
    if values["minimum"] <= 0:
        raise found(values["minimum"], "a size above 0").under("minimum")
    if reading.timed and values["shape"] <= 1:
        raise found(values["shape"], "a shape above 1, so that the mean time is finite").under(
            "shape"
        )
    return make.pareto(values["minimum"], values["shape"])


def _shape(value: object) -> float:
    number = parse_number(value, "a number from 0.1 to 1000")
    if not 0.1 <= number <= 1000:
        raise found(value, "a number from 0.1 to 1000")
    return number


def _counting(
    least: float, most: float, build: Callable[[float], Distribution]
) -> Callable[[object, Reading], Distribution]:
    def read(body: object, reading: Reading) -> Distribution:
        words = f"a mean from {least:g} to {most:g}"

        def mean_of(value: object) -> float:
            mean = reading.quantity(value) if reading.timed else parse_number(value, words)
            if not least <= mean <= most:
                raise found(value, words)
            return mean

        return build(
            _fields(body, {"mean": mean_of}, ("mean",))["mean"]
            if isinstance(body, dict)
            else mean_of(body)
        )

    return read


def _mixture(body: object, reading: Reading) -> Distribution:
    if not isinstance(body, dict):
        raise found(body, "a mapping with zero (a share) and other (a distribution)")
    findings = Findings()
    parts: dict[str, Any] = {}
    for key, raw in body.items():
        try:
            if key == "zero":
                parts["zero"] = parse_share(raw)
            elif key == "other":
                parts["other"] = parse_distribution(raw, reading.timed, reading.folder)
            else:
                raise unknown("key", str(key), ("zero", "other"))
        except Wrong as error:
            findings.add(error, str(key))
    for key in ("zero", "other"):
        if key not in body:
            findings.add(
                Wrong(
                    f"found no {key!r}; allowed zero (a share) and other (a distribution), both needed"
                )
            )
    findings.settle()
    return make.with_zero(parts["zero"], parts["other"])


def _empirical(body: object, reading: Reading) -> Distribution:
    if not isinstance(body, dict) or ("values" in body) == ("csv" in body):
        raise found(body, "a mapping with either values (and weights) or csv (and column, unit)")
    known = ("values", "weights") if "values" in body else ("csv", "column", "weight", "unit")
    findings = Findings()
    for key in body:
        if key not in known:
            findings.add(unknown("key", str(key), known), str(key))
    findings.settle()
    if "values" in body:
        values = _numbers(body["values"], reading.quantity, "values")
        weights = (
            _numbers(body["weights"], _at_least_zero, "weights")
            if "weights" in body
            else [1.0] * len(values)
        )
        if len(weights) != len(values):
            raise Wrong(
                f"found {len(weights)} weights for {len(values)} values; allowed one each"
            ).under("weights")
    else:
        values, weights = _csv_values(body, reading)
    if not sum(weights) > 0:
        raise Wrong("found weights that sum to 0; allowed at least one above 0")
    return make.empirical(values, weights)


def _numbers(raw: object, read: Quantity, name: str) -> list[float]:
    if not isinstance(raw, list) or not raw:
        raise found(raw, "a list with at least one value").under(name)
    findings = Findings()
    values: list[float] = []
    for index, item in enumerate(raw):
        try:
            values.append(read(item))
        except Wrong as error:
            findings.add(error, name, index)
    findings.settle()
    return values


def _csv_values(body: dict[str, Any], reading: Reading) -> tuple[list[float], list[float]]:
    if not isinstance(body.get("column"), str):
        raise found(body.get("column"), "the name of a column of the CSV").under("column")
    unit = 1.0
    if reading.timed:
        unit = parse_duration(f"1 {body['unit']}") if isinstance(body.get("unit"), str) else 0.0
        if unit == 0:
            raise found(body.get("unit"), "the unit of the column: s, min, h or day").under("unit")
    elif "unit" in body:
        raise Wrong("found a unit for plain numbers; allowed none").under("unit")
    wanted = [body["column"], *([body["weight"]] if "weight" in body else [])]
    table = read_table(reading.folder, body["csv"], wanted, under="csv")
    values = table.numbers(body["column"], least=0.0)
    weights = table.numbers(body["weight"], least=0.0) if "weight" in body else np.ones(len(values))
    return list(values * unit), list(weights)


_READERS: dict[str, Callable[[object, Reading], Distribution]] = {
    "constant": _constant,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "erlang": _erlang,
    "uniform": _uniform,
    "weibull": _weibull,
    "pareto": _pareto,
    "geometric": _counting(1, 4000, make.geometric),
    "poisson": _counting(0, 100_000, make.poisson),
    "empirical": _empirical,
    "mixture": _mixture,
}
