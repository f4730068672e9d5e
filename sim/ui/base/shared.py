"""What is worked out once for all readers of a server: shipped scenarios, policies that suit them, their pictures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 200  # things kept; what was asked for least lately goes


@dataclass
class _Kept:
    of: object  # held, so that no other object gets its id
    value: Any = None
    made: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)  # one reader makes it, the others wait for that


_kept: OrderedDict[tuple[str, Hashable], _Kept] = OrderedDict()
_guard = threading.Lock()


def shared(place: str, key: Hashable, make: Callable[[], T], *, of: object = None) -> T:
    """`make()`, or what it gave for the same key, whoever asked. Nobody may change it.

    of: an object by whose `id` the key tells it from others.
    """
    with _guard:
        one = _kept.setdefault((place, key), _Kept(of))
        _kept.move_to_end((place, key))
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    with one.turn:
        if not one.made:
            one.value, one.made = make(), True
    value: T = one.value
    return value
