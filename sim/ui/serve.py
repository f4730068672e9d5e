"""The page as `floorcast app` serves it: Streamlit's server, and each screen's first answer from here.

Streamlit's own answer leaves the browser to find out where the server is by asking below the screen's path first: two
errors in the console for every screen but the first. Ours says it, wherever a proxy has put the page.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from floorcast.ui.base.state import COOKIE

YEAR = 365 * 86400
SCREENS = ("floor", "workshop", "lessons")


@cache
def _first_answer() -> str:
    """Streamlit's document, with the app's name, where its server is, and names for the buttons that help."""
    document = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    place = (
        "<script>window.__streamlit = {BACKEND_BASE_URL: window.location.origin +"
        f' window.location.pathname.replace(/\\/({"|".join(SCREENS)})\\/?$/, "/")}}</script>'
    )
    names = (Path(__file__).with_name("base") / "names.js").read_text(encoding="utf-8")
    named = document.replace("<title>Streamlit</title>", "<title>Floorcast</title>")
    return named.replace("<head>", f"<head>{place}<script>{names}</script>", 1)


async def _screen(request: Request) -> HTMLResponse:
    """The document; a browser that comes first gets a name that nobody guesses, by which it finds its last runs."""
    answer = HTMLResponse(_first_answer(), headers={"Cache-Control": "no-cache, private"})
    if COOKIE not in request.cookies:
        answer.set_cookie(
            COOKIE, secrets.token_hex(16), max_age=YEAR, httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
    return answer


app = st.App(
    Path(__file__).with_name("app.py"), routes=[Route(path, _screen) for path in ("/", *(f"/{one}" for one in SCREENS))]
)
