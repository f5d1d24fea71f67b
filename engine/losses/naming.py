"""Losses of answers that name classes or labels."""

from __future__ import annotations

from typing import ClassVar

from engine.losses.base import Loss


class CrossEntropy(Loss, frozen=True, tag="cross_entropy"):
    """How surprised the network is by the right class: minus the logarithm of the probability that it gives to it.

    Probabilities are a softmax of the K numbers (logits ``z``) that leave the network. The gradient for each of them is the probability
    minus 1 for the right class, and the probability for any other: it is large where the answer is sure and wrong, and fades as it becomes right.
    """

    title: ClassVar[str] = "Cross-entropy"
    order: ClassVar[int] = 10
    formula: ClassVar[tuple[str, ...]] = (
        r"L = -\ln p_y, \qquad p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
        r"\frac{\partial L}{\partial z_k} = p_k - [k = y]",
    )
    use: ClassVar[str] = (
        "For answers of which exactly one is right: classes, tags, the next word. It is the likelihood of the labels, so that its least "
        "value is reached by true probabilities."
    )
    trouble: ClassVar[str] = (
        "It begins near ln K; a loss that stays there is guessing. A softmax as the last layer is one too many: the loss has its own. "
        "Single wrong labels have no bound, so a network learns them by heart in the end."
    )
    source: ClassVar[str] = "Goodfellow et al. 2016, Deep learning, sections 5.5 and 6.2.2.3"


class LabelSmoothing(Loss, frozen=True, tag="label_smoothing"):
    """Cross-entropy with a truth that is a little unsure: a share ε of it is spread over all K classes alike.

    No probability has to become 1, so logits need not grow without bound.
    """

    title: ClassVar[str] = "Label smoothing"
    order: ClassVar[int] = 12
    formula: ClassVar[tuple[str, ...]] = (
        r"L = -(1 - \varepsilon) \ln p_y - \frac{\varepsilon}{K} \sum_k \ln p_k",
    )
    use: ClassVar[str] = (
        "Where a network is too sure of itself, or some labels are wrong; 0.1 is usual. Its answers generalise better and are better "
        "calibrated."
    )
    trouble: ClassVar[str] = (
        "The loss never comes near 0: compare accuracies. Answers of a smoothed network are a worse teacher for distillation, because what "
        "they say of wrong classes is lost (Müller et al. 2019)."
    )
    source: ClassVar[str] = (
        "Szegedy et al. 2016, Rethinking the Inception architecture, section 7; Müller et al. 2019, When does label smoothing help?"
    )


class Focal(Loss, frozen=True, tag="focal"):
    """Cross-entropy that counts less where the answer is right already.

    With γ = 0 it is the cross-entropy. With γ = 2 an example whose right class has 0.9 counts a hundredth of what it did.
    """

    title: ClassVar[str] = "Focal loss"
    order: ClassVar[int] = 14
    formula: ClassVar[tuple[str, ...]] = (r"L = -(1 - p_y)^{\gamma} \ln p_y",)
    use: ClassVar[str] = (
        "Where thousands of easy examples drown a few hard ones, as with rare classes; γ = 2 in the paper. Class weights are the simpler "
        "thing to try first."
    )
    trouble: ClassVar[str] = (
        "Wrong labels are hard examples too, and now they count most. Probabilities are no longer true ones: they lie nearer to the middle."
    )
    source: ClassVar[str] = (
        "Lin et al. 2017, Focal loss for dense object detection, section 3; Mukhoti et al. 2020, Calibrating deep neural networks using "
        "focal loss"
    )


class BinaryCrossEntropy(Loss, frozen=True, tag="binary_cross_entropy"):
    """Cross-entropy of questions that are each answered by yes or no, added up.

    Each output ``z`` becomes a probability by the sigmoid σ, which is part of the loss. Of images it takes brightness from 0 to 1 for the truth.
    """

    title: ClassVar[str] = "Binary cross-entropy"
    order: ClassVar[int] = 16
    formula: ClassVar[tuple[str, ...]] = (
        r"L = -y \ln \sigma(z) - (1 - y) \ln(1 - \sigma(z)), \qquad \frac{\partial L}{\partial z} = \sigma(z) - y",
    )
    use: ClassVar[str] = (
        "For labels of which several may be true, and for reconstructing values from 0 to 1. Where labels are rare their weight can be "
        "raised."
    )
    trouble: ClassVar[str] = (
        "A sigmoid as the last layer is one too many: slopes nearly vanish. For grey values the least loss is not 0 but their entropy, so "
        "only differences can be compared."
    )
    source: ClassVar[str] = (
        "Goodfellow et al. 2016, Deep learning, section 6.2.2.2; Bishop 2006, section 4.3.2"
    )
