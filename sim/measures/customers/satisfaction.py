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
from floorcast.scenario.catalogue.measures import CLOCKS

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
    expected = np.array([scenario.expectation(name) for name in world.type_names])[table.kinds]
    wait = _waits(table)
    score = np.full(wait.size, float(formula.best))
    late = np.flatnonzero(wait > expected)
    score[late] -= formula.waiting * np.log2(wait[late] / expected[late])
    score = score - formula.unresolved * (table["resolved"] == 0)
    _, kept, due = table.promises
    score = score - formula.broken_promise * (due & ~kept)
    contradicted = table.marked(Mark.CONTRADICTED)
    if contradicted.any():
        score = score - scenario.contradictions.dissatisfaction * contradicted
    ratings = [scenario.groups[name].rating or _USUAL_RATING for name in world.group_names]
    rating = np.array([*ratings, _USUAL_RATING])[table["group"]]  # the last stands for no group
    answered = among(table["outcome"], _ANSWERED) & ~table.has(Flag.MOVED)
    score = np.clip(score + formula.rating * (rating - _USUAL_RATING), _LOWEST, _HIGHEST)
    answered &= table.from_customers
    left = (among(table["outcome"], _LEFT) | table.marked(Mark.NOTICED)) & table.from_customers
    needless = table.marked(Mark.NEEDLESS)
    answered, left = answered & ~needless, left & ~needless
    return np.where(answered, score, np.where(left, formula.unanswered, np.nan))


def _waits(table: SocialTable) -> Floats:
    """Seconds to each contact's own clock; of those closed or contained, to their end."""
    clocks = np.asarray(table.settings.clock)[table.kinds]
    stamps = np.full(len(clocks), np.nan)
    for code, name in enumerate(CLOCKS):
        own = clocks == code
        if own.any():
            stamps = np.where(own, table["ended" if name == "resolved" else name], stamps)
    stamps = np.where(np.isnan(stamps), table["ended"], stamps)
    waits: Floats = np.maximum(stamps - table["arrived"], 0.0)
    contained = table["outcome"] == Outcome.CONTAINED
    return np.where(np.isnan(waits) | contained, 0.0, waits)
