"""Whatever a file may say that the model looks at, some generator says it: a new field is generated too."""

from __future__ import annotations

import yaml
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from floorcast.policy import policies_of
from floorcast.policy.schema.policy import Policy
from floorcast.scenario import load_scenario_text
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.catalogue.channel_kinds import KINDS
from floorcast.scenario.schema.scenario import Scenario
from tests.drawn import Member, all_of, drawn_in
from tests.handed_strategies import handed
from tests.rarer_strategies import rarer

# Not the model's: planning looks at them, or they say which files there are. Tried in the rooms of planning.
PLANNING = {
    "CrossTraining", "HiringClasses", "Outlook", "PeopleBounds", "PlanLimits", "PlannedBreak", "Prices",
    "ShiftOvertime", "ShiftType", "Uncertain",
}  # fmt: skip
NOT_OF_THE_MODEL = {"hiring", "plan", "policies", "roles", "shift_types", "uncertain", "variants", "name"}
# Columns of a CSV: tests/unit/scenario/test_generated_input.py writes such files.
FROM_A_FILE = {"csv", "weekday", "date", "hour", "start", "value"}
TABLES = {"Roster", "Trace"}
BY_ROSTER = {("Group", "roster"), ("Source", "trace")}
# Written by changes of people's hours: tests/unit/what_if compares the draws of all others.
BY_VARIANTS = "drawn_as"


def expected() -> set[Member]:
    """What has to be drawn: of the schemas, and of the registries."""
    found = set[Member]()
    for member in all_of([Scenario, Policy]):
        owner, field = member[:2]
        if owner in PLANNING or owner in TABLES or member in BY_ROSTER:
            continue
        if owner == "DrawnAs" or field == BY_VARIANTS:
            continue
        if owner == "Scenario" and field in NOT_OF_THE_MODEL:
            continue
        if owner in ("Profile", "CountProfile", "Rate") and field in FROM_A_FILE:
            continue
        found.add(member)
    found |= {("Stage", "agent", rule) for rule in AGENT_RULES} | {("Channel", "kind", kind) for kind in KINDS}
    return found


def test_every_field_and_every_member_is_drawn_by_some_generator() -> None:
    missing = expected()

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(st.one_of(rarer(), rarer(), handed()))
    def draw(words: dict[str, object]) -> None:
        scenario = load_scenario_text(yaml.safe_dump(words, sort_keys=False), ".", "generated.yaml")
        for model in (scenario, *policies_of(scenario)):
            missing.difference_update(drawn_in(model))

    for number in range(12):  # what is seldom written may need more of them; what nobody writes never comes
        if missing:
            seed(number)(draw)()
    names = sorted(".".join(member[:2]) + "".join(f": {value}" for value in member[2:]) for member in missing)
    assert not names, f"no generator in tests/*_strategies.py draws {', '.join(names)}"
