"""Which weights a run keeps, which example is looked at, and that nothing of the run changes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image

from engine.compute.evaluate import open_run
from engine.compute.inside.inspector import Inspector
from engine.compute.task import weights_of
from engine.compute.training import Training
from engine.inside.base import VIEWS
from engine.protocol import Example, Inspect, Stage
from engine.runs.control import Control, Silent
from engine.runs.failures import GivenUpError
from projects.errors import UserError
from projects.schema import Plug
from tests.engine.inside.support import look, moons
from tests.engine.training.support import Listener, train, with_recipe


def ask(run: Path, **more: object) -> Inspect:
    return Inspect(run=str(run), **more)  # type: ignore[arg-type]


def digest(run: Path) -> str:
    """What changes when anything in a folder does."""
    found = hashlib.sha256()
    for path in sorted(run.rglob("*")):
        if path.is_file() and not path.name.startswith("run.sqlite-"):
            found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()


def test_it_says_what_there_is_to_look_at(image_run: Path) -> None:
    answer = Inspector().inspect(ask(image_run), Silent(), Control())
    assert answer.insides is not None
    layers = {layer.place: layer for layer in answer.insides.layers}
    assert str(layers["classifier/conv1"].shape) == "4×8×8"
    assert layers["classifier/conv1"].parameters == 4 * 9 + 4
    assert layers["classifier/conv1"].kind == "conv2d"
    assert [m.name for m in answer.insides.moments] == ["best", "last", "start"]
    assert answer.insides.moments[1].step == 25
    assert answer.insides.data.classes[3] == "3"


def test_the_weights_at_the_start_are_those_that_the_seed_draws(plane_run: Path) -> None:
    inspector = Inspector()
    run = inspector._opened(plane_run)
    run.use("start")
    started = weights_of(run.session.task)
    run.use("best")
    best = weights_of(run.session.task)
    project = moons(epochs=20)
    torch.manual_seed(99)
    for mine, theirs in (
        (started, weights_of(Training(project, plane_run.parent).task)),
        (best, weights_of(open_run(plane_run).task)),
    ):
        assert all(torch.equal(mine[name], theirs[name]) for name in theirs)


def test_older_checkpoints_are_kept_apart(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(moons(), run, max_steps=4)
    train(with_recipe(moons()), run, resume=True, max_steps=9)
    answer = Inspector().inspect(ask(run), Silent(), Control())
    assert answer.insides is not None
    steps = {moment.name: moment.step for moment in answer.insides.moments}
    assert steps["last"] == 9
    assert steps["step-000000004"] == 4
    early = look(run, "features", "classifier/first", moment="step-000000004")
    late = look(run, "features", "classifier/first", moment="last")
    assert early.arrays["values"].data != late.arrays["values"].data
    with pytest.raises(UserError, match="keeps no weights called “step-000000005”"):
        look(run, "features", moment="step-000000005")


def test_a_newer_checkpoint_is_taken(tmp_path: Path) -> None:
    run, inspector = tmp_path / "run", Inspector()
    train(moons(), run, max_steps=3)
    assert look(run, "features", moment="last", inspector=inspector).moment.step == 3
    train(moons(), run, resume=True, max_steps=6)
    assert look(run, "features", moment="last", inspector=inspector).moment.step == 6


def test_another_run_in_the_same_folder_is_opened_anew(tmp_path: Path) -> None:
    run, inspector = tmp_path / "run", Inspector()
    train(moons(), run, max_steps=5)
    look(run, "features", inspector=inspector)
    shutil.rmtree(run)
    project = moons()
    other = msgspec.structs.replace(
        project, data=msgspec.structs.replace(project.data, scale="standardize")
    )
    train(other, run, max_steps=5)
    look(run, "features", inspector=inspector)
    assert inspector._opened(run).session.project == other


@pytest.mark.parametrize("view", [cls.tag() for cls in VIEWS])
def test_nothing_of_the_run_or_of_chance_changes(view: str, plane_run: Path) -> None:
    small: dict[str, dict[str, Any]] = {"landscape": {"side": 3}, "maximised": {"steps": 2}}
    before, chance = digest(plane_run), torch.get_rng_state()
    inspector = Inspector()
    state = np.random.get_state()[1].tobytes()  # type: ignore[index]
    first = look(plane_run, view, inspector=inspector, **small.get(view, {}))
    weights = weights_of(inspector._opened(plane_run).session.task)
    again = look(plane_run, view, inspector=inspector, **small.get(view, {}))
    assert first == again
    fresh = weights_of(open_run(plane_run).task)
    assert all(torch.equal(weights[name], fresh[name]) for name in fresh)
    assert digest(plane_run) == before
    assert torch.equal(torch.get_rng_state(), chance)
    assert np.random.get_state()[1].tobytes() == state  # type: ignore[index]


def test_a_stop_ends_it(plane_run: Path) -> None:
    control = Control()

    def stop(event: object) -> None:
        if isinstance(event, Stage) and event.share > 0:
            control.stop()

    request = ask(plane_run, view=Plug("landscape", {"side": 9}))
    inspector = Inspector()
    with pytest.raises(GivenUpError):
        inspector.inspect(request, Listener(stop), control)
    found = weights_of(inspector._opened(plane_run).session.task)
    fresh = weights_of(open_run(plane_run).task)
    assert all(torch.equal(found[name], fresh[name]) for name in fresh)


def test_examples_are_chosen_by_class_and_go_round(image_run: Path) -> None:
    seven = Example(split="train", label=7, index=1)
    answer = look(image_run, "feature_maps", example=seven)
    data = open_run(image_run).data
    assert data.train.targets is not None
    places = np.flatnonzero(data.train.targets == 7)
    expected = np.rint(data.train.inputs[places[1]][0] * 255)
    assert np.array_equal(answer.arrays["images"].numpy()[0, :, :, 0], expected)
    assert answer.info["of"] == len(places)
    assert answer.info["example"] == f"example {places[1] + 1:,} of the train part: 7"
    round_again = Example(split="train", label=7, index=1 + len(places))
    assert look(image_run, "feature_maps", example=round_again).arrays == answer.arrays


def test_an_own_image_is_cut_and_scaled(image_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.png"
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 20:60] = 255  # what is left of it when it is cut to a square
    Image.fromarray(pixels).save(path)
    answer = look(image_run, "feature_maps", example=Example(file=str(path)))
    image = answer.arrays["images"].numpy()
    assert image.shape == (1, 8, 8, 1)
    assert (image[0, :, 1:-1] == 255).all()
    words = "own.png: cut about its centre and scaled from 80×40 to 8×8 pixels, grey"
    assert answer.info["example"] == words


def test_own_rows_are_taken_as_they_are(plane_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("x,y\n0.5,-0.25\n")
    answer = look(plane_run, "feature_maps", example=Example(file=str(path)))
    assert answer.arrays["inputs"].numpy() == pytest.approx(np.array([[0.5, -0.25]]), abs=1e-6)


@pytest.mark.parametrize(
    ("view", "more", "words"),
    [
        ("nothing", {}, "there is no view called “nothing”"),
        ("features", {"layer": "classifier/conv"}, "there is no layer “classifier/conv”"),
        ("features", {"layer": "classifier/conv1", "first": 4}, "has no unit 4"),
        ("exciting", {"layer": "classifier/conv1", "unit": 4}, "The last one is 3"),
        ("boundary", {}, "a plane can be drawn of two columns alone"),
        ("attribution", {"output": 10}, "has no output 10"),
        ("attribution", {"method": "grad_cam", "node": "classifier/last"}, "Choose a layer: conv1"),
        ("feature_maps", {"example": Example(file="nowhere.png")}, "there is no such file"),
        ("similarity", {"with_run": "/nowhere"}, "not a run folder"),
    ],
)
def test_what_cannot_be_seen_is_said(
    view: str, more: dict[str, object], words: str, image_run: Path
) -> None:
    with pytest.raises(UserError, match=words):
        look(image_run, view, **more)  # type: ignore[arg-type]


def test_a_run_without_weights_says_when_there_will_be_some(
    plane_run: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(plane_run, run, ignore=shutil.ignore_patterns("step-*"))
    with pytest.raises(UserError, match="has kept no weights yet"):
        look(run, "features")


def test_what_flows_into_a_player_is_told(tmp_path: Path) -> None:
    from tests.engine.training.support import ring

    run = tmp_path / "run"
    train(ring(), run, max_steps=3)
    maps = look(run, "feature_maps", "generator/first")
    assert maps.arrays["values"].shape == (1, 16)
    assert "example" not in maps.info, "it is fed with noise"
    for view in ("exciting", "embedding"):
        with pytest.raises(UserError, match="is noise"):
            look(run, view, "generator/first")
    assert look(run, "feature_maps", "discriminator/first").info["example"]
    with pytest.raises(UserError, match="no loss in common"):
        look(run, "landscape")


@pytest.mark.parametrize(
    ("name", "holds", "message", "hint"),
    [
        ("a.txt", b"a shoe, I think\n", "no number in it", "Give it an image"),
        ("a.png", b"no image", "is none of", "Give it another file."),
        ("a.png", b"", "is empty", "Give it another file."),
    ],
)
def test_what_is_no_image_is_told_of_as_such(
    image_run: Path, tmp_path: Path, name: str, holds: bytes, message: str, hint: str
) -> None:
    (tmp_path / name).write_bytes(holds)
    with pytest.raises(UserError) as caught:
        look(image_run, "attribution", example=Example(file=str(tmp_path / name)))
    assert message in caught.value.problem.message
    assert caught.value.problem.hint.startswith(hint)
