"""Every arrival process: the key under which a source writes it, and what it may be combined with; one row each.

A source's schema and checks, multipliers, plans and the generated tests read these rows. How a process is laid out over the
days is a function in `horizon/arrivals.py`; what chance does to it per replication is in
`model/compile/demand.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Steps = Literal["rate", "counts", "trace"]


@dataclass(frozen=True)
class ArrivalProcess:
    """One arrival process.

    words: what comes. steps: what it is over the horizon: a rate per step, a number of contacts per step, or given
    instants. day_factor: days may be busier or quieter by chance. multiplied: multipliers of the
    volume apply. example: how it may be written, as YAML.
    """

    name: str
    words: str
    steps: Steps
    example: str
    day_factor: bool = False
    multiplied: bool = True


_ROWS = (
    ArrivalProcess("rate", "a Poisson stream by time of week or date", "rate", "60 per hour", day_factor=True),
    ArrivalProcess("counts", "so many contacts in each interval, at chance instants within it", "counts", "{per: 1h, values: [3, 2]}"),
    ArrivalProcess("trace", "contacts of a CSV, at their instants", "trace", "{csv: calls.csv, time: at}", multiplied=False),
    ArrivalProcess("campaign", "a burst after a post or mailing", "rate", "{name: mailing, start: 2024-01-01 09:00, size: 40, decay: 2h}"),
    ArrivalProcess("bursts", "a Poisson stream that is now calm, now busy, for times that chance decides", "rate", "{calm: 20 per hour, calm_for: 45 min, busy: 90 per hour, busy_for: 10 min}"),
)
ARRIVAL_PROCESSES: dict[str, ArrivalProcess] = {row.name: row for row in _ROWS}
