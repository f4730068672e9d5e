"""The playbook: approval, templates, holding replies, statements, pauses; and when a line was in force."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.clock.compiled import run as compiled
from floorcast.clock.simpy_clock import run_simpy
from floorcast.measures import broken_event_laws, measure
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.model.social_centre import because, ended, of_type, played

HOUR, DAY = 3600.0, 86400.0

DRAFTS = """
days: 4
contact_types:
  posts:
    channel: social
    arrivals: {rate: 12 per hour}
    work: 5 min
    sentiment: {negative: 0.5, neutral: 0.5}
    resolution: 1
    cascade: {branching: 0, delay: 1h, closes: 0.3}
  approvals: {channel: email, work: 2 min}
groups:
  team: {channels: {social: 1}, agents: 3}
  lead: {channels: {email: 1}, shifts: [{agents: 1, start: "08:00", length: 10h}]}
policy: {approval: [{when: {sentiment: negative}, by: approvals, rejected: %s, rework: 0.4, at_most: %s}]}
"""


def test_nothing_is_public_before_a_draft_is_approved_and_the_drafter_goes_on():
    run = played(DRAFTS % (0, 3))
    posts, approvals = of_type(run, "posts"), of_type(run, "approvals")
    assert (approvals["cause"] == Cause.APPROVAL).all()
    done = approvals[approvals["outcome"] == Outcome.HANDLED]
    about = run.contacts[done["parent"]]
    assert (about["first_response"] == done["ended"]).all()
    assert {run.world.group_names[g] for g in done["group"]} == {"lead"}
    # Drafted at night, approved from eight o'clock; meanwhile the team answers others at once.
    night = (done["arrived"] % DAY < 8 * HOUR) & (done["arrived"] > DAY)
    assert night.sum() > 30
    assert (done["ended"][night] % DAY > 8 * HOUR).all()
    plain = posts[(posts["sentiment"] == 0) & ~np.isnan(posts["first_response"])]
    assert (plain["first_response"] - plain["arrived"]).max() < 0.5 * HOUR
    # The answer took the team five minutes, the approval two: no attention is held in between.
    assert about["worked"] == pytest.approx(300)
    assert done["worked"] == pytest.approx(120)
    assert broken_laws(run) == []


def test_approvals_are_no_contacts_of_customers_and_have_a_part_of_the_time():
    run = played(DRAFTS % (0, 3))
    summary = measure(run)
    assert summary.value("offered", "channel", "email") == 0
    assert summary.value("handled", "contact_type", "approvals") > 100
    negative = "sentiment", "negative"
    assert summary.value("drafts", *negative) == summary.value("taken", *negative)
    assert summary.value("drafts", "sentiment", "neutral") == 0
    parts = [summary.value(f"{name}_mean", *negative) for name in ("hearing", "queue", "approval", "work")]
    assert sum(parts) == pytest.approx(summary.value("first_response_mean", *negative))
    assert parts[3] == pytest.approx(300)
    assert parts[2] > HOUR
    assert summary.value("approval_mean", "sentiment", "neutral") == 0


@pytest.mark.parametrize("at_most", [1, 3])
def test_a_rejected_draft_comes_back_to_be_written_anew(at_most):
    run = played(DRAFTS % (0.4, at_most))
    published = run.contacts[(run.contacts["sentiment"] == -1) & ~np.isnan(run.contacts["first_response"])]
    published = published[published["cause"] == Cause.SOURCE]
    drafts = np.bincount(because(run.contacts, Cause.APPROVAL)["parent"], minlength=len(run.contacts))
    tries = drafts[np.isin(np.arange(len(run.contacts)), published["issue"])]
    assert tries.max() == at_most + 1, "after so many rejections it goes out"
    again = np.mean(tries > 1)
    assert again == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / len(tries)))
    # Each rejection costs 0.4 of five minutes.
    assert published["worked"] == pytest.approx(300 + 120 * (tries - 1))
    assert broken_laws(run) == []


def test_a_closed_post_waits_in_no_hand_but_a_draft_does():
    """The first public answer closes who waits, not those whose answer is drafted already."""
    run = played(DRAFTS % (0, 3))
    closed = ended(run.contacts, Outcome.CLOSED_WITH_ANOTHER)
    assert not np.isin(closed["issue"], because(run.contacts, Cause.APPROVAL)["parent"]).any()


def test_both_clocks_and_the_laws_of_the_log_agree_on_drafts():
    scenario = load_scenario_text(DRAFTS % (0.3, 2), ".", "small")
    world = assemble(scenario, policies_of(scenario)[0])
    one, two = compiled(world, 3, 0, True), run_simpy(world, 3, 0, True)
    assert one.contacts.tobytes() == two.contacts.tobytes()
    assert broken_event_laws(one) == []


def test_records_hold_nothing_of_what_memory_held_before(monkeypatch):
    """Equal runs are equal to the byte, those between the fields included."""
    scenario = load_scenario_text(DRAFTS % (0.3, 2), ".", "small")
    world = assemble(scenario, policies_of(scenario)[0])
    clean, empty = compiled(world, 3, 0).contacts.tobytes(), np.empty

    def littered(*args, **kwargs):
        array = empty(*args, **kwargs)
        if array.dtype.names:
            array.view(np.uint8)[...] = 0xAB
        return array

    monkeypatch.setattr(np, "empty", littered)
    assert compiled(world, 3, 0).contacts.tobytes() == clean


def test_a_template_is_quicker_and_resolves_less():
    run = played("""
