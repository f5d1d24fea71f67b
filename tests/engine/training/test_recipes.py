"""What a recipe can ask for: against plain PyTorch, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.compute.averages import use_averages
from engine.compute.check import check
from engine.compute.compiling import wants_images_last
from engine.compute.evaluate import evaluate, networks, open_run
from engine.compute.flat import Flat
from engine.compute.move import put_together
from engine.compute.scaling import Scaler
from engine.compute.session import machine_problems
from engine.compute.task import parameters_by_layer
from engine.compute.training import Training
from projects.errors import ProblemsError
from projects.schema import Averaging, Network, Plug, Project, Recipe
from tests.engine.training.support import (
    Layers,
    chain,
    digits,
    drawn_digits,
    last_state,
    ring,
    train,
    with_recipe,
)

SGD = Plug("sgd", {"lr": 0.5})


@pytest.fixture(autouse=True)
def _without_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})


def calm(network: dict[str, Any] | None = None, **recipe: Any) -> Project:
    """A classifier without chance and without batch statistics; ``network`` are fields of the network."""
    layers: Layers = [
        ("first", "linear", {"units": 12}),
        ("norm", "layer_norm", {}),
        ("relu", "relu", {}),
        ("last", "linear", {"units": 10}),
    ]
    settings: dict[str, Any] = {"optimizer": SGD, **recipe}
    drawn = msgspec.structs.replace(chain(layers), **(network or {}))
    return msgspec.structs.replace(digits(**settings), networks={"classifier": drawn})


def made(project: Project, folder: Path, steps: int) -> Training:
    """A training after some steps."""
    training = Training(project, folder)
    while training.step < steps:
        for batch in training.rest_of_epoch():
            training.make_step(batch)
            if training.step == steps:
                break
        else:
            training.end_epoch()
    return training


def plain(project: Project, folder: Path) -> tuple[nn.Module, Training]:
    """The network as it begins, free of Ganvas, and where its batches come from."""
    import copy

    training = Training(project, folder)
    network = copy.deepcopy(training.task.networks["classifier"])
    for parameter in network.parameters():
        parameter.grad = None
    return network, training


def test_what_is_off_changes_nothing(tmp_path: Path) -> None:
    """Five steps are those of a bare loop, bit for bit."""
    project = digits()
    network, training = plain(project, tmp_path)
    flat = Flat(network)
    weight = nn.Parameter(flat.weights)
    weight.grad = flat.gradient
    stepper = torch.optim.Adam([weight], 0.01, fused=True)
    for batch in list(training.rest_of_epoch())[:5]:
        assert batch.targets is not None
        loss = cross_entropy(network(batch.inputs), batch.targets)
        loss.backward()  # type: ignore[no-untyped-call]
        stepper.step()
        flat.gradient.zero_()
    mine = made(project, tmp_path, 5).session.flats["classifier"]
    assert torch.equal(mine.weights, flat.weights)


# ------------------------------------------------------------------------------- accumulation


def test_batches_that_are_accumulated_are_one_large_batch(tmp_path: Path) -> None:
    large = made(calm(batch_size=60), tmp_path, 25)
    small = made(calm(batch_size=20, accumulate=3), tmp_path, 25)
    assert small.steps_per_epoch == large.steps_per_epoch == 21  # the last batch is a smaller one
    for name, flat in large.session.flats.items():
        torch.testing.assert_close(small.session.flats[name].weights, flat.weights)
    values = [t.task.read(t.task.kept) for t in (large, small)]
    assert values[0].keys() == values[1].keys()
    for name, column in values[0].items():
        assert values[1][name] == pytest.approx(column, rel=1e-4), name


def test_accumulating_is_something_else_than_small_batches(tmp_path: Path) -> None:
    small = made(calm(batch_size=20), tmp_path, 10)
    large = made(calm(batch_size=20, accumulate=3), tmp_path, 10)
    assert not torch.allclose(
        small.session.flats["classifier"].weights, large.session.flats["classifier"].weights
    )


# ------------------------------------------------------------------------------- penalties


def matrices(network: nn.Module) -> list[Tensor]:
    return [p for p in network.parameters() if p.ndim > 1]


def test_penalties_and_clipping_are_those_of_plain_pytorch(tmp_path: Path) -> None:
    project = calm({"l1": 1e-3, "l2": 2e-2}, clip_value=0.05, clip_norm=0.3)
    node = project.networks["classifier"].nodes["last"]
    nodes = {**project.networks["classifier"].nodes}
    nodes["last"] = msgspec.structs.replace(node, l1=0.0, l2=0.1)
    network = msgspec.structs.replace(project.networks["classifier"], nodes=nodes)
    project = msgspec.structs.replace(project, networks={"classifier": network})
    bare, training = plain(project, tmp_path)
    first, last = matrices(bare)
    stepper = torch.optim.SGD(bare.parameters(), 0.5)
    for batch in list(training.rest_of_epoch())[:8]:
        assert batch.targets is not None
        penalty = 1e-3 * first.abs().sum() + 0.01 * first.square().sum()
        penalty = penalty + 0.05 * last.square().sum()
        stepper.zero_grad()
        (cross_entropy(bare(batch.inputs), batch.targets) + penalty).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_value_(bare.parameters(), 0.05)
        nn.utils.clip_grad_norm_(bare.parameters(), 0.3)
        stepper.step()
    mine = made(project, tmp_path, 8)
    for a, b in zip(mine.task.networks["classifier"].parameters(), bare.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_the_reported_loss_is_without_penalties(tmp_path: Path) -> None:
    losses = []
    for penalty in (0.0, 0.5):
        training = made(calm({"l2": penalty}), tmp_path, 1)
        losses.append(training.task.read(training.task.kept)["train_loss"][0])
    assert losses[0] == losses[1]


def test_a_largest_norm_bounds_what_leads_into_every_output(tmp_path: Path) -> None:
    training = made(calm({"max_norm": 0.4}), tmp_path, 10)
    for weights in matrices(training.task.networks["classifier"]):
        assert weights.norm(dim=1).max() <= 0.4 + 1e-6
    free = made(calm(), tmp_path, 10)
    assert all(w.norm(dim=1).max() > 0.5 for w in matrices(free.task.networks["classifier"]))


def test_layers_inside_of_blocks_have_rules_of_their_own(tmp_path: Path) -> None:
    from projects.schema import Block, Node, Wire

    inside = Block(
        nodes={
            "in": Node(type="input"),
            "deep": Node(type="linear", l2=0.5, params={"units": 64}),
            "out": Node(type="output"),
        },
        wires=(Wire("in", "deep"), Wire("deep", "out")),
    )
    layers: Layers = [("one", "block", {"block": "b"}), ("last", "linear", {"units": 10})]
    project = msgspec.structs.replace(
        digits(optimizer=SGD), networks={"classifier": chain(layers)}, blocks={"b": inside}
    )
    training = Training(project, tmp_path)
    name = parameters_by_layer(training.task.networks["classifier"])["one/deep"][0]
    learner = training.learners["classifier"]
    before = learner.flat.views[name].clone()
    learner.update(0)  # without any gradient but the penalty's
    torch.testing.assert_close(learner.flat.views[name], before * (1 - 0.5 * 0.5))


# ------------------------------------------------------------------------------- averages


def test_an_average_is_what_is_evaluated_kept_and_handed_out(tmp_path: Path) -> None:
    project = digits(average=Averaging(decay=0.95), epochs=1)
    finished = train(project, tmp_path / "run")
    state = last_state(tmp_path / "run")
    name = "classifier.last.weight"
    assert not torch.equal(state.weights[name], state.weights[f"ema.{name}"])
    session = open_run(tmp_path / "run")
    average = state.best[f"ema.{name}"]
    assert torch.equal(networks(session)["classifier"].state_dict()["last.weight"], average)
    assert torch.equal(session.flats["classifier"].views["last.weight"], average)
    assert evaluate(session)["test_loss"] == pytest.approx(finished.metrics["test_loss"], abs=1e-6)
    assert evaluate(session, "validation")["validation_loss"] == pytest.approx(
        finished.metrics["validation_loss"], abs=1e-6
    )


def test_the_average_follows_its_formula_and_leaves_the_training_alone(tmp_path: Path) -> None:
    bare = made(digits(), tmp_path, 5)
    training = Training(digits(average=Averaging(decay=0.3)), tmp_path)
    flat = training.session.flats["classifier"]
    expected = flat.weights.clone()
    for step, batch in enumerate(list(training.rest_of_epoch())[:5], start=1):
        training.make_step(batch)
        expected.lerp_(flat.weights, 1 - min(0.3, step / (step + 9)))
    assert torch.equal(flat.weights, bare.session.flats["classifier"].weights)
    training.evaluate()
    assert torch.equal(flat.weights, bare.session.flats["classifier"].weights)
    average = dict(training.task.averages()["classifier"].named_parameters())
    for name, part in flat.parts(expected).items():
        torch.testing.assert_close(average[name].detach(), part)


def test_swa_is_the_mean_of_the_end_with_statistics_of_its_own(tmp_path: Path) -> None:
    project = digits(average=Averaging(kind="swa", start=0.5, every=2), max_steps=8, batch_size=200)
    training = Training(project, tmp_path)
    flat = training.session.flats["classifier"]
    seen = []
    for step, batch in enumerate(list(training.rest_of_epoch()) * 2, start=1):
        training.make_step(batch)
        if step in (4, 6, 8):
            seen.append(flat.weights.clone())
        if step == 8:
            break
    training.settle_averages()
    average = training.task.averages()["classifier"]
    for name, part in flat.parts(torch.stack(seen).mean(dim=0)).items():
        torch.testing.assert_close(dict(average.named_parameters())[name].detach(), part)
    first = dict(average.named_children())["first"]
    whole = torch.cat([batch.inputs for batch in training.batches.epoch(0)])
    norm = dict(average.named_buffers())
    # The mean of the batches' means, of which the last batch is a smaller one.
    means = [first(batch.inputs).mean(dim=0) for batch in training.batches.epoch(0)]
    torch.testing.assert_close(norm["norm.running_mean"], torch.stack(means).mean(dim=0))
    assert len(whole) > 1000
    live = training.task.networks["classifier"]
    assert not torch.equal(
        dict(live.named_buffers())["norm.running_mean"], norm["norm.running_mean"]
    )
    use_averages(training.task)
    assert torch.equal(flat.views["last.weight"], dict(average.named_parameters())["last.weight"])


# ------------------------------------------------------------------------------- precision


def test_bf16_computes_layers_in_16_bits_and_keeps_weights_in_32(tmp_path: Path) -> None:
    exact, low = (made(calm(precision=p), tmp_path, 6) for p in ("float32", "bf16"))
    seen = []
    layer = dict(low.task.networks["classifier"].named_children())["last"]
    layer.register_forward_hook(lambda _m, _i, output: seen.append(output.dtype))
    low.make_step(next(low.rest_of_epoch()))
    assert seen == [torch.bfloat16]
    mine, theirs = (t.session.flats["classifier"].weights for t in (low, exact))
    assert mine.dtype == torch.float32
    assert not torch.equal(mine, theirs)
    seen.clear()
    low.evaluate()
    assert set(seen) == {torch.float32}


def test_what_no_kernel_computes_in_16_bits_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_args: Any) -> None:
        raise RuntimeError("could not create a primitive. A long story.")

    check(calm(precision="bf16"), tmp_path)  # shapes are known by then, without a single number
    monkeypatch.setattr(torch.nn.functional, "layer_norm", missing)
    with pytest.raises(ProblemsError) as caught:
        train(calm(precision="bf16"), tmp_path / "run")
    (problem,) = caught.value.problems
    assert problem.where == "recipe.precision"
    assert problem.message.endswith("could not create a primitive.")
    assert not (tmp_path / "run").exists()


def test_counts_of_parts_are_added_and_means_averaged() -> None:
    parts = [
        (torch.tensor(1.0), torch.tensor(3), torch.ones(2, 1)),
        (torch.tensor(4.0), torch.tensor(5), torch.zeros(1, 1)),
    ]
    mean, count, rows = put_together(parts, [2, 1])
    assert (float(mean), int(count), len(rows)) == (2.0, 8, 3)


def test_a_scaler_is_that_of_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps with an infinite gradient are left out, and the scale follows."""
    monkeypatch.setattr("engine.compute.scaling.CALM", 3)
    mine, theirs = Scaler(torch.device("cpu")), torch.amp.GradScaler("cpu", growth_interval=3)
    weights, other = torch.zeros(3), torch.zeros(3, requires_grad=True)
    memory = torch.zeros(3)
    stepper = torch.optim.SGD([other], 0.1, momentum=0.9)
    for gradient in (1.0, 2.0, float("inf"), 1.0, float("nan"), 3.0, 1.0, 1.0, 1.0):
        scale = float(mine.scaled(torch.ones(())))
        found = torch.full((3,), gradient) * scale
        theirs.scale(torch.zeros(()))
        other.grad = found.clone()
        theirs.step(stepper)
        theirs.update()
        mine.unscale(found)
        with mine.unless_too_large([weights, memory]):
            memory.mul_(0.9).add_(found)
            weights.add_(memory, alpha=-0.1)
        mine.adapt()
        assert float(mine.scaled(torch.ones(()))) == theirs.get_scale()
    torch.testing.assert_close(weights, other.detach())
    assert mine.tensors()["scaler.scale"] != 65_536


