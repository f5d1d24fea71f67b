"""What is measured of two networks that play against each other: slopes, norms, the plane."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from engine.compute.tasks.gan import GanTask
from engine.compute.training import Training
from engine.probes.base import PROBES, probes_of
from engine.probes.rivals import slopes
from engine.runs.control import Control
from projects.schema import Plug, Project
from tests.engine.training.support import (
    Listener,
    differences,
    digits,
    drawn_digits,
    last_state,
    ring,
    train,
)


def gan_of(training: Training) -> GanTask:
    assert isinstance(training.task, GanTask)
    return training.task


def test_every_gan_is_measured_and_nothing_else() -> None:
    assert {"rivals", "plane"} <= {plug.type for plug in probes_of(ring())}
    assert {"rivals", "plane"}.isdisjoint(plug.type for plug in probes_of(digits()))
    named = msgspec.structs.replace(ring(), probes=(Plug("plane", {"grid": 9}),))
    assert probes_of(named)[:2] == (Plug("plane", {"grid": 9}), Plug("rivals"))


@pytest.mark.parametrize("project", [ring(), drawn_digits()], ids=["points", "images"])
def test_slopes_are_those_of_the_discriminator(project: Project, tmp_path: Path) -> None:
    gan = gan_of(Training(project, tmp_path))
    examples = gan.drawn(2, seed=1).double()
    discriminator = gan.networks["discriminator"].double()
    for row, slope in enumerate(slopes(gan, examples)):
        flat = examples[row].flatten()
        parts = []
        for place in range(len(flat)):
            step = torch.zeros_like(flat)
            step[place] = 1e-6
            ends = [
                discriminator((flat + sign * step).view(1, *examples.shape[1:])).item()
                for sign in (1, -1)
            ]
            parts.append((ends[0] - ends[1]) / 2e-6)
        assert slope.item() == pytest.approx(np.linalg.norm(parts), rel=1e-4)


def test_the_plane_is_what_the_networks_say(tmp_path: Path) -> None:
    project = msgspec.structs.replace(
        ring(), data=msgspec.structs.replace(ring().data, scale="standard")
    )
    training = Training(project, tmp_path)
    gan = gan_of(training)
    gauge = PROBES.make("plane", {"grid": 9}).gauge(gan)
    picture = gauge.after_step()
    assert picture is not None
    arrays, info = picture
    data = gan.context.data
    x0, x1, y0, y1 = info["extent"]
    wide, high = (x1 - x0) / 9, (y1 - y0) / 9
    place = np.array([[x0 + 2.5 * wide, y0 + 6.5 * high]], np.float32)
    scaled = torch.from_numpy(np.asarray(data.scaler.apply(place), np.float32))
    with torch.no_grad():
        expected = gan.networks["discriminator"](scaled).item()
    assert arrays["surface"][6, 2] == pytest.approx(expected, abs=1e-4)
    assert len(arrays["modes"]) == len(arrays["captured"]) == 8
    # Whoever follows the pull a little deceives the discriminator better.
    points = torch.from_numpy(np.asarray(data.scaler.apply(arrays["generated"]), np.float32))
    moved = arrays["generated"][: len(arrays["pull"])] + 0.01 * arrays["pull"]
    nearer = torch.from_numpy(np.asarray(data.scaler.apply(moved), np.float32))
    with torch.no_grad():
        assert gan.pulled(nearer) < gan.pulled(points[: len(nearer)])


def test_there_is_no_plane_of_images(tmp_path: Path) -> None:
    gauge = PROBES.make("plane", {}).gauge(Training(drawn_digits(), tmp_path).task)
    assert gauge.after_step() is None


def test_being_watched_changes_no_bit(tmp_path: Path) -> None:
    for name, streams in (("seen", {"rivals": 60.0, "plane": 60.0}), ("alone", {})):
        control, sink = Control(), Listener()
        control.watch(streams)
        train(ring(), tmp_path / name, sink, control, max_steps=20)
        assert bool(sink.pictures("rivals")) == bool(streams)
    found = differences(last_state(tmp_path / "seen"), last_state(tmp_path / "alone"))
    assert not found
