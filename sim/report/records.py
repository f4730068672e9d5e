"""Contact records for spreadsheets: the columns of the Parquet file, and when things happened as date and time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from floorcast.report.workbook import Column, Sheet, write_csv, write_workbook

MOST_ROWS = 1_000_000  # a sheet of a workbook has 1,048,576
_TIMES = {
    "arrived": "when the customer wrote or called",
    "accepted": "when an agent's slot was given",
    "answered": "when an agent's attention began",
    "first_response": "when the first turn ended",
    "ended": "when it was over",
    "heard": "when a post was heard",
}
_SECONDS = ("worked", "wrapped", "reply_wait")


def converted(parquet: Path, goal: Path, start: datetime) -> None:
    """Write the records of a Parquet file as CSV or XLSX, and remove it. Raises OSError, ValueError for more
    rows than a workbook holds."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(parquet)
    names = file.schema_arrow.names
    if goal.suffix == ".xlsx" and file.metadata.num_rows > MOST_ROWS:
        raise OSError(27, f"found {file.metadata.num_rows:,} contacts; a workbook holds {MOST_ROWS:,}", str(goal))
    columns = [Column(name, "s" if name in _SECONDS else "", _TIMES.get(name, "")) for name in names]
    sheet = Sheet("Contacts", columns, _rows(file, names, start))
    if goal.suffix == ".csv":
        write_csv(goal, sheet)
    else:
        write_workbook(goal, [sheet])
    parquet.unlink()


def _rows(file: Any, names: Sequence[str], start: datetime) -> Iterator[Sequence[Any]]:
    for batch in file.iter_batches():
        columns = [batch.column(place).to_pylist() for place in range(len(names))]
        for row in zip(*columns, strict=True):
            yield [
                start + timedelta(seconds=value) if name in _TIMES and value is not None else value
                for name, value in zip(names, row, strict=True)
            ]
