"""One agent, several open chats: the machine-repair queue M/M/1//K.

K sessions are always open; each waits for the agent's attention, gets it for an exponential time,
then the customer thinks for an exponential time. That chat slows down with concurrency follows from
this and is not assumed.

Source: Allen, *Probability, Statistics, and Queueing Theory* (2nd ed. 1990), section 5.2.6 (the
finite-population queue).
"""

from __future__ import annotations

from dataclasses import dataclass

from floorcast.planning.theory.erlang import blocked_and_carried, check_positive


@dataclass(frozen=True)
class SharedAttention:
    """One agent with `sessions` chats always open.

    `work` [s] is the agent's mean attention per turn, `think` [s] the customer's mean time between
    turns (0: the customer answers at once). The think time may have any distribution.
    """

    sessions: int
    work: float
    think: float

    def __post_init__(self) -> None:
        if self.sessions < 1:
            raise ValueError(f"sessions is {self.sessions}; it must be a whole number from 1 on")
        check_positive("work", self.work)
        if self.think != 0.0:
            check_positive("think", self.think)

    @property
    def utilisation(self) -> float:
        """Share of time the agent works on a turn.

        1 - 1 / sum over i of K!/(K-i)! (work/think)^i; that sum is 1 / Erlang B(think/work, K),
        because all sessions thinking at once is the agent's only idle state.
        """
        return blocked_and_carried(self.think / self.work, self.sessions)[1] if self.think else 1.0

    @property
    def turn_rate(self) -> float:
        """Turns finished per second."""
        return self.utilisation / self.work

    @property
    def turn_response(self) -> float:
        """Mean time [s] from a customer's message to the end of the agent's turn (Little)."""
        return self.sessions / self.turn_rate - self.think

    @property
    def turn_wait(self) -> float:
        """Mean time [s] a message waits for the agent's attention."""
        return self.turn_response - self.work

    @property
    def slow_down(self) -> float:
        """How many times longer a turn takes than with a single session."""
        return self.turn_response / self.work

    def session_length(self, turns: float) -> float:
        """Mean length [s] of a session of `turns` turns, thinking between them included."""
        return turns * self.turn_response + (turns - 1.0) * self.think
