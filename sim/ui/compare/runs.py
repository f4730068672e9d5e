"""A reader's runs of a scenario: kept by name, listed in the address, and there again after a reload or in a link."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from floorcast.store import StudyError
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job, results_folder
from floorcast.ui.base.kept import keep_run, kept_run
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.state import runs_of
from floorcast.ui.compare.choose import Chosen, given_here, policies_at
from floorcast.ui.compare.levers import setting_at

MOST_SAID = 6  # runs in the address
_FOLDER = re.compile(r"[\w-]{1,80}")


def name_of(job: Job) -> str | None:
    """The name under which a finished run is found again; None where it cannot be kept."""
    if job.name is None and job.setting.address and not job.kept:
        job.kept = True
        job.name = keep_run(
            {"address": dict(job.setting.address), "folder": job.folder.name, "started": job.started}
        )
    return job.name


def runs_in_address(runs: Sequence[Job], shown: Job | None) -> dict[str, str | None]:
    """The last runs and the one that is shown, if it is not the last, as parts of the address."""
    names = [name for job in runs[-MOST_SAID:] if (name := name_of(job))]
    other = shown is not None and bool(runs) and shown is not runs[-1]
    return {"runs": ".".join(names) or None, "shown": name_of(shown) if other and shown is not None else None}


def restore_runs(chosen: Chosen) -> None:
    """Take over the runs of this scenario that the reader came with."""
    if not given_here(chosen) or not url.once("runs"):
        return
    runs = runs_of(chosen.origin)
    names = [name for name in (url.given("runs") or "").split(".") if name][:MOST_SAID]
    there = {job.name for job in runs}
    for name in names:
        record = kept_run(name) if name not in there else None
        job = None if record is None else _job(name, record, chosen)
        if job is not None:
            runs[:] = [one for one in runs if one.setting.key != job.setting.key] + [job]


def _job(name: str, record: Mapping[str, Any], chosen: Chosen) -> Job | None:
    """A run of before; None where it is of another scenario, or its study is gone or cannot be read."""
    address, folder = record.get("address"), str(record.get("folder"))
    if not isinstance(address, dict) or address.get("scenario") != chosen.name or not _FOLDER.fullmatch(folder):
        return None
    setting = setting_at(address, chosen, policies_at(address, chosen))
    if not isinstance(setting, Setting) or not setting.policies:
        return None
    job = Job.of_before(setting, results_folder() / folder, float(record.get("started") or 0.0))
    job.name = name
    try:
        return job if job.result is not None and job.result.study.replications else None
    except StudyError:
        return None
