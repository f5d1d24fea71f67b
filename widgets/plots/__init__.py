"""Plots that stay fast while data arrive: curves, heatmaps, grids of images, points, matrices."""
