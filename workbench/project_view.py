"""The tabs of an open project: a designer for its networks, Data, Recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QTabWidget, QVBoxLayout, QWidget

from engine.objectives.base import objective_of
from engine.protocol import Checked
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox
from widgets.plain import plain_tip
from widgets.topics import TOPIC
from workbench import edits, gauges, scope
from workbench.choices import Lasting
from workbench.data_tab import DataTab
from workbench.designer import Designer, Standpoint
from workbench.document import Document
from workbench.measures import Losses, Timing
from workbench.mending import Candidate
from workbench.networks_page import NetworksPage
from workbench.recipe_tab import RecipeTab
from workbench.rundata import Frame
from workbench.tab_titles import TabTitles

LEAST = (360, 240)


class ProjectView(QTabWidget):
    """Everything that edits a project; a project's networks stand together.

    Args:
        document: The open project.
        fixes: Answers what would mend a problem.
        parent: Qt parent.

    Attributes:
        designers: Designers by network.
        data: The Data tab.
        recipe: The Recipe tab.
        titles: What the tabs say.

    Signals:
        selection_changed(place, ids): Other layers are chosen.
        node_opened(place, id): A layer was double-clicked.
        said(Problem): Something could not be done.
        mend_wanted(candidate): Do this fix.
        help_wanted(topic): Show a page of the textbook.
        measure_chosen(what): Something else shall be shown on layers.
    """

    selection_changed = Signal(str, object)
    node_opened = Signal(str, str)
    said = Signal(object)
    mend_wanted = Signal(object)
    help_wanted = Signal(str)
    measure_chosen = Signal(str)

    def __init__(
        self,
        document: Document,
        fixes: Callable[[Problem], Sequence[Candidate]] = lambda problem: (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fixes = fixes
        self.setObjectName("projectTabs")
        self.setProperty(TOPIC, "article/window")
        self.setAccessibleName(_("Project"))
        self.setDocumentMode(True)
        self.setMinimumSize(*LEAST)  # else the widest tab would decide how narrow the window may be
        self._document = document
        self.designers: dict[str, Designer] = {}
        self._checked: Checked | None = None
        self._last = ""
        self._habits = (True, False)
        self._carried: Mapping[str, Mapping[str, str]] = {}
        self._timings: Sequence[Timing] = ()
        self._losses: Losses | None = None
        self._page = QWidget()
        self._page_layout = QVBoxLayout(self._page)
        self._page_layout.setContentsMargins(0, 0, 0, 0)
        self._splitter: NetworksPage | None = None
        self.data = DataTab(document)
        self.recipe = RecipeTab(document)
        self._measure = self._make_measure()
        self.titles = TabTitles(self, self._measure)
        self.add_tab(self._page, "network", _("Network"))
        self.add_tab(self.data, "data", _("Data"))
        self.add_tab(self.recipe, "recipe", _("Recipe"))
        self._corner = QWidget()
        aside = QVBoxLayout(self._corner)
        aside.setContentsMargins(0, 0, 4, 4)
        aside.addWidget(self._measure)
        self.setCornerWidget(self._corner)
        self.currentChanged.connect(self._turned)
        self._build()
        document.changed.connect(self._changed)
        theme.notifier().changed.connect(self.titles.measure)
        self.titles.measure()

    # ------------------------------------------------------------------------------ networks

    @property
    def designer(self) -> Designer | None:
        """The designer that was used last."""
        return self.designers.get(self._last) or next(iter(self.designers.values()), None)

    def add_tab(self, tab: QWidget, icon: str, title: str) -> None:
        """Add a tab behind the others."""
        self.addTab(tab, title)
        self.titles.add(icon, title)

    def set_checked(self, checked: Checked) -> None:
        """Show what a check found out."""
        self._checked = checked
        for designer in self.designers.values():
            designer.set_checked(checked)
        self.data.set_checked(checked)
        self.recipe.set_checked(checked)

    def begin(self) -> None:
        """Show every network whole, or its beginning where names could not be read."""
        for designer in self.designers.values():
            designer.canvas.begin()

    def places(self) -> dict[str, Standpoint]:
        """Where a person stands on each canvas."""
        return {name: designer.standpoint() for name, designer in self.designers.items()}

    def stand(self, places: Mapping[str, Standpoint]) -> None:
        """Stand there again."""
        for name, place in places.items():
            if name in self.designers:
                self.designers[name].stand(place)

    def take_over(self, other: ProjectView) -> None:
        """Show what another view of the same project shows."""
        self._last = other._last
        for place in range(self.count()):
            mine: object = self.widget(place)
            theirs: object = other.widget(place)
            if isinstance(mine, Lasting) and isinstance(theirs, Lasting):
                mine.restore(theirs.remembered())
        self.setCurrentIndex(min(other.currentIndex(), self.count() - 1))

    def show_place(self, where: str) -> None:
        """Go to the place that a problem names: ``networks.generator.nodes.conv1.kernel``."""
        parts = where.split(".")
        if parts[0] == "networks" and len(parts) > 1 and parts[1] in self.designers:
            self._go(parts[1], self._node_of(self.designers[parts[1]], parts))
        elif parts[0] == "blocks" and len(parts) > 1:
            self._enter_block(parts[1])
        elif parts[0] == "data":
            self.setCurrentWidget(self.data)
            self.data.focus_problem(where)
        elif parts[0] in ("recipe", "objective"):
            self.setCurrentWidget(self.recipe)
            self.recipe.focus_problem(where)

    @property
    def measure(self) -> str:
        """What layers are measured by; a key of :func:`workbench.gauges.choices`."""
        return str(self._measure.currentData())

    def set_measure(self, what: str) -> None:
        """Choose what layers are measured by."""
        self._measure.setCurrentIndex(max(0, self._measure.findData(what)))

    def set_frame(self, frame: Frame | None) -> None:
        """Show on the layers what was measured while they learned."""
        for designer in self.designers.values():
            designer.measures.set_frame(frame)

    def set_times(self, timings: Sequence[Timing]) -> None:
        """Show on the layers how long they work: the first that is about the networks as drawn."""
        self._timings = timings
        for designer in self.designers.values():
            designer.measures.set_times(timings)

    def set_losses(self, losses: Losses | None) -> None:
        """Show on the layers what each can lose, where that is about the networks as drawn."""
        self._losses = losses
        for designer in self.designers.values():
            designer.measures.set_losses(losses)

    def set_carried(self, states: Mapping[str, Mapping[str, str]]) -> None:
        """Show which weights a training would begin with; by network and node."""
        self._carried = states
        for name, designer in self.designers.items():
            designer.measures.set_carried(states.get(name, {}))

    def _make_measure(self) -> QComboBox:
        made = ElidedBox()
        made.setObjectName("measure")
        made.setAccessibleName(_("What is shown on layers"))
        tips = gauges.tips()
        for what, title in gauges.choices().items():
            made.addItem(title, what)
            made.setItemData(made.count() - 1, plain_tip(tips[what]), Qt.ItemDataRole.ToolTipRole)
        made.setToolTip(_("What is shown on layers and wires"))
        made.currentIndexChanged.connect(self._measured)
        return made

    def _measured(self) -> None:
        for designer in self.designers.values():
            designer.measures.choose(self.measure)
        self.measure_chosen.emit(self.measure)

    def set_habits(self, minimap: bool, wheel_zooms: bool) -> None:
        """Say whether canvases have a map in the corner, and whether the wheel alone zooms."""
        self._habits = (minimap, wheel_zooms)
        for designer in self.designers.values():
            designer.canvas.minimap.want(minimap)
            designer.canvas.wheel_zooms = wheel_zooms

    def choose(self, place: str, ids: tuple[str, ...]) -> None:
        """Choose layers on the canvas of a network and show them; the focus stays where it is."""
        self.setCurrentWidget(self._page)
        designer = self.designers[scope.network_of(place)]
        designer.go(place)
        designer.canvas.select(ids)
        designer.canvas.reveal(ids)

    def _go(self, network: str, node: str) -> None:
        """Choose a layer that is named as the unfolded network names it."""
        self.setCurrentWidget(self._page)
        self._last = network
        place, inner = scope.place_of(network, node)
        self.designers[network].go(place)
        self.designers[network].focus_node(inner)

    def _enter_block(self, name: str) -> None:
        """Show what is in a block, at the first node that stands for it."""
        place = edits.where_used(self._document.project, name)
        if place is None:
            message = _("Nothing stands for the block “{name}” yet.").format(name=name)
            hint = _("Drag it from the list of layers onto the canvas to see what is in it.")
            self.said.emit(Problem(f"blocks.{name}", message, hint, "warning"))
            return
        self.setCurrentWidget(self._page)
        self._last = scope.network_of(place)
        self.designers[self._last].go(place)
        self.designers[self._last].focus_node("")

    def _node_of(self, designer: Designer, parts: list[str]) -> str:
        if len(parts) > 3 and parts[2] == "nodes":
            return parts[3]
        if len(parts) > 3 and parts[2] == "wires" and parts[3].isdigit():
            wires = self._document.project.networks[designer.network].wires
            return wires[int(parts[3])].target if int(parts[3]) < len(wires) else ""
        return ""

    def _changed(self, before: Project, after: Project) -> None:
        if list(self._names(before)) != list(self._names(after)):
            self._build()

    def _names(self, project: Project) -> list[str]:
        """Networks in the order of their roles, others after them."""
        roles = [role.name for role in objective_of(project).networks]
        present = list(project.networks)
        return [n for n in roles if n in present] + [n for n in present if n not in roles]

    def _build(self) -> None:
        """Make a designer for every network."""
        if self._splitter is not None:
            self._page_layout.removeWidget(self._splitter)
            self._splitter.deleteLater()
        self.designers = {}
        for name in self._names(self._document.project):
            designer = Designer(self._document, name, self._fixes)
            designer.mend_wanted.connect(self.mend_wanted)
            designer.help_wanted.connect(self.help_wanted)
            designer.selection_changed.connect(self._selected)
            designer.node_opened.connect(self.node_opened)
            designer.said.connect(self.said)
            self.designers[name] = designer
        self._splitter = NetworksPage(self.designers)
        self._page_layout.addWidget(self._splitter)
        self.set_habits(*self._habits)
        for designer in self.designers.values():
            designer.measures.choose(self.measure)
        self.set_carried(self._carried)
        self.set_times(self._timings)
        self.set_losses(self._losses)
        if self._checked is not None:
            for designer in self.designers.values():
                designer.set_checked(self._checked)

    def _selected(self, place: str, ids: object) -> None:
        network = scope.network_of(place)
        if ids:
            for name, designer in self.designers.items():
                if name != network and designer.selection:
                    designer.canvas.select(())
        self._last = network  # now: whoever was cleared has said so here, too
        self.selection_changed.emit(place, ids)

    def _turned(self, index: int) -> None:
        self._corner.setVisible(index == 0)
        self.titles.fit()
