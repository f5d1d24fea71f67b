"""Questions about a design and its data: what is wrong, what they look like, whose weights they could take."""

from __future__ import annotations

import msgspec

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.protocol.base import Array, Command, Event
from projects.errors import Problem
from projects.schema import Data, Project


class Check(Command, frozen=True, tag="check"):
    """Infer shapes, count, find problems. Reply: :class:`Checked`."""

    project: Project
    folder: str = ""


class NodeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found out about one node."""

    out_shape: Shape | None = None
    in_shapes: tuple[Shape, ...] = ()
    parameters: int = 0
    flops: int = 0
    activation_bytes: int = 0


class NetworkReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found out about one network."""

    parameters: int = 0
    flops: int = 0
    activation_bytes: int = 0
    nodes: dict[str, NodeReport] = {}


class Checked(Event, frozen=True, tag="checked"):
    """Answer to :class:`Check`."""

    ok: bool
    problems: tuple[Problem, ...] = ()
    networks: dict[str, NetworkReport] = {}
    data: DataInfo | None = None


class Preview(Command, frozen=True, tag="preview"):
    """Show some examples of the data. Reply: :class:`Previewed`."""

    data: Data
    folder: str = ""
    count: int = 64
    split: str = "train"


class Previewed(Event, frozen=True, tag="previewed"):
    """Answer to :class:`Preview`.

    Attributes:
        info: What is known of the set.
        arrays: ``inputs`` ``(count, …)`` unscaled for show, ``targets``.
        findings: What looks odd about the data, as warnings.
    """

    info: DataInfo
    arrays: dict[str, Array]
    findings: tuple[Problem, ...] = ()


class Carry(Command, frozen=True, tag="carry"):
    """Say which weights of a run fit the project as it is. Reply: :class:`Carried`.

    Attributes:
        run: The run folder.
    """

    project: Project
    folder: str
    run: str


class Carried(Event, frozen=True, tag="carried"):
    """Answer to :class:`Carry`: ``kept``, ``fitted`` or ``new`` by network and node."""

    run: str
    states: dict[str, dict[str, str]] = {}


class Import(Command, frozen=True, tag="import"):
    """Draw a project from a file, or give a project the weights of one. Reply: :class:`Imported`.

    Attributes:
        path: An ONNX file, or a safetensors file of weights.
        project: For weights: the project whose layers they fit; None for a design.
        folder: Folder of the project file, for relative data paths.
        file: The project file, beside which the run goes; empty when there is none.
    """

    path: str
    project: Project | None = None
    folder: str = ""
    file: str = ""


class Imported(Event, frozen=True, tag="imported"):
    """Answer to :class:`Import`.

    Attributes:
        project: What was drawn, or the project that got the weights.
        run: The run that holds the weights; empty when the file has none.
        notes: What a person should know of it, as sentences.
        unknown: Nodes that stand for operators without an equivalent.
    """

    project: Project
    run: str
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
