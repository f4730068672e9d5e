"""`app`: the web page."""

from __future__ import annotations

import errno
import socket
import threading
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

Port = Annotated[int, typer.Option("--port", metavar="PORT", min=1, max=65535, help="The port to listen on.")]
Address = Annotated[
    str,
    typer.Option(
        "--address",
        metavar="HOST",
        help="The address to listen on; 0.0.0.0 for other machines too. There is no login: put one in front of it.",
    ),
]
# What a page, its charts and a study need, the slowest last.
WARM = (
    "floorcast.ui.compare.page", "floorcast.charts.pictures", "floorcast.charts.flows", "floorcast.store.cube.cut",
    "floorcast.ui.results.pivot", "floorcast.clock.compiled", "floorcast.model.compile.assemble",
)  # fmt: skip
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]


def app_(port: Port = 8501, address: Address = "localhost", no_browser: NoBrowser = False) -> None:
    """Show the web page: compare policies, watch a floor, learn. Ctrl-C ends it."""
    _check_free(address, port)
    from streamlit.web.cli import main  # a second to load

    ui = Path(__file__).resolve().parents[2] / "ui"
    settings = _flat(tomllib.loads((ui / "base" / "config.toml").read_text(encoding="utf-8")))
    settings |= {"server.port": port, "server.address": address, "server.headless": no_browser}
    flags = [f"--{name}={_written(value)}" for name, value in settings.items()]
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    at = "localhost" if address in ("0.0.0.0", "::") else address
    typer.echo(f"Floorcast's page: http://{at}:{port} (Ctrl-C ends it)")
    main(["run", str(ui / "serve.py"), *flags], standalone_mode=False)


def _check_free(address: str, port: int) -> None:
    """Raise BadParameter where nobody can listen there: in one sentence, before anything is loaded."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            other = port % 65535 + 1
            text = f"found {port}, where something listens already; allowed a free port, such as --port {other}"
            raise typer.BadParameter(text, param_hint="--port") from None
        text = f"found {address}, port {port} ({fault.strerror}); allowed an address of this machine and an open port"
        raise typer.BadParameter(text, param_hint="--address") from None


def _warm() -> None:
    """Load what the first reader would wait for while the server starts: libraries, and the model if it is compiled."""
    import gc
    from importlib import import_module

    for name in WARM:
        import_module(name)
    gc.freeze()  # what is loaded stays: looking through it again and again would hold up every reader


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
