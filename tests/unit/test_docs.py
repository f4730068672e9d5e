"""The documents: links lead somewhere, the manual is what the schemas say, commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from floorcast.cli.commands import COMMANDS
from floorcast.planning.roster.people import people_json_schema
from floorcast.policy import policy_json_schema
from floorcast.scenario import scenario_json_schema
from floorcast.scenario.schema.manual import manual

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
