"""How steep a discriminator is at examples: what its generator learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from torch import Tensor

    from engine.compute.task import Pictures, Task
    from engine.compute.tasks.players import Judged

SEED = 0xD1FF


class Rivals(Probe, frozen=True, kw_only=True, tag="rivals"):
    """The norm ``‖∂D/∂x‖`` at real and at generated examples, the same ones every time.

    D is the discriminator's raw output and ``x`` an example as networks see it: how steep the ground is on
    which the generator walks. Where it is flat there is nothing to learn from. Penalties hold it near a
    value: 1 or 0.
    """

    title: ClassVar[str] = "Adversarial balance"
    order: ClassVar[int] = 50
    stream: ClassVar[str] = "rivals"
    formula: ClassVar[tuple[str, ...]] = (
        r"\left\| \frac{\partial D}{\partial x} \right\| \quad \text{at } x \text{ real, and at } x = G(z)",
    )
    use: ClassVar[str] = (
        "For every game, beside the curves of D: a generator learns only where the slope at its "
        "examples is above 0. Under a Gradient penalty both lie near 1, under R1 the real ones "
        "near 0."
    )
    trouble: ClassVar[str] = (
        "Slopes depend on how the data are scaled and on their number of dimensions: compare "
        "within a run. Slopes that grow by a factor of ten within some rounds announce a "
        "breakdown: raise the penalty."
    )
    source: ClassVar[str] = (
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs; Mescheder et al. 2018, "
        "Which training methods for GANs do actually converge?"
    )

    rate: Rate = 5.0
    count: Annotated[
        int, Meta(ge=1, le=512, title="Count", description="Examples of each kind looked at.")
    ] = 16

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training; at one without rivals nothing is seen."""
        from engine.compute.tasks.players import Judged

        return RivalsGauge(task, self.count) if isinstance(task, Judged) else Gauge(task)


class RivalsGauge(Gauge):
    """Looks at the slopes of the discriminator after a step.

    Args:
        task: What is being trained.
        count: Examples of each kind looked at.
    """

    def __init__(self, task: Judged, count: int) -> None:
        super().__init__(task)
        self._game = task
        self._count = min(count, len(task.context.data.train.inputs))

    def after_step(self) -> Pictures | None:
        """Return the slopes ``(n,)`` at examples of each kind."""
        import torch

        real = self._game.real(self._count)
        with torch.no_grad():
            generated = self._game.drawn(len(real), SEED)
        arrays = {
            "real": slopes(self._game, real, self._game.real_classes(len(real))).cpu().numpy(),
            "generated": slopes(self._game, generated).cpu().numpy(),
        }
        return arrays, {}


def slopes(task: Judged, examples: Tensor, classes: Tensor | None = None) -> Tensor:
    """Return ``‖∂D/∂x‖`` ``(n,)`` at examples ``(n, …)`` as networks see them, in evaluation mode.

    Args:
        task: Whose discriminator is meant.
        examples: Where.
        classes: What it is told of them, see :meth:`Judged.judged`.
    """
    import torch

    from engine.compute.modes import evaluating

    with evaluating(task.networks["discriminator"]), torch.enable_grad():
        x = examples.detach().requires_grad_()
        (slope,) = torch.autograd.grad(task.judged(x, classes).sum(), x)
    norms: Tensor = slope.flatten(1).norm(dim=1)
    return norms.float()
