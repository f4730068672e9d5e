"""What all readers share is made once, by whoever comes first, and forgotten by what was asked for least lately."""

from __future__ import annotations

import threading
import time

import pytest

import floorcast.ui.base.shared as shared


def test_twenty_at_once_make_it_once_and_a_failure_is_tried_again() -> None:
    made: list[int] = []

    def slowly() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    found: list[int] = []
    readers = [
        threading.Thread(target=lambda: found.append(shared.shared("a test", "one", slowly))) for _ in range(20)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [1] * 20
    with pytest.raises(ZeroDivisionError):
        shared.shared("a test", "two", lambda: 1 // 0)
    assert shared.shared("a test", "two", lambda: 7) == 7


def test_what_was_asked_for_least_lately_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST", 2)
    for key in ("a", "b", "a", "c"):
        shared.shared("bounded", key, lambda: key)  # noqa: B023
    assert shared.shared("bounded", "a", lambda: "anew") == "a"
    assert shared.shared("bounded", "b", lambda: "anew") == "anew"
