"""Trained networks handed to other programs."""
