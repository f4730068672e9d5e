"""What somebody who leaves may still have in hand: work that was begun in time and is finished beyond it.

However cleverly a person begins and idles, knowing what was begun but not how long it will take, the work in hand at a
given instant is on average at most V(u), u being the time since they came: V(0) = max E[S], and

    V(u) = max(V(u-), max over types of E[(S - u)+] + E[V(u - S); S <= u]),

which is what dynamic programming finds on a grid, rounded up. It is E[S] where S is exponential, and never above
Lorden's (1970) E[S^2] / E[S]. Of a conversation the turns to come are on average at most what they are after any number
of turns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from floorcast.model.compile.tables import SKILL_SLOWDOWN
from floorcast.planning.requirement.start import is_text
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.words.distributions import Distribution

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
STRETCH = 8 * 3600.0  # [s] for which somebody is there without a break, at most about
STEPS = 20  # of the grid in the shortest mean
MOST_STEPS = 4000
POINTS = 300  # of a distribution
RARELY = 1e-3  # a conversation is longer
TAIL = 1.05  # for what lies beyond these points


def excess(scenario: Scenario, work: Floats, interrupts: Mapping[str, Collection[str]] | None = None) -> Floats:
    """What a person of each group who leaves may still have in hand, on average at most [2, G] [s]: without, and with
    conversations of several turns.

    Of the work that counts (`work` [K, G], of `least_work`): one contact, one more for each channel that may be
    interrupted, and as many conversations as may be held, whole. interrupts: the policy's, in place of the groups'.
    """
    found = np.zeros((2, work.shape[1]))
    text, talks = is_text(scenario), conversations(scenario)
    for g, group in enumerate(scenario.groups.values()):
        may = group.interrupts if interrupts is None else interrupts
        paused = {other for one, others in may.items() if one in group.channels for other in others} & {*group.channels}
        single, held = [], 0.0
        for k, name in enumerate(scenario.type_names):
            entry = scenario.contact_types[name]
            if not np.isfinite(work[k, g]) or entry.work.mean <= 0:
                continue
            after = 0.0 if text[k] else entry.after_contact_work.mean
            mean = after + entry.work.mean * (1.0 if text[k] else entry.turns.mean)
            slower = work[k, g] / mean if work[k, g] > 0 else 1.0 + SKILL_SLOWDOWN
            if talks[k]:  # conversations are finished whole, several at once
                still = most_to_come(entry.turns) * entry.work.mean + after
                turn = most_in_hand([_points(entry.work, None)])
                held = max(held, slower * (still * group.channels.get(entry.channel, 1) + turn))
            else:
                single.append(slower * _points(entry.work, None if text[k] else entry.after_contact_work))
        found[:, g] = most_in_hand(single) * (1 + len(paused))
        found[1, g] += held
    return found


def conversations(scenario: Scenario) -> Bools:
    """Contact types of several turns whose customers wait on the line [K]."""
    turns = np.array([kind.turns.mean > 1.0 for kind in scenario.contact_types.values()], dtype=np.bool_)
    found: Bools = turns & ~is_text(scenario)
    return found


def most_in_hand(kinds: list[Floats], stretch: float = STRETCH) -> float:
    """The most that is in hand on average [s] at any instant up to `stretch`, by whoever chooses among kinds of work,
    each given by equally likely lengths [s]."""
    kinds = [np.sort(lengths) for lengths in kinds if lengths.mean() > 0]
    if not kinds:
        return 0.0
    step = max(min(float(lengths.mean()) for lengths in kinds) / STEPS, stretch / MOST_STEPS)
    n = int(np.ceil(stretch / step))
    most = np.zeros(n + 1)
    most[0] = max(float(lengths.mean()) for lengths in kinds)
    whole = [np.floor(lengths / step).astype(np.int64) for lengths in kinds]  # the time left is rounded up
    for i in range(1, n + 1):
        best = most[i - 1]
        for lengths, steps in zip(kinds, whole, strict=True):
            over = np.searchsorted(steps, i)  # those from here on are not over by then
            again = int(np.searchsorted(steps, 1))  # ... and these may be, within the same step
            rest = float((lengths[over:] - i * step).clip(min=0.0).sum() + step * (lengths.size - over))
            value = (rest + float(most[i - steps[again:over]].sum())) / max(lengths.size - again, 1)
            best = max(best, value)
        most[i] = best
    lorden = max(float((lengths**2).mean() / lengths.mean()) for lengths in kinds)
    return TAIL * min(float(most[-1]), lorden)


def most_to_come(turns: Distribution) -> float:
    """The most turns that a conversation, however many it has had, still has to come on average."""
    number = np.maximum(1.0, np.rint(turns.quantile((np.arange(20 * POINTS) + 0.5) / (20 * POINTS))))
    found = float(number.mean())
    for gone in range(1, int(np.quantile(number, 1 - RARELY))):
        found = max(found, float((number[number > gone] - gone).mean()))
    return TAIL * found


def _points(first: Distribution, then: Distribution | None) -> Floats:
    """Equally likely lengths of a contact's work, with what comes after it."""
    u = (np.arange(POINTS) + 0.5) / POINTS
    found = np.asarray(first.quantile(u), dtype=np.float64)
    if then is None or then.mean <= 0:
        return found
    few = np.asarray(then.quantile((np.arange(20) + 0.5) / 20), dtype=np.float64)
    both = np.sort((found[:, None] + few[None, :]).ravel())
    return both[few.size // 2 :: few.size]
