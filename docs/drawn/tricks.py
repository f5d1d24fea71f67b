"""What tricks of GANs change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from drawn.paper import Paper, draws
from drawn.plots import Plot, legend
from drawn.real import SEED, garment, normal, plain
from drawn.scenes import onward, picture, vector
from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.tricks.base import TRICKS, Judge, Now, Player
from engine.adversarial.tricks.players import Unrolled

NOTHING: Mapping[str, Tensor] = {}


@draws("trick/label_smoothing")
def label_smoothing() -> Paper:
    """Draw the discriminator's loss against the logit of a real example, with and without."""
    made = TRICKS.make("label_smoothing", {})
    loss = ADVERSARIAL.make("non_saturating", {})
    logits = torch.linspace(-3, 7, 201)
    paper = Paper(214)
    plot = Plot(
        paper,
        44,
        30,
        552,
        140,
        (-3, 7),
        (0, 4),
        (-2, 0, 2, 4, 6),
        (0, 1, 2, 3, 4),
        "D(x)",
        "loss of real examples",
    )
    for label, color in ((1.0, "series0"), (made.label(), "series1")):
        nothing = torch.full((1,), -50.0)
        values = [float(loss.discriminator(t[None], nothing, label)) for t in logits]
        plot.curve(plain(logits), values, color, 2.2)
        best = int(np.argmin(values))
        if best < len(values) - 1:
            plot.mark(float(logits[best]), values[best], color, 4.5)
    legend(paper, 440, 48, [("label 1", "series0"), (f"label {made.label():g}", "series1")])
    return paper


@draws("trick/instance_noise")
def instance_noise() -> Paper:
    """Draw what the discriminator sees as the noise fades."""
    made = TRICKS.make("instance_noise", {"sd": 0.5})
    torch.manual_seed(SEED)
    paper = Paper(166)
    for index, step in enumerate((0, 1500, 3000, 5000)):
        seen = made.seen(garment()[None], Now(step, NOTHING))[0, 0].clamp(0, 1)
        picture(paper, 40 + index * 146, 12, 4, seen, f"step {step:,}", low=0, high=1)
    return paper


@draws("trick/diff_augment")
def diff_augment() -> Paper:
    """Draw images, real and generated, as the discriminator sees them."""
    made = TRICKS.make("diff_augment", {})
    torch.manual_seed(SEED)
    real = garment() * 2 - 1
    paper = Paper(170)
    picture(paper, 14, 22, 4, garment()[0], "")
    end = onward(paper, 138, 78, length=34)
    seen = (made.seen(real.expand(4, -1, -1, -1), Now(0, NOTHING)) + 1) / 2
    for index in range(4):
        picture(
            paper, end + 14 + index * 108, 29, 3.5, seen[index, 0].clamp(0, 1), "", low=0, high=1
        )
    return paper


@draws("trick/adaptive_augment")
def adaptive_augment() -> Paper:
    """Draw images for several probabilities, each by what the trick remembers."""
    made = TRICKS.make("adaptive_augment", {})
    paper = Paper(204)
    for row, p in enumerate((0.1, 0.8)):
        torch.manual_seed(SEED)
        memory = {**made.begin({"discriminator": torch.zeros(1)}), "p": torch.tensor(p)}
        seen = made.seen((garment() * 2 - 1).expand(4, -1, -1, -1), Now(0, memory))
        seen = ((seen + 1) / 2).clamp(0, 1)
        paper.text(66, 58 + row * 98, f"p = {p}", "text", 13, "middle")
        for index in range(4):
            picture(paper, 138 + index * 104, 10 + row * 98, 3, seen[index, 0], "", low=0, high=1)
    return paper


@draws("trick/truncation")
def truncation() -> Paper:
    """Draw how latents lie for several thresholds."""
    drawn = normal(20_000)
    paper = Paper(206)
    for index, threshold in enumerate((2.0, 1.0, 0.5)):
        made = TRICKS.make("truncation", {"threshold": threshold})
        plot = Plot(
            paper, 14 + index * 204, 30, 184, 132, (-3, 3), (0, 1.05), (-2, 0, 2), (), "z",
            f"ψ = {threshold:g}",
        )  # fmt: skip
        plot.histogram(plain(drawn), "muted", 60)
        plot.histogram(plain(made.latents(drawn, "normal")), "series0", 60)
    return paper


