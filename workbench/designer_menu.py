"""The context menu of the designer: what can be done with what was clicked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QActionGroup, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

from projects.translation import gettext as _
from widgets import icons, theme
from workbench import edits

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
    frames = designer.canvas.selected_frames
    if designer.selection:
        _for_nodes(menu, designer)
    elif frames:
        _for_frame(menu, designer, frames[0])
    elif wires:
        menu.addAction(_("Insert layer…"), lambda: designer.adder.ask(pixel, place, None, wires[0]))
        menu.addAction(_("Bend here"), lambda: designer.adder.bend(place, wires[0]))
        menu.addAction(_("Disconnect"), designer.delete_selected)
    else:
        menu.addAction(_("Add layer…"), lambda: designer.adder.ask(pixel, place, None, None))
        menu.addAction(_("Paste"), lambda: designer.copier.paste(place))
        menu.addAction(_("Select all"), designer.select_all)
        menu.addAction(_("Frame"), designer.framer.add)
    topic = designer.topic_at(None)
    if len(designer.selection) == 1 and topic:
        about = icons.icon("help", "muted")
        menu.addAction(about, _("Page of the textbook"), lambda: designer.help_wanted.emit(topic))
    if designer.inside:
        menu.addAction(icons.icon("leave", "muted"), _("Leave block"), designer.leave)
    menu.addSeparator()
    several = len(designer.selection) > 1
    if several:
        _order(menu, designer)
    menu.addAction(_("Arrange selection") if several else _("Arrange all"), designer.auto_layout)
    menu.addAction(_("Fit all"), designer.fit)
    return menu


def _for_nodes(menu: QMenu, designer: Designer) -> None:
    for fix in designer.fixes():
        action = menu.addAction(icons.icon("mend", "accent"), fix.title.replace("&", "&&"))
        action.triggered.connect(lambda _on=False, fix=fix: designer.mend_wanted.emit(fix))
    menu.addSeparator()
    menu.addAction(_("Cut"), designer.copier.cut)
    menu.addAction(_("Copy"), designer.copier.copy)
    menu.addAction(_("Duplicate"), designer.copier.duplicate)
    menu.addAction(_("Delete"), designer.delete_selected)
    menu.addAction(_("Delete and keep the gap"), lambda: designer.delete_selected(True))
    menu.addSeparator()
    bypass = menu.addAction(_("Bypass"), designer.bypass)
    bypass.setCheckable(True)
    bypass.setChecked(designer.bypassed)
    menu.addAction(_("Frame"), designer.framer.add)
    menu.addSeparator()
    if designer.enterable:
        menu.addAction(icons.icon("enter", "accent"), _("Enter block"), designer.enter)
        menu.addAction(icons.icon("expand", "muted"), _("Expand block"), designer.expand)
    menu.addAction(icons.icon("collapse", "muted"), _("Collapse to a block"), designer.collapse)


def _for_frame(menu: QMenu, designer: Designer, name: str) -> None:
    menu.addAction(_("Rename…"), lambda: designer.framer.rename(name))
    menu.addAction(_("Cut"), designer.copier.cut)
    menu.addAction(_("Copy"), designer.copier.copy)
    menu.addAction(_("Duplicate"), designer.copier.duplicate)
    hues = {
        "grey": _("Grey"),
        "blue": _("Blue"),
        "orange": _("Orange"),
        "teal": _("Teal"),
        "purple": _("Purple"),
        "gold": _("Gold"),
        "sky": _("Sky"),
        "red": _("Red"),
        "green": _("Green"),
    }
    colors = menu.addMenu(_("Colour"))
    now, group = designer.graph.frames[name].color, QActionGroup(colors)
    for color, text in hues.items():
        action = colors.addAction(text, partial(designer.framer.color, name, color))
        action.setCheckable(True)
        action.setChecked(color == now)
        group.addAction(action)
        action.setIcon(_swatch(color))
    menu.addAction(_("Delete frame"), designer.delete_selected)


def _swatch(color: str) -> QIcon:
    picture = QPixmap(16, 16)
    picture.fill(theme.current().frame_color(color))
    return QIcon(picture)


def _order(menu: QMenu, designer: Designer) -> None:
    """Add what puts several layers in order."""
    sides: dict[edits.Side, str] = {
        "left": _("Left edges"),
        "center": _("Centres"),
        "right": _("Right edges"),
        "top": _("Top edges"),
        "middle": _("Middles"),
        "bottom": _("Bottom edges"),
    }
    align = menu.addMenu(_("Align"))
    for side, text in sides.items():
        edit = partial(edits.align, side=side)
        align.addAction(text, partial(designer.rearrange, _("Align layers"), edit))
    gaps: dict[edits.Axis, str] = {"across": _("Equal gaps across"), "down": _("Equal gaps down")}
    for axis, text in gaps.items():
        share_out = partial(edits.distribute, axis=axis)
        menu.addAction(text, partial(designer.rearrange, _("Distribute layers"), share_out))
    straight = partial(designer.rearrange, _("Straighten wires"), edits.straighten)
    menu.addAction(_("Straighten wires"), straight)
