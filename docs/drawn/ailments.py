"""Ailments: a training that is staged to be sick beside a healthy one, by the measure that the doctor goes by.

The trainings are those of ``benchmarks/doctor.py`` and ``benchmarks/clinic.py``. Their runs are kept in the folder for
temporary files, so that drawing again takes seconds.
"""

from __future__ import annotations

import functools
import importlib
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from drawn.paper import Paper, draws
from drawn.plots import Plot, legend

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
STAGED = {
    "not_a_number": ("doctor", "ring, SGD", "ring"),
    "exploding_gradients": ("doctor", "ring, Wasserstein unbounded", "ring, WGAN-GP"),
    "vanishing_gradients": ("gradients", "vanishing, sigmoid", "mlp, he"),
    "initial_scale": ("gradients", "scale, large", "mlp, he"),
    "rate_too_high": ("gradients", "rate, high adam", "mlp, xavier tanh"),
    "rate_too_low": ("gradients", "rate, low sgd", "mlp, sgd"),
    "dead_units": ("gradients", "dead, large steps", "mlp, he"),
    "saturation": ("gradients", "saturated, tanh", "mlp, xavier tanh"),
    "generator_starved": ("doctor", "ring, minimax", "ring"),
    "layer_imbalance": ("gradients", "", "mlp, deep he"),
    "discriminator_wins": ("doctor", "ring, fast discriminator", "ring"),
    "undertrained_discriminator": ("doctor", "ring, slow discriminator", "ring"),
    "mode_collapse": ("doctor", "ring, fast generator", "ring"),
    "oscillation": ("doctor", "ring, momentum", "ring"),
    "memorisation": ("doctor", "digits, few", "digits"),
    "leakage": ("learning", "digits, doubled", "digits, dropout"),
    "overfitting": ("learning", "overlapping clusters, wide", "overlapping clusters"),
    "underfitting": ("learning", "XOR, no hidden layer", "AND"),
    "plateau": ("learning", "waves, high rate", "waves"),
    "label_noise": ("learning", "digits, wrong labels", "digits, dropout"),
    "class_imbalance": ("learning", "clouds, uneven", "digits, rare but easy"),
}
"""By ailment the module of its cases, one that is sick (left out: the first) and one that is healthy."""

CURVES = {"not_a_number": "generator_loss", "mode_collapse": "represented"}
"""What is drawn where the doctor names no curve that says it best."""

TITLES = {
    "d_fake": "D(G(z))",
    "d_real": "D(x)",
    "d_accuracy": "right answers of D",
    "sign/surest_errors": "surest answers that are wrong",
    "represented": "modes that have their share",
    "memorisation": "distance to training examples, to that of new data",
    "dead": "dead units",
    "saturated": "saturated values",
}
"""What curves and measures are called whose names say too little."""

Curve = tuple[NDArray[np.int64], NDArray[np.float64]]


def first_of(module: str, tag: str) -> str:
    """Return the name of the first case of an ailment."""
    return next(name for name, case in cases(module).items() if case.ailment == tag)


def cases(module: str) -> dict[str, Any]:
    """Return the staged trainings of a module of the benchmarks, by name."""
    sys.path.insert(0, str(BENCHMARKS))
    found = "doctor" if module == "doctor" else f"clinic_cases.{module}"
    known: dict[str, Any] = importlib.import_module(found).CASES
    return known


@functools.cache
def staged(module: str, name: str) -> Path:
    """Return the run folder of a staged training; trains unless that was done before."""
    case = cases(module)[name]
    words = f"{module}-{name.replace(', ', '-').replace(' ', '_')}"
    folder = Path(tempfile.gettempdir()) / "ganvas-drawings" / words
    done, run = folder / "done", folder / "run"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        project = case.project()
        recipe = msgspec.structs.replace(project.recipe, seed=0)
        if getattr(case, "files", None) is not None:
            case.files(folder)
        trained = importlib.import_module("clinic").trained
        trained(msgspec.structs.replace(project, recipe=recipe), folder, run)
        done.touch()
    return run


def curves_of(run: Path) -> dict[str, Curve]:
    """Return all curves of a run by name."""
    from engine.protocol import Scalars
    from engine.runs.reader import Reader

    parts: dict[str, list[Curve]] = {}
    for event in Reader(run).events(()):
        if isinstance(event, Scalars):
            for name, (steps, values) in event.series.items():
                parts.setdefault(name, []).append((steps.numpy(), values.numpy()))
    return {
        name: (np.concatenate([s for s, _ in found]), np.concatenate([v for _, v in found]))
        for name, found in parts.items()
    }


