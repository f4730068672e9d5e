"""Simulated calls as several systems export them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.unit.history.simulated import Call, bank


def _csv(header: str, rows: list[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def _hms(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}:{int(seconds % 60):02d}"


def generic(calls: list[Call]) -> str:
    rows = [
        [one.number, one.kind, one.arrived, one.wait, one.handle or "", one.agent or "", "handled" if one.agent else "abandoned"]
        for one in calls
    ]
    return _csv("contact,type,arrived,wait,handle,agent,outcome", rows)


def generic_european(calls: list[Call]) -> str:
    lines = ["contact;type;arrived;wait;handle;agent;outcome"]
    for one in calls:
        handle = f"{one.handle:.1f}".replace(".", ",") if one.handle else ""
        outcome = "handled" if one.agent else "abandoned"
        lines.append(f"{one.number};{one.kind};{one.arrived:%d.%m.%Y %H:%M:%S};{one.wait:.0f},0;{handle};{one.agent or ''};{outcome}")
    return "\n".join(lines) + "\n"


def amazon(calls: list[Call]) -> str:
    """JSON lines; each call has a second, older record, and a leg of a transfer half of the time."""
    lines = []
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    for one in calls:
        answered = one.arrived + timedelta(seconds=one.wait)
        over = answered + timedelta(seconds=one.handle or 0)
        record: dict[str, Any] = {
            "ContactId": f"c-{one.number}", "InitialContactId": None, "Channel": "VOICE", "InitiationMethod": "INBOUND",
            "InitiationTimestamp": (one.arrived - timedelta(seconds=6)).strftime(stamp),
            "DisconnectTimestamp": over.strftime(stamp), "LastUpdateTimestamp": over.strftime(stamp),
            "CustomerEndpoint": {"Address": f"+49{one.customer}"},
            "Queue": {"Name": one.kind, "EnqueueTimestamp": one.arrived.strftime(stamp), "DequeueTimestamp": answered.strftime(stamp)},
            "Agent": None,
        }  # fmt: skip
        if one.agent:
            record["Agent"] = {
                "Username": one.agent, "ConnectedToAgentTimestamp": answered.strftime(stamp),
                "AgentInteractionDuration": (one.handle or 0) - 1, "CustomerHoldDuration": 0, "AfterContactWorkDuration": 1,
            }  # fmt: skip
        lines.append(json.dumps(record | {"LastUpdateTimestamp": one.arrived.strftime(stamp), "Agent": None}))
        lines.append(json.dumps(record))
    return "\n".join(lines) + "\n"


def genesys(calls: list[Call]) -> str:
    header = (
        "Full Export Completed,Partial Result Timestamp,Filters,Media Type,Users,Remote,Date,End Date,Duration,Direction,ANI,DNIS,Queue,"
        "Wrap-up,Flow,Conversation ID,Total Queue,Total Handle,Total IVR,Time to Abandon,Abandoned"
    )
    rows = [
        ["YES", "", "", "voice", one.agent or "", "x", one.arrived - timedelta(seconds=5), one.arrived, 1, "Inbound", f"tel:{one.customer}", "",
         one.kind, "", "Main", f"g-{one.number}", int(1000 * one.wait), int(1000 * (one.handle or 0)) if one.agent else "", 5000,
         "" if one.agent else int(1000 * one.wait), "NO" if one.agent else "YES"]
        for one in calls
    ]  # fmt: skip
    return _csv(header, rows)


def five9(calls: list[Call]) -> str:
    header = (
        "CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,AGENT,AGENT NAME,DISPOSITION,ANI,CUSTOMER NAME,DNIS,CALL TIME,BILL TIME (ROUNDED),COST,IVR TIME,"
        "QUEUE WAIT TIME,RING TIME,TALK TIME,HOLD TIME,PARK TIME,AFTER CALL WORK TIME,TRANSFERS,CONFERENCES,HOLDS,ABANDONED,RECORDINGS"
    )
    rows = [
        [one.number, f"{one.arrived - timedelta(seconds=31):%a, %d %b %Y %H:%M:%S}", one.kind, "Inbound", one.agent or "[None]", "Jane Doe", "", one.customer,
         "Ann", "", "", "", "", "00:00:31", _hms(one.wait), "00:00:00", _hms(one.handle or 0), "00:00:00", "00:00:00", "00:00:00", 0, 0, 0,
         0 if one.agent else 1, ""]
        for one in calls
    ]  # fmt: skip
    return _csv(header, rows)


def uccx(calls: list[Call]) -> str:
    """Two lines before the header, as in the report."""
    header = (
        "Node ID - Session ID - Sequence No,Call Start Time,Call End Time,Contact Disposition,Originator DN (Calling Number),"
        "Destination DN,Called Number,Application Name,CSQ Names,Queue Time,Agent Name,Ring Time,Talk Time,Work Time"
    )
    rows = [
        [f"1-{one.number}-0", f"{one.arrived:%m/%d/%y %I:%M:%S %p}", "", 2 if one.agent else 1, one.customer, "", "", "Main", one.kind,
         _hms(one.wait), one.agent or "", "0:00:00", _hms(one.handle or 0), "0:00:00"]
        for one in calls
    ]  # fmt: skip
    return "Contact Service Queue Activity\n" + _csv(header, rows)


def cxone(calls: list[Call]) -> str:
    header = (
        "Contact_ID,Master_Contact_ID,Media_Name,Contact_Name,ANI_Dialnum,Skill_No,Skill_Name,Campaign_No,Campaign_Name,Agent_No,Agent_Name,"
        "Team_No,Team_Name,SLA,Start_Date,Start_Time,PreQueue,InQueue,Agent_Time,PostQueue,Abandon"
    )
    rows = [
        [one.number, one.number, "Call", "", one.customer, 1, one.kind, 1, "", one.agent or 0, "", "", "", 0, f"{one.arrived - timedelta(seconds=3):%m/%d/%Y}",
         f"{one.arrived - timedelta(seconds=3):%H:%M:%S}", 3, one.wait, one.handle or 0, 0, "N" if one.agent else "Y"]
        for one in calls
    ]  # fmt: skip
    return _csv(header, rows)


def talk(calls: list[Call]) -> str:
    items = [
        {"id": one.number, "created_at": f"{one.arrived:%Y-%m-%dT%H:%M:%SZ}", "agent_id": one.agent, "customer_id": one.customer, "ticket_id": one.number,
         "direction": "inbound", "completion_status": "completed" if one.agent else "abandoned_in_queue", "wait_time": one.wait,
         "talk_time": one.handle or 0, "hold_time": 0, "wrap_up_time": 0, "ivr_time_spent": 0}
        for one in calls
    ]  # fmt: skip
    return json.dumps({"calls": items, "next_page": None})


def agent_work(calls: list[Call]) -> str:
    rows = []
    for one in calls:
        answered = one.arrived + timedelta(seconds=one.wait)
        over = answered + timedelta(seconds=one.handle or 0)
        text = "%Y-%m-%dT%H:%M:%S.000Z"
        rows.append([f"a{one.number}", f"w{one.number}", one.agent or "", "Phone", one.arrived.strftime(text),
                     answered.strftime(text) if one.agent else "", "" if one.agent else answered.strftime(text), over.strftime(text), 0])  # fmt: skip
    return _csv("Id,WorkItemId,UserId,ServiceChannel,AssignedDateTime,AcceptDateTime,AbandonedDateTime,CloseDateTime,AfterConversationActualTime", rows)


def genesys_conversations(calls: list[Call]) -> str:
    """Participants with sessions, metrics in milliseconds and segments; half of the calls rang at another agent first."""
    stamp = "%Y-%m-%dT%H:%M:%S.000Z"
    items = []
    for one in calls:
        answered = one.arrived + timedelta(seconds=one.wait)
        waited = {"name": "tAcd" if one.agent else "tAbandon", "value": 1000 * one.wait, "emitDate": answered.strftime(stamp)}
        people: list[dict[str, Any]] = [
            {"purpose": "customer", "sessions": [{"mediaType": "voice", "ani": f"tel:+49{one.customer}"}]},
            {"purpose": "ivr", "sessions": [{"mediaType": "voice", "metrics": [{"name": "tIvr", "value": 5000}]}]},
            {"purpose": "acd", "sessions": [{"mediaType": "voice", "metrics": [waited],
             "segments": [{"segmentStart": one.arrived.strftime(stamp), "segmentType": "interact", "queueId": one.kind}]}]},
        ]  # fmt: skip
        if one.number % 2:
            people.append({"purpose": "agent", "userId": "elsewhere", "sessions": [{"metrics": [{"name": "tAlert", "value": 0}]}]})
        if one.agent:
            half = 500 * (one.handle or 0)
            talk = [{"name": "tTalk", "value": half}, {"name": "tTalk", "value": half}, {"name": "tAcw", "value": 0}]
            people.append({"purpose": "agent", "userId": one.agent, "sessions": [{"metrics": talk}]})
        over = answered + timedelta(seconds=one.handle or 0)
        items.append(
            {"conversationId": f"g-{one.number}", "conversationStart": (one.arrived - timedelta(seconds=5)).strftime(stamp),
             "conversationEnd": over.strftime(stamp), "originatingDirection": "inbound", "participants": people}
        )  # fmt: skip
    return json.dumps({"conversations": items, "totalHits": len(items)})


# By layout: file name, writer, whether the contact type is in it.
WRITERS: dict[str, tuple[str, Callable[[list[Call]], str], bool]] = {
    "generic": ("calls.csv", generic, True),
    "european": ("calls.csv", generic_european, True),
    "anonymous-bank": ("calls.txt", bank, True),
    "amazon-connect": ("records.jsonl", amazon, True),
    "genesys-interactions": ("view.csv", genesys, True),
    "genesys-conversations": ("conversations.json", genesys_conversations, True),
    "five9": ("log.csv", five9, True),
    "cisco-uccx": ("report.csv", uccx, True),
    "nice-cxone": ("detail.csv", cxone, True),
    "zendesk-talk": ("calls.json", talk, False),
    "salesforce-agentwork": ("work.csv", agent_work, False),
}
