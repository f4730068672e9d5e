"""The playbook in plain English: approval, templates, holding replies, statements."""

from __future__ import annotations

from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.playbook import (
    Approval,
    Holding,
    Moderation,
    Reply,
    Statement,
    Template,
)
from floorcast.policy.schema.policy import Policy
from floorcast.policy.words.conditions import condition_in_words, number_in_words
from floorcast.scenario.read.units import about, write_duration


def answers(policy: Policy) -> list[str]:
    """A line for everything the policy does about answers; of a kind the first that holds decides."""
    lines = [_approval(one) for one in policy.approval]
    lines += [_template(one) for one in policy.templates]
    lines += [_reply(one) for one in policy.replies]
    lines += [_moderation(one) for one in policy.moderation]
    return lines + [_holding(one) for one in policy.holding]


def statement_in_words(one: Statement) -> str:
    """What a statement is and does, as a clause."""
    after = "" if one.after.is_zero else f" ({about(one.after.mean)} later on average)"
    parts = [f"a statement on {one.of} is published{after}"]
    if one.closes:
        parts.append(f"it closes {_percent(one.closes)} of the posts that have seen no answer")
    if one.spreading < 1:
        parts.append(f"posts attract {number_in_words(one.spreading)} times as many others from then on")
    if one.poor:
        worse = f", attracting {number_in_words(one.backfire)} posts" if one.backfire else ""
        parts.append(f"with probability {_percent(one.poor)} it makes things worse{worse}")
    return ", ".join(parts)


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _whom(when: When) -> str:
    return "every contact" if when.always else f"contacts where {condition_in_words(when)}"


def _approval(one: Approval) -> str:
    text = f"First answers to {_whom(one.when)} are drafts until they are approved (as {one.by})"
    if one.rejected:
        text += (
            f"; {_percent(one.rejected)} come back to be written anew in {number_in_words(one.rework)} times the work,"
            f" {one.at_most} times at the most"
        )
    return f"{text}."


def _template(one: Template) -> str:
    quality = "" if one.quality == 1 else f", and resolves {number_in_words(one.quality)} times as often"
    return f"A template answers {_whom(one.when)}: {number_in_words(one.work)} times the work{quality}."


def _holding(one: Holding) -> str:
    by = "goes out by itself" if one.by is None else f"is written as {one.by}"
    return (
        f"To {_whom(one.when)} without an answer {write_duration(one.after)} after being heard a holding reply {by},"
        f" which promises one within {write_duration(one.promise)}."
    )


def _reply(one: Reply) -> str:
    where = "where they came" if one.to is None else f"as {one.to}"
    parts = [f"{_whom(one.when)[0].upper()}{_whom(one.when)[1:]} {_answered(one)} {where}"]
    if one.work != 1:
        parts.append(f"in {number_in_words(one.work)} times the work")
    if one.quality != 1:
        parts.append(f"resolving {number_in_words(one.quality)} times as often")
    if one.to is not None:
        parts.append(f"the public sees {_percent(one.seen)} of these answers" if one.seen else "unseen by the public")
    return f"{', '.join(parts)}."


def _answered(one: Reply) -> str:
    return "is answered" if one.when.always else "are answered"


def _moderation(one: Moderation) -> str:
    done = "hidden" if one.do == "hide" else "deleted"
    by = "" if one.by is None else f" by an agent, as {one.by}"
    after = f", {write_duration(one.after)} after being heard," if one.after else ""
    posts = "Every public post" if one.when.always else f"Public posts where {condition_in_words(one.when)}"
    text = f"{posts}{after} {'is' if one.when.always else 'are'} {done}{by}"
    noticed = f"; {_percent(one.found_out)} are found out"
    if one.found_out and one.backfire:
        noticed += f" and attract {number_in_words(one.backfire)} posts"
    return f"{text}{noticed if one.found_out else '; nobody notices'}."
