"""A scenario that runs in a moment, and the command as a user starts it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

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


def floorcast(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The same, waited for."""
    with start(*arguments, folder=folder, **more) as process:
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def in_process(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The same in this process, which has everything loaded: for many commands one after the other."""
    from floorcast.cli.app import app

    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, arguments, env={"COLUMNS": "120", "NO_COLOR": "1", **more})
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
