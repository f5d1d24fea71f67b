"""Several pictures in one: a tab chooses which is shown."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from projects.translation import N_
from projects.translation import gettext as _
from widgets.page_tabs import PageTabs
from workbench.rundata import Frame
from workbench.samples import views
from workbench.samples.base import View

_TITLES = {
    "reconstructions": N_("Reconstructions"),
    "samples": N_("Samples"),
    "plane": N_("Latent plane"),
    "latents": N_("Use of latents"),
    "decoded": N_("Decoded plane"),
    "traversals": N_("Traversals"),
    "walks": N_("Walks"),
    "anomalies": N_("Anomalies"),
}


class AlbumView(View):
    """Pages with a tab each; the chosen one stays chosen while the training goes on."""

    kinds: ClassVar[tuple[str, ...]] = ("album",)
    paged: ClassVar[bool] = True

    def build(self) -> QWidget:
        """Make the tabs; pages come with the pictures."""
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self._names: list[str] = []
        self._pages: dict[tuple[str, str], View] = {}
        self._tabs = PageTabs(_("Pages"))
        self._tabs.currentChanged.connect(self._turn)
        self._stack = QStackedWidget()
        layout.addWidget(self._tabs)
        layout.addWidget(self._stack, 1)
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the chosen page of a picture; see :meth:`View.paint`."""
        known = [page for page in frame.info.get("pages", ()) if page.get("kind") in views()]
        names = [str(page["name"]) for page in known]
        if names != self._names:
            self._set_tabs(names)
        page = next((page for page in known if page["name"] == self.chosen), None)
        return self._show(frame, page, mistakes) if page is not None else ""

    @property
    def chosen(self) -> str:
        """Name of the page that is shown."""
        index = self._tabs.currentIndex()
        return self._names[index] if 0 <= index < len(self._names) else ""

    def choose(self, name: str) -> None:
        """Turn to a page."""
        if name in self._names:
            self._tabs.setCurrentIndex(self._names.index(name))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for page in self._pages.values():
            page.retheme()

    def _set_tabs(self, names: list[str]) -> None:
        before = self.chosen
        self._tabs.blockSignals(True)
        while self._tabs.count():
            self._tabs.removeTab(0)
        for name in names:
            self._tabs.addTab(_(_TITLES.get(name, name)))
        self._names = names
        self._tabs.setCurrentIndex(names.index(before) if before in names else 0)
        self._tabs.blockSignals(False)

    def _show(self, frame: Frame, page: dict[str, Any], mistakes: bool) -> str:
        name, kind = str(page["name"]), str(page["kind"])
        if (name, kind) not in self._pages:
            self._pages[name, kind] = made = views()[kind]()
            made.again = self._repaint
            self._stack.addWidget(made.widget)
        view = self._pages[name, kind]
        self._stack.setCurrentWidget(view.widget)
        head = f"{name}/"
        arrays = {k.removeprefix(head): a for k, a in frame.arrays.items() if k.startswith(head)}
        return view.paint(Frame(frame.step, arrays, page), mistakes)

    def _turn(self, _index: int) -> None:
        self.again()

    def _repaint(self) -> None:
        self.again()
