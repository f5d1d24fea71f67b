"""The design as text for Graphviz."""

from __future__ import annotations

from engine.export.design import Design, design_of
from engine.export.writer import Job, Writer


class DotWriter(Writer):
    """Writes a ``.dot`` file.

    Args:
        job: What is handed over.
        shapes: Whether wires say what flows through them.
    """

    def __init__(self, job: Job, shapes: bool) -> None:
        super().__init__(job)
        self._shapes = shapes

    def files(self) -> dict[str, bytes]:
        """Return the one file."""
        designs = [design_of(name, module) for name, module in self.job.networks.items()]
        return {self.job.name: dot_of(designs, self._shapes).encode()}


def dot_of(designs: list[Design], shapes: bool) -> str:
    """Return networks as one graph, each a cluster.

    Args:
        designs: The networks.
        shapes: Whether wires say what flows through them.
    """
    lines = [
        "digraph networks {",
        '  node [shape=box, style="rounded", fontname="sans-serif", fontsize=11];',
        '  edge [fontname="sans-serif", fontsize=9];',
    ]
    for place, design in enumerate(designs):
        lines += [f"  subgraph cluster_{place} {{", f"    label={quoted(design.name)};"]
        for box in design.boxes:
            words = "\n".join(filter(None, (box.name, f"{box.title} {box.words}".strip())))
            style = ', style="rounded,dashed"' if box.mute else ""
            lines.append(f"    {_id(place, box.name)} [label={quoted(words)}{style}];")
        for link in design.links:
            label = f" [label={quoted(link.shape)}]" if shapes and link.shape else ""
            lines.append(f"    {_id(place, link.source)} -> {_id(place, link.target)}{label};")
        lines.append("  }")
    return "\n".join((*lines, "}")) + "\n"


def quoted(text: str) -> str:
    """Return words as a string of the language."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'


def _id(place: int, name: str) -> str:
    return quoted(f"{place}/{name}")
