"""A stand-in for ``torch.nn`` that answers every call with its source text.

Layers are built with it exactly as with the real modules, so exported code cannot drift apart from
what was trained.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from engine.compute.ops import OPS, WRAPPERS

WIDTH = 100


class Code:
    """The source text of one call.

    Args:
        name: What is called, as it is written.
        arguments: Source text of each argument.
    """

    def __init__(self, name: str, arguments: tuple[str, ...]) -> None:
        self.name = name
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})"

    def written(self, target: str, indent: int) -> str:
        """Return ``target = call``, one argument a line when one line is too short.

        Args:
            target: Left side of the assignment.
            indent: Spaces before it.
        """
        space = " " * indent
        line = f"{space}{target} = {self!r}"
        if len(line) <= WIDTH or not self.arguments:
            return line
        inner = "".join(f"{space}    {argument},\n" for argument in self.arguments)
        return f"{space}{target} = {self.name}(\n{inner}{space})"


class Recorder:
    """What :meth:`engine.layers.base.Layer.build` is handed instead of ``nn``.

    Attributes:
        used: Names of the modules of :mod:`engine.compute.ops` that were asked for, in order.
    """

    def __init__(self) -> None:
        self.used: dict[str, None] = {}

    def __getattr__(self, name: str) -> Callable[..., Code]:
        """Return what records a call of the module of this name.

        Raises:
            AttributeError: Neither ``torch.nn`` nor the ops have such a module.
        """
        if name in OPS:
            self.used[name] = None
            return functools.partial(_record, name, _defaults(name))
        if name in WRAPPERS:
            written = f"nn.utils.parametrizations.{name}"
            return functools.partial(_record, written, _defaults(name))
        return functools.partial(_record, f"nn.{name}", _defaults(name))


@functools.cache
def _defaults(name: str) -> Mapping[str, Any]:
    told: Callable[..., Any] = OPS.get(name) or WRAPPERS.get(name) or getattr(nn, name)
    if isinstance(told, type) and issubclass(told, nn.RNNBase):
        told = nn.RNNBase
    return {p.name: p.default for p in inspect.signature(told).parameters.values()}


def _record(name: str, defaults: Mapping[str, Any], *args: Any, **kwargs: Any) -> Code:
    named = [
        f"{key}={value!r}"
        for key, value in kwargs.items()
        if not (type(value) is type(defaults.get(key)) and value == defaults[key])
    ]
    return Code(name, (*map(repr, args), *named))
