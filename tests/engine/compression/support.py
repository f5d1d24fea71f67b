"""Models with random weights and random statistics, and what their networks answer."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from engine.compute.compression.model import Model
from engine.compute.evaluate import networks
from engine.compute.network import random_input
from engine.compute.session import Session, open_session, session_of
from engine.data.prepare import Prepared, prepare
from projects.library import library
from projects.schema import Data, Network, Plug, Project
from projects.templates import templates
from tests.engine.training.support import digits

HERE = Path()


def project_of(network: Network, layout: str = "image") -> Project:
    """A classifier of digits with this network, and the blocks of the library."""
    blocks = {name: block for entry in library() for name, block in entry.blocks.items()}
    return msgspec.structs.replace(
        digits(),
        networks={"classifier": network},
        data=Data(source=Plug("digits", {"layout": layout})),
        blocks=blocks,
    )


@functools.cache
def _digits(layout: str) -> Prepared:
    return prepare(Data(source=Plug("digits", {"layout": layout})), HERE)


def model_of_network(network: Network, layout: str = "image") -> Model:
    """A model of a classifier of digits."""
    project = project_of(network, layout)
    torch.manual_seed(0)
    return _model(project, session_of(project, _digits(layout), torch.device("cpu")))


@functools.cache
def model_of_example(name: str) -> Model:
    """A model of an example project."""
    return model_of_project(
        next(example.project for example in templates() if example.name == name)
    )


def model_of_project(project: Project) -> Model:
    """A model of a project."""
    torch.manual_seed(0)
    return _model(project, open_session(project, HERE, torch.device("cpu")))


def _model(project: Project, session: Session) -> Model:
    weights = {}
    for name, module in networks(session).items():
        for part in module.modules():
            if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
                part.running_mean.normal_()  # type: ignore[union-attr]
                part.running_var.uniform_(0.5, 2)  # type: ignore[union-attr]
                if part.affine:
                    torch.nn.init.uniform_(part.weight, 0.5, 1.5)
                    torch.nn.init.normal_(part.bias)
        weights[name] = {key: value.clone() for key, value in module.state_dict().items()}
    return Model(HERE, session, project, weights)


def outputs(model: Model) -> Mapping[str, Tensor]:
    """What each network of a model answers to the same random inputs."""
    found = {}
    for name, module in model.modules().items():
        generator = torch.Generator().manual_seed(1)
        x, label = random_input(module, 4, generator), module.any_labels(4, generator)
        with torch.no_grad():
            found[name] = module(x) if label is None else module(x, label)
    return found


def difference(one: Model, other: Model) -> float:
    """The largest difference of what two models answer."""
    mine, theirs = outputs(one), outputs(other)
    assert mine.keys() == theirs.keys()
    return max(float((mine[name] - theirs[name]).abs().max()) for name in mine)
