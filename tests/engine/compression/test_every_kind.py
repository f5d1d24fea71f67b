"""Every compression on a trained run of every kind: a variant that works, or a sentence on what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from engine.compression.base import COMPRESSIONS
from engine.compute.compression import compressing
from engine.compute.compression.compressing import applied, compress
from engine.compute.compression.model import Model, model_of
from engine.compute.evaluate import evaluate, open_run
from engine.compute.session import Session
from engine.runs.folder import list_runs
from engine.runs.summary import read_summary
from projects.errors import CompressionError, DataError, RunError
from projects.schema import Data, Plug, Project
from tests.engine.compression.support import model_of_example
from tests.engine.training.coding import autoencoder, vae, vae_gan
from tests.engine.training.kinds import multi_label, regression, sequence_labelling
from tests.engine.training.support import chain, digits, ring, train


def game() -> Project:
    """A small GAN with few examples, beside which samples are soon scored."""
    project = ring()
    source = Plug("gaussian_ring", {"samples": 300})
    return msgspec.structs.replace(project, data=Data(source=source))


KINDS: dict[str, Callable[[], Project]] = {
    "classifier": digits,
    "game": game,
    "tagger": sequence_labelling,
    "regressor": regression,
    "labels": multi_label,
    "autoencoder": autoencoder,
    "vae": vae,
    "vae-gan": vae_gan,
}
REMOVED = {
    "game": {"networks": "generator", "node": "relu"},
    "tagger": {"node": "drop"},
    "autoencoder": {"networks": "decoder", "node": "relu"},
    "vae": {"networks": "decoder", "node": "relu"},
    "vae-gan": {"networks": "decoder", "node": "relu"},
}
"""What is taken away where it is not the one “relu”."""
WORKS = {
    "low_rank": {"classifier", "game", "labels", "autoencoder", "vae", "vae-gan"},
    "fold_norms": {"classifier", "regressor"},
    "merge_linears": {"game", "autoencoder", "vae", "vae-gan"},
}
"""The kinds of run on which a compression works; the others work on all."""
APART = {
    "fold_norms": 1e-5,
    "merge_linears": 1e-5,
    "quantise_weights": 0.02,
    "quantise_dynamic": 0.05,
    "quantise_static": 0.05,
}
"""How far answers may be from those before, as a share of the largest one; others answer otherwise."""


def numbers(model: Model) -> int:
    """How many numbers all networks have."""
    return sum(value.numel() for state in model.weights.values() for value in state.values())


def zeros(model: Model) -> float:
    """Which share of the numbers in matrices is zero."""
    matrices = [v for state in model.weights.values() for v in state.values() if v.ndim > 1]
    return float(torch.cat([(value == 0).flatten() for value in matrices]).double().mean())


def layers(model: Model) -> int:
    """How many nodes all networks have that work."""
    networks = model.project.networks.values()
    return sum(not node.mute for network in networks for node in network.nodes.values())


PROMISED: dict[str, Callable[[Model, Model], bool]] = {
    "prune": lambda old, new: zeros(new) >= 0.45 > zeros(old),
    "prune_units": lambda old, new: numbers(new) < numbers(old),
    "low_rank": lambda old, new: numbers(new) < numbers(old),
    "rewind": lambda old, new: numbers(new) == numbers(old),
    "fold_norms": lambda old, new: layers(new) < layers(old),
    "merge_linears": lambda old, new: layers(new) < layers(old),
    "remove_layer": lambda old, new: layers(new) < layers(old),
    "quantise_weights": lambda _old, new: any(new.grids.values()),
    "quantise_dynamic": lambda _old, new: any(new.grids.values()) and any(new.activations.values()),
    "quantise_static": lambda _old, new: any(new.grids.values()) and any(new.activations.values()),
}
"""What is to be true of a model before and after."""


SCORE = {
    "classifier": ("validation_accuracy", True),
    "game": ("fid", False),
    "tagger": ("validation_macro_f1", True),
    "regressor": ("validation_loss", False),
    "labels": ("validation_micro_f1", True),
    "autoencoder": ("validation_loss", False),
    "vae": ("validation_elbo", True),
    "vae-gan": ("validation_mse", False),
}
"""By what variants are compared, and whether more of it is better."""


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Model:
    run = tmp_path_factory.mktemp("runs") / "run"
    train(KINDS[kind](), run, max_steps=2)
    return model_of(run)


def before(model: Model, kind: str, tag: str) -> Model:
    """What a compression is tried on: two linear layers can be merged once nothing is between them."""
    if tag != "merge_linears" or kind not in WORKS[tag]:
        return model
    return applied(model, [Plug("remove_layer", REMOVED.get(kind, {"node": "relu"}))])


def answers(session: Session) -> dict[str, Any]:
    """What networks answer for the examples of the validation part; what they draw where they answer for none."""
    if "generator" in session.task.networks:
        return {"samples": session.task.sample(64, 0)}
    found = session.task.predict(torch.from_numpy(session.data.validation.inputs))
    return {name: values for name, values in found.items() if values.dtype.kind == "f"}


def apart(one: Session, other: Session) -> float:
    """The largest difference of answers, as a share of the largest answer of their kind."""
    ours, theirs = answers(one), answers(other)
    return max(
        float(np.abs(theirs[name] - wanted).max() / np.abs(wanted).max())
        for name, wanted in ours.items()
    )


def need_variant(model: Model, made: Model, step: Plug, metrics: Collection[str]) -> None:
    """It opens, evaluates to numbers, answers as it should and is what the compression promises."""
    tag = step.type
    plain, session = model.opened(), made.opened()
    assert session.task.networks.keys() == made.weights.keys() == model.weights.keys()
    found = evaluate(session, "validation")
    assert found.keys() == metrics
    assert all(np.isfinite(value) for value in found.values() if np.ndim(value) == 0), tag
    difference = apart(plain, session)
    most = 0.0 if step.params.get("node") == "drop" else APART.get(tag)  # which does nothing here
    assert (difference > 1e-4) if most is None else (difference <= most), (tag, difference)
    assert PROMISED[tag](model, made), tag
    assert compressing.packed_of(session, made.grids), tag


def test_every_step_works_where_it_can_and_else_says_what_to_do(model: Model, kind: str) -> None:
    metrics = evaluate(model.opened(), "validation").keys()
    assert metrics
    for tag in COMPRESSIONS.entries:
        step = Plug(tag, REMOVED.get(kind, {"node": "relu"}) if tag == "remove_layer" else {})
        start = before(model, kind, tag)
        if kind in WORKS.get(tag, KINDS):
            need_variant(start, applied(start, [step]), step, metrics)
            continue
        with pytest.raises(CompressionError) as caught:
            applied(start, [step])
        assert caught.value.problem.where, tag
        assert caught.value.problem.hint, tag


def test_a_variant_of_a_variant_is_evaluated_as_it_was_measured(
    model: Model, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressing, "with_int8", lambda size, *_others: (size, ()))  # seconds
    first, _variant = compress(model.run, [Plug("prune_units"), Plug("quantise_static")])
    second, variant = compress(first, [Plug("prune", {"amount": 0.7})])
    found = evaluate(open_run(second), "validation")
    name = variant.size.metric
    assert (name, variant.size.higher) == SCORE[kind]
    assert variant.parent.metric == name
    assert variant.size.metrics[name] == variant.size.value
    assert found[name] == pytest.approx(variant.size.value, abs=0)
    assert read_summary(second).parent == first.name


# ---------------------------------------------------------------------------------- bad input


def test_networks_that_an_objective_changes_are_named() -> None:
    model = model_of_example("sngan_ring")
    words = "“discriminator” stays as it is: its objective changes the layers"
    assert words in " ".join(applied(model, [Plug("prune_units")]).notes)
    for tag in ("prune_units", "low_rank", "fold_norms", "merge_linears", "remove_layer"):
        node = {"node": "relu"} if tag == "remove_layer" else {}
        params = {"networks": "discriminator", **node}
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
