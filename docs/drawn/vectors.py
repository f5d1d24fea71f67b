"""Ends of networks, dense layers, and layers in which several wires meet."""

from __future__ import annotations

import functools

import torch

from drawn.convolutions import seen, waves
from drawn.paper import Paper, draws
from drawn.plots import Plot, legend
from drawn.real import SEED, garment, layer, normal, plain
from drawn.scenes import onward, picture, shape_of, signal, vector
from engine.compute.network import draw_latents
from engine.layers.base import Shape
from engine.layers.ends import Noise

# ----------------------------------------------------------------------------------- ends


@draws("layer/input")
def input_() -> Paper:
    """Draw what may flow in: an image, a row of a table, a signal."""
    paper = Paper(168)
    picture(paper, 20, 8, 4, garment()[0], "1×28×28")
    vector(paper, 152, 14, 100, 100, normal(1, 6)[0], "6")
    signal(paper, 274, 10, 140, 108, plain(waves()[0, 1]), words="1×48")
    paper.arrow([(424, 64), (462, 64)], "muted", 1.8)
    paper.box(468, 38, 130, 52, "Input", below="batch × shape")
    return paper


@draws("layer/output")
def output() -> Paper:
    """Draw what may leave: an image, numbers by class."""
    paper = Paper(168)
    paper.box(20, 38, 130, 52, "Output", below="batch × shape")
    paper.arrow([(156, 64), (194, 64)], "muted", 1.8)
    logits = normal(1, 10, seed=4)[0]
    vector(paper, 210, 14, 180, 100, logits, "10: logits")
    picture(paper, 428, 8, 4, garment()[0], "1×28×28: image")
    return paper


@draws("layer/noise")
def noise() -> Paper:
    """Draw how latents of each distribution lie in the plane."""
    paper = Paper(186)
    for index, kind in enumerate(("normal", "truncated_normal", "uniform", "sphere")):
        latent = Noise(size=2, distribution=kind)  # type: ignore[arg-type]
        drawn = draw_latents(latent, 180, torch.Generator().manual_seed(SEED))
        plot = Plot(paper, 12 + index * 152, 10, 140, 140, (-3.2, 3.2), (-3.2, 3.2))
        points = [(plot.right(x), plot.above(y)) for x, y in plain(drawn).clip(-3.1, 3.1).tolist()]
        paper.dots(points, 1.7, "series0", 0.75)
        paper.text(82 + index * 152, 172, kind.replace("_", " "), "text", anchor="middle")
    return paper


@draws("layer/label")
def label() -> Paper:
    """Draw a class that is told to a network as a vector."""
    table = layer("embedding", Shape((), "index", 10), features=12)
    paper = Paper(150)
    for index in range(10):
        here = index == 3
        paper.rect(20 + index * 24, 50, 22, 26, "accent" if here else "hover", "border", radius=3)
        paper.text(31 + index * 24, 68, str(index), "on_accent" if here else "muted", 12, "middle")
    paper.text(140, 98, "c = 3", "text", 12.5, "middle")
    onward(paper, 272, 63, length=30)
    paper.box(308, 40, 120, 46, "Embedding")
    onward(paper, 434, 63, length=30)
    vector(paper, 484, 26, 120, 74, seen(table, torch.tensor([3]))[0], "12")
    return paper


# ----------------------------------------------------------------------------------- dense


@draws("layer/linear")
def linear() -> Paper:
    """Draw x, W, b and y, with the real products."""
    module = layer("linear", (8,), units=5)
    x = normal(1, 8)
    y = seen(module, x)
    paper = Paper(186)
    vector(paper, 20, 34, 120, 90, x[0], "x: 8")
    weight = module.get_parameter("weight").detach()
    paper.text(160, 84, "W", "text", 14, bold=True)
    picture(paper, 182, 35, 18, weight, "5×8", True)
    paper.text(346, 84, "+", "text", 16)
    picture(paper, 372, 35, 18, module.get_parameter("bias").detach()[:, None], "b: 5", True)
    onward(paper, 408, 79, length=36)
    vector(paper, 464, 34, 110, 90, y[0], "y: 5")
    return paper


@draws("layer/bilinear")
def bilinear() -> Paper:
    """Draw two vectors and the table of weights of one unit."""
    module = layer("bilinear", (6,), (4,), units=3)
    x, z = normal(1, 6), normal(1, 4, seed=2)
    y = seen(module, x, z)
    paper = Paper(204)
    vector(paper, 20, 20, 110, 56, x[0], "x: 6")
    vector(paper, 20, 120, 110, 56, z[0], "z: 4")
    paper.arrow([(144, 48), (196, 82)])
    paper.arrow([(144, 148), (196, 112)])
    weight = module.get_parameter("weight").detach()
    for unit in range(3):
        picture(paper, 210 + unit * 84, 43, 16, weight[unit], f"W{'₁₂₃'[unit]} 6×4", True)
    onward(paper, 462, 96, length=32)
    vector(paper, 512, 54, 80, 80, y[0], "y: 3")
    return paper


