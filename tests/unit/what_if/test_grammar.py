"""Changes as planners write them: what they do to the file, and what is said of those that fit nowhere."""

from __future__ import annotations

import pytest

from floorcast.scenario import InputErrors
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.what_if.amounts import more, times
from floorcast.scenario.what_if.grammar import parse_change, split
from floorcast.scenario.what_if.variants import build, own_variants, variants_of
from tests.unit.scenario.written import loaded

CENTRE = """
days: 7
start: 2024-01-01
channels:
  phone: {kind: phone, open: "Mon-Fri 08:00-20:00"}
contact_types:
  sales:
    channel: phone
    skills: [phone]
    arrivals: {rate: 60 per hour}
    work: {lognormal: {mean: 240s, scv: 1.5}}
    patience: {exponential: 2 min}
  service:
    channel: phone
    skills: [phone]
    arrivals: {rate: {per: 1h, daily: {"08:00": 40, "20:00": 0}}}
    work: 5 min
  letters:
    channel: email
    skills: [email]
    arrivals: {rate: 10 per hour}
    work: {exponential: 6 min}
groups:
  callers:
    skills: {phone: 1}
    channels: phone
    shifts:
      - {name: early, agents: 6, start: "08:00", length: 8h, breaks: [{after: 4h, length: 30 min}]}
      - {name: late, agents: 4, start: "12:00", length: 8h}
    absence: 6 %
  writers:
    skills: {email: 1}
    channels: {email: 2}
    slots: {total: 2}
    shifts: [{agents: 5, start: "08:00", length: 8h, days: Mon-Fri}]
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}
  - {of: letters, measure: first_response_p90, at_most: 4h}
"""


def changed(*changes, text=CENTRE):
    scenario = loaded(text)
    (variant,) = variants_of(["; ".join(changes)], scenario)
    return build(scenario, variant)


def complaint(*changes, text=CENTRE):
    with pytest.raises(InputErrors) as caught:
        changed(*changes, text=text)
    return str(caught.value)


def test_amounts_in_the_way_they_are_written():
    assert more(10, "+5") == 15
    assert more(10, "-15 %") == 9  # people are whole: 8.5 rounds up
    assert more("6 %", "+2 points") == "8 %"
    assert more("6 %", "+50 %") == "9 %"
    assert more(0.06, "+2 points") == "8 %"
    assert more("5 min", "+30s") == "330s"
    assert more("08:00", "+30 min") == "08:30"
    assert more("60 per hour", "+10 %") == "66 per hour"
    assert more("60 per hour", "-30 per hour") == "30 per hour"
    assert more({"lognormal": {"mean": "240s", "scv": 1.5}}, "+60s") == {
        "lognormal": {"mean": "5 min", "scv": 1.5}
    }
    assert times({"mixture": {"zero": 0.1, "other": {"exponential": "4 min"}}}, 0.5) == {
        "mixture": {"zero": 0.1, "other": {"exponential": "2 min"}}
    }
    assert times("exponential: 4 min", 2) == "exponential: 8 min"
    assert times({"per": "1h", "daily": {"08:00": 40}}, 1.5)["scale"] == 1.5


@pytest.mark.parametrize(
    ("old", "amount", "says"),
    [
        ("5 min", "+5", "with a unit"),
        ("23:50", "+20 min", "past midnight"),
        ("5 min", "-6 min", "at most 5 min less"),
        ("5 min", "+2 points", "allowed for shares"),
        ("6 %", "+20s", "allowed for durations"),
        (True, "+5", "with a unit"),
        ("3 min", "-120 %", "at most 100 % less"),
        (0.0, "+2 %", "which stays what it is; allowed such as .2 points"),
        ("0 %", "+2 %", "which stays what it is"),
    ],
)
def test_amounts_that_do_not_fit(old, amount, says):
    with pytest.raises(Wrong, match=says):
        more(old, amount)


