"""The doctor's panel: what is wrong and how it is known, what helps, and that all is well where it is."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QToolButton

from engine.clinic.base import AILMENTS, Look
from engine.protocol import Array, Marker, Scalars, Started
from projects.schema import Project
from tests.engine.clinic.histories import Curves, healthy, project, seen, wins
from tests.engine.clinic.learners import overfits, sound
from tests.engine.training.support import digits
from tests.workbench.panels.conftest import Show, entries, made_up
from widgets.plots.sparkline import Sparkline
from workbench.bedside import Bedside, bedside_of
from workbench.doctor_card import DoctorCard
from workbench.doctor_figures import DoctorFigures
from workbench.panels.doctor import DoctorPanel
from workbench.remedies import REMEDIES, Remedy
from workbench.rundata import RunData


def told(curves: Curves, trained: Project | None = None) -> RunData:
    """A run with these curves."""
    run = made_up()
    run.project = trained or project()
    series = {name: (Array.of(s), Array.of(v)) for name, (s, v) in curves.items()}
    run.feed(Scalars(series=series))
    return run


def gone_through(run: RunData) -> Bedside:
    """The doctor who has looked at everything."""
    bedside = bedside_of(run)
    assert bedside is not None
    while bedside.go():
        pass
    return bedside


def text(panel: DoctorPanel, name: str) -> str:
    label = panel.findChild(QLabel, name)
    assert label is not None
    return label.text()


def test_where_all_is_well_it_says_so_with_figures(show: Show) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    run = told(healthy(1000))
    bedside = gone_through(run)
    panel.show_run(run)
    assert text(panel, "doctorState") == "All is well at step 1,000."
    well = [one.text() for one in panel.findChildren(QLabel, "doctorWell") if one.isVisible()]
    assert "✓ Discriminator in balance" in well
    table, more = (
        panel.findChild(QTableWidget, "doctorFigures"),
        panel.findChild(QToolButton, "doctorFiguresMore"),
    )
    assert table is not None
    assert more is not None
    assert not table.isVisible()  # whoever looks in wants to know what is wrong first
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert table.isVisible()
    cells = [[table.item(row, column) for column in range(4)] for row in range(table.rowCount())]
    rows = [[cell for cell in row if cell is not None] for row in cells]
    found = {row[0].text(): row[1:] for row in rows}
    figure, limit, evidence = found["Discriminator too strong"]
    assert (figure.text(), limit.text()) == ("0.62", "0.95")
    assert "D(real) 0.62" in evidence.text()
    assert all(item.textAlignment() & Qt.AlignmentFlag.AlignRight for item in (figure, limit))
    assert table.viewport().height() >= table.verticalHeader().length()
    assert panel.findChildren(DoctorCard) == []
    assert bedside is bedside_of(run)


@pytest.mark.parametrize(("width", "scrolls"), [(240, True), (300, True), (480, False)])
def test_no_row_of_figures_is_hidden_in_a_narrow_panel(
    show: Show, width: int, scrolls: bool
) -> None:
    panel: DoctorPanel = show(DoctorPanel(), width, 900)
    run = told(healthy(1000))
    bedside = gone_through(run)
    panel.show_run(run)
    more = panel.findChild(QToolButton, "doctorFiguresMore")
    table = panel.findChild(QTableWidget, "doctorFigures")
    assert more is not None
    assert table is not None
    more.click()
    QApplication.processEvents()
    assert table.horizontalScrollBar().isVisible() == scrolls
    assert table.viewport().height() >= table.verticalHeader().length()
    assert table.columnWidth(3) >= 140
    assert table.rowHeight(0) > 2 * table.fontMetrics().height()  # the words are wrapped
    assert bedside is bedside_of(run)


def test_a_figure_that_is_well_does_not_read_as_its_limit(show: Show) -> None:
    ailment = AILMENTS.make("discriminator_wins", {})
    figures: DoctorFigures = show(DoctorFigures())
    figures.show_found([(ailment, Look("real", 0.946, 0.95, False, True, "words", {}))])
    table = figures.findChild(QTableWidget, "doctorFigures")
    assert table is not None
    found = [table.item(0, column) for column in (1, 2)]
    assert [item.text() for item in found if item is not None] == ["0.946", "0.950"]


def test_a_sick_training_has_a_card(show: Show) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    curves = healthy(1000)
    wins(curves, (400, 1001))
    run = told(curves)
    bedside = gone_through(run)
    panel.show_run(run)
    assert bedside.verdicts() == seen(curves)[0].verdicts()
    card = panel.findChild(DoctorCard, "doctor_discriminator_wins")
    assert card is not None
    title = card.findChild(QLabel, "doctorTitle")
    assert title is not None
    assert "Discriminator too strong · confirmed, since step" in title.text()
    meaning, more = (
        card.findChild(QLabel, "doctorMeaning"),
        card.findChild(QToolButton, "doctorMore"),
    )
    assert meaning is not None
    assert more is not None
    assert not meaning.isVisible()
    more.click()
    assert meaning.isVisible()
    assert "Arjovsky" in meaning.text()
    panel.show_run(told(healthy(1000)))
    assert not card.isVisible()


def test_remedies_are_buttons(show: Show) -> None:
    card: DoctorCard = show(DoctorCard("discriminator_wins"))
    r1, slower = (REMEDIES.make(tag, {}) for tag in ("r1", "slower_discriminator"))
    card.show_remedies((r1, slower), 425, frozenset({"slower_discriminator"}))
    edits: list[Remedy] = []
    branches: list[tuple[Remedy, int]] = []
    nows: list[Remedy] = []
    card.edit_wanted.connect(edits.append)
    card.branch_wanted.connect(lambda remedy, step: branches.append((remedy, step)))
    card.now_wanted.connect(nows.append)
    button = card.findChild(QToolButton, "remedy_r1")
    other = card.findChild(QToolButton, "remedy_slower_discriminator")
    assert button is not None
    assert other is not None
    button.click()
    assert [len(one.menu().actions()) for one in (button, other)] == [2, 3]
    other.menu().actions()[1].trigger()
    other.menu().actions()[2].trigger()
    assert (edits, branches, nows) == ([r1], [(slower, 425)], [slower])
    card.show_remedies((), 425)
    assert not button.isVisible()


def test_an_old_run_is_looked_through_a_little_at_a_time() -> None:
    run = told(healthy(1000))
    bedside = bedside_of(run)
    assert bedside is not None
    assert bedside.go()
    assert 0 < bedside.step < 1000
    gone_through(run)
    assert bedside.step == 1000


def test_a_training_that_goes_back_is_judged_anew() -> None:
    curves = healthy(1000)
    wins(curves, (400, 1001))
    run = told(curves)
    bedside = gone_through(run)
    assert [v.state for v in bedside.verdicts()] == ["confirmed"]
    run.feed(Started(run="/runs/a", step=300, steps_per_epoch=10, total_steps=None, device="cpu"))
    well = {
        name: (steps[steps > 300], values[steps > 300])
        for name, (steps, values) in healthy(1000).items()
    }
    run.feed(Scalars(series={n: (Array.of(s), Array.of(v)) for n, (s, v) in well.items()}))
    gone_through(run)
    assert bedside.verdicts() == ()


def test_a_loss_that_is_no_number_is_a_sign_too() -> None:
    run = told(healthy(100), digits())
    gone_through(run)
    run.feed(Marker(step=103, kind="not_a_number", text="The loss is not a number."))
    bedside = gone_through(run)
    assert [(v.ailment, v.since) for v in bedside.verdicts()] == [
        ("not_a_number", 103),
        ("exploding_gradients", 103),
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_odd_numbers_are_no_bar(show: Show, value: float) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    curves = {name: (s, np.full(len(v), value)) for name, (s, v) in healthy(1000).items()}
    run = told(curves, msgspec.structs.replace(project()))
    gone_through(run)
    panel.show_run(run)
    panel.grab()
    assert text(panel, "doctorState")


def test_the_losses_of_both_parts_stand_beside_each_other(show: Show) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    curves = sound()
    overfits(curves, (600, 2401))
    run = told(curves, digits())
    bedside = gone_through(run)
    panel.show_run(run)
    card = panel.findChild(DoctorCard, "doctor_overfitting")
    assert card is not None
    line = card.findChild(Sparkline)
    assert line is not None
    assert "validation loss beside train loss" in line.toolTip()
    del run.scalars["train_loss"]
    card.show_verdict(bedside.verdicts()[0], run)
    assert "beside" not in line.toolTip()


@pytest.mark.parametrize("points", [1, 2])
def test_a_breakdown_is_told_at_its_step_with_the_loss_up_to_there(show: Show, points: int) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    steps, values = np.arange(1, points + 1), np.array([2.7, 8e7])[:points]
    run = told({"train_loss": (steps, values)}, digits())
    broke = {"where": "networks.classifier.nodes.last", "what": "output"}
    run.feed(Marker(step=points + 1, kind="not_a_number", text="", values=broke))
    bedside = gone_through(run)
    panel.show_run(run)
    assert bedside.verdicts()
    assert f"At step {points + 1}: 2 confirmed" in text(panel, "doctorState")
    for tag in ("not_a_number", "exploding_gradients"):
        card = panel.findChild(DoctorCard, f"doctor_{tag}")
        assert card is not None
        curve = card.findChild(Sparkline)
        assert curve is not None
        assert curve.isVisible()
        assert curve.shown == points
        assert curve.toolTip().startswith("The curve train loss")
        blank = Sparkline()
        blank.show_curve(np.empty(0, np.int64), np.empty(0))
        blank.resize(curve.size())
        assert curve.grab().toImage() != blank.grab().toImage()


def test_of_a_game_that_broke_down_the_loss_of_a_player_is_shown(show: Show) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    run = told({"generator_loss": (np.array([1, 2]), np.array([0.7, 9e9]))})
    run.feed(Marker(step=3, kind="not_a_number", text="", values={}))
    bedside = gone_through(run)
    panel.show_run(run)
    assert bedside.verdicts()
    card = panel.findChild(DoctorCard, "doctor_not_a_number")
    assert card is not None
    curve = card.findChild(Sparkline)
    assert curve is not None
    assert curve.shown == 2
    assert "generator loss" in curve.toolTip()


def test_what_comes_of_another_ailment_says_so(show: Show) -> None:
    card: DoctorCard = show(DoctorCard("discriminator_wins"))
    curves = healthy(1000)
    wins(curves, (400, 1001))
    (verdict, *_rest) = seen(curves)[0].verdicts()
    card.show_verdict(verdict, told(curves), "It may come of this: X.")
    evidence = card.findChild(QLabel, "doctorEvidence")
    assert evidence is not None
    assert evidence.text().endswith(". It may come of this: X.")


def test_a_panel_without_figures_offers_none_to_save(show: Show) -> None:
    panel: DoctorPanel = show(DoctorPanel())
    run = told(healthy())
    gone_through(run)
    panel.show_run(run)
    offered = entries(panel.menu_button)
    assert offered["Save as picture…"].isEnabled()
    assert not offered["Save figures…"].isEnabled()
    assert offered["Save figures…"].toolTip() == "There are no figures to save"
