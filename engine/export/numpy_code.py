"""A program that computes networks with NumPy alone."""

from __future__ import annotations

import base64
import re
import runpy
import textwrap
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from torch import Tensor

from engine.compute.network import GraphModule
from engine.export.numpy_rules import TAKEN, NotHeldError, Sheet
from engine.export.writer import Answer, Job, Writer, free_names, npz_bytes, place_of, prose
from projects.errors import Problem
from projects.translation import gettext as _

MOST_EMBEDDED = 16 * 2**20
"""Bytes of weights; editors stumble over longer files."""


class NumPyWriter(Writer):
    """Writes the program, and its weights into it or beside it.

    Args:
        job: What is handed over.
        embed: Whether weights are part of the program.
    """

    def __init__(self, job: Job, embed: bool) -> None:
        super().__init__(job)
        self._embed = embed

    def problems(self) -> list[Problem]:
        """Name layers without a rule, and weights that are too large to be embedded."""
        found = []
        for name, module in self.job.networks.items():
            for node, layer in module.layer_modules().items():
                try:
                    Sheet().module(layer, "", "x", "y")
                except NotHeldError as error:
                    found.append(_not_held(place_of(name, module, node), str(error)))
                except TypeError:  # takes one input or three; that there is a rule is known by now
                    continue
        size = sum(v.nbytes for m in self.job.networks.values() for v in m.state_dict().values())
        if self._embed and size > MOST_EMBEDDED:
            message = _("{size:,} bytes of weights are too many for a file of source text.")
            hint = _("Leave them in a file beside it.")
            found.append(Problem("embed", message.format(size=size), hint))
        return found

    def files(self) -> dict[str, bytes]:
        """Return the program and, where they are not in it, its weights."""
        sheet = Sheet()
        functions = [_function(sheet, name, module) for name, module in self.job.networks.items()]
        weights, packed = f"{self.job.stem}.npz", npz_bytes(sheet.weights)
        text = _program(self.job, sheet, functions, weights, packed if self._embed else b"")
        main = {self.job.name: text.encode()}
        return main if self._embed else {weights: packed, **main}

    def answers(self, folder: Path) -> Answer:
        """Return what the program computes."""
        predict = runpy.run_path(str(folder / self.job.name))["predict"]

        def answer(name: str, inputs: Tensor, labels: Tensor | None) -> NDArray[Any]:
            told = () if labels is None else (labels.numpy(),)
            result: NDArray[Any] = predict(inputs.numpy(), *told, name=name)
            return result

        return answer


def _not_held(where: str, kind: str) -> Problem:
    return Problem(
        where,
        _("there is no program of NumPy for this layer ({kind}).").format(kind=kind),
        _("Remove or bypass it, or hand the network over as PyTorch source."),
    )


def _function(sheet: Sheet, name: str, module: GraphModule) -> str:
    """The source text of one network's function."""
    free = free_names([node for node, _layer, _sources in module.calls()], TAKEN)
    sheet.begin(free.values())
    argument = "z" if module.latent is not None else "x"
    names = {module.entry: argument, **dict.fromkeys(module.label_nodes, "label")}
    modules = module.layer_modules()
    owners = {id(layer): node for node, layer in modules.items()}
    for node, layer, sources in module.calls():
        key = f"{name}.{free[owners[id(layer)]]}."
        text = sheet.module(layer, key, *(names[source] for source in sources))
        names[node] = free[node]
        if text != names[node]:
            sheet.lines.append(f"{names[node]} = {text}")
    fed = ", ".join(map(str, ("batch", *module.in_shape.dims)))
    left = ", ".join(map(str, ("batch", *module.out_shape.dims)))
    arguments = f"{argument}, label" if module.label is not None else argument
    body = "\n".join(f"    {line}" for line in sheet.lines)
    return (
        f"def {_name(name)}({arguments}, w):\n"
        f'    """Turn ({fed}) into ({left})."""\n'
        f"{body}\n    return {names[module.result_node]}"
    )


def _name(network: str) -> str:
    return f"run_{network}"


def _program(job: Job, sheet: Sheet, functions: list[str], weights: str, embedded: bytes) -> str:
    sources = [re.sub(r"\bArray\b", "np.ndarray", text) for text in sheet.sources()]
    sources = [re.sub(r"\bSequence\[", "list[", text) for text in sources]
    everything = "\n".join((*sources, *functions))
    imports = [
        *(["import base64", "import io"] if embedded else []),
        *(["import math"] if "math." in everything else []),
        *([] if embedded else ["from pathlib import Path"]),
        "",
        "import numpy as np",
    ]
    if "sliding_window_view" in everything:
        imports.append("from numpy.lib.stride_tricks import sliding_window_view")
    head = f'"""{prose(job.about)}, computed by NumPy alone: predict(inputs) returns what the network answers.\n\n'
    head += "Inputs are scaled as in the training; see the constants.\n"
    head += '"""\n\nfrom __future__ import annotations\n\n'
    constants = "\n".join(f"{key} = {value!r}" for key, value in job.constants().items())
    table = ", ".join(f"{name!r}: {_name(name)}" for name in job.networks)
    reading = f"np.load(Path(__file__).parent / {weights!r}, allow_pickle=False)"
    packed = ""
    if embedded:
        reading = "np.load(io.BytesIO(base64.b64decode(PACKED)), allow_pickle=False)"
        lines = "\n".join(textwrap.wrap(base64.b64encode(embedded).decode(), 96))
        packed = f'PACKED = """\n{lines}\n"""'
    tail = _TAIL.format(table=table, reading=reading, first=next(iter(job.networks)))
    return (
        head
        + "\n".join(imports)
        + "\n\n"
        + "\n\n\n".join(part for part in (constants, *sources, *functions, packed, tail) if part)
        + "\n"
    )


_TAIL = '''NETWORKS = {{{table}}}
with {reading} as _stored:
    WEIGHTS = {{name: _stored[name] for name in _stored.files}}


def predict(inputs, *label, name={first!r}):
    """Return what a network makes of scaled inputs (batch, ...) and, where it is told one, labels (batch,)."""
    return NETWORKS[name](np.asarray(inputs), *label, WEIGHTS)'''
