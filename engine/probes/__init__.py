"""Probes: what is measured while a training runs."""
