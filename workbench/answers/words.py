"""Answers and examples in words."""

from __future__ import annotations

import numpy as np

from projects.figures import Read
from projects.translation import N_
from projects.translation import gettext as _
from widgets.plots.image_grid import Caption
from widgets.plots.readout import number
from workbench.answers.answered import LABELS, NUMBERS, STEPS, Answered, Examples
from workbench.answers.base import Page

FEATURES_SHOWN = 6
AROUND = 4  # tokens before and after the one that is meant
SPLITS = {
    "validation": N_("validation part"),
    "test": N_("test part"),
    "train": N_("training part"),
}


def truth_words(answered: Answered, index: int) -> str:
    """Return what is true of an answer's example."""
    return _said(answered, answered.truth[index])


def answer_words(answered: Answered, index: int) -> str:
    """Return what was answered."""
    return _said(answered, answered.said[index])


def _said(answered: Answered, value: np.ndarray) -> str:
    if answered.kind == NUMBERS:
        return ", ".join(number(float(one)) for one in value)
    if answered.kind == LABELS:
        there = [name for name, one in zip(answered.names, value, strict=True) if one]
        return ", ".join(there) or _("none")
    return answered.names[int(value)]


def certainty_words(odds: float) -> str:
    """Return a probability as people read it: what is not quite everything is not called that."""
    if 0.9995 <= odds < 1:
        return _("> 99.9 %")
    if 0 < odds < 0.0005:
        return _("< 0.1 %")
    return f"{odds:.1%}" if odds < 0.0095 or odds > 0.995 else f"{odds:.0%}"


def name_of(page: Page, index: int) -> str:
    """Return which example an answer is about."""
    answered = page.answered
    owner = int(answered.owner[index])
    place = owner
    if page.examples is not None and owner < len(page.examples.places):
        place = int(page.examples.places[owner])
    part = _(SPLITS.get(answered.split, answered.split))
    words = _("Example {place:,} of the {part}").format(place=place + 1, part=part)
    if answered.kind == STEPS:
        step = int(answered.step[index])
        words = _("{example}, step {step:,}").format(example=words, step=step + 1)
    return words


def caption_of(page: Page, index: int) -> Caption:
    """Return what stands below an image: a mark that says right or wrong without colour, truth and answer."""
    answered = page.answered
    truth, said = truth_words(answered, index), answer_words(answered, index)
    if answered.kind == NUMBERS:
        tip = _("{name}\ntruth: {truth}\nanswer: {answer}").format(
            name=name_of(page, index), truth=truth, answer=said
        )
        return Caption(f"{truth} → {said}", tip=tip)
    tip = _(
        "{name}\ntruth: {truth}\nanswer: {answer} ({certainty} certain)\nloss {loss:.3g}"
    ).format(
        name=name_of(page, index),
        truth=truth,
        answer=said,
        certainty=certainty_words(float(answered.certainty[index])),
        loss=float(answered.loss[index]),
    )
    if answered.wrong[index]:
        return Caption(f"✗ {truth} → {said}", "bad", tip)
    return Caption(f"✓ {truth}", "good", tip)


def content_heads(examples: Examples | None, kind: str) -> list[str]:
    """Return headings of the columns that say what examples are."""
    if examples is None or examples.images is not None:
        return []
    if kind == STEPS:
        return [_("Step"), _("Around it")] if examples.tokens else [_("Step")]
    if examples.texts or examples.tokens:
        return [_("Text")]
    if examples.rows is None:
        return []
    width = min(examples.rows.shape[1], FEATURES_SHOWN)
    return [feature_name(examples, place) for place in range(width)]


def content_words(page: Page, index: int) -> list[str]:
    """Return what an answer's example is, as :func:`content_heads` says."""
    examples, answered = page.examples, page.answered
    heads = content_heads(examples, answered.kind)
    owner = int(answered.owner[index])
    if examples is None or not heads or owner >= len(examples.places):
        return [""] * len(heads)
    if answered.kind == STEPS:
        step = int(answered.step[index])
        return [str(step + 1), _around(examples, owner, step)][: len(heads)]
    if examples.texts or examples.tokens:
        return [text_of(examples, owner).replace("\n", "⏎")]
    assert examples.rows is not None
    return [f"{Read(value):.3g}" for value in examples.rows[owner, : len(heads)].tolist()]


def text_of(examples: Examples, owner: int) -> str:
    """Return an example as a text."""
    if owner < len(examples.texts):
        return examples.texts[owner]
    return " ".join(examples.tokens[owner]) if owner < len(examples.tokens) else ""


def feature_name(examples: Examples, place: int) -> str:
    """Return the name of a feature, or its number."""
    if place < len(examples.features):
        return examples.features[place]
    return _("value {number}").format(number=place + 1)


def _around(examples: Examples, owner: int, step: int) -> str:
    """The tokens around a step, with the step's own in brackets."""
    tokens = examples.tokens[owner] if owner < len(examples.tokens) else []
    if step >= len(tokens):
        return ""
    before = tokens[max(0, step - AROUND) : step]
    after = tokens[step + 1 : step + 1 + AROUND]
    return " ".join([*before, f"[{tokens[step]}]", *after]).replace("\n", "⏎")
