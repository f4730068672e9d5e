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

SCENARIO = """\
name: Small
days: 1
replications: 3
contact_types:
  calls:
    channel: phone
    arrivals: {rate: 30 per hour}
    work: {exponential: 3 min}
    patience: {exponential: 2 min}
  letters:
    channel: email
    arrivals: {rate: 10 per hour}
    work: {exponential: 5 min}
groups:
  team:
    channels: {phone: 1, email: 1}
    agents: 3
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}
  - {of: team, measure: occupancy, at_most: 90 %}
"""
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
