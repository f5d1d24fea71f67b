"""How the networks of a training are computed: compiled, and with which order of memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from engine.compute.modes import evaluating, same_randomness
from engine.compute.move import LOW
from engine.compute.ops.edges import Reshape
from projects.errors import Problem, ProblemsError
from projects.schema import Recipe
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.training import Training


FEW = 2  # examples that show whether a network can be computed


def wants_images_last(recipe: Recipe, device: torch.device, networks: Iterable[nn.Module]) -> bool:
    """Whether images and the kernels of convolutions are to lie in memory with their channels last.

    Where the recipe leaves it open: on GPUs kernels of 16 bits want it. On processors pooling, batch norms,
    depthwise convolutions and gradients of kernels are up to five times as fast; instance and group norms
    and dilated convolutions are slower (``docs/benchmarks.md``).
    """
    if recipe.channels_last != "auto":
        return recipe.channels_last == "always"
    if device.type != "cpu":
        return device.type == "cuda" and recipe.precision != "float32"
    modules = [module for network in networks for module in network.modules()]
    kernels = [m for m in modules if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    slower = any(isinstance(m, nn.GroupNorm | nn.InstanceNorm2d) for m in modules)
    slower = slower or any(max(kernel.dilation) > 1 for kernel in kernels)
    return bool(kernels) and not slower and _has_onednn()


def put_images_last(network: nn.Module) -> None:
    """Let kernels, and images that are made of vectors, lie in memory with their channels last."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for module in network.modules():
        if isinstance(module, Reshape):
            module.images_last = True


def _has_onednn() -> bool:
    return bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]


def try_precision(training: Training) -> None:
    """See whether the networks can be computed in the precision of the recipe, before anything is written.

    Not every processor has every kernel in 16 bits: recurrent layers are missing on many.

    Raises:
        ProblemsError: They cannot.
    """
    from engine.compute.preflight.layers import fed  # which needs a training itself

    recipe, device = training.session.project.recipe, training.session.device
    low = LOW.get(recipe.precision)
    if low is None:
        return
    batch = training.parts(next(training.batches.epoch(0)))[0]
    for name, network in training.task.networks.items():
        try:
            with evaluating(network), same_randomness(device), torch.autocast(device.type, low):
                network(*(value[:FEW] for value in fed(network, batch)))
        except RuntimeError as error:
            message = _("the network “{name}” cannot be computed in {precision} here: {reason}")
            problem = message.format(name=name, precision=recipe.precision, reason=_reason(error))
            hint = _("Choose float32.")
            raise ProblemsError([Problem("recipe.precision", problem, hint)]) from error


def compile_networks(training: Training) -> list[str]:
    """Compile the networks where the recipe says so; return what did not work, in sentences.

    Weights, buffers and random states stay as they are, and so do the names in checkpoints. What a
    compiler cannot do is done without it.
    """
    recipe = training.session.project.recipe
    if not (recipe.compile or recipe.cuda_graphs):
        return []
    from engine.compute.preflight.layers import fed  # which needs a training itself

    notes = []
    batch = training.parts(next(training.batches.epoch(0)))[0]
    for name, network in training.task.networks.items():
        try:
            _compile(network, fed(network, batch), recipe.cuda_graphs, training.session.device)
        except (
            Exception
        ) as error:  # torch's compiler fails in many ways, all of them with a way out
            network._compiled_call_impl = None
            torch._dynamo.reset()
            notes.append(
                _("The network “{name}” is not compiled, it trains as it is: {reason}").format(
                    name=name, reason=_reason(error)
                )
            )
    return notes


def _compile(
    network: nn.Module, inputs: Sequence[Tensor], graphs: bool, device: torch.device
) -> None:
    """Compile a network and try it out, forwards and backwards."""
    options: dict[str, Any] = {"mode": "reduce-overhead"} if graphs else {}
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]
    network.compile(**options)
    if graphs:  # what a graph has written is written over by its next turn
        network.register_forward_hook(lambda _module, _inputs, output: output.clone())
    try:
        with same_randomness(device):
            network(*inputs).float().sum().backward()
    finally:
        network.zero_grad(set_to_none=False)  # gradients are views of one tensor
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)


def _reason(error: Exception) -> str:
    """The first sentence that an error says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).partition(". ")[0].rstrip(".")[:200] + "."
