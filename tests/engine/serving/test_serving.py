"""A run that is served: what it answers, what it refuses, and its page in a real browser."""

from __future__ import annotations

import json
import math
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from engine.compute.evaluate import open_run, predict
from engine.serving.asked import MOST_BYTES
from tests.engine.serving.browser import Browser, found_browser
from tests.engine.training.support import digits, ring, train

uvicorn = pytest.importorskip("uvicorn")


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Any


class Site:
    """A served run and how it is asked."""

    def __init__(self, run: Path) -> None:
        from engine.serving.app import make_app
        from engine.serving.served import Served

        self.run = run
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = uvicorn.Config(make_app(Served(run)), log_level="error")
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def ask(self, place: str, body: bytes | None = None, **headers: str) -> Reply:
        request = urllib.request.Request(f"{self.url}/{place}", body, headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return Reply(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read(), error.headers)

    def asked(self, place: str, value: Any = None, **headers: str) -> Reply:
        body = None if value is None else json.dumps(value).encode()
        reply = self.ask(place, body, **headers)
        return reply._replace(body=json.loads(reply.body))


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    run = tmp_path_factory.mktemp("served") / "classifier"
    train(digits(epochs=2), run)
    site = Site(run)
    yield site
    site.close()


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    run = tmp_path_factory.mktemp("served") / "generator"
    train(ring(epochs=1), run)
    site = Site(run)
    yield site
    site.close()


def test_it_answers_what_predict_answers(classifier: Site) -> None:
    session = open_run(classifier.run)
    inputs = np.asarray(session.data.scaler.invert(session.data.test.inputs[:3]))
    ours = predict(session, inputs)
    reply = classifier.asked("predict", {"inputs": inputs.tolist()})
    assert reply.status == 200
    assert reply.body["predicted"] == ours["predicted"].tolist()
    assert np.allclose(reply.body["probabilities"], ours["probabilities"], atol=1e-6)
    example = classifier.asked("example?place=1").body
    assert example["input"] == pytest.approx(inputs[1].tolist())
    assert example["target"] == int(session.data.test.targets[1])  # type: ignore[index]


def test_it_says_what_it_is(classifier: Site, generator: Site) -> None:
    about = classifier.asked("about").body
    assert (about["name"], about["takes"], about["can"]) == ("Digits", "image", ["predict"])
    assert (about["picture"], about["low"], about["high"]) == ([1, 8, 8], [0.0], [1.0])
    assert generator.asked("about").body["can"] == ["sample"]


def test_a_generator_draws_the_same_for_a_seed(generator: Site) -> None:
    first = generator.asked("sample", {"count": 5, "seed": 3}).body
    assert np.shape(first["samples"]) == (5, 2)
    assert generator.asked("sample", {"count": 5, "seed": 3}).body == first
    assert generator.asked("sample", {"count": 5, "seed": 4}).body != first


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("predict", {"inputs": [[1, 2, 3]]}, "expected examples of the shape"),
        ("predict", {"inputs": [[1], [1, 2]]}, "of one shape"),
        ("predict", {"inputs": [["a"] * 64]}, "numbers"),
        ("predict", {"inputs": [[0] * 64, [2**63] + [0] * 63]}, "example 2 holds a value"),
        ("predict", {"inputs": [[2**63] * 64]}, "example 1 holds a value"),
        ("predict", {"inputs": [[2**63] + [0.5] * 63]}, "too large"),
        ("predict", {"inputs": [[-(2**63) - 1] + [0] * 63]}, "too large"),
        ("predict", {"inputs": [[10**40] * 64]}, "too large"),
        ("predict", {"inputs": [[None] * 64]}, "numbers"),
        ("predict", {"inputs": []}, "not what can be asked"),
        ("predict", {"inputs": [[0] * 64] * 257}, "not what can be asked"),
        ("predict", {"wrong": 1}, "unknown field"),
        ("predict", {}, "either"),
        ("predict", {"texts": ["a"]}, "did not learn from texts"),
        ("sample", {"count": 1}, "do not draw"),
        ("write", {}, "writes no texts"),
        ("example?place=-1", None, "whole number"),
    ],
)
def test_bad_questions_get_a_sentence(classifier: Site, place: str, value: Any, words: str) -> None:
    reply = classifier.asked(place, value)
    assert reply.status == 422
    assert words in reply.body["error"]["message"]


def test_limits_and_who_may_ask(classifier: Site) -> None:
    assert classifier.ask("predict", b"{").status == 400
    assert classifier.ask("predict", b'{"inputs": ' + b"[" * 100_000).status == 400
    assert classifier.ask("predict", b" " * (MOST_BYTES + 1)).status == 413
    assert classifier.asked("nothing").status == 404
    assert classifier.asked("predict").status == 405
    assert classifier.asked("about", Host="evil.example").status == 403
    assert classifier.asked("predict", {"inputs": []}, Origin="http://evil.example").status == 403
    reply = classifier.ask("")
    assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert b"<script>" not in reply.body


