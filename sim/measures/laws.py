"""Laws that hold for the records of every run, whatever the scenario."""

from __future__ import annotations

from sim.measures.records import RunLike
from sim.measures.summary import Summary, measure

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


def conservation(run: RunLike, summary: Summary | None = None) -> list[str]:
    """Every contact that came has one end: a sentence for each scope in which that fails.

    offered + carried_in = handled + abandoned + blocked + discarded + closed_with_another + lost +
    contained + open, and no contact ends before it arrives, is answered before it arrives, or has
    an end without an outcome.
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
    contacts = run.contacts[run.contacts["arrived"] < run.world.horizon]
    arrived, ended_at = contacts["arrived"], contacts["ended"]
    if (ended_at < arrived).any():
        broken.append("a contact ended before it arrived")
    if (contacts["answered"] < arrived).any():
        broken.append("a contact was answered before it arrived")
    return broken
