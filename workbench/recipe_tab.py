"""The Recipe tab: what a project trains for and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.objectives.base import OBJECTIVES, objective_of
from engine.protocol import Checked
from projects.errors import Problem, ProjectError
from projects.fields import Field, fields_of, read_field
from projects.plain import plug_to
from projects.schema import EarlyStopping, Network, Plug, Project, Recipe
from projects.translation import N_, phrase
from projects.translation import gettext as _
from widgets import theme
from widgets.forms import Form, FormField
from widgets.topics import TOPIC
from workbench.document import Document
from workbench.fold import Fold
from workbench.forms import form_fields, plug_field
from workbench.metric_words import metric_words
from workbench.names import network_words
from workbench.plug_lists import list_fields, list_values, path_in_form, with_entry
from workbench.problem_words import said, warns
from workbench.values import CATALOGUES, plug_values, set_at, values_of

CARD_WIDTH = 560
MARGIN, SPACE = 24, 20
USUAL = Recipe()
TWO_COLUMNS = 800  # where the page is narrower, the second column stands below the first
# Which fields of the recipe stand together; what the schema adds later goes to the last section.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Optimiser"), ("optimizer", "clip_norm")),
    (N_("Learning rate over time"), ("schedule",)),
    (N_("How long"), ("epochs", "max_steps", "early_stopping", "evaluate_every")),
    (N_("Batches and chance"), ("batch_size", "seed")),
    (N_("Machine and safety"), ()),
    (
        N_("Gradients and averages"),
        ("accumulate", "clip_value", "average", "pruning", "quantisation", "distillation"),
    ),
    (N_("Speed and precision"), ("precision", "compile", "cuda_graphs", "channels_last")),
)
FOLDED = tuple(
    title for title, _names in SECTIONS[-2:]
)  # rarely needed: folded while nothing is set
TRAINING = "article/training"  # the page about all that is no entry of a catalogue


class RecipeTab(QScrollArea):
    """Edits objective and recipe; made from their declarations.

    Args:
        document: The open project.
        parent: Qt parent.

    Signals:
        rate_wanted: Find a learning rate.
    """

    rate_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recipeTab")
        self.setProperty(TOPIC, "article/training")
        self.setAccessibleName(_("Recipe"))
        self._document = document
        self._forms: list[tuple[str, Form]] = []
        self._made_for: object = None
        self._columns: QBoxLayout | None = None
        self._folds: dict[str, Fold] = {}
        self._turned: dict[str, bool] = {}  # by title, what a person wants
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        document.changed.connect(self._changed)
        self._build()

    def set_checked(self, checked: Checked) -> None:
        """Show problems at the fields that they are about."""
        for _prefix, form in self._forms:
            form.clear_problems()
        for problem in checked.problems:
            self._show(problem)

    def focus_problem(self, where: str) -> bool:
        """Put the cursor into the field of a place; return whether it is here."""
        where = self._place_of(where)
        for prefix, form in self._by_depth():
            if where.startswith(prefix):
                control = form.focus_field(where.removeprefix(prefix))
                if control is not None:
                    self._unfold(form)
                    form.focus_field(where.removeprefix(prefix))
                    self.ensureWidgetVisible(control)
                    return True
        return False

    # ------------------------------------------------------------------------------------ making

    def _signature(self) -> object:
        """What decides which fields there are: the objective and the names of the networks."""
        project = self._document.project
        return project.objective.type, tuple(project.networks)

    def _build(self) -> None:
        self._made_for = self._signature()
        self._forms = []
        self._folds = {}
        left, right = _column(), _column()
        project = self._document.project
        objective = plug_field("objective", _("Objective"), "objectives", _("What is trained for."))
        self._card(left, _("Objective"), "", (objective,))
        for field in self._lists():
            self._card(
                right,
                field.title,
                f"objective.{field.name}.",
                list_fields(CATALOGUES[field.extra["catalogue"]]),
                fold=True,
            )
        fields = {field.name: field for field in form_fields(fields_of(Recipe))}
        fields["early_stopping"] = self._stopping(fields["early_stopping"])
        placed = {name for _title, names in SECTIONS for name in names}
        for place, (title, names) in enumerate(SECTIONS):
            chosen = [fields[name] for name in names]
            if not names:
                chosen = [field for name, field in fields.items() if name not in placed]
            self._card(left if place < 2 else right, _(title), "recipe.", chosen, title in FOLDED)
            if "optimizer" in names:
                self._add_rate_button()
            if "optimizer" in names and len(project.networks) > 1:
                self._own_optimizers(left, project)
        self._turn_to(self._page(left, right))
        self._fill()

    def _page(self, left: QVBoxLayout, right: QVBoxLayout) -> QWidget:
        """Two columns, beside or below one another; no wider than one reads with ease."""
        page = QWidget()
        page.setObjectName("recipePage")
        page.setMaximumWidth(2 * (CARD_WIDTH + MARGIN) + SPACE)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setSpacing(SPACE)
        for column in (left, right):
            column.addStretch(1)
            self._columns.addLayout(column)
        self._arrange()
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns where there is room for them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.viewport().width() >= TWO_COLUMNS
        ways = QBoxLayout.Direction
        if self._columns is not None:
            margin = MARGIN if wide else theme.PAD
            self._columns.setContentsMargins(margin, SPACE, margin, SPACE)
            self._columns.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
            self._columns.setStretch(0, 1 if wide else 0)  # below one another without a gap
            self._columns.setStretch(1, 1)

    def _turn_to(self, page: QWidget) -> None:
        """Show another page; the cursor stays in the field of the same name."""
        focus = QApplication.focusWidget()
        name = focus.objectName() if focus is not None and self.isAncestorOf(focus) else ""
        old = self.takeWidget()
        self.setWidget(page)
        again = page.findChild(QWidget, name) if name else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        if old is not None:
            old.deleteLater()  # not at once: it may be the sender of what is being done

    def _lists(self) -> tuple[Field, ...]:
        """What of the objective is a list of choices, each with settings of its own."""
        fields = objective_of(self._document.project).fields()
        return tuple(field for field in fields if field.kind == "plugs")

    def _chosen(self, name: str) -> tuple[Plug, ...]:
        """Which of such a list are on; none where the file holds something else."""
        field = next(field for field in self._lists() if field.name == name)
        given = self._document.project.objective.params.get(name, field.default)
        try:
            return tuple(read_field(field, given, "objective"))
        except ProjectError:
            return ()

    def _card(
        self,
        column: QVBoxLayout,
        title: str,
        prefix: str,
        fields: Iterable[FormField],
        fold: bool = False,
    ) -> None:
        form = Form(tuple(fields), captions=True)
        about = OBJECTIVES.key(self._document.project.objective.type)
        form.setProperty(TOPIC, TRAINING if prefix.startswith("recipe.") else about)
        form.edited.connect(self._editor(prefix, form))
        self._forms.append((prefix, form))
        if fold:
            section = Fold(title, form)
            section.turned.connect(lambda yes: self._turned.update({title: yes}))
            self._folds[title] = section
            column.addWidget(section)
        else:
            column.addWidget(card(title, form))

    def _add_rate_button(self) -> None:
        """Beside the optimiser: the range test, for objectives with a loss that tells."""
        if objective_of(self._document.project).rivals:
            return
        button = QPushButton(_("Find a learning rate…"))
        button.setObjectName("findRate")
        button.setAccessibleName(_("Find a learning rate"))
        button.setToolTip(_("Trains a copy while the rate rises, and shows how the loss answers."))
        button.clicked.connect(self.rate_wanted)
        box = self._forms[-1][1].parentWidget()
        layout = box.layout() if box is not None else None
        if layout is not None:
            layout.addWidget(button)
            layout.setAlignment(button, Qt.AlignmentFlag.AlignLeft)

    def _unfold(self, form: Form) -> None:
        for fold in self._folds.values():
            if fold.isAncestorOf(form):
                fold.open()

    def _fold(self) -> None:
        """Sections with something that is set stand open, unless a person has closed them."""
        recipe = self._document.project.recipe
        for section, names in SECTIONS:
            title = _(section)
            if title in self._folds:
                used = any(getattr(recipe, name) != getattr(USUAL, name) for name in names)
                self._folds[title].open(self._turned.get(title, used))
        for field in self._lists():
            used = bool(self._chosen(field.name))
            self._folds[field.title].open(self._turned.get(field.title, used))

    def _own_optimizers(self, column: QVBoxLayout, project: Project) -> None:
        """A network may have an optimiser of its own, instead of the one for all."""
        fields = tuple(
            replace(
                plug_field(name, network_words(name), "optimizers", optional=True),
                none=_("the one for all"),
            )
            for name in project.networks
        )
        self._card(column, _("Optimisers of single networks"), "recipe.optimizers.", fields)

    def _stopping(self, field: FormField) -> FormField:
        """Early stopping watches one of the metrics that the objective has."""
        metrics = objective_of(self._document.project).metrics
        choices = tuple((metric.name, metric_words(metric.name)) for metric in metrics)
        if not metrics:
            return field
        inner = tuple(
            replace(f, kind="choice", choices=choices) if f.name == "metric" else f
            for f in field.fields
        )
        blank = values_of(EarlyStopping(metric=choices[0][0]))
        return replace(field, fields=inner, blank=blank)

    # ------------------------------------------------------------------------------------ values

    def _changed(self, before: Project, after: Project) -> None:
        if self._signature() != self._made_for:
            self._build()
        elif before.recipe is not after.recipe or before.objective is not after.objective:
            self._fill()

    def _fill(self) -> None:
        project = self._document.project
        objective = plug_values(project.objective, CATALOGUES["objectives"])
        recipe = values_of(project.recipe)
        for prefix, form in self._forms:
            if not prefix:
                form.set_values({"objective": objective})
            elif prefix == "recipe.":
                form.set_values(recipe)
            elif prefix.startswith("objective."):
                field = next(f for f in self._lists() if prefix == f"objective.{f.name}.")
                catalogue = CATALOGUES[field.extra["catalogue"]]
                form.set_values(list_values(self._chosen(field.name), catalogue))
            else:
                form.set_values(recipe["optimizers"])
        self._fold()

    def _editor(self, prefix: str, form: Form) -> Any:
        def edit(path: str, value: Any) -> None:
            self._edit(prefix + path, value, form.merge_key(path))

        return edit

    def _edit(self, path: str, value: Any, merge: str) -> None:
        project = self._document.project
        if value is None and path.startswith("recipe.optimizers."):
            name = path.rsplit(".", 1)[1]
            others = {k: v for k, v in project.recipe.optimizers.items() if k != name}
            recipe = msgspec.structs.replace(project.recipe, optimizers=others)
            after = msgspec.structs.replace(project, recipe=recipe)
        else:
            path, value = self._in_list(path, value)
            try:
                after = set_at(project, path, value)
            except ProjectError as error:
                self._refuse(path, said(error.problem))
                return
        if path == "objective.type":
            after = with_roles(after)
        self._document.apply(phrase("Change recipe"), after, merge)

    def _in_list(self, path: str, value: Any) -> tuple[str, Any]:
        """What was entered about one entry of a list, as a new list; everything else as it is."""
        for field in self._lists():
            head = f"objective.{field.name}."
            if path.startswith(head):
                catalogue = CATALOGUES[field.extra["catalogue"]]
                inner = path.removeprefix(head)
                changed = with_entry(self._chosen(field.name), catalogue, inner, value)
                return head.rstrip("."), [plug_to(plug) for plug in changed]
        return path, value

    def _place_of(self, where: str) -> str:
        """Where the forms have what a problem is about: entries of lists go by type there."""
        for field in self._lists():
            head = f"objective.{field.name}."
            if where.startswith(head):
                return head + path_in_form(self._chosen(field.name), where.removeprefix(head))
        return where

    def _show(self, problem: Problem) -> None:
        where = self._place_of(problem.where)
        for prefix, form in self._by_depth():
            inside = where.startswith(prefix)
            inner = where.removeprefix(prefix)
            if inside and form.set_problem(inner, said(problem), warns(problem)):
                self._unfold(form)
                return

    def _by_depth(self) -> list[tuple[str, Form]]:
        """The forms, those for something inside of others first."""
        return sorted(self._forms, key=lambda one: -len(one[0]))

    def _refuse(self, path: str, text: str) -> None:
        for prefix, form in self._by_depth():
            if path.startswith(prefix) and form.refuse(path.removeprefix(prefix), text):
                return


def with_roles(project: Project) -> Project:
    """Return a project with a network for every role of its objective.

    New ones are empty; networks that are empty and play no role any more go.
    """
    roles = [role.name for role in objective_of(project).networks]
    kept = {name: net for name, net in project.networks.items() if net.nodes or name in roles}
    networks = {**kept, **{name: Network() for name in roles if name not in kept}}
    return msgspec.structs.replace(project, networks=networks)


def card(title: str, content: QWidget) -> QFrame:
    """Return a frame with a heading around some content."""
    frame = QFrame()
    frame.setProperty("role", "section")
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 14, 16, 16)
    column.setSpacing(theme.PAD)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    heading.setWordWrap(True)  # else it would decide how narrow the card may be
    column.addWidget(heading)
    column.addWidget(content)
    return frame


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACE)
    return column
