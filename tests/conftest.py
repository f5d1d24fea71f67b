"""What every test stands on: no screen, one torch thread, and a home of its own."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_ACCESSIBILITY", "0")
os.environ["LANGUAGE"] = "en"  # whatever this machine speaks
gc.disable()  # a thread of the window's would collect widgets of earlier tests, and Qt not survive it


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, recovery files and runs of unsaved projects go to a folder of this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("GANVAS_HOME", str(folder))
    return folder


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_disks() -> Iterator[None]:
    """Files are written without waiting for the disk: what a power cut leaves is not tested here.

    Tests of writing that fails put their own function in this one's place.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_torch_thread() -> None:
    """Torch uses one thread, so that two test workers do not fight over two cores."""
    import torch

    torch.set_num_threads(1)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """Let Qt delete what a test has left to be deleted later: outside of a loop of events it would never."""
    done = yield
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        from workbench.sweeper import sweep

        sweep()
    return done
