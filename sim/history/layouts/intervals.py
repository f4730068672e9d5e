"""Layouts by interval, of platforms and of workforce management: one row of the registry each."""

from __future__ import annotations

from dataclasses import replace

from floorcast.history.layouts.layout import Layout, col

GENERIC_INTERVALS = Layout(
    key="generic-intervals",
    title="a table with a row per interval",
    grain="intervals",
    marks=frozenset({"start", "offered"}),
    or_marks=frozenset({"date", "interval", "offered"}),
    by_any_name=True,
    columns=(
        col("type", "text", "type", "queue", "queue name", "skill", "contact type", "split"),
        col("channel", "text", "channel", "media"),
        col("day", "moment", "date", "day"),
        col("clock", "clock", "time", "interval"),
        col("span", "span", "time", "interval"),
        col("start", "moment", "start", "interval start"),
        col("finish", "moment", "end", "interval end"),
        col("minutes", "number", "minutes", "interval minutes"),
        col("offered", "number", "offered", "contacts", "volume", "calls", "calls offered", "contacts offered", "calls received"),
        col("handled", "number", "handled", "answered", "calls handled", "calls answered", "contacts handled"),
        col("abandoned", "number", "abandoned", "calls abandoned", "contacts abandoned"),
        col("aht", "seconds", "aht", "average handle time", "avg handle time", "aht_s"),
        col("total", "seconds", "handle total", "total handle time"),
        col("agents", "number", "agents", "staff"),
    ),
    rows={
        "type": "type",
        "channel": "coalesce(channel, 'phone')",
        "start": "coalesce(start, day + to_seconds(clock))",
        "length": "coalesce(60 * minutes, epoch(finish) - epoch(start), span)",
        "offered": "offered",
        "handled": "handled",
        "abandoned": "abandoned",
        "handle_total": "coalesce(total, aht * coalesce(handled, offered))",
        "agents": "agents",
    },
)

OWN_FORECAST = replace(  # what `floorcast export --as forecast` writes
    GENERIC_INTERVALS,
    key="floorcast-forecast",
    title="Floorcast's forecast",
    marks=frozenset({"start", "end", "queue", "contacts", "ahts"}),
    or_marks=frozenset(),
    by_any_name=False,
)

GENESYS_WFM = Layout(
    key="genesys-history",
    title="Genesys WFM history",
    grain="intervals",
    utc=True,
    marks=frozenset({"intervalstartutcdate", "queue", "offered", "totalhandletime"}),
    columns=(
        col("start", "moment", "Interval Start UTC Date"),
        col("queue", "text", "Queue"),
        col("channel", "text", "Media Type"),
        col("offered", "number", "Offered"),
        col("handled", "number", "Interactions Handled"),
        col("total", "seconds", "Total Handle Time"),
    ),
    rows={
        "type": "queue", "channel": "CASE WHEN lower(channel) = 'voice' THEN 'phone' ELSE lower(channel) END", "start": "start",
        "length": "900", "offered": "offered", "handled": "handled", "handle_total": "total",
    },
)  # fmt: skip

CONNECT_WFM = Layout(
    key="connect-history",
    title="Amazon Connect forecasting history",
    grain="intervals",
    utc=True,
    marks=frozenset({"queuename", "channeltype", "timestamp", "incomingcontactvolume"}),
    columns=(
        col("queue", "text", "QueueName"),
        col("channel", "text", "ChannelType"),
        col("start", "moment", "TimeStamp"),
        col("minutes", "text", "IntervalDuration"),
        col("offered", "number", "IncomingContactVolume"),
        col("aht", "seconds", "AverageHandleTime"),
        col("handled", "number", "ContactsHandled"),
    ),
    rows={
        "type": "queue", "channel": "CASE WHEN upper(channel) = 'VOICE' THEN 'phone' ELSE lower(channel) END", "start": "start",
        "length": "60 * coalesce(try_cast(regexp_extract(minutes, '[0-9]+') AS DOUBLE), 15)",
        "offered": "offered", "handled": "handled", "handle_total": "aht * handled",
    },
    notes=("volumes include transfers and callbacks",),
)  # fmt: skip