@draws("trick/top_k")
def top_k() -> Paper:
    """Draw of how many examples of a batch the generator learns."""
    made = TRICKS.make("top_k", {})
    steps = np.arange(0, 50_001, 250)
    counts = [made.counted(64, Now(int(step), NOTHING)) for step in steps]
    paper = Paper(214)
    plot = Plot(
        paper, 44, 30, 552, 140, (0, 50_000), (0, 68), (0, 10_000, 20_000, 30_000, 40_000, 50_000),
        (0, 16, 32, 48, 64), "step", "k of 64",
    )  # fmt: skip
    plot.curve(steps, counts, "series0", 2.2)
    return paper


@draws("trick/packing")
def packing() -> Paper:
    """Draw packs of two as the discriminator gets them."""
    made = TRICKS.make("packing", {})
    paper = Paper(206)
    rows = (((9, 0), (5, 0)), ((9, 0), (9, 0)))
    for row, kinds in enumerate(rows):
        top = 8 + row * 98
        for index, (kind, which) in enumerate(kinds[: made.packed()]):
            picture(paper, 100 + index * 92, top, 3, garment(kind, which)[0])
        paper.text(50, top + 46, "real" if row == 0 else "G(z)", "text", 13, "middle")
        end = onward(paper, 298, top + 42, length=40)
        paper.box(end + 8, top + 18, 96, 48, "D", "series1", f"{made.packed()}×28×28")
        onward(paper, end + 112, top + 42, length=36)
        paper.text(end + 158, top + 46, "one logit", "text", 12.5)
    return paper


# ----------------------------------------------------------------------------------- judges


