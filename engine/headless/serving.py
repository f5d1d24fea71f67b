"""The command ``serve``: a run that answers predictions over HTTP, on this machine alone."""

from __future__ import annotations

import argparse
import os
import socket
import webbrowser

from engine.headless.arguments import Command, argument, path, whole
from engine.headless.console import DONE, Console, UsageError
from projects.errors import RunError
from projects.translation import N_
from projects.translation import gettext as _

HOST = "127.0.0.1"
WAITING = 32  # connections at a time


def serve(args: argparse.Namespace, console: Console) -> int:
    """Answer until Ctrl+C."""
    try:
        import fastapi  # noqa: F401 said before the run is opened
        import uvicorn
    except ImportError as error:
        raise UsageError(
            _("serving needs FastAPI and uvicorn, which are not installed."),
            hint=_("Install them with: pip install 'ganvas[serve]'"),
        ) from error
    from engine.serving.app import make_app
    from engine.serving.served import Served

    served = Served(args.run)
    with socket.socket() as listening:
        if os.name != "nt":  # there it would let others take the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, args.port))
            listening.listen()
        except OSError as error:
            raise RunError(
                _("port {port} cannot be used: {reason}.").format(
                    port=args.port, reason=error.strerror or error
                ),
                hint=_("Choose another one with --port; 0 takes any that is free."),
            ) from error
        url = f"http://{HOST}:{listening.getsockname()[1]}"
        told = _("{name} answers at {url}, on this machine alone. Ctrl+C ends it.")
        console.answer({"url": url}, [told.format(name=served.about.name, url=url)])
        if args.open:
            webbrowser.open(url)
        settings = uvicorn.Config(
            make_app(served),
            log_level="warning",
            limit_concurrency=WAITING,
            timeout_keep_alive=5,
            server_header=False,
        )
        uvicorn.Server(settings).run(sockets=[listening])
    return DONE


COMMANDS = (
    Command(
        "serve",
        N_("answer predictions of a run over HTTP, with a page to try it"),
        serve,
        (
            argument("run", metavar="RUN", type=path, help=N_("run folder")),
            argument(
                "--port",
                metavar="N",
                type=whole(0, 65535),
                default=8000,
                help=N_("where it listens (default: 8000; 0: any that is free)"),
            ),
            argument("--open", action="store_true", help=N_("show the page in a browser")),
        ),
    ),
)