@draws("layer/embedding")
def embedding() -> Paper:
    """Draw the table and the rows that are looked up."""
    module = layer("embedding", Shape((4,), "index", 9), features=12)
    tokens = [2, 7, 2, 5]
    y = seen(module, torch.tensor([tokens]))
    paper = Paper(206)
    for index, token in enumerate(tokens):
        paper.rect(22, 40 + index * 28, 30, 24, "hover", "border_strong", radius=3)
        paper.text(37, 57 + index * 28, str(token), "text", 12.5, "middle")
    paper.text(37, 172, "4", anchor="middle")
    picture(paper, 172, 10, 18, module.get_parameter("weight").detach(), "table 9×12", True)
    colors = {2: "accent", 7: "series2", 5: "series3"}
    for row in range(9):
        paper.text(162, 23 + row * 18, str(row), colors.get(row, "muted"), 11.5, "end")
        if row in colors:
            paper.rect(171, 9 + row * 18, 218, 20, "none", colors[row], radius=2)
    for index, token in enumerate(tokens):
        paper.line([(54, 52 + index * 28), (148, 19 + token * 18)], colors[token], 1.3)
    onward(paper, 396, 91, length=24)
    picture(paper, 430, 55, 15, y[0], "4×12", True)
    return paper


@draws("layer/softmax")
def softmax() -> Paper:
    """Draw numbers and the shares that come of them."""
    x = torch.tensor([[1.0, -0.5, 2.5, 0.2, 1.6, -1.5]])
    y = seen(layer("softmax", (6,)), x)
    paper = Paper(178)
    vector(paper, 40, 20, 200, 116, x[0], "x")
    onward(paper, 264, 78, length=60)
    vector(paper, 350, 20, 200, 116, y[0], "y: Σ = 1", top=0.75)
    for index, value in enumerate(y[0].tolist()):
        paper.text(
            367 + index * 33.3, 132 - value / 0.75 * 116, f"{value:.2f}", "text", 11, "middle"
        )
    return paper


@draws("layer/one_hot")
def one_hot() -> Paper:
    """Draw indices and their rows of zeros and a one."""
    tokens = [2, 0, 5, 3]
    y = seen(layer("one_hot", Shape((4,), "index", 6)), torch.tensor([tokens]))
    paper = Paper(160)
    for index, token in enumerate(tokens):
        paper.rect(150, 14 + index * 28, 28, 26, "hover", "border_strong", radius=3)
        paper.text(164, 32 + index * 28, str(token), "text", 12.5, "middle")
        for place, value in enumerate(y[0, index].tolist()):
            paper.rect(
                290 + place * 28,
                14 + index * 28,
                26,
                26,
                "accent" if value else "hover",
                "border",
                radius=3,
            )
            paper.text(
                303 + place * 28,
                32 + index * 28,
                f"{value:g}",
                "on_accent" if value else "muted",
                12,
                "middle",
            )
    paper.text(164, 146, "4", anchor="middle")
    paper.text(374, 146, shape_of(y), anchor="middle")
    onward(paper, 208, 69, length=52)
    return paper


# ----------------------------------------------------------------------------------- merges


def merged(tag: str, sign: str) -> Paper:
    """Draw two images and what a layer makes of them."""
    a, b = garment()[None], garment(1)[None]
    y = seen(layer(tag, (1, 28, 28), (1, 28, 28)), a, b)
    paper = Paper(184)
    picture(paper, 40, 12, 5, a[0, 0], shape_of(a))
    paper.text(204, 88, sign, "text", 20, "middle")
    picture(paper, 230, 12, 5, b[0, 0], shape_of(b))
    onward(paper, 386, 82, length=40)
    picture(paper, 440, 12, 5, y[0, 0], shape_of(y), low=0)
    return paper


draws("layer/add")(functools.partial(merged, "add", "+"))
draws("layer/multiply")(functools.partial(merged, "multiply", "·"))


@draws("layer/concat")
def concat() -> Paper:
    """Draw channels that are put one behind the other."""
    a, b = torch.stack([garment(), garment(1)], 1), garment(0)[None]
    y = seen(layer("concat", (2, 28, 28), (1, 28, 28)), a, b)
    paper = Paper(200)
    for index in range(2):
        picture(paper, 20 + index * 92, 8, 3, a[0, index], "")
    paper.text(204, 54, shape_of(a))
    picture(paper, 20, 104, 3, b[0, 0], "")
    paper.text(112, 150, shape_of(b))
    paper.arrow([(260, 56), (302, 80)])
    paper.arrow([(260, 140), (302, 114)])
    for index in range(3):
        picture(paper, 316 + index * 98, 55, 3, y[0, index], "")
    paper.text(316 + 140, 157, shape_of(y), anchor="middle")
    return paper


@draws("layer/matmul")
def matmul() -> Paper:
    """Draw two tables and their product."""
    a, b = normal(1, 4, 6), normal(1, 6, 5, seed=2)
    y = seen(layer("matmul", (4, 6), (6, 5)), a, b)
    paper = Paper(166)
    picture(paper, 30, 28, 22, a[0], shape_of(a), True)
    paper.text(184, 78, "·", "text", 22, "middle")
    picture(paper, 206, 6, 22, b[0], shape_of(b), True)
    onward(paper, 340, 72, length=44)
    picture(paper, 408, 28, 22, y[0], shape_of(y), True)
    return paper


