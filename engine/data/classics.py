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
    """150 irises of three species, four lengths each.

    Fisher 1936, *The use of multiple measurements in taxonomic problems*.
    """

    title: ClassVar[str] = "Iris"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 30

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_iris

        return _table(load_iris(), self.title)


class Wine(Source, frozen=True, tag="wine"):
    """178 wines of three growers, thirteen chemical measurements each.

    Aeberhard & Forina 1991, UCI repository.
    """

    title: ClassVar[str] = "Wine"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 31

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_wine

        return _table(load_wine(), self.title)


class BreastCancer(Source, frozen=True, tag="breast_cancer"):
    """569 tumours, malignant or benign, thirty measurements of cell nuclei each.

    Wolberg, Street & Mangasarian 1995, *Breast cancer Wisconsin (diagnostic)*, UCI repository.
    """

    title: ClassVar[str] = "Breast cancer"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 32

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_breast_cancer

        return _table(load_breast_cancer(), self.title)


class Diabetes(Source, frozen=True, tag="diabetes"):
    """442 people with diabetes, ten measurements each; how far the disease went in a year is foretold.

    The measurements are centred and scaled as published; the target goes from 25 to 346.
    Efron, Hastie, Johnstone & Tibshirani 2004, *Least angle regression*; ships with scikit-learn (BSD).
    """

    title: ClassVar[str] = "Diabetes"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 33

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

    Tenenhaus 1998, *La régression PLS*; ships with scikit-learn (BSD). The smallest set with several
    numbers to foretell, and too small to trust a result on.
    """

    title: ClassVar[str] = "Linnerud"
    category: ClassVar[str] = "Tables"
    order: ClassVar[int] = 34

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
