"""Data read piece by piece: the same examples, scaled the same, and the same batches as in memory."""

from __future__ import annotations

import struct
import threading
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image

from engine.compute.batches import Batches
from engine.compute.streamed_batches import StreamedBatches
from engine.compute.training import Training
from engine.data import streaming
from engine.data.findings import findings
from engine.data.prepare import prepare
from engine.data.streaming import ArrayReader, Streamed
from projects.errors import DataError
from projects.schema import Data, Plug, Project
from tests.engine.data.support import refused
from tests.engine.training.support import chain, differences, digits, last_state, train

RANDOM = np.random.default_rng(0)


def pictures(folder: Path, count: int = 24) -> Plug:
    for number in range(count):
        place = folder / "set" / f"class {number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        pixels = RANDOM.integers(0, 255, (10, 12, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(place / f"{number:03}.png")
    return Plug("image_folder", {"path": "set", "side": 8, "color": "grey"})


def arrays(folder: Path, dtype: str = "f8", shape: tuple[int, ...] = (30, 6)) -> Plug:
    np.save(folder / "x.npy", (RANDOM.random(shape) * 200).astype(dtype))
    np.save(folder / "y.npy", np.arange(shape[0]) % 3)
    return Plug("npy", {"path": "x.npy", "targets": "y.npy"})


def both(source: Plug, folder: Path, scale: Any = "none") -> list[Any]:
    return [
        prepare(Data(source=source, scale=scale, loading=loading), folder)
        for loading in ("memory", "stream")
    ]


def idx(folder: Path, layout: str = "image") -> Plug:
    for name, count in (("x", 24), ("t", 6)):
        pixels = RANDOM.integers(0, 256, (count, 4, 3)).astype(np.uint8)
        labels = (np.arange(count) % 2).astype(np.uint8)
        head = struct.pack(">2xBB3I", 8, 3, count, 4, 3)
        (folder / name).write_bytes(head + pixels.tobytes())
        (folder / f"{name}y").write_bytes(struct.pack(">2xBBI", 8, 1, count) + labels.tobytes())
    files = {"path": "x", "labels": "xy", "test": "t", "test_labels": "ty"}
    return Plug("idx", {**files, "layout": layout})


SETS: dict[str, Any] = {
    "idx": idx,
    "idx rows": lambda folder: idx(folder, "rows"),
    "pictures": pictures,
    "numbers": arrays,
    "bytes": lambda folder: arrays(folder, "u1", (30, 5, 4)),
    "channels last": lambda folder: arrays(folder, "u1", (30, 5, 4, 3)),
    "table of bytes": lambda folder: arrays(folder, "u1", (30, 7)),
    "whole": lambda folder: arrays(folder, "i2", (30, 7)),
}


@pytest.mark.parametrize("scale", ["none", "standardize", "zero_to_one", "minus_one_to_one"])
@pytest.mark.parametrize("name", SETS)
def test_examples_are_the_same(name: str, scale: str, tmp_path: Path) -> None:
    here, there = both(SETS[name](tmp_path), tmp_path, scale)
    for part in ("train", "validation", "test"):
        mine, its = getattr(here, part), getattr(there, part)
        assert isinstance(its.inputs, Streamed)
        assert len(its.inputs) == len(mine.inputs)
        assert its.inputs.shape == mine.inputs.shape
        assert np.array_equal(np.asarray(its.inputs), mine.inputs)
        assert np.array_equal(its.targets, mine.targets)
    assert here.info.input == there.info.input
    assert here.info.class_counts == there.info.class_counts
    assert here.info.picture == there.info.picture
    assert here.fingerprint == there.fingerprint
    if name in ("numbers", "whole", "table of bytes", "idx rows") or scale == "standardize":
        found = (here.info.low, here.info.high)
        assert (there.info.low, there.info.high) == pytest.approx(found, abs=1e-6)
    else:  # of images in bytes the ends are known, whether a pixel has them or not
        ends = (-1, 1) if scale == "minus_one_to_one" else (0, 1)
        assert (there.info.low, there.info.high) == pytest.approx(ends)
    findings(there)


