"""Studies that begin from a saved state: the rest of the day, from what is there now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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
from floorcast.store.folder import StudyError, write_aside
from floorcast.study.alternatives.options import Option


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
        saved = run_and_save(assemble(scenario, policy), seed, 0, seconds, _about(scenario, policy))
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


class Restart:
    """A saved state ready to go on: `simulate` and `assemble` for a study, and a digest that tells one state
    from another."""

    def __init__(self, path: Path, options: Sequence[Option]) -> None:
        """Raises StudyError for a file that is no saved state, or of another scenario, policy or version."""
        try:
            self.saved: Saved = read_saved(path)
        except SavedStateError as error:
            raise StudyError(f"--state: {error}") from None
        self._check(path, options[0])
        self.simulate = Continued(self.saved)
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self._base: Any = None
        self._names = {id(option.scenario): option.name for option in options}

    def _check(self, path: Path, base: Option) -> None:
        about, here = self.saved.about, _about(base.scenario, base.policy)
        for what in ("scenario", "policy"):
            if about.get(what) != here[what]:
                raise StudyError(
                    f"--state: {path} was saved under another {what}, {about.get(f'{what} name', '?')}; allowed"
                    f" the {what} with which it was saved, with changes as variants"
                )
        if about.get("engine") != here["engine"]:
            raise StudyError(f"--state: {path} was saved by another version of Floorcast; save it again")

    @property
    def now(self) -> float:
        """Seconds since the scenario's start at which it goes on."""
        return self.saved.now

    def assemble(self, scenario: Any, policy: Any) -> Any:
        """A world under which the state can go on. Raises StudyError for changes of more than hours."""
        from floorcast.model.compile.assemble import assemble

        world = assemble(scenario, policy)
        if self._base is None:
            self._base = world
            return world
        try:
            return other_hours(self._base, world, self.saved, self._names.get(id(scenario), policy.name))
        except SavedStateError as error:
            raise StudyError(f"--state: {error}") from None
