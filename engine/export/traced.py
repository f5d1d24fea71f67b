"""Networks traced by ``torch.export``, for batches of every size."""

from __future__ import annotations

import re
import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.fx import GraphModule

from engine.compute.network import GraphModule as Network
from engine.compute.network import random_input
from engine.compute.ops import OPS
from engine.compute.rounding import rules_of
from engine.export.coding import code_inputs, code_weights
from engine.export.pytorch import plain_networks
from engine.export.writer import Writer, given, place_of
from projects.errors import Problem, RunError
from projects.translation import gettext as _

BATCH = 4
"""Examples that are traced; neither one nor a size that a layer has."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
OF_A_BATCH = ("MinibatchDeviation",)


class _Apart(nn.Module):
    """Keeps layers whose names (``code``, ``graph``) mean something to what torch traces with one level below."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """Compute the network."""
        result: Tensor = self.network(*given(x, label))
        return result


class TracedWriter(Writer):
    """Base of writers of formats that hold a traced network, which rounds as the run does."""

    rounds = True

    def problems(self) -> list[Problem]:
        """Name layers that are made for one size of batch."""
        return [p for name, module in self.job.networks.items() for p in of_one_batch(name, module)]


def of_one_batch(name: str, module: Network) -> list[Problem]:
    """Name the layers whose steps depend on how many examples a batch holds.

    Args:
        name: Name of the network.
        module: The network.
    """
    kinds = tuple(OPS[kind] for kind in OF_A_BATCH)
    return [
        Problem(
            place_of(name, module, node),
            _(
                "this format cannot hold a layer whose steps depend on how many examples a batch has."
            ),
            _("Remove or bypass it, or hand the network over as PyTorch source."),
        )
        for node, layer in module.layer_modules().items()
        if isinstance(layer, kinds)
    ]


def traced(
    name: str, module: Network, rounds: bool = False
) -> tuple[ExportedProgram, tuple[Tensor, ...]]:
    """Return the program of a network and the arguments that it was traced with.

    Args:
        name: Name of the network.
        module: The network, in evaluation mode.
        rounds: Whether layers that round what enters them do so in the program, too; else it computes in float32.

    Raises:
        RunError: It cannot be traced; says what torch says.
    """
    plain: nn.Module = plain_networks({name: module})[name]
    if rounds:
        code_inputs(plain, rules_of(module))
        code_weights(plain, rules_of(module))
    if any(hasattr(GraphModule, child) for child, _layer in plain.named_children()):
        plain = _Apart(plain).eval()
    generator = torch.Generator().manual_seed(0)
    arguments = given(random_input(module, BATCH, generator), module.any_labels(BATCH, generator))
    batch: Any = Dim("batch", min=1)
    shapes = tuple({0: batch} for _argument in arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.export.export(plain, arguments, dynamic_shapes=shapes), arguments
    except Exception as error:  # whatever an exporter of many parts stumbles over
        raise cannot(name, error) from error


def cannot(name: str, error: Exception) -> RunError:
    """Return what is said when torch cannot do it."""
    words = " ".join(_COLOURS.sub("", str(error.__cause__ or error)).split())[:200]
    return RunError(
        _("torch cannot export “{name}”: {reason}").format(name=name, reason=words),
        hint=_("Hand it over as PyTorch source, which holds every layer."),
    )
