"""The Inside tab: every view on real networks, without a process; and once with one, in the real window."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import msgspec
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.client.mailbox import Mailbox
from engine.compute.failures import failure
from engine.compute.inside.inspector import Inspector
from engine.inside.base import VIEWS, WEIGHTS
from engine.protocol import (
    AnyCommand,
    Array,
    Event,
    Glimpse,
    Inspect,
    Inspected,
    Moment,
    Saved,
    Stage,
    State,
    Stop,
)
from engine.runs.control import Control, Silent
from engine.runs.folder import runs_folder
from projects.errors import Problem
from projects.files import save
from tests.engine.inside.support import images, moons
from tests.engine.training.support import ring, train
from tests.workbench.panels import conftest as panel
from tests.workbench.shell import press, wait
from widgets import theme
from widgets.plots.bar_grid import BarGrid
from widgets.plots.image_grid import ImageGrid
from widgets.plots.value_grid import ValueGrid
from widgets.topics import topic_of
from workbench import styles
from workbench.app import make_application
from workbench.inside import pictures
from workbench.inside.attribution import AttributionPicture
from workbench.inside.base import Answer
from workbench.inside.scatter import ScatterPicture
from workbench.inside.tab import LIVE_RATE, PATIENT_MS, InsideTab
from workbench.rundata import RunData
from workbench.textbook.book import book
from workbench.window import MainWindow


class Hand:
    """An engine that answers in this process, when it is told to."""

    def __init__(self, on_wake: Callable[[], None] | None) -> None:
        self.mailbox = Mailbox(on_wake)
        self.said: list[AnyCommand] = []
        self.killed = False
        self._inspector = Inspector()

    def send(self, command: AnyCommand) -> bool:
        self.said.append(command)
        return True

    def kill(self) -> None:
        self.killed = True

    @property
    def asked(self) -> list[Inspect]:
        return [command for command in self.said if isinstance(command, Inspect)]

    def answer(self) -> None:
        request = self.asked[-1]
        try:
            event: Event = self._inspector.inspect(request, Silent(), Control())
        except Exception as error:
            event = failure(error, "looking", request.id)
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
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs on images and in the plane."""
    folder = tmp_path_factory.mktemp("inside")
    for name, project in {"images": images(), "plane": moons()}.items():
        train(project, folder / name, max_steps=6)
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def tab(qtbot: QtBot, hands: Hands, runs: dict[str, Path]) -> InsideTab:
    made = InsideTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.show_run(RunData(label="run", path=str(runs["images"]), state="finished"))
    settle(qtbot, made, hands)
    return made


def settle(qtbot: QtBot, tab: InsideTab, hands: Hands) -> None:
    """Answer until nothing is asked any more."""
    for _turn in range(6):
        qtbot.waitUntil(lambda: tab.artist.busy or not tab._rest.isActive())
        if not tab.artist.busy:
            return
        number = len(hands.lent[-1].asked)
        hands.lent[-1].answer()
        qtbot.waitUntil(
            lambda n=number: not tab.artist.busy or len(hands.lent[-1].asked) > n  # type: ignore[misc]
        )


def choose(tab: InsideTab, tag: str) -> None:
    """Go to a view as keys do."""
    found = tab.findChild(QListWidget, "insideViews")
    assert found is not None
    found.setCurrentRow(list(VIEWS.entries).index(tag))


def words_of(tab: InsideTab) -> str:
    found = tab.findChild(QLabel, "insideWords")
    assert found is not None
    return found.text()


def rings(picture: ScatterPicture) -> np.ndarray:
    """Where the map has rings, ``(n, 2)``."""
    assert picture._plane._rings is not None
    return np.stack(picture._plane._rings.getData(), axis=1)


def problem_of(tab: InsideTab) -> str:
    shown = tab._views.currentWidget()
    if shown is not tab._problem:
        return ""
    found = tab._problem.findChild(QLabel, "emptyText")
    assert found is not None
    return found.text()


