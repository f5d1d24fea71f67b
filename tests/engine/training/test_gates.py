"""Gates and states of recurrent layers: torch's own numbers, and looked at without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import forgetting
from engine.compute.gates import trace
from engine.compute.training import Training
from engine.probes import gates
from engine.probes.base import PROBES, probes_of
from projects.schema import Data, Plug, Project
from projects.templates import template
from tests.engine.training.support import Layers, chain, digits, ring

CORES: dict[str, tuple[Any, dict[str, Any]]] = {
    "lstm": (nn.LSTM, {}),
    "gru": (nn.GRU, {}),
    "tanh": (nn.RNN, {}),
    "relu": (nn.RNN, {"nonlinearity": "relu"}),
}
GATES = {"lstm": "ifgoch", "gru": "rznh", "tanh": "h", "relu": "h"}


def core_of(kind: str, **options: Any) -> nn.RNNBase:
    torch.manual_seed(4)
    made, own = CORES[kind]
    core: nn.RNNBase = made(3, 5, batch_first=True, **own, **options)
    return core


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("kind", CORES)
def test_states_are_those_of_the_module(
    kind: str, layers: int, bidirectional: bool, bias: bool
) -> None:
    core = core_of(kind, num_layers=layers, bidirectional=bidirectional, bias=bias)
    x = torch.randn(2, 7, 3)
    for number, tolerance in ((torch.float32, 1e-6), (torch.float64, 1e-12)):
        core.to(number)
        found = trace(core, x.to(number))
        wanted, last = core(x.to(number))
        assert len(found) == layers * (1 + bidirectional)
        assert all(list(one.values) == list(GATES[kind]) for one in found)
        top = torch.cat([one.values["h"] for one in found if one.layer == layers - 1], 2)
        assert torch.allclose(top, wanted, rtol=0, atol=tolerance)
        ends = last if isinstance(last, tuple) else (last,)
        for name, theirs in zip("hc", ends, strict=False):
            ours = [one.values[name][:, 0 if one.backwards else -1] for one in found]
            assert torch.allclose(torch.stack(ours), theirs, rtol=0, atol=tolerance)


def test_gates_are_their_equations() -> None:
    core = core_of("lstm").double()
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    (only,) = trace(core, x)
    v = only.values
    before = torch.cat((torch.zeros(2, 1, 5), v["c"][:, :-1]), 1)
    assert torch.allclose(v["c"], v["f"] * before + v["i"] * v["g"], atol=1e-12)
    assert all(bool(((v[gate] > 0) & (v[gate] < 1)).all()) for gate in "ifo")
    forget = core.get_parameter("weight_ih_l0")[5:10], core.get_parameter("weight_hh_l0")[5:10]
    offset = core.get_parameter("bias_ih_l0")[5:10] + core.get_parameter("bias_hh_l0")[5:10]
    wanted = torch.sigmoid(x[:, 3] @ forget[0].T + v["h"][:, 2] @ forget[1].T + offset)
    assert torch.allclose(v["f"][:, 3], wanted, atol=1e-12)


def test_tracing_leaves_no_trace() -> None:
    core = core_of("gru", num_layers=2, dropout=0.5).train()
    before = torch.get_rng_state()
    first, second = (trace(core, torch.ones(1, 4, 3))[1].values["h"] for _ in range(2))
    assert torch.equal(first, second)
    assert not first.requires_grad
    assert torch.equal(torch.get_rng_state(), before)
    assert core.training


# ------------------------------------------------------------------------------------- the probe


def rows(*layers: tuple[str, str, dict[str, Any]]) -> Project:
    """A classifier that reads digits row by row."""
    chosen: Layers = [*layers, ("last", "linear", {"units": 10})]
    data = Data(source=Plug("digits", {"layout": "rows"}))
    return msgspec.structs.replace(digits(), networks={"classifier": chain(chosen)}, data=data)


def seen(project: Project, folder: Path, **params: Any) -> Any:
    training = Training(project, folder)
    gauge = PROBES.make("gates", params).gauge(training.task)
    training.make_step(next(training.rest_of_epoch()), (gauge,))
    return training, gauge.after_step()


def test_the_picture_is_of_the_weights_as_they_are(tmp_path: Path) -> None:
    project = rows(("first", "lstm", {"units": 6}))
    training, picture = seen(project, tmp_path, example=3)
    arrays, info = picture
    validation = training.session.data.validation
    assert info == {
        "layer": "classifier/first",
        "kind": "lstm",
        "depth": 1,
        "backwards": False,
        "units": 6,
        "steps": 8,
        "gates": list("ifgoch"),
        "words": [],
        "truths": [str(label) for label in validation.targets[3:7]],
    }
    assert {name: array.shape for name, array in arrays.items()} == {
        **dict.fromkeys("ifgoch", (8, 6)),
        "others": (3, 6, 8, 6),
        "means": (4, 6, 8),
        "left": (4, 8),
        "memory": (6,),
        "inputs": (4, 8, 8),
    }
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    core = training.task.networks["classifier"].get_submodule("first.core")
    (only,) = trace(core, torch.from_numpy(validation.inputs[3:7]))
    for place, name in enumerate("ifgoch"):
        wanted = only.values[name].numpy()
        assert np.array_equal(arrays[name], wanted[0])
        assert np.array_equal(arrays["others"][:, place], wanted[1:])
        assert np.allclose(arrays["means"][:, place], np.abs(wanted).mean(axis=2), atol=1e-6)
    keeps = only.values["f"].numpy()
    assert np.allclose(arrays["left"][:, 5], (keeps[:, 6] * keeps[:, 7]).mean(axis=1), atol=1e-6)
    assert np.allclose(arrays["inputs"], validation.inputs[3:7], atol=1e-6)
    gauge = PROBES.make("gates", {"example": 3}).gauge(training.task)
    again = gauge.after_step()
    assert again is not None
    assert np.array_equal(again[0]["h"], arrays["h"])


def test_a_layer_a_depth_and_a_direction_can_be_chosen(tmp_path: Path) -> None:
    project = rows(
        ("one", "gru", {"units": 4, "returns": "sequence"}),
        ("drop", "dropout", {}),
        ("two", "rnn", {"units": 5, "layers": 2, "bidirectional": True}),
    )
    chosen = {"node": "classifier/two", "layer": 2, "backwards": True}
    training, picture = seen(project, tmp_path, **chosen)
    arrays, info = picture
    assert (info["layer"], info["kind"]) == ("classifier/two", "rnn")
    assert (info["depth"], info["backwards"]) == (2, True)
    network = training.task.networks["classifier"].eval()
    with torch.no_grad():
        x = torch.from_numpy(training.session.data.validation.inputs[:1])
        both: Tensor = network.get_submodule("two.core")(network.forward_to("drop", x))[0]
    assert np.allclose(arrays["h"], both[0, :, 5:].numpy(), atol=1e-6)
    _training, first = seen(project, tmp_path)
    assert first[1]["layer"] == "classifier/one"
    assert set("rznh") < set(first[0])
    assert "memory" not in arrays  # a simple RNN keeps nothing


def test_a_depth_that_is_not_there_is_the_last(tmp_path: Path) -> None:
    _training, picture = seen(rows(("one", "gru", {"units": 4})), tmp_path, layer=9, backwards=True)
    assert (picture[1]["depth"], picture[1]["backwards"]) == (1, False)


def test_pictures_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "MOST_STEPS", 5)
    for both in (False, True):
        project = rows(("one", "lstm", {"units": 70, "bidirectional": both}))
        _training, picture = seen(project, tmp_path)
        assert picture[0]["c"].shape == (5, 64)
        assert (picture[1]["units"], picture[1]["steps"]) == (70, 8)


@pytest.mark.parametrize("params", [{}, {"node": "classifier/nowhere"}])
def test_without_such_a_layer_there_is_no_picture(tmp_path: Path, params: dict[str, Any]) -> None:
    project = digits() if not params else rows(("one", "gru", {"units": 4}))
    assert seen(project, tmp_path, **params)[1] is None


def test_a_generator_is_shown_the_same_latents(tmp_path: Path) -> None:
    base = ring()
    layers: Layers = [
        ("steps", "reshape", {"sizes": [2, 2]}),
        ("read", "gru", {"units": 3}),
        ("last", "linear", {"units": 2}),
    ]
    networks = {**base.networks, "generator": chain(layers, entry="noise", size=4)}
    project = msgspec.structs.replace(base, networks=networks)
    training, picture = seen(project, tmp_path)
    again = PROBES.make("gates", {}).gauge(training.task).after_step()
    assert picture[1]["layer"] == "generator/read"
    assert again is not None
    assert np.array_equal(picture[0]["h"], again[0]["h"])


def test_they_are_measured_where_there_are_some() -> None:
    named = {
        name: [plug.type for plug in probes_of(template(name).project)]
        for name in ("digits_lstm", "digits_mlp")
    }
    assert "gates" in named["digits_lstm"]
    assert "gates" not in named["digits_mlp"]
    project = template("digits_lstm").project
    own = msgspec.structs.replace(project, probes=(Plug("gates", {"example": 2}),))
    assert [plug for plug in probes_of(own) if plug.type == "gates"] == list(own.probes)


def test_of_long_sequences_there_are_fewer_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "MOST_NUMBERS", 4 * 8 * 6 * 3)
    _training, (arrays, info) = seen(rows(("one", "lstm", {"units": 16})), tmp_path)
    assert arrays["f"].shape == (8, 3)
    assert arrays["others"].shape == (3, 6, 8, 3)
    assert arrays["memory"].shape == (info["units"],)


def test_what_is_left_of_a_memory() -> None:
    keeps = np.random.default_rng(0).uniform(0.2, 1, (2, 6, 3))
    left = forgetting.left_at_end(keeps)
    for t in range(6):
        assert np.allclose(left[:, t], keeps[:, t + 1 :].prod(axis=1))
    backwards = forgetting.left_at_end(keeps[:, ::-1], backwards=True)
    assert np.allclose(backwards, left[:, ::-1])
    steady = np.full((1, 50, 2), (0.5, 0.99))
    lengths = forgetting.memory_length(steady)
    assert np.allclose(steady[0, 0] ** lengths, np.exp(-1))
    assert lengths[1] == pytest.approx(1 / (1 - 0.99), rel=0.01)
    assert np.isfinite(forgetting.memory_length(np.ones((1, 3, 1)))).all()
    assert np.isfinite(forgetting.memory_length(np.zeros((1, 3, 1)))).all()
