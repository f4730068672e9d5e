"""Policies in plain English: complete, readable, and the same on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from floorcast.cli.app import app
from floorcast.policy import load_policy, load_policy_text
from floorcast.policy.schema.agent_words import Score
from floorcast.policy.schema.groups import GroupRules
from floorcast.policy.schema.policy import Policy, Rule, Stage
from floorcast.policy.schema.priority import Priority
from floorcast.policy.words.plans import agent_in_words
from floorcast.policy.words.policy import explain
from floorcast.scenario import load_scenario
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES

SCENARIOS = Path(__file__).parents[3] / "scenarios"
FLAGSHIP = SCENARIOS / "airline_week.yaml"
POLICIES = SCENARIOS / "policies"
SHIPPED = [POLICIES / f"{name}.yaml" for name in ("separate_teams", "universal_queue", "priority")]
SHIPPED += sorted((POLICIES / "platforms").glob("*.yaml"))


def said(text: str) -> str:
    """All lines of a policy written here."""
    return "\n".join(explain(load_policy_text(text)))


@pytest.fixture(scope="module")
def airline():
    return load_scenario(FLAGSHIP)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_policy_is_said(path, airline):
    """Every name in it appears, no sentence is empty or shows Python."""
    policy = load_policy(path, airline)
    lines = explain(policy, airline)
    text = "\n".join(lines)
    assert lines[0] == f"Policy {policy.name}. {policy.description}"
    for rule in policy.rules:
        assert f"{rule.name}: " in text
    for plan in {rule.plan for rule in policy.rules}:
        assert f"Plan {plan}" in text
    for group in policy.groups:
        assert f"Group {group}:" in text
    for name in airline.type_names:
        assert f"  {name} (" in text
    assert "nobody" not in text.replace("if nobody there", "")
    for odd in ("None", "{", "}", "Bounds", "When(", "()", "  ."):
        assert odd not in text, odd
    for line in lines:
        assert line.strip() and line.endswith((".", ":"))


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_policies_of_other_scenarios_are_said(path):
    assert len(explain(load_policy(path))) > 2


def test_points_are_said():
    text = said(
        "priority: {contact_type: {calls: 10}, sentiment: {negative: 20}, reach: 5, value: 1, prior_contacts: 4,"
        " trigger: 20, campaign: {spring: 5}, per_minute: {calls: 2}, cap: 60}"
    )
    assert "Of one rank and class, the most points are served first; among equals the oldest." in text
    assert "Points for the contact type: calls 10." in text
    assert "Points for the sentiment: negative 20." in text
    assert "5 points for every factor of ten in followers." in text
    assert "1 point for every unit of the customer's value." in text
    assert "4 points for every earlier contact on the issue." in text
    assert "20 points for a trigger word." in text
    assert "Points for the campaign: spring 5." in text
    assert "Points for every minute waited: calls 2; nothing for the others." in text
    assert "Waiting adds at most 60 points." in text


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("points", "waited longest"),
        ("oldest", "waited longest"),
        ("time_to_target", "ends first"),
        ("relative_wait", "times the acceptable"),
        ("predicted_wait", "expected further"),
    ],
)
def test_every_order_has_its_words(order, words):
    assert words in said(f"priority: {{order: {order}}}")


CONDITIONS = [
    ("contact_type: [a, b]", "the contact type is a or b"),
    ("channel: phone", "the channel is phone"),
    ("sentiment: negative", "the sentiment is negative"),
    ("language: es", "the language is es"),
    ("campaign: spring", "the campaign is spring"),
    ("reach: {at_least: 10000}", "the author has at least 10,000 followers"),
    ("value: {above: 1, at_most: 3}", "the customer's value is above 1 and at most 3"),
    ("prior_contacts: {below: 2}", "there were below 2 earlier contacts on the issue"),
    ("waited: {above: 5 min}", "it has waited above 5 min"),
    ("topic: [refund, delay]", "it is about refund or delay"),
    ("needs_answer: true", "it needs an answer"),
    ("needs_answer: false", "it needs no answer"),
    ("stars: {at_most: 2}", "the review has at most 2 stars"),
    (
        "rating: {of: phone, below: 3.5, over: 1h}",
        "reviews of phone over the last 1h have below 3.5 stars on average",
    ),
    ("trigger: true", "it carries a trigger word"),
    ("trigger: false", "it carries no trigger word"),
    ("root: true", "no other post attracted it"),
    ("root: false", "another post attracted it"),
    ("queue: {of: phone, above: 20}", "above 20 contacts of phone wait"),
    ("queue: {above: 20}", "above 20 contacts of its own type wait"),
    ("expected_wait: {of: all, above: 60s}", "the expected wait of all contacts is above 1 min"),
    ("idle: {of: team, at_least: 3}", "at least 3 agents of team are idle"),
    (
        "service_level: {of: phone, below: 80 %, over: 15 min}",
        "the service level of phone over the last 15 min is below 80 %",
    ),
    ("tier: gold", "the customer's tier is gold"),
    ("mood: {below: 3}", "the customer's mood (1 to 5) is below 3"),
    ("earlier_issues: {at_least: 2}", "the customer has had at least 2 earlier issues"),
    (
        "satisfaction: {of: phone, below: 3.5, over: 1h}",
        "the satisfaction (1 to 5) known of phone over the last 1h is below 3.5",
    ),
    (
        "promoter_score: {of: all, below: -10 %}",
        "the promoter score known of all contacts over the last 4h is below -10 %",
    ),
    ("negative: {of: all, above: 60 %}", "the share of the angry among all contacts over the last 1h is above 60 %"),
    (
        "exposure: {of: x, above: 50000, over: 30 min}",
        "posts of x over the last 30 min have above 50,000 followers together",
    ),
    ("reputation: {below: 3.5}", "the reputation (1 to 5) is below 3.5"),
    ('time: "22:00-06:00"', "the time of day is 22:00-06:00"),
    ('time: ["08:00-10:00", "18:00-24:00"]', "the time of day is 08:00-10:00 or 18:00-24:00"),
    ("day: Sat-Sun", "the day is Sat or Sun"),
    ("mode: normal", "the mode is normal"),
    ("any: [{channel: phone}, {trigger: true}]", "(the channel is phone or it carries a trigger word)"),
    ("all: [{channel: phone}, {trigger: true}]", "the channel is phone and it carries a trigger word"),
    ("not: {channel: phone}", "not (the channel is phone)"),
]


@pytest.mark.parametrize(("written", "words"), CONDITIONS)
def test_conditions_are_said(written, words):
    text = said(f"rules: [{{name: one, when: {{{written}}}, plan: default, add: 5}}]")
    assert f"1. one: when {words}, plan default, 5 points more." in text


def test_every_condition_has_a_case():
    from floorcast.policy.schema.conditions import When

    keys = {field.alias or name for name, field in When.model_fields.items()}
    assert keys == {written.split(":")[0] for written, _ in CONDITIONS}


STAGES = [
    ("{}", "At once: any group; goes to the agent idle longest."),
    ("{groups: [a, [b, c]]}", "At once: a; if nobody there, b or c;"),
    ("{groups: [a, any]}", "At once: a; if nobody there, every other group;"),
    ("{skills: none}", "no skill required"),
    ("{skills: {phone: 0.8}}", "with phone of at least 0.8"),
    ("{add: 10}", "10 points more"),
    ("{reserve: {a: 2}}", "a only while at least 2 of its agents are idle"),
    ("{rating: {at_least: 4.4}}", "only groups rated at least 4.4"),
    ("{class: 2}", "moves into class 2"),
    ("{override: true}", "taken before everything else these groups serve"),
    ("{idle_weights: {a: 2}}", "the longest idle time times the weight of the agent's group (a 2)"),
    ("{allocate: {a: 60, b: 40}}", "divided between groups in the parts a 60, b 40"),
    ("{agent: random}", "goes to any free agent at random"),
    ("{agent: [most_skilled, least_occupied]}", "among equals the agent least occupied until now"),
    (
        "{agent: [longest_idle, most_skilled]}",
        "an agent with nothing in hand before the others, "
        "among equals the agent best skilled for the type, then the lowest number",
    ),
    ("{agent: {score: {skill: 50, active: -10}}}", "(50 x skill - 10 x contacts in hand)"),
    (
        "{when: {channel: phone}, every: 30s}",
        "As soon as the channel is phone (looked at every 30s, who waits before it first): any group",
    ),
]


@pytest.mark.parametrize(("written", "words"), STAGES)
def test_stages_are_said(written, words):
    assert words in said(f"plans: {{default: [{written}]}}")


def test_moves_are_said():
    text = said("plans: {default: [{groups: a}, {after: 5 min, plan: other, age: reset}], other: [{groups: b}]}")
    assert "After 5 min: moves to plan other, its age starting again." in text


def test_every_agent_rule_has_its_words():
    for name, row in AGENT_RULES.items():
        assert agent_in_words(name) == row.words
    full = agent_in_words(Score(**dict.fromkeys(Score.model_fields, 1.0)))
    assert full.count("+") == len(Score.model_fields) - 1


def test_groups_are_said():
    text = said(
        "groups: {team: {queues: [{of: [phone, chat], priority: 2, delay: 30s}], ratio: {phone: 2},"
        " work_shares: {phone: 1}}}"
    )
    assert "priority 2: phone and chat, once it has waited 30s." in text
    assert "proportions: phone 2." in text
    assert "Parts that each agent's work should have: phone 1." in text
    assert "takes these parts: chat 3." in said("groups: {team: {shares: {chat: 3}}}")
    assert "weights: chat 3." in said("groups: {team: {weights: {chat: 3}}}")


def test_interruptions_modes_and_moments_are_said():
    text = said("interrupts: {phone: [email]}\nmode: crisis\nevaluate: [stages]\nrules: [{when: {channel: phone}}]")
    assert "phone takes an agent's attention from email in every group." in text
    assert "begins in the mode crisis" in text
    assert "Asked when a contact arrives, whenever a stage begins." in text
    assert "Nothing interrupts anything" in said("interrupts: {}")


def test_classes_are_said():
    assert "class 1: vip; class 2: calls and chat." in said("priority: {classes: [vip, [calls, chat]]}")
    assert "plan default, class 3." in said("rules: [{class: 3, when: {trigger: true}}]")


def test_the_default_plan_is_said_only_where_somebody_comes_to_it():
    always = "plans: {one: [{groups: a}]}\nrules: [{plan: one}]"
    assert "Plan default" not in said(always)
    assert "Plan default (when no rule holds)" in said(always.replace("{plan", "{when: {trigger: true}, plan"))


def test_nothing_that_can_be_written_is_left_out():
    """A new key of the schema must get its words, and be named here."""
    known = {
        Policy: "name description priority evaluate mode groups interrupts rules plans offers pull returning"
        " supervision alternatives approval templates holding replies moderation",
        GroupRules: "queues shares ratio weights work_shares",
        Priority: "contact_type channel sentiment reach value prior_contacts trigger mood earlier_issues campaign"
        " per_minute cap order classes like recent_purchase activity prior_within",
        Rule: "name when plan add class_ discard",
        Stage: "after groups agent skills add reserve when every ends rating class_ override"
        " idle_weights allocate plan age",
    }
    for model, words in known.items():
        assert set(model.model_fields) <= set(words.split()), model.__name__


def test_the_history_of_customers_is_said():
    text = said("priority: {like: balanced, prior_within: 2 days}")
    assert "It starts from the ready-made dictionary balanced." in text
    assert "8 points for every earlier contact on the issue in the last 2 days." in text
    assert "2 points for every factor of ten in the customer's activity." in text
    assert "5 points for a purchase just now, falling evenly to none for one 60 days ago." in text


def test_discarding_is_said():
    text = said("rules: [{name: spam, when: {reach: {below: 5}}, discard: true}]")
    assert "1. spam: when the author has below 5 followers, put aside on arrival and never answered." in text


def test_offers_picking_and_returning_are_said():
    text = said(
        "offers: {phone: {answer: 5s, time_out: 20s, declined: 0.1, age: reset, after_time_out: 2 min}}\n"
        "pull: {social: {exponential: 30s}}\nreturning: {within: 1 day, wait: 5 min}"
    )
    assert "phone rings: taken after 5s; given up after 20s; declined 10 % of the time;" in text
    assert "its age starting again; rings again at an agent who did not take it only once" in text
    assert "once all who may have declined;" in text
    assert "an agent who let it ring gets nothing new for 2 min." in text
    assert "social: agents pick from the list themselves, which takes 30s on average." in text
    assert "within 1 day goes to the agent who had it last, and waits 5 min for that agent alone." in text


def test_supervision_is_said():
    text = said(
        "supervision: [{name: storm, when: {queue: {of: all, above: 50}}, until: {queue: {of: all, below: 10}},"
        " for_at_least: 30 min, do: {mode: crisis, add: {group: mail, channels: [twitter]},"
        " remove: {group: chat, channels: [email]}, overtime: {group: mail, call_in: 2}, close: [chat]}}]"
    )
    assert "storm: when above 50 contacts of all contacts wait" in text or "storm: when above 50 contacts wait" in text
    assert "the mode becomes crisis" in text
    assert "mail also takes twitter (which nobody of mail takes unless added), chat takes no new email" in text
    assert "nobody of mail goes home and 2 more are called in" in text
    assert "chat turn new contacts away, until below 10 contacts" in text
    assert "at least 30 min (looked at every 1 min)." in text


def test_alternatives_and_single_agents_are_said():
    text = said(
        "supervision: [{when: {queue: {of: all, above: 5}}, do: {policy: crisis,"
        " add: {group: a, channels: b, agents: 2}, remove: {group: c, channels: b, agents: 1}}}]\n"
        "alternatives: {crisis: {priority: {reach: 8}, rules: [{when: {trigger: true}, plan: p}],"
        " plans: {p: [{groups: a}]}}}"
    )
    assert "the alternative crisis takes the place of the rules, the first 2 agents of a also take b" in text
    assert "agent 1 of c takes no new b" in text
    crisis = text[text.index("Alternative crisis:") :]
    assert "8 points for every factor of ten in followers." in crisis
    assert "1. rule 1: when it carries a trigger word, plan p." in crisis
    assert "Plan p:" in crisis


def test_the_command_says_the_same():
    path = SCENARIOS / "policies" / "priority.yaml"
    done = CliRunner().invoke(app, ["explain", str(path)])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == explain(load_policy(path))
    within = CliRunner().invoke(app, ["explain", str(path), "--scenario", str(FLAGSHIP)])
    assert within.exit_code == 0
    assert "In Airline week:" in within.stdout


def test_the_command_names_what_is_wrong(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("rules: [{plan: nowhere}]\n")
    done = CliRunner().invoke(app, ["explain", str(bad)])
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
    path = SCENARIOS / "policies" / "priority.yaml"
    small = SCENARIOS / "verification" / "erlang_a.yaml"
    assert CliRunner().invoke(app, ["explain", str(path), "--scenario", str(small)]).exit_code == 2
