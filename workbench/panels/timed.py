"""Panels of pictures over a training, one of which is shown: that which the time line has chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from widgets.plots.film_sheet import enlarged, with_words
from widgets.plots.scrubber import Scrubber
from workbench.panels.base import Panel
from workbench.panels.film import record
from workbench.rundata import Frame


class TimedPanel(Panel):
    """Base of panels with a time line, along which they can be filmed."""

    def time_line(self) -> Scrubber:
        """Make the time line; called in :meth:`build`."""
        self._scrubber = Scrubber()
        self._scrubber.moved.connect(self._again)
        return self._scrubber

    def chosen(self) -> Frame | None:
        """Return the picture to show, and have the time line say its step; None where there is none yet."""
        frames = self.run.frames.get(self.stream) if self.run else None
        if not frames:
            return None
        self._scrubber.set_count(len(frames))
        frame = frames[min(self._scrubber.index, len(frames) - 1)]
        self._scrubber.set_step(frame.step)
        return frame

    def chosen_frame(self) -> Frame | None:
        """The picture that the time line has chosen."""
        return self.chosen() if self._built else None

    def filmed(self) -> QWidget:
        """What a film shows."""
        raise NotImplementedError

    def film_picture(self) -> QImage:
        """Return what a film shows of the picture that is chosen: as large as it should be, not as the panel is."""
        return enlarged(self.filmed())

    def _draw_film(self) -> QImage:
        frame = self.chosen_frame()
        words = _("step {step:,}").format(step=frame.step) if frame is not None else ""
        return with_words(self.film_picture(), words)

    def choices(self) -> Sequence[tuple[str, Callable[[], None]]]:
        """A film of the training."""
        return [(_("Save as film…"), self._film)]

    def _film(self) -> None:
        frames = self.run.frames.get(self.stream) if self.run else None
        if frames:
            record(self, self._scrubber, self._draw_film, len(frames))
