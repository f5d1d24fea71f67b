"""From a run to a smaller variant of it."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from engine.compression.variant import Latency, read_variant, write_variant
from engine.compute.compression import measuring
from engine.compute.compression.compressing import applied, compress, packed_of, timed, weigh
from engine.compute.compression.measuring import Times, side_by_side, size_of
from engine.compute.compression.model import model_of
from engine.compute.compression.sparse import WithoutZeros, notes_on, thin
from engine.compute.compression.zeroing import n_of_m
from engine.compute.evaluate import evaluate, open_run
from engine.compute.network import GraphModule, random_input
from engine.compute.trainer import Trainer
from engine.protocol import State
from engine.runs.branch import Branch
from engine.runs.control import Control, Silent
from engine.runs.folder import list_runs
from engine.runs.reader import Reader
from engine.runs.stages import untold
from engine.runs.summary import COMPRESSED, read_summary
from projects.atomic import PREFIX
from projects.errors import CompressionError, FileError, ProjectError, RunError
from projects.schema import Plug, Project
from tests.engine.training.support import ring, train


def trainer(project: Project, run: Path, **options: Any) -> Trainer:
    """A training that nobody listens to."""
    return Trainer(project, run.parent, run, Silent(), Control(), **options)


def test_a_variant_is_a_run_with_a_parent(run: Path) -> None:
    place, variant = compress(run, [Plug("prune", {"amount": 0.6})])
    assert place.parent == run.parent
    assert read_variant(place) == variant
    summary = read_summary(place)
    assert (summary.state, summary.parent) == (COMPRESSED, run.name)
    assert Reader(place).project() == Reader(run).project()
    found = evaluate(open_run(place), "validation")
    assert (
        found["validation_accuracy"] == variant.size.value == summary.metrics[variant.size.metric]
    )
    assert variant.size.nonzero < 0.5 * variant.parent.nonzero
    assert variant.size.parameters == variant.parent.parameters
    assert variant.size.macs == variant.parent.macs == 64 * 24 + 24 * 10
    assert all(0 < one.median <= one.p95 for one in variant.size.latencies)


def test_the_file_of_a_variant_is_as_small_as_is_said(run: Path) -> None:
    place, variant = compress(run, [Plug("prune", {"amount": 0.95})])
    assert next(place.rglob("weights.safetensors")).stat().st_size == variant.size.file_bytes
    assert variant.size.file_bytes < 0.4 * variant.parent.file_bytes
    assert variant.parent.file_bytes > variant.parent.dense_bytes
    again = model_of(place).weights["classifier"]
    made = applied(model_of(run), variant.steps).weights["classifier"]
    assert all(torch.equal(again[name], made[name]) for name in made)
    further, twice = compress(place, [Plug("prune", {"amount": 0.96})])
    then = Times(variant.size.latencies, variant.size.sparse_latencies)
    assert timed(twice.parent, then) == variant.size
    assert len(twice.parent.sparse_latencies) == 2  # of this moment, too
    assert twice.parent.sparse_latencies != variant.size.sparse_latencies
    assert read_summary(further).parent == place.name


def test_sparse_matrices_compute_the_same_and_are_timed(run: Path) -> None:
    made = applied(model_of(run), [Plug("prune", {"amount": 0.9, "scope": "layer"})])
    session = made.opened()
    (module,) = session.task.networks.values()
    module.eval()
    x = torch.randn(5, 64)
    layers = thin([module])
    assert len(layers) == 2
    with torch.no_grad():
        dense = module(x)
        way = WithoutZeros(layers)
        for _turn in range(2):
            with way:
                assert 0 < (module(x) - dense).abs().max() < 1e-5
            assert torch.equal(module(x), dense)
    whole, times = side_by_side(model_of(run).session, session, 0.0)
    assert not whole.sparse
    assert [one.batch for one in times.sparse] == [one.batch for one in times.dense]


def test_sparse_matrices_are_faster_only_where_passes_differ_by_less(run: Path) -> None:
    bare = size_of(model_of(run).session, 0)
    assert not notes_on(bare)
    dense = (
        Latency(batch=1, median=2.0, p95=2.1),
        Latency(batch=64, median=12.0, p95=18.0),
        Latency(batch=256, median=20.0, p95=21.0),
    )
    sparse = (
        Latency(batch=1, median=1.0, p95=1.1),
        Latency(batch=64, median=6.9, p95=14.0),
        Latency(batch=256, median=30.0, p95=30.5),
    )
    faster, slower, alike = notes_on(timed(bare, Times(dense, sparse)))
    assert faster == "Sparse matrices are faster here: 1e+03 ms instead of 2e+03 ms for 1."
    assert "slower here: 3e+04 ms instead of 2e+04 ms for 256" in slower
    assert "no clear difference here: 6.9e+03 ms instead of 1.2e+04 ms for 64" in alike


def test_dense_and_sparse_passes_are_made_in_turns(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = applied(model_of(run), [Plug("prune", {"amount": 0.9, "scope": "layer"})])
    order: list[str] = []

    class Noting(WithoutZeros):
        def __enter__(self) -> None:
            order.append("sparse")
            super().__enter__()

    real = random_input
    monkeypatch.setattr(measuring, "WithoutZeros", Noting)

    def heard(module: GraphModule, *rest: Any) -> torch.Tensor:
        module.register_forward_pre_hook(lambda *_call: order.append("pass"))
        return real(module, *rest)

    monkeypatch.setattr(measuring, "random_input", heard)
    monkeypatch.setattr(measuring, "BATCHES", (1,))
    session = made.opened()
    side_by_side(session, session, 0.0)
    turns = "".join("s" if what == "sparse" else "." for what in order)
    turns = turns.replace("....", ".")  # a hook for each of the four ways
    assert turns == ".s." * 2 * measuring.LEAST


def test_a_run_and_its_variant_are_timed_in_turns(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    works = [lambda: order.append("run"), lambda: order.append("variant")]
    assert len(measuring.in_turns(works, 1, 0.0)) == 2
    assert order == ["run", "variant"] * measuring.LEAST
    ticks = itertools.count()
    monkeypatch.setattr(measuring, "perf_counter", lambda: float(next(ticks)))
    model = model_of(run)
    known = size_of(model.session, 0)
    turns, real = [], measuring.in_turns

    def noted(works: Sequence[Callable[[], None]], *rest: Any) -> list[Latency]:
        turns.append(len(works))
        return real(works, *rest)

    monkeypatch.setattr(measuring, "in_turns", noted)
    steps = [Plug("prune", {"amount": 0.9, "scope": "layer"})]
    size, parent, _notes = weigh(model, known, steps, untold, 0.0)
    assert [one.batch for one in parent.latencies] == [1, 64]
    assert parent.latencies == size.latencies == size.sparse_latencies
    assert turns == [3, 3]  # of both sizes; nothing is timed alone
    assert parent.parameters == known.parameters


def test_networks_that_are_averaged_are_stored_once(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "ring"
    train(ring(), run, max_steps=20)
    place, variant = compress(run, [Plug("prune", {"amount": 0.7, "networks": "generator"})])
    whole = model_of(run)
    once = len(packed_of(whole.opened(), whole.grids))
    assert variant.parent.file_bytes == once < len(packed_of(whole.session, whole.grids))
    assert variant.size.file_bytes <= variant.parent.file_bytes
    model = model_of(place)
    assert int((model.weights["generator"]["first.weight"] == 0).sum()) > 0
    averages = model.session.task.averages()["generator"].state_dict()
    learning = model.session.task.networks["generator"].state_dict()
    assert all(torch.equal(averages[name], learning[name]) for name in learning)


def test_a_score_that_is_no_number_is_kept_as_such(run: Path, tmp_path: Path) -> None:
    place, variant = compress(run, [Plug("prune")], tmp_path / "variant")
    size = msgspec.structs.replace(variant.size, value=float("nan"))
    write_variant(place, msgspec.structs.replace(variant, size=size))
    again = read_variant(place)
    assert again is not None
    assert again.size.value != again.size.value
    assert again.parent == variant.parent
    for damage in ("{", "[]", '{"steps": [], "size": null, "parent": {}}'):
        (place / "compression.json").write_text(damage)
        with pytest.raises(RunError, match="is damaged"):
            compress(place, [Plug("prune")], tmp_path / "further")


def test_a_random_cut_costs_more(run: Path) -> None:
    model = model_of(run)
    scores = {}
    for criterion in ("magnitude", "random"):
        made = applied(model, [Plug("prune", {"amount": 0.7, "criterion": criterion})])
        scores[criterion] = evaluate(made.opened(), "validation")["validation_accuracy"]
    assert scores["magnitude"] > scores["random"] + 0.1


def test_a_layer_that_keeps_one_weight_alone_is_named(run: Path) -> None:
    model = model_of(run)
    assert not applied(model, [Plug("prune", {"amount": 0.9})]).notes
    told = applied(model, [Plug("prune", {"amount": 0.9999, "scope": "layer"})]).notes
    assert len(told) == 2
    assert all("only one weight is left" in note for note in told)


def test_of_every_four_two_stay() -> None:
    weight = torch.tensor([[1.0, -5, 3, 2, 9], [0, 0, 0, 1, 2]])
    assert n_of_m(weight, 2, 4).tolist() == [
        [False, True, True, False, True],
        [True, False, False, True, True],
    ]


def test_what_cannot_be_done_writes_nothing(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(CompressionError, match="no network called"):
        compress(run, [Plug("prune", {"networks": "classifer"})], out)
    with pytest.raises(ProjectError, match="no compression called"):
        compress(run, [Plug("prunee")], out)
    with pytest.raises(ProjectError, match="below 1"):
        compress(run, [Plug("prune", {"amount": 1.0})], out)
    assert not out.exists()


def test_a_variant_was_never_trained_and_is_trained_on(run: Path, tmp_path: Path) -> None:
    place, variant = compress(run, [Plug("prune", {"amount": 0.8})], tmp_path / "variant")
    with pytest.raises(RunError, match="smaller variant of another one"):
        train(Reader(run).project(), place, resume=True)
    with pytest.raises(RunError, match="smaller variant; there are no steps"):
        trainer(Reader(run).project(), tmp_path / "branch", branch=Branch(place)).run()
    *_others, last = Reader(place).events()
    assert last == State(state=COMPRESSED, step=0)
    project = Reader(place).project()
    recipe = msgspec.structs.replace(project.recipe, epochs=1, pruning=Plug("keep_zeros"))
    longer = tmp_path / "longer"
    trainer(msgspec.structs.replace(project, recipe=recipe), longer, weights_from=place).run()
    weights = model_of(longer).weights["classifier"]
    zeros = [value == 0 for value in model_of(place).weights["classifier"].values()]
    assert all(
        not value[zero].any()
        for value, zero in zip(weights.values(), zeros, strict=True)
        if value.ndim == 2
    )
    assert evaluate(open_run(longer), "validation")["validation_accuracy"] >= variant.size.value


def test_a_variant_never_takes_the_place_of_something(run: Path, tmp_path: Path) -> None:
    steps = [Plug("prune", {"amount": 0.5})]
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(RunError, match="something here already"):
        compress(run, steps, tmp_path)
    with pytest.raises(RunError, match="something here already"):
        compress(run, steps, run)
    assert (tmp_path / "note.txt").read_text() == "mine"
    assert not (tmp_path / "project.yaml").exists()


def test_a_variant_that_cannot_be_written_leaves_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"

    def full(*_args: object) -> None:
        assert not list_runs(runs)
        raise FileError("the disk is full.")

    monkeypatch.setattr("engine.compute.compression.compressing.write_variant", full)
    with pytest.raises(FileError):
        compress(run, [Plug("prune", {"amount": 0.5})], runs / "out")
    assert not list(runs.iterdir())
    monkeypatch.undo()
    (runs / "note.txt").write_text("mine")
    with pytest.raises(FileError, match=r"note\.txt.*cannot be written") as caught:
        compress(run, [Plug("prune")], runs / "note.txt" / "out")
    assert caught.value.problems[0].hint
    assert [path.name for path in runs.iterdir()] == ["note.txt"]


def test_what_a_kill_has_left_is_no_run_and_is_swept(run: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first, _variant = compress(run, [Plug("prune")], runs / "first")
    left, young = runs / f"{PREFIX}1", runs / f"{PREFIX}2"
    for place in (left, young):
        shutil.copytree(first, place)
    os.utime(left, (0, 0))
    assert list_runs(runs) == [first]
    (runs / "second").mkdir()
    second, _variant = compress(run, [Plug("prune")], runs / "second")
    assert list_runs(runs) == [second, first]
    assert {path.name for path in runs.iterdir()} == {"first", "second", young.name}