days: 6
contact_types:
  posts:
    {channel: social, arrivals: {rate: 30 per hour}, work: 4 min, sentiment: {negative: 0.5, neutral: 0.5},
     resolution: 0.8}
groups: {team: {channels: {social: 1}, agents: 10}}
policy: {templates: [{when: {sentiment: neutral}, work: 0.25, quality: 0.5}]}
""")
    done = ended(run.contacts, Outcome.HANDLED)
    templated, own = done[done["sentiment"] == 0], done[done["sentiment"] == -1]
    assert templated["worked"] == pytest.approx(60)
    assert own["worked"] == pytest.approx(240)
    assert np.mean(templated["resolved"]) == pytest.approx(0.4, abs=0.04)
    assert np.mean(own["resolved"]) == pytest.approx(0.8, abs=0.04)


def test_who_knows_the_issue_is_quicker_and_resolves_it_more_often():
    run = played("""
days: 8
contact_types:
  mails:
    channel: email
    arrivals: {rate: 20 per hour}
    work: 4 min
    resolution: 0.5
    repeat: {probability: 1, delay: 1h, at_most: 1}
    history: {work: 0.75, resolution: 1.6}
groups: {team: {channels: {email: 1}, agents: 10}}
""")
    done = ended(run.contacts, Outcome.HANDLED)
    first, again = done[done["cause"] == Cause.SOURCE], done[done["cause"] == Cause.REPEAT]
    assert first["worked"] == pytest.approx(240)
    assert again["worked"] == pytest.approx(180)
    assert np.mean(first["resolved"]) == pytest.approx(0.5, abs=0.03)
    assert np.mean(again["resolved"]) == pytest.approx(0.8, abs=0.03)


HOLDING = """
days: 2
contact_types:
  mails:
    {{channel: email, arrivals: {{counts: {{per: 1h, values: [40]}}}}, work: 30 min, patience: 2h,
      chase: {{at_most: 1}}}}
  holding: {{channel: messaging, work: 20s}}
groups:
  team: {{channels: {{email: 1}}, shifts: [{{agents: 4, start: "01:00", length: 20h}}]}}
  others: {{channels: {{messaging: 1}}, agents: 1}}
policy:
  holding: {holding}
