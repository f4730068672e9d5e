"""Whether the blocks about customers and the public make sense together: names, channels, loops, and
cascades that would never end."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, ChannelKind
from floorcast.scenario.read.problems import Path, Wrong, found
from floorcast.scenario.read.units import DAY
from floorcast.scenario.schema.targets import PEOPLE_MEASURES, SOCIAL_MEASURES
from floorcast.scenario.words.distributions import Distribution, DistributionKind

if TYPE_CHECKING:
    from floorcast.scenario.checks.scenario_checks import ScenarioChecks
    from floorcast.scenario.schema.demand import ContactType
    from floorcast.scenario.schema.scenario import Scenario
    from floorcast.scenario.schema.social import Cascade

_LEADING = ("repeat", "chase", "public", "private", "cascade")
_SAYING = ("needs_answer", "words", "stars", "community")
BLOCKS = (*_LEADING, *_SAYING, "resolution", "listening", "bot", "callback", "window", "history")
MOST_WORDS = 32
_GRID = 20_000
# Blocks and the kinds of channel on which they mean something.
_MEANT_FOR: dict[str, Callable[[ChannelKind], bool]] = {
    "cascade": lambda kind: kind.public,
    "listening": lambda kind: kind.public,
    "private": lambda kind: kind.public,
    "callback": lambda kind: kind.called_back,
    "window": lambda kind: kind.window,
    "chase": lambda kind: not kind.synchronous,
    "needs_answer": lambda kind: not kind.synchronous,
    "stars": lambda kind: kind.public,
    "community": lambda kind: kind.public,
}


def is_social(scenario: Scenario) -> bool:
    """Whether some contact type, or the scenario, says what its customers and the public do."""
    return scenario.remembers or any(
        getattr(entry, block) not in (None, {})
        for entry in scenario.contact_types.values()
        for block in BLOCKS
    )


def leads_to(entry: ContactType) -> set[str]:
    """Contact types that contacts of this type bring about."""
    names = {name for block in entry.leading for name in block.to}
    return names | (set(entry.listening.mistaken_for) if entry.listening else set())


def check_social(checks: ScenarioChecks) -> None:
    """Every problem of these blocks."""
    scenario = checks.scenario
    for name, entry in scenario.contact_types.items():
        _check_blocks(checks, name, entry)
    _check_crises(checks)
    _check_topics(checks)
    _check_contradictions(checks)
    if checks.whole and not is_social(scenario):
        for index, target in enumerate(scenario.targets):
            if target.measure in SOCIAL_MEASURES and target.measure not in PEOPLE_MEASURES:
                checks.error(
                    ("targets", index, "measure"),
                    Wrong(
                        f"found {target.measure}, which is kept only where a contact type says what its"
                        " customers do (cascade, listening, chase, resolution ...); allowed the other measures"
                    ),
                )
    if checks.whole and not checks.failed:
        _check_chasers(checks)
        check_cascades(checks)


def _check_blocks(checks: ScenarioChecks, name: str, entry: ContactType) -> None:
    path: Path = ("contact_types", name)
    known = True
    for block in _LEADING:
        value = getattr(entry, block)
        if value is not None:
            known &= checks.known("contact type", value.to, checks.types, (*path, block, "to"))
    if entry.community and entry.community.repeat:
        to, place = entry.community.repeat.to, (*path, "community", "repeat", "to")
        known &= checks.known("contact type", to, checks.types, place)
    if entry.listening:
        to = entry.listening.mistaken_for
        known &= checks.known("contact type", to, checks.types, (*path, "listening", "mistaken_for"))
    if not checks.whole or not known or entry.channel not in checks.scenario.channels:
        return
    traits = checks.scenario.traits_of(entry.channel)
    for block, meant in _MEANT_FOR.items():
        if getattr(entry, block) is not None and not meant(traits):
            kinds = ", ".join(row.name for row in CHANNEL_KINDS.values() if meant(row))
            checks.error((*path, block), found(f"{block} on {traits.name}", f"on {kinds} only"))
    if entry.listening and entry.listening.relevant == 0:
        checks.warn((*path, "listening", "relevant"), "nothing that is posted concerns the centre: nobody waits for it")
    if entry.chase and entry.patience is None:
        checks.error(
            (*path, "chase"), Wrong("found chase without patience; allowed with the tolerance as patience")
        )
    _check_kinds(checks, path, "public", entry.public, True)
    _check_kinds(checks, path, "private", entry.private, False)
    _check_kinds(checks, path, "cascade", entry.cascade, True)
    for index, other in enumerate(entry.listening.mistaken_for if entry.listening else ()):
        if other == name or _channel(checks, other) != entry.channel:
            place = checks.place((*path, "listening", "mistaken_for"), other, index)
            checks.error(place, found(other, f"other contact types of the channel {entry.channel}"))


def _check_topics(checks: ScenarioChecks) -> None:
    """Topics are made of words that posts carry."""
    scenario = checks.scenario
    for name, words in scenario.topics.items() if checks.whole else ():
        checks.known("word", words, scenario.words, ("topics", name))
        if not words:
            checks.error(("topics", name), Wrong("found no word; allowed the words by which posts about it are known"))
    known = {word for words in scenario.topics.values() for word in words}
    carried: list[tuple[Path, Collection[str]]] = [
        (("contact_types", name, "words"), kind.words) for name, kind in scenario.contact_types.items()
    ]
    carried += [(("crises", index, "words"), crisis.words) for index, crisis in enumerate(scenario.crises)]
    for path, said in carried if checks.whole else ():
        for word in said:
            if word not in known:
                checks.warn(path, f"{word} is a word of no topic, and so nothing can look at it")
    if len(scenario.words) > MOST_WORDS:
        checks.error(("contact_types",), found(f"{len(scenario.words)} different words", f"at most {MOST_WORDS}"))


def _check_contradictions(checks: ScenarioChecks) -> None:
    """Answers can contradict each other only where an issue has several contacts."""
    block = checks.scenario.contradictions
    if block is None:
        return
    if block.repeat is not None:
        checks.known("contact type", block.repeat.to, checks.types, ("contradictions", "repeat", "to"))
    blocks = ("repeat", "chase", "public", "private", "community")
    kinds = checks.scenario.contact_types.values()
    if checks.whole and not any(getattr(kind, name) for kind in kinds for name in blocks):
        checks.error(
            ("contradictions",),
            Wrong(f"found contradictions, but every issue has one contact only; allowed beside {', '.join(blocks)}"),
        )


def _channel(checks: ScenarioChecks, name: str) -> str | None:
    entry = checks.scenario.contact_types.get(name)
    return entry.channel if entry else None


def _check_kinds(checks: ScenarioChecks, path: Path, block: str, value: Any, social: bool) -> None:
    for index, to in enumerate(value.to if value else ()):
        channel = _channel(checks, to)
        if channel is None or channel not in checks.scenario.channels:
            continue
        if checks.scenario.traits_of(channel).public != social:
            allowed = "contact types of a social channel" if social else "of a channel that is not social"
            checks.error(checks.place((*path, block, "to"), to, index), found(to, allowed))


def _check_crises(checks: ScenarioChecks) -> None:
    scenario = checks.scenario
    campaigns = [
        source.campaign.name
        for entry in scenario.contact_types.values()
        for source in entry.arrivals
        if source.campaign
    ]
    for index, crisis in enumerate(scenario.crises):
        path: Path = ("crises", index)
        if crisis.name in campaigns:
            checks.error((*path, "name"), Wrong(f"found {crisis.name!r} a second time; allowed once"))
        campaigns.append(crisis.name)
        seconds = (crisis.at - scenario.start).total_seconds()
        if not 0 <= seconds < scenario.days * DAY:
            within = f"an instant within {scenario.days} days from {scenario.start}"
            checks.error((*path, "at"), found(str(crisis.at), within))
        if not checks.known("contact type", [crisis.contact_type], checks.types, (*path, "contact_type")):
            continue
        entry = scenario.contact_types.get(crisis.contact_type)
        if entry is not None and entry.cascade is None and not checks.has_faulty(crisis.contact_type, "cascade"):
            checks.error((*path, "contact_type"), found(crisis.contact_type, "a contact type with a cascade"))


def _check_chasers(checks: ScenarioChecks) -> None:
    """Contacts that chase each other without a pause would all come at one instant."""
    types = checks.scenario.contact_types
    at_once = {
        name: set(entry.chase.to or {name: 1.0})
        for name, entry in types.items()
        if entry.chase and entry.chase.probability > 0 and entry.patience and entry.patience.is_zero
    }
    for name in at_once:
        seen, ahead = [name], list(at_once[name])
        while ahead:
            to = ahead.pop()
            if to == name:
                checks.error(
                    ("contact_types", name, "chase"),
                    Wrong(
                        f"found chasers that form a loop without end: {' -> '.join([*seen, name])} with a"
                        " tolerance of 0; allowed a patience above 0 somewhere in the loop"
                    ),
                )
                return
            if to in at_once and to not in seen:
                seen.append(to)
                ahead += at_once[to]


def reach_factor(entry: ContactType) -> float:
    """Mean factor of a type's reach on the posts attracted."""
    assert entry.cascade is not None
    reach = entry.cascade.reach
    if reach is None:
        return 1.0
    if entry.reach.kind is DistributionKind.LOGNORMAL and reach.power > 0 and not entry.reach.zero:
        return _lognormal_factor(entry.reach, reach)
    u = (np.arange(_GRID) + 0.5) / _GRID
    tail = 1.0 - 1.0 / _GRID * np.geomspace(1.0, 1e-6, 2001)
    middle = entry.reach.quantile(u[:-1])
    factor = np.minimum((middle / reach.typical) ** reach.power, reach.at_most).sum() / _GRID
    ends = np.minimum((entry.reach.quantile(tail) / reach.typical) ** reach.power, reach.at_most)
    return float(factor + np.dot(ends[:-1], np.diff(tail)))


