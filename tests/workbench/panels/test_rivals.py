"""The panel that says who is winning: its beam, its words, its curves."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from engine.protocol import Array, Scalars
from projects.templates import template
from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.balance import Balance
from widgets.plots.curves import CurvePlot
from widgets.plots.plot_wall import PlotWall
from workbench.panels.curves import CurvesPanel
from workbench.panels.menu import FINE
from workbench.panels.rivals import RivalsPanel, ahead, verdict
from workbench.rundata import RunData


@pytest.fixture
def panel(show: Show) -> RivalsPanel:
    made: RivalsPanel = show(RivalsPanel(), 1100, 500)
    return made


def curve(run: RunData, name: str, values: list[float]) -> None:
    steps = np.arange(1, len(values) + 1)
    run.feed(Scalars(series={name: (Array.of(steps), Array.of(np.array(values, float)))}))


def plots(panel: RivalsPanel) -> dict[str, list[str]]:
    return {
        plot.accessibleName(): [c.key for c in plot._curves]
        for plot in panel.findChildren(CurvePlot)
        if plot.isVisible()
    }


def test_a_real_game(panel: RivalsPanel, gan: Live) -> None:
    panel.show_run(gan.data)
    shown = plots(panel)
    assert shown["Loss"] == ["generator_loss", "discriminator_loss"]
    assert shown["σ(D), taken for real"] == ["d_fake", "d_real"]
    assert shown["Input gradient, ‖∂D/∂x‖"] == ["generated", "real"]
    assert shown["Gradient norm, ‖∂L/∂w‖"] == [
        "gradient_norm/generator",
        "gradient_norm/discriminator",
    ]
    balance = panel.findChild(Balance)
    assert balance is not None
    assert balance.share is not None
    assert 0 < balance.share < 1
    assert balance.accessibleDescription() in [label.text() for label in panel.findChildren(QLabel)]


def test_both_sides_have_the_same_colours_among_all_curves(
    panel: RivalsPanel, show: Show, gan: Live
) -> None:
    curves = show(CurvesPanel(), 1100, 500)
    colors = []
    for shown in (panel, curves):
        shown.show_run(gan.data)
        colors.append(
            {
                curve.key: curve.color.name()
                for plot in shown.findChildren(CurvePlot)
                for curve in plot._curves
            }
        )
    names = ["d_fake", "d_real", "generator_loss", "discriminator_loss"]
    for name in names:
        assert colors[0][name] == colors[1][name]
    assert colors[0]["d_fake"] != colors[0]["d_real"]


def test_the_latest_steps_say_who_is_ahead() -> None:
    run = made_up()
    assert ahead(run) == (None, None)
    curve(run, "d_real", [0.5] * 10)
    curve(run, "d_fake", [0.5] * 8)
    assert ahead(run) == (0.5, (0.5, 0.5))
    curve(run, "d_accuracy", [0.0] * 300 + [1.0] * 100)
    assert ahead(run) == (1.0, (1.0, 1.0))


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "The discriminator wins"),
        (0.97, "well ahead"),
        (0.7, "The discriminator leads"),
        (0.5, "Even"),
        (0.2, "The generator is ahead"),
    ],
)
def test_words_for_every_balance(share: float, words: str) -> None:
    for project in (None, template("gan_ring").project):
        assert words in verdict(share, project)
        assert f"{share:.0%}" in verdict(share, project)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pix2pix_edges", "learns from its error as well"),
        ("vae_gan_digits", "learns from its error as well"),
        ("wgan_ring", "as it should be"),
    ],
)
def test_nobody_wins_where_a_generator_learns_all_the_same(name: str, words: str) -> None:
    project = template(name).project
    for share in (0.96, 1.0):
        assert words in verdict(share, project)
    assert "The generator is ahead" in verdict(0.2, project)


def test_whatever_makes_examples_has_its_gradient_shown(panel: RivalsPanel) -> None:
    run = made_up()
    run.project = template("vae_gan_digits").project
    for name in ("discriminator_loss", "gradient_norm/decoder", "gradient_norm/generator"):
        curve(run, name, [1.0, 2.0])
    panel.show_run(run)
    assert plots(panel)["Gradient norm, ‖∂L/∂w‖"] == ["gradient_norm/decoder"]


def test_curves_without_values_have_no_plot(panel: RivalsPanel) -> None:
    run = made_up()
    curve(run, "discriminator_loss", [1.0, 2.0])
    panel.show_run(run)
    assert list(plots(panel)) == ["Loss"]
    picture(run, "rivals", 2, {}, real=np.ones(4, np.float32), generated=np.full(4, 3, np.float32))
    panel.refresh()
    assert list(plots(panel)) == ["Loss", "Input gradient, ‖∂D/∂x‖"]


def test_plots_stand_in_even_rows(show: Show) -> None:
    from PySide6.QtWidgets import QWidget

    plots = [QWidget() for _place in range(5)]
    wall: PlotWall = show(PlotWall([(f"{i}", plot) for i, plot in enumerate(plots)]), 460, 300)
    assert wall.columns() == 2
    assert plots[4].width() > 1.9 * plots[3].width()  # the last one has the rest of its row
    wall.resize(900, 300)
    assert wall.columns() == 3
    wall.set_shown([True, False, False, True, False])
    assert wall.columns() == 2


def test_it_is_there_for_games_alone() -> None:
    panel = RivalsPanel()
    assert panel.fits(template("gan_ring").project, None)
    assert not panel.fits(template("digits_mlp").project, None)


def test_a_picture_of_the_panel_from_its_menu(panel: RivalsPanel, gan: Live) -> None:
    panel.show_run(gan.data)
    QTest.mouseClick(panel.menu_button, Qt.MouseButton.LeftButton)
    menu = panel.menu_button.findChild(QMenu, "panelMenuEntries")
    assert menu is not None
    (copy,) = [action for action in menu.actions() if action.text() == "Copy picture"]
    copy.trigger()
    menu.close()
    copied = QGuiApplication.clipboard().pixmap()
    assert copied.width() == FINE * panel.width()
