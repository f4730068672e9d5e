"""``make bench``: the same cases in Floorcast, SimPy and Ciw in one session, and how cost grows.

Ratios are what counts: peers run side by side, so a slow machine slows them all. Floorcast is timed
on one thread after warm-up, draws and records included. Writes results/benchmarks.json.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from sim.clock.compiled import run
from sim.model.assemble import World, assemble
from sim.policy import default_policy, policies_of
from sim.scenario import load_scenario, load_scenario_text
from tests.benchmarks import peers
from tests.benchmarks.large_policy import large_world

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
REPEATS = 7
DAY = 86400.0

Peer = Callable[[float, int], dict[str, float]]
CASES: dict[str, dict[str, Peer]] = {
    "erlang_a": {
        "SimPy, a process per customer": peers.erlang_a_simpy,
        "SimPy, lean callbacks": peers.erlang_a_simpy_lean,
        "Ciw": peers.erlang_a_ciw,
    },
    "priority_10": {
        "SimPy, a process per customer": peers.priority_simpy,
        "Ciw": peers.priority_ciw,
    },
    "skills_priority": {"SimPy, a process per customer": peers.skills_simpy},
}


def world_of(name: str) -> World:
    """A shipped scenario under its first policy."""
    scenario = load_scenario(SCENARIOS / name)
    return assemble(scenario, policies_of(scenario)[0])


def floorcast(world: World, repeats: int = REPEATS) -> tuple[float, dict[str, float]]:
    """Best seconds per contact of several replications, and the figures over all of them."""
    run(world, 1, 0)
    best, contacts, abandoned, waited = np.inf, 0, 0, 0.0
    for replication in range(repeats):
        result = run(world, 1, replication)
        records = result.contacts
        best = min(best, result.seconds / len(records))
        gone = records["outcome"] == 2
        wait = np.where(gone, records["ended"], records["answered"]) - records["arrived"]
        contacts += len(records)
        abandoned += int(gone.sum())
        waited += float(np.nansum(wait))
    return best, {
        "contacts": contacts,
        "abandonment": abandoned / contacts,
        "wait_mean": waited / contacts,
    }


def beside_peers(days: float = 1.0) -> list[dict[str, object]]:
    """One row per case and simulator; ratio = its seconds per contact over Floorcast's."""
    rows: list[dict[str, object]] = []
    for case, others in CASES.items():
        own, figures = floorcast(world_of(f"verification/{case}.yaml"))
        rows.append({"case": case, "simulator": "Floorcast", "per_second": 1 / own, "ratio": 1.0, **figures})
        for name, peer in others.items():
            began = time.perf_counter()
            figures = peer(days * DAY, 1)
            seconds = (time.perf_counter() - began) / figures["contacts"]
            rows.append(
                {"case": case, "simulator": name, "per_second": 1 / seconds, "ratio": seconds / own, **figures}
            )
    return rows


def _team(per_minute: float, agents: int, extra: str = "", until: str = "") -> World:
    rate = f"{per_minute} per minute"
    if until:
        rate = f'{{per: 1 min, daily: {{"00:00": {per_minute}, "{until}": 0}}}}'
    text = f"""
name: flat
days: {1 if until else 7}
contact_types:
  calls: {{channel: phone, arrivals: {{rate: {rate}}}, work: {{exponential: 5 min}}{extra}}}
groups:
  team: {{channels: [phone], agents: {agents}}}
"""
    return assemble(load_scenario_text(text, SCENARIOS, "flat.yaml"), default_policy())


def growth() -> list[dict[str, object]]:
    """Cost per contact with many agents, and with a standing backlog, over that of 50 agents."""
    patience = ", patience: {exponential: 3 min}"
    waiting = ", backlog: {count: 100000, ages: {uniform: {from: 0s, to: 10h}}}"
    worlds = {
        "50 agents": _team(10, 52, patience),
        "10,000 agents": _team(1923, 10_000, patience, until="02:00"),
        "50 agents, 100,000 waiting": _team(10, 50, waiting),
    }
    best = dict.fromkeys(worlds, np.inf)
    for replication in range(REPEATS):
        for name, world in worlds.items():
            result = run(world, 1, replication)
            best[name] = min(best[name], result.seconds / len(result.contacts))
    base = best["50 agents"]
    return [{"case": n, "nanoseconds": 1e9 * s, "ratio": s / base} for n, s in best.items()]


def weeks() -> list[dict[str, object]]:
    """Seconds a replication of the larger shipped scenarios, per policy."""
    rows: list[dict[str, object]] = []
    for name in ("airline_week", "storm"):
        path = SCENARIOS / f"{name}.yaml"
        if not path.exists():
            continue
        scenario = load_scenario(path)
        for policy in policies_of(scenario):
            world = assemble(scenario, policy)
            runs = [run(world, 1, replication) for replication in range(4)]
            seconds = min(r.seconds for r in runs)
            rows.append(
                {"case": f"{name}, {policy.name}", "contacts": len(runs[0].contacts), "seconds": seconds}
            )
    return rows


def large(repeats: int = 4) -> dict[str, float]:
    """Contacts a second, processor time, under 60 rules over 40 types, 60 groups and 2,000 agents."""
    world = large_world()
    run(world, 1, 0)
    best, contacts = np.inf, 0
    for replication in range(repeats):
        began = time.process_time()
        contacts = len(run(world, 1, replication).contacts)
        best = min(best, (time.process_time() - began) / contacts)
    return {"contacts": contacts, "per_second": float(1 / best)}


def main() -> None:
    """Run everything, print the tables, keep the figures."""
    console = Console()
    console.print("Floorcast beside SimPy and Ciw; compiling first where needed.")
    found = {"machine": platform.processor() or platform.machine(), "peers": beside_peers()}
    table = Table("case", "simulator", "contacts a second", "slower than Floorcast", "abandoned", "mean wait")
    for row in found["peers"]:  # type: ignore[union-attr]
        table.add_row(
            str(row["case"]),
            str(row["simulator"]),
            f"{row['per_second']:,.0f}",
            f"{row['ratio']:.0f} x",
            f"{100 * row['abandonment']:.1f} %",
            f"{row['wait_mean']:.1f} s",
        )
    console.print(table)
    found["growth"] = growth()
    table = Table("size", "ns a contact", "of 50 agents")
    for row in found["growth"]:
        table.add_row(str(row["case"]), f"{row['nanoseconds']:.0f}", f"{row['ratio']:.2f} x")
    console.print(table)
    found["weeks"] = weeks()
    table = Table("week", "contacts", "seconds a replication")
    for row in found["weeks"]:
        table.add_row(str(row["case"]), f"{row['contacts']:,}", f"{row['seconds']:.3f}")
    console.print(table)
    found["large"] = size = large()
    console.print(f"60 rules, 40 types, 60 groups, 2,000 agents: {size['per_second']:,.0f} contacts a second")
    target = ROOT / "results" / "benchmarks.json"
    aside = target.with_suffix(".tmp")
    aside.write_text(json.dumps(found, indent=1))
    aside.replace(target)
    console.print(f"kept in {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
