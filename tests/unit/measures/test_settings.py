"""What an agent can hold at most, from caps, units, a total and channels kept apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from floorcast.measures.base.settings import slots_of
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS
from floorcast.scenario.schema.staff import Group


def scenario(
    channels: dict[str, int],
    total: float | None = None,
    units: dict[str, float] | None = None,
    apart: Any = None,
) -> SimpleNamespace:
    written = {"total": total, "units": units, "apart": apart}
    given = {key: value for key, value in written.items() if value is not None}
    team = Group.model_validate({"agents": 1, "channels": channels, "slots": given})
    return SimpleNamespace(groups={"team": team}, traits_of=CHANNEL_KINDS.__getitem__)


@pytest.mark.parametrize(
    ("given", "most"),
    [
        (scenario({"phone": 1}), 1),
        (scenario({"phone": 1, "chat": 3}), 3),  # a call is alone
        (scenario({"chat": 3, "email": 2}), 5),
        (scenario({"chat": 3, "email": 2}, total=4), 4),
        (scenario({"phone": 1}, total=4), 1),
        (scenario({"phone": 1, "chat": 3}, units={"phone": 3.0}), 3),
        (scenario({"phone": 1, "chat": 3}, apart=()), 4),
        (scenario({"chat": 3, "email": 2, "social": 4}, apart=(("email", "chat"),)), 7),
        (scenario({}), 0),
    ],
)
def test_slots_of_one_agent(given: SimpleNamespace, most: float) -> None:
    assert slots_of(given, "team") == most
