"""What a supervisor orders on a running floor: the actions that a policy's supervision can take.

An order is one more row of the policy's supervision, whose condition holds at once, and holds no
longer from the instant at which the order is taken back.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.records.layout import Event
from floorcast.model.records.rules import ACTION, ALL_AGENTS, TRIGGER, ActionKind
from floorcast.policy.schema.supervision import Actions, Supervision

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor

_TRUE, _FALSE = ~1, ~0  # the two ends of a ladder of tests
Action = tuple[int, int, int, int]  # kind, group, channel, value


def order(floor: Floor, name: str, actions: list[Action], do: Actions) -> int:
    """Do something until it is taken back; gives the row of the supervision.

    ``do`` says the same for people who read a trace.
    """
    state, world = floor.state, floor.world
    rows = len(world.policy.supervision)  # the tables have a row even where there is none
    triggers = np.concatenate([state.triggers[:rows], np.zeros(1, TRIGGER)])
    written = state.actions[: int(triggers["do_to"].max(initial=0))]
    row = triggers[rows]
    row["entry"], row["until"], row["every"] = _TRUE, _FALSE, math.inf
    row["do_from"], row["do_to"] = len(written), len(written) + len(actions)
    rule = Supervision.model_construct(name=name, when=None, until=None, do=do)
    floor.world = dataclasses.replace(
        world, policy=world.policy.model_copy(update={"supervision": (*world.policy.supervision, rule)})
    )
    capacity = state.capacity.copy()  # shared by all runs of a policy without supervision
    floor.state = state.replaced(
        triggers=triggers, actions=np.concatenate([written, np.array(actions, dtype=ACTION)]), capacity=capacity
    )
    _look(floor, rows)
    return rows


def take_back(floor: Floor, row: int) -> None:
    """Undo what was ordered."""
    if floor.state.triggers[row]["on"]:
        floor.state.triggers[row]["entry"] = _FALSE
        _look(floor, row)


def other_policy(floor: Floor, name: str) -> int:
    """Another rule book from now on, for who waits already as well. ValueError if unknown."""
    books = list(floor.world.policy.books)
    if name not in books[1:]:
        raise ValueError(f"found the policy {name!r}; allowed {', '.join(books[1:]) or 'none: there is no other'}")
    action = (int(ActionKind.POLICY), -1, -1, books.index(name))
    return order(floor, f"policy {name}", [action], Actions.model_construct(policy=name, _fields_set={"policy"}))


def only_on(floor: Floor, group: str, channel: str, people: int) -> tuple[int, int]:
    """So many people of a group who are there take new contacts of one channel alone; gives the row
    and how many they are. ValueError where the group has no other channel."""
    world = floor.world
    g, kept = world.group_names.index(group), world.channel_names.index(channel)
    n = len(world.channel_names)
    room = floor.state.capacity["most"][g * n : (g + 1) * n]
    others = [i for i in range(n) if i != kept and room[i] > 0]
    if not others or not room[kept]:
        raise ValueError(f"{group} has no {channel} beside another channel, so nobody can be moved there")
    first, last = floor.members(group)
    there = np.flatnonzero(floor.state.agents["present"][first:last])
    moved = min(people, there.size)
    if not moved:
        raise ValueError(f"nobody of {group} is there")
    # The engine counts a group's agents from its lowest number, away ones included.
    upto = int(there[moved - 1]) + 1 if moved < there.size else ALL_AGENTS
    actions = [(int(ActionKind.REMOVE), g, i, upto) for i in others]
    names = ", ".join(world.channel_names[i] for i in others)
    return order(floor, f"{moved} of {group} on {channel} only, not {names}", actions, Actions.model_construct()), moved


def overtime(floor: Floor, group: str, people: int) -> int:
    """Nobody of the group goes home, and so many who are away come."""
    action = (int(ActionKind.OVERTIME), floor.world.group_names.index(group), -1, people)
    return order(floor, f"overtime of {group}", [action], Actions.model_construct())


def outage(floor: Floor, channel: str) -> int:
    """A channel turns new contacts away."""
    action = (int(ActionKind.CLOSE), -1, floor.world.channel_names.index(channel), 0)
    return order(floor, f"outage of {channel}", [action], Actions.model_construct())


def _look(floor: Floor, row: int) -> None:
    """Let the supervisor look at a row now."""
    now = floor.now
    _schedule(floor, now, (int(Event.SUPERVISE) << 52) | (row << 16))
    floor.run_until(now)
    floor.disturbed()


def _schedule(floor: Floor, time: float, what: int) -> None:
    """Write an event into the calendar, a heap of four children a node (``core.calendar.schedule``)."""
    state = floor.state
    calendar = state.calendar
    i = int(state.centre[0]["calendar"])
    state.centre[0]["calendar"] = i + 1
    while i > 0:
        parent = (i - 1) >> 2
        if (calendar[parent]["time"], calendar[parent]["what"]) <= (time, what):
            break
        calendar[i] = calendar[parent]
        i = parent
    calendar[i] = (time, what)
