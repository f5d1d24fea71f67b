"""The latent lab: choosing samples, ways, sums, truncation, a walk; on real networks without a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from engine.client.mailbox import Died, Mailbox
from engine.compute.drawing import Studio
from engine.compute.failures import failure
from engine.protocol import Draw, Event
from projects.templates import template
from tests.engine.training.support import digits, drawn_digits, ring, train
from workbench.artist import Artist
from workbench.latent_lab import SAMPLES, STRIP, LatentLab, draws


class Click:
    """A click of the left button at a point in the plane."""

    def __init__(self, plot: pg.PlotWidget, at: np.ndarray) -> None:
        self._at: QPointF = plot.getViewBox().mapViewToScene(QPointF(float(at[0]), float(at[1])))

    def scenePos(self) -> QPointF:
        return self._at

    def button(self) -> Qt.MouseButton:
        return Qt.MouseButton.LeftButton


class Hand:
    """An engine that answers in this process, when it is told to."""

    def __init__(self, on_wake: Callable[[], None] | None) -> None:
        self.mailbox = Mailbox(on_wake)
        self.asked: list[Draw] = []
        self._studio = Studio()

    def send(self, request: Draw) -> bool:
        self.asked.append(request)
        return True

    def answer(self) -> None:
        request = self.asked[-1]
        try:
            event: Event = self._studio.draw(request)
        except Exception as error:
            event = failure(error, "drawing", request.id)
        self.mailbox.put(msgspec.structs.replace(event, id=request.id))


class Hands:
    """What lends such engines."""

    def __init__(self) -> None:
        self.lent: list[Hand] = []
        self.back: list[Hand] = []

    def lease(self, on_wake: Callable[[], None] | None = None) -> Hand:
        self.lent.append(Hand(on_wake))
        return self.lent[-1]

    def release(self, engine: Hand) -> None:
        self.back.append(engine)


@pytest.fixture(scope="module")
def drawn_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("lab") / "run"
    train(drawn_digits(), run, max_steps=4)
    return run


def settle(qtbot: QtBot, lab: LatentLab, hands: Hands) -> None:
    """Answer until nothing is asked any more."""
    for _turn in range(9):
        if lab.artist.busy:
            number = len(hands.lent[-1].asked)
            hands.lent[-1].answer()
            qtbot.waitUntil(
                lambda n=number: not lab.artist.busy or len(hands.lent[-1].asked) > n  # type: ignore[misc]
            )
    assert not lab.artist.busy


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def lab(qtbot: QtBot, hands: Hands, drawn_run: Path) -> LatentLab:
    made = LatentLab(drawn_run, "run", hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    settle(qtbot, made, hands)
    return made


def latents_of(hands: Hands) -> np.ndarray:
    """What was asked last."""
    latents = hands.lent[-1].asked[-1].latents
    assert latents is not None
    return latents.numpy()


def key(lab: LatentLab, name: str, which: Qt.Key) -> None:
    slider = lab.findChild(QSlider, name)
    assert slider is not None
    QTest.keyClick(slider, which)


def test_three_samples_are_chosen_from_the_beginning(lab: LatentLab, hands: Hands) -> None:
    asked = latents_of(hands)
    assert asked.shape == (STRIP + 2, 4)
    assert asked[0] == pytest.approx(lab._latents[0], abs=1e-6)
    assert asked[STRIP - 1] == pytest.approx(lab._latents[1], abs=1e-6)
    words = lab.findChild(QLabel, "latentWords")
    assert words is not None
    assert words.text() == f"{SAMPLES} samples at step 4; choose three of them"


def test_clicks_choose_one_letter_after_the_other(
    lab: LatentLab, hands: Hands, qtbot: QtBot
) -> None:
    grid = lab._sheet._grid
    for index in (5, 7):
        QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell(index).center())
        settle(qtbot, lab, hands)
    assert lab._chosen == {5: "A", 7: "B", 2: "C"}
    asked = latents_of(hands)
    assert asked[0] == pytest.approx(lab._latents[5], abs=1e-6)
    assert asked[STRIP - 1] == pytest.approx(lab._latents[7], abs=1e-6)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell(5).center())
    assert lab._chosen == {2: "A", 7: "B", 5: "C"}


def test_the_latest_place_counts_while_an_answer_is_under_way(
    lab: LatentLab, hands: Hands, qtbot: QtBot
) -> None:
    before = len(hands.lent[-1].asked)
    for _turn in range(6):
        key(lab, "latentPlace", Qt.Key.Key_Left)
    key(lab, "latentPlace", Qt.Key.Key_Home)
    settle(qtbot, lab, hands)
    assert len(hands.lent[-1].asked) == before + 2
    assert latents_of(hands)[STRIP] == pytest.approx(lab._latents[0], abs=1e-6)


def test_truncation_weights_and_other_samples(lab: LatentLab, hands: Hands, qtbot: QtBot) -> None:
    key(lab, "latentTruncation", Qt.Key.Key_Home)
    settle(qtbot, lab, hands)
    assert np.abs(latents_of(hands)).max() <= 0.1 + 1e-6
    raw = lab.findChild(QCheckBox, "latentRaw")
    assert raw is not None
    assert raw.isVisible()
    raw.click()
    settle(qtbot, lab, hands)
    assert hands.lent[-1].asked[-1].raw
    before = lab._latents
    others = lab.findChild(QPushButton, "latentOthers")
    assert others is not None
    others.click()
    settle(qtbot, lab, hands)
    assert not np.array_equal(lab._latents, before)


def test_a_walk_goes_round_until_it_is_ended(lab: LatentLab, hands: Hands, qtbot: QtBot) -> None:
    button = lab.findChild(QPushButton, "latentWalk")
    assert button is not None
    button.click()
    settle(qtbot, lab, hands)
    qtbot.waitUntil(lambda: lab._at > 1)
    button.click()
    assert not lab._walking.isActive()


def test_points_are_shown_in_the_plane(qtbot: QtBot, hands: Hands, tmp_path: Path) -> None:
    train(ring(), tmp_path / "run", max_steps=3)
    made = LatentLab(tmp_path / "run", "run", hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    settle(qtbot, made, hands)
    assert made._sheet.currentWidget() is made._sheet._plane
    assert [len(group.data) for group in made._strip._plane._groups] == [SAMPLES, STRIP]
    assert [word.toPlainText() for word in made._sheet._plane._words] == ["A", "B", "C"]
    scene = made._sheet._plane.plot
    scene.scene().sigMouseClicked.emit(Click(scene, made._sheet._arrays["points"][9]))
    assert made._chosen[9] == "A"


def test_what_cannot_be_drawn_is_said(qtbot: QtBot, hands: Hands, tmp_path: Path) -> None:
    train(digits(), tmp_path / "run", max_steps=2)
    made = LatentLab(tmp_path / "run", "run", hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    settle(qtbot, made, hands)
    words = made.findChild(QLabel, "latentWords")
    assert words is not None
    assert "do not draw from latents" in words.text()


def test_the_engine_goes_back(lab: LatentLab, hands: Hands) -> None:
    lab.close()
    assert hands.back == hands.lent


def test_another_engine_takes_the_place_of_a_dead_one(
    qtbot: QtBot, hands: Hands, drawn_run: Path
) -> None:
    artist = Artist(hands)  # type: ignore[arg-type]
    artist.ask("first", Draw(run=str(drawn_run)))
    with qtbot.waitSignal(artist.failed):
        hands.lent[-1].mailbox.put(Died(returncode=-9, text="It is gone."))
    assert not artist.busy
    artist.ask("first", Draw(run=str(drawn_run)))
    assert len(hands.lent) == 2
    artist.close()


def test_it_is_for_what_draws_from_latents() -> None:
    assert draws(template("gan_ring").project)
    assert draws(template("vae_fashion").project)
    assert not draws(template("digits_mlp").project)
