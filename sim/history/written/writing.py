"""The fitted scenario as a folder: YAML with the source of every number beside it, and its CSVs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from floorcast.history.calls.contacts import Floats, date_of
from floorcast.history.calls.waiting import with_agents
from floorcast.history.fit.attendance import Share
from floorcast.history.fit.demand import PER, PLACES
from floorcast.history.fit.families import Family, best_family
from floorcast.history.fit.laws import Laws
from floorcast.history.fit.patience import CROWDS, Patience
from floorcast.history.fit.presence import presence
from floorcast.history.fit.unavailable import CROWD, mean_of, values_of
from floorcast.history.others.conversations import Talk
from floorcast.history.others.types import at_once
from floorcast.history.written.fitted import Fitted
from floorcast.history.written.intervals import write_numbers
from floorcast.history.written.writing_others import talk_lines, write_others
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LEAST_CV = 1e-3  # of days, below which they are written as alike


def write_scenario(fit: Fitted, out: Path) -> Path:
    """Write `scenario.yaml` and its CSVs into a folder; the last seven days' people are its roster."""
    out.mkdir(parents=True, exist_ok=True)
    _write_laws(fit, out)
    _write_arrivals(fit, out)
    week = _last_week(fit)
    teams = _write_roster(fit, week, out)
    lines = _head(fit, week)
    lines += _types(fit)
    lines += _groups(fit, teams)
    lines += _targets(fit)
    write_numbers(fit, out / "numbers.csv")
    write_others(fit.others, out)
    path = out / "scenario.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _last_week(fit: Fitted) -> list[int]:
    last = fit.days[-1]
    return list(range(last - 6, last + 1))


