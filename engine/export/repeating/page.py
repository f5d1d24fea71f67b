"""The functions that a program is made of, with all that they need, as source text."""

from __future__ import annotations

import dis
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import CodeType
from typing import Any

from engine.export import parts
from engine.export.parts import (
    augmenting,
    coding,
    data,
    holding,
    latents,
    learning,
    naming,
    noticing,
    numbers,
    optimizing,
    playing,
    rivals,
    schedules,
    slopes,
    tricks,
)

ORDER = (
    data, augmenting, schedules, naming, numbers, coding, rivals, slopes, tricks, optimizing, holding,
    latents, playing, noticing, learning,
)  # fmt: skip
LONGEST = 76  # characters of an argument
_IGNORED = re.compile(r"  # type: ignore\[[a-z-]+\]")
_ABSTRACT = ("Callable", "Iterator", "Mapping", "Sequence")
_STANDARD = (
    (r"\bargparse\.", "import argparse"),
    (r"\bcontextlib\.", "import contextlib"),
    (r"\bcopy\.", "import copy"),
    (r"\bitertools\.", "import itertools"),
    (r"\bjson\.", "import json"),
    (r"\bmath\.", "import math"),
    (r"\brunpy\.", "import runpy"),
    (r"\b(Callable|Iterator|Mapping|Sequence)\b", "from collections.abc import {abstract}"),
    (r"@dataclass\b", "from dataclasses import dataclass"),
    (r"\bpartial\(", "from functools import partial"),
    (r"\bPath\b", "from pathlib import Path"),
    (r"\bAny\b", "from typing import Any"),
)
_OTHERS = (
    (r"\bnp\.", "import numpy as np"),
    (r"\btorch\.", "import torch"),
    (r"\bNDArray\b", "from numpy.typing import NDArray"),
    (r"\bload_file\((?![\s\S]*\bsave_file\()", "from safetensors.torch import load_file"),
    (r"\bsave_file\(", "from safetensors.torch import load_file, save_file"),
    (r"\bTensor\b", "from torch import Tensor, nn"),
    (r"\bfunctional\.", "from torch.nn import functional"),
    (r"\b_BatchNorm\b", "from torch.nn.modules.batchnorm import _BatchNorm"),
)


class Page:
    """Collects functions while the call that uses them is written."""

    def __init__(self) -> None:
        self._used: dict[Callable[..., Any], None] = {}
        self._made: dict[str, None] = {}

    def use(self, function: Callable[..., Any], **options: Any) -> str:
        """Return the text of a function with options of its own, and note that it is used.

        Args:
            function: One of :mod:`engine.export.parts`, or a class of these.
            options: Plain values.
        """
        self._used[function] = None
        told = "".join(f", {name}={value!r}" for name, value in options.items())
        return f"partial({function.__name__}{told})" if told else function.__name__

    def add(self, text: str) -> None:
        """Note a function that is written for this run.

        Args:
            text: Its source.
        """
        self._made[text] = None

    def sources(self) -> list[str]:
        """Return the source text of what is used and of what that needs, each once, callers last."""
        everything: dict[Callable[..., Any], None] = {}
        waiting = list(self._used)
        while waiting:
            function = waiting.pop()
            if function not in everything:
                everything[function] = None
                waiting += _needed(function)
        names = [module.__name__ for module in ORDER]

        def place(function: Callable[..., Any]) -> tuple[int, int]:
            return names.index(function.__module__), inspect.getsourcelines(function)[1]

        ordered = sorted(everything, key=place)
        found = [_IGNORED.sub("", inspect.getsource(function)).rstrip() for function in ordered]
        return [*found, *self._made]


def listed(items: Sequence[str]) -> str:
    """Return the text of a list as an argument of a call, an item a line when one line is too short.

    Args:
        items: Source text of each.
    """
    line = f"[{', '.join(items)}]"
    if len(line) <= LONGEST:
        return line
    inner = "".join(f"            {item},\n" for item in items)
    return f"[\n{inner}        ]"


def called(function: str, arguments: Iterable[str]) -> str:
    """Return the text of a call in the body of a function, an argument a line.

    Args:
        function: What is called.
        arguments: Source text of each.
    """
    inner = "".join(f"        {argument},\n" for argument in arguments)
    return f"{function}(\n{inner}    )"


def imports_of(text: str) -> list[str]:
    """Return the lines that import what a text uses.

    Args:
        text: Source text.
    """
    abstract = ", ".join(name for name in _ABSTRACT if re.search(rf"\b{name}\b", text))
    standard = [line for pattern, line in _STANDARD if re.search(pattern, text)]
    others = [line for pattern, line in _OTHERS if re.search(pattern, text)]
    return [*(line.format(abstract=abstract) for line in standard), "", *others]


def _needed(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Functions and classes of the parts that a function uses, or the methods of a class."""
    methods = vars(function).values() if inspect.isclass(function) else (function,)
    for inner in map(inspect.unwrap, filter(inspect.isfunction, methods)):
        for name in _names(inner.__code__):
            found = inner.__globals__.get(name)
            known = inspect.isfunction(found) or inspect.isclass(found)
            if known and found.__module__.startswith(parts.__name__):
                yield found


def _names(code: CodeType) -> Iterator[str]:
    yield from (
        str(one.argval) for one in dis.get_instructions(code) if one.opname == "LOAD_GLOBAL"
    )
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
