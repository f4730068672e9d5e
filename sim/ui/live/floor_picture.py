"""The floor as a picture: people as tiles, waiting contacts as tiles, all in words as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from floorcast.charts.look import Look, tint
from floorcast.charts.quantities import quantity
from floorcast.clock.snapshot import AgentNow, Happening, Moment, QueueNow, TeamNow
from floorcast.ui.base.look import safe

MOST_TILES = 300  # people or contacts drawn one by one; beyond, only numbers
MOST_WAITING = 36
WORDS = {
    "away": "away",
    "idle": "free",
    "working": "working",
    "wrapping": "wrapping up",
    "ringing": "it rings",
    "holding": "customer is thinking",
}


def style(look: Look) -> str:
    """The style sheet of the picture."""
    work, ink = look.policy(0), "#10161a" if look.dark else "#ffffff"
    return f"""<style>
:root {{ --fc-work: {work}; --fc-work-wash: {tint(work, 0.22)}; --fc-tile-ink: {ink}; }}
{Path(__file__).with_name("floor.css").read_text(encoding="utf-8")}</style>"""


def clock(start: datetime, seconds: float) -> str:
    """The day and time on the floor."""
    at = start + timedelta(seconds=int(seconds))
    return f'<div class="fc-clock"><b>{at:%H:%M:%S}</b> <span>{at:%A %-d %B}</span></div>'


def tallies(now: Moment) -> str:
    """How many contacts came and what became of them."""
    parts = (
        ("arrived", now.arrived),
        ("done", now.handled),
        ("gave up", now.abandoned),
        ("refused", now.refused),
        ("open", now.open),
    )
    tiles = "".join(f"<div><b>{number:,}</b>{word}</div>" for word, number in parts)
    return f'<div class="fc-tallies">{tiles}</div>'


def teams(found: Sequence[TeamNow], marks: Mapping[str, str]) -> str:
    """All teams with their people."""
    return "".join(_team(team, marks) for team in found)


def queues(found: Iterable[QueueNow], in_time: Mapping[str, float | None]) -> str:
    """Waiting contacts by contact type, grouped by channel."""
    by_channel: dict[str, list[QueueNow]] = {}
    for queue in found:
        by_channel.setdefault(queue.channel, []).append(queue)
    return "".join(_channel(name, ones, in_time.get(name)) for name, ones in by_channel.items())


def story(happenings: Iterable[Happening], start: datetime) -> str:
    """What happened last, newest first."""
    lines = "".join(
        f"<li><span>{start + timedelta(seconds=int(one.time)):%H:%M:%S}</span> {safe(one.text)}</li>"
        for one in happenings
    )
    return f'<ul class="fc-story">{lines}</ul>'


def legend(marks: Mapping[str, str]) -> str:
    """What the tiles mean."""
    tiles = "".join(
        f'<span><i class="fc-tile fc-{state}">{"" if state in ("idle", "away") else "x"}</i>'
        f"{WORDS[state]}</span>"
        for state in ("idle", "ringing", "working", "holding", "wrapping", "away")
    )
    letters = " · ".join(f"{safe(mark)} {safe(name)}" for name, mark in marks.items())
    return f'<div class="fc-legend">{tiles}</div><div class="fc-key">{letters}</div>'


def marks_of(channels: Sequence[str]) -> dict[str, str]:
    """A short mark for every channel, of the same length: the first letters that tell them apart."""
    for length in (1, 2, 3):
        marks = {name: name[:length].capitalize() for name in channels}
        if len(set(marks.values())) == len(marks):
            return marks
    return {name: str(number + 1) for number, name in enumerate(channels)}


def _team(team: TeamNow, marks: Mapping[str, str]) -> str:
    there = len(team.agents) - team.count("away")
    busy = team.count("working", "wrapping", "ringing")
    tiles = ""
    if len(team.agents) <= MOST_TILES:
        tiles = "".join(_tile(agent, marks) for agent in team.agents)
    return (
        f'<div class="fc-team"><div class="fc-team-head"><b>{safe(team.name)}</b> <span>{there} on the floor:'
        f" {busy} busy, {team.count('idle')} free</span></div>"
        f'<div class="fc-tiles">{tiles}</div></div>'
    )


def _tile(agent: AgentNow, marks: Mapping[str, str]) -> str:
    words = WORDS[agent.state]
    if agent.holding:
        words += f": {', '.join(agent.holding)}"
    if agent.leaving:
        words += ", then leaves"
    mark = marks.get(agent.holding[0], "") if agent.holding else ""
    more = f"<sup>{len(agent.holding)}</sup>" if len(agent.holding) > 1 else ""
    title = safe(f"{agent.name}: {words}")
    return f'<i class="fc-tile fc-{agent.state}" title="{title}">{safe(mark)}{more}</i>'


def _channel(name: str, found: Sequence[QueueNow], in_time: float | None) -> str:
    shut = "" if found[0].open else ' <em class="fc-verdict fc-unsure">closed</em>'
    good = "" if in_time is None else f"{quantity(in_time, 'share')} in time in the last hour"
    waiting = [queue for queue in found if queue.waited]
    rows = "".join(_queue(queue, len(found) > 1) for queue in waiting)
    nobody = "" if waiting else f"{'; ' if good else ''}nobody waits"
    return (
        f'<div class="fc-queue"><div class="fc-team-head"><b>{safe(name)}</b>{shut}'
        f" <span>{good}{nobody}</span></div>{rows}</div>"
    )


def _queue(queue: QueueNow, named: bool) -> str:
    label = f'<span class="fc-sub">{safe(queue.contact_type)}</span>' if named else ""
    tiles = "".join(
        f'<i class="fc-dot{" fc-late" if age > queue.promised else ""}" title="{quantity(age, "s")}"></i>'
        for age in queue.waited[:MOST_WAITING]
    )
    more = len(queue.waited) - MOST_WAITING
    late = f", <b class='fc-late-word'>{queue.late} late</b>" if queue.late else ""
    return (
        f'<div class="fc-row">{label}<span class="fc-sub">{len(queue.waited):,} waiting{late},'
        f" longest {quantity(queue.waited[0], 's')}</span>"
        f'<div class="fc-tiles">{tiles}{f"<span>+{more:,}</span>" if more > 0 else ""}</div></div>'
    )