def test_volume_of_everything_a_channel_and_a_type():
    built = changed("volume +15 %", "phone.volume x 1.2", "sales.volume = 0.5")
    assert built.scenario.multipliers == {"all": 1.15, "phone": 1.2, "sales": 0.5}
    assert built.said[0] == "multipliers.all: 1.0 -> 1.15"


def test_a_channel_stands_for_its_contact_types():
    types = changed("phone.patience = {exponential: 3 min}").scenario.contact_types
    assert types["sales"].patience.mean == pytest.approx(180)
    assert types["service"].patience.mean == pytest.approx(180)
    assert types["letters"].patience is None


def test_handle_time_in_per_cent_and_in_seconds():
    written = CENTRE.replace("work: 5 min", "work: 5 min\n    after_contact_work: 100s")
    service = changed("service.handle time +10 %", text=written).scenario.contact_types["service"]
    assert (service.work.mean, service.after_contact_work.mean) == pytest.approx((330, 110))
    service = changed("service.aht +20s", text=written).scenario.contact_types["service"]
    assert (service.work.mean, service.after_contact_work.mean) == pytest.approx((320, 100))


def test_people_of_a_group_share_shift_lines_in_proportion():
    built = changed("callers -5")
    assert [line.agents for line in built.scenario.groups["callers"].shifts] == [3, 2]
    assert built.said == ("groups.callers: 10 -> 5 people (by shift line 3 2)",)
    assert changed("callers.people = 20").scenario.groups["callers"].planned_agents == 20
    assert changed("callers.agents x 1.5").scenario.groups["callers"].planned_agents == 15


def test_list_items_by_number_by_name_and_all():
    shifts = changed("callers.shifts[late].start +30 min").scenario.groups["callers"].shifts
    assert [line.start for line in shifts] == [8 * 3600, 12.5 * 3600]
    shifts = changed("groups.callers.shifts[*].length -1h").scenario.groups["callers"].shifts
    assert [line.length for line in shifts] == [7 * 3600, 7 * 3600]
    targets = changed("targets[letters].at_most = 2h").scenario.targets
    assert targets[1].at_most == 7200


def test_steps_between_may_be_left_out_where_that_is_unique():
    scenario = changed("callers.after = 3h").scenario
    assert scenario.groups["callers"].shifts[0].breaks[0].after == 3 * 3600
    assert "which may be 2 things; allowed one of" in complaint("callers.start = \"09:00\"")


def test_keys_not_written_begin_from_what_they_are_by_default():
    assert changed("writers.absence +6 points").scenario.groups["writers"].absence == pytest.approx(0.06)
    assert changed("phone.answer_within = 30s").scenario.channels["phone"].answer_within == 30
    assert "not written; allowed PATH = VALUE" in complaint("service.patience +30s")


def test_adding_and_dropping():
    built = changed('callers.shifts add {agents: 2, start: "10:00", length: 4h}', "sales.patience drop")
    assert [line.agents for line in built.scenario.groups["callers"].shifts] == [6, 4, 2]
    assert built.scenario.contact_types["sales"].patience is None
    assert built.said[0].startswith("groups.callers.shifts: one more, {agents: 2, start: 10:00")


def test_training_is_added_to_what_there_is():
    group = changed("callers train 3 1h at 14:00 on Wed").scenario.groups["callers"]
    (training,) = group.training
    assert (training.agents, training.start, training.days) == (3, 14 * 3600, (2,))


def test_people_move_with_their_shifts():
    groups = changed("callers move 5 to writers").scenario.groups
    assert [line.agents for line in groups["callers"].shifts] == [3, 2]
    assert [(s.agents, s.start) for s in groups["writers"].shifts] == [
        (5, 8 * 3600), (3, 8 * 3600), (2, 12 * 3600),
    ]  # fmt: skip


