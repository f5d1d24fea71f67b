"""What writers of formats are handed, and what they promise."""

from __future__ import annotations

import io
import keyword
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.network import GraphModule
from engine.compute.session import Session
from engine.compute.survey import survey
from projects.errors import Problem

Answer = Callable[[str, Tensor, Tensor | None], NDArray[Any]]
"""Computes what a network of a name makes of inputs and labels, by the files that were written."""


@dataclass(frozen=True)
class Job:
    """A run that is handed over.

    Attributes:
        run: The run folder.
        session: The run in memory, with the weights that count.
        networks: Those that are handed over, by name, in evaluation mode.
        name: The name of the main file.
    """

    run: Path
    session: Session
    networks: Mapping[str, GraphModule]
    name: str

    @property
    def stem(self) -> str:
        """The name of the main file without its ending."""
        return Path(self.name).stem

    @property
    def about(self) -> str:
        """What the head of a file says that it is."""
        return self.session.project.name

    def constants(self) -> dict[str, Any]:
        """Return plain values by name that a user of the networks needs (``CLASSES``)."""
        info, scaler = self.session.data.info, self.session.data.scaler
        found: dict[str, Any] = {"INPUT_SHAPE": info.input.dims}
        if not scaler.identity:
            found |= {
                "INPUT_SHIFT": scaler.shift.tolist(),
                "INPUT_SCALE": scaler.divisor.tolist(),
            }
        if info.classes:
            found["CLASSES"] = info.classes
        if info.labels:
            found["LABELS"] = info.labels
        return found | self.session.task.constants()


class Writer:
    """Base of what writes one format.

    Args:
        job: What is handed over.

    Class attributes:
        rounds: Whether what is written rounds what enters layers where the network does.
    """

    rounds: ClassVar[bool] = False

    def __init__(self, job: Job) -> None:
        self.job = job

    def problems(self) -> list[Problem]:
        """Say what the format cannot hold, with the place and what to change; nothing is written then."""
        return []

    def lacking(self) -> list[Problem]:
        """Say what is left out of what is written, with the place and what to change; known before anything is written."""
        return []

    def notes(self) -> list[str]:
        """Say what else is to be known of what is written, a sentence each."""
        return []

    def files(self) -> dict[str, bytes]:
        """Return the contents of the files by name, the main file's last."""
        raise NotImplementedError

    def answers(self, folder: Path) -> Answer | None:
        """Return what computes by the files in a folder; None where there is nothing that could.

        Args:
            folder: Where :meth:`files` lie now.
        """
        return None

    def tried(self, folder: Path) -> list[str]:
        """Try out what does more than answer, and say what was found, a sentence each.

        Args:
            folder: Where :meth:`files` lie now.

        Raises:
            RunError: It does not do what it is to do.
        """
        return []


def prose(text: str) -> str:
    """Return a sentence's words as they can stand in a docstring, without the full stop.

    Args:
        text: Whatever a person wrote.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
    return words.replace("\\", "\\\\").replace('"', "'")


def npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as the bytes of a compressed NPZ.

    Args:
        arrays: By name.
    """
    room = io.BytesIO()
    np.savez_compressed(room, allow_pickle=False, **dict[str, Any](arrays))
    return room.getvalue()


def place_of(name: str, module: GraphModule, node: str) -> str:
    """Return the dotted path at which people find a node of a network, in its block where it is in one.

    Args:
        name: Name of the network.
        module: The network.
        node: The node, as the unfolded network calls it.
    """
    found = survey(module.network, module.entries, f"networks.{name}", module.blocks)
    return found.place(node)


def free_names(nodes: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Return a name for every node, its own wherever that is free.

    Args:
        nodes: Nodes, as the unfolded network calls them.
        taken: Names that mean something already.
    """
    found: dict[str, str] = {}
    used = set(taken)
    for node in nodes:
        name = node.replace("/", "_")
        while name in used or keyword.iskeyword(name):
            name += "_"
        used.add(name)
        found[node] = name
    return found


def given(inputs: Tensor, labels: Tensor | None) -> tuple[Tensor, ...]:
    """Return the arguments of a network: inputs, and labels where there are some."""
    return (inputs,) if labels is None else (inputs, labels)


def answer_of(networks: Mapping[str, torch.nn.Module]) -> Answer:
    """Return what computes by networks of PyTorch."""

    def answer(name: str, inputs: Tensor, labels: Tensor | None) -> NDArray[Any]:
        with torch.no_grad():
            result: NDArray[Any] = networks[name](*given(inputs, labels)).numpy()
        return result

    return answer
