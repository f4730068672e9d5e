"""Entries of the event log as sentences."""

from __future__ import annotations

from typing import Any, Protocol

from floorcast.clock.floor import Floor, agent_name
from floorcast.explain import reasons
from floorcast.explain.follow import Follower
from floorcast.model.records.layout import Cause, Log, Outcome
from floorcast.model.records.social import Mark
from floorcast.policy.words.conditions import listed
from floorcast.policy.words.handing import actions_in_words
from floorcast.scenario.catalogue.causes import CAUSES
from floorcast.scenario.read.units import write_duration


class Tracer(Protocol):
    """What a sentence needs of whoever traces a run."""

    floor: Floor
    follower: Follower
    left_at_once: set[int]

    @property
    def world(self) -> Any:
        """The world of the run."""

    def decision(self, by_contact: bool, who: int) -> reasons.Decision | None:
        """The decision of this step about a contact or an agent, if one was taken."""


def of(tracer: Tracer, time: float, kind: Log, contact: int, agent: int, other: int) -> str | None:
    """One log entry in words; None for one that another line already says."""
    who = agent_name(tracer.world, agent) if agent >= 0 else ""
    if contact < 0:
        return _about_the_floor(tracer, kind, agent, who, other)
    name = _contact(tracer, contact)
    row = tracer.floor.state.contacts[contact]
    turn = f", turn {int(row['turn']) + 1} of {row['turns']}" if row["turns"] > 1 else ""
    answered = f"finishes {name}" if other >= row["turns"] else f"answers {name}, turn {other} of {row['turns']}"
    waited = time - float(row["queued"])
    after = f" after {_seconds(waited)}" if waited > 0 else ""
    simple = {
        Log.ARRIVED: f"{name} arrives{_origin(tracer, contact)}",
        Log.BEGAN: f"{who} works on {name}{turn}",
        Log.PAUSED: f"{who} puts {name} aside, {_seconds(float(row['work_left']))} of work left",
        Log.TURN_DONE: f"{who} {answered}",
        Log.REPLIED: f"{name} writes again",
        Log.RELEASED: f"{name} frees a slot of {who} while the customer thinks",
        Log.WRAPPING: f"{who} does the after-contact work of {name}",
        Log.REQUEUED: f"{name} goes back to the queue: {who} leaves",
        Log.OFFERED: f"{name} rings at {who}{after}",
        Log.RISES: f"{name} is looked at again",
        Log.PASSED_ON: f"{who} passes {name} on",
        Log.REJECTED: f"{name}: the draft is rejected and comes back",
        Log.PUBLISHED: f"{name}: the draft is approved and published",
        Log.CONTRADICTED: f"{name}: the answer contradicts one that the customer had on another channel",
        Log.REVISED: f"{name}: its author now gives {other} stars",
    }
    if kind in simple:
        return simple[kind]
    if kind == Log.QUEUED:
        return f"{name} waits: {_why(tracer, contact, other)}"
    if kind == Log.ACCEPTED:
        return f"{who} takes {name}" if contact in tracer.follower.rings else f"{name} goes to {who}{after}"
    if kind == Log.TRANSFERRED:
        return f"{who} passes contact {contact} on as {_type(tracer, other)}"
    if kind == Log.REFUSED:
        return f"{who} declines {name}" if other == 1 else f"{who} lets {name} ring until time is out"
    if kind == Log.STAGE:
        aged = tracer.follower.aged.get(contact, float(row["queued"]))
        return f"{name} has waited {_seconds(time - aged)}: {reasons.stage_words(tracer.world, other)}"
    if kind == Log.CLOSED:
        return _closed(tracer, time, name, contact, other)
    if kind == Log.RETRIES:
        return f"{name}: the customer tries again as {_contact(tracer, other)}"
    if kind == Log.FOLLOWS:
        return f"{name}: the customer comes again as {_contact(tracer, other)}"
    if kind == Log.COMES_AGAIN:
        return f"{name}: its customer, let down, comes with another issue: {_contact(tracer, other)}"
    if kind == Log.LEAVES:
        bond = tracer.floor.state.issues[contact]
        return f"{name}: the customer, now in a mood of {float(bond['after']):.1f}, leaves for good"
    if kind == Log.SURVEYED:
        return f"{name}: the customer answers the survey with {other / 100:.1f}"
    if kind == Log.ATTRACTS:
        return f"{name} attracts {_contact(tracer, other)}"
    if kind == Log.DRAFTED:
        return f"{who} has drafted the answer to {name}, which waits for approval: {_contact(tracer, other)}"
    if kind == Log.STATED:
        return f"a statement on {tracer.world.policy.statements[other].of} is published, under {name}"
    if kind == Log.HELD:
        promised = float(tracer.floor.state.issues[contact]["promised"])
        return f"{name}: a holding reply promises an answer within {_seconds(promised - time)}"
    if kind == Log.ELSEWHERE:
        return f"{name} is answered as {_type(tracer, other)}"
    if kind == Log.PEERS:
        return f"{name}: another customer has answered it, {'rightly' if other else 'wrongly'}"
    if kind == Log.REMOVED:
        seen = tracer.floor.state.issues[contact]["marks"] & Mark.NOTICED
        return f"{name} attracts nothing more; {'its author notices' if seen else 'nobody notices'}"
    if kind == Log.CONSULTS:
        return f"{who} asks a colleague about {name}: {_contact(tracer, other)}"
    return f"{name}: {kind.name.lower()}"


