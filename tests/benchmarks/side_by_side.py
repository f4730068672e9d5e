"""The same cases in Floorcast and its peers, turn by turn: speed as ratios, and whether the results agree.

Times are seconds of the thread's own processor time, the best of several turns, so that neither a
loaded machine nor a slow one changes the ratios. All simulate the same day from an empty centre and
count the contacts whose wait is over.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from floorcast.clock.compiled import run
from floorcast.clock.run import Run
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.records.layout import Outcome
from floorcast.policy import default_policy, policies_of
from floorcast.scenario import load_scenario, load_scenario_text
from tests.benchmarks import c_loop, peers
from tests.benchmarks.large_policy import large_world

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
DAY = 86400.0
ERROR = 0.01  # chance that any of the results disagree though all simulators are right
FIGURES = ("abandonment", "wait_mean")

Figures = dict[str, float]
Peer = Callable[[float, int], Figures]
CASES: dict[str, dict[str, Peer]] = {
    "erlang_a": {
        "SimPy, a process per customer": peers.erlang_a_simpy,
        "SimPy, lean callbacks": peers.erlang_a_simpy_lean,
        "Ciw": peers.erlang_a_ciw,
        **({"a loop in C": c_loop.erlang_a_c} if c_loop.library() else {}),
    },
    "priority_10": {
        "SimPy, a process per customer": peers.priority_simpy,
        "SimPy, lean callbacks": peers.priority_simpy_lean,
        "Ciw": peers.priority_ciw,
    },
    "skills_priority": {
        "SimPy, a process per customer": peers.skills_simpy,
        **({"a loop in C": c_loop.skills_c} if c_loop.library() else {}),
    },
}

# What is asked for: times slower than Floorcast at the least.
PEERS = {
    ("erlang_a", "SimPy, a process per customer"): "30 x",
    ("erlang_a", "a loop in C"): "0.6 x",
    ("skills_priority", "a loop in C"): "0.6 x",
}
# ... and times the cost of a contact in the small case at the most.
GROWTH = {
    "10,000 agents": 1.5,
    "50 agents, 100,000 waiting": 1.5,
    "100 contact types": 1.3,
    "100 groups": 1.3,
    "60 rules": 1.2,
}


def day_of(case: str) -> World:
    """One day of a verification case, nothing left out as warm-up."""
    scenario = load_scenario(SCENARIOS / "verification" / f"{case}.yaml")
    scenario = scenario.model_copy(update={"days": 1, "warm_up": 0.0})
    return assemble(scenario, policies_of(scenario)[0])


def figures_of(one: Run) -> Figures:
    """What the peers return, from a run's records."""
    contacts = one.contacts
    gone = contacts["outcome"] == Outcome.ABANDONED
    waited = np.where(gone, contacts["ended"], contacts["answered"]) - contacts["arrived"]
    over = int((~np.isnan(waited)).sum())
    return {
        "contacts": over,
        "abandonment": int(gone.sum()) / over,
        "wait_mean": float(np.nansum(waited)) / over,
    }


def timed(simulate: Callable[[], Figures]) -> tuple[float, Figures]:
    """Processor seconds per contact, and the figures."""
    began = time.thread_time()
    figures = simulate()
    return (time.thread_time() - began) / figures["contacts"], figures


