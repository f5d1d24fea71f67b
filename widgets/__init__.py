"""Widgets that any program could use: canvas, plots, forms, palettes.

They are given plain descriptions and answer with signals; none knows what a project, a layer or a
training is.
"""
