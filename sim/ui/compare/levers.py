"""Step 3 of the page: volumes, people, targets, and how often to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from floorcast.charts.quantities import count, duration
from floorcast.charts.words import human, measure_name
from floorcast.policy import Policy
from floorcast.scenario import InputErrors, Problem, Scenario, Target, change
from floorcast.scenario.horizon.planned import expected_by_channel
from floorcast.ui.base import url
from floorcast.ui.base.look import plain
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.shipped import scenario_id
from floorcast.ui.compare.choose import Chosen, given_here

MOST_REPLICATIONS = 100_000  # as on the command line


@dataclass(frozen=True)
class _Unit:
    """How a target's bound is typed: divided by, and with this behind."""

    scale: float
    suffix: str
    step: float


def choose_setting(chosen: Chosen, policies: Sequence[Policy]) -> Setting | list[Problem]:
    """The setting to run, or what is wrong with the levers."""
    scenario = chosen.scenario
    key = f"{chosen.identity}:{st.session_state.get('resets', 0)}"
    if given_here(chosen) and not st.session_state.get("resets"):
        _preset(scenario, key)
    with st.expander("Volumes", icon=":material/bar_chart:"):
        volumes = _volumes(scenario, key)
    with st.expander("People", icon=":material/group:"):
        people = _people(scenario, key)
    with st.expander("Targets", icon=":material/flag:"):
        targets = _targets(scenario, key)
    with st.expander("How sure", icon=":material/casino:"):
        replications, seed, until_decided = _repeats(scenario, key)
    multipliers = {name: scenario.multipliers.get(name, 1.0) * by for name, by in volumes.items()}
    try:
        changed = scenario
        if multipliers or people or targets is not None:
            changed = change(scenario, multipliers, people, targets)
    except InputErrors as errors:
        return errors.problems
    words = _in_words(scenario, volumes, people, targets)
    if words:
        st.button(
            "Back to the file's numbers", on_click=_reset, icon=":material/undo:", type="tertiary"
        )
    return Setting(
        changed, tuple(policies), seed, replications, until_decided, tuple(words), chosen.origin
    )


def say_setting(chosen: Chosen, setting: Setting) -> None:
    """Write the choice into the address, where it is of a shipped scenario."""
    if chosen.file is None:
        url.say({name: None for name in list(st.query_params) if name != "tab"})
        return
    scenario, found = chosen.scenario, dict.fromkeys(list(st.query_params))
    found.pop("tab", None)
    found["scenario"] = scenario_id(chosen.file)
    names = [policy.name for policy in setting.policies]
    found["policies"] = ",".join(names) if names != [policy.name for policy in chosen.own] else None
    found["n"] = str(setting.replications) if setting.replications != scenario.replications else None
    found["seed"] = str(setting.seed) if setting.seed != scenario.seed else None
    for name in ("all", *scenario.channel_names):
        before, now = (one.multipliers.get(name, 1.0) for one in (scenario, setting.scenario))
        if now != before:
            found[f"v.{name}"] = f"{100 * now / before:g}"
    for name, group in setting.scenario.groups.items():
        if group.planned_agents not in (None, scenario.groups[name].planned_agents):
            found[f"p.{name}"] = str(group.planned_agents)
    url.say(found)


def _preset(scenario: Scenario, key: str) -> None:
    """Let the levers begin as the address says."""
    for name in ("all", *scenario.channel_names):
        volume = url.number(f"v.{name}", 0, 300)
        url.preset(f"{key}:volume:{name}", None if volume is None else round(volume))
    for name, group in scenario.groups.items():
        if group.planned_agents is not None:
            people = url.number(f"p.{name}", 0, 10_000)
            url.preset(f"{key}:people:{name}", None if people is None else int(people))
    for lever, name, most in (("replications", "n", MOST_REPLICATIONS), ("seed", "seed", 9_999_999_999_999)):
        value = url.number(name, lever == "replications", most)
        url.preset(f"{key}:{lever}", None if value is None else int(value))


def _reset() -> None:
    st.session_state["resets"] = st.session_state.get("resets", 0) + 1


def _volumes(scenario: Scenario, key: str) -> dict[str, float]:
    """Factors on the file's volumes, by channel or `all`, where they are not 1."""
    expected = expected_by_channel(scenario)
    asked = {"all": sum(expected.values()), **expected}
    found = {}
    for name, number in asked.items():
        if name != "all" and (not number or len(expected) == 1):
            continue
        percent = st.slider(
            "All contacts" if name == "all" else plain(human(name)),
            0, 300, 100, 5, format="%d %%", key=f"{key}:volume:{name}", persist_state="session",
            help=f"100 % is what the file says: about {number:,.0f} contacts in {count(scenario.days, 'day')}.",
        )  # fmt: skip
        if percent != 100:
            found[name] = percent / 100
    return found


