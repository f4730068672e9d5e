"""A report as PDF, by fpdf2 alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from floorcast.report.documents import Paper
from floorcast.report.drawing import png
from floorcast.report.story import Story, Table
from floorcast.report.workbook import replace_file
from floorcast.scenario.read.extras import optional

ROOM = 22  # mm that a heading and its first lines take
_TONES = {"good": (22, 101, 52), "bad": (185, 28, 28), "open": (133, 77, 14)}


def write_pdf(story: Story | Paper, path: Path) -> None:
    """Write the report as PDF. Raises OSError, StudyError, MissingExtra without fpdf2."""
    fpdf = optional("fpdf", "a PDF", "fpdf2", "report")
    start = story.start
    page: Any = fpdf.FPDF()
    page.set_creation_date(datetime(2000, 1, 1))  # equal studies give equal files
    font = _add_font(page)
    page.set_auto_page_break(True, 15)
    page.add_page()
    page.set_title(story.name)

    def text(said: str, size: float = 10, style: str = "", colour: tuple[int, int, int] = (28, 25, 23)) -> None:
        page.set_font(font, style, size)
        page.set_text_color(*colour)
        page.multi_cell(0, size * 0.5, said, new_x="LMARGIN", new_y="NEXT")

    def head(said: str) -> None:
        if page.get_y() > page.h - page.b_margin - ROOM:  # no heading at the foot of a page
            page.add_page()
        page.ln(3)
        text(said, 13, "B")

    text(story.name, 18, "B")
    text(story.subtitle, 9, "", (87, 83, 78))
    head("The question")
    text(story.question)
    head("The answer")
    text(" ".join(story.answer), 11)
    for table in story.tables:
        head(table.title)
        _table(page, font, table)
    if story.pictures:
        head("The days, interval by interval" if isinstance(story, Story) else "In pictures")
    for picture in story.pictures:
        page.image(io.BytesIO(png(picture, start)), w=180)
    head("Cost")
    text(story.cost)
    for title, items in (
        ("How sure", story.sure),
        ("What was assumed", story.assumptions),
        ("What was not modelled", story.not_modelled),
    ):  # fmt: skip
        head(title)
        _list(text, items)
    replace_file(path, bytes(page.output()))


def _list(text: Any, items: Sequence[str]) -> None:
    for item in items:
        text(f"• {item}", 9)


def _add_font(page: Any) -> str:
    """A font that has every sign of a report: matplotlib brings one along."""
    from matplotlib import get_data_path

    fonts = Path(get_data_path()) / "fonts" / "ttf"
    page.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
    page.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
    return "DejaVu"


def _table(page: Any, font: str, table: Table) -> None:
    from fpdf.fonts import FontFace

    page.set_font(font, "", 8)
    page.set_text_color(28, 25, 23)
    columns = zip(table.heads, *table.rows, strict=True)
    widths = tuple(min(max(7, *(len(cell) + 2 for cell in cells)), 45) for cells in columns)
    with page.table(col_widths=widths, line_height=4.5, borders_layout="HORIZONTAL_LINES", text_align="LEFT") as drawn:
        row = drawn.row()
        for one in table.heads:
            row.cell(one)
        for place, cells in enumerate(table.rows):
            row = drawn.row()
            for cell in cells[:-1]:
                row.cell(cell)
            tone = _TONES.get(table.marks[place] if table.marks else "", (28, 25, 23))
            row.cell(cells[-1], style=FontFace(color=tone))
