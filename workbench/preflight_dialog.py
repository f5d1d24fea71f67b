"""What a pre-flight found out: time, memory, and whether the networks can learn one batch by heart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine.client import Engines
from engine.protocol import Checked, NetworkFlight, NetworkReport, OneBatch, Preflighted
from projects.schema import Network, Project
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plain import plain_tip
from widgets.plots.axis import StepAxis, ValueAxis
from widgets.plots.frame import bare_plot, color_frame
from widgets.share_bar import ShareBar
from workbench.flight_dialog import FlightDialog, spoken
from workbench.names import network_tip, network_words
from workbench.node_faces import compact, node_spec
from workbench.run_words import duration

SHARE_COLUMN = 6


class PreflightDialog(FlightDialog):
    """Runs a pre-flight and shows what came of it.

    Args:
        project: The project.
        folder: Where its relative data paths start.
        checked: What the last check found out about it.
        engines: The window's engines.
        parent: The window.

    Signals:
        landed(Preflighted): It is done.
    """

    landed = Signal(object)

    def __init__(
        self,
        project: Project,
        folder: Path,
        checked: Checked,
        engines: Engines,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("preflight", engines, _("Measuring one real batch"), parent)
        self.setWindowTitle(_("Pre-flight"))
        self.resize(1020, 620)
        self._project = project
        self._checked = checked
        self._flight: Preflighted | None = None
        self._networks = QTabWidget()
        self._networks.setObjectName("preflightNetworks")
        self._networks.setAccessibleName(_("Networks"))
        self._networks.setDocumentMode(True)
        self._networks.tabBar().setAutoHide(True)
        self.results.addWidget(self._networks)
        self._networks.hide()
        theme.notifier().changed.connect(self._show_networks)
        self.flight.landed.connect(self._show_flight)
        self.flight.start(project, folder)

    def _show_flight(self, flight: Preflighted) -> None:
        self.ended(" ".join(_sentences(flight)))
        self._flight = flight
        self._show_networks()
        self._networks.show()
        self.landed.emit(flight)

    def _show_networks(self) -> None:
        """Make a page for every network, in the colours of the theme in force."""
        if self._flight is None:
            return
        at = max(0, self._networks.currentIndex())
        while self._networks.count():
            page = self._networks.widget(0)
            self._networks.removeTab(0)
            if page is not None:
                page.deleteLater()
        for name, found in self._flight.networks.items():
            network = self._project.networks[name]
            report = self._checked.networks.get(name, NetworkReport())
            place = self._networks.addTab(_page(network, report, found), network_words(name))
            self._networks.setTabToolTip(place, plain_tip(network_tip(name)))
        self._networks.setCurrentIndex(at)


def _sentences(flight: Preflighted) -> Iterator[str]:
    """Time and memory in plain words."""
    count = ngettext("{count} example", "{count} examples", flight.batch_size)
    epoch = flight.step_seconds * flight.steps_per_epoch
    yield _("On {device}, a step with {examples} takes {time:.2f} ms, an epoch {epoch}.").format(
        device=flight.device,
        examples=count.format(count=flight.batch_size),
        time=1e3 * flight.step_seconds,
        epoch=_long(epoch),
    )
    if flight.total_steps:
        whole = _("The whole training takes about {time}, evaluations left out.")
        yield whole.format(time=_long(flight.step_seconds * flight.total_steps))
    peak = _("A step needs {size:.1f} MiB of memory")
    if not flight.measured:
        peak = _("A step needs about {size:.1f} MiB of memory (reckoned from its parts)")
    text = peak.format(size=flight.memory["peak"] / 2**20)
    if flight.all_fit and flight.largest_batch:
        text += _("; all {count:,} training examples fit into one batch").format(
            count=flight.largest_batch
        )
    elif flight.largest_batch:
        fitting = ngettext(
            "; about {count:,} example fits into a batch",
            "; about {count:,} examples fit into a batch",
            flight.largest_batch,
        )
        text += fitting.format(count=flight.largest_batch)
    yield f"{text}."


def _long(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else duration(seconds)


def _verdict(batch: OneBatch) -> str:
    """Whether a network learned one batch by heart, and what it means if not."""
    if not batch.losses:
        return _("There was no time to learn one batch by heart.")
    steps = ngettext("{count} step", "{count} steps", len(batch.losses)).format(
        count=len(batch.losses)
    )
    words = _("{first:.3g} to {last:.3g} in {steps}").format(
        first=batch.losses[0], last=batch.losses[-1], steps=steps
    )
    if batch.learned:
        return _("Learns one batch by heart: its loss falls from {words}.").format(words=words)
    if not batch.complete:
        return _(
            "There was no time to find out whether it learns one batch by heart: its loss went from {words}."
        ).format(words=words)
    return _(
        "Does not learn one batch by heart: its loss goes from {words}. Try a higher or lower learning "
        "rate, another initialisation, fewer layers that squash, or a larger network."
    ).format(words=words)


# ------------------------------------------------------------------------------------ parts


def _page(network: Network, report: NetworkReport, found: NetworkFlight) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, theme.PAD, 0, 0)
    row.setSpacing(theme.PAD)
    row.addWidget(_table(network, report, found), 2)
    side = QVBoxLayout()
    verdict = spoken("preflightVerdict", _verdict(found.one_batch))
    fine = found.one_batch.learned or not found.one_batch.complete
    verdict.setProperty("role", "hint" if fine else "caution")
    side.addWidget(verdict)
    side.addWidget(_curve(found.one_batch), 1)
    row.addLayout(side, 1)
    return page


def _table(network: Network, report: NetworkReport, found: NetworkFlight) -> QTableWidget:
    titles = (_("Layer"), _("Output"), _("Parameters"), _("FLOPs"))
    times = (_("Forward"), _("Backward"), _("Share of time"))
    table = QTableWidget(len(found.layers), len(titles) + len(times))
    table.setObjectName("preflightLayers")
    table.setAccessibleName(_("Layers and their cost"))
    table.setHorizontalHeaderLabels([*titles, *times])
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setTextElideMode(Qt.TextElideMode.ElideLeft)  # of a layer in a block its own name is last
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setItemDelegateForColumn(SHARE_COLUMN, ShareBar(table))
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    total = sum(t.forward + t.backward for t in found.layers.values()) or 1.0
    for place, (node, seconds) in enumerate(found.layers.items()):
        layer = report.nodes.get(node)
        shape = str(layer.out_shape) if layer is not None and layer.out_shape is not None else ""
        spec = node_spec(node, network.nodes[node]) if node in network.nodes else None
        share = (seconds.forward + seconds.backward) / total
        texts = (
            node,
            shape,
            f"{layer.parameters:,}" if layer is not None and layer.parameters else "",
            compact(layer.flops) if layer is not None and layer.flops else "",
            f"{1e3 * seconds.forward:.3f} ms",
            f"{1e3 * seconds.backward:.3f} ms",
            f"{100 * share:.0f} %",
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if spec is not None:
                item.setToolTip(plain_tip(" ".join(filter(None, (spec.title, spec.subtitle)))))
            elif not column:
                item.setToolTip(plain_tip(node))
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column == SHARE_COLUMN:
                item.setData(ShareBar.SHARE, share)
            table.setItem(place, column, item)
    return table


def _curve(batch: OneBatch) -> pg.PlotWidget:
    """The loss on the one batch."""
    title = _("Loss while one batch is learned by heart")
    plot = bare_plot(title, "preflightCurve", bottom=StepAxis(), left=ValueAxis())
    color_frame(plot)
    plot.setMouseEnabled(x=False, y=False)
    plot.setLabel("bottom", _("step"))
    losses = np.asarray(batch.losses, np.float64)
    kept = np.isfinite(losses)
    steps = np.arange(1, len(losses) + 1)
    plot.plot(steps[kept], losses[kept], pen=pg.mkPen(theme.current().series_color(0), width=1))
    return plot
