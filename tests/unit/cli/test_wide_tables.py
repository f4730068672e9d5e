"""Tables wider than the terminal are laid out anew: no word of a heading and no number is ever broken."""

from __future__ import annotations

from io import StringIO

import pytest
from rich import box
from rich.table import Table
from rich.text import Text

from floorcast.cli.tables import HEADLINES
from floorcast.cli.wide import Page

NAMES = [name.replace("_", " ") for name in HEADLINES["public"]]


def table(names: list[str], rows: list[str], labels: int = 1) -> Table:
    """A table as `run` makes them: words on the left, a number with its half width in each cell."""
    made = Table(title="Customers", title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for _ in range(labels):
        made.add_column("", overflow="fold")
    for name in names:
        made.add_column(Text(name), justify="right", overflow="fold")
    for n, row in enumerate(rows):
        words = [row] if labels == 1 else [row, "separate_teams"]
        made.add_row(*words, *(f"{1_000 * n + at:,} ± {at}.5 %" for at in range(len(names))))
    return made


def shown(made: Table, width: int) -> list[str]:
    file = StringIO()
    Page(file=file, width=width).print(made)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 132])
@pytest.mark.parametrize("rows", [["all"], ["all", "phone", "email"], [f"channel_{n}" for n in range(40)]])
@pytest.mark.parametrize("labels", [1, 2])
def test_every_word_and_every_number_stays_whole(width: int, rows: list[str], labels: int) -> None:
    lines = shown(table(NAMES, rows, labels), width)
    text = "\n".join(lines)
    words = text.split()
    assert max(map(len, lines)) <= width
    for name in NAMES:
        assert all(words.count(word) >= 1 for word in name.split()), name
    for n in range(len(rows)):
        assert all(f"{1_000 * n + at:,} ± {at}.5 %" in text for at in range(len(NAMES)))


def test_few_things_with_many_measures_are_turned() -> None:
    lines = shown(table(NAMES, ["phone", "email"]), 80)
    (row,) = [line for line in lines if line.startswith("contacts per issue")]
    at = NAMES.index("contacts per issue")
    assert row.split() == f"contacts per issue {at} ± {at}.5 % 1,00{at} ± {at}.5 %".split()


def test_many_things_are_printed_in_parts_with_their_names_each_time() -> None:
    rows = [f"channel_{n}" for n in range(40)]
    lines = shown(table(NAMES, rows), 80)
    parts = sum("Customers" in line for line in lines)
    assert parts > 2 and sum("continued" in line for line in lines) == parts - 1
    assert sum(line.startswith("channel_7 ") for line in lines) == parts


def test_what_fits_stays_as_it_is() -> None:
    made = table(NAMES[:3], ["all"])
    assert [line.rstrip() for line in shown(made, 100)][1].split() == " ".join(["", *NAMES[:3]]).split()


def test_files_get_the_whole_table() -> None:
    seen: list[object] = []
    made = table(NAMES, ["all"])
    Page(seen.extend, file=StringIO(), width=80).print(made)
    assert seen == [made]


def test_stars_and_what_needs_no_answer_stand_where_there_are_any():
    from floorcast.cli.tables import _telling

    def rows(**means):
        return {name: {"p": {"mean": mean}} for name, mean in means.items()}

    assert _telling("public", rows(satisfaction=4.0, stars=None, needless=0.0), None) == ["satisfaction"]
    shown = _telling("public", rows(satisfaction=4.0, stars=3.2, needless=12.0), None)
    assert shown == ["satisfaction", "stars", "needless"]
