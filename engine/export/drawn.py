"""A network, read for writing it as source of PyTorch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.compute.judging import feature_node
from engine.compute.network import GraphModule
from engine.compute.survey import survey
from engine.compute.wiring import Call, wire
from engine.export.recorder import Code, Recorder
from engine.export.writer import prose
from engine.layers.ends import Noise


class Drawn:
    """One network, read for writing.

    Args:
        name: What it is called.
        module: The network.
    """

    def __init__(self, name: str, module: GraphModule) -> None:
        self.name = name
        self._module = module
        self.found = survey(module.network, module.entries, blocks=module.blocks)
        self.wiring = wire(self.found)
        self.entry = next(s.layer for s in self.found.plan.steps if s.id == self.wiring.entry)

    def modules(self, recorder: Recorder) -> list[str]:
        """Return the assignments of the class's ``__init__``.

        Args:
            recorder: Makes the layers' source.
        """
        lines = []
        for node, layer in self.wiring.layers.items():
            code: Code = layer.build(recorder, *self.found.incoming[node])
            lines.append(code.written(f"self.{self.wiring.names[node]}", 8))
        return lines

    def forward(self) -> tuple[str, list[str]]:
        """Return the arguments, and the lines of ``forward``."""
        argument, label = self._arguments()
        lines, result = self._called("self", self.wiring.calls, self.wiring.result)
        told = f", {label}: Tensor" if self.wiring.labels else ""
        return f"{argument}: Tensor{told}", [*lines, f"        return {result}"]

    def inside(self, function: str, node: str) -> str:
        """Return the source of a function that computes what leaves one node, and nothing after it.

        Args:
            function: What it is called.
            node: The node's id; of none, what flows into the last layer with weights.
        """
        wiring = self.wiring
        node = node or feature_node(self._module)
        node = wiring.passed.get(node, wiring.result if node == wiring.output else node)
        nodes = [call.node for call in wiring.calls]
        calls = wiring.calls[: nodes.index(node) + 1] if node in nodes else ()
        argument, label = self._arguments()
        owner = self._free("network")
        told = f", {label}: Tensor" if wiring.labels else ""
        lines, result = self._called(owner, calls, node)
        head = [
            f"def {function}({owner}: Any, {argument}: Tensor{told}) -> Tensor:",
            f'    """Return what leaves {prose(node)} inside the {prose(self.name)}."""',
        ]
        return "\n".join([*head, *(line[4:] for line in lines), f"    return {result}"])

    def about(self) -> str:
        """Return one sentence on what flows in and out."""
        fed = "".join(f", {size}" for size in self.found.shapes[self.wiring.entry].dims)
        left = "".join(f", {size}" for size in self.found.shapes[self.wiring.output].dims)
        words = {
            "normal": " drawn from N(0, 1)",
            "uniform": " drawn evenly from -1 to 1",
            "truncated_normal": " drawn from N(0, 1) between -2 and 2",
            "sphere": " drawn evenly from the sphere of radius sqrt(n)",
        }
        drawn = words[self.entry.distribution] if isinstance(self.entry, Noise) else ""
        told = ""
        if self.wiring.labels:
            most = (self.found.shapes[self.wiring.labels[0]].classes or 1) - 1
            told = f" and classes (batch,) from 0 to {most}"
        return f"Takes (batch{fed}){drawn}{told}, returns (batch{left})."

    def _arguments(self) -> tuple[str, str]:
        """Names of what it is fed with and of the classes that it is told."""
        return self._free("z" if isinstance(self.entry, Noise) else "x"), self._free("label")

    def _called(self, owner: str, calls: Sequence[Call], result: str) -> tuple[list[str], str]:
        """Lines that make calls of an owner's layers, and the variable that holds a node's result then."""
        wiring = self.wiring
        argument, label = self._arguments()
        names = {wiring.entry: argument, **dict.fromkeys(wiring.labels, label)}
        uses = Counter([s for call in calls for s in call.sources] + [result])
        lines = []
        for call in calls:
            inputs = [names[source] for source in call.sources]
            alone = len(call.sources) == 1 and uses[call.sources[0]] == 1
            names[call.node] = inputs[0] if alone else wiring.names[call.node]
            lines.append(f"        {names[call.node]} = {owner}.{call.child}({', '.join(inputs)})")
        return lines, names[result]

    def _free(self, name: str) -> str:
        while name in self.wiring.names.values():
            name += "_"
        return name
