"""Step 1 and 2 of the page: a scenario and the policies to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from floorcast.charts.words import human
from floorcast.policy import Policy, default_policy, load_policy, policies_of
from floorcast.scenario import InputErrors, Problem, Scenario, load_scenario
from floorcast.ui.base import url
from floorcast.ui.base.kept import keep_uploads, kept_uploads
from floorcast.ui.base.look import plain
from floorcast.ui.base.shared import shared
from floorcast.ui.base.shipped import (
    scenario_id,
    scenario_label,
    shipped_policies,
    shipped_scenarios,
    verification_scenarios,
)
from floorcast.ui.base.state import remember
from floorcast.ui.base.uploads import Laid, Loaded, Upload, load_uploaded_policy, load_uploads

UPLOAD = "upload"
KEPT = "kept-"  # in the address, before the name of uploads that are kept
MOST_POLICIES = 8  # at once: there are as many colours that can be told apart


@dataclass(frozen=True)
class Chosen:
    """A scenario as its file says, and where it came from; `identity` names this version of it, `name` stands for it
    in the address ("" for what could not be kept)."""

    scenario: Scenario
    own: tuple[Policy, ...]
    file: Path | None
    identity: str
    origin: str
    name: str = ""
    folder: Laid | None = None


def choose_scenario() -> Chosen | list[Problem] | None:
    """The scenario chosen, what is wrong with it, or None while nothing is uploaded yet."""
    if st.session_state.pop("take:upload", False):  # made in the workshop
        st.session_state["scenario"] = UPLOAD
    if url.once("scenario"):
        _as_the_address_says()
    first, *others = shipped_scenarios()
    options: list[Path | str] = [first, UPLOAD, *others, *verification_scenarios()]  # one's own is soon found
    picked = st.selectbox(
        "Scenario",
        options,
        format_func=lambda option: (
            "Upload my own …" if option == UPLOAD else scenario_label(Path(option))
        ),
        key="scenario",
        persist_state="session",
        help="A contact centre described in a file: who writes and calls, who answers, and what is wanted.",
    )
    try:
        if picked == UPLOAD:
            return _uploaded()
        path = Path(picked)
        chosen = chosen_file(path)
        st.download_button(
            "Download this file", chosen.scenario.text, path.name, "application/yaml", type="tertiary",
            icon=":material/download:", on_click="ignore", key="download:scenario",
            help="A good start for a scenario of your own: change it and upload it here.",
        )  # fmt: skip
        return chosen
    except InputErrors as errors:
        return errors.problems
    except OSError as fault:
        return [Problem(str(picked), None, "", f"cannot be read: {fault.strerror}")]


def _as_the_address_says() -> None:
    """Take over scenario and own policies that the reader came with; an empty address is the flagship's."""
    wanted = url.given("scenario")
    paths = {scenario_id(path): path for path in (*shipped_scenarios(), *verification_scenarios())}
    if wanted in paths:
        st.session_state["scenario"] = paths[wanted]
    elif wanted is not None and wanted.startswith(KEPT):
        files = kept_uploads(wanted.removeprefix(KEPT))
        if files:
            st.session_state["scenario"], st.session_state["kept:scenario_files"] = UPLOAD, files
    elif not url.arrived() and "scenario" in st.session_state:
        st.session_state["scenario"] = next(iter(paths.values()))
    mine = kept_uploads(url.given("own") or "")
    if mine:
        there = st.session_state.get("kept:policy_files", [])
        st.session_state["kept:policy_files"] = [one for one in there if one not in mine] + mine


def chosen_file(path: Path) -> Chosen:
    """A scenario file that is shipped. Raises InputErrors and OSError."""
    identity = f"{path}:{path.stat().st_mtime_ns}"
    loaded = shared("scenario", identity, lambda: _load(path))
    return Chosen(loaded.scenario, loaded.policies, path, identity, str(path), scenario_id(path))


def chosen_uploads(files: Sequence[Upload]) -> Chosen:
    """A scenario among uploaded files. Raises InputErrors."""
    identity = " ".join(file.digest for file in files)
    loaded, name = remember("uploaded", identity, lambda: (load_uploads(files), keep_uploads(files)))
    return Chosen(
        loaded.scenario, loaded.policies, None, identity, f"upload {loaded.scenario.name}",
        f"{KEPT}{name}" if name else "", loaded.folder,
    )  # fmt: skip


def choose_policies(chosen: Chosen) -> tuple[list[Policy], list[Problem]]:
    """The policies to compare, and what is wrong with those uploaded."""
    offered = offered_policies(chosen)
    place = st.container()  # the list stands above the place for uploads, but needs them first
    uploads, problems = _uploaded_policies(chosen)
    mine = _named(uploads, offered)
    names = list(mine)
    offered |= mine
    key = f"policies:{chosen.identity}"
    if given_here(chosen) and url.once("policies"):
        st.session_state[key] = named_in(url.given("policies"), chosen, offered)
        st.session_state[f"{key}:uploads"] = names
    # A policy that has just come is chosen at once; one whose file is gone is not offered any more.
    before = st.session_state.get(key, [policy.name for policy in chosen.own])
    known = st.session_state.get(f"{key}:uploads", [])
    st.session_state[f"{key}:uploads"] = names
    taken = st.session_state.pop("take:policy", None)  # made in the workshop
    fresh = [
        name for name in names
        if name not in before and (name not in known or name in (taken, f"{taken} (uploaded)"))
    ]  # fmt: skip
    st.session_state[key] = ([name for name in before if name in offered] + fresh)[:MOST_POLICIES]
    with place:
        picked = st.multiselect(
            "Routing policies",
            list(offered),
            format_func=human,
            key=key,
            persist_state="session",
            placeholder="Choose one or more",
            max_selections=MOST_POLICIES,
            select_all=False,
            help="A policy decides who answers what, and in which order. All run on the very same customers;"
            " the first one is what the others are compared with.",
        )
    return [offered[name] for name in picked], problems


