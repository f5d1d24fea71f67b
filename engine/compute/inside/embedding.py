"""What leaves a layer for many examples, laid out in the plane."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute.inside.representations import affordable, rows_of
from engine.compute.inside.subject import Subject
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.embedding import Embedding

JUDGED, NEIGHBOURS = 1000, 12
MOST_PIXELS = 16 * 2**20  # of all pictures that are sent along
TINY = 1e-30
COMPONENTS = 50  # before t-SNE and UMAP, as their authors do


def look(subject: Subject, view: Embedding) -> Pictures:
    """Return a point for every example; see :class:`engine.inside.embedding.Embedding`."""
    name, _network, node = subject.place()
    subject.need_examples(name)
    count = affordable(subject, name, [node], view.examples)
    inputs, labels = subject.rows(view.split, count)
    if len(inputs) < 3:
        raise RunError(_("a map needs three examples at least."), where=view.split)
    rows = rows_of(subject, name, [node], inputs, labels)[node].astype(np.float64)
    if not np.isfinite(rows).all():
        raise RunError(
            _("what leaves “{node}” holds values that are no numbers.").format(node=node),
            where=subject.layer,
            hint=_("Choose other weights of the run."),
        )
    coordinates, shares = components(rows, min(COMPONENTS, *rows.shape))
    points = coordinates[:, :2]
    info: dict[str, Any] = {"kind": "scatter", "method": view.method}
    if view.method == "pca":
        points = np.pad(points, ((0, 0), (0, 2 - points.shape[1])))
        info["explained"] = [float(share) for share in shares[:2]]
    elif view.method == "tsne":
        subject.tell(_("arranging neighbours by t-SNE"), 0.5)
        points = _tsne(coordinates, view)
    else:
        subject.tell(_("arranging neighbours by UMAP"), 0.5)
        points = _umap(coordinates, view)
    subject.tell(_("judging the map"), 0.9)
    info["trustworthiness"] = trust(rows, points)
    arrays, texts = subject.shown(inputs)
    arrays = {name: _thinned(array) for name, array in arrays.items()}
    arrays["points"] = np.asarray(points, np.float32)
    if labels is not None:
        arrays["labels"] = labels
    info |= {
        "classes": list(subject.session.data.info.classes),
        "features": subject.feature_names(),
        "size": int(rows.shape[1]),
        **texts,
    }
    return arrays, info


def components(
    rows: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rows along the directions in which they differ most, and which share of the variance each has.

    Principal components (Pearson 1901), from the products of the centred rows or of their columns, whichever are
    fewer; signs are chosen so that the entry of each direction that is largest is positive.

    Args:
        rows: ``(n, numbers)``.
        count: How many directions at most.
    """
    centred = rows - rows.mean(axis=0)
    total = float((centred**2).sum())
    if centred.shape[0] < centred.shape[1]:
        squares, left = _largest(_product(centred, centred.T), count)
        ways = _product(centred.T, left)
        ways /= np.maximum(np.linalg.norm(ways, axis=0), TINY)
    else:
        squares, ways = _largest(_product(centred.T, centred), count)
    signs = np.sign(ways[np.abs(ways).argmax(axis=0), np.arange(ways.shape[1])])
    shares = squares / total if total > 0 else np.zeros_like(squares)
    return _product(centred, ways * signs), shares


def _largest(
    products: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest eigenvalues of a symmetric matrix, falling, and their vectors as columns."""
    # By torch, which keeps to one thread: waiting for each other, those of numpy take a minute beside a training.
    values, vectors = torch.linalg.eigh(torch.from_numpy(products))
    return np.maximum(values.numpy()[::-1][:count], 0), vectors.numpy()[:, ::-1][:, :count].copy()


def _product(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((torch.from_numpy(one) @ torch.from_numpy(other)).numpy())


def trust(rows: NDArray[np.float64], points: NDArray[np.floating]) -> float | None:
    """Return the trustworthiness of a map, of the first examples; None for few ones.

    ``1 − 2 / (n k (2n − 3k − 1)) Σ_i Σ_j max(0, r(i, j) − k)`` over the k nearest points j of every point i, with r
    the rank of j among the neighbours of i in the layer (Venna & Kaski 2001).

    Args:
        rows: ``(n, numbers)``, what leaves the layer.
        points: ``(n, 2)``.
    """
    some = torch.from_numpy(np.ascontiguousarray(rows[:JUDGED]))
    places = torch.from_numpy(np.asarray(points[:JUDGED], np.float64))
    count = len(some)
    k = min(NEIGHBOURS, (count - 1) // 2)
    if k < 1:
        return None
    apart, near = (torch.cdist(one, one).fill_diagonal_(torch.inf) for one in (some, places))
    ranks = torch.empty(count, count, dtype=torch.int64)
    order = torch.arange(1, count + 1).expand(count, count)
    ranks.scatter_(1, apart.argsort(dim=1, stable=True), order)
    neighbours = near.argsort(dim=1, stable=True)[:, :k]
    late = float((ranks.gather(1, neighbours) - k).clamp(min=0).sum())
    return 1 - late * 2 / (count * k * (2 * count - 3 * k - 1))


def _tsne(coordinates: NDArray[np.float64], view: Embedding) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(view.perplexity, (len(coordinates) - 1) / 3)
    made = TSNE(
        perplexity=max(perplexity, 1.0), init="pca", learning_rate="auto", random_state=view.seed
    )
    wide = np.pad(coordinates, ((0, 0), (0, max(0, 2 - coordinates.shape[1]))))
    with threadpool_limits(1):
        return np.asarray(made.fit_transform(wide), np.float64)


def _umap(coordinates: NDArray[np.float64], view: Embedding) -> NDArray[np.float64]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import umap
    except ImportError as error:
        raise RunError(
            _("UMAP needs the package umap-learn, which is not installed."),
            where="view.method",
            hint=_("Install it with: pip install ganvas[umap]. Or choose t-SNE."),
        ) from error
    neighbours = min(view.neighbours, len(coordinates) - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that one seed means one thread
        made = umap.UMAP(n_neighbors=neighbours, random_state=view.seed, n_jobs=1)
        return np.asarray(made.fit_transform(coordinates), np.float64)


def _thinned(array: NDArray[Any]) -> NDArray[Any]:
    """Pictures with every so many pixels, where all of them would be too many to send."""
    step = 1
    while array.ndim == 4 and array.size // step**2 > MOST_PIXELS:
        step += 1
    return np.ascontiguousarray(array[:, ::step, ::step]) if step > 1 else array
