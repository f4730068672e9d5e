"""Judges a plan on fresh replications: its verdicts, margins where these disappoint, plans made to hold, and what no
allowed plan can keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.targets import quantity_text
from floorcast.measures.periods import unit_by_interval
from floorcast.model.compile.assemble import assemble
from floorcast.planning.programs.forced import open_arrivals
from floorcast.planning.programs.model import Promise
from floorcast.planning.programs.program import LARGE, Counts, Row, program_of
from floorcast.planning.programs.promises import kept, needs_whole, own_bound, words
from floorcast.planning.programs.tours import Tour, Tours, break_choices, price, staffed_by
from floorcast.planning.requirement.start import promised, types_of
from floorcast.planning.shifts.search import Search, Tried
from floorcast.planning.trials import FRESH, Trial
from floorcast.scenario.schema.staff import Shift
from floorcast.study.student import two_sided

Floats = NDArray[np.float64]
ERROR = 0.05  # all verdicts of a plan hold together with 95 %
LOOKS = 3  # at the fresh replications of a plan
CHECKS = 4  # sets of fresh replications that plans may fail before the least bad is given
FRESH_TIMES = 6  # as many fresh replications as the search used, first; then up to MOST_FRESH
MOST_FRESH, MOST_FRESH_OF_LARGE = 24, 12
NEARLY = 0.65  # of the width of a verdict: where all have so much room, twice as many decide
CLOSER_ROUNDS = 4  # of programs, after a check
UNSURE = 0.5  # standard errors of the search's replications: by how much their luck is unknown
OWN = 0.25  # the same, by how much a plan's luck differs from that of a plan like it
NEAR = 0.01  # of a promise: what a cheaper plan may lack where none can be kept
LUCK_OF_NEAR = 2.0  # standard errors by which the best of a promise that is out of reach may have looked too good
CAREFUL = 1.1  # times the width of a verdict
MENDINGS = 12
PAD = 0.5  # standard errors
SURELY = 10.0  # times what room is worth otherwise, where it has to be there


@dataclass(frozen=True)
class Verdict:
    """How a plan stands to a promise on fresh replications."""

    words: str
    mean: float
    half_width: float
    verdict: str
    unit: str


Judged = tuple[Tried, Trial, tuple[Verdict, ...]]


def checked(search: Search, interrupted: bool) -> tuple[Tried, Trial, tuple[Verdict, ...], bool]:
    """The cheapest plan whose verdicts on fresh replications are sure, or else the last of those that were checked.

    What a check shows of the luck of the search's own replications goes into the margins: with many tours another,
    cheaper plan is looked for with them also where all is met.
    """
    if search.best is None and search.known:
        search.best = max(search.known.values(), key=lambda one: (one.worst(search.margin), -one.cost))
    if search.best is None:
        raise KeyboardInterrupt  # before a plan was simulated
    first, large = FRESH, search.tours.cost.size > LARGE
    last: Judged | None = None
    sure: Judged | None = None
    for check in range(1 if interrupted else CHECKS):
        tried = search.best
        try:
            trial, verdicts = fresh(search, tried, first, once=interrupted, more=not large or check > 0)
        except KeyboardInterrupt:  # asked again
            if last is None:
                raise
            interrupted, search.trials.stop = True, lambda: False
            break
        first += 10_000
        last = (tried, trial, verdicts)
        met = all_met(search, verdicts)
        if met and (sure is None or tried.cost < sure[0].cost):
            sure = last
        plenty = trial.n == FRESH_TIMES * search.n  # of room, where so few decide
        if interrupted or check == CHECKS - 1 or met and not (large and (check == 0 or plenty)):
            break
        ask_for_more(search, tried, trial)
        try:
            if large:
                search.again(CLOSER_ROUNDS)
                made_to_hold(search)
            else:
                made_to_hold(search, tried)
                search.improve()
                search.all_near()
        except KeyboardInterrupt:
            interrupted, search.trials.stop = True, lambda: False
        if search.best is None or sure is not None and search.best.cost >= sure[0].cost:
            break
    assert last is not None
    judged = sure or last
    search.best = judged[0]
    return *judged, interrupted


def all_met(search: Search, verdicts: tuple[Verdict, ...]) -> bool:
    """Whether every promise that can be kept is met for sure."""
    asked = search.asked
    return all(one.verdict == "met" for one, here in zip(verdicts, asked, strict=True) if here)


def fresh(
    search: Search, tried: Tried, first: int, once: bool = False, more: bool = True
) -> tuple[Trial, tuple[Verdict, ...]]:
    """Fresh replications of a plan, more where a verdict is still open, unless they are to run `once` only; and, with
    `more`, twice as many where it is nearly certain."""
    world = assemble(staffed_by(search.scenario, search.tours, tried.counts), search.policy)
    whole, question = needs_whole(search.promises), search.trials.question
    trial = search.trials.run(world, FRESH_TIMES * search.n, first, whole)
    most = MOST_FRESH if search.tours.cost.size <= LARGE else MOST_FRESH_OF_LARGE
    # Looked at three times at the most, each with a third of the error.
    for n in (most, 2 * most, 0) if more else (most, 0):
        mean, room, error = kept(search.promises, trial, question, world)
        width = _width(search, error, trial.n)
        verdicts = tuple(
            Verdict(words(p.target), float(m), float(w), _said(r, w, here), unit_by_interval(p.target))
            for p, m, r, w, here in zip(search.promises, mean, room, width, search.asked, strict=True)
        )
        still = np.array([one.verdict == "undecided" for one in verdicts], np.bool_) & search.asked
        if not n or once or not still.any() or n > most and (room < NEARLY * width)[still].any():
            break
        trial = trial.joined(search.trials.run(world, n * search.n - trial.n, first + trial.n, whole))
    return trial, verdicts


def _width(search: Search, error: Floats, n: int) -> Floats:
    """Half the width of each promise's range, by which all verdicts hold together however often they are looked at."""
    return np.asarray(two_sided(ERROR / (LOOKS * max(len(search.promises), 1)), n - 1) * error, dtype=np.float64)


