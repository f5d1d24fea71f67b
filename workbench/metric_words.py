"""Metrics by the names that people use."""

from __future__ import annotations

from functools import cache

from projects.translation import gettext as _
from projects.translation import per_language
from workbench.names import network_words


@per_language
@cache
def metric_words(metric: str) -> str:
    """Return a metric's name as people read it; remembered, because every legend asks often.

    Args:
        metric: The name in files: ``validation_loss``, ``d_real``, ``learning_rate/generator``.

    Returns:
        ``validation loss``, ``D(real)``, ``learning rate · generator``; the plain words of a name
        that is not known.
    """
    first, *others = metric.split("/")
    for prefix, words in _parts().items():
        rest = first.removeprefix(f"{prefix}_")
        if rest != first:
            return " · ".join((words.format(metric=_plain(rest)), *others))
    whose = (
        network_words(other).lower() if network_words(other) != other else other for other in others
    )
    return " · ".join((_plain(first), *whose))


@per_language
@cache
def _parts() -> dict[str, str]:
    return {
        "train": _("train {metric}"),
        "validation": _("validation {metric}"),
        "test": _("test {metric}"),
    }


def _plain(name: str) -> str:
    known = {
        "loss": _("loss"),
        "accuracy": _("accuracy"),
        "mean_accuracy": _("mean accuracy"),
        "perplexity": _("perplexity"),
        "bits_per_character": _("bits per character"),
        "skill": _("skill"),
        "reconstruction": _("reconstruction"),
        "feature_error": _("feature error"),
        "precision": _("precision"),
        "recall": _("recall"),
        "coverage": _("coverage"),
        "density": _("density"),
        "diversity": _("diversity"),
        "macro_f1": _("macro F1"),
        "micro_f1": _("micro F1"),
        "entity_f1": _("entity F1"),
        "mse": _("squared error"),
        "mae": _("absolute error"),
        "l1": _("L1 distance"),
        "rmse": _("root squared error"),
        "r2": _("R²"),
        "elbo": _("ELBO"),
        "iw_elbo": _("importance-weighted ELBO"),
        "kl": _("KL divergence"),
        "roc_auc": _("ROC-AUC"),
        "generator_loss": _("generator loss"),
        "discriminator_loss": _("discriminator loss"),
        "d_real": _("D(real)"),
        "d_fake": _("D(generated)"),
        "d_accuracy": _("pairs told apart"),
        "gradient_norm": _("gradient norm"),
        "logit_gap": _("D(real) − D(generated)"),
        "input_gradient": _("slope of D"),
        "r1_penalty": _("R1 penalty"),
        "r2_penalty": _("R2 penalty"),
        "dragan_penalty": _("DRAGAN penalty"),
        "augment_probability": _("augmented share"),
        "modes": _("modes found"),
        "represented": _("modes or classes with their share"),
        "reverse_kl": _("reverse KL of modes"),
        "fid": _("Fréchet distance"),
        "kid": _("kernel distance"),
        "class_entropy": _("entropy of classes"),
        "class_agreement": _("class as asked"),
        "memorisation": _("training distance ratio"),
        "high_quality": _("high-quality share"),
        "learning_rate": _("learning rate"),
    }
    return known.get(name, name.replace("_", " "))
