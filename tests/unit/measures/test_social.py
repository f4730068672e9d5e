"""Issues, incidents, exposure, listening and satisfaction of contacts whose every time is chosen here."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.measures import measure
from floorcast.measures.contacts.distribution import SCORES
from floorcast.measures.customers.satisfaction import scored
from floorcast.measures.customers.social_table import table_of
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag, Resolved
from floorcast.scenario.catalogue.measures import BANDS
from floorcast.scenario.schema.social import Satisfaction
from tests.unit.measures.centre import abandoned, answered, group, make_run, make_world, waiting

HOUR = 3600.0


def _world(**formula):
    team = group(channels={"phone": 1, "social": 1, "email": 1})
    team.rating = 4.4
    world = make_world({"calls": "phone", "posts": "social", "mails": "email"}, {"team": team})
    satisfaction = Satisfaction(**formula)
    for name, value in (("satisfaction", satisfaction), ("expectation", lambda name: 600.0)):
        object.__setattr__(world.scenario, name, value)
    object.__setattr__(world, "social", True)
    return world


def _summary(contacts, **formula):
    rows = [{"contact_type": 0, "channel": 0} | contact for contact in contacts]
    return measure(make_run(_world(**formula), rows))


def _post(**fields):
    return {"contact_type": 1, "channel": 1} | fields


def test_an_issue_counts_once_however_many_contacts_it_takes():
    summary = _summary(
        [
            answered(0, 0, 60, resolved=0),
            answered(HOUR, 60, 60, issue=0, parent=0, cause=Cause.REPEAT, contact_type=2, channel=2, resolved=1),
            _post(**waiting(2 * HOUR, issue=2)),
            answered(3 * HOUR, 0, 60, resolved=1),
        ]
    )
    assert summary.value("issues") == 3
    assert summary.value("contacts_per_issue") == pytest.approx(4 / 3)
    assert summary.value("channel_hops") == pytest.approx(1 / 3)
    assert summary.value("issues_resolved") == pytest.approx(2 / 3)
    assert summary.value("issue_resolution_mean") == pytest.approx((HOUR + 120 + 60) / 2)
    assert summary.value("repeats") == 1
    assert summary.value("first_contact_resolution") == pytest.approx(1 / 2)
    assert summary.value("issues", "channel", "phone") == 2


def test_incidents_have_a_size_and_a_duration():
    summary = _summary(
        [
            _post(**waiting(0, incident=0)),
            _post(**waiting(600, incident=0, issue=1, parent=0, cause=Cause.CASCADE)),
            _post(**waiting(900, incident=0, issue=2, parent=1, cause=Cause.CASCADE)),
            _post(**waiting(1000, incident=3, issue=3)),
        ]
    )
    assert summary.value("incidents") == 1
    assert summary.value("incident_size_mean") == 3
    assert summary.value("incident_size_max", "contact_type", "posts") == 3
    assert summary.value("incident_duration_mean") == 900
    assert summary.value("attracted") == 2


def test_exposure_is_reach_times_hours_unanswered_as_attention_fades():
    summary = _summary(
        [
            _post(**answered(0, HOUR - 60, 60, reach=100)),  # a half-life: half of all it would have
            _post(**{**abandoned(0, 2 * HOUR, reach=50), "outcome": Outcome.CLOSED_WITH_ANOTHER}),
            _post(**waiting(21 * HOUR, reach=10)),  # three hours to the end
            answered(0, 60, 60, reach=1000),  # a call is heard by nobody
        ]
    )
    at_most = 1 / math.log(2)  # hours, of a post that nobody ever answers
    assert summary.value("exposure") == pytest.approx(at_most * (100 / 2 + 50 * 3 / 4 + 10 * 7 / 8))


def test_exposure_does_not_grow_with_the_run():
    """A post that is never answered counts its reach times half-life / ln 2, in one day as in twenty."""
    lost = _post(arrived=0.0, ended=0.0, outcome=Outcome.LOST, reach=100)
    worlds = [_world() for _ in range(2)]
    object.__setattr__(worlds[1], "horizon", 20 * 86400.0)
    object.__setattr__(worlds[1], "n_intervals", 20 * worlds[1].n_intervals)
    short, long = (measure(make_run(world, [lost])).value("exposure") for world in worlds)
    assert short == pytest.approx(100 / math.log(2), rel=1e-5)
    assert long == pytest.approx(short, rel=1e-6)


def test_a_reply_of_ones_own_is_told_apart_from_being_closed_with_another():
    closed = {**abandoned(0, HOUR), "outcome": Outcome.CLOSED_WITH_ANOTHER, "resolved": Resolved.ANOTHER}
    rows = [answered(0, 60, resolved=Resolved.OWN, issue=0)]
    rows += [closed | {"issue": number} for number in (1, 2, 3)]
    summary = _summary([_post(**row) for row in rows])
    assert summary.value("response_rate") == pytest.approx(1 / 4)
    assert summary.value("closed_rate") == pytest.approx(3 / 4)
    assert summary.value("issues_resolved") == pytest.approx(1 / 4)
    assert summary.value("issues_closed") == pytest.approx(3 / 4)


def test_what_agents_ask_each_other_is_no_contact_of_a_customer():
    rows = [answered(0, 60, 60, issue=0), answered(30, 900, 60, issue=0, parent=0, cause=Cause.CONSULT)]
    summary = _summary([_post(**row) for row in rows])
    assert summary.value("contacts_per_issue") == 1
    assert summary.value("response_rate") == 1
    assert summary.value("satisfaction") == pytest.approx(4.8 - 1.5)


def test_noise_costs_work_and_misses_are_counted():
    summary = _summary(
        [
            _post(**answered(0, 0, 30, outcome=Outcome.DISCARDED, flags=Flag.NOISE, first_response=math.nan)),
            _post(**answered(0, 0, 90)),
            _post(arrived=5, ended=5, outcome=Outcome.LOST, flags=Flag.MISSED),
            _post(**answered(10, HOUR, 60, flags=Flag.MISSED)),
        ]
    )
    assert summary.value("noise") == 1
    assert summary.value("noise_work") == pytest.approx(30 / 180)
    assert summary.value("missed") == 2
    assert summary.value("found_late") == 1
    assert summary.value("response_rate") == pytest.approx(2 / 3)


def test_satisfaction_follows_the_stated_formula():
    contacts = [
        answered(0, 60, resolved=1),  # in time: 4.6 + 0.5 x 0.4 = 4.8, a promoter
        answered(0, 2400, resolved=1),  # four times the expectation: two doublings, 3.8
        answered(0, 60, resolved=0),  # not resolved: 3.3
        abandoned(0, 300),  # 1, a detractor
        waiting(0),  # not rated
    ]
    summary = _summary(contacts)
    assert summary.value("satisfaction") == pytest.approx(np.mean([4.8, 3.8, 3.3, 1.0]))
    assert summary.value("promoter_score") == pytest.approx(1 / 4 - 1 / 4)
    assert summary.value("satisfaction", "group", "team") == pytest.approx(np.mean([4.8, 3.8, 3.3]))
    harsher = _summary(contacts, unresolved=3, unanswered=1)
    assert harsher.value("satisfaction") == pytest.approx(np.mean([4.8, 3.8, 1.8, 1.0]))


def test_scores_are_counted_of_those_who_are_rated():
    contacts = [answered(0, 60, resolved=1), answered(0, 60, resolved=0), abandoned(0, 300), waiting(0)]
    rows = [{"contact_type": 0, "channel": 0} | contact for contact in contacts]
    counts = scored(table_of(make_run(_world(), rows)))
    assert counts.sum() == 3 and counts[0, 0] == 1  # who gave up scores 1
    assert counts[0, SCORES.searchsorted(4.75) + 1] == 1 and counts[0, SCORES.searchsorted(3.25) + 1] == 1
    quiet = make_world({"calls": "phone"}, {"team": group()})
    assert scored(table_of(make_run(quiet, [answered(0, 60)]))).sum() == 0  # nothing is told of its customers


def test_collateral_is_outside_large_incidents():
    storm = [
        _post(**answered(0, 60, 0, incident=0, issue=n, outcome=Outcome.HANDLED)) for n in range(12)
    ]
    summary = _summary([*storm, answered(0, 300, 0)])
    assert summary.value("collateral_first_response") == 300


def test_campaigns_apart_and_together():
    world = _world()
    object.__setattr__(world, "campaign_names", ("mailing", "video"))
    rows = [answered(0, 60, 60, campaign=0), answered(0, 180, 60, campaign=1), waiting(5, campaign=1), waiting(5)]
    summary = measure(make_run(world, rows))
    assert summary.value("offered", "campaign", "mailing") == 1
    assert summary.value("offered", "campaign", "video") == 2
    assert summary.value("offered", "campaign", "all campaigns") == 3
    assert summary.value("response_rate", "campaign", "all campaigns") == pytest.approx(2 / 3)
    assert summary.value("first_response_mean", "campaign", "video") == 240


def test_a_scenario_without_these_blocks_has_no_such_rows():
    world = make_world()
    summary = measure(make_run(world, [answered(0, 60)]))
    assert not any(row.measure == "satisfaction" for row in summary.rows)


def test_letters_and_posts_fall_in_three_bands_by_their_points():
    def post(wait, points, **more):
        return _post(**answered(0, wait, 60), points=points, **more)

    rows = [post(60, 30.0), post(120, 20.0), post(600, 10.0), _post(**waiting(0), points=30.0)]
    rows += [answered(0, 9000, 60, points=99.0)]  # a call has no place among them
    rows += [post(120, 20.0), post(600, 10.0, replies=2, reply_wait=500.0)]
    summary = _summary(rows)
    assert [summary.value("offered", "priority", band) for band in BANDS] == [2, 2, 2]
    assert summary.value("response_rate", "priority", "high") == pytest.approx(1 / 2)
    assert summary.value("first_response_mean", "priority", "high") == 120
    assert summary.value("first_response_mean", "priority", "low") == 660
    assert summary.value("next_reply_mean", "priority", "low") == 250
    assert math.isnan(summary.value("next_reply_mean", "priority", "middle"))


def test_without_points_all_are_in_the_lowest_band():
    summary = _summary([_post(**answered(0, 60, 60)), _post(**answered(0, 60, 60))])
    assert [summary.value("offered", "priority", band) for band in BANDS] == [0, 0, 2]
