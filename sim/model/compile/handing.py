"""Offers, picking, transfers and supervision as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.records import rules as layout_rules
from floorcast.model.records.layout import Event
from floorcast.model.records.rules import ALL_AGENTS, ActionKind, Bar

if TYPE_CHECKING:
    from floorcast.model.compile.decision_tree import RuleCompiler
    from floorcast.model.compile.tables import DrawTable, MixTable
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.policy import Policy
    from floorcast.scenario.schema.scenario import Scenario


def transfer_table(scenario: Scenario, types: Array, draws: DrawTable, mixes: MixTable) -> Array:
    """Transfers of all contact types; fills their ranges and consultations."""
    names = scenario.type_names
    rows: list[tuple[float, int, int, int, bool]] = []
    for k, name in enumerate(names):
        kind = scenario.contact_types[name]
        types[k]["transfer_from"] = len(rows)
        for transfer in kind.transfers:
            low, high = mixes.rows({names.index(to): share for to, share in transfer.to.items()})
            after = -1 if transfer.after is None else draws.row(transfer.after, optional=False)
            rows.append((transfer.probability, low, high, after, transfer.clock == "reset"))
        types[k]["transfer_to"] = len(rows)
        if kind.consult is not None:
            types[k]["consult"] = kind.consult.probability
            types[k]["consult_type"] = names.index(kind.consult.with_)
    return np.array(rows or [(0.0, 0, 0, -1, False)], dtype=layout_rules.TRANSFER)


def offer_table(scenario: Scenario, policy: Policy, groups: Array, draws: DrawTable) -> Array:
    """One row per channel; fills which groups pick."""
    table = np.zeros(len(scenario.channel_names), dtype=layout_rules.OFFER)
    for name, offer in policy.offers.items():
        row = table[scenario.channel_names.index(name)]
        row["on"] = 1
        row["answer"] = draws.row(offer.answer, optional=False)
        row["time_out"], row["declined"] = offer.time_out, offer.declined
        row["reset"], row["again"] = offer.age == "reset", offer.again
        row["after_time_out"], row["after_decline"] = offer.after_time_out, offer.after_decline
    groups["pull"] = -1
    for name, time in policy.pull.items():
        groups[scenario.group_names.index(name)]["pull"] = draws.row(time, optional=False)
    return table


def trigger_tables(scenario: Scenario, policy: Policy, compiler: RuleCompiler) -> tuple[Array, Array]:
    """Supervision: what is watched, and what is done."""
    triggers = np.zeros(max(1, len(policy.supervision)), dtype=layout_rules.TRIGGER)
    actions: list[tuple[int, int, int, int]] = []
    for row, rule in zip(triggers, policy.supervision, strict=False):
        row["entry"] = compiler.emit(compiler.specialise(rule.when, ""), ~1, ~0)
        row["until"] = -1
        if rule.until is not None:
            row["own_end"] = 1
            row["until"] = compiler.emit(compiler.specialise(rule.until, ""), ~1, ~0)
        row["every"], row["at_least"] = rule.check, rule.for_at_least
        row["do_from"] = len(actions)
        if rule.do.mode is not None:
            actions.append((int(ActionKind.MODE), -1, -1, policy.modes.index(rule.do.mode)))
        if rule.do.policy is not None:
            actions.append((int(ActionKind.POLICY), -1, -1, list(policy.books).index(rule.do.policy)))
        for kind, given in ((ActionKind.ADD, rule.do.add), (ActionKind.REMOVE, rule.do.remove)):
            for one in given:
                group = scenario.group_names.index(one.group)
                for channel in one.channels:
                    i = scenario.channel_names.index(channel)
                    actions.append((int(kind), group, i, one.agents or ALL_AGENTS))
        for extra in rule.do.overtime:
            actions.append((int(ActionKind.OVERTIME), scenario.group_names.index(extra.group), -1, extra.call_in))
        for channel in rule.do.close:
            actions.append((int(ActionKind.CLOSE), -1, scenario.channel_names.index(channel), 0))
        for statement in rule.do.statement:
            actions.append((int(ActionKind.STATEMENT), -1, -1, policy.statements.index(statement)))
        for campaign in rule.do.pause:
            actions.append((int(ActionKind.PAUSE), -1, -1, scenario.campaign_names.index(campaign)))
        row["do_to"] = len(actions)
    return triggers, np.array(actions or [(0, 0, 0, 0)], dtype=layout_rules.ACTION)


def first_looks(policy: Policy, calendar: Array) -> int:
    """Write the supervisor's first looks into an empty calendar; how many they are."""
    looks = sorted((rule.check, i) for i, rule in enumerate(policy.supervision))
    for place, (time, i) in enumerate(looks):
        calendar[place]["time"] = time
        calendar[place]["what"] = (int(Event.SUPERVISE) << 52) | (i << 16)
    return len(looks)


def keep_aside(scenario: Scenario, policy: Policy, groups: Array, agents: Array) -> None:
    """What supervision adds to a group, or to some of it, nobody of the group takes before."""
    for one in (one for rule in policy.supervision for one in rule.do.add):
        group = groups[scenario.group_names.index(one.group)]
        own = slice(int(group["first"]), int(group["first"] + group["n"]))
        for channel in one.channels:
            agents["barred_channels"][own] |= 1 << scenario.channel_names.index(channel)
        agents["barred"][own] |= int(Bar.CHANNELS)
