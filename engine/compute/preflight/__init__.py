"""What a training will cost, and whether it can learn at all: measured on one real batch, before it."""

from engine.compute.preflight.flight import preflight

__all__ = ["preflight"]
