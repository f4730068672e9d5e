"""Centres to be planned, drawn by number: one to three channels, one to three teams, promises of every kind.

They are small, so that a hundred of them can be planned; what a plan may promise is all there: over the whole time, in
every interval, day or week, in a share of days, weeks or runs, as a share in time, a percentile, a mean or a loss.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import yaml

from floorcast.scenario import Scenario, load_scenario_text

OPEN = (8, 17)  # hours
FORMS = ("one team", "two skills", "phone and email", "phone and chat", "messages", "three teams")
KINDS = {"phone": "20s", "chat": "45s", "email": "2h", "messages": "30 min"}


class Drawing:
    """One scenario being drawn."""

    def __init__(self, number: int) -> None:
        self.chance = np.random.default_rng([number, 11])
        self.form = FORMS[number % len(FORMS)]
        self.days = int(self.one_of((1, 1, 1, 2, 5)))
        if self.form != "three teams" and self.chance.random() < 0.12:
            self.days = 14
        self.fine = self.days in (2, 5) and self.whether(0.4)  # hundreds of shifts to choose from
        self.busy = {1: 1.0, 2: 0.7, 5: 0.45, 14: 0.25}[self.days]

    def one_of(self, several: tuple[Any, ...]) -> Any:
        """One of several, all alike."""
        return several[int(self.chance.integers(len(several)))]

    def between(self, low: float, high: float, digits: int = 2) -> float:
        """A number, all alike."""
        return round(float(self.chance.uniform(low, high)), digits)

    def whether(self, share: float) -> bool:
        """Yes in such a share of the draws."""
        return bool(self.chance.random() < share)

    def rate(self, low: float, high: float) -> dict[str, Any]:
        """Contacts an hour, another number every other hour, on some days more than on others."""
        hours = range(OPEN[0], OPEN[1], 2)
        daily = {
            f"{hour:02}:00": self.between(self.busy * low, self.busy * high, 1) for hour in hours
        }
        source: dict[str, Any] = {"rate": {"per": "1h", "daily": daily | {f"{OPEN[1]:02}:00": 0}}}
        if self.whether(0.4):
            source["day_factor"] = {"cv": self.between(0.05, 0.2)}
        return source

    def contact_type(self, channel: str, low: float, high: float, **more: Any) -> dict[str, Any]:
        """Customers of one channel."""
        law = self.one_of(("exponential", "lognormal"))
        minutes = self.between(3, 6, 1)
        work = (
            {law: f"{minutes} min"}
            if law == "exponential"
            else {law: {"mean": f"{minutes} min", "scv": 0.8}}
        )
        words: dict[str, Any] = {
            "channel": channel,
            "arrivals": [self.rate(low, high)],
            "work": work,
        } | more
        if channel in ("phone", "chat"):
            words["patience"] = {"exponential": f"{self.between(2, 6, 1)} min"}
        if channel == "chat":
            words |= {
                "work": {"exponential": "50s"},
                "turns": {"geometric": {"mean": 4}},
                "think": {"exponential": "40s"},
            }
        return words

    def how_often(self, share: bool = True) -> dict[str, str]:
        """Over the whole time, or of which periods a promise is asked."""
        options: list[dict[str, str]] = [{}, {}, {"every": "interval"}, {"in": "90 % of runs"}]
        if self.days > 1:
            options += [{"every": "day"}, {"in": "90 % of days"}, {"in": "80 % of days"}]
        if self.days == 14:
            options += [{"every": "week"}, {"in": "90 % of weeks"}]
        if self.days >= 5:
            options = [one for one in options if one.get("every") != "interval"]
        return dict(self.one_of(tuple(options)))

    def targets(self, channels: tuple[str, ...]) -> list[dict[str, Any]]:
        """One or two promises of each channel."""
        found: list[dict[str, Any]] = []
        for channel in channels:
            level = {"of": channel, "measure": "service_level", "within": KINDS[channel],
                     "at_least": f"{self.one_of((70, 75, 80, 85))} %"}  # fmt: skip
            if channel in ("phone", "chat"):
                lost = {
                    "of": channel,
                    "measure": "abandonment",
                    "at_most": f"{self.one_of((5, 8, 10))} %",
                }
                mean = {"of": channel, "measure": "asa", "at_most": f"{self.one_of((20, 40))}s"}
                late = {
                    "of": channel,
                    "measure": "wait_p90",
                    "at_most": f"{self.one_of((1, 2))} min",
                }
                first = self.one_of((level, level, lost, mean, late))
                found.append(first | self.how_often())
                if self.whether(0.3) and first is not lost:
                    found.append(lost)
            else:
                late = {"of": channel, "measure": "first_response_p90", "at_most": KINDS[channel]}
                found.append(self.one_of((level, level, late)) | self.how_often())
        return found

    def group(self, channels: Any, price: float, **more: Any) -> dict[str, Any]:
        """A team that is yet to be sized."""
        words: dict[str, Any] = {"channels": channels, "agents": 0, "cost_per_hour": price} | more
        if self.whether(0.3):
            words["absence"] = f"{self.one_of((3, 6))} %"
        return words

    def shifts(self) -> dict[str, Any]:
        """Long shifts with a break, and short ones; where they are fine, by the quarter of an hour."""
        if self.fine:
            pause = {"after": {"from": "3h", "to": "5h", "step": "15 min"}, "length": "30 min", "paid": False}
            start = {"from": "08:00", "to": "09:00", "step": "15 min"}
            part = {"start": {"from": "08:00", "to": "13:00", "step": "15 min"}, "length": "4h"}
            return {"full": {"start": start, "length": "8h", "breaks": [pause]}, "part": part}
        full: dict[str, Any] = {
            "start": {"from": "08:00", "to": "09:00", "step": "1h"},
            "length": "8h",
        }
        if self.whether(0.6):
            full["breaks"] = [
                {
                    "after": {"from": "3h", "to": "4h", "step": "1h"},
                    "length": "30 min",
                    "paid": False,
                }
            ]
        part = {
            "start": {"from": "08:00", "to": "13:00", "step": self.one_of(("1h", "2h", "150 min"))},
            "length": "4h",
        }
        return {"full": full, "part": part}

    def words(self) -> dict[str, Any]:
        """The whole scenario."""
        parts = getattr(self, f"_{self.form.replace(' ', '_')}")()
        types, groups, channels, policy = parts
        hours = f"{OPEN[0]:02}:00-{OPEN[1]:02}:00"
        kinds = {"messages": "messaging"}
        return {
            "start": "2024-01-01",
            "days": self.days,
            "interval": "60 min",
            "seed": int(self.chance.integers(1, 10_000)),
            "channels": {one: {"kind": kinds.get(one, one), "open": hours} for one in channels},
            "contact_types": types,
            "groups": groups,
            "shift_types": self.shifts(),
            "targets": self.targets(channels),
        } | ({"policy": policy} if policy else {})

    def _one_team(self) -> Any:
        return (
            {"calls": self.contact_type("phone", 20, 60)},
            {"team": self.group(["phone"], 20)},
            ("phone",),
            {},
        )

    def _two_skills(self) -> Any:
        types = {
            "bills": self.contact_type("phone", 15, 40, skills=["bills"]),
            "faults": self.contact_type("phone", 10, 30, skills=["faults"]),
        }
        groups = {
            "bookkeepers": self.group(["phone"], 20, skills=["bills"]),
            "all_rounders": self.group(
                ["phone"], self.between(22, 28, 0), skills={"bills": 0.8, "faults": 1}
            ),
        }
        return (
            types,
            groups,
            ("phone",),
            {"plans": {"default": [{"groups": ["bookkeepers", "all_rounders"]}]}},
        )

    def _phone_and_email(self) -> Any:
        types = {
            "calls": self.contact_type("phone", 20, 50),
            "letters": self.contact_type("email", 3, 12),
        }
        group = self.group({"phone": 1, "email": 1}, 20, interrupts={"phone": "email"})
        return types, {"team": group}, ("phone", "email"), {}

    def _phone_and_chat(self) -> Any:
        types = {
            "calls": self.contact_type("phone", 15, 40),
            "chats": self.contact_type("chat", 15, 40),
        }
        groups = {
            "callers": self.group(["phone"], 20),
            "writers": self.group({"chat": int(self.one_of((2, 3)))}, 19),
        }
        if self.whether(0.5):
            groups["both"] = self.group({"phone": 1, "chat": 2}, 24)
        return types, groups, ("phone", "chat"), {}

    def _messages(self) -> Any:
        types = {
            "calls": self.contact_type("phone", 15, 35),
            "asked": self.contact_type("messages", 8, 25),
        }
        types["asked"] |= {"turns": 2, "think": {"exponential": "5 min"}}
        groups = {
            "callers": self.group(["phone"], 20),
            "desk": self.group({"phone": 1, "messages": 2}, 22),
        }
        return types, groups, ("phone", "messages"), {}

    def _three_teams(self) -> Any:
        types = {
            "bills": self.contact_type("phone", 15, 35, skills=["bills"]),
            "faults": self.contact_type("phone", 10, 30, skills=["faults"]),
            "letters": self.contact_type("email", 4, 10),
        }
        groups = {
            "bookkeepers": self.group(["phone"], 20, skills=["bills"]),
            "engineers": self.group(["phone"], 23, skills=["faults"]),
            "desk": self.group({"phone": 1, "email": 2}, 24, skills={"bills": 0.9, "faults": 0.7},
                               interrupts={"phone": "email"}),
        }  # fmt: skip
        return (
            types,
            groups,
            ("phone", "email"),
            {"plans": {"default": [{"groups": [["bookkeepers", "engineers"], "desk"]}]}},
        )


def planned_centre(number: int) -> Scenario:
    """The scenario of a number; the same one each time."""
    text = yaml.safe_dump(Drawing(number).words(), sort_keys=False)
    return load_scenario_text(text, ".", f"centre {number}")
