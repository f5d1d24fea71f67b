"""How layers are doing, in words, marks and shades: the same on the canvas and in the panel of health."""

from __future__ import annotations

import math

from engine.clinic.states import Condition
from projects.translation import gettext as _

# From starved to unstable, in powers of ten (Karpathy, CS231n): 1e-3 is the middle of the scale.
RATIO_RANGE = (-5.5, -0.5)
MARKS = {
    "healthy": "●",
    "starved": "▽",
    "vanishing": "▼",
    "unstable": "▲",
    "exploding": "✖",
    "dead": "○",
    "saturated": "■",
}
SHADES = {
    "healthy": 2,
    "starved": 0,
    "vanishing": 0,
    "unstable": 3,
    "exploding": 4,
    "dead": 3,
    "saturated": 3,
}


def status_words(status: str) -> str:
    """Return a layer's state as people read it, with a mark that needs no colour."""
    words = {
        "healthy": _("healthy"),
        "starved": _("starved"),
        "vanishing": _("vanishing"),
        "unstable": _("unstable"),
        "exploding": _("exploding"),
        "dead": _("dying"),
        "saturated": _("saturated"),
    }
    return f"{MARKS.get(status, '●')} {words.get(status, status)}"


def condition_words(layer: str, condition: Condition, last: str) -> str:
    """Return what ails a layer in a sentence.

    Args:
        layer: Its name.
        condition: How it is doing.
        last: Name of the last layer with weights of its network.
    """
    figure = condition.figure
    if condition.status == "exploding" and math.isinf(figure):
        return _("{layer} is exploding: its numbers are none any more.").format(layer=layer)
    if figure == 0 and condition.status == "vanishing":
        return _("{layer} is vanishing: its gradient is 0.").format(layer=layer)
    if figure == 0 and condition.status == "starved":
        return _("{layer} is starved: steps do not move it at all.").format(layer=layer)
    sentences = {
        "exploding": _("{layer} is exploding: its gradient is {figure:.0f} times what it was."),
        "vanishing": _("{layer} is vanishing: its gradient is {figure:.0e} of that of {last}."),
        "dead": _("{layer} is dying: {figure:.0%} of its units are 0 for a whole batch."),
        "unstable": _("{layer} is unstable: each step moves it by {figure:.0%} of itself."),
        "saturated": _("{layer} is saturated: {figure:.0%} of its values lie where it is flat."),
        "starved": _("{layer} is starved: a step moves it by {figure:.0e} of itself."),
    }
    return sentences[condition.status].format(layer=layer, figure=figure, last=last)
