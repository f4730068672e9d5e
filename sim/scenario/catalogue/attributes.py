"""Every attribute that conditions look at: its key, form, words and range; one row each.

`when` is read, compiled, checked, explained and traced by these rows. What an attribute is worth at an instant
is worked out in `model/matching/rules.py` (compiled), and a second time in `clock/standards.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Attribute(IntEnum):
    """What a test looks at. Type and channel are settled when the policy is compiled."""

    SENTIMENT = 0
    REACH = 1
    VALUE = 2
    LANGUAGE = 3
    PRIOR = 4
    TRIGGER = 5
    CAMPAIGN = 6
    WAITED = 7
    QUEUE = 8  # of a gauge: contacts waiting
    EXPECTED_WAIT = 9  # of a gauge
    SERVICE_LEVEL = 10  # of a gauge
    IDLE = 11  # of a group
    TIME = 12  # of day, seconds
    DAY = 13  # of the week, Monday 0
    MODE = 14
    ROOT = 15  # 1 for a post that an incident begins with
    POLICY = 16  # which rule book is in force
    # From here on what is known of customers and of what they say.
    MOOD = 17
    TIER = 18
    EARLIER = 19  # issues of the customer before this one
    SATISFACTION = 20  # of a meter
    PROMOTERS = 21  # of a meter
    ANGRY = 22  # of a meter: the share of the negative
    EXPOSURE = 23  # of a meter: reach of posts
    REPUTATION = 24
    TOPIC = 25  # 1 where the contact carries a word of a mask
    NEEDED = 26  # 0 where it needs no answer
    STARS = 27  # of the review, 0 none
    RATING = 28  # of a meter: mean stars of reviews


Form = Literal["names", "labels", "number", "duration", "share", "flag", "hours", "days"]
Of = Literal["", "queue", "meter", "group"]


@dataclass(frozen=True)
class Row:
    """One attribute.

    key: as it is written in `when`; empty for what only the model asks. attribute: None where type and channel
    of a contact settle it when the policy is compiled. form: how what it is compared with is written (labels: names of
    which a contact may have several). words: the
    condition said back, with what is compared as `{value}`, of what as `{of}` (or ` of ...`, unless it is all, as
    `{of_them}`) and a window as `{over}`; of a flag the opposite follows a slash. seen: what the trace says of
    its value. of: whose it is, where it is not the contact's own. centre: an attribute of the centre rather than of
    the contact. whole: all values lie between these. unknowable: its value may lie in no range at all.
    """

    key: str
    attribute: Attribute | None
    form: Form
    words: str
    seen: str = ""
    of: Of = ""
    centre: bool = False
    whole: tuple[float, float] = (-math.inf, math.inf)
    unknowable: bool = False


_ROWS = (
    Row("contact_type", None, "names", "the contact type is {value}"),
    Row("channel", None, "names", "the channel is {value}"),
    Row("sentiment", Attribute.SENTIMENT, "names", "the sentiment is {value}", whole=(-1.0, 2.0)),
    Row("language", Attribute.LANGUAGE, "names", "the language is {value}"),
    Row("campaign", Attribute.CAMPAIGN, "names", "the campaign is {value}"),
    Row("reach", Attribute.REACH, "number", "the author has {value} followers"),
    Row("value", Attribute.VALUE, "number", "the customer's value is {value}"),
    Row("prior_contacts", Attribute.PRIOR, "number", "there were {value} earlier contacts on the issue"),
    Row("waited", Attribute.WAITED, "duration", "it has waited {value}"),
    Row("trigger", Attribute.TRIGGER, "flag", "it carries a trigger word/it carries no trigger word", whole=(0.0, 2.0)),
    Row("root", Attribute.ROOT, "flag", "no other post attracted it/another post attracted it", whole=(0.0, 2.0)),
    Row("tier", Attribute.TIER, "names", "the customer's tier is {value}"),
    Row("mood", Attribute.MOOD, "number", "the customer's mood (1 to 5) is {value}"),
    Row("earlier_issues", Attribute.EARLIER, "number", "the customer has had {value} earlier issues"),
    Row("topic", Attribute.TOPIC, "labels", "it is about {value}", "its topics", whole=(0.0, 2.0)),
    Row("needs_answer", Attribute.NEEDED, "flag", "it needs an answer/it needs no answer", whole=(0.0, 2.0)),
    Row("stars", Attribute.STARS, "number", "the review has {value} stars"),
    Row("queue", Attribute.QUEUE, "number", "{value} contacts{of_them} wait", "{value} of {of} waiting", of="queue", centre=True, unknowable=True),
    Row("expected_wait", Attribute.EXPECTED_WAIT, "duration", "the expected wait of {of} is {value}", "an expected wait of {of} of {value}", of="queue", centre=True, unknowable=True),
    Row("idle", Attribute.IDLE, "number", "{value} agents of {of} are idle", "{value} of {of} idle", of="group", centre=True),
    Row("service_level", Attribute.SERVICE_LEVEL, "share", "the service level of {of} over the last {over} is {value}", "a service level of {of} of {value}", of="queue", centre=True, unknowable=True),
    Row("satisfaction", Attribute.SATISFACTION, "number", "the satisfaction (1 to 5) known of {of} over the last {over} is {value}", "a satisfaction of {of} of {value}", of="meter", centre=True, unknowable=True),
    Row("promoter_score", Attribute.PROMOTERS, "share", "the promoter score known of {of} over the last {over} is {value}", "a promoter score of {of} of {value}", of="meter", centre=True, unknowable=True),
    Row("negative", Attribute.ANGRY, "share", "the share of the angry among {of} over the last {over} is {value}", "{value} of {of} angry", of="meter", centre=True, unknowable=True),
    Row("exposure", Attribute.EXPOSURE, "number", "posts of {of} over the last {over} have {value} followers together", "posts of {of} with {value} followers", of="meter", centre=True, unknowable=True),
    Row("rating", Attribute.RATING, "number", "reviews of {of} over the last {over} have {value} stars on average", "{value} stars of {of}", of="meter", centre=True, unknowable=True),
    Row("reputation", Attribute.REPUTATION, "number", "the reputation (1 to 5) is {value}", "a reputation of {value}", centre=True, unknowable=True),
    Row("time", Attribute.TIME, "hours", "the time of day is {value}", "time {value}", centre=True),
    Row("day", Attribute.DAY, "days", "the day is {value}", "day {value}", centre=True),
    Row("mode", Attribute.MODE, "names", "the mode is {value}", "mode {value}", centre=True),
    Row("", Attribute.POLICY, "names", "", "{value}", centre=True),
)
CONDITIONS: dict[str, Row] = {row.key: row for row in _ROWS if row.key}
ATTRIBUTES: dict[Attribute, Row] = {row.attribute: row for row in _ROWS if row.attribute is not None}
