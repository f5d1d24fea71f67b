"""What a model card says of how good a network is: metrics of the test part, scores of samples, a confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from engine.compute.task import Evaluation
from engine.export.card_text import table
from engine.export.writer import Job
from engine.metric_names import METRIC_NAMES
from engine.runs.summary import Summary
from projects.figures import measured

MOST_CLASSES = 40
"""Of a confusion matrix; larger ones can't be read."""
SPLIT = "test_"


def evaluated(job: Job) -> Evaluation | None:
    """Return what the weights that are handed over reach, samples scored as at the end of a training."""
    task, part = job.session.task, job.session.data.test
    return task.measure(part, "test") if task.can_measure(part) else None


def figures(found: Evaluation | None, summary: Summary) -> str:
    """Return the metrics of the test part, then the scores of samples.

    Args:
        found: What was measured; None where nothing can be.
        summary: What the run says of itself: metrics of the test part that only its training can measure.
    """
    metrics = dict(found.metrics) if found is not None else {}
    scores = {name: value for name, value in metrics.items() if not name.startswith(SPLIT)}
    told = {name: value for name, value in summary.metrics.items() if name.startswith(SPLIT)} | {
        name: value for name, value in metrics.items() if name.startswith(SPLIT)
    }
    parts = []
    if told:
        parts.append(f"<h2>On the test part</h2>\n{_values(told)}")
    elif not scores:
        parts.append(
            "<p>The data have no test part, so nothing was measured on examples that were held back.</p>"
        )
    if scores:
        words = (
            "Measured on samples that these weights draw from latents that are the same every time."
        )
        parts.append(f"<h2>Scores of samples</h2>\n<p>{words}</p>\n{_values(scores)}")
    return "\n".join(parts)


def _values(metrics: Mapping[str, float]) -> str:
    return table((_name(metric), measured(metric, value)) for metric, value in metrics.items())


def _name(metric: str) -> str:
    """What a metric is called: of the test part by the short name of its field (mse, r2), a score in words."""
    plain = metric.removeprefix(SPLIT).replace("_", " ")
    return plain if metric.startswith(SPLIT) else METRIC_NAMES.get(metric, plain)


def confusion(job: Job, found: Evaluation | None) -> str:
    """Return the confusion matrix of the test part; nothing where there is none, or too many classes."""
    classes = job.session.data.info.classes
    if found is None or found.confusion is None or len(classes) > MOST_CLASSES:
        return ""
    counts = found.confusion
    head = "".join(f"<th>{escape(name)}</th>" for name in classes)
    rows = []
    for name, row in zip(classes, counts, strict=True):
        whole = max(1, int(row.sum()))
        cells = "".join(
            f'<td style="background:rgb(61 85 216 / {float(n) / whole:.2f})"'
            f"{' class=strong' if n > whole / 2 else ''}>{int(n)}</td>"
            for n in row
        )
        rows.append(f"<tr><th>{escape(name)}</th>{cells}</tr>")
    matrix = f'<table class="matrix"><tr><th></th>{head}</tr>{"".join(rows)}</table>'
    return f"<h3>What is taken for what</h3>\n<p>Rows are true classes, columns answers.</p>\n<div class=scroll>{matrix}</div>"
