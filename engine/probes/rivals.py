"""How hard two networks that play against each other pull: gradients of both, and of D by its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from torch import Tensor

    from engine.compute.learner import Learner
    from engine.compute.task import Pictures, Task
    from engine.compute.tasks.gan import GanTask

SEED = 0xD1FF


class Rivals(Probe, frozen=True, kw_only=True, tag="rivals"):
    """Gradients of a generator and a discriminator, and ``‖∂D/∂x‖`` at examples.

    ``‖∂L/∂w‖`` over all weights of each network at a step, before anything is clipped; and by example the norm
    of the gradient of the discriminator's raw output with respect to its input, as networks see it:
    how steep the ground is on which the generator walks. Penalties on gradients hold it near a value (near 1
    in Gulrajani et al. 2017, *Improved training of Wasserstein GANs*; near 0 at real examples in Mescheder
    et al. 2018, *Which training methods for GANs do actually converge?*).
    """

    title: ClassVar[str] = "Adversarial balance"
    order: ClassVar[int] = 50
    stream: ClassVar[str] = "rivals"

    rate: Rate = 5.0
    count: Annotated[
        int, Meta(ge=1, le=512, title="Count", description="Examples of each kind looked at.")
    ] = 16

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training; at one without rivals nothing is seen."""
        from engine.compute.tasks.gan import GanTask

        return RivalsGauge(task, self.count) if isinstance(task, GanTask) else Gauge(task)


class RivalsGauge(Gauge):
    """Takes the norms of a step and, after it, the slopes of the discriminator.

    Args:
        task: What is being trained.
        count: Examples of each kind looked at.
    """

    def __init__(self, task: GanTask, count: int) -> None:
        super().__init__(task)
        self._gan = task
        inputs = task.context.data.train.inputs
        self._real = np.ascontiguousarray(inputs[: min(count, len(inputs))])
        self._norms: dict[str, Tensor] = {}

    def after_backward(self, learner: Learner, step: int) -> None:
        """Take the norm of a network's gradient; of one that learns several times a step the last."""
        self._norms[learner.name] = learner.flat.gradient.norm()

    def after_step(self) -> Pictures | None:
        """Return what was measured."""
        import torch

        real = torch.from_numpy(self._real).to(self.task.context.device)
        with torch.no_grad():
            generated = self._gan.drawn(len(real), SEED)
        norms = {name: float(norm) for name, norm in self._norms.items()}
        arrays = {
            "gradient_norm": np.array(list(norms.values()), np.float32),
            "slope_real": slopes(self._gan, real).cpu().numpy(),
            "slope_generated": slopes(self._gan, generated).cpu().numpy(),
        }
        return arrays, {"networks": list(norms)}


def slopes(task: GanTask, examples: Tensor) -> Tensor:
    """Return ``‖∂D/∂x‖`` ``(n,)`` at examples ``(n, …)`` as networks see them, in evaluation mode."""
    import torch

    from engine.compute.modes import evaluating

    with evaluating(task.networks["discriminator"]), torch.enable_grad():
        x = examples.detach().requires_grad_()
        (slope,) = torch.autograd.grad(task.judged(x).sum(), x)
    norms: Tensor = slope.flatten(1).norm(dim=1)
    return norms.float()
