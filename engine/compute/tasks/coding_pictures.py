"""What panels show of an encoder and a decoder: an album of several pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import ranking
from engine.compute import pictures
from engine.compute.likelihoods import normal_quantiles
from engine.compute.task import Pictures
from engine.data.prepare import Part

if TYPE_CHECKING:
    from engine.compute.tasks.coding import CodingTask

SEED = 0x5EE
LOOKED_AT = 256
POINTS = 600
SCORED = 1000
TRAVERSED, STEPS = 10, 7
WALKS, WALK_STEPS = 5, 9
SIDE = 12
REACH = 3.0
MOST_LATENTS = 256


class Album:
    """Collects pages; each has a name, a kind and arrays of its own.

    Args:
        task: Whose networks are looked at; they are in evaluation mode.
        count: Examples on a page.
        prior: Whether latents are drawn from N(0, 1), else their usual range is looked up.
    """

    def __init__(self, task: CodingTask, count: int, prior: bool = False) -> None:
        self._task = task
        self._count = count
        self._prior = prior
        self._arrays: dict[str, NDArray[Any]] = {}
        self._pages: list[dict[str, Any]] = []
        self._data = data = task.context.data
        self._part = data.validation if len(data.validation.inputs) else data.train

    def pictures(self) -> Pictures:
        """Return all pages: their arrays are called ``<page>/<array>``."""
        return self._arrays, {"kind": "album", "pages": self._pages}

    def _add(self, name: str, kind: str, arrays: dict[str, NDArray[Any]], **info: Any) -> None:
        self._pages.append({"name": name, "kind": kind, **info})
        self._arrays |= {f"{name}/{key}": array for key, array in arrays.items()}

    # ------------------------------------------------------------------------------- pages

    def add_reconstructions(self) -> None:
        """Examples beside what becomes of them: the worst, those in the middle, the best of those looked at."""
        inputs = torch.from_numpy(_spread(self._part.inputs, LOOKED_AT))
        errors = self._task.all_measured(inputs, "")["score"]
        ranked = np.argsort(-errors, kind="stable")
        groups = worst_middle_best(ranked, max(1, self._count // 2))
        chosen = np.concatenate(groups)
        shown = inputs[torch.from_numpy(chosen)]
        noisy = self._task.noisy(shown, torch.Generator().manual_seed(SEED))
        made = self._decode(self._encode(shown if noisy is None else noisy))
        several = {"originals": shown, "reconstructions": made}
        if noisy is not None:
            several["noisy"] = noisy
        arrays = {name: self._looking(values) for name, values in several.items()}
        arrays["errors"] = errors[chosen].astype(np.float32)
        features = list(self._data.info.features)
        sizes = [len(group) for group in groups]
        self._add("reconstructions", "pairs", arrays, features=features, groups=sizes)

    def add_samples(self, draw: Callable[[int, int], NDArray[Any]]) -> None:
        """What is decoded of latents that are the same every time.

        Args:
            draw: Returns so many examples, in the data's own units, that follow from a seed.
        """
        data = self._data
        if data.info.input.dims == (2,):
            real = data.scaler.invert(_spread(data.train.inputs, POINTS))
            points = {"real": real, "generated": draw(len(real), SEED)}
            self._add(
                "samples", "points", {k: np.asarray(v, np.float32) for k, v in points.items()}
            )
            return
        images = pictures.images_of(data.scaler.apply(draw(self._count, SEED)), data)
        if images is not None:
            self._add("samples", "images", {"images": images}, columns=round(len(images) ** 0.5))

    def add_latent_space(self) -> None:
        """The plane of codes, how each latent is used, each moved alone, and ways from an example to another."""
        inputs = torch.from_numpy(_spread(self._part.inputs, POINTS))
        codes, divergence = self._task.coded(inputs.to(self._task.context.device))
        flat = codes.cpu().flatten(1).numpy()
        if flat.shape[1] > 1:
            self._add_plane(flat)
        self._add_use(flat, divergence)
        if self._data.info.picture:
            if flat.shape[1] == 2:
                self._add_grid(flat)
            self._add_traversals(flat, divergence)
            self._add_walks(flat)

    def add_scores(self) -> None:
        """How scores of held-out classes stand out from the others in the test part."""
        test = self._data.test
        picked = _spread(np.arange(len(test.inputs)), SCORED)
        targets = test.targets[picked] if test.targets is not None else None
        part = Part(test.inputs[picked], targets)
        odd = self._task.odd(part)
        if odd is None or odd.all() or not odd.any():
            return
        scores = self._task.all_measured(part.inputs, "")["score"]
        false, true = ranking.roc_curve(odd, scores)
        normal, anomalous, edges = ranking.histograms(odd, scores)
        arrays: dict[str, NDArray[Any]] = {
            "false_positive": false.astype(np.float32),
            "true_positive": true.astype(np.float32),
            "normal": normal,
            "anomalous": anomalous,
            "edges": edges.astype(np.float32),
        }
        figures = {
            "roc_auc": ranking.roc_auc(odd, scores),
            "average_precision": ranking.average_precision(odd, scores),
        }
        self._add("anomalies", "scores", arrays, **figures, held_out=list(self._task.anomalies))

    # ------------------------------------------------------------------------------- latents

    def _add_plane(self, flat: NDArray[Any]) -> None:
        info, targets = self._data.info, self._part.targets
        labels = np.zeros(len(flat), np.int64)
        single = targets is not None and targets.ndim == 1 and bool(info.classes)
        if targets is not None and single:
            labels = _spread(targets, POINTS).astype(np.int64)
        points, explained = flat, []
        if flat.shape[1] > 2:
            from engine.compute.inside.embedding import components

            points, shares = components(flat.astype(np.float64), 2)
            explained = [float(share) for share in shares]
        arrays: dict[str, NDArray[Any]] = {"points": points.astype(np.float32), "labels": labels}
        classes = list(info.classes) if single else []
        latents = flat.shape[1]
        self._add("plane", "latent", arrays, classes=classes, latents=latents, explained=explained)

    def _add_use(self, flat: NDArray[Any], divergence: NDArray[Any] | None) -> None:
        """How far every latent goes away from the prior, and how much its mean varies from example to example."""
        arrays: dict[str, NDArray[Any]] = {"activity": flat.var(axis=0).astype(np.float32)}
        if divergence is not None:
            arrays["kl"] = divergence.astype(np.float32)
        arrays = {name: values[:MOST_LATENTS] for name, values in arrays.items()}
        self._add("latents", "latents", arrays, latents=flat.shape[1])

    def _add_grid(self, flat: NDArray[Any]) -> None:
        """What is decoded all over the plane, the second latent growing upwards."""
        if self._prior:
            across = down = normal_quantiles(SIDE)
        else:
            low, high = self._reach(flat)
            across, down = (np.linspace(low[i], high[i], SIDE) for i in (0, 1))
        places = np.stack(np.meshgrid(across, down[::-1]), axis=-1).reshape(-1, 2)
        self._add_sheet("decoded", places, across, down[::-1])

    def _add_traversals(self, flat: NDArray[Any], divergence: NDArray[Any] | None) -> None:
        """One example with one latent moved at a time, those first that tell most; without a prior that vary most."""
        told = flat.std(axis=0) if divergence is None else divergence
        latents = np.argsort(-told, kind="stable")[:TRAVERSED]
        low, high = self._reach(flat)
        rows = []
        for latent in latents:
            row = np.repeat(flat[:1], STEPS, axis=0)
            row[:, latent] = np.linspace(low[latent], high[latent], STEPS)
            rows.append(row)
        values = np.linspace(-REACH, REACH, STEPS) if self._prior else np.linspace(0, 1, STEPS)
        rise = {} if divergence is None else {"kl": divergence[latents].astype(np.float32)}
        self._add_sheet("traversals", np.concatenate(rows), values, latents, rise)

    def _add_walks(self, flat: NDArray[Any]) -> None:
        """From the code of one example straight to that of another."""
        pairs = flat[: len(flat) // 2 * 2][: 2 * WALKS].reshape(-1, 2, flat.shape[1])
        if not len(pairs):
            return
        shares = np.linspace(0, 1, WALK_STEPS)[None, :, None]
        ways = pairs[:, :1] * (1 - shares) + pairs[:, 1:] * shares
        rows = np.arange(len(pairs))
        self._add_sheet("walks", ways.reshape(-1, flat.shape[1]), shares.ravel(), rows)

    def _add_sheet(
        self,
        name: str,
        codes: NDArray[Any],
        across: NDArray[Any],
        down: NDArray[Any],
        more: dict[str, NDArray[Any]] | None = None,
    ) -> None:
        """A table of decoded images: a column for each of ``across``, a row for each of ``down``."""
        shaped = torch.from_numpy(codes.astype(np.float32))
        made = self._decode(shaped.view(len(codes), *self._task.decoder.in_shape.dims))
        images = pictures.images_of(made.numpy(), self._data)
        if images is not None:
            arrays: dict[str, NDArray[Any]] = {
                "images": images,
                "across": across.astype(np.float32),
                "down": down.astype(np.float32),
                **(more or {}),
            }
            self._add(name, "sheet", arrays, columns=len(across))

    def _reach(self, flat: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Where nearly all codes lie, by latent."""
        if self._prior:
            return np.full(flat.shape[1], -REACH), np.full(flat.shape[1], REACH)
        low, high = np.quantile(flat, [0.01, 0.99], axis=0)
        return low, high

    # ------------------------------------------------------------------------------- plumbing

    def _encode(self, inputs: Tensor) -> Tensor:
        return self._task.codes(inputs.to(self._task.context.device)).cpu()

    def _decode(self, codes: Tensor) -> Tensor:
        return self._task.decoded(codes.to(self._task.context.device)).cpu()

    def _looking(self, examples: Tensor) -> NDArray[Any]:
        """Return examples as images, or as rows of numbers in the data's own units."""
        return next(iter(pictures.of_examples(examples.numpy(), self._data).values()))


def worst_middle_best(ranked: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
    """Return a third each from the beginning, the middle and the end of a ranking; all of it where it is short.

    Args:
        ranked: From the worst to the best.
        count: How many at most.
    """
    if len(ranked) <= count:
        return list(np.array_split(ranked, 3))
    worst, middle, best = (len(part) for part in np.array_split(np.arange(count), 3))
    start = (len(ranked) - middle) // 2
    return [ranked[:worst], ranked[start : start + middle], ranked[len(ranked) - best :]]


def _spread(values: NDArray[Any], count: int) -> NDArray[Any]:
    """Return ``count`` rows at most, evenly from first to last."""
    if len(values) <= count:
        return np.ascontiguousarray(values)
    return np.ascontiguousarray(values[np.linspace(0, len(values) - 1, count).astype(np.int64)])
