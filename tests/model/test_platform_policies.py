"""Platform policies: the platforms' own worked examples as tiny centres, and the shipped files on the flagship."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from floorcast.clock.compiled import run
from floorcast.measures import broken_event_laws, broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.policy import load_policy, policies_of
from floorcast.scenario import change, load_scenario, load_scenario_text

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PLATFORMS = sorted((SCENARIOS / "policies" / "platforms").glob("*.yaml"))
NAMES = {
    "amazon_connect", "genesys_standard", "genesys_bullseye", "salesforce_omni", "zendesk", "twilio_taskrouter",
    "nice_cxone", "cisco_uccx", "avaya_advocate", "avaya_allocation", "hootsuite_points", "liveops_social",
    "sprinklr", "sprout_social", "simplify360",
}  # fmt: skip


class Centre:
    """Contacts at known instants on one text channel, and groups that hold one contact at a time.

    arrivals: per contact type (seconds, attributes...) rows. groups: their skills and further keys.
    """

    def __init__(self, folder, policy, arrivals, groups, work=60, skills=None):
        types = {}
        for name, rows in arrivals.items():
            lines = ["t,sentiment,reach,value"]
            for row in rows:
                t, given = row if isinstance(row, tuple) else (row, {})
                one = {"sentiment": "neutral", "reach": 0, "value": 0, **given}
                lines.append(f"{t},{one['sentiment']},{one['reach']},{one['value']}")
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
            columns = {"csv": f"{name}.csv", "time": "t", "sentiment": "sentiment", "reach": "reach", "value": "value"}
            types[name] = {
                "channel": "mail",
                "skills": (skills or {}).get(name, []),
                "arrivals": {"trace": columns},
                "work": f"{work[name] if isinstance(work, dict) else work}s",
            }
        scenario = {
            "days": 1,
            "channels": {"mail": {"kind": "email", "answer_within": "1h"}},
            "contact_types": types,
            "groups": {name: {"channels": {"mail": 1}, **rest} for name, rest in groups.items()},
            "policy": policy,
        }
        loaded = load_scenario_text(yaml.safe_dump(scenario, sort_keys=False), folder, "tiny.yaml")
        world = assemble(loaded, policies_of(loaded)[0])
        self.contacts = run(world, 1, 0).contacts
        self.types, self.groups = world.type_names, world.group_names

    def order(self) -> list[str]:
        """Types in the order in which they were answered."""
        rows = sorted(self.contacts, key=lambda row: row["answered"])
        return [self.types[row["contact_type"]] for row in rows]

    def rows(self, name):
        """Contacts of a type by arrival."""
        mine = self.contacts[self.contacts["contact_type"] == self.types.index(name)]
        return sorted(mine, key=lambda row: row["arrived"])

    def waits(self, name) -> list[float]:
        """Seconds until contacts of a type were answered."""
        return [round(float(row["answered"] - row["arrived"]), 6) for row in self.rows(name)]

    def served_by(self, name) -> list[str]:
        """Groups that served contacts of a type, by arrival."""
        return [self.groups[row["group"]] for row in self.rows(name)]


def from_clock(start: str) -> dict:
    """A single agent who begins at a time of day."""
    return {"shifts": [{"agents": 1, "start": start, "length": "8h"}]}


# --- Amazon Connect ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("waited", "first"), [(29, "own"), (31, "other")])
def test_connect_counts_a_delayed_queue_only_after_its_delay(tmp_path, waited, first):
    """Equal priority, 30 s delay: the older contact is passed over until it has waited 30 s."""
    policy = {"groups": {"team": {"queues": [{"of": "own"}, {"of": "other", "delay": "30s"}]}}}
    arrivals = {"own": [590], "other": [600 - waited]}
    centre = Centre(tmp_path, policy, arrivals, {"team": from_clock("00:10")})
    assert centre.order()[0] == first


def test_connect_delay_is_a_gate_and_no_promise(tmp_path):
    policy = {"groups": {"team": {"queues": [{"of": "other", "delay": "30s"}]}}}
    centre = Centre(tmp_path, policy, {"other": [100, 105]}, {"team": {"agents": 1}})
    assert centre.waits("other") == [30, 85]  # open after 30 s; the second then stands behind the first


def test_connect_priority_goes_before_delay_and_age(tmp_path):
    queues = [{"of": "first", "priority": 1, "delay": "30s"}, {"of": "second", "priority": 2}]
    policy = {"groups": {"team": {"queues": queues}}}
    arrivals = {"first": [565], "second": [0, 1]}
    centre = Centre(tmp_path, policy, arrivals, {"team": from_clock("00:10")})
    assert centre.order() == ["first", "second", "second"]


def test_connect_contact_priority_five_unless_set(tmp_path):
    policy = {
        "rules": [{"when": {"contact_type": "set_to_3"}, "class": 3}, {"class": 5}],
        "groups": {"team": {"queues": [{"of": ["usual", "set_to_3"]}]}},
    }
    centre = Centre(tmp_path, policy, {"usual": [0, 10], "set_to_3": [500]}, {"team": from_clock("00:10")})
    assert centre.order() == ["set_to_3", "usual", "usual"]


# --- Genesys Cloud -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("arrived", "first"), [(599, "ten"), (601, "none")])
def test_genesys_five_minutes_and_ten_points_are_fifteen(tmp_path, arrived, first):
    """Beside a contact without priority that has waited 15 minutes."""
    policy = {"priority": {"per_minute": 1, "contact_type": {"ten": 10}}}
    centre = Centre(tmp_path, policy, {"none": [0], "ten": [arrived]}, {"team": from_clock("00:15")})
    assert centre.order()[0] == first


def test_genesys_best_available_skills_then_longest_idle(tmp_path):
    policy = {"plans": {"default": [{"agent": ["most_skilled", "longest_idle"]}]}}
    groups = {"good": {"agents": 1, "skills": {"talk": 0.6}}, "best": {"agents": 1, "skills": {"talk": 0.9}}}
    centre = Centre(tmp_path, policy, {"one": [100, 110]}, groups, skills={"one": ["talk"]})
    assert centre.served_by("one") == ["best", "good"]


def test_genesys_rings_widen_and_drop_skills(tmp_path):
    stages = [
        {"groups": ["ring_1"], "skills": {"talk": 0.9}},
        {"after": "30s", "groups": [["ring_1", "ring_2"]], "skills": {"talk": 0.5}},
        {"after": "90s", "groups": [["ring_1", "ring_2", "ring_3"]], "skills": "none"},
    ]
    groups = {
        "ring_1": {"agents": 1, "skills": {"talk": 1.0}},
        "ring_2": {"agents": 1, "skills": {"talk": 0.6}},
        "ring_3": {"agents": 1, "skills": {"write": 1.0}},
    }
    centre = Centre(tmp_path, {"plans": {"default": stages}}, {"one": [100, 101, 102]}, groups, work=3600)
    assert centre.served_by("one") == ["ring_1", "ring_2", "ring_3"]
    assert centre.waits("one") == [0, 30, 90]


# --- Salesforce ----------------------------------------------------------------------------------------------------
def test_salesforce_additional_skills_drop_on_time_outs(tmp_path):
    stages = [{"skills": {"talk": 0.5, "french": 0.5}}, {"after": "20s", "skills": {"talk": 0.5}}]
    groups = {"team": {"agents": 1, "skills": {"talk": 1.0}}}
    policy = {"plans": {"default": stages}}
    groups["far"] = {"skills": {"talk": 1.0, "french": 1.0}, **from_clock("12:00")}
    centre = Centre(tmp_path, policy, {"one": [100]}, groups)
    assert centre.waits("one") == [20]
    assert centre.served_by("one") == ["team"]


@pytest.mark.parametrize(("rule", "taker"), [("fewest_active", "small"), ("most_spare", "large")])
def test_salesforce_least_active_and_most_available(tmp_path, rule, taker):
    """An agent with no item and room for one beside an agent with one item and room for four more."""
    plans = {"default": [{"groups": ["large"]}], "choice": [{"agent": rule}]}
    policy = {"rules": [{"when": {"contact_type": "tested"}, "plan": "choice"}], "plans": plans}
    groups = {
        "small": {"agents": 1, "slots": {"total": 1}},
        "large": {"agents": 1, "channels": {"mail": 5}, "slots": {"total": 5}},
    }
    centre = Centre(tmp_path, policy, {"before": [0], "tested": [100]}, groups, work=3600)
    assert centre.served_by("tested") == [taker]


# --- Zendesk -------------------------------------------------------------------------------------------------------
def test_zendesk_secondary_groups_come_when_no_primary_has_anybody(tmp_path):
    policy = {"plans": {"default": [{"groups": ["primary", "secondary"], "agent": "most_spare"}]}}
    groups = {"secondary": {"agents": 1, "channels": {"mail": 9}}, "primary": {"agents": 1}}
    centre = Centre(tmp_path, policy, {"one": [100, 110, 200]}, groups)
    assert centre.served_by("one") == ["primary", "secondary", "primary"]


def test_zendesk_round_robin_goes_by_the_last_assignment(tmp_path):
    policy = {"plans": {"default": [{"agent": "round_robin"}]}}
    groups = {"a": {"agents": 1}, "b": {"agents": 1}, "c": {"agents": 1}}
    centre = Centre(tmp_path, policy, {"one": [0, 100, 200, 300, 400]}, groups, work=10)
    assert centre.served_by("one") == ["a", "b", "c", "a", "b"]


# --- Twilio --------------------------------------------------------------------------------------------------------
def test_twilio_higher_priority_first_whatever_the_age(tmp_path):
    rules = [{"when": {"contact_type": "high"}, "class": 1}, {"class": 2}]
    arrivals = {"low": [0, 5], "high": [35_999]}
    centre = Centre(tmp_path, {"rules": rules}, arrivals, {"team": from_clock("10:00")})
    assert centre.order() == ["high", "low", "low"]


def test_twilio_skips_a_target_without_workers(tmp_path):
    stages = [
        {"groups": ["first"]},
        {"when": {"idle": {"of": "first", "at_most": 0}}, "groups": ["first", "second"]},
        {"after": "300s", "groups": "any"},
    ]
    groups = {"first": {"agents": 1}, "second": {"agents": 1}, "third": {"agents": 1}}
    policy = {"plans": {"default": stages}}
    centre = Centre(tmp_path, policy, {"one": [100, 200, 210]}, groups, work=3600)
    assert centre.served_by("one") == ["first", "second", "third"]
    assert centre.waits("one")[1] <= 10  # looked at every 10 s
    assert centre.waits("one")[2] == 300


def test_a_later_target_has_its_own_priority(tmp_path):
    plans = {"raised": [{"groups": "any"}, {"after": "60s", "class": 3}], "default": [{}]}
    rules = [
        {"when": {"contact_type": "low"}, "class": 4, "plan": "raised"},
        {"when": {"contact_type": "top"}, "class": 1},
    ]
    policy = {"plans": plans, "rules": rules}
    centre = Centre(tmp_path, policy, {"low": [0], "top": [500]}, {"team": from_clock("00:10")})
    assert centre.order() == ["top", "low"]


# --- NICE CXone ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("most", "first"), [(30, "high"), (60, "rising")])
def test_cxone_priority_rises_to_its_maximum(tmp_path, most, first):
    """Initial 0, 10 a minute: after five minutes 50 or the maximum, beside 40 that do not rise."""
    priority = {"contact_type": {"high": 40}, "per_minute": {"rising": 10}, "cap": {"rising": most}}
    arrivals = {"rising": [300], "high": [590]}
    centre = Centre(tmp_path, {"priority": priority}, arrivals, {"team": from_clock("00:10")})
    assert centre.order()[0] == first


# --- Cisco UCCX ----------------------------------------------------------------------------------------------------
def test_cisco_empties_ten_priorities_from_ten_to_one(tmp_path):
    levels = range(1, 11)
    rules = [{"when": {"contact_type": f"p{n}"}, "class": 11 - n} for n in levels]
    arrivals = {f"p{n}": [(7 * n) % 10, 100 + (3 * n) % 10] for n in levels}
    centre = Centre(tmp_path, {"rules": rules}, arrivals, {"team": from_clock("00:10")})
    assert centre.order() == [f"p{n}" for n in reversed(levels) for _ in range(2)]
    for n in levels:
        early, late = centre.rows(f"p{n}")
        assert early["answered"] < late["answered"]


# --- Avaya ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "taker"), [(["most_skilled", "least_occupied"], "a"), ("least_occupied", "c")]
)
def test_avaya_expert_takes_a_and_uniform_takes_c(tmp_path, rule, taker):
    """A level 1 at 90 %, B level 1 at 95 %, C level 2 at 64 %."""
    work = {"for_a": 540, "for_b": 570, "for_c": 384, "tested": 60}
    plans = {name: [{"groups": [name]}] for name in "abc"} | {"default": [{"agent": rule}]}
    rules = [{"when": {"contact_type": f"for_{name}"}, "plan": name} for name in "abc"]
    groups = {
        "a": {"agents": 1, "skills": {"talk": 1.0}},
        "b": {"agents": 1, "skills": {"talk": 1.0}},
        "c": {"agents": 1, "skills": {"talk": 0.5, "own": 1.0}},
    }
    arrivals = {"for_a": [0], "for_b": [0], "for_c": [0], "tested": [600]}
    skills = {"tested": ["talk"], "for_a": ["talk"], "for_b": ["talk"], "for_c": ["own"]}
    centre = Centre(tmp_path, {"rules": rules, "plans": plans}, arrivals, groups, work, skills)
    assert centre.served_by("tested") == [taker]


def test_avaya_pad_takes_the_lowest_adjusted_work_over_target(tmp_path):
    """A 35 of 25, B 49 of 50, C 78 of 75: B."""
    done = {"a": (1, 35, 25), "b": (2, 49, 50), "c": (3, 78, 75)}
    plans = {name: [{"groups": [name]}] for name in done} | {"default": [{"agent": "adjusted_work"}]}
    rules = [{"when": {"value": {"at_least": v, "at_most": v}}, "plan": name} for name, (v, _, _) in done.items()]
    shares = {name: {"work_shares": {"tested": target}} for name, (_, _, target) in done.items()}
    arrivals = {"tested": [(7200, {"value": 0})], "other": []}
    for value, part, _ in done.values():
        arrivals["tested"] += [(i, {"value": value}) for i in range(part)]
        arrivals["other"] += [(i, {"value": value}) for i in range(100 - part)]
    arrivals = {name: sorted(rows, key=lambda row: row[0]) for name, rows in arrivals.items()}
    groups = {name: {"agents": 1} for name in done}
    policy = {"rules": rules, "plans": plans, "groups": shares}
    centre = Centre(tmp_path, policy, arrivals, groups, work=10)
    assert centre.served_by("tested")[-1] == "b"


def test_avaya_reserve_agents_join_at_their_thresholds(tmp_path):
    """Level 1 joins above the first threshold (one waiting contact), level 2 only above the second (two); both leave
    once the queue is back at it. A contact that waits counts in the queue that its own stage looks at."""
    stages = [
        {"groups": ["own"]},
        {"when": {"queue": {"above": 1}}, "ends": True, "every": "1s", "groups": ["own", "reserve_1"]},
        {"when": {"queue": {"above": 2}}, "ends": True, "every": "1s", "groups": ["own", "reserve_1", "reserve_2"]},
    ]
    groups = {"own": {"agents": 1}, "reserve_1": {"agents": 1}, "reserve_2": {"agents": 1}}
    policy = {"plans": {"default": stages}}

    def taken(arrivals):
        """When each contact was taken, in seconds, and by whom."""
        centre = Centre(tmp_path, policy, {"one": arrivals}, groups, work=600)
        rows = sorted(centre.rows("one"), key=lambda row: row["answered"])
        return [(round(float(row["answered"])), centre.groups[row["group"]]) for row in rows]

    # One waits: that is the threshold, not above it.
    assert taken([0, 10]) == [(0, "own"), (600, "own")]
    # Two wait at 20 s, so level 1 takes one. The other is alone then, and level 1 has no more part in it.
    assert taken([0, 10, 20]) == [(0, "own"), (20, "reserve_1"), (600, "own")]
    # Two wait again at 30 s, while level 1 is busy: not enough for level 2, which joins with the third at 40 s. Of the
    # two that are left the own team takes one at 600 s. The last is alone, so it waits for the own team too,
    # although level 1 is idle from 620 s on and level 2 from 640 s.
    served = taken([0, 10, 20, 30, 40])
    assert served == [(0, "own"), (20, "reserve_1"), (40, "reserve_2"), (600, "own"), (1200, "own")]


def test_avaya_override_serves_over_threshold_work_first(tmp_path):
    for override in (True, False):
        plans = {
            "late": [{"groups": ["team"]}, {"after": "60s", "groups": ["team"], "override": override}],
            "default": [{"groups": ["team"]}],
        }
        policy = {"rules": [{"when": {"contact_type": "over"}, "plan": "late"}], "plans": plans}
        arrivals = {"usual": [0, 10], "over": [500]}
        centre = Centre(tmp_path, policy, arrivals, {"team": from_clock("00:10")})
        assert centre.order()[0] == ("over" if override else "usual")


@pytest.mark.parametrize(("order", "first"), [("predicted_wait", "special"), ("oldest", "general")])
def test_avaya_predicted_wait_ten_and_forty_beats_twenty_and_five(tmp_path, order, first):
    """Before: special calls were answered every 40 s, general ones every 5 s. Then a helper looks at one of each."""
    plans = {name: [{"groups": [f"{name}_team", "helper"]}] for name in ("general", "special")}
    plans |= {f"stop_{name}": [{"groups": [f"{name}_team"]}] for name in plans}
    names = (*plans,)
    rules = [{"when": {"contact_type": name}, "plan": name} for name in names]
    work = {"general": 5, "special": 40, "stop_general": 3600, "stop_special": 3600}
    arrivals = {"general": [0] * 40 + [580], "special": [0] * 10 + [590], "stop_general": [450], "stop_special": [450]}
    groups = {"general_team": {"agents": 1}, "special_team": {"agents": 1}, "helper": from_clock("00:10")}
    policy = {"priority": {"order": order}, "rules": rules, "plans": plans}
    centre = Centre(tmp_path, policy, arrivals, groups, work)
    assert centre.waits(first)[-1] == {"special": 10, "general": 20}[first]


def test_avaya_wait_relative_to_the_objective(tmp_path):
    text = {
        "days": 1,
        "channels": {"mail": {"kind": "email"}},
        "contact_types": {
            name: {"channel": "mail", "arrivals": {"trace": {"csv": f"{name}.csv", "time": "t"}},
                   "work": "60s", "answer_within": within}
            for name, within in (("strict", "20s"), ("easy", "1h"))
        },
        "groups": {"team": {"channels": {"mail": 1}, **from_clock("00:10")}},
        "policy": {"priority": {"order": "relative_wait"}},
    }  # fmt: skip
    (tmp_path / "strict.csv").write_text("t\n590\n")
    (tmp_path / "easy.csv").write_text("t\n0\n")
    loaded = load_scenario_text(yaml.safe_dump(text), tmp_path, "tiny.yaml")
    contacts = run(assemble(loaded, policies_of(loaded)[0]), 1, 0).contacts
    first = min(contacts, key=lambda row: row["answered"])
    assert first["arrived"] == 590  # half its objective, beside a sixth of the other's


# --- Social inboxes ------------------------------------------------------------------------------------------------
def test_hootsuite_every_matching_rule_is_a_point_and_ties_go_to_the_oldest(tmp_path):
    policy = load_policy(SCENARIOS / "policies" / "platforms" / "hootsuite_points.yaml")
    shipped = yaml.safe_load(policy.text)
    inline = {"rules": shipped["rules"], "priority": {"sentiment": {"negative": 1}, "order": "points"}}
    angry, loud, good = {"sentiment": "negative"}, {"reach": 20_000}, {"value": 2}
    arrivals = {
        "none": [0, 1],
        "one_late": [(20, loud)],
        "one": [(10, angry)],
        "two": [(300, loud | good)],
        "three": [(500, angry | loud | good)],
    }
    centre = Centre(tmp_path, inline, arrivals, {"team": from_clock("00:10")})
    assert centre.order() == ["three", "two", "one", "one_late", "none", "none"]


def test_liveops_a_strongly_negative_post_requires_a_rating(tmp_path):
    plans = {"senior": [{"rating": {"at_least": 4.4}}], "default": [{"groups": "any"}]}
    rules = [{"when": {"sentiment": "negative", "reach": {"at_least": 1000}}, "plan": "senior"}]
    groups = {"junior": {"agents": 2, "rating": 4.0}, "senior": {"agents": 1, "rating": 4.6}}
    strong = {"sentiment": "negative", "reach": 5000}
    arrivals = {"mild": [0, 1], "strong": [(100, strong), (101, strong)]}
    centre = Centre(tmp_path, {"plans": plans, "rules": rules}, arrivals, groups, work=600)
    assert centre.served_by("strong") == ["senior", "senior"]  # the second waits beside an idle junior
    assert centre.waits("strong") == [0, 599]


# --- The shipped files ---------------------------------------------------------------------------------------------
def test_every_platform_has_its_file():
    assert {path.stem for path in PLATFORMS} == NAMES


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda path: path.stem)
def test_platform_says_what_it_does_and_where_it_is_from(path):
    comment = "".join(line for line in path.read_text().splitlines() if line.startswith("#"))
    for words in ("What the platform does.", "Source:", "Not expressed.", "Unverified [R]:", "For your own centre:"):
        assert words in comment


@pytest.fixture(scope="module")
def airline():
    """The flagship at a quarter of its volume and its staff."""
    scenario = load_scenario(SCENARIOS / "airline_week.yaml")
    return change(scenario, multipliers={"all": 0.25})


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda path: path.stem)
def test_platform_runs_on_the_flagship(path, airline):
    policy = load_policy(path, airline)
    # A group here may hold too little at once for what a platform interrupts: said, and no fault of the policy's.
    assert [w.message for w in policy.warnings if "never interrupts" not in w.message] == []
    one = run(assemble(airline, policy), 1, 0, log=True)
    assert broken_laws(one) + broken_event_laws(one) == []
    served = one.contacts["agent"] >= 0
    assert served.mean() > 0.8
    used = set(one.contacts["contact_type"][served].tolist())
    assert used == set(range(len(airline.type_names)))
