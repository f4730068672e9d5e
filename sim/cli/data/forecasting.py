"""`floorcast forecast`: the coming weeks from history."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli.data.backtesting import HistoryFolder
from floorcast.cli.faults import BadInput, plain_ending

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from floorcast.history.forecast.forecasting import Forecast


def forecast(
    history: HistoryFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder to write.")] = Path("forecast"),
    weeks: Annotated[int, typer.Option("--weeks", metavar="N", min=1, max=52, help="How many weeks ahead.")] = 4,
    growth: Annotated[
        str, typer.Option("--growth", metavar="PERCENT", help="Growth on top of what the past suggests: +5%.")
    ] = "0%",
    campaign: Annotated[
        list[str] | None,
        typer.Option(
            "--campaign",
            metavar="DATE=PERCENT",
            help="A campaign: more or fewer contacts on a day, 2026-04-13=+20%; repeat it for more.",
            show_default=False,
        ),
    ] = None,
    holidays: Annotated[
        str | None,
        typer.Option(
            "--holidays", metavar="COUNTRY",
                help="The country (and region) whose public holidays count: DE, or DE-BY.", show_default=False
        ),
    ] = None,
) -> None:
    """Forecast the coming weeks by type and half hour, with bands, and compare with the naive forecast.

    Per type the best of MSTL, ETS and naive on days that each had not seen; what does not beat the
    naive forecast is not used. arrivals.yaml takes it into a scenario.
    """
    with plain_ending():
        from floorcast.cli.options import check_folder
        from floorcast.cli.progress import Bar
        from floorcast.history.folder import History
        from floorcast.history.forecast.forecasting import Wish, write_forecast
        from floorcast.history.forecast.forecasting import forecast as predict
        from floorcast.history.forecast.series import daily

        check_folder("--out", out)
        country, _, region = (holidays or "").partition("-")
        wish = Wish(7 * weeks, _factor(growth, "--growth"), _campaigns(campaign or []), country or None, region or None)
        series = daily(History(history))
        last = series.days[-1]
        for day in wish.campaigns or ():
            if not last < day <= last + timedelta(days=wish.days):
                span = f"{last + timedelta(days=1)} to {last + timedelta(days=wish.days)}"
                raise BadInput(f"--campaign: found {day}; allowed a day that is forecast, {span}")
        with Bar("forecasting") as bar:
            result = predict(series, wish, bar.advance_to)
        path = write_forecast(result, out)
        _print(result, path)


def _factor(words: str, option: str) -> float:
    match = re.fullmatch(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*%\s*", words)
    value = 1 + float(match[1].replace(",", ".")) / 100 if match else -1.0
    if not 0 <= value <= 1000:
        raise BadInput(f"{option}: found {words!r}; allowed a percentage such as +5% or -10%")
    return value


def _campaigns(words: list[str]) -> dict[date, float]:
    found: dict[date, float] = {}
    for word in words:
        day, _, percent = word.partition("=")
        try:
            found[date.fromisoformat(day.strip())] = _factor(percent, "--campaign")
        except ValueError:
            raise BadInput(f"--campaign: found {word!r}; allowed a date and a percentage, 2026-04-13=+20%") from None
    return found


def _middle(mean: NDArray[np.float64]) -> int:
    """The day with as many busier as calmer ones, of those on which contacts come: a weekend that is closed says
    nothing of the others."""
    by_mean = mean.argsort(kind="stable")
    some = by_mean[mean[by_mean] > 0.05 * mean.max()]
    return int(some[len(some) // 2]) if len(some) else 0


def _print(result: Forecast, path: Path) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from floorcast.cli.options import page

    console = page()
    table = Table(box=SIMPLE_HEAD, title=f"{result.days[0]} to {result.days[-1]}", title_justify="left")
    ways = list(result.chosen[0].errors)
    for name in ("type", "used", "contacts ahead", "80 % band of a middle day", *(f"error of {way}" for way in ways)):
        table.add_column(name, justify="left" if name in ("type", "used") else "right")
    for name, chosen, ahead in zip(result.series.types, result.chosen, result.ahead, strict=True):
        middle = _middle(ahead.mean)
        table.add_row(
            name,
            chosen.way,
            f"{ahead.mean.sum():,.0f}",
            f"{ahead.low[middle]:,.0f} to {ahead.high[middle]:,.0f}",
            *(f"{chosen.errors[way]:.1f}" for way in ways),
        )
    console.print(table)
    windows = f"{result.chosen[0].windows} window{'' if result.chosen[0].windows == 1 else 's'}"
    lines = [f"errors: contacts a day, mean absolute, by rolling origin over {windows}"]
    if result.holidays:
        names = ", ".join(f"{day} {name}" for day, name in sorted(result.holidays.items()))
        share = 100 * float(result.holiday_factor.mean())
        effect = f"{share:.0f} % of an ordinary day, told by {result.holidays_seen} in the past"
        lines.append(f"holidays ahead: {names} ({effect})")
    lines.append(f"{path}: to be put into a scenario; days.csv and forecast.csv beside it")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
