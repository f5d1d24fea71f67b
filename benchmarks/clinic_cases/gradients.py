"""Trainings whose gradients, activations or steps are staged to be healthy or sick, on the digits of scikit-learn.

Proofs are computed by NumPy and plain PyTorch from the project before its first step, or from the weights that came of it:
another way than the doctor's, who has looks at single steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec.structs import replace

from clinic_cases.base import (
    HEALTHY,
    Case,
    Layers,
    Trained,
    chain,
    classifier,
    perceptron,
)
from projects.schema import Data, Network, Plug, Project

FLAT = Data(source=Plug("digits", {"layout": "flat"}))
IMAGES = Data(source=Plug("digits"))


def adam(lr: float = 1e-3) -> Plug:
    return Plug("adam", {"lr": lr})


def sgd(lr: float = 0.1, momentum: float = 0.0) -> Plug:
    return Plug("sgd", {"lr": lr, "momentum": momentum})


def digits(
    network: Network, optimizer: Plug | None = None, data: Data = FLAT, **rest: Any
) -> Project:
    """Return a classifier of digits."""
    return classifier(network, data, optimizer or adam(), **rest)


def deep(depth: int, activation: str, init: str | Plug, width: int = 48, **rest: Any) -> Project:
    """Return one of hidden layers that are all alike."""
    return digits(chain(perceptron(depth, width, activation, 10), init), **rest)


def normed(depth: int, activation: str, init: str | Plug, **rest: Any) -> Project:
    """Return one with a batch norm before every activation."""
    one: Layers = [("linear", {"units": 48}), ("batch_norm", {}), (activation, {})]
    return digits(chain([*one * depth, ("linear", {"units": 10})], init), **rest)


def held(norm: float, optimizer: Plug) -> Project:
    """Return one whose third layer is held to weights that are next to nothing, so that each step throws it about."""
    layers: Layers = [
        *perceptron(2, 48, "relu", 48),
        ("batch_norm", {}),
        ("relu", {}),
        ("linear", {"units": 10}),
    ]
    network = chain(layers, "he")
    nodes = {
        name: replace(node, max_norm=norm) if name == "linear4" else node
        for name, node in network.nodes.items()
    }
    return digits(replace(network, nodes=nodes), optimizer)


def images(optimizer: Plug | None = None) -> Project:
    """Return a small convolutional network."""
    layers: Layers = [
        ("conv2d", {"filters": 12, "kernel": 3, "padding": 1}),
        ("relu", {}),
        ("max_pool2d", {}),
        ("conv2d", {"filters": 24, "kernel": 3, "padding": 1}),
        ("relu", {}),
        ("flatten", {}),
        ("linear", {"units": 10}),
    ]
    return digits(chain(layers, "he"), optimizer or adam(2e-3), IMAGES)


def rows(cell: str, lr: float) -> Project:
    """Return a recurrent network that reads the digits row by row."""
    layers: Layers = [(cell, {"units": 32, "returns": "last"}), ("linear", {"units": 10})]
    data = Data(source=Plug("digits", {"layout": "rows"}))
    return digits(chain(layers), adam(lr), data)


# ------------------------------------------------------------------------------------ proofs


def weights(trained: Trained, fresh: bool) -> list[np.ndarray[Any, Any]]:
    """Matrices of the network, in working order: as they were drawn, or as they became."""
    session = trained.fresh if fresh else trained.session
    return [
        parameter.detach().double().numpy()
        for parameter in session.task.networks["classifier"].parameters()
        if parameter.ndim > 1
    ]


def gradients(trained: Trained, fresh: bool = True) -> list[float]:
    """Root mean squares of the gradient of every matrix over all examples at once, before the first step or at the end."""
    import torch
    from torch.nn.functional import cross_entropy

    session = trained.fresh if fresh else trained.session
    network = session.task.networks["classifier"].train()
    part = session.data.train
    assert part.targets is not None
    with torch.enable_grad():
        loss = cross_entropy(network(torch.from_numpy(part.inputs)), torch.from_numpy(part.targets))
        matrices = [p for p in network.parameters() if p.ndim > 1]
        found = torch.autograd.grad(loss, matrices)
    return [float(g.double().pow(2).mean().sqrt()) for g in found]


def outputs(trained: Trained, fresh: bool) -> dict[str, np.ndarray[Any, Any]]:
    """What leaves every layer, for 500 training examples."""
    import torch

    session = trained.fresh if fresh else trained.session
    network = session.task.networks["classifier"].eval()
    network.write_over(False)
    some = torch.from_numpy(session.data.train.inputs[:500])
    with torch.no_grad():
        return {node: network.forward_to(node, some).numpy() for node in network.layer_modules()}


def accuracy(trained: Trained) -> float:
    """Right answers on the validation part at the end."""
    _steps, values = trained.curve("validation_accuracy")
    return float(values[-1]) if len(values) else 0.0


def learns(trained: Trained) -> tuple[bool, str]:
    """It gets at least 85 % of the digits right."""
    right = accuracy(trained)
    return not trained.failed and right > 0.85, f"accuracy {right:.2f}"


def fades(trained: Trained) -> tuple[bool, str]:
    """Before the first step the gradient of the first matrix is under a thousandth of the last one's."""
    found = gradients(trained)
    return found[0] < 1e-3 * found[-1], f"first by last {found[0] / found[-1]:.1e}"


