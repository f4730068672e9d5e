"""Transfers, consultations and evaluations: names, channels, and circles without an end."""

from __future__ import annotations

from floorcast.scenario.checks.name_checks import NameChecks
from floorcast.scenario.read.problems import Path, Wrong
from floorcast.scenario.schema.scenario import Scenario


def check_transfers(checks: NameChecks, scenario: Scenario, types: list[str], name: str) -> None:
    """The transfers and the consultation of one contact type."""
    entry = scenario.contact_types[name]
    path: Path = ("contact_types", name)
    for index, transfer in enumerate(entry.transfers):
        place = (*path, "transfers", index, "to")
        if checks.known("contact type", transfer.to, types, place):
            for other in transfer.to:
                there = scenario.contact_types.get(other)
                if there is not None and there.channel != entry.channel:
                    message = f"found {other} on another channel, {there.channel}; allowed types of {entry.channel}"
                    checks.error(place, Wrong(message))
                if other == name:
                    checks.error(place, Wrong(f"found {name} itself; allowed other contact types"))
    if entry.consult is not None:
        place = (*path, "consult", "with")
        if checks.known("contact type", [entry.consult.with_], types, place):
            asked = scenario.contact_types.get(entry.consult.with_)
            if entry.consult.with_ == name or (asked is not None and asked.consult is not None):
                message = "found a type that asks in its turn; allowed a type without consult"
                checks.error(place, Wrong(message))


def check_evaluation(checks: NameChecks, scenario: Scenario, name: str) -> None:
    """The evaluations of one group's conversations."""
    evaluation = scenario.groups[name].evaluation
    if evaluation is None:
        return
    place: Path = ("groups", name, "evaluation")
    types = [*scenario.contact_types]
    if checks.known("contact type", [evaluation.by], types, (*place, "by")):
        if not scenario.contact_types[evaluation.by].between_agents:
            message = f"found {evaluation.by}, which customers bring; allowed a contact type with between_agents: true"
            checks.error((*place, "by"), Wrong(message))
    checks.known("contact type or channel", evaluation.of, [*types, *scenario.channels], (*place, "of"))


def check_circles(checks: NameChecks, scenario: Scenario) -> None:
    """Contacts that are sure to be passed on for ever: an error; that may come back: a warning."""
    types = scenario.contact_types
    for first in types:
        for sure in (True, False):
            circle = _circle(scenario, first, sure)
            if not circle or min(circle) != first:
                continue
            place: Path = ("contact_types", first, "transfers")
            words = " -> ".join([*circle, first])
            if sure:
                checks.error(
                    place,
                    Wrong(
                        f"found transfers that never end, {words}; allowed a way out of the circle"
                    ),
                )
            else:
                checks.warn(
                    place, f"may come back, {words}; a contact is passed on at most three times"
                )
            break


def _circle(scenario: Scenario, first: str, sure: bool) -> list[str]:
    """Types from the first back to itself, by transfers of which one always happens when ``sure``."""
    path: list[str] = []

    def follow(name: str) -> bool:
        if name in path:
            return name == first
        if name not in scenario.contact_types:
            return False
        path.append(name)
        transfers = scenario.contact_types[name].transfers
        if not sure or sum(t.probability for t in transfers) >= 1 - 1e-9:
            taken = [to for t in transfers if t.probability > 0 for to in t.to]
            if taken and (all if sure else any)(follow(to) for to in taken):
                return True
        path.pop()
        return False

    return path if follow(first) else []
