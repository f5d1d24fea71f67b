"""Every data source of the catalogue that needs no file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.base import NO_TARGET, SOURCES, Place
from engine.data.prepare import Prepared, prepare
from engine.declare import Declared
from projects.errors import ProjectError
from projects.schema import Data, Plug
from tests.engine.data.support import load, prepared

FILES = {
    "csv",
    "npz",
    "image_folder",
    "image_pairs",
    "series_csv",
    "text_file",
    "text_table",
    "conll",
    "npy",
    "idx",
    "wav_folder",
    "parquet",
    "openml",
}
BUILT_IN = [tag for tag in SOURCES.entries if tag not in FILES]
SEEDED = [tag for tag in BUILT_IN if "seed" in {f.name for f in SOURCES.get(tag).fields()}]

# examples, shape of one, classes
FACTS: dict[str, tuple[int, tuple[int, ...], int]] = {
    "digits": (1797, (1, 8, 8), 10),
    "stacked_digits": (20_000, (3, 8, 8), 0),
    "fashion_mnist": (14_000, (1, 28, 28), 10),
    "derived_pairs": (14_000, (1, 28, 28), 0),
    "iris": (150, (4,), 3),
    "wine": (178, (13,), 3),
    "breast_cancer": (569, (30,), 2),
    "logic": (1000, (2,), 2),
    "moons": (1000, (2,), 2),
    "circles": (1000, (2,), 2),
    "spirals": (1000, (2,), 2),
    "gaussian_ring": (20_000, (2,), 8),
    "gaussian_grid": (20_000, (2,), 25),
    "swiss_roll": (20_000, (2,), 0),
    "random": (256, (1, 28, 28), 10),
    "diabetes": (442, (10,), 0),
    "linnerud": (20, (3,), 0),
    "s_curve": (20_000, (2,), 0),
    "made_classification": (1000, (20,), 3),
    "blobs": (1000, (2,), 3),
    "gaussian_quantiles": (1000, (2,), 3),
    "hastie": (12_000, (10,), 2),
    "made_regression": (1000, (20,), 0),
    "friedman": (1000, (10,), 0),
    "made_labels": (1000, (20,), 0),
    "adding": (10_000, (100, 2), 0),
    "copy_memory": (10_000, (120,), 9),
    "parity": (10_000, (16, 1), 2),
    "series": (2260, (24, 1), 0),
    "book": (2317, (64,), 70),
    "sounds": (19_847, (14,), 52),
    "passages": (5720, (12,), 2),
}

# sets without one class for each example: shape of one target; numbers, or classes of steps
TARGETS: dict[str, tuple[int, ...]] = {
    "derived_pairs": (1, 28, 28),
    "diabetes": (),
    "linnerud": (3,),
    "made_regression": (),
    "friedman": (),
    "made_labels": (5,),
    "adding": (),
    "copy_memory": (120,),
    "series": (1,),
    "book": (64,),
    "sounds": (14,),
}


def test_the_facts_cover_the_catalogue() -> None:
    assert FACTS.keys() == set(BUILT_IN)


@pytest.mark.parametrize("tag", BUILT_IN)
def test_it_is_what_it_says(tag: str, tmp_path: Path) -> None:
    count, shape, classes = FACTS[tag]
    found = load(tag, tmp_path)
    assert found.inputs.shape == (count, *shape)
    assert found.inputs.dtype in (np.float32, np.uint8, np.int64)
    assert len(found.classes) == len(set(found.classes)) == classes
    assert found.title
    if found.kind in ("table", "points"):
        assert len(found.features) == shape[0]
    if found.inputs.dtype == np.int64:
        assert found.inputs.min() >= 0
        assert found.inputs.max() == (found.vocabulary or 0) - 1
        assert len(found.tokens) in (0, found.vocabulary)
    if not classes and tag not in TARGETS:
        assert found.targets is None
        return
    assert found.targets is not None
    assert found.targets.shape == (count, *TARGETS.get(tag, ()))
    assert found.targets.dtype == (np.int64 if classes else np.float32)
    if classes:
        named = np.unique(found.targets[found.targets != NO_TARGET])
        assert named.tolist() == list(range(classes))
    elif found.kind != "image":
        assert len(found.names or found.labels) in (1, *TARGETS[tag][-1:])


@pytest.mark.parametrize("tag", BUILT_IN)
def test_it_is_ready_to_train_on(tag: str, tmp_path: Path) -> None:
    made = prepared(tag, tmp_path)
    assert prepared(tag, tmp_path) is made
    for name, part in parts(made).items():
        assert part.inputs.dtype in (np.float32, np.int64)
        assert part.inputs.flags.c_contiguous
        assert np.isfinite(part.inputs).all()
        assert part.inputs.shape == (made.info.counts[name], *made.info.input.dims)
        if made.info.classes:
            assert part.targets is not None
            named = part.targets[part.targets != NO_TARGET]
            counts = np.bincount(named, minlength=len(made.info.classes))
            assert tuple(counts) == made.info.class_counts[name]
            if made.source.targets is not None and made.source.targets.ndim == 1:
                assert counts.min() > 0
    if made.source.overlap is None:
        assert sum(made.info.counts.values()) == FACTS[tag][0]
    assert made.fingerprint
    assert made.info.low == made.train.inputs.min()
    assert made.info.high == made.train.inputs.max()


def parts(made: Prepared) -> dict[str, Any]:
    return {"train": made.train, "validation": made.validation, "test": made.test}


@pytest.mark.parametrize("tag", BUILT_IN)
def test_equal_settings_give_equal_bits(tag: str, tmp_path: Path) -> None:
    first, second = load(tag, tmp_path), load(tag, tmp_path)
    assert np.array_equal(first.inputs, second.inputs)
    if first.targets is not None and second.targets is not None:
        assert np.array_equal(first.targets, second.targets)


@pytest.mark.parametrize("tag", SEEDED)
def test_another_seed_gives_other_examples(tag: str, tmp_path: Path) -> None:
    assert not np.array_equal(load(tag, tmp_path).inputs, load(tag, tmp_path, seed=1).inputs)


@pytest.mark.parametrize("tag", SEEDED)
def test_generated_sets_have_the_size_that_was_asked_for(tag: str, tmp_path: Path) -> None:
    assert len(load(tag, tmp_path, samples=37).inputs) == 37


@pytest.mark.parametrize(
    ("tag", "layout", "shape", "kind"),
    [
        ("digits", "image", (1, 8, 8), "image"),
        ("digits", "flat", (64,), "table"),
        ("digits", "rows", (8, 8), "sequence"),
        ("digits", "pixels", (64, 1), "sequence"),
        ("fashion_mnist", "pixels", (784, 1), "sequence"),
        ("fashion_mnist", "flat", (784,), "table"),
        ("fashion_mnist", "rows", (28, 28), "sequence"),
    ],
)
def test_layouts_hold_the_same_pixels(
    tag: str, layout: str, shape: tuple[int, ...], kind: str, tmp_path: Path
) -> None:
    image, other = load(tag, tmp_path), load(tag, tmp_path, layout=layout)
    assert other.kind == kind
    assert other.inputs.shape[1:] == shape
    assert np.array_equal(other.inputs.reshape(image.inputs.shape), image.inputs)


def test_ink_of_digits_is_between_zero_and_one(tmp_path: Path) -> None:
    ink = load("digits", tmp_path).inputs
    assert (ink.min(), ink.max()) == (0, 1)


@pytest.mark.parametrize(("function", "true"), [("and", {3}), ("or", {1, 2, 3}), ("xor", {1, 2})])
def test_logic_is_that_of_the_signs(function: str, true: set[int], tmp_path: Path) -> None:
    found = load("logic", tmp_path, function=function, gap=0.2)
    points = np.asarray(found.inputs, np.float64)
    assert np.abs(points).min() >= 0.2 - 1e-6
    quadrant = 2 * (points[:, 0] > 0) + (points[:, 1] > 0)
    assert found.targets is not None
    assert np.array_equal(found.targets, np.isin(quadrant, sorted(true)))


@pytest.mark.parametrize(
    ("tag", "modes", "spread"), [("gaussian_ring", 8, 0.01), ("gaussian_grid", 25, 0.05)]
)
def test_mixtures_lie_about_their_centres(
    tag: str, modes: int, spread: float, tmp_path: Path
) -> None:
    found = load(tag, tmp_path)
    assert found.modes is not None
    assert found.targets is not None
    assert found.modes.shape == (modes, 2)
    assert found.mode_sd == spread
    away = np.asarray(found.inputs - found.modes[found.targets], np.float64)
    assert away.std() == pytest.approx(spread, rel=0.03)
    assert np.linalg.norm(away, axis=1).max() < 6 * spread


def test_the_grid_of_the_protocol(tmp_path: Path) -> None:
    modes = load("gaussian_grid", tmp_path).modes
    assert modes is not None
    assert sorted(set(modes.ravel().tolist())) == [-4, -2, 0, 2, 4]
    ring = load("gaussian_ring", tmp_path).modes
    assert ring is not None
    assert np.allclose(np.linalg.norm(ring, axis=1), 1)


@pytest.mark.parametrize(
    ("tag", "params"),
    [
        ("gaussian_ring", {"modes": 100, "samples": 99}),
        ("gaussian_grid", {"side": 4, "samples": 15}),
        ("spirals", {"arms": 20, "samples": 19}),
    ],
)
def test_every_kind_needs_an_example(tag: str, params: dict[str, int]) -> None:
    with pytest.raises(ProjectError) as caught:
        SOURCES.make(tag, params, "data.source")
    assert caught.value.problem.where == "data.source.samples"
    assert caught.value.problem.hint
    SOURCES.make(tag, {**params, "samples": params["samples"] + 1}).load(Place(Path()))


@pytest.mark.parametrize("source", list(SOURCES), ids=list(SOURCES.entries))
def test_forms_can_be_made_of_it(source: type[Declared]) -> None:
    assert source.title
    assert source.category in (
        "Images",
        "Tables",
        "Points in the plane",
        "Generated tables",
        "Tests of memory",
        "Sequences to label",
        "Text",
        "Series",
        "Placeholders",
        "Your own",
    )
    assert source.help()
    for field in source.fields():
        assert field.title
        assert field.expectation()


def test_scaling_names_are_those_of_the_schema(tmp_path: Path) -> None:
    for scale in ("none", "standardize", "zero_to_one", "minus_one_to_one"):
        made = prepare(Data(source=Plug("iris"), scale=scale), tmp_path)
        assert made.scaler.identity == (scale == "none")


@pytest.mark.parametrize(
    ("shape", "kind"),
    [((5,), "table"), ((7, 3), "sequence"), ((3, 4, 4), "image"), ((2, 4, 4), "table")],
)
def test_random_numbers_have_any_shape(shape: tuple[int, ...], kind: str, tmp_path: Path) -> None:
    found = load("random", tmp_path, shape=list(shape), classes=3)
    assert (found.inputs.shape[1:], found.kind) == (shape, kind)
    made = prepare(Data(source=Plug("random", {"shape": list(shape), "indices": 9})), tmp_path)
    assert (made.info.input.kind, made.info.input.classes) == ("index", 9)
    assert made.train.inputs.max() == 8


def test_random_numbers_that_would_not_fit_are_refused() -> None:
    with pytest.raises(ProjectError) as caught:
        SOURCES.make("random", {"shape": [1000, 1000], "samples": 10**6}, "data.source")
    assert caught.value.problem.where == "data.source.samples"
