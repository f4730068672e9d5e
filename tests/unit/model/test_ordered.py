"""Ordered sets against sorted lists, over any sequence of insertions and removals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from floorcast.model.core import ordered_set as _ordered
from tests.unit.model.bare import Called, bare_state

ordered = Called(_ordered)

SIZE = 40


class Sets:
    """Two ordered sets over the same nodes, each beside a plain list."""

    def __init__(self) -> None:
        state = bare_state(pools=2, nodes=SIZE)
        self.heads, self.nodes = state.pools, state.nodes
        for head in self.heads:
            head["first"] = head["last"] = head["root"] = -1
        self.plain: list[list[tuple[float, float, int]]] = [[], []]

    def insert(self, h: int, i: int, key1: float, key2: float) -> None:
        self.nodes[i]["key1"], self.nodes[i]["key2"] = key1, key2
        ordered.insert(self.heads, h, self.nodes, i)
        self.plain[h].append((key1, key2, i))

    def remove(self, h: int, i: int) -> None:
        ordered.remove(self.heads, h, self.nodes, i)
        self.plain[h] = [entry for entry in self.plain[h] if entry[2] != i]

    def where(self, i: int) -> int:
        return next((h for h in (0, 1) if any(e[2] == i for e in self.plain[h])), -1)

    def agree(self) -> None:
        for h in (0, 1):
            expected = min(self.plain[h])[2] if self.plain[h] else -1
            assert ordered.head(self.heads, h, self.nodes) == expected
            assert self.heads[h]["n"] == len(self.plain[h])
        for i in range(SIZE):
            assert (self.nodes[i]["place"] == ordered.NOWHERE) == (self.where(i) < 0)


# Few different keys, so that there are ties; rising keys fill the lane, others the heap.
STEPS = st.lists(
    st.tuples(
        st.integers(0, SIZE - 1), st.integers(0, 1), st.sampled_from([-1.5, 0.0, 2.0, 7.0]), st.integers(0, 9)
    ),
    max_size=150,
)  # fmt: skip


@given(STEPS)
def test_the_head_is_the_least_after_every_step(steps: list[tuple[int, int, float, int]]) -> None:
    sets = Sets()
    for i, h, key1, key2 in steps:
        if (inside := sets.where(i)) >= 0:
            sets.remove(inside, i)
        else:
            sets.insert(h, i, key1, float(key2))
        sets.agree()


@given(st.lists(st.floats(-1e9, 1e9), max_size=SIZE))
def test_taking_head_after_head_sorts(keys: list[float]) -> None:
    sets = Sets()
    for i, key in enumerate(keys):
        sets.insert(0, i, key, 0.0)
    taken = []
    while (i := int(ordered.head(sets.heads, 0, sets.nodes))) >= 0:
        taken.append((float(sets.nodes[i]["key1"]), i))
        sets.remove(0, i)
    assert taken == sorted((key, i) for i, key in enumerate(keys))


@given(st.permutations(range(SIZE)), st.permutations(range(SIZE)))
def test_any_member_can_leave(order: list[int], leaving: list[int]) -> None:
    sets = Sets()
    for key, i in enumerate(order):
        sets.insert(0, i, float((key * 7) % SIZE), 0.0)
    for i in leaving:
        sets.remove(0, i)
        sets.agree()


def test_in_order_everything_stays_in_the_lane() -> None:
    sets = Sets()
    for i in range(SIZE):
        sets.insert(0, i, i // 4, 0.0)
    assert set(sets.nodes["place"]) == {ordered.LANE}
    assert sets.heads[0]["root"] == -1
