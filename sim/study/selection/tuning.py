"""Search for the setting with the least loss: Optuna proposes settings, a race on the same customers decides.

A proposal is simulated on a few replications, then on twice as many, and so on. It is given up as soon as
it is surely worse than the best so far on the same replications. The winner is the best of many,
so its loss on these replications flatters it; fresh ones show what it is really worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from floorcast.policy.tunable import Knob
from floorcast.scenario import InputErrors
from floorcast.scenario.read.extras import optional
from floorcast.study.estimate import Floats
from floorcast.study.student import two_sided

GIVE_UP = 0.2  # error of a one-sided interval beyond which a proposal is surely worse
FINALISTS = 4

# (values) -> a handle of that setting; raises InputErrors where no policy may hold them
Set = Callable[[list[Any]], int]
# (handle, n) -> score of the first n replications; less is better
Score = Callable[[int, int], Floats]


@dataclass
class Found:
    """The best setting and what was tried. tried: (values, replications, mean score), in order; `refused`
    counts proposals that no policy may hold."""

    values: list[Any]
    handle: int
    replications: int
    tried: list[tuple[list[Any], int, float]] = field(default_factory=list)
    refused: int = 0


def search(
    knobs: Sequence[Knob],
    setting: Set,
    score: Score,
    *,
    trials: int,
    replications: int,
    seed: int,
    also: Sequence[list[Any]] = (),
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Found:
    """The best of `trials` settings; the first is what the policy says now, `also` come next.

    replications: of those that are never given up. Raises MissingExtra without Optuna.
    """
    optuna = optional("optuna", "tuning", "Optuna", "plan")

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(
        seed=seed, multivariate=True, n_startup_trials=min(12, max(4, trials // 4))
    )
    study = optuna.create_study(sampler=sampler)
    for begun in ([knob.now for knob in knobs], *also):
        study.enqueue_trial({str(n): _given(knob, begun[n]) for n, knob in enumerate(knobs)}, skip_if_exists=True)
    rungs = _rungs(replications)
    best: Found | None = None
    complete: list[tuple[float, list[Any], int]] = []
    refused = 0
    tried: list[tuple[list[Any], int, float]] = []
    for number in range(trials):
        if progress is not None:
            progress(number, trials)
        if best is not None and should_stop is not None and should_stop():
            break
        trial = study.ask()
        values = [_asked(trial, str(n), knob) for n, knob in enumerate(knobs)]
        try:
            handle = setting(values)
        except InputErrors:
            if best is None:
                raise
            refused += 1
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            continue
        seen = np.empty(0)
        worse = False
        for n in rungs:
            seen = score(handle, n)
            if best is not None and handle != best.handle and _surely_worse(seen, score(best.handle, n)):
                worse = True
                break
        mean = float(seen.mean())
        tried.append((values, len(seen), mean))
        study.tell(trial, mean)
        if not worse:
            complete.append((mean, values, handle))
            if best is None or mean < float(score(best.handle, replications).mean()):
                best = Found(values, handle, replications)
    assert best is not None
    if progress is not None:
        progress(trials, trials)
    best = _final(best, complete, score, replications, should_stop)
    best.tried, best.refused = tried, refused
    return best


def _final(
    best: Found,
    complete: list[tuple[float, list[Any], int]],
    score: Score,
    replications: int,
    should_stop: Callable[[], bool] | None,
) -> Found:
    """The best of the few best on twice the replications."""
    finalists: dict[int, list[Any]] = {}
    for _, values, handle in sorted(complete, key=lambda one: one[0]):
        finalists.setdefault(handle, values)
    n = 2 * replications
    ranked = []
    for handle, values in list(finalists.items())[:FINALISTS]:
        if should_stop is not None and should_stop():
            return best
        ranked.append((float(score(handle, n).mean()), values, handle))
    if not ranked:
        return best
    _, values, handle = min(ranked, key=lambda one: one[0])
    return Found(values, handle, n)


def _rungs(replications: int) -> list[int]:
    rungs = [replications]
    while rungs[0] >= 8:
        rungs.insert(0, rungs[0] // 2)
    return rungs


def _surely_worse(one: Floats, other: Floats) -> bool:
    n = len(one)
    if n < 3:
        return False
    difference = one - other
    limit = two_sided(2 * GIVE_UP, n - 1) * float(difference.std(ddof=1)) / np.sqrt(n)
    return bool(float(difference.mean()) > limit)


def _given(knob: Knob, value: Any) -> Any:
    if knob.choices:
        return str(knob.choices.index(value))
    return int(value) if knob.whole else float(value)


def _asked(trial: Any, name: str, knob: Knob) -> Any:
    """A proposal for one knob, as it is written and so simulated."""
    if knob.choices:
        number = trial.suggest_categorical(name, [str(n) for n in range(len(knob.choices))])
        return knob.choices[int(number)]
    if knob.whole:
        return int(trial.suggest_int(name, int(knob.low), int(knob.high)))
    return float(trial.suggest_float(name, knob.low, knob.high))


@dataclass(frozen=True)
class Gain:
    """A paired difference of means with its half width (95 %): below 0 is better."""

    mean: float
    half_width: float
    replications: int

    @property
    def sure(self) -> bool:
        """Better for sure."""
        return self.mean + self.half_width < 0


def gain(new: Floats, old: Floats, error: float = 0.05) -> Gain:
    """What is gained from old to new, on the same replications [n]; the interval misses with probability `error`."""
    difference = new - old
    n = len(difference)
    width = two_sided(error, n - 1) * float(difference.std(ddof=1)) / np.sqrt(n)
    return Gain(float(difference.mean()), float(width), n)


RESAMPLED = 2000


def worst_gain(new: Floats, old: Floats) -> Gain:
    """What is gained from old to new in the worst of several variants, of both [variants, n] on the same
    replications: the difference of the largest means, with an interval from resampled replications."""
    n = new.shape[1]
    mean = float(new.mean(axis=1).max() - old.mean(axis=1).max())
    if n < 2:
        return Gain(mean, float("nan"), n)
    counts = np.random.default_rng(n).multinomial(n, np.full(n, 1 / n), RESAMPLED) / n  # how often each was taken
    again = np.sort((new @ counts.T).max(axis=0) - (old @ counts.T).max(axis=0))
    tail = round(0.025 * RESAMPLED)
    # Resampled means vary by (n - 1) / n too little, and a normal tail is too short for few replications.
    few = two_sided(0.05, n - 1) / 1.96 * np.sqrt(n / (n - 1))
    width = max(float(again[-1 - tail]) - mean, mean - float(again[tail]))
    return Gain(mean, max(width, 0.0) * few, n)
