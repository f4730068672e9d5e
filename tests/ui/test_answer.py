"""The answer on one screen: a sentence with the winner, its gains, its price and its cost; a scoreboard."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from floorcast.charts.look import LIGHT
from floorcast.measures import Row, TargetRow, unit_of
from floorcast.study import DifferenceVerdict, Speed, Study, TargetVerdict, difference_verdicts
from floorcast.study.alternatives.beside import beside
from floorcast.study.alternatives.robust_words import Beside
from floorcast.ui.results.answer import Against, ranking, scoreboard, sentence
from tests.ui.made_up import small

PHONE = TargetRow("service_level", "channel", "phone", at_least=0.8, within=20.0)
EMAIL = TargetRow("first_response_p90", "channel", "email", at_most=14400.0)
BUSY = TargetRow("occupancy", "all", "all", at_most=0.88)


def judged(policy: str, target: TargetRow, mean: float, verdict: str) -> TargetVerdict:
    return TargetVerdict(policy, target, mean, 0.01, verdict, True)  # type: ignore[arg-type]


def differs(measure: str, by: str, of: str, mean: float, verdict: str, half: float = 0.01) -> DifferenceVerdict:
    row = Row(measure, by, of, unit_of(measure))  # type: ignore[arg-type]
    return DifferenceVerdict(row, "new_rules", "separate_teams", mean, half, verdict, True)  # type: ignore[arg-type]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def costs(policy: str, against: str, verdict: str) -> DifferenceVerdict:
    one = differs("cost", "all", "all", -1.0, verdict)
    return replace(one, policy=policy, against=against)


VERDICTS = [
    judged("separate_teams", PHONE, 0.6, "missed"),
    judged("new_rules", PHONE, 0.95, "met"),
    judged("separate_teams", EMAIL, 20000.0, "missed"),
    judged("new_rules", EMAIL, 19000.0, "missed"),
    judged("separate_teams", BUSY, 0.73, "met"),
    judged("new_rules", BUSY, 0.78, "met"),
]
POLICIES = ("separate_teams", "new_rules")
VALUES = {(name, "cost", "all", "all"): (72000.0, 1.0, "money") for name in POLICIES}
AGAINST = Against(
    "Separate teams",
    {
        ("service_level", "channel", "phone"): differs("service_level", "channel", "phone", 0.35, "better"),
        ("abandonment", "channel", "chat"): differs("abandonment", "channel", "chat", 0.04, "worse"),
        ("occupancy", "all", "all"): differs("occupancy", "all", "all", 0.05, "worse"),
        ("cost", "all", "all"): differs("cost", "all", "all", 0.0, "the same", 0.0),
    },
)


def test_the_sentence_names_the_winner_its_gains_its_price_and_its_cost() -> None:
    text = words(sentence(VERDICTS, POLICIES, ranking(VERDICTS, POLICIES), AGAINST))
    assert text.startswith("New rules is the best of 2: it misses 1 of 3 targets for sure, the other 2.")
    assert "It gains: Phone in time +35.0" in text and "Its price: Chat abandonment +4.0" in text
    assert "At the same cost." in text and "occupancy" not in text  # busier is neither good nor bad in itself


def test_what_a_verdict_owes_to_what_is_assumed_stands_beside_it() -> None:
    one = next(one for one in VERDICTS if one.policy == "new_rules" and one.verdict == "met")
    key = [one.policy, one.target.of, one.target.by, one.target.text]
    held = {"key": key, "verdict": "met", "holds": False, "turns": ["posts.closes = 0.6"], "unsure": []}
    gained = AGAINST.differences["service_level", "channel", "phone"]
    pair = [gained.against, gained.policy, "phone", "channel", gained.row.measure]  # as the study tells it
    lost = {"key": pair, "verdict": "worse", "holds": True, "turns": [], "unsure": []}
    robust = {"ends": 26, "assumed": [], "verdicts": [held, lost]}
    table = scoreboard(VERDICTS, POLICIES, small(), VALUES, LIGHT, "new_rules", AGAINST, Beside(robust))
    assert '<span class="fc-sub">turns</span>' in table and "<br>turns at posts.closes = 0.6" in table
    assert '<span class="fc-sub">holds</span>' in table and "<br>holds at all 26 ends" in table


def test_names_of_measures_read_well_within_the_sentence() -> None:
    told = {
        ("satisfaction", "all", "all"): differs("satisfaction", "all", "all", 0.2, "better"),
        ("first_response_p90", "channel", "email"): differs("first_response_p90", "channel", "email", 0.3, "better"),
    }
    text = words(sentence(VERDICTS, POLICIES, ranking(VERDICTS, POLICIES), Against("Separate teams", told)))
    assert "satisfaction +" in text and "Email first response (90 %) +" in text


def test_who_misses_fewest_wins_then_who_meets_most_then_the_cheapest() -> None:
    open_ = [judged("a", PHONE, 0.8, "undecided"), judged("b", PHONE, 0.9, "met"), judged("c", PHONE, 0.9, "met")]
    three = ("a", "b", "c")
    assert ranking(open_, three, [costs("c", "b", "better")]) == [["c"], ["b"], ["a"]]
    assert ranking(open_, three, [costs("b", "c", "worse")]) == [["c"], ["b"], ["a"]]
    assert "come out the same" in words(sentence(open_[1:], ("b", "c"), [["b", "c"]], None))


def test_a_difference_in_cost_that_cannot_be_told_makes_no_winner() -> None:
    """Of four policies of which nothing is decided but one target, the cheapest by luck is not the best."""
    ones = [judged(name, target, 0.8, "undecided") for name in "abc" for target in (PHONE, EMAIL)]
    ones += [judged(name, BUSY, 0.8, "undecided" if name == "a" else "met") for name in "abc"]
    order = ranking(ones, ("a", "b", "c"), [costs("c", "b", "cannot tell yet")])
    assert order == [["b", "c"], ["a"]]
    text = words(sentence(ones, ("a", "b", "c"), order, None))
    assert text == (
        "B and C share the first place of 3: each keeps 1 of 3 targets for sure, the other 0; 2 cannot be told yet."
    )


def test_too_few_to_tell_is_said() -> None:
    assert "Too few replications to tell" in sentence([judged("a", PHONE, 0.8, "undecided")], ("a",), [["a"]], None)
    assert "sets no targets" in sentence([], ("a",), [["a"]], None)
    alone = words(sentence([judged("a_b", PHONE, 0.9, "met")], ("a_b",), [["a_b"]], None))
    assert alone == "A b keeps 1 of 1 target for sure and misses 0."


def test_the_scoreboard_has_a_sign_a_word_and_a_number_in_every_cell() -> None:
    table = scoreboard(VERDICTS, POLICIES, small(), VALUES, LIGHT, "new_rules", AGAINST)
    text = words(table)
    assert "✗ Missed 60.0" in text and "✓ Met 95.0" in text and "▲ Better +35.0" in text
    assert "↑ higher +5.0" in text and "Cost of paid hours" in text and "the same" in text
    assert 'title="Met: 94.0 to 96.0' in table and 'data-label="New rules"' in table
    assert "separate_teams" not in text
    assert '<summary><span aria-hidden="true">✓</span>' in table  # a tap, or Enter, opens the range
    assert '<span class="fc-within">94.0 to 96.0' in table


def study(values: list[float], policies: tuple[str, ...] = ("p",), seed: int = 1) -> Study:
    rows = (Row("service_level", "channel", "phone", "share"), Row("cost", "all", "all", "money"))
    above = tuple(np.array([[v, 10.0] for v in values]) for _ in policies)
    below = tuple(np.ones_like(one) for one in above)
    return Study("s", policies, seed, rows, (), above, below, Speed(0, 0, 0.0))  # type: ignore[arg-type]


def test_before_and_after_are_paired_by_their_chance() -> None:
    """The same luck in both: what a lever did is told sharply although the weeks differ widely."""
    luck = np.random.default_rng(1).uniform(0.3, 0.9, 20)
    before, now = study(luck.tolist()), study((luck + 0.05).tolist())
    both = beside(now, "p", before, "p", ("now", "before"))
    (one,) = [d for d in difference_verdicts(both) if d.row.measure == "service_level"]
    assert one.verdict == "better" and one.mean == pytest.approx(0.05) and one.half_width < 1e-6
    with pytest.raises(ValueError, match="allowed equal ones"):
        beside(now, "p", study([0.5], seed=2), "p", ("now", "before"))
