"""Networks that no run has trained, handed over as PyTorch source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from engine.compute.modes import evaluating
from engine.compute.network import GraphModule, random_input
from engine.export.pytorch import PyTorchWriter
from engine.export.writer import Job
from engine.exports.pytorch import PyTorch


@dataclass(frozen=True)
class Bare(Job):
    """What is handed over where there is no run that says what it is.

    Attributes:
        words: What the head of the file says.
        values: What a user of the networks needs.
    """

    words: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """What the head of the file says."""
        return self.words

    def constants(self) -> dict[str, Any]:
        """What a user of the networks needs."""
        return dict(self.values)


def export_pytorch(
    networks: Mapping[str, GraphModule],
    out: Path,
    about: str = "",
    constants: Mapping[str, Any] | None = None,
) -> float:
    """Write source and weights; return how far what they compute is from the networks' own outputs."""
    session: Any = None
    job = Bare(out.parent, session, networks, out.name, about, constants or {})
    writer = PyTorchWriter(job, PyTorch(training=False))
    for name, content in writer.files().items():
        (out.parent / name).write_bytes(content)
    answer = writer.answers(out.parent)
    worst, generator = 0.0, torch.Generator().manual_seed(0)
    with evaluating(*networks.values()):
        for name, module in networks.items():
            inputs, labels = random_input(module, 4, generator), module.any_labels(4, generator)
            ours = module(inputs) if labels is None else module(inputs, labels)
            theirs = torch.from_numpy(answer(name, inputs, labels))
            worst = max(worst, float((ours - theirs).abs().max()))
    return worst
