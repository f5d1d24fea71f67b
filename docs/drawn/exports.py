"""What a small network looks like in every format: lines of the files that are really written."""

from __future__ import annotations

import functools
import io
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from safetensors.torch import load

from drawn.paper import Paper, draws
from drawn.scenes import onward
from engine.compute.evaluate import networks, open_run
from engine.compute.trainer import Trainer
from engine.export.writer import Job
from engine.exports.base import EXPORTS
from engine.runs.control import Control, Silent
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire

LINES, LONGEST = 9, 62
LINE, TOP = 17, 42
CHAIN = {
    "input": Node(type="input"),
    "hidden": Node(type="linear", at=(240, 0), params={"units": 3}),
    "relu": Node(type="relu", at=(480, 0)),
    "logits": Node(type="linear", at=(720, 0), params={"units": 2}),
    "output": Node(type="output", at=(960, 0)),
}
PROJECT = Project(
    name="Two inputs",
    data=Data(source=Plug("logic")),
    objective=Plug("classification"),
    networks={
        "classifier": Network(
            nodes=CHAIN,
            wires=tuple(Wire(a, b) for a, b in zip(list(CHAIN), list(CHAIN)[1:], strict=False)),
        )
    },
    recipe=Recipe(epochs=None, max_steps=2, device="cpu"),
    probes=(),
)


@functools.cache
def written(tag: str) -> dict[str, bytes]:
    """The files of a format."""
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "run"
        Trainer(PROJECT, Path(place), run, Silent(), Control()).run()
        session = open_run(run)
        export = EXPORTS.get(tag)
        job = Job(run, session, networks(session), f"net{export.suffix}")
        with torch.random.fork_rng(devices=[]):
            return export().writer(job).files()


def source(begin: str) -> Callable[[bytes], list[str]]:
    """Lines from the one that begins like this."""

    def lines(content: bytes) -> list[str]:
        text = content.decode()
        return text[text.index(begin) :].splitlines()

    return lines


def tensors(content: bytes) -> list[str]:
    """Names and sizes of weights."""
    sizes = {name: "×".join(map(str, value.shape)) for name, value in sorted(load(content).items())}
    return [f"{name}   {size}" for name, size in sizes.items()]


def operators(content: bytes) -> list[str]:
    """Operators of an ONNX graph."""
    nodes = onnx.load_from_string(content).graph.node
    return [f"{node.op_type}  ( {', '.join(node.input)} )" for node in nodes]


def calls(content: bytes) -> list[str]:
    """Calls of a program of torch."""
    program = torch.export.load(io.BytesIO(content))
    nodes = [node for node in program.graph.nodes if node.op == "call_function"]
    return [f"{node.name} = {node.target}" for node in nodes]


def cells(content: bytes) -> list[str]:
    """Kinds and beginnings of cells."""
    found = json.loads(content)["cells"]
    firsts = (next((line for line in cell["source"] if line.strip()), "") for cell in found)
    return [
        f"{'text' if cell['cell_type'] == 'markdown' else 'In [ ]'}:  {first.strip()}"
        for cell, first in zip(found, firsts, strict=True)
    ]


def headings(content: bytes) -> list[str]:
    """What a page is about."""
    return re.findall(r"<h[12]>(.*?)</h[12]>", content.decode())


READ: dict[str, Callable[[bytes], list[str]]] = {
    "pytorch": source("class Classifier"),
    "onnx": operators,
    "torch_export": calls,
    "safetensors": tensors,
    "notebook": cells,
    "numpy": source("def run_classifier"),
    "keras": source("def build_classifier"),
    "svg": lambda content: re.findall(r"<title>(.*?)</title>", content.decode())[1:],
    "dot": source('    "0/input" ['),
    "card": headings,
}


def export(tag: str) -> Paper:
    """Draw a network, and the beginning of its file."""
    files = written(tag)
    name = list(files)[-1]
    shown = [line for line in READ[tag](files[name]) if line.strip()][:LINES]
    paper = Paper(max(200, TOP + LINE * len(shown) + 24))
    for place, box in enumerate(CHAIN):
        paper.box(
            16, 30 + 32 * place, 96, 24, box, "accent" if box in ("hidden", "logits") else "muted"
        )
    x = onward(paper, 124, 106) + 12
    paper.rect(x, 12, 620 - x - 12, paper.height - 24, "surface", "border_strong", radius=5)
    paper.text(x + 14, 30, name, "text", bold=True)
    for place, line in enumerate(shown):
        indent = len(line) - len(line.lstrip())
        words = line.strip()
        words = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
        paper.text(x + 14 + 5 * indent, TOP + 10 + LINE * place, words)
    return paper


for _tag in EXPORTS.entries:
    draws(f"export/{_tag}")(functools.partial(export, _tag))
