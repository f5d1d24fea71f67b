"""Looks at every layer: their figures against formulas in NumPy, their steps, and that they change nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from engine.clinic.practice import examine
from engine.clinic.vitals import (
    BINS,
    DEAD,
    FLIPS,
    GRADIENT,
    MEAN,
    NOISE,
    RATIO,
    SATURATED,
    SD,
    SIGNAL,
    VITALS,
    WEIGHT,
    Record,
    histogram_of,
    noise_scale,
    record_of,
)
from engine.compute import sampled
from engine.compute import vitals as vitals_module
from engine.compute.examination import Examination
from engine.compute.gates import trace
from engine.compute.hearing import peaks_of
from engine.compute.training import Training
from engine.compute.vitals import SPACING, SPACING_OF_SMALL, Vitals, is_looked_at, spacing_for
from engine.protocol import Measured
from engine.runs.reader import Reader
from projects.schema import Plug, Project
from tests.engine.training.support import (
    Layers,
    Listener,
    chain,
    differences,
    digits,
    last_state,
    ring,
    train,
    with_recipe,
)

Arrays = dict[str, np.ndarray[Any, Any]]


def small(layers: Layers, **recipe: Any) -> Project:
    """A classifier of digits whose layers are small enough for samples to be all there is."""
    settings = {"optimizer": Plug("sgd", {"lr": 0.1}), **recipe}
    project = msgspec.structs.replace(digits(), networks={"classifier": chain(layers)})
    return with_recipe(project, **settings)


def two_steps(project: Project, folder: Path) -> tuple[Training, Record, Arrays, list[Arrays]]:
    """The training after two steps of which the second was looked at, and gradients and weights of both."""
    training = Training(project, folder)
    vitals = Vitals(training)
    seen: list[Arrays] = []
    flat = training.session.flats["classifier"]

    class Spy(Vitals):
        def before_step(self) -> None: ...

        def after_backward(self, learner: Any, step: int) -> None:
            parts = [*flat.views.items()]
            seen.append({name: view.numpy().copy() for name, view in parts})
            seen[-1] |= {f"g {n}": g.numpy().copy() for n, g in flat.gradients.items()}

        def after_update(self, learner: Any) -> None: ...

    spy = Spy(training)
    batches = training.rest_of_epoch()
    for step, looks in enumerate((False, True)):
        vitals._looking = looks
        training.make_step(next(batches), (vitals, spy))
        vitals.keep(step + 1)
    ((_step, arrays, info),) = vitals.read()
    record = record_of(2, arrays, info)
    assert record is not None
    seen.append({name: view.numpy().copy() for name, view in flat.views.items()})
    return training, record, arrays, seen


def whole(state: Arrays, prefix: str) -> Any:
    """All numbers of the layer ``last``, as NumPy has them in double precision."""
    return np.concatenate([state[f"{prefix}last.{n}"].ravel() for n in ("weight", "bias")]).astype(
        float
    )


def test_figures_are_those_of_the_formulas(tmp_path: Path) -> None:
    project = small(
        [("first", "linear", {"units": 12}), ("act", "tanh", {}), ("last", "linear", {"units": 10})]
    )
    _training, record, _arrays, seen = two_steps(project, tmp_path)
    assert record.layers == ("classifier/first", "classifier/act", "classifier/last")
    assert record.kinds == ("linear", "tanh", "linear")
    assert record.results == (False, False, True)
    before, now = whole(seen[0], "g "), whole(seen[1], "g ")
    weights, moved = whole(seen[2], ""), whole(seen[2], "") - whole(seen[1], "")
    row = record.table[2]
    assert row[GRADIENT] == pytest.approx(np.sqrt(np.mean(now**2)), rel=1e-4)
    assert row[WEIGHT] == pytest.approx(np.linalg.norm(weights), rel=1e-4)
    assert row[RATIO] == pytest.approx(np.linalg.norm(moved) / np.linalg.norm(weights), rel=1e-3)
    assert row[FLIPS] == pytest.approx(np.mean(now * before < 0), abs=1e-6)  # all 130 weights
    assert row[SIGNAL] == pytest.approx(np.sum(now * before), rel=1e-3)
    noise = np.sum((now - before) ** 2) * 64 / 2
    assert row[NOISE] == pytest.approx(noise, rel=1e-3)
    assert np.isnan(record.table[1, [GRADIENT, RATIO, WEIGHT, FLIPS]]).all()


def test_every_number_of_a_small_layer_counts_as_often_as_the_others() -> None:
    for count in (1, 7, 100, 255, 256, 5000):
        drawn = sampled.places(count, 255, seed=3)[: sampled.counting(count, 255)]
        times = torch.bincount(drawn, minlength=count)
        assert times.max() == (255 // count if count < 255 else 1)
        assert times.min() == times.max() or count > 255


def test_histograms_count_what_counts() -> None:
    rows = torch.tensor([[0.0, 1.0, 2.0, 0.0, 1.0], [3.0, 3.0, 3.0, 3.0, 3.0]])
    counts, ranges = sampled.histograms(rows, sampled.mask(torch.tensor([3, 5]), 5))
    assert counts.dtype == torch.uint8
    assert counts[0].tolist() == [1, *[0] * 11, 1, *[0] * 10, 1]
    assert counts[1].sum() == 5
    assert ranges.tolist() == [[0.0, 2.0], [3.0, 3.0]]
    broken = sampled.histograms(torch.tensor([[1.0, torch.nan]]), torch.ones(1, 2, dtype=bool))  # type: ignore[call-overload]
    assert broken[0].sum() == 0


def test_activations_are_measured_where_they_have_a_meaning(tmp_path: Path) -> None:
    layers: Layers = [
        ("first", "linear", {"units": 40}),
        ("relu", "relu", {}),
        ("second", "linear", {"units": 20}),
        ("sigmoid", "sigmoid", {}),
        ("last", "linear", {"units": 10}),
    ]
    project = small(layers)
    training = Training(project, tmp_path)
    with torch.no_grad():
        flat = training.session.flats["classifier"]
        flat.views["first.bias"][:10] = -100.0  # a quarter of the units never opens
        flat.views["second.bias"][:15] = 50.0  # three quarters are at the end of their scale
    vitals = Vitals(training)
    batch = next(training.rest_of_epoch())
    network = training.task.networks["classifier"]
    values = {n: network.forward_to(n, batch.inputs).detach().numpy() for n in ("relu", "sigmoid")}
    vitals.is_due(0)
    training.make_step(batch, (vitals,))
    vitals.keep(1)
    ((_step, arrays, info),) = vitals.read()
    record = record_of(1, arrays, info)
    assert record is not None
    table = dict(zip(record.layers, record.table, strict=True))
    relu, sigmoid = table["classifier/relu"], table["classifier/sigmoid"]
    assert relu[DEAD] == pytest.approx((values["relu"].max(0) <= 0).mean())
    beyond = (values["sigmoid"] < 0.03) | (values["sigmoid"] > 0.97)
    assert sigmoid[SATURATED] == pytest.approx(beyond.mean(), abs=0.06)  # of a sample
    assert relu[MEAN] == pytest.approx(values["relu"].mean(), rel=0.3)
    assert relu[SD] == pytest.approx(values["relu"].std(), rel=0.3)
    assert np.isnan(relu[SATURATED])
    assert np.isnan(sigmoid[DEAD])
    assert np.isnan(table["classifier/first"][[DEAD, SATURATED]]).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_that_are_shut_are_counted(tmp_path: Path, cell: str) -> None:
    layers: Layers = [(cell, cell, {"units": 12}), ("last", "linear", {"units": 10})]
    project = msgspec.structs.replace(
        small(layers),
        data=msgspec.structs.replace(digits().data, source=Plug("digits", {"layout": "rows"})),
    )
    training = Training(project, tmp_path)
    with torch.no_grad():
        training.session.flats["classifier"].views[f"{cell}.core.weight_ih_l0"].mul_(40.0)
    vitals = Vitals(training)
    batch = next(training.rest_of_epoch())
    core = training.task.networks["classifier"].layer_modules()[cell].core
    (traced,) = trace(core, batch.inputs[:16])  # type: ignore[arg-type]
    sigmoids = [traced.values[name] for name in ("i", "f", "o", "r", "z") if name in traced.values]
    gates = torch.stack(sigmoids).numpy()
    vitals.is_due(0)
    training.make_step(batch, (vitals,))
    vitals.keep(1)
    ((_step, arrays, _info),) = vitals.read()
    beyond = ((gates < 0.03) | (gates > 0.97)).mean()
    assert 0.2 < beyond < 1
    assert arrays["table"][0, SATURATED] == pytest.approx(beyond, abs=1e-3)


@pytest.mark.parametrize(
    ("shape", "first"), [((4, 3, 50), True), ((4, 50, 3), False), ((4, 3, 5, 10), True)]
)
def test_a_unit_that_opens_at_one_place_is_alive(shape: tuple[int, ...], first: bool) -> None:
    values = torch.zeros(shape)
    units = values.view(4, 3, -1) if first else values.transpose(1, 2)
    units[2, 0, 7] = units[0, 2, 49] = 1.0
    assert (peaks_of(values, first) > 0).tolist() == [True, False, True]


def test_features_of_steps_that_open_now_and_then_are_alive(tmp_path: Path) -> None:
    """Of a sequence a unit is one feature at all steps, and not each step's own."""
    layers: Layers = [
        ("rows", "reshape", {"sizes": [8, 8]}),
        ("first", "linear", {"units": 5}),
        ("relu", "relu", {}),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 10}),
    ]
    training = Training(small(layers), tmp_path)
    examination = Examination(training.task, 64)
    with torch.no_grad():
        for module in training.task.networks["classifier"].modules():
            if isinstance(module, torch.nn.Linear) and module.out_features == 5:
                module.weight.zero_()
                module.bias.fill_(-1.0)
                module.weight[0, 3] = 1e3  # opens where there is ink in this column
    examination.before_step()
    training.task.networks["classifier"](torch.from_numpy(training.session.data.train.inputs[:64]))
    table, _counts, _ranges = examination.record({})
    dead = dict(zip(examination.layers, table[:, DEAD].tolist(), strict=True))
    assert [share for share in dead.values() if share == share] == [pytest.approx(0.8)]


