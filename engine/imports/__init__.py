"""Designs drawn from what exists: ONNX graphs, and weights for a design from safetensors files.

A file from anybody is read: sizes are looked at before anything is made of them, nothing in it names
code that would run, and no path in it leads out of its folder.
"""
