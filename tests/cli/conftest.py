"""What the tests of the command line share: a small project, a trained run, and a way to call."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import main
from projects.files import save
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire


@dataclass
class Answer:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """Run a command line in this process."""

    def run(*words: object) -> Answer:
        capfd.readouterr()
        code = main.entry([str(word) for word in words])
        out, err = capfd.readouterr()
        return Answer(code, out, err)

    return run


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    """Everything an NPZ file holds; the file is closed."""
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)


def chain(*nodes: tuple[str, str, dict[str, Any]]) -> Network:
    """Return a network of nodes in a row."""
    names = [name for name, _type, _params in nodes]
    return Network(
        nodes={name: Node(type=tag, params=params) for name, tag, params in nodes},
        wires=tuple(Wire(a, b) for a, b in itertools.pairwise(names)),
    )


CLASSIFIER = Project(
    name="Iris",
    data=Data(source=Plug("iris"), scale="standardize"),
    objective=Plug("classification"),
    networks={
        "classifier": chain(
            ("input", "input", {}),
            ("hidden", "linear", {"units": 8}),
            ("relu", "relu", {}),
            ("logits", "linear", {"units": 3}),
            ("output", "output", {}),
        )
    },
    recipe=Recipe(epochs=3, batch_size=16),
    probes=(),
)

RING = Project(
    name="Ring",
    data=Data(source=Plug("gaussian_ring", {"samples": 500})),
    objective=Plug("gan", {"scores": {"samples": 100}}),
    networks={
        "generator": chain(
            ("noise", "noise", {"size": 2}),
            ("point", "linear", {"units": 2}),
            ("out", "output", {}),
        ),
        "discriminator": chain(
            ("input", "input", {}), ("judge", "linear", {"units": 1}), ("out", "output", {})
        ),
    },
    recipe=Recipe(epochs=None, max_steps=3, batch_size=16),
    probes=(),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The file of a small classifier."""
    path = tmp_path / "iris.yaml"
    save(CLASSIFIER, path)
    return path


def _trained(folder: Path, project: Project) -> Path:
    save(project, folder / "project.yaml")
    words = ["train", folder / "project.yaml", "--out", folder / "run", "--json"]
    assert main.entry([str(word) for word in words]) == 0
    return folder / "run"


@pytest.fixture(scope="session")
def classifier_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of the classifier."""
    return _trained(tmp_path_factory.mktemp("classifier"), CLASSIFIER)


@pytest.fixture(scope="session")
def ring_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of a small GAN."""
    return _trained(tmp_path_factory.mktemp("ring"), RING)
