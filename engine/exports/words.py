"""What is said of how far a file's outputs are from a run's, in the window and in a terminal."""

from __future__ import annotations

from projects.translation import ngettext


def apart(difference: float, largest: float, inputs: int, real: int) -> str:
    """Return a sentence.

    Args:
        difference: The largest one between outputs.
        largest: The largest output, beside which a difference has to be seen.
        inputs: With how many inputs it was measured.
        real: How many of these are examples of the data.
    """
    said = ngettext(
        "On {count:,} real input its outputs differ from the run’s by at most {difference:.2g}; the largest output is {largest:.3g}.",
        "On {count:,} real inputs its outputs differ from the run’s by at most {difference:.2g}; the largest output is {largest:.3g}.",
        inputs,
    )
    if real < inputs:
        said = ngettext(
            "On {count:,} input, {real:,} of them real, its outputs differ from the run’s by at most {difference:.2g}; the largest output is {largest:.3g}.",
            "On {count:,} inputs, {real:,} of them real, its outputs differ from the run’s by at most {difference:.2g}; the largest output is {largest:.3g}.",
            inputs,
        )
    return said.format(count=inputs, real=real, difference=difference, largest=largest)
