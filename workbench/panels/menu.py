"""The button that opens a panel's menu, and pictures of widgets."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from projects.translation import gettext as _
from widgets import icons, theme

FINE = 2  # pixels of a picture for one on the screen, each way: it may be printed


class PanelMenuButton(QToolButton):
    """A small button with a menu that is filled when it opens.

    Args:
        fill: Puts entries into the menu.
        parent: Qt parent.
    """

    def __init__(self, fill: Callable[[QMenu], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self.setObjectName("panelMenu")
        self.setAutoRaise(True)
        self.setToolTip(_("What else can be done with this panel"))
        self.setAccessibleName(_("Menu of the panel"))
        self.clicked.connect(self._open)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("panelMenuEntries")
        self._fill(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _recolor(self) -> None:
        self.setIcon(icons.icon("more", "muted"))


def sharp(widget: QWidget) -> QPixmap:
    """Return a picture of a widget that is finer than the screen."""
    picture = QPixmap(widget.size() * FINE)
    picture.setDevicePixelRatio(FINE)
    picture.fill(theme.current().color("surface"))
    QWidget.render(widget, picture)  # plots have another one of that name
    return picture
