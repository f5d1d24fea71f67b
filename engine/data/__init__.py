"""Data sources: one class each, found by the catalogue ``engine.data.base.SOURCES``."""
