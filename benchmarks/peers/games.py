"""torchgan, whose trainer plays games by a list of losses.

Each of its losses makes an update of its own, also the gradient penalty, and draws its own examples.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset

from peers.task import Task


def torchgan(task: Task) -> float:
    """``Trainer`` with Adam and no metrics; where torchvision is missing no pictures are drawn."""
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):
        _without_pictures()
    from torchgan import losses
    from torchgan.models import Discriminator, Generator
    from torchgan.trainer import Trainer

    clock = task.clock(whole=True)

    class Drawing(Generator):
        def __init__(self) -> None:
            super().__init__(task.latent, label_type="none")
            self.network = task.network("generator")

        def forward(self, z: Any, feature_matching: bool = False) -> Any:
            return self.network(z)

    class Judging(Discriminator):
        def __init__(self) -> None:
            super().__init__(1, label_type="none")
            self.network = task.network("discriminator")

        def forward(self, x: Any, feature_matching: bool = False) -> Any:
            return self.network(x)

    class Ticking(Trainer):
        """Ticks after as many critic updates as an epoch of the other loops has."""

        made = 0

        def train_iter(self) -> Any:
            self.made += 1
            if self.made % (clock.steps * task.critic_steps) == 0:
                clock.tick()
            return super().train_iter()

    adam = {"name": torch.optim.Adam, "args": {"lr": task.rate, "betas": task.betas}}
    models = {
        "generator": {"name": Drawing, "optimizer": adam},
        "discriminator": {"name": Judging, "optimizer": adam},
    }
    if task.penalty:
        goals = [
            losses.WassersteinGeneratorLoss(),
            losses.WassersteinDiscriminatorLoss(),
            losses.WassersteinGradientPenalty(lambd=task.penalty),
        ]
    else:
        goals = [losses.MinimaxGeneratorLoss(), losses.MinimaxDiscriminatorLoss()]
    loader = DataLoader(
        TensorDataset(task.inputs, torch.zeros(len(task.inputs), dtype=torch.int64)),
        batch_size=task.size,
        shuffle=True,
        drop_last=True,
    )
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        places = {"checkpoints": str(Path(folder) / "gan"), "recon": folder, "log_dir": folder}
        trainer = Ticking(
            models,
            goals,
            device=torch.device("cpu"),
            ncritic=task.critic_steps,
            epochs=task.epochs + 1,
            sample_size=8,
            **places,
        )
        trainer(loader)
    return clock.rate


def _without_pictures() -> None:
    """Stand in for torchvision, of which torchgan draws sheets of samples after every epoch."""
    made, utils = ModuleType("torchvision"), ModuleType("torchvision.utils")
    utils.make_grid = lambda images, **_options: images  # type: ignore[attr-defined]
    utils.save_image = lambda *_arguments, **_options: None  # type: ignore[attr-defined]
    made.utils = utils  # type: ignore[attr-defined]
    sys.modules.update({"torchvision": made, "torchvision.utils": utils})
