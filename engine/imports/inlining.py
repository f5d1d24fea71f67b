"""Functions that an ONNX file brings along, written out where they are called.

Functions may call each other, so that a few of them come to more operators than any machine can hold: how
many it would be is reckoned first.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from projects.errors import FileError
from projects.translation import gettext as _

DEEPEST = 100
_Key = tuple[str, str, str]


def inlined(model: Any, most: int, path: Path) -> Any:
    """Return the model with its own functions written out.

    Args:
        model: The model; it is left as it is.
        most: How many operators it may come to.
        path: Its file, for messages.

    Raises:
        FileError: Functions call each other in a circle or too deeply, or come to too many operators.
    """
    if not model.functions:
        return model
    count = _count(model, path)
    if count > most:
        message = _("its functions come to {count} operators; the limit is {limit:,}.")
        told = f"{count:,}" if count < 10**12 else _("more than a million million")
        raise FileError(message.format(count=told, limit=most), where=str(path))
    from onnx import checker, inliner

    try:
        return inliner.inline_local_functions(model)
    except (checker.ValidationError, RuntimeError, ValueError) as error:
        raise FileError(_("the functions of this model are damaged."), where=str(path)) from error


def _count(model: Any, path: Path) -> int:
    """How many operators there are with all functions written out."""
    functions: dict[_Key, Any] = {(_domain(f), f.name, f.overload): f for f in model.functions}
    called = {
        key: [inner for node in _nodes(function.node) if (inner := _key(node)) in functions]
        for key, function in functions.items()
    }
    sizes: dict[_Key, int] = {}
    depths: dict[_Key, int] = {}
    try:
        order = list(TopologicalSorter(called).static_order())
    except CycleError as error:
        raise FileError(
            _("the functions of this model call each other in a circle."), where=str(path)
        ) from error
    for key in order:
        sizes[key] = sum(sizes.get(_key(node), 1) for node in _nodes(functions[key].node))
        depths[key] = 1 + max((depths[inner] for inner in called[key]), default=0)
        if depths[key] > DEEPEST:
            message = _("the functions of this model call each other more than {limit} deep.")
            raise FileError(message.format(limit=DEEPEST), where=str(path))
    return sum(sizes.get(_key(node), 1) for node in _nodes(model.graph.node))


def _nodes(nodes: Any) -> Iterator[Any]:
    """Yield operators, and those in graphs inside of them."""
    for node in nodes:
        yield node
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                yield from _nodes(graph.node)


def _key(node: Any) -> _Key:
    return (_domain(node), node.op_type, node.overload)


def _domain(named: Any) -> str:
    """A domain by one name: the standard has two."""
    return "" if named.domain == "ai.onnx" else str(named.domain)
