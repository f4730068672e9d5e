"""Offers, agents who pick, customers who return and supervision, in plain English."""

from __future__ import annotations

from typing import Any

from floorcast.policy.schema.policy import Policy
from floorcast.policy.words.conditions import condition_in_words, listed
from floorcast.policy.words.playbook import statement_in_words
from floorcast.scenario.read.units import write_duration
from floorcast.scenario.words.distributions import DistributionKind


def handing(policy: Policy) -> list[str]:
    """Lines on how contacts are handed to agents and what a supervisor does; empty when nothing is
    written."""
    lines = [_offer(channel, offer) for channel, offer in policy.offers.items()]
    for group, time in policy.pull.items():
        lines.append(f"{group}: agents pick from the list themselves, which takes {_mean(time)}.")
    returning = policy.returning
    if returning is not None:
        lines.append(
            f"A customer who comes back on the same issue within {write_duration(returning.within)} goes to the agent"
            f" who had it last, and waits {write_duration(returning.wait)} for that agent alone."
        )
    for row in policy.supervision:
        lines.append(_supervision(row))
    return lines


def _mean(distribution: Any) -> str:
    if distribution.kind is DistributionKind.CONSTANT and not distribution.zero:
        return write_duration(distribution.mean)
    return f"{write_duration(round(distribution.mean, 1))} on average"


def _offer(channel: str, offer: Any) -> str:
    parts = [f"{channel} rings: taken after {_mean(offer.answer)}"]
    parts.append(f"given up after {write_duration(offer.time_out)}")
    if offer.declined:
        parts.append(f"declined {100 * offer.declined:.4g} % of the time")
    parts.append(f"not taken, it waits on with its age {offer.age if offer.age == 'kept' else 'starting again'}")
    parts.append(
        "may ring again at the same agent"
        if offer.again
        else "rings again at an agent who did not take it only once all who may have declined"
    )
    if offer.after_time_out:
        parts.append(f"an agent who let it ring gets nothing new for {write_duration(offer.after_time_out)}")
    if offer.after_decline:
        parts.append(f"an agent who declined gets nothing new for {write_duration(offer.after_decline)}")
    return f"{'; '.join(parts)}."


def _some(one: Any) -> str:
    """The group, or so many of its agents."""
    if one.agents is None:
        return str(one.group)
    return f"the first {one.agents} agents of {one.group}" if one.agents > 1 else f"agent 1 of {one.group}"


def _s(one: Any) -> str:
    return "" if one.agents is not None and one.agents > 1 else "s"


def actions_in_words(does: Any) -> str:
    """What a supervisor does, as a clause."""
    actions = [] if does.mode is None else [f"the mode becomes {does.mode}"]
    if does.policy is not None:
        actions.append(f"the alternative {does.policy} takes the place of the rules")
    actions += [
        f"{_some(one)} also take{_s(one)} {listed(one.channels)} (which nobody of {one.group} takes unless added)"
        for one in does.add
    ]
    actions += [f"{_some(one)} take{_s(one)} no new {listed(one.channels)}" for one in does.remove]
    for one in does.overtime:
        actions.append(f"nobody of {one.group} goes home")
        if getattr(one, "call_in", 0):
            actions[-1] += f" and {one.call_in} more are called in"
    if does.close:
        actions.append(f"{listed(does.close)} turn new contacts away")
    actions += [statement_in_words(one) for one in does.statement]
    if does.pause:
        actions.append(f"nothing of {listed(does.pause)} comes")
    return listed(actions)


def _supervision(row: Any) -> str:
    until = "that no longer holds" if row.until is None else condition_in_words(row.until)
    least = f", at least {write_duration(row.for_at_least)}" if row.for_at_least else ""
    name = f"{row.name}: " if row.name else ""
    return (
        f"{name}when {condition_in_words(row.when)}, {actions_in_words(row.do)}, until {until}{least}"
        f" (looked at every {write_duration(row.check)})."
    )