def _people(scenario: Scenario, key: str) -> dict[str, int | float]:
    """New numbers of agents by group, or factors where a group has a headcount through the day."""
    found: dict[str, int | float] = {}
    for name, group in scenario.groups.items():
        planned = group.planned_agents
        if planned is None:
            percent = st.slider(
                plain(human(name)), 0, 300, 100, 5, format="%d %%", key=f"{key}:people:{name}", persist_state="session",
                help="Of the headcount in the file, at every hour.",
            )  # fmt: skip
            if percent != 100:
                found[name] = percent / 100
            continue
        shifts = len(group.shifts)
        how = (
            f"over {count(shifts, 'shift')}, which keep their proportions"
            if shifts
            else "always there"
        )
        agents = st.number_input(
            plain(human(name)), 0, max(10_000, planned), planned, 1,
            key=f"{key}:people:{name}", persist_state="session",
            help=f"The file says {planned}, {how}.",
        )  # fmt: skip
        if int(agents) != planned:
            found[name] = int(agents)
    return found


def _targets(scenario: Scenario, key: str) -> tuple[Target, ...] | None:
    """All targets with their bounds as typed, None when nothing differs from the file."""
    if not scenario.targets:
        st.caption("This scenario sets no targets.")
    found = []
    for number, target in enumerate(scenario.targets):
        bounds = {}
        for bound, words in (("at_least", "at least"), ("at_most", "at most")):
            value = getattr(target, bound)
            if value is None:
                continue
            unit = _unit(target.unit, value)
            typed = st.number_input(
                f"{plain(human(target.of))}: {_target_name(target)} {words}"
                f"{f' ({unit.suffix})' if unit.suffix else ''}",
                0.0, 100.0 if target.unit == "share" else None, round(value / unit.scale, 6), unit.step,
                format="%g", key=f"{key}:target:{number}:{bound}", persist_state="session",
            )  # fmt: skip
            if abs(typed - value / unit.scale) > 1e-9 * max(1.0, abs(typed)):
                bounds[bound] = float(typed) * unit.scale
        found.append(target.model_copy(update=bounds) if bounds else target)
    return tuple(found) if tuple(found) != scenario.targets else None


def _target_name(target: Target) -> str:
    promise = target.within
    within = "" if promise is None else f" within {promise if isinstance(promise, str) else duration(promise)}"
    return plain(measure_name(target.measure).lower()) + within


def _unit(unit: str, value: float) -> _Unit:
    if unit == "share":
        return _Unit(0.01, "%", 1.0)
    if unit == "s":
        for length, name, step in ((86400.0, "days", 0.5), (3600.0, "h", 0.5), (60.0, "min", 1.0)):
            if value >= length:
                return _Unit(length, name, step)
        return _Unit(1.0, "s", 5.0)
    return _Unit(1.0, "", 1.0)


def _repeats(scenario: Scenario, key: str) -> tuple[int, int, bool]:
    replications = st.number_input(
        "Replications", 1, max(MOST_REPLICATIONS, scenario.replications), scenario.replications, 1,
        key=f"{key}:replications", persist_state="session",
        help="How often the same period is played with other chance. More make the intervals narrower: four"
        " times as many, half as wide.",
    )  # fmt: skip
    until_decided = st.toggle(
        "Go on until everything is decided", key=f"{key}:until", persist_state="session",
        help="Adds replications, up to 500, until every target is met or missed for sure and every difference"
        " is told. The intervals account for the repeated looking.",
    )  # fmt: skip
    seed = st.number_input(
        "Seed", 0, 9_999_999_999_999, scenario.seed, 1, key=f"{key}:seed", persist_state="session",
        help="The number that all chance comes from. The same seed gives the same customers again.",
    )  # fmt: skip
    return int(replications), int(seed), bool(until_decided)


def _in_words(
    scenario: Scenario,
    volumes: dict[str, float],
    people: dict[str, int | float],
    targets: tuple[Target, ...] | None,
) -> list[str]:
    words = [
        f"{'all volumes' if name == 'all' else f'{human(name)} volume'} {by:.0%}"
        for name, by in volumes.items()
    ]
    for name, size in people.items():
        before = scenario.groups[name].planned_agents
        words.append(
            f"{human(name)} {size:.0%}"
            if isinstance(size, float)
            else f"{human(name)} {before} → {size} people"
        )
    for new, old in zip(targets or (), scenario.targets):
        if new != old:
            value = new.at_least if new.at_least != old.at_least else new.at_most
            unit = _unit(new.unit, value or 0.0)
            bound = f"{(value or 0.0) / unit.scale:g}{' ' if unit.suffix else ''}{unit.suffix}"
            words.append(f"target {human(new.of)} {_target_name(new)} {bound}")
    return words
