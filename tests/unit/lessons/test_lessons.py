"""The shipped lessons say what is true, and a wrong lesson file says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.lessons import Lesson, check, load_lesson, shipped_lessons
from floorcast.scenario import InputErrors
from floorcast.shipped import SCENARIOS

LESSONS = shipped_lessons()
FIRST = (SCENARIOS / "lessons" / "1_enough_people.yaml").read_text(encoding="utf-8")


def test_there_are_seven_in_order() -> None:
    assert [one.number for one in LESSONS] == list(range(1, 8))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: Path(one.file).stem)
def test_simulation_agrees_with_the_theory_beside_it(lesson: Lesson) -> None:
    """Within two 95 % intervals; the answer lies where one can guess, and not at an end."""
    found = check(lesson)
    assert found.theory is not None
    assert abs(found.value - found.theory[1]) <= 2 * found.half_width + 1e-9, (found, lesson.title)
    guess = lesson.written.guess
    assert guess.low < found.value / lesson.scale < guess.high
    assert found.half_width < 0.25 * (guess.high - guess.low) * lesson.scale


def problems(tmp_path: Path, text: str) -> str:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        load_lesson(tmp_path / "mine.yaml")
    return "\n".join(str(one) for one in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("unit: \"%\"", "unit: apples", "found 'apples'; allowed %, times"),
        ("from: 0, to: 100", "from: 9, to: 1", "allowed a rising range"),
        ("show: missing", "show: nothing", "allowed value, missing, times"),
        ("show: missing", "show: times", "allowed a setting"),
        ("formula: late", "formula: magic", "allowed in_time, late"),
        ("agents: 19, handle_time", "handle_time", "all of them"),
        ("play: {begin: 10h}", "play: {setting: nine, begin: 10h}", "there are no settings"),
        ("question:", "quiz:", "allowed number, title"),
        ("channel: phone, arrivals", "chanel: phone, arrivals", "did you mean 'channel'?"),
        ("number: 1", "number: one", "number"),
        ("measure: service_level", "measure: happiness", "found 'happiness'; allowed"),
        ("of: phone", "of: fax", "found 'fax'; allowed"),
    ],
)
def test_a_wrong_lesson_says_what_is_wrong(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in FIRST
    assert words in problems(tmp_path, FIRST.replace(old, new))


def test_no_code_runs_from_a_lesson(tmp_path: Path) -> None:
    text = FIRST.replace("number: 1", "number: !!python/object/apply:os.system [touch /tmp/never]")
    assert problems(tmp_path, text)


def test_validate_checks_lessons_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from typer import Exit

    from floorcast.cli.files.inputs import validate

    validate([SCENARIOS / "lessons" / "1_enough_people.yaml"])
    assert "fine: the lesson" in capsys.readouterr().out
    (tmp_path / "mine.yaml").write_text(FIRST.replace("show: missing", "show: nothing"), encoding="utf-8")
    with pytest.raises(Exit):
        validate([tmp_path / "mine.yaml"])
    assert "allowed value, missing, times" in capsys.readouterr().err
