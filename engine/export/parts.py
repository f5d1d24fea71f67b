"""What programs that repeat a training are made of; their source text is copied into those programs.

So every function stands alone on ``math``, ``numpy`` and ``torch``, and is named with all that it needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

# --------------------------------------------------------------------------- data


def split(
    count: int,
    labels: NDArray[np.int64] | None,
    validation: float,
    test: float,
    seed: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Deal examples to training, validation and test; with labels each class keeps its share."""
    random = np.random.default_rng(seed)
    everything = np.arange(count)
    groups = [everything]
    if labels is not None:
        groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    parts: list[list[NDArray[np.int64]]] = [[], [], []]
    taken = [0, 0]
    seen = 0
    for group in groups:
        order = random.permutation(group)
        seen += len(order)
        start = 0
        for which, share in enumerate((validation, test)):
            size = max(0, min(round(share * seen) - taken[which], len(order) - 1 - start))
            parts[which + 1].append(order[start : start + size])
            taken[which] += size
            start += size
        parts[0].append(order[start:])
    first, second, third = (random.permutation(np.concatenate(part)) for part in parts)
    return first, second, third


def batches(count: int, size: int, seed: int, epoch: int) -> Iterator[Tensor]:
    """Yield the indices of an epoch's batches; a rest of one example is left out."""
    order = np.random.Generator(np.random.PCG64([seed, epoch])).permutation(count)
    size = min(size, count)
    whole = count - 1 if count % size == 1 else count
    yield from torch.from_numpy(order[:whole]).split(size)  # type: ignore[no-untyped-call]


def answers_of(network: nn.Module, inputs: Tensor) -> Tensor:
    """Return what a network answers, a thousand examples at a time."""
    parts = inputs.split(1024)  # type: ignore[no-untyped-call]
    return torch.cat([network(part) for part in parts])


# --------------------------------------------------------------------------- schedules


def constant(step: int, total: int, *, warmup: int = 0) -> float:
    """What the learning rate is multiplied by: nothing changes after the warm-up."""
    return (step + 1) / warmup if step < warmup else 1.0


def cosine(step: int, total: int, *, warmup: int = 0, floor: float = 0.0) -> float:
    """Half a cosine from 1 to the floor (Loshchilov & Hutter 2017)."""
    if step < warmup:
        return (step + 1) / warmup
    done = min(1.0, (step - warmup) / max(1, total - warmup))
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done))


def cosine_restarts(
    step: int,
    total: int,
    *,
    warmup: int = 0,
    period: int = 1000,
    growth: int = 1,
    floor: float = 0.0,
) -> float:
    """Half a cosine again and again, each time ``growth`` times as long."""
    if step < warmup:
        return (step + 1) / warmup
    since, length = step - warmup, period
    while since >= length:
        since -= length
        length *= growth
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * since / length))


def exponential(step: int, total: int, *, warmup: int = 0, gamma: float = 0.999) -> float:
    """The same share less at every step."""
    return (step + 1) / warmup if step < warmup else gamma ** (step - warmup)


def polynomial(
    step: int, total: int, *, warmup: int = 0, power: float = 1.0, floor: float = 0.0
) -> float:
    """A straight line, or another power, to the floor."""
    if step < warmup:
        return (step + 1) / warmup
    left = max(0.0, 1 - (step - warmup) / max(1, total - warmup))
    return float(floor + (1 - floor) * left**power)


