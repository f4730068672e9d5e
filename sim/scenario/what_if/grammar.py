"""Changes as people write them, `phone.volume +15 %`, taken apart.

    PATH = VALUE                     put VALUE (as in YAML) there
    PATH +AMOUNT    PATH -AMOUNT     more or less, by a number, a duration, a rate, `n %` or `n points`
    PATH x FACTOR                    so many times as much
    PATH add VALUE                   one more in a list
    PATH drop                        take it out
    GROUP move N to GROUP [from TIME] [on DAYS]
    GROUP teach N SKILL [LEVEL]
    GROUP train N LENGTH at TIME [on DAYS]
    GROUP extend N by LENGTH [on DAYS]

Several changes of one variant are separated by `;`. A PATH is that of the scenario's YAML,
`contact_types.calls.patience`; see `floorcast.scenario.what_if.paths` for short ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from floorcast.scenario.read.problems import InputErrors, Wrong, found, show
from floorcast.scenario.read.units import parse_duration, parse_share
from floorcast.scenario.read.yaml_lines import read_yaml
from floorcast.scenario.words.calendar_words import parse_clock

MOST_TEXT = 2000
WORDS = (
    "PATH = VALUE, PATH +5, PATH -5, PATH +15 %, PATH x 1.2, PATH add VALUE, PATH drop, or"
    " GROUP move, teach, train, extend N people"
)

Step = str | int  # a key; a place in a list; "*" in brackets, written Every
Operation = Literal["set", "more", "times", "add", "drop"]


class Every:
    """`[*]`: all items of a list."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Every)

    def __hash__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return "[*]"


@dataclass(frozen=True)
class Item:
    """`[late]`: the items of a list that are called so, by name, or what they are of."""

    name: str

    def __str__(self) -> str:
        return f"[{self.name}]"


Part = str | int | Every | Item


@dataclass(frozen=True)
class Edit:
    """One value of the file changed: `value` is parsed YAML for set and add, the text behind the sign
    for more (`+15 %`), a number for times."""

    text: str
    path: tuple[Part, ...]
    operation: Operation
    value: Any = None


@dataclass(frozen=True)
class Move:
    """`n` people of a group work for another, from a time of day on, on some days."""

    text: str
    group: str
    n: int
    to: str
    at: float | None
    days: str | None


@dataclass(frozen=True)
class Teach:
    """`n` people of a group learn a skill."""

    text: str
    group: str
    n: int
    skill: str
    level: float


@dataclass(frozen=True)
class Train:
    """`n` people of a group are in training."""

    text: str
    group: str
    n: int
    length: str
    at: str
    days: str | None


@dataclass(frozen=True)
class Extend:
    """`n` people of a group stay longer, or with a negative length go earlier."""

    text: str
    group: str
    n: int
    by: float
    days: str | None


Change = Edit | Move | Teach | Train | Extend

_TIME = r"(?P<at>\d{1,2}:\d\d)"
_DAYS = r"(?:\s+on\s+(?P<days>\S.*))?"
_PEOPLE: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (verb, re.compile(rf"(?P<group>\S.*?)\s+{verb}\s+{rest}\s*"), words)
    for verb, rest, words in (
        ("move", rf"(?P<n>\d+)\s+to\s+(?P<to>\S.*?)(?:\s+from\s+{_TIME})?{_DAYS}",
         "GROUP move 5 to OTHER [from 14:00] [on Wed]"),
        ("teach", r"(?P<n>\d+)\s+(?P<skill>\S+)(?:\s+(?P<level>[\d.]+(?:\s*%)?))?",
         "GROUP teach 10 SKILL [0.6]"),
        ("train", rf"(?P<n>\d+)\s+(?P<length>\S.*?)\s+at\s+{_TIME}{_DAYS}",
         "GROUP train 5 1h at 14:00 [on Wed]"),
        ("extend", rf"(?P<n>\d+)\s+by\s+(?P<by>-?\S.*?){_DAYS}",
         "GROUP extend 5 by 2h [on Wed]"),
    )
)  # fmt: skip
_SET = re.compile(r"(?P<path>[^=]+?)\s*=\s*(?P<value>.*)", re.DOTALL)
_MORE = re.compile(r"(?P<path>\S.*?)\s+(?P<value>[+-]\s*[\d.].*)")
_TIMES = re.compile(r"(?P<path>\S.*?)\s+[x×*]\s*(?P<value>-?[\d.]+)")
_ADD = re.compile(r"(?P<path>\S.*?)\s+add\s+(?P<value>\S.*)", re.DOTALL)
_DROP = re.compile(r"(?P<path>\S.*?)\s+drop\s*")
_STEP = re.compile(r"\s*(?:\[(?P<item>[^\]]*)\]|(?P<key>[^.\[\]]+))\s*\.?")


