"""What if: volumes, people, times, targets, and how often to repeat, in a row above the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from floorcast.charts.quantities import count, duration
from floorcast.charts.words import human, measure_name
from floorcast.policy import Policy
from floorcast.scenario import InputErrors, Problem, Scenario, Target
from floorcast.scenario.horizon.planned import expected_by_channel
from floorcast.ui.base import url
from floorcast.ui.base.kept import keep_uploads
from floorcast.ui.base.look import plain
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.shared import shared
from floorcast.ui.base.state import remember, remember_many
from floorcast.ui.compare.choose import Chosen, given_here
from floorcast.ui.compare.labels import hours_written, labels
from floorcast.workshop.levers import BOUNDS, MOST_TEXT, Levers, levers_from, timed

MOST_REPLICATIONS = 100_000  # as on the command line
HIGHEST = 9_999_999_999_999  # seed


@dataclass(frozen=True)
class _Unit:
    """How a target's bound is typed: divided by, and with this behind."""

    scale: float
    suffix: str
    step: float


@dataclass(frozen=True)
class _Repeats:
    replications: int
    seed: int
    until_decided: bool


def choose_setting(chosen: Chosen, policies: Sequence[Policy]) -> Setting | list[Problem]:
    """The setting to run, or what is wrong with the levers; they are drawn where this is called."""
    scenario = chosen.scenario
    if given_here(chosen) and url.once("levers"):
        st.session_state["levers"] = (chosen.identity, dict(url.arrived()))
        st.session_state["resets"] = st.session_state.get("resets", 0) + 1
    key = f"{chosen.identity}:{st.session_state.get('resets', 0)}"
    came, address = st.session_state.get("levers", ("", {}))
    address = address if came == chosen.identity else {}
    before = levers_from(address, scenario)
    most = {name: most_at_once(scenario, name) for name, one in scenario.groups.items() if one.planned_agents is None}
    said = labels(scenario, key, before, most, _repeats_from(address, scenario).replications)
    with st.popover(said["volumes"], key="lever:volumes"):
        volumes = _volumes(scenario, key, before)
    with st.popover(said["people"], key="lever:people"):
        left, right = st.columns(2, width=520)
        with left:
            people = _people(scenario, key, before)
        with right:
            absence = _absence(scenario, key, before)
    with st.popover(said["times"], key="lever:times"):
        handle, patience = _times(scenario, key, before)
    with st.popover(said["more"], key="lever:more"):
        more = _more(key, before)
        opening = _opening(scenario, key, before)
    with st.popover(said["targets"], key="lever:targets"):
        targets = _targets(scenario, key, before)
    with st.popover(said["sure"], key="lever:sure"):
        repeats = _repeats(scenario, key, address)
    levers = Levers(volumes, people, targets, handle, patience, absence, opening, more)
    if levers:
        st.button("Undo all", on_click=_reset, icon=":material/undo:", type="tertiary", key="lever:reset",
                  help="Back to what the file says.")  # fmt: skip
    return setting_of(chosen, policies, levers, repeats)


def setting_of(
    chosen: Chosen, policies: Sequence[Policy], levers: Levers, repeats: _Repeats
) -> Setting | list[Problem]:
    """The setting that these make, or what is wrong with them."""
    address = address_of(chosen, policies, levers, repeats)
    try:
        changed = _changed(chosen, levers)
    except InputErrors as errors:
        return errors.problems
    return Setting(
        changed, tuple(policies), repeats.seed, repeats.replications, repeats.until_decided,
        tuple(words_of(chosen.scenario, levers)), chosen.origin, address, chosen.scenario,
    )  # fmt: skip


def _changed(chosen: Chosen, levers: Levers) -> Scenario:
    """The scenario with these levers; one that is shipped is changed once for all who pull the same."""
    key = tuple(levers.address().items())
    if chosen.file is None:
        return remember_many("changed", key, lambda: levers.applied(chosen.scenario), under=chosen.identity)
    return shared("changed", (chosen.identity, key), lambda: levers.applied(chosen.scenario))


def setting_at(address: Mapping[str, str], chosen: Chosen, policies: Sequence[Policy]) -> Setting | list[Problem]:
    """The setting that an address speaks of, of a scenario that is open."""
    return setting_of(chosen, policies, levers_from(address, chosen.scenario), _repeats_from(address, chosen.scenario))


def address_of(
    chosen: Chosen, policies: Sequence[Policy], levers: Levers, repeats: _Repeats
) -> dict[str, str]:
    """All that is chosen, as parts of the page's address; what is as the file says is left out."""
    scenario = chosen.scenario
    if not chosen.name:
        return {}
    found = {"scenario": chosen.name}
    names = [policy.name for policy in policies]
    if names != [policy.name for policy in chosen.own]:
        found["policies"] = ",".join(names)
    files = st.session_state.get("kept:policy_files")
    if files and (name := remember("own", tuple(file.digest for file in files), lambda: keep_uploads(files))):
        found["own"] = name
    found |= levers.address()
    if repeats.replications != scenario.replications:
        found["n"] = str(repeats.replications)
    if repeats.seed != scenario.seed:
        found["seed"] = str(repeats.seed)
    return found | ({"until": "decided"} if repeats.until_decided else {})


