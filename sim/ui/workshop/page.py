"""Make or change a scenario in five questions, or a policy, and save it as a file."""

from __future__ import annotations

from typing import Any

import streamlit as st

from floorcast import charts
from floorcast.charts.words import human
from floorcast.planning.load import load_of
from floorcast.scenario import InputErrors, Scenario, load_scenario_text
from floorcast.shipped import SCENARIOS
from floorcast.ui.base import url
from floorcast.ui.base.look import current, plain, style
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.state import remember
from floorcast.ui.base.uploads import Upload, load_uploads
from floorcast.ui.compare.choose import Chosen, choose_scenario
from floorcast.ui.results.pictures import CONFIG
from floorcast.ui.workshop.policies import policy_editor
from floorcast.ui.workshop.questions import five_questions
from floorcast.ui.workshop.volume import through_the_day
from floorcast.workshop.draft import TABLES, tables_of, with_day, written

TITLES = {
    "contacts": "How many come, how long it takes, how long they wait",
    "channels": "When it is open, and what is promised",
    "people": "Who is there",
    "headcounts": "People through the day",
    "shifts": "Shifts and breaks",
    "targets": "Targets",
}
HELP = {
    "contacts": "Volume in per cent of the file's; handle time and patience as means (4 min). Their shapes stay.",
    "channels": "Opening hours such as Mon-Fri 08:00-18:00, or always.",
    "people": "Agents of all shifts together: another number is shared by the shifts, which keep their proportions."
    " Skills with commas between them; behind one a level, if it is not 1: phone, email 0.6.",
    "headcounts": "So many people from a time of day until the next row.",
    "shifts": "Breaks as a time and a length, several with semicolons: 12:30 30 min; 15:00 15 min unpaid. Or so long"
    " after the shift begins: after 2h: 15 min.",
}
FIXED = {"contacts": ["name"], "channels": ["name"], "people": ["name"], "headcounts": [], "shifts": [], "targets": []}
WORDS = {
    "contacts": ("handle time", "patience"),
    "channels": ("open", "answer within"),
    "people": ("absence", "skills"),
    "shifts": ("start", "length", "days", "breaks"),
    "targets": ("of", "measure", "within", "at least", "at most"),
}
GROWS = ("headcounts", "shifts", "targets")  # rows can be added and removed


def workshop_page() -> None:
    """Scenarios and policies without writing YAML; it stands at the end, to read and to save."""
    look = current()
    url.begin("workshop")
    st.html(style(look))
    with st.sidebar:
        st.html('<div class="fc-brand">Floor<span>cast</span></div>')
        kind = st.radio(
            "Make or change", ("A scenario of mine", "A new scenario", "A policy"), key="workshop:kind",
            persist_state="session",
        )  # fmt: skip
        chosen = choose_scenario() if kind != "A new scenario" else None
    if kind == "A new scenario":
        st.title("A scenario in five questions", anchor=False)
        left, right = st.columns([3, 2], gap="large")
        with left:
            text = five_questions()
        with right, st.container(key="beside-tables"):
            if text is not None:
                _result(text, "mine.yaml")
        return
    if isinstance(chosen, list):
        show_problems(chosen)
    if not isinstance(chosen, Chosen):
        st.title("Workshop", anchor=False)
        st.html('<div class="fc-lead">Choose or upload a scenario in the side panel.</div>')
        return
    if kind == "A policy":
        policy_editor(chosen, look)
    else:
        _change(chosen)


