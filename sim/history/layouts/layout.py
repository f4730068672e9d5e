"""What a layout of an export is: its columns, how they are read, and what they mean."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from floorcast.history.folder import FIELDS as FIELDS

Grain = Literal["contacts", "intervals", "posts", "messages", "activities"]
Form = Literal["table", "blanks", "bare", "json"]

@dataclass(frozen=True)
class Column:
    """A column of an export: the name it gets, its names in the header, how it is read.

    reads: a key of `cells.READERS`. sure: False for a name from memory, not from documentation.
    """

    field: str
    named: tuple[str, ...]
    reads: str
    sure: bool = True


@dataclass(frozen=True)
class Layout:
    """One kind of export. `marks`: header names that tell it from all others. `rows`: the fields of
    its grain as SQL over the columns' own names. `or_marks`: others that tell it as well. `leave_out`: why and when a row is none.
    `chain`: SQL of what legs of one contact share; None where a row is a contact."""

    key: str
    title: str
    grain: Grain
    marks: frozenset[str]
    columns: tuple[Column, ...]
    rows: dict[str, str]
    leave_out: tuple[tuple[str, str], ...] = ()
    chain: str | None = None
    newest: str | None = None  # SQL: of rows with one `contact`, the one with most of this is kept
    utc: bool = False
    form: Form = "table"
    delimiters: str = ",;\t|"
    header: tuple[str, ...] = ()  # of a form without one
    or_marks: frozenset[str] = frozenset()
    by_any_name: bool = False  # a mark is there under any name of its column
    notes: tuple[str, ...] = field(default=())

    def told_by(self, names: Collection[str]) -> bool:
        """Whether a header with these plain names is of this layout."""
        there = set(names)
        if self.by_any_name:
            for column in self.columns:
                called = {plain(one) for one in column.named}
                there |= called if called & there else set()
        marks = [one for one in (self.marks, self.or_marks) if one]
        return any(one <= there for one in marks)


def col(field_: str, reads: str, *named: str, sure: bool = True) -> Column:
    """A column in a line."""
    return Column(field_, named, reads, sure)


def plain(name: str) -> str:
    """A header name as it is compared: lower case, without what is not a letter or a digit."""
    return "".join(c for c in name.lower() if c.isalnum() or c == "%")
