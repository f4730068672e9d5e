"""`floorcast app` runs the page that ships inside the package, with the page's own settings."""

from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import floorcast
from floorcast.cli.app import app
from floorcast.cli.look.page import _check_free

PACKAGE = Path(floorcast.__file__).resolve().parent


def test_it_hands_the_shipped_page_and_its_settings_to_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda args, standalone_mode: called.append(args))
    monkeypatch.setattr("floorcast.cli.look.page._check_free", lambda address, port: None)
    done = CliRunner().invoke(app, ["app", "--port", "9000", "--address", "0.0.0.0", "--no-browser"])
    assert done.exit_code == 0, done.output
    assert "http://localhost:9000" in done.output
    (args,) = called
    assert args[0] == "run" and Path(args[1]) == PACKAGE / "ui" / "serve.py" and Path(args[1]).is_file()
    for flag in ("--server.port=9000", "--server.address=0.0.0.0", "--server.headless=true",
                 "--browser.gatherUsageStats=false", "--theme.light.primaryColor=#0F6B62", "--server.maxUploadSize=5",
                 "--logger.hideWelcomeMessage=true"):
        assert flag in args  # fmt: skip


def test_both_ways_to_start_it_have_the_same_settings() -> None:
    shipped = tomllib.loads((PACKAGE / "ui" / "base" / "config.toml").read_text())
    here = tomllib.loads((Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml").read_text())
    assert shipped == here


def test_options_are_those_of_the_command_also_where_tables_are_written_as_files() -> None:
    """Short names, bounds and names of values come from where the command stands."""
    for command in ("tune", "rank", "staff", "schedule"):
        page = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
        assert "-n" in page and "FILE" in page and "SCENARIO" in page, command


def test_a_port_that_is_taken_and_an_address_of_elsewhere_are_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(typer.BadParameter, match="listens already; allowed a free port"):
            _check_free("127.0.0.1", port)
    _check_free("127.0.0.1", port)
    with pytest.raises(typer.BadParameter, match="allowed an address of this machine"):
        _check_free("192.0.2.1", port)
