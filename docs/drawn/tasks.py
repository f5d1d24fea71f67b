"""Objectives and ways of conditioning as boxes and arrows, from what their classes declare."""

from __future__ import annotations

import functools

from drawn.paper import Paper, draws
from drawn.scenes import onward
from engine.adversarial.conditioning.base import CONDITIONING
from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import OBJECTIVES, Objective

TALL = 46
ENDS = {
    "classification": ("x", "class", "cross-entropy"),
    "multi_label": ("x", "labels", "cross-entropy"),
    "regression": ("x", "numbers", "error"),
    "forecasting": ("past", "future", "error"),
    "sequence_labelling": ("steps", "a tag a step", "cross-entropy"),
    "language_model": ("tokens", "next token", "cross-entropy"),
}


def objective(tag: str) -> Paper:
    """Draw the networks of an objective, what flows in and what they minimise."""
    cls = OBJECTIVES.get(tag)
    titles = [role.title for role in cls.networks]
    if cls.rivals:
        return _with_encoder(titles) if len(titles) == 3 else _rivals(cls, titles)
    return _answer(tag, titles) if len(titles) == 1 else _there_and_back(cls, titles)


def _answer(tag: str, titles: list[str]) -> Paper:
    given, wanted, loss = ENDS[tag]
    paper = Paper(176)
    paper.box(16, 18, 100, TALL, given, "series2", "data")
    end = onward(paper, 122, 41, length=34)
    paper.box(end + 6, 12, 170, 58, titles[0], "accent")
    end = onward(paper, end + 182, 41, length=34)
    paper.box(end + 6, 18, 92, TALL, "ŷ", "muted")
    right = end + 98
    paper.box(end + 6, 114, 92, TALL, "y", "series2", wanted)
    paper.arrow([(right + 4, 41), (right + 28, 74)])
    paper.arrow([(right + 4, 137), (right + 28, 104)])
    paper.box(right + 34, 66, 108, TALL, "Loss", "bad", loss)
    return paper


def _there_and_back(cls: type[Objective], titles: list[str]) -> Paper:
    paper = Paper(186)
    paper.box(10, 22, 70, TALL, "x", "series2", "data")
    end = onward(paper, 84, 45, length=26)
    paper.box(end + 4, 16, 110, 58, titles[0], "accent")
    end = onward(paper, end + 118, 45, length=26)
    middle = "μ, σ → z" if cls.latents else "z"
    paper.box(end + 4, 22, 92, TALL, middle, "series3")
    if cls.latents:
        paper.box(end + 4, 120, 92, TALL, "KL", "bad", "to N(0, 1)")
        paper.arrow([(end + 50, 72), (end + 50, 116)])
    end = onward(paper, end + 100, 45, length=26)
    paper.box(end + 4, 16, 110, 58, titles[1], "accent")
    end = onward(paper, end + 118, 45, length=26)
    paper.box(end + 4, 22, 60, TALL, "x̂", "muted")
    paper.box(end - 60, 120, 124, TALL, "Loss", "bad", "x̂ against x")
    paper.arrow([(end + 34, 72), (end + 34, 116)])
    paper.arrow([(44, 72), (44, 178), (end - 90, 178), (end - 90, 150), (end - 64, 150)])
    return paper


