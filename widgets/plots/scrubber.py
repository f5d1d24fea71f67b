"""A time line: a slider over what was seen, play, and following the newest."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSlider, QToolButton, QWidget

from projects.translation import gettext as _
from widgets import theme

FRAME_MS = 90
SPEEDS = (1.0, 2.0, 4.0, 0.5)
LINE = 72  # pixels at least, to be dragged


class Scrubber(QWidget):
    """Chooses one of a growing number of pictures.

    Signals:
        moved(index): Another picture is chosen.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._follow = True
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._next)
        self._play = QToolButton()
        self._play.setObjectName("scrubberPlay")
        self._play.setText("▶")
        self._play.setCheckable(True)
        self._play.setToolTip(_("Play the training"))
        self._play.setAccessibleName(_("Play the training"))
        self._play.toggled.connect(self._toggle_play)
        self._speed = QToolButton()
        self._speed.setObjectName("scrubberSpeed")
        self._speed.setToolTip(_("How fast the training is played; a click changes it"))
        self._speed.setAccessibleName(_("Speed of playing"))
        self._speed.clicked.connect(self._change_speed)
        self._speed.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.5×") + 18)
        self._set_speed(SPEEDS[0])
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("scrubberSlider")
        self._slider.setAccessibleName(_("Time of training"))
        self._slider.setRange(0, 0)
        self._slider.valueChanged.connect(self._slid)
        self._step = QLabel()
        self._step.setObjectName("hint")
        self._step.setMinimumWidth(96)
        self._latest = QToolButton()
        self._latest.setObjectName("scrubberLatest")
        self._latest.setText(_("Latest"))
        self._latest.setCheckable(True)
        self._latest.setChecked(True)
        self._latest.setToolTip(_("Always show the newest picture"))
        self._latest.setAccessibleName(_("Follow the newest picture"))
        self._latest.clicked.connect(self._set_follow)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        # Else no part could give way.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self._play)
        layout.addWidget(self._speed)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._step)
        layout.addWidget(self._latest)

    def minimumSizeHint(self) -> QSize:
        """Return the room of what is always there."""
        buttons = [button.sizeHint() for button in (self._play, self._latest)]
        width = sum(size.width() + theme.GAP for size in buttons) + LINE
        return QSize(width, max(size.height() for size in buttons))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what is missed least where the line would become too short."""
        room = self.width() - self.minimumSizeHint().width()
        for part in (self._step, self._speed):
            room -= theme.GAP + max(part.minimumWidth(), part.sizeHint().width())
            part.setVisible(room >= 0)

    @property
    def index(self) -> int:
        """The chosen picture."""
        return self._slider.value()

    @property
    def following(self) -> bool:
        """Whether the newest picture is always the chosen one."""
        return self._follow

    def choose(self, index: int) -> None:
        """Choose a picture, and no longer follow the newest one."""
        self._play.setChecked(False)
        self._follow = False
        self._latest.setChecked(False)
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(index)
        self._slider.blockSignals(blocked)

    def follow(self) -> None:
        """Choose the newest picture, now and from now on."""
        self._set_follow(True)

    def set_count(self, count: int) -> None:
        """Say how many pictures there are; the newest is chosen while following."""
        self._count = count
        blocked = self._slider.blockSignals(True)
        self._slider.setRange(0, max(count - 1, 0))
        if self._follow:
            self._slider.setValue(max(count - 1, 0))
        self._slider.blockSignals(blocked)

    def set_step(self, step: int) -> None:
        """Say at which step the chosen picture was taken."""
        self._step.setText(_("step {step:,}").format(step=step))
        self._slider.setToolTip(self._step.text())
        self._fit()

    def _slid(self, value: int) -> None:
        if not self._timer.isActive():
            self._set_follow(value >= self._count - 1)
        self.moved.emit(value)

    def _set_follow(self, follow: bool) -> None:
        self._follow = follow
        self._latest.setChecked(follow)
        if follow:
            self._slider.setValue(max(self._count - 1, 0))

    def _set_speed(self, speed: float) -> None:
        self._pace = speed
        self._timer.setInterval(round(FRAME_MS / speed))
        self._speed.setText(f"{speed:g}×")

    def _change_speed(self) -> None:
        self._set_speed(SPEEDS[(SPEEDS.index(self._pace) + 1) % len(SPEEDS)])

    def _toggle_play(self, on: bool) -> None:
        self._play.setText("⏸" if on else "▶")
        if not on:
            self._timer.stop()
            return
        if self.index >= self._count - 1:
            self._slider.setValue(0)
        self._follow = False
        self._latest.setChecked(False)
        self._timer.start()

    def _next(self) -> None:
        if self.index >= self._count - 1:
            self._play.setChecked(False)
            self._set_follow(True)
            return
        self._slider.setValue(self.index + 1)
