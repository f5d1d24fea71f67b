"""Generated tables: scikit-learn's problems whose difficulty is set by hand."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.mixtures import Samples, Seed, need_examples
from engine.declare import FieldError
from projects.translation import gettext as _

MOST_NUMBERS = 100_000_000
Features = Annotated[int, Meta(ge=1, le=10_000, title="Features")]
Classes = Annotated[int, Meta(ge=2, le=100, title="Classes")]
Noise = Annotated[
    float,
    Meta(ge=0, le=1000, title="Noise", description="Standard deviation, added to the target."),
]


def need_room(samples: int, features: int) -> None:
    """Refuse a table that would not fit into memory.

    Args:
        samples: Its rows.
        features: Its columns.

    Raises:
        FieldError: It is too large.
    """
    if samples * features > MOST_NUMBERS:
        raise FieldError(
            "samples",
            _("{count:,} numbers are too many; the limit is {limit:,}.").format(
                count=samples * features, limit=MOST_NUMBERS
            ),
            _("Choose fewer examples or features."),
        )


def _names(count: int) -> tuple[str, ...]:
    return ("x", "y") if count == 2 else tuple(f"x{i + 1}" for i in range(count))


def _classes(
    table: NDArray[Any], labels: NDArray[Any], classes: tuple[str, ...], title: str
) -> Dataset:
    """A set of classes; two features are points in the plane."""
    return Dataset(
        kind="points" if table.shape[1] == 2 else "table",
        inputs=table.astype(np.float32),
        targets=labels.astype(np.int64),
        classes=classes,
        features=_names(table.shape[1]),
        title=title,
    )


def _values(table: NDArray[Any], values: NDArray[Any], title: str) -> Dataset:
    return Dataset(
        kind="table",
        inputs=table.astype(np.float32),
        targets=values.astype(np.float32),
        names=("y",) if values.ndim == 1 else tuple(f"y{i + 1}" for i in range(values.shape[1])),
        features=_names(table.shape[1]),
        title=title,
    )


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(i + 1) for i in range(count))


class MadeClassification(Source, frozen=True, tag="made_classification"):
    """Clusters at the corners of a cube among features that tell nothing.

    *Separation* is half the side of the cube.
    """

    title: ClassVar[str] = "Clusters among noise"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    use: ClassVar[str] = (
        "To see a network find the few features that tell, and what weight decay or L1 does to "
        "the rest. Wrong labels are set on purpose: a rehearsal for label noise."
    )
    trouble: ClassVar[str] = (
        "With a share of wrong labels accuracy can't reach 100 %: a network that does so in "
        "training has learned the errors. Separation below 0.5 mixes clusters. Features are "
        "shuffled, so the ones that tell are not the first."
    )
    source: ClassVar[str] = (
        "scikit-learn, make_classification, after Guyon 2003, Design of experiments for the NIPS "
        "2003 variable selection benchmark"
    )

    features: Features = 20
    informative: Annotated[int, Meta(ge=1, le=64, title="Features that tell")] = 5
    classes: Classes = 3
    separation: Annotated[float, Meta(gt=0, le=100, title="Separation")] = 1.0
    mislabelled: Annotated[
        float, Meta(ge=0, le=1, title="Wrong labels", description="Share that is dealt at random.")
    ] = 0.01
    samples: Samples = 1000
    seed: Seed = 0

    def validate(self) -> None:
        """The cube needs a corner for each class; see :meth:`Declared.validate`."""
        need_room(self.samples, self.features)
        need_examples(self.samples, self.classes)
        if self.informative > self.features or self.classes > 2**self.informative:
            raise FieldError(
                "informative",
                _("{told} of {all} features cannot tell {classes} classes apart.").format(
                    told=self.informative, all=self.features, classes=self.classes
                ),
                _("At most all features tell, and each class needs a corner of the cube."),
            )

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_classification

        table, labels = make_classification(
            self.samples,
            self.features,
            n_informative=self.informative,
            n_redundant=0,
            n_classes=self.classes,
            n_clusters_per_class=1,
            class_sep=self.separation,
            flip_y=self.mislabelled,
            random_state=self.seed,
        )
        return _classes(table, labels, _numbered(self.classes), self.title)


class Blobs(Source, frozen=True, tag="blobs"):
    """Round clouds about random centres."""

    title: ClassVar[str] = "Blobs"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    use: ClassVar[str] = (
        "The easiest classes: a linear layer does it unless clouds overlap. For checking that a "
        "project works at all, and for soft boundaries with a larger standard deviation."
    )
    trouble: ClassVar[str] = (
        "Centres are drawn anew with every seed and may lie on top of each other: 91 % with one "
        "seed, 100 % with another. Figures of different seeds don't compare."
    )
    source: ClassVar[str] = "scikit-learn, make_blobs"

    features: Features = 2
    classes: Classes = 3
    sd: Annotated[float, Meta(gt=0, le=100, title="Standard deviation")] = 1.0
    samples: Samples = 1000
    seed: Seed = 0

    def validate(self) -> None:
        """Every cloud needs an example; see :meth:`Declared.validate`."""
        need_room(self.samples, self.features)
        need_examples(self.samples, self.classes)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_blobs

        table, labels = make_blobs(
            self.samples,
            self.features,
            centers=self.classes,
            cluster_std=self.sd,
            random_state=self.seed,
        )[:2]
        return _classes(table, labels, _numbered(self.classes), self.title)


class GaussianQuantiles(Source, frozen=True, tag="gaussian_quantiles"):
    """Shells of one Gaussian, the same number of examples in each: no line separates them."""

    title: ClassVar[str] = "Shells of a Gaussian"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \text{rank of } \lVert x \rVert^2 \text{ among all examples, in } K \text{ equal parts}",
    )
    use: ClassVar[str] = (
        "Like Two circles in any number of dimensions and classes: rings without gaps. Shows that "
        "hidden layers find a radius."
    )
    trouble: ClassVar[str] = (
        "Shells touch, so the points at the borders are always wrong now and then; 96 % is good. "
        "The outermost shell is thin and wide. A linear layer only guesses."
    )
    source: ClassVar[str] = "scikit-learn, make_gaussian_quantiles"

    features: Features = 2
    classes: Classes = 3
    samples: Samples = 1000
    seed: Seed = 0

    def validate(self) -> None:
        """Every shell needs an example; see :meth:`Declared.validate`."""
        need_room(self.samples, self.features)
        need_examples(self.samples, self.classes)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_gaussian_quantiles

        table, labels = make_gaussian_quantiles(
            n_samples=self.samples,
            n_features=self.features,
            n_classes=self.classes,
            random_state=self.seed,
        )
        return _classes(table, labels, _numbered(self.classes), self.title)


class Hastie(Source, frozen=True, tag="hastie"):
    """Ten Gaussian features; the class is whether their squares add up to more than 9.34.

    The published protocol draws 12,000 examples.
    """

    title: ClassVar[str] = "Hastie's sphere"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \left[\sum_{j=1}^{10} x_j^2 > 9.34\right], \quad x_j \sim \mathrm{N}(0, 1)",
    )
    use: ClassVar[str] = (
        "For Classification in which no feature and no line helps, only the sum of squares: a "
        "test of hidden layers and of boosting. 9.34 is the median of χ² with ten degrees of "
        "freedom, so both classes are equally frequent."
    )
    trouble: ClassVar[str] = (
        "A linear layer stays at 50 %; two hidden layers of 32 get 94 %. In ten dimensions the "
        "sphere has a large surface: with few examples a network fences in single points and "
        "overfits. Use the 12,000."
    )
    source: ClassVar[str] = (
        "Hastie, Tibshirani & Friedman 2009, The elements of statistical learning, example 10.2; "
        "scikit-learn, make_hastie_10_2"
    )

    samples: Samples = 12_000
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_hastie_10_2

        table, labels = make_hastie_10_2(self.samples, random_state=self.seed)
        return _classes(table, labels > 0, ("inside", "outside"), self.title)


class MadeRegression(Source, frozen=True, tag="made_regression"):
    """Numbers that are sums of some of the features, and noise: what one linear layer can learn."""

    title: ClassVar[str] = "Linear regression"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \sum_{j \in I} w_j\,x_j + \mathrm{noise}, \quad x_j \sim \mathrm{N}(0, 1), \quad w_j \sim \mathrm{U}(0, 100)",
    )
    use: ClassVar[str] = (
        "To check that learning works: one Linear layer reaches R² near 1, and its weights are "
        "the w. Compare optimisers and learning rates here, where the best answer is known."
    )
    trouble: ClassVar[str] = (
        "Hidden layers only make it harder. Targets are in the hundreds: keep Standardise the "
        "targets on, or the first gradients explode. The default noise of 1 is next to nothing; "
        "take 50 for a problem with error."
    )
    source: ClassVar[str] = "scikit-learn, make_regression"

    features: Features = 20
    informative: Annotated[int, Meta(ge=1, le=10_000, title="Features that tell")] = 5
    targets: Annotated[int, Meta(ge=1, le=100, title="Numbers to foretell")] = 1
    noise: Noise = 1.0
    samples: Samples = 1000
    seed: Seed = 0

    def validate(self) -> None:
        """No more features can tell than there are; see :meth:`Declared.validate`."""
        need_room(self.samples, self.features)
        if self.informative > self.features:
            raise FieldError(
                "informative",
                _("{told} of {all} features cannot tell.").format(
                    told=self.informative, all=self.features
                ),
                _("Choose at most as many as there are features."),
            )

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_regression

        table, values = make_regression(
            self.samples,
            self.features,
            n_informative=self.informative,
            n_targets=self.targets,
            noise=self.noise,
            random_state=self.seed,
        )[:2]
        return _values(table, values, self.title)


class Friedman(Source, frozen=True, tag="friedman"):
    """Friedman's three problems of regression, in which features act on each other.

    1: ``10 sin(π x₁x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅`` among features that tell nothing; 2 and 3: the
    impedance and the phase of an alternating-current circuit.
    """

    title: ClassVar[str] = "Friedman's problems"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{1:} \quad y = 10 \sin(\pi x_1 x_2) + 20\left(x_3 - \tfrac{1}{2}\right)^2 + 10 x_4 + 5 x_5",
        r"\text{2:} \quad y = \sqrt{x_1^2 + \left(x_2 x_3 - \frac{1}{x_2 x_4}\right)^2}",
        r"\text{3:} \quad y = \arctan \frac{x_2 x_3 - 1/(x_2 x_4)}{x_1}",
    )
    use: ClassVar[str] = (
        "For Regression with a known truth: a linear layer explains about 73 % of the first "
        "problem, an MLP about 90 % with 1,000 examples, and the noise leaves 96 % at most. Shows "
        "what hidden units add."
    )
    trouble: ClassVar[str] = (
        "Features of problems 2 and 3 have very different ranges (x₂ goes to 1,759, x₃ to 1): "
        "standardise. The noise is in the target's units: 1 is much for problem 3, whose target "
        "lies below 1.6. The best mean squared error is the noise squared, not 0."
    )
    source: ClassVar[str] = (
        "Friedman 1991, Multivariate adaptive regression splines; Breiman 1996, Bagging "
        "predictors; scikit-learn, make_friedman1 to 3"
    )

    problem: Annotated[Literal[1, 2, 3], Meta(title="Problem")] = 1
    features: Annotated[
        int, Meta(ge=5, le=10_000, title="Features", extra={"when": {"problem": 1}})
    ] = 10
    noise: Noise = 1.0
    samples: Samples = 1000
    seed: Seed = 0

    def validate(self) -> None:
        """The table has to fit into memory; see :meth:`Declared.validate`."""
        need_room(self.samples, self.features)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn import datasets

        common = {"noise": self.noise, "random_state": self.seed}
        if self.problem == 1:
            table, values = datasets.make_friedman1(self.samples, self.features, **common)
        else:
            make = datasets.make_friedman2 if self.problem == 2 else datasets.make_friedman3
            table, values = make(self.samples, **common)
        return _values(table, values, self.title)


class MadeLabels(Source, frozen=True, tag="made_labels"):
    """Bags of words, each about several subjects at once, or about none: examples with many labels."""

    title: ClassVar[str] = "Several labels"
    category: ClassVar[str] = "Generated tables"
    order: ClassVar[int] = 63
    use: ClassVar[str] = (
        "For Multi-label classification with no file of your own: counts of words in, subjects "
        "out. Shows what thresholds and balanced weights do."
    )
    trouble: ClassVar[str] = (
        "About 15 % of the examples have no label at all with the default settings. Subjects "
        "share words, so labels overlap and a perfect answer does not exist. The more labels, the "
        "rarer each."
    )
    source: ClassVar[str] = (
        "scikit-learn, make_multilabel_classification, after Ueda & Saito 2003, Parametric "
        "mixture models for multi-labeled text"
    )

    features: Features = 20
    labels: Annotated[int, Meta(ge=1, le=100, title="Labels")] = 5
    usual: Annotated[
        int, Meta(ge=1, le=50, title="Labels of an example", description="On average.")
    ] = 2
    samples: Samples = 1000
    seed: Seed = 0

    def validate(self) -> None:
        """No example has more labels than there are; see :meth:`Declared.validate`."""
        need_room(self.samples, max(self.features, self.labels))
        if self.usual > self.labels:
            raise FieldError(
                "usual",
                _("{usual} labels an example of {labels} are too many.").format(
                    usual=self.usual, labels=self.labels
                ),
                _("Choose at most as many as there are labels."),
            )

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_multilabel_classification

        table, labels = make_multilabel_classification(
            self.samples,
            self.features,
            n_classes=self.labels,
            n_labels=self.usual,
            random_state=self.seed,
        )[:2]
        return Dataset(
            kind="table",
            inputs=table.astype(np.float32),
            targets=labels.astype(np.float32),
            labels=tuple(f"subject {i + 1}" for i in range(self.labels)),
            features=tuple(f"word {i + 1}" for i in range(self.features)),
            title=self.title,
        )
