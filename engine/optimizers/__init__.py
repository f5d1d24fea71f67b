"""Optimisers: how gradients move weights."""
