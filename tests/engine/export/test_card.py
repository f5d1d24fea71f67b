"""What a model card says of pruning, rounding, teaching and of networks that were made smaller."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
import torch

from engine.compression.variant import Latency, Size, Variant, write_variant
from engine.compute.evaluate import networks
from engine.compute.session import session_of
from engine.data.prepare import prepare
from engine.export.card import page
from engine.export.writer import Job
from engine.runs.folder import RunFolder
from engine.runs.store import Store
from engine.runs.summary import Summary, write_summary
from projects.schema import Data, Distillation, Plug, Project, Recipe
from tests.engine.drawn import chain, node

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
