"""What is wrong with blocks about customers and the public, each named with line and reason."""

from __future__ import annotations

import pytest

from floorcast.scenario import InputErrors, load_scenario_text
from floorcast.scenario.checks.social_checks import branching_ratio

GOOD = """\
contact_types:
  posts:
    channel: social
    arrivals: {rate: 10 per hour}
    work: 2 min
    reach: {lognormal: {median: 100, sigma: 1.0}}
    sentiment: {negative: 0.5, positive: 0.5}
    # posts
  mails:
    channel: email
    work: 5 min
    patience: 4h
    # mails
  calls:
    channel: phone
    work: 4 min
    # calls
groups:
  team: {channels: [phone, email, social], agents: 4}
# top
"""


def _errors(place: str, text: str) -> str:
    lines = GOOD.splitlines()
    at = lines.index(f"    # {place}" if place != "top" else "# top")
    indent = "    " if place != "top" else ""
    lines[at] = indent + text
    with pytest.raises(InputErrors) as caught:
        load_scenario_text("\n".join(lines), ".", "small.yaml")
    return str(caught.value)


def test_the_good_scenario_is_good():
    assert load_scenario_text(GOOD, ".", "small.yaml").warnings != ()


@pytest.mark.parametrize(
    "place, text, message",
    [
        ("posts", "resolution: 1.2", "posts.resolution.probability: found 1.2; allowed a share from 0 to 1"),
        ("posts", "resolution: {probability: -0.1}", "found -0.1; allowed a share from 0 to 1"),
        ("mails", "chase: {to: {mails: 0.5, calls: 0.4}}", "mails.chase.to: found shares that sum to 0.9"),
        ("posts", "needs_answer: {positve: 20 %}", "posts.needs_answer.positve: found unknown sentiment 'positve'"),
        ("calls", "needs_answer: 20 %", "calls.needs_answer: found 'needs_answer on phone'; allowed on"),
        ("posts", "words: {refund: 120 %}", "posts.words.refund: found '120 %'; allowed a share"),
        ("top", "topics: {billing: [refund]}", "found unknown word 'refund'"),
        ("top", "topics: {billing: []}", "topics.billing: found no word; allowed the words by which"),
        ("posts", "stars: {negative: {6: 1}, neutral: 3, positive: 5}", "negative: found '6'; allowed stars from 1"),
        ("posts", "stars: {negative: {1: 0.5}, neutral: 3, positive: 5}", "found shares that sum to 0.5"),
        ("posts", "stars: {negative: 1, positive: 5}", "found no 'neutral'"),
        ("mails", "stars: {negative: 1, neutral: 3, positive: 5}", "found 'stars on email'; allowed on social"),
        ("mails", "community: {answered: 0.5, after: 1h}", "mails.community: found 'community on email'; allowed on"),
        ("posts", "community: {answered: 0.5, after: 1h, right: 0.5}", "community.right: found answers that are wrong"),
        (
            "posts",
            "community: {answered: 0.5, after: 1h, right: 0.5, repeat: {probability: 1, delay: 1h, to: {mial: 1}}}",
            "community.repeat.to.mial: found unknown contact type 'mial'",
        ),
        ("top", "contradictions: {probability: 10 %}", "contradictions: found contradictions, but every issue has one"),
        ("top", "contradictions: {probability: 0.1, shared_history: 0.2}", "found 0.2; allowed at most"),
        ("top", "customers: {size: 10, survey_fatigue: {each: 0.5}}", "found survey_fatigue and no surveys"),
        ("mails", "chase: {to: {mial: 1}}", "mails.chase.to.mial: found unknown contact type 'mial'"),
        ("calls", "chase: {to: {mails: 1}}", "calls.chase: found 'chase on phone'; allowed on email"),
        ("posts", "chase: {to: {mails: 1}}", "posts.chase: found chase without patience"),
        ("posts", "cascade: {branching: 0.5, delay: 0}", "cascade.delay: found 'constant 0'; allowed a kernel with"),
        (
            "posts",
            "cascade: {branching: 0.5, delay: {empirical: {values: [1 min, 2 min], weights: [0, 0]}}}",
            "posts.cascade.delay",
        ),
        ("mails", "cascade: {branching: 0.5, delay: 1h}", "mails.cascade: found 'cascade on email'; allowed on social"),
        (
            "posts",
            "cascade: {branching: 1.2, delay: 1h}",
            "cascade.branching: found a branching ratio of 1.2 (1.2 x 1 for reach x 1 for sentiment), a cascade"
            " without end; allowed below 1",
        ),
        (
            "posts",
            "cascade: {branching: 0.6, delay: 1h, sentiment: {negative: 3, positive: 1}}",
            "found a branching ratio of 1.2 (0.6 x 1 for reach x 2 for sentiment)",
        ),
        (
            "posts",
            "cascade: {branching: 0.7, delay: 1h, reach: {typical: 100, power: 1}}",
            "found a branching ratio of 1.15 (0.7 x 1.65 for reach x 1 for sentiment)",
        ),
        (
            "posts",
            "resolution: 0.1\n    cascade: {branching: 0.5, delay: 1h, residual: 1, backfire: 1}",
            "cascade.backfire: found a branching ratio of 1.4 after poor answers",
        ),
        ("posts", "cascade: {branching: 0.5, delay: 1h, to: {mails: 1}}", "cascade.to.mails: found 'mails'"),
        ("posts", "private: {probability: 0.5, to: {posts: 1}}", "private.to.posts: found 'posts'; allowed"),
        ("calls", "public: {to: {mails: 1}, abandoned: 0.2}", "public.to.mails: found 'mails'; allowed contact types"),
        ("posts", "window: 24h", "posts.window: found 'window on social'; allowed on messaging only"),
        ("mails", "callback: {above: 2 min}", "mails.callback: found 'callback on email'; allowed on phone only"),
        ("mails", "listening: {recall: 0.9}", "mails.listening: found 'listening on email'"),
        ("posts", "listening: {recall: 0}", "listening.recall: found 0.0; allowed a recall above 0, or found_late"),
        ("posts", "listening: {recal: 0.9}", "listening.recal: found unknown key 'recal' (did you mean 'recall'?)"),
        ("posts", "listening: {subject_accuracy: 0.9}", "subject_accuracy: found no 'mistaken_for'"),
        (
            "posts",
            "listening: {subject_accuracy: 0.9, mistaken_for: {calls: 1}}",
            "mistaken_for.calls: found 'calls'; allowed other contact types of the channel social",
        ),
        ("calls", "repeat: {probability: 0.5, delay: 1h, at_most: 1000}", "at_most: found 1000; allowed"),
        ("top", "crises: [{name: x, at: 2025-01-01, contact_type: posts}]", "crises[0].at: found '2025-01-01"),
        ("top", "crises: [{name: x, at: 2024-01-01, contact_type: posts}]", "a contact type with a cascade"),
        ("top", 'crises: [{name: x, at: "2024-01-01 10:00", contact_type: pots}]', "did you mean 'posts'?"),
        ("posts", "between_agents: true", "found arrivals of what is between agents"),
        ("top", "runaway: 1", "a whole number of posts of at least 2"),
        ("top", "classes: {value: {gold: 2}}", "allowed classes that begin at 0 and rise"),
        ("top", "classes: {reach: {few: 0, many: 100, some: 50}}", "allowed classes that begin at 0 and rise"),
        ("top", "classes: {reach: {few: 0, many: lots}}", "classes.reach.many: found 'lots'"),
        ("top", "classes: {tiers: {few: 0}}", "unknown key 'tiers'"),
        ("top", "targets: [{measure: exposure, at_most: 10}]", "found exposure, which is kept only where"),
    ],
)  # fmt: skip
def test_bad_input(place, text, message):
    found = _errors(place, text)
    assert message in found
    assert found.startswith("small.yaml:")