def is_dead(trained: Trained) -> tuple[bool, str]:
    """At the end two fifths of the units of a ReLU layer are 0 for each of 500 examples."""
    shares = [
        float((np.abs(values).max(axis=0) == 0).mean())
        for node, values in outputs(trained, fresh=False).items()
        if node.startswith("relu")
    ]
    return max(shares) > 0.4, f"dead {max(shares):.2f}"


def dies_of_a_leap(trained: Trained) -> tuple[bool, str]:
    """The loss was three times a blind answer's in the first 100 steps, and units that were open then are dead at the end."""
    _steps, losses = trained.curve("train_loss")
    peak = float(losses[:100].max() / np.log(10))
    died, evidence = is_dead(trained)
    return died and peak > 3, f"peak {peak:.1f} blind losses, {evidence}"


def is_saturated(trained: Trained) -> tuple[bool, str]:
    """Half of the values of a hidden layer lie where the slope is under a tenth of the steepest, before the first step or at the end."""
    slopes: dict[str, Callable[[Any], Any]] = {
        "tanh": lambda y: 1 - y**2,
        "sigmoid": lambda y: 4 * y * (1 - y),
    }
    shares = []
    for fresh in (True, False):
        for node, values in outputs(trained, fresh).items():
            slope = slopes.get(node.rstrip("0123456789"))
            if slope is not None:
                shares.append(float((slope(values) < 0.1).mean()))
    return max(shares) > 0.5, f"flat {max(shares):.2f}"


def is_out_of_scale(trained: Trained) -> tuple[bool, str]:
    """By their variances alone the weights multiply what flows through by more than 100 or less than 0.01, and it shows in the loss.

    A ReLU layer keeps the scale where the variance of its weights is 2 / fan-in (He et al. 2015, equation 10). Far above it
    the first answers are certain and wrong, far below it the same for every example.
    """
    gains = [float(np.sqrt(w.shape[1] * w.var() / 2)) for w in weights(trained, fresh=True)]
    gain = float(np.prod(gains))
    begun = first_loss(trained) / np.log(10)
    shows = begun > 3 if gain > 1 else abs(begun - 1) < 1e-3
    return (
        gain > 100 or gain < 0.01
    ) and shows, f"gain {gain:.1e}, begins at {begun:.4g} blind losses"


