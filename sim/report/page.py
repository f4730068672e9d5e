"""A report as one HTML file: no script, nothing loaded from elsewhere, pictures inside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from floorcast.report.documents import Paper
from floorcast.report.drawing import svg
from floorcast.report.story import Story, Table
from floorcast.report.workbook import replace_file

MOST_BYTES = 1_000_000
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c1917}
h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #d6d3d1}
.sub{color:#57534e;margin:.2rem 0 1.2rem}.answer{background:#f5f5f4;border-left:4px solid #0b6e99;padding:.6rem 1rem}
table{border-collapse:collapse;width:100%;font-size:.85rem}th{text-align:left;color:#57534e}
td,th{padding:.25rem .5rem;border-bottom:1px solid #e7e5e4;vertical-align:top}
.good{color:#166534}.bad{color:#b91c1c}.open{color:#854d0e}svg{max-width:100%;height:auto;display:block;margin:.5rem 0}
li{margin:.15rem 0}@media print{body{margin:0}h2{break-after:avoid}svg,tr{break-inside:avoid}}
"""


def write_html(story: Story | Paper, path: Path) -> None:
    """Write the report as one file of less than 1 MB. Raises OSError, StudyError, MissingExtra."""
    start = story.start
    pictures: list[str] = []
    head, tail = _head(story), _tail(story)
    room = MOST_BYTES - len((head + tail).encode()) - 500
    for picture in story.pictures:
        drawn = svg(picture, start)
        if len(drawn.encode()) > room:
            pictures.append("<p>More pictures than fit into a file of 1 MB are left out.</p>")
            break
        room -= len(drawn.encode())
        pictures.append(drawn)
    title = "The days, interval by interval" if isinstance(story, Story) else "In pictures"
    day = f"<h2>{title}</h2>{''.join(pictures)}" if pictures else ""
    replace_file(path, (head + day + tail).encode())


def _head(story: Story | Paper) -> str:
    title = escape(story.name)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>{title}</h1><p class="sub">{escape(story.subtitle)}</p>'
        f"<h2>The question</h2><p>{escape(story.question)}</p>"
        f'<h2>The answer</h2><p class="answer">{escape(" ".join(story.answer))}</p>'
        + "".join(_table(table) for table in story.tables)
    )


def _tail(story: Story | Paper) -> str:
    return (
        f"<h2>Cost</h2><p>{escape(story.cost)}</p>"
        f"<h2>How sure</h2>{_list(story.sure)}<h2>What was assumed</h2>{_list(story.assumptions)}"
        f"<h2>What was not modelled</h2>{_list(story.not_modelled)}</body></html>"
    )


def _list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in table.heads)
    rows = []
    for place, row in enumerate(table.rows):
        tone = table.marks[place] if table.marks else ""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[:-1])
        rows.append(f'<tr>{cells}<td class="{tone}">{escape(row[-1])}</td></tr>')
    return f"<h2>{escape(table.title)}</h2><table><tr>{head}</tr>{''.join(rows)}</table>"
