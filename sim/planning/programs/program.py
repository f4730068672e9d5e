"""The integer program of a plan: so many people on each tour, least cost, with cuts learned from simulation.

HiGHS through highspy: its callbacks tell the best plan so far and the bound, and let go at once.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.programs.tours import NoPlan, Tours
from floorcast.scenario.read.extras import optional
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
MOST_ON_A_TOUR = 10_000
_GAP = 0.002
_NODES, _NODES_OF_LARGE, ROUGHLY = 1000, 60, 10
LARGE = 300  # tours: with more, whole people are sought among those that fractions would work


@dataclass
class Row:
    """low <= sum of values times x over `places` <= high."""

    places: NDArray[np.int64]
    values: Floats
    low: float
    high: float


@dataclass
class Program:
    """Bounds on people, and the rows every plan keeps. `kept`: (today's counts, most moves) of --keep."""

    cost: Floats
    rows: list[Row]
    upper: Floats
    kept: tuple[Counts, int] | None = None
    on_news: Callable[[float, float], None] | None = None  # best cost and bound of the program at work
    stop: Callable[[], bool] = field(default=lambda: False)
    fractions: int = 0  # the last columns, which are no people

    def solve(
        self, cuts: list[Row], near: tuple[Counts, int] | None = None, soft: tuple[list[Row], float] | None = None,
        relaxed: bool = False, gap: float = _GAP, nodes: int | None = None,
    ) -> tuple[Any, float] | None:
        """The cheapest counts [J] and the program's bound; None where nothing fits.

        near: at most so many people differ from these counts. soft: rows whose shortfall costs so much a
        unit instead of being forbidden. relaxed: fractions of people are allowed. nodes: how many the search for
        whole people looks at.
        """
        if self.cost.size > LARGE and not relaxed:
            return self._on_support(cuts, near, soft, gap, nodes)
        return self._solved(cuts, near, soft, relaxed, gap, nodes)

    def _solved(
        self, cuts: list[Row], near: tuple[Counts, int] | None, soft: tuple[list[Row], float] | None,
        relaxed: bool, gap: float, nodes: int | None = None,
    ) -> tuple[Any, float] | None:  # fmt: skip
        J = self.cost.size
        highs = _highs()
        cost, upper = [*self.cost], [*self.upper]
        whole = [True] * (J - self.fractions) + [False] * self.fractions
        rows = [*self.rows, *cuts]

        def column(price: float, most: float) -> int:
            cost.append(price)
            upper.append(most)
            whole.append(False)
            return len(cost) - 1

        for counts, most in (pair for pair in (near, self.kept) if pair is not None):
            rows += _distance(counts, most, J, column, both=pair_is_near(near, counts, most))
        if soft is not None:
            for row in soft[0]:
                short = column(soft[1], np.inf)
                rows.append(
                    Row(np.append(row.places, short), np.append(row.values, 1.0), row.low, np.inf)
                )
        model = _model(cost, upper, whole, rows, relaxed)
        highs.passModel(model)
        highs.setOptionValue("mip_rel_gap", gap)
        usual = _NODES if self.cost.size <= LARGE else _NODES_OF_LARGE
        highs.setOptionValue("mip_max_nodes", usual if nodes is None else nodes)
        if not relaxed:
            self._listen(highs)
        highs.run()
        if self.stop():
            raise KeyboardInterrupt
        import highspy

        status = highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        found = np.array(highs.getSolution().col_value[:J])
        if found.size < J:
            return None
        info = highs.getInfo()
        if not relaxed and info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        bound = float(info.objective_function_value if relaxed else info.mip_dual_bound)
        return (found if relaxed else np.rint(found).astype(np.int64)), bound

    def among(self, places: NDArray[np.int64], counts: Counts) -> Program:
        """The program of some tours, while on the others there are as many people as in `counts`."""
        place = np.full(self.cost.size, -1)
        place[places] = np.arange(places.size)
        rows = []
        for row in self.rows:
            here = place[row.places] >= 0
            if here.any():
                taken = float(row.values[~here] @ counts[row.places[~here]])
                own = Row(place[row.places[here]], row.values[here], row.low - taken, row.high - taken)
                rows.append(own)
        return replace(self, cost=self.cost[places], upper=self.upper[places], rows=rows)

    def growing(self, near: tuple[Counts, int]) -> Growing:
        """The program of fractions of people, to which rows come one after the other."""
        cost, upper = [*self.cost], [*self.upper]

        def column(price: float, most: float) -> int:
            cost.append(price)
            upper.append(most)
            return len(cost) - 1

        rows = [*self.rows]
        for counts, most in (pair for pair in (near, self.kept) if pair is not None):
            rows += _distance(counts, most, self.cost.size, column, both=pair_is_near(near, counts, most))
        highs = _highs()
        highs.passModel(_model(cost, upper, [False] * len(cost), rows, True))
        return Growing(highs, self.cost.size, len(cost), self.stop)

    def allows(self, counts: Counts) -> bool:
        """Whether the bounds on people, and on moves, permit a plan."""
        if counts.min(initial=0) < 0:
            return False
        for row in self.rows:
            total = float((row.values * counts[row.places]).sum())
            if total < row.low - 1e-9 or total > row.high + 1e-9:
                return False
        if self.kept is None:
            return True
        before, most = self.kept
        change = counts - before
        return int(change[change > 0].sum()) <= most and int(-change[change < 0].sum()) <= most

    def _on_support(
        self, cuts: list[Row], near: tuple[Counts, int] | None, soft: tuple[list[Row], float] | None, gap: float,
        nodes: int | None,
    ) -> tuple[Counts, float] | None:
        """Of many tours only those that fractions of people would work, and those of `near`; the bound is that of
        all tours, of fractions."""
        every = self._solved(cuts, near, soft, True, gap)
        if every is None:
            return None
        used = every[0] > 1e-7
        for counts in (pair[0] for pair in (near, self.kept) if pair is not None):
            used |= counts > 0
        few = replace(self, upper=np.where(used, self.upper, 0.0))
        found = few._solved(cuts, near, soft, False, max(gap, 0.005), nodes)
        return None if found is None else (found[0], every[1])

    def _listen(self, highs: Any) -> None:
        def heard(event: Any) -> None:
            if self.on_news is not None:
                self.on_news(float(event.data_out.mip_primal_bound), float(event.data_out.mip_dual_bound))

        def asked(event: Any) -> None:
            if self.stop():
                event.data_in.user_interrupt = True

        highs.cbMipImprovingSolution.subscribe(heard)
        highs.cbMipInterrupt.subscribe(asked)


@dataclass
class Growing:
    """A program of fractions of people; after rows have come it is solved from where it stood."""

    highs: Any
    people: int
    columns: int
    stop: Callable[[], bool]

    def solve(self, rows: list[Row], price: float) -> tuple[Floats, float] | None:
        """Counts [J] and cost with further rows, whose shortfall costs so much a unit; None where nothing fits."""
        import highspy

        for row in rows:
            self.highs.addCol(price, 0.0, np.inf, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
            places = np.append(row.places, self.columns).astype(np.int32)
            self.highs.addRow(row.low, np.inf, places.size, places, np.append(row.values, 1.0))
            self.columns += 1
        self.highs.run()
        if self.stop():
            raise KeyboardInterrupt
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = np.array(self.highs.getSolution().col_value[: self.people])
        return found, float(self.highs.getInfo().objective_function_value)


def pair_is_near(near: tuple[Counts, int] | None, counts: Counts, most: int) -> bool:
    """Whether a distance is the search's own, which counts both who comes and who goes."""
    return near is not None and near[0] is counts and near[1] == most


def _distance(counts: Counts, most: int, J: int, column: Callable[[float, float], int], both: bool) -> list[Row]:
    """Rows that keep plans within `most` people of counts; of --keep, as many may come as go."""
    rows, gone = [], []
    come = [j for j in range(J) if counts[j] == 0]
    for j in np.flatnonzero(counts > 0).tolist():
        here = float(counts[j])
        less, more = column(0.0, here), column(0.0, np.inf)
        rows.append(Row(np.array([j, less]), np.array([1.0, 1.0]), here, np.inf))
        rows.append(Row(np.array([j, more]), np.array([1.0, -1.0]), -np.inf, here))
        gone.append(less)
        come.append(more)
    sides = [gone + come] if both else [side for side in (gone, come) if side]
    rows += [Row(np.array(side), np.ones(len(side)), -np.inf, float(most)) for side in sides]
    return rows


def _model(cost: list[float], upper: list[float], whole: list[bool], rows: list[Row], relaxed: bool) -> Any:
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows)
    lp.col_cost_ = np.array(cost)
    lp.col_lower_ = np.zeros(len(cost))
    lp.col_upper_ = np.array(upper)
    lp.row_lower_ = np.array([row.low for row in rows])
    lp.row_upper_ = np.array([row.high for row in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum([row.places.size for row in rows]))).astype(np.int32)
    places = [row.places for row in rows] or [np.zeros(0, dtype=np.int64)]
    lp.a_matrix_.index_ = np.concatenate(places).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([row.values for row in rows] or [np.zeros(0)])
    if not relaxed:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(one)] for one in whole]
    return lp


