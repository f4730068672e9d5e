"""`risk`: the runs behind the means of a study: quantiles, and how often an incident runs away."""

from __future__ import annotations

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending


def risk(study: given.StudyFolder) -> None:
    """Show how bad it may get: quantiles over runs, and the chance that an incident runs away."""
    with plain_ending():
        from rich import box
        from rich.table import Table
        from rich.text import Text

        from floorcast.charts.quantities import yardstick
        from floorcast.cli.quantities import quantity
        from floorcast.store import load_study
        from floorcast.study.risk.spread import chances, spreads

        found = load_study(given.folder_of(study)).study
        rows = spreads(found)
        if not rows:
            raise BadInput(f"{study}: found no incidents in this study; allowed a scenario with social media")
        page = given.page()
        table = Table(
            title="Over the runs", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False
        )
        for heading in ("", ""):
            table.add_column(heading)
        for heading in ("mean", "least", "10 % below", "half below", "90 % below", "greatest"):
            table.add_column(heading, justify="right")
        for measure in dict.fromkeys(row.measure for row in rows):
            mine = [row for row in rows if row.measure == measure]
            like = yardstick(value for row in mine for value in (row.mean, row.p50, row.p90))
            for n, row in enumerate(mine):
                values = (row.mean, row.least, row.p10, row.p50, row.p90, row.greatest)
                cells = [quantity(value, row.unit, None, like) for value in values]
                name = "" if n else measure.replace("_", " ")
                table.add_row(Text(name), Text(row.policy), *cells, end_section=n == len(mine) - 1)
        page.print(table)
        page.print()
        for chance in chances(found):
            page.print(
                f"{chance.policy}: {chance.what} in {chance.happened} of {chance.runs} runs:"
                f" {quantity(chance.share, 'share')}, exactly between {quantity(chance.low, 'share')} and"
                f" {quantity(chance.high, 'share')} with 95 % confidence",
                highlight=False, markup=False,
            )  # fmt: skip
