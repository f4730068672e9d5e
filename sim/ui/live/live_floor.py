"""One reader's floor: it answers the messages of the picture in the browser.

The browser moves contacts by itself. It asks for what happens next, some time ahead of what it shows,
and each event is sent once. Whatever is done is done at the instant that the browser shows: the floor
goes back to it first.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.charts.words import human
from floorcast.model.records.layout import Status
from floorcast.policy import Policy
from floorcast.scenario import Scenario, change
from floorcast.ui.live.said import disturbance_words, line_words, person_words

if TYPE_CHECKING:
    from floorcast.clock.play.game import Game

SPEEDS = (1, 10, 60, 300, 1800)  # simulated seconds per second
MOST_AHEAD = 8 * 3600.0  # seconds that one answer simulates at most
FOLLOWED = 4 * 3600.0  # seconds for which the contacts of an hour are followed
MOST_EVENTS = 40_000  # that one answer brings
UNDISTURBED = "undisturbed"
PEOPLE = "people:"  # a twin with other people: its team, and how many more
Message = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """A contact by name, the seconds it waited, and what befell it line by line."""

    title: str
    waited: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """A contact that waits: its number, its type, its points, seconds waited."""

    number: int
    contact_type: str
    points: float
    waited: float


class LiveFloor:
    """One floor of one reader, and its twin; opening it may take a minute when the simulator is not prepared.

    others: policies that can take the place of the first in the running day, or that a twin runs under.
    """

    def __init__(
        self, scenario: Scenario, policy: Policy, seed: int, begin: float, others: Mapping[str, Policy] | None = None
    ) -> None:
        self.scenario, self.policy, self.seed, self.begin = scenario, policy, seed, begin
        self.others = {name: one for name, one in (others or {}).items() if one is not policy}
        self.fault: Exception | None = None
        self._last: Answer = {}
        self._game: Game | None = None
        self._twin: Game | None = None
        self._twin_of = ""
        self._twin_teams: list[dict[str, Any]] | None = None  # where they are others than on this floor
        self._cuts: list[tuple[int, int]] = []  # how much of the tape was kept, each time that time was turned back
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._open, name="floor", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        return self._game is not None

    def wait(self, seconds: float) -> bool:
        """Wait until it is open, for tests."""
        self._thread.join(seconds)
        return self.ready

    def _open(self) -> None:
        try:
            from floorcast.clock.play.game import Game
            from floorcast.model.compile.assemble import assemble

            books = {name: one for name, one in self.others.items() if not self.policy.alternatives}
            policy = self.policy.model_copy(update={"alternatives": books}) if books else self.policy
            self._game = Game(assemble(self.scenario, policy), self.seed, self.begin)
        except Exception as fault:  # shown on the page
            self.fault = fault

    @property
    def game(self) -> Game:
        """The floor itself. RuntimeError while it is not open."""
        if self._game is None:
            raise RuntimeError("the floor is not open yet")
        return self._game

    @property
    def twin(self) -> Game | None:
        """The floor beside it, if there is one."""
        return self._twin

    # -- what the browser needs to know once
    def meta(self) -> dict[str, Any]:
        """Names, promises and what can be done here."""
        from floorcast.clock.play.demand import can_spread

        game, scenario = self.game, self.scenario
        world = game.floor.world
        channels = [
            {"name": human(name), "key": name, "kind": str(scenario.kind_of(name))} for name in world.channel_names
        ]
        types = [
            {
                "name": human(name),
                "key": name,
                "channel": int(world.type_channel[number]),
                "promised": float(scenario.answer_within(name)),
            }
            for number, name in enumerate(world.type_names)
        ]
        return {
            "scenario": scenario.name,
            "policy": human(self.policy.name),
            "seed": self.seed,
            "start": scenario.start.isoformat(),
            "begin": game.begin,
            "horizon": world.horizon,
            "days": scenario.days,
            "channels": channels,
            "types": types,
            "teams": self._teams(game, scenario),
            "lines": [line_words(one, place) for place, one in enumerate(self.policy.supervision)],
            "policies": [{"key": name, "name": human(name)} for name in world.policy.alternatives],
            "twins": [{"key": name, "name": human(name)} for name in self.others],
            "spread": can_spread(game.floor),
            "speeds": list(SPEEDS),
        }

    def _teams(self, game: Game, scenario: Scenario) -> list[dict[str, Any]]:
        """Where the people of each team stand among all, and whether others can be in their place in a twin."""
        teams = []
        for name in game.floor.world.group_names:
            first, last = game.floor.members(name)
            group = scenario.groups[name]
            mine = [channel for channel in game.floor.world.channel_names if channel in group.channels]
            teams.append({
                "name": human(name), "key": name, "first": first, "size": last - first, "channels": mine,
                "planned": None if group.roster is not None else group.planned_agents,
            })  # fmt: skip
        return teams

    def stories(self, until: float, most: int) -> list[Story]:
        """The contacts that came up to an instant and waited longest, with what befell them."""
        from floorcast.explain.played import contact_story

        with self._one_at_a_time:
            game = self.game
            game.run_to(until + FOLLOWED)
            rows = game.floor.contacts
            mine = np.flatnonzero((rows["arrived"] >= game.begin) & (rows["arrived"] < until))
            served = np.where(np.isnan(rows["answered"][mine]), rows["ended"][mine], rows["answered"][mine])
            waited = np.where(np.isnan(served), game.now, served) - rows["arrived"][mine]
            names = game.floor.world.type_names
            return [
                Story(
                    f"{human(names[int(rows['contact_type'][mine[k]])])} {int(mine[k])}",
                    float(waited[k]),
                    tuple(contact_story(game, int(mine[k]), game.now)),
                )
                for k in np.argsort(-waited)[:most].tolist()
            ]

    def line(self, most: int) -> list[Waiting]:
        """Who waits now, in the order of points and then of age, the order in which agents take them."""
        rows, now = self.game.floor.contacts, self.game.now
        waiting = np.flatnonzero(rows["status"] == int(Status.WAITING))
        order = np.lexsort((rows["queued"][waiting], -rows["points"][waiting]))
        names = self.game.floor.world.type_names
        return [
            Waiting(
                c, names[int(rows[c]["contact_type"])], round(float(rows[c]["points"]), 1),
                now - float(rows[c]["queued"]),
            )  # fmt: skip
            for c in waiting[order][:most].tolist()
        ]

    def go_on(self, instant: float) -> bool:
        """Go on to an instant (s) without showing it; False when the run is over."""
        with self._one_at_a_time:
            return bool(self.game.run_to(instant))

    # -- its messages
    def answer(self, message: Message) -> Answer:
        """Do what a message asks and tell what happens next. What cannot be done is said in `error`."""
        with self._one_at_a_time:
            if self._last.get("id") == message.get("id") is not None:
                return self._last  # its answer was lost on the way; nothing is done twice
            error, found = "", None
            try:
                found = self._do(message)
                ahead = min(float(message.get("until", 0.0)), self.game.now + MOST_AHEAD)
                for game in self._games():
                    game.run_to(max(ahead, float(message.get("at", 0.0))))
            except (ValueError, KeyError, TypeError, IndexError, RuntimeError) as fault:
                error = str(fault.args[0] if fault.args else fault)
            self._last = self._told(message, error, found)
            return self._last

    def _games(self) -> list[Game]:
        return [self.game] if self._twin is None else [self.game, self._twin]

    def _do(self, message: Message) -> dict[str, Any] | None:
        at = float(message.get("at", self.game.now))
        match message["kind"]:
            case "more":
                return None
            case "do":
                self._back(at)
                self.game.disturb(str(message["what"]), **dict(message["given"]))
            case "end":
                self._back(at)
                self.game.end(int(message["number"]))
            case "twin":
                self._set_twin(str(message["of"]), at)
            case "contact":
                from floorcast.explain.played import contact_story

                game = self._games()[int(message.get("floor", 0))]
                number = int(message["number"])
                return {"title": f"Contact {number}", "lines": contact_story(game, number, at), "contact": number}
            case "person":
                from floorcast.explain.played import floor_at, person

                floor = floor_at(self._games()[int(message.get("floor", 0))], at)
                one = person(floor, int(message["number"]))
                return {"title": human(one.name), "lines": person_words(one, self.scenario.start, floor)}
            case other:
                raise ValueError(f"found the message {other!r}")
        return None

    def _back(self, at: float) -> None:
        """To the instant that the browser shows; what lies ahead of it is simulated again."""
        if at < self.game.now:
            self.game.back_to(at)
            self._cuts.append(self.game.tape.length)
        else:
            self.game.run_to(at)

    def _set_twin(self, of: str, at: float) -> None:
        from floorcast.clock.play.game import Game
        from floorcast.model.compile.assemble import assemble

        self._twin, self._twin_of, self._twin_teams = None, of, None
        if of == UNDISTURBED:
            self._twin = Game(self.game.first_world, self.seed, self.begin)
        elif of in self.others:
            self._twin = Game(assemble(self.scenario, self.others[of]), self.seed, self.begin)
        elif of.startswith(PEOPLE):
            scenario, self._twin_of = self._with_people(of)
            self._twin = Game(assemble(scenario, self.policy), self.seed, self.begin)
            self._twin_teams = self._teams(self._twin, scenario)
        elif of:
            raise ValueError(f"found the policy {of!r}; allowed {', '.join(self.others)}")
        if self._twin is not None:
            self._twin.run_to(max(at, self.game.now))

    def _with_people(self, of: str) -> tuple[Scenario, str]:
        """The scenario with so many people more or fewer in a team, and that in words; ``of``: `people:team:-3`."""
        _, team, text = of.split(":", 2)
        planned = self.scenario.groups[team].planned_agents if team in self.scenario.groups else None
        if planned is None:
            raise ValueError(f"found {human(team)}; allowed a team whose number of people is written")
        more = int(text)
        if not more or not 0 <= planned + more <= 10_000:
            raise ValueError(f"found {planned + more} people; allowed another number from 0 to 10,000")
        changed = change(self.scenario, headcounts={team: planned + more})
        return changed, f"with {abs(more)} {'more' if more > 0 else 'fewer'} of {human(team)}"

    def _told(self, message: Message, error: str, found: dict[str, Any] | None) -> Answer:
        have = message.get("have") or []
        since = self._cuts[int(message.get("branch", 0)) :]
        floors = []
        for place, game in enumerate(self._games()):
            events, samples = (int(n) for n in have[place]) if place < len(have) else (-1, -1)
            first = events < 0
            if first:
                events = samples = 0
            elif game is self._game:  # what came after a cut is told anew
                events = min(events, *(cut[0] for cut in since)) if since else events
                samples = min(samples, *(cut[1] for cut in since)) if since else samples
            told = game.tape.events[events : events + MOST_EVENTS]
            whole = events + len(told) == len(game.tape.events)
            floors.append({
                "first": game.first if first else None,
                "keep": [events, samples],
                "events": [n for e in told for n in (round(e[0], 2), *e[1:])],
                "samples": game.tape.samples[samples:],
                "until": game.now if whole else told[-1][0],
                "finished": game.floor.finished and whole,
            })  # fmt: skip
        return {
            "id": message.get("id", 0),
            "branch": len(self._cuts),
            "floors": floors,
            "twin": self._twin_of if self._twin is not None else "",
            "twin_teams": self._twin_teams if self._twin is not None else None,
            "disturbances": [
                {
                    "number": one.number,
                    "words": disturbance_words(one),
                    "at": one.at,
                    "ended": one.ended,
                    "until": one.until,
                    "lasting": one.what != "crisis",
                    "policy": human(str(one.given["name"])) if one.what == "policy" else "",
                }
                for one in self.game.disturbances
            ],
            "error": error,
            "found": found,
        }
