"""Answers for a fixed choice of examples: the network's own, the same examples every time, told once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from engine.compute import answers
from engine.compute.training import Training
from engine.data.prepare import Part
from engine.probes.base import probes_of
from engine.protocol import Measured
from engine.runs.control import Control
from engine.runs.reader import Reader
from projects.schema import Data, Plug, Project
from projects.templates import template
from tests.engine.training.kinds import copy_memory, multi_label, regression
from tests.engine.training.support import Layers, Listener, chain, digits, ring, train


def shown(project: Project, folder: Path) -> tuple[Training, answers.Answers]:
    """A fresh network and what it answers for the validation part."""
    training = Training(project, folder)
    found = training.task.evaluate(training.session.data.validation, "validation").answers
    assert found is not None
    return training, found


def test_classes(tmp_path: Path) -> None:
    training, found = shown(digits(), tmp_path)
    part = training.session.data.validation
    assert part.targets is not None
    odds = training.task.predict(torch.from_numpy(part.inputs))["probabilities"]
    assert found.places.tolist() == list(range(len(part.inputs)))
    assert np.allclose(found.arrays["probabilities"], odds, atol=1e-6)
    assert np.array_equal(found.arrays["labels"], part.targets)
    assert np.array_equal(found.arrays["predicted"], odds.argmax(axis=1))
    assert found.arrays["loss"].mean() == pytest.approx(log_loss(part.targets, odds), rel=1e-5)


def test_of_many_examples_a_spread_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_EXAMPLES", 7)
    training, found = shown(digits(), tmp_path)
    part = training.session.data.validation
    assert part.targets is not None
    assert found.places.tolist() == [0, 44, 89, 134, 179, 224, 269]
    assert np.array_equal(found.arrays["labels"], part.targets[found.places])
    odds = training.task.predict(torch.from_numpy(part.inputs[found.places]))["probabilities"]
    assert np.allclose(found.arrays["probabilities"], odds, atol=1e-6)


def test_answers_that_come_in_portions_are_picked_rightly() -> None:
    values = torch.arange(20.0)[:, None]
    picker = answers.Picker(np.array([0, 3, 4, 11, 19]))
    for start in range(0, 20, 4):
        picker.take(values[start : start + 4])
    assert picker.taken()[:, 0].tolist() == [0, 3, 4, 11, 19]


def test_of_many_classes_the_likeliest_are_kept() -> None:
    logits = torch.randn(5, 40, generator=torch.Generator().manual_seed(0))
    labels = np.array([0, 7, 39, 3, 3])
    arrays = answers.of_classes(logits, labels)
    odds = logits.softmax(1).numpy()
    assert arrays["probabilities"].shape == (5, answers.LIKELIEST)
    order = np.argsort(-odds, axis=1)[:, : answers.LIKELIEST]
    assert np.array_equal(arrays["candidates"], order)
    assert np.allclose(arrays["probabilities"], np.take_along_axis(odds, order, axis=1))
    assert np.allclose(arrays["truth"], odds[np.arange(5), labels])


def test_labels(tmp_path: Path) -> None:
    training, found = shown(multi_label(), tmp_path)
    part = training.session.data.validation
    said = training.task.predict(torch.from_numpy(part.inputs))
    for name in ("predicted", "probabilities"):
        assert np.allclose(found.arrays[name], said[name], atol=1e-6)
    odds = said["probabilities"].astype(np.float64)
    assert part.targets is not None
    wanted = -np.where(part.targets > 0, np.log(odds), np.log(1 - odds)).mean(axis=1)
    assert np.allclose(found.arrays["loss"], wanted, rtol=1e-3)


def test_every_step_that_has_a_class_is_an_answer(tmp_path: Path) -> None:
    training, found = shown(copy_memory(), tmp_path)
    part = training.session.data.validation
    assert part.targets is not None
    arrays = found.arrays
    sequences = part.targets[found.places]
    assert len(arrays["labels"]) == (sequences >= 0).sum()
    assert np.array_equal(sequences[arrays["owner"], arrays["step"]], arrays["labels"])
    odds = training.task.predict(torch.from_numpy(part.inputs[found.places]))["probabilities"]
    assert np.allclose(arrays["probabilities"], odds[arrays["owner"], arrays["step"]], atol=1e-6)


def test_numbers(tmp_path: Path) -> None:
    training, found = shown(regression(), tmp_path)
    part, train_part = training.session.data.validation, training.session.data.train
    said = training.task.predict(torch.from_numpy(part.inputs))["predicted"]
    assert part.targets is not None
    assert train_part.targets is not None
    assert np.allclose(found.arrays["predicted"][:, 0], said.reshape(-1))
    wanted = ((said.reshape(-1) - part.targets.reshape(-1)) / train_part.targets.std()) ** 2
    assert np.allclose(found.arrays["loss"], wanted, rtol=1e-4)


def test_examples_are_told_once_whoever_looks(tmp_path: Path) -> None:
    sink = Listener()
    train(digits(epochs=3), tmp_path / "run", sink)
    (subject,) = sink.pictures("examples")
    assert sink.pictures("answers") == []  # nobody looks
    images = subject.arrays["images"].numpy()
    assert images.shape == (270, 8, 8, 1)
    kept = [e for e in Reader(tmp_path / "run").events() if isinstance(e, Measured)]
    streams = [event.stream for event in kept]
    assert streams.count("examples") == 1
    assert streams.index("examples") < streams.index("answers")


def test_examples_are_kept_once_however_often_a_run_is_resumed(tmp_path: Path) -> None:
    project, sinks = digits(epochs=3), [Listener(), Listener()]
    for steps, sink in zip((25, 50), sinks, strict=True):
        train(project, tmp_path / "run", sink, max_steps=steps, resume=sink is sinks[1])
    kept = [e for e in Reader(tmp_path / "run").events() if isinstance(e, Measured)]
    assert [e.step for e in kept if e.stream == "examples"] == [20]
    assert [len(sink.pictures("examples")) for sink in sinks] == [1, 1]


def test_looking_changes_nothing(tmp_path: Path) -> None:
    found = []
    for name, streams in (("a", {}), ("b", dict.fromkeys(("answers", "gates"), 60.0))):
        control, sink = Control(), Listener()
        control.watch(streams)
        train(template("digits_lstm").project, tmp_path / name, sink, control, max_steps=40)
        found.append(sink.series("train_loss"))
    assert found[0] == found[1]


def test_who_names_or_foretells_is_asked() -> None:
    asked = {
        name: "answers" in [plug.type for plug in probes_of(template(name).project)]
        for name in ("digits_mlp", "subjects", "sounds_lstm", "diabetes", "vae_fashion")
    }
    assert asked == {**dict.fromkeys(asked, True), "vae_fashion": False}
    assert "answers" not in [plug.type for plug in probes_of(ring())]


def told(project: Project, folder: Path, **limits: int) -> tuple[dict[str, Any], dict[str, Any]]:
    data = Training(project, folder).session.data
    return answers.examples(data, data.validation, np.array([0, 2]))


def test_examples_as_people_see_them(tmp_path: Path) -> None:
    arrays, info = told(template("passages").project, tmp_path)
    assert list(arrays) == ["places"]
    assert len(info["texts"]) == len(info["tokens"]) == 2
    assert info["tokens"][0][0] in info["texts"][0]
    wine = Data(source=Plug("wine"), scale="standardize")
    layers: Layers = [("last", "linear", {"units": 3})]
    project = msgspec.structs.replace(digits(), data=wine, networks={"classifier": chain(layers)})
    arrays, info = told(project, tmp_path)
    assert arrays["inputs"].shape == (2, 13)
    assert info["features"][0] == "alcohol"
    assert 10 < arrays["inputs"][0, 0] < 15  # per cent, not standard deviations


def test_large_examples_are_made_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES", 2 * 16)
    arrays, _info = told(digits(), tmp_path)
    assert arrays["images"].shape == (2, 4, 4, 1)
    monkeypatch.setattr(answers, "MOST_VALUES", 64 * 3)
    part = Part(np.zeros((10, 64), np.float32))
    assert len(answers.choice(part, 10)) == 3
