"""The context menu of the designer: what can be done with what was clicked."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from workbench.designer import Designer


def context_menu(designer: Designer, pixel: QPoint, place: QPointF) -> QMenu:
    """Return the menu for what is selected in a designer; it deletes itself when it closes.

    Args:
        designer: The designer.
        pixel: Where it was asked for, in global coordinates.
        place: The same in the scene.
    """
    menu = QMenu(designer)
    menu.setObjectName("designer_menu")
    menu.setAccessibleName(_("What to do here"))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    wires = designer.canvas.selected_wires
    if designer.selection:
        _for_nodes(menu, designer)
    elif wires:
        menu.addAction(_("Insert layer…"), lambda: designer.adder.ask(pixel, place, None, wires[0]))
        menu.addAction(_("Disconnect"), designer.delete_selected)
    else:
        menu.addAction(_("Add layer…"), lambda: designer.adder.ask(pixel, place, None, None))
        menu.addAction(_("Paste"), lambda: designer.paste(place))
        menu.addAction(_("Select all"), designer.select_all)
    menu.addSeparator()
    several = len(designer.selection) > 1
    menu.addAction(_("Arrange selection") if several else _("Arrange all"), designer.auto_layout)
    menu.addAction(_("Fit all"), designer.fit)
    return menu


def _for_nodes(menu: QMenu, designer: Designer) -> None:
    menu.addAction(_("Cut"), designer.cut)
    menu.addAction(_("Copy"), designer.copy)
    menu.addAction(_("Duplicate"), designer.duplicate)
    menu.addAction(_("Delete"), designer.delete_selected)
    menu.addAction(_("Delete and keep the gap"), lambda: designer.delete_selected(True))
