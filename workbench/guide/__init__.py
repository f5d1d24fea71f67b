"""Guided experiments beside the canvas: their text, and what shows that a step is done."""
