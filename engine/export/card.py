"""A page that says what a trained network is."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compression.variant import read_variant
from engine.compute.network import count_parameters
from engine.declare import Catalogue
from engine.export.card_figures import MOST_CLASSES, confusion, evaluated, figures
from engine.export.card_origin import Training, training_of
from engine.export.card_text import paragraphs, table
from engine.export.card_variant import made_smaller
from engine.export.design import design_of
from engine.export.svg import svg_of
from engine.export.writer import Job, Writer
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from engine.protocol import Scalars
from engine.pruning.base import PRUNINGS
from engine.quantisation.base import QUANTISATIONS
from engine.runs.reader import Reader
from engine.runs.summary import read_summary
from engine.schedules.base import SCHEDULES
from projects.schema import Plug
from projects.translation import written

POINTS = 300
PLOTS = ("loss", "accuracy", "macro_f1", "mse", "elbo", "fid")


class CardWriter(Writer):
    """Writes one HTML page.

    Args:
        job: What is handed over.
        limits: What a person says about limits.
    """

    def __init__(self, job: Job, limits: str) -> None:
        super().__init__(job)
        self._limits = limits

    def files(self) -> dict[str, bytes]:
        """Return the one page."""
        return {self.job.name: page(self.job, self._limits).encode()}


def page(job: Job, limits: str) -> str:
    """Return the page.

    Args:
        job: What is handed over.
        limits: What a person says about limits.
    """
    summary, training = read_summary(job.run), training_of(job.run)
    found, variant = evaluated(job), read_variant(job.run)
    project = job.session.project
    objective = OBJECTIVES.get(project.objective.type)
    steps = training.summary.steps
    trained = f"{training.of} after {steps:,} steps" if steps else ""
    lead = f"{written(objective, 'title')} · {summary.state}{trained}"
    parts = [
        f"<h1>{escape(project.name)}</h1>",
        f'<p class="lead">{escape(lead)}</p>',
        *_description(project.description),
        figures(found, summary),
        confusion(job, found),
        "<h2>Data</h2>",
        table(_data(job)),
        "<h2>Networks</h2>",
        *(_network(job, name) for name in job.networks),
        "<h2>Recipe</h2>",
        table(_recipe(job, training)),
        *([made_smaller(variant, summary.parent)] if variant is not None else []),
        "<h2>Curves</h2>",
        *training.note(),
        _curves(training.run),
        "<h2>Limits</h2>",
        *(paragraphs(limits) or paragraphs(NO_LIMITS)),
        "<h2>Versions</h2>",
        table(_versions(job, training)),
        "<h2>How to load it</h2>",
        _loading(job),
    ]
    return _PAGE.format(title=escape(project.name), body="\n".join(part for part in parts if part))


NO_LIMITS = (
    "Nothing was written here by whoever trained this network. It was measured on examples like those it learned "
    "from: how good it is on others, and whether it is fair to everybody, is not known."
)


def _description(text: str) -> list[str]:
    """What the project says of itself, which whoever trained it need not have written."""
    told = paragraphs(text)
    head = "<h2>The project, in the words of its author</h2>"
    note = '<p class="note">Written of the project: what it tells of figures was not measured on this run.</p>'
    return [head, note, *told] if told else []


# --------------------------------------------------------------------------- tables


def _data(job: Job) -> Iterable[tuple[str, str]]:
    data, info = job.session.project.data, job.session.data.info
    yield "Source", info.title or data.source.type
    yield "Examples", ", ".join(f"{count:,} {name}" for name, count in info.counts.items())
    yield "An example", f"{info.kind}, {info.input}"
    if info.classes:
        yield "Classes", ", ".join(info.classes[:MOST_CLASSES])
    if info.labels:
        yield "Labels", ", ".join(info.labels[:MOST_CLASSES])
    if info.features:
        yield "Features", ", ".join(info.features[:MOST_CLASSES])
    fitted = ", fitted on the training part" if data.scale != "none" else ""
    yield "Scaling", data.scale.replace("_", " ") + fitted
    rules = data.split
    told = f"{rules.validation:.0%} validation, {rules.test:.0%} test, seed {rules.seed}"
    yield "Split", told + (", classes keep their share" if rules.stratify else "")
    if data.augment:
        yield "Augmentation", ", ".join(plug.type for plug in data.augment)


def _network(job: Job, name: str) -> str:
    module = job.networks[name]
    drawing = svg_of([design_of(name, module)], True, "light", named=False)
    told = (
        f"{count_parameters(module):,} parameters; takes (batch, {', '.join(map(str, module.in_shape.dims))}), "
        f"returns (batch, {', '.join(map(str, module.out_shape.dims))})."
    )
    return f"<h3>{escape(name)}</h3>\n<p>{escape(told)}</p>\n<div class=drawing>{drawing}</div>"


def _recipe(job: Job, training: Training) -> Iterable[tuple[str, str]]:
    recipe, summary = job.session.project.recipe, training.summary
    yield "Objective", _plug(OBJECTIVES, job.session.project.objective)
    for network, plug in {"": recipe.optimizer, **recipe.optimizers}.items():
        yield f"Optimiser {network}".strip(), _plug(OPTIMIZERS, plug)
    yield "Schedule", _plug(SCHEDULES, recipe.schedule)
    yield "Batch size", str(recipe.batch_size)
    if summary.steps:
        yield (
            f"Trained{training.of}",
            f"{summary.steps:,} steps, {summary.epochs:.3g} epochs, {summary.seconds:,.0f} s on {summary.device}",
        )
    yield "Seed", str(recipe.seed)
    if recipe.average is not None:
        yield "Averaged weights", recipe.average.kind
    if recipe.pruning.type != "none":
        yield "Pruned while it learned", _plug(PRUNINGS, recipe.pruning)
    if recipe.quantisation.type != "unrounded":
        yield "Learned with rounded numbers", _plug(QUANTISATIONS, recipe.quantisation)
    if recipe.distillation is not None:
        taught = recipe.distillation
        yield (
            "Taught by another run",
            f"its answers count {taught.mix:.0%} of the loss, at temperature {taught.temperature:g}",
        )
    if summary.best:
        yield (
            f"Weights kept{training.of}",
            f"those after step {int(summary.best['step']):,}, the best evaluation",
        )


def _plug(catalogue: Catalogue[Any], plug: Plug) -> str:
    title = written(catalogue.get(plug.type), "title")
    told = ", ".join(f"{name} {value}" for name, value in plug.params.items())
    return f"{title} ({told})" if told else title


def _versions(job: Job, training: Training) -> Iterable[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        yield "Ganvas", version("ganvas")
    except PackageNotFoundError:
        yield "Ganvas", "from its sources"
    yield "Trained with PyTorch", training.summary.torch or "not known"
    yield (
        "This page made with",
        f"PyTorch {torch.__version__}, NumPy {np.__version__}, Python {platform.python_version()}",
    )
    yield f"Begun{training.of}", training.summary.started or "not known"
    yield "Run", job.run.name


def _loading(job: Job) -> str:
    first = next(iter(job.networks))
    text = (
        f"ganvas export {job.run.name} --to pytorch --out model.py\n\n"
        f"import model\nnetwork = model.load({first!r})   # in evaluation mode, with its weights\n"
        "outputs = network(inputs)   # inputs scaled as above; model.py.json says how"
    )
    return f"<pre>{escape(text)}</pre>"


# --------------------------------------------------------------------------- curves


def _curves(run: Path) -> str:
    curves = _read(run)
    drawn = []
    for metric in PLOTS:
        lines = {
            part: curves[f"{part}_{metric}"]
            for part in ("train", "validation")
            if len(curves.get(f"{part}_{metric}", ((), ()))[0]) > 1
        }
        if lines:
            drawn.append(_plot(metric.replace("_", " "), lines))
    others = sorted(
        name
        for name in curves
        if name.endswith("_loss") and name not in ("train_loss", "validation_loss")
    )
    for name in others[:4]:
        if len(curves[name][0]) > 1:
            drawn.append(_plot(name.replace("_", " "), {"train": curves[name]}))
    return f'<div class="plots">{"".join(drawn)}</div>' if drawn else "<p>There are none.</p>"


def _read(run: Path) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
    """Steps and values of every curve, thinned to what can be seen."""
    found: dict[str, tuple[list[NDArray[Any]], list[NDArray[Any]]]] = {}
    for event in Reader(run).events(streams=()):
        if isinstance(event, Scalars):
            for name, (steps, values) in event.series.items():
                room = found.setdefault(name, ([], []))
                room[0].append(steps.numpy())
                room[1].append(values.numpy())
    whole = {
        name: (np.concatenate(steps), np.concatenate(values).astype(np.float64))
        for name, (steps, values) in found.items()
    }
    return {name: _thinned(*curve) for name, curve in whole.items()}


def _thinned(steps: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Means of stretches of a curve, so that none is longer than can be seen."""
    fine = np.isfinite(values)
    steps, values = steps[fine], values[fine]
    if len(steps) <= POINTS:
        return steps, values
    edges = np.linspace(0, len(steps), POINTS + 1).astype(int)[:-1]
    sizes = np.diff([*edges, len(steps)])
    return (
        np.add.reduceat(steps.astype(np.float64), edges) / sizes,
        np.add.reduceat(values, edges) / sizes,
    )


