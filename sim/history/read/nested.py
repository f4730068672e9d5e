"""Objects of JSON exports that hold several legs of a contact: one flat object per leg."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_METRICS = ("tAcd", "tAbandon", "tTalk", "tHeld", "tAcw", "tHandle")


def unfolded(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The legs of a Genesys Cloud conversation, or the object itself."""
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
