"""The rest of a day from a situation: every replication begins with what is there, and then has its own luck.

Nothing before the moment is simulated. Who waits came when the file says; who is in hand was taken then; of each
the work and the patience are drawn as they are of any such customer, but again and again until it is still there at
the moment, which is the law of what is left. People whose shift is under way are there, as many as the file says.
How many came since midnight tells of the day factor: a gamma factor, where n customers came and m were expected, is
a gamma factor again, of n more and m more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from floorcast.clock.now.situation import DAY, IN_HAND, Situation, There
from floorcast.clock.questions import Questions
from floorcast.clock.run import Run, grow, outcome
from floorcast.clock.saved import SavedStateError
from floorcast.clock.standards import has_room
from floorcast.model.compile.assemble import World
from floorcast.model.compile.attendance import timetable
from floorcast.model.compile.demand import realise
from floorcast.model.compile.tables import digest
from floorcast.model.core.asking import FOR_CONTACT
from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import run_key, uniforms
from floorcast.model.events.sources import open_sources
from floorcast.model.records.layout import TIMETABLE, Halt, Status, Turn
from floorcast.model.records.social import Trait
from floorcast.model.records.sources import SOURCE, STEP, TRACE, SourceKind
from floorcast.model.records.state import State
from floorcast.model.step import run_until

ROUNDS = 60  # in which a contact must turn out to be still there
_A_FEW_ROUNDS = 15
_LONG = 15  # tries after which a long talk may be shorter
_JUST = 1e-3  # seconds before
_FEW, _KEYS = 32, 4096  # keys that are looked at for each contact
_SLOW = 1.25  # times as long as usual for its group is a contact in hand, at the most
_STILL_WAITS = (Status.WAITING,)
_BEGUN = (*IN_HAND, Status.AWAY, Status.DRAFTED)
_STILL_THERE = (*_BEGUN, *_STILL_WAITS)


class Begun:
    """A simulation that begins with a situation. Raises SavedStateError, when called, for one that cannot be.

    strict: else, where a contact cannot be in the hands of its group (its people are there no more, or do for once
    what they usually may not), it waits to be taken up again.
    """

    def __init__(self, situation: Situation, base: World, strict: bool = True) -> None:
        self._situation, self._strict = situation, strict
        self._today = _told(situation, base)

    def __call__(self, world: World, seed: int, replication: int) -> Run:
        began = time.perf_counter()
        state = self._begin(world, seed, replication)
        while (code := run_until(state, math.inf, 2**62)) != Halt.DONE:
            state = grow(world, state, code)
        return outcome(world, seed, replication, state, time.perf_counter() - began)

    def _begin(self, world: World, seed: int, replication: int) -> State:
        """The state at the moment."""
        keys = run_key(seed, replication)
        people = _People(world, self._situation, keys, self._strict)
        rows, paid = people.timetable(*keys)
        pay = world._pay(paid)
        tries = np.zeros(len(self._situation.contacts), np.int64)
        likely = _Likely(self._situation, world, keys)
        for _ in range(ROUNDS if self._strict else _A_FEW_ROUNDS):
            state = world.fresh(seed, replication)
            own = {likely(place, int(n)): (place, int(n)) for place, n in enumerate(tries)}
            sources, steps, trace = self._sources(world, keys, own)
            state = state.replaced(sources=sources, steps=steps, trace=trace, timetable=rows)
            state.centre[0]["sources"] = len(sources)
            state.ledger["paid"] = pay
            types = state.types
            state = state.replaced(types=_at_once(types))
            open_sources(state)
            state, gone, wrong = self._prelude(world, state, people, own)
            if wrong and people.call(wrong):
                rows, paid = people.timetable(*keys)
                pay = world._pay(paid)
                continue
            if wrong and self._strict:
                one = self._situation.contacts[min(wrong)]
                raise SavedStateError(
                    f"found more contacts in the hands of {one.group} than its people may hold, one of"
                    f" {one.contact_type} among them; allowed what the group's channels and slots hold"
                )
            if not gone.any():
                return state.replaced(types=types)
            tries += gone
        if not self._strict:
            return state.replaced(types=types)
        first = self._situation.contacts[int(np.argmax(gone))]
        where = f" in the hands of {first.group}" if first.group else " waiting"
        raise SavedStateError(
            f"found a contact of {first.contact_type}{where} since"
            f" {self._situation.now - (first.taken if first.group else first.arrived):.0f} s, which happens to none of"
            " this scenario's customers; allowed what their work and patience leave time for"
        )

    # -- who comes
    def _sources(self, world: World, keys: tuple[int, int], own: Mapping[int, tuple[int, int]]) -> tuple[Any, Any, Any]:
        """Sources, steps and given contacts of what comes from the moment on, and of what is there."""
        now = self._situation.now
        sources, steps = realise(world.demand, *keys)
        parts, at = [], 0
        for profile in world.demand.profiles:
            row = sources[profile.source]
            counts = bool(profile.counts)
            mine = steps[int(row["step"]) + counts : int(row["step_to"])].copy()
            if profile.factor is not None and profile.factor_key in self._today:
                came, expected = self._today[profile.factor_key]
                mine = _anew(mine, profile, came, expected, self._situation.midnight, keys)
            mine = _later_counts(mine, now) if counts else _later_rate(mine, now)
            row["step"], row["step_to"] = at - counts, at + len(mine)
            parts.append(mine)
            at += len(mine)
        given = sources["kind"] == int(SourceKind.TRACE)
        for place in np.flatnonzero(given):
            times = world.demand.trace["time"][int(sources[place]["step"]) : int(sources[place]["step_to"])]
            sources["step"][place] += int(np.searchsorted(times, now, side="right"))
        sources["left"][sources["kind"] == int(SourceKind.BACKLOG)] = 0
        trace, more = self._given(world, len(world.demand.trace), own)
        steps = np.concatenate(parts) if parts else np.zeros(1, STEP)
        return np.concatenate((sources, more)), steps, np.concatenate((world.demand.trace, trace))

    def _given(self, world: World, first: int, own: Mapping[int, tuple[int, int]]) -> tuple[Any, Any]:
        """Rows of given contacts and a source of each contact type for what is there, and for what is to come."""
        lines: dict[str, list[tuple[float, int]]] = {}
        for key, (place, n) in own.items():
            one = self._situation.contacts[place]
            born = _born(self._situation, one)
            if one.group and n >= _LONG and world.scenario.contact_types[one.contact_type].turns.mean > 1:
                # A talk of many turns for so long is rare: it is in hand, if not for quite so long.
                born = self._situation.now - (self._situation.now - born) * 0.5 ** (n // _LONG)
            lines.setdefault(one.contact_type, []).append((born, key))
        for place, (kind, instant) in enumerate(self._situation.coming):
            lines.setdefault(kind, []).append((instant, (len(self._situation.contacts) + place) * _KEYS))
        trace, sources = [np.zeros(0, TRACE)], np.zeros(len(lines), SOURCE)
        at = first
        for row, (kind, ones) in zip(sources, lines.items(), strict=True):
            rows = np.zeros(len(ones), TRACE)
            rows["sentiment"], rows["language"], rows["kernel"] = 127, -1, -1
            rows["reach"] = rows["value"] = rows["work"] = rows["attracts"] = math.nan
            ones = sorted(ones)
            rows["time"], rows["key"] = [t for t, _ in ones], [key for _, key in ones]
            row["kind"], row["contact_type"], row["campaign"] = int(SourceKind.TRACE), world.type_names.index(kind), -1
            row["key"] = _source_key(kind)
            row["step"], row["step_to"] = at, at + len(ones)
            at += len(ones)
            trace.append(rows)
        return np.concatenate(trace), sources

    # -- until the moment
    def _prelude(
        self, world: World, state: State, people: _People, own: Mapping[int, tuple[int, int]]
    ) -> tuple[State, Any, set[int]]:
        """Let what is there be there; which of it is not, when the moment has come, and for which nobody had room."""
        there = {key: place for key, (place, _) in own.items()}
        holder, wrong = [state], set[int]()

        def answer(kind: int, who: int, queue: int) -> int:
            s = holder[0]
            if kind != FOR_CONTACT:
                return -1
            place = there.get(int(s.contacts[who]["key"]) & 0xFFFFFFFF)
            if place is None or not self._situation.contacts[place].group:
                return -1
            channel = int(s.contacts[who]["channel"])
            mine = [people.of[place], *people.others(place)] if place in people.of else []
            found = next((a for a in mine if has_room(s, a, channel)), -1)
            if found < 0:
                wrong.add(place)
            return found

        questions = Questions(answer)
        questions.put_to(state)
        while (code := run_until(state, self._situation.now - _JUST / 2, 2**62)) != Halt.PAUSED:
            questions.settle()
            if code == Halt.DONE:
                break
            holder[0] = state = grow(world, state, code)
        questions.settle()
        state.centre[0]["asking"] = 0
        state.centre[0]["offering"] = world.routes.centre["offering"]
        return state, self._gone(state, there), wrong

    def _gone(self, state: State, there: Mapping[int, int]) -> Any:
        """Which contacts are not what they were said to be; the others are told when they really came."""
        gone = np.ones(len(self._situation.contacts), np.bool_)
        rows = state.contacts[: int(state.centre[0]["contacts"])]
        for c, key in enumerate((rows["key"] & np.uint64(0xFFFFFFFF)).tolist()):
            place = there.get(key)
            if place is None or rows["parent"][c] >= 0:
                continue
            one = self._situation.contacts[place]
            held = bool(one.group) and self._strict
            gone[place] = rows["status"][c] not in (_BEGUN if held else _STILL_THERE if one.group else _STILL_WAITS)
            rows["arrived"][c] = one.arrived
            if state.centre[0]["social"] and np.isnan(state.issues["heard"][c]):
                state.issues["heard"][c] = one.arrived
        return gone


def _born(situation: Situation, one: There) -> float:
    """When the model learns of a contact: of what is in hand, as it is taken."""
    return min(max(one.taken if one.group else one.arrived, _JUST), situation.now - _JUST)


class _Likely:
    """Keys under which a contact's patience, or its work, may well last until the moment; called with the place of
    the contact and the number of the try."""

    def __init__(self, situation: Situation, world: World, keys: tuple[int, int]) -> None:
        self._situation, self._world, self._keys = situation, world, keys
        self._found: dict[tuple[int, int], Any] = {}

    def __call__(self, place: int, n: int) -> int:
        for size in (_FEW, _KEYS):
            if (place, size) not in self._found:
                own = place * _KEYS + np.arange(size, dtype=np.uint64)
                lasts = self._lasts(self._situation.contacts[place], own)
                self._found[place, size] = own[lasts] if lasts.any() or size < _KEYS else own
            found = self._found[place, size]
            if n < len(found):
                return int(found[n])
        return int(found[n % len(found)])

    def _lasts(self, one: There, own: Any) -> Any:
        """Whether the draws of a contact under these keys leave it there at the moment; True where that depends."""
        world = self._world
        whole = (np.uint64(_source_key(one.contact_type)) << np.uint64(32)) | own
        u, v = uniforms(whole, np.full(len(own), int(Stream.BIRTH)), np.zeros(len(own), np.int64), *self._keys)
        kind = world.scenario.contact_types[one.contact_type]
        lasted = self._situation.now - _born(self._situation, one)
        if not one.group:
            return np.ones(len(own), np.bool_) if kind.patience is None else kind.patience.quantile(u) > lasted
        if kind.turns.mean > 1:
            return np.ones(len(own), np.bool_)
        fit = world.group_names.index(one.group) * len(world.type_names) + world.type_names.index(one.contact_type)
        slow = _SLOW * float(world.tables["fits"]["factor"][fit])
        # Whoever has it writes it up after.
        return slow * kind.work.quantile(v) + 5 * kind.after_contact_work.mean > lasted


def _at_once(types: Any) -> Any:
    """Types of contacts that come straight to the people: listening and machines are behind what is there."""
    new = types.copy()
    new["traits"] &= ~np.array(int(Trait.LISTEN) | int(Trait.BOT) | int(Trait.CALLBACK), new["traits"].dtype)
    return new


def _source_key(contact_type: str) -> int:
    return digest(f"there now: {contact_type}")


def _told(situation: Situation, base: World) -> dict[int, tuple[float, float]]:
    """What today's counts say of each day factor: how many came, and how many were expected."""
    low, high = situation.midnight, situation.now
    shares: dict[str, dict[int, float]] = {}
    for profile in base.demand.profiles:
        kind = base.type_names[int(base.demand.sources[profile.source]["contact_type"])]
        edges = np.clip(profile.edges, low, high)
        weight = profile.values if profile.counts else profile.values * np.diff(profile.edges)
        whole = np.diff(profile.edges)
        part = np.divide(np.diff(edges), whole, out=np.zeros_like(whole), where=whole > 0)
        own = shares.setdefault(kind, {})
        key = profile.factor_key if profile.factor is not None else -1
        own[key] = own.get(key, 0.0) + float((weight * part).sum())
    found: dict[int, tuple[float, float]] = {}
    for kind, own in shares.items():
        total = sum(own.values())
        if kind not in situation.offered or total <= 0:
            continue
        for key, expected in own.items():
            if key >= 0:
                came, before = found.get(key, (0.0, 0.0))
                found[key] = came + situation.offered[kind] * expected / total, before + expected
    return found


