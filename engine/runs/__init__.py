"""Runs on the disk and what is said to a training; needs no torch."""
