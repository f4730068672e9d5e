"""Every measure: name, label, unit, direction, dimensions and meaning, in the order they are shown.

Targets, `validate`, the schema, tables, files and the page read these rows. Definitions are in the rooms that
compute them: `service`, `table`, `waits`, `backlog`, `floor`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Dimension = Literal[
    "all", "channel", "contact_type", "group", "campaign", "priority",
    "funnel", "network", "tier", "sentiment", "reach", "language", "hours", "hour", "topic", "line",
]  # fmt: skip
DIMENSIONS: tuple[Dimension, ...] = ("all", "channel", "contact_type", "group")

# Contacts as customers meet them; contacts as a group served them; the floor itself.
_CONTACTS: tuple[Dimension, ...] = ("all", "channel", "contact_type")
_SERVED: tuple[Dimension, ...] = DIMENSIONS
_FLOOR: tuple[Dimension, ...] = ("all", "group")


@dataclass(frozen=True)
class Measure:
    """One measure; `label` is what people read, `good` is +1 where more is better, -1 where less is,
    0 where neither."""

    name: str
    label: str
    unit: str  # contacts, share, s, agents, money
    good: int
    by: tuple[Dimension, ...]
    meaning: str
    social: bool = False  # kept only where a scenario says what customers and the public do
    people: bool = False  # kept only where it has customers, surveys or a reputation
    help: str = ""  # what the page says of it, where that is more than its meaning


def _of(unit: str, by: tuple[Dimension, ...], *rows: tuple[str, str, int, str]) -> list[Measure]:
    return [Measure(name, label, unit, good, by, meaning) for name, label, good, meaning in rows]


_ALL: list[Measure] = [
    *_of(
        "contacts",
        _CONTACTS,
        ("offered", "Contacts arriving", 0, "contacts that arrived in the measured time, retrials included"),
        ("carried_in", "Carried in", 0, "contacts already waiting at the start (initial backlog)"),
        ("retrials", "Retrials", 0, "of those offered, the attempts of customers who had abandoned"),
    ),
    *_of("contacts", _SERVED, ("handled", "Handled", 1, "contacts brought to their end by an agent")),
    *_of(
        "contacts",
        _CONTACTS,
        ("abandoned", "Abandoned", -1, "customers who gave up"),
        ("blocked", "Blocked", -1, "refused for want of a line or room, or in closed hours"),
        ("turned_away", "Turned away", -1, "of those blocked, the ones in closed hours"),
        ("discarded", "Discarded", 0, "closed without reply: not relevant"),
        ("closed_with_another", "Closed with another", 0, "closed with the answer to another contact of the issue or the incident"),
        ("lost", "Lost", -1, "never found, or past the time in which an answer is allowed"),
        ("contained", "Contained", 0, "settled by a bot or the voice menu"),
        ("open", "Open at the end", -1, "not ended when the run ends"),
    ),
    *_of(
        "share",
        _CONTACTS,
        ("abandonment", "Abandonment", -1, "abandoned / (offered + carried in)"),
    ),
    *_of(
        "share",
        _SERVED,
        ("service_level", "Service level", 1, "sl4 with each type's own answer_within and clock"),
        ("sl1", "Service level (formula 1)", 1, "(answered + abandoned in time) / (answered + abandoned)"),
        ("sl2", "Service level (formula 2)", 1, "answered in time / answered"),
        ("sl3", "Service level (formula 3)", 1, "answered in time / (answered + abandoned)"),
        ("sl4", "Service level (formula 4)", 1, "answered in time / (answered + abandoned later)"),
        ("sl5", "Service level (formula 5)", 1, "(answered in time + abandoned within 5 s) / (answered + abandoned)"),
    ),
    *_of(
        "share", _CONTACTS, ("delayed", "Delayed", -1, "share of the answered and abandoned that had to wait")
    ),
    *_of(
        "s",
        _SERVED,
        ("asa", "Average speed of answer", -1, "mean wait of the answered, zeros included"),
    ),
    *_of(
        "s",
        _CONTACTS,
        ("wait_mean", "Average wait", -1, "mean wait of the answered and the abandoned"),
        ("wait_p50", "Wait, half are faster", -1, "half of the answered and abandoned waited no longer"),
        ("wait_p90", "Wait, 90 % are faster", -1, "90 % of the answered and abandoned waited no longer"),
        ("wait_p95", "Wait, 95 % are faster", -1, "95 % of the answered and abandoned waited no longer"),
        ("wait_max", "Longest wait", -1, "the longest wait of the answered and the abandoned"),
        ("wait_abandoned", "Wait abandoned", 0, "mean wait of the abandoned"),
    ),
    *_of(
        "s",
        _SERVED,
        ("first_response_mean", "First response, average", -1, "from arrival to the end of the first turn"),
        ("first_response_p50", "First response, half are faster", -1, "half got it no later; who still waits is censored at their age"),
        ("first_response_p90", "First response, 90 % are faster", -1, "90 % got it no later; who still waits is censored at their age"),
        ("first_response_p95", "First response, 95 % are faster", -1, "95 % got it no later; who still waits is censored at their age"),
        ("next_reply_mean", "Next reply, average", -1, "from a customer's reply to the agent's next"),
        ("resolution_mean", "Time to resolution, average", -1, "from arrival to the end, of the handled"),
        ("resolution_p50", "Time to resolution, half are faster", -1, "half of the handled were resolved no later"),
        ("resolution_p90", "Time to resolution, 90 % are faster", -1, "90 % of the handled were resolved no later"),
        ("aht", "Average handle time", -1, "agents' attention per handled contact, after-contact work included"),
        ("talk_time", "Talk time", -1, "agents' attention in turns per handled contact"),
        ("after_contact_work", "After-contact work", -1, "after-contact work per handled contact"),
    ),
    *_of(
        "share",
        _FLOOR,
        ("occupancy", "Occupancy", 0, "attention given / time present"),
        ("slot_utilisation", "Use of slots", 0, "slots held / slots there, while present"),
    ),
    *_of("agents", _FLOOR, ("agents_present", "People on the floor", 0, "mean number logged in and not on a break")),
    *_of(
        "contacts",
        _CONTACTS,
        ("queue_mean", "Queue mean", -1, "mean number waiting, by the clock of wait_mean"),
        ("backlog_mean", "Backlog mean", -1, "mean number open, waiting or in work; of calls who waits"),
        ("backlog_max", "Backlog max", -1, "most open at the end of an interval; of calls who waits"),
        ("backlog_end", "Backlog end", -1, "open when the run ends; of calls who waits"),
    ),
    *_of(
        "s",
        _CONTACTS,
        ("backlog_age_max", "Oldest open contact", -1, "age of the oldest contact open at the end of an interval"),
        ("backlog_age_p90", "Backlog age p90", -1, "90 % of those open at the end of an interval are no older"),
    ),
    *_of("money", _FLOOR, ("cost", "Cost of paid hours", -1, "paid hours times cost per hour")),
]

_SOCIAL: list[Measure] = [
    *_of(
        "contacts",
        _CONTACTS,
        ("chasers", "Asked again unanswered", -1, "contacts of customers who asked again because nobody had answered"),
        ("repeats", "Came back unresolved", -1, "contacts of customers whose issue an answer had not resolved"),
        ("went_public", "Told it in public", -1, "public posts after a bad experience"),
        ("attracted", "Posts attracted", -1, "posts that other posts attracted"),
        ("moved", "Moved", 0, "contacts that went on in private after a public answer"),
        ("promised", "Promised an answer", 0, "customers whom a holding reply promised an answer"),
        ("callbacks", "Took a callback", 0, "customers who took a callback"),
        ("needless", "Needed no answer", 0, "contacts that needed no answer, whatever became of them; in no rate"),
        ("answered_elsewhere", "Answered elsewhere", 0, "contacts answered on another channel than they came, by the policy's `replies`"),
        ("contradicted", "Contradictory answers", -1, "answers that contradict one that the customer had on another channel"),
        ("answered_by_customers", "Answered by customers", 1, "posts that another customer answered before the centre"),
        ("taken_down", "Hidden or deleted", 0, "posts hidden or deleted by the policy's `moderation`"),
        ("missed", "Missed by the classifier", -1, "relevant mentions that the classifier dropped"),
        ("found_late", "Found late by hand", -1, "of those missed, the ones found by hand later"),
        ("noise", "Noise passed on", -1, "mentions passed on that do not concern us"),
        ("misrouted", "Wrong subject", -1, "posts taken for another subject, hence transferred"),
        ("misread", "Wrong sentiment", -1, "posts taken for another sentiment"),
        ("posts_avoided", "Posts avoided", 1, "posts not attracted because the post before was answered"),
    ),
    *_of(
        "share",
        _CONTACTS,
        ("noise_work", "Work spent on noise", -1, "share of agents' attention that noise costs"),
        ("response_rate", "Replied to", 1, "share with a reply of their own, of those that wanted an answer"),
        ("closed_rate", "Closed with another's answer", 0, "share closed with the answer to another, of those that wanted an answer"),
        ("service_level_heard", "Service level once heard", 1, "service level from when a contact was heard; what never was is not in it"),
        ("containment", "Settled by the bot", 1, "share settled by a bot or the voice menu"),
        ("deflection", "Went on in private", 0, "share of the answered that went on in private, or were answered elsewhere"),
        ("first_contact_resolution", "Resolved at the first contact", 1, "share of the first contacts handled that resolved their issue"),
    ),
    *_of("s", _CONTACTS, ("first_response_negative", "First response to the angry, average", -1, "mean first response of the negative")),
    *_of(
        "s",
        _CONTACTS,
        ("collateral_first_response", "First response outside incidents", -1, "mean first response outside incidents of 10 or more posts"),
    ),
    *_of(
        "reach hours",
        _CONTACTS,
        ("exposure", "Exposure, reach hours", -1, "reach of public posts times the hours they stay unanswered, as attention fades"),
    ),
    *_of(
        "share",
        _CONTACTS,
        ("promises_kept", "Promises kept", 1, "share of the promises of holding replies that were kept, of those due"),
    ),
    *_of(
        "share",
        _CONTACTS,
        ("runaway", "Runs that run away", -1, "share of the runs in which an incident has more posts than the scenario's `runaway`"),
    ),
    *_of(
        "per post",
        ("all",),
        ("branching_peak", "Branching ratio of the worst hour", -1, "most further posts per post of an hour with ten or more posts of incidents"),
    ),
    *_of(
        "share",
        ("all",),
        ("supercritical", "Runs with an hour above 1", -1, "share of the runs in which an hour's posts attracted more posts than they were"),
    ),
    *_of("per post", _CONTACTS, ("branching_ratio", "Further posts per post", -1, "further posts of incidents per post in them")),
    *_of(
        "contacts",
        _CONTACTS,
        ("issues", "Issues", 0, "customers' issues, by their first contact"),
        ("contacts_per_issue", "Contacts per issue", -1, "contacts that an issue took"),
        ("channel_hops", "Channel hops", -1, "changes of channel per issue"),
        ("incidents", "Incidents", -1, "incidents of two or more posts, by their root"),
        ("incident_size_mean", "Incident size mean", -1, "posts per incident of two or more"),
        ("incident_size_max", "Largest incident, posts", -1, "posts of the largest incident"),
    ),
    *_of(
        "s",
        _CONTACTS,
        ("issue_resolution_mean", "Issue resolution mean", -1, "from an issue's first contact to its resolution"),
        ("incident_duration_mean", "Incident duration mean", -1, "from an incident's root to its last post"),
        ("incident_duration_max", "Longest incident", -1, "of the longest incident"),
    ),
    *_of(
        "share",
        _CONTACTS,
        ("issues_resolved", "Issues resolved", 1, "share of the issues that an answer to their own customer resolved"),
        ("issues_closed", "Issues closed with another's answer", 0, "share of the issues closed with the answer to another customer"),
    ),
    *_of("share", _CONTACTS, ("negative_share", "Angry", -1, "share of the contacts whose customer was angry (negative)")),
    *_of(
        "per hour",
        _FLOOR,
        ("posts_per_hour", "Posts answered per hour of an agent", 0, "public posts brought to their end per hour that an agent is present"),
    ),
    *_of(
        "per day",
        _FLOOR,
        ("angry_per_day", "Angry contacts per agent and day", -1, "contacts of angry customers that an agent works on in eight hours present: the burden"),
    ),
    *_of("points", _CONTACTS, ("stars", "Stars of reviews, 1 to 5", 1, "mean stars of the reviews that came, as they stand at the end")),
    *_of("points", _SERVED, ("satisfaction", "Satisfaction, 1 to 5", 1, "1 to 5, by the scenario's formula")),
    *_of("share", _SERVED, ("promoter_score", "Promoter score", 1, "share of promoters less share of detractors")),
]

_PEOPLE: list[Measure] = [
    *_of(
        "contacts",
        _CONTACTS,
        ("customers", "Customers who came", 0, "different customers of the population who came"),
        ("churned", "Customers lost", -1, "customers who left for good after a contact"),
        ("came_again", "Came again, let down", -1, "issues that came sooner because their customer was let down"),
        ("survey_answers", "Answers to surveys", 0, "surveys answered by the end of the run"),
        ("followed_up", "Followed up", 0, "contacts with customers whose answer to a survey was poor"),
    ),
    *_of("share", _CONTACTS, ("churn_rate", "Customers lost, of those who came", -1, "customers lost / customers who came")),
    *_of("money", _CONTACTS, ("worth_lost", "Worth lost", -1, "worth of the customers who left, by their tier")),
    *_of(
        "points",
        _CONTACTS,
        ("mood", "Mood of customers, 1 to 5", 1, "mean mood of customers after their contacts"),
        ("reputation", "Reputation, 1 to 5", 1, "what people said when contacts came, on average"),
        ("survey_score", "Satisfaction by surveys", 1, "mean of the answers, which are a sample that chose itself"),
        ("survey_half_width", "Its half width of 95 %", -1, "1.96 standard deviations / root n of one run's answers"),
        ("survey_bias", "Bias of the surveys", 0, "mean of the answers less what all would have answered"),
    ),
    *_of(
        "share",
        _CONTACTS,
        ("survey_response", "Answer to surveys", 0, "surveys answered / asked"),
        ("survey_holds", "Interval holds the truth", 1, "share of the runs in which the survey's interval holds what all would say"),
        ("survey_promoters", "Promoter score by surveys", 1, "share of promoters less share of detractors of the answers"),
    ),
]

# What the page says of a measure, where that is more than its meaning.
_HELP = {
    "service_level": "The share of contacts that were answered within the time you promise, out of those"
    " answered or given up later than that. Phone and chat count until somebody answers; email, messages and"
    " posts until the first reply is sent.",
    "asa": "How long those who were answered had waited, on average; those who did not wait count as 0.",
    "abandonment": "The share of customers who gave up before they were answered.",
    "occupancy": "The share of their time on the floor that people spend working on contacts, wrap-up included."
    " Above 85 to 90 % people tire and a small surge makes queues explode.",
    "first_response_p90": "Nine in ten customers got their first answer within this time; those"
    " who still wait at the end count as waiting at least as long as they have.",
    "cost": "Paid hours, breaks included, times the cost per hour of each team.",
    "agents_present": "How many people are logged in and not on a break, on average.",
    "offered": "Contacts that arrived, attempts repeated by customers included.",
    "backlog_age_max": "The age of the oldest contact that is open at the end of each block of time.",
}

MEASURES: dict[str, Measure] = {
    one.name: replace(one, help=_HELP.get(one.name, ""))
    for one in (
        *_ALL,
        *(replace(measure, social=True) for measure in _SOCIAL),
        *(replace(measure, social=True, people=True) for measure in _PEOPLE),
    )
}


TOGETHER = "all campaigns"
# Measures of each campaign and crisis: name and unit, in the order they are shown.
CAMPAIGN_MEASURES: tuple[tuple[str, str], ...] = (
    ("offered", "contacts"),
    ("handled", "contacts"),
    ("closed_with_another", "contacts"),
    ("attracted", "contacts"),
    ("posts_avoided", "contacts"),
    ("response_rate", "share"),
    ("first_response_mean", "s"),
    ("exposure", "reach hours"),
    ("incident_duration_max", "s"),
)
# The bands of priority, and the measures of each.
BANDS = ("high", "middle", "low")
BAND_MEASURES: tuple[tuple[str, str], ...] = (
    ("offered", "contacts"),
    ("response_rate", "share"),
    ("answered_in_time", "share"),
    ("first_response_mean", "s"),
    ("next_reply_mean", "s"),
)


# What a relevant public post ends as; each has exactly one of these ends.
ENDS = (
    "replied", "closed", "by_customers", "needless", "hidden", "ignored", "contained", "too_late", "refused", "unheard",
    "still_open",
)  # fmt: skip
# Within how long a post had a reply of its own: name and seconds.
WITHIN = (
    ("within_1_min", 60.0), ("within_5_min", 300.0), ("within_15_min", 900.0), ("within_1_h", 3600.0),
    ("within_4_h", 14400.0), ("within_24_h", 86400.0),
)  # fmt: skip
# The measures of the funnel, for every class of each of its dimensions: name and unit.
FUNNEL_MEASURES: tuple[tuple[str, str], ...] = (
    *((name, "contacts") for name in ("posts", "heard", "taken", "drafts", *ENDS, "chasers")),
    *((name, "share") for name in ("response_rate", "closed_rate", "service_level", "service_level_heard")),
    *((f"first_response_{name}", "s") for name in ("mean", "p50", "p90")),
    *((f"{name}_mean", "s") for name in ("hearing", "queue", "approval", "work")),
    ("exposure", "reach hours"),
    ("cost_per_reply", "money"),
    *((name, "share") for name, _ in WITHIN),
)
# ... and those of each hour of the day, which are many.
_HOURLY = ("posts", *ENDS, "response_rate", "service_level", "first_response_mean", "within_15_min", "within_1_h")
HOUR_MEASURES = tuple((name, unit) for name, unit in FUNNEL_MEASURES if name in _HOURLY)


def funnel_measures_of(dimension: str) -> tuple[tuple[str, str], ...]:
    """Names and units of the measures that the classes of a dimension of the funnel have."""
    return HOUR_MEASURES if dimension == "hour" else FUNNEL_MEASURES


FUNNEL_MEANINGS = {
    "posts": "relevant public posts",
    "heard": "posts that reached the centre",
    "taken": "posts that an agent began to work on",
    "drafts": "posts whose answer had to be approved",
    "replied": "posts with a reply of their own",
    "closed": "posts closed with the answer to another",
    "by_customers": "posts that another customer answered first",
    "needless": "posts that needed no answer, whatever became of them; in no rate",
    "hidden": "posts hidden or deleted by moderation",
    "ignored": "posts put aside by a rule",
    "contained": "posts settled by a bot",
    "too_late": "posts heard, but past the time in which an answer is allowed",
    "refused": "posts that a closed or full channel did not take",
    "unheard": "posts that were never heard",
    "still_open": "posts heard and still open when the run ends",
    "hearing_mean": "of those replied to: from the post until it reached the centre",
    "queue_mean": "of those replied to: from then until an agent's attention",
    "approval_mean": "of those replied to: drafts waiting for approval",
    "work_mean": "of those replied to: the rest, in agents' hands",
    "cost_per_reply": "attention spent on posts, noise and approvals included, per reply",
    "within_1_min": "share of all posts with a reply of their own within a minute of the post",
    "within_5_min": "share of all posts with a reply of their own within 5 minutes",
    "within_15_min": "share of all posts with a reply of their own within 15 minutes",
    "within_1_h": "share of all posts with a reply of their own within an hour",
    "within_4_h": "share of all posts with a reply of their own within 4 hours",
    "within_24_h": "share of all posts with a reply of their own within a day",
}


# Measures of each line of a policy's supervision: name and unit.
LINE_MEASURES: tuple[tuple[str, str], ...] = (
    ("in_force", "share"),
    ("times_begun", "times"),
    ("first_begun", "s"),
    ("statement_after", "s"),
)
LINE_MEANINGS = {
    "in_force": "share of the measured time in which the line was in force",
    "times_begun": "how often it began in a run",
    "first_begun": "when it first began, from the start of the run, where it did",
    "statement_after": "from the root of the incident to the line's first statement, where it was made",
}


# Further measures of bands of priority and of curves through time.
OTHER_MEANINGS = {
    "answered_in_time": "share that got their first response within the time promised",
    "backlog": "contacts that are open, waiting or in work, at the end of each block of time; of calls those that wait",
}


def label_of(name: str) -> str:
    """A measure as people read it. Raises KeyError for what has no row here."""
    return MEASURES[name].label if name in MEASURES else _further(name)[0]


def help_of(name: str) -> str:
    """What a measure says, in a sentence or two. Raises KeyError for what has no row here."""
    if name in MEASURES and MEASURES[name].help:
        return MEASURES[name].help
    meaning = MEASURES[name].meaning if name in MEASURES else _further(name)[1]
    return meaning[:1].upper() + meaning[1:] + "."


def _further(name: str) -> tuple[str, str]:
    """Label and meaning of a measure of the funnel, of lines, bands or curves."""
    for meanings in (FUNNEL_MEANINGS, LINE_MEANINGS, OTHER_MEANINGS):
        if name in meanings:
            return name.replace("_", " ").capitalize(), meanings[name]
    raise KeyError(f"{name}: no label and no meaning in scenario/catalogue/measures.py")


def unit_of(name: str) -> str:
    """Unit of a measure, or of a target's measure such as `service_level within 20 s`."""
    base = name.split(" ", 1)[0]
    return MEASURES[base].unit if base in MEASURES else dict(FUNNEL_MEASURES + LINE_MEASURES)[base]


FORMULAS = ("sl1", "sl2", "sl3", "sl4", "sl5")
DEFAULT_FORMULA = "sl4"
CLOCKS = ("accepted", "answered", "first_response", "resolved")

# What a comparison looks at beside the targets; few, for each one more widens all intervals.
HEADLINE: tuple[tuple[str, tuple[Dimension, ...]], ...] = (
    ("service_level", ("all", "channel")),
    ("asa", ("all",)),
    ("first_response_p90", ("all",)),
    ("abandonment", ("all",)),
    ("occupancy", ("all",)),
    ("cost", ("all",)),
)
