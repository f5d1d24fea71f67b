"""A window of 1024 × 700 pixels with a GAN that trains: nothing that is needed is out of sight."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol import Progress, Started
from projects.templates import template
from projects.translation import SOURCE, languages, speak
from projects.translation import gettext as _
from tests.workbench.panels.conftest import made_up, picture
from tests.workbench.shell import wait
from widgets import theme
from widgets.canvas.kit import FAR
from widgets.plots.heatmap import Heatmap
from widgets.tall import Tall
from workbench import styles
from workbench.actions import Registry
from workbench.app import make_application
from workbench.arranging import WORKSPACES
from workbench.rundata import RunData
from workbench.status import Status
from workbench.toolbar import Toolbar
from workbench.window import MainWindow

SMALL = (1024, 700)
RATES = {"generator": 0.0009548, "discriminator": 0.0009548}


@pytest.fixture(params=languages())
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    speak(request.param)
    yield request.param
    speak(SOURCE)


def whole(part: QWidget) -> bool:
    return part.isVisible() and part.visibleRegion().boundingRect() == part.rect()


def open_gan(window: MainWindow, qtbot: QtBot, name: str = "gan_ring") -> None:
    window.resize(*SMALL)
    window.open_template(template(name))
    qtbot.wait(50)
    assert (window.width(), window.height()) == SMALL


def test_workspaces_can_be_pressed_while_a_gan_trains(window: MainWindow, qtbot: QtBot) -> None:
    open_gan(window, qtbot)
    window.toolbar.rate.show_rates(RATES, active=True)
    buttons = [
        window.toolbar.findChild(QToolButton, f"tool_workspace_{name}") for name in WORKSPACES
    ]
    wait(qtbot, lambda: all(button is not None and whole(button) for button in buttons))
    assert whole(window.toolbar.rate)


@pytest.mark.parametrize("width", [1440, SMALL[0], 950, 760])
def test_a_toolbar_says_as_much_as_it_has_room_for(
    width: int, spoken: str, window: MainWindow, qtbot: QtBot
) -> None:
    registry: Registry = window.registry
    toolbar = Toolbar(registry)
    qtbot.addWidget(toolbar)
    toolbar.resize(width, 50)
    toolbar.show()
    toolbar.rate.show_rates(RATES, active=True)
    qtbot.wait(20)
    workspaces = [toolbar.findChild(QToolButton, f"tool_workspace_{name}") for name in WORKSPACES]
    assert all(button is not None and whole(button) for button in workspaces)
    train = toolbar.findChild(QToolButton, "tool_train")
    assert train is not None
    assert whole(train)
    assert toolbar.rate.isVisible() == (width >= 950)
    (name,) = (label for label in toolbar.rate.findChildren(QLabel) if label.buddy() is not None)
    if width == 1440:
        assert name.text() == _("Learning rate")


def test_the_status_bar_leaves_out_whole_parts_and_no_words(qtbot: QtBot) -> None:
    status = Status()
    qtbot.addWidget(status)
    status.resize(1700, 36)
    status.show()
    run = RunData(label="x")
    run.state = "running"
    run.feed(Started(run="x", step=0, steps_per_epoch=66, total_steps=5000, device="cpu"))
    run.feed(Progress(step=612, epoch=9.3, steps_per_second=61.0, seconds=10.0, eta=72.0))
    status.set_run(run)
    status.set_health("well", "Training is healthy")
    counts = status.findChild(QLabel, "statusCounts")
    state = status.findChild(QLabel, "statusState")
    assert counts is not None
    assert state is not None
    counts.setText("67.2k parameters · 133k FLOPs an example")
    status.set_run(run)
    qtbot.wait(20)
    assert counts.isVisible()
    status.resize(SMALL[0], 36)
    qtbot.wait(20)
    assert state.text() == "Running · step 612 of 5,000 · epoch 9.3 · 61 steps/s · 1 min 12 s left"
    assert state.width() >= state.fontMetrics().horizontalAdvance(state.text())
    assert not counts.isVisible()
    assert counts.text() in status.toolTip()
    status.resize(1700, 36)
    qtbot.wait(20)
    assert counts.isVisible()
    assert status.toolTip() == ""


@pytest.mark.parametrize("name", ["gan_ring", "r3gan_grid", "vae_gan_digits"])
def test_a_network_is_opened_so_that_names_can_be_read(
    name: str, window: MainWindow, qtbot: QtBot
) -> None:
    open_gan(window, qtbot, name)
    assert window.view is not None
    for designer in window.view.designers.values():
        canvas = designer.canvas
        assert canvas.zoom >= FAR
        first = min(canvas.graph.nodes.values(), key=lambda node: (node.x(), node.y()))
        seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
        assert seen.contains(first.card.translated(first.pos()))
        designer.fit()
        seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
        assert seen.contains(canvas.everything())


def test_tabs_of_docks_say_whole_words(spoken: str, window: MainWindow, qtbot: QtBot) -> None:
    styles.apply(make_application(), theme.LIGHT)  # which tabs are as wide as
    open_gan(window, qtbot)
    names = ("curves", "health", "rivals", "doctor", "samples", "scores", "runs", "problems")
    whole_titles = {name: window.docks.titles.whole(name) for name in names}

    def bar() -> QTabBar:
        bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return next(bar for bar in bars if bar.count() >= len(names))

    def room(place: int) -> bool:
        words = bar().fontMetrics().horizontalAdvance(bar().tabText(place))
        return bar().tabRect(place).width() >= words + 28  # and the space around them

    wait(qtbot, lambda: all(room(place) for place in range(bar().count())))
    tips = {bar().tabToolTip(place) for place in range(bar().count())}
    assert set(whole_titles.values()) <= tips
    window.resize(1440, 900)
    wait(qtbot, lambda: all(window.docks[n].windowTitle() == t for n, t in whole_titles.items()))


def test_a_window_with_a_guide_is_made_small_in_one_go_and_keeps_in_front_what_is_there(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_guide("depth")
    window.docks.reveal("doctor")
    window.docks.reveal("history")

    def front() -> set[str]:
        shown = (name for name in window.docks.names() if not window.docks[name].isHidden())
        return {name for name in shown if not window.docks[name].visibleRegion().isEmpty()}

    assert {"guide", "layers", "doctor", "history"} <= front()
    for width in range(1400, 1000, -25):
        window.resize(width, SMALL[1])
        qtbot.wait(5)  # whoever draws does not wait
    window.resize(*SMALL)
    assert (window.width(), window.height()) == SMALL
    wait(qtbot, lambda: {"guide", "doctor", "history"} <= front())
    qtbot.wait(300)
    assert {"guide", "doctor", "history"} <= front()
    window.resize(1440, 900)
    wait(qtbot, lambda: not window.docks._turning.isActive())
    wait(qtbot, lambda: {"guide", "layers", "doctor", "history"} <= front())


@pytest.mark.parametrize("workspace", ["train", "analyse"])
def test_what_was_left_in_a_small_window_has_its_shares_of_a_large_one(
    workspace: str, window: MainWindow, qtbot: QtBot
) -> None:
    def shares() -> dict[str, float]:
        docks = {name: window.docks[name] for name in window.docks.names()}
        seen = (name for name in docks if not docks[name].visibleRegion().isEmpty())
        return {name: docks[name].width() / window.width() for name in seen}

    open_gan(window, qtbot)
    window.show_workspace(workspace)
    qtbot.wait(300)
    before = shares()
    window.show_workspace("design")
    window.resize(1440, 900)
    qtbot.wait(300)
    window.show_workspace(workspace)
    qtbot.wait(300)
    assert before.keys() == shares().keys()
    assert shares() == pytest.approx(before, abs=0.05)


def test_what_a_panel_shows_is_no_lower_than_it_can_be_read(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(*SMALL)
    window.open_guide("curing")
    run = made_up()
    layers = [f"generator/linear{place}" for place in range(8)]
    ones = np.ones(8, np.float32)
    measured = {"gradient_norm": ones, "update_ratio": ones / 1000, "weight_norm": ones}
    picture(run, "health", 1, {"layers": layers, "status": ["healthy"] * 8}, **measured)
    window.viewer.show(run)
    window.docks.reveal("health")
    panel = next(panel for panel in window.viewer.panels if panel.name == "health")
    wait(qtbot, lambda: panel.findChild(Heatmap) is not None)
    heatmap = panel.findChild(Heatmap)
    assert heatmap is not None
    wait(qtbot, heatmap.isVisible)
    box = heatmap.plot.getViewBox()
    assert panel.height() < panel.least
    assert box.height() > 60
    (ticks,) = heatmap.plot.getAxis("left")._tickLevels
    apart = box.height() / 8 * (ticks[1][0] - ticks[0][0])
    assert apart >= heatmap.fontMetrics().height()
    (scroll,) = (area for area in panel.findChildren(Tall) if area.isVisible())
    bar = scroll.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    foot = heatmap.plot.mapTo(panel, heatmap.plot.rect().bottomLeft())
    assert panel.rect().contains(foot)
