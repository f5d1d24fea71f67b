"""Every layer as a layer of Keras, or a sentence on why there is none; run where Keras is installed."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.compute.ops import namespace
from engine.export.keras_rules import NotHeldError, Page, Value, rule_of
from engine.layers.base import Shape
from tests.engine.export.test_numpy import BY_KIND, values

ABSENT = {
    "bilinear", "sinusoidal_positions", "learned_positions", "self_attention", "cross_attention",
    "transformer_encoder", "transformer_decoder", "minibatch_deviation", "minibatch_discrimination",
}  # fmt: skip
HAS_KERAS = importlib.util.find_spec("keras") is not None


@pytest.mark.parametrize("tag", BY_KIND)
def test_a_layer_is_written_or_refused(tag: str) -> None:
    written = refused = 0
    reasons: set[str] = set()
    for layer, shapes in BY_KIND[tag]:
        torch.manual_seed(0)
        module = layer.build(namespace, *shapes)
        module(*(values(shape, 8) for shape in shapes))
        module.eval()
        given = [values(shape, 7) for shape in shapes]
        with torch.no_grad():
            expected = module(*(value.clone() for value in given)).numpy()
        page = Page()
        inputs = tuple(Value(f"x{place}", shape.dims) for place, shape in enumerate(shapes))
        try:
            made = page.first(rule_of(module)(page, module, "k", inputs, expected.shape[1:]))
        except NotHeldError as error:
            reasons.add(str(error))
            refused += 1
            continue
        written += 1
        for line in (*page.lines, made.text):
            compile(line, "line", "exec")
        if HAS_KERAS:
            found = computed(page, made.text, shapes, given)
            np.testing.assert_allclose(found, expected, atol=1e-5, err_msg=str(layer))
    assert all(reason.endswith(".") for reason in reasons)
    assert (written == 0) == (tag in ABSENT), tag
    assert written + refused == len(BY_KIND[tag])


def computed(
    page: Page, text: str, shapes: tuple[Shape, ...], given: list[Tensor]
) -> np.ndarray[Any, Any]:
    """What Keras makes of inputs."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    room: dict[str, Any] = {"keras": keras, "layers": keras.layers, "ops": keras.ops}
    inputs = []
    for place, shape in enumerate(shapes):
        kind = "int64" if shape.kind == "index" else "float32"
        inputs.append(keras.Input(shape.dims, dtype=kind))
        room[f"x{place}"] = inputs[-1]
    for line in page.lines:
        exec(line, room)
    model = keras.Model(inputs, eval(text, room))
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(list(page.weights[layer.name]))
    return np.asarray(model.predict_on_batch([value.numpy() for value in given]))
