"""A simulated centre that writes: its messages one by one, as exports have them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import yaml

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Log
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.unit.history.summed import Ticket

START = datetime(2026, 3, 2)  # a Monday
TURNS, WORK, THINK, HELD, PER_HOUR = 3.0, 90.0, 240.0, 3, 40
_WHO = {int(Log.ARRIVED): "customer", int(Log.REPLIED): "customer", int(Log.TURN_DONE): "agent"}


@dataclass(frozen=True)
class Message:
    """One message as it was."""

    conversation: int
    sent: datetime
    sender: str
    agent: str


def scenario_text(days: int) -> str:
    """Five agents from 8 to 20 o'clock, each with up to three conversations at once."""
    kind = {
        "channel": "messaging",
        "arrivals": {"rate": {"per": "1h", "daily": {"08:00": PER_HOUR, "19:00": 0}}},
        "turns": {"geometric": {"mean": TURNS}},
        "work": {"exponential": f"{WORK:g}s"},
        "think": {"exponential": f"{THINK:g}s"},
    }
    channel = {"kind": "messaging", "holds_slot": True}
    team = {"channels": {"messaging": HELD}, "shifts": [{"agents": 5, "start": "07:55", "length": "14h"}]}
    document = {
        "name": "truth", "start": f"{START:%Y-%m-%d}", "days": days, "channels": {"messaging": channel},
        "contact_types": {"orders": kind}, "groups": {"team": team},
    }  # fmt: skip
    return yaml.safe_dump(document, sort_keys=False)


def chatted(days: int, seed: int = 5) -> list[Message]:
    """Messages in order of time, instants in whole seconds."""
    scenario = load_scenario_text(scenario_text(days), Path("."), "truth.yaml")
    log = run(assemble(scenario, policies_of(scenario)[0]), seed, 0, log=True).log
    kept = log[np.isin(log["kind"], list(_WHO))]
    return [
        Message(
            int(one["contact"]), START + timedelta(seconds=round(float(one["time"]))), _WHO[int(one["kind"])],
            f"agent {one['agent']}" if one["kind"] == Log.TURN_DONE else "",
        )
        for one in kept
    ]  # fmt: skip


def tickets(days: int, seed: int = 5) -> list[Ticket]:
    """The same conversations as a ticket system keeps them."""
    scenario = load_scenario_text(scenario_text(days), Path("."), "truth.yaml")
    done = run(assemble(scenario, policies_of(scenario)[0]), seed, 0, log=True)
    replies = done.log[done.log["kind"] == Log.TURN_DONE]
    count = np.bincount(replies["contact"], minlength=len(done.contacts))
    first = {int(one["contact"]): float(one["time"]) for one in replies[::-1]}
    return [
        Ticket(
            n, START + timedelta(seconds=round(float(one["arrived"]))), START + timedelta(seconds=round(first[n])),
            int(count[n]), round(float(one["worked"])),
        )
        for n, one in enumerate(done.contacts)
    ]  # fmt: skip


def table(messages: list[Message]) -> str:
    """The plain table."""
    rows = [f"{one.conversation},{one.sent:%Y-%m-%d %H:%M:%S},{one.sender},{one.agent},orders" for one in messages]
    return "\n".join(["conversation,sent,sender,agent,type", *rows]) + "\n"


def transcripts(messages: list[Message]) -> str:
    """Amazon Connect: an object per chat, with what is no message in between."""
    lines = []
    for number in dict.fromkeys(one.conversation for one in messages):
        mine = [one for one in messages if one.conversation == number]
        items = [{"AbsoluteTime": _utc(mine[0].sent), "Type": "EVENT", "ParticipantRole": "CUSTOMER"}]
        items += [
            {"AbsoluteTime": _utc(one.sent), "Type": "MESSAGE", "Content": "secret", "ParticipantRole": one.sender.upper(), "DisplayName": one.agent}
            for one in mine
        ]  # fmt: skip
        lines.append(json.dumps({"Version": "1", "ContactId": f"c-{number}", "Transcript": items}))
    return "\n".join(lines) + "\n"


def intercom(messages: list[Message]) -> str:
    """Intercom: the first message is the source, the others are parts, with a bot's and an assignment in between."""
    items = []
    for number in dict.fromkeys(one.conversation for one in messages):
        first, *rest = (one for one in messages if one.conversation == number)
        at = int(first.sent.replace(tzinfo=UTC).timestamp())
        parts = [_part(at + 1, "comment", "bot", 7), _part(at + 2, "assignment", "bot", 7)]
        parts += [
            _part(int(one.sent.replace(tzinfo=UTC).timestamp()), "comment", "admin" if one.agent else "user", one.agent or number) for one in rest
        ]
        source = {"type": "conversation", "author": {"type": "user", "id": number}}
        items.append(
            {"id": number, "created_at": at, "source": source, "team_assignee_id": "orders", "conversation_parts": {"conversation_parts": parts}}
        )
    return json.dumps({"conversations": items})


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def _part(at: int, sort: str, kind: str, author: object) -> dict[str, object]:
    return {"part_type": sort, "created_at": at, "author": {"type": kind, "id": author}}


# By layout: file name, writer.
WRITERS = {"generic-messages": ("chats.csv", table), "connect-transcript": ("chats.jsonl", transcripts), "intercom-messages": ("chats.json", intercom)}
