"""The page's script, run by Streamlit's AppTest: what a reader sees after each step."""

from __future__ import annotations

import time
from collections import UserDict
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from floorcast.ui.base import url
from floorcast.ui.base.shipped import SCENARIOS
from tests.ui.made_up import LONG, MAIL_FIRST, SMALL

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = SCENARIOS / "tutorial" / "1_phone_team.yaml"
TWO_POLICIES = SCENARIOS / "tutorial" / "3_social_beside_phone.yaml"
COMPARE, LIVE = "sim/ui/screens/compare.py", "sim/ui/screens/floor.py"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path / "results"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert_sound(app)
    yield app
    assert_sound(app)


def assert_sound(app: AppTest) -> None:
    assert not app.exception, [one.message for one in app.exception]


def html(app: AppTest) -> str:
    return "\n".join(one.proto.body for one in app.get("html"))


def choose(app: AppTest, path: Path) -> AppTest:
    app.sidebar.selectbox(key="scenario").set_value(path).run()
    return app


def widget(app: AppTest, kind: str, label: str) -> object:
    return next(one for one in app.get(kind) if one.label == label)


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["tab"] = name
    return app.run()


def run(app: AppTest, replications: int | None = None) -> None:
    if replications is not None:
        widget(app, "number_input", "Replications").set_value(replications).run()  # type: ignore[attr-defined]
    app.button(key="run").click().run()
    wait(app)


def wait(app: AppTest) -> None:
    began = time.monotonic()
    while not app.session_state["job"].over:
        assert time.monotonic() - began < LONG
        time.sleep(0.2)
    app.run()
    assert_sound(app)


def test_it_opens_with_the_flagship_and_its_plan(page: AppTest) -> None:
    assert page.title[0].value == "Airline week"
    assert page.sidebar.multiselect[0].value == ["separate_teams", "universal_queue", "priority"]
    assert "Watch a floor" in html(page) and "3 policies, 20 replications of 7 days" in html(page)
    assert any("Who will come" in one.value for one in page.markdown)


def test_a_run_ends_in_verdicts_curves_and_downloads(page: AppTest) -> None:
    choose(page, TWO_POLICIES)
    run(page, 3)
    assert [tab.label for tab in page.tabs] == ["Answer", "Plan", "Through time", "Customers", "Data"]
    shown = html(page)
    for words in ("Are the targets met?", "Which policy does better?"):
        assert words in [one.value for one in page.header]
    assert "Compared with First come, Angry first is better on" in shown
    assert "fc-answer" in shown and "fc-score" in shown and "Against" in shown
    assert "Service level within 20" in shown and "fc-verdict" in shown
    assert page.button(key="run").label == "Run again"
    tab(page, "Plan")
    assert any("Work against people" in one.value for one in page.markdown)
    tab(page, "Through time")
    assert "How busy are the teams?" in [one.value for one in page.header]
    assert len(page.get("plotly_chart")) >= 4
    tab(page, "Customers")
    assert "Campaign: Mailing" in [one.value for one in page.header]
    tab(page, "Data")
    assert len(page.dataframe) == 2
    labels = [one.label for one in page.get("download_button")]
    assert {
        "Targets (CSV)",
        "Differences (CSV)",
        "Measures (CSV)",
        "All results (JSON)",
        "The study (ZIP)",
    } <= set(labels)


def test_a_storm_shows_its_incident_and_what_customers_make_of_it(page: AppTest) -> None:
    choose(page, SCENARIOS / "storm.yaml")
    run(page, 2)
    tab(page, "Customers")
    shown = html(page)
    for words in ("Satisfaction, 1 to 5", "Largest incident, posts", "Exposure", "Missed by the classifier"):
        assert words in shown, words
    assert page.selectbox(key="public:posts").value == "storm_tweets"
    assert "How many are how satisfied" in [one.value for one in page.header]
    assert "of 100 score 3 or less" in str([one.proto for one in page.get("plotly_chart")])
    assert "Campaign: Video" in [one.value for one in page.header]
    tab(page, "Through time")
    assert "Crisis" in html(page) and "of the time, begun" in html(page)  # the supervision, and when it was in force