def test_a_bug_is_a_sentence(classifier: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("engine.serving.served.predict", broken)
    reply = classifier.asked("predict", {"inputs": [[0] * 64]})
    assert reply.status == 500
    assert "secret" not in str(reply.body)


def dom_of(site: Site, folder: Path) -> str:
    """What a real browser has made of the page after a while."""
    browser = found_browser()
    if browser is None:
        pytest.skip("there is no browser")
    done = subprocess.run(
        [
            *(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *(f"--user-data-dir={folder / 'browser'}", "--virtual-time-budget=20000"),
            site.url,
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.stdout


PIXELS = """
const paper = document.getElementById("paper");
const all = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height).data;
return Array.from(all).filter((_, place) => place % 4 === 0);
"""
BOX = """
const box = document.getElementById("paper").getBoundingClientRect();
return [box.left, box.top, box.width, box.height];
"""
ANSWER = 'return document.querySelector("#output .answer")?.textContent'
SHARES = 'return Array.from(document.querySelectorAll("#output .value"), (one) => one.textContent)'
TRUTH = 'return document.getElementById("output").textContent.includes("In the data: ")'


def test_a_digit_that_is_drawn_on_the_page_is_answered(classifier: Site, tmp_path: Path) -> None:
    browser = Browser(tmp_path)
    try:
        browser.tell("url", {"url": classifier.url})
        browser.until(lambda: browser.run(TRUTH))  # an example that nobody asked for
        left, top, width, height = browser.run(BOX)
        ring = [
            (
                left + width * (0.5 + 0.22 * math.sin(turn / 12 * math.tau)),
                top + height * (0.5 - 0.36 * math.cos(turn / 12 * math.tau)),
            )
            for turn in range(13)
        ]
        browser.drag(ring)
        browser.until(lambda: not browser.run(TRUTH))  # the answer to what was drawn
        pixels = np.array(browser.run(PIXELS))
        answer, shares = browser.run(ANSWER), browser.run(SHARES)
    finally:
        browser.close()
    sheet = pixels.reshape(8, 8)
    assert not sheet[:, [0, 7]].any()  # the example is gone
    assert sheet[3:5, 3:5].max() < 128 < sheet[1:7].max(axis=1).min()
    inputs = [(pixels / 255).tolist()]
    ours = classifier.asked("predict", {"inputs": inputs}).body
    assert answer == str(ours["predicted"][0]) == "0"
    told = sorted((f"{100 * share:.1f} %" for share in ours["probabilities"][0]), key=share_of)
    assert sorted(shares, key=share_of) == told


def share_of(text: str) -> float:
    return float(text.removesuffix(" %"))


def test_the_page_asks_in_a_real_browser(tmp_path: Path) -> None:
    import msgspec

    from projects.schema import Data, Plug
    from tests.engine.training.support import chain

    run = tmp_path / "run"
    flowers = msgspec.structs.replace(
        digits(epochs=1),
        networks={"classifier": chain([("last", "linear", {"units": 3})])},
        data=Data(source=Plug("iris")),
    )
    train(flowers, run)
    site = Site(run)
    try:
        dom = dom_of(site, tmp_path)
    finally:
        site.close()
    assert "Digits</h1>" in dom
    assert "petal length (cm)" in dom
    assert dom.count('class="name"') == 3  # it has asked, and shows the answer


def test_the_page_shows_an_answer_at_once(
    classifier: Site, generator: Site, tmp_path: Path
) -> None:
    told = dom_of(classifier, tmp_path)
    widths = [
        float(width) for width in re.findall(r'class="bar[^"]*" style="width: ([\d.]+)', told)
    ]
    assert len(widths) == 10
    assert sum(widths) == pytest.approx(100, abs=0.1)
    assert widths == sorted(widths, reverse=True)
    assert "In the data: " in told
    assert 'role="alert" hidden' in told
    drawn = dom_of(generator, tmp_path)
    assert '<section id="output" aria-labelledby' in drawn
    assert drawn.count("<canvas") == 1  # its points


def test_the_page_has_the_colours_of_the_window_and_nothing_from_elsewhere() -> None:
    from engine.serving.app import FILES, PAGE
    from widgets import theme

    style = (PAGE / "page.css").read_text()
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    for part, tokens in ((light, theme.LIGHT), (dark, theme.DARK)):
        told = dict(re.findall(r"--([\w-]+): (#\w+);", part))
        assert len(told) == 12
        for name, color in told.items():
            assert color == getattr(tokens, name.replace("-", "_")), name
    for name in FILES:
        text = (PAGE / (name or "page.html")).read_text()
        assert not re.search(r"https?://|@import|url\(", text)
