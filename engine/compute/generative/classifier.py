"""A small classifier that learns the training part: its features are the space that samples are scored in.

It is not the network of published figures (Inception, learned on ImageNet), so its distances compare
models of one data set and nothing else. Learned once and kept in the person's home, it is the same bit
for bit whether it is found there or learned again: on the CPU, by one thread, from a fixed seed.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from engine.compute.modes import threads
from projects import atomic
from projects.errors import UserError
from projects.home import home

FEATURES = 64
SIDE = 32  # larger images are averaged down to it: no data set takes much longer than another
BATCH, RATE = 128, 2e-3
LEAST_STEPS, MOST_STEPS, PASSES = 100, 400, 30
FOLDER, KEPT_FILES = "features", 50
SEED = 0xC1A55
RECIPE = (
    1  # raised when anything about it changes, so that what was kept before is not taken for it
)


class Examples(NamedTuple):
    """What is learned.

    Attributes:
        inputs: ``(n, …)`` float32, as networks see them.
        labels: Classes ``(n,)`` int64.
        classes: How many classes there are.
        picture: ``(channels, height, width)`` where an example is an image, in whatever layout; else empty.
    """

    inputs: Tensor
    labels: Tensor
    classes: int
    picture: tuple[int, ...]


class Classifier(nn.Module):
    """Two strided convolutions for images or one layer for rows, then 64 features and the classes.

    Args:
        examples: Gives the sizes, and the scale of inputs.
    """

    centre: Tensor
    scale: Tensor

    def __init__(self, examples: Examples) -> None:
        super().__init__()
        self._picture = examples.picture
        flat = examples.inputs.flatten(1)
        whole = flat.std(correction=0).clamp(min=1e-6)
        self.register_buffer("centre", flat.mean() if self._picture else flat.mean(dim=0))
        columns = flat.std(dim=0, correction=0)
        # A column that never changes says nothing, and must not when a sample differs in it.
        single = torch.where(columns > 1e-3 * whole, columns, whole)
        self.register_buffer("scale", whole if self._picture else single)
        if self._picture:
            channels, height, width = self._picture
            self._sides = (min(height, SIDE), min(width, SIDE))
            after = math.prod((side + 3) // 4 for side in self._sides)  # each halves, rounded up
            self.first: nn.Module = nn.Sequential(
                nn.Conv2d(channels, 16, 3, stride=2, padding=1),
                nn.SiLU(),
                nn.Conv2d(16, 32, 3, stride=2, padding=1),
                nn.SiLU(),
                nn.Flatten(),
            )
            self.features = nn.Linear(32 * after, FEATURES)
        else:
            self.first = nn.Sequential(nn.Linear(flat.shape[1], 128), nn.SiLU())
            self.features = nn.Linear(128, FEATURES)
        self.classes = nn.Linear(FEATURES, examples.classes)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return features ``(n, 64)`` and logits ``(n, classes)``."""
        x = (inputs.flatten(1) - self.centre) / self.scale
        if self._picture:
            x = x.reshape(-1, *self._picture)
            if x.shape[2:] != self._sides:
                x = nn.functional.adaptive_avg_pool2d(x, self._sides)
        found = nn.functional.silu(self.features(self.first(x)))
        return found, self.classes(found)


def classifier_of(examples: Examples) -> Classifier:
    """Return the classifier of a data set, from the person's home or learned now; draws nothing from torch."""
    path = _place(examples)
    before = torch.random.get_rng_state()
    try:
        torch.default_generator.manual_seed(SEED)
        network = Classifier(examples)
        if path is None or not _load(network, path):
            with threads(1), torch.enable_grad():
                _learn(network, examples)
            if path is not None:
                _keep(network, path)
    finally:
        torch.random.set_rng_state(before)
    return network.eval().requires_grad_(False)


def _learn(network: Classifier, examples: Examples) -> None:
    """Train with Adam and a cosine, a few hundred steps."""
    count = len(examples.inputs)
    steps = min(MOST_STEPS, max(LEAST_STEPS, PASSES * count // BATCH))
    rule = torch.optim.Adam(network.parameters(), lr=RATE)
    order, place = torch.randperm(count), 0
    for step in range(steps):
        if place >= count:
            order, place = torch.randperm(count), 0
        chosen = order[place : place + BATCH]
        place += BATCH
        for group in rule.param_groups:
            group["lr"] = RATE * 0.5 * (1 + math.cos(math.pi * step / steps))
        loss = nn.functional.cross_entropy(
            network(examples.inputs[chosen])[1], examples.labels[chosen]
        )
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        rule.step()


def _place(examples: Examples) -> Path | None:
    """Where what is learned is kept; nowhere where the person has no home that can be used."""
    try:
        return home() / FOLDER / f"{_key(examples)}.safetensors"
    except OSError:
        return None


def _key(examples: Examples) -> str:
    """What changes when the data, the recipe or torch does."""
    sizes = (RECIPE, torch.__version__, examples.classes, examples.picture, examples.inputs.shape)
    digest = hashlib.sha256(repr(sizes).encode())
    for tensor in (examples.inputs, examples.labels):
        digest.update(tensor.contiguous().numpy().data)
    return digest.hexdigest()[:32]


def _load(network: Classifier, path: Path) -> bool:
    """Take what was kept, if it is there and fits; else the network is as it was, and can learn."""
    try:
        kept = load_file(path)
    except (OSError, SafetensorError):
        return False
    if _sizes(kept) != _sizes(network.state_dict()):
        return False
    network.load_state_dict(kept)
    return True


def _sizes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}


def _keep(network: Classifier, path: Path) -> None:
    """Keep the weights for the next run on these data; without room they are learned again then."""
    with contextlib.suppress(OSError, UserError):
        path.parent.mkdir(exist_ok=True)
        atomic.sweep(path.parent, older_than=3600)
        atomic.write(path, save(network.state_dict()))
        kept = sorted(path.parent.glob("*.safetensors"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT_FILES]:
            old.unlink()
