"""The scenarios and policies that come with Floorcast."""

from __future__ import annotations

from pathlib import Path

from floorcast.shipped import SCENARIOS

FLAGSHIP = "airline_week.yaml"


def shipped_scenarios() -> list[Path]:
    """Scenario files to begin with: the flagship, others beside it, then the tutorials."""
    files = sorted(SCENARIOS.glob("*.yaml"), key=lambda path: (path.name != FLAGSHIP, path.name))
    return files + sorted((SCENARIOS / "tutorial").glob("*.yaml"))


def verification_scenarios() -> list[Path]:
    """Cases with known results, of interest to those who check the simulator."""
    files = sorted((SCENARIOS / "verification").glob("*.yaml"))
    return [path for path in files if path.name != "expected.yaml"]


def scenario_label(path: Path) -> str:
    """A scenario's place in the list: `Airline week`, `Tutorial · 1 phone team`."""
    name = path.stem.replace("_", " ")
    if path.parent == SCENARIOS:
        return name[:1].upper() + name[1:]
    return f"{path.parent.name.capitalize()} · {name}"


def scenario_id(path: Path) -> str:
    """A shipped scenario's name in the address: `airline_week`, `tutorial/1_phone_team`."""
    return path.stem if path.parent == SCENARIOS else f"{path.parent.name}/{path.stem}"


def shipped_policies(scenario: Path | None) -> list[Path]:
    """Policy files that may suit a scenario: those beside it, then the general ones."""
    folders = [SCENARIOS / "policies"]
    if scenario is not None:
        folders.insert(0, scenario.parent / "policies")
    found: dict[Path, None] = {}
    for folder in folders:
        found |= dict.fromkeys(sorted(folder.glob("*.yaml")))
        found |= dict.fromkeys(sorted(folder.glob("*/*.yaml")))
    return list(found)