@draws("layer/film")
def film() -> Paper:
    """Draw an image whose channels are scaled and shifted by what a condition says."""
    x = torch.stack([garment(), garment(0)], 1)
    condition = normal(1, 6, seed=5)
    module = layer("film", (2, 28, 28), (6,))
    with torch.no_grad():
        module.get_parameter("maps.weight").mul_(2.2)
    y = seen(module, x, condition)
    maps = seen(module.get_submodule("maps"), condition)[0]
    paper = Paper(208)
    for index in range(2):
        picture(paper, 14 + index * 92, 8, 3, x[0, index], "")
        picture(paper, 418 + index * 98, 8, 3, y[0, index], "", True, high=1.6)
    paper.text(102, 108, shape_of(x), anchor="middle")
    paper.text(418 + 91, 108, shape_of(y), anchor="middle")
    vector(paper, 24, 132, 130, 44, condition[0], "condition: 6")
    vector(paper, 232, 122, 120, 54, maps, "1 + γ, β: 2 · 2")
    onward(paper, 166, 150, length=54)
    paper.box(232, 26, 120, 48, "γ · x + β")
    paper.arrow([(292, 114), (292, 80)])
    onward(paper, 200, 50, length=28)
    onward(paper, 358, 50, length=50)
    return paper


@draws("layer/projection")
def projection() -> Paper:
    """Draw how a class enters the logit of a discriminator."""
    module = layer("projection", (8,), Shape((), "index", 10))
    x = normal(1, 8, seed=3)
    logits = [float(seen(module, x, torch.tensor([c]))) for c in range(10)]
    paper = Paper(196)
    vector(paper, 20, 16, 120, 64, x[0], "φ: 8")
    paper.box(20, 124, 120, 44, "c", "series1", "label")
    paper.box(206, 26, 120, 44, "w·φ + b")
    paper.box(206, 124, 120, 44, "e(c)·φ", "series1")
    onward(paper, 152, 48, length=46)
    onward(paper, 148, 146, length=50)
    paper.arrow([(160, 60), (200, 128)])
    paper.arrow([(332, 48), (374, 86)])
    paper.arrow([(332, 146), (374, 106)])
    paper.dot(388, 96, 12, "surface", stroke="muted")
    paper.text(388, 101, "+", "text", 15, "middle")
    onward(paper, 404, 96, length=24)
    vector(paper, 446, 46, 154, 96, torch.tensor(logits), "logit for c = 0 … 9")
    return paper


@draws("layer/reroute")
def reroute() -> Paper:
    """Draw a wire with a bend."""
    paper = Paper(130)
    paper.box(40, 14, 120, 42, "Linear")
    paper.box(460, 74, 120, 42, "ReLU", "series1")
    paper.line([(160, 35), (310, 35), (310, 95)], "wire", 2.2)
    paper.arrow([(310, 95), (458, 95)], "wire", 2.2)
    paper.dot(310, 35, 7, "surface", stroke="accent")
    paper.dot(310, 35, 3.5, "accent")
    paper.text(324, 31, "x → x", "text", 12.5)
    return paper


@draws("layer/unknown")
def unknown() -> Paper:
    """Draw a place in a network that nobody can compute."""
    paper = Paper(120)
    paper.box(60, 38, 120, 44, "Linear")
    paper.rect(250, 34, 120, 52, "none", "bad", radius=5)
    paper.text(310, 67, "?", "bad", 22, "middle", bold=True)
    paper.box(440, 38, 120, 44, "Output")
    onward(paper, 186, 60, length=58)
    paper.line([(376, 60), (434, 60)], "bad", 1.6, dashes="4 4")
    return paper


# ----------------------------------------------------------------------------------- chance


@draws("layer/reparameterise")
def reparameterise() -> Paper:
    """Draw means, deviations and where latents lie for the same example."""
    x = torch.tensor([[0.8, -0.6, -1.2, 0.3]])
    module = layer("reparameterise", (4,)).train()
    torch.manual_seed(SEED)
    z = seen(module, x.expand(300, -1))
    paper = Paper(196)
    vector(paper, 24, 30, 110, 90, x[0], "μ₁ μ₂ · ln σ₁² ln σ₂²")
    onward(paper, 160, 76, length=30)
    paper.box(198, 52, 150, 48, "z = μ + σ · ε", below="")
    paper.text(273, 122, "ε ∼ N(0, 1)", anchor="middle")
    onward(paper, 356, 76, length=30)
    plot = Plot(paper, 410, 8, 180, 150, (-3, 4), (-3.6, 2.8))
    points = [(plot.right(a), plot.above(b)) for a, b in plain(z).clip(-3, 2.8).tolist()]
    paper.dots(points, 1.7, "series0", 0.6)
    plot.mark(0.8, -0.6, "series1", 4.5)
    legend(paper, 410, 182, [("μ", "series1")])
    paper.text(470, 182, "z: 2, drawn 300 times", "muted")
    return paper
