"""A network as a program of ``torch.export``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.export.traced import TracedWriter, traced
from engine.export.writer import Answer, given


class TorchExportWriter(TracedWriter):
    """Writes a ``.pt2`` file."""

    def files(self) -> dict[str, bytes]:
        """Return the one file."""
        ((name, module),) = self.job.networks.items()
        program, _arguments = traced(name, module, rounds=True)
        room = io.BytesIO()
        torch.export.save(program, room)
        return {self.job.name: room.getvalue()}

    def answers(self, folder: Path) -> Answer:
        """Return what the program computes when it is read back."""
        module = torch.export.load(folder / self.job.name).module()

        def answer(_name: str, inputs: Tensor, labels: Tensor | None) -> NDArray[Any]:
            with torch.no_grad():
                result: NDArray[Any] = module(*given(inputs, labels)).numpy()
            return result

        return answer