def _why(tracer: Tracer, contact: int, queue: int) -> str:
    """Why a contact waits."""
    if 0 <= tracer.world.routes.personal <= queue:
        return reasons.waits_for_its_own(tracer.world, queue)
    mine = tracer.decision(True, contact)
    return mine.waits if mine is not None else "no agent is free"


def _about_the_floor(tracer: Tracer, kind: Log, agent: int, who: str, other: int) -> str | None:
    if kind == Log.ON:
        return f"{who} logs in"
    if kind == Log.OFF:
        held = tracer.follower.held.get(agent)
        if not held:
            tracer.left_at_once.add(agent)
            return f"{who} logs out"
        return f"{who} is to log out, holding {', '.join(_contact(tracer, c) for c in held)}"
    if kind == Log.GONE:
        if agent in tracer.left_at_once:  # the line before has said so
            tracer.left_at_once.discard(agent)
            return None
        return f"{who} has finished and logs out"
    if kind in (Log.OPENED, Log.SHUT):
        word = "opens" if kind == Log.OPENED else "closes" if tracer.floor.now > 0 else "is closed"
        return f"{tracer.world.channel_names[other]} {word}"
    if kind in (Log.BEGINS, Log.ENDS):
        row = tracer.world.policy.supervision[other]
        name = row.name or f"supervision {other + 1}"
        return f"{name} {'begins' if kind == Log.BEGINS else 'ends'}: {actions_in_words(row.do)}"
    return kind.name.lower()


def _type(tracer: Tracer, contact_type: int) -> str:
    return str(tracer.world.type_names[contact_type])


def _contact(tracer: Tracer, contact: int) -> str:
    kind = int(tracer.floor.state.contacts[contact]["contact_type"])
    return f"contact {contact} ({_type(tracer, kind)})"


def _origin(tracer: Tracer, contact: int) -> str:
    row = tracer.floor.state.contacts[contact]
    age = write_duration(round(max(0.0, -float(row["arrived"]))))
    why = CAUSES[Cause(int(row["cause"]))].words.format(parent=row["parent"], age=age)
    return why + _customer(tracer, contact) + _says(tracer, contact)


def _says(tracer: Tracer, contact: int) -> str:
    """What a post is about, its stars, and whether it needs an answer."""
    issues, scenario = tracer.floor.state.issues, tracer.world.scenario
    if len(issues) <= contact:
        return ""
    said = {word for bit, word in enumerate(scenario.words) if int(issues[contact]["words"]) >> bit & 1}
    about = [name for name, words in scenario.topics.items() if said & set(words)]
    parts = [f"about {listed(about)}"] if about else []
    if issues[contact]["stars"]:
        parts.append(f"a review of {issues[contact]['stars']} stars")
    if issues[contact]["marks"] & Mark.NEEDLESS:
        parts.append("in no need of an answer")
    return "".join(f", {part}" for part in parts)


def _customer(tracer: Tracer, contact: int) -> str:
    """Who it is, where customers are known."""
    people = tracer.world.scenario.customers
    if people is None or tracer.floor.state.issues[contact]["customer"] < 0:
        return ""
    bond = tracer.floor.state.issues[contact]
    tier = f" ({list(people.tiers)[int(bond['tier'])]})" if people.tiers else ""
    earlier = f", issue {int(bond['before']) + 1}" if bond["before"] else ""
    return f", from customer {int(bond['customer']) + 1}{tier} in a mood of {float(bond['mood']):.1f}{earlier}"


def _closed(tracer: Tracer, time: float, name: str, contact: int, outcome: int) -> str:
    row = tracer.floor.state.contacts[contact]
    channel = tracer.world.channel_names[int(row["channel"])]
    if outcome == Outcome.HANDLED:
        return f"{name} is done"
    if outcome == Outcome.ABANDONED:
        return f"{name} gives up after {_seconds(time - float(row['arrived']))}"
    if outcome == Outcome.TURNED_AWAY:
        barred = tracer.floor.state.channels[int(row["channel"])]["barred"]
        return f"{name} is turned away: {channel} is closed{' by the supervisor' if barred else ''}"
    if outcome == Outcome.BLOCKED:
        return f"{name} is blocked: no line or place in the queue of {channel} is free"
    issues = tracer.floor.state.issues
    if len(issues) > contact and issues[contact]["marks"] & Mark.REMOVED:
        return f"{name} is taken down by moderation"
    if outcome == Outcome.DISCARDED and row["agent"] < 0:
        return f"{name} is put aside by a rule and never answered"
    return f"{name} ends: {Outcome(outcome).name.lower().replace('_', ' ')}"


def _seconds(seconds: float) -> str:
    """A span as people read it: tenths below two minutes, whole seconds above."""
    return f"{seconds:.1f} s" if seconds < 120 else write_duration(round(seconds))
