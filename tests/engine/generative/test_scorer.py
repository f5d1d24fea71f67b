"""What samples are scored with: features, their cache, the clock, and samples that nothing can be said of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save

from engine.compute import evaluate
from engine.compute.evaluate import open_run
from engine.compute.generative import classifier
from engine.compute.generative.scorer import Scorer
from engine.compute.generative.spaces import Components, classifier_for, space_for
from engine.compute.training import Training
from engine.data.prepare import Prepared, prepare
from engine.objectives.base import OBJECTIVES
from engine.objectives.scoring import Scoring, scoring_problems
from projects.schema import Data, EarlyStopping, Plug, Project
from tests.engine.training.coding import vae
from tests.engine.training.support import (
    Listener,
    differences,
    drawn_digits,
    last_state,
    ring,
    train,
    with_recipe,
)

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def of_digits(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """A scorer of digits whose classifier has learned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_HOME", str(tmp_path_factory.mktemp("home")))
        scorer = Scorer(Scoring(samples=200), data_of("digits"), CPU)
        assert scorer.reference.classifier is not None
    return scorer


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier that hardly learns."""
    monkeypatch.setattr(classifier, "LEAST_STEPS", 10)
    monkeypatch.setattr(classifier, "MOST_STEPS", 10)


def scored(project: Project, **settings: Any) -> Project:
    """The project with settings of its scores."""
    plug = project.objective
    params = {**plug.params, "scores": {"samples": 64, **settings}}
    return msgspec.structs.replace(project, objective=Plug(plug.type, params))


def data_of(source: str, **params: Any) -> Prepared:
    return prepare(Data(source=Plug(source, params), scale="minus_one_to_one"), Path())


class Given:
    """Draws what it was given, again and again."""

    def __init__(self, examples: NDArray[Any], asked: NDArray[np.int64] | None = None) -> None:
        self._examples, self._asked = examples, asked

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        return np.resize(self._examples, (count, *self._examples.shape[1:]))

    def asked(self, count: int, seed: int) -> NDArray[np.int64] | None:
        return None if self._asked is None else np.resize(self._asked, count)


# ----------------------------------------------------------------------------- features


@pytest.mark.usefixtures("hasty")
def test_a_classifier_is_kept_and_learned_again_to_the_same_bits(home: Path) -> None:
    data = data_of("digits")
    before = torch.random.get_rng_state()
    first = classifier_for(data, CPU)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert first is not None
    features = first.features(data.test.inputs)
    (file,) = (home / "features").iterdir()
    kept = classifier_for(data, CPU)
    assert kept is not None
    assert torch.equal(kept.features(data.test.inputs), features)
    whole = file.read_bytes()
    misfit = {name: tensor * 2 for name, tensor in load(whole).items() if name != "classes.bias"}
    for damaged in (b"damaged", save(misfit)):
        file.write_bytes(damaged)
        again = classifier_for(data, CPU)
        assert again is not None
        assert torch.equal(again.features(data.test.inputs), features)
        assert file.read_bytes() == whole


@pytest.mark.usefixtures("hasty")
def test_without_a_home_a_classifier_learns_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANVAS_HOME", str(tmp_path / "file" / "home"))
    assert classifier_for(data_of("digits"), CPU) is not None


def test_without_classes_there_are_principal_components() -> None:
    data = data_of("diabetes")
    assert classifier_for(data, CPU) is None
    space = space_for(data, None)
    assert isinstance(space, Components)
    features = space.features(data.train.inputs)
    covariance = torch.cov(features.T)
    assert torch.allclose(covariance, torch.diag(covariance.diagonal()), atol=1e-6)
    # Ten columns are turned, not shortened: distances are those of the columns.
    ours, theirs = torch.pdist(features[:20]), torch.pdist(torch.from_numpy(data.train.inputs[:20]))
    assert torch.allclose(ours, theirs.double(), rtol=1e-4)


def test_points_are_their_own_features() -> None:
    data = data_of("gaussian_ring", samples=200)
    assert space_for(data, None).name == "coordinates"
    assert np.array_equal(space_for(data, None).features(data.train.inputs), data.train.inputs)


# ----------------------------------------------------------------------------- scores


def test_the_data_themselves_score_well_and_copies_are_told(of_digits: Scorer) -> None:
    data, scorer = data_of("digits"), of_digits
    real = data.scaler.invert(data.test.inputs[:200])
    found = scorer.score(Given(real, data.test.targets[:200]))  # type: ignore[index]
    assert found.metrics["modes"] == 10
    assert found.metrics["class_entropy"] > 0.98
    assert found.metrics["class_agreement"] > 0.9
    assert found.metrics["precision"] > 0.7
    assert 0.8 < found.metrics["diversity"] < 1.2
    assert 0.7 < found.metrics["memorisation"] < 1.4
    assert sum(found.details.values()) == pytest.approx(1)
    assert found.info["space"] == "classifier"
    copies = scorer.score(Given(data.scaler.invert(data.train.inputs[:200])))
    assert copies.metrics["memorisation"] < 1e-3
    assert copies.metrics["precision"] > 0.95
    assert "class_agreement" not in copies.metrics
    assert np.array_equal(copies.arrays["samples"], copies.arrays["nearest"])
    places = copies.arrays["places"]
    assert set(places.tolist()) <= set(range(200))


@pytest.mark.parametrize("name", ["nothing is a number", "one is", "all the same", "far away"])
@pytest.mark.parametrize("source", ["gaussian_ring", "digits"])
def test_hopeless_samples_are_scored_as_far_as_that_goes(
    source: str, name: str, of_digits: Scorer
) -> None:
    data = data_of(source)
    scorer = of_digits if source == "digits" else Scorer(Scoring(samples=200), data, CPU)
    samples = np.full((8, *data.train.inputs.shape[1:]), np.nan, np.float32)
    if name == "one is":
        samples[3] = 0.5
    elif name != "nothing is a number":
        samples[:] = 0.5 if name == "all the same" else 3e38
    found = scorer.score(Given(samples))
    assert all(np.isfinite(value) for value in found.metrics.values())
    assert found.info["finite"] == {"nothing is a number": 0, "one is": 25}.get(name, 200)
    if source == "gaussian_ring":
        assert found.metrics["modes"] == 0
        assert found.metrics["high_quality"] == 0
    if name == "all the same":
        assert found.metrics["diversity"] == 0
        assert found.metrics["fid"] > 0


def test_what_is_switched_off_is_not_measured() -> None:
    off = Scoring(
        samples=50,
        fid=False,
        kid=False,
        precision_recall=False,
        density_coverage=False,
        diversity=False,
        memorisation=False,
    )
    data = data_of("gaussian_ring", samples=300)
    found = Scorer(off, data, CPU).score(Given(data.train.inputs[:50]))
    assert found.metrics.keys() == {"modes", "represented", "high_quality", "reverse_kl"}
    assert "samples" not in found.arrays


# ----------------------------------------------------------------------------- in a training


def test_samples_are_scored_on_a_clock_of_their_own(tmp_path: Path) -> None:
    sink = Listener()
    project = with_recipe(scored(ring(), every=4), epochs=None, max_steps=10)
    finished = train(project, tmp_path / "run", sink)
    steps, _values = sink.series("fid")
    assert steps[:3] == [4, 8, 10]
    assert {"fid", "kid", "coverage", "modes", "reverse_kl"} <= finished.metrics.keys()
    assert finished.best["step"] in (4, 8, 10)
    told = evaluate.evaluate(open_run(tmp_path / "run"))
    assert {name: told[name] for name in ("fid", "kid", "modes")} == {
        name: finished.metrics[name] for name in ("fid", "kid", "modes")
    }
    assert "mode_share/8" in told


def test_a_run_that_was_never_scored_is_not_at_its_end(tmp_path: Path) -> None:
    finished = train(ring(), tmp_path / "run", max_steps=2)
    assert "fid" not in finished.metrics
    assert "test_generator_loss" in finished.metrics


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("stop", [4, 6])
def test_a_run_that_is_scored_goes_on_bit_for_bit(tmp_path: Path, stop: int) -> None:
    project = with_recipe(scored(drawn_digits(), every=4), epochs=None, max_steps=9)
    train(project, tmp_path / "whole")
    train(project, tmp_path / "parts", max_steps=stop)
    train(project, tmp_path / "parts", resume=True)
    whole, parts = last_state(tmp_path / "whole"), last_state(tmp_path / "parts")
    assert not differences(whole, parts)
    assert whole.facts["scored"] == 9
    assert "fid" in whole.facts["scoreboard"]["best"]


def test_scores_choose_the_best_weights_as_the_settings_say(tmp_path: Path) -> None:
    training = Training(scored(drawn_digits(), best="kid"), tmp_path)
    assert training.scoreboard.take(1, {"fid": 1.0, "kid": 2.0})
    assert not training.scoreboard.take(2, {"fid": 0.5, "kid": 3.0})
    assert training.scoreboard.take(3, {"fid": 9.0, "kid": 1.0})
    last = Training(scored(drawn_digits(), best="last"), tmp_path)
    assert not last.scoreboard.take(1, {"fid": 1.0, "kid": 2.0})


@pytest.mark.usefixtures("hasty")
def test_a_variational_autoencoder_is_scored_where_that_is_wanted(tmp_path: Path) -> None:
    sink = Listener()
    project = with_recipe(scored(vae(), every=2), epochs=None, max_steps=3)
    finished = train(project, tmp_path / "run", sink)
    assert sink.series("fid")[0][0] == 2
    assert finished.metrics["fid"] > 0


def test_waiting_for_a_score_that_is_off_is_a_problem() -> None:
    project = with_recipe(ring(), early_stopping=EarlyStopping(metric="kid"))
    (found,) = scoring_problems(project, Scoring(kid=False))
    assert found.where == "recipe.early_stopping.metric"
    assert not scoring_problems(project, Scoring())
    (found,) = scoring_problems(ring(), Scoring(best="fid", fid=False))
    assert "objective.scores.fid" in found.hint
    assert scoring_problems(project, None)


def test_settings_are_read_from_the_project() -> None:
    made = OBJECTIVES.make("gan", {"scores": {"every": 7, "kid": False}}, "objective")
    assert made.scoring == Scoring(every=7, kid=False)
    assert OBJECTIVES.make("gan", {"scores": None}, "objective").scoring is None
    assert OBJECTIVES.make("vae", {}, "objective").scoring is None


# ----------------------------------------------------------------------------- stacked digits


def test_combinations_of_channels_are_counted() -> None:
    data = data_of("stacked_digits", samples=6000)
    scorer = Scorer(Scoring(samples=6000, memorisation=False, kid=False), data, CPU)
    told = data.source.channel_classes
    assert told is not None
    codes = told @ np.array([100, 10, 1])
    named = scorer.reference.combinations(data.scaler.apply(data.source.inputs))
    assert float((named == codes).mean()) > 0.9, (
        "a classifier of single digits knows three at a time"
    )
    found = scorer.score(Given(data.source.inputs))
    there = len(np.unique(codes))
    assert there > 980
    assert abs(found.metrics["modes"] - there) < 15
    assert found.metrics["reverse_kl"] < 0.1
    assert found.info["kinds"] == 1000
    few = data.source.inputs[np.isin(codes, codes[:30])]
    found = scorer.score(Given(few))
    assert 20 <= found.metrics["modes"] <= 100
    assert found.metrics["reverse_kl"] > 2.5
