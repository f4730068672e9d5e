"""Every way to get a scenario wrong that we know of: one clear error each, with file, line and key path.

One mistake a row, however long: the tables are read as tables.
"""

# ruff: noqa: E501
# fmt: off
from __future__ import annotations

import json

import pytest

from tests.unit.scenario.written import SMALL, changed, errors_of, only_error_of

WORK = "    work: {exponential: 3 min}\n"
RATE = "{rate: 60 per hour}"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        # names and keys
        ("agents: 5", "agnets: 5", 14, "groups.team.agnets: found unknown key 'agnets' (did you mean 'agents'?); allowed skills"),
        ("groups:", "color: red\ngroups:", 10, "color: found unknown key 'color'"),
        ("channel: phone", "channel: phon", 5, "channel: found unknown channel 'phon' (did you mean 'phone'?); allowed phone"),
        ("channels: [phone]", "channels: [phone, fax]", 13, "channels[1]: found unknown channel 'fax'; allowed phone"),
        ("channels: [phone]", "channels: {phone: 1, fax: 2}", 13, "channels.fax: found unknown channel 'fax'"),
        ("skills: [billing]\n    arr", "skills: [biling]\n    arr", 6, "found the skill 'biling', which no group has (did you mean 'billing'?); allowed billing"),
        ("groups:", "targets: [{of: cals, measure: asa, at_most: 20s}]\ngroups:", 10, "of: found unknown name 'cals' (did you mean 'calls'?)"),
        ("groups:", "targets: [{of: calls, measure: assa, at_most: 20s}]\ngroups:", 10, "measure: found unknown measure 'assa' (did you mean 'asa'?)"),
        ("groups:", "multipliers: {phones: 2}\ngroups:", 10, "multipliers.phones: found unknown channel or contact type 'phones'"),
        (WORK, WORK + "    retry: {probability: 1, delay: 1h, to: {mails: 1}}\n", 9, "retry.to.mails: found unknown contact type 'mails'"),
        ("contact_types:\n  calls:", "contact_types:\n  all:", 4, "contact_types.all: found the name all"),
        ("groups:\n  team:", "groups:\n  any:", 11, "groups.any: found the name any"),
        # nobody can serve
        ("    channels: [phone]", "    channels: [email]", 4, "found a contact type nobody can serve: no group has the channel phone"),
        # shapes
        ("    work: {exponential: 3 min}\n", "", 4, "contact_types.calls: found no 'work', which is needed; allowed keys channel, subject"),
        ("agents: 5", "agents: [5]", 14, "agents: found a list of 1; allowed a whole number"),
        ("start: 2024-01-01", "start: yesterday", 1, "start: found 'yesterday'; allowed a local date"),
        # numbers
        ("days: 7", "days: 0", 2, "days: found 0; allowed a whole number of days from 1 to 366"),
        ("days: 7", "days: 7.5", 2, "days: found 7.5; allowed a whole number"),
        ("days: 7", "days: 7 days", 2, "days: found '7 days'; allowed a whole number"),
        ("days: 7", "days: true", 2, "days: found true; allowed a whole number"),
        ("days: 7", "days: 1e999", 2, "days: found"),
        ("days: 7", "days: 7\nwarm_up: 8 days", 3, "warm_up: found '8 days'; allowed less than the 7 days simulated"),
        ("days: 7", "days: 7\nwarm_up: 3600", 3, "warm_up: found 3600; allowed a duration with its unit"),
        ("days: 7", "days: 7\ninterval: 7 min", 3, "interval: found '7 min'; allowed an interval that divides a day"),
        ("days: 7", "days: 7\ninterval: 0", 3, "interval: found 0; allowed"),
        ("days: 7", "days: 7\nseed: -1", 3, "seed: found -1; allowed"),
        ("days: 7", "days: 7\nreplications: 0", 3, "replications: found 0; allowed"),
        ("days: 7", "days: 7\nlimits: {contacts: 0}", 3, "limits.contacts: found 0; allowed"),
        ("days: 7", "days: 7\nmultipliers: {all: -1}", 3, "multipliers.all: found -1; allowed a factor"),
        ("days: 7", "days: 7\nmultipliers: {all: .nan}", 3, "multipliers.all: found nan; allowed"),
        ("days: 7", "days: 7\nmultipliers: {all: .inf}", 3, "multipliers.all: found inf; allowed"),
        # arrivals
        (RATE, "{rate: -60 per hour}", 7, "arrivals.rate: found '-60 per hour'; allowed a rate such as"),
        (RATE, "{rate: 60}", 7, "arrivals.rate: found 60; allowed a rate such as"),
        (RATE, "{rate: .nan}", 7, "arrivals.rate: found nan; allowed a rate"),
        (RATE, "{rate: 60 min}", 7, "arrivals.rate: found '60 min'; allowed a rate"),
        (RATE, "{}", 7, "arrivals: found none of rate, counts, trace, campaign"),
        (RATE, "{rate: 1 per s, counts: {per: 1h, values: [1]}}", 7, "found rate and counts of rate"),
        (RATE, "60 per hour", 7, "arrivals: found '60 per hour'; allowed a list"),
        (RATE, "[60 per hour]", 7, "arrivals[0]: found '60 per hour'; allowed a mapping with rate"),
        (RATE, "{rate: {daily: 5}}", 7, "arrivals.rate: found no 'per'"),
        (RATE, "{rate: {per: 1h}}", 7, "arrivals.rate: found none of week, daily, csv"),
        (RATE, "{rate: {per: 1h, daily: 5, week: {Mon: 5}}}", 7, "found week and daily of week, daily, csv"),
        (RATE, "{rate: {per: 1s, daily: 5}}", 7, "rate.per: found '1s'; allowed intervals of at least 1 min"),
        (RATE, "{rate: {per: 1h, daily: [1, 2]}}", 7, "rate.daily: found 2 values; allowed 24, one per 1h"),
        (RATE, "{rate: {per: 1h, week: {Mon: [1, 2]}}}", 7, "rate.week.Mon: found 2 values; allowed 24, one per 1h"),
        (RATE, "{rate: {per: 7h, daily: [1, 2, 3]}}", 7, "rate.per: found '7h'; allowed an interval that divides a day"),
        (RATE, "{rate: {per: 1h, week: {Mon: {'8': 3}}}}", 7, "rate.week.Mon.8: found '8'; allowed a time of day"),
        (RATE, "{rate: {per: 1h, week: {Mox: 3}}}", 7, "rate.week.Mox: found 'Mox'; allowed days"),
        (RATE, "{rate: {per: 1h, daily: {'08:00': -3}}}", 7, "rate.daily.08:00: found -3; allowed a number of at least 0"),
        (RATE, "{rate: {per: 1h, daily: 5, start: x}}", 7, "rate.start: found 'start' without csv"),
        (RATE, "{rate: {constant: 5 per h, per: 1h}}", 7, "found a constant rate beside other keys"),
        (RATE, "{counts: {per: 1h, values: []}}", 7, "counts.values: found an empty list"),
        (RATE, "{counts: {per: 1h, values: [1, -1]}}", 7, "counts.values[1]: found -1; allowed a count of at least 0"),
        (RATE, "{counts: {per: 1h, values: [1], daily: 2}}", 7, "counts.daily: found 'daily' beside values"),
        (RATE, "{campaign: {name: c, start: 2024-01-01, size: 5}}", 7, "campaign: found neither onset nor decay"),
        (RATE, "{campaign: {name: c, start: 2024-01-01, size: -5, decay: 1h}}", 7, "campaign.size: found -5"),
        (RATE, "[{rate: 1 per h, name: a}, {rate: 1 per h, name: a}]", 7, "arrivals[1].name: found 'a' a second time"),
        (RATE, "{rate: 1 per h, day_factor: {}}", 7, "day_factor: found none of shape, cv"),
        (RATE, "{rate: 1 per h, day_factor: {shape: 0}}", 7, "day_factor.shape: found 0"),
        # distributions and mixes
        ("{exponential: 3 min}", "{exponential: 3}", 8, "work.exponential: found 3; allowed a duration"),
        ("{exponential: 3 min}", "180", 8, "work: found 180; allowed a duration with its unit"),
        ("{exponential: 3 min}", "-3 min", 8, "work: found '-3 min'; allowed a duration"),
        ("{exponential: 3 min}", "{lognorm: {mean: 3 min, scv: 1}}", 8, "work: found unknown distribution 'lognorm' (did you mean 'lognormal'?)"),
        (WORK, WORK + "    sentiment: {negative: 0.5, neutral: 0.4}\n", 9, "sentiment: found shares that sum to 0.9; allowed shares that sum to 1"),
        (WORK, WORK + "    sentiment: {angry: 1}\n", 9, "sentiment.angry: found unknown sentiment 'angry'"),
        (WORK, WORK + "    language: {en: 0.9, es: 0.2}\n", 9, "language: found shares that sum to 1.1"),
        (WORK, WORK + "    language: {en: 1.9}\n", 9, "language.en: found 1.9; allowed a share"),
        (WORK, WORK + "    turns: 70000\n", 9, "turns: found 70000 turns on average; allowed at most 65000"),
        (WORK, WORK + "    retry: {probability: 1, delay: 0, at_most: 100000}\n", 9, "at_most: found 100000; allowed a whole number from 0 to 1000"),
        (WORK, WORK + "    trigger: 5\n", 9, "trigger: found 5; allowed a share"),
        (WORK, WORK + "    retry: {probability: 1.5, delay: 1h}\n", 9, "retry.probability: found 1.5"),
        (WORK, WORK + "    retry: {probability: 0.5}\n", 9, "retry: found no 'delay'"),
        (WORK, WORK + "    retry: {probability: 0.5, delay: 1h, patience: long}\n", 9, "retry.patience: found 'long'; allowed fresh or same"),
        (WORK, WORK + "    clock: picked up\n", 9, "clock: found 'picked up'; allowed answered, accepted, first_response or resolved"),
        (WORK, WORK + "    answer_within: 20\n", 9, "answer_within: found 20; allowed a duration"),
        # groups
        ("channels: [phone]", "channels: [phone, phone]", 13, "channels[1]: found 'phone' a second time"),
        ("channels: [phone]", "channels: {phone: 0}", 13, "channels.phone: found 0; allowed a whole number of contacts from 1"),
        ("    agents: 5", "    agents: 5\n    slots: {apart: [[phone]]}", 15, "slots.apart[0]: found a list of 1; allowed a list of at least two"),
        ("    agents: 5", "    agents: 5\n    slots: {apart: [[phone, chat]]}", 15, "slots.apart[0][1]: found unknown channel 'chat'"),
        ("    agents: 5", "    agents: 5\n    slots: {total: 1, units: {phone: 2}}", 15, "slots: found phone needing 2 of a total of 1"),
        ("    agents: 5", "    agents: 5\n    interrupts: {phone: [phone]}", 15, "interrupts.phone: found phone interrupting itself"),
        ("    agents: 5", "    agents: 5\n    interrupts: {phone: [email]}", 15, "interrupts.phone[0]: found unknown channel 'email'"),
        ("    agents: 5", "    agents: 5\n    skills: {billing: 1}", 15, "found the key a second time (first on line 12)"),
        ("skills: [billing]\n    channels", "skills: {billing: 80}\n    channels", 12, "skills.billing: found 80; allowed a skill level"),
        # channels
        ("groups:", "channels: {phone: {open: 8 to 5}}\ngroups:", 10, "channels.phone.open: found '8 to 5'; allowed always"),
        ("groups:", "channels: {fax: {}}\ngroups:", 10, "channels.fax: found no 'kind'"),
        ("groups:", "channels: {fax: {kind: fax}}\ngroups:", 10, "kind: found 'fax'; allowed phone, email, "),
        ("groups:", "channels: {phone: {lines: 0}}\ngroups:", 10, "channels.phone.lines: found 0; allowed a whole number of at least 1"),
        ("groups:", "channels: {phone: {closed: maybe}}\ngroups:", 10, "closed: found 'maybe'; allowed turned_away or waits"),
        ("groups:", "channels: [phone]\ngroups:", 10, "channels: found a list of 1; allowed a mapping from names to entries"),
        # targets
        ("groups:", "targets: [{measure: asa, at_most: 20}]\ngroups:", 10, "targets[0].at_most: found 20; allowed a duration"),
        ("groups:", "targets: [{measure: service_level, at_least: 80}]\ngroups:", 10, "at_least: found 80; allowed a share"),
        ("groups:", "targets: [{measure: asa}]\ngroups:", 10, "targets[0]: found neither at_least nor at_most"),
        ("groups:", "targets: [{measure: asa, at_most: 20s, within: 3s}]\ngroups:", 10, "within: found 'within' with asa; allowed with service_level"),
        ("groups:", "targets: [{measure: backlog_max, at_most: -3}]\ngroups:", 10, "at_most: found -3; allowed a number of at least 0"),
        ("groups:", "policy: {}\npolicies: [a.yaml]\ngroups:", 10, "policy: found both policy and policies"),
        ("groups:", "policies: 3\ngroups:", 10, "policies: found 3; allowed a list"),
    ],
)
def test_bad_input(old, new, line, message):
    found = only_error_of(old, new)
    assert found.startswith(f"small.yaml:{line}: ")
    assert message in found


