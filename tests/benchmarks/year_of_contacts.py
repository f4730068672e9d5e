"""A year of five million contacts imported and fitted: `python -m tests.benchmarks.year_of_contacts [CONTACTS]`.

Prints wall clock, processor time and memory of both commands; ends with 1 over two minutes together or 4 GB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

CONTACTS, MINUTES, MEMORY = 5_000_000, 2.0, 4.0


def write_year(path: Path, contacts: int) -> None:
    """Calls of three types from 7 to 21 o'clock on every day of 2025, 90 agents, two million customers."""
    connection = duckdb.connect()
    connection.execute("SELECT setseed(0.5)")
    connection.execute("SET threads = 1")
    connection.execute(
        f"""
        COPY (SELECT strftime(TIMESTAMP '2025-01-01 07:00:00' + to_seconds(
                CAST(i * 365 // {contacts} * 86400 + floor(random() * 50000) AS BIGINT)),
                '%Y-%m-%d %H:%M:%S') AS arrived,
              CAST(greatest(0, floor(random() * 80 - 40)) AS INTEGER) AS wait,
              CAST(floor(-240 * ln(1 - random())) + 5 AS INTEGER) AS handle,
              CASE WHEN random() < 0.94 THEN 'agent' || CAST(floor(random() * 90) AS INTEGER) END AS agent,
              ['Billing', 'Care', 'Tech'][1 + CAST(floor(random() * 3) AS INTEGER)] AS type,
              'c' || CAST(floor(random() * 2000000) AS INTEGER) AS customer
              FROM range({contacts}) t(i)) TO '{path}' (HEADER)
        """
    )


def measured(command: list[str]) -> tuple[float, float, float]:
    """(wall seconds, processor seconds, GB at most) of a command, which must end well."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20


def main() -> int:
    """Measure and print."""
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS
    wall = most = 0.0
    with tempfile.TemporaryDirectory(prefix="floorcast-") as name:
        folder = Path(name)
        write_year(folder / "year.csv", contacts)
        floorcast = [sys.executable, "-m", "floorcast"]
        for step in (
            ["import", str(folder / "year.csv"), "--out", str(folder / "history")],
            ["fit", str(folder / "history"), "--out", str(folder / "fitted")],
        ):
            seconds, processor, memory = measured([*floorcast, *step])
            figures = f"{seconds:.0f} s wall, {processor:.0f} s processor, {memory:.1f} GB"
            print(f"{step[0]:8} {contacts:,} contacts: {figures}", flush=True)
            wall, most = wall + seconds, max(most, memory)
    print(f"together {wall:.0f} s (asked {60 * MINUTES:.0f}), at most {most:.1f} GB (asked {MEMORY:.0f})")
    return 1 if wall > 60 * MINUTES or most > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
