"""Which agents are there at the moment, what they have in hand, and who comes and goes in the rest of the day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from floorcast.clock.now.situation import DAY, JUST, Situation
from floorcast.clock.saved import SavedStateError
from floorcast.model.compile.assemble import World
from floorcast.model.compile.attendance import timetable
from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import uniforms
from floorcast.model.records.layout import TIMETABLE, TimetableKind


class People:
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
        rows = self._world.attendance.fixed_rows
        plan = [row for row in rows if row[1] == int(TimetableKind.HEADCOUNT) and row[2] == g]
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
            since.setdefault(a, min(taken, situation.now - JUST) - JUST / 4)
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
                self._since[spare] = min(one.taken, self._now - JUST) - JUST / 4
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
        heads = (rows["kind"] == int(TimetableKind.HEADCOUNT)) & (rows["time"] <= self._now)
        rows = rows[~heads]
        more = np.zeros(2 * len(self._extra) + len(self._heads), TIMETABLE)
        lines = [(max(self._since.get(a, self._now), 0.0), int(TimetableKind.ON), a, 0) for a, _ in self._extra]
        lines += [(end, int(TimetableKind.OFF), a, 1) for a, end in self._extra]
        first = min(self._since.values(), default=self._now)
        lines += [
            (max(0.0, first) if self._since_of(g) else self._now, int(TimetableKind.HEADCOUNT), g, n)
            for g, n in self._heads.items()
        ]
        for row, line in zip(more, lines, strict=True):
            row["time"], row["kind"], row["who"], row["value"] = line
        rows = np.concatenate((rows, more))
        return rows[np.lexsort((rows["who"], rows["kind"], rows["time"]))], paid

    def _since_of(self, g: int) -> bool:
        return any(int(self._world.agent_group[a]) == g for a in self._since)
