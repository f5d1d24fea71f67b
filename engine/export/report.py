"""What stands beside an export: shapes, scaling, class names, versions, and how far outputs are apart."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from engine.compute.network import GraphModule
from engine.export.examples import Trial
from engine.export.measuring import Measured, worst
from engine.export.standing import Origin
from engine.export.writer import Job
from engine.exports.base import Export


def report_on(
    export: Export,
    job: Job,
    origin: Origin,
    tried: Mapping[str, Trial],
    apart: Mapping[str, Measured],
    files: Mapping[str, bytes],
    notes: Sequence[str],
) -> bytes:
    """Return what is stored beside the main file, for people and programs.

    Args:
        export: The format.
        job: What is handed over.
        origin: What the export is of.
        tried: By network what it was tried out with.
        apart: By network how far outputs are from its own; none where nothing computes.
        files: What is written, by name.
        notes: What was left out and what else is to be known, a sentence each.
    """
    data, most = job.session.data, worst(apart)
    report = {
        "format": origin.format,
        "run": origin.run,
        "files": list(files),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "max_abs_difference": most.difference if most is not None else None,
        "largest_output": most.largest if most is not None else None,
        "networks": {
            name: _entry(module, tried[name], apart.get(name))
            for name, module in job.networks.items()
        },
        "project": job.session.project.name,
        "objective": job.session.project.objective.type,
        "data": {
            "input_shape": list(data.info.input.dims),
            "scaling": data.scaler.to_dict(),
            "target_scaling": data.target_scaler.to_dict(),
            "classes": list(data.info.classes),
            "labels": list(data.info.labels),
            "features": list(data.info.features),
        },
        "notes": list(notes),
        "versions": _versions(export),
    }
    return json.dumps(report, indent=2, ensure_ascii=False).encode() + b"\n"


def _entry(module: GraphModule, trial: Trial, apart: Measured | None) -> dict[str, Any]:
    """What is told of one network; how far outputs are apart is None where nothing computes."""
    entry: dict[str, Any] = {
        "input_shape": ["batch", *module.in_shape.dims],
        "output_shape": ["batch", *module.out_shape.dims],
        "input_kind": module.in_shape.kind,
    }
    if module.label is not None:
        entry["labels"] = module.label.classes
    if apart is not None:
        entry["max_abs_difference"] = apart.difference
        entry["largest_output"] = apart.largest
        entry["measured_with"] = {
            "part": trial.part,
            "real": trial.real,
            "random": len(trial.inputs) - trial.real,
            "batches": [len(inputs) for inputs, _labels in trial.batches()],
        }
        if trial.strange is not None and apart.strange is not None:
            entry["random_inputs_besides"] = {
                "inputs": len(trial.strange),
                "max_abs_difference": apart.strange,
                "largest_output": apart.strange_largest,
            }
    return entry


def _versions(export: Export) -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("ganvas", "torch", "numpy", "safetensors", *export.packages):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