def side_by_side(
    case: str, turns: int = 5, own: int = 200, others: dict[str, Peer] | None = None
) -> list[dict[str, object]]:
    """A row per simulator. Every turn each simulates a day; Floorcast `own` days in all.

    ratio: its seconds per contact over Floorcast's. agrees: its mean over the turns is no further
    from Floorcast's than chance allows; a day of either scatters alike if both are right.
    """
    world = day_of(case)
    others = CASES[case] if others is None else others
    found: dict[str, list[tuple[float, Figures]]] = {name: [] for name in ("Floorcast", *others)}
    run(world, 1, 0)  # compiles, or reads the compiled code

    def floorcast(days: range) -> None:
        """As long a turn as a peer's single day, roughly: no best of many short ones."""
        began = time.thread_time()
        figures = [figures_of(run(world, 1, day)) for day in days]
        seconds = (time.thread_time() - began) / sum(f["contacts"] for f in figures)
        found["Floorcast"] += [(seconds, f) for f in figures]

    for turn in range(turns):
        floorcast(range(turn * own // turns, (turn + 1) * own // turns))
        for name, peer in others.items():
            found[name].append(timed(lambda: peer(DAY, 1 + turn)))  # noqa: B023
    days = {f: np.array([figures[f] for _, figures in found["Floorcast"]]) for f in FIGURES}
    quantile = float(ndtri(1.0 - 0.5 * ERROR / (len(FIGURES) * sum(map(len, CASES.values())))))
    best = min(seconds for seconds, _ in found["Floorcast"])
    rows: list[dict[str, object]] = []
    for name, measured in found.items():
        seconds = min(seconds for seconds, _ in measured)
        row: dict[str, object] = {
            "case": case,
            "simulator": name,
            "per_second": 1 / seconds,
            "ratio": seconds / best,
            "days": len(measured),
            "agrees": True,
        }
        for figure in FIGURES:
            mean = float(np.mean([figures[figure] for _, figures in measured]))
            scatter = float(days[figure].std(ddof=1))
            row[figure] = mean
            row[f"{figure}_half_width"] = quantile * scatter / math.sqrt(len(measured))
            allowed = quantile * scatter * math.sqrt(1 / len(measured) + 1 / own)
            if abs(mean - float(days[figure].mean())) > allowed:
                row["agrees"] = False
        rows.append(row)
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


def _many(types: int = 1, groups: int = 1, rules: int = 0) -> World:
    """The team of 52 with its calls shared by contact types, its people by groups, and rules that test
    what every caller has and never hold."""
    patience = "patience: {exponential: 3 min}"
    kinds = "".join(
        f"  t{i}: {{channel: phone, skills: [s{i}], arrivals: {{rate: {10 / types:.4f} per min}},"
        f" work: {{exponential: 5 min}}, {patience}, sentiment: {{negative: 0.5, neutral: 0.5}},"
        f" reach: {{exponential: 300}}}}\n"
        for i in range(types)
    )
    skills = ", ".join(f"s{i}" for i in range(types))
    sizes = [52 * (i + 1) // groups - 52 * i // groups for i in range(groups)] if groups <= 52 else [1] * groups
    teams = "".join(
        f"  g{i}: {{channels: [phone], skills: [{skills}], agents: {size}}}\n" for i, size in enumerate(sizes)
    )
    policy = ""
    if rules:
        lines = "".join(
            f"    - {{name: r{i}, when: {{sentiment: negative, reach: {{at_least: {1e9 + i:.0f}}}}}, plan: p}}\n"
            for i in range(rules)
        )
        policy = f"policy:\n  rules:\n{lines}  plans:\n    p: [{{groups: any}}]\n"
    text = f"name: many\ndays: 7\ncontact_types:\n{kinds}groups:\n{teams}{policy}"
    if groups > 52:
        text = text.replace(f"rate: {10 / types:.4f} per min", f"rate: {10 * groups / 52:.4f} per min")
    scenario = load_scenario_text(text, SCENARIOS, "many.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def growth(turns: int = 7, full: bool = False) -> list[dict[str, object]]:
    """Cost per contact with many agents and a standing backlog, over that of 50 agents; with `full`,
    with many contact types, groups and rules too, each over that of one (of none)."""
    patience = ", patience: {exponential: 3 min}"
    waiting = ", backlog: {count: 100000, ages: {uniform: {from: 0s, to: 10h}}}"
    cases: dict[str, tuple[World, str]] = {
        "50 agents": (_team(10, 52, patience), "50 agents"),
        "10,000 agents": (_team(1923, 10_000, patience, until="02:00"), "50 agents"),
        "50 agents, 100,000 waiting": (_team(10, 50, waiting), "50 agents"),
    }
    if full:
        cases |= {
            "1 contact type, 1 group, no rules": (_many(), "1 contact type, 1 group, no rules"),
            "100 contact types": (_many(types=100), "1 contact type, 1 group, no rules"),
            "100 groups": (_many(groups=100), "1 contact type, 1 group, no rules"),
            "60 rules": (_many(rules=60), "1 contact type, 1 group, no rules"),
        }
    best = dict.fromkeys(cases, np.inf)
    for replication in range(turns):
        for name, (world, _) in cases.items():
            seconds, _ = timed(lambda: {"contacts": len(run(world, 1, replication).contacts)})  # noqa: B023
            best[name] = min(best[name], seconds)
    return [
        {"case": name, "nanoseconds": 1e9 * best[name], "ratio": best[name] / best[base], "of": base}
        for name, (_, base) in cases.items()
    ]


def weeks() -> list[dict[str, object]]:
    """Seconds a replication of the larger shipped scenarios, per policy."""
    rows: list[dict[str, object]] = []
    for name in ("airline_week", "storm"):
        scenario = load_scenario(SCENARIOS / f"{name}.yaml")
        for policy in policies_of(scenario):
            world = assemble(scenario, policy)
            runs = [run(world, 1, replication) for replication in range(4)]
            rows.append(
                {
                    "case": f"{name}, {policy.name}",
                    "contacts": len(runs[0].contacts),
                    "seconds": min(r.seconds for r in runs),
                }
            )
    return rows


def large(turns: int = 4) -> dict[str, float]:
    """Contacts a second under 60 rules over 40 types, 60 groups and 2,000 agents."""
    world = large_world()
    run(world, 1, 0)
    best, contacts = math.inf, 0
    for turn in range(turns):
        began = time.thread_time()
        contacts = len(run(world, 1, turn).contacts)
        best = min(best, (time.thread_time() - began) / contacts)
    return {"contacts": contacts, "per_second": 1 / best}
