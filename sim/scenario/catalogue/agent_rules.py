"""Every agent rule: name, number, words and traits; one row each.

Policies are read and explained by these rows, the JSON Schema, the trace and the generated tests
are made from them. A rule's key, which the model compiles, is in `model/agents/agent_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from floorcast.scenario.read.units import write_duration


class AgentRule(IntEnum):
    """How one of several agents is chosen; ties: longest idle, then lower id."""

    LONGEST_IDLE = 0
    FEWEST_ACTIVE = 1
    MOST_SPARE = 2
    ROUND_ROBIN = 3
    MOST_SKILLED = 4
    LEAST_SKILLED = 5
    HIGHEST_RATING = 6
    RANDOM = 7
    LEAST_OCCUPIED = 8
    ADJUSTED_WORK = 9
    SHORTEST_HANDLE_TIME = 10
    FEWEST_HANDLED = 11
    MOST_HANDLED = 12
    LINEAR = 13
    SCORE = 14  # no name of its own: written as {score: ...}
    FASTEST = 15


Said = Callable[[float, float], str]


def _nothing(key: float, now: float) -> str:
    return ""


def _last_chosen(key: float, now: float) -> str:
    return f"last chosen {write_duration(round(now - key))} ago" if key >= 0 else "never chosen"


def _mean_handle_time(key: float, now: float) -> str:
    return f"mean handle time {write_duration(round(key))}" if key else "none handled yet"


@dataclass(frozen=True)
class Row:
    """One agent rule.

    words: who is chosen, as `explain` says it. said: what the trace says of a candidate, from the
    rule's key (the least is chosen) and the instant [s]. by_type: the key differs between contact
    types. looks_back: it depends on what agents did before, which is then kept.
    drifts: the order of idle agents changes while time goes by. ordered: agents are
    compared by the key (random needs none). of, unique: when a second rule has nothing left to decide.
    """

    rule: AgentRule
    words: str
    said: Said = _nothing
    by_type: bool = False
    looks_back: bool = False
    drifts: bool = False
    ordered: bool = True
    of: str = ""  # what it compares, where another rule compares the same the other way round
    unique: bool = False  # no two agents are ever equal

    @property
    def name(self) -> str:
        """As it is written in a policy."""
        return self.rule.name.lower()


_ROWS = (
    Row(AgentRule.LONGEST_IDLE, "the agent idle longest"),
    Row(AgentRule.FEWEST_ACTIVE, "the agent with the fewest contacts in hand"),
    Row(AgentRule.MOST_SPARE, "the agent with the most free capacity (of the total, or else of what its channels allow)", lambda key, now: f"{-key:g} units spare"),
    Row(AgentRule.ROUND_ROBIN, "agents in turn, by their last contact", _last_chosen),
    Row(
        AgentRule.MOST_SKILLED,
        "the agent best skilled for the type",
        lambda key, now: f"level {-key:g}",
        by_type=True,
        of="skill",
    ),
    Row(
        AgentRule.LEAST_SKILLED,
        "the agent least skilled for the type",
        lambda key, now: f"level {key:g}",
        by_type=True,
        of="skill",
    ),
    Row(
        AgentRule.HIGHEST_RATING,
        "the agent with the highest satisfaction rating",
        lambda key, now: f"rating {-key:g}",
    ),
    Row(AgentRule.RANDOM, "any free agent at random", ordered=False),
    Row(
        AgentRule.LEAST_OCCUPIED,
        "the agent least occupied until now (the share of its time that it has worked)",
        lambda key, now: f"occupied {100 * key:.3g} % so far",
        looks_back=True,
        drifts=True,
    ),
    Row(
        AgentRule.ADJUSTED_WORK,
        "the agent whose work on the type is furthest below its part",
        lambda key, now: f"{key:.3g} of its part of the work",
        by_type=True,
        looks_back=True,
        drifts=True,
    ),
    Row(
        AgentRule.SHORTEST_HANDLE_TIME,
        "the agent with the shortest mean handle time",
        _mean_handle_time,
        looks_back=True,
    ),
    Row(
        AgentRule.FEWEST_HANDLED,
        "the agent who has handled the fewest contacts",
        lambda key, now: f"{key:g} handled",
        looks_back=True,
        of="contacts handled",
    ),
    Row(
        AgentRule.MOST_HANDLED,
        "the agent who has handled the most contacts",
        lambda key, now: f"{abs(key):g} handled",
        looks_back=True,
        of="contacts handled",
    ),
    Row(AgentRule.LINEAR, "the first free agent in a fixed order", unique=True),
    Row(
        AgentRule.FASTEST,
        "the agent who works fastest",
        lambda key, now: f"speed {1 / key:.3g}",
    ),
)
AGENT_RULES: dict[str, Row] = {row.name: row for row in _ROWS}
