"""Layouts with a row per message: one row of the registry each. Texts of messages are dropped."""

from __future__ import annotations

from floorcast.history.layouts.conversations import VIA
from floorcast.history.layouts.layout import Layout, col

GENERIC_MESSAGES = Layout(
    key="generic-messages",
    title="a table with a row per message",
    grain="messages",
    marks=frozenset({"conversation", "sent", "sender"}),
    columns=(
        col("contact", "id", "conversation", "conversation id", "thread", "ticket"),
        col("sent", "moment", "sent", "sent at", "time", "timestamp", "created"),
        col("sender", "sender", "sender", "sender type", "from", "direction", "role"),
        col("agent", "person", "agent", "agent name"),
        col("customer", "person", "customer", "customer id", "client"),
        col("channel", "text", "channel", "media"),
        col("type", "text", "type", "contact type", "queue", "skill", "subject"),
    ),
    rows={
        "contact": "contact",
        "customer": "customer",
        "channel": "coalesce(lower(channel), 'messaging')",
        "type": "type",
        "sent": "sent",
        "sender": "sender",
        "agent": "CASE WHEN sender = 'agent' THEN agent END",
    },
    leave_out=(
        ("without a conversation", "contact IS NULL"),
        ("without a sender that can be read", "sender IS NULL"),
    ),
)

CONNECT_TRANSCRIPT = Layout(
    key="connect-transcript",
    title="Amazon Connect chat transcripts",
    grain="messages",
    form="json",
    utc=True,
    marks=frozenset({"contactid", "absolutetime", "participantrole"}),
    columns=(
        col("contact", "id", "ContactId"),
        col("sent", "moment", "AbsoluteTime", sure=False),
        col("sender", "sender", "ParticipantRole", sure=False),
        col("agent", "person", "DisplayName", "ParticipantId", sure=False),
        col("sort", "text", "Type", sure=False),
    ),
    rows={
        "contact": "contact",
        "channel": "'chat'",
        "sent": "sent",
        "sender": "sender",
        "agent": "CASE WHEN sender = 'agent' THEN agent END",
    },
    leave_out=(
        ("joined, left or ended: no messages", "upper(sort) = 'EVENT'"),
        ("without a sender that can be read", "sender IS NULL"),
    ),
    notes=("without DisplayName an agent is another one in every chat, and how long it works on a turn cannot be told",),
)

INTERCOM_MESSAGES = Layout(
    key="intercom-messages",
    title="Intercom conversations, message by message",
    grain="messages",
    form="json",
    utc=True,
    marks=frozenset({"conversationid", "partcreatedat", "partauthortype"}),
    columns=(
        col("contact", "id", "conversation_id"),
        col("sent", "moment", "part.created_at", sure=False),
        col("sender", "sender", "part.author.type", sure=False),
        col("author", "person", "part.author.id", sure=False),
        col("sort", "text", "part.part_type", sure=False),
        col("via", "text", "source.type", sure=False),
        col("team", "text", "team_assignee_id", sure=False),
    ),
    rows={
        "contact": "contact",
        "customer": "CASE WHEN sender = 'customer' THEN author END",
        "channel": VIA,
        "type": "coalesce(team, 'conversations')",
        "sent": "sent",
        "sender": "sender",
        "agent": "CASE WHEN sender = 'agent' THEN author END",
    },
    leave_out=(
        ("notes, assignments and closings: no messages", "lower(sort) <> 'comment'"),
        ("without a sender that can be read", "sender IS NULL"),
    ),
    notes=("said by --layout intercom-messages only: without it the file is read as contacts",),
)
