"""Probes: what their panels are made of, from short trainings."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawn.ailments import staged
from drawn.insides import gray, pictures, pictures_of
from drawn.paper import Paper, draws
from drawn.plots import Plot, legend
from drawn.scenes import picture
from drawn.sequences import recurrent, self_attention
from drawn.sources import ticks

draws("probe/gates")(functools.partial(recurrent, "lstm"))
draws("probe/attention")(self_attention)


def last(name: str, stream: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the last picture of a stream."""
    found = pictures(name, stream)[-1]
    return {key: array.numpy() for key, array in found.arrays.items()}, found.info


@draws("probe/health")
def health() -> Paper:
    """Draw gradient, step and weights of every layer of both players, on a scale of powers of ten."""
    arrays, info = last("game", "health")
    measures = ("gradient_norm", "update_ratio", "weight_norm")
    paper = Paper(222)
    names = [layer.replace("/", " · ") for layer in info["layers"]]
    for row, name in enumerate(names):
        paper.text(150, 44 + row * 26, name, "text", anchor="end")
    for column, measure in enumerate(measures):
        left = 166 + column * 152
        values = np.log10(np.maximum(np.asarray(arrays[measure], float), 1e-12))
        low, high = np.floor(values.min()) - 0.2, np.ceil(values.max())
        paper.text(left, 18, measure.replace("_", " "), "text")
        for row, value in enumerate(values.tolist()):
            wide = 136 * (value - low) / (high - low)
            color = "good" if info["status"][row] == "healthy" else "bad"
            paper.rect(left, 30 + row * 26, 136, 18, "hover", radius=2)
            paper.rect(left, 30 + row * 26, wide, 18, color, opacity=0.7, radius=2)
        for power, anchor, at in ((low + 0.2, "start", left), (high, "end", left + 136)):
            digits = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
            paper.text(at, 204, f"10{digits}", anchor=anchor)
    return paper