def test_people_move_from_a_time_of_day_on_one_day():
    groups = changed("callers move 2 to writers from 14:00 on Wed").scenario.groups
    on_wednesday = [s for s in groups["callers"].shifts if s.days == (2,)]
    assert [(s.agents, s.start, s.length) for s in on_wednesday] == [
        (1, 8 * 3600, 6 * 3600), (1, 12 * 3600, 2 * 3600),
    ]  # fmt: skip
    theirs = groups["writers"].shifts[1:]
    assert [(s.agents, s.start, s.length, s.days) for s in theirs] == [
        (1, 14 * 3600, 2 * 3600, (2,)), (1, 14 * 3600, 6 * 3600, (2,)),
    ]  # fmt: skip

    def hours(scenario):
        spans = (o for g in ("callers", "writers") for a in scenario.roster(g) for o in a)
        return sum(o.end - o.start - sum(b - a for a, b in o.breaks) for o in spans)

    after = changed("callers move 2 to writers from 14:00 on Wed").scenario
    assert hours(after) == pytest.approx(hours(loaded(CENTRE)))


def test_overtime_of_some():
    group = changed("callers extend 4 by 1h on Mon").scenario.groups["callers"]
    longer = [s for s in group.shifts if s.length == 9 * 3600]
    assert sum(s.agents for s in longer) == 4 and {s.days for s in longer} == {(0,)}
    assert sum(s.agents for s in group.shifts if s.length == 8 * 3600 and 0 in s.days) == 6


def test_teaching_makes_a_group_that_policies_know():
    from floorcast.policy import load_policy_text
    from floorcast.policy.what_if import changed_policy

    built = changed("callers teach 4 email 0.6")
    twin = built.scenario.groups["callers + email"]
    assert twin.skills == {"phone": 1, "email": 0.6} and set(twin.channels) == {"phone", "email"}
    assert [s.agents for s in twin.shifts] == [2, 2]
    assert built.scenario.groups["callers"].planned_agents == 6
    text = (
        "rules: [{when: {channel: phone}, plan: calls}, {when: {channel: email}, plan: letters}]\n"
        "plans:\n  calls: [{groups: [callers], reserve: {callers: 1}}]\n"
        "  letters: [{groups: [writers]}, {after: 1h, groups: [writers, callers]}]\n"
    )
    policy = load_policy_text(text, "p.yaml", loaded(CENTRE))
    new, _ = changed_policy(policy, (), built.twins, built.scenario)
    assert new.plans["calls"][0].groups == (("callers", "callers + email"),)
    assert new.plans["calls"][0].reserve == {"callers": 1, "callers + email": 1}
    assert new.plans["letters"][0].groups == (("writers",), ("callers + email",))
    assert new.plans["letters"][1].groups == (("writers",), ("callers", "callers + email"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("callers.absense = 3 %", "did you mean 'callers.absence'?"),
        ("groups.caller.absence = 3 %", "found unknown group 'caller' (did you mean 'callers'?)"),
        ("absence = 3 %", "groups.callers.absence"),
        ("fone.volume +5 %", "did you mean 'phone'?"),
        ("phone.volume +15", "allowed +15 % of a volume, or = 16 for so many times as much"),
        ("callers -11", "callers has 10 people"),
        ("callers teach 20 email", "callers, which has 10"),
        ("callers teach 2 chess", "found unknown skill"),
        ("callers move 3 to nobody", "found unknown group 'nobody'"),
        ("callers move 8 to writers from 09:00", "when 6 people are at work"),
        ("callers train many", "found 'callers train many'"),
        ("callers extend 3 by 20h", "24h"),
        ("callers.shifts[night].start = \"20:00\"", "found unknown item of groups.callers.shifts 'night'"),
        ("callers.shifts[7].agents = 2", "allowed [0] to [1]"),
        ("days = 5", "another calendar"),
        ("callers.absence = 300 %", "under the variant"),
        ("more people", "found 'more people'; allowed a change"),
        ("phone.volume +5 %; phone.volume = 2", "change the same, multipliers.phone"),
        ("callers.shifts[0].length = 7h; callers.shifts = []", "change the same, groups.callers.shifts"),
        ("sales.patience = {", "broken YAML"),
        ("callers..absence = 3 %", "a path"),
        ("phone.volume x -1", "allowed a factor from 0"),
        ("seed = 5", "one for all options; allowed --seed"),
        ("currency = EUR", "one for all options; allowed in the file of the base alone"),
        ("callers -2; callers.shifts[0].agents = 5", "change the same, groups.callers.shifts[0].agents"),
        ("callers.people drop", "callers drop for the whole group"),
        ("callers add 3", "allowed callers +3"),
        ("writers drop", "the skill 'email', which no group has"),
        ("callers teach 2 phone", "a skill that callers does not have at level 1 already"),
        ("callers train 2 1h at 22:00", "when 0 people are at work"),
        ("callers train -2 1h at 14:00", "allowed GROUP train 5 1h at 14:00"),
        ("writers train 2 1h at 09:00 on Sun", "when 0 people are at work"),
    ],
)  # fmt: skip
def test_what_fits_nowhere_is_said_in_a_sentence(change, says):
    text = complaint(change)
    assert says in text
    assert "\n" not in text.replace("\nletters", "")


