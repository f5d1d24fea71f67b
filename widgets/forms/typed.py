"""Values as people type them: what a text means, how a value is written, and which number comes next."""

from __future__ import annotations

import math
import re
from typing import Any

LONGEST = 300  # digits of a whole number; what is longer is read as a real one, so as too large
FIRST_STEP = 0.001  # of a real number that is 0
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+\Z")


def parse(kind: str, text: str) -> Any:
    """Return what a typed text means.

    Raises:
        ValueError: It means nothing of this kind.
    """
    if kind not in ("int", "float", "numbers"):
        return text
    words = text.strip().replace("−", "-").replace("×", " ")
    if not words.isascii():
        raise ValueError(text)
    if kind == "numbers":
        parts = words.strip("[]()").replace(",", " ").split()
        return [_number(part) for part in parts]
    if THOUSANDS.match(words):
        if kind == "float":
            raise ValueError(text)  # 1,000 is a thousand here and one there
        words = words.replace(",", "")
    if kind == "float" and words.count(",") == 1 and "." not in words:
        words = words.replace(",", ".")  # as half of the world writes it
    number = _number(words.replace(" ", "") if kind == "int" else words)
    if kind == "float":
        return float(number)
    if number != int(number):
        raise ValueError(text)
    return int(number)


def _number(text: str) -> int | float:
    if text.lstrip("+-").isdecimal() and len(text) <= LONGEST:
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def stepped(kind: str, value: Any, direction: int) -> Any:
    """Return the next number up or down: by one, or for real numbers by a tenth of themselves.

    Raises:
        ValueError: It is no number that has a next one.
    """
    if kind == "int":
        return value + direction
    if kind != "float":
        raise ValueError(value)
    if value == 0:
        return direction * FIRST_STEP
    grows = (value > 0) == (direction > 0)
    return float(f"{value * 1.1 if grows else value / 1.1:.3g}")


def text_of(value: Any) -> str:
    """Return a value as a person would type it: ``0.001``, ``1e-8``, ``8, 8``."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value).replace("e-0", "e-").replace("e+", "e")
    if isinstance(value, (list, tuple)):
        return ", ".join(text_of(item) for item in value)
    return str(value)
