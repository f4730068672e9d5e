"""How many come through the day: a number and a shape, drawn, pasted from a sheet, or out of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from floorcast.charts.words import human
from floorcast.scenario import InputErrors
from floorcast.ui.base.look import plain
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.state import remember
from floorcast.ui.base.uploads import Upload
from floorcast.workshop.imported import TYPES, Imported, readings_of
from floorcast.workshop.new import SHAPES, pasted

WAYS = ("A number a day", "Draw it", "Paste a column", "From an export")
_BROWSER = Path(__file__).with_name("browser")


def drawn(key: str, begin: tuple[float, ...]) -> tuple[float, ...]:
    """Twenty-four bars to draw; heights from 0 to 100."""
    highest = max(begin) or 1.0
    values = [round(100 * value / highest) for value in begin]
    now = st.session_state.get(key) or {}
    shown = list(now.get("values") or values)
    result: Any = _component()(
        key=key, data={"values": shown}, default={"values": values}, on_values_change=lambda: None
    )
    found = result.get("values") or values
    return tuple(float(value) for value in found)


@dataclass(frozen=True)
class Day:
    """So many a day in a shape, or counts by hour, half hour or quarter."""

    a_day: float
    shape: str = ""
    counts: tuple[float, ...] = ()

    @property
    def by_interval(self) -> tuple[float, ...]:
        """The counts, of a shape by hour."""
        shares = SHAPES.get(self.shape, (1.0,))
        return self.counts or tuple(self.a_day * share / sum(shares) for share in shares)


def through_the_day(key: str, usual: int, shape: int) -> Day | None:
    """How many come through the day; None while there is no answer."""
    how = st.segmented_control(
        "Volume", WAYS, default=WAYS[0], required=True, key=f"how:{key}", label_visibility="collapsed"
    )
    if how == "Paste a column":
        text = st.text_area(
            "One number a line, from midnight on: 24, 48 or 96 of them", key=f"paste:{key}", height=120
        )
        try:
            counts = pasted(text)
        except ValueError as fault:
            st.error(str(fault))
            return None
        if not counts:
            st.caption("Paste the column of a sheet.")
        return Day(sum(counts), "", counts) if counts else None
    if how == "From an export":
        return _imported(key)
    with st.container(horizontal=True):
        a_day = st.number_input("Contacts a day", 1, 1_000_000, usual, key=f"day:{key}")
        named = st.selectbox(
            "When" if how == "A number a day" else "Begin with", list(SHAPES), index=shape, key=f"shape:{key}"
        )
    if how != "Draw it":
        return Day(float(a_day), str(named))
    shares = drawn(f"draw:{key}:{named}", SHAPES[str(named)])
    st.caption("Draw the day, hour by hour; or Tab to an hour and use the arrow keys.")
    total = sum(shares)
    if not total:
        st.caption("Somebody has to come: draw an hour.")
        return None
    return Day(float(a_day), "", tuple(a_day * share / total for share in shares))


def _imported(key: str) -> Day | None:
    file = st.file_uploader(
        "An export of your system", TYPES, key=f"export:{key}",
        help="A row per contact or per interval; its layout is told by the header. A mean working day is taken of it.",
    )  # fmt: skip
    if file is None:
        st.caption("CSV or XLSX, as the export of a telephone or ticket system gives it.")
        return None
    upload = Upload(file.name, file.getvalue())
    try:
        readings = remember(f"import:{key}", upload.digest, lambda: readings_of(upload.content, upload.name))
    except InputErrors as errors:
        show_problems(errors.problems)
        return None
    found = _reading(readings, key)
    if found is None:
        return None
    place = st.selectbox(
        "Whose", range(len(found)), format_func=lambda n: f"{human(found[n].name)}: {found[n].a_day:,.0f} a day",
        key=f"whose:{key}",
    )  # fmt: skip
    one = found[int(place or 0)]
    st.caption(f"A mean day of {one.days} working days of {plain(file.name)}.")
    return Day(one.a_day, "", one.counts)


def _reading(readings: Mapping[str, list[Imported]], key: str) -> list[Imported] | None:
    """The only way to read the dates, or the one of two that the reader takes; None until then."""
    if "" in readings:
        return readings[""]
    order = st.radio(
        "Its dates can be read two ways. Which is meant?", list(readings), index=None, key=f"dates:{key}",
        format_func=lambda one: "Day first" if one == "day-first" else "Month first",
        captions=[_days_of(one[0]) for one in readings.values()],
    )  # fmt: skip
    return None if order is None else readings[str(order)]


def _days_of(one: Imported) -> str:
    return (
        f"{one.days} working days from {one.first.day} {one.first:%B %Y} to {one.last.day} {one.last:%B %Y},"
        f" {one.a_day:,.0f} contacts each"
    )


@cache
def _component() -> Any:
    return st.components.v2.component(
        "floorcast_draw", html='<div class="draw" role="group" aria-label="Contacts by hour"></div>',
        css=(_BROWSER / "draw.css").read_text(encoding="utf-8"), js=(_BROWSER / "draw.js").read_text(encoding="utf-8"),
    )  # fmt: skip