def _lognormal_factor(of: Distribution, reach: Any) -> float:
    """The same in closed form: partial moments of a lognormal distribution, which need no scipy."""
    mean, spread, power = of.a - math.log(reach.typical), of.b, reach.power
    whole = math.exp(power * mean + 0.5 * (power * spread) ** 2)
    if reach.at_most == math.inf:
        return whole
    cut = (math.log(reach.at_most) / power - mean) / spread
    return whole * _normal(cut - power * spread) + float(reach.at_most) * _normal(-cut)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def sentiment_factor(entry: ContactType) -> float:
    """Mean factor of a type's sentiment on the posts attracted."""
    assert entry.cascade is not None
    factors = entry.cascade.sentiment
    return math.fsum(share * factors.get(word, 1.0) for word, share in entry.sentiment.items())


def branching_ratio(scenario: Scenario) -> float:
    """Posts that a post attracts in the long run while all stay unanswered (0 without cascades):
    the spectral radius over types; a cascade ends if it is below 1."""
    names = [name for name, entry in scenario.contact_types.items() if entry.cascade]
    if not names:
        return 0.0
    attracted = np.zeros((len(names), len(names)))
    for row, name in enumerate(names):
        entry = scenario.contact_types[name]
        cascade: Cascade = entry.cascade  # type: ignore[assignment]
        ratio = cascade.branching * reach_factor(entry) * sentiment_factor(entry)
        for to, share in (cascade.to or {name: 1.0}).items():
            if to in names:
                attracted[row, names.index(to)] = ratio * share
    return float(np.abs(np.linalg.eigvals(attracted)).max())