def test_a_level_nobody_reaches():
    text = SMALL.replace("skills: [billing]\n    arr", "skills: {billing: 0.9}\n    arr").replace(
        "skills: [billing]\n    channels", "skills: {billing: 0.8}\n    channels"
    )
    assert errors_of(text) == [
        "small.yaml:4: contact_types.calls: found a contact type nobody can serve: team have the channel phone but not"
        " all of billing (at least 0.9); allowed types with a group that has channel and skills"
    ]


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_lines():
    text = (
        SMALL.replace("days: 7", "days: 0")
        .replace("60 per hour", "60 per fortnight")
        .replace("exponential: 2 min", "exponentail: 2 min")
        .replace("agents: 5", "agents: five\n    rating: good")
    )
    lines = errors_of(text)
    assert [line.split(":")[1] for line in lines] == ["2", "7", "9", "14", "15"]


def test_unknown_names_are_reported_beside_other_errors():
    text = SMALL.replace("days: 7", "days: 0").replace("[phone]", "[phone, fax]")
    text = text.replace("skills: [billing]\n    arr", "skills: [biling]\n    arr")
    text += "targets:\n  - {of: cals, measure: asa, at_most: 20s}\n"
    lines = errors_of(text)
    assert len(lines) == 4
    assert "days: found 0" in lines[0]
    assert "found the skill 'biling'" in lines[1]
    assert "unknown channel 'fax'" in lines[2]
    assert "unknown name 'cals'" in lines[3]


