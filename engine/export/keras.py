"""Source text that builds networks from layers of Keras 3."""

from __future__ import annotations

import importlib.util
import os
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.network import GraphModule
from engine.export.keras_rules import NotHeldError, Page, Value, rule_of
from engine.export.writer import Answer, Writer, free_names, given, npz_bytes, place_of, prose
from projects.errors import Problem
from projects.translation import gettext as _

TAKEN = ("x", "z", "label", "keras", "layers", "ops", "np", "Path")


class KerasWriter(Writer):
    """Writes source text and weights."""

    def problems(self) -> list[Problem]:
        """Name the layers that Keras has no like of."""
        return [
            Problem(
                place_of(name, module, node),
                message,
                _("Remove or change it, or hand the network over as PyTorch source or ONNX."),
            )
            for name, module in self.job.networks.items()
            for node, message in _written(name, module)[1].items()
        ]

    def notes(self) -> list[str]:
        """Say so where the code could not be run."""
        if importlib.util.find_spec("keras") is not None:
            return []
        return [_("Keras is not installed here, so the code was written but not run.")]

    def files(self) -> dict[str, bytes]:
        """Return the source and its weights."""
        stem = self.job.stem
        pages = {name: _written(name, module)[0] for name, module in self.job.networks.items()}
        arrays: dict[str, Any] = {
            f"{name}/{layer}/{place}": value
            for name, page in pages.items()
            for layer, weights in page.weights.items()
            for place, value in enumerate(weights)
        }
        functions = [_function(name, self.job.networks[name], page) for name, page in pages.items()]
        return {f"{stem}.npz": npz_bytes(arrays), self.job.name: self._text(functions).encode()}

    def answers(self, folder: Path) -> Answer | None:
        """Return what the models compute, where Keras is there."""
        if importlib.util.find_spec("keras") is None:
            return None
        os.environ.setdefault("KERAS_BACKEND", "torch")
        load = runpy.run_path(str(folder / self.job.name))["load"]
        models = {name: load(name) for name in self.job.networks}

        def answer(name: str, inputs: Tensor, labels: Tensor | None) -> NDArray[Any]:
            values = [value.numpy() for value in given(inputs, labels)]
            found = models[name].predict_on_batch(values if len(values) > 1 else values[0])
            return np.asarray(found)

        return answer

    def _text(self, functions: list[str]) -> str:
        job = self.job
        constants = "\n".join(f"{key} = {value!r}" for key, value in job.constants().items())
        table = ", ".join(f"{name!r}: build_{name}" for name in job.networks)
        head = _HEAD.format(words=prose(job.about), weights=f"{job.stem}.npz")
        tail = _TAIL.format(table=table, first=next(iter(job.networks)))
        return "\n\n\n".join((f"{head}\n{constants}", *functions, tail)) + "\n"


def _written(name: str, module: GraphModule) -> tuple[Page, dict[str, str]]:
    """The lines that build a network, and what cannot be written, by node."""
    owners = {id(layer): node for node, layer in module.layer_modules().items()}
    counts = Counter(id(layer) for _node, layer, _sources in module.calls())
    free = free_names([node for node, _layer, _sources in module.calls()], TAKEN)
    shared = [free[owners[found]] for found, count in counts.items() if count > 1]
    page, wrong = Page(shared), {}
    entry = "z" if module.latent is not None else "x"
    values = {module.entry: Value(entry, module.in_shape.dims)}
    if module.label is not None:
        values |= dict.fromkeys(module.label_nodes, Value("label", module.label.dims))
    for node, layer, sources in module.calls():
        key, dims = free[owners[id(layer)]], module.shape_of(node).dims
        try:
            made = rule_of(layer)(page, layer, key, tuple(values[s] for s in sources), dims)
        except NotHeldError as error:
            wrong[owners[id(layer)]] = str(error)
            made = Value(free[node], dims)
        values[node] = Value(page.let(free[node], made.text), dims, made.last)
    result = page.first(values[module.result_node])
    page.lines.append(f"return keras.Model({_inputs(module)}, {result.text}, name={name!r})")
    return page, wrong


def _inputs(module: GraphModule) -> str:
    entry = "z" if module.latent is not None else "x"
    return f"[{entry}, label]" if module.label is not None else entry


def _function(name: str, module: GraphModule, page: Page) -> str:
    entry = "z" if module.latent is not None else "x"
    kind = ', dtype="int64"' if module.in_shape.kind == "index" else ""
    lines = [f"{entry} = keras.Input({module.in_shape.dims}{kind})"]
    if module.label is not None:
        lines.append(f'label = keras.Input({module.label.dims}, dtype="int64")')
    body = "\n".join(f"    {line}" for line in (*lines, *page.lines))
    fed = ", ".join(map(str, ("batch", *module.in_shape.dims)))
    left = ", ".join(map(str, ("batch", *module.out_shape.dims)))
    return f'def build_{name}() -> keras.Model:\n    """Takes ({fed}), returns ({left})."""\n{body}'


_HEAD = '''"""{words}, built from layers of Keras 3: load() returns a network with its weights.

Images come in with their channels first. Inputs are scaled as in the training; see the constants.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

WEIGHTS = Path(__file__).parent / {weights!r}'''

_TAIL = '''NETWORKS = {{{table}}}


def load(name: str = {first!r}, weights: str | Path = WEIGHTS) -> keras.Model:
    """Return a network with its trained weights."""
    model = NETWORKS[name]()
    with np.load(weights, allow_pickle=False) as stored:
        for layer in model.layers:
            if layer.weights:
                names = [key for key in stored.files if key.startswith(f"{{name}}/{{layer.name}}/")]
                names.sort(key=lambda key: int(key.rsplit("/", 1)[1]))
                layer.set_weights([stored[key] for key in names])
    return model'''
