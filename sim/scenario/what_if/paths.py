"""Where a change takes place: full paths of the file, and short ones where they are unique.

A full path begins with a key of the scenario: `groups.phone_team.absence`. Short forms:

- `NAME.key...`, NAME a channel, contact type or group: `phone_team.absence`; a channel stands for its
  contact types where it has no such key itself: `phone.patience`; `all` for all that have the key.
- `volume`, `NAME.volume`: the what-if multiplier of everything, a channel or a contact type.
- `GROUP` or `GROUP.people`: how many people a group has, whether written as agents, shifts or headcount.
- `NAME.handle_time`: work per turn, and of a relative change after-contact work too.
- `CAMPAIGN.key` or `campaigns.CAMPAIGN.key`: a key of a campaign, wherever it brings contacts, or of a crisis.
- steps in between may be left out where the rest is unique: `phone_team.training.length`.
- `[2]` an item of a list (from 0), `[late]` the items called so, `[*]` all items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from floorcast.scenario.read.problems import (
    Path,
    Wrong,
    choices,
    nearest,
    show,
    unknown,
    written_path,
)
from floorcast.scenario.schema.channel import Channel
from floorcast.scenario.schema.demand import ContactType
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.social import Crisis
from floorcast.scenario.schema.sources import Campaign
from floorcast.scenario.schema.staff import Group
from floorcast.scenario.what_if.grammar import Every, Item, Part, written

SECTIONS: dict[str, Any] = {"channels": Channel, "contact_types": ContactType, "groups": Group}
_LABELS = ("name", "of", "start", "at", "measure")
_PEOPLE = ("agents", "people")
_MOST = 20_000
_ALIASES = {"handle time": "handle_time", "aht": "handle_time", "contact types": "contact_types"}


@dataclass(frozen=True)
class Place:
    """One thing that changes: a value at `path`, a volume (`path[1]` its multiplier), or the people of
    the group `path[1]`."""

    kind: Literal["value", "volume", "people"]
    path: Path


def places(parts: Sequence[Part], data: dict[str, Any], scenario: Scenario) -> list[Place]:
    """Everything that a path means. Raises `Wrong` with the nearest path, or with the candidates."""
    parts = tuple(_ALIASES.get(p.lower(), p) if isinstance(p, str) else p for p in parts)
    first, last = parts[0], parts[-1]
    name = first if isinstance(first, str) else ""
    if last == "volume":
        return [_volume(parts, scenario)]
    if last == "handle_time":
        found = places((*(parts[:-1] or ("all",)), "work"), data, scenario)
        after = [Place("value", (*one.path[:-1], "after_contact_work")) for one in found]
        return found + [one for one in after if exists(data, one.path)]
    if name in Scenario.model_fields:
        return _full(parts, data, scenario)
    if name in scenario.groups and (len(parts) == 1 or (len(parts) == 2 and last in _PEOPLE)):
        return [Place("people", ("groups", name))]
    if len(parts) > 1:
        found = _of_name(name, parts[1:], data, scenario)
        if not found and name in ("campaign", "campaigns"):
            found = _of_campaign(parts[1:], data, surely=True)
        if not found:
            found = _of_campaign(parts, data)
        if found:
            return found
    return _short(parts, data, scenario)


def _volume(parts: tuple[Part, ...], scenario: Scenario) -> Place:
    names = [part for part in parts[:-1] if part not in ("channels", "contact_types")]
    known = ["all", *scenario.channels, *scenario.contact_types]
    if not names:
        return Place("volume", ("multipliers", "all"))
    if len(names) > 1 or names[0] not in known:
        raise unknown("channel or contact type", str(names[-1]), known)
    return Place("volume", ("multipliers", str(names[0])))


def _full(parts: tuple[Part, ...], data: dict[str, Any], scenario: Scenario) -> list[Place]:
    section = str(parts[0])
    if section in SECTIONS and len(parts) > 1:
        known = _known(section, scenario)
        if isinstance(parts[1], str) and parts[1] not in known:
            if len(parts) > 2:
                raise unknown(section.rstrip("s").replace("_", " "), parts[1], known)
        elif len(parts) > 2 and isinstance(parts[2], str):
            if section == "groups" and len(parts) == 3 and _is_people(parts, data):
                return [Place("people", ("groups", str(parts[1])))]
            if parts[2] not in _fields(section):
                raise unknown("key", parts[2], _fields(section))
    return [Place("value", path) for path in walk(data, parts)]


def _is_people(parts: tuple[Part, ...], data: dict[str, Any]) -> bool:
    group = data.get("groups", {}).get(parts[1], {})
    written_so = isinstance(group, dict) and parts[2] in group
    return parts[2] == "people" or (parts[2] == "agents" and not written_so)


def _of_name(
    name: str, rest: tuple[Part, ...], data: dict[str, Any], scenario: Scenario
) -> list[Place]:
    """`NAME.key...` by the sections that have the name, then what belongs to a channel, then all."""
    key = rest[0]
    homes = [
        section
        for section in SECTIONS
        if name in _known(section, scenario) and key in _fields(section)
    ]
    if len(homes) > 1:
        full = [written((home, name, *rest)) for home in homes]
        raise Wrong(f"found {written((name, *rest))}, which may be {' or '.join(full)}; allowed one of these")
    if homes:
        return _full((homes[0], name, *rest), data, scenario)
    types: list[str] = []
    if name in scenario.channels and key in _fields("contact_types"):
        types = [t for t in scenario.contact_types if scenario.channel_of(t) == name]
    elif name == "all" and key in _fields("contact_types"):
        types = list(scenario.contact_types)
    if types:
        return [p for t in types for p in _full(("contact_types", t, *rest), data, scenario)]
    if name == "all" and (key in _fields("groups") or key in _PEOPLE):
        return [p for g in scenario.groups for p in _full(("groups", g, *rest), data, scenario)]
    return []


def _of_campaign(parts: tuple[Part, ...], data: dict[str, Any], surely: bool = False) -> list[Place]:
    """`CAMPAIGN.key...`, wherever the campaign brings contacts, or of a crisis of that name. Raises `Wrong` for a key
    that it cannot have, and where it is `surely` one, for a name that none has."""
    every = _campaigns(data)
    name, rest = str(parts[0]), parts[1:]
    homes = [(path, keys) for path, keys, called in every if called == name]
    if not homes and surely:
        raise unknown("campaign", name, dict.fromkeys(called for _, _, called in every))
    if not homes or not rest:
        return []
    fits = [path for path, keys in homes if rest[0] in keys]
    if not fits:
        raise unknown(f"key of {name}", str(rest[0]), homes[0][1])
    return [Place("value", one) for path in fits for one in walk(data, (*path, *rest))]


def _campaigns(data: dict[str, Any]) -> list[tuple[Path, list[str], str]]:
    """Where campaigns and crises stand in a file, which keys they may have, and what they are called."""
    found: list[tuple[Path, list[str], str]] = []
    for kind, entry in data["contact_types"].items():
        sources = entry.get("arrivals") if isinstance(entry, dict) else None
        at: Path = ("contact_types", kind, "arrivals")
        for place, source in _items(at, sources):
            own = source.get("campaign") if isinstance(source, dict) else None
            if isinstance(own, dict):
                found.append(((*place, "campaign"), list(Campaign.model_fields), str(own.get("name"))))
    for place, crisis in _items(("crises",), data.get("crises")):
        if isinstance(crisis, dict):
            found.append((place, list(Crisis.model_fields), str(crisis.get("name"))))
    return found


def _items(at: Path, value: Any) -> list[tuple[Path, Any]]:
    """The items of a list with their paths; of what is no list it is the only one."""
    if isinstance(value, list):
        return [((*at, n), item) for n, item in enumerate(value)]
    return [] if value is None else [(at, value)]


def _short(parts: tuple[Part, ...], data: dict[str, Any], scenario: Scenario) -> list[Place]:
    """Steps left out: the head without brackets is looked for, the rest is walked from there."""
    cut = next((n for n, part in enumerate(parts) if not isinstance(part, str)), len(parts))
    head = [str(part) for part in parts[:cut]]
    everything = list(_paths(data, scenario))
    fits = [path for path in everything if _leads(head, path)] if head else []
    fewest = min((len(path) for path in fits), default=0)
    fits = [path for path in fits if len(path) == fewest]
    if len(fits) == 1:
        return [Place("value", path) for path in walk(data, (*fits[0], *parts[cut:]))]
    text = written(tuple(parts))
    if fits:
        raise Wrong(
            f"found {show(text)}, which may be {len(fits)} things; allowed one of"
            f" {choices([written_path(path) for path in fits], 8)}"
        )
    known = [written_path(path) for path in everything if path[0] not in ("uncertain", "variants")]
    known += [known_path.split(".", 1)[1] for known_path in known if "." in known_path]
    known += [f"{n}.volume" for n in (*scenario.channels, *scenario.contact_types)]
    known += [f"{g}.people" for g in scenario.groups]
    events = _campaigns(data)
    known += [f"{called}.{key}" for _, keys, called in events for key in keys]
    close = nearest(text, dict.fromkeys(known))
    hint = f" (did you mean {close!r}?)" if close else ""
    names = [*scenario.channels, *scenario.contact_types, *scenario.groups, *(called for _, _, called in events)]
    raise Wrong(
        f"found {show(text)}, which names nothing in the scenario{hint}; allowed a path of its file, or a"
        f" key behind one of {choices(dict.fromkeys(names), 12)}"
    )


def _leads(head: list[str], path: Path) -> bool:
    """Whether `head` are steps of `path`, in order, ending with its last."""
    if path[-1] != head[-1]:
        return False
    steps = iter(path)
    return all(part in steps for part in head)


def _paths(data: Any, scenario: Scenario) -> Iterator[Path]:
    """Paths of everything written, and of the keys that could be written where it matters most."""
    seen: set[Path] = set()
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack and len(seen) < _MOST:
        path, node = stack.pop()
        if path:
            seen.add(path)
            yield path
        if isinstance(node, dict):
            stack += reversed([((*path, key), item) for key, item in node.items()])
        elif isinstance(node, list):
            stack += reversed([((*path, n), item) for n, item in enumerate(node)])
    for section in SECTIONS:
        for name in _known(section, scenario):
            for key in _fields(section):
                if (section, name, key) not in seen:
                    yield section, name, key
    for key in Scenario.model_fields:
        if (key,) not in seen:
            yield (key,)


def _known(section: str, scenario: Scenario) -> list[str]:
    return list(getattr(scenario, section))


def _fields(section: str) -> list[str]:
    return list(SECTIONS[section].model_fields)


def walk(node: Any, parts: Sequence[Part]) -> list[Path]:
    """The paths meant by parts with brackets; a key that is not there yet ends the look-up.

    Raises `Wrong` for an item that is not there.
    """
    found: list[tuple[Path, Any]] = [((), node)]
    for n, part in enumerate(parts):
        following: list[tuple[Path, Any]] = []
        for path, here in found:
            if isinstance(part, str):
                following.append(((*path, part), here.get(part) if isinstance(here, dict) else None))
                continue
            items = here if isinstance(here, list) else [here]
            numbers = _numbers(part, items, written(tuple(parts[:n])))
            following += [
                ((*path, k), items[k]) if isinstance(here, list) else (path, here) for k in numbers
            ]
        found = following
    return [path for path, _ in found]


def _numbers(part: Part, items: list[Any], where: str) -> list[int]:
    if isinstance(part, Every):
        chosen = list(range(len(items)))
    elif isinstance(part, Item):
        chosen = [k for k, item in enumerate(items) if part.name in _called(item)]
        if not chosen:
            names = dict.fromkeys(name for item in items for name in _called(item)[:1])
            raise unknown(f"item of {where}", part.name, names)
    else:
        chosen = [int(part)] if isinstance(part, int) and part < len(items) else []
        if not chosen:
            raise Wrong(f"found [{part}] of {where}; allowed [0] to [{len(items) - 1}]")
    return chosen


def _called(item: Any) -> list[str]:
    if isinstance(item, str):
        return [item]
    return [str(item[key]) for key in _LABELS if key in item] if isinstance(item, dict) else []


def exists(data: Any, path: Path) -> bool:
    """Whether something is written there."""
    for step in path:
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return False
    return True


def value_at(data: Any, path: Path) -> Any:
    """What is written there; None where nothing is."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
