"""A scenario that runs in a moment, and the command as a user starts it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from floorcast.cli import main
from tests.centres import centre, queue

SCENARIO = centre(
    "name: Small\ndays: 1\nreplications: 3\n",
    [queue("calls", "phone", "30 per hour", "3 min", "2 min"), queue("letters", "email", "10 per hour", "5 min")],
    "  team:\n    channels: {phone: 1, email: 1}\n    agents: 3\n",
    ["of: phone, measure: service_level, within: 20s, at_least: 80 %", "of: team, measure: occupancy, at_most: 90 %"],
)
OLDEST = "name: oldest\npriority: {order: oldest}\n"
CALLS = "name: calls\npriority: {channel: {phone: 10}}\n"


def write_small(folder: Path, text: str = SCENARIO) -> Path:
    """The scenario and two policies in a folder; returns the scenario's file."""
    (folder / "oldest.yaml").write_text(OLDEST)
    (folder / "calls.yaml").write_text(CALLS)
    file = folder / "small.yaml"
    file.write_text(text)
    return file


def start(*arguments: str, folder: Path, **more: str) -> subprocess.Popen[str]:
    """`floorcast ARGUMENTS` in a folder, with its output as text."""
    return subprocess.Popen(
        [sys.executable, "-c", "from floorcast.cli import main; main()", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "120", "NO_COLOR": "1", **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def floorcast_alone(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`floorcast ARGUMENTS` in a folder, in a process of its own, waited for."""
    with start(*arguments, folder=folder, **more) as process:
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def floorcast(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`floorcast ARGUMENTS` in a folder, in this process: Python and its libraries are not started anew.

    What only a process of its own can show (signals, a first compilation, start-up) uses `start`.
    """
    written = {"COLUMNS": "120", "NO_COLOR": "1", **more}
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, written),
        mock.patch.object(sys, "argv", ["floorcast", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        chdir(folder),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        else:
            raise AssertionError("the command always ends in SystemExit")
    said = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, code, *said)