def _anew(
    steps: Any, profile: Any, came: float, expected: float, midnight: float, keys: tuple[int, int]
) -> Any:
    """The steps of a rate with today's factor drawn from what is known of it by now, at the same place of chance."""
    from scipy.special import gammaincinv

    day = round(midnight / DAY)
    u, _ = uniforms(np.array([profile.factor_key]), np.array([int(Stream.DAY)]), np.array([day]), *keys)
    before = float(profile.factor.quantile(u)[0])
    after = float(gammaincinv(profile.shape + came, u[0])) / (profile.shape + expected)
    today = (steps["time"] >= midnight) & (steps["time"] < midnight + DAY)
    steps["value"][today] *= after / before
    return steps


def _later_rate(steps: Any, now: float) -> Any:
    """The steps of a rate that is 0 until the moment."""
    edges = np.union1d(steps["time"], [now] if steps["time"][0] < now < steps["time"][-1] else [])
    new = np.zeros(len(edges), STEP)
    new["time"] = edges
    values = steps["value"][np.clip(np.searchsorted(steps["time"], edges[:-1], side="right") - 1, 0, None)]
    values = np.where(edges[:-1] >= now, values, 0.0)
    new["value"][:-1] = values
    new["cumulated"][1:] = np.cumsum(values * np.diff(edges))
    return new


