"""What numba is told of the state of a run."""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_builtin,
    lower_getattr_generic,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np import numpy_support
from numba.np.arrayobj import getitem_arraynd_intp

from floorcast.model.records.state import FIELDS, State


class _StateType(types.Type):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(name="FloorcastState")


_STATE = _StateType()
_NAMES = list(FIELDS)
_ARRAYS = {
    name: types.Array(numpy_support.from_dtype(dtype), 1, "C", aligned=True)
    for name, dtype in FIELDS.items()
}


@typeof_impl.register(State)
def _typeof(value: State, context: Any) -> _StateType:
    return _STATE


@register_model(_StateType)
class _StateModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, ir.IntType(64).as_pointer())


@infer_getattr
class _StateAttributes(AttributeTemplate):  # type: ignore[misc]
    key = _StateType

    def generic_resolve(self, typ: Any, attr: str) -> Any:  # type: ignore[override]
        return _ARRAYS.get(attr)


@lower_getattr_generic(_StateType)
def _lower_attribute(context: Any, builder: Any, typ: _StateType, value: Any, attr: str) -> Any:
    """Build the array from the table; its entries never change during a call into compiled code."""
    array_type = _ARRAYS[attr]
    index = _NAMES.index(attr)
    word = ir.IntType(64)

    def entry(offset: int) -> Any:
        loaded = builder.load(builder.gep(value, [word(2 * index + offset)]))
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    # Written down at once: numba's own way, by a variable on the stack, takes long to compile and comes to the same.
    model = context.data_model_manager[array_type]
    size, itemsize = entry(1), word(FIELDS[attr].itemsize)
    kind = context.get_value_type(array_type)
    data = model.get_field_position("data")
    array = ir.Constant(kind, None)
    array = builder.insert_value(array, size, model.get_field_position("nitems"))
    array = builder.insert_value(array, itemsize, model.get_field_position("itemsize"))
    array = builder.insert_value(array, builder.inttoptr(entry(0), kind.elements[data]), data)
    array = builder.insert_value(array, size, [model.get_field_position("shape"), 0])
    return builder.insert_value(array, itemsize, [model.get_field_position("strides"), 0])


@lower_builtin(operator.getitem, types.Array, types.Integer)
def _lower_row(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """A row of an array of records, in a few instructions that soon compile; any other item as ever."""
    kind, index = signature.args
    records = kind.ndim == 1 and kind.layout == "C" and isinstance(kind.dtype, types.Record)
    if not records or context.enable_boundscheck:
        return getitem_arraynd_intp(context, builder, signature, arguments)
    data = builder.extract_value(arguments[0], context.data_model_manager[kind].get_field_position("data"))
    place = context.cast(builder, arguments[1], index, types.intp if index.signed else types.uintp)
    return context.unpack_value(builder, kind.dtype, builder.gep(data, [place]))


@unbox(_StateType)
def _unbox(typ: _StateType, obj: Any, c: Any) -> NativeValue:
    word = ir.IntType(64)
    address = cgutils.alloca_once(c.builder, word, zfill=True)
    number = c.pyapi.object_getattr_string(obj, "address")
    with c.builder.if_then(cgutils.is_not_null(c.builder, number)):
        c.builder.store(c.pyapi.long_as_longlong(number), address)
        c.pyapi.decref(number)
    found = c.builder.load(address)
    return NativeValue(c.builder.inttoptr(found, word.as_pointer()), is_error=cgutils.is_null(c.builder, number))
