"""The playbook as tables: approval, templates, holding replies, statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.compile.tables import digest
from floorcast.model.records.social import FORCE, PLAY, STATEMENT, PlayKind

if TYPE_CHECKING:
    from floorcast.model.compile.decision_tree import RuleCompiler
    from floorcast.model.compile.tables import DrawTable
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.conditions import When
    from floorcast.policy.schema.policy import Policy
    from floorcast.scenario.schema.scenario import Scenario


def play_table(scenario: Scenario, policy: Policy, types: Array, compiler: RuleCompiler) -> Array:
    """Rows by contact type, of a kind in the order written; fills the types' ranges."""
    names = scenario.type_names
    rows: list[dict[str, float]] = []
    for k, name in enumerate(names):
        types[k]["play_from"] = len(rows)
        if name not in policy.within:  # what agents do for each other needs nobody's approval
            for kind, when, fields in _plays(policy, names):
                entry = compiler.specialise(when, name)
                if entry is not False:
                    rows.append({"kind": int(kind), "entry": compiler.emit(entry, ~1, ~0), **fields})
        types[k]["play_to"] = len(rows)
    table = np.zeros(max(1, len(rows)), dtype=PLAY)
    for row, values in zip(table, rows, strict=False):
        for field, value in values.items():
            row[field] = value
    return table


def _plays(policy: Policy, names: tuple[str, ...]) -> list[tuple[PlayKind, When, dict[str, float]]]:
    """Kind, condition and fields of every play, in the order written."""
    found: list[tuple[PlayKind, When, dict[str, float]]] = []
    for one in policy.approval:
        fields = {"to": names.index(one.by), "rejected": one.rejected, "work": one.rework, "most": one.at_most}
        found.append((PlayKind.APPROVAL, one.when, fields))
    for template in policy.templates:
        found.append((PlayKind.TEMPLATE, template.when, {"work": template.work, "quality": template.quality}))
    for reply in policy.holding:
        to = -1 if reply.by is None else names.index(reply.by)
        found.append((PlayKind.HOLDING, reply.when, {"to": to, "after": reply.after, "promise": reply.promise}))
    for answer in policy.replies:
        to = -1 if answer.to is None else names.index(answer.to)
        fields = {"to": to, "work": answer.work, "quality": answer.quality, "seen": answer.seen}
        found.append((PlayKind.REPLY, answer.when, fields))
    for rule in policy.moderation:
        to = -1 if rule.by is None else names.index(rule.by)
        fields = {"to": to, "after": rule.after, "noticed": rule.found_out, "backfire": rule.backfire}
        found.append((PlayKind.MODERATION, rule.when, fields))
    return found


def statement_table(scenario: Scenario, policy: Policy, draws: DrawTable) -> Array:
    """One row per statement that supervision may publish."""
    table = np.zeros(max(1, len(policy.statements)), dtype=STATEMENT)
    table["made"], table["root"] = np.nan, -1
    for n, (row, one) in enumerate(zip(table, policy.statements, strict=False)):
        row["campaign"] = scenario.campaign_names.index(one.of)
        row["key"] = digest(f"statement {one.name or n} of {one.of}")
        row["delay"] = draws.row(one.after)
        for name in ("closes", "spreading", "poor", "backfire"):
            row[name] = getattr(one, name)
    return table


def force_table(policy: Policy, n_intervals: int) -> Array:
    """Row line * intervals + interval: when each line of the supervision was in force."""
    return np.zeros(max(1, len(policy.supervision)) * n_intervals, dtype=FORCE)


def slogan_table(scenario: Scenario) -> Array:
    """Bits of the words that every post of a campaign or crisis carries, by campaign."""
    table = np.zeros(max(1, len(scenario.campaign_names)), dtype=np.int64)
    for crisis in scenario.crises:
        for word in crisis.words:
            table[scenario.campaign_names.index(crisis.name)] |= 1 << scenario.words.index(word)
    return table
