"""View: workspaces, docks, zoom, light and dark, language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from projects.translation import gettext as _
from workbench.actions import Command
from workbench.arranging import WORKSPACES
from workbench.commands.common import no_project, on_designer
from workbench.language import SYSTEM, own_name, wishes
from workbench.settings import SCHEMES

if TYPE_CHECKING:
    from workbench.window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the View menu."""
    return [
        *_workspaces(window),
        *_zoom(window),
        *_docks(window),
        *_schemes(window),
        *_languages(window),
    ]


def workspace_titles() -> dict[str, str]:
    """Return the workspaces as people read them."""
    return {"design": _("&Design"), "train": _("&Train"), "analyse": _("&Analyse")}


def _workspaces(window: MainWindow) -> list[Command]:
    titles = workspace_titles()
    tabs = {"data": _("Data tab"), "recipe": _("Recipe tab")}
    missing = partial(no_project, window)

    def shower(name: str) -> Callable[[], None]:
        return lambda: window.show_workspace(name)

    def shown(name: str) -> Callable[[], bool]:
        return lambda: window.files.document is not None and window.docks.workspace == name

    return [
        *(
            Command(
                f"workspace_{name}",
                titles[name],
                "view",
                shower(name),
                shortcuts=(f"Ctrl+{place}",),
                why_not=missing,
                checked=shown(name),
                group="workspaces",
            )
            for place, name in enumerate(WORKSPACES, start=1)
        ),
        *(
            Command(
                f"tab_{name}",
                title,
                "view",
                lambda name=name: window.show_place(name),  # type: ignore[misc]
                name,
                (f"Ctrl+{place}",),
                missing,
                section=1,
            )
            for place, (name, title) in enumerate(tabs.items(), start=4)
        ),
    ]


def _zoom(window: MainWindow) -> list[Command]:
    missing = partial(no_project, window)

    def flip(name: str) -> Callable[[], None]:
        def run() -> None:
            setattr(window.settings, name, not getattr(window.settings, name))
            window.dashboard.apply_habits()

        return run

    return [
        Command(
            "fit",
            _("Show &everything"),
            "view",
            on_designer(window, lambda d: d.fit()),
            "fit",
            (),
            missing,
            2,
        ),
        Command(
            "zoom_in",
            _("Zoom &in"),
            "view",
            on_designer(window, lambda d: d.canvas.zoom_by(1.25)),
            "zoom_in",
            ("Ctrl++", "Ctrl+="),
            missing,
            2,
        ),
        Command(
            "zoom_out",
            _("Zoom &out"),
            "view",
            on_designer(window, lambda d: d.canvas.zoom_by(0.8)),
            "zoom_out",
            ("Ctrl+-",),
            missing,
            2,
        ),
        Command(
            "zoom_100",
            _("&100 %"),
            "view",
            on_designer(window, lambda d: d.canvas.zoom_to(1.0)),
            "",
            ("Ctrl+0",),
            missing,
            2,
        ),
        Command(
            "minimap",
            _("&Map in the corner"),
            "view",
            flip("minimap"),
            "map",
            ("Ctrl+M",),
            missing,
            2,
            checked=lambda: window.settings.minimap,
        ),
        Command(
            "wheel_zooms",
            _("&Wheel zooms the canvas"),
            "view",
            flip("wheel_zooms"),
            "",
            (),
            missing,
            2,
            checked=lambda: window.settings.wheel_zooms,
        ),
    ]


def _docks(window: MainWindow) -> list[Command]:
    missing = partial(no_project, window)

    def toggler(name: str) -> Callable[[], None]:
        return lambda: window.docks.toggle(name)

    def away(name: str) -> Callable[[], str]:
        other = _("It is about another kind of project.")
        return lambda: missing() or (other if window.docks.is_away(name) else "")

    def seen(name: str) -> Callable[[], bool]:
        return lambda: window.docks[name].isVisible()

    return [
        *(
            Command(
                f"dock_{name}",
                window.docks.titles.whole(name),
                "view",
                toggler(name),
                why_not=away(name),
                section=3,
                checked=seen(name),
                under=_("&Panels"),
            )
            for name in window.docks.names()
        ),
        Command(
            "float",
            _("&Float or dock the panel in use"),
            "view",
            window.docks.float_current,
            why_not=missing,
            section=3,
        ),
        Command(
            "reset_layout",
            _("&Reset layout"),
            "view",
            window.docks.reset,
            why_not=missing,
            section=3,
        ),
    ]


def _schemes(window: MainWindow) -> list[Command]:
    titles = {
        "system": _("Colours as the &system"),
        "light": _("&Light colours"),
        "dark": _("Dar&k colours"),
    }

    def chooser(scheme: str) -> Callable[[], None]:
        return lambda: window.appearance.choose(scheme)

    def chosen(scheme: str) -> Callable[[], bool]:
        return lambda: window.appearance.scheme == scheme

    return [
        Command(
            f"scheme_{scheme}",
            titles[scheme],
            "view",
            chooser(scheme),
            "",
            section=5,
            checked=chosen(scheme),
            under=_("&Colours"),
            group="colours",
        )
        for scheme in SCHEMES
    ]


def _languages(window: MainWindow) -> list[Command]:
    def chooser(wish: str) -> Callable[[], None]:
        return lambda: window.language_wanted.emit(wish)

    def chosen(wish: str) -> Callable[[], bool]:
        return lambda: window.settings.language == wish

    def why_not() -> str:
        return (
            window.importing.why_not()
            or window.lab.studying.why_not_moved()
            or window.squeezer.why_not_moved()
            or window.event_files.why_not_in()
            or window.why_not_replaced()
        )

    return [
        Command(
            f"language_{wish}",
            _("Language of the &system") if wish == SYSTEM else own_name(wish),
            "view",
            chooser(wish),
            why_not=why_not,
            section=5,
            checked=chosen(wish),
            under=_("Lan&guage"),
            group="languages",
        )
        for wish in wishes()
    ]
