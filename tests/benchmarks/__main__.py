"""``make bench``: the same cases in Floorcast, SimPy and Ciw in one session, and how cost grows.

Prints the tables, writes results/benchmarks.json; ends with 1 if a simulator's results disagree.
"""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from floorcast.cli.compiling import compile_first
from tests.benchmarks.around import (
    FIRST_COMPILATION,
    SHARE,
    TOGETHER,
    TWO_THREADS,
    commands,
    first_compilation,
    replication,
    threads,
)
from tests.benchmarks.flagship import flagship
from tests.benchmarks.flagship import words as of_the_flagship
from tests.benchmarks.large_plan import large_plan
from tests.benchmarks.large_plan import words as of_the_large_plan
from tests.benchmarks.page import page_speed, shown
from tests.benchmarks.planners import beside_pyworkforce
from tests.benchmarks.side_by_side import CASES, GROWTH, PEERS, growth, large, side_by_side, weeks
from tests.ui.browser import chromium

TARGET = Path(__file__).resolve().parents[2] / "results" / "benchmarks.json"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), platform.machine())


def _peers(rows: list[dict[str, Any]]) -> Table:
    table = Table(
        "case", "simulator", "contacts a second", "slower", "abandoned", "mean wait", "days", "results", "asked for"
    )
    for row in rows:
        first = row["simulator"] == "Floorcast"
        table.add_row(
            row["case"] if first else "",
            row["simulator"],
            f"{row['per_second']:,.0f}",
            "" if first else f"{row['ratio']:.2g} x",
            f"{100 * row['abandonment']:.2f} ± {100 * row['abandonment_half_width']:.2f} %",
            f"{row['wait_mean']:.2f} ± {row['wait_mean_half_width']:.2f} s",
            f"{row['days']}",
            "" if first else "agree" if row["agrees"] else "DISAGREE",
            PEERS.get((row["case"], row["simulator"]), ""),
        )
    return table


def _around(console: Console) -> dict[str, Any]:
    """What is around the loop, measured and printed."""
    found: dict[str, Any] = {"replication": replication()}
    table = Table(
        "a replication of airline_week", "simulated", "measured", "curves", "together", "asked for",
        "measures and curves / simulation", "asked for",
    )  # fmt: skip
    for row in found["replication"]:
        parts = (f"{row[name]:.1f} ms" for name in ("simulated", "measured", "curves", "together"))
        table.add_row(row["policy"], *parts, f"{TOGETHER:g} ms", f"{row['share']:.2f}", f"{SHARE:g}")
    console.print(table)
    found["threads"] = threads()
    table = Table("two threads", "times one", "asked for")
    for row in found["threads"]:
        table.add_row(row["case"], f"{row['ratio']:.2f}", f"{TWO_THREADS:g}")
    console.print(table)
    found["commands"] = commands()
    table = Table("command", "seconds", "of processors", "asked for")
    for row in found["commands"]:
        table.add_row(row["command"], f"{row['seconds']:.2f}", f"{row['processor']:.2f}", f"{row['asked']:g}")
    console.print(table)
    found["first_compilation"] = first = first_compilation()
    console.print(
        f"first compilation: {first['seconds']:.0f} s, {first['processor']:.0f} s of a processor;"
        f" asked for {FIRST_COMPILATION:g} s"
    )
    return found


def main() -> int:
    """Run everything, print the tables, keep the figures."""
    console = Console(width=132)
    compile_first()
    names = ("numpy", "numba", "simpy", "ciw")
    found: dict[str, Any] = {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": _processor(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in names},
        "peers": [row for case in CASES for row in side_by_side(case)],
    }
    with_ = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    console.print(f"{found['processor']}, Python {found['python']}, {with_}")
    console.print(_peers(found["peers"]))
    console.print("One thread's processor time, the best turn of each; ± holds at 99 % for the whole table.")
    found["growth"] = growth(full=True)
    table = Table("growth", "ns a contact", "ratio", "asked for")
    for row in found["growth"]:
        most = GROWTH.get(row["case"])
        asked = "" if most is None else f"at most {most:g} x"
        table.add_row(row["case"], f"{row['nanoseconds']:.0f}", f"{row['ratio']:.2f} x", asked)
    console.print(table)
    found["weeks"] = weeks()
    table = Table("week", "contacts", "seconds a replication")
    for row in found["weeks"]:
        table.add_row(row["case"], f"{row['contacts']:,}", f"{row['seconds']:.3f}")
    console.print(table)
    found["large"] = size = large()
    console.print(f"60 rules, 40 types, 60 groups, 2,000 agents: {size['per_second']:,.0f} contacts a second")
    plans = beside_pyworkforce()
    found["plans"] = [asdict(one) for one in plans]
    table = Table("scenario", "way", "people", "cost", "targets on fresh customers")
    for one in plans:
        said = [f"{'kept' if kept else 'MISSED'}: {words}: {v:.3f} ± {w:.3f}" for words, v, w, kept in one.targets]
        table.add_row(one.scenario, one.way, f"{one.people}", f"{one.cost:,.0f}", "\n".join(said))
    console.print(table)
    week = flagship()
    found["schedule"] = asdict(week)
    console.print(of_the_flagship(week))
    big = large_plan()
    found["large_plan"] = asdict(big)
    console.print(of_the_large_plan(big))
    found |= _around(console)
    if chromium() is None:
        console.print("Chromium is not installed: the page is not measured")
    else:
        measured = page_speed()
        found["page"] = [asdict(one) for one in measured]
        console.print(shown(measured))
    TARGET.parent.mkdir(exist_ok=True)
    aside = TARGET.with_suffix(".tmp")
    aside.write_text(json.dumps(found, indent=1))
    aside.replace(TARGET)
    console.print(f"kept in results/{TARGET.name}")
    return 0 if week.as_good and all(row["agrees"] for row in found["peers"]) else 1


if __name__ == "__main__":
    sys.exit(main())
