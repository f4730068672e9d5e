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
class Usual:
    """What a new centre starts from: handle time, patience (None: nobody gives up), the promise and in how many cases
    of 100 it is kept, contacts a day."""

    handle_time: str
    patience: str | None
    within: str
    in_time: int
    a_day: int


@dataclass(frozen=True)
class ChannelKind:
    """One kind of channel.

    label: what people read. media: the platforms' word for it in exports. answer_within: acceptable waiting time [s]
    unless the scenario says another. usual: what a new centre starts from. synchronous: the customer waits on the
    line, so contacts abandon, keep their slot to the end, are turned away outside opening hours, end before their
    agent leaves, and waiting ends with the answer rather than with the first response. exclusive: it needs an agent's
    free attention at once, and others are kept out meanwhile. public: contacts are posts that others can read, are
    listened for and attract others. called_back: customers may take a callback. window: platforms allow an answer for
    some time only.
    """

    name: Kind
    label: str
    media: str
    answer_within: float
    usual: Usual
    synchronous: bool = False
    exclusive: bool = False
    public: bool = False
    called_back: bool = False
    window: bool = False


_ROWS = (
    ChannelKind(
        "phone", "Phone", "VOICE", 20.0, Usual("5 min", "3 min", "20s", 80, 600),
        synchronous=True, exclusive=True, called_back=True,
    ),
    ChannelKind("email", "Email", "EMAIL", 4 * HOUR, Usual("6 min", None, "4h", 90, 150)),
    ChannelKind("chat", "Chat", "CHAT", 45.0, Usual("8 min", "3 min", "45s", 80, 200), synchronous=True),
    ChannelKind("messaging", "Messaging", "CHAT", HOUR, Usual("5 min", None, "5 min", 80, 150), window=True),
    ChannelKind("social", "Social media", "SOCIAL", HOUR, Usual("4 min", None, "1h", 80, 100), public=True),
)  # fmt: skip
CHANNEL_KINDS: dict[str, ChannelKind] = {row.name: row for row in _ROWS}
KINDS: tuple[Kind, ...] = tuple(row.name for row in _ROWS)
SYNCHRONOUS: tuple[Kind, ...] = tuple(row.name for row in _ROWS if row.synchronous)