def parse_change(text: object) -> Change:
    """One change. Raises `Wrong` for what is none."""
    if not isinstance(text, str) or not text.strip():
        raise found(text, f"a change: {WORDS}")
    text = " ".join(text.split())
    if len(text) > MOST_TEXT:
        raise found(text, f"a change of at most {MOST_TEXT} characters")
    for verb, pattern, words in _PEOPLE:
        if re.search(rf"\s{verb}\s+[-+]?\d", text) and "=" not in text:
            match = pattern.fullmatch(text)
            if match is None:
                raise found(text, words)
            return _MAKE[verb](text, match)
    if (match := _ADD.fullmatch(text)) and "=" not in match["path"]:
        return Edit(text, parse_path(match["path"]), "add", _value(match["value"]))
    if match := _SET.fullmatch(text):
        return Edit(text, parse_path(match["path"]), "set", _value(match["value"]))
    if match := _TIMES.fullmatch(text):
        return Edit(text, parse_path(match["path"]), "times", _factor(match["value"]))
    if match := _MORE.fullmatch(text):
        return Edit(text, parse_path(match["path"]), "more", match["value"].strip())
    if match := _DROP.fullmatch(text):
        return Edit(text, parse_path(match["path"]), "drop")
    raise found(text, f"a change: {WORDS}")


def parse_changes(value: object) -> tuple[Change, ...]:
    """The changes of one variant: text, several parted by `;`, or a list. Raises `Wrong`."""
    items = value if isinstance(value, list | tuple) else [value]
    texts = [part for item in items for part in (split(item) if isinstance(item, str) else [item])]
    if not texts:
        raise found(value, f"one change or more: {WORDS}")
    return tuple(parse_change(part) for part in texts)


def split(text: str) -> list[str]:
    """Changes parted by `;`, which inside quotes or brackets is only a character."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "{[(":
            depth += 1
        elif letter in "}])":
            depth -= 1
        if letter == ";" and not quote and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def parse_path(text: str) -> tuple[Part, ...]:
    """`groups.phone_team.shifts[0].start` in parts. Raises `Wrong`."""
    parts: list[Part] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or match.end() == at:
            raise found(text, "a path such as contact_types.calls.patience or groups.team.shifts[0].start")
        at = match.end()
        if match["key"] is not None:
            key = match["key"].strip()
            if not key:
                raise found(text, "a path without empty steps")
            parts.append(key)
        else:
            item = match["item"].strip().strip("\"'")
            parts.append(Every() if item == "*" else int(item) if item.isdigit() else Item(item))
    if not parts:
        raise found(text, "a path")
    return tuple(parts)


def written(path: tuple[Part, ...]) -> str:
    """A path as text."""
    text = ""
    for part in path:
        if isinstance(part, str):
            text += f".{part}" if text else part
        else:
            text += f"[{part}]" if isinstance(part, int) else str(part)
    return text


def _value(text: str) -> Any:
    if not text.strip():
        raise Wrong("found no value behind the sign; allowed any value as in YAML")
    try:
        return read_yaml(text, "the value").data
    except InputErrors as errors:
        raise Wrong(f"found {show(text)}: {errors.problems[0].message}") from None


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        raise found(text, "a factor such as 1.2") from None
    if not 0 <= factor <= 1e6:
        raise found(text, "a factor from 0 to 1000000")
    return factor


def _move(text: str, match: re.Match[str]) -> Move:
    at = None if match["at"] is None else parse_clock(match["at"])
    return Move(text, match["group"], _people(match), match["to"], at, match["days"])


def _teach(text: str, match: re.Match[str]) -> Teach:
    level = match["level"]
    share = 1.0 if level is None else parse_share(level if "%" in level else _factor(level))
    return Teach(text, match["group"], _people(match), match["skill"], share)


def _train(text: str, match: re.Match[str]) -> Train:
    parse_duration(match["length"])
    parse_clock(match["at"])
    return Train(text, match["group"], _people(match), match["length"], match["at"], match["days"])


def _extend(text: str, match: re.Match[str]) -> Extend:
    by = match["by"]
    seconds = -parse_duration(by[1:]) if by.startswith("-") else parse_duration(by)
    return Extend(text, match["group"], _people(match), seconds, match["days"])


def _people(match: re.Match[str]) -> int:
    n = int(match["n"][:7])
    if not 1 <= n <= 100_000:
        raise found(n, "1 person or more")
    return n


_MAKE: dict[str, Callable[[str, re.Match[str]], Change]] = {
    "move": _move, "teach": _teach, "train": _train, "extend": _extend,
}  # fmt: skip
