"""Imports point one way only, and a file stays a room: both read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A package may import itself and what stands before it, but not its neighbour on the line.
ORDER = [
    {"scenario"},
    {"policy"},
    {"model"},
    {"clock"},
    {"measures"},
    {"study"},
    {"planning"},
    {"store"},
    {"cli", "ui"},
]
RANK = {name: place for place, names in enumerate(ORDER) for name in names}

LONGEST_FILE = 450


def sources() -> list[Path]:
    return sorted((ROOT / "sim").rglob("*.py"))


def room_of(module: str) -> str | None:
    """The package under `sim` that a dotted module name belongs to; None for all others."""
    parts = module.split(".")
    return parts[1] if parts[0] == "sim" and len(parts) > 1 else None


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
            if module == "sim":  # `from sim import policy` imports the package sim.policy
                for alias in node.names:
                    yield node.lineno, f"sim.{alias.name}"
            else:
                yield node.lineno, module


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_only_at_earlier_packages(path: Path) -> None:
    own = path.relative_to(ROOT / "sim").with_suffix("").parts[0]
    for line, module in imported_modules(path):
        room = room_of(module)
        if module.split(".")[0] in {"tests", "app"}:
            pytest.fail(f"{path}:{line} imports {module}, which is no part of the package")
        if room is None or room not in RANK:
            continue
        assert own != "__init__", f"{path}:{line}: sim/__init__.py imports nothing of sim"
        assert own in RANK, f"{path}: sim/{own} has no place in the order of imports"
        assert room == own or RANK[room] < RANK[own], (
            f"{path}:{line}: sim.{own} imports {module}, but sim.{room} does not stand before it"
        )


def test_every_package_has_a_place_in_the_order() -> None:
    found = {path.name for path in (ROOT / "sim").iterdir() if (path / "__init__.py").exists()}
    assert found <= set(RANK), f"no place in the order: {sorted(found - set(RANK))}"


def test_no_file_outgrows_its_room() -> None:
    files = [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}
    assert not long, f"files over {LONGEST_FILE} lines: {long}"
