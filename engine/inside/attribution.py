"""Which parts of an example an answer comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.inside.base import View
from engine.inside.exciting import Seed

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class Attribution(View, frozen=True, kw_only=True, tag="attribution"):
    """Which parts of an example the network's answer comes from.

    With ``s`` the raw output that is asked about and ``x₀`` an example of nothing (zeros as networks see
    them, for texts the vector 0):

    * *Gradient*: ``∂s/∂x``; where a small change would change the answer (Simonyan et al. 2014).
    * *SmoothGrad*: its mean over noisy copies of the example (Smilkov et al. 2017).
    * *Integrated gradients*: ``(x − x₀) · ∫₀¹ ∂s(x₀ + α(x − x₀))/∂x dα``; its sum is ``s(x) − s(x₀)``
      (Sundararajan et al. 2017).
    * *Occlusion*: how much ``s`` falls when a window of the example is put to ``x₀`` (Zeiler & Fergus 2014).
    * *Grad-CAM*: ``ReLU(Σ_k α_k A_k)`` of the channels ``A_k`` of a convolution with ``α_k`` the mean of
      ``∂s/∂A_k`` (Selvaraju et al. 2017). Behind a *Flatten* places are weighed one by one, and the mean may cancel.
    * *HiResCAM*: ``Σ_k ∂s/∂A_k ⊙ A_k``, without that mean; behind one linear layer its sum is ``s`` without the bias
      (Draelos & Carin 2020).
    """

    title: ClassVar[str] = "Where the answer comes from"
    order: ClassVar[int] = 50
    of_example: ClassVar[bool] = True

    method: Annotated[
        Literal[
            "gradient", "smooth_grad", "integrated_gradients", "occlusion", "grad_cam", "hires_cam"
        ],
        Meta(
            title="Method",
            description="Each answers a slightly different question.",
            extra={
                "names": {
                    "smooth_grad": "SmoothGrad",
                    "grad_cam": "Grad-CAM",
                    "hires_cam": "HiResCAM",
                }
            },
        ),
    ] = "integrated_gradients"
    output: Annotated[
        Annotated[int, Meta(ge=0, le=10_000_000)] | None,
        Meta(
            title="Output",
            description="The class or number that is asked about, from 0. Nothing: the largest.",
        ),
    ] = None
    steps: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            title="Steps",
            description="On the way from nothing to the example.",
            extra={"when": {"method": "integrated_gradients"}},
        ),
    ] = 64
    copies: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            title="Copies",
            description="Noisy ones.",
            extra={"when": {"method": "smooth_grad"}},
        ),
    ] = 50
    noise: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="Noise",
            description="Its standard deviation, by the range of the example.",
            extra={"when": {"method": "smooth_grad"}},
        ),
    ] = 0.15
    window: Annotated[
        int,
        Meta(
            ge=1,
            le=512,
            title="Window",
            description="Pixels on a side; of sequences steps, of tables one column at a time.",
            extra={"when": {"method": "occlusion"}},
        ),
    ] = 4
    stride: Annotated[
        int,
        Meta(
            ge=1,
            le=512,
            title="Stride",
            description="Pixels or steps between windows.",
            extra={"when": {"method": "occlusion"}},
        ),
    ] = 2
    node: Annotated[
        str,
        Meta(
            max_length=200,
            title="Layer",
            description="As network/layer. Nothing: the last one that gives images.",
            extra={"when": {"method": lambda value: value in ("grad_cam", "hires_cam")}},
        ),
    ] = ""
    seed: Annotated[Seed, Meta(extra={"when": {"method": "smooth_grad"}})] = 0

    def look(self, subject: Subject) -> Pictures:
        """Return the example and how much every part of it counts."""
        from engine.compute.inside.attribution import look

        return look(subject, self)
