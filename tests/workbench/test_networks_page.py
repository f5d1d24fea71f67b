"""Networks stand where they can be read: side by side, else one below the other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSizeF
from pytestqt.qtbot import QtBot

from projects.templates import template
from widgets.canvas.kit import FAR
from workbench.designer import Designer
from workbench.document import Document
from workbench.networks_page import NetworksPage, scale_of


@pytest.fixture
def page(qtbot: QtBot) -> NetworksPage:
    document = Document(template("gan_ring").project)
    made = NetworksPage({name: Designer(document, name) for name in document.project.networks})
    qtbot.addWidget(made)
    made.resize(900, 460)
    made.show()
    return made


def stands_stacked(page: NetworksPage, width: int, height: int) -> bool:
    page.resize(width, height)
    return page.stacked


def designers(page: NetworksPage) -> list[Designer]:
    return page.findChildren(Designer)


def test_networks_stand_below_each_other_where_they_cannot_be_read_else(page: NetworksPage) -> None:
    assert not page.stacked
    assert stands_stacked(page, 360, 480)
    low = [designer.height() for designer in designers(page)]
    assert max(low) - min(low) < 20
    for designer in designers(page):
        canvas = designer.canvas
        assert canvas.zoom >= FAR
        assert canvas.seen().contains(canvas.everything())
    assert not stands_stacked(page, 900, 460)


def test_they_stay_side_by_side_where_that_helps_nothing(page: NetworksPage) -> None:
    assert not stands_stacked(page, 400, 120)


def test_the_least_scale_counts() -> None:
    sizes = [QSizeF(940, 240), QSizeF(440, 440)]
    assert scale_of(sizes, 500, 500) == pytest.approx(0.5)
    assert scale_of(sizes, 1000, 250) == pytest.approx(0.5)
    assert scale_of([], 100, 100) == 1.0
