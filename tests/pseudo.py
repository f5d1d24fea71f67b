"""A language for tests: every text that is looked up comes in letters twice as wide, so that others are seen."""

from __future__ import annotations

import gettext
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

from projects.translation import SOURCE, speak, speak_from

WIDE = {
    code: code + 0xFEE0 for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))
}
# What stays: places for values, targets of links, tags, formulas.
KEPT = re.compile(r"(\{[^{}]*\}|\]\([^)]*\)|<[^<>]*>|\$[^$]+\$)")
NARROW = re.compile(r"[A-Za-z]{2,}")


class Pseudo(gettext.NullTranslations):
    """Translates into wide letters."""

    def gettext(self, message: str) -> str:
        """See the base class."""
        return wide(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """See the base class."""
        return wide(msgid1 if n == 1 else msgid2)


def wide(text: str) -> str:
    """Return a text in wide letters."""
    parts = KEPT.split(text)
    return "".join(part if place % 2 else part.translate(WIDE) for place, part in enumerate(parts))


@contextmanager
def pseudo() -> Iterator[None]:
    """Speak it for a while."""
    speak_from(Pseudo(), "pseudo")
    try:
        yield
    finally:
        speak(SOURCE)


def narrow(text: str) -> list[str]:
    """Return the words of a text that nobody has looked up."""
    return NARROW.findall(html.unescape(re.sub(r"<[^<>]*>", " ", text)))
