"""Augmentations: an image before, and four times after."""

from __future__ import annotations

import functools

import torch

from drawn.paper import Paper, draws
from drawn.real import SEED, garment
from drawn.scenes import onward, picture
from engine.augmentations.base import AUGMENTATIONS, Augmentation, Mixing


def augmentation(tag: str) -> Paper:
    """Draw an image and what a class of augmentation makes of it."""
    made: Augmentation = AUGMENTATIONS.make(tag, {})
    torch.manual_seed(SEED)
    paper = Paper(170)
    if isinstance(made, Mixing):
        pair = torch.stack([garment(), garment(1)])
        for index in range(2):
            picture(paper, 12 + index * 92, 36, 3, pair[index, 0], "ab"[index], low=0)
        end = onward(paper, 196, 78, length=34)
        for index in range(4):
            mixed, share = made.mix(pair, pair.flip(0))
            picture(
                paper, end + 14 + index * 93, 36, 3, mixed[0, 0], f"{float(share):.2f} a", low=0
            )
        return paper
    image = garment()
    picture(paper, 14, 22, 4, image[0], "", low=0, high=1)
    end = onward(paper, 138, 78, length=34)
    batch = made.apply(image.expand(4, -1, -1, -1), 0.0)
    for index in range(4):
        picture(
            paper, end + 14 + index * 108, 29, 3.5, batch[index, 0].clamp(0, 1), "", low=0, high=1
        )
    return paper


for _tag in AUGMENTATIONS.entries:
    draws(f"augmentation/{_tag}")(functools.partial(augmentation, _tag))
