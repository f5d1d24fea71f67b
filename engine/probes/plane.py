"""A game in the plane as a picture: points, what the discriminator says everywhere, where points are pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from torch import Tensor

    from engine.compute.task import Pictures, Task
    from engine.compute.tasks.gan import GanTask

SEED = 0x91A2E
REAL, GENERATED, ARROWS = 512, 512, 128
MARGIN = 0.25


class Plane(Probe, frozen=True, kw_only=True, tag="plane"):
    """Of data in the plane: real and generated points, the discriminator's surface, the generator's pull.

    The surface is the discriminator's raw output on a grid that holds the data. The pull on a generated
    point ``x`` is ``−∂L_G/∂x``, the way it would go if it were free: the generator follows as far as its
    weights allow. Of mixtures with known modes it is also counted how many points of high quality (within
    three standard deviations) each mode has got. Everything is as in evaluation mode.
    """

    title: ClassVar[str] = "Live plane"
    order: ClassVar[int] = 60
    stream: ClassVar[str] = "plane"
    formula: ClassVar[tuple[str, ...]] = (r"\mathrm{pull}(x) = {-}\frac{\partial L_G}{\partial x}",)
    use: ClassVar[str] = (
        "For games about points: one sees mode hopping, a flat discriminator and a starved "
        "generator happen. Draw a first GAN on Ring of Gaussians and watch this."
    )
    trouble: ClassVar[str] = (
        "Arrows are scaled so that nine in ten fit: compare them with each other, and read the "
        "largest pull beside the picture. The pull is that of single points; the generator moves "
        "all with the same weights and may go elsewhere."
    )
    source: ClassVar[str] = (
        "Goodfellow et al. 2014, Generative adversarial nets, figure 1; Metz et al. 2017, Unrolled generative adversarial networks, "
        "section 3.1, for the ring; Mescheder et al. 2018, Which training methods for GANs do actually converge?, for fields of gradients"
    )

    rate: Rate = 4.0
    grid: Annotated[
        int,
        Meta(ge=8, le=128, title="Grid", description="Places of the surface on each side."),
    ] = 32

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training; where there is no plane nothing is seen."""
        from engine.compute.tasks.gan import GanTask

        if isinstance(task, GanTask) and task.context.data.info.input.dims == (2,):
            return PlaneGauge(task, self.grid)
        return Gauge(task)


class PlaneGauge(Gauge):
    """Draws the same points and looks at the same places after a step.

    Args:
        task: What is being trained.
        grid: Places of the surface on each side.
    """

    def __init__(self, task: GanTask, grid: int) -> None:
        super().__init__(task)
        import torch

        self._gan = task
        self._data = data = task.context.data
        self._grid = grid
        inputs = np.ascontiguousarray(data.train.inputs[: 4 * REAL])
        low, high = inputs.min(axis=0), inputs.max(axis=0)
        margin = MARGIN * np.maximum(high - low, 1e-6)
        low, high = low - margin, high + margin
        across, up = (np.linspace(low[i], high[i], grid, dtype=np.float32) for i in (0, 1))
        places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        self._places = torch.from_numpy(places).to(task.context.device)
        corners = self._units(np.stack([low, high]))
        # Half a cell further out: values stand for the middle of their cells.
        half = (corners[1] - corners[0]) / (2 * (grid - 1))
        (x0, y0), (x1, y1) = corners[0] - half, corners[1] + half
        self._extent = [float(x0), float(x1), float(y0), float(y1)]
        self._real = self._units(inputs[:REAL])

    def after_step(self) -> Pictures | None:
        """Return the picture."""
        import torch

        from engine.compute.modes import evaluating

        gan = self._gan
        with torch.no_grad():
            generated = gan.drawn(GENERATED, SEED)
        with evaluating(gan.networks["discriminator"]):
            surface = gan.judged(self._places)
            pull = self._pull(generated[:ARROWS])
        points = self._units(generated.cpu().numpy())
        arrays: dict[str, NDArray[Any]] = {
            "real": self._real,
            "generated": points,
            "surface": surface.float().cpu().numpy().reshape(self._grid, self._grid),
            "pull": self._direction(generated[:ARROWS], pull),
        }
        info: dict[str, Any] = {"extent": self._extent}
        source = self._data.source
        if source.modes is not None:
            from engine.compute.measures import mode_counts

            arrays["modes"] = np.asarray(source.modes, np.float32)
            arrays["captured"] = mode_counts(points, source.modes, source.mode_sd)
        return arrays, info

    def _pull(self, points: Tensor) -> Tensor:
        """Return ``−∂L_G/∂x`` of every point ``(n, 2)``; the loss is a mean, so this is ``n`` times its gradient."""
        import torch

        with torch.enable_grad():
            x = points.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self._gan.pulled(x), x)
        return -len(points) * slope

    def _direction(self, points: Tensor, pull: Tensor) -> NDArray[np.float32]:
        """Return the pull in the data's own units, in which axes may be scaled differently."""
        unit = self._units((points + pull).cpu().numpy()) - self._units(points.cpu().numpy())
        return np.asarray(unit, np.float32)

    def _units(self, points: NDArray[Any]) -> NDArray[np.float32]:
        return np.ascontiguousarray(self._data.scaler.invert(points), np.float32)