def _plot(title: str, lines: Mapping[str, tuple[NDArray[Any], NDArray[Any]]]) -> str:
    """A small chart with its ends written on it."""
    width, height, left, low = 360, 200, 52, 28
    every = np.concatenate([values for _steps, values in lines.values()])
    last = max(float(steps[-1]) for steps, _values in lines.values())
    first = min(float(steps[0]) for steps, _values in lines.values())
    bottom, top = float(every.min()), float(every.max())
    span, wide = (top - bottom) or 1.0, (last - first) or 1.0
    colours = {"train": "#3d55d8", "validation": "#c2410c"}
    paths, names = [], []
    for place, (part, (steps, values)) in enumerate(lines.items()):
        xs = left + (steps - first) / wide * (width - left - 8)
        ys = 24 + (top - values) / span * (height - low - 24)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        dashes = ' stroke-dasharray="5 3"' if part == "validation" else ""
        paths.append(
            f'<polyline points="{points}" fill="none" stroke="{colours[part]}" stroke-width="1.5"{dashes}/>'
        )
        names.append(
            f'<text x="{width - 8 - 80 * place}" y="14" text-anchor="end" fill="{colours[part]}">{part}</text>'
        )
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<text x="{left}" y="14" class="name">{escape(title)}</text>{"".join(names)}'
        f'<path d="M{left},24 V{height - low} H{width - 8}" fill="none" stroke="#868e9c"/>'
        f'<text x="{left - 6}" y="32" text-anchor="end">{top:.3g}</text>'
        f'<text x="{left - 6}" y="{height - low}" text-anchor="end">{bottom:.3g}</text>'
        f'<text x="{left}" y="{height - 10}">step {first:,.0f}</text>'
        f'<text x="{width - 8}" y="{height - 10}" text-anchor="end">{last:,.0f}</text>'
        f"{''.join(paths)}</svg>"
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; color: #1c2029; background: #fff;
  font: 16px/1.55 Inter, "Segoe UI", Helvetica, Arial, sans-serif; }}
