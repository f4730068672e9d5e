"""Variants beside their base in one study: paired, kept, read again, and touching only what they change."""

from __future__ import annotations

import json

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.compile.attendance import shifts_kept
from floorcast.model.core.vector_random import run_key
from floorcast.model.records.layout import Cause
from floorcast.policy import policies_of
from floorcast.scenario.what_if.variants import variants_of
from floorcast.store import load_study, run_study
from floorcast.study import difference_verdicts, target_verdicts
from floorcast.study.alternatives.options import options_of
from tests.unit.cli.small import floorcast, write_small
from tests.unit.scenario.written import loaded
from tests.unit.what_if.test_grammar import CENTRE

POLICY = "policy: {priority: {order: oldest}}\n"


def study_of(*changes, n=6, text=CENTRE, **more):
    scenario = loaded(text.replace("days: 7", "days: 1") + POLICY)
    policies = policies_of(scenario)
    options = options_of(scenario, policies, variants_of(changes, scenario))
    return run_study(scenario, policies, options=options, replications=n, jobs=1, **more)


def one_run(change=None, text=CENTRE, replication=0):
    scenario = loaded(text + POLICY)
    changes = [] if change is None else [change]
    option = options_of(scenario, policies_of(scenario), variants_of(changes, scenario))[-1]
    return run(assemble(option.scenario, option.policy), 7, replication)


def test_differences_are_paired_with_the_base_and_hold_together():
    study = study_of("few: callers -3", "many: callers +3").study
    assert study.policies == ("base", "few", "many")
    assert {(v.policy, v.against) for v in difference_verdicts(study)} == {
        ("few", "base"), ("many", "base"),
    }  # fmt: skip
    first = next(v for v in difference_verdicts(study) if v.row.by == "channel" and v.policy == "few")
    above = [study.estimates(p, [study.place["service_level", "channel", "phone"]]) for p in (0, 1)]
    assert first.mean == pytest.approx(float(above[1].mean[0] - above[0].mean[0]))
    apart = np.hypot(*(float(one.half_width(0.05 / 50)[0]) for one in above))
    assert first.half_width < apart, "on the same customers a difference is surer than on others"


def test_a_variant_may_have_groups_types_and_targets_of_its_own(tmp_path):
    changes = (
        "taught: callers teach 4 email 0.6",
        "promise: targets[0].at_least = 90 %",
        'faxes: contact_types.faxes = {channel: email, arrivals: {rate: 2 per hour}, work: 3 min, skills: [email]}',
    )
    kept, loose = study_of(*changes, out=tmp_path / "kept"), study_of(*changes)
    study = kept.study
    own = {(v.policy, v.target.at_least) for v in target_verdicts(study) if v.target.at_least}
    assert own == {("base", 0.8), ("taught", 0.8), ("faxes", 0.8), ("promise", 0.9)}
    faxes = study.place["offered", "contact_type", "faxes"]
    means = [float(study.estimates(p, [faxes]).mean[0]) for p in range(4)]
    assert np.isnan(means[:3]).all() and means[3] > 0
    read = load_study(tmp_path / "kept")
    assert read.study.pairs == study.pairs
    for one, other in zip(study.below, read.study.below):
        np.testing.assert_array_equal(one, other)
    assert json.dumps(read.document()) == json.dumps(kept.document())
    for name in study.policies:
        there = read.series(name)[0]
        assert ("faxes" in there.type_names) == (name == "faxes")
        assert ("callers + email" in there.group_names) == (name == "taught")
        in_memory = loose.distribution(name).counts
        for time, counts in read.distribution(name).counts.items():
            np.testing.assert_array_equal(counts, in_memory[time])


def test_an_option_in_a_study_has_the_numbers_it_has_alone():
    together = study_of("few: callers -3", "taught: callers teach 4 email 0.6", n=3).study
    alone = study_of("few: callers -3", n=3).study
    place = alone.place["service_level", "channel", "phone"]
    there = together.place["service_level", "channel", "phone"]
    np.testing.assert_array_equal(alone.above[1][:, place], together.above[1][:, there])


def test_a_variant_that_says_what_is_there_changes_nothing():
    study = study_of("same: callers.absence = 6 %; volume x 1").study
    assert all(v.mean == 0 and v.half_width == 0 for v in difference_verdicts(study))


