"""Every penalty and trick of the adversarial game against a formula of its own, in float64.

The discriminator is ``D(x) = v · tanh(W x + b)``: its slope ``Wᵀ(v ⊙ (1 − tanh²))`` is written out here, and
gradients with respect to its weights (second derivatives of D) are taken by central differences of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.penalties.base import PENALTIES, Seen
from engine.adversarial.tricks.base import TRICKS, Judge, Now, Player
from engine.compute.batches import rows
from engine.compute.judging import twice_differentiable
from engine.compute.ops import namespace
from engine.compute.tasks.gan import LATENT_SEED, GanTask
from engine.compute.tasks.players import ROWS_AT_ONCE
from engine.compute.training import Training
from engine.layers.base import Layer, Shape
from engine.objectives.gan_problems import ONCE
from projects.schema import Plug
from tests.engine.layers.cases import cases
from tests.engine.training.support import with_recipe
from tests.engine.training.test_game_resume import game

Weights = dict[str, NDArray[np.float64]]
EXACT = 1e-6
FEATURES, HIDDEN, BATCH = 3, 5, 6


def drawn(seed: int = 0) -> tuple[Weights, NDArray[np.float64], NDArray[np.float64]]:
    """Weights of a discriminator, real and generated examples."""
    rng = np.random.default_rng(seed)
    weights = {
        "w": rng.normal(size=(HIDDEN, FEATURES)),
        "b": rng.normal(size=HIDDEN),
        "v": rng.normal(size=HIDDEN),
    }
    return weights, rng.normal(size=(BATCH, FEATURES)), rng.normal(size=(BATCH, FEATURES)) + 0.5


def said(weights: Weights, x: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.tanh(x @ weights["w"].T + weights["b"]) @ weights["v"]
    return found


def slope(weights: Weights, x: NDArray[np.float64]) -> NDArray[np.float64]:
    bent = 1 - np.tanh(x @ weights["w"].T + weights["b"]) ** 2
    found: NDArray[np.float64] = (bent * weights["v"]) @ weights["w"]
    return found


def steepness(weights: Weights, x: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.sqrt((slope(weights, x) ** 2).sum(1))
    return found


def differences(
    formula: Callable[[Weights], float], weights: Weights, step: float = 1e-5
) -> Weights:
    """The gradient of a formula with respect to every weight, by central differences."""
    found = {}
    for name, values in weights.items():
        gradient = np.zeros_like(values)
        for place in np.ndindex(values.shape):
            ends = []
            for way in (step, -step):
                moved = {key: value.copy() for key, value in weights.items()}
                moved[name][place] += way
                ends.append(formula(moved))
            gradient[place] = (ends[0] - ends[1]) / (2 * step)
        found[name] = gradient
    return found


class Bent:
    """The discriminator in torch."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self.weights = dict(weights)

    def __call__(self, examples: Tensor) -> Tensor:
        return (self.features(examples, "") @ self.weights["v"]).unsqueeze(1)

    def features(self, examples: Tensor, node: str) -> Tensor:
        return torch.tanh(examples @ self.weights["w"].T + self.weights["b"])

    def parameters(self) -> dict[str, Tensor]:
        return {k: v.detach().clone().requires_grad_() for k, v in self.weights.items()}

    def with_parameters(self, weights: Mapping[str, Tensor]) -> Judge:
        return Bent(weights)


def gradient(leaf: Tensor) -> NDArray[np.float64]:
    """What reached a leaf; zeros where nothing did."""
    found: NDArray[np.float64] = np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
    return found


def leaves(weights: Weights) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value).requires_grad_() for name, value in weights.items()}


# ------------------------------------------------------------------------------------ losses