def step_decay(
    step: int, total: int, *, warmup: int = 0, every: int = 1000, gamma: float = 0.5
) -> float:
    """A drop after every so many steps."""
    return (step + 1) / warmup if step < warmup else float(gamma ** (step // every))


# --------------------------------------------------------------------------- classes


def class_costs(
    logits: Tensor,
    targets: Tensor,
    weights: Sequence[float] | None = None,
    smoothing: float = 0.0,
    focus: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Return the sum of the costs and of the weights: cross-entropy, smoothed, weighted or focal."""
    table = None if weights is None else torch.tensor(weights)
    weight = torch.tensor(float(len(targets))) if table is None else table[targets].sum()
    if not focus:
        total = functional.cross_entropy(
            logits, targets, table, reduction="sum", label_smoothing=smoothing
        )
        return total, weight
    right = functional.log_softmax(logits, dim=1).gather(1, targets[:, None])[:, 0]
    costs = -right * (-torch.expm1(right)).clamp_min(1e-12) ** focus
    return (costs if table is None else costs * table[targets]).sum(), weight


def classify(
    networks: Mapping[str, nn.Module], inputs: Tensor, targets: Tensor, **options: Any
) -> Tensor:
    """Return the loss of a batch: the mean cost of naming its classes."""
    total, weight = class_costs(networks["classifier"](inputs), targets, **options)
    return total / weight.clamp_min(1e-12)


def measure_classes(
    networks: Mapping[str, nn.Module], inputs: Tensor, targets: Tensor, **options: Any
) -> dict[str, float]:
    """Return the loss and the share of examples that are named right."""
    logits = answers_of(networks["classifier"], inputs)
    total, weight = class_costs(logits, targets, **options)
    right = (logits.argmax(1) == targets).double().mean()
    return {"loss": float(total / weight), "accuracy": float(right)}


# --------------------------------------------------------------------------- numbers


def number_loss(
    answers: Tensor, targets: Tensor, kind: str, delta: float, quantiles: Sequence[float]
) -> Tensor:
    """Return the mean of squared, absolute, Huber's or quantile errors."""
    if kind == "huber":
        return functional.huber_loss(answers, targets, delta=delta)
    if kind == "quantile":
        levels = torch.tensor(quantiles)
        error = targets.unsqueeze(-1) - answers
        return torch.maximum(levels * error, (levels - 1) * error).mean()
    error = targets - answers
    return error.abs().mean() if kind == "mae" else error.square().mean()


def shaped_like(outputs: Tensor, targets: Tensor, quantiles: Sequence[float]) -> Tensor:
    """Return outputs in the shape of the targets, quantiles last."""
    return outputs.reshape(*targets.shape, *((len(quantiles),) if quantiles else ()))


def foretell(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    shift: Any,
    scale: Any,
    kind: str = "mse",
    delta: float = 1.0,
    quantiles: Sequence[float] = (),
) -> Tensor:
    """Return the loss of a batch: the error of its numbers, in standard deviations."""
    wanted = (targets - torch.tensor(shift)) / torch.tensor(scale)
    answers = shaped_like(networks["regressor"](inputs), targets, quantiles)
    return number_loss(answers, wanted, kind, delta, quantiles)


def measure_numbers(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    shift: Any,
    scale: Any,
    kind: str = "mse",
    delta: float = 1.0,
    quantiles: Sequence[float] = (),
) -> dict[str, float]:
    """Return the loss, and errors and R² in the data's own units."""
    answers = shaped_like(answers_of(networks["regressor"], inputs), targets, quantiles)
    middle, unit = torch.tensor(shift), torch.tensor(scale)
    loss = number_loss(answers, (targets - middle) / unit, kind, delta, quantiles)
    if quantiles:
        nearest = min(range(len(quantiles)), key=lambda place: abs(quantiles[place] - 0.5))
        answers = answers[..., nearest]
    true = targets.double().reshape(len(targets), -1)
    errors = true - (answers * unit + middle).double().reshape(len(targets), -1)
    spread = (true - true.mean(0)).square().sum(0).clamp_min(1e-300)
    return {
        "loss": float(loss),
        "mse": float(errors.square().mean()),
        "mae": float(errors.abs().mean()),
        "r2": float((1 - errors.square().sum(0) / spread).mean()),
    }


# --------------------------------------------------------------------------- autoencoders


def noisy(
    inputs: Tensor,
    noise: str,
    strength: float,
    ends: tuple[float, float],
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return inputs with noise that is to be removed."""
    if noise == "none":
        return inputs
    if noise == "gaussian":
        return inputs + strength * torch.randn(inputs.shape, generator=generator)
    drawn = torch.rand(inputs.shape, generator=generator)
    if noise == "masking":
        return inputs.masked_fill(drawn < strength, 0.0)
    salted = inputs.masked_fill(drawn < strength, ends[0])
    return salted.masked_fill(drawn < strength / 2, ends[1])


def sparseness(code: Tensor, kind: str, weight: float, activation: float) -> Tensor:
    """Return what codes that are not sparse cost: by L1, or by their mean activation (Ng 2011)."""
    if kind == "l1":
        return weight * code.abs().mean()
    if kind == "none":
        return code.new_zeros(())
    active = code.flatten(1).mean(dim=0).clamp(1e-6, 1 - 1e-6)
    wanted = torch.tensor(activation)
    kl = wanted * (wanted / active).log() + (1 - wanted) * ((1 - wanted) / (1 - active)).log()
    return weight * kl.sum()


def restoring_errors(given: Tensor, inputs: Tensor, kind: str) -> Tensor:
    """Return the mean error of every example."""
    if kind == "bce":
        errors = functional.binary_cross_entropy_with_logits(given, inputs, reduction="none")
    elif kind == "mae":
        errors = (given - inputs).abs()
    else:
        errors = (given - inputs).square()
    return errors.flatten(1).mean(dim=1)


def restore(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    ends: tuple[float, float],
    reconstruction: str = "mse",
    noise: str = "none",
    strength: float = 0.3,
    sparsity: str = "none",
    sparsity_weight: float = 0.01,
    activation: float = 0.05,
) -> Tensor:
    """Return the loss of a batch: the error of what is restored of it."""
    code = networks["encoder"](noisy(inputs, noise, strength, ends))
    errors = restoring_errors(networks["decoder"](code), inputs, reconstruction)
    return errors.mean() + sparseness(code, sparsity, sparsity_weight, activation)


def measure_restored(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    ends: tuple[float, float],
    reconstruction: str = "mse",
    noise: str = "none",
    strength: float = 0.3,
    sparsity: str = "none",
    sparsity_weight: float = 0.01,
    activation: float = 0.05,
) -> dict[str, float]:
    """Return the loss and the mean squared error; noise is the same every time."""
    seen = noisy(inputs, noise, strength, ends, torch.Generator().manual_seed(0))
    code = answers_of(networks["encoder"], seen)
    given = answers_of(networks["decoder"], code)
    cost = sparseness(code, sparsity, sparsity_weight, activation)
    loss = restoring_errors(given, inputs, reconstruction).mean() + cost
    given = given.sigmoid() if reconstruction == "bce" else given
    return {"loss": float(loss), "mse": float((given - inputs).square().mean())}


# --------------------------------------------------------------------------- training


def rank(metrics: Mapping[str, float], best: Sequence[str]) -> tuple[float, ...]:
    """Return what evaluations are compared by: larger is better."""
    return tuple(metrics[name] if name in ("accuracy", "r2") else -metrics[name] for name in best)


def train(
    networks: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
    data: Mapping[str, tuple[Tensor, Tensor | None]],
    loss_of: Callable[..., Tensor],
    measure: Callable[..., dict[str, float]],
    factor: Callable[[int, int], float],
    *,
    steps: int,
    total: int,
    batch_size: int,
    seed: int,
    evaluate_every: int,
    best: Sequence[str],
    clip_norm: float | None = None,
    clip_value: float | None = None,
    patience: int | None = None,
    watched: str = "loss",
) -> dict[str, float]:
    """Train, keep the weights of the best evaluation, and return what they reach on the test part."""
    inputs, targets = data["train"]
    rates = {name: optimizer.param_groups[0]["lr"] for name, optimizer in optimizers.items()}
    step = epoch = stale = 0
    best_rank: tuple[float, ...] | None = None
    best_watched = -math.inf
    kept: dict[str, dict[str, Tensor]] = {}

    def look(part: str) -> dict[str, float]:
        for network in networks.values():
            network.eval()
        with torch.no_grad():
            found = measure(networks, *data[part])
        for network in networks.values():
            network.train()
        return found

    while step < steps and (patience is None or stale < patience):
        for chosen in batches(len(inputs), batch_size, seed, epoch):
            wanted = None if targets is None else targets[chosen]
            loss_of(networks, inputs[chosen], wanted).backward()  # type: ignore[no-untyped-call]
            for name, optimizer in optimizers.items():
                weights = list(networks[name].parameters())
                if clip_value is not None:
                    nn.utils.clip_grad_value_(weights, clip_value)
                if clip_norm is not None:
                    nn.utils.clip_grad_norm_(weights, clip_norm)
                optimizer.param_groups[0]["lr"] = rates[name] * factor(step, total)
                optimizer.step()
                optimizer.zero_grad()
            step += 1
            if step == steps:
                break
        epoch += 1
        due = epoch % evaluate_every == 0 or step == steps
        if not due or not len(data["validation"][0]):
            continue
        metrics = look("validation")
        print(f"epoch {epoch}, step {step}:", ", ".join(f"{k} {v:.4g}" for k, v in metrics.items()))
        if best_rank is None or rank(metrics, best) > best_rank:
            best_rank = rank(metrics, best)
            kept = {
                name: {key: value.clone() for key, value in network.state_dict().items()}
                for name, network in networks.items()
            }
        value = rank(metrics, (watched,))[0]
        stale = 0 if value > best_watched else stale + 1
        best_watched = max(best_watched, value)
    for name, state in kept.items():
        networks[name].load_state_dict(state)
    return look("test") if len(data["test"][0]) else {}
