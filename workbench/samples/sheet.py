"""Tables of decoded images: a latent plane, latents moved one at a time, ways between examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from projects.figures import Read
from projects.translation import N_
from projects.translation import gettext as _
from widgets.plots.image_table import ImageTable
from workbench.rundata import Frame
from workbench.samples.base import View


def _values(numbers: NDArray[Any]) -> list[str]:
    return [f"{Read(value):.1f}" for value in numbers]


def _latents(numbers: NDArray[Any]) -> list[str]:
    return [_("latent {number}").format(number=int(value) + 1) for value in numbers]


def _shares(numbers: NDArray[Any]) -> list[str]:
    return [f"{value:.0%}" for value in numbers]


def _nothing(numbers: NDArray[Any]) -> list[str]:
    return [""] * len(numbers)


Words = Callable[[NDArray[Any]], list[str]]
# What stands above the columns, beside the rows, and above it all, by page of the album.
_SAID: dict[str, tuple[Words, Words, str]] = {
    "decoded": (_values, _values, N_("What is decoded all over the plane of the two latents")),
    "traversals": (
        _values,
        _latents,
        N_("One example with one latent moved at a time; those first that vary most"),
    ),
    "walks": (_shares, _nothing, N_("From the code of one example straight to that of another")),
}


class SheetView(View):
    """A table of images."""

    kinds: ClassVar[tuple[str, ...]] = ("sheet",)

    def build(self) -> QWidget:
        """Make the table."""
        self._table = ImageTable(_("Decoded images"))
        return self._table

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the images, and the words that their page has; see :meth:`View.paint`."""
        across, down, caption = _SAID.get(str(frame.info.get("name")), (_values, _values, ""))
        arrays = frame.arrays
        beside = down(arrays["down"])
        if "kl" in arrays:
            pattern = _("{latent} · {kl:.2f}")
            beside = [
                pattern.format(latent=name, kl=kl)
                for name, kl in zip(beside, arrays["kl"].tolist(), strict=True)
            ]
            caption = N_("One example with one latent moved at a time; beside each its KL, in nats")
        self._table.set_images(arrays["images"], across(arrays["across"]), beside)
        return _(caption)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._table.update()
