"""Imports point one way only, and a file stays a room: both read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A room may import itself and what stands before it, but not its neighbour on the line. Rooms inside a
# room have an order of their own.
ORDER = {
    "": [
        {"lazy", "shipped"},
        {"scenario"},
        {"policy"},
        {"model"},
        {"clock"},
        {"explain"},
        {"measures"},
        {"study"},
        {"planning"},
        {"verification"},
        {"history"},
        {"store"},
        {"charts"},
        {"report"},
        {"front"},
        {"lessons"},
        {"workshop"},
        {"cli", "ui"},
        {"__main__"},
    ],
    "scenario": [{"read"}, {"catalogue"}, {"words"}, {"schema"}, {"described"}, {"horizon"}, {"checks"}, {"what_if"}],
    "policy": [{"schema"}, {"checks", "words"}],
    "model": [{"records"}, {"machine_code"}, {"core"}, {"agents"}, {"matching"}, {"events"}, {"step"}, {"compile"}],
    "planning": [{"theory", "columns"}, {"trials"}, {"requirement"}, {"programs"}, {"shifts"}, {"roster"}, {"hiring"}],
    "history": [
        {"folder"}, {"layouts"}, {"read"}, {"calls"}, {"fit"}, {"others"}, {"written"}, {"forecast"}, {"backtest"},
    ],
    "measures": [
        {"base"}, {"cells"}, {"contacts"}, {"customers", "floor"}, {"periods"}, {"summary", "series"}, {"laws"},
    ],
}

LONGEST_FILE = 450
MOST_FILES = 12


def sources() -> list[Path]:
    return sorted((ROOT / "sim").rglob("*.py"))


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports anywhere in it, lazily or not, with its line."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            if module == "sim":  # `from floorcast import policy` imports the package floorcast.policy
                for alias in node.names:
                    yield node.lineno, f"floorcast.{alias.name}"
            else:
                yield node.lineno, module


def dotted(path: Path) -> str:
    """The module name of a source file; a package's own name for its `__init__`."""
    parts = ("floorcast", *path.relative_to(ROOT / "sim").with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rank(house: str, room: str) -> int | None:
    """The place of a room in the order of its house; None for what has none."""
    return next((i for i, names in enumerate(ORDER[house]) if room in names), None)


MODULES = {dotted(path): path for path in sources()}


def targets(path: Path) -> Iterator[tuple[int, str]]:
    """Modules of Floorcast that a file imports, each by its longest name that is a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else node.module for name in inner]
        for name in names:
            if name in MODULES:
                yield node.lineno, name


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_only_at_earlier_rooms(path: Path) -> None:
    own = dotted(path).split(".")
    for line, module in imported_modules(path):
        if module.split(".")[0] in {"tests", "app"}:
            pytest.fail(f"{path}:{line} imports {module}, which is no part of the package")
    for line, module in targets(path):
        other = module.split(".")
        for house in ORDER:
            inside = house.split(".") if house else []
            depth = 1 + len(inside)
            if own[1:depth] != inside or other[1:depth] != inside or len(other) <= depth:
                continue
            if len(own) <= depth:  # the front door of a house sees all of it
                continue
            here, there = rank(house, own[depth]), rank(house, other[depth])
            if house and (here is None or there is None):
                continue
            assert here is not None, f"{path}: {own[depth]} has no place in the order of imports"
            assert own[depth] == other[depth] or (there is not None and there < here), (
                f"{path}:{line}: {'.'.join(own)} imports {module}, which does not stand before it"
            )


def test_no_imports_go_in_circles() -> None:
    """Lazy imports count: a circle is one whenever it is walked."""
    arrows = {name: {to for _, to in targets(path)} - {name} for name, path in MODULES.items()}
    for name in list(arrows):  # a package's front door repeats what stands in its rooms
        arrows[name] = {to for to in arrows[name] if not MODULES[to].name == "__init__.py"}
    done: set[str] = set()
    circles: list[str] = []

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circles.append(" -> ".join((*path[path.index(name) :], name)))
            return
        if name in done:
            return
        for to in sorted(arrows[name]):
            walk(to, (*path, name))
        done.add(name)

    for name in arrows:
        walk(name, ())
    assert not circles, circles


def test_every_package_has_a_place_in_the_order() -> None:
    for house in ORDER:
        folder = ROOT / "sim" / house.replace(".", "/")
        found = {path.name for path in folder.iterdir() if (path / "__init__.py").exists()}
        named = set().union(*ORDER[house])
        assert found <= named, f"no place in the order of {house or 'the house'}: {found - named}"


def test_no_room_is_crowded() -> None:
    counts = {
        str(folder.relative_to(ROOT)): len([p for p in folder.glob("*.py") if p.stem != "__init__"])
        for folder in {path.parent for path in sources()}
    }
    crowded = {room: n for room, n in counts.items() if n > MOST_FILES}
    assert not crowded, f"rooms of more than {MOST_FILES} files: {crowded}"


def test_no_file_outgrows_its_room() -> None:
    files = [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}
    assert not long, f"files over {LONGEST_FILE} lines: {long}"
