"""Tuning a policy: settings are simulated on the same customers, the best is judged on fresh ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from floorcast.policy.loading import policy_from, tunable_policy
from floorcast.policy.tunable import Knob, with_values
from floorcast.policy.words.policy import explain
from floorcast.scenario import InputErrors, Problem
from floorcast.scenario.read.problems import written_path
from floorcast.scenario.what_if.variants import Variant, build
from floorcast.store.running.bench import TUNING, Across, Bench
from floorcast.store.running.opening import Assemble, Simulate
from floorcast.study.alternatives.options import BASE, policy_under
from floorcast.study.estimate import CONFIDENCE_ERROR, Floats
from floorcast.study.running.workers import Pool
from floorcast.study.selection.tuning import Found, Gain, gain, search, worst_gain

FRESH = 1_000_000_007  # from the seed of the search to that of the fresh replications
ALONE = 3  # of the trials one in so many is spent on the best for each scenario alone, where regret is asked for


@dataclass(frozen=True)
class Turned:
    """One place that was tuned. back: what it would lose to put it back alone, on fresh replications."""

    path: str
    before: Any
    after: Any
    back: Gain


@dataclass(frozen=True)
class Regret:
    """The losses of a scenario or variant on fresh replications: before, after, and at the setting that is best for
    it alone. behind: what the tuned policy is behind that; all of these hold together."""

    variant: str
    before: float
    after: float
    best: float
    behind: Gain


@dataclass(frozen=True)
class Tuned:
    """What tuning found. gain, cost: the differences of loss and cost on fresh replications; losses: before
    and after, there. Where regret was asked for, in place of loss what a setting is behind the best for a variant
    where it is furthest behind, and `regrets` by variant."""

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
    regrets: tuple[Regret, ...] = ()

    @property
    def what(self) -> str:
        """What was made small, in words."""
        return "worst regret" if self.regrets else "loss"

    def document(self) -> dict[str, Any]:
        """In plain values."""
        return {
            "policy": self.policy.name, "loss_before": self.losses[0], "loss_after": self.losses[1],
            "gain": vars(self.gain), "cost": vars(self.cost), "trials": self.trials, "refused": self.refused,
            "replications": self.simulated, "objective": "regret" if self.regrets else "loss",
            **({"regrets": [{**vars(r), "behind": vars(r.behind)} for r in self.regrets]} if self.regrets else {}),
            "settings": [
                {"path": t.path, "before": t.before, "after": t.after, "put_back": vars(t.back)} for t in self.turned
            ],
        }  # fmt: skip

    def text(self) -> str:
        """The tuned policy as a file, with the reasons as comments."""
        sure = "for sure" if self.gain.sure else "which may be chance"
        lines = [
            f"Tuned by floorcast: {self.what} {self.losses[0]:.4g} -> {self.losses[1]:.4g}, a difference of"
            f" {self.gain.mean:+.4g} +- {self.gain.half_width:.2g}, {sure},",
            f"on {self.gain.replications} replications that the search never saw; {self.trials} settings tried.",
            "",
            f"What was turned, and what putting it back alone would do to the {self.what} there:",
            *(
                f"  {t.path}: {t.before} -> {t.after} (back: {t.back.mean:+.3g} +- {t.back.half_width:.2g})"
                for t in self.turned
            ),
        ]
        if self.regrets:
            lines += ["", "Loss there as it was, as it is, and at the setting that is best for this alone:"]
            lines += [f"  {r.variant}: {r.before:.4g}, {r.after:.4g}, {r.best:.4g}" for r in self.regrets]
        if self.explained:
            lines += ["", "What is new in words:", *(f"  {line.strip()}" for line in self.explained)]
        head = "".join(f"# {line}".rstrip() + "\n" for line in lines)
        return head + "\n" + yaml.safe_dump(self.data, sort_keys=False, allow_unicode=True, width=110)


def tune(
    scenario: Any,
    policy: Any,
    *,
    variants: Sequence[Variant] = (),
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

    Loss is that of `floorcast.study.selection.objectives`. variants: for the least regret instead, over the scenario
    and these: how much more is lost than at the setting that is best for a variant alone, where that is most. out: a
    folder in which what is simulated is noted, so that the same call goes on where it stopped. Raises `InputErrors`
    for a policy without places to tune, a range with ends that no policy may hold, a scenario without targets, or a
    variant that changes the policy.
    """
    data, knobs = tunable_policy(policy)
    _check(scenario, policy, data, knobs)
    seed = scenario.seed if seed is None else seed
    places = _places(scenario, policy, variants)

    def across(seed: int, out: Path | None) -> Across:
        return Across(
            [
                Bench(
                    of, policy, data, knobs, seed, jobs, pool, simulate, assemble, out,
                    under=under, name=TUNING if not number else f"tuning-{number}.json",
                )
                for number, (_, of, under) in enumerate(places)
            ]
        )  # fmt: skip

    bench = across(seed, out)
    now = [knob.now for knob in knobs]
    found, alone = _searched(bench, knobs, trials, replications, seed, progress, should_stop)
    bench.keep()
    held = across(seed + FRESH, None)
    before, after = held.setting(now), held.setting(found.values)
    if alone:
        held.best = [held.setting(values) for values in alone]
    turned = []
    for place, knob in enumerate(knobs):
        if knob.written(found.values[place]) != knob.written(now[place]):
            back = [*found.values[:place], now[place], *found.values[place + 1 :]]
            try:
                loss = _gained(held.behind(held.setting(back), fresh), held.behind(after, fresh))
            except InputErrors:  # what it was does not go with the rest
                loss = Gain(float("nan"), float("nan"), fresh)
            turned.append(
                Turned(written_path(knob.path), knob.written(now[place]), knob.written(found.values[place]), loss)
            )
    tuned_data = with_values(data, knobs, found.values) | {"name": f"{policy.name} tuned"}
    tuned = policy_from(tuned_data, policy, scenario)
    old = set(explain(policy, scenario))
    new, was = held.behind(after, fresh), held.behind(before, fresh)
    return Tuned(
        tuned,
        tuned_data,
        tuple(turned),
        _gained(new, was),
        gain(held.cost(after, fresh), held.cost(before, fresh)),
        (float(was.mean(axis=1).max()), float(new.mean(axis=1).max())),
        len(found.tried),
        found.refused,
        bench.simulated + held.simulated,
        tuple(line for line in explain(tuned, scenario)[1:] if line not in old),
        _regrets([name for name, *_ in places], held, before, after, fresh) if alone else (),
    )


