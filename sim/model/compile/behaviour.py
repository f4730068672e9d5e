"""What customers and the public do, as a table: one row per contact type, read where traits say so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.records.social import BEHAVIOUR, Trait
from floorcast.scenario.words.schema_words import SENTIMENTS

if TYPE_CHECKING:
    from floorcast.model.compile.tables import DrawTable, MixTable
    from floorcast.model.records.state import Array
    from floorcast.scenario.schema.demand import ContactType
    from floorcast.scenario.schema.scenario import Scenario


def behaviour_table(scenario: Scenario, types: Array, draws: DrawTable, mixes: MixTable) -> Array:
    """The table; also fills ``traits`` of the types."""
    names = scenario.type_names
    table = np.zeros(len(names), dtype=BEHAVIOUR)
    for k, name in enumerate(names):
        writer = _Writer(table[k], name, names, draws, mixes)
        types[k]["traits"] = writer.write(scenario.contact_types[name], scenario)
    return table


class _Writer:
    """Fills one row from the blocks of one contact type."""

    def __init__(
        self, row: Array, name: str, names: tuple[str, ...], draws: DrawTable, mixes: MixTable
    ) -> None:
        self.row, self.name, self.names, self.draws, self.mixes = row, name, names, draws, mixes

    def write(self, kind: ContactType, scenario: Scenario) -> int:
        """Fill the row; gives the traits."""
        self.row["resolution"], self.row["public_after"] = 1.0, math.inf
        self.row["known_work"] = self.row["known_resolution"] = 1.0
        traits = 0
        for trait, block, fill in (
            (Trait.RESOLUTION, kind.resolution, self._resolution),
            (Trait.REPEAT, kind.repeat, self._repeat),
            (Trait.CHASE, kind.chase, self._chase),
            (Trait.PUBLIC, kind.public, self._public),
            (Trait.PRIVATE, kind.private, self._private),
            (Trait.CASCADE, kind.cascade, self._cascade),
            (Trait.LISTEN, kind.listening, self._listening),
            (Trait.BOT, kind.bot, self._bot),
            (Trait.CALLBACK, kind.callback, self._callback),
            (Trait.HISTORY, kind.history, self._history),
            (Trait.COMMUNITY, kind.community, self._community),
        ):
            if block is not None:
                fill(block)
                traits |= trait
        slogans = any(crisis.words and crisis.contact_type == self.name for crisis in scenario.crises)
        if slogans or kind.words or kind.needs_answer is not None or kind.stars is not None:
            self._says(kind, scenario)
            traits |= Trait.SAYS
        self.row["purchase"] = self.draws.row(kind.last_purchase, optional=False)
        self.row["activity"] = self.draws.row(kind.activity)
        if kind.window is not None:
            self.row["window"] = kind.window
            traits |= Trait.WINDOW
        if kind.public is not None:
            self.row["public_after"] = kind.public.after * scenario.expectation(self.name)
        return int(traits)

    def _says(self, kind: ContactType, scenario: Scenario) -> None:
        row = self.row
        for sentiment in SENTIMENTS:
            row[f"need_{sentiment}"] = 1.0 if kind.needs_answer is None else kind.needs_answer[sentiment]
            if kind.stars is not None:
                stars = getattr(kind.stars, sentiment)
                row[f"{sentiment}_from"], row[f"{sentiment}_to"] = self.mixes.rows(stars)
                row["revised"], row["revised_to"] = kind.stars.revised, kind.stars.to
        words = [(share, scenario.words.index(word)) for word, share in kind.words.items()]
        row["words_from"], row["words_to"] = self.mixes.steps(words)

    def _community(self, block: Any) -> None:
        row, told = self.row, block.repeat
        row["peers"], row["peers_right"] = block.answered, block.right
        row["peers_after"] = self.draws.row(block.after)
        row["peers_delay"] = -1
        self._to("peers", told.to if told else {})
        if told is not None:
            row["peers_repeat"], row["peers_most"] = told.probability, told.at_most
            row["peers_delay"] = self.draws.row(told.delay, optional=False)

    def _to(self, prefix: str, to: dict[str, float]) -> None:
        shares = {self.names.index(name): share for name, share in (to or {self.name: 1.0}).items()}
        self.row[f"{prefix}_from"], self.row[f"{prefix}_to"] = self.mixes.rows(shares)

    def _resolution(self, block: Any) -> None:
        self.row["resolution"], self.row["skill"] = block.probability, block.skill

    def _repeat(self, block: Any) -> None:
        self.row["repeat"], self.row["repeat_most"] = block.probability, block.at_most
        self.row["repeat_delay"] = self.draws.row(block.delay, optional=False)
        self._to("repeat", block.to)

    def _chase(self, block: Any) -> None:
        self.row["chase"], self.row["chase_most"] = block.probability, block.at_most
        self._to("chase", block.to)

    def _public(self, block: Any) -> None:
        self.row["public_wait"] = block.long_wait
        self.row["public_abandoned"] = block.abandoned
        self.row["public_unresolved"] = block.unresolved
        self.row["public_delay"] = self.draws.row(block.delay)
        self._to("public", block.to)

    def _private(self, block: Any) -> None:
        self.row["private"] = block.probability
        self.row["private_delay"] = self.draws.row(block.delay)
        self._to("private", block.to)

    def _cascade(self, block: Any) -> None:
        row = self.row
        row["branching"], row["residual"], row["closes"] = block.branching, block.residual, block.closes
        row["backfire"] = block.backfire
        row["kernel"] = self.draws.row(block.delay, optional=False)
        for sentiment in ("negative", "neutral", "positive"):
            row[sentiment] = block.sentiment.get(sentiment, 1.0)
        row["typical"], row["most"] = 1.0, math.inf
        if block.reach is not None:
            row["typical"], row["power"] = block.reach.typical, block.reach.power
            row["most"] = block.reach.at_most
        self._to("cascade", block.to)

    def _listening(self, block: Any) -> None:
        row = self.row
        for name in ("poll", "relevant", "recall", "false_positives"):
            row[name] = getattr(block, name)
        row["sentiment_accuracy"] = block.sentiment_accuracy
        row["subject_accuracy"] = block.subject_accuracy
        row["late"], row["late_after"] = 0.0, -1
        if block.found_late is not None:
            row["late"] = block.found_late.share
            row["late_after"] = self.draws.row(block.found_late.after)
        row["triage"] = self.draws.row(block.triage, optional=False)
        row["look"] = self.draws.row(block.look, optional=False)
        if block.mistaken_for:
            self._to("others", block.mistaken_for)

    def _history(self, block: Any) -> None:
        self.row["known_work"], self.row["known_resolution"] = block.work, block.resolution

    def _bot(self, block: Any) -> None:
        self.row["contains"], self.row["bot_takes"] = block.contains, self.draws.row(block.takes)

    def _callback(self, block: Any) -> None:
        self.row["callback"], self.row["callback_after"] = block.accepted, block.above
