"""The first screen: three doors, and the scenarios that come with Floorcast as cards."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from floorcast.charts.look import Look
from floorcast.charts.quantities import count
from floorcast.charts.words import human
from floorcast.scenario import InputErrors, load_scenario
from floorcast.scenario.horizon.planned import planned
from floorcast.ui.base.look import safe
from floorcast.ui.base.shipped import scenario_label, shipped_scenarios

WIDTH, HEIGHT = 220, 44  # of a card's picture
MOST_WORDS = 90  # characters of a card's sentence
_HOUR = 3600.0
ARROW = ":material/arrow_forward:"
DOORS = {
    "compare": (
        "Compare policies",
        "Choose a scenario in the side panel, change what you like above, and run: each policy meets the same simulated"
        " customers again and again.",
        '<rect x="6" y="18" width="14" height="20" class="a"/><rect x="28" y="8" width="14" height="30" class="b"/>'
        '<rect x="50" y="14" width="14" height="24" class="a"/><path d="M27 4l5 3 9-6" class="c"/>',
    ),
    "floor": (
        "Watch a floor",
        "See contacts wait, move and be answered. Stop time, go back, send people away, let a crisis break out.",
        '<g class="moves">' + "".join(f'<circle cx="{8 + 13 * k}" cy="20" r="4" class="a"/>' for k in range(4)) + "</g>"
        + "".join(f'<circle cx="84" cy="{8 + 12 * k}" r="5" class="b"/>' for k in range(3)),
    ),
    "lessons": (
        "Learn",
        "Lessons of ten minutes, alone or with a class: guess first, then play, then see what theory says.",
        '<path d="M6 36C40 36 60 34 88 4" class="c"/><circle cx="60" cy="29" r="5" class="b"/>',
    ),
}  # fmt: skip
OPENS = {"floor": "Open the live floor", "lessons": "Open the lessons"}


@dataclass(frozen=True)
class Card:
    """A shipped scenario in short; `drawn` is its picture, the contacts through the time."""

    path: Path
    title: str
    says: str
    facts: str
    drawn: str


def show_doors(look: Look) -> None:
    """What can be done here, for those who see the page for the first time."""
    for column, (name, (title, text, picture)) in zip(st.columns(len(DOORS)), DOORS.items()):
        with column, st.container(border=True, height="stretch", key=f"door:{name}"):
            drawn = _picture(96, 40, picture, look)
            st.html(f'<div class="fc-door"><i style="{drawn}"></i><div><b>{title}</b>{safe(text)}</div></div>')
            if name in OPENS and st.button(OPENS[name], key=f"through:{name}", type="tertiary", icon=ARROW):
                st.switch_page(st.session_state[f"page:{name}"])


def show_cards(chosen: Path | None, look: Look) -> None:
    """The other shipped scenarios; a press opens one."""
    st.markdown("**Or begin with another scenario**")
    with st.container(horizontal=True, gap="small", key="cards"):
        for card in cards():
            if card.path == chosen:
                continue
            with st.container(border=True, width=250, key=f"card:{card.path.stem}"):
                st.html(
                    f'<div class="fc-card"><b>{safe(card.title)}</b>'
                    f'<i style="{_picture(WIDTH, HEIGHT, card.drawn, look)}"></i>'
                    f'<span>{safe(card.says)}</span><span class="fc-sub">{safe(card.facts)}</span></div>'
                )
                st.button(
                    f"Open {card.title}", key=f"open:{card.path.stem}", type="tertiary", icon=ARROW,
                    on_click=_open, args=(card.path,),
                )  # fmt: skip


def _open(path: Path) -> None:
    st.session_state["scenario"] = path


@st.cache_resource
def cards() -> list[Card]:
    """All shipped scenarios that can be read, looked at once for all readers."""
    found = []
    for path in shipped_scenarios():
        try:
            scenario = load_scenario(path)
        except (InputErrors, OSError):
            continue  # choosing it says what is wrong
        plan = planned(scenario, _HOUR if scenario.days <= 14 else None)
        teams, channels = count(len(scenario.groups), "team"), [human(name) for name in scenario.channel_names]
        listed = ", ".join(channels[:3]) + (f" and {len(channels) - 3} more" if len(channels) > 3 else "")
        found.append(
            Card(
                path, scenario_label(path), _short(scenario.description),
                f"{count(scenario.days, 'day')} · {teams} · {listed}",
                _drawn(np.sum(list(plan.contacts.values()), axis=0)),
            )
        )  # fmt: skip
    return found


def _drawn(contacts: NDArray[np.float64]) -> str:
    """The contacts through the time as an area."""
    most = float(contacts.max(initial=0.0)) or 1.0
    step = WIDTH / max(len(contacts), 1)
    points = "".join(
        f"V{HEIGHT - (HEIGHT - 2) * float(one) / most:.1f}H{(place + 1) * step:.1f}"
        for place, one in enumerate(contacts)
    )
    return f'<path d="M0 {HEIGHT}{points}V{HEIGHT}Z" class="a"/>'


def _picture(width: int, height: int, drawn: str, look: Look) -> str:
    """A drawing as the background of an element: the page lets no other SVG through."""
    style = (
        f".a{{fill:{look.policy(0)};opacity:.6}}.b{{fill:{look.good}}}.c{{fill:none;stroke:{look.good};stroke-width:3}}"
        ".moves{animation:m 2.5s ease-in-out infinite alternate}@keyframes m{to{transform:translateX(20px)}}"
        "@media(prefers-reduced-motion:reduce){.moves{animation:none}}"
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        f"<style>{style}</style>{drawn}</svg>"
    )
    return f"background-image:url(data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def _short(text: str) -> str:
    """Its first sentence, cut at a word where it is long."""
    first = " ".join(text.split()).partition(". ")[0].rstrip(".")
    return first if len(first) <= MOST_WORDS else first[:MOST_WORDS].rsplit(" ", 1)[0].rstrip(",;") + " …"