def test_what_a_machine_cannot_do_is_said_where_it_is_asked_for(tmp_path: Path) -> None:
    project = digits(precision="fp16", cuda_graphs=True, device="cpu")
    found = check(project, tmp_path)
    assert not found.ok
    assert [p.where for p in found.problems] == ["recipe.precision", "recipe.cuda_graphs"]
    assert all("cpu" in p.message and p.hint for p in found.problems)
    assert machine_problems(project.recipe, torch.device("cuda")) == []


def pictured(**recipe: Any) -> Project:
    """A classifier of digits by convolutions."""
    layers: Layers = [
        ("first", "conv2d", {"filters": 4}),
        ("conv", "conv2d", {"filters": 6, "stride": 2}),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 10}),
    ]
    project = msgspec.structs.replace(digits(**recipe), networks={"classifier": chain(layers)})
    images = msgspec.structs.replace(project.data, source=Plug("digits"))
    return msgspec.structs.replace(project, data=images)


def test_channels_last_changes_how_images_lie_and_nothing_else(tmp_path: Path) -> None:
    always, never = (made(pictured(channels_last=way), tmp_path, 5) for way in ("always", "never"))
    (part,) = always.parts(next(always.rest_of_epoch()))
    assert part.inputs.is_contiguous(memory_format=torch.channels_last)
    ours, theirs = (one.session.flats["classifier"].views for one in (always, never))
    assert ours["conv.weight"].stride() != theirs["conv.weight"].stride()
    for name, view in theirs.items():
        torch.testing.assert_close(ours[name], view, atol=1e-4, rtol=1e-3)


