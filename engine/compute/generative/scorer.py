"""Scores what networks draw: every formula on the same samples, and a picture of what it found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.clinic.chart import Table
from engine.compute import pictures
from engine.compute.generative import neighbours
from engine.compute.generative.frechet import frechet_distance, moments
from engine.compute.generative.kernel import kernel_distance
from engine.compute.generative.reference import DENSE, NEAR, Reference
from engine.compute.generative.shares import ModeTable, agreement, entropy, reverse_kl, shares
from engine.data.prepare import Prepared
from engine.objectives.scoring import Scoring

COMPARED, COMPARED_AT_END = 1000, 2500
MORE_AT_END = 4
SEARCHED_FOR, SEARCHED_FOR_AT_END = 200, 1000
PAIRS = 24
PUBLISHED = 2500  # samples that tables of modes were made with
SCORE_SEED = 0x5C0E


class Draws(Protocol):
    """A task whose networks draw; see :class:`engine.compute.task.Task`."""

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        """Draw examples in the data's own units."""
        ...

    def asked(self, count: int, seed: int) -> NDArray[np.int64] | None:
        """Return the class that each of them was asked to be."""
        ...


@dataclass
class Found:
    """What a scoring found.

    Attributes:
        metrics: Scores by name.
        details: Shares of single classes or modes by name.
        arrays: Of the picture; see ``docs/protocol.md``, stream ``scores``.
        info: What else the picture says.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    details: dict[str, float] = field(default_factory=dict)
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)


class Scorer:
    """Scores the samples of one task; needs no example that the task does not have already.

    Args:
        settings: Which scores, and how often.
        data: The data that samples should be like.
        device: Where features are computed.
    """

    def __init__(self, settings: Scoring, data: Prepared, device: torch.device) -> None:
        self.settings = settings
        self._data = data
        self._device = device

    @cached_property
    def reference(self) -> Reference:
        """What samples are compared with; made at the first scoring, which may train a classifier."""
        return Reference(self._data, self._device)

    def is_due(self, step: int) -> bool:
        """Whether samples are scored after so many steps."""
        return step > 0 and step % self.settings.every == 0

    def score(self, task: Draws, at_end: bool = False) -> Found:
        """Draw from fixed latents and score; draws no random numbers of torch.

        Args:
            task: What draws.
            at_end: Whether to take as many samples as the last evaluation does.

        Returns:
            Scores that are numbers: a score that these samples have not is left out.
        """
        count = self.settings.samples * (MORE_AT_END if at_end else 1)
        drawn = task.sample(count, SCORE_SEED)
        asked = task.asked(count, SCORE_SEED)
        finite = np.isfinite(drawn.reshape(len(drawn), -1)).all(axis=1)
        found = Found(info={"kind": "scores", "space": self.reference.space.name})
        found.info["drawn"], found.info["finite"] = len(drawn), int(finite.sum())
        if self._data.source.modes is not None:
            self._add_modes(found, drawn[:PUBLISHED], finite[:PUBLISHED])
        samples = drawn[finite]
        if len(samples):
            with np.errstate(over="ignore"):
                inputs = self._data.scaler.apply(samples).astype(np.float32)
            self._add_scores(found, inputs, asked[finite] if asked is not None else None, at_end)
        found.metrics = {k: v for k, v in found.metrics.items() if math.isfinite(v)}
        found.info["scores"] = dict(found.metrics)
        return found

    def _add_scores(
        self,
        found: Found,
        inputs: NDArray[np.float32],
        asked: NDArray[np.int64] | None,
        at_end: bool,
    ) -> None:
        reference, compared = self.reference, COMPARED_AT_END if at_end else COMPARED
        features, named = reference.look(inputs)
        # Far outside the data single precision overflows.
        usable = features.isfinite().all(dim=1).numpy()
        if not usable.any():
            return
        features, inputs = features[usable], inputs[usable]
        named = named[usable] if named is not None else None
        asked = asked[usable] if asked is not None else None
        if named is not None and self._data.source.modes is None:
            self._add_classes(found, named, asked)
        if reference.channel_classifier is not None:
            self._add_combinations(found, inputs)
        if self.settings.fid:
            found.metrics["fid"] = frechet_distance(moments(features), reference.moments)
        self._add_neighbours(found, features[:compared], compared)
        if self.settings.memorisation:
            searched = SEARCHED_FOR_AT_END if at_end else SEARCHED_FOR
            self._add_copies(found, features[:searched], inputs[:searched])

    def _add_neighbours(self, found: Found, features: Tensor, count: int) -> None:
        settings, metrics = self.settings, found.metrics
        wanted = (settings.precision_recall, settings.density_coverage, settings.diversity)
        if not any((*wanted, settings.kid)):
            return
        real = self.reference.compared(count)
        if settings.kid:
            metrics["kid"] = kernel_distance(features, real.features, real.kernel)
        if min(len(features), len(real.features)) < 2 or not any(wanted):
            return
        within = neighbours.squared_distances(features, features)
        if settings.diversity and real.spread > 0:
            metrics["diversity"] = neighbours.spread(within) / real.spread
        across = neighbours.squared_distances(features, real.features)
        if settings.precision_recall:
            near = neighbours.radii(within, NEAR)
            found_near = neighbours.precision_recall(across, near, real.near)
            metrics["precision"], metrics["recall"] = found_near
        if settings.density_coverage:
            density = neighbours.density_coverage(across, real.dense, DENSE)
            metrics["density"], metrics["coverage"] = density

    # ------------------------------------------------------------------------------- tables

    def _add_modes(self, found: Found, samples: NDArray[Any], finite: NDArray[np.bool_]) -> None:
        """Modes of a mixture; a sample that is no number is of no mode, and of no quality."""
        source = self._data.source
        assert source.modes is not None
        table = ModeTable(samples[finite], source.modes, source.mode_sd)
        real = self.reference.mode_shares
        found.metrics["modes"] = float(table.captured.sum())
        found.metrics["high_quality"] = table.quality * float(finite.mean())
        if finite.any():
            found.metrics["reverse_kl"] = reverse_kl(table.share, real)
        self._add_table(found, "mode", list(range(1, len(real) + 1)), table.share, real)
        found.arrays["captured"] = table.captured
        found.arrays["centres"] = np.asarray(source.modes, np.float32)

    def _add_classes(
        self, found: Found, named: NDArray[np.int64], asked: NDArray[np.int64] | None
    ) -> None:
        """Classes as the classifier names them; one is found when a sample is taken for it."""
        real = self.reference.class_shares
        share = shares(named, len(real))
        self._add_shares(found, share, real)
        if asked is not None:
            found.metrics["class_agreement"] = agreement(named, asked)
        self._add_table(found, "class", list(self._data.info.classes), share, real)
        found.arrays["captured"] = share > 0

    def _add_combinations(self, found: Found, inputs: NDArray[np.float32]) -> None:
        """Combinations of the classes of channels: too many for a table, so they are only counted."""
        real = self.reference.combination_shares
        share = shares(self.reference.combinations(inputs), len(real))
        self._add_shares(found, share, real)
        found.info["kinds"] = len(real)

    def _add_shares(
        self, found: Found, share: NDArray[np.float64], real: NDArray[np.float64]
    ) -> None:
        """How many of the real kinds were drawn, and how evenly."""
        found.metrics["modes"] = float(((share > 0) & (real > 0)).sum())
        found.metrics["reverse_kl"] = reverse_kl(share, real)
        found.metrics["class_entropy"] = entropy(share)

    def _add_table(
        self,
        found: Found,
        noun: str,
        names: list[Any],
        share: NDArray[np.float64],
        real: NDArray[np.float64],
    ) -> None:
        words = tuple(map(str, names))
        found.metrics["represented"] = Table(noun, words, share, real).there
        found.info["names"], found.info["of"] = list(words), noun
        found.arrays["share"] = share.astype(np.float32)
        found.arrays["real_share"] = real.astype(np.float32)
        pairs = zip(names, share, strict=True)
        found.details |= {f"{noun}_share/{name}": float(value) for name, value in pairs}

    def _add_copies(self, found: Found, features: Tensor, inputs: NDArray[np.float32]) -> None:
        """The samples that are nearest to a training example, beside it."""
        reference, data = self.reference, self._data
        near, held_out = neighbours.nearest(features, reference.searched), reference.held_out
        which, distances, _shares = near
        found.metrics["memorisation"] = neighbours.copying(near, held_out)
        chosen = distances.argsort(stable=True)[:PAIRS].numpy()
        places = reference.places[which.numpy()[chosen]]
        found.arrays["places"] = places
        found.arrays["distances"] = distances.numpy()[chosen]
        if len(held_out.distances):
            found.info["held_out_distance"] = float(held_out.distances.median())
        for name, examples in (("samples", inputs[chosen]), ("nearest", data.train.inputs[places])):
            images = pictures.images_of(examples, data)
            with np.errstate(over="ignore"):
                flat = np.asarray(data.scaler.invert(examples), np.float32)
            found.arrays[name] = flat.reshape(len(flat), -1) if images is None else images
        found.info["features"] = list(data.info.features)
