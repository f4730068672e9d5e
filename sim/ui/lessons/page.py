"""Lessons: read, guess, play, and see what simulation and theory say, alone or with a class."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from floorcast import charts
from floorcast.charts.look import Look
from floorcast.charts.quantities import count
from floorcast.charts.words import human
from floorcast.lessons import Checked, Lesson, load_lesson_text, shipped_lessons
from floorcast.scenario import InputErrors
from floorcast.scenario.read.yaml_lines import decode
from floorcast.ui.base import url
from floorcast.ui.base.kept import keep_uploads, kept_uploads
from floorcast.ui.base.look import current, plain, safe, style
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.state import reader, remember
from floorcast.ui.base.uploads import Upload, check_sizes
from floorcast.ui.compare.choose import KEPT
from floorcast.ui.lessons import classroom
from floorcast.ui.lessons.answers import answer_of
from floorcast.ui.live.opening import Asked, open_floor

CODE = "class"


def lessons_page() -> None:
    """A lesson of ten minutes."""
    look = current()
    url.begin("lessons")
    st.html(style(look))
    try:
        lessons = {str(one.number): one for one in _lessons()}
    except InputErrors as errors:
        show_problems(errors.problems)
        return
    with st.sidebar:
        st.html('<div class="fc-brand">Floor<span>cast</span></div>')
        place = st.container()
        own = _own_lesson()
        if own is not None:
            lessons[own[0]] = own[1]
        wanted = url.given("lesson")
        if url.once("lesson"):  # without a number it is the first
            st.session_state["lesson"] = wanted if wanted in lessons else next(iter(lessons))
        with place:
            number = st.radio(
                "Lessons of ten minutes", list(lessons), format_func=lambda n: _title(n, lessons[n]), key="lesson",
                persist_state="session",
            )  # fmt: skip
        code = _class()
    picked = str(number or "1")
    lesson = lessons[picked]
    # An address that names no lesson is the first's: naming it would be a second step of the browser's history.
    named = picked != next(iter(lessons)) or "lesson" in st.query_params
    url.say({"lesson": picked if named else None, CODE: code or None}, whole=True)
    st.title(_title(picked, lesson), anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        for paragraph in lesson.written.text.split("\n\n"):
            st.html(f'<p class="fc-lesson">{safe(" ".join(paragraph.split()))}</p>')
        guessed = _guess(lesson, picked, code)
        _play(lesson, picked)
        if guessed is not None:
            _reveal(lesson, picked, guessed, code, look)
    with right:
        if code:
            st.fragment(_board, run_every=2.0)(lesson, picked, code, look)
        else:
            st.html(
                '<div class="fc-key">Read, guess, play, and only then look. With a class: begin one in the side panel'
                " and give its link to everybody; their guesses appear here.</div>"
            )


@st.cache_resource
def _lessons() -> list[Lesson]:
    return shipped_lessons()


def _title(key: str, lesson: Lesson) -> str:
    return plain(f"{key} {lesson.title}" if key.isdigit() else f"{lesson.title} (my own)")


def _own_lesson() -> tuple[str, Lesson] | None:
    """A lesson of the reader's own, or one that a link brings: its name in the address, and itself."""
    wanted = url.given("lesson") or ""
    if url.once("own lesson") and wanted.startswith(KEPT):
        linked = kept_uploads(wanted.removeprefix(KEPT))
        if linked:
            st.session_state["kept:lesson"] = linked

    place = f"lesson_file:{url.stay()}"

    def taken() -> None:
        file = st.session_state.get(place)
        st.session_state["kept:lesson"] = [] if file is None else [Upload(file.name, file.getvalue())]

    with st.expander("A lesson of my own", icon=":material/upload_file:"):
        st.file_uploader(
            "Lesson file", ["yaml", "yml"], key=place, on_change=taken,
            help="YAML; how to write one stands in docs/page.md. Begin with one that is shipped: floorcast examples.",
        )  # fmt: skip
    files: list[Upload] = st.session_state.get("kept:lesson", [])
    if not files:
        return None
    try:
        check_sizes(files)
        name, lesson = remember("own lesson", files[0].digest, lambda: (keep_uploads(files), _read(files[0])))
    except InputErrors as errors:
        show_problems(errors.problems)
        return None
    return f"{KEPT}{name}" if name else "mine", lesson


def _read(file: Upload) -> Lesson:
    with tempfile.TemporaryDirectory(prefix="floorcast-") as folder:  # it can name no files beside it
        return load_lesson_text(decode(file.content, file.name), Path(folder), file.name)


def _class() -> str:
    """The code of the class this reader belongs to; "" without one."""
    given = url.given(CODE)
    if given and url.once(CODE):
        st.session_state["class:code"] = given.upper()
    code = st.text_input(
        "Class code", key="class:code", persist_state="session", max_chars=8, help="From your trainer; empty alone."
    ).strip().upper()  # fmt: skip
    if not code:
        st.button("Begin a class", icon=":material/school:", on_click=_begin)
        return ""
    if not classroom.is_class(code):
        st.caption("There is no class of this code.")
        return ""
    return code


