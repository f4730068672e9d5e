"""Whom to cross-train: chosen with the shifts, as cheap as by trying everything, and in the file that is written."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from floorcast.clock import compiled
from floorcast.measures import measure
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Outcome
from floorcast.planning.programs.cross_training import with_cross_training
from floorcast.planning.programs.tours import staffed_by, tours_of
from floorcast.planning.shifts.schedule import Plan, schedule
from floorcast.planning.shifts.written import scenario_text
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, Scenario, load_scenario_text

M_DESIGN = """
days: 1
warm_up: 2h
interval: 60 min
seed: 3
channels: {phone: {kind: phone}}
contact_types:
  a: {channel: phone, skills: [a], arrivals: [{rate: 0.8 per min}],
      work: {exponential: 4 min}, patience: {exponential: 4 min}}
  b: {channel: phone, skills: [b], arrivals: [{rate: 0.6 per min}],
      work: {exponential: 4 min}, patience: {exponential: 4 min}}
groups:
  one: {channels: [phone], skills: [a], agents: 0, cost_per_hour: 1}
  two: {channels: [phone], skills: [b], agents: 0, cost_per_hour: 1}
shift_types: {all: {start: "00:00", length: 24h}}
plan: {cross_training: [{from: one, learns: b, pay: 1.2}]}
policy:
  priority: {contact_type: {a: 1000}}
  rules: [{when: {contact_type: a}, plan: of_a}, {when: {contact_type: b}, plan: of_b}]
  plans: {of_a: [{groups: [one]}], of_b: [{groups: [two]}]}
targets: [{of: a, measure: abandonment, at_most: 5 %}, {of: b, measure: abandonment, at_most: 5 %}]
"""


def read(text: str) -> Scenario:
    return load_scenario_text(text, ".")


def planned(scenario: Scenario, n: int) -> Plan:
    return schedule(scenario, policies_of(scenario)[0], replications=n, jobs=2)


def people(plan: Plan) -> dict[str, int]:
    found: dict[str, int] = {}
    for tour, count in zip(plan.tours.tours, plan.counts, strict=True):
        found[tour.group] = found.get(tour.group, 0) + int(count)
    return found


def test_the_published_sizes_of_specialists_and_cross_trained_come_out() -> None:
    """The M design: exact optimum 9.4 an hour, for 4, 3 and 2 cross-trained or 0, 1 and 7; the best cheaper plan
    abandons 5.16 % of b."""
    plan = planned(read(M_DESIGN), 60)
    assert plan.cost == pytest.approx(9.4 * 24)
    assert plan.bound <= plan.cost
    found = people(plan)
    assert (found.get("one", 0), found["two"], found["one + b"]) in ((4, 3, 2), (0, 1, 7))
    again = read(scenario_text(plan))
    worlds = [assemble(one, rules) for one, rules in ((again, policies_of(again)[0]), (plan.planned, plan.policy))]
    first, second = (measure(compiled.run(world, 1, 0)) for world in worlds)
    assert first.value("abandoned") == second.value("abandoned"), "the file is the plan, its policy with it"


SMALL = """
days: 1
interval: 60 min
seed: 5
channels: {phone: {kind: phone}}
contact_types:
  a: {channel: phone, skills: [a], work: {exponential: 4 min}, patience: {exponential: 4 min},
      arrivals: [{rate: {per: 1h, daily: {"00:00": 22, "02:00": 8, "04:00": 20, "06:00": 0}}}]}
  b: {channel: phone, skills: [b], work: {exponential: 5 min}, patience: {exponential: 5 min},
      arrivals: [{rate: {per: 1h, daily: {"00:00": 6, "02:00": 14, "04:00": 8, "06:00": 0}}}]}
groups:
  one: {channels: [phone], skills: [a], agents: 0, cost_per_hour: 1}
  two: {channels: [phone], skills: [b], agents: 0, cost_per_hour: 1.1}
shift_types:
  short: {groups: one, start: ["00:00", "02:00"], length: 4h}
  all: {groups: two, start: "00:00", length: 6h}
plan:
  groups: {one: {at_most: 6}, two: {at_most: 5}}
  cross_training: [{from: two, learns: {a: 0.9}, pay: 1.15, at_most: 2}]
targets: [{of: all, measure: abandonment, at_most: 10 %}]
"""


def test_it_is_as_cheap_as_by_trying_everything() -> None:
    scenario, n = read(SMALL), 25
    policy = policies_of(scenario)[0]
    found: list[float] = []
    plan = schedule(scenario, policy, replications=n, jobs=2, on_news=lambda _, cost: found.append(cost or np.inf))
    wider, rules = with_cross_training(scenario, policy)
    tours = tours_of(wider)
    names = [tour.group for tour in tours.tours]
    own = {name: [j for j, one in enumerate(names) if one == name] for name in ("one", "two", "two + a")}
    plans = []
    for counts in itertools.product(range(7), range(7), range(6), range(3)):
        row = np.zeros(len(names), dtype=np.int64)
        for name, part in zip(own, (counts[:2], counts[2:3], counts[3:]), strict=True):
            row[own[name]] = part
        one, two, taught = (int(row[own[name]].sum()) for name in own)
        if one <= 6 and two + taught <= 5 and taught <= 2:  # the cross-trained are people of their group
            plans.append((float(tours.cost @ row), row))
    missed: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    for cost, row in sorted(plans, key=lambda one: one[0]):
        assert cost <= min(found)
        if any((row <= other).all() for other in missed):
            continue
        world = assemble(staffed_by(wider, tours, row), rules)
        ends = np.concatenate([compiled.run(world, scenario.seed, k).contacts["outcome"] for k in range(n)])
        share = float((ends == Outcome.ABANDONED).mean())
        if share <= 0.1:
            assert min(found) <= 1.01 * cost
            assert plan.bound <= cost + 1e-9
            break
        if share > 0.11:
            missed.append(row)
    assert people(plan).get("two + a", 0) > 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{from: won, learns: b}", "unknown group 'won'"),
        ("{from: one, learns: c}", "unknown skill that a contact type needs 'c'"),
        ("{from: one, learns: a}", "found what one can do already"),
        ("{from: one, learns: b}, {from: one, learns: [b]}", "taught the same a second time"),
        ("{from: one, learns: b, pay: 0}", "a factor from 0.1 to 10"),
        ("{from: one, learns: []}", "skill"),
    ],
)
def test_cross_training_that_cannot_be_is_named(change: str, said: str) -> None:
    with pytest.raises(InputErrors, match=said):
        read(M_DESIGN.replace("{from: one, learns: b, pay: 1.2}", change))