def test_filters_are_there_at_once(tab: InsideTab, hands: Hands) -> None:
    assert words_of(tab).startswith("all 4 units")
    grid = tab.findChild(ImageGrid, "imageGrid")
    assert grid is not None
    assert len(grid._images) == 4
    assert hands.lent[-1].asked[-1].layer == "classifier/conv1"
    layers = tab.findChild(QComboBox, "insideLayer")
    moments = tab.findChild(QComboBox, "insideMoment")
    assert layers is not None
    assert moments is not None
    assert layers.currentText() == "conv1 · Convolution 2-D · 4×8×8"
    assert moments.itemText(moments.count() - 1) == "As it began (step 0)"


def test_what_is_seen_is_saved_as_picture_and_figures(
    tab: InsideTab, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, str, bool]] = []
    tab.said.connect(lambda *words: said.append(words))
    (button,) = tab.findChildren(QToolButton, "panelMenu")
    panel.save(button, "Save figures…", tmp_path / "filters.csv", monkeypatch)
    head, *rows = panel.read(tmp_path / "filters.csv", qtbot)
    assert head[:3] == ["step", "array", "name"]
    assert head[-1] == "value"
    assert tab._answer is not None
    values = tab._answer.arrays["values"]
    told = [float(row[-1]) for row in rows if row[1] == "values"]
    assert told == pytest.approx(values.ravel().tolist())
    for ending in (".png", ".svg"):
        panel.save(button, "Save as picture…", tmp_path / f"filters{ending}", monkeypatch)
        assert (tmp_path / f"filters{ending}").stat().st_size > 1000
    qtbot.waitUntil(lambda: len(said) == 3)
    assert all(good for _title, _text, good in said)
    tab._views.setCurrentWidget(tab._problem)
    assert not any(action.isEnabled() for action in panel.entries(button).values())


SMALL = {
    "landscape": {"side": 3, "examples": 8},
    "maximised": {"steps": 2},
    "boundary": {"side": 8},
}
SEEN = {
    "images": {"boundary": "a plane can be drawn of two columns alone"},
    "plane": {},
}


@pytest.mark.parametrize("name", list(SEEN))
def test_every_view_shows_something_in_both_themes(
    name: str, tab: InsideTab, hands: Hands, runs: dict[str, Path], qtbot: QtBot
) -> None:
    tab.show_run(RunData(label="run", path=str(runs[name]), state="finished"))
    settle(qtbot, tab, hands)
    for tag in VIEWS.entries:
        choose(tab, tag)
        tab._side.params[tag].update(SMALL.get(tag, {}))
        settle(qtbot, tab, hands)
        wrong = SEEN[name].get(tag, "")
        assert wrong in problem_of(tab)
        assert bool(wrong) == bool(problem_of(tab)), (tag, problem_of(tab))
        assert bool(words_of(tab)) != bool(wrong)
    theme.use(theme.DARK)
    tab.grab()
    theme.use(theme.LIGHT)


def test_pictures_are_as_high_as_there_is_room(
    tab: InsideTab, hands: Hands, runs: dict[str, Path], qtbot: QtBot
) -> None:
    tab.resize(1100, 480)  # beside the panels of the workspace Design
    tab.show_run(RunData(label="run", path=str(runs["plane"]), state="finished"))
    settle(qtbot, tab, hands)
    page = tab.findChild(QScrollArea, "insidePage")
    assert page is not None
    for tag in VIEWS.entries:
        choose(tab, tag)
        tab._side.params[tag].update(SMALL.get(tag, {}))
        settle(qtbot, tab, hands)
        QApplication.processEvents()
        assert not page.verticalScrollBar().maximum(), tag
        assert tab._views.height() > 300


def test_a_run_that_cannot_be_opened_says_so_in_every_view(
    tab: InsideTab, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "checkpoints").mkdir()  # of a training that failed before its first step
    tab.show_run(RunData(label="run", path=str(tmp_path), state="finished"))
    settle(qtbot, tab, hands)
    told = problem_of(tab)
    assert told
    choose(tab, "landscape")
    settle(qtbot, tab, hands)
    assert problem_of(tab) == told
    assert not words_of(tab)


