"""Entries of the event log as sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Line:
    """An entry of the log with what its sentence is made of; `other` means what `Log` says."""

    tracer: Tracer
    time: float
    kind: Log
    contact: int
    agent: int
    other: int
    who: str
    name: str  # of the contact

    @property
    def row(self) -> Any:
        """The contact's record."""
        return self.tracer.floor.state.contacts[self.contact]

    @property
    def issue(self) -> Any:
        """What is known of the contact's issue and its customer."""
        return self.tracer.floor.state.issues[self.contact]

    @property
    def after(self) -> str:
        """How long it had waited, where it had."""
        waited = self.time - float(self.row["queued"])
        return f" after {_seconds(waited)}" if waited > 0 else ""

    @property
    def another(self) -> str:
        """The contact that `other` names."""
        return _contact(self.tracer, self.other)


def of(tracer: Tracer, time: float, kind: Log, contact: int, agent: int, other: int) -> str | None:
    """One log entry in words; None for one that another line already says.

    Raises KeyError for a kind of entry that has no sentence.
    """
    who = agent_name(tracer.world, agent) if agent >= 0 else ""
    name = _contact(tracer, contact) if contact >= 0 else ""
    tell = (_OF_CONTACTS if contact >= 0 else _OF_THE_FLOOR).get(kind)
    if tell is None:
        raise KeyError(f"{kind.name}: no sentence in explain/sentences.py")
    return tell(_Line(tracer, time, kind, contact, agent, other, who, name))


def _began(line: _Line) -> str:
    turn = f", turn {int(line.row['turn']) + 1} of {line.row['turns']}" if line.row["turns"] > 1 else ""
    return f"{line.who} works on {line.name}{turn}"


def _turn_done(line: _Line) -> str:
    if line.other >= line.row["turns"]:
        return f"{line.who} finishes {line.name}"
    return f"{line.who} answers {line.name}, turn {line.other} of {line.row['turns']}"


def _accepted(line: _Line) -> str:
    if line.contact in line.tracer.follower.rings:
        return f"{line.who} takes {line.name}"
    return f"{line.name} goes to {line.who}{line.after}"


def _refused(line: _Line) -> str:
    if line.other == 1:
        return f"{line.who} declines {line.name}"
    return f"{line.who} lets {line.name} ring until time is out"


def _stage(line: _Line) -> str:
    aged = line.tracer.follower.aged.get(line.contact, float(line.row["queued"]))
    stage = reasons.stage_words(line.tracer.world, line.other)
    return f"{line.name} has waited {_seconds(line.time - aged)}: {stage}"


def _drafted(line: _Line) -> str:
    return f"{line.who} has drafted the answer to {line.name}, which waits for approval: {line.another}"


def _stated(line: _Line) -> str:
    return f"a statement on {line.tracer.world.policy.statements[line.other].of} is published, under {line.name}"


def _promised(line: _Line) -> str:
    left = float(line.issue["promised"]) - line.time
    return f"{line.name}: a holding reply promises an answer within {_seconds(left)}"


def _leaves(line: _Line) -> str:
    return f"{line.name}: the customer, now in a mood of {float(line.issue['after']):.1f}, leaves for good"


def _closed(line: _Line) -> str:
    return f"{line.name} {_ENDS[Outcome(line.other)](line)}"


def _removed(line: _Line) -> str:
    seen = line.issue["marks"] & Mark.NOTICED
    return f"{line.name} attracts nothing more; {'its author notices' if seen else 'nobody notices'}"


def _logs_out(line: _Line) -> str:
    held = line.tracer.follower.held.get(line.agent)
    if not held:
        line.tracer.left_at_once.add(line.agent)
        return f"{line.who} logs out"
    return f"{line.who} is to log out, holding {', '.join(_contact(line.tracer, c) for c in held)}"


def _gone(line: _Line) -> str | None:
    if line.agent in line.tracer.left_at_once:  # the line before has said so
        line.tracer.left_at_once.discard(line.agent)
        return None
    return f"{line.who} has finished and logs out"


def _shut(line: _Line) -> str:
    return f"{line.tracer.world.channel_names[line.other]} {'closes' if line.tracer.floor.now > 0 else 'is closed'}"


def _supervised(line: _Line) -> str:
    row = line.tracer.world.policy.supervision[line.other]
    begins = "begins" if line.kind == Log.BEGINS else "ends"
    return f"{row.name or f'supervision {line.other + 1}'} {begins}: {actions_in_words(row.do)}"


