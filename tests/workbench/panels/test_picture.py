"""One picture of samples by itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from workbench.rundata import Frame
from workbench.samples.picture import Picture


def test_what_cannot_be_shown_is_said_and_the_next_one_is_shown(qtbot: QtBot) -> None:
    picture = Picture("nothing here")
    qtbot.addWidget(picture)
    picture.show()
    info = {"kind": "images", "columns": 2, "classes": []}
    (label,) = picture.findChildren(QLabel, "emptyText")
    for arrays in ({}, {"images": np.zeros(3)}):
        picture.set_frame(Frame(1, arrays, info))
        assert label.isVisible()
    picture.set_frame(Frame(2, {"images": np.zeros((4, 8, 8, 1), np.uint8)}, info))
    assert not label.isVisible()