@draws("probe/samples")
def samples() -> Paper:
    """Draw what a generator makes at three moments."""
    found = pictures_of(staged("doctor", "ring"), "samples")
    paper = Paper(216)
    for place, index in enumerate((0, len(found) // 3, len(found) - 1)):
        event = found[index]
        plot = Plot(paper, 14 + place * 204, 10, 184, 176, (-1.7, 1.7), (-1.63, 1.63), axes=False)
        paper.rect(14 + place * 204, 10, 184, 176, "none", "border", radius=3)
        for key, color, size in (("real", "muted", 1.2), ("generated", "series1", 1.9)):
            points = event.arrays[key].numpy()[:220].clip(-1.6, 1.6)
            paper.dots(
                [(plot.right(float(x)), plot.above(float(y))) for x, y in points], size, color, 0.7
            )
        paper.text(106 + place * 204, 204, f"step {event.step:,}", "text", anchor="middle")
    return paper


@draws("probe/confusion")
def confusion() -> Paper:
    """Draw the matrix of the first and of the last evaluation."""
    found = pictures("images", "confusion")
    paper = Paper(232)
    for place, event in enumerate((found[0], found[-1])):
        counts = np.asarray(event.arrays["counts"].numpy(), float)
        left = 74 + place * 300
        paper.heat(left, 20, 18, counts, 0, color="accent")
        for row in range(10):
            paper.text(left - 10, 33 + row * 18, str(row), anchor="middle")
            paper.text(left + 9 + row * 18, 14, str(row), anchor="middle")
            for column in range(10):
                count = int(counts[row, column])
                if count:
                    color = "on_accent" if count > 0.55 * counts.max() else "text"
                    paper.text(
                        left + 9 + column * 18, 33 + row * 18, str(count), color, 11, "middle"
                    )
        paper.text(left - 28, 110, "true", anchor="middle", turn=True)
        paper.text(left + 90, 218, f"answered · step {event.step}", anchor="middle")
    return paper


@draws("probe/answers")
def answers() -> Paper:
    """Draw the worst mistakes, and how sure answers are against how many are right."""
    arrays, _info = last("images", "answers")
    shown, _ = last("images", "samples")
    paper = Paper(218)
    order = np.argsort(-shown["loss"], kind="stable")[:8]
    images = gray(shown["images"])
    for place, index in enumerate(order.tolist()):
        left, top = 14 + place % 4 * 76, 12 + place // 4 * 98
        words = f"{shown['labels'][index]} → {shown['predicted'][index]}"
        picture(paper, left, top, 8, images[index], words, low=0, high=1)
    sure = arrays["probabilities"].max(1)
    right = arrays["predicted"] == arrays["labels"]
    edges = np.linspace(0, 1, 11)
    plot = Plot(
        paper,
        376,
        30,
        220,
        140,
        (0, 1),
        (0, 1),
        (0, 0.5, 1),
        (0, 0.5, 1),
        "certainty",
        "share that is right",
        axes=False,
    )
    plot.curve([0, 1], [0, 1], "muted", 1.2, "4 3")
    for low, high in itertools.pairwise(edges):
        inside = (sure > low) & (sure <= high)
        if inside.sum() >= 3:
            share = float(right[inside].mean())
            x, wide = plot.right(low), plot.right(high) - plot.right(low)
            paper.rect(
                x + 1,
                plot.above(share),
                wide - 2,
                plot.above(0) - plot.above(share),
                "series0",
                opacity=0.6,
            )
    return paper


@draws("probe/scores")
def scores() -> Paper:
    """Draw which share of samples each mode has, and which it should have."""
    arrays, info = last("game", "scores")
    paper = Paper(214)
    share, real = np.asarray(arrays["share"], float), np.asarray(arrays["real_share"], float)
    top = max(float(share.max()), float(real.max())) * 1.15
    plot = Plot(
        paper,
        50,
        30,
        380,
        140,
        (0, len(share)),
        (0, top),
        (),
        ticks(0, top, 3),
        "",
        "share by mode",
    )
    paper.bars(50, plot.y, 380, 140, share, "series0", top=top, low=0, gap=14)
    for index, value in enumerate(real.tolist()):
        plot.curve([index + 0.1, index + 0.9], [value, value], "text", 2)
        paper.text(plot.right(index + 0.5), 185, info["names"][index], anchor="middle")
    legend(paper, 460, 60, [("generated", "series0"), ("real", "text")])
    return paper


@draws("probe/rivals")
def rivals() -> Paper:
    """Draw the slopes of the discriminator at real and at generated examples over a training."""
    found = pictures("game", "rivals")
    steps = [event.step for event in found]
    paper = Paper(214)
    means = {
        key: [float(np.mean(e.arrays[key].numpy())) for e in found] for key in ("real", "generated")
    }
    top = max(max(values) for values in means.values()) * 1.1
    plot = Plot(
        paper,
        50,
        30,
        546,
        140,
        (0, max(steps)),
        (0, top),
        ticks(0, max(steps)),
        ticks(0, top, 3),
        "step",
        "‖∂D/∂x‖",
    )
    for key, color in (("real", "series0"), ("generated", "series1")):
        plot.curve(steps, means[key], color, 2.2)
    legend(paper, 400, 22, [("real", "series0")])
    legend(paper, 480, 22, [("G(z)", "series1")])
    return paper


@draws("probe/plane")
def plane() -> Paper:
    """Draw the discriminator's surface, points of both kinds and where generated ones are pulled."""
    arrays, info = last("game", "plane")
    left, right, bottom, top = info["extent"]
    surface = np.asarray(arrays["surface"], float)
    paper = Paper(236)
    side = 220
    middle = np.median(surface)
    paper.heat(
        40, 6, side / len(surface), (surface - middle)[::-1], color="series0", below="series1"
    )
    plot = Plot(paper, 40, 6, side, side, (left, right), (bottom, top), axes=False)
    for key, color, size in (("real", "text", 1.1), ("generated", "series2", 1.8)):
        points = np.clip(arrays[key][:200], left, right)
        paper.dots(
            [(plot.right(float(x)), plot.above(float(y))) for x, y in points], size, color, 0.9
        )
    pull = np.asarray(arrays["pull"], float)
    size = np.linalg.norm(pull, axis=1).max() or 1.0
    for (x, y), (a, b) in zip(arrays["generated"][:40], pull[:40], strict=True):
        start = (
            plot.right(float(np.clip(x, left, right))),
            plot.above(float(np.clip(y, bottom, top))),
        )
        paper.line(
            [start, (start[0] + 26 * float(a) / size, start[1] - 26 * float(b) / size)],
            "series2",
            1.1,
        )
    for row, (words, color) in enumerate(
        (
            ("D high", "series0"),
            ("D low", "series1"),
            ("real", "text"),
            ("G(z), and its pull", "series2"),
        )
    ):
        paper.dot(300, 40 + row * 24, 5, color, 0.8)
        paper.text(314, 44 + row * 24, words, "text", 12.5)
    return paper