def test_chasers_that_form_a_loop_without_end():
    text = GOOD.replace("patience: 4h", "patience: 0s").replace("# mails", "chase: {to: {mails: 1}}")
    with pytest.raises(InputErrors, match="loop without end: mails -> mails with a tolerance of 0"):
        load_scenario_text(text, ".", "small.yaml")


def test_reach_without_a_mean_needs_a_bound():
    text = GOOD.replace("{lognormal: {median: 100, sigma: 1.0}}", "{pareto: {minimum: 10, shape: 0.9}}")
    bad = text.replace("# posts", "cascade: {branching: 0.05, delay: 1h, reach: {typical: 100, power: 1}}")
    with pytest.raises(InputErrors, match="reach with infinite mean and a branching ratio"):
        load_scenario_text(bad, ".", "small.yaml")
    good = text.replace(
        "# posts", "cascade: {branching: 0.05, delay: 1h, reach: {typical: 100, power: 1, at_most: 10}}"
    )
    assert 0 < branching_ratio(load_scenario_text(good, ".", "small.yaml")) < 0.5


def test_cascades_that_feed_each_other():
    text = GOOD.replace("# posts", "cascade: {branching: 0.5, delay: 1h, to: {echoes: 1}}").replace(
        "  mails:\n",
        "  echoes: {channel: social, work: 1 min, cascade: {branching: 2.5, delay: 1h, to: {posts: 1}}}\n  mails:\n",
    )
    with pytest.raises(InputErrors, match=r"found a branching ratio of 2\.5"):
        load_scenario_text(text, ".", "small.yaml")
    assert branching_ratio(load_scenario_text(text.replace("2.5", "0.5"), ".", "small.yaml")) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "text, message",
    [
        ("customers: {size: 0}", "customers.size: found 0; allowed a whole number of customers from 1"),
        ("customers: {}", "customers: found no 'size'"),
        ("customers: {size: 9, prefer: {fax: 1}}", "customers.prefer.fax: found unknown channel 'fax'"),
        ("customers: {size: 9, prefer: {phone: 0.4}}", "customers.prefer: found shares that sum to 0.4"),
        ("customers: {size: 9, tiers: {gold: {share: 40 %}}}", "found tiers with shares that sum to 0.4"),
        ("customers: {size: 9, heavy: {share: 0, of_contacts: 50 %}}", "heavy.share: found 0.0; allowed a share"),
        ("customers: {size: 9, mood: {usual: 1}}", "mood.usual: found 1.0; allowed a score above 1, at most 5"),
        ("customers: {size: 9, churn: {base: 5 %, let_down: 1 %}}", "let_down: found 0.01; allowed at least"),
        (
            "customers: {size: 9, again: {probability: 1, delay: 1h}}",
            "again.probability: found 1.0; allowed a probability below 1: each issue would bring another without end",
        ),
        (
            "customers: {size: 9, again: {probability: 0.7, delay: 1h}}\n"
            "surveys: {answered: 100 %, follow_up: {to: mails, below: 5, probability: 30 %}}",
            "customers.again.probability: found feedback that runs away: at worst each contact brings 1 others",
        ),
        ("surveys: {of: fax}", "surveys.of: found unknown contact type or channel 'fax'"),
        ("surveys: {answered: {3: 10 %, 1: 20 %}}", "answered.1: found '1'; allowed scores from 1"),
        ("surveys: {answered: {6: 10 %}}", "surveys.answered.6: found '6'; allowed scores from 1 to 5 that rise"),
        ("surveys: {answered: {poor: 10 %}}", "surveys.answered.poor: found 'poor'; allowed a score from 1 to 5"),
        ("surveys: {follow_up: {to: calls, below: 3}}", "to: found 'calls'; allowed a contact type"),
        ("surveys: {follow_up: {to: fax, below: 3}}", "follow_up.to: found unknown contact type 'fax'"),
        ("reputation: {at_most: 120 %}", "reputation.at_most: found '120 %'"),
        (
            "targets: [{of: all, measure: churned, at_most: 5}]",
            "found churned, which is kept only where the scenario has customers",
        ),
        (
            "targets: [{of: all, measure: survey_score, at_least: 4}]",
            "found survey_score, which is kept only where the scenario has surveys",
        ),
        (
            "policy: {rules: [{when: {mood: {below: 3}}, plan: default}]}",
            "when.mood: found mood, but the scenario has no customers; allowed with customers",
        ),
        ("policy: {rules: [{when: {tier: gold}, plan: default}]}", "when.tier: found unknown tier 'gold'"),
        ("policy: {priority: {mood: 5}}", "priority.mood: found points for mood, but the scenario has no customers"),
        (
            "policy: {supervision: [{when: {reputation: {below: 3}}, do: {mode: bad}}]}",
            "when.reputation: found reputation, but the scenario has no reputation",
        ),
        (
            "policy: {supervision: [{when: {satisfaction: {below: 3}}, do: {mode: bad}}]}",
            "when.satisfaction: found satisfaction, but the scenario has no customers, surveys or reputation",
        ),
    ],
)
def test_customers_surveys_and_reputation_that_cannot_be_are_named(text, message):
    from floorcast.policy import policies_of

    with pytest.raises(InputErrors) as caught:
        policies_of(load_scenario_text(GOOD.replace("# top", text), ".", "small.yaml"))
    assert message in str(caught.value) and "small.yaml:" in str(caught.value)


