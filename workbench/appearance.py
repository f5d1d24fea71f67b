"""Light or dark, as the system or the person says."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from widgets import theme
from workbench import styles
from workbench.settings import Settings


class Appearance(QObject):
    """Keeps the colours of the application in step with the system and the settings.

    Args:
        app: The application.
        settings: Where the person's choice is remembered.
    """

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        styles.apply_font(app)
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def scheme(self) -> str:
        """What the person chose: ``system``, ``light`` or ``dark``."""
        return self._settings.scheme

    def choose(self, scheme: str) -> None:
        """Use this scheme from now on."""
        self._settings.scheme = scheme
        self._apply()

    def _apply(self) -> None:
        scheme = self._settings.scheme
        if scheme == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            scheme = "dark" if dark else "light"
        styles.apply(self._app, theme.DARK if scheme == "dark" else theme.LIGHT)
