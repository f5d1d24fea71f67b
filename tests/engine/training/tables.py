"""A small regression on a CSV file, which a test can damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projects.schema import Data, Plug, Project, Recipe
from tests.engine.training.support import chain

ROW = 13
NAMED = f"table.csv, row {ROW}"  # what a sentence about the damage names


def table(folder: Path, **recipe: Any) -> Project:
    """A project about ``table.csv`` in a folder, which is written, too."""
    write_table(folder)
    source = Plug("csv", {"path": "table.csv", "target": "y", "targets": "values"})
    return Project(
        name="Table",
        networks={"regressor": chain([("last", "linear", {"units": 1})])},
        data=Data(source=source, scale="standardize"),
        objective=Plug("regression"),
        recipe=Recipe(**{"epochs": 1, "batch_size": 8, **recipe}),
    )


def write_table(folder: Path, damaged: bool = False) -> None:
    """Write the file; where it is damaged one of its rows is too short."""
    rows = ["a,b,y", *(f"{i / 60},{i % 5},{i / 30 - i % 5}" for i in range(60))]
    if damaged:
        rows[ROW - 1] = "1"
    (folder / "table.csv").write_text("\n".join(rows) + "\n")