def test_channels_that_are_shut_everywhere_are_dead(tmp_path: Path) -> None:
    layers: Layers = [
        ("conv", "conv2d", {"filters": 8}),
        ("relu", "relu", {}),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 10}),
    ]
    project = msgspec.structs.replace(
        small(layers), data=msgspec.structs.replace(digits().data, source=Plug("digits"))
    )
    training = Training(project, tmp_path)
    with torch.no_grad():
        training.session.flats["classifier"].views["conv.bias"][:4] = -100.0
    vitals = Vitals(training)
    vitals.is_due(0)
    training.make_step(next(training.rest_of_epoch()), (vitals,))
    vitals.keep(1)
    ((_step, arrays, _info),) = vitals.read()
    assert arrays["table"][1, DEAD] >= 0.5


def test_histograms_count_what_there_is(tmp_path: Path) -> None:
    layers: Layers = [("last", "linear", {"units": 10, "bias": False})]
    _training, _record, arrays, seen = two_steps(small(layers), tmp_path)
    found = histogram_of(arrays, 0, "weights")
    assert found is not None
    counts, edges = found
    assert counts.sum() == 255
    assert len(edges) == BINS + 1
    weights = seen[2]["last.weight"]
    assert weights.min() <= edges[0] < edges[-1] <= weights.max()
    assert histogram_of(arrays, 5, "weights") is None
    assert histogram_of({}, 0, "weights") is None


