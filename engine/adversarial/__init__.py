"""Adversarial losses, and beside them what else a game of two networks is made of."""