def test_nobody_asks_agents_how_content_they_were_with_each_other():
    text = GOOD.replace(
        "  mails:\n", "  checks: {channel: email, between_agents: true, work: 1 min}\n  mails:\n"
    )
    text += "surveys: [{of: [mails, checks], share: 50 %}]\n"
    with pytest.raises(InputErrors, match=r"surveys\[0\]\.of\[1\]: found 'checks'; allowed contact types of customers"):
        load_scenario_text(text, ".", "small.yaml")


BOOK = GOOD.replace("    # posts\n", "    cascade: {branching: 0.1, delay: 1h}\n").replace(
    "  mails:\n", "  drafts: {channel: messaging, between_agents: true, work: 1 min}\n  mails:\n"
).replace(
    "# top",
    "  desk: {channels: [messaging], agents: 1}\n"
    "crises: [{name: fire, at: 2024-01-01 09:00, contact_type: posts}]\n# top",
)


def _book(line: str, text: str = BOOK) -> tuple[str, list[str]]:
    """What is wrong with a playbook, and what it is warned of."""
    from floorcast.policy import policies_of

    try:
        policies = policies_of(load_scenario_text(text.replace("# top", f"policy: {{{line}}}"), ".", "small.yaml"))
    except InputErrors as errors:
        return str(errors), []
    return "", [str(one) for one in policies[0].warnings]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "supervision: [{when: {queue: {above: 3}}, do: {statement: {of: fire, closes: 0.1, backfire: 9}}}]",
            "statement.backfire: found backfire, which only a poor statement has, and no 'poor'",
        ),
        ("supervision: [{when: {queue: {above: 3}}, do: {statement: {of: flood}}}]", "found unknown crisis 'flood'"),
        ("moderation: [{do: hide, backfire: 2}]", "moderation[0].backfire: found backfire of what nobody notices"),
        ("approval: [{when: {contact_type: drafts}, by: drafts}]", "found drafts, which agents bring for each other"),
    ],
)
def test_a_playbook_that_cannot_be_is_named(line, message):
    assert message in _book(line)[0]


