"""What a scenario says of customers, surveys and reputation in plain English, with the most they can bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floorcast.scenario.checks.customer_checks import feedback, most_volume
from floorcast.scenario.read.units import about, write_duration
from floorcast.scenario.words.schema_words import SENTIMENTS

if TYPE_CHECKING:
    from floorcast.scenario.schema.customers import (
        Churn,
        Contradictions,
        Customers,
        Reputation,
        Survey,
    )
    from floorcast.scenario.schema.demand import ContactType
    from floorcast.scenario.schema.scenario import Scenario


def customers_in_words(scenario: Scenario) -> list[str]:
    """Sentences; none where nobody remembers anything and posts say nothing."""
    lines = [] if scenario.customers is None else _people(scenario.customers)
    lines += [line for name, kind in scenario.contact_types.items() for line in _posts(name, kind)]
    lines += [f"A post is about {name} if it says {' or '.join(words)}." for name, words in scenario.topics.items()]
    if scenario.contradictions is not None:
        lines.append(_contradictions(scenario.contradictions))
    lines += [_survey(survey) for survey in scenario.surveys]
    if scenario.reputation is not None:
        lines.append(_reputation(scenario.reputation))
    return lines + stability_in_words(scenario)


def stability_in_words(scenario: Scenario) -> list[str]:
    """Why what customers remember ends of itself: the condition, with its numbers."""
    most = most_volume(scenario)
    if most <= 1.0:
        return []
    said = scenario.reputation
    first = f"{_percent(said.at_most)} more by reputation, and " if said and said.complaints != said.demand else ""
    return [
        f"Even with every customer in the worst mood, what happens brings at most {most:.3g} times the contacts:"
        f" {first}{feedback(scenario):.3g} others by each (below 1, so it ends of itself)."
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _churn(churn: Churn) -> str:
    return f"{_percent(churn.base)} as content as usual, {_percent(churn.let_down)} in the worst mood"


def _people(people: Customers) -> list[str]:
    mood = people.mood
    lines = [
        f"There are {people.size:,} customers, whose mood (usually {mood.usual:g} of 5) each contact moves by"
        f" {_percent(mood.weight)} of the way; half is forgotten in {write_duration(mood.half_life)}."
    ]
    for name, tier in people.tiers.items():
        own = f"; leaving after a contact: {_churn(tier.churn)}" if tier.churn else ""
        lines.append(f"{_percent(tier.share)} are {name}: value {tier.value:g}, worth {tier.worth:,.10g}{own}.")
    if people.prefer:
        liked = ", ".join(f"{_percent(share)} {name}" for name, share in people.prefer.items())
        lines.append(f"They prefer {liked}, and {_percent(people.loyal)} of the contacts on a channel come from those.")
    if people.heavy:
        part = _percent(people.heavy.of_contacts)
        lines.append(f"{_percent(people.heavy.share)} of them bring {part} of the contacts.")
    if people.churn.let_down:
        lines.append(f"After a contact they leave for good: {_churn(people.churn)}.")
    if people.mood.angrier:
        lines.append(f"In the worst mood {_percent(people.mood.angrier)} of those who would not be are angry.")
    if people.survey_fatigue:
        tires = people.survey_fatigue
        rests = f" Nobody is asked again within {write_duration(tires.rest)}." if tires.rest else ""
        lines.append(
            f"Each survey takes {_percent(tires.each)} of the answers to the next, half of it forgotten in"
            f" {write_duration(tires.half_life)}.{rests}"
        )
    if people.again:
        lines.append(f"In the worst mood {_percent(people.again.probability)} come with another issue,"
                     f" {about(people.again.delay.mean)} later on average.")  # fmt: skip
    return lines


def _posts(name: str, kind: ContactType) -> list[str]:
    """What posts of a type say, and who answers them beside the centre."""
    lines = []
    if kind.needs_answer is not None:
        shares = ", ".join(f"{_percent(share)} of the {word}" for word, share in kind.needs_answer.items() if share < 1)
        lines.append(f"Of {name} an answer is needed by {shares or 'all'}; the others are in no rate.")
    if kind.words:
        lines.append(f"{name} say {', '.join(f'{word} ({_percent(share)})' for word, share in kind.words.items())}.")
    if kind.stars is not None:
        means = (sum(star * share for star, share in getattr(kind.stars, word).items()) for word in SENTIMENTS)
        said = ", ".join(f"{mean:.3g} from the {word}" for mean, word in zip(means, SENTIMENTS, strict=True))
        more = f"; {_percent(kind.stars.revised)} become {kind.stars.to} once settled" if kind.stars.revised else ""
        lines.append(f"{name} are reviews, with stars of {said} on average{more}.")
    if kind.community is not None:
        others = kind.community
        wrong = "" if others.right == 1 else f", {_percent(1 - others.right)} of them wrongly"
        lines.append(
            f"Other customers answer {_percent(others.answered)} of {name} if they are first, after"
            f" {about(others.after.mean)} on average{wrong}."
        )
    return lines


def _contradictions(block: Contradictions) -> str:
    known = "" if block.known == block.probability else f" ({_percent(block.known)} with shared history)"
    return (
        f"{_percent(block.probability)} of the answers that come over another channel than one before{known} contradict"
        f" it: the issue is open again, and satisfaction {block.dissatisfaction:g} lower."
    )


def _survey(survey: Survey) -> str:
    of = " or ".join(survey.of) or "any contact"
    who = ", ".join(f"{_percent(share)} with {score:g}" for score, share in survey.answered)
    more = ""
    if survey.follow_up is not None:
        block = survey.follow_up
        more = f" {_percent(block.probability)} of those below {block.below:g} are contacted again ({block.to})."
    return f"After {of} {_percent(survey.share)} are asked how content they are; of these answer: {who}.{more}"


def _reputation(said: Reputation) -> str:
    effects = [
        text
        for share, text in (
            (said.complaints, f"complaints bring {_percent(said.complaints)} more contacts"),
            (said.demand, f"{_percent(said.demand)} of the contacts stay away"),
            (said.mood, f"moods are {said.mood:g} points lower"),
        )
        if share
    ]
    what = f"for each point below {said.usual:g}, {', '.join(effects)}" if effects else "without effect"
    fades = write_duration(said.half_life)
    return f"Reputation is the mean of what is known by then, what is {fades} old counting half: {what}."
