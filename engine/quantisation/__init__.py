"""Quantisations of the recipe: one class per module; the catalogue finds them by importing this package."""
