"""Tables that are wider than the terminal, laid out so that no word and no number is broken.

A table that fits stays as it is. Otherwise its headings are wrapped, at spaces only. If that is not enough, a table
with few rows is turned (measures down, channels across), and any other is printed in parts, each with the labels on
its left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

_WHOLE = 26  # a cell up to this length is a number with what belongs to it, and never broken


class Page(Console):
    """A console that prints tables within its width; `note` sees what is printed before it is laid out."""

    def __init__(self, note: Callable[[Sequence[Any]], None] | None = None, **how: Any) -> None:
        super().__init__(**how)
        self._see = note

    def print(self, *objects: Any, **how: Any) -> None:
        """Print; a table that is too wide as one or more that are not."""
        if self._see is not None:
            self._see(objects)
        if len(objects) != 1 or not isinstance(objects[0], Table):
            super().print(*objects, **how)
            return
        for number, part in enumerate(fitted(objects[0], self)):
            if number:
                super().print()
            super().print(part, **how)

    def on_broken_pipe(self) -> None:
        """`| head` has seen enough; that is no fault."""
        raise BrokenPipeError


def fitted(table: Table, console: Console) -> list[Table]:
    """The table itself, or one or more that hold the same cells within the console's width."""
    width, columns = console.width, table.columns
    if not columns or not table.row_count or _natural(table, console) <= width:
        return [table]
    labels = _labels(table)
    if _squeeze(table, width, console, labels):
        return [table]
    turned = _turned(table, labels)
    if turned is not None and (_natural(turned, console) <= width or _squeeze(turned, width, console, 1)):
        return [turned]
    return _parts(table, width, console, labels)


def _labels(table: Table) -> int:
    """How many columns on the left are words."""
    numbers = [n for n, column in enumerate(table.columns) if column.justify == "right"]
    return max(1, numbers[0]) if numbers else 1


def _plain(cell: RenderableType) -> str:
    return cell.plain if isinstance(cell, Text) else Text.from_markup(str(cell)).plain


def _longest(texts: list[str]) -> int:
    return max((cell_len(text) for text in texts), default=0)


def _natural_of(column: Column) -> int:
    """Width of a column that breaks nothing."""
    return _longest([line for cell in (column.header, *column.cells) for line in _plain(cell).split("\n")])


def _least_of(column: Column, label: bool) -> int:
    """Width of a column whose headings and sentences go over several lines, but whose numbers do not."""
    least = _longest(_plain(column.header).split())
    for cell in column.cells:
        for line in _plain(cell).split("\n"):
            least = max(least, _longest(line.split()) if label or len(line) > _WHOLE else cell_len(line))
    if column.max_width is not None:
        return min(least, column.max_width)
    return least


def _natural(table: Table, console: Console) -> int:
    return sum(map(_natural_of, table.columns)) + _between(table, console)


def _between(table: Table, console: Console) -> int:
    """What stands between and beside the columns."""
    bare = _empty(table)
    for _ in table.columns:
        bare.add_column("", width=1)
    bare.add_row(*("" for _ in table.columns))
    return Measurement.get(console, console.options.update(max_width=10_000), bare).maximum - len(table.columns)


def _squeeze(table: Table, width: int, console: Console, labels: int) -> bool:
    """Give every column the width it needs at the least and more of what is left; False where that is too wide."""
    least = [_least_of(column, n < labels) for n, column in enumerate(table.columns)]
    most = [max(_natural_of(column), small) for column, small in zip(table.columns, least, strict=True)]
    left = width - _between(table, console) - sum(least)
    if left < 0:
        return False
    widths = list(least)
    for n in range(labels):  # words on the left first: a name over two lines reads badly
        more = min(left, most[n] - widths[n])
        widths[n] += more
        left -= more
    while left and any(one < high for one, high in zip(widths, most, strict=True)):
        n = max(range(len(widths)), key=lambda n: most[n] / max(widths[n], 1) if widths[n] < most[n] else 0.0)
        widths[n] += 1
        left -= 1
    for column, chosen in zip(table.columns, widths, strict=True):
        column.width = chosen
    return True


def _turned(table: Table, labels: int) -> Table | None:
    """Columns down and rows across; None where rows have no name of their own, or there are more of them."""
    names = [_plain(cell) for cell in table.columns[0].cells]
    if labels != 1 or not all(names) or len(set(names)) < len(names) or len(names) >= len(table.columns) - 1:
        return None
    turned = _empty(table)
    turned.add_column(table.columns[0].header, overflow="fold")
    for name in names:
        turned.add_column(Text(name), justify="right", overflow="fold")
    for column in table.columns[1:]:
        turned.add_row(Text(_plain(column.header).replace("\n", " ")), *column.cells)
    return turned


def _parts(table: Table, width: int, console: Console, labels: int) -> list[Table]:
    """As many columns at a time as fit, each time with the words on the left."""
    columns, at = table.columns, labels
    parts: list[Table] = []
    while at < len(columns):
        for end in range(len(columns), at, -1):
            part = _part(table, [*range(labels), *range(at, end)])
            if _natural(part, console) <= width or _squeeze(part, width, console, labels) or end == at + 1:
                break
        if parts:
            part.title = f"{_plain(table.title or '')}, continued".lstrip(", ")
        parts.append(part)
        at = end
    return parts


def _part(table: Table, chosen: list[int]) -> Table:
    part = _empty(table)
    for n in chosen:
        old = table.columns[n]
        part.add_column(
            old.header, justify=old.justify, overflow=old.overflow, no_wrap=old.no_wrap, style=old.style,
            max_width=old.max_width,
        )  # fmt: skip
    cells = [list(table.columns[n].cells) for n in chosen]
    for place, row in enumerate(table.rows):
        part.add_row(*(column[place] for column in cells), style=row.style, end_section=row.end_section)
    return part


def _empty(table: Table) -> Table:
    """A table that looks like another and has no columns yet."""
    return Table(
        title=table.title, title_justify=table.title_justify, title_style=table.title_style, caption=table.caption,
        box=table.box, show_edge=table.show_edge, pad_edge=table.pad_edge, padding=table.padding,
        show_header=table.show_header, show_lines=table.show_lines, header_style=table.header_style,
    )  # fmt: skip
