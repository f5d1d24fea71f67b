"""Small tables that every textbook uses, from scikit-learn: classes and numbers to foretell."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from engine.data.base import Dataset, Place, Source


def _table(found: Any, title: str) -> Dataset:
    return Dataset(
        kind="table",
        inputs=found.data.astype(np.float32),
        targets=found.target.astype(np.int64),
        classes=tuple(str(name) for name in found.target_names),
        features=tuple(str(name) for name in found.feature_names),
        title=title,
    )


class Iris(Source, frozen=True, tag="iris"):
    """150 irises of three species, four lengths each."""

    title: ClassVar[str] = "Iris"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 30
    use: ClassVar[str] = (
        "For a first table: two layers, three classes, a training of a second. One species is "
        "split off by a straight line, the other two touch."
    )
    trouble: ClassVar[str] = (
        "A test part of 15 % is 22 flowers: one flower is 4 to 5 %. 97 % and 100 % are the same "
        "result. A large network learns it by heart within a few epochs."
    )
    source: ClassVar[str] = (
        "Fisher 1936, The use of multiple measurements in taxonomic problems; UCI Machine "
        "Learning Repository (CC BY 4.0); ships with scikit-learn"
    )

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_iris

        return _table(load_iris(), self.title)


class Wine(Source, frozen=True, tag="wine"):
    """178 wines of three growers, thirteen chemical measurements each."""

    title: ClassVar[str] = "Wine"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 31
    use: ClassVar[str] = (
        "To see what scaling does: train once without any, once standardised. For "
        "Classification with more features than Iris."
    )
    trouble: ClassVar[str] = (
        "Proline goes to 1,680, hue to 1.7: unscaled, one feature rules all others and the loss "
        "hardly falls. 178 wines are few; results of different seeds scatter by several per cent. "
        "Classes are 59, 71 and 48."
    )
    source: ClassVar[str] = (
        "Aeberhard & Forina 1991, Wine, UCI Machine Learning Repository (CC BY 4.0); ships with "
        "scikit-learn"
    )

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_wine

        return _table(load_wine(), self.title)


class BreastCancer(Source, frozen=True, tag="breast_cancer"):
    """569 tumours, malignant or benign, thirty measurements of cell nuclei each."""

    title: ClassVar[str] = "Breast cancer"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 32
    use: ClassVar[str] = (
        "For two classes whose mistakes weigh differently: look at the confusion matrix, at ROC "
        "and at the threshold. A linear layer on scaled features already gets about 95 to 98 %."
    )
    trouble: ClassVar[str] = (
        "Features go from thousandths to 4,254: scale them. Always “benign” is right for 63 %. "
        "Many features measure nearly the same (radius, perimeter, area), so weights of single "
        "ones mean little. No basis for a diagnosis."
    )
    source: ClassVar[str] = (
        "Wolberg, Street & Mangasarian 1995, Breast cancer Wisconsin (diagnostic), UCI Machine "
        "Learning Repository (CC BY 4.0); ships with scikit-learn"
    )

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_breast_cancer

        return _table(load_breast_cancer(), self.title)


class Diabetes(Source, frozen=True, tag="diabetes"):
    """442 people with diabetes, ten measurements each; how far the disease went in a year is foretold.

    The measurements are centred and scaled as published; the target goes from 25 to 346.
    """

    title: ClassVar[str] = "Diabetes"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 33
    use: ClassVar[str] = (
        "For Regression with noise in it: a linear layer explains about half of the variance (R² "
        "0.45 to 0.55), and a deep network hardly more. Good for early stopping and weight decay."
    )
    trouble: ClassVar[str] = (
        "442 people are few: beyond some hundred weights a network learns noise, training R² "
        "climbs and validation falls. The features were scaled over all people, test ones "
        "included, as published; that is a small leak."
    )
    source: ClassVar[str] = (
        "Efron, Hastie, Johnstone & Tibshirani 2004, Least angle regression; ships with "
        "scikit-learn (BSD licence)"
    )

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_diabetes

        found: Any = load_diabetes()
        return Dataset(
            kind="table",
            inputs=found.data.astype(np.float32),
            targets=found.target.astype(np.float32),
            names=("progression",),
            features=tuple(str(name) for name in found.feature_names),
            title=self.title,
        )


class Linnerud(Source, frozen=True, tag="linnerud"):
    """20 men in a fitness club: weight, waist and pulse are foretold from three exercises.

    The smallest set with several numbers to foretell, and too small to trust a result on.
    """

    title: ClassVar[str] = "Linnerud"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 34
    use: ClassVar[str] = "To check a network with several numbers at its end, and nothing more."
    trouble: ClassVar[str] = (
        "A test part of 15 % is three men: R² of the test jumps between 0 and far below. Any "
        "network with hidden units learns the rest by heart."
    )
    source: ClassVar[str] = (
        "Tenenhaus 1998, La régression PLS; ships with scikit-learn (BSD licence)"
    )

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_linnerud

        found: Any = load_linnerud()
        return Dataset(
            kind="table",
            inputs=found.data.astype(np.float32),
            targets=found.target.astype(np.float32),
            names=tuple(str(name).lower() for name in found.target_names),
            features=tuple(str(name).lower() for name in found.feature_names),
            title=self.title,
        )
