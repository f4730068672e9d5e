"""Figures adjusted by control variates: right on average, narrower, and as sure as they say."""

from __future__ import annotations

import os

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.compile.demand import realise
from floorcast.model.core.vector_random import run_key
from floorcast.policy import policies_of
from floorcast.scenario.what_if.variants import variants_of
from floorcast.store import load_study, run_study
from floorcast.study import difference_verdicts, target_verdicts
from floorcast.study.adjusting.adjusted import HELD_BACK, adjusted
from floorcast.study.adjusting.arrivals import AsSimulated, Quick, brought
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


GIVEN = """
days: 1
start: 2024-01-01
contact_types:
  calls: {channel: phone, arrivals: {rate: 0 per hour}, backlog: {count: 9, ages: 1h}, work: 4 min}
groups: {team: {channels: phone, agents: 2}}
"""
ALL_DONE = """
days: 1
start: 2024-01-01
channels: {phone: {kind: phone}, chat: {kind: chat}, tweets: {kind: social}}
contact_types:
  calls:
    channel: phone
    arrivals: [{rate: {per: 1h, daily: {"08:00": 40, "10:00": 0}}}]
    work: {lognormal: {mean: 4 min, scv: 1}}
  chats:
    channel: chat
    arrivals: [{rate: {per: 1h, daily: {"08:00": 20, "10:00": 0}}}]
    work: {exponential: 40s}
    turns: {geometric: {mean: 3}}
    think: 10s
  posts:
    channel: tweets
    arrivals: [{counts: {per: 1h, daily: {"08:00": 12, "10:00": 0}}}]
    work: {exponential: 2 min}
groups:
  callers: {channels: phone, agents: 60}
  writers: {channels: [chat, tweets], agents: 60}
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
        runs = 600
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


def test_figures_that_scatter_more_far_out_are_not_told_too_surely():
    """The variance of a regression's level by residuals of replications left out, found by doing without each."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal((40, 30))
    y = 3 * z[:, :4].sum(axis=1) + (z[:, 0] ** 2 + z[:, 1] ** 2) * rng.standard_normal(40)
    simple = ratios(y[:, None] + 9, np.ones((40, 1)))
    controls = Controls(z / np.sqrt(30), np.eye(30) / 30, 10**9)
    found = adjusted(simple, controls)
    told = (found.half_width()[0] / simple.half_width()[0]) ** 2 * y.var(ddof=1) / 40

    def level(rows, values, back):
        x = controls.values[rows] - controls.values[rows].mean(axis=0)
        slope = np.linalg.solve(x.T @ x + back * np.eye(30), x.T @ (values - values.mean()))
        return values.mean() - controls.values[rows].mean(axis=0) @ slope, slope

    variances = []
    for back in HELD_BACK:
        weights = [level(np.arange(40), one, back)[0] for one in np.eye(40)]
        apart = []
        for left in range(40):
            others = np.delete(np.arange(40), left)
            at, slope = level(others, y[others], back)
            apart.append(y[left] - at - controls.values[left] @ slope)
        variances.append(float((np.square(weights) * np.square(apart)).sum()))
    assert min(variances) * 0.999 < told < y.var(ddof=1) / 40


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
    only = controls_of(assemble(sure, policies_of(sure)[0]), 1, 20)
    assert only is not None and only.values.shape[1] < many.values.shape[1], "what customers bring is left to chance"
    given = loaded(GIVEN)
    assert controls_of(assemble(given, policies_of(given)[0]), 1, 20) is None, "nobody comes by chance"


def test_the_work_that_customers_bring_is_the_work_that_is_done():
    """With people enough and nobody who gives up all work that comes is done: by call, over several turns, by count."""
    scenario = loaded(ALL_DONE)
    world = assemble(scenario, policies_of(scenario)[0])
    for replication in (0, 1):
        key = run_key(3, replication)
        came = brought(world, *realise(world.demand, *key), AsSimulated(key))
        contacts = run(world, 3, replication).contacts
        for k in range(len(world.type_names)):
            done = contacts["worked"][contacts["contact_type"] == k].sum()
            assert came[k].sum() * world.interval == pytest.approx(done, rel=1e-3), world.type_names[k]


def test_uniforms_of_nobody_have_the_law_of_a_simulation():
    scenario = loaded(ALL_DONE)
    world = assemble(scenario, policies_of(scenario)[0])
    sums = []
    for number in range(60):
        key = run_key(9, number)
        for draw in (AsSimulated(key), Quick(number, False), Quick(number, True)):
            sums.append(brought(world, *realise(world.demand, *key), draw).sum(axis=1))
    simulated, quick, turned = (np.array(sums[part::3]) for part in range(3))
    for other in (quick, turned):
        error = np.sqrt((simulated.var(axis=0) + other.var(axis=0)) / 60)
        assert (np.abs(simulated.mean(axis=0) - other.mean(axis=0)) < 4 * error).all()
    assert np.corrcoef(quick[:, 0], turned[:, 0])[0, 1] < -0.5, "less where the other brings more"


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="4,800 runs; in `make verify`")
def test_verdicts_of_a_real_centre_hold_as_often_as_they_say():
    """Sixty studies of forty replications, each with controls of its own, beside the average of all others."""
    sets, n = 60, 40
    studies = [study_of(n, seed=seed, adjust=True).study for seed in range(1, sets + 1)]
    first = studies[0]
    places = [
        first.place[key]
        for key in (
            ("service_level", "channel", "phone"), ("abandonment", "channel", "phone"), ("asa", "channel", "phone"),
            ("occupancy", "group", "team"),
        )
    ]  # fmt: skip
    for what in ("one", "difference"):
        means, widths, plain_means, plain_widths = [], [], [], []
        for study in studies:
            for one, mean, width in ((study, means, widths), (study.plain(), plain_means, plain_widths)):
                found = one.estimates(0, places) if what == "one" else one.differences(1, 0, places)
                mean.append(found.mean)
                size = np.ones(len(places))
                width.append(half_widths(found.influence, 0.05, size, found.replications, found.freedom))
        mean, width, plain, plain_width = map(np.array, (means, widths, plain_means, plain_widths))
        others = (mean.sum(axis=0) - mean) / (sets - 1)
        held = (np.abs(mean - others) <= width).mean(axis=0)
        saved = width.mean(axis=0) / plain_width.mean(axis=0)
        figures = f"{what}: held {np.round(held, 3)}, width of the plain ones {np.round(saved, 2)}"
        print(figures)
        assert (held > 0.95 - 3 * np.sqrt(0.05 * 0.95 / sets)).all(), figures
        assert saved[0] < (0.5 if what == "one" else 0.95), figures
        # No bias: on average of all studies both say the same.
        apart = (mean - plain).mean(axis=0) / (mean - plain).std(axis=0, ddof=1) * np.sqrt(sets)
        assert (np.abs(apart) < 4).all(), apart


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
