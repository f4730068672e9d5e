"""Where the scenarios that come with Floorcast lie: beside sim/ in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSIDE = _PACKAGE / "scenarios"

SCENARIOS = _INSIDE if _INSIDE.is_dir() else _PACKAGE.parent / "scenarios"


def shipped(path: Path, folder: str = "") -> Path:
    """A file as given; a bare name that is no file is one that comes with Floorcast, if there is one.

    folder: look there first (`policies`).
    """
    if path.exists() or path.parent != Path(".") or path.suffix not in ("", ".yaml"):
        return path
    name = f"{path.stem}.yaml"
    for place in (SCENARIOS / folder, SCENARIOS):
        found = sorted(place.rglob(name), key=lambda file: (len(file.parts), str(file)))
        if found:
            return found[0]
    return path


def examples() -> list[Path]:
    """All that is shipped to begin with: scenarios, tutorials, people, lessons, policies; not the
    cases of verification."""
    files = sorted(SCENARIOS.rglob("*.yaml"), key=lambda file: (len(file.parts), str(file)))
    return [file for file in files if "verification" not in file.parts]


# Folders of scenarios/ whose files are no scenarios.
_OTHER_KINDS = ("policies", "people", "lessons", "maps")
PLANNED = "_planned"  # ends the name of a scenario that `schedule` wrote: another's, with other shifts


def files_of(kind: str) -> list[Path]:
    """All shipped files of a kind: scenarios (cases of verification too, but not those that were planned from another),
    policies, people, lessons, maps."""
    every = sorted(file for file in SCENARIOS.rglob("*.yaml") if file.name != "expected.yaml")
    every = [file for file in every if not file.stem.endswith(PLANNED)]
    kinds = {file: next((p for p in file.parts if p in _OTHER_KINDS), "scenarios") for file in every}
    return [file for file in every if kinds[file] == kind]