def test_a_checkpoint_of_one_order_of_memory_goes_on_in_the_other(tmp_path: Path) -> None:
    never = made(pictured(channels_last="never"), tmp_path, 3)
    before = never.snapshot()
    always = made(pictured(channels_last="always"), tmp_path, 0)
    always.restore(before)
    after = always.snapshot()
    assert all(torch.equal(after.weights[k], tensor) for k, tensor in before.weights.items())
    assert all(torch.equal(after.training[k], tensor) for k, tensor in before.training.items())
    for training in (never, always):
        training.make_step(next(training.rest_of_epoch()))
    ours, theirs = always.snapshot(), never.snapshot()
    for name, tensor in theirs.weights.items():
        torch.testing.assert_close(ours.weights[name], tensor, atol=1e-4, rtol=1e-3)
    memory = "classifier.mean"
    torch.testing.assert_close(ours.training[memory], theirs.training[memory], atol=1e-5, rtol=1e-3)


def test_what_a_game_remembers_goes_on_in_the_other_order_of_memory(tmp_path: Path) -> None:
    judge: Layers = [
        ("first", "conv2d", {"filters": 4}),
        ("conv", "conv2d", {"filters": 6, "stride": 2}),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 1}),
    ]
    drawn = drawn_digits()
    trick = {"type": "historical_averaging", "weight": 10.0}
    project = msgspec.structs.replace(
        drawn,
        networks={**drawn.networks, "discriminator": chain(judge)},
        objective=Plug("gan", {"tricks": [trick]}),
    )
    never = made(with_recipe(project, channels_last="never"), tmp_path, 3)
    always = made(with_recipe(project, channels_last="always"), tmp_path, 0)
    before = never.snapshot()
    always.restore(before)
    after = always.snapshot()
    assert before.training["objective.historical_averaging.discriminator"].count_nonzero() > 0
    assert all(torch.equal(after.training[k], tensor) for k, tensor in before.training.items())
    memory = always.task.tensors()["historical_averaging.discriminator"]
    means = always.session.flats["discriminator"].parts(memory)
    was = never.session.flats["discriminator"].parts(
        never.task.tensors()["historical_averaging.discriminator"]
    )
    assert all(torch.equal(means[name], mean) for name, mean in was.items())