h1 {{ margin: 0; font-size: 2rem; line-height: 1.2; }}
h2 {{ margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid #dcdfe6; font-size: 1.25rem; }}
h3 {{ margin: 1.5rem 0 .5rem; font-size: 1rem; }}
.lead {{ margin: .25rem 0 1.5rem; color: #5a6272; }}
.note {{ color: #5a6272; }}
table {{ border-collapse: collapse; }}
.facts th {{ min-width: 10rem; padding: .25rem 1.5rem .25rem 0; color: #5a6272; font-weight: 400;
  text-align: left; vertical-align: top; }}
.facts td {{ padding: .25rem 1.5rem .25rem 0; overflow-wrap: anywhere; }}
.matrix th, .matrix td {{ padding: .3rem .55rem; text-align: right; font-size: .85rem; }}
.matrix th {{ color: #5a6272; font-weight: 400; }}
.matrix .strong {{ color: #fff; }}
.scroll, .drawing {{ overflow-x: auto; }}
.drawing svg {{ max-width: 100%; height: auto; }}
.plots svg {{ margin: 0 1.5rem 1rem 0; font: 11px Helvetica, Arial, sans-serif; fill: #5a6272; }}
.plots .name {{ font-size: 13px; font-weight: 600; fill: #1c2029; }}
pre {{ padding: 1rem; overflow-x: auto; background: #f3f4f7; border-radius: 6px; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
