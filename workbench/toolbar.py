"""The toolbar: files, undo, training, learning rate, workspaces; where it is narrow, with fewer words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from projects.translation import gettext as _
from widgets import icons, theme
from workbench.actions import Registry, plain
from workbench.arranging import WORKSPACES
from workbench.rate_field import Brief, RateField

SMALL = ("close", "open", "save", None, "undo", "redo", None)
TRAIN = ("pause", "step", "stop")


class PrimaryButton(QToolButton):
    """A button for an action with an icon that can be seen on the accent colour.

    Args:
        action: What it triggers, and where words, tooltip and state come from.
        icon: Name of the icon.
    """

    def __init__(self, action: QAction, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._icon = icon
        self.setObjectName(f"tool_{action.objectName().removeprefix('action_')}")
        self.setAccessibleName(plain(action.text()))
        self.setText(plain(action.text()))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setProperty("primary", True)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._sync)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self._sync()

    def say(self, words: bool) -> None:
        """Show words beside the icon, or the icon alone."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
        )

    def _sync(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())

    def _recolor(self) -> None:
        self.setIcon(icons.icon(self._icon, "on_accent"))


class Toolbar(QToolBar):
    """The commands that are used all the time.

    Args:
        registry: Where the commands are.
    """

    def __init__(self, registry: Registry, parent: QWidget | None = None) -> None:
        super().__init__(_("Toolbar"), parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.toggleViewAction().setEnabled(False)
        for name in SMALL:
            if name is None:
                self.addSeparator()
            else:
                self.addAction(registry.action(name))
        self._add_train(registry)
        self.addSeparator()
        self.rate = RateField()
        self.rate.networks_changed.connect(self._give_room)
        self._rate = self.addWidget(self.rate)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        for name in WORKSPACES:
            self.addAction(registry.action(f"workspace_{name}"))
        for button in self.findChildren(QToolButton):
            action = button.defaultAction()
            if action is not None:
                button.setAccessibleName(plain(action.text()))
                button.setObjectName(f"tool_{action.objectName().removeprefix('action_')}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """Drop words, the most dispensable first, until everything is there: the workspaces stand last."""
        for brief in Brief:
            self.rate.shorten(brief)
            self._train.say(brief < Brief.ICONS)
            self._rate.setVisible(brief < Brief.NO_RATE)
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        for layout in (self.rate.layout(), self.layout()):
            assert layout is not None  # both have one from the beginning
            layout.invalidate()
        return self.sizeHint().width()

    def _add_train(self, registry: Registry) -> None:
        self._train = PrimaryButton(registry.action("train"), "train")
        self.addWidget(self._train)
        for name in TRAIN:
            self.addAction(registry.action(name))
