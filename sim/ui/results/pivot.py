"""The study as a pivot table: any measure by any dimensions, cut out of what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from floorcast.charts.quantities import known, quantity
from floorcast.charts.words import human, measure_name
from floorcast.measures.series import RATIOS
from floorcast.store import StudyError
from floorcast.store.cube.cut import KEPT, Cube, cut
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import plain
from floorcast.ui.base.state import remember_many
from floorcast.ui.results.downloads import csv_of

NONE = "nothing"
SINGLE = ("sentiment", "reach", "language", "campaign", "outcome", "cause", "agent")  # of single contacts
AGAIN = 2  # replications that are simulated again for what only single contacts know
MOST_ROWS = 2000
NAMES = {"contact_type": "Contact type", "group": "Team", "cause": "Why it came", "outcome": "What became of it"}
_KEYS = {"by": "cut:by", "across": "cut:across", "measure": "cut:measure", "where": "cut:where", "only": "cut:only"}


def show_pivot(job: Job) -> None:
    """Choose rows, columns, measures and a filter; the table with its ranges, to take away as CSV."""
    st.header("Cut it as you like", anchor=False)
    _as_linked()
    dimensions = [*KEPT, *(SINGLE if _can_simulate(job) else ())]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        by = st.multiselect(
            "Rows", dimensions, ["channel"], format_func=_name, key=_KEYS["by"], max_selections=3, width=270,
            select_all=False,
        )  # fmt: skip
        across = st.selectbox("Columns", [NONE, *dimensions], 1, format_func=_name, key=_KEYS["across"], width=150)
        measures = st.multiselect(
            "Numbers", list(RATIOS), ["offered", "service_level"], format_func=measure_name, key=_KEYS["measure"],
            max_selections=6, width=330, select_all=False,
        )  # fmt: skip
        where = st.selectbox(
            "Of", [NONE, *KEPT], format_func=lambda one: "Everything" if one == NONE else _name(one),
            key=_KEYS["where"], width=150,
        )  # fmt: skip
        only = _values(job, str(where)) if where != NONE else {}
    along = [*by, *([across] if across != NONE and across not in by else [])]
    if not along or not measures:
        st.caption("Choose rows or columns, and numbers.")
        return
    try:
        found = _cut(job, along, measures, only)
    except StudyError as fault:
        st.warning(_in_words(str(fault)), icon=":material/info:")
        return
    rows = pivoted(found, str(across) if across in along else None)
    st.dataframe(rows[:MOST_ROWS], hide_index=True, height=min(36 * len(rows) + 40, 560), key="cut:table", alt="The cut")
    with st.container(horizontal=True, vertical_alignment="center"):
        numbers = flat(found)
        st.download_button(
            "This table (CSV)", csv_of(numbers, list(numbers[0]) if numbers else []), f"{job.folder.name}-cut.csv",
            "text/csv", icon=":material/table:", on_click="ignore", key="download:cut",
        )  # fmt: skip
        left = f" The first {MOST_ROWS:,} of {len(rows):,} rows." if len(rows) > MOST_ROWS else ""
        again = " Single contacts were simulated again." if set(along) & set(SINGLE) else ""
        st.caption(f"Mean ± half width of its 95 % interval over {found.replications} replications.{again}{left}")


def pivoted(cube: Cube, across: str | None) -> list[dict[str, str]]:
    """A row per place along the other dimensions, a column per measure and value of `across`, in words."""
    at = None if across is None else cube.by.index(across)
    heads = [] if at is None else list(dict.fromkeys(cell.place[at] for cell in cube.cells))
    several = len(cube.measures) > 1
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for cell in cube.cells:
        rest = tuple(one for place, one in enumerate(cell.place) if place != at)
        names = [name for name in cube.by if name != across]
        if rest not in rows:
            rows[rest] = {_name(name): _value(name, one) for name, one in zip(names, rest, strict=True)}
            rows[rest] |= {
                _head(one.name, head, across, several): "–" for one in cube.measures for head in (heads or [""])
            }
        for one, mean, half in zip(cube.measures, cell.mean, cell.half_width, strict=True):
            head = "" if at is None else cell.place[at]
            rows[rest][_head(one.name, head, across, several)] = _cell(mean, half, one.unit)
    return list(rows.values())


def flat(cube: Cube) -> list[dict[str, Any]]:
    """A row per cell with plain numbers."""
    found = []
    for cell in cube.cells:
        row: dict[str, Any] = dict(zip(cube.by, cell.place, strict=True))
        for one, mean, half in zip(cube.measures, cell.mean, cell.half_width, strict=True):
            row[one.name] = mean if known(mean) else None
            row[f"{one.name}_half_width"] = half if known(half) else None
        found.append(row)
    return found


def pivot_address() -> dict[str, str]:
    """What is chosen, as parts of the page's address."""
    found = {}
    for name, key in _KEYS.items():
        value = st.session_state.get(key)
        if value and value != NONE:
            found[name] = ",".join(value) if isinstance(value, list) else str(value)
    return found


