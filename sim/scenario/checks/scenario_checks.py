"""Collects the problems of one scenario, with the names that it defines."""

from __future__ import annotations

from typing import Any

from floorcast.scenario.checks.name_checks import NameChecks
from floorcast.scenario.schema.scenario import Scenario


class ScenarioChecks(NameChecks):
    """`whole`: nothing was taken out. Names taken out of a faulty scenario count as known."""

    def __init__(self, scenario: Scenario, entries: dict[str, Any] | None) -> None:
        super().__init__(scenario._origin.document)
        self.scenario = scenario
        self.whole = entries is None
        self._entries = entries or {}
        self.types = self._names("contact_types", entries)
        self.channels = self._names("channels", entries)
        self.groups = self._names("groups", entries)
        self.skills = self._skills(entries)

    def has_faulty(self, contact_type: str, block: str) -> bool:
        """Whether a contact type has this block, but it was taken out for a fault of its own."""
        types = self._entries.get("contact_types")
        written = types.get(contact_type) if isinstance(types, dict) else None
        return isinstance(written, dict) and block in written

    def _names(self, section: str, entries: dict[str, Any] | None) -> list[str]:
        written = (entries or {}).get(section)
        return list(written if isinstance(written, dict) else getattr(self.scenario, section))

    def _skills(self, entries: dict[str, Any] | None) -> list[str]:
        """Skills of all groups, those of groups taken out among them."""
        owned = dict.fromkeys(s for group in self.scenario.groups.values() for s in group.skills)
        for group in (entries or {}).get("groups", {}).values():
            written = group.get("skills") if isinstance(group, dict) else None
            names = written if isinstance(written, list | dict) else [written]
            owned.update((name, None) for name in names if isinstance(name, str))
        return list(owned)
