"""The JSON Schema accepts what loads, and refuses what an editor can see is wrong."""

from __future__ import annotations

import pytest

from floorcast.planning.roster.people import people_json_schema
from floorcast.policy import policy_json_schema
from floorcast.scenario import scenario_json_schema
from floorcast.scenario.read.yaml_lines import read_yaml
from floorcast.scenario.words.distribution_words import FORMS
from floorcast.shipped import SCENARIOS, files_of
from tests.unit.scenario.written import SMALL

jsonschema = pytest.importorskip("jsonschema")
FILES = [file for kind in ("scenarios", "policies", "people") for file in files_of(kind)]


def complaints(text: str, schema: dict) -> list[str]:
    checker = jsonschema.Draft202012Validator(schema)
    return [error.message for error in checker.iter_errors(read_yaml(text, "f").data)]


@pytest.mark.parametrize(
    "schema",
    [scenario_json_schema(), scenario_json_schema(policy_json_schema()), policy_json_schema()],
)
def test_the_schema_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "x-words" not in str(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SCENARIOS)))
def test_every_shipped_file_fits_its_schema(path):
    if path.name == "expected.yaml":
        pytest.skip("figures, not a scenario")
    text = path.read_text(encoding="utf-8")
    schemas = {"policies": policy_json_schema, "people": people_json_schema}
    kind = next((schemas[part] for part in path.parts if part in schemas), None)
    assert complaints(text, kind() if kind else scenario_json_schema(policy_json_schema())) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("days: 7", "days: 0"),
        ("agents: 5", "agnets: 5"),
        ("3 min", "3 parsecs"),
        ("60 per hour", "60"),
        ("exponential: 2", "exponentail: 2"),
        ("{rate: 60 per hour}", "{rate: {daily: 3}}"),
        ("    work: {exponential: 3 min}\n", ""),
        ("channels: [phone]", "channels: {phone: 0}"),
        ("groups:", "targets: {measure: asa, formula: sl9}\ngroups:"),
        ("groups:", "channels: {fax: {}}\ngroups:"),
        ("groups:", "policy: {rules: [{wen: {}}]}\ngroups:"),
    ],
)
def test_an_editor_sees_mistakes(old, new):
    schema = scenario_json_schema(policy_json_schema())
    assert complaints(SMALL, schema) == []
    assert complaints(SMALL.replace(old, new), schema) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "{rate: 60 per hour}",
            '[{rate: {per: 1h, week: {Mon-Fri: {"08:00": 3}, Sat: [1, 2], Sun: 4}}, day_factor: {cv: 0.1}}]',
        ),
        (
            "{exponential: 3 min}",
            "{mixture: {zero: 10 %, other: {lognormal: {mean: 1 min, scv: 2}}}}",
        ),
        ("{exponential: 3 min}", "{empirical: {values: [1s, 2s]}}"),
        ("{exponential: 3 min}", "0"),
        ("{exponential: 2 min}", "none"),
        ("[billing]\n    channels", "{billing: 0.5}\n    channels"),
        ("agents: 5", 'shifts: {agents: 5, start: "08:00", length: 8h, days: Mon-Fri}'),
        ("groups:", 'channels: {phone: {open: {Mon: "08:00-20:00"}}, chat: , x: social}\ngroups:'),
        ("groups:", "targets: {measure: asa, at_most: 20s}\ngroups:"),
    ],
)
def test_all_ways_of_writing_are_described(old, new):
    assert old in SMALL
    assert complaints(SMALL.replace(old, new), scenario_json_schema()) == []


def test_every_distribution_is_described():
    described = scenario_json_schema()["$defs"]["time_distribution"]["anyOf"][1]["properties"]
    assert set(described) == set(FORMS)


def test_no_name_is_of_two_blocks() -> None:
    """Else one stands in place of the other: the overtime of a shift type was that of supervision."""
    schema, policy = scenario_json_schema(), policy_json_schema()
    twice = {name for name in set(schema["$defs"]) & set(policy["$defs"]) if name[0].isupper()}
    assert {name for name in twice if schema["$defs"][name] != policy["$defs"][name]} == set()
    text = SMALL + "shift_types: {early: {start: '08:00', length: 8h, overtime: {by: 1h, price: 1.25}}}\n"
    assert complaints(text, scenario_json_schema(policy)) == []
    assert complaints(text.replace("by: 1h", "call_in: 2"), scenario_json_schema(policy))
