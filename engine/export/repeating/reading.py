"""The function that reads the data of a program: from scikit-learn if that gives the very same, else a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.prepare import Prepared
from engine.export.parts import data as parts
from engine.export.repeating.page import Page
from engine.export.writer import Job, npz_bytes

LOADERS = {
    "digits": "pixels, targets = load_digits(return_X_y=True)\n    inputs = (pixels / 16.0).astype(np.float32)",
    "iris": "inputs, targets = load_iris(return_X_y=True)",
    "wine": "inputs, targets = load_wine(return_X_y=True)",
    "breast_cancer": "inputs, targets = load_breast_cancer(return_X_y=True)",
    "diabetes": "inputs, targets = load_diabetes(return_X_y=True)",
}
"""How scikit-learn's own sets are read, by source; what differs from the run's data is copied instead."""


def reading(job: Job, files: dict[str, bytes], copy: bool, page: Page) -> str:
    """Return the text of ``read_data()``.

    Args:
        job: What is handed over.
        files: What lies beside the program; a copy of the data is added where one is needed.
        copy: Whether the data are copied even where scikit-learn has them.
        page: What the functions are noted on.
    """
    if not copy and (text := _from_library(job)) and _is_same(job, text):
        page.use(parts.split)
        return text
    name = f"{job.stem}_data.npz"
    files[name] = _copied(job.session.data)
    return _COPY.format(name=name)


def _from_library(job: Job) -> str:
    data, source = job.session.project.data, job.session.project.data.source
    if source.type not in LOADERS or data.split.only_new or job.session.data.source.fill:
        return ""
    loader = LOADERS[source.type]
    shape = job.session.data.info.input.dims
    scaler = job.session.data.scaler
    targets = job.session.data.source.targets
    labels = "targets" if data.split.stratify and job.session.data.info.classes else "None"
    kind = "float32" if targets is not None and targets.dtype.kind == "f" else "int64"
    lines = [
        f"    {loader}",
        f"    inputs = inputs.astype(np.float32).reshape(-1, {', '.join(map(str, shape))})",
        f"    targets = targets.astype(np.{kind})",
        f"    chosen = split(len(inputs), {labels}, {data.split.validation}, {data.split.test}, {data.split.seed})",
    ]
    if not scaler.identity:
        lines.append(f"    shift = np.array({scaler.shift.tolist()})")
        lines.append(f"    scale = np.array({scaler.divisor.tolist()})")
        lines.append("    inputs = ((inputs - shift) / scale).astype(np.float32)")
    name = loader.split("(")[0].split()[-1]
    return _LIBRARY.format(name=name, lines="\n".join(lines))


def _is_same(job: Job, text: str) -> bool:
    """Whether a function that reads the data gives what the run learned from, number for number."""
    room: dict[str, Any] = {"split": parts.split}
    exec(f"import numpy as np\nimport torch\nfrom torch import Tensor\n{text}", room)
    try:
        found = room["read_data"]()
    except OSError:
        return False
    data = job.session.data
    for name, part in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        inputs, targets = found[name]
        if not _equal(inputs.numpy(), part.inputs) or not _equal(targets.numpy(), part.targets):
            return False
    return True


def _equal(one: NDArray[Any], other: NDArray[Any] | None) -> bool:
    return other is not None and one.dtype == other.dtype and np.array_equal(one, other)


def _copied(data: Prepared) -> bytes:
    arrays: dict[str, NDArray[Any]] = {}
    for name, part in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        arrays[f"{name}_inputs"] = part.inputs
        if part.targets is not None:
            arrays[f"{name}_targets"] = part.targets
    return npz_bytes(arrays)


_LIBRARY = '''def read_data() -> dict[str, tuple[Tensor, Tensor | None]]:
    """Return training, validation and test: scaled inputs, and targets."""
    from sklearn.datasets import {name}

{lines}
    names = ("train", "validation", "test")
    return {{
        name: (torch.from_numpy(inputs[some]), torch.from_numpy(targets[some]))
        for name, some in zip(names, chosen, strict=True)
    }}'''

_COPY = '''def read_data() -> dict[str, tuple[Tensor, Tensor | None]]:
    """Return training, validation and test: inputs as the network takes them, and targets."""
    found: dict[str, tuple[Tensor, Tensor | None]] = {{}}
    with np.load(HERE / {name!r}, allow_pickle=False) as stored:
        for part in ("train", "validation", "test"):
            targets = None
            if f"{{part}}_targets" in stored:
                targets = torch.from_numpy(stored[f"{{part}}_targets"])
            found[part] = (torch.from_numpy(stored[f"{{part}}_inputs"]), targets)
    return found'''
