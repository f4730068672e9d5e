"""What generators draw, held against the schemas: fields that are set, and members that are chosen.

A field or a member of an enumeration that no generator ever draws is one that no law and no comparison has seen.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

Member = tuple[str, ...]  # class, field (and value)


def classes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation leads to."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from classes_in(part)


def values_in(annotation: Any) -> Iterator[str]:
    """The members of literal types that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Literal:
        yield from (value for value in get_args(annotation) if isinstance(value, str))
    elif origin in (Annotated, tuple, dict, list, types.UnionType) or origin is not None:
        for part in get_args(annotation):
            yield from values_in(part)


def all_of(roots: Iterable[type[BaseModel]]) -> set[Member]:
    """Every field and every member of an enumeration below some models."""
    left, seen, found = list(roots), set[type[BaseModel]](), set[Member]()
    while left:
        model = left.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            found.add((model.__name__, name))
            found |= {(model.__name__, name, value) for value in values_in(field.annotation)}
            left += classes_in(field.annotation)
    return found


def drawn_in(value: Any) -> Iterator[Member]:
    """The fields that are set in a model and in all below it, and the members chosen there."""
    if isinstance(value, BaseModel):
        owners = [one for one in type(value).__mro__ if issubclass(one, BaseModel)]
        for name in value.model_fields_set:
            own = getattr(value, name)
            for owner in owners:
                yield owner.__name__, name
                for word in own if isinstance(own, tuple) else (own,):
                    if isinstance(word, str):
                        yield owner.__name__, name, word
            yield from drawn_in(own)
    elif isinstance(value, dict):
        for one in value.values():
            yield from drawn_in(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from drawn_in(one)