def test_channels_last_is_left_to_the_networks_and_the_machine() -> None:
    plain = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    cpu, cuda = torch.device("cpu"), torch.device("cuda")
    left = Recipe()
    assert wants_images_last(left, cpu, [plain, nn.Linear(2, 2)])
    assert not wants_images_last(left, cpu, [nn.Linear(2, 2), nn.Conv1d(1, 1, 1)])
    assert not wants_images_last(left, cpu, [plain, nn.GroupNorm(1, 2)])
    assert not wants_images_last(left, cpu, [plain, nn.Conv2d(1, 2, 3, dilation=2)])
    assert not wants_images_last(left, cuda, [plain])
    assert wants_images_last(Recipe(precision="bf16"), cuda, [plain])
    assert wants_images_last(Recipe(channels_last="always"), cuda, [nn.GroupNorm(1, 2)])
    assert not wants_images_last(Recipe(channels_last="never"), cpu, [plain])


def test_without_a_compiler_a_network_trains_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("no compiler here\nand a long story")

    monkeypatch.setattr(torch, "compile", missing)
    training = made(calm(compile=True), tmp_path, 3)
    assert "no compiler here" in training.notes[0]
    assert "story" not in training.notes[0]
    plainly = made(calm(), tmp_path, 3)
    assert torch.equal(
        training.session.flats["classifier"].weights, plainly.session.flats["classifier"].weights
    )


