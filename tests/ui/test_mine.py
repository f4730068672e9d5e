"""My last runs: a browser finds its own again on the first screen, and nobody else's."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

import floorcast.ui.base.kept as kept
from floorcast.ui import serve
from floorcast.ui.base.uploads import Upload
from floorcast.ui.compare import mine
from tests.ui.made_up import MAIL_FIRST
from tests.ui.test_page import ROOT, arriving, html, run

ANN, BOB = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def own_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path))


def test_the_first_screen_lists_my_runs_with_their_answer_and_opens_them_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("floorcast.ui.compare.mine.browser", lambda: ANN)
    app = arriving({"p.team": "22", "scenario": "tutorial/1_phone_team"})
    run(app, 5)
    again = arriving({})  # another day, another tab
    shown = html(again)
    assert "Phone team" in shown and "Default keeps " in shown and "Team 19 → 22 people" in shown
    next(one for one in again.button if one.label == "Open Phone team again").click().run()
    assert not again.exception and again.title[0].value == "Phone team" and again.tabs
    assert "Team 19 → 22 people" in html(again) and again.query_params["p.team"] in ("22", ["22"])
    (note,) = kept.noted_runs(ANN)
    assert mine._there(note)
    for folder in tmp_path.glob("phone*"):
        folder.rename(folder.with_name("gone"))
    assert not mine._there(note)  # its study is gone, and it is not offered
    again.session_state["tab"] = "Through time"
    again.run()
    assert not again.exception and "cannot be shown any more" in again.warning[0].value


def test_a_policy_from_the_workshop_is_chosen_also_by_who_came_there_first() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["scenario"] = "tutorial/2_chat_and_email"
    app.session_state["kept:policy_files"] = [Upload("mail_first.yaml", MAIL_FIRST.encode())]
    app.session_state["take:policy"] = "mail_first"
    app.run()
    assert not app.exception and "mail_first" in app.sidebar.multiselect[0].value


def test_notes_of_a_browser_are_bounded_escaped_and_forgiving(tmp_path: Path) -> None:
    for number in range(kept.MOST_NOTED + 3):
        kept.note_run(ANN, {"run": str(number)})
    kept.note_run(ANN, {"run": "5", "answer": MAIL_FIRST})
    assert [one["run"] for one in kept.noted_runs(ANN)][-2:] == ["14", "5"]
    assert len(kept.noted_runs(ANN)) == kept.MOST_NOTED and not kept.noted_runs(BOB) and not kept.noted_runs(None)
    (file,) = (tmp_path / ".page" / "browsers").iterdir()
    assert ANN not in file.name  # the secret itself is kept nowhere
    file.write_text("[{")
    assert kept.noted_runs(ANN) == []


def test_a_browser_is_named_once() -> None:
    def headers(cookie: str) -> str | None:
        scope = {
            "type": "http", "method": "GET", "path": "/", "query_string": b"", "scheme": "https",
            "headers": [(b"cookie", cookie.encode()), (b"host", b"floor.example")],
        }  # fmt: skip
        with ThreadPoolExecutor(1) as apart:  # other tests leave Playwright's loop running in this thread
            return apart.submit(lambda: asyncio.run(serve._screen(Request(scope)))).result().headers.get("set-cookie")

    named = headers("")
    assert named is not None and "HttpOnly" in named and "Secure" in named and "SameSite=lax" in named
    assert headers(f"{serve.COOKIE}={ANN}") is None
