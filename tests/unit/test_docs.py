"""The documents: links lead somewhere, the manual is what the schemas say, commands exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, env=quiet)
    assert done.returncode == 0, done.stderr
    return folder


def test_no_link_of_the_site_is_dead(site: Path) -> None:
    """Every page and file that a page leads to is there, and every heading."""
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if path.name != "404.html"}
    headings = {path: set(re.findall(r"\bid=\"([^\"]+)\"", text)) for path, text in pages.items()}
    assert len(pages) >= len(PAGES)
    for path, text in pages.items():
        for link in re.findall(r"\b(?:href|src)=\"([^\"]*)\"", text):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            goal = goal / "index.html" if goal.is_dir() else goal
            assert goal.exists(), f"{path.relative_to(site)}: {link}"
            if parts.fragment and goal in headings:
                assert unquote(parts.fragment) in headings[goal], f"{path.relative_to(site)}: {link}"