GENESYS_INTERVALS = Layout(
    key="genesys-queue-intervals",
    title="Genesys Cloud queue performance by interval",
    grain="intervals",
    marks=frozenset({"intervalstart", "intervalend", "queuename", "offer"}),
    columns=(
        col("start", "moment", "Interval Start"),
        col("finish", "moment", "Interval End"),
        col("channel", "text", "Media Type"),
        col("queue", "text", "Queue Name"),
        col("offered", "number", "Offer", sure=False),
        col("handled", "number", "Answer", sure=False),
        col("abandoned", "number", "Abandon", sure=False),
        col("total", "milliseconds", "Total Handle"),
    ),
    rows={
        "type": "queue", "channel": "CASE WHEN lower(channel) = 'voice' THEN 'phone' ELSE lower(channel) END", "start": "start",
        "length": "epoch(finish) - epoch(start)", "offered": "offered", "handled": "handled", "abandoned": "abandoned",
        "handle_total": "total",
    },
    notes=("offered is booked when queued, answered when answered: an interval's need not add up",),
)  # fmt: skip

AVAYA = Layout(
    key="avaya-hsplit",
    title="Avaya CMS hsplit",
    grain="intervals",
    marks=frozenset({"rowdate", "starttime", "split", "callsoffered", "acdcalls"}),
    columns=(
        col("day", "moment", "row_date"),
        col("clock", "clock", "starttime", sure=False),
        col("split", "text", "split"),
        col("offered", "number", "callsoffered"),
        col("arrived", "number", "i_arrived"),
        col("handled", "number", "acdcalls"),
        col("abandoned", "number", "abncalls"),
        col("talk", "seconds", "acdtime", "i_acdtime"),
        col("acw", "seconds", "acwtime", "i_acwtime"),
        col("waited", "seconds", "anstime"),
        col("staffed", "seconds", "ti_stafftime", "i_stafftime"),
    ),
    rows={
        "type": "split", "channel": "'phone'", "start": "day + to_seconds(clock)", "length": "1800",
        "offered": "coalesce(arrived, offered)", "handled": "handled", "abandoned": "abandoned",
        "handle_total": "talk + coalesce(acw, 0)", "wait_total": "waited", "agents": "staffed / 1800",
    },
    notes=("answered calls are booked at their end; a call that overflows is offered to several splits",),
)  # fmt: skip

AVAYA_REPORT = Layout(
    key="avaya-report",
    title="Avaya CMS split/skill by interval",
    grain="intervals",
    marks=frozenset({"acdcalls", "abancalls", "avgacdtime", "avgacwtime"}),
    columns=(
        col("split", "text", "Split/Skill"),
        col("day", "moment", "Date"),
        col("clock", "clock", "Time"),
        col("handled", "number", "ACD Calls"),
        col("abandoned", "number", "Aban Calls"),
        col("talk", "seconds", "Avg ACD Time"),
        col("acw", "seconds", "Avg ACW Time"),
        col("wait", "seconds", "Avg Speed Ans"),
        col("agents", "number", "Avg Pos Staff"),
    ),
    rows={
        "type": "split", "channel": "'phone'", "start": "day + to_seconds(clock)", "length": "1800",
        "offered": "handled + coalesce(abandoned, 0)", "handled": "handled", "abandoned": "abandoned",
        "handle_total": "handled * (talk + coalesce(acw, 0))", "wait_total": "handled * wait", "agents": "agents",
    },
    leave_out=(("totals", "clock IS NULL"),),
    notes=("the report has no column for its date and split: add them as columns Date and Split/Skill",),
)  # fmt: skip

