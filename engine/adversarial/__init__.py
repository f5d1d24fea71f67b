"""Adversarial losses."""
