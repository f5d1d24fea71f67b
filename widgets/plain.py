"""Words that others wrote, shown as they are where Qt would take them for HTML."""

from __future__ import annotations

import html


def plain_tip(text: str) -> str:
    """Return a text so that a tooltip shows it as it is.

    Qt guesses whether a tooltip is HTML; names from a file must not be, since HTML may load pictures.
    """
    if "<" not in text and "&" not in text:
        return text
    return f"<div style='white-space:pre-wrap'>{html.escape(text)}</div>"
