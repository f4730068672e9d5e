"""Satisfaction and promoter score by the scenario's own formula (`satisfaction:`).

A customer who was answered scores

    best - waiting * log2(wait / expectation)   (only when the wait is beyond the expectation)
         - broken_promise                       (when a holding reply promised an answer that came later)
         - contradictions: dissatisfaction      (when it contradicts an answer on another channel)
         - unresolved                           (when the issue was not resolved by this contact)
         + rating * (the group's rating - 4)    (when the group has a rating)

kept between 1 and 5; one who left, was lost without an answer or saw the post taken down scores `unanswered`.
Contacts that are still open, that went on in private (rated there), that needed no answer and noise are not rated.
The promoter score is the share at `promoter` or above less the share at `detractor` or below.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from floorcast.measures.base.records import Floats, Ints, among
from floorcast.measures.contacts.distribution import SCORES
from floorcast.measures.contacts.run_table import Ratio
from floorcast.measures.customers.social_table import SocialTable
from floorcast.model.records.layout import Outcome
from floorcast.model.records.social import Flag, Mark

_ANSWERED = (Outcome.HANDLED, Outcome.CLOSED_WITH_ANOTHER, Outcome.CONTAINED)
_LEFT = (Outcome.ABANDONED, Outcome.BLOCKED, Outcome.TURNED_AWAY, Outcome.LOST)
_LOWEST, _HIGHEST, _USUAL_RATING = 1.0, 5.0, 4.0


def satisfaction_measures(table: SocialTable) -> dict[str, Ratio]:
    """Mean satisfaction and promoter score over scopes [S]."""
    score = scores(table)
    formula = table.run.world.scenario.satisfaction
    rated = ~np.isnan(score)
    promoters, detractors = score >= formula.promoter, score <= formula.detractor  # NaN is neither
    number = table.total(rated)
    return {
        "satisfaction": (table.total(score, rated), number),
        "promoter_score": (table.total(promoters.astype(np.float64) - detractors), number),
    }


def scored(table: SocialTable) -> Ints:
    """Measured and rated contacts by contact type and score, [K, bins] with the upper edges SCORES; none where the
    scenario tells nothing of its customers."""
    from floorcast.measures.cells.compiled import add_scores

    world = table.run.world
    n_types, n_bins = len(world.type_names), SCORES.size + 1
    if not world.social:
        return np.zeros((n_types, n_bins), dtype=np.int64)
    found = np.zeros((n_types, n_bins), np.int64)
    measured = table.cells.measured
    add_scores(scores(table)[:measured], table.kinds[:measured], SCORES, found)
    return found


_known: WeakKeyDictionary[SocialTable, Floats] = WeakKeyDictionary()


def scores(table: SocialTable) -> Floats:
    """The satisfaction of each contact [n], NaN where it is not rated; worked out once."""
    known = _known.get(table)
    if known is None:
        known = _known[table] = _scores(table)
    return known


def _scores(table: SocialTable) -> Floats:
    world = table.run.world
    scenario, formula = world.scenario, world.scenario.satisfaction
    expected = np.array([scenario.expectation(name) for name in world.type_names])
    wait = _waits(table)
    score = np.full(wait.size, float(formula.best))
    limit = expected.take(table["contact_type"])
    late = np.flatnonzero(wait > limit)
    score[late] -= formula.waiting * np.log2(wait.take(late) / limit.take(late))
    score -= formula.unresolved * (table["resolved"] == 0)
    _, kept, due = table.promises
    broken = due & ~kept
    if broken.any():
        score -= formula.broken_promise * broken
    contradicted = table.marked(Mark.CONTRADICTED)
    if contradicted.any():
        score -= scenario.contradictions.dissatisfaction * contradicted
    ratings = np.array([scenario.groups[name].rating or _USUAL_RATING for name in world.group_names] + [_USUAL_RATING])
    if (ratings != _USUAL_RATING).any():
        score += formula.rating * (ratings[table["group"]] - _USUAL_RATING)  # the last stands for no group
    np.clip(score, _LOWEST, _HIGHEST, out=score)
    rated = table.from_customers & ~table.marked(Mark.NEEDLESS)
    answered = among(table["outcome"], _ANSWERED) & ~table.has(Flag.MOVED) & rated
    left = (among(table["outcome"], _LEFT) | table.marked(Mark.NOTICED)) & rated
    return np.where(answered, score, np.where(left, formula.unanswered, np.nan))


def _waits(table: SocialTable) -> Floats:
    """Seconds to each contact's own clock; of those closed or contained, to their end."""
    waits = table.all_contacts.wait_by_own_clock
    never = np.flatnonzero(np.isnan(waits))
    waits = np.fmax(waits, 0.0)  # of NaN, which no end has replaced, 0 as well
    waits[never] = np.fmax(table["ended"].take(never) - table["arrived"].take(never), 0.0)
    waits[table["outcome"] == Outcome.CONTAINED] = 0.0
    return waits