def _said(room: float, width: float, asked: bool) -> str:
    if np.isinf(room) and not asked:
        return "missed"  # nothing of it came about at all
    return "met" if room >= width else "missed" if room < -width else "undecided"


def forewarned(search: Search) -> None:
    """Ask of the plans to come the room that verdicts will take, and what the search's replications leave unsure."""
    search.usual = min(search.known.values(), key=search.mended).anchor.error
    width = _usual_width(search)
    ratio = np.divide(width, search.usual, out=np.zeros_like(width), where=search.usual > 0)
    search.care = float(ratio.max(initial=0.0))
    for key, one in search.known.items():
        search.known[key] = replace(one, anchor=search.unsteady(one.anchor))
    _ask(search, np.hypot(width, UNSURE * search.usual))


def _usual_width(search: Search) -> Floats:
    """Half the width of each promise's range, and a little more, where the fresh replications are as many as usual."""
    n = MOST_FRESH_OF_LARGE * search.n
    return CAREFUL * _width(search, search.usual * np.sqrt(search.n / n), n)


def ask_for_more(search: Search, tried: Tried, trial: Trial) -> None:
    """Margins by which promises have to be kept, from how much better the search's replications looked than fresh
    ones. With many tours they may shrink as well."""
    world = assemble(staffed_by(search.scenario, search.tours, tried.counts), search.policy)
    _, room, error = kept(search.promises, trial, search.trials.question, world)
    known = np.isfinite(room) & np.isfinite(tried.anchor.room)
    luck = np.where(known, tried.anchor.room, 0.0) - np.where(known, room, 0.0)
    if search.usual.size:
        search.lucks.append(luck + search.unsteadiness(tried.anchor.error))
        _ask(search, np.mean(search.lucks, axis=0) + np.hypot(_usual_width(search), OWN * search.usual))
    else:
        width = _width(search, error, trial.n)
        more = np.maximum(width + luck, search.margin) + 0.25 * width
        _ask(search, np.where(width > room, more, search.margin))


def _ask(search: Search, margin: Floats) -> None:
    search.margin = np.where(np.isfinite(margin) & search.asked, margin, search.margin)
    search.best = search.cheapest()


def made_to_hold(search: Search, tried: Tried | None = None) -> None:
    """Add people to a plan, by default that which is cheapest to mend, until every promise holds, unless the best is
    as cheap."""
    if not search.known:
        return
    tried = tried or search.look(search.crossed().counts)
    times = 1.0
    for _ in range(MENDINGS):
        if tried.holds(search.margin) or search.best is not None and tried.cost > search.best.cost:
            return
        more = _added(search, tried, times)
        if more is not None:  # what is hardly lacking is worth nobody, until more is asked for
            before, tried = tried, search.look(more)
            search.refit(before, tried)
        times *= 2.0


