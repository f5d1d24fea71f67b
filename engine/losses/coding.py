"""What autoencoders lose, part by part."""

from __future__ import annotations

from typing import ClassVar

from engine.losses.base import Loss


class Bernoulli(Loss, frozen=True, tag="bernoulli"):
    """Reconstruction by a likelihood for values of 0 and 1: every pixel is a coin, whose odds the decoder says.

    It is the binary cross-entropy added up over all pixels, the first part of the ELBO.
    """

    title: ClassVar[str] = "Bernoulli likelihood"
    order: ClassVar[int] = 50
    formula: ClassVar[tuple[str, ...]] = (
        r"-\ln p(x \mid z) = -\sum_i x_i \ln \pi_i + (1 - x_i) \ln(1 - \pi_i), \qquad \pi = \sigma(\mathrm{decoder}(z))",
    )
    use: ClassVar[str] = "For black and white, and as is common for grey values from 0 to 1."
    trouble: ClassVar[str] = (
        "Of grey values it is no true likelihood, so bounds of different data cannot be compared. Values outside of 0 to 1 are refused."
    )
    source: ClassVar[str] = (
        "Kingma & Welling 2014, Auto-encoding variational Bayes, appendix C.1; Loaiza-Ganem & Cunningham 2019, The continuous Bernoulli"
    )


class Gaussian(Loss, frozen=True, tag="gaussian"):
    """Reconstruction by a normal likelihood: the squared error, divided by twice the variance.

    A fixed standard deviation s says how much an error counts beside the KL divergence; a learned one is fitted to the errors.
    """

    title: ClassVar[str] = "Gaussian likelihood"
    order: ClassVar[int] = 52
    formula: ClassVar[tuple[str, ...]] = (
        r"-\ln p(x \mid z) = \sum_i \frac{(x_i - \hat{x}_i)^2}{2 s^2} + \ln s + \frac{1}{2} \ln 2\pi",
    )
    use: ClassVar[str] = "For numbers of any size, and for images whose grey values are no coins."
    trouble: ClassVar[str] = (
        "s decides everything: large, and codes say nothing, small, and they say all and samples are poor. A learned variance can fall to "
        "nothing where pixels are constant."
    )
    source: ClassVar[str] = (
        "Kingma & Welling 2014, appendix C.2; Rybkin et al. 2021, Simple and effective VAE training with calibrated decoders"
    )


class Divergence(Loss, frozen=True, tag="kl"):
    """The Kullback–Leibler divergence of the codes from N(0, 1): what a code costs in nats, the second part of the ELBO.

    It pulls means to 0 and deviations to 1, so that codes drawn at random decode to something. β is its weight.
    """

    title: ClassVar[str] = "KL divergence of codes"
    order: ClassVar[int] = 54
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{KL} = \frac{1}{2} \sum_j \mu_j^2 + \sigma_j^2 - 1 - \ln \sigma_j^2",
        r"\mathrm{ELBO} = \mathbb{E} \ln p(x \mid z) - \mathrm{KL} \leq \ln p(x)",
    )
    use: ClassVar[str] = (
        "In every variational autoencoder. β above 1 for codes whose parts mean one thing each, a warm-up or free bits where they fall to nothing."
    )
    trouble: ClassVar[str] = (
        "Where it is 0 the decoder passes over its codes (posterior collapse): warm β up, allow free bits, or take a weaker decoder."
    )
    source: ClassVar[str] = (
        "Kingma & Welling 2014, section 2 and appendix B; Higgins et al. 2017, β-VAE; Bowman et al. 2016, section 3.1"
    )


class Sparsity(Loss, frozen=True, tag="sparsity"):
    """What units of a code cost for being open: by their size (L1), or by how far they are from being open a share ρ of the time (KL)."""

    title: ClassVar[str] = "Sparsity of codes"
    order: ClassVar[int] = 56
    formula: ClassVar[tuple[str, ...]] = (
        r"\lambda \sum_j |c_j| \qquad \text{(L1)}",
        r"\lambda \sum_j \rho \ln \frac{\rho}{\hat{\rho}_j} + (1 - \rho) \ln \frac{1 - \rho}{1 - \hat{\rho}_j} \qquad \text{(KL)}",
    )
    use: ClassVar[str] = (
        "For codes with more units than the data need, of which a few should be enough for each example."
    )
    trouble: ClassVar[str] = (
        "Too large a weight and all units stay shut: the reconstruction is then the mean of the data. KL needs units from 0 to 1, as behind a sigmoid."
    )
    source: ClassVar[str] = (
        "Ng 2011, Sparse autoencoder; Goodfellow et al. 2016, Deep learning, section 14.2.1"
    )
