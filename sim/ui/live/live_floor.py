"""A floor that a trainer plays with: it runs at a speed, stops, steps, and is disturbed."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from floorcast.clock.snapshot import Happening, Moment, happenings, moment
from floorcast.policy import Policy
from floorcast.scenario import Scenario

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor

SPEEDS = (1, 10, 60, 300, 1800)  # simulated seconds per second
STORY = 12  # happenings kept
LONGEST_PAUSE = 5.0  # wall seconds that playing catches up at most, after the page was away


class LiveFloor:
    """One floor of one reader; opening it may take a minute when the simulator is not prepared."""

    def __init__(self, scenario: Scenario, policy: Policy, seed: int, begin: float) -> None:
        self.scenario, self.policy, self.seed, self.begin = scenario, policy, seed, begin
        self.playing, self.speed = False, 60
        self.story: deque[Happening] = deque(maxlen=STORY)
        self.fault: Exception | None = None
        self._floor: Floor | None = None
        self._played = 0.0  # wall clock up to which it has played
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._open, name="floor", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        return self._floor is not None

    def wait(self, seconds: float) -> bool:
        """Wait until it is open, for tests."""
        self._thread.join(seconds)
        return self.ready

    def _open(self) -> None:
        try:
            from floorcast.clock.floor import Floor
            from floorcast.model.compile.assemble import assemble

            floor = Floor(assemble(self.scenario, self.policy), self.seed, log=True)
            floor.run_until(self.begin)
            self._floor = floor
            self._tell()
        except Exception as fault:  # shown on the page
            self.fault = fault

    # -- time
    def play(self, wall: float | None = None) -> None:
        """Let time run at the speed."""
        self.playing, self._played = True, time.monotonic() if wall is None else wall

    def pause(self) -> None:
        """Stop time."""
        self.playing = False

    def catch_up(self, wall: float | None = None) -> None:
        """When playing, go on to the instant that the wall clock has reached."""
        wall = time.monotonic() if wall is None else wall
        if self.playing:
            passed, self._played = min(wall - self._played, LONGEST_PAUSE), wall
            self.go_on(max(passed, 0.0) * self.speed)

    def go_on(self, seconds: float) -> None:
        """Let so many simulated seconds pass."""
        with self._one_at_a_time:
            floor = self._open_floor()
            if not floor.run_until(floor.now + seconds):
                self.playing = False
            self._tell()

    def step(self) -> None:
        """Let the next thing happen that is worth a line."""
        with self._one_at_a_time:
            floor = self._open_floor()
            before = len(self.story), self.story[0] if self.story else None
            while floor.step():
                self._tell()
                if (len(self.story), self.story[0] if self.story else None) != before:
                    break

    # -- disturbing it
    def send_away(self, team: str, number: int = 1) -> int:
        """Agents of a team leave, idle ones first; gives how many."""
        order = {"idle": 0, "ringing": 1, "holding": 2, "wrapping": 3, "working": 4}
        return self._disturb(team, number, order, True)

    def call_in(self, team: str, number: int = 1) -> int:
        """Agents of a team log in, or stay: first those who were sent away and still finish what they
        hold, then who is away; gives how many."""
        return self._disturb(team, number, {"working": 0, "wrapping": 0, "ringing": 0, "holding": 0, "away": 1}, False)

    def _disturb(self, team: str, number: int, order: dict[str, int], away: bool) -> int:
        with self._one_at_a_time:
            floor = self._open_floor()
            mine = next(one for one in moment(floor).teams if one.name == team)
            able = [
                agent
                for agent in mine.agents
                if agent.state in order and (agent.leaving != away if agent.state != "away" else not away)
            ]
            able.sort(key=lambda agent: (order[agent.state], agent.number))
            for agent in able[:number]:
                (floor.send_away if away else floor.call_back)(agent.number)
            self._tell()
            return len(able[:number])

    def set_open(self, channel: str, is_open: bool) -> None:
        """Open or close a channel until its hours change it again."""
        with self._one_at_a_time:
            floor = self._open_floor()
            (floor.open_channel if is_open else floor.close_channel)(channel)
            self._tell()

    # -- what there is to see
    def look(self) -> Moment:
        """The floor now."""
        with self._one_at_a_time:
            return moment(self._open_floor())

    def _open_floor(self) -> Floor:
        if self._floor is None:
            raise RuntimeError("the floor is not open yet")
        return self._floor

    def _tell(self) -> None:
        for happening in reversed(happenings(self._open_floor(), STORY)):
            self.story.appendleft(happening)
