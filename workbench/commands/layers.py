"""Layers: order on the canvas, whether they take part, and the blocks that they make."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from projects.translation import gettext as _
from projects.translation import phrase
from workbench import edits
from workbench.actions import Command
from workbench.commands.common import on_designer, too_few

if TYPE_CHECKING:
    from workbench.designer import Designer, Rearrangement
    from workbench.window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the Layers menu."""

    def bypassed() -> bool:
        return window.designer is not None and window.designer.bypassed

    return [
        *_order(window),
        Command(
            "bypass",
            _("&Bypass"),
            "layers",
            on_designer(window, lambda designer: designer.bypass()),
            "bypass",
            ("Ctrl+B",),
            partial(too_few, window, 1),
            section=3,
            checked=bypassed,
        ),
        Command(
            "frame",
            _("&Frame"),
            "layers",
            on_designer(window, lambda designer: designer.framer.add()),
            "frame",
            ("Ctrl+J",),
            partial(too_few, window, 0),
            section=3,
        ),
        *_blocks(window),
    ]


def _blocks(window: MainWindow) -> list[Command]:
    """Commands that make blocks, take them apart, and lead in and out."""

    def no_block() -> str:
        missing = too_few(window, 0)
        chosen = window.designer is not None and window.designer.enterable
        return missing or ("" if chosen else _("Choose a block on the canvas first."))

    def no_way_out() -> str:
        inside = window.designer is not None and window.designer.inside
        return too_few(window, 0) or ("" if inside else _("The canvas shows the whole network."))

    def command(
        id: str, text: str, work: Callable[[Designer], None], keys: str, why_not: Callable[[], str]
    ) -> Command:
        run = on_designer(window, work)
        return Command(id, text, "layers", run, id, (keys,) if keys else (), why_not, section=4)

    return [
        command(
            "collapse",
            _("&Collapse to a block"),
            lambda designer: designer.collapse(),
            "Ctrl+G",
            partial(too_few, window, 1),
        ),
        command(
            "expand",
            _("E&xpand block"),
            lambda designer: designer.expand(),
            "Ctrl+Shift+G",
            no_block,
        ),
        command("enter", _("&Enter block"), lambda designer: designer.enter(), "", no_block),
        command("leave", _("Lea&ve block"), lambda designer: designer.leave(), "", no_way_out),
    ]


def _order(window: MainWindow) -> list[Command]:
    """Commands that put layers in order by eye."""
    sides: dict[edits.Side, tuple[str, str]] = {
        "left": (_("Align &left edges"), "Ctrl+Shift+Left"),
        "center": (_("Align &centres"), ""),
        "right": (_("Align &right edges"), "Ctrl+Shift+Right"),
        "top": (_("Align &top edges"), "Ctrl+Shift+Up"),
        "middle": (_("Align &middles"), ""),
        "bottom": (_("Align &bottom edges"), "Ctrl+Shift+Down"),
    }
    gaps: dict[edits.Axis, str] = {"across": _("Equal gaps ac&ross"), "down": _("Equal gaps &down")}

    def rearrange(text: str, edit: Rearrangement) -> Callable[[], None]:
        return on_designer(window, lambda designer: designer.rearrange(text, edit))

    return [
        Command(
            "arrange",
            _("&Arrange layers"),
            "layers",
            on_designer(window, lambda designer: designer.auto_layout()),
            "layout",
            ("Ctrl+L",),
            partial(too_few, window, 0),
        ),
        Command(
            "straighten",
            _("&Straighten wires"),
            "layers",
            rearrange(phrase("Straighten wires"), edits.straighten),
            "straighten",
            ("Ctrl+Shift+L",),
            partial(too_few, window, 0),
        ),
        *(
            Command(
                f"align_{side}",
                text,
                "layers",
                rearrange(phrase("Align layers"), partial(edits.align, side=side)),
                f"align_{side}",
                (keys,) if keys else (),
                partial(too_few, window, 2),
                section=1,
            )
            for side, (text, keys) in sides.items()
        ),
        *(
            Command(
                f"distribute_{axis}",
                text,
                "layers",
                rearrange(phrase("Distribute layers"), partial(edits.distribute, axis=axis)),
                f"distribute_{axis}",
                (),
                partial(too_few, window, 3),
                section=2,
            )
            for axis, text in gaps.items()
        ),
    ]
