"""A network as an ONNX graph."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.rounding import rules_of
from engine.export.traced import TracedWriter, cannot, traced
from engine.export.writer import Answer, given
from projects.translation import gettext as _


class OnnxWriter(TracedWriter):
    """Writes an ``.onnx`` file."""

    def notes(self) -> list[str]:
        """Say what int8 needs in order to be exact."""
        if not self._has_ranges:
            return []
        return [
            _(
                "Without instructions for int8 a processor adds in 16 bits, which overflow: set "
                "session.x64quantprecision to 1 in the options of ONNX Runtime there. It was measured so."
            )
        ]

    @property
    def _has_ranges(self) -> bool:
        """Whether layers take in codes of a known range."""
        networks = self.job.networks.values()
        return any(not rule.is_dynamic for m in networks for rule in rules_of(m).values())

    def files(self) -> dict[str, bytes]:
        """Return the one file."""
        ((name, module),) = self.job.networks.items()
        program, arguments = traced(name, module, rounds=True)
        names = ["x", "label"][: len(arguments)]
        logger = logging.getLogger("torch.onnx")
        level = logger.level
        logger.setLevel(logging.ERROR)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = torch.onnx.export(
                    program, dynamo=True, verbose=False, input_names=names, output_names=["y"]
                )
        except Exception as error:  # whatever an exporter of many parts stumbles over
            raise cannot(name, error) from error
        finally:
            logger.setLevel(level)
        assert made is not None
        content: bytes = made.model_proto.SerializeToString()
        return {self.job.name: content}

    def answers(self, folder: Path) -> Answer:
        """Return what ONNX Runtime computes."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        if self._has_ranges:
            options.add_session_config_entry("session.x64quantprecision", "1")
        session = onnxruntime.InferenceSession(
            str(folder / self.job.name), options, providers=["CPUExecutionProvider"]
        )
        names = [entry.name for entry in session.get_inputs()]

        def answer(_name: str, inputs: Tensor, labels: Tensor | None) -> NDArray[Any]:
            values = [value.numpy() for value in given(inputs, labels)]
            return np.asarray(session.run(None, dict(zip(names, values, strict=True)))[0])

        return answer
