"""Sources resolved over the horizon: rates, counts, traces and campaigns as arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.scenario.written import SMALL, changed, errors_of, loaded, only_error_of

H = 3600.0
D = 86400.0
RATE = "{rate: 60 per hour}"


def source(written: str, folder="/nowhere", head: str = ""):
    """The first source of the small scenario with other arrivals."""
    scenario = loaded(head + SMALL.replace(RATE, written), folder)
    return scenario.sources("calls")[0]


def value_at(resolved, seconds):
    return resolved.values[np.searchsorted(resolved.edges, seconds, side="right") - 1]


def test_a_constant_rate():
    resolved = source(RATE)
    assert (resolved.name, resolved.kind) == ("calls/0", "rate")
    assert resolved.edges.tolist() == [0, 7 * D]
    assert resolved.values.tolist() == pytest.approx([1 / 60])
    assert resolved.expected == pytest.approx(60 * 168)


def test_a_weekly_profile_steps_until_the_next_key_and_is_zero_on_other_days():
    resolved = source(
        '{rate: {per: 1h, scale: 0.5, week: {Mon-Fri: {"08:00": 20, "12:00": 30, "18:00": 0}}}}'
    )
    assert value_at(resolved, 7 * H) == 0
    assert value_at(resolved, 8 * H) == pytest.approx(10 / H)
    assert value_at(resolved, D + 12 * H) == pytest.approx(15 / H)
    assert value_at(resolved, 5 * D + 12 * H) == 0
    assert resolved.expected == pytest.approx(5 * (4 * 10 + 6 * 15))


def test_a_list_has_one_value_per_interval_of_the_day():
    resolved = source("{rate: {per: 6h, daily: [1, 2, 3, 4]}}")
    assert [
        value_at(resolved, 2 * D + hour * H) * 6 * H for hour in (0, 6, 12, 23)
    ] == pytest.approx([1, 2, 3, 4])


def test_a_run_that_starts_on_a_wednesday_starts_with_wednesday():
    text = SMALL.replace("2024-01-01", "2024-01-03").replace(
        RATE, "{rate: {per: 1h, week: {Wed: 5}}}"
    )
    resolved = loaded(text).sources("calls")[0]
    assert value_at(resolved, 0) == pytest.approx(5 / H)
    assert resolved.expected == pytest.approx(120)


def test_a_start_within_a_day_cuts_that_day():
    text = SMALL.replace("2024-01-01", "2024-01-01 18:00").replace("days: 7", "days: 1")
    resolved = loaded(text.replace(RATE, "{rate: {per: 1h, week: {Mon: 6, Tue: 2}}}")).sources(
        "calls"
    )[0]
    assert resolved.expected == pytest.approx(6 * 6 + 18 * 2)


def test_rates_from_csv_by_weekday_and_start(tmp_path):
    (tmp_path / "p.csv").write_text(
        "weekday,start,mean\nMon,08:00,10\nMon,08:30,20\nTue,08:00,40\n"
    )
    resolved = source(
        "{rate: {per: 30 min, csv: p.csv, weekday: weekday, start: start, value: mean, scale: 0.1}}",
        tmp_path,
    )
    assert resolved.expected == pytest.approx(7)
    assert value_at(resolved, 8.75 * H) == pytest.approx(2 / 1800)


def test_counts_from_csv_by_date_and_hour(tmp_path):
    (tmp_path / "c.csv").write_text(
        "date,hour,n\n2024-01-01,0,5\n2024-01-02,23,7\n2030-01-01,0,9\n"
    )
    resolved = source("{counts: {per: 1h, csv: c.csv, date: date, hour: hour, value: n}}", tmp_path)
    assert resolved.kind == "counts"
    assert resolved.values[resolved.values > 0].tolist() == [5, 7]
    assert value_at(resolved, D + 23.5 * H) == 7


def test_rows_without_day_are_for_every_day(tmp_path):
    (tmp_path / "c.csv").write_text("hour,n\n9,3\n10,4\n")
    assert source("{counts: {per: 1h, csv: c.csv, hour: hour, value: n}}", tmp_path).expected == 49


def test_counts_from_a_list_start_with_the_scenario_and_scale():
    resolved = source("{counts: {per: 30 min, values: [3, 0, 5], scale: 2}}")
    assert resolved.edges.tolist() == [0, 1800, 3600, 5400, 7 * D]
    assert resolved.values.tolist() == [6, 0, 10, 0]


def test_counts_by_week_are_per_interval():
    resolved = source('{counts: {per: 1h, week: {Mon: {"08:00": 4, "10:30": 0}}}}')
    assert resolved.expected == pytest.approx(10)


def test_counts_beyond_the_horizon_are_left_out_with_a_warning():
    scenario = changed(
        RATE, "{counts: {per: 12h, values: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}"
    )
    assert scenario.sources("calls")[0].expected == 14
    assert [w for w in map(str, scenario.warnings) if "more counts than the days simulated" in w]


def test_a_trace_with_attributes(tmp_path):
    (tmp_path / "t.csv").write_text(
        "t,mood,followers,worth,lang\n2024-01-02 00:00,negative,10,2,es\n30,positive,5,1,en\n-5,neutral,1,1,en\n"
    )
    written = "{trace: {csv: t.csv, time: t, sentiment: mood, reach: followers, value: worth, language: lang}}"
    scenario = loaded(SMALL.replace(RATE, written), tmp_path)
    resolved = scenario.sources("calls")[0]
    assert resolved.kind == "trace"
    assert resolved.edges.tolist() == [30, D]
    assert resolved.columns["sentiment"].tolist() == [1, -1]
    assert resolved.columns["reach"].tolist() == [5, 10]
    assert [scenario.language_names[i] for i in resolved.columns["language"]] == ["en", "es"]
    assert any("1 rows of the trace lie outside" in str(w) for w in scenario.warnings)


def test_multipliers_multiply_and_a_name_counts_once():
    head = "multipliers: {all: 2, phone: 3, calls: 0.5}\n"
    assert source(RATE, head=head).expected == pytest.approx(60 * 168 * 3)
    same_name = SMALL.replace("  calls:", "  phone:")
    assert loaded("multipliers: {phone: 3}\n" + same_name).sources("phone")[
        0
    ].expected == pytest.approx(60 * 168 * 3)


def test_a_multiplier_does_not_apply_to_a_trace(tmp_path):
    (tmp_path / "t.csv").write_text("t\n5\n")
    scenario = loaded(
        "multipliers: {all: 2}\n" + SMALL.replace(RATE, "{trace: {csv: t.csv, time: t}}"), tmp_path
    )
    assert scenario.sources("calls")[0].expected == 1
    assert any("does not apply to a trace" in str(w) for w in scenario.warnings)


def test_day_factors():
    assert source("{rate: 1 per min, day_factor: {shape: 25, shared: days}}").day_factor == (
        25,
        "days",
    )
    assert source("{rate: 1 per min, day_factor: {cv: 0.1}}").day_factor == (
        pytest.approx(100),
        None,
    )
    assert source("{rate: 1 per min, day_factor: {cv: 0}}").day_factor is None
    assert "found a day factor with counts; allowed with rate" in only_error_of(
        RATE, "{counts: {per: 1h, values: [1]}, day_factor: {cv: 0.1}}"
    )
    two = "[{rate: 1 per min, day_factor: {cv: 0.1, shared: d}}, {rate: 1 per min, day_factor: {cv: 0.2, shared: d}}]"
    assert "arrivals[1].day_factor: found another shape for the shared factor 'd'" in only_error_of(
        RATE, two
    )


def campaign(start="2024-01-02 09:00", size=2000, onset="30 min", decay="6h", head=""):
    words = f'{{name: spring, start: "{start}", size: {size}, onset: {onset}, decay: {decay}}}'
    return source("{campaign: " + words + "}", head=head)


def test_a_campaign_rises_over_the_onset_and_then_decays():
    resolved = campaign()
    begin, onset, decay = D + 9 * H, 1800.0, 6 * H
    peak = 2000 / (onset / 2 + decay)
    assert (resolved.kind, resolved.campaign) == ("rate", "spring")
    assert len(resolved.values) > 200
    assert value_at(resolved, begin - 1) == 0
    assert value_at(resolved, begin + onset / 2) == pytest.approx(peak / 2, rel=0.02)
    assert value_at(resolved, begin + onset + decay) == pytest.approx(peak / math.e, rel=0.01)
    assert resolved.expected == pytest.approx(2000, rel=1e-6)
    assert campaign(head="multipliers: {all: 2}\n").expected == pytest.approx(4000, rel=1e-6)


@settings(deadline=None)
@given(
    st.floats(-3, 8),
    st.floats(0, 30),
    st.floats(0, 300).filter(lambda d: d == 0 or d > 0.01),
    st.floats(0, 1e5),
)
def test_a_campaign_keeps_the_part_that_falls_in_the_horizon(day, onset_hours, decay_hours, size):
    from datetime import datetime, timedelta

    from floorcast.scenario.horizon.arrivals import Calendar, campaign_rates
    from floorcast.scenario.schema.sources import Campaign

    onset, decay = round(onset_hours * H), round(decay_hours * H)
    if onset + decay == 0:
        return
    start = (datetime(2024, 1, 1) + timedelta(days=day)).replace(microsecond=0)
    one = Campaign.model_construct(
        name="c", start=start, size=size, onset=float(onset), decay=float(decay)
    )
    calendar = Calendar(datetime(2024, 1, 1), 7)
    edges, rates = campaign_rates(one, calendar)
    begin = calendar.seconds(start)

    def arrived(t):
        t = max(t, 0.0)
        if t < onset:
            return t * t / (2 * onset) / (onset / 2 + decay)
        return (onset / 2 - (decay * math.expm1(-(t - onset) / decay) if decay else 0)) / (
            onset / 2 + decay
        )

    inside = size * (arrived(7 * D - begin) - arrived(-begin))
    assert edges[0] == 0 and edges[-1] == 7 * D and (np.diff(edges) > 0).all()
    assert (rates >= 0).all()
    assert np.dot(rates, np.diff(edges)) == pytest.approx(inside, rel=1e-9, abs=1e-6 * max(size, 1))


def test_too_many_contacts_end_with_an_estimate():
    line = only_error_of("60 per hour", "60000 per hour")
    assert "found about 10,080,000 contacts expected in a run; allowed 5,000,000" in line
    assert changed(
        "contact_types:", "limits: {contacts: 20000000}\ncontact_types:"
    ).expected_contacts == pytest.approx(10080)
    small = SMALL.replace("contact_types:", "limits: {contacts: 100}\ncontact_types:")
    assert errors_of(small)[0].startswith(
        "small.yaml:3: limits.contacts: found about 10,080 contacts"
    )


def test_a_backlog_counts_among_the_contacts_expected():
    scenario = changed(
        "    work:", "    backlog: {count: 40, ages: {uniform: {from: 0, to: 2h}}}\n    work:"
    )
    assert scenario.expected_contacts == pytest.approx(60 * 168 + 40)


def test_sources_that_bring_nothing_are_doubtful():
    scenario = changed(RATE, '{campaign: {name: late, start: "2025-01-01", size: 5, decay: 1h}}')
    assert str(scenario.warnings[0]).endswith(
        "arrivals.campaign: brings no contacts within the days simulated"
    )


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(st.integers(0, 23), st.floats(0, 1e4), min_size=1, max_size=6),
    st.sampled_from(["Mon", "Mon-Fri", "weekend", "daily"]),
    st.integers(1, 10),
)
def test_profiles_cover_the_horizon_in_rising_edges(steps, days, length):
    written = ", ".join(f'"{hour:02}:00": {value!r}' for hour, value in sorted(steps.items()))
    text = SMALL.replace("days: 7", f"days: {length}")
    text = "limits: {contacts: 1000000000}\n" + text.replace(
        RATE, f"{{rate: {{per: 1h, week: {{{days}: {{{written}}}}}}}}}"
    )
    resolved = loaded(text).sources("calls")[0]
    assert resolved.edges[0] == 0
    assert resolved.edges[-1] == length * D
    assert (np.diff(resolved.edges) > 0).all()
    assert len(resolved.values) == len(resolved.edges) - 1
    per_day = sum(
        value * ((sorted(steps)[n + 1] if n + 1 < len(steps) else 24) - hour)
        for n, (hour, value) in enumerate(sorted(steps.items()))
    )
    chosen = {"Mon": (0,), "Mon-Fri": range(5), "weekend": (5, 6), "daily": range(7)}[days]
    assert resolved.expected == pytest.approx(
        per_day * sum(day % 7 in chosen for day in range(length))
    )


FORECAST = "{rate: {per: 30 min, csv: f.csv, date: date, start: start, value: n}}"


def warnings_of(tmp_path, rows: str, opening: str = "24h") -> list[str]:
    (tmp_path / "f.csv").write_text("date,start,n\n" + rows)
    text = SMALL.replace(RATE, FORECAST)
    if opening != "24h":
        text += f'channels: {{phone: {{kind: phone, open: "{opening}"}}}}\n'
    return [str(one) for one in loaded(text, tmp_path).warnings]


def rows_of(days, times=("09:00", "09:30", "10:00")) -> str:
    return "".join(f"2024-01-{day:02d},{time},5\n" for day in days for time in times)


def test_a_forecast_for_some_of_the_days_is_named(tmp_path):
    (found,) = warnings_of(tmp_path, rows_of(range(1, 6)))
    assert "has rows for 5 of the 7 days simulated" in found and "first of them Sat 2024-01-06" in found


def test_days_on_which_the_channel_is_closed_need_no_forecast(tmp_path):
    assert warnings_of(tmp_path, rows_of(range(1, 6)), "Mon-Fri 08:00-18:00") == []
    assert warnings_of(tmp_path, rows_of(range(1, 8))) == []


def test_intervals_missing_inside_a_day_are_named(tmp_path):
    rows = rows_of(range(1, 7)) + rows_of([7], ("09:00", "10:30"))
    (found,) = warnings_of(tmp_path, rows)
    assert "lacks 2 intervals inside its days, the first 09:30 on Sun 2024-01-07 (" in found and "f.csv:21" in found


def test_a_table_with_semicolons_is_told_so(tmp_path):
    (tmp_path / "f.csv").write_text("date;start;n\n2024-01-01;09:00;5\n")
    problem = only_error_of(RATE, FORECAST, tmp_path)
    assert "found columns separated by ';'; allowed commas" in problem
