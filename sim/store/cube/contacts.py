"""Cuts by what only single contacts know, simulated again from a study's seed with the same digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.service import Service, ServiceCounts, share_in_time
from floorcast.measures.base.settings import NO_TOPIC, settings_of
from floorcast.measures.contacts.table import ContactTable, contact_blocks, measured_window
from floorcast.measures.customers.bands import band_of
from floorcast.measures.customers.funnel import class_of, end_of
from floorcast.measures.customers.social_table import SocialTable
from floorcast.measures.series import RATIOS, Ratio
from floorcast.model.records.layout import Cause, Outcome
from floorcast.scenario.catalogue.measures import BANDS, DEFAULT_FORMULA, ENDS
from floorcast.store.cube.cut import AS_WRITTEN, TIMES, Cell, Cube, known, order_of, time_place
from floorcast.store.fingerprint import policy_fingerprint, scenario_fingerprint
from floorcast.store.folder import StudyError, read_manifest
from floorcast.study.alternatives.options import BASE
from floorcast.study.estimate import ratios

# What a contact knows beside its type and time.
OF_CONTACTS = (
    "network", "sentiment", "reach", "reach_class", "tier", "language", "priority_band", "end", "agent", "group",
    "campaign", "incident", "outcome", "cause", "topic", "contact",
)  # fmt: skip
DIMENSIONS = ("policy", "variant", "replication", "channel", "contact_type", *TIMES, *OF_CONTACTS)
MEASURES = tuple(
    ratio.name for ratio in RATIOS.values() if not ratio.groups and ratio.name not in ("backlog", "backlog_age_max")
)
MOST_CELLS = 200_000
_REACH = ((1e6, "1,000,000 and more"), (1e5, "100,000 and more"), (1e4, "10,000 and more"), (1e3, "1,000 and more"),
          (1e2, "100 and more"))  # fmt: skip
_SENTIMENT = {-1: "negative", 0: "neutral", 1: "positive"}
_NONE = "none"


def cut_contacts(
    folder: Path,
    by: Sequence[str],
    measures: Sequence[str],
    where: Mapping[str, Sequence[str]] | None = None,
    replications: int = 5,
) -> Cube:
    """The first replications of a study simulated again and cut by dimensions of `DIMENSIONS`.

    Raises StudyError for a damaged study, an unknown name, or one whose scenario or policies have changed.
    """
    from floorcast.clock.compiled import run
    from floorcast.model.compile.assemble import assemble

    where = where or {}
    known("measure", measures, MEASURES)
    known("dimension", [*by, *where], DIMENSIONS)
    manifest = read_manifest(folder)
    asked = [RATIOS[name] for name in measures]
    sums: dict[tuple[str, ...], NDArray[np.float64]] = {}
    count = min(replications, int((manifest.get("result") or {}).get("replications") or 0))
    if not count:
        raise StudyError(f"{folder}: no replication is finished")
    if "contact" in by and "replication" not in by and count > 1:
        by = ("replication", *by)  # a number is another customer in each
    for name, variant, scenario, policy, seed in _options(folder, manifest):
        world = assemble(scenario, policy)
        for number in range(count):
            _add(sums, run(world, seed, number), manifest, (name, variant), by, asked, where, count)
    cells = []
    for place, pairs in sorted(sums.items(), key=lambda one: order_of(manifest, by, one[0])):
        found = ratios(pairs[:, :, 0], pairs[:, :, 1])
        cells.append(Cell(place, tuple(found.mean.tolist()), tuple(found.half_width().tolist())))
    return Cube(tuple(by), tuple(asked), count, tuple(cells))


def _options(folder: Path, manifest: dict[str, Any]) -> list[tuple[str, str, Any, Any, int]]:
    """Name, variant, scenario, policy and seed of each option, if they still are what was simulated."""
    from floorcast.policy import load_policy, policies_of
    from floorcast.scenario import load_scenario

    file = Path(manifest["scenario"]["file"])
    if not file.is_file():
        raise StudyError(f"{folder}: its scenario {file} is not there, so contacts cannot be simulated again")
    scenario = load_scenario(file)
    if scenario_fingerprint(scenario) != manifest["scenario"]["means"]:
        raise StudyError(f"{folder}: {file} has changed since, so contacts cannot be simulated again")
    if manifest.get("draws") == "apart":
        raise StudyError(f"{folder}: its options had customers of their own; cut one with common customers")
    own = {policy.name: policy for policy in policies_of(scenario)}
    found: list[tuple[str, str, Any, Any, int]] = []
    plain: list[Any] = []
    for option in manifest["policies"]:
        if option.get("variant"):
            found.append(_of_variant(folder, option, scenario, plain, int(manifest["seed"])))
            continue
        written = Path(option["file"])
        policy = own.get(option["name"].removeprefix(f"{BASE}, "))
        if policy is None and option["name"] == BASE and len(own) == 1:
            policy = next(iter(own.values()))
        if policy is None and written.is_file():
            policy = load_policy(written, scenario)
        if policy is None or policy_fingerprint(policy) != option["means"]:
            raise StudyError(f"{folder}: the policy {option['name']} is not what it was when it was simulated")
        plain.append(policy)
        found.append((option["name"], AS_WRITTEN, scenario, policy, int(manifest["seed"])))
    return found


def _of_variant(
    folder: Path, option: Mapping[str, Any], scenario: Any, policies: Sequence[Any], seed: int
) -> tuple[str, str, Any, Any, int]:
    """A variant built again: the scenario's own of that name, or the change that it is named after."""
    from floorcast.scenario import InputErrors
    from floorcast.scenario.what_if.variants import own_variants, variants_of
    from floorcast.study.alternatives.options import options_of

    name = str(option["variant"])
    try:
        variants = [one for one in own_variants(scenario) if one.name == name] or variants_of([name], scenario)
        built = options_of(scenario, policies, variants)
    except InputErrors:
        built = []
    for one in built:
        same = one.variant and scenario_fingerprint(one.scenario) == option.get("scenario_means")
        if same and policy_fingerprint(one.policy) == option["means"]:
            return str(option["name"]), name, one.scenario, one.policy, seed
    raise StudyError(
        f"{folder}: the variant {name} cannot be built again from its name; allowed those of the scenario, and changes"
        " without a name of their own"
    )