def test_variants_in_the_scenario_and_in_a_file(tmp_path):
    text = CENTRE + (
        "variants:\n  more calls: phone.volume +15 %\n"
        "  smaller: [callers -2, phone.volume -10 %]\n"
    )
    scenario = loaded(text)
    assert [v.name for v in own_variants(scenario)] == ["more calls", "smaller"]
    file = tmp_path / "ideas.yaml"
    file.write_text("variants:\n  fewer: callers -1\n  later: 'callers.shifts[early].start +1h'\n")
    found = variants_of(["smaller", str(file), "mine: callers +1"], scenario)
    assert [v.name for v in found] == ["smaller", "fewer", "later", "mine"]
    assert build(scenario, found[0]).scenario.groups["callers"].planned_agents == 8


def test_names_are_unique_and_lines_are_named(tmp_path):
    scenario = loaded(CENTRE)
    with pytest.raises(InputErrors, match="found a second time"):
        variants_of(["a: callers -1", "a: callers -2"], scenario)
    file = tmp_path / "ideas.yaml"
    file.write_text("variants:\n  good: callers -1\n  bad: callers minus one\n")
    with pytest.raises(InputErrors, match="ideas.yaml:3: variants.bad"):
        variants_of([str(file)], scenario)
    file.write_text("policy: 3\n")
    with pytest.raises(InputErrors, match="`variants` alone, a mapping of names"):
        variants_of([str(file)], scenario)


def test_another_scenario_needs_the_same_calendar(tmp_path):
    scenario = loaded(CENTRE)
    file = tmp_path / "other.yaml"
    file.write_text(CENTRE.replace("6,", "9,"))
    (variant,) = variants_of([str(file)], scenario)
    assert build(scenario, variant).scenario.groups["callers"].planned_agents == 13
    file.write_text(CENTRE.replace("days: 7", "days: 6"))
    (variant,) = variants_of([str(file)], scenario)
    with pytest.raises(InputErrors, match="another calendar"):
        build(scenario, variant)


CAMPAIGNS = CENTRE.replace(
    "arrivals: {rate: 10 per hour}",
    """arrivals:
      - rate: 10 per hour
      - campaign: {name: mailing, start: "2024-01-02 09:00", size: 100, decay: 2h}""",
).replace(
    "arrivals: {rate: 60 per hour}",
    """arrivals:
      - rate: 60 per hour
      - campaign: {name: mailing, start: "2024-01-02 09:00", size: 50, decay: 1h}
      - campaign: {name: sale, start: "2024-01-03 09:00", size: 50, decay: 1h}""",
)


