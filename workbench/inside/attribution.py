"""An example with how much every part of it counts for an answer."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from projects.figures import Read
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.empty_state import EmptyState
from widgets.plots.bar_grid import BarGrid
from widgets.plots.curves import number
from widgets.plots.image_table import ImageTable
from widgets.plots.token_rows import Cell, TokenRows
from widgets.plots.value_colours import limit_of, rising, signed
from widgets.plots.value_grid import ValueGrid
from workbench.inside.base import Answer, Picture
from workbench.inside.tiles import signs
from workbench.samples.images import scrolled

SHARE = 0.85  # of the colours over the example, where most counts
COLUMNS = 24  # that have a bar, the weightiest first
NAMES = {
    "gradient": N_("Gradient"),
    "smooth_grad": N_("SmoothGrad"),
    "integrated_gradients": N_("Integrated gradients"),
    "occlusion": N_("Occlusion"),
    "grad_cam": N_("Grad-CAM"),
    "hires_cam": N_("HiResCAM"),
}


class AttributionPicture(Picture):
    """Of an image the image, the values, and both; of a text its tokens shaded; of columns bars."""

    kinds: ClassVar[tuple[str, ...]] = ("attribution",)

    def build(self) -> QWidget:
        """Make the images, the tokens, the bars and the matrix."""
        self._images = ImageTable(_("The example and what counts in it"))
        self._tokens = TokenRows(_("Tokens and how much they count"))
        self._bars = BarGrid(_("Columns and how much they count"))
        self._grid = ValueGrid(_("Steps and how much they count"))
        self._own = ElidedLabel()  # what was done to an example of the person's own
        self._own.setObjectName("insideOwn")
        self._own.setProperty("role", "hint")
        self._views = QStackedWidget()
        self._pages = [
            self._images,
            scrolled(self._tokens, "insideScroll"),
            scrolled(self._bars, "insideScroll"),
            self._grid,
        ]
        self._nothing = EmptyState("", "")
        for page in (*self._pages, self._nothing):
            self._views.addWidget(page)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._own)
        column.addWidget(self._views, 1)
        return whole

    def paint(self, answer: Answer) -> str:
        """Show the example; see :meth:`Picture.paint`."""
        values = np.asarray(answer.arrays["values"], np.float64)
        tokens = answer.words("tokens")
        own = int(answer.info.get("place", 0)) < 0
        self._own.setText(str(answer.info.get("example", "")) if own else "")
        self._own.setVisible(own)
        if answer.info.get("method") == "grad_cam" and not np.any(values):
            self._nothing.set_words(*_why_nothing(answer))
            self._views.setCurrentWidget(self._nothing)
        elif values.ndim == 2 and "images" in answer.arrays:
            self._paint_image(answer, values)
            self._views.setCurrentWidget(self._pages[0])
        elif tokens:
            self._tokens.set_rows([_cells(tokens, values)])
            self._views.setCurrentWidget(self._pages[1])
        elif values.ndim == 1:
            self._paint_bars(answer, values)
            self._views.setCurrentWidget(self._pages[2])
        else:
            steps = [str(step) for step in range(len(values))]
            features = [str(place) for place in range(values.shape[1])]
            self._grid.set_values(values.T, features, steps, (_("feature"), _("step")))
            self._views.setCurrentWidget(self._pages[3])
        return _said(answer)

    def _paint_image(self, answer: Answer, values: NDArray[np.float64]) -> None:
        image = answer.arrays["images"][0]
        base = np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image[:, :, :3]
        limit = limit_of(values)
        if answer.info.get("method") == "grad_cam":
            heat, over = (rising(values, 0.0, limit),) * 2
        else:
            heat, over = signed(values, limit), signed(np.sign(values), 1.0)
        share = SHARE * np.abs(np.nan_to_num(values))[..., None] / limit
        mixed = np.asarray((1 - share) * base + share * over, np.uint8)
        heads = [_("Example"), _("What counts"), _("Both")]
        self._images.set_images(np.stack([base, heat, mixed]), heads, [""])

    def _paint_bars(self, answer: Answer, values: NDArray[np.float64]) -> None:
        names = answer.words("features")
        names = names if len(names) == len(values) else [str(i) for i in range(len(values))]
        order = np.argsort(-np.abs(values), kind="stable")[:COLUMNS]
        given = answer.arrays["inputs"][0] if "inputs" in answer.arrays else None
        words = [
            names[i]
            if given is None or len(given) != len(values)
            else f"{names[i]} = {Read(given[i]):.3g}"
            for i in order
        ]
        self._bars.set_bars(values[order][None], words, [""])

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for view in (self._images, self._tokens, self._bars, self._grid):
            view.update()


def _cells(tokens: list[str], values: NDArray[np.float64]) -> list[Cell]:
    limit = limit_of(values)
    visible = {" ": "␣", "\n": "⏎", "\t": "⇥"}
    return [
        Cell(
            visible.get(token, token),
            (number(float(value)),),
            tone="good" if value > 0 else "bad",
            shade=abs(float(value)) / limit,
            tip=f"{token}: {number(float(value))}",
        )
        for token, value in zip(tokens, values, strict=False)
        if token
    ]


def _why_nothing(answer: Answer) -> tuple[str, str]:
    """What stands in the place of an empty map of Grad-CAM."""
    title = _("Grad-CAM finds nothing that speaks for “{output}”")
    text = _(
        "It weighs each channel of “{layer}” by the mean of its gradient over all places. Where what follows weighs "
        "places one by one, as a Linear layer behind a Flatten does, positive and negative gradients cancel in "
        "that mean. HiResCAM leaves the mean out; Occlusion and Integrated gradients work here, too."
    )
    return (
        title.format(output=answer.info.get("output", "")),
        text.format(layer=answer.info.get("node", "")),
    )


def _said(answer: Answer) -> str:
    info = answer.info
    method = str(info.get("method", ""))
    asked = _("{method} for “{output}”").format(
        method=_(NAMES.get(method, method)), output=info.get("output", "")
    )
    words = [asked]
    if "step" in info:
        words.append(_("asked at step {step:,}").format(step=int(info["step"])))
    if "probability" in info:
        words.append(_("answered with {share:.0%}").format(share=float(info["probability"])))
    else:
        words.append(_("output {score}").format(score=number(float(info["score"]))))
    if method == "integrated_gradients":
        gain = float(info["score"]) - float(info["score_of_nothing"])
        words.append(
            _("all together {sum} of {gain}, which the output gains over nothing").format(
                sum=number(float(info["sum"])), gain=number(gain)
            )
        )
    if answer.words("tokens"):
        words.append(_("green speaks for it, red against it"))
    elif method == "hires_cam":
        words += [signs(), _("seen at “{layer}”").format(layer=info.get("node", ""))]
    elif method != "grad_cam":
        words.append(signs())
    elif np.any(answer.arrays["values"]):
        words.append(_("seen at “{layer}”").format(layer=info.get("node", "")))
    else:
        words.append(_("nothing speaks for it at “{layer}”").format(layer=info.get("node", "")))
    return " · ".join(words)
