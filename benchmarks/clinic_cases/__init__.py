"""Trainings that are staged for the doctor: one module a field, each with its ``CASES``."""