def _table(path: Path, columns: dict[str, Sequence[float]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            writer.writerow([f"{one:.6g}" for one in row])


def _write_laws(fit: Fitted, out: Path) -> None:
    laws, contacts = fit.laws, fit.contacts
    longest = max(len(one) for one in laws.work)
    _table(
        out / "work.csv",
        {
            name: [*values, *([values[-1]] * (longest - len(values)))]
            for name, values in zip(contacts.types, laws.work, strict=True)
        },
    )
    if laws.patience is not None:
        _table(
            out / "patience.csv",
            {
                f"{contacts.kind_name(kind)}, {crowd} waiting": laws.patience.values(kind, n)
                for kind in range(len(contacts.kinds))
                for n, crowd in enumerate(CROWDS)
            },
        )
    if laws.unavailable is not None:
        columns: dict[str, Sequence[float]] = {"weight": values_of(laws.unavailable.usual[:, 0])[1]}
        for agent in sorted(laws.unavailable.own):
            for n, when in enumerate(CROWD):
                columns[f"{contacts.agents[agent]}, {when} waiting"] = values_of(laws.unavailable.of(agent)[:, n])[0]
        for n, when in enumerate(CROWD):
            columns[f"usual, {when} waiting"] = values_of(laws.unavailable.usual[:, n])[0]
        _table(out / "unavailable.csv", columns)


def _write_arrivals(fit: Fitted, out: Path) -> None:
    first = 1 - (fit.redials.of_all if fit.redials else 0.0)
    with (out / "arrivals.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["weekday", "start", *fit.contacts.types, *(f"{one} low" for one in fit.contacts.types),
                         *(f"{one} high" for one in fit.contacts.types), "days"])  # fmt: skip
        for weekday in np.flatnonzero(fit.volumes.days):
            for place in range(PLACES):
                clock = f"{int(place * PER // 3600):02d}:{int(place * PER % 3600 // 60):02d}"
                cells = [
                    f"{first * one[n, weekday, place]:.4g}"
                    for one in (fit.volumes.mean, fit.volumes.low, fit.volumes.high)
                    for n in range(len(fit.contacts.types))
                ]
                writer.writerow([_DAYS[weekday], clock, *cells, int(fit.volumes.days[weekday])])


def _write_roster(fit: Fitted, week: list[int], out: Path) -> dict[str, tuple[list[str], list[int]]]:
    """Presence of the week by date; teams of agents who take the same types: (types, agents)."""
    named, _ = with_agents(fit.contacts.on(week))
    rows = _planned(fit, week)
    for day in named.days if not rows else ():
        midnight = datetime.combine(date_of(day), datetime.min.time())
        spans = presence(named.on([day]), fit.laws.sure, fit.laws.sure_usual, fit.laws.idle)
        for agent, own in spans.items():
            rows += [
                (agent, midnight + timedelta(seconds=start), midnight + timedelta(seconds=end)) for start, end in own
            ]
    by_skills: dict[tuple[bool, ...], list[int]] = {}
    for agent in sorted({row[0] for row in rows}):
        by_skills.setdefault(tuple(fit.laws.takes.get(agent, fit.laws.takes_usual)), []).append(agent)
    teams: dict[str, tuple[list[str], list[int]]] = {}
    # A type that nobody is seen to take often enough is taken by everybody, or nobody could answer it.
    orphans = ~np.any([np.array(taken) for taken in by_skills] or [np.zeros(len(fit.contacts.types), bool)], axis=0)
    for number, (taken, agents) in enumerate(sorted(by_skills.items(), key=lambda one: -len(one[1])), 1):
        skills = np.array(taken) | orphans
        types = [name for name, has in zip(fit.contacts.types, skills, strict=True) if has]
        teams[f"team {number}"] = (types, agents)
    team_of = {agent: team for team, (_, agents) in teams.items() for agent in agents}
    with (out / "roster.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["team", "agent", "start", "end"])
        for agent, start, end in sorted(rows, key=lambda row: (row[1], row[0])):
            writer.writerow([team_of[agent], fit.contacts.agents[agent], f"{start:%Y-%m-%d %H:%M:%S}",
                             f"{max(end, start + timedelta(seconds=1)):%Y-%m-%d %H:%M:%S}"])  # fmt: skip
    return teams


def _planned(fit: Fitted, week: list[int]) -> list[tuple[int, datetime, datetime]]:
    """The plan of the week for agents who are seen taking contacts; nothing where there is none."""
    if fit.attendance is None:
        return []
    number = {name: n for n, name in enumerate(fit.contacts.agents)}
    dates = {date_of(day) for day in week}
    return [(number[name], a, b) for name, a, b in fit.attendance.planned if name in number and a.date() in dates]


def _head(fit: Fitted, week: list[int]) -> list[str]:
    laws, contacts = fit.laws, fit.contacts
    lines = [
        f"# Fitted by floorcast fit on {fit.source}: {laws.contacts:,} contacts of {len(fit.days)} days,",
        f"# {date_of(fit.days[0])} to {date_of(fit.days[-1])}. Behind every number: n cases [95 % interval]; all of",
        "# them with their source stand in numbers.csv.",
        f"name: {contacts.channel} as it was",
        f"start: {date_of(week[0])} 00:00",
        "days: 7  # the last seven days of the history: its people are in roster.csv, by date",
        "interval: 30 min",
        "channels:",
        f"  {contacts.channel}: {{kind: {contacts.channel if contacts.channel in SYNCHRONOUS else 'phone'}}}",
    ]
    if fit.repeats is not None:
        lines.insert(3, f"# Of who was handled {_cases(fit.repeats)} are back within a day; they are in the volumes.")
    if fit.experience is not None:
        value, low, high, agents = fit.experience
        lines.insert(3, f"# New agents take {value:.2f} times as long [{low:.2f}, {high:.2f}] in their first four weeks, n {agents} agents.")
    else:
        lines.insert(3, "# Experience: no agents are seen to begin here, so that none is said to learn.")
    if laws.ahead.any():
        ahead = ", ".join(
            f"{_key(contacts.kind_name(n))}: {laws.ahead[n]:g}" for n in range(len(contacts.kinds)) if laws.ahead[n]
        )
        lines += [
            "# Seconds of waiting by which a type goes ahead of the commonest: a logit on who was taken first.",
            f"policy: {{priority: {{per_minute: {{{contacts.channel}: 60}}, contact_type: {{{ahead}}}}}}}",
        ]
    return lines


def _key(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _types(fit: Fitted) -> list[str]:
    contacts, laws = fit.contacts, fit.laws
    lines = ["contact_types:"]
    together = _shared_cv(fit)
    for kind in range(len(contacts.kinds)):
        name = contacts.kinds[kind][0]
        number = contacts.types.index(name)
        cv, (low, high) = fit.volumes.cv[number], fit.volumes.cv_interval[number]
        shared = " one factor of all types, which rise and fall together, has the mean of theirs;" if together and len(contacts.types) > 1 else ""
        share = laws.chances[kind]
        handle = contacts.handle[contacts.handled & (contacts.type_of == number) & np.isfinite(contacts.handle)]
        lines += [
            f"  {_key(contacts.kind_name(kind))}:",
            f"    channel: {contacts.channel}",
            f"    skills: [{_key(name)}]",
            f"    # days differ by a factor of cv {cv:.3f} [{low:.3f}, {high:.3f}] beyond Poisson, n {len(fit.days)} days;{shared}"
            f" mornings with afternoons correlate {fit.volumes.within_day[number]:+.2f}",
            "    arrivals:",
            f"      - rate: {{per: 30 min, csv: arrivals.csv, weekday: weekday, start: start, value: {_key(name)}, scale: {share:.5g}}}",
        ]
        if together is not None:
            lines += [f"        day_factor: {{cv: {together:.4g}, shared: day}}"] if together >= _LEAST_CV else []
        elif cv >= _LEAST_CV:
            lines.append(f"        day_factor: {{cv: {cv:.4g}}}")
        talk = _talk(fit, name)
        if talk is not None and talk.work is not None:
            lines += talk_lines(talk.turns, talk.work, talk.think)
        else:
            lines += [f"    # {_words(best_family(handle), len(handle), handle)}"]
            lines.append(f"    work: {{empirical: {{csv: work.csv, column: {_key(name)}, unit: s}}}}")
            lines += _work_mean(laws, kind)
        lines += _patience(fit, kind)
        lines += _retry(fit)
    return lines


def _talk(fit: Fitted, name: str) -> Talk | None:
    """Of the channel's conversations those of this type, or of no type at all, as messages tell them."""
    mine = [one for one in fit.talks if one.channel == fit.contacts.channel and one.name in (name, None)]
    return max(mine, key=lambda one: one.name is not None, default=None)


def _work_mean(laws: Laws, kind: int) -> list[str]:
    """The mean by hour, or of a class that differs from its type's, where the data chose it."""
    means = laws.handle.hours[kind]
    if not laws.handle.used.keys() & {"hour", "hour of type", "priority"}:
        return []
    why = f"    # by {', '.join(name for name in laws.handle.used if name != 'agent')}: nearer to days not fitted than without"
    if not laws.handle.by_hour(kind):
        return [why, f"    work_mean: {{per: 24h, daily: [{means[0]:.4g}]}}"]
    hours = ", ".join(f'"{h:02d}:00": {value:.4g}' for h, value in enumerate(means))
    return [why, f"    work_mean: {{per: 1h, daily: {{{hours}}}}}"]


def _shared_cv(fit: Fitted) -> float | None:
    """How much the days of all types vary where they rise and fall together, so that they have one factor: the mean of
    theirs by contacts. None where each has its own."""
    matrix = fit.volumes.between_types
    apart = matrix[~np.eye(len(matrix), dtype=bool)]
    if apart.size and float(np.median(apart)) <= 0.5:
        return None
    weights = np.bincount(fit.contacts.type_of, minlength=len(matrix))
    return float(np.average(fit.volumes.cv, weights=weights))


def _words(family: Family | None, cases: int, seconds: Floats) -> str:
    if not cases:
        return "handle time unknown: that of all"
    mean, half = float(seconds.mean()), 1.96 * float(seconds.std()) / np.sqrt(cases)
    scv = float(seconds.var() / mean**2) if mean else 0.0
    formula = ""
    if family is not None:
        formula = f"; nearest formula {family.name}, off by {100 * family.distance:.1f} points at most"
    return f"mean {mean:.0f} s [{mean - half:.0f}, {mean + half:.0f}], scv {scv:.2f}, n {cases:,}{formula}"


def _patience(fit: Fitted, kind: int) -> list[str]:
    patience, name = fit.laws.patience, fit.contacts.kind_name(kind)
    if patience is None:
        return [
            "    # too few gave up to tell; default: mean 350 to 450 s (Anonymous Bank, 1999)",
            "    patience: {exponential: 400s}",
        ]
    law = "{{empirical: {{csv: patience.csv, column: {0}, unit: s}}}}"
    mine = (fit.contacts.kind == kind) & (fit.contacts.wait > 0)
    family = best_family(fit.contacts.wait[mine], fit.contacts.handled[mine])
    formula = f"; nearest formula {family.name}, mean {family.mean:.0f} s" if family else ""
    lines = [
        f"    # censored waits, n {int(mine.sum()):,}, of whom {int((~fit.contacts.handled[mine]).sum()):,} gave up{formula};"
        f" gone within 60 s: {_share(patience.gone_within(60))};"
        f" factor of this type on the hazard of all {patience.factors[kind]:.2f}",
        f"    patience: {law.format(_key(f'{name}, 0 waiting'))}",
        *_patience_mean(patience, kind),
        "    crowded:  # who hears or sees that so many wait gives up sooner",
    ]
    return lines + [
        f"      - {{waiting: {crowd}, patience: {law.format(_key(f'{name}, {crowd} waiting'))}}}" for crowd in CROWDS if crowd
    ]


def _patience_mean(patience: Patience, kind: int) -> list[str]:
    if not patience.by_hour:
        return []
    mean = patience.mean(kind, 0)
    hours = ", ".join(f'"{hour:02d}:00": {mean / one:.4g}' for hour, one in enumerate(patience.hours))
    return [
        "    # by hour of arrival: nearer to days not fitted than without",
        f"    patience_mean: {{per: 1h, daily: {{{hours}}}}}",
    ]


def _share(found: tuple[float, float, float]) -> str:
    value, low, high = (100 * one for one in found)
    return f"{value:.0f} % [{low:.0f}, {high:.0f}]"


def _retry(fit: Fitted) -> list[str]:
    again = fit.redials
    if again is None:
        return ["    # no customers' numbers: redials are in the volumes, and nobody is made to redial"]
    low, high = again.interval
    values = ", ".join(f"{one:.0f}s" for one in again.delays)
    return [
        f"    # of who gave up, {100 * again.share:.0f} % [{100 * low:.0f}, {100 * high:.0f}] called again within an hour,"
        f" n {again.cases:,}; {100 * again.of_all:.1f} % of contacts are such redials, taken out of arrivals.csv",
        f"    retry: {{probability: {again.share:.3g}, delay: {{empirical: {{values: [{values}]}}}}}}",
    ]


def _groups(fit: Fitted, teams: dict[str, tuple[list[str], list[int]]]) -> list[str]:
    laws = fit.laws
    lines = ["groups:"]
    law = "{{empirical: {{csv: unavailable.csv, column: {0}, weight: weight, unit: s}}}}"
    usual, mean, cases = at_once(fit.contacts) if fit.contacts.channel != "phone" else (1, 1.0, 0)
    held = f"{{{fit.contacts.channel}: {usual}}}" if usual > 1 else f"[{fit.contacts.channel}]"
    for team, (types, agents) in teams.items():
        lines += [f"    # contacts held at once: {mean:.2f} on average, at most {usual} in 95 % of cases, n {cases:,}"] if usual > 1 else []
        lines += [
            f"  {team}:",
            f"    channels: {held}",
            f"    skills: [{', '.join(map(_key, types))}]",
            f"    roster: {{csv: roster.csv, agent: agent, start: start, end: end, where: {{team: {team}}}}}",
            *_attendance(fit),
            "    people:",
        ]
        for agent in agents:
            n = int(((fit.contacts.agent == agent) & fit.contacts.handled).sum())
            person = f"name: {_key(fit.contacts.agents[agent])}, speed: {laws.speeds[agent]:.3g}"
            away = ""
            if laws.unavailable is not None:
                own = laws.unavailable.of(agent)
                who = fit.contacts.agents[agent] if agent in laws.unavailable.own else "usual"
                parts = ", ".join(
                    f"{when}_waiting: {law.format(_key(f'{who}, {when} waiting'))}" for when in CROWD
                )
                person += f", unavailable: {{{parts}}}"
                away = f"; unavailable {mean_of(own[:, 0]):.0f} s on average, {mean_of(own[:, 1]):.0f} s while somebody waits"
            error = laws.handle.speed_error[agent]
            low, high = (laws.speeds[agent] * np.exp(by * error) for by in (-1.96, 1.96))
            lines.append(f"      - {{{person}}}  # speed [{low:.2f}, {high:.2f}], n {n:,} contacts{away}")
    return lines


def _attendance(fit: Fitted) -> list[str]:
    """Absence and lateness beside a roster of the plan; a roster of what was has them in it."""
    found = fit.attendance
    if found is None:
        return ["    # absence, lateness, breaks: in the roster as they were, so none is added (no schedules were imported)"]
    mean, half = (one / 60 for one in found.breaks)
    lines = [
        f"    # the roster is the plan, its breaks left out: {mean:.0f} min of breaks a shift [{mean - half:.0f}, {mean + half:.0f}],"
        f" n {found.absence.cases:,} shifts",
        f"    absence: {found.absence.value:.4g}  # {_cases(found.absence)} of planned shifts nobody came to",
    ]
    if found.delays:
        delays = ", ".join(f"{one:.0f}s" for one in found.delays)
        lines += [
            f"    # late by over a minute: {_cases(found.late)} of shifts",
            f"    late: {{probability: {found.late.value:.4g}, by: {{empirical: {{values: [{delays}]}}}}}}",
        ]
    return lines


def _cases(share: Share) -> str:
    return f"{100 * share.value:.1f} % [{100 * share.low:.1f}, {100 * share.high:.1f}], n {share.cases:,},"


def _targets(fit: Fitted) -> list[str]:
    channel = fit.contacts.channel
    return [
        "targets:  # the industry's usual ones; put yours in their place",
        f"  - {{of: {channel}, measure: service_level, within: 20s, at_least: 80 %}}",
        f"  - {{of: {channel}, measure: abandonment, at_most: 5 %}}",
    ]