def test_more_people_in_one_shift_leave_the_absences_of_all_others():
    def paid(change=None):
        world = one_run(change).world
        state = world.fresh(7, 0)
        ledger = state.ledger["paid"].reshape(world.n_intervals, -1)
        return [set(np.flatnonzero(ledger[:, a])) for a in range(ledger.shape[1])]

    text_absent = "callers.absence = 30 %"
    before = paid(text_absent)
    after = paid(f"{text_absent}; callers.shifts[early].agents = 9")
    assert len(after) == len(before) + 3
    assert after[:6] == before[:6] and after[9:] == before[6:]


def test_a_new_contact_type_leaves_all_other_customers_as_they_are():
    new = "contact_types.faxes = {channel: email, arrivals: {rate: 2 per hour}, work: 3 min, skills: [email]}"
    before, after = one_run().contacts, one_run(new).contacts
    faxes = after["contact_type"] == 3
    assert faxes.sum() > 10
    after = after[~faxes]
    assert len(before) == len(after)
    # By key: who comes is the same; in which order they are numbered hangs on the faxes between them.
    one, other = np.argsort(before["key"], kind="stable"), np.argsort(after["key"], kind="stable")
    for field in ("key", "arrived", "patience", "sentiment", "turns"):
        np.testing.assert_array_equal(before[field][one], after[field][other])


def test_the_command_says_each_variant_and_pairs_it(tmp_path):
    file = write_small(tmp_path)
    done = floorcast(
        "compare", str(file), "-n", "4", "--with", "busy: phone.volume +50 %", "--with", "team +1",
        folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "busy: multipliers.phone: 1.0 -> 1.5" in done.stderr
    assert "team +1: groups.team: 3 -> 4 people" in done.stderr
    assert "busy" in done.stdout and "– base" in done.stdout


def test_crossed_with_policies_each_is_paired_under_its_own(tmp_path):
    file = write_small(tmp_path)
    file.write_text(file.read_text() + "variants: {busy: phone.volume +50 %}\n")
    done = floorcast(
        "compare", "small.yaml", "--cross", "--policies", "oldest.yaml,calls.yaml", "-n", "3", "--json",
        folder=tmp_path,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["policies"] == ["base, oldest", "base, calls", "busy, oldest", "busy, calls"]
    assert {(d["policy"], d["against"]) for d in found["differences"]} == {
        ("busy, oldest", "base, oldest"), ("busy, calls", "base, calls"),
    }  # fmt: skip


def test_bad_variants_end_the_command_with_a_sentence(tmp_path):
    file = write_small(tmp_path)
    done = floorcast("compare", str(file), "--with", "teem +1", folder=tmp_path)
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if line.startswith("--with")]
    assert len(told) == 1 and "did you mean 'team" in told[0]
    done = floorcast("compare", str(file), "--cross", folder=tmp_path)
    assert done.returncode == 2 and "--cross without variants" in done.stderr


LUCK = (
    "callers move 2 to writers", "callers move 2 to writers from 14:00 on Wed", "callers extend 3 by 1h on Tue",
    "callers extend 2 by -1h", "callers teach 3 email", "writers teach 2 phone 0.5",
    "callers train 3 1h at 10:00 on Thu",
    "callers move 1 to writers; callers extend 2 by 1h on Mon; writers teach 1 phone",
)  # fmt: skip


@pytest.mark.parametrize("change", LUCK)
def test_who_moves_learns_or_stays_longer_takes_their_luck_along_and_leaves_all_others_theirs(change):
    """The same people are absent on the same days, and the same customers come with the same patience."""
    scenario = loaded(CENTRE.replace("writers:\n", "writers:\n    absence: 6 %\n"))
    policies = policies_of(scenario)
    base, variant = (
        assemble(option.scenario, option.policy)
        for option in options_of(scenario, policies, variants_of([change], scenario))
    )
    for replication in range(12):
        there = [_there(world, replication) for world in (base, variant)]
        assert there[0] == there[1]
    one, other = (run(world, 3, 0).contacts for world in (base, variant))
    one, other = (rows[rows["cause"] == int(Cause.SOURCE)] for rows in (one, other))
    for field in ("key", "arrived", "patience", "contact_type"):
        np.testing.assert_array_equal(one[field], other[field])


def _there(world, replication):
    """Who came on which day, whatever the hours and the group."""
    kept = shifts_kept(world.attendance, *run_key(3, replication))
    kept = kept[kept["weight"] > 0]
    return {(int(world.attendance.keys[row["agent"]]), int(row["start"] // 86400)) for row in kept}
