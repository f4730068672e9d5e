"""Forecasts: none is used that does not beat the naive one; holidays, growth and bands mean what they say."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
import yaml

from floorcast.history.folder import History
from floorcast.history.forecast.forecasting import Wish, forecast, holidays_of, write_forecast
from floorcast.history.forecast.models import NAIVE, choose
from floorcast.history.forecast.series import PLACES, Series, daily
from floorcast.history.read.importing import Wishes, import_files
from floorcast.scenario import InputErrors, load_scenario

pytest.importorskip("statsforecast")
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.2])


def series(counts: np.ndarray, first: date = date(2024, 1, 1)) -> Series:
    shape = np.zeros((1, 7, PLACES))
    shape[:, :, 18:36] = 1 / 18
    return Series(("calls",), first, counts[None].astype(float), shape)


def weeks(number: int, level: float = 1000, seed: int = 1, trend: float = 0.0) -> np.ndarray:
    """Whole weeks from a Monday: a weekly shape, a trend per day, Poisson counts."""
    days = np.arange(7 * number)
    mean = level * WEEK[days % 7] * (1 + trend * days)
    return np.random.default_rng(seed).poisson(mean).astype(float)


def test_what_does_not_beat_the_naive_forecast_is_not_used():
    """Weeks that repeat exactly: nothing can be better than the week before."""
    chosen = choose(np.tile(1000 * WEEK, 12), 14)
    assert chosen.way == NAIVE and chosen.errors[NAIVE] == pytest.approx(0, abs=1e-6)


def test_the_way_used_was_the_best_on_days_it_had_not_seen():
    chosen = choose(weeks(20, trend=0.01), 14)
    assert chosen.way != NAIVE
    assert chosen.errors[chosen.way] == min(chosen.errors.values()) < chosen.errors[NAIVE]
    assert set(chosen.errors) == {"naive", "ETS", "MSTL"}


def test_bands_hold_as_many_days_as_they_say():
    inside = []
    for seed in range(6):
        counts = weeks(22, seed=seed)
        ahead = choose(counts[:-14], 14).ahead
        inside += list((counts[-14:] >= ahead.low) & (counts[-14:] <= ahead.high))
    assert 0.65 <= np.mean(inside) <= 0.97  # 84 days of an 80 % band


def test_holidays_do_not_spoil_the_past_and_count_ahead():
    first = date(2024, 1, 1)
    known = holidays_of("DE", None, range(2024, 2027))
    counts = weeks(102)
    for n in range(len(counts)):
        if first + timedelta(days=n) in known:
            counts[n] *= 0.25
    ahead = forecast(series(counts[: -(102 * 7 - 693)]), Wish(days=56, country="DE"))
    assert ahead.start == date(2025, 11, 24)
    assert ahead.holiday_factor[0] == pytest.approx(0.25, abs=0.12)
    christmas = ahead.days.index(date(2025, 12, 25))
    thursday = ahead.days.index(date(2025, 12, 18))
    assert ahead.ahead[0].mean[christmas] < 0.5 * ahead.ahead[0].mean[thursday]
    assert ahead.holidays[date(2025, 12, 25)]


def test_growth_and_campaigns_multiply():
    data = series(weeks(12))
    plain = forecast(data, Wish(days=14))
    more = forecast(data, Wish(days=14, growth=1.1, campaigns={plain.days[3]: 1.5}))
    ratio = more.ahead[0].mean / plain.ahead[0].mean
    assert ratio[3] == pytest.approx(1.65) and np.delete(ratio, 3) == pytest.approx(1.1)


def test_days_on_which_it_is_closed_have_neither_contacts_nor_a_band():
    counts = weeks(12)
    counts[6::7] = 0
    ahead = forecast(series(counts), Wish(14)).ahead[0]
    for values in (ahead.mean, ahead.low, ahead.high):
        assert values[6] == values[13] == 0
    assert (ahead.mean[:6] > 0).all() and (ahead.high[:6] > ahead.mean[:6]).all()


def test_an_unknown_country_is_named():
    with pytest.raises(InputErrors, match="--holidays: found 'XX'; allowed a country such as DE"):
        holidays_of("XX", None, range(2024, 2025))


def test_the_forecast_goes_straight_into_a_scenario(tmp_path):
    result = forecast(series(weeks(12)), Wish(days=14))
    path = write_forecast(result, tmp_path)
    document = yaml.safe_load(path.read_text())
    document["contact_types"]["calls"] |= {"channel": "phone", "work": "3 min"}
    document["groups"] = {"team": {"channels": ["phone"], "agents": 60}}
    (tmp_path / "centre.yaml").write_text(yaml.safe_dump(document))
    scenario = load_scenario(tmp_path / "centre.yaml")
    assert scenario.expected_contacts == pytest.approx(result.ahead[0].mean.sum(), rel=1e-3)
    assert (tmp_path / "days.csv").read_text().count("\n") == 15


def test_from_a_history_by_interval(tmp_path):
    lines = ["type,start,offered,aht"]
    for n, count in enumerate(weeks(6)):
        day = date(2024, 1, 1) + timedelta(days=n)
        lines += [f"Billing,{day} {hour:02d}:00,{count / 4:.0f},200" for hour in (9, 10, 11, 12)]
    (tmp_path / "volumes.csv").write_text("\n".join(lines))
    import_files([tmp_path / "volumes.csv"], tmp_path / "history", Wishes())
    data = daily(History(tmp_path / "history"))
    assert data.types == ("Billing",) and data.counts.shape == (1, 42)
    assert data.shapes[0, 0, 18] == pytest.approx(0.25, abs=0.01) and data.shapes.sum() == pytest.approx(7)


def test_too_short_a_past_is_refused(tmp_path):
    (tmp_path / "few.csv").write_text("arrived,wait,agent\n2026-03-02 09:14,5,J\n2026-03-05 09:14,5,J\n")
    import_files([tmp_path / "few.csv"], tmp_path / "history", Wishes())
    with pytest.raises(InputErrors, match="has 4 days; allowed at least 21"):
        daily(History(tmp_path / "history"))


def test_duckdb_counts_every_contact(tmp_path):
    rows = "".join(f"2026-03-{day:02d} 09:{minute:02d},5,J\n" for day in range(1, 29) for minute in range(5))
    (tmp_path / "calls.csv").write_text("arrived,wait,agent\n" + rows)
    import_files([tmp_path / "calls.csv"], tmp_path / "history", Wishes())
    total = duckdb.sql(f"SELECT count(*) FROM read_parquet('{tmp_path}/history/contacts.parquet')").fetchall()[0]
    assert daily(History(tmp_path / "history")).counts.sum() == total[0] == 140