Place = tuple[str, Any, Callable[[dict[str, Any]], Any] | None]  # name, scenario, the policy that data are there


def _places(scenario: Any, policy: Any, variants: Sequence[Variant]) -> list[Place]:
    """The scenario and its variants. Raises `InputErrors`."""
    found: list[Place] = [(BASE, scenario, None)]
    problems: list[Problem] = []
    for variant in variants:
        try:
            built = build(scenario, variant)
            if built.policy_edits:
                message = "found a change of the policy; allowed changes of the scenario, for the policy is being tuned"
                raise InputErrors([Problem(variant.file, variant.line, variant.name, message)])
            if not built.scenario.targets:
                message = "found no target; allowed with targets to meet"
                raise InputErrors([Problem(variant.file, variant.line, variant.name, message)])

            def under(data: dict[str, Any], built: Any = built) -> Any:
                return policy_under(policy_from(data, policy, scenario), built, scenario)[0]

            found.append((variant.name, built.scenario, under))
        except InputErrors as errors:
            problems += errors.problems
    if problems:
        raise InputErrors(problems)
    return found


def _searched(
    bench: Across,
    knobs: Sequence[Knob],
    trials: int,
    replications: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> tuple[Found, list[list[Any]]]:
    """The best setting, and, where there are variants, that of each alone: by it the regret of all others is told."""
    each = max(2, trials // ALONE) if len(bench.benches) > 1 else 0
    total = each * len(bench.benches) + trials
    done = 0

    def report(step: int, _: int) -> None:
        if progress is not None:
            progress(done + step, total)

    alone: list[list[Any]] = []
    for one in bench.benches if each else ():
        found = search(
            knobs, one.setting, one.score, trials=each, replications=replications, seed=seed, also=alone,
            progress=report, should_stop=should_stop,
        )  # fmt: skip
        alone.append(found.values)
        done += each
    if alone:
        bench.best = [bench.setting(values) for values in alone]
    found = search(
        knobs, bench.setting, bench.score, trials=trials, replications=replications, seed=seed, also=alone,
        progress=report, should_stop=should_stop,
    )  # fmt: skip
    if alone:
        n = found.replications
        better = bench.losses(found.handle, n).mean(axis=1) < bench.best_losses(n).mean(axis=1)
        # What is best for all may be best for one of them too.
        alone = [found.values if b else values for b, values in zip(better, alone)]
    return found, alone


def _gained(new: Floats, old: Floats) -> Gain:
    return gain(new[0], old[0]) if len(new) == 1 else worst_gain(new, old)


def _regrets(names: Sequence[str], held: Across, before: int, after: int, n: int) -> tuple[Regret, ...]:
    was, new, best = held.losses(before, n), held.losses(after, n), held.best_losses(n)
    error = CONFIDENCE_ERROR / len(names)
    return tuple(
        Regret(
            name, float(was[v].mean()), float(new[v].mean()), float(best[v].mean()), gain(new[v], best[v], error)
        )
        for v, name in enumerate(names)
    )  # fmt: skip


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