def test_f1_leads_to_the_page_of_the_view(tab: InsideTab) -> None:
    for tag in VIEWS.entries:
        choose(tab, tag)
        assert topic_of(tab._views, None) == f"view/{tag}"
        assert topic_of(tab.findChild(QListWidget, "insideViews"), None) in book()


def test_another_tab_goes_on_with_what_was_chosen(
    tab: InsideTab, hands: Hands, runs: dict[str, Path], qtbot: QtBot
) -> None:
    choose(tab, "attribution")
    tab._side.forms["attribution"].edited.emit("method", "occlusion")
    tab._moment.choose("start")
    tab._moment.activated.emit(tab._moment.currentIndex())
    tab._example.choose("train", 3)
    settle(qtbot, tab, hands)
    asked = hands.lent[-1].asked[-1]
    other = InsideTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(other)
    between = InsideTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(between)
    between.restore(tab.remembered())
    other.restore(between.remembered())  # which knew nothing of the run yet
    other.choose_layer(tab.layer)
    tab.hide()
    other.resize(1100, 700)
    other.show()
    other.show_run(RunData(label="run", path=str(runs["images"]), state="finished"))
    settle(qtbot, other, hands)
    again = hands.lent[-1].asked[-1]
    assert again is not asked
    assert msgspec.structs.replace(again, id=asked.id) == asked
    assert asked.moment == "start"
    assert asked.example.index == 3
    other._side.forms["attribution"].edited.emit("method", "gradient")
    assert tab._side.params["attribution"]["method"] == "occlusion"


