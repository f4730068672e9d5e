"""Layouts of telephone systems and of the plain table: one row of the registry each."""

from __future__ import annotations

from floorcast.history.layouts.layout import Layout, col

_WAITED = "q_start > 0 OR (q_seconds > 0)"
_ROLL = "CASE WHEN {0} < entry - 43200 THEN {0} + 86400 ELSE {0} END"

GENERIC = Layout(
    key="generic",
    title="a table with a row per contact",
    grain="contacts",
    marks=frozenset({"arrived"}),
    columns=(
        col("contact", "id", "contact", "contact id", "call id", "case id", "id"),
        col("customer", "person", "customer", "customer id", "caller", "client"),
        col("channel", "text", "channel", "media"),
        col("type", "text", "type", "contact type", "queue", "skill", "subject"),
        col("priority", "text", "priority", "class"),
        col("arrived", "moment", "arrived", "arrival", "queued", "created"),
        col("answered", "moment", "answered", "connected"),
        col("ended", "moment", "ended", "end", "closed"),
        col("wait", "seconds", "wait", "wait seconds", "wait time", "waiting time", "queue time"),
        col("handle", "seconds", "handle", "handle time", "handling time", "handle seconds", "aht"),
        col("talk", "seconds", "talk", "talk time"),
        col("hold", "seconds", "hold", "hold time"),
        col("wrap", "seconds", "wrap", "wrap up", "wrap time", "after contact work", "after call work", "acw"),
        col("turns", "number", "turns", "replies"),
        col("outcome", "text", "outcome", "result", "disposition"),
        col("abandoned", "flag", "abandoned"),
        col("agent", "person", "agent", "agent name", "server"),
    ),
    rows={
        "contact": "contact",
        "customer": "customer",
        "channel": "coalesce(channel, 'phone')",
        "type": "type",
        "priority": "priority",
        "arrived": "arrived",
        "wait": "coalesce(wait, epoch(answered) - epoch(arrived),"
        " CASE WHEN abandoned OR lower(outcome) LIKE 'aband%' THEN epoch(ended) - epoch(arrived) END)",
        "handle": "coalesce(handle, talk + coalesce(hold, 0) + coalesce(wrap, 0),"
        " CASE WHEN agent IS NOT NULL THEN epoch(ended) - epoch(coalesce(answered, arrived + to_seconds(coalesce(wait, 0)))) END)",
        "wrap": "wrap",
        "turns": "turns",
        "agent": "agent",
        "outcome": "CASE WHEN abandoned OR lower(outcome) LIKE 'aband%' OR lower(outcome) = 'hang' THEN 'abandoned'"
        " WHEN agent IS NULL AND answered IS NULL AND coalesce(handle, talk, 0) = 0 AND outcome IS NULL THEN 'abandoned'"
        " WHEN lower(outcome) = 'open' THEN 'open' ELSE 'handled' END",
    },
)

BANK = Layout(
    key="anonymous-bank",
    title="Anonymous Bank call log (Technion)",
    grain="contacts",
    form="blanks",
    marks=frozenset({"vruline", "callid", "vruentry", "qstart", "serstart", "server"}),
    columns=(
        col("contact", "id", "vru+line", "vruline"),
        col("call", "id", "call_id"),
        col("customer", "person", "customer_id"),
        col("priority", "text", "priority"),
        col("type", "text", "type"),
        col("day", "moment", "date"),
        col("entry", "clock", "vru_entry"),
        col("leave", "clock", "vru_exit"),
        col("q_start", "clock", "q_start"),
        col("q_exit", "clock", "q_exit"),
        col("q_seconds", "seconds", "q_time"),
        col("outcome", "text", "outcome"),
        col("s_start", "clock", "ser_start"),
        col("s_exit", "clock", "ser_exit"),
        col("s_seconds", "seconds", "ser_time"),
        col("agent", "person", "server"),
    ),
    rows={
        "contact": "contact || '/' || call || '/' || strftime(day, '%y%m%d') || '/' || entry",
        # who was not identified has the number 0, and large numbers have lost their digits
        "customer": "CASE WHEN customer NOT IN ('0', '') AND NOT contains(upper(customer), 'E') THEN customer END",
        "channel": "'phone'",
        "type": "type",
        # priorities 0 and 1 are both regular; who did not wait was not identified
        "priority": f"CASE WHEN NOT ({_WAITED}) THEN NULL WHEN priority = '2' THEN 'high' ELSE 'regular' END",
        "arrived": f"day + to_seconds(CASE WHEN {_WAITED} THEN {_ROLL.format('q_start')}"
        f" ELSE {_ROLL.format('s_start')} END)",
        "wait": f"CASE WHEN {_WAITED} THEN q_seconds ELSE 0 END",
        "handle": "CASE WHEN outcome = 'AGENT' THEN s_seconds END",
        "agent": "CASE WHEN outcome = 'AGENT' THEN agent END",
        "outcome": "CASE WHEN outcome = 'AGENT' THEN 'handled' ELSE 'abandoned' END",
    },
    leave_out=(
        ("no calls (marked PHANTOM)", "outcome = 'PHANTOM'"),
        ("hung up in the menu, so never offered to agents", f"outcome = 'HANG' AND NOT ({_WAITED})"),
        ("with times that contradict each other by more than a minute",
         "(q_seconds > 0 AND abs((q_exit - q_start + 86400) % 86400 - q_seconds) > 60)"
         " OR (outcome = 'AGENT' AND s_seconds > 0 AND abs((s_exit - s_start + 86400) % 86400 - s_seconds) > 60)"),
    ),
    notes=(
        "Customers who did not wait were not identified: their priority is not known.",
        "Ilan Guedj and Avi Mandelbaum, Technion; free for use with acknowledgement.",
    ),
)  # fmt: skip
