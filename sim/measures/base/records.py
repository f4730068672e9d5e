"""What the measures need of a run, so that any source of such records can be measured.

The codes in the records are those of `floorcast.model.records.layout`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def among(codes: NDArray[Any], members: Iterable[int]) -> NDArray[np.bool_]:
    """Whether each of the codes [n] is one of a few members; several times quicker than np.isin."""
    found = np.zeros(codes.shape, dtype=np.bool_)
    for member in members:
        found |= codes == member
    return found


class WorldLike(Protocol):
    """The frozen setting of a run: names, the layout of time, and the scenario behind them."""

    @property
    def scenario(self) -> Any: ...
    @property
    def type_names(self) -> Any: ...
    @property
    def channel_names(self) -> Any: ...
    @property
    def group_names(self) -> Any: ...
    @property
    def type_channel(self) -> NDArray[Any]: ...  # [K] channel of each contact type
    @property
    def agent_group(self) -> NDArray[Any]: ...  # [A] group of each agent
    @property
    def horizon(self) -> float: ...  # seconds
    @property
    def interval(self) -> float: ...  # seconds
    @property
    def n_intervals(self) -> int: ...
    @property
    def warm_up(self) -> float: ...  # seconds
    @property
    def campaign_names(self) -> Any: ...
    @property
    def social(self) -> bool: ...  # issues and incidents are kept track of
    @property
    def policy(self) -> Any: ...


class RunLike(Protocol):
    """One replication: a record per contact, a ledger entry per agent and interval."""

    @property
    def world(self) -> Any: ...  # a WorldLike
    @property
    def seed(self) -> int: ...
    @property
    def replication(self) -> int: ...
    @property
    def contacts(self) -> NDArray[Any]: ...  # structured, [contacts]
    @property
    def ledger(self) -> NDArray[Any]: ...  # structured, [A, n_intervals]
    @property
    def issues(self) -> Any: ...  # structured, [contacts], where they are kept track of
    @property
    def force(self) -> Any: ...  # [lines of supervision, n_intervals]
    @property
    def statements(self) -> Any: ...  # structured, [statements of the policy]
    @property
    def events(self) -> int: ...
    @property
    def seconds(self) -> float: ...  # wall clock
