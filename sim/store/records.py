"""The contact records of one run as Parquet, numbers decoded to words."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag, Mark
from floorcast.store import arrow
from floorcast.store.arrow import words
from floorcast.store.folder import write_aside

if TYPE_CHECKING:
    import pyarrow as pa

_TIMES = ("arrived", "accepted", "answered", "first_response", "ended")
_LINKS = ("agent", "issue", "parent", "incident")
_PLAIN = (
    "turn", "turns", "worked", "wrapped", "reply_wait", "replies", "sentiment", "reach", "value",
    "trigger", "prior", "transfers", "points",
)  # fmt: skip
_ROWS = 200_000  # contacts written at a time


def write_records(path: Path, run: Any) -> None:
    """Write one row per contact: its number, names, times in seconds since the start, and links.

    What never happened, or is not there, is null. Written aside and renamed. Raises StudyError.
    """
    import pyarrow.parquet as pq

    def write(aside: Path) -> None:
        first = records_table(run, 0, _ROWS)
        with pq.ParquetWriter(aside, first.schema, compression="zstd") as file:
            file.write_table(first)
            for start in range(_ROWS, run.contacts.size, _ROWS):
                file.write_table(records_table(run, start, start + _ROWS))

    write_aside(path, write)


def _names(codes: type[IntEnum]) -> list[str]:
    """Names by code; codes that stand for nothing are empty."""
    return [codes(code).name.lower() if code in set(codes) else "" for code in range(max(codes) + 1)]


def _of_customers(issues: NDArray[Any]) -> dict[str, Any]:
    """Who it was (from 1), their mood before and after, how content they were, what they answered, who left."""
    customer = issues["customer"].astype(np.int32) + 1
    known = customer > 0
    columns = {"customer": arrow.column(customer, ~known)}
    for name, of in (("mood", "mood"), ("mood_after", "after"), ("score", "score")):
        values = np.ascontiguousarray(issues[of]).astype(np.float64)
        columns[name] = arrow.column(values, np.isnan(values) | ((of == "mood") & ~known))
    answers = np.ascontiguousarray(issues["opinion"]).astype(np.float64)
    columns["survey_answer"] = arrow.column(answers, issues["asked"] != 2)
    columns["earlier_issues"] = issues["before"]
    columns["left"] = issues["left"] > 0
    return columns


_MARKS = {
    "needs_no_answer": Mark.NEEDLESS, "answered_elsewhere": Mark.ELSEWHERE, "taken_down": Mark.REMOVED,
    "answered_by_customers": Mark.PEERS, "contradicted": Mark.CONTRADICTED,
}  # fmt: skip


def _of_posts(scenario: Any, issues: NDArray[Any]) -> dict[str, Any]:
    """What posts say and what befell them, of what the scenario has or something did."""
    columns: dict[str, Any] = {}
    if any(kind.stars is not None for kind in scenario.contact_types.values()):
        stars = np.ascontiguousarray(issues["stars"])
        columns["stars"] = arrow.column(stars, stars == 0)
    if scenario.topics:
        bits = {word: 1 << place for place, word in enumerate(scenario.words)}
        said = issues["words"].astype(np.int64)
        columns |= {f"about_{name}": (said & sum(bits[w] for w in of)) > 0 for name, of in scenario.topics.items()}
    blocks = ("needs_answer", "community")
    if scenario.contradictions or any(getattr(k, b) for k in scenario.contact_types.values() for b in blocks):
        columns |= {name: (issues["marks"] & int(mark)) > 0 for name, mark in _MARKS.items()}
    return columns


def records_table(run: Any, start: int = 0, stop: int | None = None) -> pa.Table:
    """Contacts start..stop-1 of a run as a table."""
    world = run.world
    contacts: NDArray[Any] = run.contacts[start:stop]
    kinds = contacts["contact_type"].astype(np.int64)
    channels = np.asarray(world.type_channel)[kinds] if kinds.size else kinds
    languages = tuple(getattr(world, "language_names", ()))
    columns: dict[str, Any] = {
        "contact": np.arange(start, start + contacts.size),
        "contact_type": words(kinds, world.type_names),
        "channel": words(channels, world.channel_names),
        "outcome": words(contacts["outcome"], _names(Outcome)),
        "cause": words(contacts["cause"], _names(Cause)),
        "group": words(contacts["group"], world.group_names),
        "campaign": words(contacts["campaign"], world.campaign_names),
    }
    language = contacts["language"].astype(np.int32)
    columns["language"] = words(np.where(language < len(languages), language, -1), languages)
    for name in _TIMES:
        times = np.ascontiguousarray(contacts[name])
        columns[name] = arrow.column(times, np.isnan(times))
    for name in _LINKS:
        values = contacts[name].astype(np.int32)
        columns[name] = arrow.column(values, values < 0)
    for name in _PLAIN:
        columns[name] = contacts[name]
    if getattr(run, "issues", None) is not None:
        issues = run.issues[start:stop]
        misread = (contacts["flags"] & int(Flag.MISREAD)) > 0
        columns["true_sentiment"] = np.where(misread, issues["true_sentiment"], contacts["sentiment"])
        scenario = run.world.scenario
        if scenario.remembers:
            columns |= _of_customers(issues)
        columns |= _of_posts(scenario, issues)
        for name in ("heard", "eased"):
            times = np.ascontiguousarray(issues[name])
            columns[name] = arrow.column(times, np.isnan(times))
    return arrow.table(columns)
