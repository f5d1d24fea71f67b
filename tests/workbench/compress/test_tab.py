"""The Compress tab with engines that answer when they are told to."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QTableWidget,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.compression.sensitivity import LayerSensitivity, Scan
from engine.compression.variant import Size, Variant
from engine.protocol import (
    Compress,
    Compressed,
    Failed,
    Sensed,
    Sensitivity,
    Stage,
    Stop,
    Weigh,
    Weighed,
)
from engine.runs.summary import COMPRESSED, FOREIGN, read_summary
from projects.errors import Problem
from projects.schema import Plug
from tests.workbench.compress.support import (
    PROJECT,
    PRUNED,
    Hand,
    Hands,
    family,
    make_run,
    size,
    summary,
)
from widgets import theme
from widgets.plots.trade_off import TradeOffPlot
from workbench import styles
from workbench.app import make_application
from workbench.compress.family import RUN, VARIANT, Member
from workbench.compress.figures import AFTER
from workbench.compress.step_card import Slider
from workbench.compress.tab import CompressTab
from workbench.rundata import RunData

SMALL = size(100, 0.85)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    return [path for path, _summary in family(tmp_path)]


@pytest.fixture
def tab(qtbot: QtBot, hands: Hands, tmp_path: Path, runs: list[Path]) -> CompressTab:
    made = CompressTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1300, 640)
    made.set_runs([(path, read_summary(path)) for path in runs])
    made.show()
    made.show_run(data_of(runs[0]))
    qtbot.waitUntil(lambda: bool(hands.lent) and bool(hands.lent[0].asked()))
    weighed(hands.lent[0])
    qtbot.waitUntil(lambda: bool(made.scales.known))
    return made


def data_of(path: Path, state: str = "finished") -> RunData:
    return RunData(label="run", path=str(path), state=state, project=PROJECT)


def weighed(hand: Hand, *notes: str) -> None:
    """Answer the last question with figures."""
    request = hand.asked()[-1]
    assert isinstance(request, Weigh)
    hand.answer(
        Weighed(
            run=request.run, size=SMALL if request.steps else size(), parent=size(), notes=notes
        )
    )


def steps_of(hand: Hand) -> tuple[Plug, ...]:
    """The steps that were asked about last."""
    request = hand.asked()[-1]
    assert isinstance(request, Weigh)
    return request.steps


def settle(qtbot: QtBot, tab: CompressTab, hand: Hand) -> None:
    """Answer until nothing more is asked."""
    for _turn in range(6):
        qtbot.waitUntil(lambda: tab.scales.busy or not tab._rest.isActive())
        if not tab.scales.busy:
            return
        number = len(hand.said)
        weighed(hand)
        qtbot.waitUntil(lambda n=number: not tab.scales.busy or len(hand.said) > n)  # type: ignore[misc]


def text(tab: QWidget, name: str) -> str:
    found = tab.findChild(QLabel, name)
    assert found is not None
    return found.text()


def button(tab: QWidget, name: str) -> QAbstractButton:
    found = tab.findChild(QAbstractButton, name)
    assert found is not None
    return found


def test_another_tab_goes_on_with_what_was_chosen(
    tab: CompressTab, hands: Hands, qtbot: QtBot, runs: list[Path]
) -> None:
    settle(qtbot, tab, hands.lent[0])
    tab.side.steps.add_step("prune")
    tab.side.steps.add_step("merge_linears")
    tab.side.steps.add_step("low_rank")
    tab.side.steps.stack.undo()
    settle(qtbot, tab, hands.lent[0])
    tab.board.choose(runs[1])
    tab.board._axis.setCurrentIndex(0)
    scan = Scan(
        kind="quantised",
        higher=True,
        metric="validation_accuracy",
        value=0.9,
        shares=(8.0,),
        layers=(LayerSensitivity(layer="classifier/linear1", weights=9, scores=(0.9,), most=8.0),),
    )
    tab.scan._scans[runs[0], "quantised"] = scan
    tab.scan._kind.setCurrentIndex(1)
    tab._right.setCurrentWidget(tab.scan)
    tab.hide()
    other = CompressTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(other)
    changes: list[bool] = []
    other.side.steps.changed.connect(lambda: changes.append(True))
    with qtbot.waitSignal(other.scan.scanned) as said:
        other.restore(tab.remembered())
    assert len(changes) == 1
    assert said.args == [runs[0], scan]
    other.set_runs([(path, read_summary(path)) for path in runs])
    other.show()
    other.show_run(data_of(runs[0]))
    qtbot.waitUntil(lambda: len(hands.lent) == 2)
    settle(qtbot, other, hands.lent[-1])
    asked = [one.steps for one in hands.lent[-1].asked() if isinstance(one, Weigh)]
    assert tab.side.steps.steps in asked
    assert len(other.side.steps.findChildren(Slider)) == len(tab.side.steps.findChildren(Slider))
    assert other.board.table.current == runs[1]
    assert other.board._axis.currentData() == tab.board._axis.currentData()
    assert other._right.currentWidget() is other.scan
    assert other.scan.scan_of(runs[0]) is scan
    chosen, stack = other.side.steps.steps, other.side.steps.stack
    assert [step.type for step in chosen] == ["prune", "merge_linears"]
    stack.redo()
    assert [step.type for step in other.side.steps.steps] == ["prune", "merge_linears", "low_rank"]
    stack.setIndex(1)
    assert other.side.steps.steps == chosen[:1]
    assert stack.redoText() == "Add Merge linear layers"
    assert tab.side.steps.steps == chosen  # which nothing is done to any more


def test_a_slider_is_heard_while_it_moves_and_its_last_place_counts(
    tab: CompressTab, hands: Hands, qtbot: QtBot
) -> None:
    hand = hands.lent[0]
    settle(qtbot, tab, hand)
    tab.side.steps.add_step("prune")
    qtbot.waitUntil(lambda: len(steps_of(hand)) == 1)
    asked = len(hand.asked())
    slider = tab.findChild(Slider, "slide-amount")
    assert slider is not None
    for place in (55, 60, 70, 80, 90):
        slider.setValue(place)
        qtbot.wait(1)
    qtbot.wait(2 * 80)
    assert len(hand.asked()) == asked  # one at a time
    weighed(hand)
    qtbot.waitUntil(lambda: len(hand.asked()) == asked + 1)
    request = hand.asked()[-1]
    assert isinstance(request, Weigh)
    assert request.steps == (Plug("prune", {"amount": 0.9}),)
    weighed(hand, "It is slower here.")
    qtbot.waitUntil(lambda: "slower" in text(tab, "compressSaid"))
    assert "Scores: of the validation part." in text(tab, "compressNotes")
    assert "1 processor thread" in text(tab, "compressNotes")
    table = tab.side.figures
    rows = {table.item(i, 0).text(): i for i in range(table.rowCount())}  # type: ignore[union-attr]
    place = rows["Not 0"]
    assert [table.item(place, c).text() for c in (1, 2, 3)] == ["1k", "100", "−90 %"]  # type: ignore[union-attr]
    assert tab.board._spots[-1] is None  # the hollow point


def test_steps_are_moved_and_left_out_by_keys(tab: CompressTab, hands: Hands, qtbot: QtBot) -> None:
    for tag in ("prune", "rewind", "low_rank"):
        tab.side.steps.add_step(tag)
    cards = tab.side.steps._cards
    QTest.keyClick(button(cards[2], "step-up"), Qt.Key.Key_Space)
    assert [step.type for step in tab.side.steps.steps] == ["prune", "low_rank", "rewind"]
    assert not button(tab.side.steps._cards[0], "step-up").isEnabled()
    QTest.keyClick(button(tab.side.steps._cards[0], "step-close"), Qt.Key.Key_Space)
    assert [step.type for step in tab.side.steps.steps] == ["low_rank", "rewind"]


def test_steps_are_taken_back_and_done_again_by_the_usual_keys(
    tab: CompressTab, hands: Hands, qtbot: QtBot
) -> None:
    steps = tab.side.steps
    tab.activateWindow()
    for tag in ("prune", "low_rank"):
        steps.add_step(tag)
    slider = tab.findChild(Slider, "slide-amount")
    assert slider is not None
    slider.setFocus()
    for place in (60, 70, 90):  # one walk, one step of undo
        slider.setValue(place)
    QTest.keyClick(button(steps._cards[0], "step-down"), Qt.Key.Key_Space)
    QTest.keyClick(button(steps._cards[0], "step-close"), Qt.Key.Key_Space)
    lives = [steps.steps]
    keys = Qt.KeyboardModifier.ControlModifier
    while steps.stack.canUndo():
        QTest.keyClick(tab.board.plot, Qt.Key.Key_Z, keys)
        lives.append(steps.steps)
    kinds = [[step.type for step in one] for one in lives]
    assert kinds == [
        ["prune"],
        ["low_rank", "prune"],
        ["prune", "low_rank"],
        ["prune", "low_rank"],
        ["prune"],
        [],
    ]
    assert [one[0].params for one in lives[2:4]] == [{"amount": 0.9}, {}]
    assert not button(steps, "steps-undo").isEnabled()
    assert button(steps, "steps-redo").toolTip() == "Redo: Add Prune weights"
    for done in reversed(lives[:-1]):
        QTest.keyClick(tab.board.plot, Qt.Key.Key_Y, keys)
        assert steps.steps == done
    assert not steps.stack.canRedo()
    QTest.mouseClick(button(steps, "steps-undo"), Qt.MouseButton.LeftButton)
    assert steps.steps == lives[1]
    settle(qtbot, tab, hands.lent[0])
    assert tab.scales.steps == lives[1]  # the figures are those of these steps


def test_a_line_takes_back_its_typing_before_the_steps_are_taken_back(tab: CompressTab) -> None:
    steps = tab.side.steps
    steps.add_step("prune")
    line = tab.findChild(QLineEdit, "field-amount")
    assert line is not None
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_End)
    QTest.keyClicks(line, "5")
    assert [step.params for step in steps.steps] == [{"amount": 0.55}]
    keys = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(line, Qt.Key.Key_Z, keys)
    assert line.text() == "0.5"
    assert len(steps.steps) == 1
    QTest.keyClick(line, Qt.Key.Key_Z, keys)
    assert not steps.steps


def test_what_cannot_be_done_is_said_at_its_step_and_cannot_be_kept(
    tab: CompressTab, hands: Hands, qtbot: QtBot
) -> None:
    hand = hands.lent[0]
    settle(qtbot, tab, hand)
    for tag in ("prune", "low_rank"):
        tab.side.steps.add_step(tag)
    qtbot.waitUntil(lambda: len(steps_of(hand)) == 2)
    hand.answer(
        Failed(problems=(Problem("steps.1.energy", "nothing would be left.", "Keep more."),))
    )
    qtbot.waitUntil(tab.side.problem.isVisible)
    assert tab.side.problem.text() == "Nothing would be left. Keep more."
    found = tab.side.steps._cards[1].findChild(QLabel, "problem-energy")
    assert found is not None
    assert found.text() == "Nothing would be left. Keep more."
    assert not tab.side.keep.isEnabled()
    assert "cannot be done" in tab.side.keep.toolTip()
    QTest.keyClick(button(tab.side.steps._cards[1], "step-close"), Qt.Key.Key_Space)
    settle(qtbot, tab, hand)
    assert not tab.side.problem.isVisible()
    assert tab.side.keep.isEnabled()


def test_steps_are_not_kept_of_another_run_unseen_and_not_done_twice(
    tab: CompressTab, hands: Hands, qtbot: QtBot, runs: list[Path]
) -> None:
    hand, steps = hands.lent[0], tab.side.steps
    steps.add_step("prune")
    settle(qtbot, tab, hand)
    assert tab.side.keep.isEnabled()
    tab.show_run(data_of(runs[4]))
    assert [one.type for one in steps.steps] == ["prune"]
    assert not tab.side.keep.isEnabled(), "what it gives there is not known"
    settle(qtbot, tab, hand)
    assert tab.side.keep.isEnabled()
    steps._edited(0, PRUNED, "Share of zeros", "")
    tab.show_run(data_of(runs[2]))
    assert list(steps.steps) == [], "this variant was made by them"
    settle(qtbot, tab, hand)
    assert tab.side.keep.toolTip() == "Add a step first."
    steps.stack.undo()
    assert list(steps.steps) == [PRUNED]


def test_what_is_kept_is_chosen_in_chart_and_table(
    tab: CompressTab, hands: Hands, qtbot: QtBot, tmp_path: Path, runs: list[Path]
) -> None:
    hand = hands.lent[0]
    assert not tab.side.keep.isEnabled()
    tab.side.steps.add_step("prune")
    settle(qtbot, tab, hand)
    tab.side.keep.click()
    qtbot.waitUntil(lambda: bool(hand.asked(Compress)))
    assert not tab.side.keep.isEnabled()  # once
    assert tab.why_not_moved() == "A variant is being written."
    new, said = make_run(tmp_path / "20260101-000009-oak", summary(COMPRESSED, runs[0].name), SMALL)
    tab.kept.connect(lambda _path: tab.set_runs([*tab._runs, (new, said)]))
    made = Variant(steps=(Plug("prune"),), size=SMALL, parent=size())
    with qtbot.waitSignal(tab.said) as told:
        hand.answer(Compressed(run=str(runs[0]), variant=str(new), made=made))
    assert told.args is not None
    assert told.args[0] == "Kept as a run"
    assert tab.why_not_moved() == ""
    assert tab.board.table.current == new
    assert tab.board._spots[tab.board.plot._chosen] == new


def test_a_run_that_was_trained_on_by_another_design_is_weighed_beside_its_origin(
    tab: CompressTab, hands: Hands, qtbot: QtBot, runs: list[Path]
) -> None:
    hand = hands.lent[0]
    wide = msgspec.structs.replace(size(ms=9.0), macs=2000)
    qtbot.waitUntil(lambda: len(hand.asked()) == 2)
    assert hand.asked()[-1] == Weigh(id=hand.said[-1].id, run=str(runs[3]))
    hand.answer(Weighed(run=str(runs[3]), size=wide, parent=wide))
    qtbot.waitUntil(lambda: len(hand.asked()) == 3)
    asked = hand.asked()[-1]
    assert asked == Weigh(id=asked.id, run=str(runs[3]), beside=str(runs[2]))
    cost = tab.findChild(QComboBox, "compressAxis")
    assert cost is not None
    cost.setCurrentIndex(cost.findData("latency_64"))
    assert runs[3] not in tab.board._spots
    now = msgspec.structs.replace(wide, latencies=size(ms=4.0).latencies)
    hand.answer(Weighed(run=str(runs[3]), size=now, parent=size(ms=2.0)))
    qtbot.waitUntil(lambda: runs[3] in tab.board._spots)
    spots = dict(zip(tab.board._spots, tab.board.plot._spots, strict=True))
    assert spots[runs[3]].cost == pytest.approx(2 * spots[runs[2]].cost)
    assert "told in proportion to the run's" in text(tab, "compressTold")
    qtbot.wait(2 * 80)
    assert len(hand.asked()) == 3  # neither is asked again


def test_a_variant_that_could_not_be_written_leaves_the_figures_and_no_sentence_behind(
    tab: CompressTab, hands: Hands, qtbot: QtBot, tmp_path: Path, runs: list[Path]
) -> None:
    hand = hands.lent[0]
    tab.side.steps.add_step("prune")
    settle(qtbot, tab, hand)
    then = tab.side.figures.item(2, AFTER)
    assert then is not None
    assert then.text() == "100"
    tab.side.keep.click()
    qtbot.waitUntil(lambda: bool(hand.asked(Compress)))
    hand.answer(Failed(problems=(Problem(str(tmp_path), "the disk is full.", "Make room."),)))
    qtbot.waitUntil(tab.side.problem.isVisible)
    qtbot.waitUntil(lambda: not tab.scales.busy)
    assert tab.side.problem.text() == "The disk is full. Make room."
    kept = tab.side.figures.item(2, AFTER)
    assert kept is not None
    assert kept.text() == "100"
    assert tab.side.keep.isEnabled()
    tab.side.keep.click()
    qtbot.waitUntil(lambda: len(hand.asked(Compress)) == 2)
    assert not tab.side.problem.isVisible()
    new, _said = make_run(
        tmp_path / "20260101-000009-oak", summary(COMPRESSED, runs[0].name), SMALL
    )
    made = Variant(steps=(Plug("prune"),), size=SMALL, parent=size())
    hand.answer(Compressed(run=str(runs[0]), variant=str(new), made=made))
    qtbot.waitUntil(lambda: not tab.scales.keeping)
    assert not tab.side.problem.isVisible()
    last = tab.side.figures.item(2, AFTER)
    assert last is not None
    assert last.text() == "100"


def test_points_and_rows_choose_each_other_and_open(
    tab: CompressTab, hands: Hands, qtbot: QtBot, runs: list[Path]
) -> None:
    settle(qtbot, tab, hands.lent[0])  # the one that was trained on is weighed by itself
    plot = tab.findChild(TradeOffPlot)
    assert plot is not None
    assert [spot.front for spot in plot._spots] == [
        True,
        True,
        True,
        False,
    ]  # the last costs as much as the first
    assert len(plot._spots) == 4
    place = tab.board._spots.index(runs[1])
    scene = plot.plot.getViewBox().mapViewToScene(plot.place_of(place))
    assert plot.spot_at(scene) == place
    assert plot.spot_at(QPointF(-999, -999)) == -1
    at = plot.plot.mapFromScene(scene)
    QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert tab.board.table.current == runs[1]
    assert plot.offer.text() == "Open on the canvas"
    with qtbot.waitSignal(tab.board.open_wanted) as offered:
        QTest.mouseClick(plot.offer, Qt.MouseButton.LeftButton)
    assert offered.args == [runs[1]]
    plot._hover(scene)
    assert "validation accuracy 0.89" in QToolTip.text()
    assert "p95" in QToolTip.text()
    with qtbot.waitSignal(tab.board.open_wanted) as opened:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert opened.args == [runs[1]]
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert tab.board.table.current == runs[2]  # the smallest
    table = tab.findChild(QTableWidget, "compressTable")
    assert table is not None
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        table.sortItems(3, order)
        assert tab.board.table.current == runs[2]
    for name, signal in (("train", tab.board.train_wanted), ("export", tab.board.export_wanted)):
        with qtbot.waitSignal(signal) as asked:
            button(tab, f"variant-{name}").click()
        assert asked.args == [runs[2]]
    axes = tab.findChild(QComboBox, "compressAxis")
    assert axes is not None
    for place in range(axes.count()):
        axes.setCurrentIndex(place)
        assert len(plot._spots) == 4
    theme.use(theme.DARK)
    assert not tab.grab().isNull()
    theme.use(theme.LIGHT)


def test_a_variant_is_waited_for_until_it_is_listed_or_somebody_chooses(
    tab: CompressTab, runs: list[Path]
) -> None:
    board = tab.board
    ash, owl, elm = (Member(path, path.name, VARIANT, "", size()) for path in runs[:3])
    board.restore({"controls": {}, "score": "", "member": runs[2]})
    board.show_members(
        [owl], runs[1], "classification"
    )  # another run, whose family is not known yet
    assert board.table.current == runs[1]
    assert board.remembered()["member"] == runs[2]
    board.show_members([owl, elm], runs[1], "classification")
    assert board.table.current == runs[2]
    board.restore({"controls": {}, "score": "", "member": runs[0]})
    board.table.chosen.emit(runs[1])
    board.show_members([ash, owl, elm], runs[1], "classification")
    assert board.table.current == runs[1]


def test_a_variant_that_was_just_kept_is_opened_by_a_double_click(
    tab: CompressTab, hands: Hands, qtbot: QtBot, runs: list[Path]
) -> None:
    settle(qtbot, tab, hands.lent[0])
    plot = tab.board.plot
    place = tab.board._spots.index(runs[2])
    there = size(100, plot._spots[place].score)
    tab.board.show_preview("prune", there)  # what the steps would give lies there as well
    place = tab.board._spots.index(runs[2])
    at = plot.plot.mapFromScene(plot.plot.getViewBox().mapViewToScene(plot.place_of(place)))
    with qtbot.waitSignal(tab.board.open_wanted) as opened:
        for strike in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
            strike(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened.args == [runs[2]]
    assert tab.board.table.current == runs[2]


def test_the_axis_says_where_less_is_better(tab: CompressTab, runs: list[Path]) -> None:
    def title() -> str:
        return str(tab.board.plot.plot.getAxis("left").labelText)

    assert title() == "Validation accuracy"
    loss = msgspec.structs.replace(size(), metric="validation_loss", higher=False)
    loss = msgspec.structs.replace(loss, metrics={"validation_loss": 0.5})
    tab.board.show_members([Member(runs[0], "ash", RUN, "", loss)], runs[0], "classification")
    assert title() == "Validation loss ↓"
    assert text(tab, "compressTold").startswith("↓ Lower is better.")
    assert "validation part" in text(tab, "compressTold")


def test_another_score_can_be_chosen_and_stays(
    tab: CompressTab, runs: list[Path], qtbot: QtBot
) -> None:
    def measured(distance: float, nonzero: int) -> Size:
        metrics = {"modes": 10.0, "fid": distance, "discriminator_loss": 0.7}
        return msgspec.structs.replace(size(nonzero), metric="modes", value=10, metrics=metrics)

    whole, cut = measured(20.0, 1000), measured(30.0, 500)
    members = [Member(runs[0], "ash", RUN, "", whole), Member(runs[1], "owl", VARIANT, "", cut)]
    board = tab.board
    board.show_members(members, runs[0], "gan")
    assert [board.score.itemData(place) for place in range(board.score.count())] == ["modes", "fid"]
    tab._figures = whole, cut, ()
    QTest.keyClick(board.score, Qt.Key.Key_Down)
    assert board.score.chosen == "fid"
    assert str(board.plot.plot.getAxis("left").labelText) == "Fréchet distance ↓"
    assert [spot.score for spot in board.plot._spots] == [20.0, 30.0]
    assert [spot.front for spot in board.plot._spots] == [True, True]
    row = [tab.side.figures.item(0, column) for column in range(4)]
    assert [cell.text() for cell in row if cell] == ["Fréchet distance", "20.00", "30.00", "+50 %"]
    heads = board.table.findChild(QTableWidget, "compressTable")
    assert heads is not None
    title = heads.horizontalHeaderItem(2)
    assert title is not None
    assert title.text() == "Fréchet distance"
    state = board.remembered()
    board.score.wanted = ""
    board.show_members(members, runs[0], "gan")
    assert board.score.chosen == "modes"
    board.restore(state)
    board.show_members(members, runs[0], "gan")
    assert board.score.chosen == "fid"
    board.show_members([Member(runs[0], "ash", RUN, "", size())], runs[0], "classification")
    assert board.score.chosen == "validation_accuracy"
    assert not board.score.isEnabled()


def test_layers_are_scanned_by_another_engine_and_that_can_be_stopped(
    tab: CompressTab, hands: Hands, qtbot: QtBot, runs: list[Path]
) -> None:
    tab._right.setCurrentWidget(tab.scan)
    tab.scan.begin.click()
    assert tab.why_not_moved() == "Layers are being scanned."
    scanner = hands.scanner()
    scanner.answer(Stage(text="linear1", share=0.5))
    qtbot.waitUntil(lambda: tab.scan._bar.value() == 500)
    button(tab.scan, "scanStop").click()
    assert isinstance(scanner.said[-1], Stop)
    scanner.mailbox.put(Failed(id=1, problems=(Problem("", "stopped."),), kind="given_up"))
    qtbot.waitUntil(lambda: not tab.why_not_moved())
    tab.scan.begin.click()
    layer = LayerSensitivity(layer="classifier/linear1", weights=9, scores=(0.9,) * 9, most=0.95)
    scan = Scan(metric="validation_accuracy", higher=True, value=0.9, layers=(layer,))
    with qtbot.waitSignal(tab.scan.scanned):
        scanner.answer(Sensed(run=str(runs[0]), scan=scan))
    assert hands.back[-1] is scanner
    assert tab.scan.scan_of(runs[0]) == scan
    assert tab.scan._grid._rows == ["linear1 · 95%"]
    kind = tab.findChild(QComboBox, "scanKind")
    assert kind is not None
    kind.setCurrentIndex(1)
    assert tab.scan.scan_of(runs[0]) is None
    tab.scan.begin.click()
    request = hands.scanner().asked(Sensitivity)[-1]
    assert isinstance(request, Sensitivity)
    assert request.kind == "quantised"
    hands.scanner().answer(Failed(problems=(Problem("", "the data is gone."),)))
    qtbot.waitUntil(lambda: "The data is gone." in text(tab.scan, "scanWords"))


@pytest.mark.parametrize(
    ("state", "title", "words"),
    [
        ("running", "Not while the run is training", "change with every step"),
        ("paused", "Not while the training is paused", "Stop the training"),
        (FOREIGN, "This run cannot be made smaller", "another program"),
        ("failed", "This run cannot be made smaller", "has no weights"),
        ("gone", "This run cannot be made smaller", "folder is gone"),
    ],
)
def test_runs_that_cannot_be_made_smaller_say_why(
    state: str, title: str, words: str, qtbot: QtBot, hands: Hands, tmp_path: Path
) -> None:
    made = CompressTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    empty = tmp_path / "empty"
    if state != "gone":
        empty.mkdir()
    made.show_run(data_of(empty, "finished" if state == "gone" else state))
    assert words in made.why_not()
    assert any(words in label.text() for label in made._hindered.findChildren(QLabel))
    assert any(label.text() == title for label in made._hindered.findChildren(QLabel))
    assert made._pages.currentWidget() is made._hindered
    assert not hands.lent


def test_what_is_said_of_a_training_goes_along_with_it(
    qtbot: QtBot, hands: Hands, tmp_path: Path
) -> None:
    made = CompressTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    run = data_of(tmp_path, "running")
    made.show_run(run)
    run.state = "paused"
    made.refresh()
    told = [label.text() for label in made._hindered.findChildren(QLabel)]
    assert "Not while the training is paused" in told


def test_no_run_offers_to_train_and_a_hidden_tab_costs_nothing(
    qtbot: QtBot, hands: Hands, runs: list[Path]
) -> None:
    made = CompressTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show_run(data_of(runs[0]))
    made.set_runs([])
    made.refresh()
    assert not hands.lent
    made.show_run(None)
    made.show()
    with qtbot.waitSignal(made.train_wanted):
        button(made, "emptyAction").click()
    made.show_run(data_of(runs[0]))
    qtbot.waitUntil(lambda: bool(hands.lent))
    made.hide()
    made._idle.timeout.emit()
    assert hands.back == hands.lent


def test_figures_and_chart_are_saved(
    tab: CompressTab, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending, save in (
        (".csv", tab.saver.save_figures),
        (".svg", tab.saver.save_picture),
        (".png", tab.saver.save_picture),
    ):
        path = tmp_path / f"variants{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, p=path: (str(p), ""))
        with qtbot.waitSignal(tab.said) as told:
            save()
        assert told.args is not None
        assert told.args[2] is True
        assert path.stat().st_size > 100
    assert (tmp_path / "variants.csv").read_text().splitlines()[2].startswith("owl")


def test_without_a_variant_there_is_nothing_to_save(qtbot: QtBot, hands: Hands) -> None:
    made = CompressTab(hands)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    menu = QMenu()
    made.saver.fill(menu)
    assert [action.isEnabled() for action in menu.actions()] == [False, False, False]


def test_a_picture_of_the_chart_has_no_button_and_the_chart_keeps_it(
    tab: CompressTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = tab.board.plot
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.offer.isVisible()
    saved = []
    for name in ("with.png", "without.png"):
        path = str(tmp_path / name)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, p=path: (p, ""))
        tab.saver.save_picture()
        saved.append(Path(path).read_bytes())
        assert plot.offer.isVisible() == (name == "with.png")
        plot.offer.hide()
    assert saved[0] == saved[1]


def test_a_small_window_shows_all_three_columns_and_what_is_pressed_last(
    tab: CompressTab, hands: Hands, qtbot: QtBot
) -> None:
    styles.apply(make_application(), theme.LIGHT)
    tab.resize(1024, 360)  # what is left of a window of 1024 × 700
    tab.side.steps.add_step("prune")
    settle(qtbot, tab, hands.lent[0])
    page = tab.findChild(QScrollArea, "compressPage")
    assert page is not None
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0)
    assert page.verticalScrollBar().maximum() == 0
    area = tab.rect()
    for name in ("compressAdd", "compressKeep", "variant-export"):
        found = button(tab, name)
        assert area.contains(found.mapTo(tab, found.rect().bottomRight())), name
    figures = tab.side.figures
    assert figures.columnWidth(3) > 0
    first = figures.item(0, 0)
    assert first is not None
    assert first.toolTip() == "Validation accuracy"  # also where there is no room for it


def test_every_control_has_a_name(tab: CompressTab) -> None:
    for tag in ("prune", "prune_units", "quantise_static", "remove_layer"):
        tab.side.steps.add_step(tag)
    named = (QAbstractButton, QComboBox, QTableWidget, Slider)
    for kind in named:
        for control in tab.findChildren(kind):
            own = (
                control.objectName().startswith("qt_")
                or type(control).__name__ == "QTableCornerButton"
            )
            if control.isVisibleTo(tab) and not own and not _inside_bar(control):
                assert control.accessibleName(), (kind, control.objectName())


def _inside_bar(control: QWidget) -> bool:
    parent = control.parentWidget()
    return type(parent).__name__ in ("QTabBar", "QTableWidget")


def test_beside_a_guide_the_figures_stand_below_the_steps_and_the_chart_stays(
    tab: CompressTab, hands: Hands, qtbot: QtBot
) -> None:
    styles.apply(make_application(), theme.LIGHT)
    tab.resize(706, 344)  # what a guide leaves of a window of 1024 × 700
    tab.side.steps.add_step("prune")
    settle(qtbot, tab, hands.lent[0])
    page = tab.findChild(QScrollArea, "compressPage")
    assert page is not None
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0)
    plot = tab.board.plot
    assert tab.rect().contains(plot.mapTo(tab, plot.rect().topRight()))
    steps, figures = tab.side.steps, tab.side
    assert steps.mapTo(tab, steps.rect().bottomLeft()).y() < figures.mapTo(tab, QPoint(0, 0)).y()
    tab.resize(1300, 700)
    qtbot.waitUntil(
        lambda: steps.mapTo(tab, QPoint(0, 0)).y() == figures.mapTo(tab, QPoint(0, 0)).y()
    )


@pytest.mark.parametrize("wide", [880, 706, 640, 568, 460])
def test_beside_a_guide_nothing_moves_sideways_and_no_part_inside_of_another(
    wide: int, tab: CompressTab, hands: Hands, qtbot: QtBot
) -> None:
    styles.apply(make_application(), theme.LIGHT)
    tab.resize(wide, 344)
    settle(qtbot, tab, hands.lent[0])
    page = tab.findChild(QScrollArea, "compressPage")
    chart = tab.findChild(QScrollArea, "compressBoardArea")
    assert page is not None
    assert chart is not None
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0)
    plot = tab.board.plot
    assert plot.mapTo(tab, plot.rect().topRight()).x() < wide
    if page.verticalScrollBar().maximum():  # the board is below
        assert chart.verticalScrollBar().maximum() == 0
        page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
        last = button(tab, "variant-export")
        assert tab.rect().contains(last.mapTo(tab, last.rect().bottomRight()))
    else:
        assert wide > 568
    tab.resize(1300, 700)
    steps, figures = tab.side.steps, tab.side
    qtbot.waitUntil(
        lambda: steps.mapTo(tab, QPoint(0, 0)).y() == figures.mapTo(tab, QPoint(0, 0)).y()
    )
    assert page.verticalScrollBar().maximum() == 0
