"""Simulated contacts as exports have them that know no waits on the line: interval totals, tickets and posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.unit.history.examples import EXAMPLES
from tests.unit.history.simulated import Call

HALF_HOUR = timedelta(minutes=30)
AGENTS = 8


@dataclass(frozen=True)
class Interval:
    """Totals of one type and half hour."""

    kind: str
    start: datetime
    offered: int
    handled: int
    seconds: float

    @property
    def aht(self) -> float:
        """Mean handle time."""
        return self.seconds / max(self.handled, 1)

    @property
    def per_offered(self) -> float:
        """Handle time of a contact offered, where an export knows no others."""
        return self.seconds / max(self.offered, 1)


@dataclass(frozen=True)
class Ticket:
    """A letter, or a post: when it came, when it was first answered, answers, seconds of work in all."""

    number: int
    created: datetime
    replied: datetime
    replies: int
    worked: float


def intervals(calls: list[Call]) -> list[Interval]:
    """By half hour and type, every half hour from 8 to 20 o'clock."""
    found = []
    for kind in sorted({one.kind for one in calls}):
        mine = [one for one in calls if one.kind == kind]
        for day in sorted({one.arrived.date() for one in mine}):
            for place in range(16, 40):
                start = datetime.combine(day, datetime.min.time()) + place * HALF_HOUR
                there = [one for one in mine if start <= one.arrived < start + HALF_HOUR]
                handled = [one.handle or 0.0 for one in there if one.agent]
                found.append(Interval(kind, start, len(there), len(handled), sum(handled)))
    return found


def _clock(seconds: float) -> str:
    return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{seconds % 60:05.2f}"


# A row of each layout by interval; the header is that of its example, where it has one.
BY_INTERVAL: dict[str, Callable[[Interval], str]] = {
    "generic-intervals": lambda i: f"{i.kind};{i.start:%d.%m.%Y};{i.start:%H:%M}-{i.start + HALF_HOUR:%H:%M};;{i.offered};{i.per_offered:.2f}".replace(".", ",", 0),
    "genesys-history": lambda i: f"{i.start:%Y-%m-%dT%H:%M:%SZ},{i.kind},Voice,,,{i.offered},{i.handled},{i.seconds:.0f}",
    "connect-history": lambda i: f"{i.kind},q,VOICE,{i.start:%Y-%m-%dT%H:%M:%SZ},30mins,{i.offered},{i.aht:.2f},{i.handled}",
    "genesys-queue-intervals": lambda i: f"{i.start},{i.start + HALF_HOUR},true,,voice,q,{i.kind},{i.offered},{i.handled},{i.offered - i.handled},{1000 * i.seconds:.0f}",
    "avaya-hsplit": lambda i: f"{i.start:%Y-%m-%d},{i.start:%H%M},1,{i.kind},{i.offered},{i.handled},{i.offered - i.handled},{i.seconds:.0f},0,0,0,{1800 * AGENTS}",
    "avaya-report": lambda i: f"{i.kind},{i.start:%d.%m.%Y},{i.start:%I:%M}-{i.start + HALF_HOUR:%I:%M%p},:10,:30,{i.handled},{_clock(i.aht)},:00,{i.offered - i.handled},{AGENTS}",
    "cisco-csq-intervals": lambda i: f"{i.kind},{i.start:%m/%d/%y %I:%M:%S %p},{i.start + HALF_HOUR:%m/%d/%y %I:%M:%S %p},{i.offered},0:00:10,{i.handled},0:00:10,{_clock(i.aht)},{i.offered - i.handled}",
    "five9-queue": lambda i: f"{i.kind},{i.start:%Y-%m-%d},{i.start:%H:%M},{i.offered},{i.offered - i.handled},00:00:20,{_clock(i.aht)}",
    "calabrio-forecast": lambda i: f"{i.kind},{i.start:%Y%m%d %H:%M},{i.start + HALF_HOUR:%Y%m%d %H:%M},{i.offered},{i.per_offered:.2f},0,{AGENTS}",
    "floorcast-forecast": lambda i: f"{i.start},{i.start + HALF_HOUR},{i.kind},phone,{i.offered},{i.per_offered:.2f},{AGENTS}",
    "assembled": lambda i: f"{i.kind},phone,{i.start + HALF_HOUR},0,{i.offered},{i.per_offered:.2f}",
    "calabrio-history": lambda i: f"30;{i.start:%Y%m%d};{i.start:%H:%M};1;{i.kind};{i.offered};0;{i.offered - i.handled};0;{i.handled};0;0;{i.seconds:.0f};0;0;0;{AGENTS};0;0;0;0",
    "nice-iex-history": lambda i: f"{i.start:%m%d%Y}|{i.start:%H:%M}|CET|7|{i.kind}|{i.offered}|{i.handled}|{i.offered - i.handled}|{i.aht:.2f}",
}  # fmt: skip
STAFFED = {"avaya-hsplit", "avaya-report", "calabrio-forecast", "calabrio-history", "floorcast-forecast"}
LENGTHS = {"genesys-history": 900, "nice-iex-history": 900}  # of rows, where a layout has no other


