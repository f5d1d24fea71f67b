"""A curve made ready to be drawn on a straight or a logarithmic scale of values."""

from __future__ import annotations

import numpy as np

from widgets.growing import Growing
from widgets.plots.course import Course
from widgets.plots.pixels import Floats, Pixels, Places


class Shape:
    """Some ordinates of a curve, ready to be drawn on either scale of values."""

    def __init__(self) -> None:
        self._course, self._logs = Course(), Course()
        self._finite: Growing[np.float64] | None = None  # the ordinates, where some are infinite
        self._positive, self._others = Growing(np.float64), 0
        self.hidden = 0

    def outline(self, x: Places, y: Floats, pixels: Pixels, log: bool) -> tuple[Floats, Floats]:
        """Return what is seen of the curve between places; ``y`` is that of the last call and more."""
        steps, values = self.course_of(x, y, log).outline(pixels)
        return steps, np.log10(values) if log else values

    def course_of(self, x: Places, y: Floats, log: bool) -> Course:
        """Return the curve, without what has no logarithm where that is asked for."""
        if len(y) > len(self._course.y):
            self._follow(x, y)
        course, self.hidden = self._course, 0
        if log and not course.extremes()[0] > 0:
            course = self._above_zero()
            self.hidden = self._others
        return course

    def _follow(self, x: Places, y: Floats) -> None:
        if self._finite is not None:
            new = y[len(self._finite) :]
            self._finite.append(np.where(np.isinf(new), np.nan, new))
            y = self._finite.values
        self._course.follow(x, y)
        if self._finite is None and np.isinf(self._course.extremes()).any():
            self._finite, self._course = Growing(np.float64), Course()
            self._follow(x, y)

    def _above_zero(self) -> Course:
        """What has a logarithm; nothing that was looked at before is looked at again."""
        x, y = self._course.x, self._course.y
        if len(y) > len(self._positive):
            new = y[len(self._positive) :]
            self._others += int(np.count_nonzero(new <= 0))
            self._positive.append(np.where(new > 0, new, np.nan))
            self._logs.follow(x, self._positive.values)
        return self._logs