def _added(search: Search, tried: Tried, times: float) -> Counts | None:
    """A plan in which the parts that lack room have as many more people as the model says, and more each time; with
    many tours as many are moved as well."""
    lacking = tried.anchor.room < search.margin
    wanted = search.margin + np.where(lacking, (times - 1.0) * PAD * np.maximum(tried.anchor.error, 1e-3), 0.0)
    counts: Counts = tried.counts.copy()
    for part in search.parts():
        around, own = search.around(tried, part, wanted, SURELY), tried.counts[part.tours]
        more = around.polished(own, only_more=True)
        if search.tours.cost.size > LARGE and (more != own).any():
            found = around.cheapest(own, (own, 2 * int((more - own).sum()) + 2))
            more = more if found is None or (found == own).all() else found
        counts[part.tours] = more
    return None if (counts == tried.counts).all() or not search.allowed(counts) else counts


def with_all_breaks(search: Search) -> Search:
    """The search with every placement of breaks for the tours that the best plan uses, or that which is cheapest to
    mend."""
    best = search.best
    if not search.known or search.program.kept is not None:
        return search
    more: list[Tour] = []
    for j in np.flatnonzero((best or search.crossed()).counts > 0):
        tour = search.tours.tours[int(j)]
        allowed = search.scenario.shift_types.get(tour.kind)
        if allowed is None or not allowed.breaks:
            continue
        first = tour.shifts[0]
        for breaks in break_choices(allowed, first.length):
            fields = {name: getattr(first, name) for name in Shift.model_fields} | {"breaks": breaks}
            more.append(Tour(tour.group, tour.kind, (Shift.model_construct(**fields), *tour.shifts[1:])))
    known = set(search.tours.tours)
    fresh = [tour for tour in dict.fromkeys(more) if tour not in known]
    if not fresh:
        return search
    added = price(search.scenario, fresh)
    both = Tours(
        (*search.tours.tours, *added.tours), *(
            np.concatenate((getattr(search.tours, name), getattr(added, name)))
            for name in ("cost", "hours", "group", "presence", "ends")
        ),
    )  # fmt: skip
    wider = replace(
        search, tours=both, program=program_of(search.scenario, both), best=None, known={},
    )  # fmt: skip
    for one in search.known.values():
        counts = np.concatenate((one.counts, np.zeros(len(fresh), dtype=np.int64)))
        wider.known[counts.tobytes()] = again = Tried(counts, one.cost, one.anchor)
        if one is best:
            wider.best = again
    return wider


def cover(search: Search, times: float = 1.0) -> list[Row]:
    """Rows that ask for so many times the people that theory wants, by group and interval."""
    rows = []
    for g, t in np.argwhere(search.heads > 0):
        places = np.flatnonzero((search.tours.group == g) & (search.tours.presence[:, t] > 0))
        if places.size:
            rows.append(Row(places, search.tours.presence[places, t], times * float(search.heads[g, t]), np.inf))
    return rows


def _quiet(_: str, __: float | None) -> None:
    return


