"""Tuning: places to tune read as what they are now, the search finds what is known to be best, and fresh
replications say what it is worth."""

from __future__ import annotations

import json

import numpy as np
import pytest

from floorcast.policy import load_policy, load_policy_text
from floorcast.policy.tunable import Knob
from floorcast.scenario import InputErrors
from floorcast.scenario.what_if.variants import variants_of
from floorcast.shipped import SCENARIOS
from floorcast.store.fingerprint import policy_fingerprint
from floorcast.store.running.bench import Bench
from floorcast.store.running.tuning import tune
from floorcast.study.selection.tuning import gain, search, worst_gain
from tests.centres import centre, queue
from tests.unit.cli.small import floorcast
from tests.unit.scenario.written import loaded

CENTRE = centre(
    "\nname: Two lines\ndays: 1\nstart: 2024-01-01\n",
    [queue(name, "phone", "60 per hour", "3 min", "5 min") for name in ("orders", "questions")],
    "  team: {channels: phone, agents: 6, cost_per_hour: 20}\n",
    [
        "of: orders, measure: service_level, within: 60s, at_least: 95 %",
        "of: questions, measure: service_level, within: 5 min, at_least: 30 %",
    ],
)
POLICY = "priority: {contact_type: {orders: {tune: 0..100, now: 0}, questions: {tune: 0..100, now: 80}}}\n"


def policy_of(text=POLICY):
    return load_policy_text(text, "p.yaml", loaded(CENTRE))


def test_a_place_to_tune_reads_as_what_it_is_now():
    plain = policy_of("priority: {contact_type: {orders: 0, questions: 80}}\n")
    assert policy_fingerprint(policy_of()) == policy_fingerprint(plain)
    shipped = SCENARIOS / "policies"
    assert policy_fingerprint(load_policy(shipped / "priority_to_tune.yaml")) == policy_fingerprint(
        load_policy(shipped / "priority.yaml")
    )


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("{tune: 0..100}", "allowed {tune: LOW..HIGH, now: VALUE}"),
        ("{tune: 100, now: 3}", "allowed {tune: LOW..HIGH"),
        ("{tune: 9..2, now: 3}", "without room"),
        ("{tune: 0..2, now: 3}", "now: 3 outside 0..2"),
        ("{tune: 0s..2, now: 1}", "all with a unit or all without"),
        ("{choose: [1], now: 1}", "two choices or more"),
        ("{choose: [1, 2], now: 3}", "now being one of them"),
        ("{tune: 0..9, now: 3, by: 2}", "allowed {tune: LOW..HIGH"),
    ],
)
def test_places_that_make_no_sense(place, says):
    with pytest.raises(InputErrors) as caught:
        policy_of(f"rules: []\npriority:\n  contact_type: {{orders: {place}}}\n")
    (problem,) = caught.value.problems
    assert says in str(problem) and problem.line == 3


def test_what_cannot_be_tuned_is_named():
    with pytest.raises(InputErrors, match="name cannot be tuned"):
        policy_of("name: {choose: [a, b], now: a}\n")
    scenario = loaded(CENTRE)
    out_of_place = policy_of("plans: {default: [{groups: any}, {after: {tune: 0s..2 min, now: 1 min}, groups: any}]}\n")
    with pytest.raises(InputErrors, match=r"p.yaml:1: plans.default\[1\].after: cannot be tuned to 0s"):
        tune(scenario, out_of_place)
    with pytest.raises(InputErrors, match="found nothing to tune"):
        tune(scenario, policy_of("priority: {order: oldest}\n"))
    with pytest.raises(InputErrors, match="found no target"):
        tune(loaded(CENTRE.split("targets")[0]), policy_of())


def test_the_search_finds_the_bottom_of_a_bowl_and_gives_up_what_is_worse():
    rng = np.random.default_rng(3)
    noise = rng.standard_normal(64)
    knobs = [Knob(("a",), 9, 0, 10, whole=True), Knob(("b",), 0.0, -1.0, 1.0), Knob(("c",), "x", choices=("x", "y"))]
    settings: list[list] = []
    simulated: dict[int, int] = {}

    def setting(values):
        if values not in settings:
            settings.append(values)
        return settings.index(values)

    def score(handle, n):
        simulated[handle] = max(simulated.get(handle, 0), n)
        a, b, c = settings[handle]
        return (a - 4) ** 2 / 10 + (b - 0.5) ** 2 + (c == "x") * 0.5 + 0.3 * noise[:n] * (1 + 0.1 * a)

    found = search(knobs, setting, score, trials=80, replications=16, seed=1)
    a, b, c = found.values
    assert abs(a - 4) <= 1 and abs(b - 0.5) < 0.3 and c == "y"
    assert settings[0] == [9, 0.0, "x"], "what the policy says now is tried first"
    assert sum(simulated.values()) < 0.7 * 16 * len(simulated), "most were given up early"