def test_levers_change_what_is_run(page: AppTest) -> None:
    choose(page, TUTORIAL)
    widget(page, "slider", "All contacts").set_value(150).run()  # type: ignore[attr-defined]
    widget(page, "number_input", "Team").set_value(25).run()  # type: ignore[attr-defined]
    target = next(one for one in page.number_input if "service level" in one.label)
    target.set_value(90.0).run()
    shown = html(page)
    assert (
        "all volumes 150 %" in shown
        and "Team 19 → 25 people" in shown
        and "target Phone service level within 20" in shown
    )
    run(page, 2)
    setting = page.session_state["job"].setting
    assert setting.scenario.multipliers["all"] == pytest.approx(1.5)
    assert setting.scenario.groups["team"].planned_agents == 25
    assert setting.scenario.targets[0].at_least == pytest.approx(0.9)
    widget(page, "number_input", "Team").set_value(26).run()  # type: ignore[attr-defined]
    assert "the settings differ from the results below" in html(page)
    page.button(key="lever:reset").click().run()
    assert "Team 19 →" not in html(page).split("fc-answer")[0]


def test_a_headcount_through_the_day_is_changed_in_people(page: AppTest) -> None:
    choose(page, SCENARIOS / "verification" / "ssj_call_centre.yaml")
    field = widget(page, "number_input", "Team, at most at once")
    assert field.value == 8  # type: ignore[attr-defined]
    field.set_value(10).run()  # type: ignore[attr-defined]
    assert "Team 8 → 10 people at most at once" in html(page)
    (setting,) = [one for name, one in page.session_state["settings"].items() if "ssj_call_centre" in name]
    steps = setting.scenario.headcount("team")
    assert steps.heads.max() == 10 and 5 in steps.heads.tolist()  # 4 in the morning becomes 5


def test_results_stay_with_their_scenario(page: AppTest) -> None:
    choose(page, TUTORIAL)
    run(page, 2)
    choose(page, TWO_POLICIES)
    assert not page.tabs and page.title[0].value == "Social beside phone"
    choose(page, TUTORIAL)
    assert page.tabs


def test_stopping_keeps_what_is_finished(page: AppTest) -> None:
    choose(page, TUTORIAL)
    run(page, 2)
    widget(page, "number_input", "Replications").set_value(1000).run()  # type: ignore[attr-defined]
    page.button(key="run").click().run()
    job = page.session_state["job"]
    assert job.over or any("are of the run before" in one.value for one in page.caption)
    began = time.monotonic()
    while job.progress().done < 5 and not job.over and time.monotonic() - began < LONG:
        time.sleep(0.05)
    page.run()
    if not job.over:
        page.button(key="stop").click().run()
    wait(page)
    assert job.result.interrupted and job.result.study.replications < 1000
    assert any("Stopped after" in one.value for one in page.info)
    assert page.tabs


def test_no_policy_is_nothing_to_run(page: AppTest) -> None:
    page.sidebar.multiselect[0].set_value([]).run()
    assert page.button(key="run").disabled and "Choose at least one policy" in html(page)


def test_a_file_that_has_gone_bad_is_said_as_on_the_command_line(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("contact_types: {calls: {chanel: phone}}\ngroups: {}\n")
    import floorcast.ui.compare.choose as room

    monkeypatch.setattr(room, "shipped_scenarios", lambda: [bad])
    monkeypatch.setattr(room, "verification_scenarios", lambda: [])
    page.run()
    assert page.error and "bad.yaml" in page.error[0].value
    assert "did you mean &#x27;channel&#x27;?" in html(page)
    assert page.button(key="run").disabled


def test_a_fault_of_a_run_is_one_sentence(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path / "file"))
    choose(page, TUTORIAL)
    run(page, 2)
    assert "could not be run" in page.error[0].value and "fc-problem" in html(page)


def test_the_live_floor_opens_and_says_when_it_runs_something_else(page: AppTest) -> None:
    choose(page, TWO_POLICIES)
    page.query_params.clear()  # as the browser does
    page.switch_page(LIVE).run()
    page.run()
    assert page.sidebar.selectbox(key="scenario").value == TWO_POLICIES
    page.button(key="open:here").click().run()
    assert page.session_state["live"].wait(2 * LONG)
    page.run()
    assert_sound(page)
    assert not page.warning
    page.sidebar.selectbox[1].set_value("angry_first").run()
    assert "This floor runs First come" in page.warning[0].value


