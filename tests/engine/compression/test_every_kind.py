"""Every compression on a trained run of every kind: a variant that works, or a sentence on what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.compression.base import COMPRESSIONS
from engine.compute.compression import compressing
from engine.compute.compression.compressing import applied, compress
from engine.compute.compression.model import Model, model_of
from engine.compute.evaluate import evaluate, open_run
from engine.runs.folder import list_runs
from engine.runs.summary import read_summary
from projects.errors import CompressionError, DataError, RunError
from projects.schema import Data, Plug, Project
from tests.engine.compression.support import model_of_example
from tests.engine.training.coding import autoencoder, vae, vae_gan
from tests.engine.training.kinds import multi_label, regression, sequence_labelling
from tests.engine.training.support import chain, digits, ring, train

KINDS: dict[str, Callable[[], Project]] = {
    "classifier": digits,
    "game": ring,
    "tagger": sequence_labelling,
    "regressor": regression,
    "labels": multi_label,
    "autoencoder": autoencoder,
    "vae": vae,
    "vae-gan": vae_gan,
}
OFTEN_NOT = ("fold_norms", "merge_linears", "low_rank", "remove_layer")
NEEDED: dict[str, dict[str, Any]] = {"remove_layer": {"node": "relu"}}


@pytest.fixture(scope="module", params=KINDS)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    run = tmp_path_factory.mktemp("runs") / "run"
    train(KINDS[request.param](), run, max_steps=2)
    return model_of(run)


def tried(model: Model, step: Plug) -> Model | CompressionError:
    """What comes of one compression."""
    try:
        return applied(model, [step])
    except CompressionError as error:
        return error


@pytest.mark.parametrize("tag", list(COMPRESSIONS.entries))
def test_it_works_or_says_what_to_do(model: Model, tag: str) -> None:
    made = tried(model, Plug(tag, NEEDED.get(tag, {})))
    if isinstance(made, CompressionError):
        assert tag in OFTEN_NOT
        assert made.problem.where
        assert made.problem.hint
        return
    session = made.opened()
    assert session.task.networks.keys() == made.weights.keys() == model.weights.keys()
    assert compressing.packed_of(session, made.grids)


def test_a_variant_of_a_variant_is_evaluated_as_it_was_measured(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressing, "with_int8", lambda size, *_others: (size, ()))  # seconds
    first, _variant = compress(model.run, [Plug("prune_units"), Plug("quantise_static")])
    second, variant = compress(first, [Plug("prune", {"amount": 0.7})])
    found = evaluate(open_run(second), "validation")
    name = variant.size.metric
    assert name in found
    assert found[name] == pytest.approx(variant.size.value, nan_ok=True, abs=0)
    assert read_summary(second).parent == first.name


# ---------------------------------------------------------------------------------- bad input


def test_networks_that_an_objective_changes_are_named() -> None:
    model = model_of_example("sngan_ring")
    words = "“discriminator” stays as it is: its objective changes the layers"
    assert words in " ".join(applied(model, [Plug("prune_units")]).notes)
    for tag in ("prune_units", "low_rank", "fold_norms", "merge_linears", "remove_layer"):
        params = {"networks": "discriminator", **NEEDED.get(tag, {})}
        with pytest.raises(CompressionError) as caught:
            applied(model, [Plug(tag, params)])
        assert words in caught.value.problem.hint, tag


def test_a_run_whose_data_is_gone_is_said(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()
    table = runs / "table.csv"
    rows = "".join(f"{n},{n % 7},{n % 2}\n" for n in range(60))
    table.write_text(f"a,b,y\n{rows}")
    project = msgspec.structs.replace(
        digits(),
        data=Data(source=Plug("csv", {"path": "table.csv", "target": "y"})),
        networks={"classifier": chain([("last", "linear", {"units": 2})])},
    )
    train(project, runs / "run", max_steps=1)
    table.unlink()
    with pytest.raises(DataError, match=r"table\.csv") as caught:
        compress(runs / "run", [Plug("prune")])
    assert caught.value.problem.hint
    assert list_runs(runs) == [runs / "run"]


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run folder"):
        compress(tmp_path / "nowhere", [Plug("prune")], tmp_path / "out")
    run = tmp_path / "run"
    train(digits(), run, max_steps=1)
    shutil.rmtree(run / "checkpoints")
    with pytest.raises(RunError, match="checkpoint"):
        compress(run, [Plug("prune")], tmp_path / "out")
    assert not (tmp_path / "out").exists()
