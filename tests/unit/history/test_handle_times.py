"""Handle times as factors: what differs is found, what does not is not used, and the mean is kept."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.history.calls.contacts import Contacts
from floorcast.history.fit.handle_times import fit_handle_times

AGENTS = tuple(f"agent {n}" for n in range(10))


def made(hours: bool, agents: bool, n: int = 12_000, days: int = 20, day_cv: float = 0.0, seed: int = 3) -> Contacts:
    """Gamma handle times of mean 200 s, by 1.3 in the evening and by agents from .7 to 1.3 where wanted."""
    random = np.random.default_rng(seed)
    at = np.sort(random.uniform(8 * 3600, 20 * 3600, n))
    agent = random.integers(0, len(AGENTS), n)
    day = random.integers(0, days, n)
    mean = np.full(n, 200.0)
    mean *= np.where(at > 16 * 3600, 1.3, 1.0) if hours else 1.0
    mean *= np.linspace(0.7, 1.3, len(AGENTS))[agent] if agents else 1.0
    mean *= np.exp(day_cv * random.standard_normal(days))[day]
    kind = random.integers(0, 2, n)
    return Contacts(
        day=day, at=at, wait=np.zeros(n), handle=random.gamma(1.0, mean), kind=kind, guessed=np.zeros(n, bool),
        handled=np.ones(n, bool), agent=agent, kinds=(("A", ""), ("B", "")), agents=AGENTS,
    )  # fmt: skip


def test_hours_and_agents_that_differ_are_found():
    found = fit_handle_times(made(hours=True, agents=True))
    assert set(found.used) >= {"agent", "hour"}
    late, early = found.hours[0, 17:20].mean(), found.hours[0, 8:16].mean()
    assert late / early == pytest.approx(1.3, abs=0.06)
    assert found.speeds[0] / found.speeds[-1] == pytest.approx(1.3 / 0.7, rel=0.08)


def test_where_nothing_differs_nothing_is_made_of_chance():
    """Of four pieces none may be wrong by much: hours within 5 % of the mean, speeds within 6 % of 1."""
    found = fit_handle_times(made(hours=False, agents=False))
    assert np.ptp(found.hours[:, 8:20]) < 0.1 * found.hours.mean()
    assert np.abs(found.speeds - 1).max() < 0.06
    assert found.day_cv < 0.03


def test_the_law_has_the_mean_of_the_data():
    contacts = made(hours=True, agents=True)
    for number, law in enumerate(fit_handle_times(contacts).laws):
        assert np.mean(law) == pytest.approx(contacts.handle[contacts.kind == number].mean(), rel=1e-6)


def test_days_that_vary_beyond_chance_are_told():
    cvs = [fit_handle_times(made(False, False, day_cv=0.1, seed=seed)).day_cv for seed in range(8)]
    assert np.mean(cvs) == pytest.approx(0.1, abs=0.03)


def test_priorities_of_a_type_that_has_one_class_are_not_guessed(tmp_path):
    """A type whose priority never differs is known for what it is: its patience counts."""
    from floorcast.history.calls.contacts import _classes

    names, code = np.array(["NW", "PS"]), np.array([0] * 40 + [1] * 80)
    priority = np.array(["regular"] * 40 + ["high"] * 40 + ["regular"] * 35 + [""] * 5)
    kinds, _, guessed = _classes(names, code, priority)
    assert kinds == (("NW", ""), ("PS", "high"), ("PS", "regular"))
    assert guessed.tolist() == [False] * 115 + [True] * 5