def check_cascades(checks: ScenarioChecks) -> None:
    """Cascades must end of themselves, and reach must have a mean where it drives them."""
    scenario = checks.scenario
    overall = branching_ratio(scenario)
    for name, entry in scenario.contact_types.items():
        cascade = entry.cascade
        if cascade is None:
            continue
        path: Path = ("contact_types", name, "cascade")
        reach, sentiment = reach_factor(entry), sentiment_factor(entry)
        own = cascade.branching * reach * sentiment
        endless = cascade.reach is not None and cascade.reach.at_most == math.inf
        if endless and entry.reach.mean == math.inf and (own > 0.5 or cascade.reach.power >= 1):  # type: ignore[union-attr]
            checks.error(
                (*path, "reach"),
                Wrong(
                    f"found a reach with infinite mean and a branching ratio of {own:.3g}; allowed an"
                    " at_most for its factor, or a reach with a finite mean"
                ),
            )
        elif overall >= 1 and own >= 1:
            checks.error(
                (*path, "branching"),
                Wrong(
                    f"found a branching ratio of {own:.3g} ({cascade.branching:g} x {reach:.3g} for reach x"
                    f" {sentiment:.3g} for sentiment), a cascade without end; allowed below 1"
                ),
            )
        poor = 1.0 - entry.resolution.probability if entry.resolution else 0.0
        if cascade.backfire and not poor:
            checks.warn((*path, "backfire"), "never happens: without `resolution` below 1 no answer is poor")
        fire = cascade.residual * own + cascade.backfire * poor
        if own < 1 <= fire:
            checks.error(
                (*path, "backfire"),
                Wrong(
                    f"found a branching ratio of {fire:.3g} after poor answers ({cascade.backfire:g} x"
                    f" {poor:.3g} unresolved + the residual {cascade.residual * own:.3g}); allowed below 1"
                ),
            )
    if overall >= 1 and not checks.failed:
        checks.error(
            ("contact_types",),
            Wrong(f"found cascades that feed each other with a branching ratio of {overall:.3g}; allowed below 1"),
        )
