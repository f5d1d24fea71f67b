"""Recurrent layers and attention, after a short training on a task that needs them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from drawn.convolutions import seen
from drawn.paper import Paper, draws
from drawn.real import SEED, layer, normal, plain
from drawn.scenes import onward, picture, shape_of
from engine.compute.attending import cross_weights, self_weights
from engine.compute.gates import trace
from engine.layers.base import Shape

STEPS, UNITS = 28, 6


def held(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return values with marks ``(count, steps, 2)``, and the value at the last mark ``(count, steps, 1)``."""
    values = torch.rand(count, STEPS, 1, generator=generator) * 2 - 1
    marks = (torch.rand(count, STEPS, 1, generator=generator) < 0.14).float()
    marks[:, 1] = 1
    last = torch.cummax(marks * torch.arange(1, STEPS + 1)[:, None], 1).values.long()
    known = torch.cat([torch.zeros(count, 1, 1), values], 1)
    return torch.cat([values, marks], 2), known.gather(1, last)


@functools.cache
def trained(tag: str) -> tuple[nn.Module, nn.Module]:
    """Return a recurrent layer and a readout that learned to keep the value at the last mark."""
    module = layer(tag, (STEPS, 2), units=UNITS, returns="sequence")
    readout = nn.Linear(UNITS, 1)
    generator = torch.Generator().manual_seed(SEED)
    optimiser = torch.optim.Adam([*module.parameters(), *readout.parameters()], 0.02)
    for _ in range(500):
        x, y = held(64, generator)
        loss = (readout(module(x)) - y).square().mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return module, readout


GATES = {
    "lstm": (("i", "f", "o"), ("g", "c", "h")),
    "gru": (("r", "z"), ("n", "h")),
    "rnn": (("h",), ()),
}


def recurrent(tag: str) -> Paper:
    """Draw a sequence, what goes on inside step by step, and what is read out."""
    module, readout = trained(tag)
    x, y = held(1, torch.Generator().manual_seed(23))
    values = trace(module.core, x)[0].values  # type: ignore[arg-type]
    answers = seen(readout, values["h"])
    paper = Paper(214)
    cell = 6.5
    width = cell * STEPS
    picture(paper, 14, 24, cell, x[0].T[:1], "", True)
    picture(paper, 14, 24 + cell + 4, cell, x[0].T[1:], low=0)
    paper.text(14, 16, f"x: {shape_of(x)} — value, mark", "text")
    top, tall = 82, 92
    scale = tall / 2.4
    paper.rect(14, top, width, tall, "none", "border", radius=3)
    paper.line([(14, top + tall / 2), (14 + width, top + tall / 2)], "border_strong", 0.8)
    for series, color, thick in ((y, "muted", 3.2), (answers, "series2", 1.7)):
        points = []
        for step, value in enumerate(plain(series[0, :, 0]).tolist()):
            up = top + tall / 2 - value * scale
            points += [(14 + step * cell, up), (14 + (step + 1) * cell, up)]
        paper.line(points, color, thick, 0.5 if color == "muted" else 1)
    paper.text(14, top - 7, "value at the last mark, and answer", "text")
    paper.text(14 + width / 2, top + tall + 17, "28 steps", anchor="middle")
    onward(paper, 208, 100, length=26)
    for column, names in enumerate(GATES[tag]):
        for row, name in enumerate(names):
            left, upper = 244 + column * 190, 24 + row * 66
            grid = values[name][0].T
            side = cell if len(values) > 1 else 2 * cell
            gate = name in "ifozr"
            high = 1.0 if name != "c" else float(grid.abs().max())
            if gate:
                picture(paper, left, upper, side, grid, "", low=0, high=1)
            else:
                picture(paper, left, upper, side, grid, "", True, high)
            paper.text(left, upper - 8, name, "text", 13, bold=True)
            paper.text(left + side * STEPS, upper - 8, f"{STEPS}×{UNITS}", anchor="end")
    return paper


for _tag in GATES:
    draws(f"layer/{_tag}")(functools.partial(recurrent, _tag))

# ----------------------------------------------------------------------------------- attention

TOKENS, LENGTH, FEATURES = 8, 8, 16