def _begin() -> None:
    st.session_state["class:code"] = classroom.begin_class()


def _guess(lesson: Lesson, key: str, code: str) -> float | None:
    """The reader's guess, in the lesson's unit, once it is given."""
    asked = lesson.written.guess
    place = f"guess:{key}"
    st.markdown(f"**{plain(lesson.written.question)}**")
    with st.form(f"form:{key}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        value = st.number_input(
            f"My guess ({asked.unit})", asked.low, asked.high, (asked.low + asked.high) / 2, format="%g", width=180
        )
        name = st.text_input("My name", key="class:name", max_chars=classroom.LONGEST_NAME, width=200) if code else ""
        sent = st.form_submit_button("This is my guess", type="primary")
    if sent:
        st.session_state[place] = float(value)
        if code:
            try:
                classroom.guess(code, key, reader(), name, float(value))
            except ValueError as fault:
                st.error(str(fault))
    found: float | None = st.session_state.get(place)
    return found


def _play(lesson: Lesson, key: str) -> None:
    """A door to the floor of the lesson."""
    play = lesson.written.play
    if st.button("Play it on the live floor", icon=":material/groups:", key=f"play:{key}"):
        scenario = lesson.scenarios[play.setting]
        policy = lesson.policy(play.policy)
        asked = Asked(scenario, policy, scenario.seed, lesson.begin, dict(lesson.policies))
        open_floor(asked, f"lesson {_title(key, lesson)}")
        st.switch_page(st.session_state["page:floor"])
    if play.twin:
        st.caption(f"There, choose *Beside it: Under {human(play.twin)}* to see both with the same customers.")


def _reveal(lesson: Lesson, key: str, guessed: float, code: str, look: Look) -> None:
    """The answer, when the reader asks for it after guessing."""
    place = f"checked:{key}"
    if place not in st.session_state:
        if not st.button("Show me the answer", icon=":material/visibility:", key=f"show:{key}"):
            return
        bar = st.progress(0.0, text="Simulating …")

        def told(done: int, total: int) -> None:
            bar.progress(done / total, text="Simulating …")

        st.session_state[place] = answer_of(lesson, told)
        bar.empty()
        st.rerun()  # without the button
    found: Checked = st.session_state[place]
    unit, scale = lesson.written.guess.unit, lesson.scale
    value, half = found.value / scale, found.half_width / scale
    cells = [("You guessed", f"{guessed:g} {unit}"), ("Simulated", f"{value:.3g} ± {half:.2g} {unit}")]
    if found.theory is not None:
        cells.append((found.theory[0], f"{found.theory[1] / scale:.3g} {unit}"))
    shown = "".join(f"<div><b>{safe(text)}</b>{safe(word)}</div>" for word, text in cells)
    st.html(f'<div class="fc-near" role="status">{shown}</div>')
    if len(found.all) > 1:
        own = _unit(lesson)
        bars = {human(name) or "As told": (mean / own, width / own) for name, mean, width in found.all}
        figure = charts.settings_bars(bars, look, _suffix(lesson))
        st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key=f"bars:{key}",
                        alt="The answer by setting")  # fmt: skip
    st.html(f'<div class="fc-remember">{safe(lesson.written.remember)}</div>')
    if code:
        st.session_state["class:shown"] = {**st.session_state.get("class:shown", {}), key: value}


def _unit(lesson: Lesson) -> float:
    """Of the measure itself, where the answer is a ratio of two."""
    return 1.0 if lesson.written.check.show == "times" else lesson.scale


def _suffix(lesson: Lesson) -> str:
    times = lesson.written.check.show == "times"
    return {"asa": "s"}.get(lesson.written.check.measure, "") if times else lesson.written.guess.unit


def _board(lesson: Lesson, key: str, code: str, look: Look) -> None:
    """What the class guessed, as it comes in."""
    found = classroom.guesses(code, key)
    link = "?" + urlencode({"lesson": key, CODE: code})
    st.html(
        f'<div class="fc-code">Class <b>{safe(code)}</b></div>'
        f'<div class="fc-key">For everybody: this page with <code>/lessons{safe(link)}</code></div>'
        f'<div class="fc-headline">{count(len(found), "guess") if len(found) == 1 else f"{len(found)} guesses"}</div>'
    )
    if not found:
        return
    asked = lesson.written.guess
    answer = st.session_state.get("class:shown", {}).get(key)
    figure = charts.guesses([one.value for one in found], asked.low, asked.high, asked.unit, answer, look)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key=f"guesses:{key}",
                    alt="Guesses of the class")  # fmt: skip
    names = "".join(f"<li>{safe(one.name)}: {one.value:g} {safe(asked.unit)}</li>" for one in found[-30:])
    st.html(f'<ul class="fc-names">{names}</ul>')
