"""The rest of a day from a situation: every replication begins with what is there, and then has luck of its own.

Nothing before that moment is simulated. Waiting contacts arrived, and contacts in hand were taken, when the file says
so. Their work and patience are drawn as for any such customer, again and again until the contact is still there at
the moment: that gives the distribution of what is left. Of the people whose shift is under way, as many are there as
the file says (`people`), and today's volume says what to expect of the rest of the day (`volume`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from floorcast.clock.now.people import People
from floorcast.clock.now.situation import IN_HAND, JUST, Situation, There
from floorcast.clock.now.volume import drawn_anew, later_counts, later_rate, told
from floorcast.clock.questions import Questions
from floorcast.clock.run import Run, grow, outcome
from floorcast.clock.saved import SavedStateError
from floorcast.clock.standards import has_room
from floorcast.model.compile.assemble import World
from floorcast.model.compile.demand import realise
from floorcast.model.compile.tables import digest
from floorcast.model.core.asking import FOR_CONTACT
from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import run_key, uniforms
from floorcast.model.events.sources import open_sources
from floorcast.model.records.layout import Halt, Status
from floorcast.model.records.social import Trait
from floorcast.model.records.sources import SOURCE, STEP, TRACE, SourceKind
from floorcast.model.records.state import State
from floorcast.model.step import run_until
from floorcast.scenario.read.units import write_duration

ROUNDS = 60  # in which a contact must turn out to be still there
_A_FEW_ROUNDS = 15
_LONG = 15  # tries after which a long talk may be shorter
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
        self._today = told(situation, base)

    def __call__(self, world: World, seed: int, replication: int) -> Run:
        began = time.perf_counter()
        state = self._begin(world, seed, replication)
        while (code := run_until(state, math.inf, 2**62)) != Halt.DONE:
            state = grow(world, state, code)
        return outcome(world, seed, replication, state, time.perf_counter() - began)

    def _begin(self, world: World, seed: int, replication: int) -> State:
        """The state at the moment."""
        keys = run_key(seed, replication)
        people = People(world, self._situation, keys, self._strict)
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
        age = write_duration(round(self._situation.now - (first.taken if first.group else first.arrived)))
        raise SavedStateError(
            f"found a contact of {first.contact_type}{where} for {age} already, which happens to none of"
            " this scenario's customers; allowed what opening hours, work and patience leave time for"
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
                mine = drawn_anew(mine, profile, came, expected, self._situation.midnight, keys)
            mine = later_counts(mine, now) if counts else later_rate(mine, now)
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
        self, world: World, state: State, people: People, own: Mapping[int, tuple[int, int]]
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
        while (code := run_until(state, self._situation.now - JUST / 2, 2**62)) != Halt.PAUSED:
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
    return min(max(one.taken if one.group else one.arrived, JUST), situation.now - JUST)


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
        u, v = uniforms(whole, np.full(len(own), int(Stream.CREATION)), np.zeros(len(own), np.int64), *self._keys)
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
