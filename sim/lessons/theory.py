"""What theory says of a lesson's question, by name; quantities as they are written in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from floorcast.planning.theory.erlang import ErlangC
from floorcast.planning.theory.priority import priority_waits
from floorcast.planning.theory.self_exciting import cluster_size_mean
from floorcast.planning.theory.shared_attention import SharedAttention
from floorcast.scenario.read.units import parse_duration, parse_rate

Given = Mapping[str, Any]


def _queue(given: Given) -> ErlangC:
    handle = parse_duration(given["handle_time"])
    return ErlangC(float(given["load"]) / handle, handle, int(given["agents"]))


def _in_time(given: Given) -> float:
    return _queue(given).service_level(parse_duration(given["within"]))


def _late(given: Given) -> float:
    return 1.0 - _in_time(given)


def _mean_wait(given: Given) -> float:
    return _queue(given).mean_wait


def _variety(given: Given) -> float:
    """How many times longer one waits than with work of one length: 1 + the squared coefficient of
    variation (Pollaczek and Khinchine, one agent)."""
    return 1.0 + float(given["spread"]) ** 2


def _shared_attention(given: Given) -> float:
    work, think = parse_duration(given["work"]), parse_duration(given["think"])
    return SharedAttention(int(given["sessions"]), work, think).utilisation


def _priority_wait(given: Given) -> float:
    rates = [parse_rate(rate) for rate in given["rates"]]
    return priority_waits(rates, parse_duration(given["handle_time"]), int(given["agents"]))[int(given["class"]) - 1]


def _cascade(given: Given) -> float:
    return cluster_size_mean(float(given["branching"]))


THEORY: dict[str, tuple[str, tuple[str, ...], Callable[[Given], float]]] = {
    # name: (how it is called, what it needs, the value)
    "in_time": ("Erlang C", ("load", "agents", "handle_time", "within"), _in_time),
    "late": ("Erlang C", ("load", "agents", "handle_time", "within"), _late),
    "mean_wait": ("Erlang C", ("load", "agents", "handle_time"), _mean_wait),
    "variety": ("Pollaczek and Khinchine", ("spread",), _variety),
    "shared_attention": ("The queue of a finite population", ("sessions", "work", "think"), _shared_attention),
    "priority_wait": ("Cobham's priorities", ("rates", "handle_time", "agents", "class"), _priority_wait),
    "cascade": ("The branching process", ("branching",), _cascade),
}
