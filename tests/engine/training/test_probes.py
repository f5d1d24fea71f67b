"""What probes show, and that their numbers are those of the step."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from engine.compute import hearing, pictures, rounds, steady
from engine.compute.recorder import tiled
from engine.compute.training import Training
from engine.compute.watcher import LATE, LEAST, SHARE, SOON, Clock, Watcher
from engine.data.prepare import prepare
from engine.probes.base import PROBES, Gauge
from engine.probes.health import judge
from engine.protocol import Measured
from engine.runs.control import Control
from projects.schema import Data, Plug, Project
from projects.templates import template
from tests.engine.training.support import (
    PROJECTS,
    Layers,
    Listener,
    chain,
    digits,
    drawn_digits,
    ring,
    train,
)


def shown(project: Project, run: Path, stream: str, steps: int = 21) -> Measured:
    control, sink = Control(), Listener()
    control.watch({stream: 60})
    train(project, run, sink, control, max_steps=steps)
    return sink.pictures(stream)[-1]


def test_health_measures_the_step_itself(tmp_path: Path) -> None:
    training = Training(digits(optimizer=Plug("sgd", {"lr": 0.1})), tmp_path)
    gauge = PROBES.make("health", {}).gauge(training.task)
    before = training.snapshot().weights
    training.make_step(next(training.rest_of_epoch()), (gauge,))
    after = training.snapshot().weights
    picture = gauge.after_step()
    assert picture is not None
    arrays, info = picture
    assert info["layers"] == ["classifier/first", "classifier/norm", "classifier/last"]
    keys = ["classifier.last.weight", "classifier.last.bias"]
    old, new = (torch.cat([state[k].flatten() for k in keys]) for state in (before, after))
    moved = (new - old).norm().item()
    assert arrays["weight_norm"][2] == pytest.approx(new.norm().item(), rel=1e-5)
    assert arrays["update_ratio"][2] == pytest.approx(moved / new.norm().item(), rel=1e-4)
    gradient = moved / 0.1
    assert arrays["gradient_norm"][2] == pytest.approx(gradient / len(new) ** 0.5, rel=1e-4)
    assert (arrays["activation_std"] > 0).all()
    outputs = dict(zip(info["outputs"], arrays["output_std"], strict=True))
    inner = training.task.networks["classifier"].layer_modules()
    assert list(outputs) == [f"classifier/{node}" for node in inner]  # those without weights too
    assert outputs["classifier/last"] == arrays["activation_std"][2]
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    hooks = [len(m._forward_hooks) for m in training.task.networks["classifier"].modules()]
    assert sum(hooks) == 0


def test_health_covers_both_players(tmp_path: Path) -> None:
    picture = shown(ring(), tmp_path / "run", "health")
    assert picture.info["layers"] == [
        "generator/first",
        "generator/last",
        "discriminator/first",
        "discriminator/last",
    ]
    assert set(picture.info["status"]) <= {
        "healthy",
        "starved",
        "unstable",
        "vanishing",
        "exploding",
    }
    assert np.isfinite(picture.arrays["gradient_norm"].numpy()).all()


FINE = [1e-2] * 9


@pytest.mark.parametrize(
    ("gradients", "ratios", "rate_share", "status"),
    [
        (FINE, [1e-3] * 9, 1.0, "healthy"),
        (FINE, [1e-6] * 9, 1.0, "starved"),
        (FINE, [1e-6] * 9, 0.01, "healthy"),
        (FINE, [0.3] * 9, 1.0, "unstable"),
        ([1e-6] * 9, [1e-3] * 9, 1.0, "vanishing"),
        ([1e-2] * 8 + [20.0], [1e-3] * 9, 1.0, "exploding"),
        (FINE, [1e-3] * 8 + [0.5], 1.0, "healthy"),
    ],
)
def test_layers_are_judged_by_medians(
    gradients: list[float], ratios: list[float], rate_share: float, status: str
) -> None:
    assert judge(gradients, ratios, FINE, rate_share) == status


def test_a_deep_sigmoid_network_vanishes(tmp_path: Path) -> None:
    layers = [
        (f"{kind}{i}", kind, {"units": 16} if kind == "linear" else {})
        for i in range(8)
        for kind in ("linear", "sigmoid")
    ]
    layers.append(("last", "linear", {"units": 10}))
    project = msgspec.structs.replace(digits(), networks={"classifier": chain(layers)})
    training = Training(project, tmp_path)
    gauge = PROBES.make("health", {}).gauge(training.task)
    judged = []
    for batch in training.rest_of_epoch():
        training.make_step(batch, (gauge,))
        picture = gauge.after_step()
        assert picture is not None
        judged.append(picture[1]["judged"])
    assert judged == [False] * 4 + [True] * (len(judged) - 4)
    assert picture is not None
    assert picture[1]["status"][0] == "vanishing"
    assert picture[1]["status"][-1] == "healthy"


def test_predictions_come_worst_first(tmp_path: Path) -> None:
    picture = shown(digits(), tmp_path / "run", "samples")
    assert picture.info["kind"] == "predictions"
    assert picture.info["classes"] == list("0123456789")
    arrays = {name: array.numpy() for name, array in picture.arrays.items()}
    assert arrays["images"].shape == (64, 8, 8, 1)
    assert (np.diff(arrays["loss"]) <= 0).all()
    assert arrays["labels"].dtype == arrays["predicted"].dtype == np.int64
    assert ((arrays["confidence"] >= 0.1 - 1e-6) & (arrays["confidence"] <= 1)).all()


@pytest.mark.parametrize("scale", ["none", "standardize", "minus_one_to_one"])
@pytest.mark.parametrize("layout", ["image", "rows", "flat"])
def test_images_are_shown_as_images_however_they_are_read(
    tmp_path: Path, layout: str, scale: Any
) -> None:
    layers: Layers = [("flat", "flatten", {}), ("last", "linear", {"units": 10})]
    project = msgspec.structs.replace(
        digits(),
        networks={"classifier": chain(layers)},
        data=Data(source=Plug("digits", {"layout": layout}), scale=scale),
    )
    picture = shown(project, tmp_path / "run", "samples")
    images = picture.arrays["images"].numpy()
    assert images.shape == (64, 8, 8, 1)
    assert images.dtype == np.uint8
    assert list((tmp_path / "run" / "samples").glob("*.png"))
    raw = prepare(project.data, tmp_path).source.inputs.reshape(-1, 8, 8, 1)
    known = {image.tobytes() for image in np.rint(raw * 255).astype(np.uint8)}
    assert all(image.tobytes() in known for image in images)


def test_the_rows_of_the_example_are_shown_as_images(tmp_path: Path) -> None:
    project = template("digits_lstm").project
    picture = shown(project, tmp_path / "run", "samples")
    assert picture.arrays["images"].shape == (64, 8, 8, 1)


def test_rows_of_a_table_are_shown_as_numbers(tmp_path: Path) -> None:
    project = msgspec.structs.replace(
        digits(),
        networks={"classifier": chain([("last", "linear", {"units": 3})])},
        data=Data(source=Plug("iris")),
    )
    picture = shown(project, tmp_path / "run", "samples", steps=2)
    assert picture.arrays["inputs"].shape == (22, 4)
    assert picture.info["features"][0] == "sepal length (cm)"


def test_a_gan_of_flat_images_shows_a_sheet(tmp_path: Path) -> None:
    generator: Layers = [("last", "linear", {"units": 64}), ("unit", "sigmoid", {})]
    project = msgspec.structs.replace(
        ring(),
        networks={
            "generator": chain(generator, entry="noise", size=4),
            "discriminator": chain([("last", "linear", {"units": 1})]),
        },
        data=Data(source=Plug("digits", {"layout": "flat"})),
    )
    picture = shown(project, tmp_path / "run", "samples")
    assert picture.arrays["images"].shape == (64, 8, 8, 1)
    assert 60 < picture.arrays["images"].numpy().mean() < 200


def test_a_classifier_of_two_features_shows_the_plane(tmp_path: Path) -> None:
    layers = [("last", "linear", {"units": 8})]
    project = msgspec.structs.replace(
        digits(),
        networks={"classifier": chain(layers)},
        data=Data(source=Plug("gaussian_ring", {"samples": 500}), scale="standardize"),
    )
    picture = shown(project, tmp_path / "run", "samples", steps=5)
    arrays = {name: array.numpy() for name, array in picture.arrays.items()}
    assert picture.info["kind"] == "plane"
    assert arrays["surface"].shape == arrays["certainty"].shape == (64, 64)
    low_x, high_x, low_y, high_y = picture.info["extent"]
    assert low_x < arrays["points"][:, 0].min() < arrays["points"][:, 0].max() < high_x
    assert low_y < arrays["points"][:, 1].min() < arrays["points"][:, 1].max() < high_y


def test_a_gan_in_the_plane_shows_points(tmp_path: Path) -> None:
    picture = shown(ring(), tmp_path / "run", "samples")
    assert picture.info["kind"] == "points"
    assert picture.arrays["real"].shape == picture.arrays["generated"].shape == (512, 2)
    assert np.abs(np.linalg.norm(picture.arrays["real"].numpy(), axis=1) - 1).max() < 0.1


def test_a_gan_of_images_shows_a_sheet(tmp_path: Path) -> None:
    picture = shown(drawn_digits(), tmp_path / "run", "samples")
    assert picture.info == {"kind": "images", "columns": 8, "classes": []}
    assert picture.arrays["images"].shape == picture.arrays["raw"].shape == (64, 8, 8, 1)
    assert list((tmp_path / "run" / "samples").glob("*.png"))


def test_confusion_counts_the_validation_part(tmp_path: Path) -> None:
    picture = shown(digits(), tmp_path / "run", "confusion")
    counts = picture.arrays["counts"].numpy()
    assert counts.shape == (10, 10)
    assert counts.dtype == np.int64
    assert picture.info["split"] == "validation"
    training = Training(digits(), tmp_path)
    assert counts.sum() == len(training.session.data.validation.inputs)


@pytest.mark.parametrize("objective", PROJECTS)
@pytest.mark.parametrize("tag", PROBES.entries)
def test_no_probe_changes_what_it_looks_at(tmp_path: Path, objective: str, tag: str) -> None:
    training = Training(PROJECTS[objective](), tmp_path)
    gauge = PROBES.make(tag, {}).gauge(training.task)
    assert isinstance(gauge, Gauge)
    batch = next(training.rest_of_epoch())
    modes = [m.training for n in training.task.networks.values() for m in n.modules()]
    before = training.snapshot()
    training.make_step(batch)
    plain = training.snapshot()
    training.restore(before)
    training.make_step(batch, (gauge,))
    gauge.after_step()
    gauge.evaluated(training.task.evaluate(training.session.data.validation, "validation"))
    seen = training.snapshot()
    assert all(torch.equal(plain.weights[k], seen.weights[k]) for k in plain.weights)
    assert all(torch.equal(plain.training[k], seen.training[k]) for k in plain.training)
    assert modes == [m.training for n in training.task.networks.values() for m in n.modules()]


def test_the_last_step_is_always_shown(tmp_path: Path) -> None:
    from engine.runs.reader import Reader

    train(digits(epochs=2), tmp_path / "run")
    frames = [e for e in Reader(tmp_path / "run").events() if isinstance(e, Measured)]
    last = {event.stream: event.step for event in frames}
    named = ("health", "samples", "confusion", "answers", "times")
    assert {stream: last[stream] for stream in named} == dict.fromkeys(named, 40)


def test_a_dear_probe_looks_less_often() -> None:
    clock = Clock(PROBES.make("health", {}), Gauge(None), SHARE)  # type: ignore[arg-type]
    clock.spent = 0.5
    clock.looked(now=100.0, rate=10.0)
    assert clock.due == pytest.approx(100 + 0.5 / SHARE)
    clock.spent = 1e-5
    for _ in range(60):
        clock.looked(now=200.0, rate=10.0)
        clock.spent = 1e-5
    assert clock.due == pytest.approx(200.1)


@pytest.mark.parametrize(
    ("cost", "watched", "later"),
    [(0.01, 1, 10.0), (0.1, 1, LATE), (2.0, 1, 2.0 / SHARE), (1.0, 4, 4.0 / SHARE)],
)
def test_who_watches_is_not_left_with_the_first_picture(
    cost: float, watched: int, later: float
) -> None:
    clock = Clock(PROBES.make("samples", {}), Gauge(None), 0.001)  # type: ignore[arg-type]
    waits = []
    for spent in (5.0, cost, cost):  # the first look is dear: everything is cold
        clock.spent = spent
        clock.looked(now=100.0, rate=2.0, watched=watched)
        waits.append(clock.due - 100.0)
    assert waits == pytest.approx([SOON, later, later])
    clock.spent = cost
    clock.looked(now=100.0, rate=0.001, watched=1)
    assert clock.due == pytest.approx(1100.0), "nobody asks for more"


def test_all_probes_share_the_time_and_pay_for_what_they_hear() -> None:
    class Dear(Gauge):
        def before_step(self) -> None:
            self.listened = 0.5  # as if a hook of it had worked so long

    task: Any = SimpleNamespace(networks={}, context=SimpleNamespace(device="cpu"))
    watcher = Watcher(task, [Plug("health"), Plug("samples"), Plug("confusion")], task)
    steps = [clock for clock in watcher._clocks if not clock.probe.of_evaluations]
    assert len(steps) == 2
    assert sum(clock.share for clock in watcher._clocks) == pytest.approx(SHARE)
    for clock in steps:
        clock.gauge = Dear(task)
    begun = time.perf_counter()
    watcher.before_step()
    watcher.finish(1)
    assert watcher.seconds >= 1.0
    assert watcher.due >= begun + 0.5 / (SHARE / 3)
    assert [clock.gauge.listened for clock in steps] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("spent", "left"), [(0.0, SHARE), (1.2, 0.018), (2.9, LEAST), (80.0, LEAST)]
)
def test_probes_have_what_looks_at_fixed_steps_leave(spent: float, left: float) -> None:
    task: Any = SimpleNamespace(networks={}, context=SimpleNamespace(device="cpu"))
    watcher = Watcher(task, [Plug("health"), Plug("samples"), Plug("confusion")], task)
    watcher.make_room(spent, seconds=100.0)
    assert sum(clock.share for clock in watcher._clocks) == pytest.approx(left)


def test_a_training_tells_its_probes_what_looks_have_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that goes on by a second whenever a look asks for the time."""
    ticks, readings, goings = itertools.count(), itertools.count(), itertools.count(step=7)
    told: list[tuple[float, float]] = []
    monkeypatch.setattr(steady, "perf_counter", lambda: float(next(ticks)))
    monkeypatch.setattr(hearing, "perf_counter", lambda: next(readings) / 1024)
    monkeypatch.setattr(rounds, "perf_counter", lambda: float(next(goings)))
    monkeypatch.setattr(Watcher, "make_room", lambda _self, *room: told.append(room))
    train(digits(epochs=2), tmp_path / "run", max_steps=25)
    read = 2 * (len(told) - 1)  # by both, at every telling; the first room is the watcher's own
    read -= 1  # the last norms are read after it
    pulse = 2 * 5  # a norm that is taken and kept, of steps 5, 10, 15, 20 and 25
    looks = 4 * 3  # steps 1 and 24, and what step 23 leaves for the latter
    judged = 7 * (len(told) - 2)  # by the doctor, after every telling but the last
    heard = told[-1][0] - (read + pulse + looks + judged)  # by hooks, by a clock of their own
    assert 0 < heard <= next(readings) / 1024


def test_pictures_span_black_to_white() -> None:
    image = np.array([[[[-1.0, 0.0], [1.0, np.nan]]]], np.float32)
    assert pictures.as_images(image, -1, 1)[0, :, :, 0].tolist() == [[0, 128], [255, 0]]


@pytest.mark.parametrize("channels", [1, 3])
def test_sheets_are_tiled_in_rows(channels: int) -> None:
    images = np.stack([np.full((4, 6, channels), i, np.uint8) for i in range(1, 6)])
    sheet = tiled(images)
    assert sheet.shape[:2] == (2 * 5 - 1, 3 * 7 - 1)
    assert sheet[0, 0].max() == 1
    assert sheet[5, 7].max() == 5
    assert sheet[5, 14].max() == 0
