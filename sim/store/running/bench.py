"""What settings of a policy lose, simulated on demand, under a scenario and under variants of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.policy.loading import plain_policy, policy_from
from floorcast.policy.tunable import Knob, with_values
from floorcast.store.folder import StudyError, write_json
from floorcast.store.running.opening import Assemble, Simulate, clock_of_name
from floorcast.study import Replicates
from floorcast.study.estimate import Floats
from floorcast.study.running.workers import Pool
from floorcast.study.selection.objectives import losses

COST_WEIGHT = 1e-6  # of the usual cost against loss: it decides between equal losses, and nothing else
TUNING = "tuning.json"


class Bench:
    """Settings of one policy on one seed, under a scenario or a variant: simulated on demand, each replication once.

    under: the policy that given data are there. name: of the file in `out` in which losses are noted.
    """

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
        *,
        under: Callable[[dict[str, Any]], Any] | None = None,
        name: str = TUNING,
    ) -> None:
        if assemble is None:
            from floorcast.model.compile.assemble import assemble as build

            assemble = build
        self._scenario, self._data, self._knobs = scenario, data, knobs
        self._assemble, self._out = assemble, out
        self._handles: dict[str, int] = {}
        self._keys: list[str] = []
        self._under = under or (lambda data: policy_from(data, policy, scenario))
        self._name = name
        world = assemble(scenario, policy if under is None else under(plain_policy(policy)))
        self._replicates = Replicates(
            [world], simulate or clock_of_name("compiled"), seed, names=["as given"], jobs=jobs, pool=pool
        )
        self._targets = self._replicates.study(scenario.name, 0).targets
        self._cost = next(
            p for p, row in enumerate(self._replicates.rows) if (row.measure, row.by) == ("cost", "all")
        )
        self._number: list[int] = []  # of a setting among the replicates
        self._worlds: dict[int, Any] = {}
        self._known = _noted(None if out is None else out / name, seed)
        self._values: dict[int, tuple[Floats, Floats]] = {}
        self._seed, self.simulated = seed, 0

    def setting(self, values: list[Any]) -> int:
        """A handle of a setting. Raises `InputErrors` where no policy may hold it."""
        data = with_values(self._data, self._knobs, values)
        key = json.dumps(data, sort_keys=True)
        if key not in self._handles:
            policy = self._under(data)
            self._handles[key] = len(self._keys)
            self._worlds[len(self._keys)] = policy
            self._keys.append(key)
            self._number.append(-1)
        return self._handles[key]

    def score(self, handle: int, n: int) -> Floats:
        """Loss; where losses are equal, cost."""
        return self.loss(handle, n) + self.by_cost(handle, n)

    def by_cost(self, handle: int, n: int) -> Floats:
        """Cost as so small a share of the usual that it decides between equal losses and nothing else."""
        return COST_WEIGHT * self.cost(handle, n) / (float(self.cost(0, n).mean()) or 1.0)

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
        write_json(self._out / self._name, {"seed": self._seed, "settings": self._known | settings})


def _noted(path: Path | None, seed: int) -> dict[str, Any]:
    """Settings that an earlier call simulated. Raises StudyError."""
    if path is None or not path.exists():
        return {}
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        settings: dict[str, Any] = noted["settings"] if noted["seed"] == seed else {}
        return settings
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StudyError(f"{path} is damaged: {fault}") from None


class Across:
    """Settings of one policy under several scenarios, by how far they are behind in the one where they do worst.

    best: of each scenario the setting that it is held against; None: against no loss at all.
    """

    def __init__(self, benches: Sequence[Bench]) -> None:
        self.benches = tuple(benches)
        self.best: list[int] | None = None
        self._settings: list[list[int]] = []  # by bench

    def setting(self, values: list[Any]) -> int:
        """A handle of a setting. Raises `InputErrors` where no policy may hold it under any of the scenarios."""
        by_bench = [bench.setting(values) for bench in self.benches]
        if by_bench not in self._settings:
            self._settings.append(by_bench)
        return self._settings.index(by_bench)

    def losses(self, handle: int, n: int) -> Floats:
        """Loss by scenario of the first n replications [scenarios, n]."""
        return np.array([bench.loss(own, n) for bench, own in zip(self.benches, self._settings[handle])])

    def best_losses(self, n: int) -> Floats:
        """Loss by scenario, of each at the setting that is best for it [scenarios, n]; 0 where there is none."""
        if self.best is None:
            return np.zeros((len(self.benches), n))
        return np.array([self.losses(handle, n)[place] for place, handle in enumerate(self.best)])

    def behind(self, handle: int, n: int) -> Floats:
        """Loss less that of the best by scenario, of the first n replications [scenarios, n]."""
        return self.losses(handle, n) - self.best_losses(n)

    def score(self, handle: int, n: int) -> Floats:
        """What a setting is behind where it is furthest behind, in each replication; where that is equal, cost."""
        found = self.behind(handle, n)
        worst: Floats = found[int(found.mean(axis=1).argmax())]
        mine = zip(self.benches, self._settings[handle])
        score: Floats = worst + np.mean([bench.by_cost(own, n) for bench, own in mine], axis=0)
        return score

    def cost(self, handle: int, n: int) -> Floats:
        """Cost of the first n replications, on average over the scenarios [n]."""
        mine = zip(self.benches, self._settings[handle])
        found: Floats = np.mean([bench.cost(own, n) for bench, own in mine], axis=0)
        return found

    @property
    def simulated(self) -> int:
        """Replications that were simulated."""
        return sum(bench.simulated for bench in self.benches)

    def keep(self) -> None:
        """Note what has been simulated. Raises StudyError."""
        for bench in self.benches:
            bench.keep()