def test_a_faulty_entry_still_counts_as_known():
    text = SMALL.replace("{rate: 60 per hour}", "{rate: 60}").replace("agents: 5", "agents: five")
    text += "targets:\n  - {of: calls, measure: asa, at_most: 20s}\n  - {of: team, measure: occupancy, at_most: 0.9}\n"
    assert len(errors_of(text)) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found nothing; allowed a mapping with contact_types, groups and more"),
        ("# only a comment", "found nothing; allowed a mapping"),
        ("just text", "found 'just text'; allowed a mapping"),
        ("[1, 2]", "found a list of 2; allowed a mapping"),
        ("{}", "found no 'contact_types'"),
        ("contact_types: {}\ngroups: {}", "found no contact types; allowed at least one"),
        ("contact_types:\ngroups:", "found nothing; allowed a mapping from names to entries"),
        ("contact_types: [a]\ngroups: 3", "found a list of 1; allowed a mapping"),
        ("contact_types: {c: }\ngroups: {g: }", "found nothing; allowed a mapping with channel"),
        (b"\xff\xfe\x00", "bytes that are not UTF-8"),
        (b"x" * 6_000_000, "more than 5 MB"),
    ],
)
def test_files_that_are_no_scenario(text, message):
    assert any(message in line for line in errors_of(text))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("agents: 5", "agents: 5\n  idle: {channels: [email], agents: 3}", "groups.idle: is never needed"),
        ("agents: 5", "agents: 0", "groups.team: has nobody on the floor"),
        (RATE, "{rate: 0}", "arrivals.rate: brings no contacts"),
        ("groups:", "targets: [{of: phone, measure: asa, at_most: 5s}]\ngroups:\n  phone: {channels: [phone], skills: [billing], agents: 1}", "targets[0].of: phone is a channel and a group"),
    ],
)
def test_doubts_are_warnings(old, new, message):
    warnings = [str(warning) for warning in changed(old, new).warnings]
    assert any(message in warning for warning in warnings), warnings
    assert all(warning.severity == "warning" for warning in changed(old, new).warnings)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101, "\x07"])
def test_names_are_short_and_printable(name):
    lines = errors_of(SMALL.replace("  calls:", f"  {json.dumps(name)}:"))
    assert len(lines) == 1
    assert "allowed a name of 1 to 100 printable characters" in lines[0]
