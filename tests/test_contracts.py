"""Promises between the rooms that no other test sees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
for name in ("projects", "widgets", "workbench", "engine.client", "engine.layers", "engine.data",
             "engine.objectives", "engine.adversarial", "engine.optimizers", "engine.schedules",
             "engine.initializers", "engine.probes", "engine.runs", "engine.studies", "engine.exports"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
heavy = [name for name in ("torch", "sklearn", "PIL", "onnx", "safetensors") if name in sys.modules]
print(",".join(heavy))
"""


def test_the_window_and_the_declarations_need_no_torch() -> None:
    """A fresh interpreter imports every module of the window's half without torch, or onnx."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_top_level_holds_only_what_is_promised() -> None:
    """The fixed rooms are there and no Python room has been added beside them."""
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms == {"workbench", "widgets", "engine", "projects", "tests"}
    assert (ROOT / "main.py").is_file()