@pytest.mark.parametrize(
    "method", ["gradient", "smooth_grad", "occlusion", "grad_cam", "hires_cam"]
)
def test_every_method_of_attribution_is_shown(
    method: str, tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    choose(tab, "attribution")
    settle(qtbot, tab, hands)
    tab._side.forms["attribution"].edited.emit("method", method)
    settle(qtbot, tab, hands)
    assert hands.lent[-1].asked[-1].view.params["method"] == method  # type: ignore[union-attr]
    assert not problem_of(tab)
    assert tab.grab().width() == 1100


def test_an_empty_map_of_grad_cam_says_why_it_is_empty(qtbot: QtBot) -> None:
    picture = AttributionPicture()
    qtbot.addWidget(picture.widget)
    picture.widget.resize(600, 400)
    picture.widget.show()
    info = {"kind": "attribution", "method": "grad_cam", "output": "Bag", "score": 2.0}
    image = np.zeros((1, 8, 8, 1), np.uint8)

    def show(value: float) -> str:
        arrays: dict[str, np.ndarray] = {
            "values": np.full((8, 8), value, np.float32),
            "images": image,
        }
        return picture.paint(Answer(arrays, info | {"node": "relu3"}))

    assert show(0.0).endswith("nothing speaks for it at “relu3”")
    said = picture.widget.findChild(QLabel, "emptyText")
    assert said is not None
    assert said.isVisible()
    assert "HiResCAM" in said.text()
    table = picture.widget.findChild(QWidget, "imageTable")
    assert table is not None
    assert not table.isVisible()
    assert show(1.0).endswith("seen at “relu3”")
    assert table.isVisible()
    assert not said.isVisible()


def test_a_layer_that_is_chosen_on_a_canvas_is_looked_at(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    tab.choose_layer("classifier/conv2")
    settle(qtbot, tab, hands)
    assert hands.lent[-1].asked[-1].layer == "classifier/conv2"
    assert words_of(tab).startswith("all 5 units")
    number = len(hands.lent[-1].asked)
    tab.choose_layer("classifier/exit")  # nothing leaves there
    settle(qtbot, tab, hands)
    assert len(hands.lent[-1].asked) == number


def test_a_view_of_the_data_begins_with_a_network_that_reads_them_unless_somebody_chose_a_layer(
    tab: InsideTab, hands: Hands, tmp_path: Path, qtbot: QtBot
) -> None:
    train(ring(), tmp_path / "ring", max_steps=3)
    tab.choose_layer("classifier/conv2")
    settle(qtbot, tab, hands)
    tab.show_run(RunData(label="ring", path=str(tmp_path / "ring"), state="finished"))
    settle(qtbot, tab, hands)

    def look(tag: str) -> str:
        choose(tab, tag)
        settle(qtbot, tab, hands)
        return hands.lent[-1].asked[-1].layer

    assert look("features") == "generator/first"
    for tag in ("exciting", "embedding"):
        assert look(tag) == "discriminator/first"
        assert not problem_of(tab)
    assert look("features") == "generator/first"
    assert tab.layer == "", "nobody chose one of these"
    tab.choose_layer("generator/last")
    assert look("embedding") == tab.layer == "generator/last"
    assert "is noise" in problem_of(tab)


def test_examples_one_after_the_other_and_by_class(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    choose(tab, "feature_maps")
    settle(qtbot, tab, hands)
    after = tab.findChild(QToolButton, "insideAfter")
    before = tab.findChild(QToolButton, "insideBefore")
    labels = tab.findChild(QComboBox, "insideClass")
    assert after is not None
    assert before is not None
    assert labels is not None
    assert not before.isEnabled()
    for _turn in range(2):
        QTest.mouseClick(after, Qt.MouseButton.LeftButton)
    settle(qtbot, tab, hands)
    assert hands.lent[-1].asked[-1].example.index == 2
    labels.setCurrentIndex(8)
    labels.activated.emit(8)
    settle(qtbot, tab, hands)
    example = hands.lent[-1].asked[-1].example
    assert (example.label, example.index) == (7, 0)
    assert tab._answer is not None
    assert str(tab._answer.info["example"]).endswith(": 7")


def test_an_exciting_example_that_is_clicked_is_the_one_to_look_at(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    choose(tab, "exciting")
    settle(qtbot, tab, hands)
    assert tab._answer is not None
    places = tab._answer.arrays["places"]
    picture = tab._pictures["examples"]
    grid = picture.widget.findChild(ImageGrid, "imageGrid")
    assert grid is not None
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell(3).center())
    assert tab._example.example.index == places[3]


def test_the_pointer_shows_the_example_of_a_point(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    choose(tab, "embedding")
    settle(qtbot, tab, hands)
    picture = tab._pictures["scatter"]
    assert isinstance(picture, ScatterPicture)
    tab.grab()
    box = picture._plane.plot.getViewBox()
    place = box.mapViewToScene(QPointF(*(float(x) for x in picture._points[17])))
    found = picture.point_at(place)
    assert np.hypot(*(picture._points[found] - picture._points[17])) < 0.2
    picture._plane.plot.scene().sigMouseMoved.emit(place)
    assert picture._under == found
    assert picture._example._words.text().startswith(f"example {found + 1}: ")
    assert np.allclose(rings(picture), picture._points[[found]])
    assert picture.point_at(QPointF(-9999, -9999)) == -1


def test_a_refusal_goes_with_its_view_and_none_comes_before_the_run_is_open(
    tab: InsideTab, hands: Hands, qtbot: QtBot, runs: dict[str, Path]
) -> None:
    choose(tab, "boundary")
    settle(qtbot, tab, hands)
    assert problem_of(tab)
    choose(tab, "landscape")
    assert not problem_of(tab), "that was said of another view"
    settle(qtbot, tab, hands)
    choose(tab, "boundary")
    settle(qtbot, tab, hands)
    assert problem_of(tab)
    tab.show_run(RunData(label="run", path=str(runs["plane"]), state="finished"))
    assert words_of(tab) == "Opening the run …"
    assert not problem_of(tab)
    assert not any(box.isVisible() for box in (tab._moment, tab._layer, tab._example))


def test_what_takes_long_can_be_stopped(
    tab: InsideTab, hands: Hands, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.artist.PATIENCE_MS", 10)
    choose(tab, "landscape")
    qtbot.waitUntil(lambda: tab.artist.busy)
    hand = hands.lent[-1]
    hand.mailbox.put(Stage(id=hand.asked[-1].id, text="measuring the loss", share=0.5))
    qtbot.waitUntil(tab._progress.isVisible)
    assert tab._stage.text() == "Measuring the loss …"
    stop = tab.findChild(QPushButton, "insideStop")
    assert stop is not None
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert isinstance(hand.said[-1], Stop)
    assert not tab._progress.isVisible()
    qtbot.waitUntil(lambda: hand.killed)  # it went on all the same
    assert hands.back == [hand]
    choose(tab, "features")
    settle(qtbot, tab, hands)
    assert len(hands.lent) == 2
    assert words_of(tab).startswith("all 4 units")


def test_a_tab_that_is_not_seen_asks_nothing_and_gives_the_engine_back(
    tab: InsideTab, hands: Hands, qtbot: QtBot, runs: dict[str, Path]
) -> None:
    number = len(hands.lent[-1].asked)
    tab.hide()
    tab.show_run(RunData(label="run", path=str(runs["plane"]), state="finished"))
    tab.refresh()
    assert not tab._rest.isActive()
    tab._idle.timeout.emit()
    assert hands.back == hands.lent
    assert len(hands.lent[-1].asked) == number
    tab.show()
    settle(qtbot, tab, hands)
    assert hands.lent[-1].asked[-1].run == str(runs["plane"])


def test_a_newer_checkpoint_is_looked_at(tab: InsideTab, hands: Hands, qtbot: QtBot) -> None:
    assert tab._run is not None
    number = len(hands.lent[-1].asked)
    tab.refresh()
    assert not tab.artist.busy
    tab._run.saved = 6
    tab.refresh()
    settle(qtbot, tab, hands)
    assert len(hands.lent[-1].asked) == number + 2


def test_weights_that_move_are_looked_at_as_often_as_that_is_cheap(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    run = tab._run
    assert run is not None
    live = []
    for state, moment in (("finished", "last"), ("running", "start"), ("running", "last")):
        run.state = state
        tab._moment.choose(moment)
        live.append(tab.live)
    assert live == [False, False, True]
    tab._rested_at = 0.0
    number = len(hands.lent[-1].asked)
    run.feed(Glimpse(step=7))
    tab.refresh()
    qtbot.waitUntil(lambda: len(hands.lent[-1].asked) == number + 1)
    run.feed(Glimpse(step=8))
    tab.refresh()
    assert len(hands.lent[-1].asked) == number + 1, "that would give up what is under way"
    settle(qtbot, tab, hands)
    number = len(hands.lent[-1].asked)
    tab._rested_at = monotonic() + 60
    tab.refresh()
    assert not tab.artist.busy, "what took long is not looked at again at once"
    tab._rested_at = 0.0
    tab.refresh()
    settle(qtbot, tab, hands)
    assert len(hands.lent[-1].asked) == number + 2
    assert tab._slow.interval() == PATIENT_MS, "a line that comes and goes would move the picture"
    tab._asked_at = monotonic() - 1
    tab._failed(Problem("", "this layer has no weights."))
    assert tab._rested_at > monotonic() + 1, "what cannot be seen is not asked for again at once"
    tab.hide()
    assert not tab.live


def test_a_training_is_not_opened_before_some_of_its_weights_are_written(
    tab: InsideTab, hands: Hands, runs: dict[str, Path], qtbot: QtBot
) -> None:
    written = Saved(step=6, path=str(runs["images"]))
    for state, name, told in (
        ("running", "plane", Glimpse(step=6)),
        ("paused", "images", written),
        ("running", "plane", State(state="finished", step=6)),
    ):
        number = len(hands.lent[-1].asked)
        run = RunData(label="run", path=str(runs[name]), state="starting")
        tab._progress.show()
        tab.show_run(run)
        assert not tab._progress.isVisible(), "that was of the run before"
        for run.state in ("starting", state):
            tab.refresh()
            assert words_of(tab) == "Opening the run …"
            assert (tab.artist.busy, len(hands.lent[-1].asked)) == (False, number)
            assert tab.live, "else it would wait for weights that nobody has asked for"
        run.feed(told)
        tab.refresh()
        settle(qtbot, tab, hands)
        assert hands.lent[-1].asked[-1].run == run.path
        assert len(hands.lent[-1].asked) > number + 1
        assert not problem_of(tab)


def test_whoever_chose_no_weights_sees_the_latest_of_a_training_and_the_best_of_others(
    tab: InsideTab, hands: Hands, runs: dict[str, Path], qtbot: QtBot
) -> None:
    run, other = (RunData(label=name, path=str(path)) for name, path in runs.items())
    other.state, run.checkpoints = "finished", [6]

    def look(shown: RunData) -> object:
        tab.show_run(shown)
        settle(qtbot, tab, hands)
        return hands.lent[-1].asked[-1].moment

    assert look(other) == "best"
    run.state = "running"
    assert look(run) == "last"
    run.state, run.saved = "finished", 8
    assert look(run) == "last", "the picture that was watched stays"
    assert look(other) == "best"
    tab._moment.choose("start")
    tab._moment.activated.emit(tab._moment.currentIndex())
    run.state = "running"
    assert look(run) == "start", "what somebody chose counts"


def test_a_map_stays_near_to_what_it_was_and_keeps_what_a_hand_has_chosen(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    choose(tab, "embedding")
    settle(qtbot, tab, hands)
    picture, answer = tab._pictures["scatter"], tab._answer
    assert isinstance(picture, ScatterPicture)
    assert answer is not None
    box, points = picture._plane.plot.getViewBox(), answer.arrays["points"]
    assert box.autoRangeEnabled() == [True, True]
    box.setRange(xRange=(-1, 1), yRange=(-1, 1))
    picture._moved(box.mapViewToScene(QPointF(*points[17].tolist())))
    under = picture._under
    assert under >= 0
    shares = answer.info["explained"]
    other = {**answer.info, "explained": shares[::-1]}
    moved = {**answer.arrays, "points": points[:, ::-1] * np.float32(-1) + np.float32(0.01)}
    picture.paint(dataclasses.replace(answer, arrays=moved, info=other, step=99))
    assert np.allclose(picture._points, points, atol=0.02)
    assert f"component 2 ({shares[0]:.0%}" in picture._plane.plot.getAxis("bottom").labelText
    assert box.autoRangeEnabled() == [False, False]
    assert picture._under == under
    assert np.allclose(rings(picture), points[[under]], atol=0.02), "the ring goes along"
    picture.paint(dataclasses.replace(answer, arrays=moved, info=other, about=("", "another")))
    assert np.allclose(picture._points, moved["points"])
    assert box.autoRangeEnabled() == [True, True]
    assert picture._under == -1
    assert not len(rings(picture))


def test_a_map_whose_axes_say_nothing_is_laid_over_what_it_was(
    tab: InsideTab, hands: Hands, qtbot: QtBot
) -> None:
    choose(tab, "embedding")
    settle(qtbot, tab, hands)
    picture, answer = tab._pictures["scatter"], tab._answer
    assert isinstance(picture, ScatterPicture)
    assert answer is not None
    info = {name: value for name, value in answer.info.items() if name != "explained"}
    points = answer.arrays["points"] + np.float32(3)
    for shown in (points, points[:, ::-1] * np.float32(-1) + np.float32(40)):
        arrays = {**answer.arrays, "points": shown}
        picture.paint(dataclasses.replace(answer, arrays=arrays, info={**info, "method": "umap"}))
        assert np.allclose(picture._points, points, atol=1e-3)


def test_odd_answers_are_said_in_their_place(tab: InsideTab, runs: dict[str, Path]) -> None:
    shape = np.zeros((3,), np.float32)
    for kind in pictures():
        event = Inspected(
            run=str(runs["images"]),
            moment=Moment(name="best", step=1),
            arrays={
                "values": Array.of(shape),
                "points": Array.of(shape),
                "surface": Array.of(shape),
            },
            info={"kind": kind},
        )
        tab._answered("look", event)
        assert "cannot be shown" in problem_of(tab), kind
    odd = Inspected(run=str(runs["images"]), moment=Moment(name="best", step=1), info={"kind": "?"})
    tab._answered("look", odd)
    assert "cannot be shown" in problem_of(tab)


def test_no_run_offers_to_train(qtbot: QtBot, hands: Hands) -> None:
    made = InsideTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    button = made.findChild(QPushButton, "emptyAction")
    assert button is not None
    with qtbot.waitSignal(made.train_wanted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not hands.lent


def test_bars_and_matrices_tell_values(qtbot: QtBot) -> None:
    bars = BarGrid("bars")
    qtbot.addWidget(bars)
    bars.resize(600, 300)
    for columns in (3, 40):
        values = np.linspace(-1, 1, 2 * columns).reshape(2, columns)
        bars.set_bars(values, [f"c{i}" for i in range(columns)], ["a", "b"])
        cell = bars.cell(1)
        assert bars.bar_at(QPoint(cell.right() - 2, cell.bottom() - 2)) == (1, columns - 1)
        assert bars.bar_at(QPoint(0, 299)) is None
        assert not bars.grab().isNull()
    matrix = ValueGrid("matrix")
    qtbot.addWidget(matrix)
    matrix.resize(400, 300)
    values = np.array([[0.0, 1.0, np.nan], [0.5, 0.25, 0.75]])
    for limits in ((0.0, 1.0), None):
        matrix.set_values(
            values, ["first", "second"], ["a", "long name", "c"], ("down", "across"), limits
        )
        area = matrix.area()
        assert matrix.cell_at(area.bottomRight() - QPoint(2, 2)) == (1, 2)
        assert matrix.cell_at(QPoint(0, 0)) is None
        assert not matrix.grab().isNull()


def test_the_window_looks_inside_and_takes_files(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    project = images()
    file = tmp_path / "digits.yaml"
    save(project, file)
    run = runs_folder(file, project.name) / "20260101-120000-oak"
    run.parent.mkdir(parents=True)
    train(project, run, max_steps=3)
    window.open(file)
    wait(qtbot, lambda: window.viewer.shown is not None)
    press(qtbot, window, "Ctrl+8")
    tab = window.looker.tab
    assert tab is not None
    wait(qtbot, lambda: words_of(tab).startswith("all 4 units"))
    shown = window.viewer.shown
    assert shown is not None
    assert window.looker.streams(shown) == {}, "nobody trains it any more"
    shown.state = "running"
    assert window.looker.streams(shown) == {WEIGHTS: LIVE_RATE}
    assert window.looker.streams(RunData()) == {}, "another one is trained"
    shown.state = "finished"
    own = tmp_path / "own.png"
    Image.fromarray(np.full((20, 30), 128, np.uint8)).save(own)
    drop(window, own)
    wait(
        qtbot,
        lambda: (
            tab._answer is not None
            and tab._answer.info["kind"] == "tiles"
            and "own.png" in str(tab._answer.info.get("example"))
        ),
    )
    choose(tab, "attribution")
    wait(qtbot, lambda: tab._answer is not None and tab._answer.info["kind"] == "attribution")
    told = tab.findChild(QLabel, "insideOwn")
    assert told is not None
    assert told.isVisible()
    assert told.text().startswith("own.png: cut about its centre and scaled from 30×20 to ")
    choose(tab, "features")
    assert window.view is not None
    window.view.designers["classifier"].canvas.select(("conv2",))
    wait(qtbot, lambda: words_of(tab).startswith("all 5 units"))
    window.close_project()
    assert window.looker.tab is None


def drop(window: MainWindow, path: Path) -> None:
    """Drop a file on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = window.rect().center()
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, event)


@pytest.mark.parametrize(("width", "height"), [(360, 230), (720, 230), (900, 700)])
def test_no_part_is_drawn_over_another_in_a_small_window(
    tab: InsideTab, width: int, height: int
) -> None:
    styles.apply(make_application(), theme.LIGHT)
    tab.resize(width, height)
    QApplication.processEvents()
    assert (tab.width(), tab.height()) == (width, height)
    parts = [tab.findChild(QWidget, name) for name in ("insideViews", "insideSettings")]
    parts.append(tab._views)
    places = [QRect(part.mapTo(tab, QPoint(0, 0)), part.size()) for part in parts if part]
    assert len(places) == 3
    for number, place in enumerate(places):
        assert place.left() >= 0
        assert place.right() <= width
        assert not any(place.intersects(other) for other in places[:number])
