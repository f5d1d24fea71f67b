"""What the heads of attention layers look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.blocks import kinds_of
from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.attending import Attended
    from engine.compute.reading import Reading
    from engine.compute.task import Pictures, Task
    from projects.schema import Project

EXAMPLES, MOST_STEPS, MOST_LAYERS = 4, 64, 16
MOST_NUMBERS = 2**16  # of weights in one picture
LONGEST = 1024  # steps of a sequence of which maps are computed
ATTENDING = frozenset(
    {"self_attention", "cross_attention", "transformer_encoder", "transformer_decoder"}
)


class Attention(Probe, frozen=True, kw_only=True, tag="attention"):
    """Where every head of every attention looks while a network reads examples of the validation part.

    The weights by which a step takes from other steps, of the first 64 steps at most; of all steps how many a head
    looks at, exp of the entropy of its weights, and how far away they are. Measured of every training with such a
    layer.
    """

    title: ClassVar[str] = "Attention"
    order: ClassVar[int] = 41
    stream: ClassVar[str] = "attention"

    formula: ClassVar[tuple[str, ...]] = (
        r"A = \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d}}\right)",
        r"\text{looks at about} \; e^{H} \; \text{steps,} \quad H = -\sum_s A_{ts} \ln A_{ts}",
    )
    use: ClassVar[str] = (
        "To see what a head has become: one that looks at the step before, at a certain word, or at all alike."
    )
    trouble: ClassVar[str] = (
        "High weights say where a head looks, not why the network answers as it does. A head that looks at all steps "
        "alike has not learned to choose."
    )
    source: ClassVar[str] = (
        "Vaswani et al. 2017, Attention is all you need, section 3.2.1; Jain & Wallace 2019, Attention is not "
        "explanation"
    )

    rate: Rate = 1.0
    network: Annotated[
        str,
        Meta(
            max_length=100,
            title="Network",
            description="Nothing: the first one with such a layer.",
        ),
    ] = ""
    example: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            title="Example",
            description="The first one that is read; 0 is the first of all.",
        ),
    ] = 0

    @classmethod
    def always(cls, project: Project) -> bool:
        """Of networks with a layer that attends."""
        return bool(kinds_of(project) & ATTENDING)

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return AttentionGauge(task, self)


class AttentionGauge(Gauge):
    """Reads the same examples after a step.

    Args:
        task: What is being trained.
        probe: What was declared.
    """

    def __init__(self, task: Task, probe: Attention) -> None:
        super().__init__(task)
        from engine.compute.attending import attentions

        there = [name for name, net in task.networks.items() if any(attentions(net))]
        wanted = [name for name in there if probe.network in ("", name)]
        self._name = wanted[0] if wanted else ""
        self._reading = self._read(probe.example) if wanted else None

    def _read(self, first: int) -> Reading | None:
        from engine.compute.reading import reading

        return reading(self.task, self._name, first, EXAMPLES)

    def after_step(self) -> Pictures | None:
        """Return the weights, or None where no layer attends or no example fits."""
        if self._reading is None:
            return None
        from engine.compute.attending import attend

        network = self.task.networks[self._name]
        read = self._reading
        found = attend(network, read.inputs, read.labels, LONGEST, MOST_LAYERS, MOST_STEPS)
        if not found:
            return None
        return self._arrays(found), self._info(found)

    def _arrays(self, found: list[Attended]) -> dict[str, NDArray[Any]]:
        examples = len(self._reading.inputs) if self._reading is not None else 0
        heads = sum(one.weights.shape[1] for one in found)
        side = max(4, min(MOST_STEPS, int((MOST_NUMBERS / max(1, heads * examples)) ** 0.5)))
        arrays: dict[str, NDArray[Any]] = {}
        for number, one in enumerate(found):
            few = one.weights[:, :, :side, :side].float().cpu().numpy()
            arrays[f"{number}/weights"] = np.ascontiguousarray(few)
            arrays[f"{number}/spread"] = one.spread.float().cpu().numpy()
            if one.distance is not None:
                arrays[f"{number}/distance"] = one.distance.float().cpu().numpy()
        if self._reading is not None and self._reading.images is not None:
            arrays["images"] = self._reading.images
        return arrays

    def _info(self, found: list[Attended]) -> dict[str, Any]:
        assert self._reading is not None
        steps = found[0].steps[0]
        layers = [
            {
                "layer": f"{self._name}/{one.node}",
                "cross": one.cross,
                "causal": one.causal,
                "steps": list(one.steps),
            }
            for one in found
        ]
        named = self._reading.steps.count == steps
        words = [row[:MOST_STEPS] for row in self._reading.steps.words] if named else []
        return {"layers": layers, "words": words, "truths": self._reading.truths}