def by_interval(layout: str, calls: list[Call]) -> str:
    """The export of these calls."""
    text, _, named = EXAMPLES[layout]
    header = [] if named else [text.splitlines()[0]]
    return "\n".join([*header, *(BY_INTERVAL[layout](one) for one in intervals(calls))]) + "\n"


# A row of each layout of tickets and posts.
BY_TICKET: dict[str, Callable[[Ticket], str]] = {
    "zendesk-tickets": lambda t: f"{t.number},Ann,{t.number},Ann,Jane Doe,orders,,,Solved,Normal,Mail,,{t.created:%Y-%m-%d %H:%M},,,,2026-03-30 15:20,6,Good,1,1,0,{t.replies},{(t.replied - t.created).total_seconds() / 60:.0f}",
    "freshdesk": lambda t: f"{t.number},,Closed,Low,Email,,Jane Doe,orders,{t.created},,,2026-03-30 16:00:00,,{t.replied},{_clock(t.worked)[:-3]},00:42:00,06:25:55,{t.replies},2",
    "salesforce-cases": lambda t: f"{t.number},Email,Closed,Jane Doe,{t.created:%d/%m/%Y %H:%M},30/03/2026 15:40",
    "salesforce-messaging": lambda t: f"{t.number},{t.created:%Y-%m-%dT%H:%M:%SZ},{t.replied:%Y-%m-%dT%H:%M:%SZ},2026-03-30T12:00:00Z,Agent,WhatsApp,orders,u{t.number},3,,Ended,a1",
    "generic-posts": lambda t: f"{t.created},http://x/{t.number},Mastodon,Negative,ann,120,secret",
    "brandwatch": lambda t: f"1,orders,{t.created}.0,,r-{t.number},http://x,twitter,en,negative,secret,ann,{t.replied}.0,120,",
    "meltwater": lambda t: f"{t.created:%d-%b-%Y %H:%M:%S},http://x/{t.number},secret,Twitter,9,Negative,orders,{t.number},55,",
    "sprinklr": lambda t: f"u{t.number},{t.created},7,Facebook",
    "x-support": lambda t: f"{t.number},ann{t.number},True,{t.created:%a %b %d %H:%M:%S} +0000 2026,secret,,",
    "hootsuite-inbox": lambda t: f"c{t.number},DM,Twitter,p1,{t.created},a",
}  # fmt: skip
TELLS = {"zendesk-tickets": {"replies"}, "freshdesk": {"replies", "handle time"}, "intercom": {"replies"}}


def by_ticket(layout: str, tickets: list[Ticket]) -> str:
    """The export of these letters or posts."""
    if layout == "meta-comments":
        return json.dumps([{"id": t.number, "message": "secret", "created_time": f"{t.created:%Y-%m-%dT%H:%M:%S}+0000", "from": {"id": "5"}, "like_count": 3} for t in tickets])
    if layout == "intercom":
        return json.dumps([_conversation(one) for one in tickets])
    lines = EXAMPLES[layout][0].splitlines()
    head = [line for line in lines if not line.startswith(("2026", "4711", "812", "00012345", "1,", "2,", "13-Mar", "u1", "c1"))]
    kept = [line for line in head if line and "Confidential" not in line][: 3 if layout == "brandwatch" else 1]
    return "\n".join([*kept, *(BY_TICKET[layout](one) for one in tickets)]) + "\n"


def _conversation(one: Ticket) -> dict[str, object]:
    created, replied = (int(at.replace(tzinfo=UTC).timestamp()) for at in (one.created, one.replied))
    answers = [{"type": "comment", "author": {"type": "admin"}} for _ in range(one.replies)]
    statistics = {"first_contact_reply_at": created, "first_admin_reply_at": replied, "first_close_at": replied + 9000}
    source = {"type": "conversation", "author": {"id": one.number}}
    return {"id": one.number, "created_at": created, "source": source, "statistics": statistics, "team_assignee_id": "orders", "conversation_parts": {"conversation_parts": answers}}
