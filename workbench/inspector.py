"""The inspector: settings of the chosen layers, or of their network when none is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.layers.base import LAYERS
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem, ProjectError
from projects.schema import Network, Node, Project
from widgets import theme
from widgets.forms import MIXED, Form, FormField
from workbench import edits
from workbench.document import Document
from workbench.forms import (
    CATALOGUES,
    common_fields,
    defaults,
    first_words,
    plug_field,
    plug_values,
    set_plug,
    words,
)
from workbench.inspector_facts import Facts, NameLine
from workbench.problem_words import said


class Page(NamedTuple):
    """What decides which fields and choices a page has."""

    network: str
    there: bool
    ids: tuple[str, ...]
    types: tuple[str, ...]
    owners: tuple[str, ...]


class Inspector(QScrollArea):
    """Edits what is chosen on the canvas.

    Args:
        document: The open project.
        parent: Qt parent.

    Signals:
        renamed(network, id): The chosen layer has another name.
    """

    renamed = Signal(str, str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(_("Inspector"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._document = document
        self._checked: Checked | None = None
        self._network = next(iter(document.project.networks), "")
        self._ids: tuple[str, ...] = ()
        self._made_for: Page | None = None
        self._form: Form | None = None
        self._name: NameLine | None = None
        self._facts = Facts()
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

    def _nodes(self) -> dict[str, Node]:
        return {name: self._graph.nodes[name] for name in self._ids if name in self._graph.nodes}

    def _show(self) -> None:
        """Make another page if other fields are needed, then fill it."""
        nodes = self._nodes()
        self._ids = tuple(nodes)
        signature = self._signature(nodes)
        if signature != self._made_for:
            self._made_for = signature
            self._build(nodes)
        self._fill(nodes)
        self._show_checked()

    def _signature(self, nodes: dict[str, Node]) -> Page:
        owners = self._owners(nodes) if len(nodes) == 1 else ()
        there = self._network in self._document.project.networks
        types = tuple(node.type for node in nodes.values())
        return Page(self._network, there, self._ids, types, owners)

    def _build(self, nodes: dict[str, Node]) -> None:
        if self._name is not None:
            self._name.blockSignals(True)  # a name half typed is not one for what is shown next
        self._facts = Facts()
        self._name = None
        page = QWidget()
        page.setObjectName("inspectorPage")
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.PAD, theme.PAD, theme.PAD)
        column.setSpacing(theme.PAD)
        title, help, more = self._words(nodes)
        heading = _label(title, "heading")
        column.addWidget(heading)
        if help:
            text = _label(help, "hint")
            text.setToolTip(more)
            column.addWidget(text)
        if len(nodes) == 1:
            self._name = NameLine()
            self._name.renamed.connect(self._rename)
            column.addWidget(self._name)
        fields = self._fields(nodes)
        self._form = Form(fields)
        self._form.edited.connect(self._edit)
        column.addWidget(self._form)
        if nodes and not fields:
            column.addWidget(_label(_("Nothing to set here."), "hint"))
        column.addWidget(self._facts)
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(page)
        if old is not None:
            old.deleteLater()  # not at once: it may be the sender of what is being done

    def _words(self, nodes: dict[str, Node]) -> tuple[str, str, str]:
        """Heading, help, and the whole help."""
        if not nodes:
            network = words(self._network).capitalize()
            return (
                _("Network: {name}").format(name=network) if network else _("No network"),
                _("Choose a layer to see its settings."),
                "",
            )
        types = {node.type for node in nodes.values()}
        kind = next(iter(types))
        cls = LAYERS.get(kind) if len(types) == 1 and kind in LAYERS else None
        if len(nodes) > 1:
            count = ngettext("{count} layer", "{count} layers", len(nodes)).format(count=len(nodes))
            title = f"{count}: {cls.title}" if cls else count
            return title, _("What is set here is set for all of them."), ""
        if cls is None:
            return kind, _("This version of Ganvas knows no layer of this type."), ""
        return cls.title, first_words(cls.help()), cls.help().replace("``", "")

    def _fields(self, nodes: dict[str, Node]) -> tuple[FormField, ...]:
        if not nodes:
            if self._network not in self._document.project.networks:
                return ()
            help = _("How the weights are drawn before training.")
            return (plug_field("init", _("Initial weights"), "initializers", help),)
        fields = common_fields([node.type for node in nodes.values()])
        owners = self._owners(nodes)
        if len(nodes) == 1 and owners:
            choices = ((None, _("its own")), *((name, name) for name in owners))
            help = _("Use the very same weights as another layer of the same type.")
            shares = FormField("shares", _("Weights"), "choice", help, choices=choices)
            return (*fields, shares)
        return fields

    def _owners(self, nodes: dict[str, Node]) -> tuple[str, ...]:
        """Layers whose weights the chosen one could use."""
        ((name, node), *_rest) = nodes.items()
        cls = LAYERS.get(node.type) if node.type in LAYERS else None
        if cls is None or not cls.parametric:
            return ()
        return tuple(
            other
            for other, there in self._graph.nodes.items()
            if other != name and there.type == node.type and there.shares is None
        )

    # ------------------------------------------------------------------------------------ values

    def _changed(self, before: Project, after: Project) -> None:
        if before.networks is not after.networks:
            if self._network not in after.networks:
                self._network, self._ids = next(iter(after.networks), ""), ()
            self._show()

    def _fill(self, nodes: dict[str, Node]) -> None:
        if self._form is None:
            return
        if not nodes:
            init = plug_values(self._graph.init, CATALOGUES["initializers"])
            self._form.set_values({"init": init})
            return
        if self._name is not None:
            self._name.show_name(next(iter(nodes)))
        shown = [_values(node) for node in nodes.values()]
        values = {
            key: value if all(other.get(key) == value for other in shown) else MIXED
            for key, value in shown[0].items()
        }
        if len(nodes) == 1:
            values["shares"] = next(iter(nodes.values())).shares
        self._form.set_values(values)

    def _edit(self, path: str, value: Any) -> None:
        project, network = self._document.project, self._network
        key = f"{network}.{','.join(self._ids)}.{path}"
        if not self._ids:
            inner = path.removeprefix("init.")
            graph = self._graph
            init = set_plug(graph.init, CATALOGUES["initializers"], inner, value)
            after = edits.with_network(project, network, msgspec.structs.replace(graph, init=init))
            self._document.apply(_("Change initial weights"), after, merge=key)
        elif path == "shares":
            after = edits.share(project, network, self._ids, value)
            self._document.apply(_("Share weights"), after)
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
        if self._made_for is not None:
            self._made_for = self._made_for._replace(
                ids=self._ids
            )  # the same page, under its new name
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
        if len(self._ids) == 1:
            node = report.nodes.get(self._ids[0]) if report else None
            self._facts.show_node(node or NodeReport(), rest)
        elif not self._ids:
            self._facts.show_network(report or NetworkReport(), self._checked.data, rest)
        else:
            self._facts.show_problems(rest)

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

    def _at_field(self, problem: Problem) -> bool:
        assert self._form is not None
        prefix = self._prefix()
        inner = problem.where.removeprefix(prefix)
        here = problem.where.startswith(prefix)
        return here and self._form.set_problem(inner, said(problem))


def _values(node: Node) -> dict[str, Any]:
    declared = defaults(LAYERS.get(node.type).fields()) if node.type in LAYERS else {}
    return {**declared, **node.params}


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
