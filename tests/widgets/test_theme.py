"""Words can be read on what they stand on, in both schemes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from widgets import theme

GROUNDS = ("window", "surface", "raised", "hover", "selected", "canvas")
WORDS = ("text", "muted", "good", "warning", "bad", "accent")


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    made = QColor(color)
    parts = [made.redF(), made.greenF(), made.blueF()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_have_a_contrast_of_at_least_4_5(
    tokens: theme.Tokens, ground: str, word: str
) -> None:
    assert contrast(getattr(tokens, word), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_words_on_the_accent_and_lines_around_controls(tokens: theme.Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.border_strong, tokens.surface) >= 3.0


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_curves_and_categories_stand_out_from_their_ground(tokens: theme.Tokens) -> None:
    for color in (*tokens.series, *tokens.categories.values()):
        assert contrast(color, tokens.surface) >= 3.0
