"""The commands ``compress`` and ``sensitivity``: smaller variants of a run, and what its layers can lose."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from engine.compression.sensitivity import most_words
from engine.headless.arguments import Command, argument, path
from engine.headless.console import DONE, Console
from projects.errors import ProjectError
from projects.figures import measured
from projects.plain import plug_to
from projects.schema import Plug
from projects.translation import N_, ngettext
from projects.translation import gettext as _
from projects.yaml_reader import read_value

if TYPE_CHECKING:
    from engine.compression.sensitivity import Kind, Scan
    from engine.compression.variant import Size, Variant


def compress(args: argparse.Namespace, console: Console) -> int:
    """Make a smaller variant of a run, and say what that gave."""
    from engine.compute.compression import compressing

    steps = [step_of(text, f"steps.{place}") for place, text in enumerate(args.by)]
    run, variant = compressing.compress(args.run, steps, args.out, _telling(console))
    answer = {
        "run": str(run),
        "parent": str(args.run),
        "steps": [plug_to(step) for step in variant.steps],
        "notes": list(variant.notes),
        "size": msgspec.to_builtins(variant.size),
        "before": msgspec.to_builtins(variant.parent),
    }
    told = [*_compared(variant), _timed(variant.size), *variant.notes]
    told.append(_("Wrote {path}").format(path=run))
    console.answer(answer, told)
    return DONE


def sense(args: argparse.Namespace, console: Console) -> int:
    """Find out what each layer of a run can lose."""
    from engine.compute.compression.model import model_of
    from engine.compute.compression.sensitivity import scan

    kind: Kind = "quantised" if args.bits else "pruned"
    found = scan(model_of(args.run), _telling(console), kind)
    console.answer({"run": str(args.run), **msgspec.to_builtins(found)}, _told(found))
    return DONE


def step_of(text: str, where: str) -> Plug:
    """Read one compression: ``prune``, ``prune: {amount: 0.9}`` or ``{type: prune, amount: 0.9}``.

    Args:
        text: YAML.
        where: Its place, for messages.

    Raises:
        ProjectError: It is none of these.
    """
    value = read_value(text, where)
    if isinstance(value, str):
        return Plug(value)
    if isinstance(value, dict):
        if isinstance(tag := value.get("type"), str):
            return Plug(tag, {name: one for name, one in value.items() if name != "type"})
        if len(value) == 1:
            ((tag, params),) = value.items()
            if isinstance(tag, str) and (params is None or isinstance(params, dict)):
                return Plug(tag, params or {})
    raise ProjectError(
        _("expected a compression and its settings, got “{text}”.").format(text=text[:60]),
        where=where,
        hint=_("Such as “prune: {amount: 0.9}”."),
    )


def _telling(console: Console) -> Callable[[str, float], None]:
    """Return what notes every stage once."""
    told: list[str] = []

    def tell(words: str, _share: float) -> None:
        if words not in told:
            told.append(words)
            console.note(f"{words} …")

    return tell


def _compared(variant: Variant) -> Iterator[str]:
    """A table: what the run cost and was worth, and what the variant does."""
    before, after = _cells(variant.parent), _cells(variant.size)
    rows = [("", _("before"), _("after"))]
    rows += [(name, before.get(name, ""), after.get(name, "")) for name in {**before, **after}]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, one, other in rows:
        yield f"{name:<{widths[0]}}  {one:>{widths[1]}}  {other:>{widths[2]}}"


def _timed(size: Size) -> str:
    return ngettext(
        "Times: the median of passes with {count} processor thread.",
        "Times: the median of passes with {count} processor threads.",
        size.threads,
    ).format(count=size.threads)


def _cells(size: Size) -> dict[str, str]:
    metric = size.metric or _("score")
    found = {
        metric: measured(metric, size.value) if size.metric else "–",
        _("numbers"): f"{size.parameters:,}",
        _("not zero"): f"{size.nonzero:,}",
        _("bytes of the file, packed"): f"{size.file_bytes:,}",
        _("multiply-adds"): f"{size.macs:,}",
    }
    for words, latencies in (
        (_("ms for {batch}"), size.latencies),
        (_("ms for {batch}, sparse"), size.sparse_latencies),
        (_("ms for {batch}, ONNX Runtime"), size.onnx_latencies),
        (_("ms for {batch}, ONNX Runtime, int8"), size.int8_latencies),
    ):
        for one in latencies:
            told = f"{1000 * one.median:.3g} (95 %: {1000 * one.p95:.3g})"
            found[words.format(batch=one.batch)] = told
    return found


def _told(found: Scan) -> Iterator[str]:
    """A table: the score without a share of each layer, and the share that it can lose."""
    bits = [_("{bits} bits").format(bits=round(32 * (1 - share))) for share in found.shares]
    columns = bits if found.kind == "quantised" else [f"{share:.0%}" for share in found.shares]
    head = [_("layer"), _("weights"), *columns, _("can lose")]
    rows = [
        [
            layer.layer,
            f"{layer.weights:,}",
            *(measured(found.metric, score) for score in layer.scores),
            most_words(layer.most) if found.kind == "pruned" else f"{layer.most:.0%}",
        ]
        for layer in found.layers
    ]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for name, *others in (head, *rows):
        cells = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        yield f"{name:<{widths[0]}}  {'  '.join(cells)}"
    yield _("{metric} with every layer whole: {value}").format(
        metric=found.metric, value=measured(found.metric, found.value)
    )


_RUN = argument("run", metavar="RUN", type=path, help=N_("run folder"))
COMMANDS = (
    Command(
        "compress",
        N_("make a smaller variant of a run: pruned, with fewer layers, on few bits"),
        compress,
        (
            _RUN,
            argument(
                "--by",
                metavar="STEP",
                action="append",
                required=True,
                help=N_(
                    "what to do, such as “prune: {amount: 0.9}” or rewind; may be repeated, in this order"
                ),
            ),
            argument(
                "--out",
                metavar="DIR",
                type=path,
                help=N_("folder of the variant, a new one (default: beside the run)"),
            ),
        ),
    ),
    Command(
        "sensitivity",
        N_("prune one layer of a run after the other, and see what each can lose"),
        sense,
        (
            _RUN,
            argument(
                "--bits",
                action="store_true",
                help=N_("put the weights of a layer on fewer bits instead of pruning it"),
            ),
        ),
    ),
)