_OF_CONTACTS: dict[Log, Callable[[_Line], str | None]] = {
    Log.ARRIVED: lambda e: f"{e.name} arrives{_origin(e.tracer, e.contact)}",
    Log.QUEUED: lambda e: f"{e.name} waits: {_why(e.tracer, e.contact, e.other)}",
    Log.ACCEPTED: _accepted,
    Log.BEGAN: _began,
    Log.PAUSED: lambda e: f"{e.who} puts {e.name} aside, {_seconds(float(e.row['work_left']))} of work left",
    Log.TURN_DONE: _turn_done,
    Log.REPLIED: lambda e: f"{e.name} writes again",
    Log.RELEASED: lambda e: f"{e.name} frees a slot of {e.who} while the customer thinks",
    Log.WRAPPING: lambda e: f"{e.who} does the after-contact work of {e.name}",
    Log.CLOSED: _closed,
    Log.STAGE: _stage,
    Log.REQUEUED: lambda e: f"{e.name} goes back to the queue: {e.who} leaves",
    Log.RETRIES: lambda e: f"{e.name}: the customer tries again as {e.another}",
    Log.FOLLOWS: lambda e: f"{e.name}: the customer comes again as {e.another}",
    Log.ATTRACTS: lambda e: f"{e.name} attracts {e.another}",
    Log.RISES: lambda e: f"{e.name} is looked at again",
    Log.PASSED_ON: lambda e: f"{e.who} passes {e.name} on",
    Log.OFFERED: lambda e: f"{e.name} rings at {e.who}{e.after}",
    Log.REFUSED: _refused,
    Log.TRANSFERRED: lambda e: f"{e.who} passes contact {e.contact} on as {_type(e.tracer, e.other)}",
    Log.EVALUATED: lambda e: f"{e.name} is picked for an evaluation of {e.who}: {e.another}",
    Log.TALKED_OVER: lambda e: f"the evaluation of {e.name} is there for {e.who} to talk over and learn from",
    Log.CONSULTS: lambda e: f"{e.who} asks a colleague about {e.name}: {e.another}",
    Log.DRAFTED: _drafted,
    Log.REJECTED: lambda e: f"{e.name}: the draft is rejected and comes back",
    Log.PUBLISHED: lambda e: f"{e.name}: the draft is approved and published",
    Log.STATED: _stated,
    Log.HELD: _promised,
    Log.COMES_AGAIN: lambda e: f"{e.name}: its customer, let down, comes with another issue: {e.another}",
    Log.LEAVES: _leaves,
    Log.SURVEYED: lambda e: f"{e.name}: the customer answers the survey with {e.other / 100:.1f}",
    Log.ELSEWHERE: lambda e: f"{e.name} is answered as {_type(e.tracer, e.other)}",
    Log.PEERS: lambda e: f"{e.name}: another customer has answered it, {'rightly' if e.other else 'wrongly'}",
    Log.CONTRADICTED: lambda e: f"{e.name}: the answer contradicts one that the customer had on another channel",
    Log.REVISED: lambda e: f"{e.name}: its author now gives {e.other} stars",
    Log.REMOVED: _removed,
}
_OF_THE_FLOOR: dict[Log, Callable[[_Line], str | None]] = {
    Log.ON: lambda e: f"{e.who} logs in",
    Log.OFF: _logs_out,
    Log.GONE: _gone,
    Log.OPENED: lambda e: f"{e.tracer.world.channel_names[e.other]} opens",
    Log.SHUT: _shut,
    Log.BEGINS: _supervised,
    Log.ENDS: _supervised,
}


def _channel(line: _Line) -> str:
    return str(line.tracer.world.channel_names[int(line.row["channel"])])


def _turned_away(line: _Line) -> str:
    barred = line.tracer.floor.state.channels[int(line.row["channel"])]["barred"]
    return f"is turned away: {_channel(line)} is closed{' by the supervisor' if barred else ''}"


def _discarded(line: _Line) -> str:
    issues = line.tracer.floor.state.issues
    if len(issues) > line.contact and issues[line.contact]["marks"] & Mark.REMOVED:
        return "is taken down by moderation"
    if line.row["agent"] < 0:
        return "is put aside by a rule and never answered"
    return "is closed without an answer: not relevant"


_ENDS: dict[Outcome, Callable[[_Line], str]] = {
    Outcome.HANDLED: lambda e: "is done",
    Outcome.ABANDONED: lambda e: f"gives up after {_seconds(e.time - float(e.row['arrived']))}",
    Outcome.BLOCKED: lambda e: f"is blocked: no line or place in the queue of {_channel(e)} is free",
    Outcome.TURNED_AWAY: _turned_away,
    Outcome.DISCARDED: _discarded,
    Outcome.CLOSED_WITH_ANOTHER: lambda e: "is closed with the answer to another contact",
    Outcome.LOST: lambda e: "is lost: never found, or past the time in which an answer is allowed",
    Outcome.CONTAINED: lambda e: "is settled by the bot or the voice menu",
}


def _why(tracer: Tracer, contact: int, queue: int) -> str:
    """Why a contact waits."""
    if 0 <= tracer.world.routes.personal <= queue:
        return reasons.waits_for_its_own(tracer.world, queue)
    mine = tracer.decision(True, contact)
    return mine.waits if mine is not None else "no agent is free"


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


def _seconds(seconds: float) -> str:
    """A span as people read it: tenths below two minutes, whole seconds above."""
    return f"{seconds:.1f} s" if seconds < 120 else write_duration(round(seconds))
