"""A simulated centre, exported and fitted, gives its numbers back; its days replayed are as they were."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from floorcast.history.backtest.replay import replay
from floorcast.history.backtest.testing import BackTest, back_test, folds_of
from floorcast.history.calls.contacts import Contacts, full_days, load_contacts
from floorcast.history.fit.laws import Laws, fit_laws
from floorcast.history.fit.unavailable import _odds, mean_of
from floorcast.history.folder import History
from floorcast.history.read.importing import Wishes, import_files
from floorcast.history.written.fitted import Fitted
from floorcast.history.written.fitting import fit_history
from floorcast.history.written.writing import write_scenario
from floorcast.scenario import load_scenario
from tests.unit.history.simulated import AWAY, PATIENCE, SPEEDS, WORK, bank, simulate

DAYS, FOLDS = 16, 2


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("month")
    (folder / "month.txt").write_text(bank(simulate(DAYS)))
    import_files([folder / "month.txt"], folder / "history", Wishes(keep=("agents",)))
    return History(folder / "history")


@pytest.fixture(scope="module")
def contacts(history: History) -> Contacts:
    return load_contacts(history)


@pytest.fixture(scope="module")
def laws(contacts: Contacts) -> Laws:
    return fit_laws(contacts)


def test_handle_times_come_back(contacts, laws):
    """Of the calls as handled, so with the speed of who took them: within 6 %."""
    for number, name in enumerate(contacts.types):
        assert np.mean(laws.work[number]) == pytest.approx(WORK[name] / np.mean(list(SPEEDS.values())), rel=0.06)


def test_speeds_come_back(contacts, laws):
    """A speed from n calls of scv 1.2 has a standard error of about sqrt(1.2 / n)."""
    usual = np.mean(list(SPEEDS.values()))
    for agent, name in enumerate(contacts.agents):
        n = int(((contacts.agent == agent) & contacts.handled).sum())
        error = np.sqrt(1.2 / n) * 1.3
        assert laws.speeds[agent] == pytest.approx(SPEEDS[name] / usual, abs=4 * error + 0.02), name


def test_time_unavailable_comes_back_while_nobody_and_while_somebody_waits(laws):
    """Three seconds always, then exponential with another mean while somebody waits."""
    assert mean_of(laws.unavailable.usual[:, 1]) == pytest.approx(3 + AWAY["somebody"], rel=0.15)
    assert mean_of(laws.unavailable.usual[:, 0]) == pytest.approx(3 + AWAY["nobody"], rel=0.25)


def test_patience_comes_back_and_no_crowd_is_seen_where_none_is(contacts, laws):
    """The share that would have given up within a minute, of each type, whoever waited before."""
    for kind in range(len(contacts.kinds)):
        for crowd in range(4):
            gone = np.mean(np.array(laws.patience.values(kind, crowd)) <= 60)
            assert gone == pytest.approx(1 - np.exp(-60 / PATIENCE), abs=0.06), (kind, crowd)


def test_everybody_takes_both_types(contacts, laws):
    assert len(contacts.agents) == len(SPEEDS)
    assert all(taken.all() for taken in laws.takes.values())


def test_a_fit_of_tested_days_is_refused(contacts, laws, tmp_path):
    with pytest.raises(ValueError, match="were fitted on 2026-03-01, so they cannot be tested on it"):
        replay(contacts.on([contacts.days[0]]), laws, tmp_path)


def test_fitted_and_tested_days_are_apart():
    days = list(range(100, 119))
    for fitted, tested in [*folds_of(days, 5), *folds_of(days, 5, last=6)]:
        assert not set(fitted) & set(tested)
        assert sorted((*fitted, *tested)) == days
    assert sorted(day for _, tested in folds_of(days, 5) for day in tested) == days


@pytest.fixture(scope="module")
def found(history: History) -> Fitted:
    return fit_history(history)


@pytest.fixture(scope="module")
def tested(contacts: Contacts) -> BackTest:
    return back_test(contacts, folds_of(full_days(contacts), FOLDS), replications=40)


def test_days_of_a_known_truth_are_predicted_but_for_chance(tested):
    """Errors at most twice what chance leaves, and half hours in their bands as often as they should."""
    total = tested.summary()
    assert total.days == DAYS
    assert (total.error < 2.2 * total.chance + np.array([0.002, 0.5, 0.01, 0.01, 0.1, 0.015])).all(), (total.error, total.chance)
    assert (total.inside > total.inside_true - 0.08).all(), (total.inside, total.inside_true)
    assert (total.inside_true > 0.88).all()


def test_what_explains_the_misses_is_told():
    """Misses that are made of a cause are explained by it, and by nothing else; of pure chance nothing is."""
    from floorcast.history.backtest.misses import explain

    random = np.random.default_rng(7)
    otherwise = random.standard_normal((3, 400))
    weights = random.uniform(5, 50, 400)
    made = 20 * otherwise[1] + 10 * random.standard_normal(400)
    found = explain(made, weights, otherwise, ["handle", "unavailable", "patience"])
    assert found.alone["unavailable"] == pytest.approx(0.8, abs=0.06)
    assert found.beyond["unavailable"] == pytest.approx(found.alone["unavailable"], abs=0.03)
    assert found.alone["handle"] < 0.03 and found.alone["patience"] < 0.03
    assert explain(random.standard_normal(400), weights, otherwise, ["handle", "patience"]).together < 0.03


@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="half a minute; in `make verify`")
def test_without_the_time_unavailable_days_are_predicted_worse(contacts, tested):
    folds = folds_of(full_days(contacts), FOLDS)
    worse = back_test(contacts, folds, replications=40, parts=tested.parts - {"unavailable"}).summary()
    assert worse.error[2] > tested.summary().error[2] + 0.03


def test_the_same_figures_on_any_number_of_threads(contacts):
    fold = [(tuple(contacts.days[:4]), tuple(contacts.days[4:5]))]
    one, two = (back_test(contacts, fold, replications=20, jobs=jobs) for jobs in (1, 2))
    assert [day.mean.tolist() for day in one.days] == [day.mean.tolist() for day in two.days]


def test_the_scenario_says_where_its_numbers_come_from(found, tmp_path):
    path = write_scenario(found, tmp_path / "fitted")
    scenario = load_scenario(path)
    text = path.read_text()
    assert "Fitted by floorcast fit on month.txt" in text
    assert text.count("# mean ") == len(scenario.type_names) and "n 16 days" in text
    assert sum(len(scenario.roster(group)) for group in scenario.group_names) == len(SPEEDS)
    per_day = len(found.contacts) / DAYS
    assert scenario.expected_contacts / 7 == pytest.approx(per_day * (1 - found.redials.of_all), rel=0.1)


def test_too_little_to_tell_is_said_and_a_default_taken(tmp_path):
    rows = "".join(f"2026-03-0{1 + n % 3} 09:{n % 60:02d},{n % 2},120,J\n" for n in range(90))
    (tmp_path / "few.csv").write_text("arrived,wait,handle,agent\n" + rows)
    import_files([tmp_path / "few.csv"], tmp_path / "history", Wishes())
    found = fit_history(History(tmp_path / "history"))
    assert found.laws.patience is None and found.redials is None
    text = write_scenario(found, tmp_path / "fitted").read_text()
    assert "too few gave up to tell; default" in text and "no customers' numbers" in text
    load_scenario(tmp_path / "fitted" / "scenario.yaml")


def test_a_type_that_is_hardly_ever_taken_can_be_answered(tmp_path):
    """An hour of calls: of the rare type nobody has taken three."""
    rows = "".join(f"2026-03-02 09:{n % 60:02d},{n % 3},120,{'JKL'[n % 3]},{'rare' if n % 45 == 0 else 'usual'}\n" for n in range(180))
    (tmp_path / "hour.csv").write_text("arrived,wait,handle,agent,type\n" + rows + "2026-03-02 10:00,1,60,J,rare\n" * 30)
    import_files([tmp_path / "hour.csv"], tmp_path / "history", Wishes())
    path = write_scenario(fit_history(History(tmp_path / "history")), tmp_path / "fitted")
    assert set(load_scenario(path).type_names) == {"rare", "usual"}


def test_types_that_rise_and_fall_together_share_one_day_factor(tmp_path):
    """Days of 40 to 160 % for both types, of which one is three times as large; estimates of the factor differ by chance."""
    random = np.random.default_rng(2)
    rows = []
    for day, factor in enumerate(random.choice([0.4, 0.8, 1.2, 1.6], 21)):
        for kind, mean in (("large", 90), ("small", 30)):
            for at in random.uniform(9, 17, random.poisson(factor * mean)):
                rows.append(f"2026-03-{day + 1:02d} {int(at):02d}:{int(60 * at) % 60:02d},{int(random.integers(0, 3))},120,{'JK'[int(at) % 2]},{kind}\n")
    (tmp_path / "calls.csv").write_text("arrived,wait,handle,agent,type\n" + "".join(rows))
    import_files([tmp_path / "calls.csv"], tmp_path / "history", Wishes())
    fit = fit_history(History(tmp_path / "history"))
    assert fit.volumes.cv[0] != fit.volumes.cv[1]
    scenario = load_scenario(write_scenario(fit, tmp_path / "fitted"))
    factors = {one.arrivals[0].day_factor for one in scenario.contact_types.values()}
    assert len(factors) == 1 and min(fit.volumes.cv) < (factors.pop().cv or 0) < max(fit.volumes.cv)


def test_pictures_are_one_file_without_scripts(found, tmp_path):
    pytest.importorskip("matplotlib")
    from floorcast.history.written.pictures import write_pictures

    path: Path = write_pictures(found, tmp_path / "fit.html")
    text = path.read_text()
    assert text.count("<svg") == 5 and "<script" not in text
    assert len(text) < 1_000_000


def test_who_only_takes_calls_after_midnight_does_not_stop_a_replay(tmp_path):
    """A call of 23:59:50 that is answered at 00:00:20 by somebody who was not seen before."""
    rows = [f"2026-03-0{1 + n // 60} {9 + n % 12:02d}:{n % 60:02d}:00,{n % 3},120,{'JK'[n % 2]}\n" for n in range(240)]
    rows.append("2026-03-04 23:59:50,30,60,Late\n")
    (tmp_path / "calls.csv").write_text("arrived,wait,handle,agent\n" + "".join(rows))
    import_files([tmp_path / "calls.csv"], tmp_path / "history", Wishes())
    contacts = load_contacts(History(tmp_path / "history"))
    laws = fit_laws(contacts.on(contacts.days[:3]))
    one = replay(contacts.on(contacts.days[3:]), laws, tmp_path / "day")
    assert sum(len(one.scenario.roster(group)) for group in one.scenario.group_names) == 2


def test_odds_of_a_return_overflow_nowhere():
    with np.errstate(all="raise", under="ignore"):
        assert _odds(np.array([0.5, 2.0, 800.0])) == pytest.approx([1 / np.expm1(0.5), 1 / np.expm1(2.0), 0.0])
