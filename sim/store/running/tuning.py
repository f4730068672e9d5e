"""Tuning a policy: settings are simulated on the same customers, the best is judged on fresh ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from floorcast.policy.loading import policy_from, tunable_policy
from floorcast.policy.tunable import Knob, with_values
from floorcast.policy.words.policy import explain
from floorcast.scenario import InputErrors, Problem
from floorcast.scenario.read.problems import written_path
from floorcast.store.folder import StudyError, write_json
from floorcast.store.running.opening import Assemble, Simulate, clock_of_name
from floorcast.study import Replicates
from floorcast.study.estimate import Floats
from floorcast.study.running.workers import Pool
from floorcast.study.selection.objectives import losses
from floorcast.study.selection.tuning import Gain, gain, search

FRESH = 1_000_000_007  # from the seed of the search to that of the fresh replications
COST_WEIGHT = 1e-6  # of the usual cost against loss: it decides between equal losses, and nothing else
TUNING = "tuning.json"


@dataclass(frozen=True)
class Turned:
    """One place that was tuned. back: what it would lose to put it back alone, on fresh replications."""

    path: str
    before: Any
    after: Any
    back: Gain


@dataclass(frozen=True)
class Tuned:
    """What tuning found. gain, cost: the differences of loss and cost on fresh replications; losses: before
    and after, there."""

    policy: Any
    data: dict[str, Any]
    turned: tuple[Turned, ...]
    gain: Gain
    cost: Gain
    losses: tuple[float, float]
    trials: int
    refused: int
    simulated: int
    explained: tuple[str, ...]  # lines of `explain` that were not there before

    def document(self) -> dict[str, Any]:
        """In plain values."""
        return {
            "policy": self.policy.name, "loss_before": self.losses[0], "loss_after": self.losses[1],
            "gain": vars(self.gain), "cost": vars(self.cost), "trials": self.trials, "refused": self.refused,
            "replications": self.simulated,
            "settings": [
                {"path": t.path, "before": t.before, "after": t.after, "put_back": vars(t.back)} for t in self.turned
            ],
        }  # fmt: skip

    def text(self) -> str:
        """The tuned policy as a file, with the reasons as comments."""
        sure = "for sure" if self.gain.sure else "which may be chance"
        lines = [
            f"Tuned by floorcast: loss {self.losses[0]:.4g} -> {self.losses[1]:.4g}, a difference of"
            f" {self.gain.mean:+.4g} +- {self.gain.half_width:.2g}, {sure},",
            f"on {self.gain.replications} replications that the search never saw; {self.trials} settings tried.",
            "",
            "What was turned, and what putting it back alone would do to the loss there:",
            *(
                f"  {t.path}: {t.before} -> {t.after} (back: {t.back.mean:+.3g} +- {t.back.half_width:.2g})"
                for t in self.turned
            ),
        ]
        if self.explained:
            lines += ["", "What is new in words:", *(f"  {line.strip()}" for line in self.explained)]
        head = "".join(f"# {line}".rstrip() + "\n" for line in lines)
        return head + "\n" + yaml.safe_dump(self.data, sort_keys=False, allow_unicode=True, width=110)


def tune(
    scenario: Any,
    policy: Any,
    *,
    trials: int = 60,
    replications: int = 16,
    fresh: int = 40,
    seed: int | None = None,
    jobs: int = 1,
    pool: Pool | None = None,
    out: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    simulate: Simulate | None = None,
    assemble: Assemble | None = None,
) -> Tuned:
    """Tune the places of a policy that say so, for the least loss of the scenario's targets, then cost.

    Loss is that of `floorcast.study.selection.objectives`. out: a folder in which what is simulated is
    noted, so that the same call goes on where it stopped. Raises `InputErrors` for a policy without places
    to tune, a range with ends that no policy may hold, or a scenario without targets.
    """
    data, knobs = tunable_policy(policy)
    _check(scenario, policy, data, knobs)
    seed = scenario.seed if seed is None else seed
    bench = _Bench(scenario, policy, data, knobs, seed, jobs, pool, simulate, assemble, out)
    now = [knob.now for knob in knobs]
    found = search(
        knobs, bench.setting, bench.score, trials=trials, replications=replications, seed=seed,
        progress=progress, should_stop=should_stop,
    )  # fmt: skip
    bench.keep()
    held = _Bench(scenario, policy, data, knobs, seed + FRESH, jobs, pool, simulate, assemble, None)
    before, after = held.setting(now), held.setting(found.values)
    turned = []
    for place, knob in enumerate(knobs):
        if knob.written(found.values[place]) != knob.written(now[place]):
            back = [*found.values[:place], now[place], *found.values[place + 1 :]]
            try:
                loss = gain(held.loss(held.setting(back), fresh), held.loss(after, fresh))
            except InputErrors:  # what it was does not go with the rest
                loss = Gain(float("nan"), float("nan"), fresh)
            turned.append(
                Turned(written_path(knob.path), knob.written(now[place]), knob.written(found.values[place]), loss)
            )
    tuned_data = with_values(data, knobs, found.values) | {"name": f"{policy.name} tuned"}
    tuned = policy_from(tuned_data, policy, scenario)
    old = set(explain(policy, scenario))
    return Tuned(
        tuned,
        tuned_data,
        tuple(turned),
        gain(held.loss(after, fresh), held.loss(before, fresh)),
        gain(held.cost(after, fresh), held.cost(before, fresh)),
        (float(held.loss(before, fresh).mean()), float(held.loss(after, fresh).mean())),
        len(found.tried),
        found.refused,
        bench.simulated + held.simulated,
        tuple(line for line in explain(tuned, scenario)[1:] if line not in old),
    )


def _check(scenario: Any, policy: Any, data: dict[str, Any], knobs: list[Knob]) -> None:
    if not scenario.targets:
        raise InputErrors([Problem(scenario.file, None, "targets", "found no target; allowed with targets to meet")])
    if not knobs:
        message = (
            "found nothing to tune; allowed with numbers written {tune: 0..200, now: 30}, or"
            " {choose: [...], now: ...}"
        )
        raise InputErrors([Problem(policy.file, None, "", message)])
    problems = []
    now = [knob.now for knob in knobs]
    for place, knob in enumerate(knobs):
        for end in knob.choices or (knob.low, knob.high):
            try:
                policy_from(with_values(data, knobs, [*now[:place], end, *now[place + 1 :]]), policy, scenario)
            except InputErrors as errors:
                why = errors.problems[0].message
                message = f"cannot be tuned to {knob.written(end)}: {why}"
                problems.append(Problem(policy.file, errors.problems[0].line, written_path(knob.path), message))
                break
    if problems:
        raise InputErrors(problems)


class _Bench:
    """Settings of one policy on one seed: simulated on demand, each replication once."""

    def __init__(
        self,
        scenario: Any,
        policy: Any,
        data: dict[str, Any],
        knobs: list[Knob],
        seed: int,
        jobs: int,
        pool: Pool | None,
        simulate: Simulate | None,
        assemble: Assemble | None,
        out: Path | None,
    ) -> None:
        if assemble is None:
            from floorcast.model.compile.assemble import assemble as build

            assemble = build
        self._scenario, self._policy, self._data, self._knobs = scenario, policy, data, knobs
        self._assemble, self._out = assemble, out
        self._handles: dict[str, int] = {}
        self._keys: list[str] = []
        world = assemble(scenario, policy)
        self._replicates = Replicates(
            [world], simulate or clock_of_name("compiled"), seed, names=["as given"], jobs=jobs, pool=pool
        )
        self._targets = self._replicates.study(scenario.name, 0).targets
        self._cost = next(
            p for p, row in enumerate(self._replicates.rows) if (row.measure, row.by) == ("cost", "all")
        )
        self._number: list[int] = []  # of a setting among the replicates
        self._worlds: dict[int, Any] = {}
        self._known = _noted(out, seed)
        self._values: dict[int, tuple[Floats, Floats]] = {}
        self._seed, self.simulated = seed, 0

    def setting(self, values: list[Any]) -> int:
        """A handle of a setting. Raises `InputErrors` where no policy may hold it."""
        data = with_values(self._data, self._knobs, values)
        key = json.dumps(data, sort_keys=True)
        if key not in self._handles:
            policy = policy_from(data, self._policy, self._scenario)
            self._handles[key] = len(self._keys)
            self._worlds[len(self._keys)] = policy
            self._keys.append(key)
            self._number.append(-1)
        return self._handles[key]

    def score(self, handle: int, n: int) -> Floats:
        """Loss; where losses are equal, cost."""
        return self.loss(handle, n) + COST_WEIGHT * self.cost(handle, n) / (self._usual_cost(n) or 1.0)

    def _usual_cost(self, n: int) -> float:
        return float(self.cost(0, n).mean())

    def loss(self, handle: int, n: int) -> Floats:
        """Loss of the first n replications [n]."""
        return self._observed(handle, n)[0][:n]

    def cost(self, handle: int, n: int) -> Floats:
        """Cost of the first n replications [n]."""
        return self._observed(handle, n)[1][:n]

    def _observed(self, handle: int, n: int) -> tuple[Floats, Floats]:
        known = self._values.get(handle)
        if known is None and self._keys[handle] in self._known:
            noted = self._known[self._keys[handle]]
            known = self._values[handle] = (np.array(noted[0]), np.array(noted[1]))
        if known is not None and len(known[0]) >= n:
            return known
        if self._number[handle] < 0:
            world = self._assemble(self._scenario, self._worlds[handle])
            self._number[handle] = self._replicates.add(world, f"setting {handle}")
        number = self._number[handle]
        before = self._replicates.done_of(number)
        if not self._replicates.run(n, among=[number]):
            raise KeyboardInterrupt
        self.simulated += n - before
        above, below = self._replicates.of(number, n)
        found = losses(above, below, self._replicates.rows, self._targets), above[:, self._cost].copy()
        self._values[handle] = found
        if self._out is not None:
            self.keep()
        return found

    def keep(self) -> None:
        """Note what has been simulated. Raises StudyError."""
        if self._out is None:
            return
        settings = {
            self._keys[handle]: [loss.tolist(), cost.tolist()] for handle, (loss, cost) in self._values.items()
        }
        self._out.mkdir(parents=True, exist_ok=True)
        write_json(self._out / TUNING, {"seed": self._seed, "settings": self._known | settings})


def _noted(out: Path | None, seed: int) -> dict[str, Any]:
    """Settings that an earlier call simulated. Raises StudyError."""
    if out is None or not (out / TUNING).exists():
        return {}
    try:
        noted = json.loads((out / TUNING).read_text(encoding="utf-8"))
        settings: dict[str, Any] = noted["settings"] if noted["seed"] == seed else {}
        return settings
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StudyError(f"{out / TUNING} is damaged: {fault}") from None
