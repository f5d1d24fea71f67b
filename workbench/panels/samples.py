"""What the networks make: generated images and points, predictions with the worst mistakes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from projects.translation import N_
from projects.translation import gettext as _
from widgets.elided import ElidedLabel
from workbench.latent_lab import draws
from workbench.panels.timed import TimedPanel
from workbench.samples.stack import ViewStack
from workbench.samples.surround import Surround


class SamplesPanel(TimedPanel):
    """Pictures over training with a time line; how each kind is shown is for its view to say."""

    name: ClassVar[str] = "samples"
    title: ClassVar[str] = N_("Samples")
    stream: ClassVar[str] = "samples"
    rate: ClassVar[float] = 4.0
    order: ClassVar[int] = 30
    empty: ClassVar[str] = N_(
        "What the networks make: samples of a generator, texts of a language model, forecasts, or "
        "answers with the worst mistakes first. Move through training with the time line."
    )

    def build(self) -> QWidget:
        """Make the time line and room for the views, which are made when they are needed."""
        self._views = ViewStack()
        self._views.again.connect(self._again)
        self._caption = ElidedLabel()
        self._caption.setObjectName("hint")
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._mistakes = QCheckBox(_("Mistakes only"))
        self._mistakes.setObjectName("samplesMistakes")
        self._mistakes.setAccessibleName(_("Mistakes only"))
        self._mistakes.toggled.connect(self._again)
        above = QWidget()
        top = QHBoxLayout(above)
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._caption, 1)
        top.addWidget(self._mistakes)
        self._lab = QPushButton(_("Latent lab…"))
        self._lab.setObjectName("samplesLab")
        self._lab.setAccessibleName(_("Latent lab"))
        self._lab.setToolTip(_("Ways between samples, sums of latents, truncation"))
        self._lab.clicked.connect(self._ask_for_lab)
        top.addWidget(self._lab)
        top.addWidget(self.menu_button)
        self._parts = Surround(above, self._views, self.time_line())
        return self._parts

    def paint(self) -> bool:
        """Show the picture that the time line has chosen."""
        frame = self.chosen()
        view = self._views.view_of(frame) if frame is not None else None
        if frame is None or view is None:
            return False
        self._mistakes.setVisible(view.has_mistakes)
        self._lab.setVisible(self._draws())
        self._parts.fit(view.square, view.paged)
        self._views.setCurrentWidget(view.widget)
        self._caption.setText(view.paint(frame, self._mistakes.isChecked()))
        return True

    def choices(self) -> Sequence[tuple[str, Callable[[], None]]]:
        """A film of the training, and the latent lab of what draws."""
        lab = (_("Latent lab…"), self._ask_for_lab)
        return [*super().choices(), lab] if self._draws() else super().choices()

    def filmed(self) -> QWidget:
        """The picture."""
        return self._views

    def film_picture(self) -> QImage:
        """Images by themselves, whatever the panel has room for."""
        frame = self.chosen()
        view = self._views.view_of(frame) if frame is not None else None
        drawn = view.film(frame) if view is not None and frame is not None else None
        return drawn if drawn is not None else super().film_picture()

    def _draws(self) -> bool:
        project = self.run.project if self.run is not None else None
        return project is not None and draws(project)

    def _ask_for_lab(self) -> None:
        self.action_wanted.emit("latents")

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._views.retheme()