@pytest.mark.parametrize(
    "key",
    [
        3,
        -1,
        slice(2, 9),
        slice(None, None, -3),
        np.array([4, 4, 0]),
        np.arange(20) % 3 == 0,
        (slice(2, 9), slice(None), 1),
        (slice(0, 4), 2),
        (5, slice(1, 3)),
    ],
    ids=str,
)
def test_it_answers_like_an_array(key: Any) -> None:
    values = RANDOM.random((20, 3, 4)).astype(np.float32)
    made = Streamed(ArrayReader(values), np.arange(20))
    assert np.array_equal(made[key], values[key])
    assert made[key].shape == values[key].shape


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_batches_are_those_of_memory(size: int, whole: bool) -> None:
    values = RANDOM.random((22, 3)).astype(np.float32)
    targets = torch.arange(22)
    settings: dict[str, Any] = {
        "size": size,
        "seed": 5,
        "device": torch.device("cpu"),
        "whole": whole,
    }
    here = Batches(torch.from_numpy(values), targets, **settings)
    there = StreamedBatches(Streamed(ArrayReader(values), np.arange(22)), targets, **settings)
    assert here.steps_per_epoch == there.steps_per_epoch
    for epoch, offset in ((0, 0), (1, 0), (1, 2)):
        mine, its = list(here.epoch(epoch, offset)), list(there.epoch(epoch, offset))
        assert len(mine) == len(its)
        for one, two in zip(mine, its, strict=True):
            assert torch.equal(one.inputs, two.inputs)
            assert one.targets is not None
            assert two.targets is not None
            assert torch.equal(one.targets, two.targets)


def project(source: Plug, loading: str) -> Project:
    data = Data(source=source, loading=loading)  # type: ignore[arg-type]
    layers = digits(epochs=2, batch_size=4)
    network = layers.networks["classifier"]
    last = msgspec.structs.replace(network.nodes["last"], params={"units": 3})
    network = msgspec.structs.replace(network, nodes={**network.nodes, "last": last})
    return msgspec.structs.replace(layers, networks={"classifier": network}, data=data)


def test_a_training_and_its_resume_are_those_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.data import places

    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})
    monkeypatch.setattr(places, "allowed", lambda: frozenset({tmp_path}))
    plug = arrays(tmp_path)
    paths = {name: str(tmp_path / file) for name, file in plug.params.items()}
    source = Plug("npy", paths)
    train(project(source, "memory"), tmp_path / "a", max_steps=9)
    train(project(source, "stream"), tmp_path / "b", max_steps=3)
    train(project(source, "stream"), tmp_path / "b", resume=True, max_steps=9)
    assert differences(last_state(tmp_path / "a"), last_state(tmp_path / "b")) == set()


def test_readers_end_when_nobody_wants_more(tmp_path: Path) -> None:
    training = Training(project(arrays(tmp_path), "stream"), tmp_path)
    batches = training.rest_of_epoch()
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name.startswith("reader")]


def test_an_image_that_is_gone_is_said(tmp_path: Path) -> None:
    source = pictures(tmp_path)
    made = project(source, "stream")
    network = chain([("flat", "flatten", {}), ("last", "linear", {"units": 2})])
    made = msgspec.structs.replace(made, networks={"classifier": network})
    training = Training(made, tmp_path)
    for path in (tmp_path / "set" / "class 1").iterdir():
        path.write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"\.png: what the file holds is none of PNG"):
        list(training.rest_of_epoch())


def test_large_sets_are_streamed_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "STREAMED_FROM", 100)
    made = prepare(Data(source=arrays(tmp_path)), tmp_path)
    assert made.source.reader is not None
    made = prepare(Data(source=arrays(tmp_path), loading="memory"), tmp_path)
    assert made.source.reader is None


def test_values_that_are_not_finite_are_found(tmp_path: Path) -> None:
    values = RANDOM.random((30, 4))
    values[:, 2] = np.nan
    np.save(tmp_path / "x.npy", values)
    with refused(where="data.source", says="holds a value that is missing"):
        prepare(Data(source=Plug("npy", {"path": "x.npy"}), loading="stream"), tmp_path)