def test_a_campaign_by_its_name_wherever_it_brings_contacts():
    for path in ("mailing.size", "campaigns.mailing.size"):
        built = changed(f"{path} x 2", text=CAMPAIGNS)
        sizes = [
            source.campaign.size
            for kind in built.scenario.contact_types.values() for source in kind.arrivals if source.campaign
        ]  # fmt: skip
        assert sorted(sizes) == [50, 100, 200]
    assert len(changed("sale.start = 2024-01-04 09:00", text=CAMPAIGNS).said) == 1
    with pytest.raises(InputErrors, match="found unknown campaign 'post'.*allowed mailing, sale"):
        changed("campaigns.post.size x 2", text=CAMPAIGNS)
    with pytest.raises(InputErrors, match=r"unknown key of mailing 'sise' \(did you mean 'size'"):
        changed("mailing.sise x 2", text=CAMPAIGNS)
    with pytest.raises(InputErrors, match="did you mean 'mailing.size'"):
        changed("mailin.size x 2", text=CAMPAIGNS)


def test_whole_numbers_stay_whole_only_where_things_are_counted():
    text = CENTRE.replace("absence: 6 %", "absence: 6 %\n    cost_per_hour: 24") + "multipliers: {letters: 2}\n"
    text = text.replace('{kind: phone, open: "Mon-Fri 08:00-20:00"}', "{kind: phone, lines: 33}")
    assert changed("callers.cost_per_hour +10 %", text=text).scenario.groups["callers"].cost_per_hour == 26.4
    assert changed("letters.volume +15 %", text=text).scenario.multipliers["letters"] == 2.3
    assert changed("letters.volume x 1.2", text=text).scenario.multipliers["letters"] == 2.4
    assert changed("phone.lines +10 %", text=text).scenario.channels["phone"].lines == 36
    assert changed("callers.shifts[0].agents x 1.1", text=text).scenario.groups["callers"].shifts[0].agents == 7
    rate = changed("service.arrivals.rate x 1.2", text=text.replace('"20:00": 0}}}', '"20:00": 0}, scale: 2}}'))
    assert "scale: 2.4" in rate.said[0]


def test_what_is_meant_by_a_name_or_a_file_that_is_none(tmp_path):
    base = loaded(CENTRE + "variants: {fewer: callers -2}\n")
    with pytest.raises(InputErrors, match="did you mean the variant 'fewer'"):
        variants_of(["fewr"], base)
    file = tmp_path / "ideas.yaml"
    for text, says in (
        ("variants: [callers -2]", "a mapping of names to changes"),
        ("variants: {}", "a mapping of names to changes"),
        ("variants: {'': callers -2}", "ideas.yaml:1: variants: found a variant without a name"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputErrors, match=says):
            variants_of([str(file)], base)
    same = changed("sales.patience = 2 min").said
    assert same == ("contact_types.sales.patience: {exponential: 2 min} -> 2 min, the same for everybody",)


def test_training_is_on_days_of_the_scenario():
    with pytest.raises(InputErrors, match="found 'Sun'; allowed days of the scenario: Mon, Tue"):
        changed("callers train 2 1h at 14:00 on Sun", text=CENTRE.replace("days: 7", "days: 2"))


def test_a_variant_leaves_the_scenario_as_it_is():
    scenario = loaded(CENTRE)
    (variant,) = variants_of(["callers -5; callers.shifts[0].breaks[0].length = 1h"], scenario)
    build(scenario, variant)
    assert scenario.groups["callers"].planned_agents == 10
    assert scenario._origin.document.data["groups"]["callers"]["shifts"][0]["agents"] == 6


def test_what_an_anchor_shares_changes_in_one_place_only():
    text = CENTRE.replace("breaks: [{after", "breaks: &b [{after").replace(
        'start: "12:00", length: 8h}', 'start: "12:00", length: 8h, breaks: *b}'
    )
    shifts = changed("callers.shifts[0].breaks[0].length = 1h", text=text).scenario.groups["callers"].shifts
    assert [s.breaks[0].length for s in shifts] == [3600, 1800]


def test_several_changes_are_parted_by_semicolons_outside_quotes():
    assert split("a = '1;2'; b add {x: [1; 2]};c +1") == ["a = '1;2'", "b add {x: [1; 2]}", "c +1"]
    assert parse_change("phone_team -5").operation == "more"
