"""Adversarial losses and penalties, from the classes themselves."""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import Tensor, nn

from drawn.paper import Paper, draws
from drawn.plots import Plot, legend
from drawn.real import SEED, garment, layer, normal, plain
from drawn.scenes import onward, picture
from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.penalties.base import PENALTIES, Seen
from engine.adversarial.penalties.consistency import Consistency
from engine.adversarial.penalties.constraints import WeightClipping

LOGITS = torch.linspace(-4, 4, 161)


def adversarial(tag: str) -> Paper:
    """Draw what the generator minimises against the logit of a fake, and D against both kinds' logits."""
    made = ADVERSARIAL.make(tag, {})
    still = torch.zeros(1)
    generator = [float(made.generator(still if made.needs_real else None, t[None])) for t in LOGITS]
    of_real = [float(made.discriminator(t[None], still)) for t in LOGITS]
    of_fake = [float(made.discriminator(still, t[None])) for t in LOGITS]
    paper = Paper(228)
    for index, curves in enumerate(([generator], [of_real, of_fake])):
        everything = np.concatenate(curves)
        low, high = (
            max(-4.5, float(everything.min()) - 0.3),
            min(6.5, float(everything.max()) + 0.3),
        )
        low, high = min(low, -0.4), max(high, 0.4)
        rungs = [v for v in (-4, -2, 0, 2, 4, 6) if low < v < high]
        plot = Plot(
            paper, 36 + index * 304, 36, 262, 142, (-4, 4), (low, high), (-4, -2, 0, 2, 4), rungs
        )
        for curve, color in zip(
            curves, ("series1",) if index == 0 else ("series0", "series1"), strict=True
        ):
            plot.curve(plain(LOGITS), curve, color, 2.2)
    fixed = ", D(x) = 0" if made.needs_real else ""
    paper.text(36, 22, f"loss of G against D(G(z)){fixed}", "text", 12.5)
    paper.text(340, 22, "loss of D against", "text", 12.5)
    legend(paper, 462, 22, [("D(x)", "series0")])
    legend(paper, 536, 22, [("D(G(z))", "series1")])
    paper.text(298, 214, "D", "text", 12.5, "end")
    paper.text(602, 214, "D", "text", 12.5, "end")
    paper.text(340, 214, "the other one at 0")
    return paper


for _tag in ADVERSARIAL.entries:
    draws(f"adversarial_loss/{_tag}")(functools.partial(adversarial, _tag))


# ----------------------------------------------------------------------------------- slopes

SLOPES = np.linspace(0, 2.5, 51)


class Slanted:
    """A discriminator of the same slope everywhere, which notes where it is asked."""

    def __init__(self, slope: float) -> None:
        self.slope = torch.tensor([0.6, 0.8]) * slope
        self.asked = torch.zeros(0, 2)

    def __call__(self, examples: Tensor) -> Tensor:
        """Return the logits ``(batch, 1)``."""
        self.asked = torch.cat([self.asked, examples.detach()])
        return examples @ self.slope[:, None]


