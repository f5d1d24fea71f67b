"""What is made only when it is looked at: a place for it, and the tabs of a project that are."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from projects.templates import template
from workbench.choices import State
from workbench.compress.tab import CompressTab
from workbench.inside.tab import InsideTab
from workbench.late import Late
from workbench.rundata import RunData
from workbench.window import MainWindow


def test_it_is_made_in_its_place_once_when_it_comes_into_view(qtbot: QtBot) -> None:
    parents: list[QWidget] = []

    def make(parent: QWidget) -> QLabel:
        parents.append(parent)
        return QLabel("dear", parent)

    pages = QStackedWidget()
    qtbot.addWidget(pages)
    pages.addWidget(QWidget())
    place = Late(make)
    pages.addWidget(place)
    pages.show()
    assert parents == []
    pages.setCurrentWidget(place)
    assert place.made is not None
    assert place.made.isVisible()
    pages.setCurrentIndex(0)
    pages.setCurrentWidget(place)
    assert place.get() is place.made
    assert parents == [place]


def test_it_is_made_before_where_somebody_asks_for_it(qtbot: QtBot) -> None:
    place = Late(lambda parent: QLabel("dear", parent))
    qtbot.addWidget(place)
    assert place.get().isHidden() is False  # so that it is there when its place is
    place.show()
    assert place.get().isVisible()


class Chooser(QLabel):
    """Has a text chosen."""

    def remembered(self) -> State:
        return {"text": self.text()}

    def restore(self, state: State) -> None:
        self.setText(str(state["text"]))


def test_what_is_chosen_in_it_outlives_it_and_nothing_is_made_for_nothing(qtbot: QtBot) -> None:
    old, new, newest = (Late(lambda parent: Chooser("usual", parent)) for _window in range(3))
    for place in (old, new, newest):
        qtbot.addWidget(place)
    new.restore(old.remembered())
    assert new.made is None
    old.get().setText("chosen")
    newest.restore(old.remembered())
    assert newest.get().text() == "chosen"


def test_a_project_is_opened_without_the_tabs_that_nobody_looks_at(window: MainWindow) -> None:
    window.open_template(template("digits_mlp"))
    for kind in (CompressTab, InsideTab):
        assert window.findChildren(kind) == []
    window.looker.choose("classifier", ("linear2",))
    run = RunData(label="run", path="/nowhere", state="finished")
    window.viewer.show(run)
    window.show_lab("compress")
    window.show_lab("inside")
    squeezed, seen = window.squeezer.tab, window.looker.tab
    assert squeezed is not None
    assert squeezed.why_not() == "Its folder is gone."  # it knows of the run
    assert seen is not None
    assert seen._run is run
    assert seen.layer == "classifier/linear2"
