"""A ladder of rules becomes a decision tree: the same leaf for every contact, by fewer tests."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from floorcast.model.compile.decision_tree import Condition, Every, Not, RuleCompiler, Some, Test
from floorcast.model.records.rules import Attribute

VALUES = {
    Attribute.SENTIMENT: [-1.0, 0.0, 1.0],
    Attribute.REACH: [0.0, 1.0, 2.0, 5.0, 1e9],
    Attribute.EXPECTED_WAIT: [0.0, 1.0, float("inf"), float("nan")],
    Attribute.LANGUAGE: [-1.0, 0.0, 1.0, 2.0],
}
TESTS = st.one_of(
    *(
        st.builds(Test, st.just(attribute), st.sampled_from(lows), st.sampled_from([*highs, float("inf")]))
        for attribute, lows, highs in (
            (Attribute.SENTIMENT, [-1.0, 0.0, 1.0], [0.0, 1.0, 2.0]),
            (Attribute.REACH, [float("-inf"), 1.0, 2.0], [2.0, 5.0]),
            (Attribute.EXPECTED_WAIT, [0.0, 1.0], [1.0, 2.0]),
            (Attribute.LANGUAGE, [0.0, 1.0], [1.0, 2.0]),
        )
    )
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Every, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)


def leaf(compiler: RuleCompiler, entry: int, contact: dict[Any, float]) -> tuple[int, int]:
    """Where a contact ends, and after how many tests."""
    tests = 0
    while entry >= 0:
        attribute, _, low, high, yes, no = compiler._rows[entry]
        entry = yes if low <= contact[Attribute(attribute)] < high else no
        tests += 1
    return entry, tests


def chain(rules: list[Condition]) -> tuple[RuleCompiler, int]:
    compiler = RuleCompiler(None)  # type: ignore[arg-type]
    entry = ~len(rules)
    for number, rule in reversed(list(enumerate(rules))):
        entry = compiler.emit(rule, ~number, entry)
    return compiler, entry


@given(
    st.lists(CONDITIONS, min_size=1, max_size=6),
    st.fixed_dictionaries({attribute: st.sampled_from(values) for attribute, values in VALUES.items()}),
)
def test_every_contact_ends_where_it_did(rules: list[Condition], contact: dict[Any, float]) -> None:
    compiler, entry = chain(rules)
    by_rules, asked = leaf(compiler, entry, contact)
    by_tree, fewer = leaf(compiler, compiler.tree(entry), contact)
    assert by_tree == by_rules
    assert fewer <= asked


def test_sixty_rules_on_the_same_attributes_take_two_tests() -> None:
    rules: list[Condition] = [
        Every((Test(Attribute.SENTIMENT, -1.0, 0.0), Test(Attribute.REACH, 1e6 + i, float("inf"))))
        for i in range(60)
    ]
    compiler, entry = chain(rules)
    tree = compiler.tree(entry)
    quiet = {Attribute.SENTIMENT: -1.0, Attribute.REACH: 10.0}
    assert leaf(compiler, entry, quiet)[1] == 120
    assert leaf(compiler, tree, quiet)[1] == 2


def test_rules_that_settle_nothing_keep_their_ladder() -> None:
    compiler, entry = chain([Test(Attribute.EXPECTED_WAIT, 1.0, float("inf"), of) for of in range(3)])
    assert compiler.tree(entry) == entry
