"""Every operator that is drawn as a layer does what it does in ONNX, whatever its settings; else it is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from onnx.reference import ReferenceEvaluator

from engine.imports.attention import KIND
from engine.imports.drawing import Drawn, draw_onnx, rules
from projects.errors import FileError
from tests.engine.imports.later_cases import LATER
from tests.engine.imports.models import difference, network_of, saved
from tests.engine.imports.operator_cases import CASES, SEQUENCE, Case, numbers, one


@pytest.mark.parametrize("case", CASES + LATER, ids=lambda case: case.name)
def test_an_operator_is_equal_or_unknown(case: Case, tmp_path: Path) -> None:
    path = saved(case.model(), tmp_path / "model.onnx")
    drawn = draw_onnx(path)
    assert not (case.known and drawn.unknown)
    if not drawn.unknown:
        assert (_from_standard if case.reference else difference)(path, drawn) <= 1e-5


def _from_standard(path: Path, drawn: Drawn) -> float:
    """The difference from the standard's own evaluator, for what ONNX Runtime lacks."""
    x = np.random.default_rng(0).standard_normal((3, *drawn.input.dims), dtype=np.float32)
    with torch.no_grad():
        ours = network_of(drawn)(torch.from_numpy(x)).numpy()
    made: Any = ReferenceEvaluator(str(path)).run(None, {"x": x})
    theirs = np.asarray(made[0])
    assert ours.shape == theirs.shape
    return float(np.abs(ours - theirs).max())


def test_every_rule_is_tried() -> None:
    tried = {node.op_type for case in CASES + LATER for node in case.nodes}
    assert set(rules()) - tried == {"Swish", KIND}


@pytest.mark.parametrize("strides", ["abc", 2, [1.5, 1.5]])
def test_a_setting_of_another_kind_is_named(strides: Any, tmp_path: Path) -> None:
    case = one("", "Conv", weights={"w": numbers(8, 4, 3, 3)}, strides=strides)
    with pytest.raises(FileError, match="“strides” of the operator “Conv”"):
        draw_onnx(saved(case.model(), tmp_path / "model.onnx"))


@pytest.mark.parametrize(
    "case",
    [
        one(
            "", "Conv", weights={"w": numbers(8, 4, 3, 3)}, dilations=[0, 0], auto_pad="SAME_UPPER"
        ),
        one("", "MaxPool", kernel_shape=(2, 2), strides=[0, 0], auto_pad="SAME_UPPER"),
        one("", "LSTM", SEQUENCE, {"w": numbers(1, 20, 6), "r": numbers(1, 19, 5)}, layout=1),
        one("", "Relu", inputs=("nothing", "x")),
    ],
    ids=lambda case: case.name,
)
def test_settings_that_cannot_be_are_drawn_as_unknown(case: Case, tmp_path: Path) -> None:
    assert draw_onnx(saved(case.model(), tmp_path / "model.onnx")).unknown


def test_what_is_unknown_is_drawn_once(tmp_path: Path) -> None:
    case = one("", "Gelu", approximate="another")
    drawn = draw_onnx(saved(case.model(), tmp_path / "model.onnx"))
    assert [node.type for node in drawn.network.nodes.values()] == ["input", "unknown", "output"]