def test_the_noise_scale_of_gradients_that_are_known() -> None:
    random = np.random.default_rng(0)
    mean, spread, size, batch = 0.3, 2.0, 50, 64
    pairs = mean + spread / np.sqrt(batch) * random.standard_normal((400, 2, size))
    signal = (pairs[:, 0] * pairs[:, 1]).sum(1)
    noise = ((pairs[:, 0] - pairs[:, 1]) ** 2).sum(1) * batch / 2
    assert noise_scale(noise, signal) == pytest.approx(spread**2 / mean**2, rel=0.1)
    assert noise_scale(noise, -signal) == np.inf
    assert np.isnan(noise_scale(noise * np.nan, signal * np.nan))


def test_looks_become_rare() -> None:
    steps = [step for step in range(1, 1300) if is_looked_at(step, SPACING_OF_SMALL)]
    assert steps[:8] == [1, 24, 49, 74, 99, 199, 299, 399]
    assert steps[-3:] == [899, 999, 1199]
    assert sum(is_looked_at(step, SPACING) for step in range(1, 100_000)) < 800
    late = [step for step in range(5_000, 9_000) if is_looked_at(step, SPACING_OF_SMALL)]
    assert set(np.diff(late)) == {400}
    assert spacing_for(10**6, 64) == SPACING
    assert spacing_for(10**3, 64) == SPACING_OF_SMALL


