"""Exports of a row or two, as documentation has them: text, what becomes of the row, the layout where it has to be named."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "zendesk-tickets": (
        "ID,Requester,Requester ID,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,"
        "Initially assigned at,Solved at,Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes\n"
        "4711,Ann Meyer,901,Ann Meyer,Jane Doe,Billing,Refund,,Solved,Normal,Mail,,2026-03-02 09:14,,,,2026-03-02 15:20,6,Good,1,2,0,3,42\n",
        {"channel": "email", "type": "Billing", "wait": 2520, "turns": 3, "legs": 2, "handle": None},
        None,
    ),
    "freshdesk": (
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time,Last update time,"
        "Initial response time,Time tracked,First response time (in hrs),Resolution time (in hrs),Agent interactions,Customer interactions\n"
        "812,Refund,Closed,Low,Email,,Jane Doe,Billing,2026-03-02 09:14:05,,,2026-03-02 16:00:00,,2026-03-02 09:56:05,00:12:00,00:42:00,06:25:55,3,2\n",
        {"channel": "email", "type": "Billing", "wait": 2520, "handle": 720, "turns": 3},
        None,
    ),
    "genesys-history": (
        "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,Interactions Handled,Total Handle Time\n"
        "2026-03-02T08:15:00Z,Billing,Voice,a|||b,English,16,15,4200\n",
        {"type": "Billing", "channel": "phone", "offered": 16, "handled": 15, "handle_total": 4200, "length": 900},
        None,
    ),
    "connect-history": (
        "QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,IncomingContactVolume,AverageHandleTime,ContactsHandled\n"
        "Billing,ab-1,VOICE,2026-03-02T08:15:00Z,15mins,16,280,15\n",
        {"type": "Billing", "offered": 16, "handle_total": 4200, "length": 900},
        None,
    ),
    "genesys-queue-intervals": (
        "Interval Start,Interval End,Interval Complete,Filters,Media Type,Queue Id,Queue Name,Offer,Answer,Abandon,Total Handle\n"
        "2026-03-02 08:00:00,2026-03-02 08:30:00,true,,voice,q,Billing,20,18,2,3600000\n",
        {"offered": 20, "handled": 18, "abandoned": 2, "handle_total": 3600, "length": 1800},
        None,
    ),
    "avaya-hsplit": (
        "row_date,starttime,acd,split,callsoffered,acdcalls,abncalls,acdtime,acwtime,anstime,abntime,ti_stafftime\n"
        "2026-03-02,1330,1,12,45,41,3,10250,3280,984,375,18000\n",
        {"type": "12", "offered": 45, "handled": 41, "handle_total": 13530, "agents": 10},
        None,
    ),
    "avaya-report": (
        "Split/Skill,Date,Time,Avg Speed Ans,Avg Aban Time,ACD Calls,Avg ACD Time,Avg ACW Time,Aban Calls,Avg Pos Staff\n"
        "Billing,13.3.2026,8:00-8:30AM,:24,1:02,41,4:10,1:20,3,12\n",
        {"offered": 44, "handled": 41, "handle_total": 41 * 330, "wait_total": 41 * 24, "agents": 12},
        None,
    ),
    "cisco-csq-intervals": (
        "CSQ Name,Interval Start Time,Interval End Time,Calls Presented,Avg Queue Time,Calls Handled,Avg Speed of Answer,Avg Handle Time,Calls Abandoned\n"
        "Billing,3/13/26 9:00:00 AM,3/13/26 9:30:00 AM,20,0:00:20,18,0:00:20,0:05:00,2\n",
        {"offered": 20, "handle_total": 5400, "length": 1800},
        None,
    ),
    "five9-queue": (
        "SKILL,DATE,HALF HOUR,CALLS count,ABANDONED count,Average QUEUE WAIT TIME,Average HANDLE TIME\n"
        "Billing,2026-03-13,09:30,20,2,00:00:20,00:05:00\n",
        {"offered": 20, "handled": 18, "handle_total": 5400},
        None,
    ),
    "calabrio-forecast": (
        "Billing,20260302 08:00,20260302 08:15,12,201.5,60.2,5.3\n",
        {"type": "Billing", "offered": 12, "length": 900, "agents": 5.3},
        "calabrio-forecast",
    ),
    "verint": ("Billing, 3-22-2026, 640, 275\n", {"type": "Billing", "offered": 640, "handle_total": 176000}, "verint"),
    "assembled": (
        "queue,channel,end_time,contacts_received_forecasted,contacts_received_actual,handle_time_actual\n"
        "Billing,phone,2026-03-02 08:30:00,14,12,260\n",
        {"offered": 12, "handle_total": 3120},
        None,
    ),
    "generic-intervals": (
        "queue;date;interval;start;offered;aht\nBilling;02.03.2026;09:00-09:30;;95;320\n",
        {"type": "Billing", "offered": 95, "handle_total": 30400, "length": 1800},
        None,
    ),
    "floorcast-forecast": (
        "start,end,queue,channel,contacts,aht_s,agents\n2026-03-02 09:00:00,2026-03-02 09:30:00,Billing,phone,95.0,320.0,12.0\n",
        {"type": "Billing", "offered": 95, "handle_total": 30400, "length": 1800, "agents": 12},
        None,
    ),
    "intercom": (
        '[{"id": "9", "created_at": 1772439245, "source": {"type": "conversation", "author": {"id": "u1"}}, "admin_assignee_id": 5,'
        ' "statistics": {"time_to_admin_reply": 30, "first_contact_reply_at": 1772439245, "first_admin_reply_at": 1772439545},'
        ' "conversation_parts": {"conversation_parts": [{"body": "Refund?", "author": {"type": "user"}}, {"author": {"type": "admin"}},'
        ' {"author": {"type": "bot"}}, {"author": {"type": "admin"}}]}}]',
        {"channel": "messaging", "wait": 300, "turns": 2, "handle": None, "outcome": "handled"},
        None,
    ),
    "salesforce-messaging": (
        "Id,CreatedDate,AcceptTime,EndTime,AgentType,ChannelType,ChannelName,EndUserContactId,EndUserMessageCount,CaseId,Status,OwnerId\n"
        "0Mw1,2026-03-02T08:14:05.000Z,2026-03-02T08:15:05.000Z,2026-03-02T08:35:05.000Z,Agent,WhatsApp,Care,003,4,500,Ended,005\n"
        "0Mw2,2026-03-02T08:14:05.000Z,,2026-03-02T08:15:05.000Z,Bot,WhatsApp,Care,003,4,500,Ended,\n"
        "0Mw3,2026-03-02T08:14:05.000Z,,2026-03-02T08:15:05.000Z,System,WhatsApp,Care,003,4,500,Ended,\n",
        {"channel": "messaging", "type": "Care", "wait": 60, "outcome": "handled", "handle": None},
        None,
    ),
    "salesforce-cases": (
        "Case Number,Case Origin,Status,Case Owner,Date/Time Opened,Date/Time Closed\n"
        "00012345,Email,Closed,Jane Doe,22/03/2026 09:14,22/03/2026 15:40\n\nConfidential Information - Do Not Distribute\n",
        {"channel": "email", "wait": None, "outcome": "handled"},
        None,
    ),
    "calabrio-history": (
        "30;20260302;08:00;12;Billing;45;0;3;0;41;984;375;10250;3280;80;210;10;30;900;1;0\n",
        {"type": "Billing", "offered": 45, "handled": 41, "abandoned": 3, "handle_total": 13530, "wait_total": 1359, "agents": 10, "length": 1800},
        "calabrio-history",
    ),
    "nice-iex-history": (
        "#fields:date|period|TZ|ctID|ctName|actualContactsReceived|actualContactsHandled|actualContactsAbandoned|actualAHT\n"
        "03022026|08:15|CET|7|Billing|16|15|1|280\n",
        {"type": "Billing", "offered": 16, "handled": 15, "abandoned": 1, "handle_total": 4200, "length": 900},
        None,
    ),
    "nice-iex-schedule": (
        "excDate|schedDate|TZ|agentID|excCode|startTime|stopTime\n03022026|03022026|CET|7|Break|23:50|00:05\n",
        {"activity": "Break", "planned": True, "agent": "agent 1"},
        None,
    ),
    "nice-cxone-states": (
        "Agent_No,Start_Date,Agent_State_Code,Duration\n88,03/22/2026 08:00:05,Available,90.5\n",
        {"activity": "Available", "planned": False},
        None,
    ),
    "genesys-adherence": (
        "Agent,Start Time,Duration,Scheduled Activity,Actual Activity\nJane,2026-03-02 08:00:00,00:15:00,On Queue,Break\n",
        {"activity": "Break", "planned": False, "instead_of": "On Queue"},
        None,
    ),
    "generic-schedule": (
        "agent;date;activity;start;end\nJane;02.03.2026;Pause;22:00;06:30\n",
        {"activity": "Pause", "planned": True},
        None,
    ),
    "generic-posts": (
        "posted,url,network,sentiment,author,followers,text\n2026-03-02 08:14:05,http://x/77,Mastodon,Negative,ann,120,Where is my bag?\n",
        {"channel": "mastodon", "sentiment": "negative", "reach": 120},
        None,
    ),
    "brandwatch": (
        "Report:,Airline\nFrom:,March\n\nQuery Id,Query Name,Date,Mention Id,Resource Id,Url,Page Type,Language,Sentiment,Full Text,Author,Added,X Followers,X Reply to\n"
        "1,Airline,2026-03-02 08:14:05.0,,r-77,http://x,twitter,en,negative,Where is my bag?,ann,2026-03-02 08:15:05.0,120,\n",
        {"type": "Airline", "channel": "twitter", "sentiment": "negative", "reach": 120},
        None,
    ),
    "meltwater": (
        "Date,URL,Hit Sentence,Source,Reach,Sentiment,Input Name,Tweet Id,Twitter Followers,Time\n"
        "13-Mar-2026 08:14:05,http://x,bag,Twitter,9,Negative,Airline,1234567890123456789,55,08:14\n",
        {"channel": "twitter", "sentiment": "negative", "reach": 55},
        None,
    ),
    "sprinklr": (
        "Universal Message ID,Message Post Date,Case Number,Channel\nu1,2026-03-02 08:14:05,7,Facebook\n",
        {"channel": "facebook"},
        None,
    ),
    "x-support": (
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        "1,ann,True,Mon Mar 02 08:14:05 +0000 2026,bag?,2,\n2,airline,False,Mon Mar 02 08:20:05 +0000 2026,sorry,,1\n",
        {"channel": "x"},
        None,
    ),
    "meta-comments": (
        '[{"id": "9", "message": "bag?", "created_time": "2026-03-02T08:14:05+0000", "from": {"id": "5"}, "like_count": 3}]',
        {"channel": "facebook", "reach": 3},
        None,
    ),
    "hootsuite-inbox": (
        "Conversation ID,Medium,Channel,Contact Profile ID,Created at,Last Status Change Agent ID\nc1,DM,Twitter,p1,2026-03-02 08:14:05,a\n",
        {"channel": "dm"},
        None,
    ),
}
