"""What the gates of recurrent layers do, and how long a memory lasts, in words."""

from __future__ import annotations

import numpy as np

from projects.translation import gettext as _
from workbench.sequences.recurrence import Recurrence

GONE, MUCH = 0.05, 0.5  # of what was written at the first step


def gate_name(kind: str, letter: str) -> str:
    """Return the name of a gate or state.

    Args:
        kind: ``lstm``, ``gru`` or ``rnn``.
        letter: The gate.
    """
    names = {
        "i": _("Input gate i: written"),
        "f": _("Forget gate f: kept"),
        "o": _("Output gate o: shown"),
        "g": _("New content g"),
        "c": _("Cell c: the memory"),
        "z": _("Update gate z: kept"),
        "r": _("Reset gate r: looked back at"),
        "n": _("New content n"),
        "h": _("State h: what leaves"),
    }
    return names.get(letter, letter)


def gate_label(letter: str) -> str:
    """Return a gate or state in a legend: its letter and a word."""
    names = {
        "i": _("i written"),
        "f": _("f kept"),
        "o": _("o shown"),
        "g": _("g new content"),
        "c": _("c cell"),
        "z": _("z kept"),
        "r": _("r looked back at"),
        "n": _("n new content"),
        "h": _("h state"),
    }
    return names.get(letter, letter)


def gate_words(kind: str, letter: str) -> str:
    """Return what a gate does, in a sentence."""
    words = {
        "i": _(
            "Input gate: which share of the new content g is written into the cell at this step. "
            "At 0 what is read here leaves no trace."
        ),
        "f": _(
            "Forget gate: which share of the cell stays. At 1 everything is kept, at 0 the cell is "
            "cleared; all shares after a step multiplied say what is left of it."
        ),
        "o": _(
            "Output gate: which share of the cell is shown to the next layer and the next step. At 0 "
            "the cell remembers in silence."
        ),
        "g": _("New content, from −1 to 1: what would be written if the input gate were 1."),
        "c": _("Cell: the memory itself, c = f · c + i · g. It changes only where f or i let it."),
        "z": _(
            "Update gate: which share of the state stays; 1 − z of the new content takes the place of "
            "the rest. At 1 everything is kept."
        ),
        "r": _(
            "Reset gate: how much of the past is looked at when new content is made. At 0 the layer "
            "starts afresh."
        ),
        "n": _("New content, from −1 to 1: what takes the place of what is not kept."),
        "h": {
            "lstm": _("State: what leaves the layer at this step, h = o · tanh(c)."),
            "gru": _("State: memory and output in one, h = z · h + (1 − z) · n."),
            "rnn": _("State: overwritten at every step, h = tanh(W x + U h). No gate protects it."),
        }.get(kind, ""),
    }
    return words.get(letter, "")


def memory_words(read: Recurrence, example: int) -> str:
    """Return how long the memory lasts, beside the length of the sequence."""
    if read.memory is not None and not np.isfinite(read.memory).any():
        return _("The gates have values that are no numbers.")
    if read.memory is None or read.left is None:
        return _(
            "A simple RNN has no gate that keeps: its whole state is written anew at every step, so "
            "that what was read long ago fades."
        )
    lengths = read.memory[np.isfinite(read.memory)]
    end = read.left[example, -1 if read.backwards else 0]
    words = _(
        "Half of the units remember for {middle} steps or longer, the longest for {longest}; the "
        "sequence has {steps} (dashed)."
    ).format(
        middle=_steps(float(np.median(lengths))),
        longest=_steps(float(lengths.max())),
        steps=read.all_steps,
    )
    what = _("Of the first step {share:.0%} is left at the end").format(share=float(end))
    if end < GONE:
        verdict = _("{what}: on average it is forgotten.").format(what=what)
    elif end > MUCH:
        verdict = _("{what}: it is remembered.").format(what=what)
    else:
        verdict = _("{what}: it has faded.").format(what=what)
    return f"{words} {verdict}"


def _steps(length: float) -> str:
    if length >= 1e5:
        return _("more than 100,000")
    return f"{length:.1f}" if length < 10 else f"{length:,.0f}"
