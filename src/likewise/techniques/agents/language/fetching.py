"""Who comes next: told to the processor, so that their columns are at hand when they act."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import unwrap
from types import FunctionType
from typing import Any

from likewise.core.extras import require
from likewise.techniques.agents.language.term import term


def _built() -> Callable[..., Any]:
    """Return what asks for the lines of memory in which an agent's columns lie."""
    modules = "numba.extending", "numba.core.types", "numba.core.cgutils", "llvmlite.ir"
    extending, types, cgutils, ir = (require(module, extra="agents") for module in modules)

    def of_types(typing: Any, columns: Any, i: Any) -> Any:
        def written(context: Any, builder: Any, signature: Any, values: Any) -> None:
            number, pointer = ir.IntType(32), cgutils.voidptr_t
            form = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
            fetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer], form)
            for n, kind in enumerate(signature.args[0].types):
                array = context.make_array(kind)(context, builder, builder.extract_value(values[0], n))
                ahead = builder.mul(values[1], cgutils.unpack_tuple(builder, array.strides, kind.ndim)[0])
                place = cgutils.pointer_add(builder, array.data, ahead, pointer)
                builder.call(fetch, [place, number(0), number(3), number(1)])

        return types.void(columns, types.int64), written

    intrinsic = extending.intrinsic(of_types)

    def fetch(columns: Any, i: Any) -> Any:
        intrinsic(columns, i)

    return fetch


@term(built=_built)
def fetch(columns: Any, i: Any) -> Any:
    """Have what several columns hold of an agent brought near, while other things are done; nothing else changes."""


@cache
def named_in(act: Callable[..., Any]) -> frozenset[str]:
    """Return the names of whatever a rule reads, itself or in what it calls."""
    found: set[str] = set()
    waiting: list[Any] = [act]
    seen: set[Any] = set()
    while waiting:
        function = unwrap(waiting.pop())
        if function not in seen and isinstance(function, FunctionType):
            seen.add(function)
            names = function.__code__.co_names
            found.update(names)
            waiting += [function.__globals__[name] for name in names if callable(function.__globals__.get(name))]
    return frozenset(found)