class Reader(nn.Module):
    """Tokens, their places, an attention, and a guess of a token at every step."""

    def __init__(self, attention: nn.Module, cross: bool) -> None:
        super().__init__()
        self.attention, self.cross = attention, cross
        self.tokens = layer("embedding", Shape((LENGTH,), "index", TOKENS), features=FEATURES)
        self.places = layer("sinusoidal_positions", (LENGTH, FEATURES))
        self.leave = nn.Linear(FEATURES, TOKENS)

    def read(self, x: Tensor) -> tuple[Tensor, ...]:
        """What the attention gets."""
        known: Tensor = self.places(self.tokens(x))
        return (self.places(torch.zeros_like(known)), known) if self.cross else (known,)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(batch, steps, tokens)``."""
        found: Tensor = self.leave(self.attention(*self.read(x)))
        return found


def taught(
    attention: Callable[[], nn.Module], wanted: Callable[[Tensor], Tensor], cross: bool = False
) -> Reader:
    """Return a reader that learned to answer with other tokens of the same sequence."""
    torch.manual_seed(SEED)
    reader = Reader(attention(), cross)
    generator = torch.Generator().manual_seed(SEED)
    optimiser = torch.optim.Adam(reader.parameters(), 0.01)
    for _ in range(400):
        x = torch.randint(TOKENS, (64, LENGTH), generator=generator)
        loss = nn.functional.cross_entropy(reader(x).transpose(1, 2), wanted(x))
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return reader


def backwards(x: Tensor) -> Tensor:
    """The sequence from its end."""
    return x.flip(1)


def before(x: Tensor) -> Tensor:
    """The sequence a step later; the first token stays."""
    return torch.cat([x[:, :1], x[:, :-1]], 1)


EXAMPLE = torch.tensor([[0, 1, 2, 3, 4, 5, 6, 7]])
LETTERS = "abcdefgh"


def letters(
    paper: Paper, x: float, y: float, tokens: Sequence[int], down: bool, cell: float
) -> None:
    """Write tokens as letters beside a map."""
    for index, token in enumerate(tokens):
        at = (x, y + (index + 0.5) * cell + 4) if down else (x + (index + 0.5) * cell, y)
        paper.text(*at, LETTERS[token], "text", 12.5, "middle")


def looks(paper: Paper, x: float, weights: Tensor, answers: Tensor, words: str) -> None:
    """Draw where each answer looks."""
    cell = 18
    picture(paper, x, 28, cell, weights, words, low=0, high=1, color="accent")
    letters(paper, x, 20, EXAMPLE[0].tolist(), False, cell)
    letters(paper, x - 13, 28, answers[0].tolist(), True, cell)


@draws("layer/self_attention")
def self_attention() -> Paper:
    """Draw where a trained attention looks: for the sequence backwards, and causal for the token before."""
    paper = Paper(206)
    for index, (wanted, causal) in enumerate(((backwards, False), (before, True))):
        attention = functools.partial(
            layer, "self_attention", (LENGTH, FEATURES), heads=1, causal=causal
        )
        reader = taught(attention, wanted)
        with torch.no_grad():
            (known,) = reader.read(EXAMPLE)
            weights = self_weights(reader.attention, known)[0, 0]  # type: ignore[arg-type]
            answers = reader(EXAMPLE).argmax(-1)
        looks(paper, 40 + index * 302, weights, answers, f"softmax(QKᵀ / √{FEATURES}): 8×8")
        words = ("output: backwards", "output: one before,", "causal")
        for line, text in enumerate(words[:1] if index == 0 else words[1:]):
            paper.text(194 + index * 302, 92 + 18 * line, text, "text")
        paper.text(194 + index * 302, 132, f"x: {LENGTH}×{FEATURES}")
    return paper


@draws("layer/cross_attention")
def cross_attention() -> Paper:
    """Draw where a trained attention looks in another sequence."""
    reader = taught(
        lambda: layer("cross_attention", (LENGTH, FEATURES), (LENGTH, FEATURES), heads=1),
        backwards,
        True,
    )
    with torch.no_grad():
        query, known = reader.read(EXAMPLE)
        weights = cross_weights(reader.attention, query, known)[0, 0]  # type: ignore[arg-type]
        answers = reader(EXAMPLE).argmax(-1)
    paper = Paper(206)
    paper.box(20, 30, 150, 48, "query", below=f"{LENGTH}×{FEATURES}")
    paper.box(20, 122, 150, 48, "memory", "series1", f"{LENGTH}×{FEATURES}")
    paper.arrow([(176, 54), (256, 84)])
    paper.arrow([(176, 146), (256, 116)])
    paper.text(226, 54, "Q", "text", 13, "middle")
    paper.text(226, 158, "K, V", "text", 13, "middle")
    looks(paper, 300, weights, answers, "softmax(QKᵀ / √d)")
    onward(paper, 456, 100, length=36)
    picture(
        paper, 506, 64, 6, seen(reader.attention, query, known)[0], f"{LENGTH}×{FEATURES}", True
    )
    return paper


@draws("layer/sinusoidal_positions")
def sines() -> Paper:
    """Draw what is added to every step, and how alike the places are."""
    steps, features = 40, 24
    table = seen(layer("sinusoidal_positions", (steps, features)), torch.zeros(1, steps, features))[
        0
    ]
    return _places(table)


@draws("layer/learned_positions")
def learned() -> Paper:
    """Draw what is added after a short training in which the answer depends on the place."""
    steps, features = 40, 24
    module = layer("learned_positions", (steps, features))
    torch.manual_seed(SEED)
    readout = nn.Linear(features, 3)
    t = torch.arange(steps) / steps * 2 * np.pi
    wanted = torch.stack([t.sin(), t.cos(), (2 * t).sin()], 1)[None]
    optimiser = torch.optim.Adam([*module.parameters(), *readout.parameters()], 0.01)
    for _ in range(150):
        x = torch.zeros(1, steps, features)
        loss = (readout(module(x)) - wanted).square().mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return _places(seen(module, torch.zeros(1, steps, features))[0])


def _places(table: Tensor) -> Paper:
    steps, features = table.shape
    paper = Paper(196)
    picture(paper, 46, 12, 6, table.T, f"step 0 … {steps - 1}", True)
    paper.text(36, 84, f"{features} features", anchor="middle", turn=True)
    unit = table / table.norm(dim=1, keepdim=True)
    picture(paper, 400, 12, 3.6, unit @ unit.T, "step × step: cos", True, 1.0)
    return paper


# ----------------------------------------------------------------------------------- blocks


def block(tag: str, memory: bool) -> Paper:
    """Draw the parts of a block, and which steps each result depends on, by autograd."""
    paper = Paper(222)
    parts = ["Attention", "MLP"] if not memory else ["Attention", "Cross", "MLP"]
    left = 34.0
    paper.text(left - 16, 96, "x", "text", 13, "middle")
    for index, part in enumerate(parts):
        start = left
        end = onward(paper, left, 92, length=16)
        paper.box(end, 74, 42, 36, "LN", "muted")
        end = onward(paper, end + 44, 92, length=14)
        wide = 74 if part != "MLP" else 50
        paper.box(end, 66, wide, 52, part, "series0" if part != "MLP" else "series2")
        end = onward(paper, end + wide + 2, 92, length=14)
        paper.dot(end + 9, 92, 9, "surface", stroke="muted")
        paper.text(end + 9, 97, "+", "text", 14, "middle")
        paper.arrow([(start + 4, 92), (start + 4, 42), (end + 9, 42), (end + 9, 82)])
        if part == "Cross":
            middle = end - wide / 2 - 16
            paper.arrow([(middle, 156), (middle, 122)])
            paper.text(middle, 172, "memory", "series1", 12.5, "middle")
        left = end + 20
        del index
    end = onward(paper, left, 92, length=14)
    paper.text(end + 10, 96, "y", "text", 13, "middle")
    if not memory:
        for index, causal in enumerate((False, True)):
            module = layer(tag, (6, 8), heads=2, width=16, causal=causal).eval()
            picture(
                paper, 430 + index * 98, 60, 13, _seen_steps(module), "causal" if causal else "",
                color="accent", low=0, high=2,
            )  # fmt: skip
        paper.text(430, 50, "y[t] sees x[s]", "text")
    return paper


def _seen_steps(module: nn.Module) -> Tensor:
    x = normal(1, 6, 8).requires_grad_()
    y = module(x)
    rows = [
        torch.autograd.grad(y[0, t].square().sum(), x, retain_graph=True)[0][0].norm(dim=1)
        for t in range(6)
    ]
    return (torch.stack(rows) > 1e-9).float()


draws("layer/transformer_encoder")(functools.partial(block, "transformer_encoder", False))
draws("layer/transformer_decoder")(functools.partial(block, "transformer_decoder", True))