def _repeats_from(address: Mapping[str, str], scenario: Scenario) -> _Repeats:
    def whole(name: str, usual: int, low: int, most: int) -> int:
        text = address.get(name, "")
        return int(text) if text.isdigit() and len(text) < 15 and low <= int(text) <= most else usual

    return _Repeats(
        whole("n", scenario.replications, 1, MOST_REPLICATIONS), whole("seed", scenario.seed, 0, HIGHEST),
        address.get("until") == "decided",
    )  # fmt: skip


def _reset() -> None:
    st.session_state["resets"] = st.session_state.get("resets", 0) + 1
    st.session_state["levers"] = ("", {})


def _percent(label: str, key: str, now: float, text: str, most: int = 300) -> float:
    return float(
        st.slider(label, 0, most, min(round(now), most), 5, format="%d %%", key=key, persist_state="session", help=text)
    )


def _volumes(scenario: Scenario, key: str, before: Levers) -> dict[str, float]:
    """Per cent of the file's volumes, by channel or `all`, where they are not 100."""
    expected = expected_by_channel(scenario)
    asked = {"all": sum(expected.values()), **expected}
    found = {}
    for name, number in asked.items():
        if name != "all" and (not number or len(expected) == 1):
            continue
        percent = _percent(
            "All contacts" if name == "all" else plain(human(name)), f"{key}:volume:{name}",
            before.volumes.get(name, 100),
            f"100 % is what the file says: about {number:,.0f} contacts in {count(scenario.days, 'day')}.",
        )  # fmt: skip
        if percent != 100:
            found[name] = percent
    return found


def _people(scenario: Scenario, key: str, before: Levers) -> dict[str, float]:
    """New numbers of agents by group; per cent where a group has a headcount through the day, asked as the most people
    who are there at once."""
    found: dict[str, float] = {}
    for name, group in scenario.groups.items():
        planned = group.planned_agents
        if planned is None:
            most = most_at_once(scenario, name)
            now = min(round(most * before.people.get(name, 100) / 100), 10_000)
            wanted = st.number_input(
                f"{plain(human(name))}, at most at once", 0, 10_000, now, 1, key=f"{key}:people:{name}",
                persist_state="session", disabled=not most,
                help=f"The file says {most} in the busiest hour; the other hours keep their proportions. For every hour"
                " by itself: People through the day, in the workshop.",
            )  # fmt: skip
            if int(wanted) != most:
                found[name] = 100 * int(wanted) / most
            continue
        shifts = len(group.shifts)
        how = f"over {count(shifts, 'shift')}, which keep their proportions" if shifts else "always there"
        agents = st.number_input(
            plain(human(name)), 0, max(10_000, planned), int(min(before.people.get(name, planned), 10_000)), 1,
            key=f"{key}:people:{name}", persist_state="session", help=f"The file says {planned}, {how}.",
            disabled=group.roster is not None,
        )  # fmt: skip
        if int(agents) != planned:
            found[name] = int(agents)
    return found


def most_at_once(scenario: Scenario, group: str) -> int:
    """The most people of a group with a headcount who are there at once."""
    steps = scenario.headcount(group)
    return 0 if steps is None else int(steps.heads.max(initial=0))


def _absence(scenario: Scenario, key: str, before: Levers) -> dict[str, float]:
    """Per cent of the hours in which somebody of a group is absent, where that is not as in the file."""
    found = {}
    for name, group in scenario.groups.items():
        planned = round(100 * group.absence, 4)
        typed = st.number_input(
            f"{plain(human(name))}: absent (%)", 0.0, 100.0, min(before.absence.get(name, planned), 100.0), 1.0,
            format="%g", key=f"{key}:absence:{name}", persist_state="session",
            help=f"Share of the shifts for which somebody does not come. The file says {planned:g} %.",
        )  # fmt: skip
        if abs(typed - planned) > 1e-9:
            found[name] = float(typed)
    return found


def _times(scenario: Scenario, key: str, before: Levers) -> tuple[dict[str, float], dict[str, float]]:
    """Handle time and patience by channel, per cent of the file's where they are not 100."""
    found: list[dict[str, float]] = [{}, {}]
    work = ("work", "after_contact_work")
    rows = (("handle time", work, before.handle), ("patience", ("patience",), before.patience))
    columns = st.columns(2, width=520)
    for place, (what, keys, then) in enumerate(rows):
        for channel in scenario.channel_names:
            if not any(True for _ in timed(scenario, channel, keys)):
                continue
            with columns[place]:
                percent = _percent(
                    f"{plain(human(channel))}: {what}", f"{key}:{what}:{channel}", then.get(channel, 100),
                    "100 % is what the file says; the spread keeps its shape.", 200,
                )  # fmt: skip
            if percent != 100:
                found[place][channel] = percent
    return found[0], found[1]


