"""Which language is spoken, as the system or the person says: by Ganvas and by Qt's own dialogs alike."""

from __future__ import annotations

import os

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from projects.translation import (
    SOURCE,
    VARIABLES,
    languages,
    of_system,
    preferred,
    speak,
)
from workbench.settings import Settings

SYSTEM = "system"


class Language(QObject):
    """Speaks the language that a person chose.

    Args:
        app: The application.
        settings: Where the choice is remembered.
    """

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        self._qt: QTranslator | None = None
        self._apply()

    @property
    def wish(self) -> str:
        """What is chosen: one of :func:`wishes`."""
        return self._settings.language

    def choose(self, wish: str) -> None:
        """Speak this language from now on: one of :func:`wishes`."""
        self._settings.language = wish
        self._apply()

    def _apply(self) -> None:
        wish = self._settings.language
        name = wish if wish in languages() else of_the_system()
        speak(name)
        if self._qt is not None:
            self._app.removeTranslator(self._qt)
        self._qt = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if name != SOURCE and self._qt.load(f"qtbase_{name}", folder):
            self._app.installTranslator(self._qt)


def of_the_system() -> str:
    """The language of the terminal's variables, else that of the desktop, as far as it can be spoken."""
    if any(os.environ.get(name) for name in VARIABLES):
        return of_system()
    return preferred(QLocale.system().uiLanguages())


def wishes() -> tuple[str, ...]:
    """What can be chosen: the system's language, and each that there is."""
    return (SYSTEM, *languages())


def own_name(language: str) -> str:
    """What a language calls itself: ``简体中文``."""
    return "English" if language == SOURCE else QLocale(language).nativeLanguageName()
