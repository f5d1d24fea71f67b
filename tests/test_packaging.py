"""What ``pip install .`` brings along."""

from __future__ import annotations

import importlib
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ROOMS = ("projects", "engine", "widgets", "workbench")


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_files_that_are_no_modules_are_packaged() -> None:
    declared = settings()["tool"]["setuptools"]["package-data"]
    patterns = [
        f"{package.replace('.', '/')}/{pattern}"
        for package, found in declared.items()
        for pattern in found
    ]
    files = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "runs" not in path.parts
    ]
    assert [name for name in files if not any(fnmatch(name, p) for p in patterns)] == []
    assert all(any(fnmatch(name, p) for name in files) for p in patterns)


def test_every_folder_of_modules_is_a_package() -> None:
    for room in ROOMS:
        for module in (ROOT / room).rglob("*.py"):
            assert (module.parent / "__init__.py").is_file(), module


def test_the_command_is_there() -> None:
    module, function = settings()["project"]["scripts"]["ganvas"].split(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert module in settings()["tool"]["setuptools"]["py-modules"]
