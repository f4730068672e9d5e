"""The workshop: a scenario in five questions, tables of a shipped one, a policy's points."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from floorcast.shipped import SCENARIOS

SCREEN = Path(__file__).resolve().parents[2] / "sim" / "ui" / "screens" / "workshop.py"


def workshop(kind: str) -> AppTest:
    app = AppTest.from_file(str(SCREEN), default_timeout=120).run()
    app.sidebar.radio(key="workshop:kind").set_value(kind).run()
    assert not app.exception, [one.message for one in app.exception]
    return app


def test_five_questions_make_a_scenario_that_can_be_run() -> None:
    from floorcast.scenario import load_scenario_text

    app = workshop("A new scenario")
    app.number_input(key="day:new:phone").set_value(900).run()
    assert not app.exception and not app.error
    scenario = load_scenario_text(app.code[0].value, Path("."), "mine.yaml")
    assert round(scenario.expected_contacts / scenario.days) == 900 + 150
    assert len(app.get("plotly_chart")) == 1 and any("Save as a file" in b.label for b in app.get("download_button"))
    app.text_input(key="new:handle:phone").set_value("soon").run()
    assert not app.exception and app.error


def test_a_shipped_scenario_opens_unchanged() -> None:
    app = workshop("A scenario of mine")
    app.sidebar.selectbox(key="scenario").set_value(SCENARIOS / "tutorial" / "2_chat_and_email.yaml").run()
    assert not app.exception and not app.error
    assert any("the file is as it was" in one.value for one in app.caption)
    assert app.code[0].value.strip() == (SCENARIOS / "tutorial" / "2_chat_and_email.yaml").read_text().strip()


def test_a_policy_is_changed_explained_and_tried() -> None:
    app = workshop("A policy")
    choice = next(one for one in app.selectbox if one.label == "Begin with")
    choice.set_value("priority").run()
    assert not app.exception and not app.error, [one.value for one in app.error]
    assert "When the channel is phone" in "".join(one.proto.body for one in app.get("html"))
    assert any("the file is as it was" in one.value for one in app.caption)
    assert len(app.text) and "phone_team" in app.text[0].value
    next(one for one in app.selectbox if one.label == "the plan is").set_value("loud")
    next(one for one in app.text_input if one.label == "called").set_value("important")
    next(one for one in app.number_input if one.label == "with more points").set_value(44.0)
    next(one for one in app.button if one.label == "Add it").click().run()
    assert not app.exception, [one.message for one in app.exception]
    assert "44 points more" in "".join(one.proto.body for one in app.get("html"))
    assert not any("the file is as it was" in one.value for one in app.caption)
    app.session_state["workshop:right"] = "Try it"
    app.run()
    assert not app.exception, [one.message for one in app.exception]
    assert any("Who waits at" in one.value for one in app.caption)
