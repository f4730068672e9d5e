"""The policy editor: who first, who helps, exceptions as sentences; explained beside it and tried at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from floorcast.charts.look import Look
from floorcast.charts.quantities import quantity
from floorcast.charts.words import human
from floorcast.policy import Policy, load_policy_text
from floorcast.policy.words.conditions import condition_in_words, points_in_words
from floorcast.policy.words.policy import explain
from floorcast.scenario import InputErrors, Scenario
from floorcast.ui.base.look import plain, safe
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.state import remember_many
from floorcast.ui.base.uploads import Upload
from floorcast.ui.compare.choose import Chosen, kept_policies, offered_policies
from floorcast.ui.live.live_floor import LiveFloor, Waiting
from floorcast.workshop.policy_draft import (
    EVERYBODY,
    MEANINGS,
    Exception_,
    helpers_of,
    hidden_stages,
    names_of,
    plans_of,
    points_of,
    renamed,
    rules_of,
    with_exception,
    with_helpers,
    with_points,
    with_rules,
)

SAMPLE = 20
EARLIEST, LATEST = 9, 20  # hours of the first day in which a sample of those who wait is looked for
ENOUGH = 8
MOST = 500  # who wait and are looked at


def policy_editor(chosen: Chosen, look: Look) -> None:
    """Copy a policy, change who is first and who helps, read what it says, and try it at once."""
    offered = offered_policies(chosen) | kept_policies(chosen)
    st.title("Change a policy", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox(
                "Begin with", list(offered), format_func=human, key=f"workshop:policy:{chosen.identity}", width=280
            )
            base = offered[name]
            key = f"{chosen.identity}:{name}"
            called = st.text_input("Call it", f"{base.name} mine"[:60], key=f"called:{key}", width=280)
        text = _written(key, base.text)
        first, helps, exceptions, file = st.tabs(["Who first", "Who helps", "Exceptions", "Everything (YAML)"])
        try:
            with first:
                text = _who_first(text, chosen.scenario, key)
            with helps:
                text = _who_helps(text, chosen.scenario, key)
            with exceptions:
                text = _exceptions(text, chosen.scenario, key)
        except InputErrors as errors:
            with right:
                show_problems(errors.problems)
            return
        with file:
            text = _file(text, key)
    with right:
        try:
            policy = load_policy_text(renamed(text, called), f"{called}.yaml", chosen.scenario)
        except InputErrors as errors:
            show_problems(errors.problems)
            return
        saved = policy.text
        with st.container(horizontal=True):
            st.download_button(  # made at the click, as a scenario is
                "Save as a file", lambda: saved, f"{called}.yaml", "application/yaml", icon=":material/download:",
                type="primary", on_click="ignore",
            )  # fmt: skip
            if st.button("Compare it", icon=":material/balance:", help="Beside the others, on the same customers."):
                _take(policy, called)
        if text == base.text:
            st.caption("Nothing is changed so far: the file is as it was.")
        said, tried = st.tabs(["What it says", "Try it"], key="workshop:right", on_change="rerun")
        with said:
            st.text("\n".join(explain(policy, chosen.scenario)))
        if tried.open:
            with tried:
                _sample(chosen, policy, base)


def _written(key: str, text: str) -> str:
    """The text that the tables begin with: the file, or what was put together or typed since."""
    found: str = st.session_state.setdefault(f"draft:{key}", text)
    return found


def _begin_again(key: str, text: str) -> None:
    """Put another text in place; the tables are made of it anew."""
    st.session_state[f"draft:{key}"] = text
    st.session_state[f"drafts:{key}"] = st.session_state.get(f"drafts:{key}", 0) + 1
    st.rerun()


def _table(what: str, key: str) -> str:
    """The key of a table: a new one whenever it is made anew."""
    return f"{what}:{key}:{st.session_state.get(f'drafts:{key}', 0)}"


def _who_first(text: str, scenario: Scenario, key: str) -> str:
    st.caption(
        "Who has most points goes first. Points at arrival; a minute of waiting adds more, up to a limit. Empty: none."
    )
    before = points_of(text, scenario)
    shown = [{**row, "name": MEANINGS.get(str(row["name"]), row["name"])} for row in before]
    rows: list[dict[str, Any]] = st.data_editor(
        shown, key=_table("points", key), hide_index=True, disabled=["of", "name"], width="stretch", height=420,
        placeholder="", alt="Points by channel, contact type and customer",
        column_config={
            "points": st.column_config.NumberColumn("Points at arrival"),
            "per minute": st.column_config.NumberColumn("More per minute", min_value=0),
            "at most": st.column_config.NumberColumn("For waiting at most", min_value=0),
        },
    )  # fmt: skip
    return with_points(text, before, [{**row, "name": old["name"]} for old, row in zip(before, rows)])


def _who_helps(text: str, scenario: Scenario, key: str) -> str:
    hidden = hidden_stages(text)
    more = f" {hidden} more stages say what a table cannot show; they stand in the file." if hidden else ""
    st.caption(
        "A row is a stage of a plan: after how long, and which teams are then asked, in which order: 1 first; equal"
        f" numbers share a rank; empty: not asked. Add or remove rows below.{more}"
    )
    before = helpers_of(text, scenario)
    teams = names_of(text, scenario)
    blank: dict[str, Any] = {"plan": "default", "stage": None, "after": None, EVERYBODY: True, "agent": None}
    rows: list[dict[str, Any]] = st.data_editor(
        before or [blank | dict.fromkeys(teams)], key=_table("helpers", key), hide_index=True, num_rows="dynamic",
        width="stretch", height=420, placeholder="", alt="Who helps, by plan and stage",
        column_config={
            "plan": st.column_config.TextColumn("Plan", required=True),
            "stage": st.column_config.NumberColumn("Stage", disabled=True, width="small"),
            "after": st.column_config.TextColumn("After", help="Such as 30s or 10 min; empty: at once."),
            EVERYBODY: st.column_config.CheckboxColumn("All others", help="Then everybody who can."),
            "agent": st.column_config.TextColumn("Which agent", help="longest_idle, most_skilled, most_spare, ..."),
            **{team: st.column_config.NumberColumn(human(team), min_value=1, max_value=9, step=1) for team in teams},
        },
    )  # fmt: skip
    if not before and [row for row in rows if row.get("plan")] == [blank | dict.fromkeys(teams)]:
        return text
    return with_helpers(text, scenario, before, rows)


def _exceptions(text: str, scenario: Scenario, key: str) -> str:
    st.caption("Asked from the top; the first that holds decides to which plan a contact goes, and its points.")
    for sentence in _sentences(text, scenario):
        st.html(f'<div class="fc-rule">{sentence}</div>')
    with st.expander("A new exception", icon=":material/add:"):
        made = _new_exception(text, scenario, key)
    if made is not None:
        _begin_again(key, with_exception(text, made))
    before = rules_of(text)
    if not before:
        return text
    with st.expander("Change, move or remove exceptions", icon=":material/edit:"):
        rows: list[dict[str, Any]] = st.data_editor(
            before, key=_table("rules", key), hide_index=True, num_rows="dynamic", width="stretch",
            placeholder="", alt="Exceptions in their order",
            column_config={
                "place": st.column_config.NumberColumn("Place", help="2.5 stands between 2 and 3.", width="small"),
                "when": st.column_config.TextColumn("When", width="large"),
                "plan": st.column_config.SelectboxColumn("Plan", options=plans_of(text)),
            },
        )  # fmt: skip
    return with_rules(text, before, rows)


def _sentences(text: str, scenario: Scenario) -> list[str]:
    """The exceptions as sentences; none while the policy cannot be read, which is said elsewhere."""
    try:
        policy = load_policy_text(text, "policy", scenario)
    except InputErrors:
        return []
    found = []
    for rule in policy.rules:
        goes = "is put aside" if rule.discard else f"goes to <b>{safe(human(rule.plan))}</b>"
        more = f" with {safe(points_in_words(rule.add))} more" if rule.add else ""
        found.append(f"When {safe(condition_in_words(rule.when))}: it {goes}{more}.")
    return found


def _new_exception(text: str, scenario: Scenario, key: str) -> Exception_ | None:
    """What the reader puts together, when they add it."""
    with st.form(f"exception:{key}", border=False, clear_on_submit=True):
        st.markdown("When somebody writes or calls")
        channels = st.pills("by", scenario.channel_names, selection_mode="multi", format_func=human)
        types = st.pills("about", scenario.type_names, selection_mode="multi", format_func=human)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            mood = st.selectbox("who is", ["", "negative", "neutral", "positive"], format_func=_mood, width=180)
            followers = st.number_input("with followers, at least", 0, 10_000_000, 0, 100, width=180)
            waited = st.text_input("and has waited at least", "", placeholder="10 min", width=180)
        st.markdown("then")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            plan = st.selectbox("the plan is", plans_of(text), format_func=human, width=220)
            add = st.number_input("with more points", -100_000.0, 100_000.0, 0.0, 5.0, format="%g", width=160)
            name = st.text_input("called", "", placeholder="loud complaint", width=200)
        if not st.form_submit_button("Add it", type="primary"):
            return None
    return Exception_(
        str(plan), tuple(channels or ()), tuple(types or ()), str(mood or ""), float(followers), waited.strip(),
        float(add), name.strip(),
    )  # fmt: skip


def _mood(word: str) -> str:
    return {"": "anybody", "negative": "angry", "positive": "happy"}.get(word, word)


def _file(text: str, key: str) -> str:
    typed = st.text_area("The policy (YAML)", text, key=_table(f"yaml:{hash(text)}", key), height=420)
    if typed != text and st.button("Take it over into the tables", key=_table("take", key), icon=":material/sync:"):
        _begin_again(key, typed)
    return typed


def _take(policy: Policy, called: str) -> None:
    """Into the list of the reader's own policies, on every page."""
    files = [file for file in st.session_state.get("kept:policy_files", []) if file.name != f"{called}.yaml"]
    st.session_state["kept:policy_files"] = [*files, Upload(f"{called}.yaml", policy.text.encode())]
    st.session_state["take:policy"] = policy.name
    st.switch_page(st.session_state["page:compare"])


