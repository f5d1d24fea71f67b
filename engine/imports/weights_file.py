"""Reading a safetensors file that anybody may have made."""

from __future__ import annotations

import math
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.layers.base import MOST_NUMBERS
from projects.errors import FileError
from projects.translation import gettext as _

PICKLES = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle")


def refuse_pickles(path: Path) -> None:
    """Refuse a kind of file that may name code.

    Raises:
        FileError: It is of such a kind.
    """
    if path.suffix.lower() in PICKLES:
        raise FileError(
            _("a file of this kind can run code while it is read, so it is not opened."),
            where=str(path),
            hint=_(
                "Save the weights with safetensors.torch.save_file(model.state_dict(), “weights.safetensors”)."
            ),
        )


def shapes_in(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the sizes of every weight of a file by its name; no weight is read.

    Args:
        path: The file.

    Raises:
        FileError: It cannot be read, or is no safetensors file.
    """
    refuse_pickles(path)
    try:
        with safe_open(path, framework="pt") as file:
            found = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
    except FileNotFoundError as error:
        raise FileError(_("there is no such file."), where=str(path)) from error
    except (SafetensorError, OSError, ValueError) as error:
        raise FileError(
            _("this is not a safetensors file, or it is damaged."), where=str(path)
        ) from error
    total = sum(math.prod(size) for size in found.values())
    if total > MOST_NUMBERS:
        message = _("the weights would be {count:,} numbers; the limit is {limit:,}.")
        raise FileError(message.format(count=total, limit=MOST_NUMBERS), where=str(path))
    return found


def read_weights(path: Path, names: set[str]) -> dict[str, Tensor]:
    """Return some weights of a file.

    Args:
        path: The file; :func:`shapes_in` has looked at it.
        names: Which.

    Raises:
        FileError: It cannot be read.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in sorted(names)}
    except (SafetensorError, OSError, ValueError) as error:
        raise FileError(_("the weights cannot be read."), where=str(path)) from error