"""


def test_who_is_promised_an_answer_asks_again_only_when_it_is_not_kept():
    run = played(HOLDING.format(holding="[{after: 90 min, promise: 3h, by: holding}]"))
    mails = run.contacts[run.contacts["cause"] == Cause.SOURCE]
    replies = because(run.contacts, Cause.HOLDING)
    assert len(replies) > 20
    assert replies["worked"] == pytest.approx(20)
    promised = run.issues["promised"][replies["parent"]]
    assert promised - replies["ended"] == pytest.approx(3 * HOUR)
    again = because(run.contacts, Cause.CHASE)
    late = mails[mails["first_response"] - mails["arrived"] > 2 * HOUR]
    broken = [c for c in late["issue"] if run.contacts["first_response"][c] > run.issues["promised"][c]]
    assert sorted(again["parent"]) == sorted(broken)
    assert again["arrived"] == pytest.approx(run.issues["promised"][again["parent"]])
    summary = measure(run)
    assert summary.value("promised") == (~np.isnan(run.issues["promised"])).sum() == len(replies)
    assert summary.value("promises_kept") == pytest.approx(1 - len(broken) / len(replies))
    without = played(HOLDING.format(holding="[]"))
    assert len(because(without.contacts, Cause.CHASE)) > len(again) > 0


def test_who_is_promised_in_vain_is_less_content():
    text = HOLDING.format(holding="[{after: 90 min, promise: %s}]") + "satisfaction: {waiting: 0, broken_promise: 1}\n"
    kept, broken = (measure(played(text % promise)) for promise in ("23h", "1 min"))
    assert kept.value("promises_kept") == 1 and broken.value("promises_kept") < 0.1
    assert kept.value("promised") > 20
    assert broken.value("satisfaction") < kept.value("satisfaction") - 0.2


def test_a_holding_reply_is_no_answer():
    run = played(HOLDING.format(holding="[{after: 90 min, promise: 3h}]"))
    summary = measure(run)
    assert len(because(run.contacts, Cause.HOLDING)) == 0, "without `by` it goes out by itself"
    held = ~np.isnan(run.issues["promised"])
    assert held.sum() > 20
    assert np.nanmin(run.contacts["first_response"][held] - run.contacts["arrived"][held]) > 90 * 60
    assert summary.value("offered", "channel", "messaging") == 0
    assert broken_laws(run) == []


STORM = """
days: 1
contact_types:
  posts: {{channel: social, work: 20h, cascade: {{branching: 0, delay: {{exponential: 1h}}, residual: 0, closes: 0.9}}}}
crises:
  - {{name: fire, at: "2024-01-01 00:00", contact_type: posts, attracts: 4000, delay: {{exponential: 4h}}}}
groups: {{team: {{channels: {{social: 1}}, shifts: [{{agents: 1, start: "23:00", length: 1h}}]}}}}
policy:
  supervision:
    - name: crisis
      when: {{time: "03:00-24:00"}}
      check: 1 min
      do: {{statement: {{of: fire, after: 30 min, {effect}}}}}