def test_what_was_uploaded_is_still_there_after_changing_the_page(page: AppTest) -> None:
    page.sidebar.selectbox(key="scenario").set_value("upload").run()
    page.sidebar.file_uploader(key="scenario_files:0").set_value(
        [("mine.yaml", SMALL.encode(), "text/yaml")]
    ).run()
    assert page.title[0].value == "Small centre"
    page.sidebar.file_uploader(key="policy_files:0").set_value(
        [("mail_first.yaml", MAIL_FIRST.encode(), "text/yaml")]
    ).run()
    assert page.sidebar.multiselect[0].value == ["default", "mail_first"]
    run(page, 2)
    page.switch_page(LIVE).run()  # AppTest, unlike a browser, does not carry a choice to another page
    page.sidebar.selectbox(key="scenario").set_value("upload").run()
    assert_sound(page)
    assert "Mail first" in page.sidebar.selectbox[1].options
    page.switch_page(COMPARE).run()
    page.sidebar.selectbox(key="scenario").set_value("upload").run()
    assert page.title[0].value == "Small centre" and page.tabs
    assert page.sidebar.multiselect[0].value == ["default", "mail_first"]
    assert any("mine.yaml" in one.value for one in page.sidebar.caption)
    assert not page.sidebar.file_uploader(key="scenario_files:2").value  # empty, and not the one emptied


def test_progress_names_its_study_and_leaves_the_others_alone(page: AppTest) -> None:
    choose(page, TUTORIAL)
    widget(page, "number_input", "Replications").set_value(5000).run()  # type: ignore[attr-defined]
    page.button(key="run").click().run()
    job = page.session_state["job"]
    choose(page, TWO_POLICIES)
    assert not page.button(key="run").disabled and page.title[0].value == "Social beside phone"
    assert any(job.setting.scenario.name in str(one.proto) for one in page.get("progress"))
    page.button(key=f"stop:{job.setting.origin}").click().run()
    assert job.wait(60)


def test_a_name_is_text_and_no_markup(page: AppTest) -> None:
    page.sidebar.selectbox(key="scenario").set_value("upload").run()
    text = SMALL.replace("name: Small centre", 'name: "**b** [l](http://x)"')
    page.sidebar.file_uploader(key="scenario_files:0").set_value(
        [("mine.yaml", text.encode(), "text/yaml")]
    ).run()
    assert page.title[0].value.startswith("\\*\\*b")


def test_the_address_says_what_is_chosen_and_brings_it_back(page: AppTest, tmp_path: Path) -> None:
    choose(page, TUTORIAL)
    widget(page, "slider", "All contacts").set_value(150).run()  # type: ignore[attr-defined]
    widget(page, "number_input", "Team").set_value(25).run()  # type: ignore[attr-defined]
    widget(page, "number_input", "Replications").set_value(4).run()  # type: ignore[attr-defined]
    said = {n: v if isinstance(v, str) else v[0] for n, v in page.query_params.items()}
    assert said == {"scenario": "tutorial/1_phone_team", "v.all": "150", "p.team": "25", "n": "4"}
    other = arriving(said)
    assert other.title[0].value == "Phone team"
    assert "all volumes 150 %" in html(other) and "Team 19 → 25 people" in html(other)
    assert "1 policy, 4 replications" in html(other)


def arriving(said: dict[str, str]) -> AppTest:
    """Somebody who opens an address, in a session of their own."""
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in said.items():
        other.query_params[name] = value
    other.run()
    assert_sound(other)
    return other