def test_one_end_of_a_range_and_what_changes_nothing_are_no_errors():
    do = "supervision: [{{when: {{queue: {{above: 3}}}}, do: {{statement: {{of: fire, {}}}}}}}]"
    assert _book(do.format("closes: 0.1, poor: 0, backfire: 9")) == ("", [])
    wrong, warned = _book(do.format("closes: 0"))
    assert not wrong and "changes nothing: it closes no post" in warned[0]


@pytest.mark.parametrize("what", ["approval: [{by: drafts}]", "moderation: [{do: hide, by: drafts}]",
                                  "holding: [{after: 1h, promise: 4h, by: drafts}]"])
def test_nobody_at_the_desk_is_named(what):
    assert _book(what) == ("", [])
    nobody = BOOK.replace("channels: [messaging], agents: 1", "channels: [messaging], agents: 0")
    assert "found drafts, which nobody does: no one of desk is there on the days simulated" in _book(what, nobody)[0]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("posts.cascade.branching: 0.9..0.1", "found '0.9..0.1'; allowed LOW..HIGH with the lower value first"),
        ("posts.cascade.branching: 0.1..0.1", "with the lower value first"),
        ("mails.patience: 4h..20 min", "with the lower value first"),
        ("posts.cascade.branching: ..0.1", "allowed LOW..HIGH, or how much less and more"),
        ("posts.cascade.branching: lots", "allowed a change"),
        ("posts.cascade.brnching: 0.1..0.2", "found unknown key 'brnching' (did you mean 'branching'?)"),
        ("pots.volume: 8 %", "found unknown channel or contact type 'pots' (did you mean 'posts'?)"),
        ("pots.cascade.branching: 0.1..0.2", "names nothing in the scenario (did you mean 'posts.cascade.branching'?)"),
        ("posts.cascade.branching: 0.1..3", "posts.cascade.branching = 3: found a branching ratio of"),
        ("calls.resolution: 0.5..1.5", "found "),
    ],
)
def test_ranges_that_cannot_be_are_named_before_they_are_used(written, message):
    from floorcast.policy import policies_of
    from floorcast.study.alternatives.sensitivity import check_own

    scenario = load_scenario_text(BOOK.replace("# top", f"uncertain: {{{written}}}"), ".", "small.yaml")
    with pytest.raises(InputErrors) as caught:
        check_own(scenario, policies_of(scenario))
    line = BOOK.splitlines().index("# top") + 1
    assert f"small.yaml:{line}: uncertain.{written.split(':')[0]}: " in str(caught.value)
    assert message in str(caught.value) and "under the variant" not in str(caught.value)


def test_ranges_that_can_be_are_fine():
    from floorcast.policy import policies_of
    from floorcast.study.alternatives.sensitivity import check_own

    said = "uncertain: {posts.cascade.branching: 0.05..0.3, mails.patience: 25 %, posts.volume: 8 %}"
    scenario = load_scenario_text(BOOK.replace("# top", said), ".", "small.yaml")
    check_own(scenario, policies_of(scenario))
