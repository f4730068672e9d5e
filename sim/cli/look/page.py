"""`app`: the web page."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")]
Address = Annotated[
    str,
    typer.Option(
        "--address",
        help="The address to listen on; 0.0.0.0 for other machines too. There is no login: put one before it.",
    ),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Open no browser.")]


def app_(port: Port = 8501, address: Address = "localhost", no_browser: NoBrowser = False) -> None:
    """Show the web page: compare policies, watch a floor, learn. Ctrl-C ends it."""
    from streamlit.web.cli import main  # a second to load

    ui = Path(__file__).resolve().parents[2] / "ui"
    settings = _flat(tomllib.loads((ui / "base" / "config.toml").read_text(encoding="utf-8")))
    settings |= {"server.port": port, "server.address": address, "server.headless": no_browser}
    flags = [f"--{name}={_written(value)}" for name, value in settings.items()]
    main(["run", str(ui / "app.py"), *flags], standalone_mode=False)


def _flat(table: dict[str, Any], under: str = "") -> dict[str, Any]:
    """`{server: {port: 1}}` as `{server.port: 1}`."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{under}{name}.")
        else:
            found[under + name] = value
    return found


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
