"""A made-up member is added to each registry: it has its words everywhere at once, and a place that has to know it
and does not says so, by its name."""

from __future__ import annotations

from enum import IntEnum
from types import SimpleNamespace
from typing import Any, cast, get_args

import numpy as np
import pytest

from floorcast.charts.words import measure_help, measure_name
from floorcast.clock.compiled import run
from floorcast.explain import sentences
from floorcast.explain.reason_words import how_agents, points_words
from floorcast.measures import TargetRow, measure
from floorcast.measures.base import rows
from floorcast.measures.laws.event_laws import Account
from floorcast.measures.periods import _of_floor
from floorcast.measures.series import RATIOS
from floorcast.model.compile.assemble import assemble
from floorcast.model.compile.stages import ageing
from floorcast.model.records.layout import Log, Outcome
from floorcast.policy import policies_of
from floorcast.policy.schema.priority import Order, Priority
from floorcast.policy.words.policy import _who_is_next
from floorcast.report.exports import _media
from floorcast.report.sheets import study_sheets
from floorcast.scenario import InputErrors, Scenario, load_scenario_text
from floorcast.scenario.catalogue import channel_kinds
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES
from floorcast.scenario.catalogue.attributes import ATTRIBUTES
from floorcast.scenario.catalogue.causes import CAUSES
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS
from floorcast.scenario.catalogue.contact_orders import CONTACT_ORDERS, ContactOrder
from floorcast.scenario.catalogue.measures import (
    BAND_MEASURES,
    CAMPAIGN_MEASURES,
    FUNNEL_MEASURES,
    LINE_MEASURES,
    MEASURES,
    Measure,
    help_of,
    label_of,
)

ONE = """
channels: {phone: {kind: phone}}
contact_types: {calls: {channel: phone, arrivals: [{rate: 6 per hour}], work: 2 min%s}}
groups: {team: {channels: [phone], agents: 2}}
"""


class MadeUp(IntEnum):
    """A member that nobody knows."""

    MADE_UP = 99


def one(more: str = "") -> Scenario:
    return load_scenario_text(ONE % more, ".", "one.yaml")


def test_a_made_up_measure_has_its_words_everywhere_and_is_missed_where_it_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = Measure("made_up", "Made up", "share", 1, ("all", "channel"), "what nobody computes")
    rows._rows.cache_clear()  # of a scenario with the same names that an earlier test measured
    monkeypatch.setitem(MEASURES, "made_up", row)
    assert measure_name("made_up within 20 s") == "Made up within 20 s"
    assert measure_help("made_up") == "What nobody computes."
    entry = {
        "policy": "p", "by": "all", "of": "all", "measure": "made_up", "mean": 0.5, "half_width": 0.1, "unit": "share",
    }  # fmt: skip
    document = {"measures": [entry], "targets": [], "differences": []}
    assert any("Made up" in map(str, line) for sheet in study_sheets(document) for line in sheet.rows)
    world = assemble(one(), policies_of(one())[0])
    with pytest.raises(KeyError, match="made_up"):
        measure(run(world, 1, 0))
    rows._rows.cache_clear()
    with pytest.raises(KeyError, match="made_up"):
        _of_floor({}, TargetRow("made_up", "all", "all"), world, None)


def test_a_measure_without_a_row_has_no_words() -> None:
    for words in (measure_name, measure_help, label_of, help_of):
        with pytest.raises(KeyError, match="made_up: no label"):
            words("made_up")


def test_everything_that_is_shown_has_a_label_and_a_meaning() -> None:
    tables = (*FUNNEL_MEASURES, *BAND_MEASURES, *CAMPAIGN_MEASURES, *LINE_MEASURES)
    shown = [*MEASURES, *RATIOS, *(name for name, _ in tables)]
    assert all(label_of(name) and help_of(name).endswith(".") for name in shown)


def test_a_made_up_kind_of_channel_is_told_by_its_traits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where blocks of customers may stand, what exports call it and what a new centre starts from are its row's."""
    usual = channel_kinds.Usual("3 min", None, "10 min", 70, 40)
    row = channel_kinds.ChannelKind(cast(Any, "video"), "Video", "VIDEO", 30.0, usual, called_back=True)
    monkeypatch.setitem(CHANNEL_KINDS, "video", row)
    text = ONE.replace("{kind: phone}", "{kind: email}") % ", callback: {above: 1 min, accepted: 50 %}"
    with pytest.raises(InputErrors, match="allowed on phone, video only"):
        load_scenario_text(text, ".", "one.yaml")
    assert _media(SimpleNamespace(kind="video")) == "VIDEO"
    with pytest.raises(KeyError, match="telex"):
        _media(SimpleNamespace(kind="telex"))


def test_a_made_up_order_of_contacts_has_its_words_and_is_missed_where_points_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(CONTACT_ORDERS) == set(get_args(Order)), "catalogue/contact_orders.py and Order in policy/schema differ"
    row = ContactOrder("made_up", "The tallest goes first.", "height", "tallest", lambda points: f"{points:g} cm")
    monkeypatch.setitem(CONTACT_ORDERS, "made_up", row)
    priority = Priority.model_construct(order=cast(Any, "made_up"))
    assert _who_is_next(priority) == ["The tallest goes first."]
    assert points_words(cast(Any, SimpleNamespace(policy=SimpleNamespace(priority=priority))), 180.0) == "180 cm"
    with pytest.raises(KeyError, match="made_up: no points"):
        ageing(priority, "calls", one())


def test_a_made_up_entry_of_the_log_has_no_sentence_and_no_law() -> None:
    assert set(sentences._OF_CONTACTS) | set(sentences._OF_THE_FLOOR) == set(Log), "no sentence in explain/sentences.py"
    assert set(sentences._ENDS) == set(Outcome) - {Outcome.OPEN}, "an end without words in explain/sentences.py"
    world = SimpleNamespace(agent_group=np.zeros(0))
    told = SimpleNamespace(world=world)
    with pytest.raises(KeyError, match="MADE_UP: no sentence"):
        sentences.of(cast(Any, told), 0.0, cast(Any, MadeUp.MADE_UP), -1, -1, 0)
    scenario = one()
    done = run(assemble(scenario, policies_of(scenario)[0]), 1, 0, log=True)
    account = Account(cast(Any, done), done.log)
    account._held[0][0] = 0
    with pytest.raises(KeyError, match="BEGINS: measures/laws/event_laws.py does not know"):
        account._take(1.0, int(Log.BEGINS), 0, 0, 0)
    with pytest.raises(KeyError, match="OPENED: no coming or going"):
        account._attendance(1.0, int(Log.OPENED), 0)


@pytest.mark.parametrize(
    ("registry", "member"),
    [(AGENT_RULES, "made_up"), (ARRIVAL_PROCESSES, "made_up"), (ATTRIBUTES, 99), (CAUSES, 99)],
)
def test_what_has_no_row_is_no_member(registry: dict[Any, Any], member: object) -> None:
    """Everybody who asks a registry for a member that it does not have is told so: none has a default."""
    with pytest.raises(KeyError):
        registry[member]


def test_a_made_up_agent_rule_is_named_where_it_is_said() -> None:
    queues = np.zeros(1, [("rule", "i8"), ("choose", "i8"), ("link_from", "i8"), ("link_to", "i8")])
    queues["rule"] = 99
    with pytest.raises(ValueError, match="99 is not a valid AgentRule"):
        how_agents(cast(Any, SimpleNamespace(queues=queues)), 0)


