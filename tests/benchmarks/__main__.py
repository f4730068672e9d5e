"""``make bench``: the same cases in Floorcast, SimPy and Ciw in one session, and how cost grows.

Prints the tables, writes results/benchmarks.json; ends with 1 if a simulator's results disagree, or the flagship's plan
is not as good as it was. ``python -m tests.benchmarks peers page`` runs single parts.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
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


def peers(console: Console, found: dict[str, Any]) -> bool:
    """The same cases in Floorcast, SimPy and Ciw; whether their results agree."""
    found["peers"] = [row for case in CASES for row in side_by_side(case)]
    console.print(_peers(found["peers"]))
    console.print("One thread's processor time, the best turn of each; ± holds at 99 % for the whole table.")
    return all(row["agrees"] for row in found["peers"])


def growing(console: Console, found: dict[str, Any]) -> bool:
    """How the cost of a contact grows with what there is of everything."""
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
    return True


def two_steps(console: Console, found: dict[str, Any]) -> bool:
    """Plans beside those of two steps, on the same fresh customers."""
    plans = beside_pyworkforce()
    found["plans"] = [asdict(one) for one in plans]
    table = Table("scenario", "way", "people", "cost", "targets on fresh customers")
    for one in plans:
        said = [f"{'kept' if kept else 'MISSED'}: {words}: {v:.3f} ± {w:.3f}" for words, v, w, kept in one.targets]
        table.add_row(one.scenario, one.way, f"{one.people}", f"{one.cost:,.0f}", "\n".join(said))
    console.print(table)
    return True


def the_flagship(console: Console, found: dict[str, Any]) -> bool:
    """The flagship week planned; whether the plan is as good as the one that comes with Floorcast."""
    week = flagship()
    found["schedule"] = asdict(week)
    console.print(of_the_flagship(week))
    return week.as_good


def a_large_plan(console: Console, found: dict[str, Any]) -> bool:
    """65 types and 89 groups planned."""
    big = large_plan()
    found["large_plan"] = asdict(big)
    console.print(of_the_large_plan(big))
    return True


def of_a_replication(console: Console, found: dict[str, Any]) -> bool:
    """All that is done to a replication, and what two threads bring."""
    found["replication"] = replication()
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
    return True


def from_start_to_end(console: Console, found: dict[str, Any]) -> bool:
    """Commands, and the first compilation."""
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
    return True


def the_page(console: Console, found: dict[str, Any]) -> bool:
    """The page in a real browser."""
    if chromium() is None:
        console.print("Chromium is not installed: the page is not measured")
        return True
    measured = page_speed()
    found["page"] = [asdict(one) for one in measured]
    console.print(shown(measured))
    return True


PARTS: dict[str, tuple[str, Callable[[Console, dict[str, Any]], bool]]] = {
    "peers": ("the same centres in Floorcast, SimPy and Ciw, ten seconds", peers),
    "growth": ("what a contact costs as centres grow, ten seconds", growing),
    "two_steps": ("plans of two steps and of one, a minute", two_steps),
    "flagship": ("the flagship week planned, two minutes", the_flagship),
    "large_plan": ("65 types and 89 groups planned, five minutes", a_large_plan),
    "replication": ("what is done to a replication, half a minute", of_a_replication),
    "commands": ("commands from start to end, and the first compilation, two minutes", from_start_to_end),
    "page": ("the page in Chromium, some minutes", the_page),
}


def main() -> int:
    """Run everything, or the parts that are named, print the tables, keep the figures."""
    asked = argparse.ArgumentParser(description="Speed beside other simulators, growth, plans, commands, the page.")
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    wanted = asked.parse_args().parts or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        asked.error(f"found {unknown[0]!r}; allowed: {', '.join(PARTS)}")
    console = Console(width=132)
    compile_first()
    found: dict[str, Any] = {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": _processor(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("numpy", "numba", "simpy", "ciw")},
    }
    with_ = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    console.print(f"{found['processor']}, Python {found['python']}, {with_}")
    good = True
    for number, name in enumerate(wanted, 1):
        console.print(f"{number} of {len(wanted)}: {PARTS[name][0]}")
        good = PARTS[name][1](console, found) and good
    _keep(found, whole=len(wanted) == len(PARTS))
    console.print(f"kept in results/{TARGET.name}")
    return 0 if good else 1


def _keep(found: dict[str, Any], whole: bool) -> None:
    """Write the figures; of single parts beside what was measured before."""
    TARGET.parent.mkdir(exist_ok=True)
    before = {} if whole or not TARGET.exists() else json.loads(TARGET.read_text())
    aside = TARGET.with_suffix(".tmp")
    aside.write_text(json.dumps(before | found, indent=1))
    aside.replace(TARGET)


if __name__ == "__main__":
    sys.exit(main())
