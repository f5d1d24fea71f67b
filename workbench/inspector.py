"""The inspector: settings of the chosen layers, or of their network when none is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem, ProjectError
from projects.schema import Network, Project
from widgets import theme
from widgets.forms import Form
from workbench import edits
from workbench.document import Document
from workbench.forms import CATALOGUES, set_plug
from workbench.inspector_facts import Facts, Heading, NameLine
from workbench.inspector_page import Page, fields_of, note_of, page_of, values_of, words_of
from workbench.keeper import state_words
from workbench.mending import Candidate
from workbench.problem_words import said, warns

MOST_FIXES = 4


class Inspector(QScrollArea):
    """Edits what is chosen on the canvas.

    Args:
        document: The open project.
        fixes: Answers what would mend a problem.
        parent: Qt parent.

    Signals:
        renamed(network, id): The chosen layer has another name.
        mend_wanted(candidate): Do this fix.
    """

    renamed = Signal(str, str)
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
        self.setAccessibleName(_("Inspector"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._document = document
        self._checked: Checked | None = None
        self._network = next(iter(document.project.networks), "")
        self._ids: tuple[str, ...] = ()
        self._page: Page | None = None
        self._form: Form | None = None
        self._name: NameLine | None = None
        self._facts = Facts()
        self._more = False
        document.changed.connect(self._changed)
        self._show()

    # ------------------------------------------------------------------------------------ asked

    def show_nodes(self, network: str, ids: Sequence[str]) -> None:
        """Show these layers of a network; none: the network itself."""
        self._network, self._ids = network, tuple(ids)
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
    def _graph(self) -> Network:
        return self._document.project.networks.get(self._network, Network())

    def _show(self) -> None:
        """Make another page if other fields are needed, then fill it."""
        page = page_of(self._document.project, self._network, self._ids)
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
        if self._name is not None:
            self._name.blockSignals(True)  # a name half typed is not one for what is shown next
        self._facts = Facts()
        self._facts.mend.chosen.connect(self.mend_wanted)
        self._name = None
        content = QWidget()
        content.setObjectName("inspectorPage")
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.PAD, theme.PAD, theme.PAD, theme.PAD)
        column.setSpacing(theme.PAD)
        heading = Heading(*words_of(page), open=self._more)
        heading.opened.connect(self._remember_more)
        column.addWidget(heading)
        if len(page.ids) == 1:
            self._name = NameLine()
            self._name.renamed.connect(self._rename)
            column.addWidget(self._name)
        self._form = Form(fields_of(page))
        self._form.edited.connect(self._edit)
        column.addWidget(self._form)
        note = note_of(page)
        if note:
            column.addWidget(_hint(note))
        column.addWidget(self._facts)
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(content)
        if old is not None:
            old.deleteLater()  # not at once: it may be the sender of what is being done

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
        if before.networks is not after.networks:
            if self._network not in after.networks:
                self._network, self._ids = next(iter(after.networks), ""), ()
            self._show()

    def _fill(self, page: Page) -> None:
        if self._form is not None:
            self._form.set_values(values_of(self._document.project, page))
        if self._name is not None:
            self._name.show_name(page.ids[0])

    def _edit(self, path: str, value: Any) -> None:
        project, network = self._document.project, self._network
        assert self._form is not None
        key = self._form.merge_key(path)
        if not self._ids:
            inner = path.removeprefix("init.")
            graph = self._graph
            init = set_plug(graph.init, CATALOGUES["initializers"], inner, value)
            after = edits.with_network(project, network, msgspec.structs.replace(graph, init=init))
            self._document.apply(_("Change initial weights"), after, merge=key)
        elif path == "shares":
            after = edits.share(project, network, self._ids, value)
            self._document.apply(_("Share weights"), after)
        elif path == "mute":
            after = edits.mute(project, network, self._ids, value)
            self._document.apply(_("Bypass") if value else _("Take the bypass away"), after)
        else:
            after = edits.set_param(project, network, self._ids, path, value)
            text = ngettext("Change layer", "Change layers", len(self._ids))
            self._document.apply(text, after, merge=key)

    def _rename(self, name: str) -> None:
        (old,) = self._ids
        try:
            after = edits.rename(self._document.project, self._network, old, name)
        except ProjectError as error:
            assert self._name is not None
            self._name.refuse(said(error.problem))
            return
        self._ids = (name,)
        if self._page is not None:
            self._page = self._page._replace(ids=self._ids)  # the same page, under its new name
        self._document.apply(_("Rename layer"), after)
        self.renamed.emit(self._network, name)

    # ------------------------------------------------------------------------------------ check

    def _prefix(self) -> str:
        place = f"networks.{self._network}."
        return f"{place}nodes.{self._ids[0]}." if len(self._ids) == 1 else place

    def _show_checked(self) -> None:
        if self._checked is None or self._form is None:
            return
        report = self._checked.networks.get(self._network)
        self._form.clear_problems()
        rest = [problem for problem in self._mine() if not self._at_field(problem)]
        if len(self._ids) != 1:
            rest = [self._with_layer(problem) for problem in rest]
        if len(self._ids) == 1:
            node = report.nodes.get(self._ids[0]) if report else None
            carried = self._carried.get(self._network, {}).get(self._ids[0], "")
            self._facts.show_node(node or NodeReport(), rest, state_words(carried))
        elif not self._ids:
            count, data = len(self._graph.nodes), self._checked.data
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
        assert self._checked is not None
        place = f"networks.{self._network}"
        if not self._ids:
            return [p for p in self._checked.problems if f"{p.where}.".startswith(f"{place}.")]
        names = [f"{place}.nodes.{name}" for name in self._ids]
        return [
            problem
            for problem in self._checked.problems
            if any(f"{problem.where}.".startswith(f"{name}.") for name in names)
        ]

    def _with_layer(self, problem: Problem) -> Problem:
        """Return a problem whose message names the layer that has it."""
        place = f"networks.{self._network}.nodes."
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


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "hint")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
