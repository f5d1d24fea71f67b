"""The words of the page, in the language of the moment."""

from __future__ import annotations

from projects.translation import N_, language
from projects.translation import gettext as _

_WORDS = {
    "input": N_("Input"),
    "output": N_("Output"),
    "draw": N_("Draw here with the mouse or a finger"),
    "clear": N_("Clear"),
    "example": N_("Example from the data"),
    "file": N_("Image file …"),
    "brush": N_("Brush"),
    "colour": N_("Colour"),
    "text": N_("Text"),
    "write": N_("Write"),
    "prompt": N_("Begins with"),
    "length": N_("Tokens"),
    "temperature": N_("Temperature"),
    "sample": N_("Draw samples"),
    "seed": N_("Seed"),
    "count": N_("How many"),
    "numbers": N_("Numbers, with commas or blanks between them"),
    "ask": N_("Predict"),
    "waiting": N_("Working …"),
    "gone": N_("Ganvas does not answer any more. Start “ganvas serve” again."),
    "truth": N_("In the data: {name}"),
    "probability": N_("Probability"),
    "score": N_("Error of the reconstruction"),
    "answer": N_("Answer"),
    "shape": N_("Inputs are {shape} numbers"),
    "point": N_("Click a place in the plane"),
    "trained": N_("Trained on {data}"),
}


def words() -> dict[str, str]:
    """Return the words by the names that the page uses."""
    return {"language": language().replace("_", "-")} | {
        name: _(text) for name, text in _WORDS.items()
    }