def test_a_compiled_network_keeps_its_names_and_its_randomness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = torch.compile
    monkeypatch.setattr(torch, "compile", lambda *a, **o: compiled(*a, **{**o, "backend": "eager"}))
    layers: Layers = [
        ("first", "linear", {"units": 24}),
        ("drop", "gaussian_dropout", {}),  # the plain one draws other numbers once it is compiled
        ("last", "linear", {"units": 10}),
    ]
    project = msgspec.structs.replace(digits(), networks={"classifier": chain(layers)})
    training = made(with_recipe(project, compile=True), tmp_path, 3)
    plainly = made(project, tmp_path, 3)
    mine, theirs = training.snapshot(), plainly.snapshot()
    assert training.notes == []
    assert mine.weights.keys() == theirs.weights.keys()
    for name, tensor in theirs.weights.items():
        torch.testing.assert_close(mine.weights[name], tensor)
    assert torch.equal(mine.training["rng.torch"], theirs.training["rng.torch"])


# ------------------------------------------------------------------------------- refusals

REFUSED: list[tuple[Any, dict[str, Any], str, str]] = [
    (digits, {"accumulate": 2}, "recipe.optimizer", "gradients of several batches"),
    (digits, {"precision": "bf16"}, "recipe.optimizer", "16 bits"),
    (digits, {"clip_norm": 1.0}, "recipe.optimizer", "clipped gradients"),
    (ring, {}, "recipe.optimizer", "several networks"),
]


@pytest.mark.parametrize(("make", "recipe", "where", "words"), REFUSED)
def test_lbfgs_says_what_it_does_not_go_with(
    tmp_path: Path, make: Any, recipe: dict[str, Any], where: str, words: str
) -> None:
    (problem,) = check(make(**{**recipe, "optimizer": Plug("lbfgs")}), tmp_path).problems
    assert problem.where == where
    assert words in problem.message
    assert problem.hint


def test_rivals_neither_accumulate_nor_average_twice(tmp_path: Path) -> None:
    found = check(ring(accumulate=2, average=Averaging()), tmp_path)
    assert [p.where for p in found.problems] == ["recipe.accumulate", "recipe.average"]


def test_swa_needs_an_end(tmp_path: Path) -> None:
    found = check(digits(epochs=None, average=Averaging(kind="swa")), tmp_path)
    assert [p.where for p in found.problems] == ["recipe.average.start"]
    assert check(digits(epochs=None, average=Averaging()), tmp_path).ok


def test_a_plateau_watches_what_is_measured(tmp_path: Path) -> None:
    schedule = Plug("plateau", {"metric": "validation_los"})
    (problem,) = check(digits(schedule=schedule), tmp_path).problems
    assert problem.where == "recipe.schedule.metric"
    assert "validation_loss" in problem.hint


def test_files_name_only_what_is_set() -> None:
    from projects.files import dumps, loads

    plainly = dumps(digits())
    for name in ("accumulate", "average", "clip_value", "precision", "compile", "l1", "max_norm"):
        assert f"{name}:" not in plainly
    network = msgspec.structs.replace(calm().networks["classifier"], l2=0.1, max_norm=2.0)
    nodes = {**network.nodes}
    nodes["last"] = msgspec.structs.replace(nodes["last"], l1=0.0, l2=0.5, max_norm=1.0)
    network = msgspec.structs.replace(network, nodes=nodes)
    project = msgspec.structs.replace(
        calm(average=Averaging(kind="swa"), accumulate=2), networks={"classifier": network}
    )
    assert loads(dumps(project)) == project
    assert Network().l2 == 0
    assert Recipe().average is None
