"""Every kind of channel and what sets it apart; one row each.

Defaults of channels, the model's tables, measures, pages and the generated tests read these traits;
nothing else in the code asks for a kind by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from floorcast.scenario.read.units import HOUR

Kind = Literal["phone", "email", "chat", "messaging", "social"]


@dataclass(frozen=True)
class ChannelKind:
    """One kind of channel.

    answer_within: acceptable waiting time [s] unless the scenario says another. synchronous: the
    customer waits on the line, so contacts abandon, keep their slot to the end, are turned away
    outside opening hours, end before their agent leaves, and waiting ends with the answer rather
    than with the first response. exclusive: it needs an agent's free attention at once, and others
    are kept out meanwhile. public: contacts are posts that others can read.
    """

    name: Kind
    answer_within: float
    synchronous: bool = False
    exclusive: bool = False
    public: bool = False


_ROWS = (
    ChannelKind("phone", 20.0, synchronous=True, exclusive=True),
    ChannelKind("email", 4 * HOUR),
    ChannelKind("chat", 45.0, synchronous=True),
    ChannelKind("messaging", HOUR),
    ChannelKind("social", HOUR, public=True),
)
CHANNEL_KINDS: dict[str, ChannelKind] = {row.name: row for row in _ROWS}
KINDS: tuple[Kind, ...] = tuple(row.name for row in _ROWS)
SYNCHRONOUS: tuple[Kind, ...] = tuple(row.name for row in _ROWS if row.synchronous)