def _later_counts(steps: Any, now: float) -> Any:
    """The steps of counts of which those before the moment are over, and the one at hand by its share."""
    new = steps.copy()
    begins, ends = steps["time"][:-1], steps["time"][1:]
    left = np.clip((ends - now) / np.maximum(ends - begins, 1e-9), 0.0, 1.0)
    new["value"][:-1] = np.rint(steps["value"][:-1] * left)
    new["time"][:-1] = np.where((begins < now) & (ends > now), now, begins)
    return new


class _People:
    """Who of each group is there at the moment, and who has what in hand."""

    def __init__(self, world: World, situation: Situation, keys: tuple[int, int], strict: bool) -> None:
        self._world, self._situation, self._now = world, situation, situation.now
        plan = world.attendance
        under_way = plan.paid[(plan.paid["start"] <= self._now) & (plan.paid["end"] > self._now)]
        under_way = under_way[under_way["weight"] > 0]
        self.known = {(int(row["agent"]), int(row["occurrence"])): True for row in under_way}
        at_work = plan.spans[(plan.spans["start"] <= self._now) & (plan.spans["end"] > self._now)]
        self._extra: list[tuple[int, float]] = []
        self._there: dict[str, list[int]] = {}
        self._heads: dict[int, int] = {}
        for g, name in enumerate(world.group_names):
            first = int(world.tables["groups"][g]["first"])
            everybody = list(range(first, first + int(world.tables["groups"][g]["n"])))
            if world.scenario.headcount(name) is not None:
                self._of_headcount(g, everybody, situation.present.get(name))
                continue
            there = sorted({int(a) for a in at_work["agent"] if int(world.agent_group[a]) == g})
            wanted = situation.present.get(name, len(there))
            missing = self._unlucky(there, len(there) - wanted, keys)
            self.known.update({key: False for key in self.known if key[0] in missing})
            there = [a for a in there if a not in missing]
            away = [a for a in everybody if a not in there][: max(0, wanted - len(there))]
            if len(there) + len(away) < wanted and strict:
                raise SavedStateError(
                    f"found {wanted} people of {name} there; allowed at most the {len(everybody)} that it has"
                )
            mine = np.isin(under_way["agent"], everybody)
            end = float(under_way["end"][mine].max()) if mine.any() else situation.midnight + DAY
            self._extra += [(a, end) for a in away]
            self._there[name] = there + away
        self.of, self._since = self._hands(situation, strict)

    def _unlucky(self, there: list[int], n: int, keys: tuple[int, int]) -> set[int]:
        """The n who have not come, by the draws that say who is absent."""
        if n <= 0:
            return set()
        occurrence = [next(o for a, o in self.known if a == agent) for agent in there]
        own = self._world.attendance.keys[there]
        u, _ = uniforms(own, np.full(len(own), int(Stream.ABSENCE)), np.array(occurrence), *keys)
        return {there[place] for place in np.argsort(u, kind="stable")[:n]}

    def _of_headcount(self, g: int, everybody: list[int], wanted: int | None) -> None:
        plan = [row for row in self._world.attendance.fixed_rows if row[1] == int(Turn.HEADS) and row[2] == g]
        before = [row[3] for row in plan if row[0] <= self._now]
        self._heads[g] = (before[-1] if before else 0) if wanted is None else wanted
        self._there[self._world.group_names[g]] = everybody[: self._heads[g]]

    def _hands(self, situation: Situation, strict: bool) -> tuple[dict[int, int], dict[int, float]]:
        """Contacts in hand shared by those who are there, as even as can be; since when each of them is at it."""
        held: dict[int, int] = {}
        of: dict[int, int] = {}
        since: dict[int, float] = {}
        mine = [(one.taken, place) for place, one in enumerate(situation.contacts) if one.group]
        for taken, place in sorted(mine):
            one = situation.contacts[place]
            there = self._there[one.group]
            if not there and not strict:
                continue
            if not there:
                raise SavedStateError(
                    f"found {one.contact_type} in the hands of {one.group}, of whom nobody is there; allowed with"
                    f" people of {one.group} present"
                )
            a = min(there, key=lambda a: (held.get(a, 0), a))
            held[a] = held.get(a, 0) + 1
            of[place] = a
            since.setdefault(a, min(taken, situation.now - _JUST) - _JUST / 4)
        self._groups = {place: situation.contacts[place].group for place in of}
        return of, since

    def call(self, places: set[int]) -> bool:
        """Somebody else of the group for each of these contacts: who finishes it before a break, or before going
        home. Whether there is anybody."""
        found = False
        for place in sorted(places):
            one = self._situation.contacts[place]
            g = self._world.group_names.index(one.group)
            first, n = (int(self._world.tables["groups"][g][name]) for name in ("first", "n"))
            busy = {*self._since, *self._there[one.group]}
            spare = next((a for a in range(first, first + n) if a not in busy), None)
            if spare is not None:
                self.of[place], self._groups[place], found = spare, one.group, True
                self._since[spare] = min(one.taken, self._now - _JUST) - _JUST / 4
                self._extra.append((spare, self._now))
        return found

    def others(self, place: int) -> list[int]:
        """Who else of the group is at work already."""
        return [a for a in self._there[self._groups[place]] if a in self._since]

    def timetable(self, seed0: int, seed1: int) -> tuple[Any, Any]:
        """Comings and goings of a replication from the moment on; who has something in hand comes when it was taken."""
        plan = self._world.attendance
        spans = plan.spans[plan.spans["end"] > self._now].copy()
        begin = np.array([self._since.get(int(a), self._now) for a in spans["agent"]])
        spans["start"] = np.where(spans["start"] <= self._now, np.maximum(begin, 0.0), spans["start"])
        lessons = plan.lessons[plan.lessons["end"] > self._now]
        rows, paid = timetable(replace(plan, spans=spans, lessons=lessons), seed0, seed1, self.known)
        heads = (rows["kind"] == int(Turn.HEADS)) & (rows["time"] <= self._now)
        rows = rows[~heads]
        more = np.zeros(2 * len(self._extra) + len(self._heads), TIMETABLE)
        lines = [(max(self._since.get(a, self._now), 0.0), int(Turn.ON), a, 0) for a, _ in self._extra]
        lines += [(end, int(Turn.OFF), a, 1) for a, end in self._extra]
        first = min(self._since.values(), default=self._now)
        lines += [
            (max(0.0, first) if self._since_of(g) else self._now, int(Turn.HEADS), g, n) for g, n in self._heads.items()
        ]
        for row, line in zip(more, lines, strict=True):
            row["time"], row["kind"], row["who"], row["value"] = line
        rows = np.concatenate((rows, more))
        return rows[np.lexsort((rows["who"], rows["kind"], rows["time"]))], paid

    def _since_of(self, g: int) -> bool:
        return any(int(self._world.agent_group[a]) == g for a in self._since)
