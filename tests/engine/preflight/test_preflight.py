"""The pre-flight: what it measures is what a training does, and its verdict is true."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from engine.compute.batches import Batch
from engine.compute.network import build
from engine.compute.preflight import one_batch, preflight
from engine.compute.preflight.layers import layer_times
from engine.compute.preflight.memory import Memory, largest_batch, step_memory
from engine.compute.preflight.one_batch import learn_one_batch
from engine.compute.task import weights_of
from engine.compute.training import Training
from engine.layers.base import Shape
from engine.protocol import Stage
from engine.runs.control import Control, Silent
from projects.errors import ProblemsError
from projects.schema import Network, Plug, Project
from projects.templates import template
from tests.engine.drawn import chain, drawn, node
from tests.engine.training.support import Listener

HERE = Path()
CPU = torch.device("cpu")


def digits(*layers: Any, **recipe: Any) -> Project:
    base = template("digits_mlp").project
    flat = chain(node("flatten"), *layers)
    return msgspec.structs.replace(
        base,
        networks={"classifier": flat},
        recipe=msgspec.structs.replace(base.recipe, **recipe),
    )


SMALL = (node("linear", units=12), node("relu"), node("linear", units=10))


def test_it_tells_stages_and_answers_for_every_network() -> None:
    sink = Listener()
    found = preflight(template("gan_ring").project, HERE, sink, Control(), seconds=1.0)
    shares = [stage.share for stage in sink.of(Stage)]
    assert shares == sorted(shares)
    assert list(found.networks) == ["generator", "discriminator"]
    generator = found.networks["generator"]
    assert list(generator.layers) == [
        "linear1", "relu1", "linear2", "relu2", "linear3", "relu3", "point"
    ]  # fmt: skip
    assert all(time.forward > 0 and time.backward > 0 for time in generator.layers.values())
    assert generator.parameters == 33_666
    assert found.step_seconds > 0
    assert (found.batch_size, found.device) == (256, "cpu")


def test_a_project_with_errors_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(ProblemsError):
        preflight(digits(node("linear", units=3)), HERE, Silent(), Control())


def test_the_answer_to_one_batch_is_true() -> None:
    found = preflight(digits(*SMALL), HERE, Silent(), Control(), seconds=60.0)  # ends when learned
    learned = found.networks["classifier"].one_batch
    assert learned.learned
    assert learned.accuracy == 1.0
    assert learned.losses[-1] < learned.losses[0]
    still = digits(*SMALL, optimizer=Plug("sgd", {"lr": 1e-12}))
    unmoved = preflight(still, HERE, Silent(), Control(), seconds=1.0).networks["classifier"]
    assert not unmoved.one_batch.learned
    assert unmoved.one_batch.losses[0] == pytest.approx(unmoved.one_batch.losses[-1], rel=1e-3)


def test_one_straight_line_does_not_learn_xor_and_a_hidden_layer_does() -> None:
    line = template("perceptron_xor").project
    assert (
        not preflight(line, HERE, Silent(), Control(), 2.0).networks["classifier"].one_batch.learned
    )
    hidden = chain(node("linear", units=16), node("tanh"), node("linear", units=2))
    better = msgspec.structs.replace(
        line,
        networks={"classifier": hidden},
        recipe=msgspec.structs.replace(line.recipe, optimizer=Plug("adam", {"lr": 0.05})),
    )
    assert (
        preflight(better, HERE, Silent(), Control(), 4.0).networks["classifier"].one_batch.learned
    )


def test_a_warm_up_does_not_hide_that_it_learns() -> None:
    slow = digits(*SMALL, schedule=Plug("constant", {"warmup": 10_000}))
    found = preflight(slow, HERE, Silent(), Control(), seconds=2.0)
    assert found.networks["classifier"].one_batch.learned


@pytest.mark.parametrize(
    ("first", "last", "learned"),
    [
        (2.0, 0.9, True),
        (2.0, 1.9, False),
        (-1.0, -1.1, False),
        (-1.0, -1.6, True),
        (-1.0, 0.5, False),
    ],
)
def test_a_loss_below_zero_has_to_fall_as_well(
    first: float, last: float, learned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(digits(*SMALL), HERE)
    batch = next(training.rest_of_epoch())
    told = itertools.chain([first], itertools.repeat(last))
    monkeypatch.setattr(one_batch, "_step", lambda *_values: next(told))
    monkeypatch.setattr(one_batch, "_accuracy", lambda *_values: 0.0)
    assert learn_one_batch(training, "classifier", batch, 0, _few(20)).learned is learned


def test_the_same_seed_learns_the_same(tmp_path: Path) -> None:
    project = digits(*SMALL, node("dropout"), node("linear", units=10))
    runs = []
    for _turn in range(2):
        training = Training(project, HERE)
        batch = next(training.rest_of_epoch())
        found = learn_one_batch(training, "classifier", batch, 7, _few(20))
        runs.append((found.losses, weights_of(training.task)))
    assert runs[0][0] == runs[1][0]
    assert all(torch.equal(value, runs[1][1][name]) for name, value in runs[0][1].items())


def _few(count: int) -> Any:
    left = iter(range(count))
    return lambda: next(left, None) is not None


def test_only_the_network_that_is_asked_about_learns() -> None:
    training = Training(template("gan_ring").project, HERE)
    batch = next(training.rest_of_epoch())
    before = weights_of(training.task)
    learn_one_batch(training, "generator", batch, 0, _few(3))
    after = weights_of(training.task)
    moved = {n.split(".")[0] for n, v in before.items() if not torch.equal(v, after[n])}
    assert moved == {"generator"}


def test_a_loss_that_is_no_number_ends_it() -> None:
    wild = digits(*SMALL, optimizer=Plug("sgd", {"lr": 10_000.0}), clip_norm=None)
    training = Training(wild, HERE)
    batch = next(training.rest_of_epoch())
    found = learn_one_batch(training, "classifier", batch, 0, _few(300))
    assert not found.learned
    if math.isnan(found.losses[-1]):
        assert len(found.losses) < 300


def test_a_stop_ends_it_with_what_was_found() -> None:
    control = Control()
    control.stop()
    found = preflight(digits(*SMALL), HERE, Silent(), control, seconds=60.0)
    assert found.networks["classifier"].one_batch.losses == ()
    assert not found.networks["classifier"].one_batch.learned
    assert found.networks["classifier"].layers


def test_a_test_that_had_no_time_says_so() -> None:
    """A verdict needs an end: the loss that has halved, or all steps made in vain."""
    still = digits(*SMALL, optimizer=Plug("sgd", {"lr": 1e-12}))
    for count, complete in ((0, False), (3, False), (one_batch.STEPS + 5, True)):
        training = Training(still, HERE)
        batch = next(training.rest_of_epoch())
        found = learn_one_batch(training, "classifier", batch, 0, _few(count))
        assert (found.learned, found.complete) == (False, complete)


def test_timing_layers_ends_when_time_is_up() -> None:
    left = iter((True, False))
    module = build(chain(node("linear", units=3)), {"input": Shape((4,))})
    times = layer_times(module, (torch.randn(2, 4),), lambda: next(left))
    assert next(left, None) is None, "asked twice: the third turn was not begun"
    assert all(time.forward > 0 for time in times.values())


def test_every_layer_is_timed_once_and_nothing_is_left_behind() -> None:
    network: Network = drawn(
        "x > a > r > b > sum > y, a > sum",
        x=node("input"),
        a=node("linear", units=6),
        r=node("relu"),
        b=node("linear", shares="a"),
        sum=node("add"),
        y=node("output"),
    )
    module = build(network, {"input": Shape((6,))})
    before = {name: value.clone() for name, value in module.state_dict().items()}
    times = layer_times(module, (torch.randn(5, 6),))
    assert list(times) == ["a", "r", "b", "sum"]
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert all(w.grad is None or not w.grad.any() for w in module.parameters())


def test_a_network_that_was_timed_still_learns() -> None:
    """Its gradients are views of one tensor; a clearing that lets go of them would end that."""
    training = Training(digits(*SMALL), HERE)
    batch = next(training.rest_of_epoch())
    layer_times(training.task.networks["classifier"], (batch.inputs,))
    before = weights_of(training.task)
    training.make_step(batch)
    after = weights_of(training.task)
    assert not any(torch.equal(value, after[name]) for name, value in before.items())


def test_memory_is_the_sum_of_what_a_step_keeps() -> None:
    training = Training(digits(node("linear", units=10)), HERE)
    batch = next(training.rest_of_epoch())
    found = step_memory(training, batch)
    weights = 4 * (64 * 10 + 10)
    assert found.weights == weights
    assert found.gradients >= weights  # places between them are padded
    assert found.optimizer == 2 * found.gradients  # Adam keeps two numbers for every weight
    # The examples for the gradient of the weights, and the loss's own tables of 10 numbers an example.
    least = 4 * 64 * len(batch.inputs)
    assert least <= found.activations <= 2 * least
    parts = found.weights + found.gradients + found.optimizer + found.activations
    assert (found.peak, found.measured) == (parts, False)


def test_memory_grows_with_the_batch() -> None:
    sizes = []
    for count in (16, 64):
        training = Training(digits(*SMALL, batch_size=count), HERE)
        batch: Batch = next(training.rest_of_epoch())
        sizes.append(step_memory(training, batch).activations)
    assert sizes[1] == pytest.approx(4 * sizes[0], rel=0.05)


def test_the_largest_batch_is_bounded_by_memory_and_by_the_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory = Memory(
        weights=100, gradients=100, optimizer=200, activations=640, peak=1040, measured=False
    )
    free = 10_400
    monkeypatch.setattr("engine.compute.preflight.memory._free", lambda _device: free)
    # 80 % of 10,400 bytes less 400 leave 7,920; an example keeps 10.
    assert largest_batch(memory, 64, 10**6, CPU) == 512
    assert largest_batch(memory, 64, 100, CPU) == 100, "the whole training part"
    free = 400
    assert largest_batch(memory, 64, 100, CPU) == 0
    monkeypatch.setattr("engine.compute.preflight.memory._free", lambda _device: None)
    assert largest_batch(memory, 64, 100, CPU) is None
