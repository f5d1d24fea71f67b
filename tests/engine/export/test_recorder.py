"""The stand-in for ``torch.nn`` that answers with source text."""

from __future__ import annotations

import pytest

from engine.export.recorder import Code, Recorder
from engine.layers.base import LAYERS, Shape


def written(tag: str, *shapes: Shape, **params: object) -> str:
    return repr(LAYERS.make(tag, params).build(Recorder(), *shapes))


def test_arguments_that_are_defaults_are_left_out() -> None:
    image = Shape((3, 8, 8))
    assert written("conv2d", image, filters=4) == "nn.Conv2d(3, 4, 3, padding=1)"
    assert written("conv2d", image, filters=4, bias=False, padding=0) == (
        "nn.Conv2d(3, 4, 3, bias=False)"
    )
    assert written("max_pool2d", image) == "nn.MaxPool2d(2)"
    assert written("batch_norm", image) == "nn.BatchNorm2d(3)"


def test_modules_inside_modules() -> None:
    assert written("lstm", Shape((5, 8)), units=6) == (
        "Recurrent(nn.LSTM(8, 6, batch_first=True), last=True)"
    )


def test_modules_of_our_own_are_noted_once() -> None:
    recorder = Recorder()
    recorder.Add()
    recorder.Recurrent(recorder.GRU(1, 2), last=False)
    recorder.Add()
    assert list(recorder.used) == ["Add", "Recurrent"]


def test_a_module_that_does_not_exist() -> None:
    with pytest.raises(AttributeError):
        Recorder().Konv2d(1)


def test_long_calls_are_broken_by_argument() -> None:
    code = Code("nn.Linear", tuple(f"argument_{index}={index}" for index in range(9)))
    lines = code.written("self.a", 8).splitlines()
    assert lines[0] == "        self.a = nn.Linear("
    assert lines[1] == "            argument_0=0,"
    assert lines[-1] == "        )"
