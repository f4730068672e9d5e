"""Generated scenarios, sound and broken: they load or end in InputErrors, and never in anything else."""

# ruff: noqa: E501
from __future__ import annotations

import copy

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from floorcast.scenario import InputErrors, load_scenario_text

FULL = """\
name: full
start: 2024-01-01
days: 3
warm_up: 1h
interval: 30 min
multipliers: {all: 1.1, phone: 0.9}
limits: {contacts: 100000}
policy: {rules: [{when: {channel: phone}, plan: default}]}
channels:
  phone: {kind: phone, open: "Mon-Fri 08:00-20:00", lines: 60, queue_limit: 40, answer_within: 20s, clock: answered}
  twitter: {kind: social, open: always, holds_slot: false, release_after: 10 min, sticky: 30 min}
contact_types:
  calls:
    channel: phone
    subject: billing
    skills: [billing]
    arrivals:
      - rate: 12 per hour
      - rate: {per: 1h, scale: 0.1, week: {Mon-Fri: {"08:00": 20, "18:00": 0}, Sat: 3}}
        day_factor: {shape: 25, shared: days}
      - counts: {per: 6h, values: [3, 5]}
      - campaign: {name: spring, start: "2024-01-02 09:00", size: 20, onset: 30 min, decay: 6h}
    backlog: {count: 4, ages: {uniform: {from: 0, to: 1h}}}
    turns: {geometric: {mean: 3}}
    work: {lognormal: {mean: 185s, scv: 1.5}}
    think: {exponential: 1 min}
    after_contact_work: {gamma: {mean: 20s, shape: 2}}
    patience: {mixture: {zero: 0.1, other: {weibull: {mean: 5 min, shape: 0.9}}}}
    retry: {probability: 0.4, delay: 5 min, patience: same, to: {calls: 0.8, tweets: 0.2}, at_most: 5}
    sentiment: {negative: 0.6, neutral: 0.3, positive: 0.1}
    reach: {pareto: {minimum: 10, shape: 1.2}}
    value: {poisson: {mean: 1}}
    language: {en: 0.9, es: 0.1}
    trigger: 5 %
    answer_within: 20s
    clock: answered
  tweets: {channel: twitter, arrivals: {rate: 3 per hour}, work: {empirical: {values: [1 min, 2 min]}}, patience: none}
groups:
  team:
    skills: {billing: 0.8}
    channels: {phone: 1, twitter: 3}
    slots: {total: 4, units: {phone: 3}, apart: [[phone, twitter]]}
    interrupts: {phone: [twitter]}
    switching_cost: 5s
    rating: 4.2
    cost_per_hour: 22
    shifts:
      - {agents: 3, start: "22:00", length: 8h, days: Mon-Fri, breaks: [{after: 2h, length: 15 min}, {at: "02:00", length: 30 min}], name: night}
    absence: 0.05
    late: {probability: 0.1, by: {exponential: 5 min}}
    training: [{start: "23:00", length: 1h, days: Tue, agents: 2}]
    ramp: {agents: 1, factor: 1.5, over: 20 days}
  heads: {channels: [twitter], headcount: {per: 30 min, daily: {"08:00": 2, "18:00": 0}}}
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %, formula: sl4}
  - {of: all, measure: occupancy, at_most: 0.88}
"""
DATA = yaml.safe_load(FULL.replace("2024-01-01", "'2024-01-01'"))


def load(text) -> None:
    try:
        load_scenario_text(text, "/nowhere", "g.yaml")
    except InputErrors as error:
        assert error.problems
        for problem in error.problems:
            assert problem.message
            assert "\n" not in str(problem)
            assert len(str(problem)) < 2500


def test_the_full_scenario_is_sound():
    scenario = load_scenario_text(FULL, "/nowhere", "g.yaml")
    assert scenario.warnings == ()


def paths(node, path=()):
    """Every place in nested data."""
    yield path
    children = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, child in children:
        yield from paths(child, (*path, key))


ALL_PATHS = [path for path in paths(DATA) if path]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**6),
    st.sampled_from([0, -1, 10**30, float("nan"), float("inf"), -0.5, 1e300, 1e-300]),
    st.floats(),
    st.sampled_from(
        ["", "x", "none", "any", "all", "always", "5 min", "-5 min", "0s", "80 %", "120 per hour", "08:00", "25:00", "Mon-Fri",
         "phone", "calls", "team", "exponential: 5 min", "1e999 s", "\u0000", "é\u2028", "9" * 400, "../../etc/passwd"]
    ),
    st.text(max_size=6),
    st.just([]),
    st.just({}),
    st.lists(st.integers(-2, 30), max_size=3),
    st.dictionaries(st.sampled_from(["mean", "per", "daily", "values", "x", "exponential", "agents"]), st.integers(-2, 30), max_size=3),
)  # fmt: skip


def mutated(data, path, how, junk):
    """A copy of `data` in which something at `path` is replaced, removed, renamed, doubled or moved elsewhere."""
    data = copy.deepcopy(data)
    owner = data
    try:
        for step in path[:-1]:
            owner = owner[step]
        step = path[-1]
        owner[step]
    except (KeyError, IndexError, TypeError):  # an earlier change took it away
        return data
    if not isinstance(owner, dict | list):
        return data
    if how == "replace":
        owner[step] = junk
    elif how == "remove":
        del owner[step]
    elif how == "rename" and isinstance(owner, dict):
        owner[str(junk)] = owner.pop(step)
    elif how == "wrap":
        owner[step] = [owner[step], junk]
    elif how == "unwrap" and isinstance(owner[step], list | dict) and owner[step]:
        owner[step] = (
            next(iter(owner[step].values())) if isinstance(owner[step], dict) else owner[step][0]
        )
    return data


@settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ALL_PATHS),
            st.sampled_from(["replace", "remove", "rename", "wrap", "unwrap"]),
            JUNK,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_broken_scenario_gives_input_errors_and_nothing_else(changes):
    data = DATA
    for path, how, junk in changes:
        data = mutated(data, path, how, junk)
    load(yaml.safe_dump(data, allow_unicode=True))


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, len(FULL)),
    st.integers(0, 12),
    st.text(alphabet="{}[]:,-#&*!|>'\"% \n\t\x07abc0", max_size=6),
)
def test_a_slip_of_the_hand_gives_input_errors_and_nothing_else(at, length, typed):
    load(FULL[:at] + typed + FULL[at + length :])


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_bytes_give_input_errors_and_nothing_else(raw):
    load(raw)


@settings(deadline=None, max_examples=100)
@given(
    st.recursive(
        JUNK,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "contact_types",
                        "groups",
                        "channels",
                        "calls",
                        "team",
                        "channel",
                        "work",
                        "agents",
                        "arrivals",
                        "rate",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_data_gives_input_errors_and_nothing_else(data):
    load(yaml.safe_dump(data, allow_unicode=True))
