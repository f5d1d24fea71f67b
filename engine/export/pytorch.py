"""Networks as readable PyTorch source that needs no Ganvas, with their weights beside it."""

from __future__ import annotations

import inspect
import keyword
import re
import runpy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from engine.compute.network import GraphModule
from engine.compute.ops import OPS
from engine.export.drawn import Drawn
from engine.export.recorder import Recorder
from engine.export.repeating.obstacles import obstacles
from engine.export.repeating.program import program_of
from engine.export.repeating.proof import need_same_steps
from engine.export.safetensors import weights_bytes
from engine.export.writer import Answer, Job, Writer, answer_of, prose
from engine.exports.pytorch import PyTorch
from projects.errors import Problem


def document(
    networks: Mapping[str, GraphModule],
    weights: str,
    about: str = "",
    constants: Mapping[str, Any] | None = None,
) -> str:
    """Return the source text of networks.

    Args:
        networks: Networks by name; the first is what ``load()`` returns by default.
        weights: Name of the file that holds the weights.
        about: A sentence for the head of the text, such as the project's name.
        constants: Plain values that a user of the networks needs, by name (``CLASSES``).
    """
    drawn = [Drawn(name, module) for name, module in networks.items()]
    return _document(drawn, weights, about, constants or {})


def plain_networks(networks: Mapping[str, GraphModule]) -> dict[str, torch.nn.Module]:
    """Return networks as their exported source makes them, of modules of PyTorch alone, with their weights.

    Args:
        networks: The networks.
    """
    room: dict[str, Any] = {"__file__": "exported.py", "__name__": "exported"}
    exec(compile(document(networks, "w.safetensors"), "exported.py", "exec"), room)
    found: dict[str, torch.nn.Module] = {}
    for name, module in networks.items():
        made: torch.nn.Module = room["NETWORKS"][name]()
        made.load_state_dict(module.state_dict())
        found[name] = made.eval()
    return found


class PyTorchWriter(Writer):
    """Writes source text, weights, and a program that repeats the training.

    Args:
        job: What is handed over.
        settings: What was chosen of the format.
    """

    def __init__(self, job: Job, settings: PyTorch) -> None:
        super().__init__(job)
        self._settings = settings
        self._obstacles = obstacles(job) if settings.training else []

    def lacking(self) -> list[Problem]:
        """Say why the training is not repeated, where it isn't."""
        return self._obstacles

    def files(self) -> dict[str, bytes]:
        """Return source and weights and, where it can be, the program and what it needs."""
        job, stem = self.job, self.job.stem
        weights = f"{stem}.safetensors"
        text = document(job.networks, weights, job.about, job.constants())
        found = {weights: weights_bytes(job.networks, {"project": job.about})}
        if self._settings.training and not self._obstacles:
            program = program_of(job, self._settings.data == "copy")
            found |= program.files
            found[f"train_{stem}.py"] = program.script(job.name).encode()
        return {**found, job.name: text.encode()}

    def answers(self, folder: Path) -> Answer:
        """Return what the source computes."""
        load = runpy.run_path(str(folder / self.job.name))["load"]
        return answer_of({name: load(name) for name in self.job.networks})

    def tried(self, folder: Path) -> list[str]:
        """Run the first steps of the training program."""
        program = folder / f"train_{self.job.stem}.py"
        if not program.is_file():
            return []
        return [need_same_steps(self.job, runpy.run_path(str(program))["repeat"])]


def _document(
    drawn: Sequence[Drawn], weights: str, about: str, constants: Mapping[str, Any]
) -> str:
    recorder = Recorder()
    classes = _class_names([one.name for one in drawn])
    bodies = [_class(one, name, recorder) for one, name in zip(drawn, classes, strict=True)]
    ops = [inspect.getsource(OPS[name]).rstrip() for name in recorder.used]
    known = {one.name: name for one, name in zip(drawn, classes, strict=True)}
    head = _head(about, weights, any("torch." in op for op in ops))
    settings = [f"{name} = {_plain(value)!r}" for name, value in constants.items()]
    table = ", ".join(f"{name!r}: {cls}" for name, cls in known.items())
    tail = _LOAD.format(table=table, first=drawn[0].name)
    parts = [head, "\n".join(settings), *ops, *bodies, tail]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _class(one: Drawn, name: str, recorder: Recorder) -> str:
    modules = one.modules(recorder)
    arguments, forward = one.forward()
    return "\n".join(
        [
            f"class {name}(nn.Module):",
            f'    """{one.about()}"""',
            "",
            "    def __init__(self) -> None:",
            "        super().__init__()",
            *modules,
            "",
            f"    def forward(self, {arguments}) -> Tensor:",
            *forward,
        ]
    )


def _head(about: str, weights: str, torch_itself: bool) -> str:
    words = prose(about) or "Networks drawn with Ganvas"
    lines = [
        f'"""{words}.',
        "",
        f"load() reads the weights from {prose(weights)}, beside this file.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from pathlib import Path",
        "",
        *(["import torch"] if torch_itself else []),
        "from safetensors.torch import load_file",
        "from torch import Tensor, nn",
        "",
        f"WEIGHTS = Path(__file__).parent / {weights!r}",
    ]
    return "\n".join(lines)


_LOAD = '''NETWORKS: dict[str, type[nn.Module]] = {{{table}}}


def load(name: str = {first!r}, weights: str | Path = WEIGHTS) -> nn.Module:
    """Return a network with its trained weights, in evaluation mode."""
    network = NETWORKS[name]()
    prefix = f"{{name}}."
    stored = load_file(weights)
    state = {{k[len(prefix):]: v for k, v in stored.items() if k.startswith(prefix)}}
    network.load_state_dict(state)
    return network.eval()'''


def _class_names(names: Sequence[str]) -> list[str]:
    taken = {*OPS, *keyword.kwlist, "NETWORKS", "WEIGHTS", "Path", "Tensor", "Network_"}
    found: list[str] = []
    for name in names:
        words = [word for word in re.split(r"[^A-Za-z0-9]+", name) if word]
        camel = "".join(word[0].upper() + word[1:] for word in words)
        free = camel if camel.isidentifier() else f"Network{camel}"
        while free in taken:
            free += "Network" if not free.endswith("Network") else "_"
        taken.add(free)
        found.append(free)
    return found


def _plain(value: Any) -> Any:
    """Check that a constant is made of plain values only: its ``repr`` becomes source text."""
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"not a plain value: {value!r}")