def measured(run: Path, measure: str, layer: str) -> Curve:
    """Return what was measured of a layer at each look; of a run without it, the last one that has it."""
    from engine.clinic.vitals import MEASURES, VITALS, record_of
    from engine.protocol import Measured
    from engine.runs.reader import Reader

    steps, values = [], []
    column = MEASURES.index(measure)
    for event in Reader(run).events((VITALS,)):
        if isinstance(event, Measured) and event.stream == VITALS:
            arrays = {name: array.numpy() for name, array in event.arrays.items()}
            record = record_of(event.step, arrays, event.info)
            if record is None:
                continue
            known = np.flatnonzero(np.isfinite(record.table[:, column]))
            row = record.layers.index(layer) if layer in record.layers else -1
            if row not in known and len(known):
                inner = [r for r in known if not record.results[r]] or known.tolist()
                row = int(inner[len(inner) // 2])
            steps.append(record.step)
            values.append(float(record.table[row, column]))
    return np.array(steps), np.array(values)


def ailment(tag: str) -> Paper:
    """Draw the measure that the doctor goes by, of a sick and of a healthy training."""
    from engine.clinic.practice import examine

    module, sick, healthy = STAGED[tag]
    ill, well = staged(module, sick or first_of(module, tag)), staged(module, healthy)
    verdict = next(v for v in examine(ill).doctor.verdicts() if v.ailment == tag)
    look = verdict.look
    name = CURVES.get(tag, look.curve)
    if name:
        pair = [curves_of(run)[name] for run in (ill, well)]
        title = TITLES.get(name, name.replace("_", " ").replace("/", ", "))
    else:
        pair = [measured(run, look.measure, look.layer) for run in (ill, well)]
        measure = TITLES.get(look.measure, look.measure.replace("_", " "))
        title = f"{measure}, {look.layer.partition('/')[2]}"
    line = look.line if name in ("", look.curve) else None
    return _sheet([_calm(*curve) for curve in pair], title, line, tag == "not_a_number")


def _calm(steps: NDArray[np.int64], values: NDArray[np.float64], most: int = 150) -> Curve:
    """A curve as means of so many pieces."""
    each = max(1, math.ceil(len(steps) / most))
    starts = range(0, len(steps), each)
    return (
        np.array([steps[i : i + each].mean() for i in starts]),
        np.array([values[i : i + each].mean() for i in starts]),
    )


def _sheet(pair: list[Curve], title: str, line: float | None, ends: bool) -> Paper:
    paper = Paper(218)
    last = int(max(steps.max() for steps, _ in pair))
    known = np.concatenate([values[np.isfinite(values)] for _, values in pair])
    positive = known[known > 0]
    log = len(positive) == len(known) and float(positive.max()) > 60 * float(np.median(positive))
    log = log or (
        len(positive) == len(known) and float(positive.min()) < float(np.median(positive)) / 60
    )
    if line is not None:
        known = np.append(known, line)
    shown = np.log10(np.maximum(known, 1e-12)) if log else known
    low, high = float(shown.min()), float(shown.max())
    air = (high - low) * 0.08 or 0.5
    low, high = (low if not log and low == 0 else low - air), high + air
    step = 10 ** np.floor(np.log10(last)) / 2
    across = [v for v in np.arange(0, last + 1, step) if v <= last]
    across = across[:: max(1, len(across) // 5)]
    plot = Plot(
        paper, 62, 32, 534, 138, (0, last), (low, high), across, () if log else _rungs(low, high),
        "step", title, axes=False,
    )  # fmt: skip
    if log:
        for power in range(math.ceil(low), math.floor(high) + 1):
            if (power - math.ceil(low)) % max(1, (math.floor(high) - math.ceil(low)) // 4) == 0:
                place = plot.above(power)
                paper.line([(62, place), (596, place)], "border", 0.8)
                digits = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
                paper.text(56, place + 4, f"10{digits}", anchor="end")
    if line is not None:
        at = math.log10(max(line, 1e-12)) if log else line
        plot.curve([0, last], [at, at], "muted", 1.2, "5 4")
    for (steps, values), color in zip(reversed(pair), ("good", "bad"), strict=True):
        up = np.log10(np.maximum(values, 1e-12)) if log else values
        plot.curve(steps, up, color, 2.0)
        if len(steps) < 12:
            for x, y in zip(steps.tolist(), up.tolist(), strict=True):
                plot.mark(x, y, color, 3)
    if ends:
        steps, values = pair[0]
        top = math.log10(max(float(values[-1]), 1e-12)) if log else float(values[-1])
        paper.cross(plot.right(float(steps[-1])), plot.above(top), 6, "bad", 2.4)
        paper.text(plot.right(float(steps[-1])) + 12, plot.above(top) + 4, "NaN", "bad", 12.5)
    entries = [("healthy", "good"), ("sick", "bad")] + (
        [("limit", "muted")] if line is not None else []
    )
    for index, entry in enumerate(entries):
        legend(paper, 340 + index * 92, 22, [entry])
    return paper


def _rungs(low: float, high: float) -> list[float]:
    raw = (high - low) / 3
    size = 10.0 ** math.floor(math.log10(raw))
    step = size * min((1, 2, 5, 10), key=lambda f: abs(f * size - raw))
    return [round(float(v), 6) for v in np.arange(math.ceil(low / step) * step, high, step)]


for _tag in STAGED:
    draws(f"ailment/{_tag}")(functools.partial(ailment, _tag))
