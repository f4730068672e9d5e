"""Those who still wait: percentiles do not forget them, queues and waits are told on one clock."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.measures.cells.percentile import censored_percentiles
from floorcast.measures.summary import measure
from tests.unit.measures.centre import answered, make_run, make_world, waiting

HOUR = 3600.0


def test_a_published_table_of_remission_times() -> None:
    """Freireich et al., Blood 21 (1963), the 6-MP group of 21 patients, as in D. Collett, "Modelling Survival
    Data in Medical Research": the estimate is .857 at 6, .807 at 7, .753 at 10, .690 at 13, .627 at 16, .538
    at 22 and .448 at 23 weeks; so the median is 23, the upper quartile is never reached."""
    times = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23], dtype=np.float64)
    ages = np.array([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], dtype=np.float64)
    shares = (1 - 0.857, 1 - 0.807, 1 - 0.753, 1 - 0.690, 1 - 0.627, 1 - 0.538, 1 - 0.448, 0.5, 0.75)
    found = censored_percentiles(times, ages, [share - 1e-3 for share in shares])
    assert found == [6, 7, 10, 13, 16, 22, 23, 23, math.inf]


def mails(*contacts: dict[str, object]) -> object:
    return measure(make_run(make_world({"mail": "email"}), list(contacts)))


def test_half_of_the_letters_unanswered_means_that_ninety_percent_were_not_answered() -> None:
    """Ten letters: five answered within the hour, five not at all until the day is over."""
    summary = mails(
        *(answered(0, 600.0 * n, talk=60.0) for n in range(1, 6)), *(waiting(0) for _ in range(5))
    )
    assert summary.value("first_response_p50") == 3000 + 60
    assert summary.value("first_response_p90") == math.inf
    assert summary.value("first_response_mean") == 1800 + 60


def test_a_letter_that_has_only_just_come_says_nothing_yet() -> None:
    """Censored at an age of a minute, it is neither answered nor late."""
    summary = mails(*(answered(0, HOUR * n, talk=0.0) for n in range(1, 11)), waiting(86400 - 60))
    assert summary.value("first_response_p90") == 9 * HOUR
    late = mails(*(answered(0, HOUR * n, talk=0.0) for n in range(1, 11)), waiting(0), waiting(0))
    assert late.value("first_response_p90") == math.inf


def test_calls_that_are_talked_to_are_no_backlog_letters_in_work_are() -> None:
    at_half_past = {"arrived": 1700.0, "wait": 0.0, "talk": 600.0}
    calls = measure(make_run(make_world({"calls": "phone"}), [answered(**at_half_past)]))
    letters = measure(make_run(make_world({"mail": "email"}), [answered(**at_half_past)]))
    assert (calls.value("backlog_max"), letters.value("backlog_max")) == (0, 1)
    held = measure(make_run(make_world({"calls": "phone"}), [answered(1700.0, 300.0), answered(1750.0, 10.0)]))
    assert held.value("backlog_max") == 1
    assert held.value("backlog_age_max") == 100


@pytest.mark.parametrize("clock", ["accepted", "answered"])
def test_chats_obey_littles_law_on_the_clock_of_their_wait(clock: str) -> None:
    """Mean number waiting = rate of arrivals times mean wait, with all of them gone at the end."""
    world = make_world({"chats": "chat"}, clocks={"chats": clock})
    chats = [
        answered(1000.0 * n, wait, accepted=1000.0 * n + wait / 3)
        for n, wait in enumerate((30.0, 90.0, 0.0, 300.0, 60.0))
    ]
    summary = measure(make_run(world, chats))
    rate = len(chats) / world.horizon
    assert summary.value("queue_mean") == pytest.approx(rate * summary.value("wait_mean"))
    assert summary.value("wait_mean") == pytest.approx(96.0 if clock == "answered" else 32.0)
