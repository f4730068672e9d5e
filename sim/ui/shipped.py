"""The scenarios and policies that come with Floorcast."""

from __future__ import annotations

from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
FLAGSHIP = "airline_week.yaml"
_LAST = ("tutorial", "verification")  # folders, in the order shown after the plain files


def shipped_scenarios() -> list[Path]:
    """Scenario files: the flagship, others beside it, then the tutorials and verification cases."""
    files = [path for path in SCENARIOS.glob("*.yaml") if path.is_file()]
    files.sort(key=lambda path: (path.name != FLAGSHIP, path.name))
    for folder in _LAST:
        files += sorted(p for p in (SCENARIOS / folder).glob("*.yaml") if p.name != "expected.yaml")
    return files


def scenario_label(path: Path) -> str:
    """A scenario's place in the list: `Airline week`, `Tutorial · 1 phone team`."""
    name = path.stem.replace("_", " ")
    if path.parent == SCENARIOS:
        return name[:1].upper() + name[1:]
    return f"{path.parent.name.capitalize()} · {name}"


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