def offered_policies(chosen: Chosen) -> dict[str, Policy]:
    """The scenario's own policies, then shipped ones that suit it, by name."""
    offered = {policy.name: policy for policy in chosen.own}
    for policy in shared("suitable", chosen.identity, lambda: _suitable(chosen)):
        offered.setdefault(policy.name, policy)
    return offered


def given_here(chosen: Chosen) -> bool:
    """Whether the address with which the reader came speaks of this scenario; one that names none is the flagship's."""
    return (url.given("scenario") or scenario_id(shipped_scenarios()[0])) == chosen.name


def named_in(text: str | None, chosen: Chosen, offered: Mapping[str, Policy]) -> list[str]:
    """The policies that an address names; without, the scenario's own."""
    named = [name for name in (text or "").split(",") if name in offered][:MOST_POLICIES]
    return named or [policy.name for policy in chosen.own]


def policies_at(address: Mapping[str, str], chosen: Chosen) -> list[Policy]:
    """The policies of an address, the reader's own among them."""
    offered = offered_policies(chosen)
    files = kept_uploads(address.get("own", "")) or []
    offered |= _named(_read_policies(files, chosen)[0], offered)
    return [offered[name] for name in named_in(address.get("policies"), chosen, offered)]


def describe_policies(policies: Sequence[Policy]) -> None:
    """A line on each policy."""
    for policy in policies:
        if policy.description:
            st.caption(f"**{plain(human(policy.name))}** · {plain(policy.description)}")


def _load(path: Path) -> Loaded:
    scenario = load_scenario(path)
    return Loaded(scenario, tuple(policies_of(scenario)))


def _suitable(chosen: Chosen) -> list[Policy]:
    """The shipped policies that this scenario can run under, and the built-in one."""
    found = []
    for path in shipped_policies(chosen.file):
        try:
            found.append(load_policy(path, chosen.scenario))
        except InputErrors:
            continue  # written for other teams
    return [*found, default_policy()]


def _uploaded() -> Chosen | None:
    files = _uploader(
        "Scenario file",
        "scenario_files",
        ["yaml", "yml", "csv"],
        "One scenario (YAML), with the CSV and policy files that it names, if any. At most 5 MB each.",
    )
    return chosen_uploads(files) if files else None


def kept_policies(chosen: Chosen) -> dict[str, Policy]:
    """The reader's own policies that were uploaded on another page and suit this scenario, by name."""
    files: list[Upload] = st.session_state.get("kept:policy_files", [])
    return _named(_read_policies(files, chosen)[0], offered_policies(chosen))


def _uploaded_policies(chosen: Chosen) -> tuple[list[Policy], list[Problem]]:
    with st.expander("Add a policy of my own", icon=":material/upload_file:"):
        files = _uploader(
            "Policy files", "policy_files", ["yaml", "yml"], "YAML, at most 5 MB each."
        )
    return _read_policies(files, chosen)


def _read_policies(
    files: Sequence[Upload], chosen: Chosen
) -> tuple[list[Policy], list[Problem]]:
    found: list[Policy] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(load_uploaded_policy(file, chosen.scenario))
        except InputErrors as errors:
            problems += errors.problems
    return found, problems


def _named(policies: Sequence[Policy], taken: dict[str, Policy]) -> dict[str, Policy]:
    """Policies by name; one whose name is taken says that it was uploaded."""
    return {_free(policy.name, taken): policy for policy in policies}


def _uploader(label: str, key: str, kinds: list[str], text: str) -> list[Upload]:
    """Files from the browser. They are kept in the session, for the widget itself forgets them when
    the reader changes the page; only the reader's own change takes them away."""
    kept, key = f"kept:{key}", f"{key}:{url.stay()}"

    def changed() -> None:
        files = st.session_state.get(key) or []
        st.session_state[kept] = [Upload(file.name, file.getvalue()) for file in files]

    shown = st.file_uploader(
        label, kinds, accept_multiple_files=True, key=key, help=text, on_change=changed
    )
    files: list[Upload] = st.session_state.get(kept, [])
    if files and not shown:
        st.caption("In use: " + ", ".join(plain(file.name) for file in files))
        if st.button("Take them away", key=f"forget:{key}", type="tertiary", icon=":material/close:"):
            st.session_state[kept] = []
            st.rerun()
    return files


def _free(name: str, taken: dict[str, Policy]) -> str:
    return f"{name} (uploaded)" if name in taken else name
