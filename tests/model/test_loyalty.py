"""Customers who live longer than an issue, surveys, reputation: against formulas, and against the records replayed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.measures import broken_laws, measure
from floorcast.model.records.layout import Cause, Log, Outcome
from floorcast.model.records.people import CUSTOMER
from floorcast.scenario import load_scenario_text
from floorcast.scenario.checks.customer_checks import feedback, most_volume
from tests.model.centre import Day
from tests.model.social_centre import because, played

DAY = 86400.0

# Everybody is answered within seconds; one in four answers resolves nothing.
MAILS = """
days: {days}
contact_types:
  mails: {{channel: email, arrivals: {{rate: {rate} per hour}}, work: 1s, resolution: 75 %}}
groups: {{team: {{channels: [email], agents: 4}}}}
"""


def test_a_customer_takes_no_more_than_64_bytes():
    assert CUSTOMER.itemsize <= 64


def test_purchases_until_they_leave_are_those_of_the_bg_nbd_model():
    """Contacts at rate x, and after each the customer leaves with probability p: the expected number by t is
    (1 - exp(-x p t)) / p, and exp(-x p t) of the customers are still there (Fader, Hardie and Lee, "Counting your
    customers the easy way", Marketing Science 24, 2005, the step before its mixture); here two rates and two p."""
    customers, per_day, days = 1000, 600, 8
    text = MAILS.format(days=days, rate=per_day / 24) + """
customers:
  size: 1000
  heavy: {share: 20 %, of_contacts: 60 %}
  tiers:
    loyal: {share: 75 %, churn: {base: 10 %, let_down: 10 %}, worth: 50}
    fickle: {share: 25 %, churn: {base: 50 %, let_down: 50 %}, worth: 10}
"""
    contacts = left = worth = 0.0
    for share, rate in ((0.2, 0.6 / 0.2), (0.8, 0.4 / 0.8)):
        for part, p, money in ((0.75, 0.1, 50.0), (0.25, 0.5, 10.0)):
            number = customers * share * part
            alive = math.exp(-rate * per_day / customers * p * days)
            contacts += number * (1 - alive) / p
            left += number * (1 - alive)
            worth += number * (1 - alive) * money
    seen = [measure(played(text, 1, n)) for n in range(12)]
    for name, expected in (("offered", contacts), ("churned", left), ("worth_lost", worth)):
        values = np.array([one.value(name) for one in seen])
        assert values.mean() == pytest.approx(expected, abs=3.5 * values.std(ddof=1) / math.sqrt(12)), name
    assert seen[0].value("churn_rate") == seen[0].value("churned") / seen[0].value("customers")


def test_who_comes_is_who_likes_the_channel_with_the_tiers_and_languages_written():
    run = played("""
days: 2
contact_types:
  calls: {channel: phone, arrivals: {rate: 100 per hour}, work: 10s}
  mails: {channel: email, arrivals: {rate: 100 per hour}, work: 10s, language: {pt: 1.0}}
groups: {team: {channels: [phone, email], agents: 8}}
customers:
  size: 4000
  tiers: {standard: {share: 80 %}, gold: {share: 20 %, value: 3}}
  languages: {en: 0.7, fr: 0.3}
  prefer: {phone: 0.25, email: 0.75}
  loyal: 80 %
""")
    contacts, issues = run.contacts, run.issues
    on_phone = contacts["contact_type"] == 0
    assert (issues["customer"][on_phone] < 1000).mean() == pytest.approx(0.8 + 0.2 * 0.25, abs=0.025)
    gold = contacts["value"] == 3
    assert gold.mean() == pytest.approx(0.2, abs=0.02) and (issues["tier"][gold] == 1).all()
    french = run.world.language_names.index("fr")
    assert (contacts["language"] == french).mean() == pytest.approx(0.3, abs=0.02)
    # A customer is the same person every time.
    for field in (contacts["value"], contacts["language"]):
        assert np.unique(np.stack((issues["customer"], field)), axis=1).shape[1] == np.unique(issues["customer"]).size
    who = issues["customer"]
    assert (issues["before"] == [np.sum(who[:c] == one) for c, one in enumerate(who)]).all()


REMEMBERS = MAILS.format(days=3, rate=40).replace("work: 1s", "work: {exponential: 4 min}") + """
customers:
  size: 60
  mood: {usual: 4, weight: 0.4, half_life: 12h, angrier: 80 %}
  again: {probability: 60 %, delay: {exponential: 2h}}
surveys: {share: 60 %, after: {exponential: 1h}, answered: {1: 90 %, 3: 20 %, 5: 60 %}, halo: 0.5,
          follow_up: {to: mails, below: 3.2, probability: 50 %}}
"""


def test_moods_are_what_the_records_say():
    run = played(REMEMBERS)
    contacts, issues = run.contacts, run.issues
    assert broken_laws(run) == []
    mood, since = np.full(60, 4.0), np.zeros(60)
    steps = [(float(row["arrived"]), 1, c) for c, row in enumerate(contacts)]
    steps += [(float(row["ended"]), 0, c) for c, row in enumerate(contacts) if not np.isnan(issues["after"][c])]
    for now, comes, c in sorted(steps):
        i = int(issues["customer"][c])
        mood[i], since[i] = 4.0 + (mood[i] - 4.0) * 0.5 ** ((now - since[i]) / (DAY / 2)), now
        if not comes:
            mood[i] += 0.4 * (float(issues["score"][c]) - mood[i])
        assert issues["mood" if comes else "after"][c] == pytest.approx(mood[i], abs=1e-4)
    assert mood.min() < 3.6 and mood.max() > 4.5


def test_who_was_let_down_is_angrier_and_comes_again_sooner():
    run = played(REMEMBERS)
    contacts, issues = run.contacts, run.issues
    fresh = np.isin(contacts["cause"], (Cause.SOURCE, Cause.AGAIN))
    down = np.clip((4.0 - issues["mood"][fresh]) / 3.0, 0, 1)
    angry = contacts["sentiment"][fresh] < 0
    assert abs(angry.sum() - 0.8 * down.sum()) < 4 * math.sqrt((0.8 * down * (1 - 0.8 * down)).sum())
    assert angry.sum() > 20
    rated = ~np.isnan(issues["after"]) & (contacts["ended"] < 2 * DAY)
    p = 0.6 * np.clip((4.0 - issues["after"][rated]) / 3.0, 0, 1)
    again = because(contacts, Cause.AGAIN).size
    # Those of the last day count, and have not all come.
    assert abs(again - p.sum()) < 4 * math.sqrt((p * (1 - p)).sum()) + 0.5 * p.sum()
    assert again > 30


def test_surveys_are_answered_as_the_curve_says_and_weighing_by_it_takes_the_bias_away():
    """Horvitz and Thompson, "A generalization of sampling without replacement from a finite universe", JASA 1952."""
    text = MAILS.format(days=10, rate=60) + "surveys: {answered: {1: 80 %, 3: 10 %, 5: 40 %}}\n"
    run = played(text.replace("resolution: 75 %", "resolution: 60 %").replace("1s", "{exponential: 1s}"))
    opinion, asked = run.issues["opinion"].astype(float), run.issues["asked"]
    assert (asked >= 1).all()  # a share of 1
    chance = np.interp(opinion, (1, 3, 5), (0.8, 0.1, 0.4))
    answered = asked == 2
    off = (answered - chance).sum() / math.sqrt((chance * (1 - chance)).sum())
    assert abs(off) < 4
    weighed = (opinion / chance)[answered].sum() / (1 / chance)[answered].sum()
    plain, truth = opinion[answered].mean(), opinion.mean()
    spread = math.sqrt((((opinion - truth) / chance) ** 2 * chance * (1 - chance)).sum()) / opinion.size
    assert abs(weighed - truth) < 4 * spread
    summary = measure(run)
    assert summary.value("survey_score") == pytest.approx(plain)
    assert summary.value("survey_bias") == pytest.approx(plain - truth)
    expected = (chance * opinion).sum() / chance.sum() - truth
    assert summary.value("survey_bias") == pytest.approx(expected, abs=0.05) and abs(expected) > 0.05
    half = 1.959964 * opinion[answered].std(ddof=1) / answered.sum() ** 0.5
    assert summary.value("survey_half_width") == pytest.approx(half)
    assert summary.value("survey_response") == pytest.approx(answered.mean())
    assert summary.value("survey_holds") == float(abs(plain - truth) <= summary.value("survey_half_width"))


def test_follow_ups_go_to_those_who_were_not_content():
    run = played(REMEMBERS)
    followed = because(run.contacts, Cause.FOLLOW_UP)
    assert followed.size > 5
    parents = followed["parent"]
    assert (run.issues["opinion"][parents] < 3.2).all() and (run.issues["asked"][parents] == 2).all()
    assert (followed["issue"] == run.contacts["issue"][parents]).all()
    poor = (run.issues["asked"] == 2) & (run.issues["opinion"] < 3.2)
    assert abs(followed.size - 0.5 * poor.sum()) < 4 * math.sqrt(0.25 * poor.sum())


def test_reputation_is_the_fading_mean_of_what_is_over():
    text = REMEMBERS + "reputation: {usual: 4, half_life: 6h, weight: 20, mood: 0}\n"
    run = played(text)
    ended, score = run.contacts["ended"], run.issues["score"]
    over = ~np.isnan(score)
    for c in range(0, run.contacts.size, 97):
        now = run.contacts["arrived"][c]
        known = over & (ended <= now)
        fade = 0.5 ** ((now - ended[known]) / (6 * 3600))
        expected = (20 * 4 + (fade * score[known]).sum()) / (20 + fade.sum())
        assert run.issues["said"][c] == pytest.approx(expected, abs=1e-4)


def test_a_poor_reputation_brings_complaints_and_keeps_customers_away_within_bounds():
    nobody_resolves = MAILS.format(days=20, rate=40).replace("75 %", "0 %")
    base = measure(played(nobody_resolves)).value("offered")
    said = "reputation: {{usual: 5, half_life: 1h, weight: 1, {effect}: 100 %, at_most: 20 %}}\n"
    more = measure(played(nobody_resolves + said.format(effect="complaints"))).value("offered")
    fewer = measure(played(nobody_resolves + said.format(effect="demand"))).value("offered")
    assert more == pytest.approx(1.2 * base, rel=0.02)
    assert fewer == pytest.approx(0.8 * base, rel=0.02)


def test_the_worst_that_feedback_can_do_is_known_beforehand():
    scenario = load_scenario_text(REMEMBERS + "reputation: {complaints: 20 %, at_most: 25 %}\n", ".", "small")
    assert feedback(scenario) == pytest.approx(0.6 + 0.6 * 0.5 * 0.9)
    assert most_volume(scenario) == pytest.approx(1.25 / (1 - 0.87))


def test_supervision_acts_on_the_answers_that_are_there_by_then():
    text = REMEMBERS + """
policy:
  supervision:
    {name: alarm, when: {satisfaction: {below: 4.4, over: 2h}}, until: {satisfaction: {above: 4.4, over: 2h}},
     check: 5 min, do: {mode: alarm}}
"""
    from floorcast.clock.compiled import run as play
    from floorcast.model.compile.assemble import assemble
    from floorcast.policy import policies_of

    scenario = load_scenario_text(text, ".", "small")
    run = play(assemble(scenario, policies_of(scenario)[0]), 1, 0, log=True)
    answers = [(row["time"], row["other"] / 100) for row in run.log if row["kind"] == Log.SURVEYED]
    begins = [float(row["time"]) for row in run.log if row["kind"] == Log.BEGINS]
    assert len(begins) > 2
    tick = 2 * 3600 / 30
    for at in begins:
        known = [score for time, score in answers if at // tick - 30 < time // tick and time <= at]
        assert np.mean(known) < 4.41


IN_THE_MENU = """
contact_types:
  calls: {channel: phone, work: 10s, bot: {contains: 0, takes: 1 min}}
  mails: {channel: email, work: 10s}
groups: {team: {channels: [phone, email], agents: 2}}
customers: {size: 1, churn: {base: %s, let_down: 100 %%}}
"""


def test_who_has_left_begins_nothing_but_who_is_in_the_voice_menu_already_gets_through(tmp_path):
    """One customer, who leaves at 70 s, after the first call: the second is in the menu then, the third is not made."""
    calls = Day(tmp_path, IN_THE_MENU % "100 %", calls=[0, 30, 80], mails=[75]).run
    assert calls.contacts["arrived"].tolist() == [60, 90]
    assert calls.issues["left"].tolist() == [1, 0]


def test_the_law_sees_who_comes_though_gone(tmp_path):
    """A run in which nobody leaves, told that the customer left at 70 s: a mail and a call have come since."""
    told = Day(tmp_path, IN_THE_MENU % "0 %", calls=[0, 30, 300], mails=[200]).run
    told.issues["left"][0] = 1
    assert broken_laws(told) == ["2 contacts came from customers who had left for good"]


def test_who_prefers_a_channel_asks_again_there():
    run = played("""
days: 2
contact_types:
  calls: {channel: phone, work: 10s}
  mails:
    channel: email
    arrivals: {rate: 60 per hour}
    work: 1s
    resolution: 0
    repeat: {probability: 1, delay: 1 min, to: {mails: 0.5, calls: 0.5}, at_most: 1}
groups: {team: {channels: [phone, email], agents: 8}}
customers: {size: 1000, prefer: {phone: 1.0}, loyal: 80 %}
""")
    repeats = because(run.contacts, Cause.REPEAT)
    assert (repeats["contact_type"] == 0).mean() == pytest.approx(0.8 + 0.2 * 0.5, abs=0.03)


def test_customers_of_a_trace_are_those_named(tmp_path):
    (tmp_path / "calls.csv").write_text("at,who,worth\n60,7,1\n120,3,1\n180,7,1\n240,,1\n")
    (tmp_path / "s.yaml").write_text("""
contact_types:
  calls: {channel: phone, work: 10s, arrivals: {trace: {csv: calls.csv, time: at, customer: who}}}
groups: {team: {channels: [phone], agents: 1}}
customers: {size: 10}
""")
    from floorcast.clock.compiled import run as play
    from floorcast.model.compile.assemble import assemble
    from floorcast.policy import policies_of
    from floorcast.scenario import load_scenario

    scenario = load_scenario(tmp_path / "s.yaml")
    run = play(assemble(scenario, policies_of(scenario)[0]), 1, 0)
    assert run.issues["customer"][:3].tolist() == [6, 2, 6]
    assert run.issues["before"][2] == 1 and 0 <= run.issues["customer"][3] < 10


def test_who_was_never_heard_is_let_down_when_the_answer_is_overdue():
    run = played("""
days: 2
channels: {x: {kind: social, answer_within: 2h}}
contact_types:
  posts: {channel: x, arrivals: {rate: 20 per hour}, work: 10s, listening: {recall: 1 %}}
groups: {team: {channels: {x: 1}, agents: 2}}
customers: {size: 10, mood: {weight: 0.5, half_life: 100 days}}
""")
    contacts, issues = run.contacts, run.issues
    lost = contacts["outcome"] == Outcome.LOST
    assert (issues["score"][lost & (contacts["arrived"] < 46 * 3600)] == 1).all()
    assert np.isnan(issues["score"][lost & (contacts["arrived"] > 46 * 3600)]).all()
    first_two_hours = contacts["arrived"] < 2 * 3600
    assert (issues["mood"][first_two_hours] > 3.9).all()
    assert issues["mood"][contacts["arrived"] > 40 * 3600].mean() < 1.5