UCCX_INTERVALS = Layout(
    key="cisco-csq-intervals",
    title="Cisco UCCX CSQ by interval",
    grain="intervals",
    marks=frozenset({"csqname", "intervalstarttime", "callspresented", "callshandled"}),
    columns=(
        col("queue", "text", "CSQ Name", sure=False),
        col("start", "moment", "Interval Start Time", sure=False),
        col("finish", "moment", "Interval End Time", sure=False),
        col("offered", "number", "Calls Presented", sure=False),
        col("handled", "number", "Calls Handled", sure=False),
        col("aht", "seconds", "Avg Handle Time", sure=False),
        col("abandoned", "number", "Calls Abandoned", sure=False),
    ),
    rows={
        "type": "queue", "channel": "'phone'", "start": "start", "length": "epoch(finish) - epoch(start)", "offered": "offered",
        "handled": "handled", "abandoned": "abandoned", "handle_total": "aht * handled",
    },
    notes=("who waits in two queues is presented in both",),
)  # fmt: skip

FIVE9_INTERVALS = Layout(
    key="five9-queue",
    title="Five9 ACD queue by half hour",
    grain="intervals",
    marks=frozenset({"skill", "date", "halfhour", "callscount"}),
    columns=(
        col("skill", "text", "SKILL", sure=False),
        col("day", "moment", "DATE", sure=False),
        col("clock", "clock", "HALF HOUR", sure=False),
        col("offered", "number", "CALLS count", sure=False),
        col("abandoned", "number", "ABANDONED count", sure=False),
        col("aht", "seconds", "Average HANDLE TIME", sure=False),
    ),
    rows={
        "type": "skill", "channel": "'phone'", "start": "day + to_seconds(clock)", "length": "1800", "offered": "offered",
        "handled": "offered - coalesce(abandoned, 0)", "abandoned": "abandoned",
        "handle_total": "aht * (offered - coalesce(abandoned, 0))",
    },
)  # fmt: skip

CALABRIO = Layout(
    key="calabrio-forecast",
    title="Calabrio forecast (no header)",
    grain="intervals",
    form="bare",
    marks=frozenset(),
    header=("skill", "start", "end", "volume", "task", "after", "agents"),
    columns=(
        col("skill", "text", "skill"),
        col("start", "moment", "start"),
        col("finish", "moment", "end"),
        col("offered", "number", "volume"),
        col("task", "number", "task"),
        col("after", "number", "after"),
        col("agents", "number", "agents"),
    ),
    rows={
        "type": "skill", "channel": "'phone'", "start": "start", "length": "epoch(finish) - epoch(start)", "offered": "offered",
        "handle_total": "offered * (task + coalesce(after, 0))", "agents": "agents",
    },
)  # fmt: skip

VERINT = Layout(
    key="verint",
    title="Verint strategic planner (no header)",
    grain="intervals",
    form="bare",
    marks=frozenset(),
    header=("queue", "day", "volume", "aht"),
    columns=(
        col("queue", "text", "queue"),
        col("day", "moment", "day"),
        col("offered", "number", "volume"),
        col("aht", "number", "aht"),
    ),
    rows={
        "type": "trim(queue)", "channel": "'phone'", "start": "day", "length": "86400", "offered": "offered",
        "handle_total": "offered * aht",
    },
)  # fmt: skip

ASSEMBLED = Layout(
    key="assembled",
    title="Assembled queue history",
    grain="intervals",
    marks=frozenset({"queue", "channel", "endtime", "contactsreceivedactual"}),
    columns=(
        col("queue", "text", "queue"),
        col("channel", "text", "channel"),
        col("finish", "moment", "end_time"),
        col("offered", "number", "contacts_received_actual"),
        col("aht", "seconds", "handle_time_actual", sure=False),
    ),
    rows={
        "type": "queue", "channel": "lower(channel)", "start": "finish - INTERVAL 30 MINUTE", "length": "1800", "offered": "offered",
        "handle_total": "offered * aht",
    },
)  # fmt: skip
