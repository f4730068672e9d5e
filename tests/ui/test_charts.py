"""Charts are pure functions: what they draw can be read from the figure."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import plotly.graph_objects as go
import pytest

from floorcast import charts
from floorcast.charts import Bar, Bound
from floorcast.charts.look import DARK, LIGHT, Look
from floorcast.scenario.horizon.planned import planned
from floorcast.study.through_time import Curve
from tests.ui.made_up import small

START = datetime(2024, 1, 1)


def curve(measure: str, unit: str, values: list[float], step: float = 3600.0) -> Curve:
    mean = np.array(values)
    return Curve(measure, unit, np.arange(mean.size) * step, mean, np.full(mean.size, 0.1))


def lines(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.showlegend is not False]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_one_line_and_one_band_per_policy(look: Look) -> None:
    curves = {
        "a": curve("service_level", "share", [0.9, np.nan, 0.95]),
        "b": curve("service_level", "share", [0.5] * 3),
    }
    figure = charts.through_time(curves, START, look, [Bound(0.8, "target: at least 80 %")])
    assert [line.name for line in lines(figure)] == ["a", "b"]
    assert len(figure.data) == 4
    a, b = lines(figure)
    assert list(a.y) == [
        pytest.approx(90),
        None,
        pytest.approx(95),
    ]  # the line breaks where nothing is known
    assert a.line.dash != b.line.dash and a.line.color != b.line.color
    assert figure.layout.annotations[0].text == "target: at least 80 %"
    band = figure.data[0]
    assert max(value for value in band.y if value is not None) <= 100


def test_a_band_never_crosses_the_hours_in_which_a_channel_is_closed() -> None:
    """Three hours open, three closed, two open, one closed, one open: a closed shape for each."""
    open_hours = [0.9, 0.8, 0.9, np.nan, np.nan, np.nan, 0.7, 0.8, np.nan, 0.6]
    figure = charts.through_time({"a": curve("service_level", "share", open_hours)}, START, LIGHT)
    band = figure.data[0]
    assert band.fill == "toself"
    shapes: list[list[datetime]] = [[]]
    for at, value in zip(band.x, band.y):
        if value is None:
            shapes.append([])
        else:
            shapes[-1].append(at)
    spans = [(min(shape).hour, max(shape).hour) for shape in shapes if shape]
    assert spans == [(0, 2), (6, 7), (9, 9)]
    assert all(shape[0] == shape[-1] for shape in shapes if shape)
    assert max(shapes[2]) > min(shapes[2])  # an hour alone can be seen as well


def test_times_of_a_state_are_the_ends_of_its_blocks() -> None:
    level = charts.through_time({"a": curve("service_level", "share", [0.5, 0.5])}, START, LIGHT)
    backlog = charts.through_time({"a": curve("backlog", "contacts", [5, 6])}, START, LIGHT)
    assert lines(level)[0].x[0] == datetime(2024, 1, 1, 0, 30)
    assert lines(backlog)[0].x[0] == datetime(2024, 1, 1, 1, 0)


def test_long_times_are_shown_in_hours() -> None:
    figure = charts.through_time({"a": curve("asa", "s", [7200.0, 18000.0])}, START, LIGHT)
    assert list(lines(figure)[0].y) == [2.0, 5.0]
    assert figure.layout.yaxis.ticksuffix == " h"


def test_a_curve_of_nothing_is_an_empty_chart() -> None:
    figure = charts.through_time({"a": curve("asa", "s", [np.nan, np.nan])}, START, LIGHT)
    assert list(lines(figure)[0].y) == [None, None]


def test_occupancy_has_a_bar_per_team_and_policy_with_its_interval() -> None:
    bars = [
        Bar("a", "phone", 0.8, 0.02),
        Bar("a", "mail", None, None),
        Bar("b", "phone", 0.7, None),
        Bar("b", "mail", 0.9, 0.01),
    ]
    figure = charts.occupancy(bars, LIGHT, [Bound(0.88, "at most 88 %")])
    a, b = figure.data
    assert list(a.y) == ["phone", "mail"] and list(a.x) == [pytest.approx(80), None]
    assert list(a.error_x.array) == [pytest.approx(2), 0] and list(b.x)[1] == pytest.approx(90)
    assert figure.layout.shapes[0].x0 == pytest.approx(88)


def test_waits_end_where_everybody_has_been_answered() -> None:
    seconds = np.array([0.0, 1.0, 10.0, 100.0, 1000.0, 10000.0])
    share = np.array([0.2, 0.5, 0.9, 1.0, 1.0, 1.0])
    figure = charts.waits({"a": (seconds, share)}, LIGHT, [Bound(20.0, "promised: 20 s")])
    assert list(figure.data[0].x) == [1.0, 10.0, 100.0, 1000.0, 10000.0]
    assert figure.layout.xaxis.range[1] == pytest.approx(2.0)
    assert figure.layout.annotations[0].x == pytest.approx(np.log10(20))


def test_the_plan_stacks_channels_and_teams() -> None:
    scenario = small()
    plan = planned(scenario)
    contacts = charts.plan_of_contacts(plan, scenario.start, LIGHT)
    people = charts.plan_of_people(plan, scenario.start, DARK)
    assert [trace.name for trace in contacts.data] == ["Phone", "Email"]
    assert contacts.data[0].y[0] == pytest.approx(30) and people.data[0].y[0] == 6


def test_colours_differ_in_hue_and_lightness_for_the_colour_blind() -> None:
    for look in (LIGHT, DARK):
        first = [_lightness(look.policy(n)) for n in range(3)]
        assert min(abs(a - b) for a, b in zip(sorted(first), sorted(first)[1:])) > 0.02
        for one in (look.good, look.bad, look.unsure, look.ink, look.faint):
            assert _contrast(one, look.ground) > 4.5, f"{one} on {look.ground}"


def _lightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_lightness(one), _lightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_heat_map_marks_the_hours_that_miss_the_target() -> None:
    level = curve("service_level", "share", [0.9] * 24 + [0.7, np.nan] + [0.85] * 22)
    figure = charts.heat_map({"a": level, "b": level}, START, LIGHT, Bound(0.8, "at least 80 %"), 1)
    first, points, _, others = figure.data
    assert list(first.y) == ["Mon 1", "Tue 2"] and len(first.x) == 24
    assert [first.text[1][hour] for hour in (0, 1, 2)] == ["✗", "", ""]
    assert not any(first.text[0]) and len(points.x) == 47
    assert list(points.customdata[24]) == [86400, 0] and list(others.customdata[0]) == [0, 1]
    waits = curve("asa", "s", [30.0] * 24)
    assert charts.heat_map({"a": waits}, START, LIGHT, Bound(20.0, ""), -1).data[0].text[0][0] == "✗"


def test_work_and_people_share_one_axis_and_patterns_tell_channels_apart() -> None:
    edges, ones = np.arange(4) * 1800.0, np.ones(3)
    figure = charts.work_against_people(edges, {"phone": 2 * ones, "chat": ones}, 5 * ones, START, LIGHT)
    phone, chat, people = figure.data
    assert phone.stackgroup == chat.stackgroup and phone.fillpattern.shape != chat.fillpattern.shape
    assert people.name == "People there" and people.stackgroup is None and people.y[0] == 5


def test_how_soon_is_a_line_per_policy_with_its_intervals() -> None:
    figure = charts.how_soon({"a": [(0.1, 0.02), (0.5, 0.1)], "b": [(0.2, 0.0), (0.6, 0.0)]}, ("1 min", "1 h"), LIGHT)
    first, second = figure.data
    assert list(first.x) == ["1 min", "1 h"] and list(first.y) == [10, 50] and list(first.error_y.array) == [2, 10]
    assert (first.name, second.name) == ("a", "b") and first.line.dash != second.line.dash


def test_bars_of_satisfaction_and_of_shifts_are_told_apart_without_colours() -> None:
    ends, share = [1.5 + 0.5 * k for k in range(8)], [0.125] * 8
    figure = charts.satisfaction_spread({"a": (ends, share), "b": (ends, share)}, LIGHT)
    one, other = figure.data
    assert one.x[0] == "1–1.5" and one.x[-1] == "4.5–5" and one.y[0] == 12.5
    assert one.marker.pattern.shape != other.marker.pattern.shape
    lines = [(team, "early", 2, (0.0, 3600.0), []) for team in ("phone_team", "chat_team")]
    shifts = charts.shifts_of_a_day(lines, START, LIGHT)
    assert shifts.data[0].marker.pattern.shape != shifts.data[1].marker.pattern.shape
