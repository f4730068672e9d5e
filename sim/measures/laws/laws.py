"""Laws that hold for the records of every run, whatever the scenario."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import RunLike
from floorcast.measures.base.settings import settings_of
from floorcast.measures.contacts.table import measured_window
from floorcast.measures.customers.satisfaction import scores
from floorcast.measures.customers.social_table import SocialTable
from floorcast.measures.summary import Summary, measure
from floorcast.model.records.layout import Outcome, Status
from floorcast.scenario.catalogue.measures import ENDS

_ENDINGS = (
    "handled",
    "abandoned",
    "blocked",
    "discarded",
    "closed_with_another",
    "lost",
    "contained",
    "open",
)

_STAMPS = ("arrived", "accepted", "answered", "first_response", "ended")
_ROUNDING = 1e-6  # seconds
_ROUNDED = 1e-4  # points: scores are kept in single precision


def conservation(run: RunLike, summary: Summary | None = None) -> list[str]:
    """Every contact that came has one end: a sentence for each scope in which that fails.

    offered + carried_in = handled + abandoned + blocked + discarded + closed_with_another + lost +
    contained + open.
    """
    summary = summary or measure(run)
    broken = []
    for by, of in summary.layout.scopes:
        if by == "group":
            continue
        came = summary.value("offered", by, of) + summary.value("carried_in", by, of)
        ended = sum(summary.value(name, by, of) for name in _ENDINGS)
        if came != ended:
            broken.append(
                f"{by} {of}: {came:g} contacts came and {ended:g} have an end or are open"
            )
    return broken


def funnel_adds_up(summary: Summary) -> list[str]:
    """Each relevant post has one end, and belongs to one class of every dimension; its time has its parts."""
    broken = []
    everything = summary.value("posts", "funnel", "all posts") if summary.layout.funnel else 0.0
    for dimension, names in summary.layout.funnel:
        for name in names:
            posts = summary.value("posts", dimension, name)
            ended = sum(summary.value(end, dimension, name) for end in ENDS)
            if posts != ended:
                broken.append(f"{dimension} {name}: {posts:g} posts and {ended:g} ends of posts")
            for part in ("hearing", "queue", "approval", "work") if dimension != "hour" else ():
                if summary.value(f"{part}_mean", dimension, name) < -_ROUNDING:
                    broken.append(f"{dimension} {name}: {part} takes less than no time")
        total = sum(summary.value("posts", dimension, name) for name in names)
        if total != everything and dimension != "topic":  # a post may be about several
            broken.append(f"{dimension}: {total:g} posts in its classes, {everything:g} in all")
    return broken


def broken_laws(run: RunLike) -> list[str]:
    """A sentence for each law that the records of a run break; empty for every run there may be.

    Conservation; no contact goes back in time; no agent does two things at once, or works while
    away; the attention that contacts received is the attention that agents gave.
    """
    broken = _instants(run)
    if broken:
        return broken  # nothing can be counted by instants that are none
    summary = measure(run)
    broken = conservation(run, summary) + funnel_adds_up(summary)
    return broken + _order_of_stamps(run) + _ledger(run) + _attention(run) + _memory(run)


def _memory(run: RunLike) -> list[str]:
    """Customers remember what the records say, once, and who has left comes no more."""
    issues = run.issues
    if issues is None or not run.world.scenario.remembers:
        return []
    broken = []
    table = SocialTable(run, measured_window(run.world), settings_of(run.world))
    known = ~np.isnan(issues["score"])
    wrong = known & ~(np.abs(table.in_order(scores(table)) - issues["score"]) < _ROUNDED)
    if wrong.any():
        broken.append(f"{int(wrong.sum())} contacts left their customer otherwise than the satisfaction formula says")
    for name in ("mood", "after"):
        values = issues[name][(issues["customer"] >= 0) & ~np.isnan(issues[name])]
        if ((values < 1.0 - _ROUNDED) | (values > 5.0 + _ROUNDED)).any():
            broken.append(f"a customer's mood ({name}) is not between 1 and 5")
    gone = np.flatnonzero(issues["left"])
    who = issues["customer"][gone]
    if np.unique(who).size != gone.size or (who < 0).any():
        broken.append("a customer left more than once, or nobody known did")
    when = np.full(int(issues["customer"].max(initial=0)) + 1, np.inf)
    # Who was never heard notices it only when the answer is overdue.
    kinds = run.contacts["contact_type"][gone]
    patient = np.array([run.world.scenario.expectation(name) for name in run.world.type_names])[kinds]
    silent = run.contacts["outcome"][gone] == Outcome.LOST
    when[who] = run.contacts["ended"][gone] + np.where(silent, patient, 0.0)
    theirs = issues["customer"] >= 0
    late = int((_begun(run, issues)[theirs] > when[issues["customer"][theirs]] + _ROUNDING).sum())
    if late:
        broken.append(f"{late} contacts came from customers who had left for good")
    if ((issues["asked"] > 0) & np.isnan(issues["opinion"])).any():
        broken.append("a survey was answered by somebody who had nothing to say")
    return broken


def _begun(run: RunLike, issues: NDArray[Any]) -> NDArray[np.float64]:
    """Since when each contact has been under way at the least, in seconds [contacts].

    That is its arrival, but of one that came through a bot or voice menu: it may have been in there when its
    customer left. Contacts are numbered as they begin, so it began no earlier than those before it.
    """
    kinds = run.world.scenario.contact_types
    menu = [kinds[name].bot is not None and kinds[name].listening is None for name in run.world.type_names]
    through_menu = np.array(menu)[issues["true_type"]]
    arrived: NDArray[np.float64] = run.contacts["arrived"]
    before = np.maximum.accumulate(np.where(through_menu, -np.inf, arrived))
    return np.where(through_menu, np.minimum(before, arrived), arrived)


def _instants(run: RunLike) -> list[str]:
    """Arrivals and ages are numbers, and nothing lasted for ever."""
    broken = []
    for name in ("arrived", "queued", "worked", "wrapped", "points", "reply_wait"):
        wrong = ~np.isfinite(run.contacts[name])
        if wrong.any():
            broken.append(f"{int(wrong.sum())} contacts have no {_INSTANTS.get(name, name)}")
    for name in ("accepted", "answered", "first_response", "ended"):
        number = int(np.isinf(run.contacts[name]).sum())
        if number:
            broken.append(f"{number} contacts are never {name}, though it is noted when")
    return broken


_INSTANTS = {"arrived": "instant of arrival", "queued": "age in the queue"}


def _order_of_stamps(run: RunLike) -> list[str]:
    contacts, broken = run.contacts, []
    for place, earlier in enumerate(_STAMPS):
        for later in _STAMPS[place + 1 :]:
            number = int((contacts[later] < contacts[earlier]).sum())  # never (NaN) is no breach
            if number:
                broken.append(f"{number} contacts are {later} before they are {earlier}")
    number = int((contacts["ended"] > run.world.horizon).sum())
    if number:
        broken.append(f"{number} contacts ended after the run")
    return broken


def _ledger(run: RunLike) -> list[str]:
    ledger, interval, broken = run.ledger, run.world.interval, []
    busy = ledger["working"] + ledger["wrapping"]
    for wrong, text in (
        (ledger["present"] > interval + _ROUNDING, "were present longer than the interval"),
        (busy > ledger["present"] + _ROUNDING, "did two things at once, or worked while away"),
        (ledger["held"] < -_ROUNDING, "held less than nothing"),
    ):
        number = int(wrong.any(axis=1).sum()) if wrong.size else 0
        if number:
            broken.append(f"{number} agents {text}")
    return broken


def _attention(run: RunLike) -> list[str]:
    """Received by contacts, and given by agents; work not finished at the end is given only."""
    contacts, broken = run.contacts, []
    unfinished = (contacts["outcome"] == Outcome.OPEN) & (contacts["agent"] >= 0)
    unfinished |= contacts["status"] == Status.WRAPPING  # handled, but not written up
    in_work = bool(unfinished.any())
    for field, given in (("worked", "working"), ("wrapped", "wrapping")):
        received, spent = float(contacts[field].sum()), float(run.ledger[given].sum())
        tolerance = _ROUNDING * (1 + spent)
        if received > spent + tolerance or (not in_work and received < spent - tolerance):
            broken.append(
                f"contacts received {received:,.1f} s of {given} and agents gave {spent:,.1f} s"
            )
    return broken