def f(t: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log1p(np.exp(t))
    return found


Formula = Callable[[NDArray[np.float64], NDArray[np.float64]], Any]
LOSSES: dict[str, tuple[Formula, Formula]] = {
    "non_saturating": (lambda r, g: f(-r).mean() + f(g).mean(), lambda r, g: f(-g).mean()),
    "minimax": (lambda r, g: f(-r).mean() + f(g).mean(), lambda r, g: -f(g).mean()),
    "least_squares": (
        lambda r, g: ((r - 1) ** 2).mean() / 2 + (g**2).mean() / 2,
        lambda r, g: ((g - 1) ** 2).mean() / 2,
    ),
    "hinge": (
        lambda r, g: np.maximum(0, 1 - r).mean() + np.maximum(0, 1 + g).mean(),
        lambda r, g: -g.mean(),
    ),
    "wasserstein": (lambda r, g: g.mean() - r.mean(), lambda r, g: -g.mean()),
    "relativistic_paired": (lambda r, g: f(g - r).mean(), lambda r, g: f(r - g).mean()),
    "relativistic_average": (
        lambda r, g: f(-(r - g.mean())).mean() + f(g - r.mean()).mean(),
        lambda r, g: f(r - g.mean()).mean() + f(-(g - r.mean())).mean(),
    ),
}


@pytest.mark.parametrize("tag", ADVERSARIAL.entries)
def test_every_loss_is_its_formula(tag: str) -> None:
    weights, real, fake = drawn()
    loss = ADVERSARIAL.make(tag, {})
    for place in (0, 1):
        ours, torches = LOSSES[tag][place], (loss.discriminator, loss.generator)[place]

        def formula(w: Weights, ours: Formula = ours) -> float:
            return float(ours(said(w, real), said(w, fake)))

        own = leaves(weights)
        judge = Bent(own)
        value = torches(judge(torch.from_numpy(real)), judge(torch.from_numpy(fake)))
        value.backward()  # type: ignore[no-untyped-call]
        assert value.item() == pytest.approx(formula(weights), abs=EXACT)
        for name, expected in differences(formula, weights).items():
            np.testing.assert_allclose(gradient(own[name]), expected, atol=EXACT)


def test_smoothed_labels_are_those_of_the_cross_entropy() -> None:
    _weights, real, fake = drawn()
    label = TRICKS.make("label_smoothing", {"real": 0.8}).label()
    r, g = real[:, 0], fake[:, 0]
    expected = (0.8 * f(-r) + 0.2 * f(r)).mean() + f(g).mean()
    given = torch.from_numpy(r), torch.from_numpy(g)
    for tag in ("non_saturating", "minimax"):
        value = ADVERSARIAL.make(tag, {}).discriminator(*given, label)
        assert value.item() == pytest.approx(expected, abs=EXACT)
    squares = ADVERSARIAL.make("least_squares", {}).discriminator(*given, label)
    expected = (((r - 0.8) ** 2).mean() + (g**2).mean()) / 2
    assert squares.item() == pytest.approx(expected, abs=EXACT)


# ------------------------------------------------------------------------------------ penalties


def segments(real: NDArray[np.float64], fake: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the first random numbers of a step make of pairs."""
    torch.manual_seed(3)
    u = torch.rand(BATCH, 1, dtype=torch.float64).numpy()
    return u * real + (1 - u) * fake


def around(real: NDArray[np.float64]) -> NDArray[np.float64]:
    torch.manual_seed(3)
    noise = torch.rand(BATCH, FEATURES, dtype=torch.float64).numpy()
    u = torch.rand(BATCH, 1, dtype=torch.float64).numpy()
    found: NDArray[np.float64] = real + u * 0.5 * real.std(ddof=1) * noise
    return found


def changed(real: NDArray[np.float64]) -> NDArray[np.float64]:
    torch.manual_seed(3)
    moved: NDArray[np.float64] = torch.randn(BATCH, FEATURES, dtype=torch.float64).numpy()
    return real + 0.05 * moved


Found = Callable[[Weights, NDArray[np.float64], NDArray[np.float64]], Any]
FOUND: dict[tuple[str, str], Found] = {
    ("gradient_penalty", "two"): lambda w, r, g: ((steepness(w, segments(r, g)) - 1) ** 2).mean(),
    ("gradient_penalty", "one"): lambda w, r, g: (
        np.maximum(0, steepness(w, segments(r, g)) - 1) ** 2
    ).mean(),
    ("r1", ""): lambda w, r, g: (slope(w, r) ** 2).sum(1).mean() / 2,
    ("r2", ""): lambda w, r, g: (slope(w, g) ** 2).sum(1).mean() / 2,
    ("zero_centred", ""): lambda w, r, g: (slope(w, segments(r, g)) ** 2).sum(1).mean(),
    ("dragan", ""): lambda w, r, g: ((steepness(w, around(r)) - 1) ** 2).mean(),
    ("consistency", ""): lambda w, r, g: ((said(w, r) - said(w, changed(r))) ** 2).mean(),
}


def test_every_penalty_has_a_formula() -> None:
    soft = {cls.tag() for cls in PENALTIES if cls().due(0)}
    assert soft == {tag for tag, _side in FOUND}


@pytest.mark.parametrize(("tag", "sides"), FOUND)
def test_every_penalty_is_its_formula(tag: str, sides: str) -> None:
    weights, real, fake = drawn(1)

    def formula(w: Weights) -> float:
        return float(FOUND[tag, sides](w, real, fake))

    penalty = PENALTIES.make(tag, {"sides": sides} if sides else {})
    own = leaves(weights)
    judge = Bent(own)
    x, g = (torch.from_numpy(value).requires_grad_() for value in (real, fake))
    seen = Seen(x, judge(x)), Seen(g, judge(g))
    torch.manual_seed(3)
    found = penalty.found(judge, *seen)
    found.value.backward()  # type: ignore[no-untyped-call]
    assert found.value.item() == pytest.approx(formula(weights), abs=EXACT)
    for name, expected in differences(formula, weights).items():
        np.testing.assert_allclose(gradient(own[name]), expected, atol=EXACT)


def test_lazy_penalties_count_as_often_as_they_are_left_out() -> None:
    lazy = PENALTIES.make("r1", {"weight": 2.0, "every": 16})
    assert [step for step in range(40) if lazy.due(step)] == [0, 16, 32]
    assert lazy.share() == 32
    assert lazy.told() == 2


def test_clipping_holds_every_weight() -> None:
    weights = torch.linspace(-1, 1, 9)
    PENALTIES.make("weight_clipping", {"bound": 0.25}).hold(weights)
    assert weights.tolist() == [-0.25, -0.25, -0.25, -0.25, 0.0, 0.25, 0.25, 0.25, 0.25]


# ------------------------------------------------------------------------------------ tricks


def test_unrolled_steps_are_differentiated_through() -> None:
    """Against descent written out, with its gradient by central differences of the generated examples."""
    weights, real, fake = drawn(2)
    rate, steps = 0.3, 3

    def ahead(g: NDArray[np.float64]) -> float:
        """``−E D(G(z))`` of a Wasserstein critic three steps later."""
        w = weights
        for _number in range(steps):
            slopes = differences(lambda m: float(said(m, g).mean() - said(m, real).mean()), w)
            w = {name: value - rate * slopes[name] for name, value in w.items()}
        return float(-said(w, g).mean())

    trick = TRICKS.make("unrolled", {"steps": steps, "rate": rate})
    judge = Bent(leaves(weights))
    x, g = torch.from_numpy(real), torch.from_numpy(fake).requires_grad_()
    later = trick.foresee(judge, lambda one: one(g).mean() - one(x).mean())
    value = -later(g).mean()
    value.backward()  # type: ignore[no-untyped-call]
    assert value.item() == pytest.approx(ahead(fake), abs=EXACT)
    expected = differences(lambda m: ahead(m["g"]), {"g": fake}, step=1e-3)["g"]
    np.testing.assert_allclose(gradient(g), expected, atol=EXACT)
    assert all(weight.grad is None for weight in judge.weights.values())


def test_feature_matching_compares_means() -> None:
    weights, real, fake = drawn(3)
    judge = Bent(leaves(weights))

    def distance(g: NDArray[np.float64]) -> float:
        means = [np.tanh(x @ weights["w"].T + weights["b"]).mean(0) for x in (real, g)]
        return float(((means[0] - means[1]) ** 2).sum())

    g = torch.from_numpy(fake).requires_grad_()
    plain = torch.tensor(5.0, dtype=torch.float64)
    alone = TRICKS.make("feature_matching", {}).goal(plain, judge, torch.from_numpy(real), g)
    alone.backward()  # type: ignore[no-untyped-call]
    assert alone.item() == pytest.approx(distance(fake), abs=EXACT)
    expected = differences(lambda m: distance(m["g"]), {"g": fake})["g"]
    np.testing.assert_allclose(gradient(g), expected, atol=EXACT)
    beside = TRICKS.make("feature_matching", {"alone": False, "weight": 3.0})
    both = beside.goal(plain, judge, torch.from_numpy(real), g)
    assert both.item() == pytest.approx(5 + 3 * distance(fake), abs=EXACT)


def test_historical_averaging_pulls_to_the_mean_of_the_past() -> None:
    trick = TRICKS.make("historical_averaging", {"weight": 0.5})
    past = [torch.tensor([float(n), 2.0 * n], dtype=torch.float64) for n in range(4)]
    memory = trick.begin({"generator": past[0]})
    own = torch.tensor([5.0, -1.0], dtype=torch.float64, requires_grad=True)
    player = Player("generator", {"w": own}, lambda flat: {"w": flat})
    without = trick.strain(player, Now(0, memory))
    assert without is not None
    assert without.item() == 0
    for step, weights in enumerate(past):
        trick.after_step({"generator": weights}, Now(step, memory))
    strain = trick.strain(player, Now(3, memory))
    assert strain is not None
    strain.backward()  # type: ignore[no-untyped-call]
    mean = np.array([1.5, 3.0])
    assert strain.item() == pytest.approx(0.5 * ((own.detach().numpy() - mean) ** 2).sum())
    assert own.grad is not None
    np.testing.assert_allclose(own.grad, own.detach().numpy() - mean, atol=EXACT)


def test_instance_noise_falls_to_nothing() -> None:
    trick = TRICKS.make("instance_noise", {"sd": 0.4, "steps": 100})
    zeros = torch.zeros(4000, 3)
    torch.manual_seed(0)
    spread = [float(trick.seen(zeros, Now(step, {})).std()) for step in (0, 50, 100, 300)]
    assert spread == pytest.approx([0.4, 0.2, 0.0, 0.0], rel=0.03)


def test_top_k_shrinks_to_its_share() -> None:
    trick = TRICKS.make("top_k", {"share": 0.5, "decay": 0.9, "every": 10})
    counts = [trick.counted(64, Now(step, {})) for step in (0, 9, 10, 20, 1000)]
    assert counts == [64, 64, 58, 52, 32]


def test_adaptive_augmentation_seeks_its_target() -> None:
    trick = TRICKS.make("adaptive_augment", {"target": 0.5, "speed": 0.1})
    memory = trick.begin({"discriminator": torch.zeros(1)})
    sure, unsure = torch.ones(10, 1), torch.tensor([[1.0], [-1.0]] * 5)
    ps = []
    for step in range(12):
        trick.after_critic(sure if step < 8 else unsure, 10, Now(step, memory))
        ps.append(round(float(memory["p"]), 6))
    # Four batches of ten in a hundred: 0.4 up, 0.4 up, 0.4 down.
    assert ps == [0, 0, 0, 0.4, 0.4, 0.4, 0.4, 0.8, 0.8, 0.8, 0.8, 0.4]
    for _update in range(8):  # of one step that has as many
        trick.after_critic(sure, 10, Now(12, memory))
    assert float(memory["p"]) == pytest.approx(1.0)  # 0.4 up twice, and not above 1
    images = torch.rand(8, 1, 6, 6)
    memory["p"].zero_()
    assert torch.equal(trick.seen(images, Now(0, memory)), images)
    memory["p"].fill_(1)
    assert not torch.equal(trick.seen(images, Now(0, memory)), images)


@pytest.mark.parametrize("tag", ["diff_augment", "adaptive_augment"])
def test_augmentations_teach_the_generator(tag: str) -> None:
    trick = TRICKS.make(tag, {})
    memory = trick.begin({"discriminator": torch.zeros(1)})
    if "p" in memory:
        memory["p"].fill_(1)
    images = torch.rand(4, 3, 8, 8, requires_grad=True)
    torch.manual_seed(0)
    seen = trick.seen(images, Now(0, memory))
    assert seen.shape == images.shape
    (slope_,) = torch.autograd.grad(seen.square().sum(), images, create_graph=True)
    slope_.square().sum().backward()  # type: ignore[no-untyped-call]
    assert images.grad is not None
    assert (images.grad != 0).any()


def test_truncated_latents_are_a_truncated_normal_distribution() -> None:
    torch.manual_seed(0)
    drawn_ = torch.randn(4000, 2)
    kept = TRICKS.make("truncation", {"threshold": 0.7}).latents(drawn_, "normal")
    assert kept.abs().max() <= 0.7
    ranked = kept.flatten().sort().values
    inside = torch.special.ndtr(torch.tensor(0.7)) - torch.special.ndtr(torch.tensor(-0.7))
    wanted = (torch.special.ndtr(ranked) - torch.special.ndtr(torch.tensor(-0.7))) / inside
    assert (wanted - torch.linspace(0, 1, len(ranked))).abs().max() < 0.0172  # Kolmogorov, 2 %
    assert torch.equal(kept.flatten().argsort(), drawn_.flatten().argsort())


# ------------------------------------------------------------------------------------ the whole game


def test_a_game_is_the_loop_that_a_textbook_has(tmp_path: Path) -> None:
    """WGAN-GP, three critic steps on batches of their own, written out with torch alone."""
    project = game(
        loss={"type": "wasserstein"}, penalties=[{"type": "gradient_penalty"}], critic_steps=3
    )
    project = with_recipe(project, optimizer=Plug("sgd", {"lr": 0.05}))
    training, twin = Training(project, tmp_path), Training(project, tmp_path)
    generator, critic = (twin.task.networks[name] for name in ("generator", "discriminator"))
    rules = {net: torch.optim.SGD(net.parameters(), lr=0.05) for net in (generator, critic)}
    batches = list(training.batches.epoch(0))[:2]
    torch.manual_seed(7)
    for batch in batches:
        training.make_step(batch)
    torch.manual_seed(7)
    for batch in batches:
        for real in rows(batch.inputs, 32):
            fake = generator(torch.randn(32, 4))
            u = torch.rand(32, 1)
            between = (u * real + (1 - u) * fake.detach()).requires_grad_()
            loss = critic(fake.detach()).mean() - critic(real).mean()
            (slope_,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            loss = loss + 10 * (slope_.norm(dim=1) - 1).square().mean()
            rules[critic].zero_grad(set_to_none=False)
            loss.backward()
            rules[critic].step()
        rules[generator].zero_grad(set_to_none=False)
        (-critic(fake).mean()).backward()
        rules[generator].step()
    for name, network in training.task.networks.items():
        ours, theirs = network.state_dict(), twin.task.networks[name].state_dict()
        for key, value in ours.items():
            np.testing.assert_allclose(value, theirs[key], atol=EXACT)
    gaps = training.task.read(training.task.kept)
    assert set(gaps) >= {"logit_gap", "gradient_penalty", "input_gradient"}


def test_slopes_have_slopes_but_of_the_layers_that_are_told_not_to() -> None:
    first: dict[str, tuple[Layer, tuple[Shape, ...]]] = {}
    for layer, shapes in cases():
        if shapes and all(shape.kind == "float" for shape in shapes):
            first.setdefault(layer.tag(), (layer, shapes))
    failing = {tag for tag, one in first.items() if not _has_second_derivatives(*one)}
    assert failing == set(ONCE)


def _has_second_derivatives(layer: Layer, shapes: tuple[Shape, ...]) -> bool:
    module = layer.build(namespace, *shapes)
    inputs = [torch.randn(4, *shape.dims, requires_grad=True) for shape in shapes]
    try:
        with twice_differentiable(torch.device("cpu")):
            out = module(*inputs)
            slopes = torch.autograd.grad(out.square().sum(), inputs, create_graph=True)
            total = torch.stack([one.square().sum() for one in slopes]).sum()
            torch.autograd.grad(total, inputs, allow_unused=True)
    except RuntimeError:
        return False
    return True


def test_a_discriminator_that_is_told_classes_judges_real_examples_by_their_own(
    tmp_path: Path,
) -> None:
    project = game(images=True, conditioning={"type": "labels"}, scores=None)
    task = Training(project, tmp_path).task
    assert isinstance(task, GanTask)
    part = task.context.data.train
    assert len(part.inputs) > ROWS_AT_ONCE  # classes go on in the next rows
    found = task.evaluate(part, "train").metrics
    drawn = torch.from_numpy(task._draw(len(part.inputs), LATENT_SEED))
    assert part.targets is not None
    with torch.no_grad():
        judge = task.networks["discriminator"].eval()
        real = judge(torch.from_numpy(part.inputs), torch.from_numpy(part.targets))
        fake = judge(drawn, torch.arange(len(drawn)) % 10)
    loss = torch.nn.functional.softplus
    expected = loss(-real).mean() + loss(fake).mean()
    assert found["train_discriminator_loss"] == pytest.approx(float(expected), rel=1e-5)
    assert found["train_generator_loss"] == pytest.approx(float(loss(-fake).mean()), rel=1e-5)
    told = task.real_classes(5)
    assert told is not None
    assert told.tolist() == part.targets[:5].tolist()