def _change(chosen: Chosen) -> None:
    """All that is changed often, in tables; everything else of the file stays as it is."""
    scenario = chosen.scenario
    st.title(f"Change {plain(scenario.name)}", anchor=False)
    before = remember("tables", chosen.identity, lambda: tables_of(scenario.text, scenario))
    after = {}
    left, right = st.columns([3, 2], gap="large")
    with left:
        for table in TABLES:
            if not before[table] and table != "targets":
                continue
            st.markdown(f"**{TITLES[table]}**", help=HELP.get(table))
            after[table] = st.data_editor(
                before[table], key=f"draft:{table}:{chosen.identity}", hide_index=True, disabled=FIXED[table],
                num_rows="dynamic" if table in GROWS else "fixed", width="stretch", alt=TITLES[table], placeholder="",
                column_config=_columns(scenario, table),
            )  # fmt: skip
        day = _another_day(scenario, chosen.identity)
    with right, st.container(key="beside-tables"):
        try:
            text = written(scenario.text, scenario, after)
            text = text if day is None else with_day(text, *day)
        except InputErrors as errors:
            show_problems(errors.problems)
            return
        if text == scenario.text:
            st.caption("Nothing is changed so far: the file is as it was.")
        _result(text, chosen.file.name if chosen.file else "mine.yaml", scenario)


def _columns(scenario: Scenario, table: str) -> dict[str, Any] | None:
    """A shift or a headcount is of a team that is there; a line of shifts is known by its number."""
    if table == "headcounts":
        staffed = [name for name, group in scenario.groups.items() if group.headcount is not None]
        return {
            "group": st.column_config.SelectboxColumn(options=staffed, required=True),
            "people": st.column_config.NumberColumn(min_value=0, step=1, required=True),
        }
    # A column in which nothing stands has no type that could be typed into.
    text = {name: st.column_config.TextColumn() for name in WORDS.get(table, ())}
    if table == "people":
        return text | {
            "agents": st.column_config.NumberColumn(min_value=0, step=1),
            "cost per hour": st.column_config.NumberColumn(min_value=0.0),
        }
    if table != "shifts":
        return text
    return text | {
        "group": st.column_config.SelectboxColumn(options=list(scenario.group_names), required=True),
        "line": st.column_config.NumberColumn(disabled=True, width="small"),
        "agents": st.column_config.NumberColumn(min_value=0, step=1),
    }


def _another_day(scenario: Scenario, identity: str) -> tuple[str, tuple[float, ...]] | None:
    """Other volumes for a contact type, when the reader says so: its name, and counts through every day."""
    with st.expander("Draw, paste or import the day of a contact type", icon=":material/draw:"):
        name = st.selectbox(
            "Contact type", scenario.type_names, format_func=human, key=f"day:type:{identity}", index=None,
            placeholder="as the file says",
        )  # fmt: skip
        if name is None:
            st.caption("Every day of it then looks like this one; campaigns stay.")
            return None
        usual = sum(one.expected for one in scenario.sources(name)) / scenario.days
        day = through_the_day(f"change:{identity}:{name}", max(round(usual), 1), 0)
    return None if day is None else (str(name), day.by_interval)


def _result(text: str, name: str, base: Scenario | None = None) -> None:
    """The chart of work against people, what is wrong, the file, and what to do with it."""
    look = current()
    try:
        scenario = load_scenario_text(text, SCENARIOS if base is None else base._origin.folder.base, name)
    except InputErrors as errors:
        show_problems(errors.problems)
        st.code(text, language="yaml")
        return
    load = load_of(scenario)
    st.markdown("**Work against people**")
    figure = charts.work_against_people(load.edges, load.work, load.people, scenario.start, look)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="draft:load", alt="Work against people through time")
    show_problems(scenario.warnings)
    with st.container(horizontal=True):
        # Made at the click: the browser would ask for the file of an edit before, which is gone by then.
        st.download_button(
            "Save as a file", lambda: text, name, "application/yaml", icon=":material/download:", type="primary",
            on_click="ignore",
        )  # fmt: skip
        if st.button("Use it here", icon=":material/arrow_forward:", help="As if you had uploaded it."):
            use(Upload(name, text.encode()))
    with st.expander("The file (YAML)", icon=":material/description:"):
        st.code(text, language="yaml")


def use(file: Upload) -> None:
    """Take a scenario over into the other pages, as an upload."""
    try:
        load_uploads([file])
    except InputErrors as errors:
        show_problems(errors.problems)
        return
    st.session_state["kept:scenario_files"] = [file]
    st.session_state["take:upload"] = True
    st.switch_page(st.session_state["page:compare"])
