"""The inspector: settings of the chosen layers, or of what they are in when none is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem, ProjectError
from projects.schema import Graph, Network, Node, Project
from projects.translation import gettext as _
from projects.translation import phrase, phrases
from widgets import icons, theme
from widgets.forms import Form
from widgets.plain import plain_label
from widgets.topics import TOPIC
from workbench import edits, scope
from workbench.document import Document
from workbench.gauges import carried_at
from workbench.inspector_facts import Facts, Heading, NameLine
from workbench.inspector_locked import Locked, locked_words
from workbench.inspector_page import (
    Page,
    fields_of,
    note_of,
    page_of,
    topic_of,
    usual,
    values_of,
    words_of,
)
from workbench.keeper import state_words
from workbench.mending import Candidate
from workbench.offers import Offers
from workbench.problem_words import said, warns
from workbench.values import CATALOGUES, set_plug

MOST_FIXES = 4


class Inspector(QScrollArea):
    """Edits what is chosen on the canvas.

    Args:
        document: The open project.
        fixes: Answers what would mend a problem.
        parent: Qt parent.

    Signals:
        renamed(place, id): The chosen layer has another name.
        enter_wanted(place, id): Show what is in the block for which a node stands.
        mend_wanted(candidate): Do this fix.
    """

    renamed = Signal(str, str)
    enter_wanted = Signal(str, str)
    mend_wanted = Signal(object)

    def __init__(
        self,
        document: Document,
        fixes: Callable[[Problem], Sequence[Candidate]] = lambda problem: (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fixes = fixes
        self._carried: Mapping[str, Mapping[str, str]] = {}
        self.setObjectName("inspector")
        self.setProperty(TOPIC, "article/drawing")
        self.setAccessibleName(_("Inspector"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._document = document
        self._checked: Checked | None = None
        self._place = next(iter(document.project.networks), "")
        self._ids: tuple[str, ...] = ()
        self._page: Page | None = None
        self._form: Form | None = None
        self._name: NameLine | None = None
        self._block: NameLine | None = None
        self._locked: Locked | None = None
        self._facts = Facts()
        self._offers = Offers(document, self)
        self._more = False
        document.changed.connect(self._changed)
        self._show()

    # ------------------------------------------------------------------------------------ asked

    def show_nodes(self, place: str, ids: Sequence[str]) -> None:
        """Show these layers of a place; none: the network or block itself."""
        self._place, self._ids = place, tuple(ids)
        self._show()

    def set_checked(self, checked: Checked) -> None:
        """Show what a check found out: shapes, counts, problems."""
        self._checked = checked
        self._show_checked()

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        if self._form is not None and self._form.names():
            self._form.focus_field(self._form.names()[0])

    def focus_problem(self, where: str) -> bool:
        """Put the cursor into the field of a place, if it is shown; return whether it is."""
        prefix = self._prefix()
        if self._form is None or not where.startswith(prefix):
            return False
        control = self._form.focus_field(where.removeprefix(prefix))
        if control is not None:
            self.ensureWidgetVisible(control)
        return control is not None

    # ------------------------------------------------------------------------------------ making

    @property
    def _graph(self) -> Graph:
        return edits.found(self._document.project, self._place) or Network()

    def _show(self) -> None:
        """Make another page if other fields are needed, then fill it."""
        page = page_of(self._document.project, self._place, self._ids)
        self._ids = page.ids
        if page != self._page:
            before, self._page = self._page, page
            focus = self._focused() if before is not None and before.ids == page.ids else ""
            self._build(page)
            if focus:
                self._focus_again(focus)
        self._fill(page)
        self._show_checked()

    def _build(self, page: Page) -> None:
        for line in (self._name, self._block):
            if line is not None:
                line.blockSignals(True)  # a name half typed is not one for what is shown next
        self._facts = Facts()
        self._facts.mend.chosen.connect(self.mend_wanted)
        self._name = self._block = self._locked = None
        content = QWidget()
        content.setObjectName("inspectorPage")
        content.setProperty(TOPIC, topic_of(page))
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.PAD, theme.PAD, theme.PAD, theme.PAD)
        column.setSpacing(theme.PAD)
        heading = Heading(*words_of(page), open=self._more)
        heading.opened.connect(self._remember_more)
        column.addWidget(heading)
        if len(page.ids) == 1:
            tip = _("Its name in the project file, on the canvas and in exported code")
            self._name = NameLine(_("Name of the layer"), tip)
            self._name.renamed.connect(self._rename)
            column.addWidget(self._name)
        if _shown_block(page):
            self._block = _block_line(page)
            self._block.renamed.connect(self._rename_block)
            column.addWidget(self._block)
        if page.block and len(page.ids) == 1:
            column.addWidget(self._enter_button(page), 0, Qt.AlignmentFlag.AlignLeft)
        if page.locked:
            self._locked = Locked()
            column.addWidget(self._locked)
        self._form = Form(fields_of(page))
        self._form.edited.connect(self._edit)
        column.addWidget(self._form)
        offers = self._offers.part_for(page, self._form)
        if offers is not None:
            column.addWidget(offers)
        note = note_of(page)
        if note:
            column.addWidget(plain_label(note, "hint"))
        column.addWidget(self._facts)
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(content)
        if old is not None:
            old.deleteLater()  # not at once: it may be the sender of what is being done

    def _enter_button(self, page: Page) -> QPushButton:
        button = QPushButton(icons.icon("enter", "accent"), _("Enter block"))
        button.setObjectName("inspectorEnter")
        button.setAccessibleName(_("Enter the chosen block"))
        button.setToolTip(_("Show and change what is in the block"))
        button.clicked.connect(lambda: self.enter_wanted.emit(page.place, page.ids[0]))
        return button

    def _focused(self) -> str:
        """Name of the control of this page that has the cursor, or nothing."""
        focus = QApplication.focusWidget()
        return focus.objectName() if focus is not None and self.isAncestorOf(focus) else ""

    def _focus_again(self, name: str) -> None:
        content = self.widget()
        again = content.findChild(QWidget, name) if content is not None else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remember_more(self, open: bool) -> None:
        self._more = open

    # ------------------------------------------------------------------------------------ values

    def _changed(self, before: Project, after: Project) -> None:
        if before.networks is not after.networks or before.blocks is not after.blocks:
            place = scope.nearest(after, self._place)
            if edits.found(after, place) is None:
                place = next(iter(after.networks), "")
            if place != self._place:
                self._place, self._ids = place, ()
            self._show()

    def _fill(self, page: Page) -> None:
        if self._form is not None:
            self._form.set_values(values_of(self._document.project, page))
        if self._name is not None:
            self._name.show_name(page.ids[0])
        if self._block is not None:
            self._block.show_name(_shown_block(page))
        if self._locked is not None:
            self._locked.show_words(locked_words(self._graph.nodes[page.ids[0]]))
        self._offers.show(page)

    def _edit(self, path: str, value: Any) -> None:
        project, place = self._document.project, self._place
        assert self._form is not None
        key = self._form.merge_key(path)
        graph = self._graph
        if path.partition(".")[0] == "rules":
            self._hold(path, value, key)
        elif not self._ids and isinstance(graph, Network):
            inner = path.removeprefix("init.")
            init = set_plug(graph.init, CATALOGUES["initializers"], inner, value)
            after = edits.with_graph(project, place, msgspec.structs.replace(graph, init=init))
            self._document.apply(phrase("Change initial weights"), after, merge=key)
        elif not self._ids:
            after = edits.describe_block(project, edits.block_name(project, place) or "", value)
            self._document.apply(phrase("Describe block"), after, merge=key)
        elif path == "shares":
            after = edits.share(project, place, self._ids, value)
            self._document.apply(phrase("Share weights"), after)
        elif path == "mute":
            after = edits.mute(project, place, self._ids, value)
            self._document.apply(
                phrase("Bypass") if value else phrase("Take the bypass away"), after
            )
        else:
            after = edits.set_param(project, place, self._ids, path, value)
            text = phrases("Change layer", "Change layers", len(self._ids))
            self._document.apply(text, after, merge=key)

    def _hold(self, path: str, value: Any, key: str) -> None:
        """Change what weights are held to: one rule, or with the group's switch all of them."""
        rules = {path.removeprefix("rules."): value}
        if path == "rules":
            rules = usual(Node if self._ids else Network) if value is None else dict(value)
        after = edits.hold(self._document.project, self._place, self._ids, rules)
        self._document.apply(phrase("Hold weights"), after, merge=key)

    def _rename(self, name: str) -> None:
        (old,) = self._ids
        try:
            after = edits.rename(self._document.project, self._place, old, name)
        except ProjectError as error:
            assert self._name is not None
            self._name.refuse(said(error.problem))
            return
        self._ids = (name,)
        if self._page is not None:
            self._page = self._page._replace(ids=self._ids)  # the same page, under its new name
        self._document.apply(phrase("Rename layer"), after)
        self.renamed.emit(self._place, name)

    def _rename_block(self, name: str) -> None:
        assert self._page is not None
        assert self._block is not None
        try:
            after = edits.rename_block(self._document.project, _shown_block(self._page), name)
        except ProjectError as error:
            self._block.refuse(said(error.problem))
            return
        self._document.apply(phrase("Rename block"), after)

    # ------------------------------------------------------------------------------------ check

    def _prefix(self) -> str:
        return f"{scope.dotted(self._place, self._ids[0] if len(self._ids) == 1 else '')}."

    def _show_checked(self) -> None:
        if self._checked is None or self._form is None:
            return
        network = scope.network_of(self._place)
        whole = self._checked.networks.get(network)
        report = scope.report_at(whole, self._place)
        self._form.clear_problems()
        rest = [problem for problem in self._mine() if not self._at_field(problem)]
        rest = [self._with_layer(problem) for problem in rest]
        if len(self._ids) == 1:
            node = report.nodes.get(self._ids[0]) if report else None
            states = carried_at(self._carried.get(network, {}), self._place)
            carried = states.get(self._ids[0], "")
            self._facts.show_node(node or NodeReport(), rest, state_words(carried))
        elif not self._ids:
            count = len(self._graph.nodes)
            data = None if "/" in self._place else self._checked.data
            self._facts.show_network(count, report or NetworkReport(), data, rest)
        else:
            self._facts.show_problems(rest)
        self.show_fixes()

    def set_carried(self, states: Mapping[str, Mapping[str, str]]) -> None:
        """Show which weights a training would begin with; by network and node."""
        self._carried = states
        self._show_checked()

    def show_fixes(self) -> None:
        """Show what would mend the problems of what is shown, as far as it is known."""
        mine = self._mine() if self._checked is not None else []
        fixes = [fix for problem in mine for fix in self._fixes(problem)]
        self._facts.mend.show_fixes(fixes[:MOST_FIXES])

    def _mine(self) -> list[Problem]:
        """The problems of what is shown, with what is in it."""
        assert self._checked is not None
        return [
            p for p in self._checked.problems if any(_within(p.where, w) for w in self._wheres())
        ]

    def _wheres(self) -> list[str]:
        """The places in the project file that belong to what is shown."""
        if self._ids:
            return [scope.dotted(self._place, name) for name in self._ids]
        if self._page is None or not self._page.inside:
            return [scope.dotted(self._place)]
        inside = [scope.dotted(self._place, name) for name in self._graph.nodes]
        return [f"blocks.{self._page.inside}", *inside]

    def _with_layer(self, problem: Problem) -> Problem:
        """Return a problem whose message names the layer that has it."""
        single = f"{self._ids[0]}/" if len(self._ids) == 1 else ""
        network = scope.dotted(scope.network_of(self._place))
        place = f"{network}.nodes.{scope.head_of(self._place)}{single}"
        if not problem.where.startswith(place):
            return problem
        layer = problem.where.removeprefix(place).split(".")[0]
        message = _("“{layer}”: {message}").format(layer=layer, message=problem.message)
        return msgspec.structs.replace(problem, message=message)

    def _at_field(self, problem: Problem) -> bool:
        assert self._form is not None
        prefix = self._prefix()
        inner = problem.where.removeprefix(prefix)
        here = problem.where.startswith(prefix)
        return here and self._form.set_problem(inner, said(problem), warns(problem))


def _within(where: str, outer: str) -> bool:
    return where == outer or where.startswith((f"{outer}.", f"{outer}/"))


def _shown_block(page: Page) -> str:
    """The block that a page is about: that of the one chosen node, or the one that is entered."""
    if len(page.ids) == 1:
        return page.block
    return "" if page.ids else page.inside


def _block_line(page: Page) -> NameLine:
    tip = _("The name of the block in the project file and in the list of layers")
    return NameLine(_("Name of the block"), tip, _("Block") if page.ids else "", "block")
