"""Tables, the JSON document and the whole study, to take away."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from floorcast.charts.quantities import estimate, quantity
from floorcast.charts.words import human, measure_help, measure_name
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import safe

Rows = Sequence[Mapping[str, Any]]
TABLES = {
    "targets": ("policy", "target", "by", "of", "mean", "half_width", "verdict"),
    "differences": ("policy", "against", "measure", "by", "of", "mean", "half_width", "verdict"),
    "measures": ("policy", "measure", "by", "of", "mean", "half_width", "unit"),
}
MEANING = "What it says"
_DIMENSIONS = {
    "all": "Overall",
    "channel": "Channels",
    "contact_type": "Contact types",
    "group": "Teams",
}


def show_downloads(job: Job, document: dict[str, Any]) -> None:
    """Buttons for everything there is to take away."""
    st.header("Take it with you")
    name = job.folder.name
    with st.container(horizontal=True, gap="small"):
        for table in TABLES:
            st.download_button(
                f"{table.capitalize()} (CSV)", csv_of(document[table], TABLES[table]), f"{name}-{table}.csv",
                "text/csv", icon=":material/table:", on_click="ignore", key=f"download:{table}",
            )  # fmt: skip
        st.download_button(
            "All results (JSON)", json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False),
            f"{name}.json", "application/json", icon=":material/data_object:", on_click="ignore",
            key="download:json",
        )  # fmt: skip
        st.download_button(
            "The study (ZIP)", lambda: zip_of(job.folder), f"{name}.zip", "application/zip",
            icon=":material/folder_zip:", on_click="ignore", key="download:study",
            help="The scenario and policies as run, every replication's measures, and what happened through time,"
            " as Parquet files.",
        )  # fmt: skip
    st.html(
        f'<div class="fc-key">Kept in <code>{safe(job.folder)}</code>; <code>floorcast show {safe(job.folder)}</code>'
        " prints it again. The same setting run later starts from what is there.</div>"
    )


@st.fragment
def show_all_numbers(document: dict[str, Any]) -> None:
    """Every measure in one table, a column per policy."""
    st.header("All numbers")
    by = st.segmented_control(
        "Numbers of", list(_DIMENSIONS), default="all", required=True, format_func=_DIMENSIONS.__getitem__,
        key="numbers:by", label_visibility="collapsed",
    )  # fmt: skip
    rows = wide_rows(document, str(by))
    st.dataframe(
        rows,
        hide_index=True,
        alt="All numbers",
        height=min(36 * len(rows) + 40, 640),
        column_config={MEANING: st.column_config.TextColumn(width="large"), "Measure": st.column_config.TextColumn(width=260)},
    )
    st.caption("Estimate ± half width of its 95 % interval, each for itself.")


def wide_rows(document: Mapping[str, Any], by: str) -> list[dict[str, str]]:
    """A row per measure and thing, with the estimate of each policy in words."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for entry in document["measures"]:
        if entry["by"] != by:
            continue
        of, measure = entry["of"], entry["measure"]
        row = found.setdefault((of, measure), {} if by == "all" else {"Of": human(of)})
        row["Measure"] = measure_name(measure)
        row[human(entry["policy"])] = estimate(entry["mean"], entry["half_width"], entry["unit"])
    empty = quantity(None, "")
    policies = [human(name) for name in document["policies"]]
    for (_, measure), row in found.items():
        row[MEANING] = measure_help(measure)
    return [row for row in found.values() if any(row.get(name) != empty for name in policies)]


def csv_of(rows: Rows, columns: Sequence[str]) -> bytes:
    """A table as CSV (UTF-8); a text that a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return text.getvalue().encode("utf-8")


def zip_of(folder: Path) -> bytes:
    """A study's folder as a ZIP archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.write(path, Path(folder.name) / path.relative_to(folder))
    return content.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "=+-@\t":
        return f"'{value}"
    return "" if value is None else value
