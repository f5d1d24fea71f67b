"""What a model card says of how good a network is: metrics of the test part, scores of samples, a confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from engine.compute.task import Evaluation
from engine.export.card_text import table
from engine.export.writer import Job
from engine.runs.summary import Summary
from projects.figures import measured

MOST_CLASSES = 40
"""Of a confusion matrix; larger ones can't be read."""
SPLIT = "test_"
NAMES = {
    "modes": "modes found",
    "represented": "modes or classes with their share",
    "high_quality": "high-quality share",
    "reverse_kl": "reverse KL of modes",
    "fid": "Fréchet distance",
    "kid": "kernel distance",
    "class_entropy": "entropy of classes",
    "class_agreement": "class as asked",
    "memorisation": "training distance ratio",
}


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
    plain = {name: name.removeprefix(SPLIT) for name in metrics}
    return table(
        (NAMES.get(plain[name], plain[name].replace("_", " ")), measured(name, value))
        for name, value in metrics.items()
    )


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
