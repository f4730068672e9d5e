"""Fingerprints: whether a stored study is of the same scenario, policies and simulator."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

# What may change without changing the outcome of a replication.
_FREE = {
    "name", "description", "text", "file", "seed", "replications", "policies", "policy",
    "variants", "uncertain", "indifference",
    "hiring",
}  # fmt: skip

# The packages in which a replication and its measures are made.
_ENGINE = ("scenario", "policy", "model", "clock", "measures")


def text_hash(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def scenario_fingerprint(scenario: Any) -> str:
    """SHA-256 of all that a scenario means: changes made since it was read, and the content of its
    CSV files, count; its name, comments, seed and number of replications do not."""
    digest = hashlib.sha256()
    for piece in _pieces(scenario, _FREE):
        digest.update(piece)
    if hasattr(scenario, "sources"):  # profiles and traces keep their CSV rows out of their fields
        for name in scenario.type_names:
            for piece in _pieces(scenario.sources(name)):
                digest.update(piece)
    return digest.hexdigest()


def policy_fingerprint(policy: Any) -> str:
    """SHA-256 of all that a policy means; its name and comments do not count."""
    digest = hashlib.sha256()
    for piece in _pieces(policy, _FREE):
        digest.update(piece)
    return digest.hexdigest()


@cache
def engine_fingerprint() -> str:
    """SHA-256 of the sources that make a replication and its measures."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for package in _ENGINE:
        for path in sorted((root / package).glob("**/*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _pieces(thing: Any, leave_out: Iterable[str] = ()) -> Iterator[bytes]:
    """The content of a value as bytes, in one order whatever the process."""
    left = set(leave_out)
    if isinstance(thing, np.ndarray):
        yield f"array {thing.dtype.str} {thing.shape}".encode()
        yield np.ascontiguousarray(thing).tobytes()
    elif isinstance(thing, Enum):
        yield f"{type(thing).__name__}.{thing.name}".encode()
    elif isinstance(thing, Mapping):
        kind = "map" if type(thing) is dict else type(thing).__name__
        yield f"{kind} {len(thing)}".encode()
        for key, value in thing.items():
            yield f"key {key!r}".encode()
            yield from _pieces(value)
    elif isinstance(thing, set | frozenset):
        yield from _pieces(sorted(thing, key=repr))
    elif isinstance(thing, list | tuple):
        yield f"list {len(thing)}".encode()
        for value in thing:
            yield from _pieces(value)
    elif (fields := _fields(thing)) is not None:
        yield type(thing).__name__.encode()
        for name in fields:
            if name not in left:
                yield name.encode()
                yield from _pieces(getattr(thing, name))
    else:
        yield repr(thing).encode()


def _fields(thing: Any) -> list[str] | None:
    """Names of the fields of an object made of fields; None for plain values."""
    if dataclasses.is_dataclass(thing):
        return [field.name for field in dataclasses.fields(thing)]
    if hasattr(type(thing), "model_fields"):
        return list(type(thing).model_fields)
    if " object at 0x" in repr(thing):  # an address is no content
        return sorted(vars(thing))
    return None
