"""Faults of input shown as the command line says them: file, line, key, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from floorcast.charts.quantities import count
from floorcast.scenario import InputErrors, Problem
from floorcast.ui.base.look import safe

MOST = 60  # problems shown at once


def show_problems(problems: Iterable[Problem], title: str | None = None) -> None:
    """Every problem with its place; errors in one box, warnings in a quieter one."""
    listed = list(problems)
    errors = [problem for problem in listed if problem.severity == "error"]
    warnings = [problem for problem in listed if problem.severity == "warning"]
    if errors:
        files = list(dict.fromkeys(problem.file for problem in errors))
        st.error(
            title or f"{count(len(errors), 'problem')} in {', '.join(files)}",
            icon=":material/error:",
        )
        st.html("".join(_lines(errors, "fc-problem")))
    if warnings:
        with st.expander(
            f"{count(len(warnings), 'warning')}: it can be run as it is", icon=":material/info:"
        ):
            st.html("".join(_lines(warnings, "fc-problem fc-warning")))


def show_fault(fault: Exception) -> None:
    """Why a study could not be run, in one sentence and without a traceback."""
    if isinstance(fault, InputErrors):
        show_problems(fault.problems)
        return
    text = " ".join(str(fault).split()) or type(fault).__name__
    if isinstance(fault, MemoryError):
        text = "This needs more memory than there is: lower the volumes or the number of days."
    st.error("The simulation could not be run", icon=":material/error:")
    st.html(f'<div class="fc-problem">{safe(text)}</div>')


def _lines(problems: Sequence[Problem], style: str) -> list[str]:
    found = []
    for problem in problems[:MOST]:
        place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        key = f"<br><b>{safe(problem.key_path)}</b>: " if problem.key_path else "<br>"
        found.append(
            f'<div class="{style}"><code>{safe(place)}</code>{key}{safe(problem.message)}</div>'
        )
    if len(problems) > MOST:
        found.append(f'<div class="fc-key">and {len(problems) - MOST:,} more</div>')
    return found
