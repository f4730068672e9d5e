"""Studies that begin from a saved state: the rest of the day, from what is there now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.clock.now.begun import Begun
from floorcast.clock.now.situation import Situation, situation_of
from floorcast.clock.now.written import read_situation, written_situation
from floorcast.clock.saved import (
    Continued,
    Saved,
    SavedStateError,
    other_hours,
    read_saved,
    run_and_save,
    write_saved,
)
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words.calendar_words import parse_clock, parse_instant
from floorcast.store.fingerprint import engine_fingerprint, policy_fingerprint, scenario_fingerprint
from floorcast.store.folder import StudyError, write_aside, write_json
from floorcast.store.running.rest import REST
from floorcast.study.alternatives.options import Option
from floorcast.study.intraday.rest_of_day import document, forecasts, totals

if TYPE_CHECKING:
    from floorcast.store.reading import StudyResult


def save_state(scenario: Any, policy: Any, seed: int, wanted: str) -> tuple[Path, datetime]:
    """Carry out `MOMENT=FILE`: replication 0 until that moment, saved. MOMENT is a time of the first day, or a
    date and time; gives the file and the moment. Raises StudyError."""
    from floorcast.model.compile.assemble import assemble

    moment, equals, name = wanted.rpartition("=")
    if not equals or not name.strip():
        raise StudyError(f"--save-state: found {wanted!r}; allowed MOMENT=FILE, such as 11:00=now.state")
    path = Path(name.strip())
    if not path.parent.is_dir():
        raise StudyError(f"--save-state: {path}: cannot be written: there is no folder {path.parent}")
    try:
        at = _instant(moment.strip(), scenario)
        seconds = (at - scenario.start).total_seconds()
        world = assemble(scenario, policy)
        saved = run_and_save(world, seed, 0, seconds, _about(scenario, policy))
        if path.suffix.lower() == ".csv":
            text = written_situation(situation_of(saved, world), scenario.start)
            write_aside(path, lambda aside: aside.write_text(text, encoding="utf-8"))
        else:
            write_aside(path, lambda aside: write_saved(saved, aside))
    except Wrong as error:
        raise StudyError(f"--save-state: {error.findings[0].message}") from None
    except SavedStateError as error:
        raise StudyError(f"--save-state: {error}") from None
    return path, at


def _instant(text: str, scenario: Any) -> datetime:
    if "-" not in text:
        seconds = parse_clock(text)
        midnight: datetime = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(seconds=seconds)
    return parse_instant(text)


def _about(scenario: Any, policy: Any) -> dict[str, str]:
    return {
        "scenario": scenario_fingerprint(scenario), "policy": policy_fingerprint(policy),
        "engine": engine_fingerprint(), "scenario name": scenario.name, "policy name": policy.name,
    }  # fmt: skip


class _Told:
    """A simulation whose refusal of a state is said as one of the study."""

    def __init__(self, simulate: Begun) -> None:
        self._simulate = simulate

    def __call__(self, world: Any, seed: int, replication: int) -> Any:
        try:
            return self._simulate(world, seed, replication)
        except SavedStateError as error:
            raise StudyError(f"--state: {error}") from None


class Restart:
    """A state ready to go on: `simulate` and `assemble` for a study, and a digest that tells one state from another.

    A saved run goes on as it would have, under options that change hours alone. Where one of them changes more, and
    from a CSV, all begin with the situation: what waits, what is in hand, who is there (`exact` is False).
    """

    def __init__(self, path: Path, options: Sequence[Option]) -> None:
        """Raises StudyError for a file that is no state, or of another scenario, policy or version."""
        self._path, self._base = path, options[0]
        self._worlds: dict[tuple[int, int], Any] = {}
        self.seed: int | None = None
        self.simulate: Any = None  # replications from the state, as a study wants them
        self.exact = False
        try:
            if _is_saved(path):
                self._of_saved(options)
            else:
                self._begin(read_situation(path, self._base.scenario))
        except SavedStateError as error:
            raise StudyError(f"--state: {error}") from None
        self.digest = hashlib.sha256(path.read_bytes() + (b"" if self.exact else b"begun")).hexdigest()

    def _of_saved(self, options: Sequence[Option]) -> None:
        saved = read_saved(self._path)
        self._check(saved)
        self.seed, self.now = saved.seed, saved.now
        base = self.assemble(self._base.scenario, self._base.policy)
        try:
            for option in options[1:]:
                world = self.assemble(option.scenario, option.policy)
                key = (id(option.scenario), id(option.policy))
                self._worlds[key] = other_hours(base, world, saved, option.name)
        except SavedStateError:
            self._worlds.clear()
            self._begin(situation_of(saved, base), strict=False)
        else:
            self.exact, self.simulate = True, Continued(saved)
            self.offered = situation_of(saved, base).offered

    def _begin(self, situation: Situation, strict: bool = True) -> None:
        self.now, self.exact, self.offered = situation.now, False, situation.offered
        base = self.assemble(self._base.scenario, self._base.policy)
        self.simulate = _Told(Begun(situation, base, strict))
        self.simulate(base, 1, 0)  # what cannot be is told before the study begins

    def _check(self, saved: Saved) -> None:
        about, here = saved.about, _about(self._base.scenario, self._base.policy)
        for what in ("scenario", "policy"):
            if about.get(what) != here[what]:
                raise SavedStateError(
                    f"{self._path} was saved under another {what}, {about.get(f'{what} name', '?')}; allowed"
                    f" the {what} with which it was saved, with changes as variants"
                )
        if about.get("engine") != here["engine"]:
            raise SavedStateError(f"{self._path} was saved by another version of Floorcast; save it again")

    def assemble(self, scenario: Any, policy: Any) -> Any:
        """The world of an option."""
        from floorcast.model.compile.assemble import assemble

        key = (id(scenario), id(policy))
        if key not in self._worlds:
            self._worlds[key] = assemble(scenario, policy)
        return self._worlds[key]


def keep_rest(result: StudyResult, restart: Restart, scenario: Any) -> None:
    """Keep the forecast of the rest of the day with a study that began at a state, by option."""
    if result.folder is None or not result.study.replications:
        return
    found: dict[str, Any] = {}
    for option in result.study.policies:
        runs = result.series(option)
        if runs:
            rows, day = forecasts(runs, restart.now), totals(runs, restart.now, restart.offered)
            found[option] = document(rows, day, scenario.start)
    write_json(result.folder / REST, found)


def _is_saved(path: Path) -> bool:
    """Whether a file is a saved run rather than text."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError as fault:
        raise SavedStateError(f"{path}: cannot be read: {fault.strerror}") from None