def _rivals(cls: type[Objective], titles: list[str]) -> Paper:
    paper = Paper(206)
    paired = not cls.latents
    paper.box(
        12,
        22,
        84,
        TALL,
        "x" if paired else "z",
        "series2" if paired else "series3",
        "image" if paired else "noise",
    )
    end = onward(paper, 100, 45, length=28)
    paper.box(end + 4, 16, 124, 58, titles[0], "accent")
    end = onward(paper, end + 132, 45, length=28)
    paper.box(end + 4, 22, 84, TALL, "G(x)" if paired else "G(z)", "muted")
    right = end + 88
    paper.box(end + 4, 132, 84, TALL, "y" if paired else "x", "series2", "data")
    paper.arrow([(right + 4, 45), (right + 34, 80)])
    paper.arrow([(right + 4, 155), (right + 34, 112)])
    paper.box(right + 40, 66, 128, 58, titles[1], "series1")
    paper.text(right + 104, 146, "real or not", "text", 12, "middle")
    if paired:
        paper.box(end - 130, 132, 92, TALL, "L1", "bad", "G(x), y")
        paper.arrow([(end + 46, 72), (end + 46, 100), (end - 84, 100), (end - 84, 128)])
        paper.arrow([(end, 155), (end - 34, 155)])
        paper.line(
            [(54, 72), (54, 190), (right + 104, 190), (right + 104, 156)],
            "muted",
            1.2,
            dashes="4 4",
        )
        paper.text(64, 184, "D sees x too")
    else:
        paper.line([(right + 104, 62), (right + 104, 8), (192, 8)], "series1", 1.2, dashes="4 4")
        paper.arrow([(192, 8), (192, 13)], "series1")
    return paper


def _with_encoder(titles: list[str]) -> Paper:
    paper = Paper(206)
    paper.box(8, 22, 60, TALL, "x", "series2", "data")
    end = onward(paper, 72, 45, length=20)
    paper.box(end + 2, 16, 100, 58, titles[0], "accent")
    end = onward(paper, end + 104, 45, length=20)
    paper.box(end + 2, 22, 88, TALL, "μ, σ → z", "series3")
    paper.box(end + 2, 132, 88, TALL, "KL", "bad")
    paper.arrow([(end + 46, 72), (end + 46, 128)])
    end = onward(paper, end + 92, 45, length=20)
    paper.box(end + 2, 16, 100, 58, titles[1], "accent")
    end = onward(paper, end + 104, 45, length=20)
    paper.box(end + 2, 22, 54, TALL, "x̂", "muted")
    paper.box(end - 90, 128, 146, 54, titles[2], "series1", "real or not, features")
    paper.arrow([(end + 29, 72), (end + 29, 124)])
    paper.arrow([(38, 72), (38, 196), (end - 130, 196), (end - 130, 155), (end - 94, 155)])
    return paper


for _tag in OBJECTIVES.entries:
    draws(f"objective/{_tag}")(functools.partial(objective, _tag))


def conditioning(tag: str) -> Paper:
    """Draw who is told what, and what the discriminator has to guess."""
    made = CONDITIONING.make(tag, {})
    info = DataInfo(kind="image", input=Shape((1, 28, 28)), classes=tuple("0123456789"))
    guesses = made.guesses(info)
    paper = Paper(206)
    paper.box(12, 20, 80, TALL, "z", "series3", "noise")
    paper.box(12, 132, 80, TALL, "c", "series2", "class" if made.needs_classes else "code")
    paper.arrow([(96, 43), (142, 43)])
    paper.box(148, 14, 112, 58, "Generator", "accent")
    if "generator" in made.told:
        paper.arrow([(96, 146), (204, 146), (204, 76)], "series2")
    paper.arrow([(264, 43), (296, 43)])
    paper.box(302, 20, 84, TALL, "G(z, c)", "muted")
    paper.box(302, 80, 84, 36, "x", "series2")
    paper.arrow([(390, 43), (422, 62)])
    paper.arrow([(390, 98), (422, 78)])
    paper.box(428, 40, 124, 58, "Discriminator", "series1")
    if "discriminator" in made.told:
        paper.arrow([(96, 164), (490, 164), (490, 102)], "series2")
    paper.arrow([(556, 69), (576, 69)])
    paper.text(580, 73, "logit", "text")
    if guesses:
        paper.box(428, 136, 124, 50, "ĉ", "bad", f"{guesses} more numbers")
        paper.arrow([(490, 102), (490, 132)])
        paper.text(410, 166, "CE with c", "text", 12, "end")
    return paper


for _tag in CONDITIONING.entries:
    draws(f"conditioning/{_tag}")(functools.partial(conditioning, _tag))
