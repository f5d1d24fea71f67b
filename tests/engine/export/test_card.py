"""What a model card says of pruning, rounding, teaching and of networks that were made smaller."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import msgspec
import pytest
import torch

from engine.compression.variant import Latency, Size, Variant, write_variant
from engine.compute.compression.compressing import compress
from engine.compute.evaluate import networks, open_run
from engine.compute.session import session_of
from engine.data.prepare import prepare
from engine.export.card import page
from engine.export.card_origin import training_of
from engine.export.writer import Job
from engine.runs.folder import RunFolder
from engine.runs.store import Store
from engine.runs.summary import Summary, read_summary, write_summary
from projects.schema import Data, Distillation, Plug, Project, Recipe
from tests.engine.drawn import chain, node
from tests.engine.training.support import digits, train

EVIL = "<script>alert(1)</script>"


def size(parameters: int, median: float) -> Size:
    return Size(
        parameters=parameters,
        nonzero=parameters // 2,
        dense_bytes=4 * parameters,
        file_bytes=2048,
        macs=123_456,
        latencies=(Latency(batch=1, median=median, p95=2 * median),),
        threads=1,
        metric="accuracy",
        value=0.9125,
    )


def page_of(
    run: Path, recipe: Recipe, variant: Variant | None = None, description: str = ""
) -> str:
    project = Project(
        description=description,
        data=Data(source=Plug("iris")),
        objective=Plug("classification"),
        networks={"classifier": chain(node("linear", units=3))},
        recipe=recipe,
    )
    session = session_of(project, prepare(project.data, run), torch.device("cpu"))
    write_summary(run, Summary(project="p", objective="classification", state="compressed", parent=f"../{EVIL}"))  # fmt: skip
    with contextlib.closing(Store(RunFolder(run).database)):
        pass
    if variant is not None:
        write_variant(run, variant)
    return page(Job(run, session, networks(session), "c.html"), "")


def test_a_recipe_that_prunes_rounds_and_learns_from_another_run(tmp_path: Path) -> None:
    recipe = Recipe(
        pruning=Plug("gradual", {"amount": 0.83}),
        quantisation=Plug("int8"),
        distillation=Distillation(temperature=3.5, mix=0.25),
    )
    plain, told = page_of(tmp_path, Recipe()), page_of(tmp_path, recipe)
    for words in (
        "Pruned while it learned",
        "Learned with rounded numbers",
        "Taught by another run",
    ):
        assert words not in plain
        assert words in told
    for value in ("amount 0.83", "25%", "temperature 3.5"):
        assert value in told
    assert "Made smaller" not in told


def test_what_the_author_wrote_is_told_as_that(tmp_path: Path) -> None:
    text = page_of(tmp_path, Recipe(), description="Measured: 97 % ± 1 % with 5 seeds.")
    before, _head, after = text.partition("<h2>The project, in the words of its author</h2>")
    assert "Measured:" not in before
    assert "not measured on this run" in after.split("Measured:")[0]
    assert "97\u00a0%\u00a0±\u00a01\u00a0% with" in after
    assert "in the words of its author" not in page_of(tmp_path, Recipe())


def test_scores_that_count_are_whole(tmp_path: Path) -> None:
    before, after = (
        msgspec.structs.replace(size(9, 0.001), metric="modes", value=count) for count in (7.0, 8.0)
    )
    variant = Variant(steps=(Plug("prune"),), size=after, parent=before)
    assert "<td>7</td><td>8</td>" in page_of(tmp_path, Recipe(), variant)


def test_what_was_done_to_a_variant_and_what_that_gave(tmp_path: Path) -> None:
    variant = Variant(
        steps=(Plug("prune", {"amount": 0.9}), Plug(EVIL, {EVIL: EVIL})),
        notes=(f"Note {EVIL}",),
        size=msgspec.structs.replace(size(1_000, 0.001), metric=f"accuracy{EVIL}"),
        parent=size(54_321, 0.004),
    )
    text = page_of(tmp_path, Recipe(), variant)
    assert "<h2>Made smaller</h2>" in text
    assert "0 steps" not in text  # nothing was trained: what it was made of was
    assert "<th>Trained</th>" not in text
    for words in ("amount 0.9", "54,321", "1,000", "2.0 KiB", "4 ms", "1 ms", "8 ms", "0.9125"):
        assert words in text, words
    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 5


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, a variant of it and a variant of that."""
    folder = tmp_path_factory.mktemp("family")
    train(digits(epochs=2), folder / "first")
    compress(folder / "first", [Plug("quantise_weights")], folder / "second")
    compress(folder / "second", [Plug("prune", {"amount": 0.5})], folder / "third")
    return folder


def card_of(run: Path) -> str:
    session = open_run(run)
    return page(Job(run, session, networks(session), "c.html"), "")


@pytest.mark.parametrize("name", ["second", "third"])
def test_the_card_of_a_variant_tells_of_the_training_that_it_comes_from(
    name: str, family: Path
) -> None:
    own, text = card_of(family / "first"), card_of(family / name)
    steps = read_summary(family / "first").steps
    assert f"compressed of the run first after {steps:,} steps" in text
    assert f"<th>Trained of the run first</th><td>{steps:,} steps, 2 epochs" in text
    assert "<th>Weights kept of the run first</th>" in text
    assert "Of the training of the run first, which this one was made of." in text
    plots = '<div class="plots">'
    assert text.partition(plots)[2].partition("</div>")[0] == own.partition(plots)[2].partition("</div>")[0]  # fmt: skip
    assert text.count("<polyline") == own.count("<polyline") > 1
    assert "of the run first" not in own
    assert "There are none" not in text


def test_the_card_of_a_variant_without_its_parent_says_where_curves_would_be(
    family: Path, tmp_path: Path
) -> None:
    shutil.copytree(family / "second", tmp_path / "second")
    text = card_of(tmp_path / "second")
    assert "made of the run first, which does not lie beside it." in text
    assert "<th>Trained</th>" not in text
    assert "There are none" in text


def test_a_circle_of_parents_is_no_training(family: Path, tmp_path: Path) -> None:
    shutil.copytree(family / "second", tmp_path / "second")
    summary = read_summary(tmp_path / "second")
    write_summary(tmp_path / "second", msgspec.structs.replace(summary, parent="second"))
    found = training_of(tmp_path / "second")
    assert (found.run.name, found.others) == ("second", False)
