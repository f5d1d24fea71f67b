"""Texts that a language model writes, from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.headless.arguments import argument, number, whole
from engine.headless.console import UsageError
from engine.headless.outputs import write_npz
from projects import atomic
from projects.translation import N_
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task
    from engine.compute.writing import Style

RULE = "\n" + "─" * 40 + "\n"
_OPTIONS = ("temperature", "top_k", "top_p", "prompt", "length")

WRITING = (
    argument(
        "--temperature",
        metavar="T",
        type=number(0, 100),
        help=N_("of texts: below 1 likely tokens become likelier, 0 takes the likeliest"),
    ),
    argument(
        "--top-k",
        metavar="K",
        type=whole(0, 10**6),
        help=N_("of texts: only the K likeliest tokens can follow (0: all)"),
    ),
    argument(
        "--top-p",
        metavar="P",
        type=number(1e-9, 1),
        help=N_("of texts: only the likeliest tokens that make up this probability (1: all)"),
    ),
    argument("--prompt", metavar="TEXT", help=N_("what texts begin with")),
    argument(
        "--length",
        metavar="N",
        type=whole(1, 10**6),
        help=N_("of texts: tokens to write after the prompt (default: 200)"),
    ),
)


def write_texts(task: Task, args: argparse.Namespace, out: Path) -> NDArray[np.int64] | None:
    """Write texts to a file; return their tokens, or None where the run writes none.

    Args:
        task: The run's task.
        args: What was asked for: ``count``, ``seed`` and how to write.
        out: A ``.txt`` file, or a ``.npz`` file with ``samples`` and ``texts``.

    Raises:
        UsageError: The run writes no texts and it was said how, or texts are no picture.
        DataError: The prompt has tokens that are not in the vocabulary.
        FileError: The file cannot be written.
    """
    given = {name: getattr(args, name) for name in _OPTIONS if getattr(args, name) is not None}
    written = task.write(args.count, args.seed, _style(task, given))
    if written is None:
        if given or out.suffix.lower() == ".txt":
            raise UsageError(
                _("this run draws no texts: temperature, prompt and the like mean nothing to it."),
                hint=_("Leave them out, and write to a .npz or .png file."),
            )
        return None
    tokens, texts = written
    if out.suffix.lower() == ".png":
        raise UsageError(_("texts are no picture."), hint=_("Write them to a .txt or .npz file."))
    if out.suffix.lower() == ".txt":
        atomic.write(out, (RULE.join(texts) + "\n").encode())
    else:
        write_npz(out, {"samples": tokens, "texts": np.array(texts)})
    return tokens


def _style(task: Task, given: dict[str, Any]) -> Style | None:
    """The objective's own way of writing, with what was asked for in its place."""
    from dataclasses import replace

    from engine.compute.writing import Style

    own = getattr(task, "style", None)
    return replace(own if isinstance(own, Style) else Style(), **given)
