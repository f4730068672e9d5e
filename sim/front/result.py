"""What a study found, for notebooks: figures by name, frames, records, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from operator import index
from typing import TYPE_CHECKING, SupportsIndex

from floorcast.charts.quantities import estimate, interval
from floorcast.measures import MEASURES
from floorcast.measures.series import RATIOS
from floorcast.scenario import Scenario
from floorcast.scenario.read.problems import choices, nearest
from floorcast.store import StudyResult
from floorcast.study.alternatives.options import Option
from floorcast.study.verdicts import difference_verdicts, target_verdicts

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Figure:
    """A measure with the half width of its 95 % interval, in seconds, shares, contacts or money."""

    mean: float
    half_width: float
    unit: str

    def __repr__(self) -> str:
        return estimate(self.mean, self.half_width, self.unit)

    def __float__(self) -> float:
        return self.mean


class UnknownName(KeyError):
    """A name that a result does not have; its text says which it has."""

    def __str__(self) -> str:
        return str(self.args[0])


# What a measure that is not always kept needs: customers and the public, or people who are followed.
_NEEDS = {
    False: "a scenario that says what customers or the public do after a contact",
    True: "a scenario with customers, surveys or a reputation",
}


def _words(target: str) -> str:
    return target.replace("_", " ")


class Result:
    """A study in memory. `result["asa", "phone"]` is a figure; with several options the name of one
    comes third, `result["asa", "phone", "priority"]` (default: the first)."""

    def __init__(self, scenario: Scenario, options: Sequence[Option], result: StudyResult) -> None:
        self.scenario = scenario
        self.options = tuple(option.name for option in options)
        self.study = result.study
        self._result, self._made = result, tuple(options)

    @property
    def replications(self) -> int:
        """How many possible horizons were simulated."""
        return self.study.replications

    @property
    def _size(self) -> str:
        return f"{self.replications} replication{'' if self.replications == 1 else 's'}"

    def __repr__(self) -> str:
        said = f"{self.scenario.name}: {', '.join(self.options)}; {self._size}"
        first = target_verdicts(self.study)[:4]
        kept = [f"{v.policy}: {v.target.of} {_words(v.target.text)} {v.verdict}" for v in first]
        return "\n".join((f"<{said}>", *kept))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(v.target.of)}</td><td>{escape(_words(v.target.text))}</td><td>{escape(v.policy)}</td>"
            f"<td>{escape(interval(v.mean, v.half_width, v.target.unit))}</td><td>{escape(v.verdict)}</td></tr>"
            for v in target_verdicts(self.study)
        )
        head = "<tr><th>of</th><th>target</th><th>option</th><th>95 %</th><th>verdict</th></tr>"
        title = f"{self.scenario.name}, {self._size}"
        return f"<p><b>{escape(title)}</b></p><table>{head}{rows}</table>"

    __iter__ = None  # figures have names, not places

    def __getitem__(self, key: str | tuple[str, ...]) -> Figure:
        """A figure by measure, and what it is of (default: all), and the option (default: the first).

        Raises `UnknownName` with the name that was probably meant.
        """
        parts = key if isinstance(key, tuple) else (key,)
        if not 1 <= len(parts) <= 3:
            raise UnknownName(f"found {len(parts)} names; allowed a measure, what it is of, and an option")
        measure, of, option = (*parts, *("", "all", self.options[0])[len(parts) :])
        place = self._place(measure, of)
        self._known("option", option, self.options)
        found = self.study.estimates(self.options.index(option), [place])
        return Figure(
            float(found.mean[0]), float(found.half_width()[0]), self.study.rows[place].unit
        )

    def _place(self, measure: str, of: str) -> int:
        self._known("measure", measure, MEASURES)
        places = {r.of: n for n, r in enumerate(self.study.rows) if r.measure == measure and r.target < 0}
        if not places:
            raise UnknownName(f"{measure} is not measured here; it needs {_NEEDS[MEASURES[measure].people]}")
        self._known(f"{measure} of", of, places)
        return places[of]

    @staticmethod
    def _known(what: str, name: object, known: Iterable[str]) -> None:
        if not isinstance(name, str) or name not in known:
            close = nearest(name, known) if isinstance(name, str) else None
            hint = f" (did you mean {close!r}?)" if close else ""
            raise UnknownName(f"found no {what} {name!r}{hint}; allowed {choices(known)}")

    def to_frame(self) -> pd.DataFrame:
        """Every measure under every option: option, measure, by, of, mean, half_width, unit."""
        import pandas as pd

        return pd.DataFrame(self._result.document()["measures"]).rename(columns={"policy": "option"})

    def targets(self) -> pd.DataFrame:
        """Every target under every option, with its verdict; all intervals hold together at 95 %."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "option": v.policy,
                    "of": v.target.of,
                    "target": v.target.text,
                    "mean": v.mean,
                    "half_width": v.half_width,
                    "unit": v.target.unit,
                    "verdict": v.verdict,
                }
                for v in target_verdicts(self.study)
            ]
        )

    def differences(self) -> pd.DataFrame:
        """Options compared on the same customers: better, worse, or not to be told yet."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "measure": v.row.measure,
                    "of": v.row.of,
                    "option": v.policy,
                    "against": v.against,
                    "mean": v.mean,
                    "half_width": v.half_width,
                    "unit": v.row.unit,
                    "verdict": v.verdict,
                }
                for v in difference_verdicts(self.study)
            ]
        )

    def records(self, option: str | None = None, replication: SupportsIndex = 0) -> pd.DataFrame:
        """One row per contact of a replication, simulated again from its seed; times in seconds.

        replication: from 0; those beyond the study are new ones. Raises `UnknownName`, TypeError, ValueError.
        """
        from floorcast.clock.compiled import run
        from floorcast.model.compile.assemble import assemble
        from floorcast.store.records import records_table

        name = self.options[0] if option is None else option
        self._known("option", name, self.options)
        if isinstance(replication, bool) or not isinstance(replication, SupportsIndex):
            raise TypeError(f"found replication {replication!r}; allowed a whole number")
        number = index(replication)
        if number < 0:
            raise ValueError(f"found replication {number}; allowed 0 or more")
        made = self._made[self.options.index(name)]
        done = run(assemble(made.scenario, made.policy), self.study.seed, number)
        frame: pd.DataFrame = records_table(done).to_pandas()
        return frame

    def through_time(self, measure: str = "service_level", of: str = "all") -> pd.DataFrame:
        """A measure by interval: option, time, mean, low, high; NaN where nothing happens. Raises `UnknownName`."""
        import pandas as pd

        frames = []
        by = self._dimension(measure, of)
        for option in self.options:
            curve = self._result.curve(option, measure, by, of)
            times = pd.Timestamp(self.scenario.start) + pd.to_timedelta(curve.start, unit="s")
            frames.append(
                pd.DataFrame(
                    {
                        "option": option,
                        "time": times,
                        "mean": curve.mean,
                        "low": curve.mean - curve.half_width,
                        "high": curve.mean + curve.half_width,
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)

    def plot(self, measure: str = "service_level", of: str = "all") -> go.Figure:
        """A measure through time, with its bands, as a Plotly figure. Raises `UnknownName`."""
        from floorcast.charts.look import LIGHT
        from floorcast.charts.pictures import through_time

        by = self._dimension(measure, of)
        curves = {option: self._result.curve(option, measure, by, of) for option in self.options}
        return through_time(curves, self.scenario.start, LIGHT)

    def _dimension(self, measure: str, of: str) -> str:
        """What a name is that a measure is kept of through time: all, channel, contact_type or group."""
        self._known("measure through time", measure, RATIOS)
        centre = self.scenario
        names = centre.group_names if RATIOS[measure].groups else (*centre.channel_names, *centre.type_names)
        self._known(f"{measure} of", of, ("all", *names))
        return "all" if of == "all" else str(centre.meaning_of(of))
