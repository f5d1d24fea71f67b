"""Small pictures of projects."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from projects.schema import Project
from projects.templates import template
from workbench.start_cards import PICTURE, ROW_PICTURE
from workbench.thumbnail import thumbnail


def colors(project: Project, size: QSize) -> int:
    """How many colours a picture has; an empty one has one."""
    image = thumbnail(project, size).toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return len({image.pixel(x, y) for x, y in places})


@pytest.mark.parametrize("size", [PICTURE, ROW_PICTURE, QSize(1, 1)])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 40])
def test_any_number_of_networks_fits_into_any_picture(
    qtbot: QtBot, size: QSize, count: int
) -> None:
    project = template("digits_mlp").project
    (network,) = project.networks.values()
    many = {f"n{place}": network for place in range(count)}
    shown = thumbnail(msgspec.structs.replace(project, networks=many), size)
    assert shown.deviceIndependentSize().toSize() == size


def test_a_gan_can_be_seen_in_the_list_of_recent_projects(qtbot: QtBot) -> None:
    project = template("gan_ring").project
    assert colors(project, ROW_PICTURE) > 1
    assert colors(msgspec.structs.replace(project, networks={}), ROW_PICTURE) == 1
