"""Losses that objectives offer, a class each: pages of the textbook."""