"""


def test_a_statement_closes_its_share_once_and_lowers_further_spreading():
    """Nobody answers. Posts come at 4000 F'(t), F exponential with mean 4 h, and from the statement at 3:30
    at a fifth of it: 4000 (F(3.5 h) + 0.2 (F(24 h) - F(3.5 h))) in all."""
    run = played(STORM.format(effect="closes: 0.4, spreading: 0.2"))
    at = 3.5 * HOUR
    assert run.statements["made"][0] == pytest.approx(at)
    posts = run.contacts[1:]
    before = posts["arrived"] <= at
    closed = posts["outcome"] == Outcome.CLOSED_WITH_ANOTHER
    n = int(before.sum())
    assert np.mean(closed[before]) == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / n))
    assert not closed[~before].any(), "who posts after the statement has not seen one yet"
    assert (posts["ended"][closed] == at).all()

    def share(t):
        return 1 - math.exp(-t / (4 * HOUR))

    early, late = 4000 * share(at), 800 * (share(DAY) - share(at))
    assert n == pytest.approx(early, abs=4 * math.sqrt(early))
    assert len(posts) - n == pytest.approx(late, abs=4 * math.sqrt(late))
    assert broken_laws(run) == []


def test_a_cascade_cut_by_a_statement_follows_its_renewal_equation():
    """Nobody answers; the root attracts M = 200 posts and each post n = 0.6, after an exponential time of mean 1 h.

    The rate x(t) = M e^-t + n * (x convolved with e^-t) is M e^-(1-n)t (Hawkes, Biometrika 1971), so that
    M / (1-n) (1 - e^-(1-n)T) posts come before a statement at T. What these still have to attract then is x(T); of
    that a share s comes, and brings its like at the ratio s n: s x(T) / (1 - s n) in all.
    """
    text = STORM.format(effect="spreading: 0.5").replace("branching: 0,", "branching: 0.6,")
    text = text.replace("attracts: 4000, delay: {exponential: 4h}", "attracts: 200")
    before, after = [], []
    for n in range(40):
        posts = played(text, 1, n).contacts[1:]
        early = int((posts["arrived"] <= 3.5 * HOUR).sum())
        before.append(early)
        after.append(len(posts) - early)
    m, n, s, t = 200, 0.6, 0.5, 3.5
    left = m * math.exp(-(1 - n) * t)
    for seen, expected in ((before, m / (1 - n) - left / (1 - n)), (after, s * left / (1 - s * n))):
        assert np.mean(seen) == pytest.approx(expected, abs=3.5 * np.std(seen, ddof=1) / math.sqrt(40))


def test_a_poor_statement_attracts_posts_and_resolves_nothing():
    calm = played(STORM.format(effect="closes: 0.4"))
    poor = played(STORM.format(effect="closes: 0.4, poor: 1, backfire: 500"))
    closed = ended(poor.contacts, Outcome.CLOSED_WITH_ANOTHER)
    assert (closed["resolved"] == 0).all()
    assert (ended(calm.contacts, Outcome.CLOSED_WITH_ANOTHER)["resolved"] == 2).all()
    more = len(poor.contacts) - len(calm.contacts)
    assert more == pytest.approx(500, abs=4 * math.sqrt(500))
    when = dict(zip(calm.contacts["key"].tolist(), calm.contacts["arrived"].tolist(), strict=True))
    new = [c["arrived"] for c in poor.contacts if int(c["key"]) not in when]
    assert min(new) > 3.5 * HOUR


def test_a_statement_waits_for_its_incident_while_the_line_is_in_force():
    text = STORM.format(effect="closes: 0.4").replace("2024-01-01 00:00", "2024-01-01 05:00")
    assert played(text).statements["made"][0] == pytest.approx(5.5 * HOUR, abs=60)
    over = text.replace("03:00-24:00", "03:00-04:00")
    assert np.isnan(played(over).statements["made"][0])


PAUSED = """
days: 2
contact_types:
  mails:
    channel: email
    work: 1 min
    arrivals:
      - {rate: 20 per hour}
      - {campaign: {name: mailing, start: "2024-01-01 00:00", size: 2000, decay: 12h}}
groups: {team: {channels: {email: 1}, agents: 30}}
policy:
  supervision:
    - {name: hold it, when: {time: "10:00-14:00"}, check: 1 min, do: {pause: [mailing]}}
    - {name: crowded, when: {queue: {above: 100000}}, do: {mode: crisis}}
"""


def test_a_campaign_is_held_while_the_line_is_in_force():
    run = played(PAUSED)
    hour = run.contacts["arrived"] / HOUR
    campaign = run.contacts["campaign"] == 0
    held = ((hour % 24) > 10 + 1 / 60) & ((hour % 24) < 14)
    assert not (campaign & held).any()
    assert (campaign & ~held).any() and (~campaign & held).any()
    assert np.sum(campaign & (hour > 14) & (hour < 24)) > 100


def test_it_is_known_when_each_line_was_in_force():
    run = played(PAUSED)
    seconds, begins = run.force["seconds"], run.force["begins"]
    assert seconds.shape == (2, run.world.n_intervals)
    assert seconds[0].sum() == pytest.approx(2 * 4 * HOUR, abs=4 * 60)
    assert begins[0].sum() == 2
    assert seconds[0][21] == pytest.approx(1800) and seconds[0][10] == 0
    assert seconds[1].sum() == 0
    summary = measure(run)
    assert summary.value("in_force", "line", "hold it") == pytest.approx(8 / 48, abs=0.002)
    assert summary.value("times_begun", "line", "hold it") == 2
    assert summary.value("first_begun", "line", "hold it") == pytest.approx(10 * HOUR, abs=60)
    assert summary.value("in_force", "line", "crowded") == summary.value("times_begun", "line", "crowded") == 0
    assert math.isnan(summary.value("first_begun", "line", "crowded"))


def test_the_time_to_the_first_statement_is_told():
    summary = measure(played(STORM.format(effect="closes: 0.4")))
    assert summary.value("statement_after", "line", "crisis") == pytest.approx(3.5 * HOUR)