@contextmanager
def _without_banner() -> Iterator[None]:
    """HiGHS greets on standard output, past Python, when it is made first; there stands only what was asked for."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no standard output to spoil
        yield
        return
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(quiet)


def _highs() -> Any:
    highspy = optional("highspy", "a schedule", "HiGHS", "plan")
    with _without_banner():
        highs: Any = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 1)
    return highs


def program_of(scenario: Scenario, tours: Tours, kept: tuple[Counts, int] | None = None) -> Program:
    """The program with the scenario's bounds on people, still without any cut.

    Raises NoPlan where the bounds contradict each other.
    """
    J = len(tours.tours)
    rows: list[Row] = []
    everyone = np.arange(J)

    def people(places: NDArray[np.int64], least: int, most: int | None) -> None:
        if least or most is not None:
            rows.append(Row(places, np.ones(places.size), float(least), np.inf if most is None else float(most)))

    for name, kind in scenario.shift_types.items():
        own = np.array([j for j, tour in enumerate(tours.tours) if tour.kind == name], dtype=np.int64)
        people(own, kind.at_least, kind.at_most)
    group_of = [scenario.group_names[g] for g in tours.group.tolist()]
    own_of = [scenario.plan.taught_of.get(name, name) for name in group_of]
    for name, bounds in scenario.plan.groups.items():
        people(np.array([j for j in range(J) if own_of[j] == name], dtype=np.int64), bounds.at_least, bounds.at_most)
    for one in scenario.plan.cross_training:
        people(np.array([j for j in range(J) if group_of[j] == one.name], dtype=np.int64), 0, one.at_most)
    people(everyone, scenario.plan.people.at_least, scenario.plan.people.at_most)
    program = Program(tours.cost.copy(), rows, np.full(J, float(MOST_ON_A_TOUR)), kept)
    if program.solve([]) is None:
        raise NoPlan(
            f"{scenario.file}: found bounds on people that contradict each other;"
            " allowed minima of shift types and groups that fit into the maxima of plan"
        )
    return program
