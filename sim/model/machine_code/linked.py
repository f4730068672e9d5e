"""Compiled code from a file, ready to be called, without numba.

numba takes a quarter of a second to load, and another to get at what it keeps: more than a short study takes. What
it has compiled is an object file like any other, which LLVM loads in milliseconds. The code asks for the functions of
C that numba's two libraries of helpers hold; these are loaded by themselves.

A file is a line of JSON (what is called, what to set up first) and the object file.
"""

from __future__ import annotations

import builtins
import ctypes
import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import llvmlite.binding as llvm
import numpy as np

NDARRAY = "floorcast_ndarray"
"""The name by which compiled code knows numpy's type of arrays."""


@cache
def machine() -> str:
    """Eight hex digits that tell processors, Pythons and settings of numba's apart: code of one is not for another."""
    features = llvm.get_host_cpu_features().flatten()
    settings = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("NUMBA_"))
    told = [llvm.get_process_triple(), llvm.get_host_cpu_name(), features, version("llvmlite"), version("numpy")]
    told += [str(sys.implementation.cache_tag), *settings]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]


def write(file: Path, header: dict[str, Any], code: bytes) -> None:
    """Keep an object file. Sessions that compile the same at the same time write the same; one that finds no room
    leaves nothing, and its code serves itself alone."""
    line = json.dumps({**header, "check": zlib.crc32(code)}).encode() + b"\n"
    unfinished = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".unfinished", delete=False) as out:
            unfinished = Path(out.name)
            out.write(line + code)
        unfinished.replace(file)
    except OSError:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def linked(file: Path) -> Callable[..., Any] | None:
    """The function of a file; None where the file is damaged."""
    try:
        line, code = file.read_bytes().split(b"\n", 1)
        header = json.loads(line)
        if zlib.crc32(code) != header["check"]:
            return None
    except (OSError, ValueError, TypeError):
        return None
    names_known()
    for name in header["mathematics"]:  # of Python's own library of C, as numba has it
        llvm.add_symbol(name, _helpers("_helperlib")[name])
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    frame = _numba("_dynfunc").Environment({"__name__": __name__})
    for name in header["environments"]:
        ctypes.c_void_p.from_address(engine.get_global_value_address(name)).value = id(frame)
    address = engine.get_function_address(header["called"])
    function = _numba("_dynfunc").make_function(
        sys.modules[__name__], header["name"], "", address, frame, (engine,)
    )
    return function  # type: ignore[no-any-return]


@cache
def _engine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    empty = llvm.parse_assembly("")
    empty.triple = llvm.get_process_triple()
    return llvm.create_mcjit_compiler(empty, target.create_target_machine(jit=True))


@cache
def names_known() -> None:
    """Tell LLVM where the names are that compiled code may ask for, as numba does."""
    llvm.add_symbol("_Py_NoneStruct", id(None))
    llvm.add_symbol(NDARRAY, id(np.ndarray))
    for library in ("_helperlib", "_dynfunc"):
        for name, address in _helpers(library).items():
            llvm.add_symbol(f"numba_{name}", address)
    for one in vars(builtins).values():
        if isinstance(one, type) and issubclass(one, BaseException):
            llvm.add_symbol(f"PyExc_{one.__name__}", id(one))


def _helpers(library: str) -> dict[str, int]:
    return _numba(library).c_helpers  # type: ignore[no-any-return]


def _numba(library: str) -> Any:
    """One of numba's libraries written in C, loaded without numba."""
    name = f"numba.{library}"
    return sys.modules.get(name) or _load(name)


def _load(name: str) -> ModuleType:
    package = find_spec("numba")
    found = None if package is None else PathFinder.find_spec(name, package.submodule_search_locations)
    if found is None or found.loader is None:
        raise ImportError(f"numba has no {name}")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    sys.modules[name] = module  # where numba will find it
    return module
