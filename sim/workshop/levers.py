"""What a reader changes of a scenario beside its results, as data: carried out, said in words, and written into the
page's address and read from it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from floorcast.scenario import InputErrors, Problem, Scenario, Target, change
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.what_if.grammar import Change, Edit, parse_changes
from floorcast.scenario.what_if.variants import Variant, build, plain_data

Amounts = Mapping[str, float]
BOUNDS = ("at_least", "at_most")
LETTERS = {
    "volumes": "v", "people": "p", "targets": "t", "handle": "h", "patience": "w", "absence": "a", "opening": "o",
}  # fmt: skip
MOST_TEXT = 500  # characters of changes in words
_PER_CENT = ("volumes", "handle", "patience", "absence")


@dataclass(frozen=True)
class Levers:
    """What differs from the file, by name; nothing that is as the file says.

    volumes: per cent of the file's, by channel or `all`. people: people of a group, or per cent where its headcount
    changes through the day. targets: bounds by `number.at_least`, seconds and shares. handle, patience: per cent, by
    channel. absence: per cent of the hours, by group. opening: opening hours as written, by channel. more: further
    changes in the words of what-if.
    """

    volumes: Amounts = field(default_factory=dict)
    people: Amounts = field(default_factory=dict)
    targets: Amounts = field(default_factory=dict)
    handle: Amounts = field(default_factory=dict)
    patience: Amounts = field(default_factory=dict)
    absence: Amounts = field(default_factory=dict)
    opening: Mapping[str, str] = field(default_factory=dict)
    more: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    def applied(self, scenario: Scenario) -> Scenario:
        """The scenario with all of it changed. Raises InputErrors with what cannot be so."""
        changed = scenario
        changes = self._edits(scenario)
        if changes:
            built = build(scenario, Variant(self.more.strip()[:60] or "changed", changes, file="changes"))
            if built.policy_edits or built.twins:
                text = "found a change of the policy; allowed changes of the scenario, policies have an editor"
                raise InputErrors([Problem("changes", None, self.more.strip(), text)])
            changed = built.scenario
        people = {
            name: int(size) if scenario.groups[name].planned_agents is not None else size / 100
            for name, size in self.people.items()
            if name in scenario.groups
        }
        volumes = {name: scenario.multipliers.get(name, 1.0) * by / 100 for name, by in self.volumes.items()}
        targets = self._targets(changed)
        if volumes or people or targets != changed.targets:
            changed = change(changed, volumes, people, targets if targets != changed.targets else None)
        return changed

    def _edits(self, scenario: Scenario) -> tuple[Change, ...]:
        types = plain_data(scenario)["contact_types"]
        found: list[Change] = []
        for amounts, keys in ((self.handle, ("work", "after_contact_work")), (self.patience, ("patience",))):
            for channel, percent in amounts.items():
                for name, key in timed(scenario, channel, keys):
                    if types[name].get(key) is not None:
                        text = f"{name}.{key} x {percent / 100:g}"
                        found.append(Edit(text, ("contact_types", name, key), "times", percent / 100))
        for group, percent in self.absence.items():
            text = f"{group}.absence = {percent:g} %"
            found.append(Edit(text, ("groups", group, "absence"), "set", f"{percent:g} %"))
        for channel, hours in self.opening.items():
            found.append(Edit(f"{channel}.open = {hours}", ("channels", channel, "open"), "set", hours))
        if self.more.strip():
            try:
                found += parse_changes(self.more.strip()[:MOST_TEXT])
            except Wrong as wrong:
                problems = [Problem("changes", None, self.more.strip()[:60], one.message) for one in wrong.findings]
                raise InputErrors(problems) from None
        return tuple(found)

    def _targets(self, scenario: Scenario) -> tuple[Target, ...]:
        found = list(scenario.targets)
        for name, value in self.targets.items():
            number, _, bound = name.partition(".")
            if number.isdigit() and int(number) < len(found) and bound in BOUNDS:
                found[int(number)] = found[int(number)].model_copy(update={bound: value})
        return tuple(found)

    def address(self) -> dict[str, str]:
        """It all as parts of the page's address."""
        said = {
            f"{letter}.{name}": f"{value:.12g}" if isinstance(value, int | float) else str(value)
            for part, letter in LETTERS.items()
            for name, value in getattr(self, part).items()
        }
        return said | ({"x": self.more.strip()} if self.more.strip() else {})


def levers_from(address: Mapping[str, str], scenario: Scenario) -> Levers:
    """The levers that an address speaks of; what it says of what is not there, or beyond reason, is left out."""
    names: dict[str, Mapping[str, Any]] = {
        "v": dict.fromkeys(("all", *scenario.channel_names)), "p": scenario.groups, "a": scenario.groups,
        **{letter: dict.fromkeys(scenario.channel_names) for letter in "hwo"},
        "t": {f"{n}.{bound}": None for n, one in enumerate(scenario.targets) for bound in BOUNDS
              if getattr(one, bound) is not None},
    }  # fmt: skip
    found: dict[str, Any] = {"more": address.get("x", "")[:MOST_TEXT]}
    for part, letter in LETTERS.items():
        texts = {name: address[f"{letter}.{name}"] for name in names[letter] if f"{letter}.{name}" in address}
        most = 1000.0 if part in _PER_CENT else 1e9
        numbers = {name: value for name, text in texts.items() if (value := _number(text, most)) is not None}
        found[part] = texts if part == "opening" else numbers
    return Levers(**found)


def timed(scenario: Scenario, channel: str, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Contact types of a channel that write one of these keys, with the key."""
    types = plain_data(scenario)["contact_types"]
    for name in scenario.type_names:
        if scenario.channel_of(name) == channel and isinstance(types.get(name), dict):
            yield from ((name, key) for key in keys if types[name].get(key) is not None)


def _number(text: str, most: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= most else None
