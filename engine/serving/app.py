"""The HTTP side of a served run: routes, limits, and who may ask.

Only this machine can ask, and on it only programs and the page that is served here: a page of another site that a
browser shows at the same time is refused by its ``Origin``, a name that leads here by the ``Host`` that it was called by.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from engine.serving.asked import MOST_BYTES, Predict, Sample, Write
from engine.serving.served import Served
from engine.serving.words import words
from projects.errors import Problem, UserError
from projects.translation import gettext as _

PAGE = Path(__file__).parent / "page"
FILES = {"": "text/html", "page.js": "text/javascript", "page.css": "text/css"}
HOSTS = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Body = TypeVar("Body")
Answer = Callable[[Request], Awaitable[Response]]


def make_app(served: Served) -> FastAPI:
    """Return the application that answers for a run.

    Args:
        served: The run.
    """
    app = FastAPI(title="Ganvas", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/about")
    async def about() -> Response:
        return _json(served.about)

    @app.get("/words")
    async def page_words() -> Response:
        return _json(words())

    @app.get("/example")
    async def example(place: str = "0") -> Response:
        if not re.fullmatch(r"\d{1,9}", place):
            return _problem(422, Problem("place", _("expected a whole number.")))
        return await _told(served.example, int(place))

    @app.post("/predict")
    async def predict(request: Request) -> Response:
        return await _answered(request, Predict, served.predict)

    @app.post("/sample")
    async def sample(request: Request) -> Response:
        return await _answered(request, Sample, served.sample)

    @app.post("/write")
    async def write(request: Request) -> Response:
        return await _answered(request, Write, served.write)

    for name, kind in FILES.items():
        _serve_file(app, name, kind)
    _guard(app)
    return app


def _serve_file(app: FastAPI, name: str, kind: str) -> None:
    content = (PAGE / (name or "page.html")).read_bytes()

    @app.get(f"/{name}")
    async def page() -> Response:
        return Response(content, media_type=kind)


def _guard(app: FastAPI) -> None:
    @app.middleware("http")
    async def guard(request: Request, call_next: Answer) -> Response:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if re.sub(r":\d*$", "", host) not in HOSTS:
            message = _("this is answered under the names {names} alone.")
            return _problem(403, Problem("", message.format(names=", ".join(HOSTS))))
        if origin is not None and origin != f"http://{host}":
            return _problem(403, Problem("", _("pages of other sites may not ask this run.")))
        try:
            response = await call_next(request)
        except Exception:  # what a client gets of a bug is a sentence; the terminal has the rest
            traceback.print_exc()
            response = _problem(
                500, Problem("", _("a bug in Ganvas kept this from being answered."))
            )
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(HTTPException)
    async def no_such_page(_request: Request, error: HTTPException) -> Response:
        sentences = {404: _("there is no such page."), 405: _("this is not asked in that way.")}
        return _problem(
            error.status_code, Problem("", sentences.get(error.status_code, error.detail))
        )


async def _answered(
    request: Request, kind: type[Body], answer: Callable[[Body], dict[str, Any]]
) -> Response:
    """Read a body, never more of it than is allowed, and answer."""
    size, parts = 0, []
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            message = _("a question may have {most:,} bytes at most.").format(most=MOST_BYTES)
            return _problem(413, Problem("", message, _("Ask about fewer examples at a time.")))
        parts.append(part)
    try:
        asked = msgspec.json.decode(b"".join(parts), type=kind)
    except msgspec.ValidationError as error:
        message = _("this is not what can be asked here: {reason}.").format(reason=error)
        return _problem(422, Problem("", message))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _problem(400, Problem("", _("this is no JSON.")))
    return await _told(answer, asked)


async def _told(answer: Callable[[Body], dict[str, Any]], asked: Body) -> Response:
    """Return an answer that takes a while, or why there is none."""
    try:
        return _json(await run_in_threadpool(answer, asked))
    except UserError as error:
        return _problem(422, error.problem)


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _problem(status: int, problem: Problem) -> Response:
    told = {"message": problem.message, "where": problem.where, "hint": problem.hint}
    return _json({"error": told}, status)
