"""Objects of JSON exports that hold several legs of a contact: one flat object per leg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_METRICS = ("tAcd", "tAbandon", "tTalk", "tHeld", "tAcw", "tHandle")


def by_message(item: Any) -> bool:
    """Whether an object is a chat's transcript, its messages inside."""
    return isinstance(item, dict) and "ContactId" in item and isinstance(item.get("Transcript"), list)


def unfolded(item: dict[str, Any], key: str | None = None) -> Iterator[dict[str, Any]]:
    """The legs of a Genesys Cloud conversation, the messages of a transcript or, where that layout is asked for, of
    an Intercom conversation; or the object itself."""
    if by_message(item):
        yield from ({"ContactId": item["ContactId"], **one} for one in item["Transcript"] if isinstance(one, dict))
        return
    if key == "intercom-messages":
        yield from _parts(item)
        return
    if "conversationId" not in item or not isinstance(item.get("participants"), list):
        yield item
        return
    whole = {key: value for key, value in item.items() if key != "participants"}
    legs = list(_legs(item["participants"]))
    for leg in legs or [{"enqueued": None}]:
        yield whole | {"leg": {"enqueued": "", **{key: value for key, value in leg.items() if value is not None}}}


def _legs(participants: list[Any]) -> Iterator[dict[str, Any]]:
    """A leg per wait for an agent: the queue's session, and the agent who came next."""
    known = [one for one in participants if isinstance(one, dict)]
    ani = next((s.get("ani") for one in known if one.get("purpose") in ("customer", "external") for s in _sessions(one)), None)
    leg: dict[str, Any] | None = None
    for one in known:
        for session in _sessions(one):
            if one.get("purpose") == "acd":
                if leg is not None:
                    yield leg
                leg = {"mediaType": session.get("mediaType"), "ani": session.get("ani") or ani, **_queue(session), **_metrics(session)}
            elif one.get("purpose") == "agent" and leg is not None and "userId" not in leg:
                metrics = _metrics(session)
                if metrics.keys() & {"tTalk", "tHandle"}:  # an agent who was rung and did not answer has neither
                    leg |= {key: value for key, value in metrics.items() if key not in leg}
                    leg["userId"] = one.get("userId") or one.get("participantId") or "unknown"
    if leg is not None:
        yield leg


def _sessions(participant: dict[str, Any]) -> list[dict[str, Any]]:
    found = participant.get("sessions")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _queue(session: dict[str, Any]) -> dict[str, Any]:
    segments = [one for one in session.get("segments") or [] if isinstance(one, dict)]
    first = min(segments, key=lambda one: str(one.get("segmentStart")), default={})
    queue = next((one["queueId"] for one in segments if one.get("queueId")), None)
    return {"enqueued": first.get("segmentStart"), "queueId": queue}


def _metrics(session: dict[str, Any]) -> dict[str, Any]:
    """Sums of the session's metrics by name: talk and hold come in pieces."""
    found: dict[str, float] = {}
    for one in session.get("metrics") or []:
        if isinstance(one, dict) and one.get("name") in _METRICS and isinstance(one.get("value"), int | float):
            found[one["name"]] = found.get(one["name"], 0.0) + one["value"]
    return dict(found)


def _parts(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The first message of an Intercom conversation, which is its source, and its parts."""
    source = _inside(item, "source")
    whole = {"conversation_id": item.get("id"), "team_assignee_id": item.get("team_assignee_id"), "source": {"type": source.get("type")}}
    first = {"created_at": item.get("created_at"), "author": source.get("author"), "part_type": "comment"}
    held = item.get("conversation_parts")
    parts = held.get("conversation_parts") if isinstance(held, dict) else held
    for one in [first, *(parts if isinstance(parts, list) else [])]:
        if isinstance(one, dict):
            author = _inside(one, "author")
            part = {"created_at": one.get("created_at"), "part_type": one.get("part_type"), "author": {k: author.get(k) for k in ("type", "id")}}
            yield whole | {"part": part}


def _inside(item: dict[str, Any], key: str) -> dict[str, Any]:
    found = item.get(key)
    return found if isinstance(found, dict) else {}
