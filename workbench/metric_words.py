"""Metrics by the names that people use."""

from __future__ import annotations

from functools import cache
from gettext import gettext as _


@cache
def metric_words(metric: str) -> str:
    """Return a metric's name as people read it; remembered, because every legend asks often.

    Args:
        metric: The name in files: ``validation_loss``, ``d_real``, ``learning_rate/generator``.

    Returns:
        ``validation loss``, ``D(real)``, ``learning rate · generator``; the plain words of a name
        that is not known.
    """
    known = {
        "train_loss": _("train loss"),
        "train_accuracy": _("train accuracy"),
        "validation_loss": _("validation loss"),
        "validation_accuracy": _("validation accuracy"),
        "validation_macro_f1": _("validation macro F1"),
        "test_loss": _("test loss"),
        "test_accuracy": _("test accuracy"),
        "test_macro_f1": _("test macro F1"),
        "generator_loss": _("generator loss"),
        "discriminator_loss": _("discriminator loss"),
        "d_real": _("D(real)"),
        "d_fake": _("D(generated)"),
        "modes": _("modes found"),
        "high_quality": _("high-quality share"),
        "learning_rate": _("learning rate"),
    }
    first, *others = metric.split("/")
    return " · ".join((known.get(first, first.replace("_", " ")), *others))
