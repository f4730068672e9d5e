"""Customers, surveys and reputation as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.records.people import LIKING, MARK, METER, POPULATION, SURVEY, TIER
from floorcast.model.records.rules import TICKS, Attribute
from floorcast.model.records.social import Trait

if TYPE_CHECKING:
    from floorcast.model.compile.tables import DrawTable, MixTable
    from floorcast.model.records.state import Array
    from floorcast.scenario.schema.customers import Customers, Survey
    from floorcast.scenario.schema.scenario import Scenario


def remember(
    scenario: Scenario, types: Array, behaviours: Array, draws: DrawTable, mixes: MixTable
) -> dict[str, Array]:
    """The tables `population`, `tiers`, `likings`, `surveys`; fills what concerns contact types."""
    names = scenario.type_names
    for k, name in enumerate(names):
        behaviours[k]["expects"] = scenario.expectation(name)
        behaviours[k]["survey"] = scenario.survey_of(name)
        behaviours[k]["open"] = scenario.traits_of(scenario.channel_of(name)).public
        if scenario.remembers:
            types[k]["traits"] |= Trait.REMEMBERS
    population = np.zeros(1, dtype=POPULATION)
    row = population[0]
    row["usual"], row["half_life"], row["said_half_life"], row["said_weight"] = 4.0, 1.0, 1.0, 1.0
    formula = scenario.satisfaction
    for field in ("best", "waiting", "unresolved", "rating", "unanswered", "promoter", "detractor"):
        row[field] = getattr(formula, field)
    row["broken"] = formula.broken_promise
    likings = np.zeros(len(scenario.channel_names), dtype=LIKING)
    tiers = np.zeros(1, dtype=TIER)
    if scenario.customers is not None:
        tiers = _people(scenario, scenario.customers, row, likings, draws, mixes)
    said = scenario.reputation
    if said is not None:
        row["reputed"], row["said_usually"], row["said_weight"] = 1, said.usual, said.weight
        row["said_half_life"], row["said_public"] = said.half_life, said.public
        row["said_volume"], row["said_most"] = said.complaints - said.demand, said.at_most
        row["said_mood"] = said.mood
    _contradictions(scenario, row, draws, mixes)
    surveys = np.zeros(max(1, len(scenario.surveys)), dtype=SURVEY)
    for target, survey in zip(surveys, scenario.surveys, strict=False):
        _survey(target, survey, names, draws)
    return {"population": population, "tiers": tiers, "likings": likings, "surveys": surveys}


def _contradictions(scenario: Scenario, row: Array, draws: DrawTable, mixes: MixTable) -> None:
    block = scenario.contradictions
    if block is None:
        return
    row["clash"], row["clash_known"], row["clash_costs"] = block.probability, block.known, block.dissatisfaction
    if block.repeat is not None:
        row["clash_own"], row["clash_repeat"], row["clash_most"] = 1, block.repeat.probability, block.repeat.at_most
        row["clash_delay"] = draws.row(block.repeat.delay, optional=False)
        if block.repeat.to:
            to = {scenario.type_names.index(name): share for name, share in block.repeat.to.items()}
            row["clash_from"], row["clash_to"] = mixes.rows(to)


def _people(
    scenario: Scenario, block: Customers, row: Array, likings: Array, draws: DrawTable, mixes: MixTable
) -> Array:
    """Fill the row and who prefers which channel; gives the tiers."""
    row["size"], row["loyal"] = block.size, block.loyal
    row["usual"], row["weight"] = block.mood.usual, block.mood.weight
    row["half_life"], row["angrier"] = block.mood.half_life, block.mood.angrier
    if block.survey_fatigue is not None:
        tires = block.survey_fatigue
        row["wearies"], row["weary_half_life"], row["rest"] = tires.each, tires.half_life, tires.rest
    if block.heavy is not None:
        row["heavy_share"], row["heavy_contacts"] = block.heavy.share, block.heavy.of_contacts
    if block.tiers:
        row["tier_from"], row["tier_to"] = mixes.rows({n: t.share for n, t in enumerate(block.tiers.values())})
        row["valued"] = any(tier.value for tier in block.tiers.values())
    if block.languages:
        spoken = {scenario.language_names.index(name): share for name, share in block.languages.items()}
        row["language_from"], row["language_to"] = mixes.rows(spoken)
    if block.again is not None:
        row["again"], row["again_delay"] = block.again.probability, draws.row(block.again.delay, optional=False)
        if block.again.to:
            to = {scenario.type_names.index(name): share for name, share in block.again.to.items()}
            row["again_from"], row["again_to"] = mixes.rows(to)
    first = up_to = 0.0
    for name, share in block.prefer.items():
        up_to += share * block.size
        one = likings[scenario.channel_names.index(name)]
        one["first"], one["n"] = round(first), round(up_to) - round(first)
        first = up_to
    tiers = np.zeros(max(1, len(block.tiers)), dtype=TIER)
    tiers["base"], tiers["let_down"] = block.churn.base, block.churn.let_down
    for target, tier in zip(tiers, block.tiers.values(), strict=False):
        target["value"] = tier.value
        if tier.churn is not None:
            target["base"], target["let_down"] = tier.churn.base, tier.churn.let_down
    return tiers


def _survey(row: Any, survey: Survey, names: tuple[str, ...], draws: DrawTable) -> None:
    row["share"], row["halo"] = survey.share, survey.halo
    row["after"] = draws.row(survey.after)
    scores, shares = zip(*survey.answered, strict=True)
    row["curve_from"], row["curve_to"] = draws.steps((np.array(scores), np.array(shares)))
    row["to"] = -1
    if survey.follow_up is not None:
        row["to"] = names.index(survey.follow_up.to)
        row["below"], row["follow_up"] = survey.follow_up.below, survey.follow_up.probability


class Meters:
    """Collects the moving windows of scores, the angry and reach that a policy looks at."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._rows: dict[tuple[Attribute, str, float], int] = {}

    def row(self, kind: Attribute, of: str, over: float) -> int:
        """The meter of a kind, of all, a channel or a contact type, with a window of so many seconds."""
        return self._rows.setdefault((kind, of, over), len(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Of what each meter is."""
        return tuple(of for _, of, _ in self._rows)

    def arrays(self, types: Array) -> dict[str, Array]:
        """The tables `meters`, `marks` and `meter_of`; fills the ranges of types."""
        scenario = self.scenario
        meters = np.zeros(max(1, len(self._rows)), dtype=METER)
        for number, (kind, _, over) in enumerate(self._rows):
            row = meters[number]
            row["kind"], row["step"], row["ring"] = int(kind), over / TICKS, number * TICKS
            row["surveyed"] = bool(scenario.surveys)
        meter_of: list[int] = []
        for k, name in enumerate(scenario.type_names):
            channel = scenario.channel_of(name)
            types[k]["meter_from"] = len(meter_of)
            for (kind, of, _), number in self._rows.items():
                if of in ("all", name, channel) and (
                    kind != Attribute.EXPOSURE or scenario.traits_of(channel).public
                ):
                    meter_of.append(number)
            types[k]["meter_to"] = len(meter_of)
        return {
            "meters": meters,
            "marks": np.zeros(max(1, len(self._rows) * TICKS), dtype=MARK),
            "meter_of": np.array(meter_of or [0], dtype=np.int32),
        }
