"""Tricks that make the game of two networks steadier or fairer."""
