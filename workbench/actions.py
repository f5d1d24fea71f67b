"""One registry of everything a person can command.

Menus, toolbar, command palette and the list of shortcuts are made from it. A command that cannot be
given now is disabled, and its tooltip says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from widgets import icons, theme

Shortcut = str | QKeySequence.StandardKey


def _always() -> str:
    return ""


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        id: Its name in code and tests.
        text: What menus say, with the mnemonic.
        menu: The menu that holds it.
        run: What it does.
        icon: Name of its icon, or empty.
        shortcuts: Keys, the first one is shown.
        why_not: Returns why it cannot be given now; empty when it can.
        section: Commands of one section stand together between separators.
        checked: For switches: returns whether it is on; None for plain commands.
        under: Title of a menu inside of the menu that holds it, or empty.
        group: For switches: name of those of which one alone is on; empty for one that stands for itself.
    """

    id: str
    text: str
    menu: str
    run: Callable[[], None]
    icon: str = ""
    shortcuts: Sequence[Shortcut] = ()
    why_not: Callable[[], str] = _always
    section: int = 0
    checked: Callable[[], bool] | None = None
    under: str = ""
    group: str = ""


class Registry(QObject):
    """Every command of a window.

    Args:
        window: The window; its children may trigger the shortcuts.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        theme.notifier().changed.connect(self._recolor)

    def add(self, commands: Iterable[Command]) -> None:
        """Add commands; an id or a key may be used once only.

        Raises:
            ValueError: It is used already.
        """
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"two commands are called {command.id}")
            action = QAction(command.text, self._window)
            action.setObjectName(f"action_{command.id}")
            action.setIconText(plain(command.text))  # what buttons say
            action.setShortcuts([QKeySequence(key) for key in command.shortcuts])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(command.checked is not None)
            if command.group:
                self._group(command.group).addAction(action)
            action.triggered.connect(self._runner(command))
            if command.icon:
                action.setIcon(icons.icon(command.icon))
            self._commands[command.id] = command
            self._actions[command.id] = action
            self._window.addAction(action)

    def _group(self, name: str) -> QActionGroup:
        """Menus show those of a group as bullets."""
        if name not in self._groups:
            self._groups[name] = QActionGroup(self)
        return self._groups[name]

    def action(self, name: str) -> QAction:
        """The Qt action of a command."""
        return self._actions[name]

    def commands(self) -> list[Command]:
        """Every command, in the order of adding."""
        return list(self._commands.values())

    def refresh(self) -> None:
        """Ask every command again whether it can be given."""
        for name, command in self._commands.items():
            action = self._actions[name]
            reason = command.why_not()
            action.setEnabled(not reason)
            action.setToolTip(_tip(command, action, reason))
            if command.checked is not None:
                action.setChecked(command.checked())

    def press(self, keys: QKeySequence) -> None:
        """Give the command that has these keys, if there is one."""
        for action in self._actions.values():
            if keys in action.shortcuts():
                action.trigger()

    def refusal(self, keys: QKeySequence) -> tuple[str, str] | None:
        """Return what the command with these keys is called and why it cannot be given; None where it can be."""
        for name, action in self._actions.items():
            command = self._commands[name]
            if keys in action.shortcuts() and (reason := command.why_not()):
                return plain(command.text), reason
        return None

    def fill(self, menus: Mapping[str, QMenu]) -> None:
        """Fill the menus.

        Args:
            menus: Each by the name that commands know it by; empty.
        """
        for name, menu in menus.items():
            menu.aboutToShow.connect(self.refresh)
            self._fill_menu(menu, [c for c in self._commands.values() if c.menu == name])

    def _fill_menu(self, menu: QMenu, commands: list[Command]) -> None:
        section = None
        inner: dict[str, QMenu] = {}
        for command in sorted(commands, key=lambda c: c.section):
            if section is not None and command.section != section:
                menu.addSeparator()
            section = command.section
            if command.under and command.under not in inner:
                inner[command.under] = menu.addMenu(command.under)
                inner[command.under].setToolTipsVisible(True)
            inner.get(command.under, menu).addAction(self._actions[command.id])

    def _runner(self, command: Command) -> Callable[[], None]:
        def run() -> None:
            if not command.why_not():
                command.run()
            self.refresh()

        return run

    def _recolor(self) -> None:
        for name, command in self._commands.items():
            if command.icon:
                self._actions[name].setIcon(icons.icon(command.icon))


def _tip(command: Command, action: QAction, reason: str) -> str:
    text = plain(command.text)
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    named = f"{text} ({keys})" if keys else text
    return f"{named}\n{reason}" if reason else named


def plain(text: str) -> str:
    """Return a menu text without its mnemonic mark, or the letter in brackets that some languages need, and dots."""
    text = re.sub(r"\s?\(&\w\)", "", text)
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")
