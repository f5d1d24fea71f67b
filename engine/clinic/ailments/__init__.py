"""Ailments, one class each."""
