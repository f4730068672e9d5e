"""Two accounts of one replication, contact by contact."""

from __future__ import annotations

from typing import Any

import numpy as np
import yaml

from sim.clock.compiled import run
from sim.model.assemble import assemble
from sim.policy import policies_of
from sim.scenario import load_scenario_text
from sim.scenario.schema import Scenario
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
    row["resolved"] = int(c.resolved)
    return row


def differences(scenario: Scenario, records: Any, contacts: list[Contact]) -> list[str]:
    """Every field of every contact in which the two accounts differ."""
    found = []
    if len(records) != len(contacts):
        found.append(f"{len(records)} contacts, independently {len(contacts)}")
    for record, c in zip(records, contacts, strict=False):
        for name, mine in told(scenario, c).items():
            engine = record[name].item()
            same = engine == mine
            if isinstance(mine, float) and name != "key":
                same = bool(np.isclose(engine, mine, rtol=0.0, atol=ROUNDING, equal_nan=True))
            if not same:
                found.append(f"contact {c.number} ({c.kind}) {name}: {engine}, independently {mine}")
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
