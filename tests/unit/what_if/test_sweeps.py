"""Sweeps and tornados: values on the line, where verdicts tip, and which input matters most."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from floorcast.charts import LIGHT, sweep_curves, sweep_map, tornado
from floorcast.measures import TargetRow
from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors
from floorcast.store.running.sweeps import run_sweep
from floorcast.study.alternatives import sensitivity
from floorcast.study.alternatives.sweeps import _tip, grid, parse_axis, text_of
from floorcast.study.verdicts import TargetVerdict, judge
from tests.unit.cli.small import floorcast, write_small
from tests.unit.scenario.written import loaded
from tests.unit.what_if.test_grammar import CENTRE


def test_values_on_the_line():
    assert parse_axis("team.agents=18..21").texts == ("18", "19", "20", "21")
    assert parse_axis("phone.volume=0.8..1.2:5").texts == ("0.8", "0.9", "1", "1.1", "1.2")
    assert parse_axis("phone.answer_within=20s..40s:3").values == (20, 30, 40)
    assert parse_axis("team.absence=4 %..8 %:3").values == pytest.approx((0.04, 0.06, 0.08))
    assert parse_axis("team.shifts[0].start=08:00,09:30").values == (8 * 3600, 9.5 * 3600)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("phone.volume", "PATH=LOW..HIGH"),
        ("phone.volume=1.2..0.8", "without room"),
        ("phone.volume=1..1", "without room"),
        ("phone.volume=0.8..1.2:1", "2 to 400 points"),
        ("phone.volume=much..more", "a number"),
        ("phone.volume=2,1", "each above the one before"),
        ("phone.volume=3", "PATH=LOW..HIGH"),
    ],
)
def test_ranges_without_sense(text, says):
    with pytest.raises(InputErrors, match=says) as caught:
        parse_axis(text)
    assert len(caught.value.problems) == 1


def test_too_many_inputs_or_points():
    axes = [parse_axis(f"{name}.volume=1..30") for name in ("a", "b", "c")]
    with pytest.raises(InputErrors, match="one or two at once"):
        grid(axes)
    with pytest.raises(InputErrors, match="found 900 points"):
        grid(axes[:2])


def verdicts(means, width, **bound):
    target = TargetRow("service_level", "channel", "phone", **bound)
    return [
        TargetVerdict("p", target, mean, width, judge(target, mean, width), True) for mean in means
    ]


def test_where_a_target_tips():
    axis = parse_axis("volume=1..5")
    tip = _tip(axis, verdicts([0.95, 0.9, 0.82, 0.74, 0.6], 0.03, at_least=0.8))
    assert tip is not None and tip.up
    assert tip.sure == 2  # 82 ± 3 % is not sure
    assert tip.about == pytest.approx(3.25)
    assert tip.broken == 4
    rising = _tip(axis, verdicts([0.6, 0.74, 0.82, 0.9, 0.95], 0.03, at_least=0.8))
    assert rising is not None and not rising.up
    assert (rising.sure, rising.about, rising.broken) == (4, pytest.approx(2.75), 2)
    assert _tip(axis, verdicts([0.9] * 5, 0.03, at_least=0.8)) is None


def test_the_bound_of_a_target_may_vary():
    """Each value is judged by its own bound, in one row, wherever it stands among the targets of the study."""
    scenario = loaded(CENTRE.replace("days: 7", "days: 1"))
    vary = ["targets[0].at_least=50 %..90 %:3"]
    _, sweep = run_sweep(scenario, policies_of(scenario)[0], vary, replications=3)
    rows = list(zip(*sweep.verdicts))
    assert [{one.target.of for one in row} for row in rows] == [{"letters"}, {"phone"}]
    assert [one.target.at_least for one in rows[1]] == [0.5, 0.7, 0.9]
    assert len({one.mean for one in rows[1]}) == 1
    assert text_of(rows[1]).endswith("at least 50 % .. 90 %")
    figure = sweep_curves(sweep, LIGHT)[1]
    assert any(list(trace.y) == [50, 70, 90] for trace in figure.data)
    tip = _tip(sweep.axes[0], [replace(one, mean=0.6, half_width=0.01) for one in rows[1]])
    assert tip is not None and tip.up and tip.about == pytest.approx(0.6)


ERLANG = """
name: Erlang A
days: 2
warm_up: 2h
replications: 30
contact_types:
  calls:
    channel: phone
    arrivals: {rate: 2 per minute}
    work: {exponential: 3 min}
    patience: {exponential: 4 min}
