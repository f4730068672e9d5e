"""Figures adjusted by control variates: right on average, narrower, and as sure as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario.what_if.variants import variants_of
from floorcast.store import load_study, run_study
from floorcast.study import difference_verdicts, target_verdicts
from floorcast.study.adjusting.adjusted import adjusted
from floorcast.study.adjusting.controls import Controls, controls_of, expected
from floorcast.study.alternatives.options import options_of
from floorcast.study.estimate import half_widths, ratios
from tests.unit.scenario.written import loaded

CENTRE = """
days: 1
start: 2024-01-01
channels: {phone: {kind: phone, open: "08:00-18:00"}}
contact_types:
  calls:
    channel: phone
    arrivals:
      - rate: {per: 1h, daily: {"08:00": 60, "18:00": 0}}
        day_factor: {cv: 0.15}
    work: {exponential: 4 min}
    patience: {exponential: 4 min}
groups:
  team:
    channels: phone
    shifts: [{agents: 6, start: "08:00", length: 10h}]
    absence: 10 %
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}
"""


def centre():
    scenario = loaded(CENTRE)
    return scenario, policies_of(scenario)


def study_of(n, seed=1, adjust=False, changes=("one more: team +1",), **more):
    scenario, policies = centre()
    options = options_of(scenario, policies, variants_of(changes, scenario))
    return run_study(
        scenario, policies, options=options, replications=n, seed=seed, jobs=2, adjust=adjust, **more
    )


def made_up(rng, n, draws=2000):
    """A figure that bends with its controls, and the controls with their means found from draws."""
    def controls(size):
        x = rng.gamma(40, 1 / 40, size)
        return np.column_stack((x, np.maximum(x - 1.1, 0)))

    z, others = controls(n), controls(draws)
    y = 3 - 2 * z[:, 0] ** 2 + 5 * z[:, 1] + 0.1 * rng.standard_normal(n)
    found = Controls(z, others.mean(axis=0), np.cov(others, rowvar=False), draws)
    return np.column_stack((y, y)), found


def test_intervals_hold_as_often_as_they_say_and_are_narrower():
    rng = np.random.default_rng(11)
    x = rng.gamma(40, 1 / 40, 4_000_000)
    truth = float((3 - 2 * x**2 + 5 * np.maximum(x - 1.1, 0)).mean())
    for n in (20, 60):
        held, widths, plain = 0, [], []
        runs = 1500
        for _ in range(runs):
            y, controls = made_up(rng, n, draws=20 * n)
            simple = ratios(y, np.ones_like(y))
            found = adjusted(simple, controls)
            half_width = float(found.half_width()[0])
            held += abs(float(found.mean[0]) - truth) <= half_width
            widths.append(half_width)
            plain.append(float(simple.half_width()[0]))
        assert held / runs > 0.95 - 3 * np.sqrt(0.05 * 0.95 / runs), f"{held / runs:.3f} with {n}"
        assert np.mean(widths) < 0.8 * np.mean(plain)


def test_few_replications_are_left_as_they_are():
    y, controls = made_up(np.random.default_rng(2), 15)
    simple = ratios(y, np.ones_like(y))
    assert adjusted(simple, controls) is simple


def test_what_chance_brings_is_known_before_a_run():
    scenario = loaded(CENTRE.replace("agents: 6", "agents: 5"))
    world = assemble(scenario, policies_of(scenario)[0])
    load, staff = expected(world, 1, 0)
    assert staff.max() <= 5 and load[:16].sum() == 0 and staff[:16].sum() == 0
    many = controls_of(world, 1, 50)
    assert many is not None
    # 60 calls of 4 minutes an hour for 10 hours: 4 erlangs in 20 half hours; 5 people less 10 %.
    for name, place, exact in (("load", 1, 80.0), ("staff", 3, 5 * 0.9 * 20)):
        error = np.sqrt(many.covariance[place, place] / many.draws)
        assert many.mean[place] == pytest.approx(exact, abs=4 * error), name
    sure = loaded(CENTRE.replace("        day_factor: {cv: 0.15}\n", "").replace("absence: 10 %", "absence: 0"))
    assert controls_of(assemble(sure, policies_of(sure)[0]), 1, 20) is None


def test_verdicts_of_a_real_centre_hold_as_often_as_they_say(monkeypatch):
    """Blocks of one long study are studies of their own; the whole of it is as good as the truth."""
    monkeypatch.setattr("floorcast.study.adjusting.controls.DRAWS", 1)
    blocks, n = 40, 40
    whole = study_of(blocks * n).study
    scenario, policies = centre()
    controls = controls_of(assemble(scenario, policies[0]), 1, blocks * n)
    place = whole.place["service_level", "channel", "phone"]
    truth = [float(whole.estimates(option, [place]).mean[0]) for option in (0, 1)]
    held = {"one": 0, "difference": 0}
    widths, plain = [], []
    for block in range(blocks):
        cut = slice(block * n, (block + 1) * n)
        own = Controls(controls.values[cut], controls.mean, controls.covariance, controls.draws)
        part = replace(
            whole,
            above=tuple(values[cut] for values in whole.above),
            below=tuple(values[cut] for values in whole.below),
            controls=own,
        )
        one, other = (part.estimates(option, [place]) for option in (0, 1))
        widths.append(float(one.half_width()[0]))
        plain.append(float(part.plain().estimates(0, [place]).half_width()[0]))
        held["one"] += abs(float(one.mean[0]) - truth[0]) <= widths[-1]
        width = half_widths(other.influence - one.influence, 0.05, np.ones(1), one.replications, one.freedom)
        held["difference"] += abs(float(other.mean[0] - one.mean[0]) - (truth[1] - truth[0])) <= float(width[0])
    for what, times in held.items():
        assert times / blocks > 0.95 - 3 * np.sqrt(0.05 * 0.95 / blocks), f"{what}: {times} of {blocks}"
    assert np.mean(widths) < 0.8 * np.mean(plain), "as if there were half as many replications more"


def test_an_adjusted_study_is_kept_and_read_as_it_is(tmp_path):
    result = study_of(60, adjust=True, out=tmp_path / "s")
    read = load_study(tmp_path / "s")
    assert target_verdicts(read.study) == target_verdicts(result.study)
    assert difference_verdicts(read.study) == difference_verdicts(result.study)
    plain = study_of(60)
    narrower = [
        one.half_width < other.half_width
        for one, other in zip(target_verdicts(result.study), target_verdicts(plain.study))
    ]
    assert all(narrower)
    study_of(60, out=tmp_path / "s")
    assert load_study(tmp_path / "s").study.controls is None
