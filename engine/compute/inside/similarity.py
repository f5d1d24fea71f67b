"""Linear CKA of layers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute.inside.representations import Rows, affordable, rows_of
from engine.compute.inside.subject import Subject
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.similarity import Similarity

MOST_LAYERS = 48


def look(subject: Subject, view: Similarity) -> Pictures:
    """Return the similarity of every pair of layers; see :class:`engine.inside.similarity.Similarity`."""
    name = subject.place()[0] if subject.layer else _first_of_data(subject)
    nodes = _chosen(subject, name)
    other = subject
    itself = not view.with_run or Path(view.with_run) == subject.run.path
    if not itself:  # its own weights, opened again, might have moved meanwhile
        other = replace(subject, run=subject.other(Path(view.with_run)))
    if other.run is not subject.run:
        _need_same_data(subject, other)
        if name not in other.run.networks():
            raise RunError(
                _("the other run has no network “{name}”.").format(name=name),
                where=view.with_run,
                hint=_("Choose a run of the same objective."),
            )
    others = _chosen(other, name)
    count = min(
        affordable(subject, name, nodes, view.examples),
        affordable(other, name, others, view.examples),
    )
    inputs, labels = subject.rows(view.split, count)
    mine = rows_of(subject, name, nodes, inputs, labels)
    moment = other.run.use(view.with_moment or subject.moment.name)
    theirs = mine
    if other.run is not subject.run or moment != subject.moment:
        try:
            theirs = rows_of(other, name, others, inputs, labels)
        finally:
            subject.run.use(subject.moment.name)
    subject.tell(_("comparing"), 0.9)
    sides = [list(mine.values())]
    sides.append(sides[0] if theirs is mine else list(theirs.values()))
    values = cka_of(*sides)
    here = _("step {step:,}").format(step=subject.moment.step)
    there = _("step {step:,}").format(step=moment.step)
    if other.run is not subject.run:
        here, there = f"{subject.run.path.name}, {here}", f"{other.run.path.name}, {there}"
    return {"values": values.astype(np.float32)}, {
        "kind": "grid",
        "rows": nodes,
        "columns": others,
        "down": here,
        "across": there,
        "low": 0.0,
        "high": 1.0,
        "examples": len(inputs),
    }


def cka_of(first: list[Rows], second: list[Rows]) -> NDArray[np.float64]:
    """Return the linear CKA of every pair ``(first, second)``; NaN where one never changes.

    With the Gram matrices ``K = X Xᵀ`` and ``L = Y Yᵀ`` of centred rows, ``‖Yᵀ X‖² = ⟨K, L⟩``.
    """
    grams = [[_gram(rows) for rows in first]]
    grams.append(grams[0] if second is first else [_gram(rows) for rows in second])
    norms = [[float(np.linalg.norm(gram)) for gram in side] for side in grams]
    found = np.full((len(first), len(second)), np.nan)
    for i, one in enumerate(grams[0]):
        for j, other in enumerate(grams[1]):
            size = norms[0][i] * norms[1][j]
            if size > 0:
                found[i, j] = float((one * other).sum()) / size
    return found


def _gram(rows: Rows) -> NDArray[np.float64]:
    middle = rows.mean(axis=0, dtype=np.float64).astype(rows.dtype)
    centred = torch.from_numpy(rows - middle)  # exactly 0 where a column never changes
    return np.asarray((centred @ centred.T).numpy(), np.float64)


def _first_of_data(subject: Subject) -> str:
    """The first network that takes examples; a generator makes its own of latents."""
    networks = subject.run.networks()
    shape = subject.session.data.info.input
    return next((n for n, made in networks.items() if made.in_shape == shape), next(iter(networks)))


def _chosen(subject: Subject, name: str) -> list[str]:
    """The nodes of a network, evenly chosen where there are many."""
    network = subject.run.networks()[name]
    nodes = [node for node, _module, _sources in network.calls()]
    if len(nodes) <= MOST_LAYERS:
        return nodes
    places = np.linspace(0, len(nodes) - 1, MOST_LAYERS).round().astype(int)
    return [nodes[place] for place in places]


def _need_same_data(subject: Subject, other: Subject) -> None:
    mine, theirs = subject.session.data, other.session.data
    if mine.info.input != theirs.info.input or mine.fingerprint != theirs.fingerprint:
        raise RunError(
            _("the other run learned from other data."),
            where=str(other.run.path),
            hint=_("Choose a run of the same data: layers are compared by what they make of it."),
        )
