"""What the dialog *Export* says of a format, and of what was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.exports.base import Export
from engine.exports.words import apart
from engine.protocol import Exported
from projects.errors import Problem
from projects.translation import gettext as _
from widgets import theme
from widgets.forms import Form
from widgets.plain import plain_label
from workbench.forms import form_fields

MOST_TOLD = 6


def page_of(
    export: type[Export],
    problems: Sequence[Problem],
    lacking: Sequence[Problem],
    values: dict[str, Any],
) -> QWidget:
    """Return a page about a format, with a form of its settings.

    Args:
        export: The format.
        problems: Why the run cannot be handed over so.
        lacking: Why something is left out.
        values: The settings; what is edited is written into it.
    """
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, theme.GAP, 0)
    column.setSpacing(theme.GAP)
    column.addWidget(plain_label(export.title, "heading", "exportTitle"))
    column.addWidget(plain_label(_flowing(export.help())))
    if problems:
        said = _("This run cannot be handed over so:")
        column.addWidget(_warning("exportProblems", said, problems))
    elif lacking:
        said = _("The training program is left out:")
        column.addWidget(_warning("exportLacking", said, lacking))
    if export.fields():
        column.addSpacing(theme.GAP // 2)
        column.addWidget(plain_label(_("Settings"), "subheading"))
        column.addWidget(_settings(export, values))
    for title, text in (
        (_("When to use it"), export.use),
        (_("What goes wrong"), export.trouble),
        (_("What it cannot hold"), export.lacks),
    ):
        if text:
            column.addSpacing(theme.GAP // 2)
            column.addWidget(plain_label(title, "subheading"))
            column.addWidget(plain_label(text))
    column.addStretch(1)
    return page


def _settings(export: type[Export], values: dict[str, Any]) -> Form:
    form = Form(form_fields(export.fields()), captions=True)
    form.setObjectName("exportSettings")
    form.set_values(values)

    def edited(path: str, value: object) -> None:
        values[path] = value
        form.set_values(values)

    form.edited.connect(edited)
    return form


def _warning(name: str, said: str, problems: Sequence[Problem]) -> QLabel:
    lines = [str(problem) for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        more = len(problems) - MOST_TOLD
        lines.append(_("and {count} more").format(count=more))
    return plain_label("\n".join((said, *lines)), "caution", name, copied=True)


def told(event: Exported) -> str:
    """Return what was written, and how far it is from the run, in words.

    Args:
        event: The answer of the engine.
    """
    names = ", ".join(Path(file).name for file in event.files)
    lines = [_("Done: {files}").format(files=names)]
    if event.difference is not None:
        lines.append(apart(event.difference, event.largest, event.inputs, event.real))
    return "\n".join((*lines, *event.notes))


def _flowing(help: str) -> str:
    """Return a docstring as paragraphs that wrap where there is no more room."""
    paragraphs = help.replace("``", "").split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
