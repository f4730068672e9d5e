"""What a study's verdicts owe to what is assumed, in words: tables, page, reports and files take them from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from floorcast.study.verdicts import DifferenceVerdict, TargetVerdict

MOST_SHOWN = 4  # ends that a sentence lists
_ENDS = {1: "the only end", 2: "both ends"}
OPPOSITE = {"met": "missed", "missed": "met", "better": "worse", "worse": "better"}


def turning(entry: Mapping[str, Any]) -> str:
    """Where one verdict of a document turns, in words: "turns at storm_tweets.cascade.branching = 0.8"."""
    return f"turns at {_shown(entry['turns'])}"


def _shown(ends: Sequence[str]) -> str:
    more = f" and {len(ends) - MOST_SHOWN} more" if len(ends) > MOST_SHOWN else ""
    return ", ".join(ends[:MOST_SHOWN]) + more


class Beside:
    """What stands beside the verdicts of a study that was held against what it assumes. False where it never was."""

    def __init__(self, robust: Mapping[str, Any] | None) -> None:
        """robust: what `document` gave, with its `replications`, `ends` and `refused`."""
        self._robust = robust or {}
        self._entries = {tuple(entry["key"]): entry for entry in self._robust.get("verdicts", ())}

    @property
    def document(self) -> Mapping[str, Any]:
        """All of it in plain values."""
        return self._robust

    def __bool__(self) -> bool:
        return bool(self._robust)

    def said(self, verdict: str, *key: str) -> tuple[str, str]:
        """A word or two, and a sentence; ("", "") where that verdict was not held against anything, or was another
        then. key: as of `Held`; a difference may be of the two policies the other way round."""
        entry = self._entries.get(key)
        if entry is None and len(key) == len(("policy", "against", "of", "by", "measure")):
            policy, against, *thing = key
            entry, verdict = self._entries.get((against, policy, *thing)), OPPOSITE.get(verdict, verdict)
        if entry is None or entry["verdict"] != verdict:
            return "", ""
        ends = self._robust["ends"]
        if entry["holds"]:
            return "holds", f"holds at {_ENDS.get(ends, f'all {ends} ends')} of what is assumed"
        if entry["turns"]:
            return "turns", turning(entry)
        there = f"{ends - len(entry['unsure'])} of {ends}"
        return f"at {there}", f"holds at {there} ends of what is assumed, no longer sure at {_shown(entry['unsure'])}"

    def target(self, one: TargetVerdict) -> tuple[str, str]:
        """The same of a target under a policy."""
        return self.said(one.verdict, one.policy, one.target.of, one.target.by, one.target.text)

    def difference(self, one: DifferenceVerdict) -> tuple[str, str]:
        """The same of a difference between two policies."""
        return self.said(one.verdict, one.policy, one.against, one.row.of, one.row.by, one.row.measure)

    def summary(self) -> list[str]:
        """Against what verdicts were held, what the words mean, and what was not tried; nothing where they were not."""
        if not self:
            return []
        assumed, runs, ends = len(self._robust["assumed"]), self._robust["replications"], self._robust["ends"]
        return [
            f"Held against {assumed} assumed number{'' if assumed == 1 else 's, each alone'} at both ends of its range:"
            f" {ends} ends, {runs} replications each, the same customers.",
            f"holds: the same verdict at every end; at {ends - 1} of {ends}: at the others it is no longer sure;"
            " turns: at one it is the opposite for sure.",
            *(f"Not tried: {text}." for text in self._robust["refused"]),
        ]

    def runaway(self, policy: str) -> str:
        """The least and the most of the runs that ran away over the ends, and where; "" where that was not asked."""
        shares = {
            f"{one['number']} {'' if one['value'][:1] in '+-' else '= '}{one['value']}": one["happened"] / one["runs"]
            for one in self._robust.get("chances", ())
            if one["policy"] == policy
        }
        if not shares:
            return ""
        low, high = (choose(shares, key=lambda end: shares[end]) for choose in (min, max))
        if shares[low] == shares[high]:
            return f"{100 * shares[low]:.0f} % at every end of what is assumed"
        least, most = (100 * shares[end] for end in (low, high))
        return f"at the ends of what is assumed from {least:.0f} % ({low}) to {most:.0f} % ({high})"

    def ranges(self) -> list[Mapping[str, Any]]:
        """The assumed numbers with their ranges, and why these."""
        return list(self._robust.get("assumed", ()))


def with_robustness(study: Mapping[str, Any], robust: Mapping[str, Any]) -> dict[str, Any]:
    """A study's document with what its verdicts owe to what is assumed: `robust` and `robust_why` of every target and
    difference, and all of it under `robust`. As it was where it was never held against anything."""
    beside = Beside(robust)
    if not beside:
        return dict(study)

    def told(entry: Mapping[str, Any], *key: str) -> dict[str, Any]:
        mark, why = beside.said(entry["verdict"], *(entry[name] for name in key))
        return {**entry, "robust": mark, "robust_why": why}

    return {
        **study,
        "targets": [told(one, "policy", "of", "by", "target") for one in study["targets"]],
        "differences": [told(one, "policy", "against", "of", "by", "measure") for one in study["differences"]],
        "robust": robust,
    }