def _add(
    sums: dict[tuple[str, ...], NDArray[np.float64]],
    run: Any,
    manifest: dict[str, Any],
    option: tuple[str, str],
    by: Sequence[str],
    asked: Sequence[Ratio],
    where: Mapping[str, Sequence[str]],
    count: int,
) -> None:
    """Count the contacts of one replication into the cells."""
    world = run.world
    contacts = run.contacts[run.contacts["arrived"] < world.horizon]
    window = measured_window(world)
    channel = np.asarray(settings_of(world).channel)[contacts["contact_type"]]
    chosen = (contacts["arrived"] >= window.start) & (channel >= 0)
    columns = list(contact_blocks(run))
    table = ContactTable(
        world, settings_of(world), {name: np.concatenate([block[name] for block in columns]) for name in columns[0]}
    )
    values = _per_contact(table)
    labels = {name: _labels(name, run, contacts, manifest, option) for name in dict.fromkeys((*by, *where))}
    for name, wanted in where.items():
        chosen &= np.isin(labels[name], list(wanted))
    rows = np.flatnonzero(chosen)
    keys, codes = (
        np.unique(np.stack([labels[name][rows] for name in by], axis=1), axis=0, return_inverse=True)
        if by and rows.size
        else (np.empty((min(rows.size, 1), 0), dtype=str), np.zeros(rows.size, np.int64))
    )
    codes = np.asarray(codes).reshape(-1)
    for place, ratio in enumerate(asked):
        for side, names in enumerate((ratio.above, ratio.below)):
            total = sum((values[name][rows] for name in names), start=np.zeros(rows.size))
            added = np.bincount(codes, total, minlength=len(keys)) if names else np.ones(len(keys))
            for row, key in enumerate(keys.tolist()):
                cell = sums.setdefault(tuple(key), np.zeros((count, len(asked), 2)))
                cell[run.replication, place, side] += added[row]
    if len(sums) > MOST_CELLS:
        raise StudyError(f"found more than {MOST_CELLS:,} cells; allowed fewer dimensions, or a narrower --where")