def slope_penalty(tag: str) -> Paper:
    """Draw where a penalty looks, and what it is for each slope."""
    cls = PENALTIES.get(tag)
    both = (
        [("two", "series0"), ("one", "series1")]
        if "sides" in cls.__struct_fields__
        else [("", "series0")]
    )
    points = normal(22, 2) * 0.45 + torch.tensor([1.3, 0.9])
    fakes = normal(22, 2, seed=3) * 0.5 - torch.tensor([1.3, 0.6])
    paper = Paper(214)
    plane = Plot(paper, 24, 28, 190, 142, (-3, 3), (-2.2, 2.2), axes=False)
    paper.rect(24, 28, 190, 142, "none", "border", radius=3)
    top = 0.0
    curves = []
    for side, color in both:
        made = PENALTIES.make(tag, {"sides": side} if side else {})
        values = []
        for slope in SLOPES.tolist():
            judge = Slanted(slope)
            torch.manual_seed(SEED)
            seen = []
            for examples in (points, fakes):
                held = examples.clone().requires_grad_()
                seen.append(Seen(held, held @ judge.slope[:, None]))
            values.append(float(made.found(judge, *seen).value))
        looked = {"real": points, "fake": fakes}.get(cls.looks_at, judge.asked)
        curves.append((values, color))
        top = max(top, *values)
    for places, color in ((points, "series0"), (fakes, "series1")):
        paper.dots([(plane.right(x), plane.above(y)) for x, y in places.tolist()], 2.6, color, 0.75)
    for x, y in looked.clamp(-2.15, 2.15).tolist():
        paper.dot(plane.right(x), plane.above(y), 4.6, "none", stroke="text")
    paper.dot(30, 188, 3, "series0")
    paper.text(38, 192, "real", "text")
    paper.dot(76, 188, 3, "series1")
    paper.text(84, 192, "G(z)", "text")
    paper.dot(126, 188, 4.6, "none", stroke="text")
    paper.text(136, 192, "looked at", "text")
    rungs = (0, 1, 2, 3)
    plot = Plot(
        paper, 276, 28, 320, 142, (0, 2.5), (0, min(top, 3.2) * 1.05), (0, 0.5, 1, 1.5, 2, 2.5),
        [r for r in rungs if r < top], "‖∇D‖", "penalty without its weight",
    )  # fmt: skip
    for (values, color), (side, _) in zip(curves, both, strict=True):
        plot.curve(SLOPES, values, color, 2.2, "5 4" if side == "one" else "")
    if len(both) > 1:
        legend(paper, 300, 48, [("two-sided", "series0"), ("one-sided", "series1")])
    return paper


for _tag in ("gradient_penalty", "r1", "r2", "zero_centred", "dragan"):
    draws(f"penalty/{_tag}")(functools.partial(slope_penalty, _tag))


@draws("penalty/consistency")
def consistency() -> Paper:
    """Draw an image, and changed ones that are to be judged alike."""
    made = Consistency()
    torch.manual_seed(SEED)
    changed = made._changed(garment().expand(3, -1, -1, -1))
    paper = Paper(172)
    picture(paper, 14, 26, 4, garment()[0], "x")
    for index in range(3):
        picture(paper, 154 + index * 98, 40, 3, changed[index, 0], "T(x)")
    onward(paper, 446, 82, length=28)
    paper.box(480, 56, 128, 52, "(D(x) − D(T(x)))²")
    return paper


@draws("penalty/weight_clipping")
def clipping() -> Paper:
    """Draw how weights lie before and after."""
    weights = normal(10_000) * 0.012
    after = weights.clone()
    made = WeightClipping()
    made.hold(after)
    paper = Paper(206)
    for index, (values, words) in enumerate(
        ((weights, "before"), (after, f"after, c = {made.bound:g}"))
    ):
        plot = Plot(
            paper, 24 + index * 304, 30, 268, 132, (-0.04, 0.04), (0, 1.05), (-0.03, -0.01, 0.01, 0.03),
            (), "w", words,
        )  # fmt: skip
        plot.histogram(plain(values), f"series{index}", 81)
    return paper


@draws("penalty/spectral_norm")
def spectral() -> Paper:
    """Draw the singular values of a layer's weights before and after."""
    bare = layer("linear", (24,), units=16)
    normed = layer("linear", (24,), units=16, norm="spectral").train()
    with torch.no_grad():
        for _ in range(30):
            normed(normal(2, 24))
        rows = [
            torch.linalg.svdvals(m.get_parameter("weight") if m is bare else _weight(m))
            for m in (bare, normed)
        ]
    paper = Paper(200)
    for index, (values, words) in enumerate(zip(rows, ("W", "W / σ(W)"), strict=True)):
        plot = Plot(
            paper, 44 + index * 304, 32, 250, 130, (0, 16), (0, 1.3), (), (0, 0.5, 1), "", words
        )
        paper.bars(
            44 + index * 304,
            plot.above(1.3),
            250,
            130,
            plain(values),
            f"series{index}",
            top=1.3,
            low=0,
        )
        plot.curve([0, 16], [1, 1], "text", 1.2, "4 3")
        paper.text(169 + index * 304, 180, "16 singular values", anchor="middle")
    return paper


def _weight(module: nn.Module) -> Tensor:
    found = module.weight
    assert isinstance(found, Tensor)
    return found
