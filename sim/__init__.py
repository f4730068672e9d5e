"""Floorcast: a contact-centre simulator and planner.

    import floorcast as fc
    result = fc.compare("airline_week", replications=20)
    result["service_level", "phone", "priority"]   # 95.1 % ± 0.9 %
    result.to_frame()

`load`, `load_policy`, `run` and `compare` are in `floorcast.front.door`, what they give in
`floorcast.front.result`; nothing is loaded before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if __name__ != "floorcast":
    raise ImportError(
        "Floorcast is imported as floorcast (the folder sim/ only holds its source): import floorcast"
    )

if TYPE_CHECKING:
    from floorcast.front.door import compare, load, load_policy, run
    from floorcast.front.result import Result
    from floorcast.policy import Policy
    from floorcast.scenario import InputErrors, Scenario

__version__ = "0.2.0.dev0"
__all__ = ["InputErrors", "Policy", "Result", "Scenario", "compare", "load", "load_policy", "run"]

_HOME = {
    "load": "floorcast.front.door",
    "load_policy": "floorcast.front.door",
    "run": "floorcast.front.door",
    "compare": "floorcast.front.door",
    "Result": "floorcast.front.result",
    "Policy": "floorcast.policy",
    "Scenario": "floorcast.scenario",
    "InputErrors": "floorcast.scenario",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for."""
    if name not in _HOME:
        from difflib import get_close_matches

        near = get_close_matches(name, _HOME, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise AttributeError(f"module 'floorcast' has no attribute {name!r}{hint}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*(name for name in globals() if name.startswith("__")), *_HOME])