def first_loss(trained: Trained) -> float:
    """The cross-entropy of all training examples before the first step."""
    import torch
    from torch.nn.functional import cross_entropy

    part = trained.fresh.data.train
    assert part.targets is not None
    with torch.no_grad():
        answers = trained.fresh.task.networks["classifier"].train()(torch.from_numpy(part.inputs))
        return float(cross_entropy(answers, torch.from_numpy(part.targets)))


def leaps(trained: Trained) -> tuple[bool, str]:
    """It ends with a loss that is no better than the best blind answer, or three times the best that it had."""
    _steps, losses = trained.curve("train_loss")
    if trained.failed or not len(losses):
        return True, "a loss was not a number"
    late, best = float(np.median(losses[-50:])), float(np.median(np.sort(losses)[:50]))
    return late > np.log(10) * 0.95 or late > 3 * max(
        best, 0.02
    ), f"loss {late:.2f}, best {best:.2f}"


def crawls(trained: Trained) -> tuple[bool, str]:
    """All steps together have moved no matrix by a twentieth of itself, and the loss is nearly where it was."""
    pairs = zip(weights(trained, True), weights(trained, False), strict=True)
    moved = max(float(np.linalg.norm(b - a) / np.linalg.norm(a)) for a, b in pairs)
    _steps, losses = trained.curve("train_loss")
    left = float(np.median(losses[-50:]) / np.median(losses[:20]))
    return moved < 0.05 and left > 0.8, f"moved {moved:.1e}, loss left {left:.2f}"


def is_uneven(trained: Trained) -> tuple[bool, str]:
    """Relative to their size, gradients of two matrices differ a thousandfold, before the first step or at the end."""
    spreads = []
    for fresh in (True, False):
        both = zip(gradients(trained, fresh), weights(trained, fresh), strict=True)
        paces = [g / float(np.sqrt((w**2).mean())) for g, w in both]
        spreads.append(max(paces) / min(paces))
    return max(spreads) > 1e3, f"spread {spreads[0]:.1e}, at the end {spreads[1]:.1e}"


def breaks(trained: Trained) -> tuple[bool, str]:
    """The training ended because a loss was not a number."""
    return bool(trained.failed), trained.failed[:60] or "it went on"


def breaks_out_of_scale(trained: Trained) -> tuple[bool, str]:
    """The training ended because a loss was not a number, and the weights were out of scale before the first step."""
    (broke, how), (out, scale) = breaks(trained), is_out_of_scale(trained)
    return broke and out, f"{how}, {scale}"


# ------------------------------------------------------------------------------------ cases


