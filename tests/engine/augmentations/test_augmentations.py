"""Every augmentation: what it does to images, where it may be used, and that a resume draws the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from engine.augmentations.base import AUGMENTATIONS, Mixing, augmentation_problems
from engine.compute.augmenting import Augmenter, augmented, augmenter_of
from engine.compute.batches import Batch
from engine.compute.check import check
from engine.compute.training import Training
from engine.data.prepare import prepare
from projects.errors import ProblemsError
from projects.files import load, save
from projects.plain import project_from, project_to
from projects.schema import Data, Plug, Project
from tests.engine.training.support import differences, digits, drawn_digits, last_state, train

TAGS = list(AUGMENTATIONS.entries)
PLAIN = [tag for tag in TAGS if not issubclass(AUGMENTATIONS.get(tag), Mixing)]


def images(count: int = 64, height: int = 6, width: int = 9) -> Tensor:
    torch.manual_seed(3)
    return torch.rand(count, 2, height, width) + 1


def applied(tag: str, inputs: Tensor, fill: float = 0.0, **params: Any) -> Tensor:
    made = AUGMENTATIONS.make(tag, params)
    before = inputs.clone()
    found = made.apply(inputs, fill)
    assert torch.equal(inputs, before)
    assert found.shape == inputs.shape
    assert found.dtype == inputs.dtype
    return found


@pytest.mark.parametrize("tag", TAGS)
def test_forms_and_help(tag: str) -> None:
    cls = AUGMENTATIONS.get(tag)
    assert cls.title
    assert cls.help()
    assert cls.formula
    assert cls.use
    assert cls.trouble
    assert cls.fields()


@pytest.mark.parametrize("tag", PLAIN)
def test_it_changes_images_and_its_random_numbers_are_torchs(tag: str) -> None:
    inputs = images()
    torch.manual_seed(0)
    first = applied(tag, inputs)
    assert not torch.equal(first, inputs)
    assert not torch.equal(first, applied(tag, inputs))
    torch.manual_seed(0)
    assert torch.equal(first, applied(tag, inputs))


def test_crops_are_parts_of_the_image_with_its_border() -> None:
    inputs = images(200)
    found = applied("random_crop", inputs, fill=-1.0, padding=2)
    wide = torch.nn.functional.pad(inputs, (2, 2, 2, 2), value=-1.0)
    shifts = set()
    for example in range(200):
        fits = [
            (y, x)
            for y in range(5)
            for x in range(5)
            if torch.equal(wide[example, :, y : y + 6, x : x + 9], found[example])
        ]
        assert len(fits) == 1
        shifts.add(fits[0])
    assert len(shifts) == 25


@pytest.mark.parametrize(("tag", "dimension"), [("flip_horizontal", -1), ("flip_vertical", -2)])
def test_flips(tag: str, dimension: int) -> None:
    inputs = images(400)
    assert torch.equal(applied(tag, inputs, share=1.0), inputs.flip(dimension))
    assert torch.equal(applied(tag, inputs, share=0.0), inputs)
    found = applied(tag, inputs)
    flipped = (found == inputs.flip(dimension)).flatten(1).all(1)
    assert (flipped | (found == inputs).flatten(1).all(1)).all()
    assert 140 < int(flipped.sum()) < 260


def test_turning_keeps_the_middle_and_blackens_corners() -> None:
    inputs = torch.ones(50, 1, 9, 9)
    found = applied("rotate", inputs, fill=-3.0, degrees=45.0)
    assert torch.allclose(found[:, 0, 4, 4], torch.ones(50), atol=1e-4)
    assert float(found[:, 0, 0, 0].min()) < 0
    small = applied("rotate", images(), degrees=1e-6)
    assert torch.allclose(small, images(), atol=1e-4)


def test_turning_is_of_pixels_where_sides_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "rand", lambda *_size, **_more: torch.ones(1))
    line = torch.zeros(1, 1, 5, 21)
    line[0, 0, 2, 8:13] = 1
    found = applied("rotate", line, degrees=90.0)
    assert torch.allclose(found[0, 0, :, 10], torch.ones(5), atol=1e-4)
    assert float(found.sum()) == pytest.approx(5, abs=1e-3)


def test_erased_squares() -> None:
    inputs = images(300, 12, 12)
    found = applied("erase", inputs, fill=9.0, side=4)
    gone = found == 9
    assert torch.equal(gone[:, 0], gone[:, 1])
    areas = gone[:, 0].flatten(1).sum(1)
    assert int(areas.max()) == 16
    assert int(areas.min()) >= 4
    assert torch.equal(found[~gone], inputs[~gone])
    assert torch.equal(applied("erase", inputs, share=0.0), inputs)


def test_noise() -> None:
    change = applied("add_noise", torch.zeros(50, 40), sd=0.5)
    assert float(change.std()) == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize("tag", ["mixup", "cutmix"])
def test_mixed_pairs(tag: str) -> None:
    inputs, labels = images(), torch.arange(64)
    augmenter = Augmenter([AUGMENTATIONS.make(tag, {"alpha": 1.0})], (2, 6, 9), 0.0)
    shares = set()
    for _turn in range(20):
        found = augmenter(Batch(inputs, labels))
        assert found.other is not None
        assert found.share is not None
        assert torch.equal(found.targets, labels)  # type: ignore[arg-type]
        share = float(found.share[0])
        assert 0.5 <= share <= 1
        assert found.share.shape == (64,)
        shares.add(share)
        if tag == "mixup":
            expected = share * inputs + (1 - share) * inputs[found.other]
            assert torch.allclose(found.inputs, expected)
        else:
            own = found.inputs == inputs
            assert float(own[:, 0].double().mean(0).min()) < 1 or share == 1
            kept = own.all(1).all(0)
            assert float(kept.double().mean()) >= share - 1e-6 or share == 1
            assert torch.equal(found.inputs[:, :, ~kept], inputs[found.other][:, :, ~kept])
    assert len(shares) > 5


def test_of_several_ways_to_mix_one_is_drawn() -> None:
    plugs = [AUGMENTATIONS.make("mixup", {}), AUGMENTATIONS.make("cutmix", {})]
    augmenter = Augmenter(plugs, (2, 6, 9), 0.0)
    inputs = images()
    kinds = set()
    for _turn in range(30):
        found = augmenter(Batch(inputs, torch.arange(64))).inputs
        kinds.add(bool(torch.isin(found, inputs).all()))
    assert kinds == {True, False}


def with_augment(project: Project, *plugs: Plug, **source: Any) -> Project:
    data = msgspec.structs.replace(project.data, augment=plugs)
    if source:
        data = msgspec.structs.replace(data, source=Plug("digits", source))
    return msgspec.structs.replace(project, data=data)


@pytest.mark.parametrize("tag", TAGS)
def test_a_resumed_training_draws_the_same(
    tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})
    project = with_augment(digits(), Plug(tag))
    train(project, tmp_path / "a", max_steps=6)
    train(project, tmp_path / "b", max_steps=3)
    train(project, tmp_path / "b", resume=True, max_steps=6)
    train(digits(), tmp_path / "c", max_steps=6)
    states = [last_state(tmp_path / name) for name in "abc"]
    assert differences(states[0], states[1]) == set()
    assert differences(states[0], states[2])


def test_only_training_batches_are_changed(tmp_path: Path) -> None:
    training = Training(with_augment(digits(), Plug("erase", {"side": 64})), tmp_path)
    assert float(next(training.rest_of_epoch()).inputs.abs().max()) == 0
    assert training.session.data.validation.inputs.max() == 1
    assert float(next(training.batches.epoch(0)).inputs.max()) == 1


def test_mixed_losses_are_those_of_both_classes(tmp_path: Path) -> None:
    training = Training(with_augment(digits(), Plug("mixup", {"alpha": 5.0})), tmp_path)
    training.task.networks["classifier"].eval()
    batch = next(training.rest_of_epoch())
    assert batch.other is not None
    assert batch.share is not None
    mixed = training.task.loss(batch)  # type: ignore[attr-defined]
    one = training.task.loss(Batch(batch.inputs, batch.targets))  # type: ignore[attr-defined]
    two = training.task.loss(Batch(batch.inputs, batch.other))  # type: ignore[attr-defined]
    share = batch.share[0]
    assert torch.allclose(mixed, share * one + (1 - share) * two)


@pytest.mark.parametrize(
    ("project", "says"),
    [
        (with_augment(digits(), Plug("mixup"), layout="image"), ""),
        (with_augment(drawn_digits(), Plug("mixup")), "mixes classes"),
        (with_augment(drawn_digits(), Plug("random_crop")), ""),
    ],
)
def test_what_goes_together(project: Project, says: str, tmp_path: Path) -> None:
    problems = augmentation_problems(project, prepare(project.data, tmp_path).info)
    assert [says in problem.message for problem in problems] == ([True] if says else [])
    if says:
        assert problems[0].where == "data.augment.0"
        assert says in " ".join(p.message for p in check(project, tmp_path).problems)
        with pytest.raises(ProblemsError):
            Training(project, tmp_path)


@pytest.mark.parametrize(
    ("source", "tag", "says"),
    [
        (Plug("iris"), "random_crop", "changes images"),
        (Plug("iris"), "add_noise", ""),
        (Plug("book"), "add_noise", "changes numbers"),
        (Plug("adding", {"samples": 20, "steps": 9}), "mixup", "mixes classes"),
        (Plug("parity", {"samples": 20, "answer": "every step"}), "mixup", "mixes classes"),
    ],
)
def test_data_that_cannot_be_augmented(source: Plug, tag: str, says: str, tmp_path: Path) -> None:
    data = Data(source=source, augment=(Plug(tag),))
    project = msgspec.structs.replace(digits(), data=data)
    problems = augmentation_problems(project, prepare(data, tmp_path).info)
    assert [says in problem.message for problem in problems] == ([True] if says else [])


def test_black_is_black_after_scaling(tmp_path: Path) -> None:
    data = Data(
        source=Plug("digits"), scale="minus_one_to_one", augment=(Plug("erase", {"side": 64}),)
    )
    prepared = prepare(data, tmp_path)
    augmenter = augmenter_of(data, prepared)
    assert augmenter is not None
    found = augmenter(Batch(torch.from_numpy(prepared.train.inputs[:4]), None))
    assert torch.equal(found.inputs, torch.full((4, 1, 8, 8), -1.0))


def test_previews_are_the_same_every_time(tmp_path: Path) -> None:
    data = Data(source=Plug("digits"), augment=(Plug("random_crop"), Plug("mixup")))
    prepared = prepare(data, tmp_path)
    state = torch.random.get_rng_state()
    first = augmented(data, prepared, prepared.train.inputs[:9])
    assert np.array_equal(first, augmented(data, prepared, prepared.train.inputs[:9]))
    assert not np.array_equal(first, prepared.train.inputs[:9])
    assert torch.equal(state, torch.random.get_rng_state())


def test_files_keep_the_list(tmp_path: Path) -> None:
    project = with_augment(digits(), Plug("random_crop", {"padding": 2}), Plug("mixup"))
    assert project_from(project_to(project)) == project
    save(project, tmp_path / "a.yaml")
    text = (tmp_path / "a.yaml").read_text()
    assert "  augment:\n    - {type: random_crop, padding: 2}\n    - {type: mixup}\n" in text
    assert load(tmp_path / "a.yaml").project == project
    assert "augment" not in project_to(digits())["data"]


@pytest.mark.parametrize(
    ("plug", "where"),
    [
        (Plug("crop"), "data.augment.0.type"),
        (Plug("erase", {"side": 0}), "data.augment.0.side"),
        (Plug("rotate", {"degrees": float("nan")}), "data.augment.0.degrees"),
    ],
)
def test_wrong_settings_are_said_where_they_are(plug: Plug, where: str, tmp_path: Path) -> None:
    found = check(with_augment(digits(), plug), tmp_path)
    assert where in [problem.where for problem in found.problems]