def _per_contact(table: ContactTable) -> dict[str, NDArray[np.float64]]:
    """What each contact adds to the sums that measures are ratios of; see `floorcast.measures.series`."""
    outcome, wait, response = table.outcome, table.wait, table.wait_by("first_response")
    classes = np.eye(len(Service))[table.classes()]
    in_time, counted = share_in_time(DEFAULT_FORMULA, ServiceCounts.of_classes(classes))
    handled = outcome == Outcome.HANDLED
    found = {
        "offered": table.columns["cause"] != Cause.BACKLOG,
        "handled": handled,
        "abandoned": outcome == Outcome.ABANDONED,
        "blocked": (outcome == Outcome.BLOCKED) | (outcome == Outcome.TURNED_AWAY),
        "in_time": in_time,
        "counted": counted,
        "answered": ~np.isnan(wait),
        "wait": np.nan_to_num(wait),
        "responded": ~np.isnan(response),
        "first_response": np.nan_to_num(response),
        "worked": np.where(handled, table.columns["worked"] + table.columns["wrapped"], 0.0),
    }
    return {name: np.asarray(values, dtype=np.float64) for name, values in found.items()}


def _labels(
    name: str, run: Any, contacts: NDArray[Any], manifest: dict[str, Any], option: tuple[str, str]
) -> NDArray[np.str_]:
    """Where each contact stands along a dimension, as text."""
    world, n = run.world, contacts.size
    if name in TIMES:
        number = np.clip(contacts["arrived"] // world.interval, 0, world.n_intervals - 1).astype(np.int64)
        texts = [str(time_place(manifest, name, one)) for one in range(world.n_intervals)]
        return np.asarray(np.array(texts)[number], dtype=np.str_)
    if name in ("policy", "variant", "replication"):
        return np.full(n, {"policy": option[0], "variant": option[1], "replication": str(run.replication)}[name])
    if name in ("reach_class", "tier", "priority_band", "end", "topic"):
        return np.asarray(_of_class(name, run)[run.contacts["arrived"] < world.horizon])
    if name == "channel":
        return _named(np.asarray(world.type_channel)[contacts["contact_type"]], world.channel_names)
    if name == "network":
        public = np.array([world.scenario.traits_of(one).public for one in world.channel_names])
        channel = np.asarray(world.type_channel)[contacts["contact_type"]]
        return _named(np.where(public[channel], channel, -1), world.channel_names)
    if name == "sentiment":
        return np.array([_SENTIMENT[int(one)] for one in np.sign(contacts["sentiment"])], dtype=np.str_)
    if name == "reach":
        marks = [contacts["reach"] >= bound for bound, _ in _REACH]
        found = np.select(marks, [np.full(n, text) for _, text in _REACH], np.full(n, "below 100"))
        return np.asarray(found, dtype=np.str_)
    if name in ("outcome", "cause"):
        words: Any = Outcome if name == "outcome" else Cause
        known_codes = set(words)
        spoken = [words(code).name.lower() if code in known_codes else "" for code in range(max(words) + 1)]
        return _named(contacts[name], spoken)
    if name in ("agent", "incident"):
        return np.where(contacts[name] < 0, _NONE, contacts[name].astype(np.str_))
    if name == "contact":
        return np.arange(n).astype(np.str_)
    names = {"contact_type": world.type_names, "group": world.group_names, "campaign": world.campaign_names,
             "language": world.language_names}  # fmt: skip
    return _named(contacts[name], names[name])


def _of_class(name: str, run: Any) -> NDArray[np.str_]:
    """Classes of all contacts of a run that measures of the public and of priorities are by."""
    table = SocialTable(run, measured_window(run.world), settings_of(run.world))
    if name == "priority_band":
        kept, codes = (table.in_order(column) for column in band_of(table))
        return _named(np.where(kept, codes, -1), BANDS)
    if name == "end":
        kept, codes = (table.in_order(column) for column in end_of(table))
        return _named(np.where(kept, codes, -1), ENDS)
    if name == "topic":
        return _topics(table)
    names, codes = class_of(table, name.removesuffix("_class"))
    return _named(table.in_order(codes) if names else np.full(len(codes), -1), names)


def _topics(table: SocialTable) -> NDArray[np.str_]:
    """All topics of each contact, joined: of a post about two both."""
    found = np.full(len(table["arrived"]), "", dtype=object)
    for name, carried in table.topics.items():
        found[carried] = [f"{one} + {name}" if one else name for one in found[carried]]
    found[found == ""] = NO_TOPIC
    return table.in_order(found.astype(np.str_))


def _named(codes: NDArray[Any], names: Sequence[str]) -> NDArray[np.str_]:
    known_names = np.array([*names, _NONE], dtype=np.str_)
    codes = codes.astype(np.int64)
    return known_names[np.where((codes < 0) | (codes >= len(names)), len(names), codes)]
