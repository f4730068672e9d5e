"""Two accounts of one replication, contact by contact."""

from __future__ import annotations

import math
from typing import Any

import yaml

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.contact import Contact
from tests.equivalence.independent.society import Society

CLOCKS = ("arrived", "queued", "accepted", "answered", "first_response", "ended", "replied")
AMOUNTS = ("worked", "wrapped", "reply_wait")
COUNTS = ("turn", "turns", "replies", "attempt", "prior", "sentiment", "flags", "transfers", "avoided")
ROUNDING = 1e-6  # seconds: the two add up their times in another order


def told(scenario: Scenario, c: Contact) -> dict[str, Any]:
    """What the independent simulator says of a contact, in the words of the records."""
    row: dict[str, Any] = {name: getattr(c, name) for name in (*CLOCKS, *AMOUNTS, *COUNTS)}
    row["key"] = c.key
    row["contact_type"] = scenario.type_names.index(c.kind)
    row["outcome"], row["cause"] = int(c.outcome), int(c.cause)
    row["agent"] = -1 if c.agent is None else c.agent.number
    row["parent"] = -1 if c.parent is None else c.parent.number
    row["issue"] = c.issue.number
    row["incident"] = -1 if c.root is None else c.root.number
    row["resolved"] = c.resolved
    return row


def same(engine: Any, mine: Any) -> bool:
    """Equal, or both never, or apart by rounding."""
    if isinstance(mine, float):
        return abs(engine - mine) <= ROUNDING or (math.isnan(engine) and math.isnan(mine))
    return bool(engine == mine)


def differences(scenario: Scenario, records: Any, contacts: list[Contact]) -> list[str]:
    """Every field of every contact in which the two accounts differ."""
    found = []
    if len(records) != len(contacts):
        found.append(f"{len(records)} contacts, independently {len(contacts)}")
    mine = [told(scenario, c) for c in contacts[: len(records)]]
    for name in mine[0] if mine else ():
        for engine, row, c in zip(records[name].tolist(), mine, contacts, strict=False):
            if not same(engine, row[name]):
                found.append(
                    f"contact {c.number} ({c.kind}) {name}: {engine}, independently {row[name]}"
                )
    return found


def assert_agree(words: dict[str, Any] | str, seed: int = 7, replication: int = 1) -> list[Contact]:
    """Both simulators give the same contacts for a scenario with its policy inside."""
    text = words if isinstance(words, str) else yaml.safe_dump(words, sort_keys=False)
    scenario = load_scenario_text(text, ".", "generated.yaml")
    policy = policies_of(scenario)[0]
    records = run(assemble(scenario, policy), seed, replication).contacts
    contacts = Society(scenario, policy, seed, replication).run()
    found = differences(scenario, records, contacts)
    assert not found, "\n".join([f"{len(found)} differences", *found[:12]])
    return contacts