def _sample(chosen: Chosen, policy: Policy, base: Policy) -> None:
    """Contacts that wait on the first day under the policy, in the order in which they would be taken."""
    hour, found = _line(chosen, policy, range(EARLIEST, LATEST))
    _, then = _line(chosen, base, range(hour, hour + 1))
    places = {one.number: place for place, one in enumerate(then, 1)}
    if not found:
        st.caption("Nobody waits on the first day under this policy.")
        return
    st.dataframe(
        [
            {"Next": place, "Contact": f"{human(one.contact_type)} {one.number}", "Points": one.points,
             "Waited": quantity(one.waited, "s"), "Place before": places.get(one.number, 0) or "not waiting"}
            for place, one in enumerate(found[:SAMPLE], 1)
        ],
        hide_index=True, height=380, alt="Who waits, first to last",
    )  # fmt: skip
    st.caption(
        f"Who waits at {hour}:00 of the first day under {plain(human(policy.name))}, first to last. Place before: at"
        f" that hour under {plain(human(base.name))}, on the same customers."
    )


def _line(chosen: Chosen, policy: Policy, hours: range) -> tuple[int, Sequence[Waiting]]:
    """The first of these hours of the first day in which enough wait, or that in which most do, and who waits."""
    scenario = chosen.scenario

    def played() -> tuple[int, Sequence[Waiting]]:
        live = LiveFloor(scenario, policy, scenario.seed, hours[0] * 3600.0)
        live.wait(60.0)
        best: tuple[int, Sequence[Waiting]] = (hours[0], [])
        if live.fault is not None or not live.ready:
            return best
        for hour in hours:
            live.go_on(hour * 3600.0)
            found = live.line(MOST)
            if len(found) > len(best[1]):
                best = (hour, found)
            if len(found) >= ENOUGH:
                break
        return best

    with st.spinner("Playing the day …"):
        return remember_many("sample", (policy.text, hours), played, under=chosen.identity)
