"""What the command palette finds: commands, layers of the project, runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from projects.translation import gettext as _
from widgets import icons
from widgets.layer_palette import chip
from workbench import edits
from workbench.actions import plain
from workbench.command_palette import Entry
from workbench.names import network_words
from workbench.node_faces import kind_of
from workbench.run_words import state_words
from workbench.scope import dotted, places

if TYPE_CHECKING:
    from workbench.window import MainWindow


def find_entries(window: MainWindow, layers_only: bool = False) -> list[Entry]:
    """Return everything that can be found in a window now.

    Args:
        window: The window.
        layers_only: Leave out what is no layer.
    """
    layers = list(_layers(window))
    if layers_only:
        return layers
    return [*_commands(window), *layers, *_runs(window), *_pages(window)]


def _commands(window: MainWindow) -> Iterator[Entry]:
    for command in window.registry.commands():
        if command.id == "palette":
            continue
        action = window.registry.action(command.id)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        yield Entry(plain(command.text), keys, action.trigger, command.why_not(), action.icon())


def _layers(window: MainWindow) -> Iterator[Entry]:
    document = window.files.document
    if document is None:
        return
    project = document.project
    for place in places(project):
        graph = edits.graph_of(project, place)
        within = edits.block_name(project, place) or network_words(place)
        for name, node in graph.nodes.items():
            title, category = kind_of(node)
            kind = _("{title} in {network}").format(title=title, network=within)
            yield Entry(name, kind, _goer(window, dotted(place, name)), icon=chip(category))


def _goer(window: MainWindow, place: str) -> Callable[[], None]:
    return lambda: window.show_place(place)


def _runs(window: MainWindow) -> Iterator[Entry]:
    if window.files.document is None:
        return
    for path, summary in window.runs.summaries():
        yield Entry(
            path.name,
            _("Run · {state}").format(state=state_words(summary.state)),
            _shower(window, path),
        )


def _pages(window: MainWindow) -> Iterator[Entry]:
    book = icons.icon("textbook", "muted")
    for page in window.textbook.book.pages.values():
        kind = _("Textbook · {chapter}").format(chapter=page.chapter)
        yield Entry(page.title, kind, partial(window.show_textbook, page.key), icon=book)


def _shower(window: MainWindow, path: Path) -> Callable[[], None]:
    return lambda: window.viewer.show_path(path)
