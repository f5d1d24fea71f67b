"""Penalties and constraints of discriminators."""
