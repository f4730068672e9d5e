"""Layouts of conversations that have legs, turns or cases inside: one row of the registry each."""

from __future__ import annotations

from floorcast.history.layouts.layout import Layout, col
from floorcast.history.layouts.systems import CHANNEL

VIA = (
    "CASE WHEN lower(via) LIKE '%mail%' THEN 'email' WHEN lower(via) IN ('twitter', 'facebook', 'instagram') THEN 'social'"
    " ELSE 'messaging' END"
)

GENESYS_CONVERSATION = Layout(
    key="genesys-conversations",
    title="Genesys Cloud conversation details",
    grain="contacts",
    form="json",
    utc=True,
    marks=frozenset({"conversationid", "conversationstart", "legenqueued"}),
    columns=(
        col("contact", "id", "conversationId"),
        col("began", "moment", "conversationStart"),
        col("over", "moment", "conversationEnd"),
        col("direction", "text", "originatingDirection"),
        col("channel", "text", "leg.mediaType"),
        col("queue", "text", "leg.queueId"),
        col("enqueued", "moment", "leg.enqueued"),
        col("customer", "person", "leg.ani"),
        col("agent", "person", "leg.userId"),
        col("acd", "milliseconds", "leg.tAcd"),
        col("gave_up", "milliseconds", "leg.tAbandon", sure=False),
        col("talk", "milliseconds", "leg.tTalk"),
        col("held", "milliseconds", "leg.tHeld", sure=False),
        col("wrap", "milliseconds", "leg.tAcw", sure=False),
        col("handle", "milliseconds", "leg.tHandle", sure=False),
        col("turns", "number", "leg.turns"),
    ),
    rows={
        "contact": "contact",
        "customer": "customer",
        "channel": CHANNEL.format("channel"),
        "type": "queue",
        "arrived": "enqueued",
        "wait": "CASE WHEN agent IS NULL THEN coalesce(gave_up, acd) ELSE acd END",
        "handle": "CASE WHEN agent IS NOT NULL THEN coalesce(handle, coalesce(talk, 0) + coalesce(held, 0) + coalesce(wrap, 0)) END",
        "wrap": "wrap",
        "turns": "turns",
        "agent": "agent",
        "outcome": "CASE WHEN agent IS NOT NULL THEN 'handled' WHEN over IS NULL THEN 'open' ELSE 'abandoned' END",
    },
    leave_out=(
        ("outbound", "lower(direction) = 'outbound'"),
        ("never in a queue", "enqueued IS NULL"),
    ),
    chain="contact",
    notes=("times are milliseconds; several agents are legs of one contact",),
)

INTERCOM = Layout(
    key="intercom",
    title="Intercom conversations",
    grain="contacts",
    form="json",
    utc=True,
    marks=frozenset({"id", "createdat", "statisticsfirstcontactreplyat"}),
    columns=(
        col("contact", "id", "id"),
        col("created", "moment", "created_at"),
        col("asked", "moment", "statistics.first_contact_reply_at"),
        col("replied", "moment", "statistics.first_admin_reply_at"),
        col("closed", "moment", "statistics.first_close_at"),
        col("via", "text", "source.type", sure=False),
        col("team", "text", "team_assignee_id", sure=False),
        col("agent", "person", "admin_assignee_id", sure=False),
        col("customer", "person", "source.author.id", sure=False),
        col("parts", "text", "conversation_parts.conversation_parts", sure=False),
    ),
    rows={
        "contact": "contact",
        "customer": "customer",
        "channel": VIA,
        "type": "coalesce(team, 'conversations')",
        "arrived": "coalesce(asked, created)",
        # from the instants: time_to_admin_reply counts office hours only
        "wait": "epoch(replied) - epoch(coalesce(asked, created))",
        "turns": "CASE WHEN parts IS NOT NULL THEN CAST(len(regexp_extract_all(parts, '\"type\": *\"admin\"')) AS INTEGER) END",
        "agent": "agent",
        "outcome": "CASE WHEN replied IS NULL AND closed IS NULL THEN 'open' ELSE 'handled' END",
    },
    notes=("no handle times in this export; a bot's replies are none of an agent",),
)

MESSAGING_SESSION = Layout(
    key="salesforce-messaging",
    title="Salesforce MessagingSession",
    grain="contacts",
    utc=True,
    marks=frozenset({"createddate", "accepttime", "agenttype", "channeltype"}),
    columns=(
        col("contact", "id", "Id"),
        col("created", "moment", "CreatedDate"),
        col("started", "moment", "StartTime", sure=False),
        col("accepted", "moment", "AcceptTime"),
        col("over", "moment", "EndTime"),
        col("sort", "text", "AgentType"),
        col("via", "text", "ChannelType"),
        col("title", "text", "ChannelName"),
        col("customer", "person", "EndUserContactId"),
        col("agent", "person", "OwnerId", sure=False),
    ),
    rows={
        "contact": "contact",
        "customer": "customer",
        "channel": "CASE WHEN lower(via) LIKE '%mail%' THEN 'email' WHEN lower(via) LIKE '%chat%' THEN 'chat' ELSE 'messaging' END",
        "type": "coalesce(title, via)",
        "arrived": "coalesce(started, created)",
        "wait": "epoch(coalesce(accepted, over)) - epoch(coalesce(started, created))",
        "agent": "CASE WHEN accepted IS NOT NULL THEN agent END",
        "outcome": "CASE WHEN accepted IS NOT NULL THEN 'handled' WHEN over IS NULL THEN 'open' ELSE 'abandoned' END",
    },
    leave_out=(
        ("outbound (AgentType System)", "lower(sort) = 'system'"),
        ("answered by a bot alone", "lower(sort) = 'bot'"),
    ),
    notes=("how long a session lasted is no handle time, since sessions run side by side: none was taken",),
)

CASE_REPORT = Layout(
    key="salesforce-cases",
    title="Salesforce case report",
    grain="contacts",
    marks=frozenset({"casenumber", "caseorigin", "caseowner", "datetimeopened"}),
    columns=(
        col("contact", "id", "Case Number"),
        col("origin", "text", "Case Origin"),
        col("status", "text", "Status"),
        col("agent", "person", "Case Owner"),
        col("opened", "moment", "Date/Time Opened"),
        col("closed", "moment", "Date/Time Closed"),
    ),
    rows={
        "contact": "contact",
        "channel": CHANNEL.format("origin"),
        "type": "origin",
        "arrived": "opened",
        "agent": "agent",
        "outcome": "CASE WHEN closed IS NULL THEN 'open' ELSE 'handled' END",
    },
    notes=("no first replies and no handle times in this report; the owner may be a queue",),
)
