"""The weights alone, as safetensors."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load, save
from torch import Tensor, nn

from engine.compute.rounding import round_nothing
from engine.export.writer import Answer, Writer, answer_of


class SafetensorsWriter(Writer):
    """Writes the weights alone."""

    def files(self) -> dict[str, bytes]:
        """Return the one file."""
        return {self.job.name: weights_bytes(self.job.networks, {"project": self.job.about})}

    def answers(self, folder: Path) -> Answer:
        """Return what copies of the networks compute with the stored weights in the place of theirs."""
        stored = load((folder / self.job.name).read_bytes())
        found: dict[str, nn.Module] = {}
        for name, module in self.job.networks.items():
            found[name] = other = copy.deepcopy(module)
            round_nothing(other)  # which no file of weights says
            for value in other.state_dict().values():
                value.zero_()
            prefix = f"{name}."
            other.load_state_dict(
                {k.removeprefix(prefix): v for k, v in stored.items() if k.startswith(prefix)}
            )
        return answer_of(found)


def weights_bytes(
    networks: Mapping[str, nn.Module], metadata: Mapping[str, str] | None = None
) -> bytes:
    """Return the weights and buffers of networks as the bytes of a safetensors file; the same ones every time.

    Args:
        networks: Networks by name.
        metadata: Texts for the head of the file.
    """
    content = save(weights_of(networks), {"format": "pt", **(metadata or {})})
    end = 8 + int.from_bytes(content[:8], "little")
    head = json.loads(content[8:end])
    # The library's order is by chance.
    head["__metadata__"] = dict(sorted(head["__metadata__"].items()))
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the numbers after it begin at a multiple of eight
    return b"".join((len(text).to_bytes(8, "little"), text, memoryview(content)[end:]))


def weights_of(networks: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    """Return copies of weights and buffers; the names are ``<network>.<layer>.<weight>``.

    Args:
        networks: Networks by name.
    """
    return {
        f"{name}.{key}": value.detach().cpu().contiguous().clone()
        for name, module in networks.items()
        for key, value in module.state_dict().items()
    }
