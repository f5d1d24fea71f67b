"""Every loss that can be chosen has a page, and F1 on the field that chooses it opens that."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.losses.base import LOSSES
from engine.objectives.base import OBJECTIVES
from projects.fields import Field
from widgets.forms import Form
from widgets.topics import topic_of
from workbench.forms import form_fields
from workbench.textbook.book import book

CHOOSE = ("loss", "reconstruction", "likelihood")  # names of fields that choose a loss
FIELDS: list[tuple[str, Field]] = [
    (objective.tag(), field) for objective in OBJECTIVES for field in objective.fields()
]


def test_every_loss_that_can_be_chosen_has_a_page() -> None:
    chosen = [(tag, f) for tag, f in FIELDS if f.name in CHOOSE and f.kind == "choice"]
    assert len(chosen) >= 4
    for tag, field in chosen:
        pages = field.extra.get("pages", {})
        assert set(pages) == set(field.choices), (tag, field.name)


def test_fields_lead_to_pages_that_are_there_and_every_page_is_led_to() -> None:
    led = {
        page
        for _tag, field in FIELDS
        for page in (field.extra.get("page"), *field.extra.get("pages", {}).values())
        if page
    }
    assert led <= set(book().pages)
    assert {LOSSES.key(tag) for tag in LOSSES.entries} <= led


@pytest.mark.parametrize(
    ("value", "page"), [("quantile", "loss/quantile"), ("huber", "loss/huber")]
)
def test_f1_on_the_field_is_about_what_it_has_chosen(qtbot: QtBot, value: str, page: str) -> None:
    form = Form(form_fields(OBJECTIVES.get("regression").fields()))
    qtbot.addWidget(form)
    form.set_values({"loss": value, "delta": 1.0, "quantiles": [0.5], "standardize": True})
    assert topic_of(form.focus_field("loss"), None) == page
    chosen = form.focus_field("loss")
    assert chosen is not None
    form.show()
    QTest.keyClick(chosen, Qt.Key.Key_Home)
    QTest.keyClick(chosen, Qt.Key.Key_Down)
    assert topic_of(chosen, None) == "loss/mae"