def _opening(scenario: Scenario, key: str, before: Levers) -> dict[str, str]:
    """Opening hours by channel, as written, where they are not as in the file."""
    found = {}
    for channel, hours in hours_written(scenario).items():
        typed = st.text_input(
            f"{plain(human(channel))} is open", before.opening.get(channel, hours), key=f"{key}:open:{channel}",
            persist_state="session", max_chars=200, help="Such as Mon-Fri 08:00-18:00, or always.",
        ).strip()  # fmt: skip
        if typed and typed != hours:
            found[channel] = typed
    return found


def _more(key: str, before: Levers) -> str:
    text = st.text_area(
        "Anything else, in words", before.more, key=f"{key}:more", persist_state="session", max_chars=MOST_TEXT,
        height=80, placeholder="phone_team extend 3 by 1h; phone_team move 2 to chat_team from 14:00",
        help="One change or several with semicolons: who moves, learns, trains or stays longer; or a place in the file"
        " with = value, +15 %, x 1.1.",
    )  # fmt: skip
    if st.button("Change shifts, breaks and skills in the workshop", type="tertiary", icon=":material/handyman:"):
        st.session_state["workshop:kind"] = "A scenario of mine"
        st.switch_page(st.session_state["page:workshop"])
    return str(text or "").strip()


def _targets(scenario: Scenario, key: str, before: Levers) -> dict[str, float]:
    """Bounds of targets by `number.bound`, where they are not as in the file."""
    if not scenario.targets:
        st.caption("This scenario sets no targets.")
    found = {}
    for number, target in enumerate(scenario.targets):
        for bound, words in zip(BOUNDS, ("at least", "at most")):
            value = getattr(target, bound)
            if value is None:
                continue
            unit, highest = _unit(target.unit, value), 100.0 if target.unit == "share" else 1e9
            typed = st.number_input(
                f"{plain(human(target.of))}: {_target_name(target)} {words}"
                f"{f' ({unit.suffix})' if unit.suffix else ''}",
                0.0, highest, min(round(before.targets.get(f"{number}.{bound}", value) / unit.scale, 6), highest),
                unit.step,
                format="%g", key=f"{key}:target:{number}:{bound}", persist_state="session",
            )  # fmt: skip
            if abs(typed - value / unit.scale) > 1e-6 * max(1.0, abs(typed)):
                found[f"{number}.{bound}"] = float(f"{float(typed) * unit.scale:.12g}")
    return found


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


def _repeats(scenario: Scenario, key: str, address: Mapping[str, str]) -> _Repeats:
    before = _repeats_from(address, scenario)
    replications = st.number_input(
        "Replications", 1, max(MOST_REPLICATIONS, scenario.replications), before.replications, 1,
        key=f"{key}:replications", persist_state="session",
        help="How often the same period is played with other chance. More make the intervals narrower: four"
        " times as many, half as wide.",
    )  # fmt: skip
    until_decided = st.toggle(
        "Go on until everything is decided", before.until_decided, key=f"{key}:until", persist_state="session",
        help="Adds replications, up to 500, until every target is met or missed for sure and every difference"
        " is told. The intervals account for the repeated looking.",
    )  # fmt: skip
    seed = st.number_input(
        "Seed", 0, HIGHEST, before.seed, 1, key=f"{key}:seed", persist_state="session",
        help="The number that all chance comes from. The same seed gives the same customers again.",
    )  # fmt: skip
    return _Repeats(int(replications), int(seed), bool(until_decided))


def words_of(scenario: Scenario, levers: Levers) -> list[str]:
    """What the levers change, each in a few words."""
    words = [
        f"{'all volumes' if name == 'all' else f'{human(name)} volume'} {by:g} %"
        for name, by in levers.volumes.items()
    ]
    for name, size in levers.people.items():
        before = scenario.groups[name].planned_agents
        if before is None:
            most = most_at_once(scenario, name)
            words.append(f"{human(name)} {most} → {most * size / 100:.0f} people at most at once")
        else:
            words.append(f"{human(name)} {before} → {size:g} people")
    words += [f"{human(name)} absent {by:g} %" for name, by in levers.absence.items()]
    words += [f"{human(name)} handle time {by:g} %" for name, by in levers.handle.items()]
    words += [f"{human(name)} patience {by:g} %" for name, by in levers.patience.items()]
    words += [f"{human(name)} open {hours}" for name, hours in levers.opening.items()]
    words += [part.strip() for part in levers.more.split(";") if part.strip()]
    for key, value in levers.targets.items():
        number, _, bound = key.partition(".")
        target = scenario.targets[int(number)]
        unit = _unit(target.unit, getattr(target, bound) or 0.0)
        shown = f"{value / unit.scale:g}{' ' if unit.suffix else ''}{unit.suffix}"
        words.append(f"target {human(target.of)} {_target_name(target)} {shown}")
    return words
