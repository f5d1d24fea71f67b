"""What the networks make of examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.task import Pictures, Task


class Samples(Probe, frozen=True, tag="samples"):
    """Examples as the networks see or make them.

    For a generator what it makes of the same latents every time; for a classifier its worst mistakes
    first, or, with two features, the regions of the classes on the plane; numbers beside the truth,
    forecasts beside what came, sequences with their tags, texts that a language model writes.
    """

    title: ClassVar[str] = "Samples"
    order: ClassVar[int] = 20
    stream: ClassVar[str] = "samples"
    formula: ClassVar[tuple[str, ...]] = (
        r"x_i = G(z_i), \qquad z_1, z_2, \ldots \ \text{drawn once} \qquad \text{(generators)}",
        r"\text{the worst first: by} \ L(x_i, y_i), \ \text{falling} \qquad \text{(classifiers)}",
    )
    use: ClassVar[str] = (
        "The first thing to look at in any training of images or points: the same latents and "
        "examples every time, so that progress is seen and not luck."
    )
    trouble: ClassVar[str] = (
        "64 samples don't show missing modes or copies; Scores of samples does. Of a GAN with an "
        "average the average is shown, which looks better than what learns and lags behind it."
    )
    source: ClassVar[str] = (
        "Karpathy 2019, A recipe for training neural networks, on fixed test batches; Theis et al. 2016, A note on the evaluation of "
        "generative models, for what samples do not show"
    )

    rate: Rate = 2.0
    count: Annotated[int, Meta(ge=1, le=400, title="Count", description="Examples shown.")] = 64

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return SamplesGauge(task, self.count)


class SamplesGauge(Gauge):
    """Asks the task for pictures after a step.

    Args:
        task: What is being trained.
        count: Examples shown.
    """

    def __init__(self, task: Task, count: int) -> None:
        super().__init__(task)
        self._count = count

    def after_step(self) -> Pictures | None:
        """Return the task's pictures."""
        return self.task.show(self._count)
