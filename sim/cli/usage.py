"""Messages for command lines that cannot be understood: one sentence each, with what was found and what is allowed."""

from __future__ import annotations

import difflib
import re
from typing import Any, Literal, get_args, get_origin


def sentence(fault: Any) -> str:
    """A fault of the command line, as typer raises it (a usage error), in the words of Floorcast.

    Told by name, since typer has moved these classes between packages.
    """
    kinds = {kind.__name__ for kind in type(fault).__mro__}
    ctx = getattr(fault, "ctx", None)
    path = ctx.command_path if ctx is not None else "floorcast"
    if "MissingParameter" in kinds:
        name = _name(fault.param)
        return f"found no {name}; allowed {path} {name} and options, see {path} --help"
    if "BadParameter" in kinds:
        return _bad_value(fault)
    if "NoSuchOption" in kinds:
        known = [name for param in getattr(fault.cmd, "params", ()) for name in param.opts] + ["--help"]
        return f"found no option {fault.option_name}; {_nearest(fault.option_name, known)}see {path} --help"
    if "BadOptionUsage" in kinds:
        return f"{fault.option_name}: found nothing after it; allowed a value, see {path} --help"
    command = re.match(r"No such command '(.*?)'\.", fault.message)
    if command:
        known = list(getattr(getattr(fault, "cmd", None), "commands", ()))
        return f"found no command {command[1]!r}; {_nearest(command[1], known)}floorcast --help lists all"
    extra = re.match(r"Got unexpected extra argument\(?s?\)? \((.*)\)", fault.message)
    if extra:
        return f"found {extra[1]!r} more than {path} takes; see {path} --help"
    return str(fault.message)


def _bad_value(fault: Any) -> str:
    """What was found and what the option's type and bounds allow."""
    errors = getattr(fault.__cause__, "errors", None)
    found = errors()[0]["input"] if errors is not None else None
    allowed = _allowed(fault.param)
    name = _name(fault.param)
    if found is None or allowed is None:
        return f"{name}: {fault.message}"
    near = "" if "number" in allowed else _meant(str(found), allowed.split(", "))
    hint = f"; did you mean {near}?" if near else ""
    if re.fullmatch(r"-?\d+,\d+", str(found)) and "whole" not in allowed:
        hint = f"; decimals have a point: {str(found).replace(',', '.')}"
    return f"{name}: found {str(found)!r}; allowed {allowed}{hint}"


def _name(param: Any) -> str:
    if param is None:
        return "the command line"
    if param.param_type_name == "argument":
        return str(param.metavar or param.name).upper()
    return str(next((name for name in param.opts if name.startswith("--")), param.opts[0]))


def _allowed(param: Any) -> str | None:
    """What an option takes, from its annotation; None where that is not a number or a choice."""
    kind = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    for part in (kind, *get_args(kind)):
        if get_origin(part) is Literal:
            return ", ".join(map(str, get_args(part)))
        members = getattr(part, "__members__", None)
        if members:
            return ", ".join(str(member.value) for member in members.values())
    kinds = (kind, *get_args(kind))
    what = "a whole number" if int in kinds else "a number" if float in kinds else None
    if what is None:
        return None
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if low is not None and high is not None:
        return f"{what} from {low} to {high}"
    return what + (f" of at least {low}" if low is not None else f" of at most {high}" if high is not None else "")


def _nearest(name: str, known: list[str]) -> str:
    near = _meant(name, known)
    return f"did you mean {near}? " if near else ""


def _meant(name: str, known: list[str]) -> str:
    """The known name, if any, that resembles `name`; the dashes that all options share count for nothing."""
    names = {one.lstrip("-"): one for one in known}
    near = difflib.get_close_matches(name.lstrip("-").lower(), names, 1, 0.6)
    return names[near[0]] if near else ""