def _as_linked() -> None:
    """Begin as the address says."""
    if not url.once("cut") or url.given("by") is None and url.given("across") is None:
        return
    allowed = {"by": {*KEPT, *SINGLE}, "measure": set(RATIOS)}
    for name, names in allowed.items():
        st.session_state[_KEYS[name]] = [one for one in (url.given(name) or "").split(",") if one in names][:3]
    across, where = url.given("across") or NONE, url.given("where") or NONE
    st.session_state[_KEYS["across"]] = across if across in (*KEPT, *SINGLE) else NONE
    st.session_state[_KEYS["where"]] = where if where in KEPT else NONE


def _values(job: Job, where: str) -> dict[str, list[str]]:
    """The values of a dimension that are kept."""
    measure = "agents_present" if where == "group" else "offered"
    options = [cell.place[0] for cell in _cut(job, [where], [measure], {}).cells]
    if url.once("only"):
        wanted = [one for one in (url.given("only") or "").split(",") if one in options]
        if wanted:
            st.session_state[_KEYS["only"]] = wanted
    if not set(st.session_state.get(_KEYS["only"], [])) <= set(options):
        st.session_state[_KEYS["only"]] = []
    picked = st.multiselect(
        "these", options, format_func=lambda one: _value(where, one), key=_KEYS["only"], width=320, select_all=False
    )
    return {where: picked} if picked else {}


def _can_simulate(job: Job) -> bool:
    """Whether single contacts can be simulated again: the scenario's file is there, and it ran as the file says."""
    scenario = job.setting.scenario
    return scenario.path is not None and not job.setting.changes


def _cut(job: Job, by: Sequence[str], measures: Sequence[str], where: dict[str, list[str]]) -> Cube:
    def make() -> Cube:
        if set(by) & set(SINGLE):
            from floorcast.store.cube.contacts import cut_contacts

            with st.spinner("Simulating the contacts again …"):
                return cut_contacts(job.folder, by, measures, where, AGAIN)
        return cut(job.folder, by, measures, where)

    key = (*by, "|", *measures, "|", *(f"{name}={value}" for name, values in where.items() for value in values))
    return remember_many("cuts", key, make, under=job)


def _in_words(text: str) -> str:
    for name in (*RATIOS, *KEPT):
        text = text.replace(f"{name} is kept", f"{measure_name(name)} is kept")
    return plain(text)


def _name(dimension: str) -> str:
    return NAMES.get(dimension, dimension.capitalize())


def _value(dimension: str, value: str) -> str:
    return human(value) if dimension in ("policy", "channel", "contact_type", "group", *SINGLE) else value


def _head(measure: str, head: str, across: str | None, several: bool) -> str:
    shown = _value(across, head) if across is not None else ""
    return f"{measure_name(measure)} · {shown}" if shown and several else shown or measure_name(measure)


def _cell(mean: float, half: float, unit: str) -> str:
    if not known(mean):
        return "–"
    return f"{quantity(mean, unit)} ± {quantity(half, unit, like=mean)}" if known(half) and half else quantity(mean, unit)
