"""The page of lessons: a guess before the answer, and classes that guess together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from floorcast.ui.lessons import classroom
from tests.ui.browser import Visit, needs_chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_classes() -> Iterator[None]:
    classroom._classes.clear()
    yield
    classroom._classes.clear()


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "sim" / "ui" / "screens" / "lessons.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, [one.message for one in app.exception]
    return app


def html(app: AppTest) -> str:
    return "\n".join(one.proto.body for one in app.get("html"))


def test_a_link_opens_its_lesson_and_the_answer_comes_after_the_guess() -> None:
    app = page(lesson="4")
    assert app.title[0].value == "4 One line or two"
    assert not [one for one in app.button if "answer" in one.label]
    app.number_input[0].set_value(60.0)
    next(one for one in app.button if "my guess" in one.label).click().run()
    assert "fc-remember" not in html(app).split("</style>")[-1]
    next(one for one in app.button if "answer" in one.label).click().run()
    assert not app.exception
    shown = html(app)
    assert "60 s" in shown and "Erlang C" in shown and "66.1 s" in shown and "The same people" in shown


def test_a_wrong_link_opens_the_first() -> None:
    plain = page()
    assert plain.title[0].value.startswith("1 ") and "lesson" not in plain.query_params  # no second step of the history
    assert page(lesson="99").title[0].value.startswith("1 ")
    assert page(lesson="four", **{"class": "<b>"}).title[0].value.startswith("1 ")


def test_guesses_of_a_class_are_collected_and_names_are_text() -> None:
    code = classroom.begin_class()
    for number in range(20):
        classroom.guess(code, "1", f"reader {number}", f"<b>Pupil {number}</b>", 5.0 * number)
    classroom.guess(code, "1", "reader 3", "again", 50.0)
    app = page(lesson="1", **{"class": code})
    shown = html(app)
    assert "20 guesses" in shown and "&lt;b&gt;Pupil 19" in shown and "<b>Pupil" not in shown
    assert "again: 50 %" in shown and len(classroom.guesses(code, "2")) == 0


def test_a_class_has_bounds() -> None:
    code = classroom.begin_class()
    with pytest.raises(ValueError, match="ask your trainer"):
        classroom.guess("NOBODY", "1", "r", "", 1.0)
    with pytest.raises(ValueError, match="allowed a number"):
        classroom.guess(code, "1", "r", "", float("nan"))
    for number in range(classroom.MOST_GUESSES):
        classroom.guess(code, "1", str(number), "x" * 500, 1.0)
    with pytest.raises(ValueError, match="already"):
        classroom.guess(code, "1", "one more", "", 1.0)
    assert len(classroom.guesses(code, "1")[0].name) == classroom.LONGEST_NAME
    for _ in range(classroom.MOST_CLASSES + 5):
        classroom.begin_class()
    assert len(classroom._classes) == classroom.MOST_CLASSES


def test_twenty_pupils_guess_and_the_answer_is_simulated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pupil is a session of their own, as in a browser of their own."""
    from floorcast.ui.lessons import answers

    asked: list[str] = []
    real = answers.check
    monkeypatch.setattr(answers, "check", lambda lesson, told: (asked.append(lesson.title), real(lesson, told))[1])
    answers._answers.clear()
    code = classroom.begin_class()
    for number in range(20):
        pupil = page(lesson="1", **{"class": code})
        pupil.text_input(key="class:name").set_value(f"<i>Pupil {number}</i>")
        pupil.number_input[0].set_value(float(number))
        next(one for one in pupil.button if "my guess" in one.label).click().run()
        assert not pupil.exception and not pupil.error
        if number > 16:
            next(one for one in pupil.button if "answer" in one.label).click().run()
            assert '<div class="fc-remember">' in html(pupil)
    assert len(asked) == 1
    trainer = html(page(lesson="1", **{"class": code}))
    assert "20 guesses" in trainer and "&lt;i&gt;Pupil 19" in trainer and "<i>Pupil" not in trainer


def test_a_lesson_of_ones_own_goes_with_its_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path))
    text = (ROOT / "scenarios" / "lessons" / "1_enough_people.yaml").read_text(encoding="utf-8")
    text = text.replace("title: ", "title: Ours, ").replace("number: 1", "number: 77")
    app = page()
    app.sidebar.file_uploader(key="lesson_file:0").set_value([("ours.yaml", text.encode(), "text/yaml")]).run()
    assert not app.exception and not app.error
    name = next(option for option in app.sidebar.radio(key="lesson").options if option.startswith("Ours"))
    app.sidebar.radio(key="lesson").set_value(
        next(value for value in ("kept-" + p.name for p in (tmp_path / ".page" / "uploads").iterdir()))
    ).run()
    assert app.title[0].value == name and name.endswith("(my own)")
    link = app.query_params["lesson"]
    assert page(lesson=link if isinstance(link, str) else link[0]).title[0].value == name
    app.sidebar.file_uploader(key="lesson_file:0").set_value(
        [("ours.yaml", text.replace("measure: ", "measure: x").encode(), "text/yaml")]
    ).run()
    assert not app.exception and app.error


@pytest.mark.browser
@needs_chromium
def test_a_class_of_browsers_guesses_on_the_trainers_screen(visit: Visit) -> None:
    trainer = visit(path="/lessons?lesson=1")
    trainer.see("how many wait longer")
    trainer.press("Begin a class")
    code = trainer.page.locator(".fc-code b")
    code.wait_for()
    for number in range(2):
        pupil = visit(path=f"/lessons?lesson=1&class={code.inner_text()}")
        pupil.see("how many wait longer")
        pupil.page.get_by_label("My name").fill(f"<i>Ann {number}</i>")
        pupil.type_number("My guess", 10 + number)
        pupil.settled()
        pupil.press("This is my guess")
        pupil.see("Show me the answer")
    trainer.see("2 guesses")
    trainer.see("<i>Ann 1</i>: 11 %")
    trainer.press("Play it on the live floor")
    trainer.page.locator(".floor[data-state]").wait_for(timeout=60_000)
    trainer.see("This floor is of lesson 1")
