"""A real browser whose pointer a test moves."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def found_browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class Browser:
    """A browser that is driven over HTTP as W3C's WebDriver has it: pointers press and move as a hand would."""

    def __init__(self, folder: Path) -> None:
        driver, browser = shutil.which("chromedriver"), found_browser()
        if driver is None or browser is None:
            pytest.skip("there is no browser that can be driven")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._url = f"http://127.0.0.1:{port}"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        options = {"binary": browser, "args": [*arguments, f"--user-data-dir={folder / 'driven'}"]}
        asked = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        try:
            self.until(self._is_ready)
            self._url += f"/session/{self.tell('session', asked)['sessionId']}"
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/status") as answer:
                return bool(json.load(answer)["value"]["ready"])
        except OSError:
            return False

    def until(self, true: Callable[[], Any]) -> Any:
        """Wait until something is so; return it."""
        end = time.monotonic() + 60
        while not (found := true()):
            assert time.monotonic() < end, "nothing came of it"
            time.sleep(0.05)
        return found

    def tell(self, place: str, value: Any) -> Any:
        request = urllib.request.Request(
            f"{self._url}/{place}", json.dumps(value).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["value"]

    def run(self, script: str) -> Any:
        """Run a script on the page; return what it returns."""
        return self.tell("execute/sync", {"script": script, "args": []})

    def drag(self, points: list[tuple[float, float]]) -> None:
        """Press the pointer at the first point of the window, move it over the others and let go."""
        moves = [
            {"type": "pointerMove", "duration": 20, "x": round(x), "y": round(y)} for x, y in points
        ]
        down, up = ({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))
        hand = {"type": "pointer", "id": "hand", "parameters": {"pointerType": "mouse"}}
        self.tell("actions", {"actions": [{**hand, "actions": [moves[0], down, *moves[1:], up]}]})

    def close(self) -> None:
        request = urllib.request.Request(self._url, method="DELETE")
        with urllib.request.urlopen(request):
            pass
        self._process.terminate()
        self._process.wait()
