"""The documents: links lead somewhere, the manual is what the schemas say, commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from floorcast.cli.app import app
from floorcast.cli.commands import COMMANDS
from floorcast.planning.roster.people import people_json_schema
from floorcast.policy import policy_json_schema
from floorcast.scenario import scenario_json_schema
from floorcast.scenario.described.manual import manual

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_named_exist(page: Path) -> None:
    known = {command.name for command in COMMANDS}
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"^floorcast ([a-z]+)", text, flags=re.M)) | set(re.findall(r"`floorcast ([a-z]+)", text))
    assert named <= known, sorted(named - known)


def commands_of(page: Path) -> list[list[str]]:
    """Every `floorcast ...` of a page, in a block of its own or within a line, as the shell takes it apart."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^floorcast (.+)$", text, flags=re.M) + re.findall(r"`floorcast ([^`]+)`", text)
    return [shlex.split(line, comments=True) for line in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_understood_and_every_shipped_name_is_shipped(page: Path) -> None:
    """Options exist and have values that their kind allows; scenarios are named as after `pip install`."""
    group = typer.main.get_command(app)
    known = {path.stem for path in ROOT.glob("scenarios/**/*.yaml")}
    for name, *arguments in commands_of(page):
        line = " ".join(["floorcast", name, *arguments])
        command = group.get_command(None, name)
        assert command is not None, line
        if arguments:
            try:
                command.make_context(name, list(arguments))
            except (typer.Exit, SystemExit):
                pass  # --help
            except Exception as fault:  # of typer's own click, which has no public name
                raise AssertionError(f"{page.name}: {line}: {fault}") from None
        assert "scenarios/" not in line, f"{page.name}: {line}: works in a checkout only"
        if name in ("run", "compare", "staff", "schedule", "trace", "explain", "worth", "listen", "tune") and arguments:
            first = arguments[0]
            assert "." in first or first.isupper() or first in known, f"{page.name}: {line}: {first} is not shipped"


def test_the_manual_is_what_the_schemas_say() -> None:
    """`make docs` writes it."""
    kinds = {
        "scenario": scenario_json_schema(policy_json_schema()),
        "policy": policy_json_schema(),
        "people": people_json_schema(),
    }
    wanted = "# Manual of the files\n\n" + "".join(
        manual(f"Files of kind {kind}", schema) + "\n" for kind, schema in kinds.items()
    )
    assert (ROOT / "docs" / "manual.md").read_text(encoding="utf-8") == wanted


def test_every_page_is_in_the_site() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [page.name for page in PAGES[1:] if page.name not in nav]
    assert not missing, f"not in mkdocs.yml: {missing}"