class Small:
    """A discriminator of points on a line: a hidden layer of tanh."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._weights = dict(weights)

    @classmethod
    def drawn(cls) -> Small:
        """A fresh one."""
        shapes = {"a": (1, 12), "b": (12,), "c": (12, 1)}
        return cls(
            {n: normal(*s, seed=i + 4).requires_grad_() for i, (n, s) in enumerate(shapes.items())}
        )

    def __call__(self, examples: Tensor) -> Tensor:
        """Return logits ``(batch, 1)``."""
        return self.features(examples, "") @ self._weights["c"] * 0.4

    def features(self, examples: Tensor, node: str) -> Tensor:
        """Return what flows into the last layer."""
        return (examples @ self._weights["a"] * 1.2 + self._weights["b"]).tanh()

    def parameters(self) -> dict[str, Tensor]:
        """Return its weights by name."""
        return self._weights

    def with_parameters(self, weights: Mapping[str, Tensor]) -> Judge:
        """Return the same with other weights."""
        return Small(weights)


@draws("trick/unrolled")
def unrolled() -> Paper:
    """Draw a discriminator on a line, and what it will be some steps later."""
    loss = ADVERSARIAL.make("non_saturating", {})
    judge = Small.drawn()
    real, fake = normal(30, 1) * 0.25 + 1.5, normal(30, 1, seed=2) * 0.2 - 1.0
    line = torch.linspace(-3, 3, 121)[:, None]
    paper = Paper(220)
    curves = []
    for steps in (0, 1, 2, 4, 8):
        ahead: Judge = judge
        if steps:
            trick = Unrolled(steps=steps, rate=0.5)
            ahead = trick.foresee(judge, lambda j: loss.discriminator(j(real), j(fake)))
        curves.append((steps, plain(ahead(line))[:, 0]))
    high = max(float(c.max()) for _, c in curves) + 0.3
    low = min(float(c.min()) for _, c in curves) - 0.6
    plot = Plot(paper, 40, 26, 560, 150, (-3, 3), (low, high), (-2, 0, 2), (-2, 0, 2), "x", "D(x)")
    for index, (_steps, values) in enumerate(curves):
        paper.line(
            [(plot.right(float(x)), plot.above(float(y))) for x, y in zip(line[:, 0], values, strict=True)],
            "series0", 2.4 if index in (0, 4) else 1.3, (0.45, 0.45, 0.6, 0.8, 1.0)[index],
            "5 4" if index == 0 else "",
        )  # fmt: skip
    for places, color in ((real, "series2"), (fake, "series1")):
        paper.dots(
            [(plot.right(float(x)), plot.above(low + 0.3)) for x in places[:, 0]], 3, color, 0.8
        )
    legend(paper, 64, 44, [("real", "series2"), ("G(z)", "series1")])
    paper.text(64, 82, "k = 0 (dashed), 1, 2, 4, 8", "text")
    return paper


@draws("trick/feature_matching")
def feature_matching() -> Paper:
    """Draw the mean features of real and generated points, and their distance."""
    made = TRICKS.make("feature_matching", {})
    judge = Small.drawn()
    real, fake = normal(200, 1) * 0.6 + 1.2, normal(200, 1, seed=2) * 0.3 - 0.4
    with torch.no_grad():
        distance = float(made.goal(torch.zeros(()), judge, real, fake))
        means = [judge.features(x, "").mean(0) for x in (real, fake)]
    paper = Paper(210)
    for row, (name, mean, color) in enumerate(
        (("x", means[0], "series2"), ("G(z)", means[1], "series1"))
    ):
        top = 22 + row * 92
        paper.box(16, top + 6, 84, 44, name, color)
        end = onward(paper, 104, top + 28, length=28)
        paper.box(end + 6, top + 6, 120, 44, "D", "muted", "but its last layer")
        end = onward(paper, end + 130, top + 28, length=28)
        vector(
            paper, end + 14, top + 2, 150, 52, mean, "mean of features" if row else "", 1.0, -1.0
        )
    paper.arrow([(474, 50), (504, 82)])
    paper.arrow([(474, 142), (504, 112)])
    paper.text(512, 102, f"‖Δ‖² = {distance:.2f}", "text", 13)
    return paper


@draws("trick/historical_averaging")
def historical_averaging() -> Paper:
    """Draw the way of two players of x · y, with and without."""
    paper = Paper(216)
    made = TRICKS.make("historical_averaging", {"weight": 0.5})
    for index, pulled in enumerate((False, True)):
        plot = Plot(paper, 60 + index * 280, 26, 220, 160, (-2.75, 2.75), (-2, 2))
        path = _duel(made if pulled else None)
        inside = [(plot.right(x), plot.above(y)) for x, y in path if abs(x) < 2.7 and abs(y) < 2]
        paper.line(inside, "series0" if pulled else "series1", 1.6)
        paper.dot(*inside[0], 4, "text")
        paper.text(60 + index * 280, 18, "λ = 0.5" if pulled else "λ = 0", "text", 12.5)
        paper.text(280 + index * 280, 204, "min over x, max over y: x · y", anchor="end")
    return paper


def _duel(made: object) -> list[tuple[float, float]]:
    players = {
        "x": torch.tensor([1.0], requires_grad=True),
        "y": torch.tensor([0.6], requires_grad=True),
    }
    trick = made if made is not None else TRICKS.make("packing", {})
    memory = trick.begin(players)  # type: ignore[attr-defined]
    path = [(1.0, 0.6)]
    for step in range(300):
        now = Now(step, memory)
        game = (players["x"] * players["y"]).sum()
        losses = {"x": game, "y": -game}
        grads = {}
        for name, weight in players.items():
            parts: Callable[[Tensor], Mapping[str, Tensor]] = lambda flat: {"w": flat}  # noqa: E731
            strain = trick.strain(Player(name, {"w": weight}, parts), now)  # type: ignore[attr-defined]
            loss = losses[name] if strain is None else losses[name] + strain
            (grads[name],) = torch.autograd.grad(loss, weight, retain_graph=True)
        with torch.no_grad():
            for name, weight in players.items():
                weight -= 0.06 * grads[name]
        trick.after_step({n: w.detach() for n, w in players.items()}, now)  # type: ignore[attr-defined]
        path.append((float(players["x"].detach()), float(players["y"].detach())))
    return path
