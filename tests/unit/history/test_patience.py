"""The curve of those who still wait, by the laws: held against the data of just the same customers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from floorcast.history.calls.contacts import Contacts
from floorcast.history.fit.patience import _EDGES, CROWDS, Patience

SHORT, LONG = 60.0, 600.0  # seconds of patience: where twelve waited on arrival, and where nobody did
BINS = len(_EDGES) - 1


def customers(n: int) -> tuple[Contacts, np.ndarray]:
    """Half meet nobody and are answered after 30 s, half meet twelve and after 200 s, unless they give up before."""
    random = np.random.default_rng(4)
    crowd = np.arange(n) % 2 * (len(CROWDS) - 1)
    patience = random.exponential(np.where(crowd > 0, SHORT, LONG))
    offered = np.where(crowd > 0, 200.0, 30.0)
    numbers = np.zeros(n, np.int64)
    found = Contacts(
        day=numbers, at=np.linspace(0, 80_000, n), wait=np.minimum(patience, offered), handle=np.ones(n), kind=numbers, guessed=np.zeros(n, bool),
        handled=offered < patience, agent=numbers, kinds=(("A", ""),), agents=("Ann",),
    )  # fmt: skip
    return found, crowd


def laws() -> Patience:
    hazards = np.full((len(CROWDS), BINS), 1 / LONG)
    hazards[-1] = 1 / SHORT
    return Patience(hazards, np.ones(1), np.ones(24), 0, 0, (np.zeros(BINS), np.zeros(BINS)))


def test_the_curve_follows_the_data_though_those_of_a_crowd_wait_longest():
    """After 30 s only those wait who met twelve and give up ten times as soon: a curve by one law for all would be off by
    far more than the 95 % interval of Kaplan and Meier's."""
    contacts, crowd = customers(6000)
    seconds = np.linspace(0, 190, 96)
    curve = stats.ecdf(stats.CensoredData(uncensored=contacts.wait[~contacts.handled], right=contacts.wait[contacts.handled])).sf
    seen = curve.evaluate(seconds)
    ours = laws().still_waiting(contacts, crowd, seconds)
    assert np.abs(ours - seen).max() < 0.025
    late = seconds > 40
    expected = ours[late][0] * np.exp(-(seconds[late] - seconds[late][0]) / SHORT)
    assert ours[late] == pytest.approx(expected, rel=1e-6)
