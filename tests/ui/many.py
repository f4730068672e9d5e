"""Readers without a browser: they speak to the page's server as a browser does, so that many can be had at once.

`python -m tests.ui.many http://127.0.0.1:8501 20` measures twenty readers who open the page and pull a lever.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Seen:
    """What a reader has waited for: seconds until the page stood, and until it was drawn again after a lever."""

    opened: float = 0.0
    redrawn: float = 0.0
    text: str = ""
    widgets: dict[str, str] = field(default_factory=dict)  # id by label


async def read(address: str, query: dict[str, str], lever: str = "", value: int = 0) -> Seen:
    """Open the page with a query, and set a number by its label."""
    seen = Seen()
    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as line:  # type: ignore[list-item]
        said = urlencode(query)
        began = time.monotonic()
        await _run(line, seen, said, [])
        seen.opened = time.monotonic() - began
        if lever:
            began = time.monotonic()
            await _run(line, seen, said, [(seen.widgets[lever], value)])
            seen.redrawn = time.monotonic() - began
    return seen


async def _run(line: Any, seen: Seen, query: str, states: list[tuple[str, int]]) -> None:
    """Ask for a run of the script with these widgets, and take all in until it is over."""
    message = BackMsg()
    message.rerun_script.query_string = query
    for name, value in states:
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.double_value = name, float(value)
    await line.send(message.SerializeToString())
    seen.text = ""
    while True:
        told = ForwardMsg()
        told.ParseFromString(await line.recv())
        kind = told.WhichOneof("type")
        if kind == "delta":
            _take(told.delta.new_element, seen)
        elif kind == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return


def _take(element: Any, seen: Seen) -> None:
    kind = element.WhichOneof("type")
    if kind == "number_input":
        seen.widgets[element.number_input.label] = element.number_input.id
    elif kind in ("html", "heading", "markdown", "exception"):
        seen.text += str(getattr(element, kind)) + "\n"


async def _all(address: str, number: int) -> list[Seen]:
    found = []
    for place in range(number):
        query = {"scenario": "tutorial/1_phone_team", "seed": str(100 + place)}
        found.append(read(address, query, "Team", 21))
    return list(await asyncio.gather(*found))


if __name__ == "__main__":
    for name, times in zip(
        ("opened", "redrawn"),
        zip(*((one.opened, one.redrawn) for one in asyncio.run(_all(sys.argv[1], int(sys.argv[2])))), strict=True),
        strict=True,
    ):
        print(f"{name}: median {statistics.median(times):.2f} s, longest {max(times):.2f} s")