def looks(run: Path) -> list[Measured]:
    return [e for e in Reader(run).events((VITALS,)) if isinstance(e, Measured)]


@pytest.mark.parametrize("stop", [10, 23, 24, 60])
def test_a_resumed_training_looks_as_one_that_went_on(tmp_path: Path, stop: int) -> None:
    train(digits(epochs=5), tmp_path / "whole", max_steps=75)
    train(digits(epochs=5), tmp_path / "run", max_steps=stop)
    train(digits(epochs=5), tmp_path / "run", max_steps=75, resume=True)
    one, other = looks(tmp_path / "whole"), looks(tmp_path / "run")
    assert [look.step for look in one] == [1, 24, 49, 74]
    assert one == other
    assert np.isfinite(one[1].arrays["table"].numpy()[0, FLIPS])


@pytest.mark.parametrize("project", [digits, ring])
def test_a_look_changes_nothing(
    tmp_path: Path, project: Callable[[], Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    train(project(), tmp_path / "looked", max_steps=26)
    monkeypatch.setattr(vitals_module, "is_looked_at", lambda step, spacing: False)
    train(project(), tmp_path / "blind", max_steps=26)
    assert looks(tmp_path / "looked")
    assert not looks(tmp_path / "blind")
    assert differences(last_state(tmp_path / "looked"), last_state(tmp_path / "blind")) == set()


def test_layers_of_a_compiled_network_are_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = torch.compile
    monkeypatch.setattr(torch, "compile", lambda *a, **o: compiled(*a, **{**o, "backend": "eager"}))
    layers: Layers = [
        ("first", "linear", {"units": 24}),
        ("norm", "batch_norm", {}),
        ("relu", "relu", {}),
        ("drop", "gaussian_dropout", {}),
        ("last", "linear", {"units": 10}),
    ]
    found = []
    for settings in ({}, {"compile": True}):
        training = Training(small(layers, batch_size=32, **settings), tmp_path)
        vitals = Vitals(training)
        batches = training.rest_of_epoch()
        for step in range(24):  # the layers are heard before the first one and at the last one
            gauges = (vitals,) if vitals.is_due(step) else ()
            training.make_step(next(batches), gauges)
            vitals.keep(step + 1)
        assert training.notes == []
        tables = [arrays["table"] for _step, arrays, _info in vitals.read()]
        found.append((tables, training.snapshot()))
    (plain, before), (looks, after) = found
    assert np.isfinite(looks[1][:, MEAN]).all()
    assert np.isfinite(looks[1][2, DEAD])
    np.testing.assert_allclose(looks[0][:4], plain[0][:4], rtol=1e-4)
    np.testing.assert_allclose(looks[1][:2, [MEAN, SD]], plain[1][:2, [MEAN, SD]], rtol=1e-3)
    for name, tensor in before.weights.items():  # batch norms have counted no batch twice
        torch.testing.assert_close(after.weights[name], tensor)
    assert torch.equal(before.training["rng.torch"], after.training["rng.torch"])


def test_both_players_are_looked_at_and_told_before_their_curves(tmp_path: Path) -> None:
    sink = Listener()
    train(ring(), tmp_path / "run", sink, max_steps=30)
    told = sink.pictures(VITALS)
    assert [look.step for look in told] == [1, 24]  # though nobody watches
    assert told[0].info["layers"][0] == "generator/first"
    assert len(told[0].info["layers"]) == 6
    assert told == looks(tmp_path / "run")


def test_a_damaged_look_is_passed_over(tmp_path: Path) -> None:
    train(digits(), tmp_path / "run", max_steps=30)
    look = looks(tmp_path / "run")[0]
    arrays = {name: array.numpy() for name, array in look.arrays.items()}
    assert record_of(1, arrays, look.info) is not None
    assert record_of(1, {**arrays, "table": arrays["table"][:, :3]}, look.info) is None
    assert record_of(1, {}, look.info) is None
    assert record_of(1, arrays, {**look.info, "layers": "first"}) is None
    assert record_of(1, arrays, {**look.info, "kinds": []}) is None
    assert examine(tmp_path / "run").doctor.rounds == 1