def test_intervals_of_a_gain_miss_as_rarely_as_they_say():
    rng = np.random.default_rng(5)
    missed = 0
    for _ in range(400):
        shared = rng.standard_normal(12)
        one = gain(shared + rng.standard_normal(12) - 0.3, shared + rng.standard_normal(12))
        missed += abs(one.mean + 0.3) > one.half_width
    assert missed / 400 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_tuning_puts_first_who_must_be_answered_first(tmp_path):
    scenario = loaded(CENTRE)
    tuned = tune(scenario, policy_of(), trials=12, replications=8, fresh=12, jobs=1, out=tmp_path / "t")
    values = tuned.data["priority"]["contact_type"]
    assert values["orders"] > values["questions"], "orders have a minute, questions have five"
    assert tuned.gain.sure and tuned.losses[1] < tuned.losses[0]
    assert tuned.gain.mean == pytest.approx(tuned.losses[1] - tuned.losses[0])
    assert {one.path for one in tuned.turned} <= {
        "priority.contact_type.orders", "priority.contact_type.questions",
    }  # fmt: skip
    again = load_policy_text(tuned.text(), "tuned.yaml", scenario)
    assert policy_fingerprint(again) == policy_fingerprint(tuned.policy)
    assert "# Tuned by floorcast: loss" in tuned.text() and "for sure" in tuned.text()

    def never(world, seed, replication):
        assert seed != scenario.seed, "what was simulated is taken up"
        from floorcast.clock.compiled import run

        return run(world, seed, replication)

    taken_up = tune(
        scenario, policy_of(), trials=12, replications=8, fresh=12, jobs=1, out=tmp_path / "t", simulate=never
    )
    assert taken_up.text() == tuned.text()


def test_the_command(tmp_path):
    (tmp_path / "two.yaml").write_text(CENTRE)
    (tmp_path / "p.yaml").write_text(POLICY)
    done = floorcast(
        "tune", "two.yaml", "--policy", "p.yaml", "--trials", "6", "-n", "4", "--fresh", "6", "--json",
        "--write", "better.yaml", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["gain"]["mean"] < 0 and found["trials"] == 6
    done = floorcast("validate", "two.yaml", "--policy", "better.yaml", folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_loss_comes_first_and_cost_decides_between_equal_losses():
    """However much cheaper: a thousandth of loss outweighs it. Where nothing is missed, the cheaper is better."""
    losses = {"good": 0.0, "cheap": 0.001, "as good and cheap": 0.0}
    costs = {"good": 100.0, "cheap": 10.0, "as good and cheap": 99.0}

    class Known(Bench):
        def __init__(self):
            pass

        def loss(self, name, n):
            return np.full(n, losses[name])

        def cost(self, name, n):
            return np.full(n, costs.get(name, 100.0))

    order = sorted(losses, key=lambda name: float(Known().score(name, 3).mean()))
    assert order == ["as good and cheap", "good", "cheap"]


def test_regret_is_what_is_lost_beside_the_best_for_each_variant():
    """More calls of either kind: the points that are best for one are not for the other, and a setting between them
    is less far behind where it is furthest behind."""
    scenario = loaded(CENTRE)
    variants = variants_of(("orders.volume +50 %",), scenario)
    found = tune(scenario, policy_of(), variants=variants, trials=9, replications=8, fresh=12, jobs=1)
    assert [one.variant for one in found.regrets] == ["base", "orders.volume +50 %"]
    for one in found.regrets:
        assert one.after - one.best == pytest.approx(one.behind.mean)
    worst_before = max(one.before - one.best for one in found.regrets)
    worst_after = max(one.after - one.best for one in found.regrets)
    assert found.losses == pytest.approx((worst_before, worst_after))
    assert found.gain.mean == pytest.approx(worst_after - worst_before) and found.gain.mean < 0
    assert "worst regret" in found.text() and found.document()["objective"] == "regret"


def test_the_interval_of_the_worst_holds():
    """Three variants, two of them nearly equally bad before and after: the difference of the worst is found."""
    rng = np.random.default_rng(5)
    old, new = np.array([1.0, 0.98, 0.2]), np.array([0.4, 0.6, 0.59])
    missed = 0
    for _ in range(150):
        chance = rng.normal(0, 0.3, (3, 25))
        one = worst_gain(new[:, None] + chance + rng.normal(0, 0.2, (3, 25)), old[:, None] + chance)
        missed += abs(one.mean - (new.max() - old.max())) > one.half_width
    assert missed / 150 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)


def test_what_regret_cannot_be_asked_of(tmp_path):
    (tmp_path / "two.yaml").write_text(CENTRE)
    (tmp_path / "p.yaml").write_text(POLICY)
    for more, says in (
        (("--with", "volume +5 %"), "--with without --regret"),
        (("--regret",), "--regret without variants"),
        (("--regret", "--with", "policy.priority.contact_type.orders = 5"), "for the policy is being tuned"),
        (("--regret", "--with", "targets drop"), "allowed with targets to meet"),
    ):
        done = floorcast("tune", "two.yaml", "--policy", "p.yaml", *more, folder=tmp_path, COLUMNS="200")
        assert done.returncode == 2 and says in done.stderr, done.stderr
