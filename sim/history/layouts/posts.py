"""Layouts of listening tools and social networks: one row of the registry each. Texts are dropped."""

from __future__ import annotations

from floorcast.history.layouts.layout import Layout, col

# Of mentions, as most listening tools tell them.
_MENTIONS = {
    "contact": "contact", "customer": "customer", "channel": "lower(coalesce(channel, 'social'))", "type": "type",
    "arrived": "arrived", "captured": "captured", "sentiment": "lower(sentiment)", "reach": "reach", "replies_to": "reply",
}  # fmt: skip

GENERIC_POSTS = Layout(
    key="generic-posts",
    title="a table with a row per post",
    grain="posts",
    marks=frozenset({"posted"}),
    columns=(
        col("arrived", "moment", "posted"),
        col("captured", "moment", "captured", "found"),
        col("contact", "id", "post", "post id", "url", "id"),
        col("channel", "text", "channel", "network", "source", "domain"),
        col("type", "text", "type", "topic", "query", "query name"),
        col("sentiment", "text", "sentiment"),
        col("customer", "person", "author", "user"),
        col("reach", "number", "reach", "reach (new)", "followers"),
        col("reply", "id", "reply to"),
    ),
    rows=_MENTIONS,
)  # fmt: skip

BRANDWATCH = Layout(
    key="brandwatch",
    title="Brandwatch mentions",
    grain="posts",
    utc=True,
    marks=frozenset({"queryid", "date", "resourceid", "pagetype", "sentiment"}),
    columns=(
        col("type", "text", "Query Name"),
        col("arrived", "moment", "Date"),
        col("captured", "moment", "Added"),
        col("contact", "id", "Resource Id", "Url"),
        col("channel", "text", "Page Type"),
        col("sentiment", "text", "Sentiment"),
        col("customer", "person", "Author"),
        col("reach", "number", "X Followers", "Twitter Followers", "Reach (new)"),
        col("reply", "id", "X Reply to"),
    ),
    rows=_MENTIONS,
)  # fmt: skip

MELTWATER = Layout(
    key="meltwater",
    title="Meltwater mentions",
    grain="posts",
    marks=frozenset({"date", "hitsentence", "source", "inputname"}),
    columns=(
        col("arrived", "moment", "Date"),
        col("clock", "clock", "Time"),
        col("contact", "id", "Tweet Id", "URL"),
        col("channel", "text", "Source"),
        col("reach", "number", "Twitter Followers", "Reach"),
        col("sentiment", "text", "Sentiment"),
        col("type", "text", "Input Name"),
    ),
    rows={
        "contact": "contact", "channel": "lower(channel)", "type": "type",
        "arrived": "CASE WHEN clock IS NOT NULL AND arrived = date_trunc('day', arrived) THEN arrived + to_seconds(clock) ELSE arrived END",
        "sentiment": "lower(sentiment)", "reach": "reach",
    },
)  # fmt: skip

SPRINKLR = Layout(
    key="sprinklr",
    title="Sprinklr messages",
    grain="posts",
    marks=frozenset({"universalmessageid", "messagepostdate"}),
    columns=(
        col("contact", "id", "Universal Message ID"),
        col("arrived", "moment", "Message Post Date"),
        col("channel", "text", "Channel", "Social Network"),
        col("customer", "person", "Author", "From User"),
        col("sentiment", "text", "Sentiment"),
    ),
    rows={
        "contact": "contact", "customer": "customer", "channel": "lower(channel)", "arrived": "arrived",
        "sentiment": "lower(sentiment)",
    },
)  # fmt: skip

X_SUPPORT = Layout(
    key="x-support",
    title="customer support on X",
    grain="posts",
    utc=True,
    marks=frozenset({"tweetid", "authorid", "inbound", "createdat"}),
    columns=(
        col("contact", "id", "tweet_id"),
        col("customer", "person", "author_id"),
        col("inbound", "flag", "inbound"),
        col("arrived", "moment", "created_at"),
        col("reply", "id", "in_response_to_tweet_id"),
    ),
    rows={
        "contact": "contact", "customer": "customer", "channel": "'x'", "arrived": "arrived", "replies_to": "reply",
    },
    leave_out=(("written by the company", "NOT inbound"),),
)  # fmt: skip

META = Layout(
    key="meta-comments",
    title="comments on Facebook and Instagram",
    grain="posts",
    form="json",
    utc=True,
    marks=frozenset({"id", "message", "createdtime", "likecount"}),
    columns=(
        col("contact", "id", "id"),
        col("arrived", "moment", "created_time"),
        col("customer", "person", "from.id", "from"),
        col("reply", "id", "parent.id", "parent"),
        col("reach", "number", "like_count"),
    ),
    rows={
        "contact": "contact", "customer": "customer", "channel": "'facebook'", "arrived": "arrived", "reach": "reach",
        "replies_to": "reply",
    },
)  # fmt: skip

HOOTSUITE = Layout(
    key="hootsuite-inbox",
    title="Hootsuite Inbox conversations",
    grain="posts",
    marks=frozenset({"conversationid", "medium", "contactprofileid", "createdat"}),
    columns=(
        col("contact", "id", "Conversation ID"),
        col("channel", "text", "Medium", "Channel"),
        col("customer", "person", "Contact Profile ID"),
        col("arrived", "moment", "Created at"),
    ),
    rows={"contact": "contact", "customer": "customer", "channel": "lower(channel)", "arrived": "arrived"},
    notes=("resolved conversations go by their first resolution: import the open ones too",),
)
