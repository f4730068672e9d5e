"""Layouts of workforce management beside volumes: history with many fields, schedules, adherence; one row
of the registry each. Columns from memory are `sure=False`."""

from __future__ import annotations

from floorcast.history.layouts.layout import Layout, col

CALABRIO_HISTORY = Layout(
    key="calabrio-history",
    title="Calabrio queue history, 21 fields (no header)",
    grain="intervals",
    form="bare",
    delimiters=";",
    marks=frozenset(),
    header=(
        "interval", "date", "time", "queue", "name", "offered", "overflow in", "abandoned", "overflow out", "answered",
        "waited answered", "waited abandoned", "talk", "wrap", "longest answered", "longest abandoned", "staff",
        "in service level", "idle", "short abandons", "abandoned in service level",
    ),
    columns=(
        col("minutes", "number", "interval"),
        col("day", "moment", "date"),
        col("clock", "clock", "time"),
        col("queue", "text", "queue"),
        col("title", "text", "name"),
        col("offered", "number", "offered"),
        col("abandoned", "number", "abandoned"),
        col("handled", "number", "answered"),
        col("waited", "number", "waited answered"),
        col("gave_up", "number", "waited abandoned"),
        col("talk", "number", "talk"),
        col("wrap", "number", "wrap"),
        col("agents", "number", "staff"),
    ),
    rows={
        "type": "coalesce(title, queue)", "channel": "'phone'", "start": "day + to_seconds(clock)", "length": "60 * minutes",
        "offered": "offered", "handled": "handled", "abandoned": "abandoned", "handle_total": "talk + coalesce(wrap, 0)",
        "wait_total": "coalesce(waited, 0) + coalesce(gave_up, 0)", "agents": "agents",
    },
    notes=("totals in seconds, the interval in minutes: look twice",),
)  # fmt: skip

IEX_HISTORY = Layout(
    key="nice-iex-history",
    title="NICE IEX contact type results",
    grain="intervals",
    marks=frozenset({"date", "period", "tz", "ctname"}),
    columns=(
        col("day", "moment", "date"),
        col("clock", "clock", "period"),
        col("queue", "text", "ctName", "ctID"),
        col("offered", "number", "actualContactsReceived", "actContactsReceived", "contactsReceived", sure=False),
        col("handled", "number", "actualContactsHandled", "actContactsHandled", "contactsHandled", sure=False),
        col("abandoned", "number", "actualContactsAbandoned", "actAbandons", "contactsAbandoned", sure=False),
        col("aht", "seconds", "actualAHT", "actAHT", "AHT", sure=False),
    ),
    rows={
        "type": "queue", "channel": "'phone'", "start": "day + to_seconds(clock)", "length": "900", "offered": "offered",
        "handled": "handled", "abandoned": "abandoned", "handle_total": "aht * coalesce(handled, offered)",
    },
    notes=("the hour that comes twice when clocks go back cannot be told apart in this export", "periods were taken as quarter hours"),
)  # fmt: skip

IEX_SCHEDULE = Layout(
    key="nice-iex-schedule",
    title="NICE IEX agent schedule detail",
    grain="activities",
    marks=frozenset({"excdate", "scheddate", "tz"}),
    columns=(
        col("day", "moment", "excDate"),
        col("agent", "person", "agentID", "logonID", "custID", sure=False),
        col("code", "text", "excCode", "activityCode", "code", sure=False),
        col("began", "clock", "startTime", "start", sure=False),
        col("over", "clock", "stopTime", "endTime", "stop", sure=False),
    ),
    rows={
        "agent": "agent", "activity": "code", "planned": "true", "start": "day + to_seconds(began)",
        "finish": "day + to_seconds(CASE WHEN over <= began THEN over + 86400 ELSE over END)",
    },
    notes=("past midnight the date is that of the activity, not of the shift",),
)  # fmt: skip

CXONE_STATES = Layout(
    key="nice-cxone-states",
    title="NICE CXone agent states",
    grain="activities",
    marks=frozenset({"agentno", "startdate", "agentstatecode", "duration"}),
    columns=(
        col("agent", "person", "Agent_No"),
        col("began", "moment", "Start_Date"),
        col("code", "text", "Agent_State_Code"),
        col("length", "seconds", "Duration"),
    ),
    rows={
        "agent": "agent", "activity": "code", "planned": "false", "start": "began",
        "finish": "began + to_milliseconds(CAST(1000 * length AS BIGINT))",
    },
)  # fmt: skip

GENESYS_ADHERENCE = Layout(
    key="genesys-adherence",
    title="Genesys Cloud historical adherence",
    grain="activities",
    marks=frozenset({"agent", "starttime", "duration", "scheduledactivity", "actualactivity"}),
    columns=(
        col("agent", "person", "Agent", sure=False),
        col("began", "moment", "Start Time", sure=False),
        col("length", "seconds", "Duration", sure=False),
        col("scheduled", "text", "Scheduled Activity", sure=False),
        col("actual", "text", "Actual Activity", sure=False),
    ),
    rows={
        # a row says what was planned and what was done; where both were the same it is a row of what was done
        "agent": "agent", "activity": "coalesce(actual, scheduled)", "planned": "actual IS NULL", "start": "began",
        "finish": "began + to_milliseconds(CAST(1000 * length AS BIGINT))", "instead_of": "scheduled",
    },
)  # fmt: skip

GENERIC_SCHEDULE = Layout(
    key="generic-schedule",
    title="a table with a row per activity of an agent",
    grain="activities",
    marks=frozenset({"agent", "activity", "start", "end"}),
    columns=(
        col("agent", "person", "agent", "agent name", "employee"),
        col("day", "moment", "date", "day"),
        col("activity", "text", "activity", "state", "code"),
        col("began", "moment", "start"),
        col("began_clock", "clock", "start"),
        col("over", "moment", "end"),
        col("over_clock", "clock", "end"),
        col("planned", "flag", "planned", "scheduled"),
    ),
    rows={
        "agent": "agent", "activity": "activity", "planned": "coalesce(planned, true)",
        "start": "coalesce(began, day + to_seconds(began_clock))",
        "finish": "coalesce(over, day + to_seconds(CASE WHEN over_clock <= began_clock THEN over_clock + 86400 ELSE over_clock END))",
    },
    notes=("rows without a column `planned` are taken as the plan; planned = no says what was done",),
)  # fmt: skip