NORMAL = "normal"
ALSO_SCALE = frozenset({"initial_scale"})
OF_LEAPS = frozenset({"dead_units", "vanishing_gradients", "underfitting", "exploding_gradients"})
CASES: dict[str, Case] = {
    "mlp, he": Case(lambda: deep(3, "relu", "he"), HEALTHY, learns),
    "mlp, xavier tanh": Case(lambda: deep(3, "tanh", "xavier"), HEALTHY, learns),
    "mlp, sgd": Case(lambda: deep(2, "relu", "he", optimizer=sgd(0.1, 0.9)), HEALTHY, learns),
    "mlp, deep he": Case(lambda: deep(10, "relu", "he"), HEALTHY, learns),
    "mlp, deep normed sigmoid": Case(
        lambda: normed(6, "sigmoid", "xavier", optimizer=adam(3e-3)), HEALTHY, learns
    ),
    "cnn": Case(images, HEALTHY, learns),
    "lstm": Case(lambda: rows("lstm", 5e-3), HEALTHY, learns),
    "vanishing, sigmoid": Case(
        lambda: deep(8, "sigmoid", "default", optimizer=sgd(0.1)),
        "vanishing_gradients",
        fades,
        ALSO_SCALE | {"rate_too_low"},
    ),
    "vanishing, sigmoid adam": Case(
        lambda: deep(10, "sigmoid", "xavier"), "vanishing_gradients", fades, ALSO_SCALE
    ),
    "dead, large steps": Case(
        lambda: deep(3, "relu", "he", optimizer=sgd(1.5)),
        "dead_units",
        is_dead,
        frozenset({"rate_too_high", "exploding_gradients"}),
    ),
    "dead, adam": Case(
        lambda: deep(3, "relu", "he", optimizer=adam(0.1)),
        "dead_units",
        is_dead,
        frozenset({"rate_too_high", "exploding_gradients"}),
    ),
    "saturated, tanh": Case(
        lambda: deep(4, "tanh", Plug(NORMAL, {"sd": 1.0})), "saturation", is_saturated, ALSO_SCALE
    ),
    "saturated, sigmoid": Case(
        lambda: deep(2, "sigmoid", Plug(NORMAL, {"sd": 3.0})),
        "saturation",
        is_saturated,
        ALSO_SCALE,
    ),
    "scale, large": Case(
        lambda: deep(4, "relu", Plug(NORMAL, {"sd": 1.0})), "initial_scale", is_out_of_scale
    ),
    "scale, small": Case(
        lambda: deep(4, "relu", Plug(NORMAL, {"sd": 0.005})),
        "initial_scale",
        is_out_of_scale,
        frozenset({"vanishing_gradients", "rate_too_low", "dead_units"}),
    ),
    "rate, high adam": Case(
        lambda: deep(3, "tanh", "xavier", optimizer=adam(0.5)),
        "rate_too_high",
        leaps,
        frozenset({"saturation", "exploding_gradients", "vanishing_gradients"}),
    ),
    "rate, high sgd": Case(
        lambda: deep(2, "tanh", "xavier", optimizer=sgd(8.0)),
        "rate_too_high",
        leaps,
        frozenset({"saturation", "exploding_gradients", "vanishing_gradients"}),
    ),
    **{
        f"leap, {name}": Case(make, "rate_too_high", dies_of_a_leap, OF_LEAPS, held_out=held_out)
        for name, make, held_out in (
            ("adam 0.3", lambda: deep(3, "relu", "he", 128, optimizer=adam(0.3)), False),
            ("adam 0.1", lambda: deep(3, "relu", "he", 128, optimizer=adam(0.1)), True),
            ("adam 0.5", lambda: deep(2, "relu", "he", 128, optimizer=adam(0.5)), True),
            ("cnn 0.2", lambda: images(adam(0.2)), True),
        )
    },
    "rate, low sgd": Case(
        lambda: deep(3, "relu", "he", optimizer=sgd(1e-5)), "rate_too_low", crawls
    ),
    "uneven, held sgd": Case(
        lambda: held(1e-3, sgd(0.002)),
        "layer_imbalance",
        is_uneven,
        frozenset({"rate_too_high"}),
    ),
    "uneven, held adam": Case(
        lambda: held(1e-4, adam(1e-5)),
        "layer_imbalance",
        is_uneven,
        frozenset({"rate_too_high"}),
    ),
    "no number, sgd": Case(
        lambda: deep(2, "leaky_relu", "he", optimizer=sgd(3.0)),
        "not_a_number",
        breaks,
        frozenset({"exploding_gradients", "rate_too_high"}),
    ),
    "no number, deep": Case(
        lambda: deep(40, "relu", Plug(NORMAL, {"sd": 3.0}), optimizer=sgd(0.1)),
        "not_a_number",
        breaks,
        ALSO_SCALE | {"exploding_gradients", "rate_too_high"},
    ),
    "no number, scale": Case(
        lambda: deep(4, "relu", Plug(NORMAL, {"sd": 5.0}), optimizer=sgd(0.1)),
        "initial_scale",
        breaks_out_of_scale,
        frozenset({"not_a_number", "exploding_gradients"}),
    ),
    "rate, low adam": Case(
        lambda: deep(3, "relu", "he", optimizer=adam(1e-7)), "rate_too_low", crawls
    ),
}
