"""A situation as people write it: a small CSV of what there is now.

    what,of,count,time,group
    now,2024-01-01 11:00,,,
    offered,calls,214,,             since midnight, new customers of a contact type
    present,callers,5,,             people of a group who are there
    waiting,calls,3,40s,            so many wait, for so long already
    in_hand,calls,4,3 min,callers   so many are in the hands of a group, for so long already
    coming,letters,2,20 min,        so many are known to come, after so long
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from floorcast.clock.now.situation import Situation, There
from floorcast.clock.saved import SavedStateError
from floorcast.scenario.read.problems import InputErrors, Problem, Wrong, found, unknown
from floorcast.scenario.read.units import parse_duration
from floorcast.scenario.words.calendar_words import parse_clock, parse_instant

COLUMNS = ("what", "of", "count", "time", "group")
WHAT = ("now", "offered", "present", "waiting", "in_hand", "coming")
MOST = 100_000  # contacts


def read_situation(path: Path, scenario: Any) -> Situation:
    """Read a situation of a scenario. Raises SavedStateError where the file cannot be read, InputErrors with a line
    for what is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise SavedStateError(f"{path}: cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise SavedStateError(f"{path}: is no saved state and no CSV in UTF-8") from None
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows or tuple(name.strip() for name in rows[0]) != COLUMNS:
        shown = ",".join(rows[0])[:80] if rows else "nothing"
        raise SavedStateError(
            f"{path}: found {shown!r} in its first line; allowed {','.join(COLUMNS)}, or a state that run --save-state"
            " wrote"
        )
    return _Reading(str(path), scenario).all(rows[1:])


class _Reading:
    """The rows of one file, taken line by line."""

    def __init__(self, file: str, scenario: Any) -> None:
        self._file, self._scenario = file, scenario
        self._now: float | None = None
        self._contacts: list[There] = []
        self._coming: list[tuple[str, float]] = []
        self._offered: dict[str, int] = {}
        self._present: dict[str, int] = {}
        self._wrong: list[Problem] = []

    def all(self, rows: Sequence[list[str]]) -> Situation:
        lines = [(n, [cell.strip() for cell in row]) for n, row in enumerate(rows, 2) if any(c.strip() for c in row)]
        # The moment first, wherever it stands: ages are counted from it.
        for n, row in sorted(lines, key=lambda line: line[1][0] != "now"):
            try:
                self._take([*row, *[""] * (len(COLUMNS) - len(row))])
            except Wrong as error:
                self._wrong += [Problem(self._file, n, row[0], f.message) for f in error.findings]
            if self._now is None:
                if not self._wrong:
                    message = "found no row `now`; allowed one, with the date and time of the counts in `of`"
                    self._wrong.append(Problem(self._file, None, "", message))
                break
        if not lines:
            self._wrong.append(Problem(self._file, None, "", "found no rows; allowed one with `now`, and others"))
        if self._wrong:
            raise InputErrors(self._wrong)
        assert self._now is not None
        return Situation(
            self._now, tuple(self._contacts), self._offered, self._present, tuple(sorted(self._coming, key=_later))
        )

    def _take(self, row: list[str]) -> None:
        what, of, count, time, group = row[:5]
        if what not in WHAT:
            raise unknown("row", what, WHAT)
        if what == "now":
            self._moment(of)
        elif what == "present":
            self._once(self._present, of, _whole(count), "group", self._scenario.group_names)
        elif what == "offered":
            self._once(self._offered, of, _whole(count), "contact type", self._scenario.type_names)
        else:
            self._some(what, of, _whole(count or "1"), time, group)

    def _moment(self, text: str) -> None:
        if self._now is not None:
            raise found(text, "one row `now`")
        start: datetime = self._scenario.start
        if "-" in text:
            at = parse_instant(text)
        else:
            midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
            at = midnight + timedelta(seconds=parse_clock(text))
        seconds = (at - start).total_seconds()
        if not 0 < seconds < self._scenario.horizon:
            last = start + timedelta(seconds=self._scenario.horizon)
            raise found(text, f"a moment after {start:%Y-%m-%d %H:%M} and before {last:%Y-%m-%d %H:%M}")
        self._now = seconds

    def _once(self, into: dict[str, int], of: str, count: int, kind: str, known: Sequence[str]) -> None:
        if of not in known:
            raise unknown(kind, of, known)
        if of in into:
            raise found(of, f"one row for each {kind}")
        into[of] = count

    def _some(self, what: str, of: str, count: int, time: str, group: str) -> None:
        assert self._now is not None
        if of not in self._scenario.type_names:
            raise unknown("contact type", of, self._scenario.type_names)
        if (what == "in_hand") != bool(group):
            raise found(group or "no group", "a group with in_hand, and with nothing else")
        if group and group not in self._scenario.group_names:
            raise unknown("group", group, self._scenario.group_names)
        channel = self._scenario.channel_of(of)
        if group and channel not in self._scenario.groups[group].channels:
            raise found(f"{of} in the hands of {group}", f"groups that serve {channel}")
        if len(self._contacts) + len(self._coming) + count > MOST:
            raise found(count, f"{MOST:,} contacts in all")
        seconds = parse_duration(time) if time else 0.0
        if what == "coming":
            self._coming += [(of, self._now + seconds)] * count
            return
        at = self._now - seconds
        self._contacts += [There(of, at, group, at) if group else There(of, at)] * count


def _later(one: tuple[str, float]) -> tuple[float, str]:
    return one[1], one[0]


def _whole(text: str) -> int:
    if not text.isdigit() or len(text) > 9:
        raise found(text or "nothing", "a whole number in `count`")
    return int(text)


def written_situation(situation: Situation, start: datetime) -> str:
    """A situation as such a file, seconds rounded; equal lines are counted together."""
    moment = start + timedelta(seconds=situation.now)
    rows: list[tuple[Any, ...]] = [("now", f"{moment:%Y-%m-%d %H:%M:%S}", "", "", "")]
    rows += [("offered", name, n, "", "") for name, n in situation.offered.items()]
    rows += [("present", name, n, "", "") for name, n in situation.present.items()]
    lines = Counter(
        ("in_hand" if one.group else "waiting", one.contact_type, one.group,
         round(situation.now - (one.taken if one.group else one.arrived)))
        for one in situation.contacts
    )  # fmt: skip
    lines.update(("coming", name, "", round(at - situation.now)) for name, at in situation.coming)
    order = {what: place for place, what in enumerate(WHAT)}
    for (what, name, group, seconds), n in sorted(lines.items(), key=lambda line: (order[line[0][0]], *line[0][1:])):
        rows.append((what, name, n, f"{seconds}s", group))
    page = io.StringIO()
    csv.writer(page, lineterminator="\n").writerows([COLUMNS, *rows])
    return page.getvalue()
