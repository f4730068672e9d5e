"""Figures adjusted by control variates: right on average, narrower, and as sure as they say."""

from __future__ import annotations

import os
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
    spread = others.std(axis=0)
    scaled = (others - others.mean(axis=0)) / spread
    found = Controls((z - others.mean(axis=0)) / spread, np.cov(scaled, rowvar=False), draws)
    return np.column_stack((y, rng.standard_normal(n) + 2)), found


def test_intervals_hold_as_often_as_they_say_and_are_narrower():
    rng = np.random.default_rng(11)
    x = rng.gamma(40, 1 / 40, 4_000_000)
    truth = np.array([float((3 - 2 * x**2 + 5 * np.maximum(x - 1.1, 0)).mean()), 2.0])
    for n in (20, 60):
        held, widths, plain = np.zeros(2), [], []
        runs = 1500
        for _ in range(runs):
            y, controls = made_up(rng, n, draws=20 * n)
            simple = ratios(y, np.ones_like(y))
            found = adjusted(simple, controls)
            held += np.abs(found.mean - truth) <= found.half_width()
            widths.append(found.half_width())
            plain.append(simple.half_width())
        # The second figure has nothing in common with the controls: nothing is gained, and little may be lost.
        assert (held / runs > 0.95 - 3 * np.sqrt(0.05 * 0.95 / runs)).all(), f"{held / runs} with {n}"
        narrower = np.mean(widths, axis=0) / np.mean(plain, axis=0)
        assert narrower[0] < 0.6 and narrower[1] < 1.02


def test_few_replications_are_left_as_they_are():
    y, controls = made_up(np.random.default_rng(2), 11)
    simple = ratios(y, np.ones_like(y))
    assert adjusted(simple, controls) is simple


def test_what_chance_brings_is_known_before_a_run():
    scenario = loaded(CENTRE.replace("agents: 6", "agents: 5"))
    world = assemble(scenario, policies_of(scenario)[0])
    drawn = [expected(world, seed, 0) for seed in range(1, 301)]
    load, staff = (np.array([one[place][0] for one in drawn]) for place in (0, 1))
    assert staff.max() <= 5 and load[:, :16].sum() == 0 and staff[:, :16].sum() == 0
    # 60 calls of 4 minutes an hour for 10 hours: 4 erlangs in 20 half hours; 5 people less 10 %.
    for found, exact in ((load, 80.0), (staff, 5 * 0.9 * 20)):
        total = found.sum(axis=1)
        assert total.mean() == pytest.approx(exact, abs=4 * total.std() / np.sqrt(len(total)))
    many = controls_of(world, 1, 50)
    assert many is not None and len(many.values) == 50
    far = many.values.mean(axis=0) / np.sqrt(np.diag(many.covariance) * (1 / 50 + 1 / many.draws))
    assert np.abs(far).max() < 4.5, "controls are told as distances from their means"
    sure = loaded(CENTRE.replace("        day_factor: {cv: 0.15}\n", "").replace("absence: 10 %", "absence: 0"))
    assert controls_of(assemble(sure, policies_of(sure)[0]), 1, 20) is None


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="3,200 runs; in `make verify`")
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
        own = Controls(controls.values[cut], controls.covariance, controls.draws)
        part = replace(
            whole,
            above=tuple(values[cut] for values in whole.above),
            below=tuple(values[cut] for values in whole.below),
            controls=own,
        )
        one = part.estimates(0, [place])
        widths.append(float(one.half_width()[0]))
        plain.append(float(part.plain().estimates(0, [place]).half_width()[0]))
        held["one"] += abs(float(one.mean[0]) - truth[0]) <= widths[-1]
        apart = part.differences(1, 0, [place])
        width = half_widths(apart.influence, 0.05, np.ones(1), apart.replications, apart.freedom)
        held["difference"] += abs(float(apart.mean[0]) - (truth[1] - truth[0])) <= float(width[0])
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