def impossible(search: Search) -> tuple[str, ...]:
    """Promises that are missed even by very many people on every shift that may be worked; the search goes
    on with what can be had of them. One that more people make no better, such as occupancy, is left out."""
    if search.program.kept is not None:
        return ()
    everybody = np.zeros(search.tours.cost.size, dtype=np.int64)
    ample = search.ample.max(axis=1)
    for g in range(ample.size):
        own = np.flatnonzero(search.tours.group == g)
        chosen = _spread(search.tours, own)
        everybody[chosen] = int(ample[g])
    looking = replace(search, n=max(6, search.n // 3), store=None, known={}, on_news=_quiet)
    room = np.full(len(search.promises), -np.inf)
    missed = np.ones(len(search.promises), dtype=np.bool_)
    error = np.zeros(len(search.promises))
    seen = []
    for counts in [everybody] if search.allowed(everybody) else _within_bounds(search, everybody):
        tried = looking.look(counts)
        seen.append(tried)
        missed &= tried.anchor.room < -3 * np.maximum(tried.anchor.error, 1e-4)
        error = np.where(tried.anchor.room > room, tried.anchor.error, error)
        room = np.maximum(room, tried.anchor.room)
    search.best = None
    busy = ("occupancy", "slot_utilisation")
    helped = np.array([one.target.measure not in busy for one in search.promises], np.bool_)
    lowered = missed & helped & np.isfinite(room)
    if missed.all():
        lowered[:] = False
    search.margin = np.where(missed & ~lowered, -np.inf, search.margin)
    search.given = np.where(lowered, NEAR + LUCK_OF_NEAR * error - room, 0.0)
    if missed.all():
        search.best = _nearest(search, [*seen, *map(looking.look, _within_bounds(search, everybody))])
    said = []
    for p, (promise, bad) in enumerate(zip(search.promises, missed, strict=True)):
        if bad:
            said.append(f"{words(promise.target)}: {_why(search, promise, float(room[p]))}")
    return tuple(said)


def _nearest(search: Search, seen: list[Tried]) -> Tried:
    """Where no target can be kept: the cheapest of those plans that come as near to all of them as any does."""
    rooms = np.array([np.minimum(one.anchor.room, 0.0).sum() for one in seen])
    near = np.flatnonzero(rooms >= rooms.max() - NEAR * len(search.promises))
    return min((seen[k] for k in near), key=lambda one: one.cost)


def _why(search: Search, promise: Promise, room: float) -> str:
    """Why even very many people miss a promise."""
    scenario, target = search.scenario, promise.target
    kinds = [n for n, one in zip(scenario.type_names, types_of(target, scenario), strict=True) if one]
    best = own_bound(promise)
    at = (best.at_least or 0.0) + room if best.at_least is not None else (best.at_most or 0.0) - room
    shown = quantity_text(float(f"{at:.3g}"), unit_by_interval(target))
    within = promised(target, scenario)
    if within is not None and target.measure != "service_level" or target.is_service_level:
        for name in kinds:
            entry = scenario.contact_types[name]
            if scenario.clock_of(name) in ("first_response", "resolved") and within and entry.work.mean > within:
                return f"the work of {name} takes longer than the promise"
            if entry.listening is not None:
                return f"{shown} at best, for mentions that the classifier loses are never answered"
    if _nobody(search, kinds):
        return f"the bounds on people allow nobody who serves {', '.join(kinds)}"
    if target.measure in ("occupancy", "slot_utilisation") and best.at_least is not None:
        return "no plan that was tried keeps the other targets as well, and everyone more makes all less busy"
    uncovered = _uncovered(search, kinds)
    if uncovered:
        return f"{shown} at best, for no shift that may be worked covers {uncovered}"
    return f"{shown} at best with as many people as the bounds allow"


def _nobody(search: Search, kinds: list[str]) -> bool:
    """Whether the bounds on people leave nobody who serves any of these types."""
    names = search.scenario.group_names
    able = [g for g, name in enumerate(names) if any(search.scenario.able(name, kind) for kind in kinds)]
    own = np.isin(search.tours.group, able)
    if not own.any():
        return False
    most = replace(search.program, cost=np.where(own, -1.0, 0.0), upper=np.ones(own.size)).solve([], relaxed=True)
    return most is not None and most[1] > -1e-6


def _uncovered(search: Search, kinds: list[str]) -> str:
    """The first interval in which contacts come and no tour of a group that serves them is there."""
    scenario = search.scenario
    able = [g for g, name in enumerate(scenario.group_names) if any(scenario.able(name, kind) for kind in kinds)]
    there = search.tours.presence[np.isin(search.tours.group, able)].sum(axis=0) > 0
    places = [scenario.type_names.index(kind) for kind in kinds]
    empty = np.flatnonzero(~there & (open_arrivals(scenario)[places].sum(axis=0) > 0.05))
    if not empty.size:
        return ""
    return f"{scenario.start + timedelta(seconds=float(empty[0]) * scenario.interval):%a %H:%M}"


def _spread(tours: Tours, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """A few tours that together are present wherever any of them is."""
    chosen: list[int] = []
    covered = np.zeros(tours.presence.shape[1])
    while own.size:
        gain = np.where(covered > 0, 0.0, tours.presence[own]).sum(axis=1)
        at = int(np.argmax(gain))
        if gain[at] <= 1e-9:
            break
        chosen.append(int(own[at]))
        covered = np.maximum(covered, tours.presence[own[at]])
    return np.array(chosen, dtype=np.int64)


def _within_bounds(search: Search, counts: Counts) -> list[Counts]:
    """As many of these people as the bounds allow; and people where theory wants them most, and twice as many."""
    wish = replace(search.program, cost=np.where(counts > 0, -1.0, 1e-3), upper=np.maximum(counts, 0).astype(float))
    found = [wish.solve([])]
    for times in (1.0, 2.0):
        short = (cover(search, times), 1.0)
        found.append(replace(search.program, cost=np.full(counts.size, 1e-3)).solve([], soft=short, gap=0.01))
    return [solved[0] for solved in found if solved is not None]


