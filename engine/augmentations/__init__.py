"""Augmentations: one class each, found by the catalogue ``engine.augmentations.base.AUGMENTATIONS``."""