def address(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def test_uploads_targets_and_runs_go_with_a_link(page: AppTest) -> None:
    page.sidebar.selectbox(key="scenario").set_value("upload").run()
    page.sidebar.file_uploader(key="scenario_files:0").set_value([("mine.yaml", SMALL.encode(), "text/yaml")]).run()
    page.sidebar.file_uploader(key="policy_files:0").set_value(
        [("mail_first.yaml", MAIL_FIRST.encode(), "text/yaml")]
    ).run()
    run(page, 2)
    next(one for one in page.number_input if "service level" in one.label).set_value(90.0).run()
    run(page)
    assert "target Phone" in html(page) and page.selectbox(key=next(
        one.key for one in page.selectbox if one.label == "Run shown")).options[1].endswith("as the file says")
    said = address(page)
    assert said["scenario"].startswith("kept-") and said["t.0.at_least"] == "0.9" and said["runs"].count(".") == 1
    other = arriving(said)
    assert other.title[0].value == "Small centre" and other.tabs
    assert other.sidebar.multiselect[0].value == ["default", "mail_first"]
    assert "target Phone service level within 20 s 90 %" in html(other).replace("\u202f", " ")
    assert any("before" in option for one in other.selectbox if one.label == "Compared with" for option in one.options)
    assert address(other) == said


def test_going_back_takes_the_last_lever_back(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floorcast.ui.base.url.SOON", 0.0)
    choose(page, TUTORIAL)
    widget(page, "number_input", "Team").set_value(25).run()  # type: ignore[attr-defined]
    before = address(page)
    widget(page, "slider", "All contacts").set_value(150).run()  # type: ignore[attr-defined]
    assert "v.all" in address(page)
    del page.query_params["v.all"]  # the browser's history brings the address before
    page.run()
    assert address(page) == before and "all volumes" not in html(page) and "Team 19 → 25 people" in html(page)


def test_a_browser_that_is_late_loses_no_lever(page: AppTest) -> None:
    """The address of a rerun is the browser's, which may not have heard yet what the page wrote last."""
    choose(page, TUTORIAL)
    widget(page, "number_input", "Team").set_value(25).run()  # type: ignore[attr-defined]
    del page.query_params["p.team"]
    widget(page, "slider", "All contacts").set_value(150).run()  # type: ignore[attr-defined]
    assert "Team 19 → 25 people" in html(page) and "all volumes 150 %" in html(page)
    assert address(page)["p.team"] == "25"


def test_a_changed_lever_can_be_compared_with_the_file(page: AppTest) -> None:
    choose(page, TUTORIAL)
    widget(page, "slider", "Phone: handle time").set_value(120).run()  # type: ignore[attr-defined]
    run(page, 4)
    page.button(key="beside").click().run()
    began = time.monotonic()
    while not all(one.over for one in page.session_state["beside:jobs"]):
        assert time.monotonic() - began < LONG
        time.sleep(0.1)
    page.run()
    assert_sound(page)
    assert "Against" in html(page) and "as the file says" in html(page)
    assert page.session_state["job"].setting.scenario.contact_types["calls"].work.mean == pytest.approx(288.0)


def test_a_wrong_lever_is_said_and_nothing_is_run(page: AppTest) -> None:
    choose(page, TUTORIAL)
    area = next(one for one in page.text_area if one.label == "Anything else, in words")
    area.set_value("team dances").run()
    assert page.error and page.button(key="run").disabled
    area.set_value("team +2").run()
    assert not page.error and "team +2" in html(page)
    widget(page, "slider", "Phone: handle time").set_value(120).run()  # type: ignore[attr-defined]
    widget(page, "text_input", "Phone is open").set_value("Mon-Fri 08:00-18:00").run()  # type: ignore[attr-defined]
    told = [one.proto.popover.label for one in page.get("popover")]
    assert told[1:4] == ["People: 19", "Times: 100 to 120 %", "Hours: Mon-Fri 08:00-18:00, 1 more"]


def test_a_wrong_address_is_no_fault() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["scenario"] = "../../etc/passwd"
    app.query_params["n"] = "many"
    app.query_params["tab"] = "<script>"
    assert_sound(app.run())
    assert app.title[0].value == "Airline week"


def test_an_address_beyond_reason_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path))
    app = arriving({
        "scenario": "tutorial/1_phone_team", "v.all": "999", "h.phone": "999", "a.team": "900", "t.0.at_least": "7",
        "p.team": "nan", "o.phone": "<b>", "x": "team = ' ; ../../etc/passwd.yaml", "runs": "../..;" * 20, "shown": "x",
        "own": "../../etc/passwd", "policies": "nobody", "n": "1e9", "seed": "-1", "tab": "Data", "by": "moon",
    })  # fmt: skip
    assert app.title[0].value == "Phone team" and app.button(key="run").disabled and app.error


def test_a_value_that_streamlit_lists_and_has_lost_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is with an upload after a change of pages: the whole page once stood there as an error."""

    class Forgetful(UserDict[str, object]):
        def __iter__(self) -> Iterator[str]:
            return iter([*super().__iter__(), "scenario_files"])

    said = {"scenario": "kept-1"}
    state = Forgetful({"url:said": said, "url:page": "compare", "url:widgets": {"seed": 1}, "seed": 1, "shift": None})
    monkeypatch.setattr("floorcast.ui.base.url.st.session_state", state)
    monkeypatch.setattr("floorcast.ui.base.url.st.query_params", {"scenario": "kept-2"})
    url.begin("compare")
    assert state["url:said"] == {"scenario": "kept-2"}  # an arrival
    url.end()
    assert state["url:widgets"] == {"seed": 1, "shift": None}
