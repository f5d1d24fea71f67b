"""Small projects of the objectives that answer for examples, beside those of ``support``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projects.schema import Data, Plug, Project, Recipe, Split
from tests.engine.training.support import Layers, chain


def project(
    objective: Plug, network: str, layers: Layers, source: Plug, scale: str = "none", **recipe: Any
) -> Project:
    """A project of one network."""
    settings = {"epochs": 3, "batch_size": 32, "optimizer": Plug("adam", {"lr": 0.01}), **recipe}
    return Project(
        name=objective.type,
        networks={network: chain(layers)},
        data=Data(source=source, scale=scale, split=Split(validation=0.2, test=0.2)),  # type: ignore[arg-type]
        objective=objective,
        recipe=Recipe(**settings),
    )


def regression(params: dict[str, Any] | None = None, units: int = 1, **recipe: Any) -> Project:
    """Friedman's first problem, with dropout and batch norm."""
    layers: Layers = [
        ("first", "linear", {"units": 8}),
        ("norm", "batch_norm", {}),
        ("relu", "relu", {}),
        ("drop", "dropout", {"p": 0.1}),
        ("last", "linear", {"units": units}),
    ]
    plug, source = Plug("regression", params or {}), Plug("friedman", {"samples": 1000})
    return project(plug, "regressor", layers, source, "standardize", **recipe)


def multi_label(params: dict[str, Any] | None = None, **recipe: Any) -> Project:
    """Bags of words with five labels."""
    layers: Layers = [
        ("first", "linear", {"units": 8}),
        ("relu", "relu", {}),
        ("drop", "dropout", {"p": 0.1}),
        ("last", "linear", {"units": 5}),
    ]
    plug, source = Plug("multi_label", params or {}), Plug("made_labels", {"samples": 1000})
    return project(plug, "classifier", layers, source, "standardize", **recipe)


def sequence_labelling(params: dict[str, Any] | None = None, **recipe: Any) -> Project:
    """The parity of what was seen so far, with dropout."""
    layers: Layers = [
        ("gru", "gru", {"units": 6, "returns": "sequence"}),
        ("drop", "dropout", {"p": 0.1}),
        ("last", "linear", {"units": 2}),
    ]
    source = Plug("parity", {"answer": "every step", "steps": 6, "samples": 1000})
    plug = Plug("sequence_labelling", params or {})
    return project(plug, "tagger", layers, source, **recipe)


def copy_memory(**recipe: Any) -> Project:
    """Symbols to be said again; only the answers count."""
    layers: Layers = [
        ("words", "embedding", {"features": 6}),
        ("gru", "gru", {"units": 8, "returns": "sequence"}),
        ("last", "linear", {"units": 8}),
    ]
    params = {"blanks": 3, "remember": 2, "count": "answers", "samples": 200}
    return project(
        Plug("sequence_labelling"), "tagger", layers, Plug("copy_memory", params), **recipe
    )


def forecasting(params: dict[str, Any] | None = None, units: int = 3, **recipe: Any) -> Project:
    """Three more years of sunspots."""
    layers: Layers = [
        ("gru", "gru", {"units": 6}),
        ("drop", "dropout", {"p": 0.1}),
        ("last", "linear", {"units": units}),
    ]
    source = Plug("series", {"which": "sunspots", "window": 12, "horizon": 3})
    plug = Plug("forecasting", params or {})
    return project(plug, "forecaster", layers, source, "standardize", batch_size=8, **recipe)


TEXT = "the cat sat on the mat and the dog sat on the log. " * 40


def language_model(folder: Path, params: dict[str, Any] | None = None, **recipe: Any) -> Project:
    """Characters of one sentence again and again."""
    (folder / "text.txt").write_text(TEXT)
    layers: Layers = [
        ("words", "embedding", {"features": 6}),
        ("lstm", "lstm", {"units": 8, "returns": "sequence"}),
        ("drop", "dropout", {"p": 0.1}),
        ("last", "linear", {"units": len(set(TEXT))}),
    ]
    source = Plug("text_file", {"path": "text.txt", "steps": 10, "stride": 3})
    plug = Plug("language_model", params or {})
    return project(plug, "language_model", layers, source, **recipe)