groups: {team: {channels: phone, agents: 7}}
targets: [{of: phone, measure: abandonment, at_most: 6.5 %}]
"""


def test_the_smallest_team_is_that_of_erlang_a(tmp_path):
    def abandoned(agents):
        return ErlangA(2 / 60, 180.0, agents, 240.0).abandonment

    enough = next(n for n in range(1, 30) if abandoned(n) <= 0.065)
    assert abandoned(enough) < 0.05 and abandoned(enough - 1) > 0.08, "no close call"
    (tmp_path / "erlang.yaml").write_text(ERLANG)
    done = floorcast("compare", "erlang.yaml", "--vary", "team.agents=5..12", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["sweep"]["meet_all_targets_for_sure"] == [list(map(float, range(enough, 13)))]
    (tip,) = found["sweep"]["tips"]
    assert tip["holds"] == "above" and tip["surely_to"] == enough
    assert tip["surely_not_from"] == enough - 1 and enough - 1 < tip["about"] < enough
    by_size = {
        m["policy"]: (m["mean"], m["half_width"])
        for m in found["measures"]
        if m["measure"] == "abandonment" and m["by"] == "channel"
    }
    for n in range(5, 13):
        mean, half_width = by_size[f"team.agents={n}"]
        assert abs(mean - abandoned(n)) < 2.5 * half_width + 1e-9, n
    shown = floorcast("compare", "erlang.yaml", "--vary", f"team.agents={enough - 1}..{enough + 1}",
                      "--html", "s.html", "--out", "s", folder=tmp_path)  # fmt: skip
    assert f"the smallest is {enough}" in shown.stdout
    page = (tmp_path / "s.html").read_text()
    assert f"the smallest is {enough}" in page and "Plotly.newPlot" in page and "src=\"http" not in page
    assert floorcast("show", "s", "--html", "again.html", folder=tmp_path).returncode == 0
    assert "tips at about" in (tmp_path / "again.html").read_text()


def test_a_map_of_two_inputs(tmp_path):
    (tmp_path / "erlang.yaml").write_text(ERLANG)
    done = floorcast(
        "compare", "erlang.yaml", "-n", "10", "--vary", "team.agents=6..10", "--vary", "volume=0.5,1",
        "--html", "map.html", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 met" in (tmp_path / "map.html").read_text()
    assert "where volume = 0.5" in done.stdout and "where volume = 1" in done.stdout


def test_every_variant_is_swept(tmp_path):
    """With half the calls fewer people are enough; the base is swept beside it, on the same customers."""
    (tmp_path / "erlang.yaml").write_text(ERLANG)
    how = ("compare", "erlang.yaml", "-n", "10", "--vary", "team.agents=4..9", "--with", "quiet: volume x 0.5")
    done = floorcast(*how, "--html", "s.html", "--out", "s", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "quiet: multipliers.all: 1.0 -> 0.5" in done.stderr, "the change is said once, not at every value"
    assert done.stderr.count("quiet") == 1
    assert done.stdout.index("As written") < done.stdout.index("Variant: quiet")
    page = (tmp_path / "s.html").read_text()
    assert "<h2>Variant: quiet</h2>" in page and page.count("tips at about") == 2
    again = json.loads(floorcast("show", "s", "--json", folder=tmp_path).stdout)
    (few,), (many,) = (one["meet_all_targets_for_sure"] for one in (*again["sweeps_of_variants"], again["sweep"]))
    assert again["sweeps_of_variants"][0]["variant"] == "quiet"
    assert few[0] < many[0]
    for more, says in ((("--cross",), "--vary beside --cross"), (("--vary", "volume=1..9:99"), "allowed 400 at most")):
        done = floorcast(*how, *more, folder=tmp_path)
        assert done.returncode == 2 and says in done.stderr, done.stderr


def test_the_scenario_says_how_uncertain_an_input_is():
    scenario = loaded(CENTRE + "uncertain: {callers.absence: 3 points, phone.volume: 0.7..1.2, sales.work: 30s}\n")
    inputs = {one.path: one for one in sensitivity.inputs_of(scenario)}
    assert (inputs["callers.absence"].low, inputs["callers.absence"].high) == (
        "callers.absence -3 points", "callers.absence +3 points",
    )  # fmt: skip
    assert inputs["phone.volume"].high == "phone.volume = 1.2"
    assert inputs["phone.handle_time"].high == "phone.handle_time +5 %"
    assert "writers.absence" not in inputs, "nobody is ever absent there"
    with pytest.raises(InputErrors, match=r"small.yaml:\d+: uncertain.sales"):
        sensitivity.inputs_of(loaded(CENTRE + "uncertain: {sales: ..}\n"))


def test_absence_is_as_uncertain_as_its_own_days_leave_it():
    (one,) = (i for i in sensitivity.usual_inputs(loaded(CENTRE)) if i.path == "callers.absence")
    expected = 196 * math.sqrt(0.06 * 0.94 / (10 * 7))
    assert float(one.high.split("+")[1].split()[0]) == pytest.approx(expected, rel=0.05)


def test_the_tornado_begins_with_what_matters_most(tmp_path):
    file = write_small(tmp_path)
    file.write_text(file.read_text() + "uncertain: {phone.volume: 40 %, email.volume: 1 %}\n")
    done = floorcast("sensitivity", "small.yaml", "-n", "12", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    sizes = [max(abs(i["at_low"]), abs(i["at_high"])) for i in found["inputs"]]
    assert found["inputs"][0]["input"] == "phone.volume"
    assert sizes == sorted(sizes, reverse=True) and np.isfinite(sizes).all()
    assert found["inputs"][0]["at_low"] > 0 > found["inputs"][0]["at_high"], "more calls, less service"
    done = floorcast("sensitivity", "small.yaml", "--measure", "abandonmemt", folder=tmp_path, COLUMNS="200")
    assert done.returncode == 2 and "did you mean 'abandonment'" in done.stderr


def test_curves_say_what_the_sweep_found():
    """Every value with its mean, its band and its verdict; the bound, the tipping point, what meets all targets."""
    scenario = loaded(ERLANG)
    result, sweep = run_sweep(scenario, policies_of(scenario)[0], ["team.agents=6..10"], replications=20, jobs=1)
    assert result.study.policies[0] == "base" and len(sweep.verdicts) == 5
    (figure,) = sweep_curves(sweep, LIGHT)
    band, line = figure.data
    np.testing.assert_allclose(line.x, [6, 7, 8, 9, 10])
    means = np.array([ones[0].mean for ones in sweep.verdicts])
    half = np.array([ones[0].half_width for ones in sweep.verdicts])
    np.testing.assert_allclose(line.y, 100 * means)
    np.testing.assert_allclose(band.y[:5], 100 * np.maximum(means - half, 0))
    np.testing.assert_allclose(band.y[5:][::-1], 100 * (means + half))
    marks = {"met": "circle", "missed": "x", "undecided": "circle-open"}
    assert list(line.marker.symbol) == [marks[ones[0].verdict] for ones in sweep.verdicts]
    tip = next(shape for shape in figure.layout.shapes if shape.type == "line" and shape.x0 == shape.x1)
    assert tip.x0 == sweep.tips[0].about
    shaded = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert len(shaded) == len(sweep.meeting[0]) and shaded[-1].x1 == 10
    with pytest.raises(ValueError, match="one over two"):
        sweep_map(sweep, LIGHT)


def test_a_tornado_has_the_longest_bars_on_top():
    figure = tornado([("volume", -0.2, 0.01, 0.3, 0.02), ("patience", 0.0, 0.01, 0.1, 0.01)], "share", LIGHT)
    assert list(figure.data[0].y) == ["patience", "volume"], "the last is drawn on top"
    np.testing.assert_allclose(figure.data[1].x, [10, 30])


def test_pictures_are_of_sweeps(tmp_path):
    (tmp_path / "erlang.yaml").write_text(ERLANG)
    for arguments, says in (
        (("--html", "a.html", "--with", "volume x 2"), "found --html without --vary"),
        (("--html", "a.png", "--vary", "team.agents=6..7"), "a file that ends in .html"),
        (("--vary", "phone.volum=0.8..1.2:9"), "did you mean 'phone.volume'?"),
        (("--html", "no/a.html", "--vary", "team.agents=6..7"), "there is no folder no"),
    ):
        done = floorcast("compare", "erlang.yaml", *arguments, folder=tmp_path, COLUMNS="200")
        assert done.returncode == 2 and says in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1, "one sentence, however many values"
    floorcast("run", "erlang.yaml", "-n", "2", "--out", "r", folder=tmp_path)
    done = floorcast("show", "r", "--html", "a.html", folder=tmp_path, COLUMNS="200")
    assert done.returncode == 2 and "found no sweep in r" in done.stderr
