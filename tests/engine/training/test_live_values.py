"""Every kind of value that may change while a training goes on: it works, is resumed and done again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch import nn

from engine.compute.live import _set_all
from engine.compute.ops import namespace
from engine.compute.trainer import Trainer
from engine.compute.training import Training
from engine.layers.base import LAYERS, Layer
from engine.live import live_fields, read_live, value_in_project
from engine.runs.control import Control, Limits, Silent
from projects.errors import ProjectError
from projects.schema import Plug, Project
from tests.engine.layers.cases import shapes_for
from tests.engine.training.kinds import forecasting, regression, sequence_labelling
from tests.engine.training.support import (
    Layers,
    chain,
    differences,
    digits,
    last_state,
    train,
)

NODES = "networks.classifier.nodes"
WEIGHED = {"class_weights": "list", "weights": [1.0] * 10}
HUBER = {"loss": "huber"}


def held(module: nn.Module) -> list[tuple[str, Any]]:
    """Every number that decides how a module draws, in the order of its parts."""
    return [
        (name, getattr(part, name))
        for part in module.modules()
        for name in ("p", "dropout", "sd")
        if isinstance(getattr(part, name, None), float | int)
    ]


def live_layers() -> list[Any]:
    return [
        pytest.param(cls, name, id=f"{cls.tag()} {name}") for cls in LAYERS for name in cls.live
    ]


def built(cls: type[Layer], **params: Any) -> nn.Module:
    more = {"layers": 2} if "layers" in {field.name for field in cls.fields()} else {}
    layer = LAYERS.make(cls.tag(), {**more, **params})
    module: nn.Module = layer.build(namespace, *next(shapes_for(layer)))
    return module


@pytest.mark.parametrize(("cls", "name"), live_layers())
def test_a_changed_layer_holds_what_one_that_was_built_so_holds(
    cls: type[Layer], name: str
) -> None:
    changed, wanted = built(cls, **{name: 0.125}), built(cls, **{name: 0.75})
    assert held(changed) != held(wanted)
    _set_all(changed, name, 0.75)
    assert held(changed) == held(wanted)


def of_rows(kind: str, **params: Any) -> Project:
    """Digits that are read row by row."""
    layers: Layers = [
        ("rows", "reshape", {"sizes": [8, 8]}),
        ("some", kind, params),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 10}),
    ]
    return msgspec.structs.replace(digits(), networks={"classifier": chain(layers)})


def named(**params: Any) -> Project:
    return msgspec.structs.replace(digits(), objective=Plug("classification", params))


KINDS: dict[str, tuple[Project, str, float]] = {
    "recurrent": (
        of_rows("lstm", units=4, layers=2, dropout=0.5, returns="sequence"),
        f"{NODES}.some.dropout",
        0.1,
    ),
    "attention": (of_rows("self_attention", heads=2), f"{NODES}.some.dropout", 0.5),
    "transformer": (
        of_rows("transformer_encoder", heads=2, width=8),
        f"{NODES}.some.dropout",
        0.5,
    ),
    "gaussian dropout": (of_rows("gaussian_dropout"), f"{NODES}.some.p", 0.9),
    "gaussian noise": (of_rows("gaussian_noise", sd=0.0), f"{NODES}.some.sd", 0.5),
    "label smoothing": (named(), "objective.label_smoothing", 0.2),
    "focus": (named(), "objective.focal", 2.0),
    "weight of a class": (named(**WEIGHED), "objective.weights.3", 5.0),
    "focus of labelling": (sequence_labelling(), "objective.focal", 2.0),
    "huber": (regression(HUBER), "objective.delta", 0.01),
    "huber of forecasts": (forecasting(HUBER), "objective.delta", 0.01),
    "l1": (digits(), "networks.classifier.l1", 0.01),
    "l2": (digits(), "networks.classifier.l2", 0.1),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_counts_is_resumed_and_done_again_bit_for_bit(tmp_path: Path, kind: str) -> None:
    project, path, value = KINDS[kind]
    control = Control()
    train(project, tmp_path / "run", control=control, max_steps=1)
    control.set_value(path, value)
    train(project, tmp_path / "run", control=control, resume=True, max_steps=3)
    train(project, tmp_path / "run", resume=True, max_steps=5)
    run = last_state(tmp_path / "run")
    assert run.facts["live"] == {path: value}
    more: dict[str, Any] = {"limits": Limits(max_steps=5), "replay": tmp_path / "run"}
    Trainer(project, tmp_path, tmp_path / "again", Silent(), Control(), **more).run()
    assert differences(run, last_state(tmp_path / "again")) == set()
    train(project, tmp_path / "without", max_steps=5)
    plain = last_state(tmp_path / "without").weights
    assert any(not torch.equal(tensor, plain[name]) for name, tensor in run.weights.items())


def test_penalties_hold_the_layers_that_they_are_for_and_leave_them_again(tmp_path: Path) -> None:
    project = digits()
    network = project.networks["classifier"]
    first = msgspec.structs.replace(network.nodes["first"], l2=0.5)
    network = msgspec.structs.replace(network, nodes={**network.nodes, "first": first})
    project = msgspec.structs.replace(project, networks={"classifier": network})
    assert value_in_project(project, f"{NODES}.first.l2") == 0.5
    assert f"{NODES}.last.l2" not in live_fields(project)
    training = Training(project, tmp_path)
    before = training.snapshot()
    flat, rules = training.session.flats["classifier"], training.rules["classifier"]

    def pulls() -> dict[str, float]:
        """By parameter, how strongly its weights are pulled towards 0."""
        gradient = torch.zeros_like(flat.weights)
        rules.before(gradient)
        parts = flat.parts(gradient)
        return {
            name: float((parts[name] / flat.views[name]).mean())
            for name in ("first.weight", "last.weight", "last.bias")
        }

    training.live.set("networks.classifier.l2", 0.25)
    assert pulls() == pytest.approx({"first.weight": 0.5, "last.weight": 0.25, "last.bias": 0.0})
    training.live.set(f"{NODES}.first.l2", 0.0)
    assert pulls() == pytest.approx({"first.weight": 0.0, "last.weight": 0.25, "last.bias": 0.0})
    training.restore(before)
    assert pulls() == pytest.approx({"first.weight": 0.5, "last.weight": 0.0, "last.bias": 0.0})


def test_what_has_no_say_is_not_offered() -> None:
    assert f"{NODES}.some.dropout" not in live_fields(of_rows("lstm"))
    assert "objective.delta" not in live_fields(regression())
    assert "objective.weights.0" not in live_fields(named())
    titles = [field.title for field in live_fields(named(**WEIGHED)).values()]
    assert "Weight of each class: 10" in titles


def test_values_that_contradict_each_other_are_refused_until_the_other_is_changed() -> None:
    project, path = named(label_smoothing=0.1), "objective.focal"
    with pytest.raises(ProjectError, match="label smoothing") as caught:
        read_live(project, path, 2.0)
    assert caught.value.problem.where == path
    assert read_live(project, path, 2.0, {"objective.label_smoothing": 0.0}) == 2.0


def test_changes_are_taken_up_again_whatever_their_order(tmp_path: Path) -> None:
    training = Training(named(label_smoothing=0.1), tmp_path)
    for name, value in (("focal", 0.0), ("label_smoothing", 0.0), ("focal", 2.0)):
        training.live.set(f"objective.{name}", value)
    other = Training(named(label_smoothing=0.1), tmp_path)
    other.live.load(training.live.facts())
    assert other.live.facts() == {"objective.focal": 2.0, "objective.label_smoothing": 0.0}
