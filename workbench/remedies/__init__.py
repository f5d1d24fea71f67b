"""What helps against ailments: edits of a project that a check has to prove, and changes of a living training."""

from workbench.remedies.base import REMEDIES, Pace, Remedy

__all__ = ["REMEDIES", "Pace", "Remedy"]
