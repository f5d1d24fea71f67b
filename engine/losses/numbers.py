"""Losses of answers that are numbers."""

from __future__ import annotations

from typing import ClassVar

from engine.losses.base import Loss


class Squared(Loss, frozen=True, tag="mse"):
    """The mean of the squared error: what it foretells is the mean.

    It is the likelihood under normal noise of the same width everywhere. The gradient grows with the error.
    """

    title: ClassVar[str] = "Squared error (MSE)"
    order: ClassVar[int] = 30
    formula: ClassVar[tuple[str, ...]] = (
        r"L = \frac{1}{n} \sum_i e_i^2, \qquad e_i = y_i - \hat{y}_i, \qquad \frac{\partial L}{\partial \hat{y}_i} = -\frac{2}{n} e_i",
    )
    use: ClassVar[str] = (
        "For numbers with noise that has no outliers, and for reconstructing images."
    )
    trouble: ClassVar[str] = (
        "An error of ten counts a hundred times as much as one of 1: a few outliers decide. Targets in thousands make a loss in millions; "
        "standardise them. Means of several possible images are blurred."
    )
    source: ClassVar[str] = (
        "Bishop 2006, Pattern recognition and machine learning, sections 1.2.5 and 1.5.5"
    )


class Absolute(Loss, frozen=True, tag="mae"):
    """The mean of the absolute error: what it foretells is the median.

    Every error pulls alike, however large it is. It is the likelihood under Laplace noise.
    """

    title: ClassVar[str] = "Absolute error (MAE)"
    order: ClassVar[int] = 32
    formula: ClassVar[tuple[str, ...]] = (
        r"L = \frac{1}{n} \sum_i |e_i|, \qquad \frac{\partial L}{\partial \hat{y}_i} = -\frac{1}{n}\,\mathrm{sign}\,e_i",
    )
    use: ClassVar[str] = (
        "Where outliers are in the data and should not decide, and for images that are to be sharper than by squared errors."
    )
    trouble: ClassVar[str] = (
        "The slope does not fade near the truth, so that steps jump to and fro around it until the learning rate is lowered."
    )
    source: ClassVar[str] = (
        "Bishop 2006, section 1.5.5; Hastie et al. 2009, The elements of statistical learning, section 10.6"
    )


class Huber(Loss, frozen=True, tag="huber"):
    """Squared for errors up to δ, absolute beyond: smooth at the truth, and outliers do not decide."""

    title: ClassVar[str] = "Huber’s loss"
    order: ClassVar[int] = 34
    formula: ClassVar[tuple[str, ...]] = (
        r"L = \frac{1}{2} e^2 \ \ (|e| \leq \delta), \qquad L = \delta \left(|e| - \frac{1}{2} \delta\right) \ \ (|e| > \delta)",
    )
    use: ClassVar[str] = (
        "For numbers with some outliers; δ is the error from which on one is an outlier."
    )
    trouble: ClassVar[str] = (
        "δ is in the units of the network: with standardised targets 1 is a standard deviation. Far too large, it is the squared error, far "
        "too small, a faint absolute one."
    )
    source: ClassVar[str] = "Huber 1964, Robust estimation of a location parameter"


class Quantile(Loss, frozen=True, tag="quantile"):
    """Too low and too high cost differently: what it foretells is a quantile.

    With τ = 0.9 an answer that is too low costs nine times as much as one that is as much too high, so that 90 % of all truths come to lie below. Two
    of them make an interval.
    """

    title: ClassVar[str] = "Quantile loss"
    order: ClassVar[int] = 36
    formula: ClassVar[tuple[str, ...]] = (
        r"L = \max\left(\tau e,\ (\tau - 1)\, e\right), \qquad e = y - \hat{y}",
    )
    use: ClassVar[str] = (
        "To say how sure an answer is: the quantiles 0.05 and 0.95 hold nine truths in ten."
    )
    trouble: ClassVar[str] = (
        "Quantiles far out rest on few examples, and may cross. Compare the coverage on validation examples with what was asked for."
    )
    source: ClassVar[str] = "Koenker & Bassett 1978, Regression quantiles"
