"""A scenario file as a whole: defaults, names, and where things are looked up."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from datetime import datetime

import pytest
from pydantic import ValidationError

from floorcast.scenario import InputErrors, load_scenario, load_scenario_text
from tests.unit.scenario.written import SMALL, changed, errors_of, loaded

CHANNELS = """\
channels:
  phone: {open: "Mon-Fri 08:00-20:00", lines: 60, queue_limit: 0, answer_within: 30s}
  chat:
  twitter: {kind: social, release_after: 10 min, sticky: 1h, closed: turned_away}
"""


def test_defaults():
    scenario = loaded(
        "contact_types: {c: {channel: phone, work: 3 min}}\ngroups: {g: {channels: phone, agents: 1}}"
    )
    assert scenario.name == "small"
    assert scenario.start == datetime(2024, 1, 1)
    assert (scenario.days, scenario.warm_up, scenario.interval) == (1, 0, 1800)
    assert (scenario.seed, scenario.replications, scenario.limits.contacts) == (1, 20, 5_000_000)
    assert scenario.horizon == 86400
    contact_type = scenario.contact_types["c"]
    assert contact_type.patience is None
    assert contact_type.turns.mean == 1
    assert contact_type.think.is_zero and contact_type.after_contact_work.is_zero
    assert contact_type.sentiment == {"neutral": 1.0}
    assert contact_type.skills == {}
    group = scenario.groups["g"]
    assert (group.channels, group.skills, group.slots.total) == ({"phone": 1}, {}, None)


def test_channels_have_the_defaults_of_their_kind():
    scenario = loaded(CHANNELS + SMALL)
    assert scenario.channel_names == ("phone", "chat", "twitter")
    phone, chat, twitter = scenario.channels.values()
    assert (phone.kind, phone.closed, phone.lines, phone.queue_limit) == (
        "phone",
        "turned_away",
        60,
        0,
    )
    assert (chat.kind, chat.closed, chat.holds_slot, chat.slot_kept_for) == (
        "chat",
        "turned_away",
        True,
        math.inf,
    )
    assert (twitter.kind, twitter.closed, twitter.slot_kept_for, twitter.sticky) == (
        "social",
        "turned_away",
        600,
        3600,
    )
    assert scenario.open_intervals("phone")[0] == (8 * 3600, 20 * 3600)
    assert scenario.open_intervals("chat") == [(0, 7 * 86400)]


def test_a_kind_needs_no_entry():
    text = SMALL.replace("channel: phone", "channel: email").replace("[phone]", "[email, social]")
    scenario = loaded(text)
    assert scenario.channel_names == ("email", "social")
    assert (scenario.channels["email"].closed, scenario.channels["email"].slot_kept_for) == (
        "waits",
        0,
    )
    assert scenario.kind_of("email") == "email"
    assert any(str(w).endswith("is the channel of no contact type") for w in scenario.warnings)


@pytest.mark.parametrize(
    ("kind", "within", "clock"),
    [
        ("phone", 20, "answered"),
        ("chat", 45, "answered"),
        ("email", 14400, "first_response"),
        ("messaging", 3600, "first_response"),
        ("social", 3600, "first_response"),
    ],
)
def test_the_acceptable_wait_is_the_types_else_the_channels_else_the_kinds(kind, within, clock):
    text = SMALL.replace("phone", kind)
    assert (loaded(text).answer_within("calls"), loaded(text).clock_of("calls")) == (within, clock)
    by_channel = f"channels: {{{kind}: {{answer_within: 7s, clock: resolved}}}}\n" + text
    assert (loaded(by_channel).answer_within("calls"), loaded(by_channel).clock_of("calls")) == (
        7,
        "resolved",
    )
    by_type = by_channel.replace(
        "    work:", "    answer_within: 9s\n    clock: accepted\n    work:"
    )
    assert (loaded(by_type).answer_within("calls"), loaded(by_type).clock_of("calls")) == (
        9,
        "accepted",
    )


def test_skills_and_channels_as_lists_or_mappings():
    scenario = changed(
        "    skills: [billing]\n    channels: [phone]",
        "    skills: {billing: 0.5}\n    channels: {phone: 2}",
    )
    assert scenario.groups["team"].skills == {"billing": 0.5}
    assert scenario.groups["team"].channels == {"phone": 2}
    assert loaded().groups["team"].skills == {"billing": 1.0}
    assert loaded().contact_types["calls"].skills == {"billing": 0.0}


def test_retries_and_targets():
    retry = "    retry: {probability: 40 %, delay: {exponential: 10 min}, to: {calls: 0.8, mails: 0.2}}\n    work:"
    text = SMALL.replace("    work:", retry)
    text = text.replace("groups:", "  mails: {channel: email, work: 5 min}\ngroups:").replace(
        "[phone]", "[phone, email]"
    )
    text += "targets:\n  - {of: phone, measure: service_level, within: 20s, at_least: 80 %, formula: sl4}\n"
    text += "  - {of: mails, measure: first_response_p90, at_most: 4h}\n  - {measure: occupancy, at_most: 0.88}\n"
    scenario = loaded(text)
    retry_of = scenario.contact_types["calls"].retry
    assert (retry_of.probability, retry_of.patience, retry_of.at_most) == (0.4, "fresh", 5)
    assert retry_of.to == {"calls": 0.8, "mails": 0.2}
    level, response, occupancy = scenario.targets
    assert (level.of, level.within, level.at_least, level.formula, level.unit) == (
        "phone",
        20,
        0.8,
        "sl4",
        "share",
    )
    assert (response.at_most, response.unit, occupancy.of) == (14400, "s", "all")
    assert [scenario.meaning_of(of) for of in ("all", "phone", "mails", "team")] == [
        "all", "channel", "contact_type", "group",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        scenario.meaning_of("nobody")


def test_a_scenario_is_frozen_and_can_be_pickled():
    scenario = loaded(CHANNELS + SMALL)
    with pytest.raises(ValidationError):
        scenario.days = 3
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy.text == scenario.text
    assert copy.sources("calls")[0].expected == scenario.sources("calls")[0].expected


def test_from_a_file(tmp_path):
    path = tmp_path / "my week.yaml"
    path.write_text(SMALL)
    scenario = load_scenario(path)
    assert scenario.name == "my week"
    assert scenario.path == path
    assert scenario.text == SMALL
    assert load_scenario_text(SMALL.encode(), tmp_path, "x.yaml").path is None


def test_a_missing_file_is_one_error(tmp_path):
    with pytest.raises(InputErrors, match="none.yaml: cannot be read: No such file or directory"):
        load_scenario(tmp_path / "none.yaml")


def test_files_are_looked_up_in_the_scenarios_folder_tree_only(tmp_path):
    root = tmp_path / "scenarios"
    (root / "tutorial").mkdir(parents=True)
    (root / "data").mkdir()
    for folder in (root / "data", root / "tutorial", tmp_path):
        (folder / "c.csv").write_text("n,hour\n3,9\n")
    written = "{counts: {per: 1h, csv: FILE, hour: hour, value: n}}"
    text = SMALL.replace("{rate: 60 per hour}", written)
    for fine in ("c.csv", "../data/c.csv", "../tutorial/c.csv"):
        assert (
            load_scenario_text(text.replace("FILE", fine), root / "tutorial").expected_contacts
            == 21
        )
    for escape in (
        "../../c.csv",
        str(root / "data" / "c.csv"),
        "~/c.csv",
        "..\\data\\c.csv",
        "",
        "C:/c.csv",
        "a\\0b",
    ):
        line = errors_of(text.replace("FILE", f"'{escape}'"), root / "tutorial")[0]
        assert line.startswith("small.yaml:7: contact_types.calls.arrivals.counts.csv: found"), line
        assert "allowed the path of a CSV file, relative to this file and inside scenarios/" in line


def test_a_link_does_not_lead_out_of_the_tree(tmp_path):
    (tmp_path / "secret.csv").write_text("n,hour\n3,9\n")
    inside = tmp_path / "mine"
    inside.mkdir()
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    text = SMALL.replace(
        "{rate: 60 per hour}", "{counts: {per: 1h, csv: link.csv, hour: hour, value: n}}"
    )
    assert "inside mine/" in errors_of(text, inside)[0]


def test_importing_scenarios_is_quick_and_brings_no_heavy_libraries():
    code = (
        "import sys, floorcast.scenario, floorcast.policy\n"
        "heavy = {'scipy', 'pandas', 'numba', 'streamlit', 'plotly', 'duckdb', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(bool(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
