"""Lets a person choose which settings inside of a block its nodes may choose."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from projects.errors import ProjectError
from projects.plain import RESERVED
from projects.schema import Block, Project
from projects.translation import phrase
from widgets.forms import Form
from workbench import edits
from workbench.document import Document
from workbench.inspector_page import Page, fields_of
from workbench.offer_controls import OfferList, Pins
from workbench.problem_words import said

NOT_SETTINGS = ("shares", "mute")
GROUPS = ("plug", "struct")


class Offers(QObject):
    """What the inspector shows of offers, and the edits behind it.

    Args:
        document: The open project.
        parent: Qt parent.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._page: Page | None = None
        self._pins: Pins | None = None
        self._list: OfferList | None = None

    def part_for(self, page: Page, form: Form) -> QWidget | None:
        """Give the form of a new page its pins; return the list of offers if the page has one."""
        self._page, self._pins, self._list = page, None, None
        if page.inside and not page.ids:
            self._list = OfferList()
            self._list.renamed.connect(self._rename)
            self._list.withdraw_wanted.connect(self._withdraw_target)
        elif page.inside and len(page.ids) == 1 and page.shares is None:
            self._pins = Pins(form, _able(page))
            self._pins.offer_wanted.connect(self._offer)
            self._pins.withdraw_wanted.connect(self._withdraw)
        return self._list

    def show(self, page: Page) -> None:
        """Show what the block offers now."""
        self._page = page
        block = self._block(page)
        if block is None:
            return
        if self._list is not None:
            self._list.show_offers(block.params)
        if self._pins is not None and len(page.ids) == 1:
            names = {s: edits.offer_of(block, page.ids[0], s) for s in _able(page)}
            self._pins.show_offers(names, _partners(block, _able(page)))

    @property
    def _project(self) -> Project:
        return self._document.project

    def _block(self, page: Page) -> Block | None:
        graph = edits.found(self._project, page.place)
        return graph if isinstance(graph, Block) else None

    def _offer(self, setting: str, name: str) -> None:
        page = self._page
        block = self._block(page) if page is not None else None
        if page is None or block is None:
            return
        node = page.ids[0]
        name = name or _free_name(block, node, setting)
        after = edits.offer(self._project, page.place, node, setting, name)
        self._document.apply(phrase("Offer setting"), after)

    def _withdraw(self, setting: str) -> None:
        if self._page is not None:
            self._withdraw_target(f"{self._page.ids[0]}.{setting}")

    def _withdraw_target(self, target: str) -> None:
        if self._page is not None:
            node, _dot, setting = target.partition(".")
            after = edits.withdraw(self._project, self._page.place, node, setting)
            self._document.apply(phrase("Offer setting no longer"), after)

    def _rename(self, old: str, new: str) -> None:
        if self._page is None or self._list is None:
            return
        try:
            after = edits.rename_offer(self._project, self._page.place, old, new)
        except ProjectError as error:
            self._list.refuse(said(error.problem))
            return
        self._document.apply(phrase("Rename setting"), after)


def _able(page: Page) -> list[str]:
    """The settings of a page's layer that can be offered."""
    fields = fields_of(page)
    return [f.name for f in fields if f.name not in NOT_SETTINGS and f.kind not in GROUPS]


def _partners(block: Block, settings: list[str]) -> dict[str, str]:
    """Offers that settings of the same kind could join."""
    found: dict[str, str] = {}
    for setting in settings:
        for name, targets in block.params.items():
            if name == setting or any(t.partition(".")[2] == setting for t in targets):
                found.setdefault(setting, name)
    return found


def _free_name(block: Block, node: str, setting: str) -> str:
    taken = {*block.params, *RESERVED}
    return setting if setting not in taken else edits.unique_id(taken, f"{node}_{setting}")
