"""What leaves a layer for many examples, laid out in the plane."""

from __future__ import annotations

import warnings
from gettext import gettext as _
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.compute.inside.representations import affordable, rows_of
from engine.compute.inside.subject import Subject
from projects.errors import RunError

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.embedding import Embedding

JUDGED, NEIGHBOURS = 2000, 12
MOST_PIXELS = 16 * 2**20  # of all pictures that are sent along
COMPONENTS = 50  # before t-SNE and UMAP, as their authors do


def look(subject: Subject, view: Embedding) -> Pictures:
    """Return a point for every example; see :class:`engine.inside.embedding.Embedding`."""
    name, _network, node = subject.place()
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

    Principal components (Pearson 1901) by the singular values of the centred rows; signs are chosen so that the
    entry of each direction that is largest is positive.

    Args:
        rows: ``(n, numbers)``.
        count: How many directions at most.
    """
    centred = rows - rows.mean(axis=0)
    left, values, right = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    total = float((values**2).sum())
    shares = values**2 / total if total > 0 else np.zeros_like(values)
    return (left * values * signs)[:, :count], shares[:count]


def trust(rows: NDArray[np.float64], points: NDArray[np.floating]) -> float | None:
    """Return the trustworthiness of a map (Venna & Kaski 2001), of the first examples; None for few ones."""
    from sklearn.manifold import trustworthiness

    some, places = rows[:JUDGED], np.asarray(points[:JUDGED], np.float64)
    neighbours = min(NEIGHBOURS, (len(some) - 1) // 2)
    if neighbours < 1 or 2 * neighbours >= len(some):
        return None
    return float(trustworthiness(some, places, n_neighbors=neighbours))


def _tsne(coordinates: NDArray[np.float64], view: Embedding) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    perplexity = min(view.perplexity, (len(coordinates) - 1) / 3)
    made = TSNE(
        perplexity=max(perplexity, 1.0), init="pca", learning_rate="auto", random_state=view.seed
    )
    wide = np.pad(coordinates, ((0, 0), (0, max(0, 2 - coordinates.shape[1]))))
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
